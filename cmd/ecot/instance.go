// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"os"

	"ecot/app"
	"ecot/fault"
)

// instance says which instance a subcommand works on; every subcommand that has one embeds it.
type instance struct {
	Data     string `help:"Data folder." default:"./ecot-data" env:"ECOT_DATA" placeholder:"DIR"`
	Database string `help:"PostgreSQL address; SQLite files in the data folder when absent." env:"ECOT_DATABASE" placeholder:"URL"`
}

func (i instance) place() app.Place { return app.Place{Dir: i.Data, Database: i.Database} }

// with opens the instance, which must be founded, calls fn with it and closes it.
func (i instance) with(s streams, fn func(*app.App) error) error {
	return open(s, i.place(), func(a *app.App) error {
		if !a.Founded() {
			return fault.New(fault.NotFound, "There is no journal in %s yet; begin with ecot init.", i.Data)
		}
		return fn(a)
	})
}

// open opens a place, calls fn with it and closes it; the first error counts.
func open(s streams, at app.Place, fn func(*app.App) error) (err error) {
	a, err := app.Open(s.ctx, at)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := a.Close(); err == nil {
			err = closeErr
		}
	}()
	return fn(a)
}

// progress gives what tells a person at a terminal how far long work is, and nothing to a pipe.
func (s streams) progress(what string) app.Progress {
	if !terminal(s.errOut) {
		return nil
	}
	return func(done, total int64) {
		if total > 0 {
			fmt.Fprintf(s.errOut, "\r%s %3d %% (%d of %d)", what, done*100/total, done, total)
		}
		if done >= total {
			fmt.Fprint(s.errOut, "\r\x1b[K")
		}
	}
}

// done clears the line of progress.
func (s streams) done() {
	if terminal(s.errOut) {
		fmt.Fprint(s.errOut, "\r\x1b[K")
	}
}

func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
