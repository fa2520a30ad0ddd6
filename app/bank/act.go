// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"ecot/app/gifts"
	"ecot/fault"
	"ecot/office"
)

// act is a line, what it is to be booked as, and who says so.
type act struct {
	line     office.BankLine
	decision Decision
	by       string // mandate

	err    error // refused, for good
	lost   bool  // somebody else took the line
	booked booked
}

// booked is what came of an act in the journal.
type booked struct {
	bookings []office.BankBooking
	handle   string // whose the money is, when the line has one giver
}

// BookAs books a line as a person decided, by a mandate. It is refused when the line was decided meanwhile.
func (b *Bank) BookAs(ctx context.Context, key string, d Decision, by string) error {
	line, err := b.line(ctx, key)
	if err != nil {
		return err
	}
	if by == "" {
		return fault.New(fault.Forbidden, "Whoever books a line does so by a mandate.")
	}
	return b.one(ctx, act{line: line, decision: d, by: by})
}

// Undo reverses what a line was last booked as, by a mandate; the line waits again. Of money that had
// arrived and was attributed only the attribution is undone.
func (b *Bank) Undo(ctx context.Context, key, by string) error {
	line, err := b.line(ctx, key)
	if err != nil {
		return err
	}
	switch line.Status {
	case office.LineBooked, office.LineArrived, office.LineIgnored:
		return b.one(ctx, act{line: line, decision: Decision{Parts: []Part{{Kind: undo}}}, by: by})
	}
	return fault.New(fault.Conflict,
		"Nothing was booked of this line that could be undone.").In("bank.nothing-to-undo")
}

func (b *Bank) one(ctx context.Context, a act) error {
	refused, err := b.perform(ctx, []act{a})
	if err != nil {
		return err
	}
	return refused[0]
}

// perform keeps what is decided of many lines, enters it, and settles the lines. It gives, for each act,
// why it was refused, nil when it was done. An error stands for what may be done again: Heal does.
func (b *Bank) perform(ctx context.Context, acts []act) (refused []error, err error) {
	refused = make([]error, len(acts))
	taken := make([]*act, 0, len(acts))
	for i := range acts {
		a := &acts[i]
		a.decision.From = a.line.Status
		if refused[i] = b.prepare(ctx, a); refused[i] == nil {
			taken = append(taken, a)
		} else if !final(refused[i]) {
			return nil, refused[i]
		}
	}
	if err := b.take(ctx, taken); err != nil {
		return nil, err
	}
	err = b.enterAll(context.WithoutCancel(ctx), taken)
	for i := range acts {
		refused[i] = errors.Join(refused[i], acts[i].err)
	}
	return refused, err
}

// final says whether an error refuses an act for good, and not only for now.
func final(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.Forbidden:
		return true
	}
	return false
}

// prepare checks a decision and fills in what must be the same whenever it is entered again.
func (b *Bank) prepare(ctx context.Context, a *act) error {
	first, err := b.firstOpen(ctx)
	if err != nil {
		return err
	}
	a.decision.Day = max(a.line.Booked, first)
	if a.decision.kind() == undo {
		return b.prepareUndo(ctx, a)
	}
	if a.line.Status != office.LineWaiting && a.line.Status != office.LineArrived {
		return fault.New(fault.Conflict, "This line was decided meanwhile.").In("bank.decided")
	}
	if err := a.decision.check(a.line); err != nil {
		return err
	}
	for i, part := range a.decision.Parts {
		if part.Kind != Gift || part.Gift.Donor.Handle == "" {
			continue
		}
		gift, err := b.snapshot(ctx, *part.Gift)
		if err != nil {
			return err
		}
		a.decision.Parts[i].Gift = &gift
	}
	return nil
}

