// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"ecot/app"
	"ecot/app/cards"
	"ecot/clock"
	"ecot/demo"
	"ecot/fault"
	"ecot/locale"
	"ecot/web"
	"ecot/web/books"
)

// serveCommand serves the pages.
type serveCommand struct {
	instance
	cardFlags
	Listen  string `help:"Address to listen on." default:"127.0.0.1:8080" env:"ECOT_LISTEN" placeholder:"ADDR"`
	BaseURL string `help:"Address that the public reaches it under, such as https://fonds.example.org." env:"ECOT_BASE_URL" placeholder:"URL"`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		if demo.IsDemoKey(a.VKey()) {
			return fault.New(fault.Forbidden,
				"This journal is the demonstration's, whose key is public; only ecot demo serves it.")
		}
		taken, err := c.cardFlags.open(a, c.BaseURL)
		if err != nil {
			return err
		}
		return serve(s, a, c.Listen, web.Options{Name: a.Name(), BaseURL: c.BaseURL,
			DefaultLang: locale.Lang(a.Lang()), Zone: a.Zone(), Clock: clock.System,
			Demo: taken != nil && !taken.About().Live}, taken)
	})
}

// serveInstance serves a played instance with the clock that it is opened with.
func serveInstance(s streams, at app.Place, address string) error {
	return open(s, at, func(a *app.App) error {
		return serve(s, a, address, web.Options{Name: a.Name(), DefaultLang: locale.Lang(a.Lang()), Zone: a.Zone(),
			Clock: at.Clock, Demo: true}, nil)
	})
}

// Limits of the server: what a reader on a slow line needs, and nothing without end.
const (
	headerTimeout = 10 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	maxHeader     = 16 << 10
)

// serve serves an instance's pages on an address until the context of s ends. Without cards there are none
// to choose.
func serve(s streams, a *app.App, address string, options web.Options, c *cards.Cards) error {
	pages, err := web.New(books.New(a), options, givingDoors(a, c)...)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "Nothing can listen on %s.", address)
	}
	server := &http.Server{Handler: pages, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader}
	defer follow(s.ctx, c)()
	fmt.Fprintf(s.out, "%s: http://%s/\n", options.Name, listener.Addr())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-s.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err = server.Shutdown(ctx)
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return err
}
