// SPDX-License-Identifier: AGPL-3.0-or-later

// Package doctor looks at the machine that an instance runs on: its clock, disk, files, keys, mail, address
// and backups.
//
// Its one invariant: it changes nothing but the notes that it is asked to keep, and whatever it finds wrong
// comes with what to do about it.
package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ecot/app"
	"ecot/app/profile"
	"ecot/app/queue"
	"ecot/fault"
	"ecot/office"
)

// Level says how grave a finding is.
type Level string

// The levels.
const (
	Good Level = "ok"
	Note Level = "note" // could be better, or was not looked at
	Bad  Level = "bad"
)

// Finding is what was found of one thing.
type Finding struct {
	Check string `json:"check"` // clock, disk, permissions, keys, database, address, mail, backup
	Level Level  `json:"level"`
	Said  string `json:"said"`
	Do    string `json:"do,omitempty"` // what to do about it; empty for what is good
}

// Patient is what is looked at.
type Patient struct {
	App  *app.App
	Dir  string
	Mail func(ctx context.Context) error // talks to the mail server; nil while none is set up
	Ask  *http.Client                    // asks the public address; nil not to
}

// Look looks at everything, in one order.
func (p Patient) Look(ctx context.Context) ([]Finding, error) {
	fund, err := profile.Load(ctx, p.App.Office())
	if err != nil {
		return nil, err
	}
	backup, err := p.backup(ctx)
	if err != nil {
		return nil, err
	}
	clock, err := p.clock(ctx)
	if err != nil {
		return nil, err
	}
	findings := []Finding{clock, p.disk(), p.permissions(), p.keys(), p.database(ctx)}
	findings = append(findings, p.address(ctx, fund.BaseURL)...)
	return append(findings, p.mail(ctx), backup), nil
}

func good(check, format string, args ...any) Finding {
	return Finding{Check: check, Level: Good, Said: fmt.Sprintf(format, args...)}
}

// built is about when this program was written: no clock that is right stands before it.
const built = 1_790_000_000

// clock holds the clock against the newest entry, and asks the system whether it is kept right.
func (p Patient) clock(ctx context.Context) (Finding, error) {
	now := p.App.Now().Unix()
	last, err := queue.Last(ctx, p.App.Reading())
	if err != nil {
		return Finding{}, err
	}
	const do = "Let the machine keep its clock by NTP (timedatectl set-ntp true)."
	switch {
	case now < built:
		return Finding{"clock", Bad, "The clock stands at " + instant(now) + ", before this program was written.",
			do}, nil
	case now < last.At:
		return Finding{"clock", Bad, "The clock stands at " + instant(now) + ", before the newest entry of the " +
			"journal, " + instant(last.At) + ".", do}, nil
	case !synchronised():
		return Finding{"clock", Note, "The system does not say that its clock is kept right.", do}, nil
	}
	return good("clock", "It stands at %s, and the system keeps it right.", instant(now)), nil
}

func instant(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }

// Space that is too little, and little, in bytes.
const (
	tooLittle = 200 << 20
	little    = 2 << 30
)

// disk looks at what is free where the data is.
func (p Patient) disk() Finding {
	free, err := freeBytes(p.Dir)
	const do = "Make room on the disk of the data folder, or move it to a larger one."
	switch {
	case err != nil:
		return Finding{"disk", Note, "It could not be asked: " + err.Error(), do}
	case free < tooLittle:
		return Finding{"disk", Bad, fmt.Sprintf("%d MB are free.", free>>20), do}
	case free < little:
		return Finding{"disk", Note, fmt.Sprintf("%d MB are free.", free>>20), do}
	}
	return good("disk", "%d MB are free.", free>>20)
}

// permissions wants nobody but the owner to read what is private.
func (p Patient) permissions() Finding {
	var loose []string
	err := filepath.WalkDir(p.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(p.Dir, path)
		if err == nil && info.Mode().Perm()&0o077 != 0 && private(name) {
			loose = append(loose, name)
		}
		return err
	})
	const do = "chmod -R go= on the data folder, and keep it owned by the user that runs ecot."
	if err != nil {
		return Finding{"permissions", Bad, "The data folder cannot be looked at: " + err.Error(), do}
	}
	if len(loose) > 0 {
		return Finding{"permissions", Bad, fmt.Sprintf("Others can read %v.", loose), do}
	}
	return good("permissions", "Only the owner reads the keys and the private files.")
}

// private says whether a file of the data folder is for its owner alone. In a folder that others cannot
// enter, what the files say does not matter.
func private(name string) bool {
	top, _, _ := strings.Cut(filepath.ToSlash(name), "/")
	return top == "keys" || top == "vault.db" || top == "office.db" || top == "backups"
}

