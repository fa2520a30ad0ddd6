// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import (
	"fmt"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
)

// hall is a checked matter while its ballots come in.
type hall struct {
	rule    string
	members roster.Roster
	options roster.Roster
	recused []bool // by member
	present []bool // by member
	voted   []bool // by member
	aside   int
	quorum  Quorum
	order   []int // options, the one that the tie rule prefers first
	tieRule string
}

func open(rule string, m Matter) (*hall, error) {
	members, err := roster.New("member", m.Members, MaxMembers)
	if err != nil {
		return nil, err
	}
	options, err := roster.New("option", m.Options, MaxOptions)
	if err != nil {
		return nil, err
	}
	if options.Len() == 0 {
		return nil, fault.New(fault.Invalid, "There is no option to vote on.")
	}
	if err := m.Quorum.check(); err != nil {
		return nil, err
	}
	h := &hall{rule: rule, members: members, options: options, quorum: m.Quorum}
	if h.recused, err = marked(members, m.Recused, "The list of recused members"); err != nil {
		return nil, err
	}
	if h.present, err = marked(members, m.Present, "The list of members present"); err != nil {
		return nil, err
	}
	h.voted = make([]bool, members.Len())
	return h, h.drawn(m.Drawn)
}

func (q Quorum) check() error {
	if q.Num < 0 || q.Num > q.Den || q.Least < 0 || q.Den > 1_000_000 {
		return fault.New(fault.Invalid, "A quorum of %d/%d and at least %d members cannot be used.",
			q.Num, q.Den, q.Least)
	}
	return nil
}

// marked turns a list of members into flags.
func marked(members roster.Roster, list []string, place string) ([]bool, error) {
	flags := make([]bool, members.Len())
	for _, id := range list {
		i, err := members.Find(id, place)
		if err != nil {
			return nil, err
		}
		if flags[i] {
			return nil, fault.New(fault.Invalid, "%s names %q twice.", place, id)
		}
		flags[i] = true
	}
	return flags, nil
}

// drawn sets the order of the tie rule.
func (h *hall) drawn(order []string) error {
	h.tieRule = TieByID
	if order == nil {
		for i := range h.options.Len() {
			h.order = append(h.order, i)
		}
		return nil
	}
	h.tieRule = TieByDrawn
	seen := make([]bool, h.options.Len())
	for _, id := range order {
		i, err := h.options.Find(id, "The drawn order")
		if err != nil {
			return err
		}
		if seen[i] {
			return fault.New(fault.Invalid, "The drawn order names option %q twice.", id)
		}
		seen[i] = true
		h.order = append(h.order, i)
	}
	if len(h.order) != h.options.Len() {
		return fault.New(fault.Invalid, "The drawn order names %d of %d options.", len(order), h.options.Len())
	}
	return nil
}

// admit takes the ballot of a member, numbered from 1. It is to be counted only when counts is
// true: a recused member's ballot is set aside.
func (h *hall) admit(number int, member string) (counts bool, err error) {
	place := fmt.Sprintf("Ballot %d", number)
	i, err := h.members.Find(member, place)
	if err != nil {
		return false, err
	}
	if h.voted[i] {
		return false, fault.New(fault.Invalid, "%s is a second ballot of member %q.", place, member)
	}
	h.voted[i], h.present[i] = true, true
	if h.recused[i] {
		h.aside++
	}
	return !h.recused[i], nil
}

// option finds an option that a ballot names and refuses it when seen already has it.
func (h *hall) option(number int, id string, seen []bool) (int, error) {
	place := fmt.Sprintf("Ballot %d", number)
	i, err := h.options.Find(id, place)
	if err != nil {
		return 0, err
	}
	if seen[i] {
		return 0, fault.New(fault.Invalid, "%s names option %q twice.", place, id)
	}
	seen[i] = true
	return i, nil
}

// close checks the quorum and gives the outcome as far as it does not depend on the rule.
func (h *hall) close() Outcome {
	a := Attendance{Members: h.members.Len(), Recused: []string{}, SetAside: h.aside}
	for i := range h.members.Len() {
		switch {
		case h.recused[i]:
			a.Recused = append(a.Recused, h.members.ID(i))
		case h.present[i]:
			a.Present++
		}
		if h.voted[i] && !h.recused[i] {
			a.Ballots++
		}
	}
	a.Eligible = a.Members - len(a.Recused)
	a.Needed = h.quorum.needed(a.Eligible)
	a.Met = a.Present >= a.Needed
	if !a.Met {
		a.Ballots = 0
	}
	return Outcome{
		Rule: h.rule, TieRule: h.tieRule, Attendance: a, Options: h.options.IDs(),
		Ranking: []string{}, Ties: []Tie{},
	}
}

// needed is the least number of eligible members present that meets the quorum.
func (q Quorum) needed(eligible int) int {
	n := 0
	switch {
	case q.Den == 0:
	case q.Strict:
		n = q.Num*eligible/q.Den + 1
	default:
		n = (q.Num*eligible + q.Den - 1) / q.Den
	}
	return max(1, n, q.Least)
}

// rank fills o's ranking and ties: each place goes to the first, in tie order, of the options
// that no option left precedes. The relation before must have no cycle.
func (h *hall) rank(o *Outcome, before func(a, b int) bool) {
	left := slices.Clone(h.order)
	for len(left) > 0 {
		var free []string
		next := -1
		for at, b := range left {
			if slices.ContainsFunc(left, func(a int) bool { return before(a, b) }) {
				continue
			}
			if next < 0 {
				next = at
			}
			free = append(free, h.options.ID(b))
		}
		if len(free) > 1 {
			o.Ties = append(o.Ties, Tie{Place: len(o.Ranking) + 1, Options: free})
		}
		o.Ranking = append(o.Ranking, h.options.ID(left[next]))
		left = slices.Delete(left, next, next+1)
	}
}
