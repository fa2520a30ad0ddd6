// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mailtest is a mail server for tests: it speaks SMTP over a real socket, keeps every letter that it
// takes, and misbehaves as it is told, so that a test can see what becomes of a letter when the server is
// down, refuses, or breaks off before it says whether it has the letter.
//
// Its one invariant: a letter is kept once its last byte has arrived and no answer was planned against it,
// whether or not the client heard so.
package mailtest

import (
	"crypto/tls"
	"net"
	"sync"
	"testing"
	"time"
)

// Options says what the server offers. The zero value is a plain server that asks for nothing.
type Options struct {
	STARTTLS bool   // offer STARTTLS, with a certificate for localhost and 127.0.0.1 that Roots vouches for
	Implicit bool   // speak TLS from the first byte, with the same certificate
	User     string // ask for AUTH PLAIN with this user; empty asks for nothing
	Password string
	Logf     func(format string, args ...any) // hears each line of the conversation; may be nil
}

// Server is a mail server. It is safe for concurrent use.
type Server struct {
	options     Options
	certificate *certificate
	address     string

	mu       sync.Mutex
	listener net.Listener // nil when down
	open     map[net.Conn]struct{}
	plans    []plan
	letters  []Letter
	sessions int
	running  sync.WaitGroup
}

// Start starts a server on a free port of this machine. It ends with the test.
func Start(t testing.TB, options Options) *Server {
	t.Helper()
	s := &Server{options: options, open: make(map[net.Conn]struct{})}
	if options.STARTTLS || options.Implicit {
		made, err := newCertificate()
		if err != nil {
			t.Fatalf("making a certificate for the mail server: %v", err)
		}
		s.certificate = made
	}
	s.address = "127.0.0.1:0"
	if err := s.Up(); err != nil {
		t.Fatalf("starting the mail server: %v", err)
	}
	t.Cleanup(func() {
		s.Down()
		s.running.Wait()
	})
	return s
}

// Address gives the server's host and port; it stays the same while the server is down.
func (s *Server) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.address
}

// Down stops listening and cuts every open connection.
func (s *Server) Down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return
	}
	_ = s.listener.Close() // accept fails and the loop ends, which is all that is wanted
	s.listener = nil
	for conn := range s.open {
		_ = conn.Close()
	}
}

// Up listens again, at the same address, after Down.
func (s *Server) Up() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		return nil
	}
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	s.listener, s.address = listener, listener.Addr().String()
	s.running.Go(func() { s.accept(listener) })
	return nil
}

// accept serves connections until the listener closes.
func (s *Server) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.listener != listener {
			s.mu.Unlock()
			_ = conn.Close()
			return
		}
		s.open[conn] = struct{}{}
		s.sessions++
		s.running.Go(func() { s.serve(conn) })
		s.mu.Unlock()
	}
}

// serve holds one conversation, then forgets the connection.
func (s *Server) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		s.mu.Lock()
		delete(s.open, conn)
		s.mu.Unlock()
	}()
	wire := conn
	if s.options.Implicit {
		wire = tls.Server(conn, s.certificate.config())
	}
	newSession(s, wire).talk()
}

// Sessions counts the connections that the server has accepted.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Letters gives the letters that the server has taken, the oldest first. Doubles are not dropped: two with
// one Message-ID are one letter that was sent twice.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

// Distinct gives the letters as a receiving server shows them to its people: the first of each Message-ID.
func (s *Server) Distinct() []Letter {
	seen := make(map[string]bool)
	var distinct []Letter
	for _, letter := range s.Letters() {
		if id := letter.MessageID(); id == "" || !seen[id] {
			seen[id] = true
			distinct = append(distinct, letter)
		}
	}
	return distinct
}

// Clear forgets the letters taken so far.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = nil
}

// Wait waits until the server has taken n letters, and gives them; it fails the test after patience.
func (s *Server) Wait(t testing.TB, n int, patience time.Duration) []Letter {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		letters := s.Letters()
		if len(letters) >= n {
			return letters
		}
		if time.Now().After(end) {
			t.Fatalf("the mail server has %d letters after %v, want %d", len(letters), patience, n)
		}
	}
}
