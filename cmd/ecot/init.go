// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/app/setup"
	"ecot/fault"
	"ecot/money"
)

// initCommand founds a journal, and says who its fund is.
type initCommand struct {
	instance
	Name     string `help:"The fund's name, as pages show it, and its legal name."`
	Form     string `help:"Legal form: association, fonds-de-dotation, fondation or other."`
	Number   string `help:"SIREN (nine digits) or RNA (W and nine digits)."`
	IBAN     string `help:"Account that transfers go to." name:"iban"`
	Site     string `help:"Address of the site, such as https://fonds.example.org."`
	Mail     string `help:"Mail address of the fund."`
	Origin   string `help:"The journal's name for life; made of the site when absent."`
	Currency string `help:"Unit that the fund counts in, ISO 4217; EUR when absent."`
	Zone     string `help:"Time zone in which its days are; Europe/Paris when absent."`
	Lang     string `help:"Language of its pages when a reader asks for none: fr (when absent) or en."`
	Pot      string `help:"Short name of the pot of gifts to the fund as a whole." default:"general"`
}

// question is one of the six things that ecot init asks.
type question struct {
	text    string
	setting string // that checks the answer; empty for any text
	answer  *string
}

func (c *initCommand) questions() []question {
	return []question{
		{"Name of the fund, as its account's holder / nom du fonds, titulaire du compte", "legal-name", &c.Name},
		{"Legal form: association, fonds-de-dotation, fondation, other / forme juridique", "form", &c.Form},
		{"SIREN or RNA number / numéro SIREN ou RNA", "number", &c.Number},
		{"IBAN", "iban", &c.IBAN},
		{"Address of the site / adresse du site (https://…)", "base-url", &c.Site},
		{"Mail of the fund / courriel du fonds", "mail", &c.Mail},
	}
}

// Run asks what was not given, when there is somebody to ask, checks all of it, and founds.
func (c *initCommand) Run(s streams) error {
	if input, isFile := s.in.(*os.File); isFile && terminal(input) {
		if err := c.ask(s); err != nil {
			return err
		}
	}
	settings, err := c.settings()
	if err != nil {
		return err
	}
	return open(s, c.place(), func(a *app.App) error { return c.found(s, a, settings) })
}

// ask asks for what was not given; an empty answer leaves it for later, a wrong one is asked again.
func (c *initCommand) ask(s streams) error {
	lines := bufio.NewScanner(s.in)
	for _, q := range c.questions() {
		for *q.answer == "" {
			if _, err := fmt.Fprintf(s.out, "%s: ", q.text); err != nil {
				return err
			}
			if !lines.Scan() {
				return lines.Err()
			}
			said := strings.TrimSpace(lines.Text())
			if said == "" {
				break
			}
			if _, err := profile.Check(q.setting, said); err != nil {
				fmt.Fprintln(s.out, fault.PublicOf(err))
				continue
			}
			*q.answer = said
		}
	}
	return nil
}

// settings checks what was said and gives it as settings.
func (c *initCommand) settings() (map[string]string, error) {
	settings := map[string]string{}
	for _, q := range c.questions() {
		if *q.answer == "" {
			continue
		}
		value, err := profile.Check(q.setting, *q.answer)
		if err != nil {
			return nil, err
		}
		settings[q.setting] = value
	}
	return settings, nil
}

// found founds the journal, keeps the settings and opens the general pot.
func (c *initCommand) found(s streams, a *app.App, settings map[string]string) error {
	origin := c.Origin
	if at, err := url.Parse(settings["base-url"]); err == nil && origin == "" && at.Hostname() != "" {
		origin = at.Hostname() + "/journal"
	}
	err := a.Found(s.ctx, app.Charter{Origin: origin, Name: c.Name,
		Currency: money.Unit(strings.ToUpper(c.Currency)), Zone: c.Zone, Lang: c.Lang})
	if err != nil {
		return err
	}
	if err := establish(s.ctx, a, settings, c.Pot); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The journal %s is founded in %s.\nIts key, for those who verify: %s\n"+
		"Keep a copy of %s/keys apart: without it nobody can continue this journal.\n",
		a.Origin(), c.Data, a.VKey(), c.Data)
	return c.next(s, a)
}

// establish keeps what the fund says of itself and opens its general pot.
func establish(ctx context.Context, a *app.App, settings map[string]string, slug string) error {
	team := people.New(a, people.Options{})
	defer team.Close()
	founding := setup.New(a, team)
	if err := founding.Change(ctx, people.Operator(), settings); err != nil {
		return err
	}
	title := "General fund"
	if a.Lang() == "fr" {
		title = "Fonds général"
	}
	return founding.General(ctx, people.Operator(), slug, title)
}

// next prints the steps that are left.
func (c *initCommand) next(s streams, a *app.App) error {
	fund, err := profile.Load(s.ctx, a.Office())
	if err != nil {
		return err
	}
	place := ""
	if c.Data != "./ecot-data" {
		place = " --data " + c.Data
	}
	fmt.Fprintf(s.out, "\nNext:\n"+
		"  1. ecot invite \"YOUR NAME\" treasurer,admin%[1]s   prints the link that lets you in, once\n"+
		"  2. ecot serve%[1]s                                 then open that link\n"+
		"  3. ecot doctor%[1]s                                says what is not right yet on this machine\n", place)
	if missing := setup.Missing(fund); len(missing) > 0 {
		fmt.Fprintf(s.out, "The public sees no page until these are said, under Settings: %s.\n",
			strings.Join(missing, ", "))
	}
	return nil
}
