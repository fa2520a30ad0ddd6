// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"ecot/app"
	"ecot/fault"
	"ecot/office"
)

// lettersCommand lists the outbox, and sends what is due.
type lettersCommand struct {
	instance
	mailFlags
	BaseURL   string `help:"Address that the public reaches the fund under; the setting base-url when absent." env:"ECOT_BASE_URL" placeholder:"URL"`
	JSON      bool   `help:"Print JSON." name:"json"`
	Addresses bool   `help:"Show to whom each letter goes."`
	All       bool   `help:"List what was sent or withdrawn as well."`
	Send      bool   `help:"Write what the journal asks for and send what is due, once, before listing."`
	Retry     string `help:"Have a letter that failed tried again." placeholder:"ID"`
}

// maxListed bounds the letters of one state that are listed.
const maxListed = 1000

// letterJSON is a letter as --json prints one.
type letterJSON struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	State string `json:"state"`
	To    string `json:"to,omitempty"`
	Made  string `json:"made"`
	Due   string `json:"due,omitempty"`
	Tries int64  `json:"tries"`
	Error string `json:"error,omitempty"`
}

// Run lists.
func (c *lettersCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		if err := c.act(s, a); err != nil {
			return err
		}
		states := []office.LetterState{office.LetterFailed, office.LetterWaiting, office.LetterSending}
		if c.All {
			states = append(states, office.LetterSent, office.LetterWithdrawn)
		}
		list := []letterJSON{}
		for _, state := range states {
			letters, err := a.Office().LettersIn(s.ctx, state, maxListed)
			if err != nil {
				return err
			}
			for _, l := range letters {
				list = append(list, c.show(l))
			}
		}
		if c.JSON {
			encoder := json.NewEncoder(s.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(struct {
				Letters []letterJSON `json:"letters"`
			}{list})
		}
		return printLetters(s, list)
	})
}

// act does what is asked before the list.
func (c *lettersCommand) act(s streams, a *app.App) error {
	if c.Retry != "" {
		err := a.Office().Do(s.ctx, func(tx *office.Tx) error {
			again, err := tx.RetryLetter(s.ctx, c.Retry, a.Now().Unix())
			if err == nil && !again {
				err = fault.New(fault.NotFound, "No letter %s has failed.", c.Retry)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if !c.Send {
		return nil
	}
	p, err := c.post(a, c.BaseURL)
	if err != nil {
		return err
	}
	if !p.CanSend() {
		return fault.New(fault.Invalid, "Say which mail server sends them, with --smtp HOST:PORT.")
	}
	if err := p.Follow(s.ctx); err != nil {
		return err
	}
	if err := p.Tick(s.ctx); err != nil {
		return err
	}
	return p.Send(s.ctx)
}

// show gives a letter as it is listed. Its address, and an error that may quote it, are private.
func (c *lettersCommand) show(l office.Letter) letterJSON {
	shown := letterJSON{ID: l.ID, Kind: l.Kind, State: string(l.State), Made: instant(l.Made), Tries: l.Tries,
		Error: l.Error}
	if l.State == office.LetterWaiting || l.State == office.LetterSending {
		shown.Due = instant(l.Due)
	}
	if c.Addresses {
		shown.To = l.Handle
	}
	return shown
}

func printLetters(s streams, list []letterJSON) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(s.out, "No letter waits, and none has failed.")
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "State\tLetter\tTo\tMade\tDue\tTries\tError")
	for _, l := range list {
		to := l.To
		if to == "" {
			to = "–"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%.16s\t%.16s\t%d\t%s\n", l.State, l.ID, to, l.Made, l.Due, l.Tries, l.Error)
	}
	return table.Flush()
}
