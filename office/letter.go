// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"errors"

	"ecot/store/engine"
)

// letterArea is the area of letters to be sent, and of who wants none. It stands behind the area of donors:
// an erasure takes the donor's row first, so that no letter is written to somebody while they are erased.
func letterArea() area {
	return area{
		tables:  []string{"letter", "cursor", "unsubscribe"},
		handles: []string{"letter_handles", "unsubscribe_handles"},
		forget:  []string{"erase_letters", "erase_unsubscribes"},
	}
}

// LetterState is what became of a letter.
type LetterState string

// The states of a letter.
const (
	LetterWaiting   LetterState = "waiting"
	LetterSending   LetterState = "sending"   // somebody sends it, until the claim ends
	LetterSent      LetterState = "sent"      // the mail server has it
	LetterFailed    LetterState = "failed"    // it will not be tried again: somebody must look
	LetterWithdrawn LetterState = "withdrawn" // its reader left the list, or it had nothing to say any more
)

// Letter is a letter to a donor, before its words.
type Letter struct {
	ID      string // what it is about, such as thanks/12
	Kind    string
	Handle  string
	Lang    string // fr or en
	List    string // that it is of, empty for none
	Entry   int64  // of the journal that it follows from, -1 for none
	Data    string // JSON of opaque ids
	Made    int64  // seconds
	Due     int64  // seconds: not before; of one that is being sent, the end of the claim
	Tries   int64  // failures so far
	State   LetterState
	Changed int64  // seconds
	Error   string // why the last try failed, without the address
}

// PutLetter writes a letter down, in the state waiting. It is false, and nothing is written, when there is a
// letter of that id already or no donor of that handle. A donor who is being erased is none.
func (t *Tx) PutLetter(ctx context.Context, l Letter) (written bool, err error) {
	known, err := t.one(ctx, "hold_donor", l.Handle)
	if err != nil || !known {
		return false, err
	}
	return t.one(ctx, "put_letter", l.ID, l.Kind, l.Handle, l.Lang, l.List, l.Entry, l.Data, l.Made, l.Due)
}

// one runs a statement that gives one row at most, and says whether it gave one.
func (t *Tx) one(ctx context.Context, name string, args ...any) (found bool, err error) {
	err = t.tx.Query(ctx, name, func(engine.Row) error { found = true; return nil }, args...)
	return found, err
}

// ClaimLetters gives at most limit letters that are due now to the one who names a claim, until an instant in
// seconds; nobody else is given them before, on whatever machine. One whose claim ended is due again.
func (t *Tx) ClaimLetters(ctx context.Context, claim string, now, until int64, limit int) (all []Letter,
	err error) {
	err = t.tx.Query(ctx, "claim_letters", func(row engine.Row) error {
		l, err := scanLetter(row)
		all = append(all, l)
		return err
	}, now, claim, until, limit)
	return all, err
}

// SettleLetter notes what became of a letter, with its state, due, tries, changed and error. It does nothing
// when the claim has ended and another has it, or when it was withdrawn or erased meanwhile.
func (t *Tx) SettleLetter(ctx context.Context, claim string, l Letter) error {
	return t.put(ctx, "settle_letter", l.ID, claim, string(l.State), l.Due, l.Tries, l.Changed, l.Error)
}

// RetryLetter has a letter that failed tried again, and is false when none of that id did.
func (t *Tx) RetryLetter(ctx context.Context, id string, now int64) (bool, error) {
	return t.one(ctx, "retry_letter", id, now)
}

// Claimed gives the ids of the letters that are still under a claim.
func (o *Office) Claimed(ctx context.Context, claim string) (ids map[string]bool, err error) {
	ids = map[string]bool{}
	rows, err := o.db.Query(ctx, "claimed", claim)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids[id] = true
		return err
	})
	return ids, err
}

// LettersIn gives the letters in a state, the oldest first, at most limit.
func (o *Office) LettersIn(ctx context.Context, state LetterState, limit int) ([]Letter, error) {
	return o.letters(ctx, "letters_of_state", string(state), limit)
}

// LettersOf gives all letters to a donor, the oldest first.
func (o *Office) LettersOf(ctx context.Context, handle string) ([]Letter, error) {
	return o.letters(ctx, "letters_of_handle", handle)
}

