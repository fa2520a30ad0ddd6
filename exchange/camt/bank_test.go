// SPDX-License-Identifier: AGPL-3.0-or-later

package camt

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/money"
)

// plainDocument is an independent reading: the standard library's own mapping of the elements that
// every version has in the same place, and fractions instead of minor units.
type plainDocument struct {
	Statements    []plainStatement `xml:"BkToCstmrStmt>Stmt"`
	Notifications []plainStatement `xml:"BkToCstmrDbtCdtNtfctn>Ntfctn"`
}

type plainStatement struct {
	IBAN     string `xml:"Acct>Id>IBAN"`
	Other    string `xml:"Acct>Id>Othr>Id"`
	Balances []struct {
		plainAmount
		Kind string `xml:"Tp>CdOrPrtry>Cd"`
	} `xml:"Bal"`
	Entries []struct {
		plainAmount
		Day        string   `xml:"BookgDt>Dt"`
		Instant    string   `xml:"BookgDt>DtTm"`
		References []string `xml:"NtryDtls>TxDtls>RmtInf>Strd>CdtrRefInf>Ref"`
		EndToEnd   []string `xml:"NtryDtls>TxDtls>Refs>EndToEndId"`
		Reasons    []string `xml:"NtryDtls>TxDtls>RtrInf>Rsn>Cd"`
	} `xml:"Ntry"`
}

type plainAmount struct {
	Amt struct {
		Text string `xml:",chardata"`
		Unit string `xml:"Ccy,attr"`
	} `xml:"Amt"`
	Indicator string `xml:"CdtDbtInd"`
}

// minor gives the signed amount in minor units, as a fraction.
func (a plainAmount) minor(t *testing.T) *big.Rat {
	t.Helper()
	text := strings.TrimSpace(a.Amt.Text)
	if text == "." || strings.ContainsAny(text, "/eExXpP_-") {
		t.Fatalf("an amount %q was accepted", text)
	}
	value, ok := new(big.Rat).SetString(text)
	decimals, known := money.Unit(a.Amt.Unit).Decimals()
	if !ok || !known {
		t.Fatalf("an amount %q in %q was accepted", text, a.Amt.Unit)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	value.Mul(value, new(big.Rat).SetInt(scale))
	if strings.TrimSpace(a.Indicator) == "DBIT" {
		value.Neg(value)
	}
	return value
}

// agree holds what was read of a file against the independent reading.
func agree(t *testing.T, file []byte, statements []statement.Statement) {
	t.Helper()
	var plain plainDocument
	if err := xml.Unmarshal(bytes.TrimPrefix(file, []byte("\ufeff")), &plain); err != nil {
		t.Fatalf("accepted, and yet: %v", err)
	}
	all := append(plain.Statements, plain.Notifications...)
	if len(all) != len(statements) {
		t.Fatalf("%d statements, want %d", len(statements), len(all))
	}
	for i, want := range all {
		got := statements[i]
		sums := map[money.Unit]*big.Rat{}
		add := func(unit money.Unit, value *big.Rat) {
			if sums[unit] == nil {
				sums[unit] = new(big.Rat)
			}
			sums[unit].Add(sums[unit], value)
		}
		for _, entry := range want.Entries {
			add(money.Unit(entry.Amt.Unit), entry.minor(t))
		}
		for _, entry := range got.Lines {
			add(entry.Currency, new(big.Rat).SetInt64(-entry.Amount))
		}
		for unit, rest := range sums {
			if rest.Sign() != 0 {
				t.Errorf("statement %d: %s minor units of %s are lost", i, rest.RatString(), unit)
			}
		}
		if len(got.Lines) < len(want.Entries) {
			t.Errorf("statement %d: %d lines of %d", i, len(got.Lines), len(want.Entries))
		}
	}
}

// shared gives the folder of data beside the project.
func shared(t *testing.T) string {
	t.Helper()
	root := os.Getenv("ECOT_SHARED")
	for dir, err := os.Getwd(); root == ""; dir = filepath.Dir(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			root = filepath.Join(dir, "..", "shared")
		}
	}
	return filepath.Join(root, "data", "camt")
}

// TestReadsWhatBanksWrite reads every sample beside the project as the independent reading does.
func TestReadsWhatBanksWrite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("shared/data is not beside the project")
	}
	for _, path := range files {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			statements, err := Read(bytes.NewReader(file))
			if strings.Contains(path, "wrong") {
				if want := "line 3, element “BkToCstmrStmt/Stmt”: "; fault.CodeOf(err) != fault.Invalid ||
					!strings.HasPrefix(fault.PublicOf(err), want) {
					t.Errorf("%v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			agree(t, file, statements)
			sayTheSame(t, file, statements)
		})
	}
}

