// SPDX-License-Identifier: AGPL-3.0-or-later

package opencollective

import (
	"time"

	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
)

// asset is where the money of these books is: with the host, the body that holds it.
const asset = "host"

// The parts of a row that become entries of their own; the main one has no name.
const (
	partProcessor = "/processor"
	partHost      = "/host"
	partPlatform  = "/platform"
	partTax       = "/tax"
)

// Parts gives all of them.
func Parts() []string { return []string{"", partProcessor, partHost, partPlatform, partTax} }

// Booking is one entry that a row comes to.
type Booking struct {
	Row     *Row
	Part    string // which of the row's entries it is, empty for the main one
	First   bool   // whether it is the first of its row
	Command mechanism.Command
	Person  bool // whether the fact says who the row's party is, and what its memo
}

// Memo gives what the vault keeps of the row: its words, and a note when it took back what nobody
// knows.
func (b *Booking) Memo() string {
	memo := b.Row.Memo
	if b.Row.Reverse {
		if memo != "" {
			memo += "\n"
		}
		memo += "Note: this row takes something back that these books do not have."
	}
	return memo
}

// Mapper says what rows come to, in the order of the books. It keeps no text.
type Mapper struct {
	Pot  string
	Unit money.Unit
	Zone *time.Location
	Next int64 // index of the entry that comes next

	// Known gives the index at which something was booked that a reversal may name: a Ref with the
	// part behind it. The mapper adds what the books themselves take back later.
	Known   map[string]int64
	Targets map[string]bool

	command int   // that the main entry belongs to
	main    int64 // the entry that fees of the command are for, 0 for none
	row     *Row
	out     []Booking
}

// fee says what for a debit of this kind is charged, empty when it is no fee.
func (k Kind) fee() giving.FeeKind {
	switch k {
	case "HOST_FEE":
		return giving.HostFee
	case "APPLICATION_FEE", "HOST_FEE_SHARE", "HOST_FEE_SHARE_DEBT", "PLATFORM_FEE", "PLATFORM_TIP",
		"PLATFORM_TIP_DEBT":
		return giving.PlatformFee
	case "PAYMENT_PROCESSOR_FEE", "PAYMENT_PROCESSOR_COVER":
		return giving.ProcessorFee
	case "PAYMENT_PROCESSOR_DISPUTE_FEE":
		return giving.DisputeFee
	case "TAX":
		return giving.Tax
	}
	return ""
}

// Row gives the entries that a row comes to, behind those of buffer. What came in is a gift (of
// unknown nature unless it is a contribution), what went out a payment or, when its kind says so, a
// fee. A reversal gives back what it names; when that is not known it is booked as what it is, money
// that came or went. A row that moves nothing comes to nothing.
func (m *Mapper) Row(row *Row, buffer []Booking) []Booking {
	m.row, m.out = row, buffer
	if row.Command != m.command {
		m.command, m.main = row.Command, 0
	}
	target, known := m.find(row.Target, "")
	processor := row.Processor
	switch {
	case row.Gross == 0:
	case known:
		back := max(processor, 0)
		if _, apart := m.find(row.Target, partProcessor); apart {
			back = 0
		}
		processor -= back
		m.back("", target, abs(row.Gross), back)
	case row.Gross > 0:
		fee := min(-min(processor, 0), row.Gross)
		processor += fee
		m.main = m.Next
		m.give("", row.Gross, fee)
	case row.Kind.fee() != "":
		m.charge("", row.Kind.fee(), -row.Gross)
	default:
		fee := -min(processor, 0)
		processor += fee
		m.main = m.Next
		m.spend(-row.Gross, fee)
	}
	m.apart(partProcessor, giving.ProcessorFee, processor)
	m.apart(partHost, giving.HostFee, row.Host)
	m.apart(partPlatform, giving.PlatformFee, row.Platform)
	m.apart(partTax, giving.Tax, row.Tax)
	return m.out
}

// Pass passes over a row that was imported before, at index.
func (m *Mapper) Pass(row *Row, index int64) {
	if row.Command != m.command {
		m.command, m.main = row.Command, 0
	}
	if !row.Reverse && row.Kind.fee() == "" {
		m.main = index
	}
}