func (o *Office) letters(ctx context.Context, name string, args ...any) (all []Letter, err error) {
	rows, err := o.db.Query(ctx, name, args...)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		l, err := scanLetter(rows)
		all = append(all, l)
		return err
	})
	return all, err
}

func scanLetter(row engine.Row) (l Letter, err error) {
	err = row.Scan(&l.ID, &l.Kind, &l.Handle, &l.Lang, &l.List, &l.Entry, &l.Data, &l.Made, &l.Due, &l.Tries,
		&l.State, &l.Changed, &l.Error)
	return l, err
}

// LetterCount is how many letters are in a state, and since when the oldest.
type LetterCount struct {
	State  LetterState
	Count  int64
	Oldest int64 // seconds
}

// CountLetters counts the letters by state.
func (o *Office) CountLetters(ctx context.Context) (all []LetterCount, err error) {
	rows, err := o.db.Query(ctx, "count_letters")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var c LetterCount
		err := rows.Scan(&c.State, &c.Count, &c.Oldest)
		all = append(all, c)
		return err
	})
	return all, err
}

// SweepLetters destroys the letters that were sent or withdrawn before an instant, in seconds.
func (t *Tx) SweepLetters(ctx context.Context, before int64) error {
	return t.put(ctx, "sweep_letters", before)
}

// Cursor gives the next entry of the journal that the reader of that name is to read.
func (o *Office) Cursor(ctx context.Context, name string) (index int64, err error) {
	err = o.db.Row(ctx, "cursor", name).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return index, err
}

// MoveCursor moves a cursor from one entry to another, and is false when another has moved it meanwhile. It
// is to be the first statement of its transaction: it orders those who read, on whatever machine.
func (t *Tx) MoveCursor(ctx context.Context, name string, from, to int64) (moved bool, err error) {
	if from == 0 {
		if err := t.put(ctx, "start_cursor", name); err != nil {
			return false, err
		}
	}
	return t.one(ctx, "move_cursor", name, from, to)
}

// DropLettersBehind destroys the letters about entries that a restored journal does not have.
func (t *Tx) DropLettersBehind(ctx context.Context, size int64) error {
	return t.put(ctx, "drop_letters_behind", size)
}

// The lists that somebody can leave, and the mark of an address that takes no mail.
const (
	ListNews      = "news"
	ListReminders = "appeal"
	DeadAddress   = "address"
)

// Unsubscribe notes that a donor wants no more letters of a list, and withdraws those that wait. Somebody who
// is not known, or was erased meanwhile, is on no list.
func (t *Tx) Unsubscribe(ctx context.Context, handle, list string, at int64) error {
	known, err := t.one(ctx, "hold_donor", handle)
	if err != nil || !known {
		return err
	}
	err = t.put(ctx, "put_unsubscribe", handle, list, at)
	for name, asked := range map[string]string{ListNews: "ask_no_news", ListReminders: "ask_no_reminders"} {
		if err == nil && name == list {
			err = t.put(ctx, asked, handle)
		}
	}
	if err == nil {
		err = t.put(ctx, "withdraw_list", handle, list, at)
	}
	return err
}

// MarkDead notes that somebody's address takes no mail. Somebody who was erased meanwhile stays forgotten.
func (t *Tx) MarkDead(ctx context.Context, handle string, at int64) error {
	known, err := t.one(ctx, "hold_donor", handle)
	if err == nil && known {
		err = t.put(ctx, "put_unsubscribe", handle, DeadAddress, at)
	}
	return err
}

// Resubscribe takes back what Unsubscribe noted; what somebody asks for is in their donor's row.
func (t *Tx) Resubscribe(ctx context.Context, handle, list string) error {
	return t.put(ctx, "drop_unsubscribe", handle, list)
}

// Unsubscribed gives the lists that somebody left.
func (o *Office) Unsubscribed(ctx context.Context, handle string) (lists map[string]bool, err error) {
	lists = map[string]bool{}
	rows, err := o.db.Query(ctx, "unsubscribes", handle)
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var list string
		err := rows.Scan(&list)
		lists[list] = true
		return err
	})
	return lists, err
}

// PromiseBehind gives the promise behind a regular gift of the journal, false when there is none.
func (o *Office) PromiseBehind(ctx context.Context, regular string) (Promise, bool, error) {
	all, err := o.promises(ctx, "promise_behind", regular)
	return first(all, err)
}