// sayTheSame holds the texts and balances of a file against the independent reading: whatever is
// given stands in the file, and a line with one value of a kind has it.
func sayTheSame(t *testing.T, file []byte, statements []statement.Statement) {
	t.Helper()
	var plain plainDocument
	if err := xml.Unmarshal(file, &plain); err != nil {
		t.Fatal(err)
	}
	for i, want := range append(plain.Statements, plain.Notifications...) {
		got := statements[i]
		if got.Account != want.IBAN+want.Other {
			t.Errorf("account %s, want %s%s", got.Account, want.IBAN, want.Other)
		}
		for _, balance := range want.Balances {
			in := map[string]*int64{"OPBD": got.Opening, "CLBD": got.Closing}[balance.Kind]
			if in != nil && balance.minor(t).Cmp(new(big.Rat).SetInt64(*in)) != 0 {
				t.Errorf("%s is %d", balance.Kind, *in)
			}
		}
		var days, references, ends, reasons []string
		for _, entry := range want.Entries {
			days = append(days, entry.Day+strings.Split(entry.Instant, "T")[0])
			references = append(references, entry.References...)
			ends = append(ends, entry.EndToEnd...)
			reasons = append(reasons, entry.Reasons...)
		}
		for _, e := range got.Lines {
			if !slices.Contains(days, e.Booked) ||
				e.Reference != "" && !slices.Contains(references, e.Reference) ||
				e.EndToEnd != "" && !slices.Contains(ends, e.EndToEnd) ||
				e.ReturnReason != "" && !slices.Contains(reasons, e.ReturnReason) {
				t.Errorf("the file does not say %+v", e)
			}
		}
		if len(want.Entries) == 1 && len(reasons) == 1 && got.Lines[0].ReturnReason != reasons[0] {
			t.Errorf("return for %s, want %s", got.Lines[0].ReturnReason, reasons[0])
		}
		if len(want.Entries) == 1 && len(references) == 1 && got.Lines[0].Reference != references[0] {
			t.Errorf("reference %s, want %s", got.Lines[0].Reference, references[0])
		}
	}
}

// TestReadsTheFinnishSampleAsItsRemarksSay holds a file that explains each of its lines against what
// they say: batches that are not described stay whole, one of three payments becomes three lines.
func TestReadsTheFinnishSampleAsItsRemarksSay(t *testing.T) {
	file, err := os.Open(filepath.Join(shared(t), "FI_camt_053_sample.xml.xml"))
	if os.IsNotExist(err) {
		t.Skip("shared/data is not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	statements, err := Read(file)
	if err != nil || len(statements) != 1 {
		t.Fatal(statements, err)
	}
	var amounts []int64
	var names []string
	for _, e := range statements[0].Lines {
		amounts = append(amounts, e.Amount)
		names = append(names, e.Counterparty+":"+e.Reference)
	}
	wantAmounts := []int64{-100012, -400000, -200002, -100001, -123002, 200000, 50000, 300000, 212000, 545500,
		1000000, -10000, -10000}
	wantNames := []string{":", ":", "Creditor Company:3900", "Creditor Company:", "Creditor Company:", ":", ":", ":",
		"DEBTOR NAME:", "PAYERS NAME2:RF98123456789012", "DEBTOR:RF98123456789012", ":", ":"}
	if !cmp.Equal(amounts, wantAmounts) || !cmp.Equal(names, wantNames) || len(statements[0].Warnings) != 0 {
		t.Errorf("%v\n%q\n%q", amounts, names, statements[0].Warnings)
	}
}

// FuzzRead wants every file refused as the file's own fault or read as the independent reading does.
func FuzzRead(f *testing.F) {
	f.Add([]byte(notice(one("12.34", "CRDT", "<RvslInd>true</RvslInd><NtryDtls><TxDtls><Refs><EndToEndId>x"+
		`</EndToEndId></Refs><Amt Ccy="EUR">12</Amt></TxDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">.34</Amt>`+
		"</TxAmt></AmtDtls></TxDtls></NtryDtls>"))))
	f.Add([]byte(statementOf(writeBalance("OPBD", 5, "JPY") + writeBalance("CLBD", -5, "EUR") + one("1.", "DBIT", ""))))
	f.Add([]byte(laughs))
	f.Add([]byte("\ufeff<!-- x -->" + statementOf("<SplmtryData><x/></SplmtryData>")))
	f.Fuzz(func(t *testing.T, file []byte) {
		statements, err := Read(bytes.NewReader(file))
		if err != nil {
			if code := fault.CodeOf(err); code != fault.Invalid || statements != nil {
				t.Fatalf("%s: %v", code, err)
			}
			return
		}
		if len(statements) == 0 {
			t.Fatal("accepted without a statement")
		}
		for _, s := range statements {
			for _, e := range s.Lines {
				if !e.Currency.IsCurrency() || e.Amount > money.Max || e.Amount < -money.Max {
					t.Fatalf("%+v", e)
				}
			}
			if s.Account == "" {
				t.Fatal("accepted without an account")
			}
		}
		if _, err := json.Marshal(statements); err != nil {
			t.Fatal(err)
		}
		agree(t, file, statements)
	})
}
