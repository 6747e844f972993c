//go:build gvisor2025

package netstack_test

const version = in2025
