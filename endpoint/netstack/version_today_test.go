//go:build !gvisor2025 && !gvisor2023

package netstack_test

const version = today
