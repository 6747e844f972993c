package vnet

import (
	"context"
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

// interrupted is an error of a context as package net words it; others are what
// they are.
func interrupted(err error) error {
	switch err {
	case context.Canceled:
		return stopped{err, "operation was canceled"}
	case context.DeadlineExceeded:
		return stopped{err, "i/o timeout"}
	}
	return err
}

// stopped is why a dial ended before it was decided.
type stopped struct {
	error
	text string
}

func (s stopped) Error() string   { return s.text }
func (s stopped) Unwrap() error   { return s.error }
func (s stopped) Timeout() bool   { return s.error == context.DeadlineExceeded }
func (s stopped) Temporary() bool { return s.Timeout() }

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
