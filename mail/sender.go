// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"ecot/fault"
)

// The defaults and limits of a sender.
const (
	defaultTimeout = 30 * time.Second
	maxPassword    = 1 << 10 // bytes
	maxBroken      = 3       // connections lost in a row before the server is left alone
	implicitTLS    = 465     // the port on which TLS begins at once (RFC 8314 §3.3)
)

// Settings says which mail server carries the letters, and how.
type Settings struct {
	Server       string         // host and port: "mail.example.org:587"; port 465 speaks TLS from the start
	User         string         // empty when the server asks for no sign-in
	PasswordFile string         // file whose first line is the password; read at each connection
	Hello        string         // our own name towards the server; empty for the host's
	Timeout      time.Duration  // for connecting, and then for each letter; 0 means 30 seconds
	AlwaysTLS    bool           // ask for STARTTLS even on this very machine
	Roots        *x509.CertPool // authorities that vouch for the server; nil for the machine's own
}

// Sender carries letters to one mail server. It keeps nothing between two calls and may be used by
// several goroutines.
type Sender struct {
	settings Settings
	host     string
	port     int
	implicit bool // TLS begins at once, before any word
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewSender checks the settings; it does not connect. Faults are fault.Invalid.
func NewSender(s Settings) (*Sender, error) {
	host, portText, err := net.SplitHostPort(s.Server)
	port, err2 := strconv.ParseUint(portText, 10, 16)
	if err != nil || err2 != nil || host == "" || port == 0 {
		return nil, fault.New(fault.Invalid, "The mail server is written as host:port, as in mail.example.org:587.")
	}
	if (s.User == "") != (s.PasswordFile == "") {
		return nil, fault.New(fault.Invalid, "The mail server needs a user and a password file, or neither.")
	}
	if s.Timeout < 0 || !plain(s.Hello, maxAddress) || strings.Contains(s.Hello, " ") {
		return nil, fault.New(fault.Invalid, "The name said to the mail server, or the timeout, cannot be right.")
	}
	if s.Timeout == 0 {
		s.Timeout = defaultTimeout
	}
	return &Sender{settings: s, host: host, port: int(port), implicit: port == implicitTLS,
		dial: (&net.Dialer{}).DialContext}, nil
}

// encrypts tells whether a connection must be encrypted: always, but towards this very machine.
func (s *Sender) encrypts() bool { return s.settings.AlwaysTLS || !loopback(s.host) }

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// Send carries the letters in their order over one connection, and over a new one when it breaks. It gives
// one result a letter, at the same place. Cancelling ctx cuts the connection; what is not sent by then is
// temporary.
func (s *Sender) Send(ctx context.Context, letters []Envelope) []Result {
	results := make([]Result, len(letters))
	run := run{sender: s}
	defer run.close()
	for i, letter := range letters {
		results[i] = run.send(ctx, letter)
		results[i].ID = letter.ID
	}
	return results
}

// Check connects and signs in, then leaves, to tell whether letters would go out: for those who set the
// fund up. A failure is fault.Unavailable with what the server said.
func (s *Sender) Check(ctx context.Context) error {
	run := run{sender: s}
	defer run.close()
	if err := run.connect(ctx); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The mail server does not take our letters: %s",
			classify(atServer, err).Reason)
	}
	return nil
}

// connection is one conversation with the server.
type connection struct {
	*smtp.Client
	wire net.Conn
	stop func() bool // ends watching the context
}

// open connects, encrypts and signs in. Whatever fails, nothing stays open.
func (s *Sender) open(ctx context.Context) (*connection, error) {
	c := &connection{}
	client, err := s.client(func(dialing context.Context, network, address string) (net.Conn, error) {
		wire, err := s.dial(dialing, network, address)
		if err != nil {
			return nil, err
		}
		c.wire = wire
		c.stop = context.AfterFunc(ctx, func() { _ = wire.Close() }) // what waits on it fails and says so
		if s.implicit {
			return tls.Client(wire, s.tlsConfig()), nil
		}
		return wire, nil
	})
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The mail server's settings are not accepted.")
	}
	c.Client, err = client.DialToSMTPClientWithContext(ctx)
	if err == nil && s.settings.User != "" {
		err = s.signIn(c)
	}
	if err != nil && c.wire != nil {
		c.stop()
		_ = c.wire.Close() // err says more than a failure to close would
	}
	return c, err
}

func (s *Sender) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.settings.Roots, MinVersion: tls.VersionTLS12}
}

// client gives what greets the server and encrypts, with our settings. Letters are ASCII on the wire, so
// the server is asked for nothing beyond.
func (s *Sender) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	policy := gomail.NoTLS
	if s.encrypts() {
		policy = gomail.TLSMandatory
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.settings.Timeout), gomail.WithDialContextFunc(dial),
		gomail.WithTLSConfig(s.tlsConfig()), gomail.WithTLSPolicy(policy), gomail.WithoutSMTPUTF8(),
	}
	if s.implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.settings.Hello != "" {
		options = append(options, gomail.WithHELO(s.settings.Hello))
	}
	return gomail.NewClient(s.host, options...)
}

// signIn proves who we are, in the best way that the server knows. The ways that show the password refuse
// to do so on a line that is not encrypted, unless the server is this very machine.
func (s *Sender) signIn(c *connection) error {
	password, err := readPassword(s.settings.PasswordFile)
	if err != nil {
		return err
	}
	_, offered := c.Extension("AUTH")
	ways := strings.Fields(offered)
	user := s.settings.User
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		return c.Auth(smtp.ScramSHA256Auth(user, password))
	case slices.Contains(ways, "PLAIN"):
		return c.Auth(smtp.PlainAuth("", user, password, s.host, false))
	case slices.Contains(ways, "LOGIN"):
		return c.Auth(smtp.LoginAuth(user, password, s.host, false))
	}
	return fault.New(fault.Unavailable, "The mail server offers no way to sign in that is spoken here.")
}

// readPassword gives the first line of a file.
func readPassword(name string) (string, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable,
			"The file with the password of the mail server cannot be read.")
	}
	line, _, _ := strings.Cut(string(data), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" || len(line) > maxPassword {
		return "", fault.New(fault.Unavailable, "The file with the password of the mail server holds no password.")
	}
	return line, nil
}
