// SPDX-License-Identifier: AGPL-3.0-or-later

// Package demo plays a year of a fund in which everything is invented: the people, the bodies, the
// projects, the town of Brindeval. No real payment is made and nothing leaves the machine.
//
// The year is 2025, in the zone Europe/Paris, in EUR. A fonds de dotation is founded with 15 000,00;
// a crowd of up to 1 012 people gives once a month to three projects and to the fund itself, by card
// and by transfer; four donors have names, so that their gifts can be followed; and every bad day of
// a treasurer comes once: a direct debit that bounces, a chargeback, a payout to a closed account, a
// gift posted wrongly, money without a reference. Afterwards the clock stands at Opens.
//
// Each act is one command sent through app.Do, as any door sends it, one after the other, the clock
// set to the act's instant. One by one is the point: a batch is whatever happens to wait together,
// but a journal of one command a batch has one order only, and the salts of its commitments derive
// from Seed and from the keys of the commands. So the entries, the root and the signatures are the
// same on every machine and on both engines. The secret key derives from Seed, which is printed
// here: anybody can sign with it, and a program that serves a real fund must refuse IsDemoKey.
//
// The month's provider balance reaches the bank on the first working day on or after the 3rd of the
// next month. A card costs 0,25 and 1,5 %, half a cent up, out of the pot that receives, and is not
// given back on a refund. Cash and cheques are declared when they come into asset:cash, and proved
// when the bank has them. Léon Gommé is erased on 30 September: his gifts stay, his name does not.
// Months are closed on the 10th of the next, December is left open. Brindeval's town hall is refused,
// since a fonds de dotation takes no public money, and so is in no entry.
//
// Its one invariant: a play depends on this package's text alone.
package demo

import (
	"context"
	"fmt"
	"time"

	"ecot/app"
	"ecot/clock"
	"ecot/fault"
	"ecot/journal"
	"ecot/money"
	"ecot/proof"
)

// What the demo is founded with. The key follows from Seed and Origin and is published: a signature
// by it proves nothing but that the demo was played.
const (
	Seed   = "Demonstration : tout est invente, aucun paiement reel. (2025)"
	Origin = "demo.ecot.example/journal"
	Name   = "Fonds de dotation des Communs de Brindeval"
	VKey   = "demo.ecot.example/journal+28b03644+Ab2Tplia3PzJvxMEJZgqh+WIrPFiA+iNHAWePDgiCghZ"

	// Size and Root are the entries that the year comes to and the root of all of them. They change
	// when the play or the form of a leaf does, and then it is another demo.
	Size = 1439
	Root = "LJaNzYYE8LA2l3GYA2GeB7rV4b2QvbeLpVsDRT4T8hE="

	zone            = "Europe/Paris"
	euro money.Unit = "EUR"
)

// Place says how to open an instance that the demo will be played into: in the folder dir, or with
// its tables in the PostgreSQL database when that address is not empty.
func Place(dir, database string, played clock.Clock) app.Place {
	return app.Place{Dir: dir, Database: database, Clock: played, Seed: []byte(Seed)}
}

// IsDemoKey says whether vkey is the demo's own verifier key, whose secret everybody knows.
func IsDemoKey(vkey string) bool { return vkey == VKey }

// Opens gives the instant at which the played clock stops: Friday 2 January 2026, 09:00 in Paris.
func Opens() time.Time { return time.Date(2026, time.January, 2, 8, 0, 0, 0, time.UTC) }

// Summary says what a play came to.
type Summary struct {
	Size int64      // entries of the journal
	Root proof.Hash // of all of them
	Acts int        // commands sent, without the one that founds; 0 when it was played before
}