func abs(n int64) int64 { return max(n, -n) }

// find gives the entry of a part of a row that is taken back.
func (m *Mapper) find(target, part string) (int64, bool) {
	if target == "" {
		return 0, false
	}
	index, known := m.Known[target+part]
	return index, known
}

// apart books a fee that is not part of the row's main entry: one that was kept is charged, one that
// came back goes to where it was charged, or came in.
func (m *Mapper) apart(part string, kind giving.FeeKind, amount int64) {
	switch index, known := m.find(m.row.Target, part); {
	case amount < 0:
		m.charge(part, kind, -amount)
	case amount > 0 && known:
		m.back(part, index, amount, 0)
	case amount > 0:
		m.give(part, amount, 0)
	}
}

// day gives the day of an instant in the fund's zone. A midnight is a day that somebody typed in.
func (m *Mapper) day(seconds int64) journal.Day {
	if seconds%secondsPerDay == 0 {
		return journal.Day(seconds / secondsPerDay)
	}
	return journal.DayOf(time.Unix(seconds, 0).In(m.Zone))
}

func (m *Mapper) put(part string, person bool, command mechanism.Command) {
	first := len(m.out) == 0 || m.out[len(m.out)-1].Row != m.row
	m.out = append(m.out, Booking{Row: m.row, Part: part, First: first, Command: command, Person: person})
	if ref := m.row.Ref; ref != "" && m.Targets[ref] {
		m.Known[ref+part] = m.Next
	}
	m.Next++
}

func (m *Mapper) give(part string, gross, fee int64) {
	row := m.row
	in := giving.Inflow{Unit: m.Unit, Gross: gross, Fee: fee, Into: asset, Nature: giving.NatureUnknown,
		Donor: m.party(), Given: m.day(row.Time), Evidence: giving.Declared, Source: row.Kind.source()}
	if row.Kind == "CONTRIBUTION" && !row.Reverse && part == "" {
		in.Nature = giving.Gift
	}
	if row.Made != 0 {
		in.Credited = m.day(row.Made)
	}
	m.put(part, true, &giving.Give{Given: giving.Given{Inflow: in,
		To: []journal.Share{{Pot: m.Pot, Amount: gross}}}})
}

// party gives what kind of person the row was about.
func (m *Mapper) party() giving.Donor {
	if m.row.Party.Individual {
		return giving.Person
	}
	return giving.DonorUnknown
}

func (m *Mapper) spend(amount, fee int64) {
	as := giving.Expense
	switch m.row.Kind {
	case "CONTRIBUTION", "ADDED_FUNDS", "BALANCE_TRANSFER":
		if !m.row.Reverse {
			as = giving.GiftToOthers
		}
	}
	m.put("", true, &giving.Spend{Spent: giving.Spent{Pot: m.Pot, Unit: m.Unit, Amount: amount, Fee: fee,
		Through: asset, As: as, Destination: giving.DestinationUnknown, Payee: m.party(),
		On: m.day(m.row.Time), Evidence: giving.Declared, Source: m.row.Kind.source()}})
}

func (m *Mapper) charge(part string, kind giving.FeeKind, amount int64) {
	m.put(part, false, &giving.Charge{FeeCharged: giving.FeeCharged{Pot: m.Pot, Unit: m.Unit, Amount: amount,
		Through: asset, For: kind, Of: m.main, On: m.day(m.row.Time), Evidence: giving.Declared,
		Source: m.row.Kind.source()}})
}

func (m *Mapper) back(part string, of, amount, fee int64) {
	reason := giving.GivenBack
	if m.row.Dispute {
		reason = giving.ChargedBack
	}
	m.put(part, false, &giving.GiveBack{Refunded: giving.Refunded{Of: of, Unit: m.Unit,
		Back: []journal.Share{{Pot: m.Pot, Amount: amount}}, Fee: fee, Through: asset, Reason: reason,
		On: m.day(m.row.Time), Evidence: giving.Declared, Source: m.row.Kind.source()}})
}
