// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"ecot/fault"
)

// laughs is the document whose nine entities would make a thousand million words.
const laughs = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<Document xmlns="` + namespace + `053.001.02"><BkToCstmrStmt>&lol2;</BkToCstmrStmt></Document>`

// TestRefusesWithLineAndElement wants each refusal to say where, as far as the sentence is given.
func TestRefusesWithLineAndElement(t *testing.T) {
	good := notice(one("12.34", "CRDT", "<RvslInd>false</RvslInd>"))
	swap := func(old, to string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%s is not in the file", old)
		}
		return strings.Replace(good, old, to, 1)
	}
	detail := func(inner string) string {
		return notice(one("12.34", "CRDT", "<NtryDtls><TxDtls>"+inner+"</TxDtls></NtryDtls>"))
	}
	for name, c := range map[string]struct{ file, want string }{
		"empty":            {"", "line 1: The file is empty"},
		"no XML":           {"Date;Amount\n1;2\n", "line 1: This is not well-formed XML"},
		"another document": {"\n<html/>", "line 2, element “html”: This begins a"},
		"another version":  {swap("054.001.08", "054.001.01"), "line 2, element “Document”: This begins a"},
		"a report":         {swap("054.001.08", "052.001.08"), "line 2, element “Document”: This begins a"},
		"billion laughs":   {laughs, "line 2: A document type is not accepted"},
		"entity":           {swap("12.34", "&money;"), "line 4, element “Amt”: This is not well-formed XML"},
		"crossed":          {swap("</Amt>", "</Amd>"), "line 4, element “Amt”: This is not well-formed XML"},
		"cut":              {good[:strings.Index(good, "<BookgDt>")], "line 4, element “Ntry”: The file ends before this does."},
		"cut in a name":    {good[:strings.Index(good, "okgDt>")], "line 4, element “Ntry”: The file ends before this does."},
		"twice":            {good + "<Document/>", "line 6, element “Document”: "},
		"behind":           {good + "word", "line 6: This is not well-formed XML"},
		"declared twice":   {swap("<GrpHdr/>", `<?xml version="1.0"?>`), "line 2, element “BkToCstmrDbtCdtNtfctn”: This is not"},
		"Latin":            {swap("UTF-8", "ISO-8859-1"), `line 1: The file is written in "ISO-8859-1"`},
		"XML of tomorrow":  {swap(`version="1.0"`, `version="2.0"`), "line 1: This cannot be read as XML"},
		"bytes":            {swap("12.34", "\xff"), "line 4, element “Amt”: This is not well-formed XML"},
		"attribute twice":  {swap(`Ccy="EUR"`, `Ccy="EUR" Ccy="USD"`), "line 4, element “Amt”: This is not well-formed XML"},
		"namespace":        {swap("<Ntry>", `<Ntry xmlns="x">`), "line 4, element “Ntry”: It belongs to"},
		"unbound prefix":   {swap("<Ntry>", "<a:Ntry>"), "line 4, element “Ntry”: It belongs to"},
		"loose text":       {swap("<Ntry>", "x<Ntry>"), "line 4, element “Ntfctn”: Text stands where"},
		"mixed":            {swap("12.34", "12.<b/>34"), "line 4, element “Amt”: It holds text and elements at once."},
		"deep":             {swap("<GrpHdr/>", strings.Repeat("<a>", 100)), "line 2, element “a”: More than 64 elements"},
		"no message":       {"<Document xmlns='" + namespace + "053.001.08'></Document>", "line 1, element “BkToCstmrStmt”: It is missing"},
		"other message":    {swap("054.001.08", "053.001.08"), "line 2, element “BkToCstmrDbtCdtNtfctn”: A BkToCstmrStmt"},
		"no statement":     {strings.ReplaceAll(good, "Ntfctn>", "Sndr>"), "line 2, element “BkToCstmrDbtCdtSndr”: A BkTo"},
		"no account":       {swap("Acct>", "Ownr>"), "line 3, element “Ownr”: This is not"},
		"no number":        {strings.ReplaceAll(good, "IBAN", "Nb"), "line 3, element “Acct/Id”: It holds neither"},
		"two accounts":     {swap("<Ntry>", "<Acct><Id><IBAN>x</IBAN></Id></Acct><Ntry>"), "line 4, element “Acct”: It stands twice."},
		"account's unit":   {swap("<Ccy>EUR", "<Ccy>XYZ"), "line 3, element “Ccy”: \"XYZ\" is not a currency"},
		"no amount":        {swap(`<Amt Ccy="EUR">12.34</Amt>`, ""), "line 4, element “Ntry/Amt”: It is missing."},
		"two amounts":      {swap("<CdtDbt", `<Amt Ccy="EUR">1</Amt><CdtDbt`), "line 4, element “Ntry/Amt”: It stands twice."},
		"no currency":      {swap(` Ccy="EUR"`, ""), `line 4, element “Amt”: "" is not a currency`},
		"unknown currency": {swap(`"EUR"`, `"EUX"`), `line 4, element “Amt”: "EUX" is not a currency`},
		"hours":            {swap(`"EUR"`, `"HUR"`), `line 4, element “Amt”: "HUR" is not a currency`},
		"a thing":          {swap(`"EUR"`, `"eur"`), `line 4, element “Amt”: "eur" is not a currency`},
		"finer":            {swap("12.34", "12.345"), `line 4, element “Amt”: The digits "5" are finer`},
		"half a yen":       {swap(`"EUR">12.34`, `"JPY">12.5`), `line 4, element “Amt”: The digits "5" are finer`},
		"comma":            {swap("12.34", "12,34"), `line 4, element “Amt”: "12,34" is not an amount`},
		"minus":            {swap("12.34", "-12.34"), `line 4, element “Amt”: "-12.34" is negative`},
		"two signs":        {swap("12.34", "+-12.34"), `line 4, element “Amt”: "+-12.34" is negative`},
		"exponent":         {swap("12.34", "1e2"), `line 4, element “Amt”: "1e2" is not an amount`},
		"point alone":      {swap("12.34", "."), `line 4, element “Amt”: "." is not an amount`},
		"too much":         {swap("12.34", "10000000000000.01"), "line 4, element “Amt”: "},
		"no sign":          {swap("<CdtDbtInd>CRDT</CdtDbtInd>", ""), "line 4, element “Ntry/CdtDbtInd”: It is missing."},
		"no such sign":     {swap("CRDT", "CREDIT"), `line 4, element “Ntry/CdtDbtInd”: "CREDIT" is neither`},
		"no such day":      {swap("2026-01-02", "2026-02-30"), `line 4, element “BookgDt/Dt”: "2026-02-30" is not a day.`},
		"no such answer":   {swap("false", "perhaps"), `line 4, element “Ntry/RvslInd”: "perhaps" is neither`},
		"finer within":     {detail(`<Amt Ccy="EUR">12.341</Amt>`), `line 4, element “Amt”: The digits "1" are finer`},
		"no sign within":   {detail(`<Amt Ccy="EUR">1</Amt><CdtDbtInd/>`), "line 4, element “TxDtls/CdtDbtInd”: \"\" is neither"},
		"balance": {strings.Replace(statementOf(writeBalance("CLBD", 5, "EUR")), ">CRDT<", "><", 1),
			"line 4, element “Bal/CdtDbtInd”: \"\" is neither"},
	} {
		statements, err := Read(strings.NewReader(c.file))
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.PublicOf(err), c.want) || statements != nil {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func TestAcceptsWhatSurroundsTheLines(t *testing.T) {
	good := notice(one("12.34", "CRDT", ""))
	extra := `<SplmtryData><Envlp><x:a xmlns:x="urn:bank"><b xmlns="">c</b></x:a></Envlp></SplmtryData>`
	for name, file := range map[string]string{
		"byte order mark": "\ufeff" + good,
		"remarks":         "<!-- a --><?bank b?>\n" + good[strings.Index(good, "<Document"):] + "<!-- c -->\n",
		"supplement":      strings.Replace(good, "</Ntry>", extra+"</Ntry>", 1),
		"prefix": strings.NewReplacer("</", "</n:", "<", "<n:", "xmlns=", "xmlns:n=").Replace(
			good[strings.Index(good, "<Document"):]),
	} {
		if got := readOne(t, file); len(got.Lines) != 1 || got.Lines[0].Amount != 1234 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// endless gives the same bytes for ever and counts them.
type endless struct {
	head, fill string
	read       int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.head == "" {
		e.head = strings.Repeat(e.fill, 1+4096/len(e.fill))
	}
	n := copy(b, e.head)
	e.head = e.head[n:]
	e.read += n
	return n, nil
}

func TestRefusesWhatHasNoEndInTime(t *testing.T) {
	begin, _, _ := strings.Cut(notice("|"), "|")
	for name, fill := range map[string]string{"blanks": " ", "elements in one": "<Nm/>"} {
		in := &endless{head: begin, fill: fill}
		if name == "elements in one" {
			in.head += "<Ntry>"
		}
		_, err := Read(in)
		if fault.CodeOf(err) != fault.Invalid || in.read > MaxBytes+1<<20 {
			t.Errorf("%s: %v after %d bytes", name, err, in.read)
		}
	}
}

func TestRefusesMoreLinesThanMayBe(t *testing.T) {
	for room, accepted := range map[int]bool{2: true, 1: false} {
		r, err := newReader(strings.NewReader(notice(one("1", "CRDT", "") + one("2", "CRDT", ""))))
		if err != nil {
			t.Fatal(err)
		}
		r.entries = MaxEntries - room
		if _, err := r.document(); (err == nil) != accepted {
			t.Errorf("room for %d: %v", room, err)
		}
	}
}

func TestAFileThatCannotBeReadIsNotItsFault(t *testing.T) {
	broken := errors.New("the disk is gone")
	in := io.MultiReader(strings.NewReader(notice("")[:100]), iotest.ErrReader(broken))
	if _, err := Read(in); fault.CodeOf(err) != fault.Unavailable || !errors.Is(err, broken) {
		t.Error(err)
	}
}