// Play plays the year into an instance that was opened at Place and is not founded yet, and leaves
// the clock at Opens. It tells progress, which may be nil, of every day before its first act: the
// day as 2025-03-14, the acts done and the acts in all; and of Opens' day once all are done.
func Play(ctx context.Context, a *app.App, played *clock.Played, progress func(day string, done, total int)) (
	Summary, error) {
	if a.Founded() {
		return Summary{}, fault.New(fault.Conflict, "The demo is played into an empty instance only.")
	}
	acts, err := year()
	if err != nil {
		return Summary{}, fmt.Errorf("write the demo's year: %w", err)
	}
	if progress == nil {
		progress = func(string, int, int) {}
	}
	played.Set(acts[0].at)
	charter := app.Charter{Origin: Origin, Name: Name, Currency: euro, Zone: zone, Lang: "fr"}
	if err := a.Found(ctx, charter); err != nil {
		return Summary{}, err
	}
	if a.VKey() != VKey {
		return Summary{}, fault.New(fault.Internal, "The demo's instance was not opened at demo.Place.")
	}
	p := player{app: a, clock: played, indexes: make(map[string]int64, len(acts)),
		persons: make(map[int64]app.Person, len(acts)), erased: map[string]bool{}}
	day := ""
	for done, act := range acts {
		if today := act.at.Format(time.DateOnly); today != day {
			day = today
			progress(day, done, len(acts))
		}
		if err := p.play(ctx, &act); err != nil {
			return Summary{}, fmt.Errorf("play %s: %w", act.key, err)
		}
	}
	played.Set(Opens())
	if err := p.furnish(ctx); err != nil {
		return Summary{}, fmt.Errorf("lay the working papers: %w", err)
	}
	progress(Opens().Format(time.DateOnly), len(acts), len(acts))
	return p.sum(ctx, len(acts))
}

// Reopen says where an instance stands that the whole year was played into before, and from which
// instant its clock may run on: Opens, or the last entry of its visitors. Any other is refused.
func Reopen(ctx context.Context, a *app.App) (now Summary, from time.Time, err error) {
	other := fault.New(fault.Conflict, "This is no demo whose year has been played to its end by this program.")
	if !a.Founded() || !IsDemoKey(a.VKey()) {
		return now, from, other
	}
	year, err := a.Accounts(ctx, Size)
	if fault.CodeOf(err) == fault.NotFound || err == nil && year.Root.String() != Root {
		return now, from, other
	}
	if err != nil {
		return now, from, err
	}
	whole, err := a.Accounts(ctx, -1)
	if err != nil {
		return now, from, err
	}
	receipt, err := a.Receipt(ctx, whole.Size-1)
	if err != nil {
		return now, from, err
	}
	last, err := journal.NewReader(app.Rules().Kinds()).Parse(receipt.Extra, receipt.Index)
	if err != nil {
		return now, from, err
	}
	from = time.Unix(max(last.At.Seconds, Opens().Unix()), 0).UTC()
	return Summary{Size: whole.Size, Root: whole.Root}, from, nil
}

// player sends acts in their order.
type player struct {
	app     *app.App
	clock   *clock.Played
	indexes map[string]int64 // of the entries of acts played, by key
	last    app.Answer

	gifts   []playedGift
	persons map[int64]app.Person // behind entries, by index
	erased  map[string]bool      // handles
	spent   []*spent
}

// playedGift is a gift that was entered, with whom it is from.
type playedGift struct {
	index  int64
	person app.Person
	words  string
}

func (p *player) play(ctx context.Context, act *act) error {
	var of int64
	if act.of != "" {
		index, played := p.indexes[act.of]
		if !played {
			return fmt.Errorf("%s has not been played before it", act.of)
		}
		of = index
	}
	p.clock.Set(act.at)
	if act.erase != "" {
		answer, err := p.app.Erase(ctx, act.erase)
		p.indexes[act.key], p.last, p.erased[act.erase] = answer.Index, answer, true
		return err
	}
	command := act.command(of)
	answer, err := p.app.Do(ctx, app.Request{Key: act.key, Command: command, Person: act.person,
		Private: act.private})
	if err != nil {
		return err
	}
	p.remember(act, command, of, answer.Index)
	p.indexes[act.key], p.last = answer.Index, answer
	p.persons[answer.Index] = act.person
	if act.gift {
		given := playedGift{index: answer.Index, person: act.person}
		for _, text := range act.private {
			given.words = text.Value
		}
		p.gifts = append(p.gifts, given)
	}
	return nil
}

// sum reads the last answer's checkpoint, which is of the whole journal.
func (p *player) sum(ctx context.Context, acts int) (Summary, error) {
	receipt, err := p.last.Prove(ctx)
	if err != nil {
		return Summary{}, err
	}
	checkpoint, err := proof.OpenCheckpoint(receipt.Checkpoint, VKey)
	if err != nil {
		return Summary{}, err
	}
	return Summary{Size: checkpoint.Size, Root: checkpoint.Root, Acts: acts}, nil
}
