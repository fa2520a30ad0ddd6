// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"ecot/app"
	"ecot/money"
)

// initCommand founds a journal.
type initCommand struct {
	instance
	Origin   string `help:"The journal's name for life, such as fonds.example.org/journal."`
	Name     string `help:"The fund's name, as pages show it."`
	Currency string `help:"Unit that the fund counts in, ISO 4217."`
	Zone     string `help:"Time zone in which its days are, such as Europe/Paris."`
	Lang     string `help:"Language of its pages when a reader asks for none: fr or en."`
}

// Run asks what was not given, when there is somebody to ask, and founds.
func (c *initCommand) Run(s streams) error {
	input, isFile := s.in.(*os.File)
	if isFile && terminal(input) {
		lines := bufio.NewScanner(s.in)
		for _, question := range []struct {
			text, otherwise string
			answer          *string
		}{
			{"Name of the fund / nom du fonds", "Écot", &c.Name},
			{"Origin, your domain and /journal / origine", "ecot.local/…", &c.Origin},
			{"Currency / monnaie", "EUR", &c.Currency},
			{"Time zone / fuseau", "Europe/Paris", &c.Zone},
			{"Language / langue (fr, en)", "fr", &c.Lang},
		} {
			if *question.answer != "" {
				continue
			}
			fmt.Fprintf(s.out, "%s [%s]: ", question.text, question.otherwise)
			if !lines.Scan() {
				break
			}
			*question.answer = strings.TrimSpace(lines.Text())
		}
	}
	return open(s, c.place(), func(a *app.App) error {
		err := a.Found(s.ctx, app.Charter{Origin: c.Origin, Name: c.Name,
			Currency: money.Unit(strings.ToUpper(c.Currency)), Zone: c.Zone, Lang: c.Lang})
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "The journal %s is founded in %s.\nIts key, for those who verify: %s\n"+
			"Keep a copy of %s/keys apart: without it nobody can continue this journal.\n"+
			"Next: ecot serve --data %s\n", a.Origin(), c.Data, a.VKey(), c.Data, c.Data)
		return nil
	})
}
