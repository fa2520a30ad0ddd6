// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"strings"

	"ecot/app"
	"ecot/app/post"
	"ecot/mail"
	"ecot/web/page"
	webpost "ecot/web/post"
)

// mailFlags say which mail server carries the letters; every subcommand that sends some embeds them.
type mailFlags struct {
	SMTP         string `name:"smtp" help:"Mail server, host:port; without it letters wait." env:"ECOT_SMTP" placeholder:"HOST:PORT"`
	User         string `name:"smtp-user" help:"Who signs in to the mail server." env:"ECOT_SMTP_USER" placeholder:"USER"`
	PasswordFile string `name:"smtp-password-file" help:"File whose first line is the password." env:"ECOT_SMTP_PASSWORD_FILE" placeholder:"FILE"`
	From         string `name:"mail-from" help:"Address that letters come from; the fund's own when absent." env:"ECOT_MAIL_FROM" placeholder:"ADDRESS"`
}

// post gives the post of an instance, which sends nothing when no mail server is named.
func (f mailFlags) post(a *app.App, baseURL string) (*post.Post, error) {
	options := post.Options{From: mail.Address(f.From), BaseURL: strings.TrimSuffix(baseURL, "/")}
	if f.SMTP != "" {
		sender, err := mail.NewSender(mail.Settings{Server: f.SMTP, User: f.User, PasswordFile: f.PasswordFile})
		if err != nil {
			return nil, err
		}
		options.Sender = sender
	}
	return post.New(a, options), nil
}

// lists shows the post to the door of those who leave a list.
type lists struct{ *post.Post }

// List says what a link leaves.
func (l lists) List(ctx context.Context, token string) (webpost.List, error) {
	leaving, err := l.Leaving(ctx, token)
	return webpost.List{Name: leaving.List, On: leaving.On}, err
}

// leaveDoor gives the door of those who leave a list.
func leaveDoor(p *post.Post) page.Door { return webpost.New(lists{p}) }
