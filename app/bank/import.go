// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/money"
	"ecot/office"
)

// Report is what an import came to.
type Report struct {
	Statements []Imported `json:"statements"`
	Lines      int64      `json:"lines"`    // in the file
	Fresh      int64      `json:"new"`      // that no earlier import had brought
	Left       int64      `json:"left_out"` // not booked by the bank, of no amount, or told elsewhere
	Booked     int64      `json:"booked"`   // lines that were booked by this import, of earlier ones too
	Arrived    int64      `json:"arrived"`  // lines booked as money that is not attributed yet
	Waiting    int64      `json:"waiting"`  // lines that now wait for a person, of earlier imports too
	Gaps       []Gap      `json:"gaps,omitempty"`
	Warnings   []string   `json:"warnings,omitempty"`
	DryRun     bool       `json:"dry_run,omitempty"`
}

// Imported is one statement of a report.
type Imported struct {
	Account string     `json:"account"`
	Asset   string     `json:"asset"`
	Unit    money.Unit `json:"currency"`
	From    string     `json:"from,omitempty"`
	To      string     `json:"to,omitempty"`
	Opening *int64     `json:"opening,omitempty"` // minor units
	Closing *int64     `json:"closing,omitempty"`
	Lines   int64      `json:"lines"`
	Fresh   int64      `json:"new"`
}

// incoming is a statement that was checked and is ready to be kept.
type incoming struct {
	office.BankStatement
	account office.BankAccount
	lines   []statement.Line
	left    int64
}

// Import brings the statements of a file in, by a mandate: checks that each adds up, keeps what is new,
// books what is certain, and tells what waits. A file that does not add up, or is about another account
// or currency, is refused whole. Importing again changes nothing. A dry run changes nothing at all.
func (b *Bank) Import(ctx context.Context, f File, by string, dry bool) (Report, error) {
	report := Report{DryRun: dry}
	if err := f.NeedsMapping(); err != nil {
		return report, err
	}
	var all []incoming
	for _, s := range f.Statements {
		one, err := b.checked(ctx, s)
		if err != nil {
			return report, err
		}
		one.File, one.Imported, one.Mandate = f.Digest, b.app.Now().Unix(), by
		all = append(all, one)
		report.Warnings = append(report.Warnings, s.Warnings...)
		report.Lines += int64(len(s.Lines))
		report.Left += one.left
	}
	if dry {
		return b.foresee(ctx, report, all)
	}
	if err := b.keep(ctx, f, all); err != nil {
		return report, err
	}
	if err := b.Heal(ctx); err != nil {
		return report, err
	}
	for _, one := range all {
		report.add(one)
	}
	if err := b.settleCertain(ctx, &report, by); err != nil {
		return report, err
	}
	return report, b.findGaps(ctx, &report)
}

func (r *Report) add(one incoming) {
	r.Fresh += one.Fresh
	r.Statements = append(r.Statements, Imported{Account: one.Account, Asset: one.account.Asset,
		Unit: one.account.Currency, From: one.From, To: one.To, Opening: one.Opening, Closing: one.Closing,
		Lines: one.Lines, Fresh: one.Fresh})
}

// checked refuses a statement that is not the fund's, is in another currency, or does not add up.
func (b *Bank) checked(ctx context.Context, s statement.Statement) (incoming, error) {
	account, err := b.account(ctx, s.Account)
	if err != nil {
		return incoming{}, err
	}
	if s.Currency != "" && s.Currency != account.Currency {
		return incoming{}, currencyRefused(s.Account, s.Currency, account.Currency)
	}
	if sum, whole := s.Sum(); whole && s.Opening != nil && s.Closing != nil && *s.Opening+sum != *s.Closing {
		plain := func(minor int64) string { return money.Amount{Minor: minor, Unit: s.Currency}.String() }
		return incoming{}, fault.New(fault.Invalid,
			"The statement %s does not add up: from %s, the lines %s lead to "+
				"%s, not to %s. Ask the bank for it again.", named(s), plain(*s.Opening), plain(sum),
			plain(*s.Opening+sum),
			plain(*s.Closing)).In("bank.adds-up", "statement", named(s), "opening", plain(*s.Opening),
			"lines",
			plain(sum), "sum", plain(*s.Opening+sum), "closing", plain(*s.Closing))
	}
	one := incoming{account: account, BankStatement: office.BankStatement{Account: account.IBAN,
		Source: s.Source,
		ID:     s.ID, Number: s.Number, Sent: s.Sent, Page: s.Page, Notice: s.Notice, From: s.From, To: s.To,
		Opening: s.Opening, Closing: s.Closing, Lines: int64(len(s.Lines))}}
	for _, l := range s.Lines {
		if l.Unbooked || l.Amount == 0 || s.Notice && !l.Firm {
			one.left++
			continue
		}
		if l.Currency != account.Currency {
			return incoming{}, currencyRefused(s.Account, l.Currency, account.Currency)
		}
		if l.Booked = cmp.Or(l.Booked, l.Value, s.To); l.Booked == "" {
			return incoming{}, fault.New(fault.Invalid, "A line of %s in the statement %s has no day.",
				money.Amount{Minor: l.Amount, Unit: l.Currency}, named(s)).In("bank.no-day", "statement",
				named(s))
		}
		if one.From == "" || one.From > l.Booked {
			one.From = l.Booked
		}
		one.To = max(one.To, l.Booked)
		one.lines = append(one.lines, l)
	}
	one.Digest = digestOf(one)
	return one, nil
}

