// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/exchange/statement"
	"ecot/money"
)

// notice wraps lines of account into a file of camt.054 whose account is in euros.
func notice(entries string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="` + namespace + `054.001.08"><BkToCstmrDbtCdtNtfctn><GrpHdr/><Ntfctn><Id>1</Id>
<Acct><Id><IBAN>FR7230006000011234567890A89</IBAN></Id><Ccy>EUR</Ccy></Acct>
` + entries + `
</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
`
}

// statementOf wraps balances and lines into a file of camt.053.
func statementOf(inner string) string {
	swap := strings.NewReplacer("054.001.08", "053.001.02", "BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt", "Ntfctn", "Stmt")
	return swap.Replace(notice(inner))
}

// one writes a booked line of account; more comes behind its date.
func one(amount, indicator, more string) string {
	return `<Ntry><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>` + indicator + `</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
		`<BookgDt><Dt>2026-01-02</Dt></BookgDt>` + more + `</Ntry>`
}

// readFull reads a file that holds one statement.
func readFull(t *testing.T, file string) statement.Statement {
	t.Helper()
	statements, err := Read(strings.NewReader(file))
	if err != nil || len(statements) != 1 {
		t.Fatalf("%d statements, %v in %s", len(statements), err, file)
	}
	return statements[0]
}

// readOne reads a file that holds one statement, and leaves aside its names and the keys of its lines.
func readOne(t *testing.T, file string) statement.Statement {
	t.Helper()
	s := readFull(t, file)
	s.Source, s.ID, s.Notice = "", "", false
	for i := range s.Lines {
		l := &s.Lines[i]
		l.Key, l.Entry, l.Total, l.Part, l.Transactions = "", "", 0, false, 0
	}
	return s
}

// whole gives the line that every test of one line of 12.34 begins from.
func whole(change func(*statement.Line)) []statement.Line {
	e := statement.Line{Booked: "2026-01-02", Amount: 1234, Currency: "EUR"}
	if change != nil {
		change(&e)
	}
	return []statement.Line{e}
}

// TestReadsBackWhatIsWritten is the law: whatever lines and batches a bank writes, their amounts,
// signs, texts and balances come back exactly, in any of the ways to write them.
func TestReadsBackWhatIsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 53))
	units := []money.Unit{"EUR", "JPY", "KWD", "CHF"}
	for range 500 {
		unit := units[random.IntN(len(units))]
		opening := random.Int64N(2_000_000) - 1_000_000
		want := statement.Statement{Account: "FR7230006000011234567890A89", Currency: unit, Opening: &opening, Lines: []statement.Line{}}
		closing := opening
		var file strings.Builder
		for range random.IntN(6) {
			parts := writeEntry(random, &file, unit)
			for _, part := range parts {
				closing += part.Amount
			}
			want.Lines = append(want.Lines, parts...)
		}
		want.Closing = &closing
		text := strings.ReplaceAll(statementOf(writeBalance("OPBD", opening, unit)+
			writeBalance("CLBD", closing, unit)+file.String()), "<Ccy>EUR<", "<Ccy>"+string(unit)+"<")
		if got := readOne(t, text); !cmp.Equal(got, want) {
			t.Fatalf("%s\n%s", cmp.Diff(want, got), text)
		}
	}
}

// writeBalance writes one balance.
func writeBalance(kind string, minor int64, unit money.Unit) string {
	return "<Bal><Tp><CdOrPrtry><Cd>" + kind + "</Cd></CdOrPrtry></Tp>" + writeAmount("Amt", minor, unit) + "</Bal>"
}

// writeAmount writes an amount and its indicator.
func writeAmount(name string, minor int64, unit money.Unit) string {
	indicator := "CRDT"
	if minor < 0 {
		minor, indicator = -minor, "DBIT"
	}
	return fmt.Sprintf(`<%s Ccy="%s">%s</%s><CdtDbtInd>%s</CdtDbtInd>`, name, unit,
		money.Amount{Minor: minor, Unit: unit}, name, indicator)
}

