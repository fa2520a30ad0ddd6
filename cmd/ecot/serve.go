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
	"ecot/app/post"
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
	mailFlags
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
		letters, err := c.post(a, c.BaseURL)
		if err != nil {
			return err
		}
		taken, err := c.cardFlags.open(s.ctx, a, c.BaseURL)
		if err != nil {
			return err
		}
		return serve(s, a, outside{letters: letters, cards: taken}, c.Listen, web.Options{Name: a.Name(),
			BaseURL:     c.BaseURL,
			DefaultLang: locale.Lang(a.Lang()), Zone: a.Zone(), Clock: clock.System,
			Demo: taken != nil && !taken.About().Live})
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

// outside is what an instance speaks to beyond its own databases. Cards may be nil.
type outside struct {
	letters *post.Post
	cards   *cards.Cards
	till    http.Handler // the payment page of the card provider's stand-in, in the demo alone
	arrived func() error // called in the demo when a transfer was played
}

// serve serves an instance's pages on an address, and sends its letters, until the context of s ends.
func serve(s streams, a *app.App, with outside, address string, options web.Options) error {
	doors, err := openDoors(s.ctx, a, with, &options)
	if err != nil {
		return err
	}
	defer doors.close()
	pages, err := web.New(books.New(a), options, doors.all...)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "Nothing can listen on %s.", address)
	}
	server := &http.Server{Handler: pages, ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader}
	fmt.Fprintf(s.out, "%s: http://%s/\n", options.Name, listener.Addr())
	defer inBackground(s.ctx, with.letters.Run)()
	defer inBackground(s.ctx, func(ctx context.Context) {
		doors.rooms.gifts.Run(ctx, func(err error) { fmt.Fprintln(s.errOut, fault.PublicOf(err)) })
	})()
	if with.cards != nil {
		defer inBackground(s.ctx, with.cards.Run)()
	}
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

// inBackground runs work beside the pages; the function that it gives ends it and waits for its end.
func inBackground(ctx context.Context, work func(context.Context)) (end func()) {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		work(ctx)
	}()
	return func() {
		stop()
		<-ended
	}
}
