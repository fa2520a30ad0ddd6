// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanismtest

import (
	"fmt"
	"strconv"
	"strings"

	"ecot/journal"
	"ecot/money"
)

// Args are the words of a scenario's line behind its verb: plain words in their order, and
// name=value in any order. The first mistake stays and fails the scenario; a word that no verb asked
// for is a mistake too.
type Args struct {
	World *World // the world so far, for a verb that looks something up

	unit  money.Unit
	words []string
	named map[string]string
	err   error
}

// parseArgs splits the words behind a verb. The unit is named by unit=, euros otherwise.
func parseArgs(w *World, words []string) *Args {
	a := &Args{World: w, named: map[string]string{}}
	for _, word := range words {
		if name, value, found := strings.Cut(word, "="); found {
			a.named[name] = value
		} else {
			a.words = append(a.words, word)
		}
	}
	a.unit = money.Unit(a.Text("unit", string(money.Euro)))
	return a
}

func (a *Args) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
}

// rest fails when a word was not asked for, and gives the first mistake.
func (a *Args) rest() error {
	for name, value := range a.named {
		a.fail("nothing asked for %s=%s", name, value)
	}
	for _, word := range a.words {
		a.fail("nothing asked for %q", word)
	}
	return a.err
}

// Unit gives the unit of the line.
func (a *Args) Unit() money.Unit { return a.unit }

// Word takes the next plain word.
func (a *Args) Word() string {
	if len(a.words) == 0 {
		a.fail("a word is missing")
		return ""
	}
	word := a.words[0]
	a.words = a.words[1:]
	return word
}

// Text takes name=text, the fallback when it is absent.
func (a *Args) Text(name, fallback string) string {
	value, found := a.named[name]
	delete(a.named, name)
	if !found {
		return fallback
	}
	return value
}

// List takes name=one,two, empty when it is absent.
func (a *Args) List(name string) []string {
	if text := a.Text(name, ""); text != "" {
		return strings.Split(text, ",")
	}
	return nil
}

// Sum takes the next plain word as an amount, in minor units: "12.00", or "1200!" for a number of
// minor units that no amount could be.
func (a *Args) Sum() int64 { return a.minor(a.Word()) }

// Amount takes name=amount in minor units, 0 when it is absent.
func (a *Args) Amount(name string) int64 {
	if text := a.Text(name, ""); text != "" {
		return a.minor(text)
	}
	return 0
}

func (a *Args) minor(text string) int64 {
	if digits, raw := strings.CutSuffix(text, "!"); raw {
		return a.number(digits)
	}
	unit := a.unit
	if !unit.Valid() {
		unit = money.Euro
	}
	amount, err := money.Parse(text, unit)
	if err != nil {
		a.fail("%q: %w", text, err)
	}
	return amount.Minor
}

func (a *Args) number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		a.fail("%q is no number", text)
	}
	return n
}

// Number takes name=number, 0 when it is absent.
func (a *Args) Number(name string) int64 {
	if text := a.Text(name, ""); text != "" {
		return a.number(text)
	}
	return 0
}

// Entry takes the next plain word as the number of an entry: "#7".
func (a *Args) Entry() int64 { return a.number(strings.TrimPrefix(a.Word(), "#")) }

// EntryOr takes name=#7, the fallback when it is absent.
func (a *Args) EntryOr(name string, fallback int64) int64 {
	if text := a.Text(name, ""); text != "" {
		return a.number(strings.TrimPrefix(text, "#"))
	}
	return fallback
}

// Day takes name=2006-01-02, the unknown day when it is absent.
func (a *Args) Day(name string) journal.Day {
	text := a.Text(name, "")
	if text == "" {
		return 0
	}
	day, ok := journal.ParseDay(text)
	if !ok {
		a.fail("%q is no day", text)
	}
	return day
}

// Shares takes name=one:3.00,two:4.00; a single pot without an amount gets the whole.
func (a *Args) Shares(name string, whole int64) (shares []journal.Share) {
	for _, text := range a.List(name) {
		share := journal.Share{Pot: text, Amount: whole}
		if pot, amount, found := strings.Cut(text, ":"); found {
			share = journal.Share{Pot: pot, Amount: a.minor(amount)}
		}
		shares = append(shares, share)
	}
	return shares
}
