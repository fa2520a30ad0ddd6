// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"ecot/app"
	"ecot/app/doctor"
	"ecot/mail"
)

// doctorCommand looks at the machine that an instance runs on.
type doctorCommand struct {
	instance
	mailFlags
	JSON  bool `help:"Print JSON." name:"json"`
	Reach bool `help:"Ask the public address too, over the network."`
}

// askTime bounds one question over the network.
const askTime = 15 * time.Second

// Run looks, prints, and ends with status 1 when something is bad.
func (c *doctorCommand) Run(s streams) error {
	return c.with(s, func(a *app.App) error {
		patient := doctor.Patient{App: a, Dir: c.Data}
		if c.SMTP != "" {
			sender, err := mail.NewSender(mail.Settings{Server: c.SMTP, User: c.User,
				PasswordFile: c.PasswordFile, Timeout: askTime})
			if err != nil {
				return err
			}
			patient.Mail = sender.Check
		}
		if c.Reach {
			patient.Ask = &http.Client{Timeout: askTime}
		}
		findings, err := patient.Look(s.ctx)
		if err != nil {
			return err
		}
		if err := c.print(s, findings); err != nil {
			return err
		}
		for _, f := range findings {
			if f.Level == doctor.Bad {
				return exitStatus(1)
			}
		}
		return nil
	})
}

func (c *doctorCommand) print(s streams, findings []doctor.Finding) error {
	if c.JSON {
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(struct {
			Findings []doctor.Finding `json:"findings"`
		}{findings})
	}
	for _, f := range findings {
		if _, err := fmt.Fprintf(s.out, "%-4s  %-11s  %s\n", f.Level, f.Check, f.Said); err != nil {
			return err
		}
		if f.Do != "" {
			fmt.Fprintf(s.out, "%19s%s\n", "", f.Do)
		}
	}
	return nil
}