// keys wants the key that signs to be there: opening the instance has checked that it is the right one.
func (p Patient) keys() Finding {
	text, err := os.ReadFile(filepath.Join(p.Dir, "keys", "log.key"))
	if err != nil || len(text) == 0 {
		return Finding{"keys", Bad, "The key that signs is not in " + filepath.Join(p.Dir, "keys") + ".",
			"Bring it back from your copy: without it nothing can be entered."}
	}
	return good("keys", "The key that signs is there, and is the one of %s.", p.App.Origin())
}

// database says that commits last: opening has refused a database that would not.
func (p Patient) database(ctx context.Context) Finding {
	if err := p.App.Ready(ctx); err != nil {
		return Finding{"database", Bad, "It does not answer: " + fault.PublicOf(err),
			"Start the database, or look at its log."}
	}
	return good("database", "It answers, and acknowledges nothing before it is on disk (checked at opening).")
}

// mail talks to the mail server.
func (p Patient) mail(ctx context.Context) Finding {
	const do = "Name a mail server that takes your letters; until then thanks wait and nobody signs in by mail."
	if p.Mail == nil {
		return Finding{"mail", Note, "No mail server is named.", do}
	}
	if err := p.Mail(ctx); err != nil {
		return Finding{"mail", Bad, fault.PublicOf(err), do}
	}
	return good("mail", "The mail server takes our letters.")
}

// address looks at the address that the public uses.
func (p Patient) address(ctx context.Context, base string) []Finding {
	at, err := url.Parse(base)
	switch {
	case base == "":
		return []Finding{{"address", Note, "The address of the site is not said.",
			"Say it under Settings, or with --base-url: links in letters are made of it."}}
	case err != nil || at.Scheme != "https":
		return []Finding{{"address", Bad, base + " is not reached over HTTPS.",
			"Put a proxy with a certificate in front: sessions and passkeys need it."}}
	case p.Ask == nil:
		return []Finding{good("address", "%s; it was not asked whether it answers.", base)}
	}
	return []Finding{p.reach(ctx, base)}
}

// reach asks the public address for a sign of life.
func (p Patient) reach(ctx context.Context, base string) Finding {
	const do = "Look at the name's DNS record, the proxy and its certificate."
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/healthz", http.NoBody)
	if err != nil {
		return Finding{"address", Bad, base + " cannot be asked.", do}
	}
	answer, err := p.Ask.Do(request)
	if err != nil {
		return Finding{"address", Bad, base + " does not answer: " + err.Error(), do}
	}
	if err := answer.Body.Close(); err != nil {
		return Finding{"address", Bad, base + " broke off: " + err.Error(), do}
	}
	if answer.StatusCode != http.StatusOK {
		return Finding{"address", Bad, base + "/healthz answers " + answer.Status + ".", do}
	}
	guarding := []string{"Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options"}
	for _, name := range guarding {
		if answer.Header.Get(name) == "" {
			return Finding{"address", Bad, "The answer of " + base + " lacks the header " + name + ".",
				"Let the proxy pass the headers through, and start ecot serve with the address (--base-url)."}
		}
	}
	return good("address", "%s answers, with its guarding headers.", base)
}

// backupSetting is the setting that notes when the last backup was made, in seconds.
const backupSetting = "last-backup"

// BackedUp notes that a backup was made.
func BackedUp(ctx context.Context, a *app.App) error {
	return a.Office().Do(ctx, func(tx *office.Tx) error {
		now := a.Now().Unix()
		return tx.PutSetting(ctx, backupSetting, strconv.FormatInt(now, 10), "", now)
	})
}

// freshBackup is how old the last backup may be.
const freshBackup = 7 * 24 * time.Hour

// LastBackup gives when the last backup was made, in seconds; 0 when none ever was.
func LastBackup(ctx context.Context, o *office.Office) (int64, error) {
	text, err := o.Setting(ctx, backupSetting)
	if err != nil || text == "" {
		return 0, err
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fault.Wrap(err, fault.Internal, "The setting %s cannot be read.", backupSetting)
	}
	return seconds, nil
}

// backup looks at when the last backup was made.
func (p Patient) backup(ctx context.Context) (Finding, error) {
	seconds, err := LastBackup(ctx, p.App.Office())
	const do = "Make one with ecot backup FILE, each night, and keep it on another machine."
	if err != nil || seconds == 0 {
		return Finding{"backup", Bad, "No backup was ever made.", do}, err
	}
	if age := p.App.Now().Sub(time.Unix(seconds, 0)); age > freshBackup {
		return Finding{"backup", Bad, "The last backup is of " + instant(seconds) + ".", do}, nil
	}
	return good("backup", "The last one is of %s.", instant(seconds)), nil
}