// writeEntry writes a line of one to four transactions and gives what is to be read from it.
func writeEntry(random *rand.Rand, file *strings.Builder, unit money.Unit) []statement.Line {
	var details strings.Builder
	var sum int64
	parts := make([]statement.Line, 1+random.IntN(4))
	for i := range parts {
		minor := random.Int64N(200_000) - 100_000
		sum += minor
		parts[i] = statement.Line{Booked: "2026-01-02", Amount: minor, Currency: unit,
			EndToEnd: fmt.Sprint("e", random.IntN(9)), Counterparty: "Ægir & fils", Text: "for <you>"}
		party, structured := "Dbtr", ""
		if minor < 0 {
			party = "Cdtr"
		}
		if random.IntN(2) == 0 {
			parts[i].Reference = "RF18539007547034"
			structured = "<Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>"
		}
		fmt.Fprintf(&details, "<TxDtls><Refs><EndToEndId> %s\n</EndToEndId></Refs>%s<RltdPties><%s><Nm>Ægir &amp;"+
			" fils</Nm></%s></RltdPties><RmtInf><Ustrd>for</Ustrd><Ustrd><![CDATA[<you>]]></Ustrd>%s</RmtInf></TxDtls>",
			parts[i].EndToEnd, writeAmount("Amt", minor, unit), party, party, structured)
	}
	fmt.Fprintf(file, "<Ntry>%s<Sts>BOOK</Sts><BookgDt><DtTm>2026-01-02T23:59:59+01:00</DtTm></BookgDt>"+
		"<NtryDtls>%s</NtryDtls></Ntry>", writeAmount("Amt", sum, unit), details.String())
	return parts
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]int64{
		"12.34": 1234, "12.3400000": 1234, "12": 1200, "+12": 1200, "12.": 1200, ".5": 50, "0.07": 7, "0": 0, " 1.5\n": 150,
		"1<!-- a remark -->2.34": 1234, "&#49;2": 1200, "10000000000000.00": money.Max,
	} {
		for indicator, sign := range map[string]int64{"CRDT": 1, "DBIT": -1} {
			got := readOne(t, notice(one(text, indicator, ""))).Lines
			if len(got) != 1 || got[0].Amount != sign*want {
				t.Errorf("%s %s: %v", text, indicator, got)
			}
		}
	}
}

func TestBatches(t *testing.T) {
	tx := func(inner string) string { return "<TxDtls>" + inner + "</TxDtls>" }
	amt := func(amount string) string { return `<Amt Ccy="EUR">` + amount + `</Amt>` }
	for name, c := range map[string]struct {
		details string
		want    []int64
		warning string
	}{
		"split":           {tx(amt("10")) + tx(amt("2.340")), []int64{1000, 234}, ""},
		"signs of theirs": {tx(amt("20")) + tx(amt("7.66")+"<CdtDbtInd>DBIT</CdtDbtInd>"), []int64{2000, -766}, ""},
		"second version": {tx(`<AmtDtls><TxAmt>`+amt("10")+`</TxAmt></AmtDtls>`) +
			tx(`<AmtDtls><InstdAmt>`+amt("2.34")+`</InstdAmt></AmtDtls>`), []int64{1000, 234}, ""},
		"exchanged": {tx(`<Amt Ccy="USD">11</Amt><AmtDtls><TxAmt>`+amt("10")+`</TxAmt></AmtDtls>`) + tx(amt("2.34")),
			[]int64{1000, 234}, ""},
		"groups": {tx(amt("10")) + "</NtryDtls><NtryDtls>" + tx(amt("2.34")), []int64{1000, 234}, ""},
		"one without an amount": {tx(amt("12.34")) + tx(""), []int64{1234},
			"line 4: Not each of its transactions (2) has an amount in EUR: the line stays whole."},
		"another currency": {tx(amt("10")) + tx(`<Amt Ccy="USD">2.34</Amt>`), []int64{1234},
			"line 4: Not each of its transactions (2) has an amount in EUR: the line stays whole."},
		"another sum": {tx(amt("10")) + tx(amt("2.33")), []int64{1234},
			"line 4: Its transactions sum to 12.33, not to 12.34: the line stays whole."},
		"against its line": {tx(amt("12.34") + "<CdtDbtInd>DBIT</CdtDbtInd>"), []int64{1234},
			"line 4: Its transactions sum to -12.34, not to 12.34: the line stays whole."},
		"single":            {tx(amt("12.34")), []int64{1234}, ""},
		"single, no amount": {tx(""), []int64{1234}, ""},
		"none":              {"", []int64{1234}, ""},
		"not described": {"<Btch><NbOfTxs>3</NbOfTxs></Btch>", []int64{1234},
			"line 4: The bank counts 3 transactions here and describes 0."},
	} {
		entries := readOne(t, notice(one("12.34", "CRDT", "<NtryDtls>"+c.details+"</NtryDtls>"))).Lines
		var got []int64
		var warnings []string
		for _, e := range entries {
			got = append(got, e.Amount)
			warnings = append(warnings, e.Warnings...)
		}
		if !cmp.Equal(got, c.want) || strings.Join(warnings, "") != c.warning {
			t.Errorf("%s: %v %q", name, got, warnings)
		}
	}
}

