package vnet

import (
	"errors"
	"net"
	"os"
	"syscall"

	"example.org/halfopen/endpoint"
)

// ErrCrashed is what a program gets whose own host has crashed. In production
// nobody would be there to get it.
var ErrCrashed = errors.New("vnet: the host has crashed")

// errorOf is why a connection ended, as an operating system says it.
func errorOf(e endpoint.Error) error {
	switch e {
	case 0, endpoint.ErrClosing, endpoint.ErrNotExist:
		return nil
	case endpoint.ErrRefused:
		return syscall.ECONNREFUSED
	case endpoint.ErrTimeout, endpoint.ErrUserTimeout:
		return syscall.ETIMEDOUT
	case endpoint.ErrAborted:
		return syscall.ECONNABORTED
	}
	return syscall.ECONNRESET
}

// fail wraps an error as package net does.
func (c *Conn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: wrap(op, err)}
}

// wrap names the system call that a number came from, as package net does.
func wrap(op string, err error) error {
	if no, ok := err.(syscall.Errno); ok {
		return os.NewSyscallError(op, no)
	}
	return err
}