// snapshot fills in what is known of a giver now. A giver of whom nothing was seen before is called what
// was said with the promise, as gifts.Book will.
func (b *Bank) snapshot(ctx context.Context, gift GiftOf) (GiftOf, error) {
	gift.Donor.Handle = gifts.Handle(gift.Donor.Handle)
	known, found, err := b.office.Donor(ctx, gift.Donor.Handle)
	if err != nil {
		return gift, err
	}
	if found {
		gift.Donor = known
	}
	if gift.Promise != "" {
		choice, chosen, err := b.office.Choice(ctx, gift.Promise)
		if err != nil {
			return gift, err
		}
		before, err := b.office.GivenBy(ctx, gift.Donor.Handle)
		if err != nil {
			return gift, err
		}
		if chosen && len(before) == 0 {
			gift.Donor.Name, gift.Donor.Kind = choice.Name, choice.Kind
		}
	}
	gift.Donor.Legal = ""
	gift.Donor.Shown = cmp.Or(gift.Donor.Shown, office.Anonymous)
	gift.Donor.Kind = cmp.Or(gift.Donor.Kind, "unknown")
	return gift, nil
}

// take keeps the decisions, so that whatever stops now is done again. Donors that nobody knew are kept too.
func (b *Bank) take(ctx context.Context, acts []*act) error {
	if len(acts) == 0 {
		return nil
	}
	return b.office.Do(ctx, func(tx *office.Tx) error {
		for _, a := range acts {
			text, err := a.decision.encode()
			if err != nil {
				return err
			}
			taken, err := tx.TakeBankLine(ctx, a.line, text, a.by, b.app.Now().Unix())
			if err != nil {
				return err
			}
			if !taken {
				a.lost = true
				a.err = fault.New(fault.Conflict, "This line was decided meanwhile.").In("bank.decided")
			}
		}
		return nil
	})
}

// atOnce is how many lines are entered at once, so that the journal takes them in one batch.
const atOnce = 64

// enterAll enters what was kept, many at once, and settles the lines.
func (b *Bank) enterAll(ctx context.Context, acts []*act) error {
	var entering sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	failed := make([]error, len(acts))
	for i, a := range acts {
		if a.err != nil {
			continue
		}
		turns <- struct{}{}
		entering.Go(func() {
			defer func() { <-turns }()
			failed[i] = b.enter(ctx, a)
		})
	}
	entering.Wait()
	if err := b.crash("entered"); err != nil {
		return err
	}
	var settled []*act
	for i, a := range acts {
		if failed[i] == nil && !a.lost {
			settled = append(settled, a)
		}
	}
	return errors.Join(append(failed, b.settle(ctx, settled))...)
}

// enter enters one act in the journal. What refuses it for good is kept in the act; anything else is an
// error, and the line stays on its way.
func (b *Bank) enter(ctx context.Context, a *act) error {
	var err error
	if a.decision.kind() == undo {
		err = b.reverseAll(ctx, a)
	} else {
		err = b.enterParts(ctx, a)
	}
	if err == nil || !final(err) {
		return err
	}
	a.err = err
	return nil
}

// enterParts enters the parts of a line, all or none: where one is refused, those before it are reversed.
func (b *Bank) enterParts(ctx context.Context, a *act) error {
	for n, part := range a.decision.Parts {
		index, err := b.enterPart(ctx, a, n)
		if err == nil {
			err = b.crash("part")
		}
		if err != nil {
			if !final(err) || n == 0 {
				return err
			}
			if failed := b.takeBack(ctx, a); failed != nil {
				return failed
			}
			return err
		}
		if index < 0 {
			continue
		}
		a.booked.bookings = append(a.booked.bookings, office.BankBooking{Line: a.line.Key, Index: index,
			Kind: string(part.Kind), Amount: part.Amount})
	}
	return nil
}

// takeBack reverses the parts of a line that were entered before one was refused.
func (b *Bank) takeBack(ctx context.Context, a *act) error {
	for i, booking := range a.booked.bookings {
		index, err := b.reverse(ctx, a, booking.Index)
		if err != nil {
			return err
		}
		a.booked.bookings[i].Kind, a.booked.bookings[i].Amount = string(undone), 0
		a.booked.bookings = append(a.booked.bookings, office.BankBooking{Line: a.line.Key, Index: index,
			Kind: string(undone)})
	}
	return nil
}