func TestTexts(t *testing.T) {
	details := func(inner string) string { return "<NtryDtls><TxDtls>" + inner + "</TxDtls></NtryDtls>" }
	for name, c := range map[string]struct {
		more string
		want []statement.Line
	}{
		"not provided": {details("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"), whole(nil)},
		"bank's text":  {"<AddtlNtryInf>Interest\n  2025</AddtlNtryInf>", whole(func(e *statement.Line) { e.Text = "Interest 2025" })},
		"transaction's text": {details("<AddtlTxInf>a\tb&#x85;c</AddtlTxInf>"),
			whole(func(e *statement.Line) { e.Text = "a b c" })},
		"party of the eighth version": {details("<RltdPties><Dbtr><Pty><Nm>Ada</Nm></Pty></Dbtr></RltdPties>"),
			whole(func(e *statement.Line) { e.Counterparty = "Ada" })},
		"for somebody else": {details("<RltdPties><UltmtDbtr><Nm>Ada</Nm></UltmtDbtr><Cdtr><Nm>Us</Nm></Cdtr></RltdPties>"),
			whole(func(e *statement.Line) { e.Counterparty = "Ada" })},
		"return": {details("<RltdPties><Dbtr><Nm>Us</Nm></Dbtr><Cdtr><Nm>Ada</Nm></Cdtr></RltdPties>" +
			"<RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>"),
			whole(func(e *statement.Line) { e.Counterparty, e.ReturnReason = "Ada", "AC01" })},
		"reversal": {"<RvslInd>true</RvslInd>" + details("<RltdPties><Cdtr><Nm>Ada</Nm></Cdtr></RltdPties>"),
			whole(func(e *statement.Line) { e.Counterparty, e.Reversal = "Ada", true })},
		"no reversal": {"<RvslInd> 0 </RvslInd>", whole(nil)},
		"what a whole batch has in common": {"<NtryDtls><TxDtls><Refs><EndToEndId>x</EndToEndId></Refs><RltdPties><Dbtr>" +
			"<Nm>Ada</Nm></Dbtr></RltdPties></TxDtls><TxDtls><Refs><EndToEndId>y</EndToEndId></Refs><RltdPties>" +
			"<Dbtr><Nm>Ada</Nm></Dbtr></RltdPties></TxDtls></NtryDtls><AddtlNtryInf>batch</AddtlNtryInf>",
			whole(func(e *statement.Line) {
				e.Counterparty, e.Text = "Ada", "batch"
				e.Warnings = []string{"line 4: Not each of its transactions (2) has an amount in EUR: the line stays whole."}
			})},
		"two references": {details("<RmtInf><Strd><CdtrRefInf><Ref>A</Ref></CdtrRefInf></Strd>" +
			"<Strd><CdtrRefInf><Ref>B</Ref></CdtrRefInf><AddtlRmtInf>said</AddtlRmtInf></Strd></RmtInf>"),
			whole(func(e *statement.Line) {
				e.Reference, e.Text = "A", "said"
				e.Warnings = []string{"line 4: It gives 2 references; this is the first."}
			})},
	} {
		if got := readOne(t, notice(one("12.34", "CRDT", c.more))).Lines; !cmp.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
}

func TestWhatIsNotBookedIsNotInTheBalances(t *testing.T) {
	pending := strings.Replace(one("5", "CRDT", ""), "BOOK", "PDNG", 1)
	s := readOne(t, statementOf(writeBalance("PRCD", 100, "EUR")+writeBalance("CLBD", 1334, "EUR")+
		one("12.34", "CRDT", "")+pending))
	if sum, all := s.Sum(); sum != 1234 || !all || len(s.Warnings) != 0 || !s.Lines[1].Unbooked ||
		s.Lines[1].Amount != 500 || *s.Opening != 100 {
		t.Errorf("%v %d", s, sum)
	}
}

// TestWhatTheBankLeavesOpenIsWarnedOf wants a line whose day or state the bank does not tell kept, as
// the schemas allow, and marked.
func TestWhatTheBankLeavesOpenIsWarnedOf(t *testing.T) {
	line := one("12.34", "DBIT", "<RvslInd>1</RvslInd><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ada</Nm></Dbtr>"+
		"</RltdPties></TxDtls></NtryDtls>")
	line = strings.NewReplacer("<Sts><Cd>BOOK</Cd></Sts>", "", "<BookgDt><Dt>2026-01-02</Dt></BookgDt>", "").Replace(line)
	want := []statement.Line{{Amount: -1234, Currency: "EUR", Counterparty: "Ada", Reversal: true, Warnings: []string{
		"line 4: The bank does not say whether it has booked this; it is taken as booked.",
		"line 4: The bank does not say on which day it booked this.",
	}}}
	s := readOne(t, strings.Replace(notice(line), "<Ccy>EUR</Ccy>", "", 1))
	if !cmp.Equal(s.Lines, want) || s.Currency != "EUR" || s.Opening != nil || s.Closing != nil {
		t.Errorf("%s\n%+v", cmp.Diff(want, s.Lines), s)
	}
	if empty := readOne(t, strings.Replace(notice(""), "<Ccy>EUR</Ccy>", "", 1)); empty.Currency != "" ||
		empty.Lines == nil || len(empty.Warnings) != 0 {
		t.Errorf("%+v", empty)
	}
}

func TestBalancesThatDoNotFitAreWarnedOf(t *testing.T) {
	euros := one("12.34", "CRDT", "")
	for name, c := range map[string]struct{ inner, warning string }{
		"apart": {writeBalance("OPBD", -100, "EUR") + writeBalance("CLBD", 1135, "EUR") + euros,
			"The opening balance -1.00 and the lines 12.34 do not make the closing balance 11.35."},
		"another currency": {writeBalance("OPBD", 100, "SEK") + euros,
			"The opening balance is in SEK, not in EUR: it is left out."},
		"lines of two": {euros + strings.Replace(euros, "EUR", "SEK", 1), "Some lines are not in EUR, " +
			"or sum to more than an amount can be: the balances are not checked."},
		"beyond": {strings.Repeat(one("9999999999999.99", "CRDT", ""), 2), "Some lines are not in EUR, " +
			"or sum to more than an amount can be: the balances are not checked."},
		"fit": {writeBalance("OPBD", -100, "EUR") + writeBalance("CLBD", 1134, "EUR") + euros, ""},
		"of two pages": {writeBalance("OPBD", 0, "EUR") + writeBalance("CLBD", 7, "EUR") +
			writeBalance("OPBD", 7, "EUR") + writeBalance("CLBD", 1234, "EUR") + euros, ""},
	} {
		if s := readOne(t, statementOf(c.inner)); strings.Join(s.Warnings, "|") != c.warning {
			t.Errorf("%s: %q", name, s.Warnings)
		}
	}
}
