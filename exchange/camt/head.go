// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"strconv"
	"time"
)

// reads says whether the statement looks into an element of this name.
func (s *draft) reads(name string) bool {
	switch name {
	case "Acct", "Bal", "Ntry", "Id", "ElctrncSeqNb", "LglSeqNb", "CreDtTm", "FrToDt",
		"StmtPgntn", "NtfctnPgntn":
		return true
	}
	return false
}

// about reads what the statement says of itself. None of it bears on an amount: what cannot be read
// is left out with a warning.
func (s *draft) about(n *node) {
	switch n.name {
	case "Id":
		s.ID = n.text
	case "ElctrncSeqNb":
		s.Sent = s.count(n)
	case "LglSeqNb":
		s.Number = s.count(n)
	case "CreDtTm":
		if s.Created = n.text; dayOf(n.text) == "" {
			s.Created = ""
			s.warn("line %d: %q is not an instant: when this was made is left out.", n.line, shorten(n.text))
		}
	case "FrToDt":
		s.From, s.To = s.bound(n.at("FrDtTm")), s.bound(n.at("ToDtTm"))
	default:
		s.page(n)
	}
}

// head reads what the head of the message says of all its statements.
func (s *draft) head(header *node) {
	s.Message = header.value("MsgId")
	if pages := header.at("MsgPgntn"); pages != nil && s.Page == 0 {
		s.page(pages)
	}
	if made := header.value("CreDtTm"); s.Created == "" && dayOf(made) != "" {
		s.Created = made
	}
}

// page reads which page this is, and whether it is the last.
func (s *draft) page(n *node) {
	if number := n.at("PgNb"); number != nil {
		s.Page = s.count(number)
	}
	last := n.value("LastPgInd")
	s.Continued = last == "false" || last == "0"
}

// count reads a number that counts from zero up.
func (s *draft) count(n *node) int64 {
	number, err := strconv.ParseUint(n.text, 10, 62)
	if err != nil {
		s.warn("line %d: %q is not a number that counts: it is left out.", n.line, shorten(n.text))
		return 0
	}
	return int64(number)
}

// bound reads one end of the period, n, which may be nil.
func (s *draft) bound(n *node) string {
	if n == nil {
		return ""
	}
	day := dayOf(n.text)
	if day == "" {
		s.warn("line %d: %q is not an instant: this end of the period is left out.", n.line, shorten(n.text))
	}
	return day
}

// dayOf gives the day of an instant in the zone in which it is written, empty when it is none.
func dayOf(text string) string {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00", time.DateOnly} {
		if _, err := time.Parse(layout, text); err == nil {
			return text[:len(time.DateOnly)]
		}
	}
	return ""
}
