// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const oneLine = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>FR7230006000011234567890A89</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1.23</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">11.10</Amt><CdtDbtInd>DBIT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">12.340</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-02</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>e1</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`

func TestImportStatement(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	out, errOut, status := fed(t, oneLine, "import", "statement", "-", "--dry-run", "--json", "--data", data)
	want := `{
  "statements": [
    {
      "account": "FR7230006000011234567890A89",
      "currency": "EUR",
      "opening": 123,
      "closing": -1110,
      "entries": [
        {
          "booked": "2026-01-02",
          "amount": -1234,
          "currency": "EUR",
          "reference": "e1",
          "end_to_end": "e1"
        }
      ],
      "warnings": [
        "The opening balance 1.23 and the lines -12.34 do not make the closing balance -11.10."
      ]
    }
  ]
}
`
	if status != 0 || out != want {
		t.Errorf("JSON: %d %s%s", status, out, errOut)
	}
	out, errOut, status = fed(t, strings.Replace(oneLine, "11.10", "11.11", 1), "import", "statement", "-", "--dry-run")
	table := "Account FR7230006000011234567890A89, lines: 1\n" +
		"  Unit  Opening   Lines  Closing  Difference\n" +
		"   EUR     1.23  -12.34   -11.11        0.00\n\nDry run, nothing was changed"
	if status != 0 || !strings.HasPrefix(out, table) {
		t.Errorf("table: %d\n%s%s", status, out, errOut)
	}
	_, errOut, status = fed(t, oneLine, "import", "statement", "-", "--dry-run", "--data", data)
	if status != 0 {
		t.Errorf("a dry run: %d %s", status, errOut)
	}
	_, errOut, status = fed(t, strings.Replace(oneLine, "12.340", "12.345", 1), "import", "statement", "-", "--dry-run")
	if status != 1 || !strings.Contains(errOut, "line 5, element “Amt”") {
		t.Errorf("finer than a cent: %d %s", status, errOut)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("reading made a data folder")
	}
}

// A statement is booked once, by the terminal as by the pages, and the terminal says how the books stand.
func TestImportStatementBooks(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	right := strings.NewReplacer("11.10", "13.57", "DBIT</CdtDbtInd></Bal>", "CRDT</CdtDbtInd></Bal>",
		"12.340</Amt><CdtDbtInd>DBIT", "12.340</Amt><CdtDbtInd>CRDT").Replace(oneLine)
	say := func(in string, want int, args ...string) string {
		t.Helper()
		out, errOut, status := fed(t, in, append(args, "--data", data)...)
		if status != want {
			t.Fatalf("%v: %d %s%s", args, status, out, errOut)
		}
		return out + errOut
	}
	say("", 0, "init", "--origin", "fund.example.org/journal")
	if out := say(right, 1, "import", "statement", "-"); !strings.Contains(out, "does not know the account FR7230006000011234567890A89") {
		t.Error(out)
	}
	say("", 0, "bank", "--add", "FR72 3000 6000 0112 3456 7890 A89", "--as", "savings")
	if out := say(right, 0, "import", "statement", "-", "--dry-run"); !strings.Contains(out, "1 new lines, of which 0 would be booked by themselves, 1 would arrive") {
		t.Error(out)
	}
	for _, fresh := range []string{"1 of 1 lines are new. Booked: 0. Arrived unattributed: 1.", "0 of 1 lines are new. Booked: 0. Arrived unattributed: 0."} {
		if out := say(right, 0, "import", "statement", "-"); !strings.Contains(out, fresh) {
			t.Errorf("%s, want %s", out, fresh)
		}
	}
	if out := say("", 0, "bank"); !strings.Contains(out, "Bank 13.57, books 12.34: difference 1.23 as of 2026-01-02") {
		t.Error(out)
	}
	if out := say("", 0, "bank", "--json"); !strings.Contains(out, `"difference": 123`) || !strings.Contains(out, `"unattributed": 1234`) {
		t.Error(out)
	}
}
