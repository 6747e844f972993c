//go:build gvisor2023

package netstack_test

const version = in2023
