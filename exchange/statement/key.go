// SPDX-License-Identifier: AGPL-3.0-or-later

package statement

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// keyBytes is how much of a digest a key keeps: enough that no two lines ever meet by chance.
const keyBytes = 18

// Seal gives each line its Key and the key of its Entry. Whoever makes a statement calls it once,
// last: a line that changes later would have another key.
func (s *Statement) Seal() {
	met := map[string]int64{}
	for i := range s.Lines {
		l := &s.Lines[i]
		if !l.Part {
			l.Total = l.Amount
		}
		l.Entry, l.Firm = s.entryKey(*l)
		key := l.Entry
		switch {
		case !l.Firm:
			key = digest("line", l.Entry, l.said())
		case l.Part:
			key = digest("part", l.Entry, number(l.Amount), l.own())
		}
		met[key]++
		if l.Key = key; met[key] > 1 || !l.Firm || l.Part {
			l.Key = digest(key, number(met[key]))
		}
	}
}

// entryKey gives the key of the whole entry that a line belongs to, and whether it rests on the
// bank's reference. A reference that only counts lines within its statement needs the statement's
// name; the bank's own is the same in every export.
func (s *Statement) entryKey(l Line) (key string, firm bool) {
	state := "booked"
	if l.Unbooked {
		state = "unbooked"
	}
	about := []string{plainAccount(s.Account), string(l.Currency), l.Booked, state, number(l.Total)}
	switch {
	case l.EntryReference != "":
		return digest(append(about, "bank", l.EntryReference)...), true
	case l.BankReference != "" && !l.Part:
		return digest(append(about, "bank", l.BankReference)...), true
	case l.Place != "" && s.ID != "":
		return digest(append(about, "place", s.ID, number(s.Page), l.Place)...), true
	}
	return digest(append(about, "none", s.ID, number(s.Page))...), false
}

// own gives what tells a transaction from others of its entry.
func (l Line) own() string {
	for _, id := range []string{l.BankReference, l.Transaction, l.EndToEnd, l.Instruction} {
		if id != "" {
			return id
		}
	}
	return l.Reference
}

// said digests everything that the line says.
func (l Line) said() string {
	return digest(number(l.Amount), l.Value, l.Reference, l.EndToEnd, l.Instruction, l.Transaction, l.Mandate,
		l.Batch, l.Counterparty, l.IBAN, l.Text, l.ReturnReason, strconv.FormatBool(l.Reversal),
		l.BankReference, l.Place)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// plainAccount writes an account's number without blanks, in capitals.
func plainAccount(number string) string {
	return strings.ToUpper(strings.Join(strings.Fields(number), ""))
}

// digest joins texts so that none can pass for two, and digests them.
func digest(texts ...string) string {
	hash := sha256.New()
	for _, text := range texts {
		hash.Write([]byte(strconv.Itoa(len(text)) + ":" + text + "\n"))
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:keyBytes])
}
