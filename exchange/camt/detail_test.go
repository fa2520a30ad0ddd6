// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/exchange/statement"
	"ecot/fault"
)

// inDetail is a line with everything that is read beside its amount.
const inDetail = `<Ntry><NtryRef>3</NtryRef><Amt Ccy="EUR">11.57</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-01-02</Dt></BookgDt><ValDt><Dt>2026-01-03</Dt></ValDt><AcctSvcrRef>B-77</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>
<Prtry><Cd>NTRF+166</Cd><Issr>DK</Issr></Prtry></BkTxCd>
<NtryDtls><Btch><PmtInfId>LOT-1</PmtInfId></Btch><TxDtls><Refs><AcctSvcrRef>T-78</AcctSvcrRef><InstrId>I-1</InstrId>
<EndToEndId>E-1</EndToEndId><TxId>X-1</TxId><MndtId>M-1</MndtId></Refs>
<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.53</TtlChrgsAndTaxAmt>
<Rcrd><Amt Ccy="EUR">0.43</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd><Tp><Cd>COMM</Cd></Tp></Rcrd>
<Rcrd><Amt Ccy="EUR">0.10</Amt><Tp><Prtry><Id>paper</Id></Prtry></Tp></Rcrd>
<Rcrd><Amt Ccy="EUR">0</Amt></Rcrd></Chrgs>
<RltdPties><Dbtr><Nm>Ada</Nm></Dbtr><DbtrAcct><Id><IBAN>FR7630001007941234567890185</IBAN></Id></DbtrAcct>
<Cdtr><Nm>Us</Nm></Cdtr><CdtrAcct><Id><IBAN>FR7230006000011234567890A89</IBAN></Id></CdtrAcct></RltdPties>
<RmtInf><Ustrd>a gift</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>
</TxDtls></NtryDtls></Ntry>`

func TestReadsALineInDetail(t *testing.T) {
	got := readFull(t, notice(inDetail)).Lines[0]
	want := statement.Line{Key: got.Key, Entry: got.Entry, Firm: true, Total: 1157,
		Booked: "2026-01-02", Value: "2026-01-03", Amount: 1157, Currency: "EUR", Reference: "RF18539007547034",
		EndToEnd: "E-1", Instruction: "I-1", Transaction: "X-1", Mandate: "M-1", Batch: "LOT-1", Transactions: 1,
		Counterparty: "Ada", IBAN: "FR7630001007941234567890185", Text: "a gift",
		BankReference: "T-78", EntryReference: "B-77", Place: "3",
		Code: statement.Code{Domain: "PMNT", Family: "RCDT", SubFamily: "ESCT", Proprietary: "NTRF+166", Issuer: "DK"},
		Charges: []statement.Charge{{Amount: -43, Currency: "EUR", Included: true, Kind: "COMM"},
			{Amount: -10, Currency: "EUR", Kind: "paper"}},
	}
	if !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if got.Fees() != -43 {
		t.Errorf("%d of fees", got.Fees())
	}
}

// TestTheSameLineInAnotherMessage wants a line of a notification to have the key that it has in the
// statement of the day, whatever else each of them says.
func TestTheSameLineInAnotherMessage(t *testing.T) {
	plain := strings.NewReplacer("<Ustrd>a gift</Ustrd>", "", "<NtryRef>3</NtryRef>", "<NtryRef>1</NtryRef>",
		"<Nm>Ada</Nm>", "<Nm>ADA L.</Nm>").Replace(inDetail)
	first := readFull(t, notice(inDetail)).Lines[0]
	second := readFull(t, strings.Replace(statementOf(one("5", "CRDT", "")+plain), "<Id>1</Id>", "<Id>2</Id>", 1)).Lines[1]
	if first.Key != second.Key || first.Entry != second.Entry {
		t.Errorf("%s and %s", first.Key, second.Key)
	}
}

func TestEqualLinesHaveTheirOwnKeys(t *testing.T) {
	s := readFull(t, notice(one("5", "CRDT", "")+one("5", "CRDT", "")))
	if s.Lines[0].Key == s.Lines[1].Key || s.Lines[0].Firm {
		t.Errorf("%+v", s.Lines)
	}
}