// settle says where the lines stand now, and keeps what follows from it.
func (b *Bank) settle(ctx context.Context, acts []*act) error {
	if len(acts) == 0 {
		return nil
	}
	return b.office.Do(ctx, func(tx *office.Tx) error {
		for _, a := range acts {
			if err := b.settleOne(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *Bank) settleOne(ctx context.Context, tx *office.Tx, a *act) error {
	for _, booking := range a.booked.bookings {
		if err := tx.PutBankBooking(ctx, booking); err != nil {
			return err
		}
	}
	outcome := a.outcome()
	if err := tx.SettleBankLine(ctx, a.line.Key, outcome); err != nil {
		return err
	}
	if outcome.Status == office.LineWaiting || a.decision.kind() == undo {
		if err := tx.ReleaseBankLine(ctx, a.line.Key); err != nil {
			return err
		}
	}
	if a.err != nil {
		return nil
	}
	for _, part := range a.decision.Parts {
		switch {
		case part.Kind == Linked && a.decision.kind() == undo:
			if err := tx.DropBankBooking(ctx, a.line.Key, part.Of); err != nil {
				return err
			}
		case part.Kind == Gift && part.Gift.Donor.Handle != "" && a.line.IBAN != "":
			err := tx.PutPayer(ctx, office.Payer{IBAN: compact(a.line.IBAN), Handle: part.Gift.Donor.Handle,
				Name: a.line.Counterparty, Seen: a.line.Booked})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// outcome gives where a line stands behind an act. Keys of commands that were undone are used up.
func (a *act) outcome() office.BankOutcome {
	o := office.BankOutcome{Status: office.LineBooked, Handle: a.booked.handle}
	if len(a.booked.bookings) > 0 && a.booked.bookings[0].Kind == string(undone) {
		o.Undone = 1
	}
	switch kind := a.decision.kind(); {
	case a.err != nil:
		o.Status, o.Note = a.decision.From, fault.PublicOf(a.err)
	case kind == undo:
		if o.Status, o.Undone = office.LineWaiting, 1; a.attributed() {
			o.Status = office.LineArrived
		}
	case kind == Arrival:
		o.Status = office.LineArrived
	case kind == Ignored:
		o.Status, o.Note = office.LineIgnored, a.decision.Parts[0].Reason
	}
	return o
}

// attributed says whether an undoing took back an attribution only.
func (a *act) attributed() bool {
	return slices.ContainsFunc(a.decision.Parts, func(p Part) bool { return p.Kind == Arrival })
}

// Heal does again what was decided and may not have been done: a program that stopped in between leaves
// nothing half done. It is called before each import, and may be called at any time.
func (b *Bank) Heal(ctx context.Context) error {
	b.healing.Lock()
	defer b.healing.Unlock()
	after := office.BankLine{}
	for {
		lines, err := b.office.BankLinesIn(ctx, office.LineBooking, after, pageOfLines)
		if err != nil || len(lines) == 0 {
			return err
		}
		acts := make([]*act, 0, len(lines))
		for _, line := range lines {
			a := &act{line: line, by: line.Mandate}
			if line.Decision == "" { // its person was erased meanwhile
				a.decision.From, a.err = office.LineWaiting, fault.New(fault.Conflict,
					"Its person was erased while it was booked; look for its entry in the journal.")
				acts = append(acts, a)
				continue
			}
			if err := json.Unmarshal([]byte(line.Decision), &a.decision); err != nil {
				return fault.Wrap(err, fault.Internal, "What was decided of a line cannot be read.")
			}
			acts = append(acts, a)
		}
		if err := b.enterAll(ctx, acts); err != nil {
			return err
		}
		after = lines[len(lines)-1]
	}
}
