// SPDX-License-Identifier: AGPL-3.0-or-later

package matching

import (
	"cmp"
	"slices"

	"ecot/exchange/statement"
)

// Suggest says what a line may be, the likeliest first, at most ten times. Equal classes rank by
// score, then by kind, then by the identifier of the candidate.
func (b *Book) Suggest(l statement.Line) []Suggestion {
	s := look(l)
	var findings []*finding
	for p := range b.reach(s) {
		c := (*b.lists()[p.kind])[p.at]
		if f, fits := s.judge(p.kind, c); fits {
			findings = append(findings, f)
		}
	}
	slices.SortFunc(findings, func(a, b *finding) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), slices.Compare(a.c.ids, b.c.ids), cmp.Compare(b.score, a.score))
	})
	var all []Suggestion
	for _, f := range findings {
		if class := s.class(f, findings); class != "" {
			all = append(all, Suggestion{Kind: f.kind, IDs: f.c.ids, Class: class, Score: f.score, Reasons: f.reasons})
		}
	}
	if charge, is := s.charge(); is {
		all = append(all, charge)
	}
	slices.SortStableFunc(all, rank)
	return slices.Clip(all[:min(len(all), mostSuggestions)])
}

// rank orders suggestions.
func rank(a, b Suggestion) int {
	return cmp.Or(cmp.Compare(order(a.Class), order(b.Class)), cmp.Compare(b.Score, a.Score),
		cmp.Compare(order(a.Kind), order(b.Kind)), slices.Compare(a.IDs, b.IDs))
}

// order gives the place of a class among classes, or of a kind among kinds.
func order[T Class | Kind](of T) int {
	ranks := []string{string(Certain), string(Likely), string(Possible), string(KeepsPromise), string(IsPayout),
		string(IsPayment), string(IsPaymentBatch), string(ReturnsGift), string(ReturnsPayment), string(IsCharge)}
	return slices.Index(ranks, string(of))
}

// comeBack are the words by which banks say in text that a payment comes back.
func comeBack() []string {
	return []string{"rejet", "rejete", "rejetee", "impaye", "impayee", "retour", "retourne", "unpaid",
		"returned", "reversal", "annulation"}
}

// judge says what the line has in common with a candidate, as the kind of line that it may be. It is
// false when it cannot be that.
func (s sight) judge(kind Kind, c candidate) (*finding, bool) {
	undoes, word := s.line.Undoes(), s.says(comeBack())
	amount := c.amount
	switch kind {
	case KeepsPromise:
		if undoes || s.line.Amount < 0 || c.amount < 0 {
			return nil, false
		}
	case IsPayout:
		if undoes || c.amount == 0 {
			return nil, false
		}
	case ReturnsGift:
		if amount = -c.amount; c.amount <= 0 || s.before(c) {
			return nil, false
		}
	default:
		if c.amount <= 0 || s.before(c) {
			return nil, false
		}
		back := s.line.Amount > 0
		if back && kind == IsPaymentBatch || !back && undoes {
			return nil, false
		}
		if amount = -c.amount; back {
			kind, amount = ReturnsPayment, c.amount
		}
	}
	f, fits := s.compare(kind, c, amount)
	if !fits || kind != ReturnsGift && kind != ReturnsPayment {
		return f, fits
	}
	if undoes {
		f.add(ComesBack, s.line.ReturnReason, 0, worthAmount)
	} else if word != "" {
		f.add(TextSays, word, 0, worthAmount/2)
	}
	return f, undoes || word != "" || f.id
}

// class says how sure a finding is, empty when it is nothing; it adds what speaks against it.
func (s sight) class(f *finding, all []*finding) Class {
	class := s.plainClass(f)
	if class == "" {
		return ""
	}
	if s.line.Unbooked {
		class = atMost(Likely, class)
		f.add(NotBooked, "", 0, 0)
	}
	if s.line.Transactions > 1 && !s.line.Part && f.kind != IsPaymentBatch {
		class = atMost(Possible, class)
		f.add(WholeBatch, "", s.line.Transactions, 0)
	}
	if rivals := rivals(f, all); rivals > 0 {
		if f.cited {
			class = atMost(Likely, class)
		}
		f.add(SeveralFit, "", rivals, 0)
	}
	return class
}

// plainClass says how sure a finding is by itself.
func (s sight) plainClass(f *finding) Class {
	switch {
	case f.kind == KeepsPromise && f.cited:
		return Certain
	case f.kind == IsPayout:
		return payoutClass(f)
	case f.kind == IsPaymentBatch:
		if f.id && f.amount {
			return Likely
		}
		if f.id || f.amount {
			return Possible
		}
		return ""
	case f.id:
		return Likely
	case f.kind != KeepsPromise && !f.amount:
		return ""
	case f.amount && (f.account || f.alike), f.account && f.resembles:
		return Likely
	case f.account, f.alike, f.amount && (f.near || f.resembles || len(f.c.days) == 0):
		return Possible
	}
	return ""
}

// payoutClass says how sure a payout is: its amount is exact, or it is none that can be booked.
func payoutClass(f *finding) Class {
	switch {
	case f.amount && (f.id || f.resembles):
		return Likely
	case f.id, f.amount && f.near:
		return Possible
	}
	return ""
}

func atMost(limit, class Class) Class {
	if order(class) < order(limit) {
		return limit
	}
	return class
}

// rivals counts the other candidates of the same kind that fit as well: those that the line cites too,
// unless one of them alone has its amount; of others, those of equal reasons.
func rivals(f *finding, all []*finding) (n int64) {
	for _, other := range all {
		switch {
		case other == f || other.kind != f.kind:
		case f.cited:
			if other.cited && (other.c.reference != f.c.reference || other.amount || !f.amount) {
				n++
			}
		case !other.cited && other.id == f.id && other.account == f.account && other.amount == f.amount &&
			other.alike == f.alike && (f.amount || f.account || f.id || f.alike):
			n++
		}
	}
	return n
}

// charge says whether the line is a charge of the bank: by its code, else by its words.
func (s sight) charge() (Suggestion, bool) {
	if s.line.Amount >= 0 || s.line.Undoes() && !s.line.Charged() {
		return Suggestion{}, false
	}
	found := Suggestion{Kind: IsCharge, Class: Likely, Score: worthID}
	code := s.line.Code.SubFamily
	word := s.says([]string{"frais", "commission", "cotisation", "agios", "tenue de compte", "fee",
		"fees", "charges", "commissions"})
	switch {
	case s.line.Charged():
		found.Reasons = []Reason{{BankSays, code, 0}}
	case word != "" && s.line.IBAN == "":
		found.Class, found.Score = Possible, worthAmount
	default:
		return Suggestion{}, false
	}
	if word != "" {
		found.Reasons = append(found.Reasons, Reason{TextSays, word, 0})
	}
	if s.line.Unbooked {
		found.Reasons = append(found.Reasons, Reason{NotBooked, "", 0})
	}
	return found, true
}
