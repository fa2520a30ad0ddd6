// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ecot/proof/verify"
)

// opinion is what docs/formats/verify.py says of one bundle.
type opinion struct {
	Exit     int
	Verdicts map[string]verify.Verdict
	Balances map[string]int64 // by "account unit"
}

// second asks verify.py, in one process, about every folder.
func second(t *testing.T, vkey string, dirs []string) []opinion {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here to read the bundles a second time")
	}
	pages, err := filepath.Abs("../../docs/formats")
	if err != nil {
		t.Fatal(err)
	}
	const driver = `
import json, sys
sys.path.insert(0, sys.argv[1])
import verify
for line in sys.stdin:
    v = verify.Verification(line.rstrip("\n"), sys.argv[2] or None)
    balances = {" ".join(place): n for place, n in v.books.balances.items()}
    print(json.dumps({"Exit": v.exit_status(), "Verdicts": v.verdicts, "Balances": balances}))
`
	cmd := exec.CommandContext(t.Context(), python, "-I", "-B", "-c", driver, pages, vkey)
	cmd.Stdin = strings.NewReader(strings.Join(dirs, "\n") + "\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, err.(*exec.ExitError).Stderr)
	}
	opinions := make([]opinion, len(dirs))
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for i := range opinions {
		if err := decoder.Decode(&opinions[i]); err != nil {
			t.Fatal(err)
		}
	}
	return opinions
}

// The two readers, written apart, agree on every mutant of the passes that both have.
func TestASecondReaderAgrees(t *testing.T) {
	vkey := keyed(t, "log").VKey()
	honest := newFund(t, vkey)
	list := append([]mutant{{"the honest journal", "", func(*forgery) {}}}, append(mutants(), hidden()...)...)
	dirs := make([]string, len(list))
	for i, m := range list {
		f := honest.forge()
		m.forge(f)
		dirs[i] = write(t, f.files())
	}
	opinions := second(t, vkey, dirs)
	for i, m := range list {
		agree(t, m.name, verify.Bundle(t.Context(), dirs[i], verify.Options{Key: vkey}), opinions[i])
	}
	r := verify.Bundle(t.Context(), dirs[0], verify.Options{Key: vkey})
	if len(r.Accounts) != len(opinions[0].Balances) || len(r.Accounts) == 0 {
		t.Errorf("%d balances, %d for verify.py", len(r.Accounts), len(opinions[0].Balances))
	}
	for _, a := range r.Accounts {
		if theirs := opinions[0].Balances[string(a.Account)+" "+string(a.Unit)]; theirs != a.Balance {
			t.Errorf("%s holds %d %s, for verify.py %d", a.Account, a.Balance, a.Unit, theirs)
		}
	}
	if own := second(t, "", dirs[:1])[0]; own.Exit != 0 {
		t.Errorf("by the key that the bundle states, verify.py says %v", own.Verdicts)
	}
}

// agree compares the passes that both readers have, and the exit status that follows from them.
func agree(t *testing.T, name string, r *verify.Report, o opinion) {
	t.Helper()
	shared := &verify.Report{}
	for _, pass := range r.Passes {
		if pass.Name == verify.PassStates || passes()[strings.Fields(pass.Name)[0]] != pass.Name {
			continue
		}
		shared.Passes = append(shared.Passes, pass)
		if theirs := o.Verdicts[pass.Name]; theirs != pass.Verdict {
			t.Errorf("%s: %s is %s, for verify.py %q", name, pass.Name, pass.Verdict, theirs)
		}
	}
	if len(shared.Passes) != len(o.Verdicts) || shared.Exit() != o.Exit {
		t.Errorf("%s: verify.py says %v and ends with %d, not %d", name, o.Verdicts, o.Exit, shared.Exit())
	}
}
