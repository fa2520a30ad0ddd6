// SPDX-License-Identifier: AGPL-3.0-or-later

package opencollective

import (
	"cmp"
	"slices"
)

// together is how far, in seconds, two rows of a group may lie apart and still be one command: the
// platform stamps some fees a second before their gift.
const together = 60

// place is where a row belongs in the order of booking.
type place struct {
	row   int   // in the order of the file, oldest first
	time  int64 // of the row, then of its command
	group string
	first int  // the place of its command's first row, which stands for the command
	later bool // whether the command takes something back
	net   int64
}

// order puts the rows into the order in which they can be booked, and numbers their commands: by
// time, a row never before the one that it takes back; at one time what was added before what was
// taken back, what came in before what went out, and then as in the file. Within a command what
// comes in is first, and an amount stands before the fees on it.
func (b *Books) order() {
	if b.newestFirst() {
		slices.Reverse(b.Rows)
	}
	places := b.commands()
	b.behindTargets(places)
	slices.SortStableFunc(places, func(x, y place) int {
		if c := cmp.Or(cmp.Compare(x.time, y.time), compareBool(x.later, y.later),
			compareBool(x.net < 0, y.net < 0), cmp.Compare(x.first, y.first)); c != 0 {
			return c
		}
		return b.within(&b.Rows[x.row], &b.Rows[y.row])
	})
	command := 0
	for i, p := range places {
		if i > 0 && p.first != places[i-1].first {
			command++
		}
		b.Rows[p.row].Command = command
	}
	b.permute(places)
}

// permute puts the rows in the order of their places, cycle by cycle and in place: a file may be
// large. It uses the places up.
func (b *Books) permute(places []place) {
	const done = -1
	for start := range places {
		if places[start].row == done {
			continue
		}
		held := b.Rows[start]
		for at := start; ; {
			from := places[at].row
			places[at].row = done
			if from == start {
				b.Rows[at] = held
				break
			}
			b.Rows[at] = b.Rows[from]
			at = from
		}
	}
}

// newestFirst says whether the file has more steps back in time than forward.
func (b *Books) newestFirst() bool {
	steps := 0
	for i := 1; i < len(b.Rows); i++ {
		steps += cmp.Compare(b.Rows[i].Time, b.Rows[i-1].Time)
	}
	return steps < 0
}

// within orders the rows of one command.
func (b *Books) within(x, y *Row) int {
	return cmp.Or(compareBool(x.Net < 0, y.Net < 0), compareBool(x.Kind.fee() != "", y.Kind.fee() != ""))
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

// commands gives the place of every row, those of a command with all that they share.
func (b *Books) commands() []place {
	places := make([]place, len(b.Rows))
	for i := range b.Rows {
		row := &b.Rows[i]
		places[i] = place{row: i, time: row.Time, group: row.Group, first: i, later: row.Reverse, net: row.Net}
	}
	byGroup := make([]*place, 0, len(places))
	for i := range places {
		if places[i].group != "" {
			byGroup = append(byGroup, &places[i])
		}
	}
	slices.SortFunc(byGroup, func(x, y *place) int {
		return cmp.Or(cmp.Compare(x.group, y.group), cmp.Compare(x.time, y.time), cmp.Compare(x.row, y.row))
	})
	for from := 0; from < len(byGroup); {
		to := from + 1
		for to < len(byGroup) && byGroup[to].group == byGroup[from].group &&
			byGroup[to].time-byGroup[to-1].time <= together {
			to++
		}
		join(byGroup[from:to])
		from = to
	}
	return places
}

// join makes one command of the rows given: it has the time of the last.
func join(rows []*place) {
	whole := *rows[0]
	for _, p := range rows[1:] {
		whole.time = max(whole.time, p.time)
		whole.first = min(whole.first, p.first)
		whole.later = whole.later || p.later
		whole.net += p.net
	}
	for _, p := range rows {
		p.time, p.first, p.later, p.net = whole.time, whole.first, whole.later, whole.net
	}
}

// behindTargets moves what takes back a row that is dated later than itself to that row's time.
func (b *Books) behindTargets(places []place) {
	if len(b.Targets) == 0 {
		return
	}
	targets := map[string]int64{}
	for i := range b.Rows {
		if ref := b.Rows[i].Ref; ref != "" && b.Targets[ref] {
			targets[ref] = places[i].time
		}
	}
	moved := map[int]int64{}
	for i := range b.Rows {
		if row := &b.Rows[i]; row.Target != "" && targets[row.Target] > places[i].time {
			moved[places[i].first] = max(moved[places[i].first], targets[row.Target])
		}
	}
	for i := range places {
		if time, ok := moved[places[i].first]; ok {
			places[i].time = time
		}
	}
}