// TestOlderCharges reads the shape of version 001.02, and what a bank only gives in total.
func TestOlderCharges(t *testing.T) {
	for name, c := range map[string]struct {
		chrgs string
		want  []statement.Charge
	}{
		"second version": {`<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1</TtlChrgsAndTaxAmt><Amt Ccy="EUR">0.90</Amt>` +
			`<CdtDbtInd>DBIT</CdtDbtInd><Tp><Prtry>post</Prtry></Tp></Chrgs>`,
			[]statement.Charge{{Amount: -90, Currency: "EUR", Kind: "post"}}},
		"total": {`<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1</TtlChrgsAndTaxAmt></Chrgs>`,
			[]statement.Charge{{Amount: -100, Currency: "EUR"}}},
		"given back": {`<Chrgs><Rcrd><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd></Rcrd></Chrgs>`,
			[]statement.Charge{{Amount: 100, Currency: "EUR"}}},
		"none": {`<Chrgs/>`, nil},
	} {
		for _, file := range []string{one("12.34", "DBIT", c.chrgs),
			one("12.34", "DBIT", "<NtryDtls><TxDtls>"+c.chrgs+"</TxDtls></NtryDtls>")} {
			if got := readFull(t, notice(file)).Lines[0].Charges; !cmp.Equal(got, c.want) {
				t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
			}
		}
	}
	for name, chrgs := range map[string]string{
		"no amount":   `<Chrgs><Rcrd/></Chrgs>`,
		"no currency": `<Chrgs><Rcrd><Amt>1</Amt></Rcrd></Chrgs>`,
		"no answer":   `<Chrgs><Rcrd><Amt Ccy="EUR">1</Amt><ChrgInclInd>so</ChrgInclInd></Rcrd></Chrgs>`,
	} {
		if _, err := Read(strings.NewReader(notice(one("5", "CRDT", chrgs)))); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestChargesOfABatchBelongToNoLine wants the charges of a batch that is split to be told, not given
// to one of its lines.
func TestChargesOfABatchBelongToNoLine(t *testing.T) {
	tx := func(amount string) string { return `<TxDtls><Amt Ccy="EUR">` + amount + `</Amt></TxDtls>` }
	s := readFull(t, notice(one("12.34", "CRDT", `<Chrgs><Rcrd><Amt Ccy="EUR">1</Amt></Rcrd></Chrgs>`+
		"<NtryDtls>"+tx("12")+tx("0.34")+"</NtryDtls>")))
	for _, l := range s.Lines {
		if l.Charges != nil || !l.Part || l.Total != 1234 || l.Transactions != 2 ||
			!strings.Contains(strings.Join(l.Warnings, ""), "charges of the whole batch") {
			t.Errorf("%+v", l)
		}
	}
	if len(s.Lines) != 2 || s.Lines[0].Key == s.Lines[1].Key || s.Lines[0].Entry != s.Lines[1].Entry {
		t.Errorf("%+v", s.Lines)
	}
}

func TestReadsWhatAStatementSaysOfItself(t *testing.T) {
	head := `<ElctrncSeqNb>12</ElctrncSeqNb><LglSeqNb>3</LglSeqNb><CreDtTm>2026-01-03T04:05:06+01:00</CreDtTm>` +
		`<FrToDt><FrDtTm>2026-01-02T00:00:00+01:00</FrDtTm><ToDtTm>2026-01-02T23:59:59+01:00</ToDtTm></FrToDt>`
	file := strings.Replace(statementOf(one("5", "CRDT", "")), "<Id>1</Id>", "<Id>S-1</Id>"+head, 1)
	file = strings.Replace(file, "<GrpHdr/>", `<GrpHdr><MsgId>F-9</MsgId><CreDtTm>2026-01-04T00:00:00</CreDtTm>`+
		`<MsgPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></MsgPgntn></GrpHdr>`, 1)
	got := readFull(t, file)
	want := statement.Statement{Source: "camt.053.001.02", Account: "FR7230006000011234567890A89", Currency: "EUR",
		Message: "F-9", ID: "S-1", Number: 3, Sent: 12, Created: "2026-01-03T04:05:06+01:00", From: "2026-01-02",
		To: "2026-01-02", Page: 2, Continued: true, Lines: got.Lines}
	if !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	paged := strings.Replace(file, "<FrToDt>", "<StmtPgntn><PgNb>4</PgNb><LastPgInd>true</LastPgInd></StmtPgntn><FrToDt>", 1)
	if s := readFull(t, paged); s.Page != 4 || s.Continued {
		t.Errorf("page %d, continued %t", s.Page, s.Continued)
	}
	odd := strings.NewReplacer("<LglSeqNb>3<", "<LglSeqNb>x<", "T23:59:59", "T29", ">2026-01-03T04", ">the day before T04",
		"<CreDtTm>2026-01-04T00:00:00</CreDtTm>", "").Replace(file)
	if s := readFull(t, odd); len(s.Warnings) != 3 || s.Number != 0 || s.To != "" || s.Created != "" {
		t.Errorf("%q", s.Warnings)
	}
}

// TestReadsTheSwissReturnAsItsBankWritesIt holds a real return against what it says.
func TestReadsTheSwissReturnAsItsBankWritesIt(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "*camt054-returns*.xml"))
	if err != nil || len(files) == 0 {
		t.Skip("shared/data is not beside the project")
	}
	file, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	statements, err := Read(file)
	if err != nil || len(statements) != 1 || len(statements[0].Lines) != 1 {
		t.Fatal(statements, err)
	}
	l := statements[0].Lines[0]
	if !l.Undoes() || l.Returns != "EndToEndId-004-01-01" || l.ReturnReason != "AC01" || l.Code.SubFamily != "RRTN" ||
		l.IBAN != "CH8709000000929471495" || l.Batch != "PmtInfId-004-01" || !l.Firm || !statements[0].Notice {
		t.Errorf("%+v", l)
	}
}