// named gives what a person knows a statement by.
func named(s statement.Statement) string {
	return cmp.Or(s.ID, s.To, s.From, s.Created, s.Source)
}

// digestOf tells a statement from others by what it says, whatever file it came in.
func digestOf(s incoming) string {
	hash := sha256.New()
	balance := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	fmt.Fprintf(hash, "%s\n%s\n%d %d %d\n%s %s\n%s %s\n", s.Account, s.ID, s.Number, s.Sent, s.Page, s.From,
		s.To,
		balance(s.Opening), balance(s.Closing))
	for _, l := range s.lines {
		fmt.Fprintln(hash, l.Key)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// keep keeps the statements and their new lines, all in one transaction.
func (b *Bank) keep(ctx context.Context, f File, all []incoming) error {
	return b.office.Do(ctx, func(tx *office.Tx) error {
		var accounts []office.BankAccount
		for i := range all {
			one := &all[i]
			accounts = append(accounts, one.account)
			if err := tx.PutBankAccount(ctx, one.account); err != nil {
				return err
			}
			for _, l := range one.lines {
				fresh, err := keepLine(ctx, tx, one, l)
				if err != nil {
					return err
				}
				if fresh {
					one.Fresh++
				}
			}
			if err := tx.PutBankStatement(ctx, one.BankStatement); err != nil {
				return err
			}
		}
		return f.keepMapping(ctx, tx, accounts)
	})
}

// keepLine keeps one line. One file may give a batch whole and another its parts: the parts stand for the
// whole where nothing was booked of it yet, else the whole stands for the parts.
func keepLine(ctx context.Context, tx *office.Tx, s *incoming, l statement.Line) (fresh bool, err error) {
	line, err := stored(s.Account, s.Digest, l)
	if err != nil {
		return false, err
	}
	if l.Firm {
		others, err := tx.BankLinesOfEntry(ctx, l.Entry)
		if err != nil {
			return false, err
		}
		for _, other := range others {
			if other.Key == l.Key {
				return false, nil
			}
			if told(other).Part == l.Part || other.Status == office.LineSplit {
				continue
			}
			if !l.Part || other.Status != office.LineWaiting {
				line.Status = office.LineSplit
				break
			}
			if err := tx.SettleBankLine(ctx, other.Key, office.BankOutcome{Status: office.LineSplit}); err != nil {
				return false, err
			}
		}
	}
	return tx.PutBankLine(ctx, line)
}

// foresee says what an import would come to.
func (b *Bank) foresee(ctx context.Context, r Report, all []incoming) (Report, error) {
	desk, err := b.desk(ctx)
	if err != nil {
		return r, err
	}
	met := map[string]bool{}
	for i := range all {
		one := &all[i]
		for _, l := range one.lines {
			_, known, err := b.office.BankLine(ctx, l.Key)
			if err != nil {
				return r, err
			}
			if known || met[l.Key] {
				continue
			}
			met[l.Key] = true
			one.Fresh++
			line, err := stored(one.Account, one.Digest, l)
			if err != nil {
				return r, err
			}
			switch decision, _ := desk.byItself(line); decision.kind() {
			case "":
				r.Waiting++
			case Arrival:
				r.Arrived++
			default:
				r.Booked++
			}
		}
		r.add(*one)
	}
	return r, nil
}

// pageOfLines is how many lines are read, and booked, at once.
const pageOfLines = 200

// settleCertain books what needs no person, among all lines that wait.
func (b *Bank) settleCertain(ctx context.Context, r *Report, by string) error {
	desk, err := b.desk(ctx)
	if err != nil {
		return err
	}
	after := office.BankLine{}
	for {
		lines, err := b.office.BankLinesIn(ctx, office.LineWaiting, after, pageOfLines)
		if err != nil {
			return err
		}
		var acts []act
		for _, line := range lines {
			decision, err := desk.byItself(line)
			if err != nil {
				return err
			}
			if decision.kind() == "" {
				r.Waiting++
				continue
			}
			acts = append(acts, act{line: line, decision: decision, by: by})
		}
		done, err := b.perform(ctx, acts)
		if err != nil {
			return err
		}
		for i, went := range done {
			switch {
			case went != nil:
				r.Waiting++
				r.Warnings = append(r.Warnings, fault.PublicOf(went))
			case acts[i].decision.kind() == Arrival:
				r.Arrived++
			default:
				r.Booked++
			}
		}
		if len(lines) < pageOfLines {
			return nil
		}
		after = lines[len(lines)-1]
	}
}

// findGaps fills in the gaps of the accounts that a report is about.
func (b *Bank) findGaps(ctx context.Context, r *Report) error {
	var seen []string
	for _, s := range r.Statements {
		if slices.Contains(seen, s.Account) {
			continue
		}
		seen = append(seen, s.Account)
		chain, err := b.chain(ctx, s.Account)
		if err != nil {
			return err
		}
		r.Gaps = append(r.Gaps, chain.Gaps...)
	}
	return nil
}

// encode writes a decision down.
func (d Decision) encode() (string, error) {
	text, err := json.Marshal(d)
	return string(text), err
}
