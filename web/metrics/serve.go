// SPDX-License-Identifier: AGPL-3.0-or-later

package metrics

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"time"

	"ecot/fault"
)

// Limits of the server.
const (
	readTime  = 5 * time.Second
	writeTime = 30 * time.Second
)

// ServeHTTP answers with all figures.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	if err := m.Write(r.Context(), &body); err != nil {
		http.Error(w, fault.PublicOf(err), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	if _, err := w.Write(body.Bytes()); err != nil {
		slog.Debug("monitoring left", "error", err)
	}
}

// Serve answers GET /metrics on an address until end is called. An address that other machines reach is
// fault.Forbidden unless it is to be public.
func (m *Metrics) Serve(address string, public bool) (end func(), err error) {
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "There is no address %q for the metrics.", address)
	}
	if !public && !at.IP.IsLoopback() {
		return nil, fault.New(fault.Forbidden, "The metrics are for this machine: %s is reached from others. "+
			"Take an address such as 127.0.0.1:9090, or say --metrics-public.", address)
	}
	listener, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "Nothing can listen on %s.", address)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: readTime, ReadTimeout: readTime,
		WriteTimeout: writeTime}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	return func() {
		if err := server.Close(); err != nil {
			slog.Warn("the metrics did not close", "error", err)
		}
		<-ended
	}, nil
}
