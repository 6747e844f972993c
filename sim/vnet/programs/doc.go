// Package programs is real programs on a faulty network: clients and servers that
// others have written, each put through loss, reordering, a partition and a crash
// by package vnet. It is a module of its own, so that nobody who imports halfopen
// pays for what they bring along. There is nothing in it but tests.
package programs
