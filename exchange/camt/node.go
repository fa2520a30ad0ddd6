// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"bytes"
	"encoding/xml"
	"strings"
	"time"

	"ecot/fault"
	"ecot/money"
)

// node is one element that is kept.
type node struct {
	name string
	line int
	unit string // its attribute Ccy
	text string
	kids []*node
}

// kept says whether anything is read from elements of this name below a statement.
func kept(name string) bool {
	switch name {
	case "Acct", "Id", "IBAN", "Othr", "Ccy", "Bal", "Tp", "CdOrPrtry", "Cd", "Prtry",
		"Ntry", "Amt", "CdtDbtInd", "RvslInd", "Sts", "BookgDt", "Dt", "DtTm", "AddtlNtryInf",
		"NtryDtls", "Btch", "NbOfTxs", "TxDtls", "Refs", "EndToEndId", "AmtDtls", "TxAmt", "InstdAmt",
		"RltdPties", "Dbtr", "UltmtDbtr", "Cdtr", "UltmtCdtr", "Pty", "Agt", "FinInstnId", "Nm",
		"RmtInf", "Ustrd", "Strd", "CdtrRefInf", "Ref", "AddtlRmtInf", "RtrInf", "Rsn", "AddtlTxInf",
		"NtryRef", "AcctSvcrRef", "ValDt", "InstrId", "TxId", "MndtId", "PmtInfId", "DbtrAcct", "CdtrAcct",
		"AddtlInf", "BkTxCd", "Domn", "Fmly", "SubFmlyCd", "Issr",
		"Chrgs", "Rcrd", "TtlChrgsAndTaxAmt", "ChrgInclInd",
		"GrpHdr", "MsgId", "MsgPgntn", "StmtPgntn", "NtfctnPgntn", "PgNb", "LastPgInd",
		"ElctrncSeqNb", "LglSeqNb", "CreDtTm", "FrToDt", "FrDtTm", "ToDtTm":
		return true
	}
	return false
}

// element reads the element that is open, with what is kept below it.
func (r *reader) element(name string, line int) (*node, error) {
	r.nodes = 0
	token := xml.StartElement{Name: xml.Name{Local: name}}
	return r.grow(token, line)
}

// grow reads one element and those below it.
func (r *reader) grow(start xml.StartElement, line int) (*node, error) {
	if r.nodes++; r.nodes > maxNodes {
		return nil, r.refuse("This line of account has more than %d elements.", maxNodes)
	}
	n := &node{name: start.Name.Local, line: line}
	for _, a := range start.Attr {
		if a.Name.Local == "Ccy" && a.Name.Space == "" {
			n.unit = a.Value
		}
	}
	var text []byte
	parent := false
	for {
		token, err := r.next()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.StartElement:
			parent = true
			if !kept(t.Name.Local) {
				if err := r.skip(); err != nil {
					return nil, err
				}
				continue
			}
			kid, err := r.grow(t, r.line)
			if err != nil {
				return nil, err
			}
			n.kids = append(n.kids, kid)
		case xml.EndElement:
			if parent && len(bytes.TrimSpace(text)) > 0 {
				return nil, refuse(line, n.name, "It holds text and elements at once.")
			}
			if !parent {
				n.text = clean(string(text))
			}
			return n, nil
		}
	}
}

// at gives the first element along a path below n, or nil.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		if n == nil {
			return nil
		}
		var found *node
		for _, kid := range n.kids {
			if kid.name == name {
				found = kid
				break
			}
		}
		n = found
	}
	return n
}

// all gives the elements of a name right below n, which may be nil.
func (n *node) all(name string) (found []*node) {
	if n == nil {
		return nil
	}
	for _, kid := range n.kids {
		if kid.name == name {
			found = append(found, kid)
		}
	}
	return found
}

// value gives the text of the first element along a path, empty when there is none.
func (n *node) value(path ...string) string {
	if found := n.at(path...); found != nil {
		return found.text
	}
	return ""
}

// need gives the one element of a name right below n.
func (n *node) need(name string) (*node, error) {
	found := n.all(name)
	switch {
	case len(found) == 0:
		return nil, refuse(n.line, n.name+"/"+name, "It is missing.")
	case len(found) > 1:
		return nil, refuse(found[1].line, n.name+"/"+name, "It stands twice.")
	}
	return found[0], nil
}

// currency reads a currency of ISO 4217 that is written in n.
func (n *node) currency(code string) (money.Unit, error) {
	if unit := money.Unit(code); unit.IsCurrency() {
		return unit, nil
	}
	return "", refuse(n.line, n.name, "%q is not a currency of ISO 4217 in use.", shorten(code))
}

// amount reads an amount, which is never negative: the indicator beside it tells the sign.
func (n *node) amount() (money.Amount, error) {
	unit, err := n.currency(n.unit)
	if err != nil {
		return money.Amount{}, err
	}
	text := strings.TrimPrefix(n.text, "+")
	if strings.HasPrefix(text, "-") {
		return money.Amount{}, refuse(n.line, n.name, "%q is negative; CdtDbtInd alone tells the sign.",
			shorten(n.text))
	}
	// A decimal of XML Schema may leave out the digits on one side of its point.
	if whole, fraction, pointed := strings.Cut(text, "."); pointed && (whole == "") != (fraction == "") {
		text = "0" + whole + "." + fraction + "0"
	}
	amount, err := money.Parse(text, unit)
	if err != nil {
		return money.Amount{}, refuse(n.line, n.name, "%s", fault.PublicOf(err))
	}
	return amount, nil
}

// credit reads the indicator below n: true when the account gains.
func (n *node) credit() (bool, error) {
	indicator, err := n.need("CdtDbtInd")
	if err != nil {
		return false, err
	}
	switch indicator.text {
	case "CRDT":
		return true, nil
	case "DBIT":
		return false, nil
	}
	return false, refuse(indicator.line, n.name+"/CdtDbtInd", "%q is neither CRDT nor DBIT.",
		shorten(indicator.text))
}

// yes reads an answer below n: true, or false, which is also what a missing one means.
func (n *node) yes(name string) (bool, error) {
	switch answer := n.value(name); answer {
	case "true", "1":
		return true, nil
	case "false", "0", "":
		return false, nil
	default:
		return false, refuse(n.at(name).line, n.name+"/"+name, "%q is neither true nor false.", shorten(answer))
	}
}

// signed reads the amount and the indicator below n.
func (n *node) signed() (money.Amount, error) {
	amt, err := n.need("Amt")
	if err != nil {
		return money.Amount{}, err
	}
	amount, err := amt.amount()
	if err != nil {
		return money.Amount{}, err
	}
	credit, err := n.credit()
	if !credit {
		amount.Minor = -amount.Minor
	}
	return amount, err
}

// day reads the day below n, which may be nil: a date, or a date and a time, in the zone in which
// it is written. It is empty when there is none.
func (n *node) day() (string, error) {
	for _, form := range []struct{ name, layout string }{
		{"Dt", "2006-01-02"}, {"DtTm", "2006-01-02T15:04:05"},
	} {
		found := n.at(form.name)
		if found == nil {
			continue
		}
		for _, layout := range []string{form.layout, form.layout + "Z07:00"} {
			if _, err := time.Parse(layout, found.text); err == nil {
				return found.text[:len("2006-01-02")], nil
			}
		}
		return "", refuse(found.line, n.name+"/"+form.name, "%q is not a day.", shorten(found.text))
	}
	return "", nil
}
