// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fed runs the program on an input and gives what it prints and its exit status.
func fed(t *testing.T, in string, args ...string) (out, errOut string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(streams{t.Context(), strings.NewReader(in), &o, &e}, args)
	return o.String(), e.String(), status
}

const oneGift = "Effective Date & Time,Transaction ID,Credit/Debit,Kind,Group ID,Amount Single Column," +
	"Currency,Is Reverse,Account Handle,Payment Processor Fee\n" +
	"2025-01-01T10:00:00,1,CREDIT,CONTRIBUTION,a,9.01,JPY,,fund,-0.99\n"

func TestImportAndAccounts(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	yen := strings.NewReplacer("9.01", "901", "-0.99", "-99").Replace(oneGift)
	out, errOut, status := fed(t, yen, "import", "opencollective", "-", "--data", data, "--dry-run")
	if _, err := os.Stat(data); status != 0 || !strings.Contains(out, "nothing was changed") || err == nil {
		t.Fatalf("dry run: %d %s%s", status, out, errOut)
	}
	_, errOut, status = fed(t, oneGift, "import", "opencollective", "-", "--data", data)
	finer := "line 2, column “Payment Processor Fee”: The digits \"99\" are finer"
	if status != 1 || !strings.Contains(errOut, finer) {
		t.Fatalf("finer than a yen: %d %s", status, errOut)
	}
	_, _, status = fed(t, yen, "--data", data, "import", "opencollective", "--pot", "mine", "-", "--json")
	if status == 0 {
		t.Fatal("flags of a subcommand stand behind its name")
	}
	out, errOut, status = fed(t, yen, "import", "opencollective", "--data", data, "--pot", "mine", "-", "--json")
	var report struct {
		Entries, Balance int64
		Pot, Unit        string
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != 0 ||
		report.Entries != 2 || report.Balance != 901 || report.Pot != "mine" || report.Unit != "JPY" {
		t.Fatalf("import: %d %v %s%s", status, err, out, errOut)
	}
	out, errOut, status = fed(t, "", "accounts", "--data", data)
	want := "" +
		"     Account  Unit  Debit  Credit\n" +
		"  asset:host   JPY    901        \n" +
		"    pot:mine   JPY            901\n" +
		"       Total   JPY    901     901\n" +
		"\nBehind 3 entries, root "
	if status != 0 || !strings.HasPrefix(out, want) {
		t.Fatalf("accounts: %d\n%q\n%q%s", status, out, want, errOut)
	}
	for at, count := range map[string]int{"2": 0, "3": 2} {
		var balances balancesJSON
		out, errOut, status = fed(t, "", "accounts", "--at", at, "--json", "--data", data)
		err := json.Unmarshal([]byte(out), &balances)
		if err != nil || status != 0 || len(balances.Accounts) != count {
			t.Errorf("accounts at %s: %d %v %s%s", at, status, err, out, errOut)
		}
	}
	if _, errOut, status = fed(t, "", "accounts", "--at", "4", "--data", data); status != 1 ||
		!strings.Contains(errOut, "The journal has 3 entries, not 4.") {
		t.Errorf("accounts at 4: %d %s", status, errOut)
	}
}
