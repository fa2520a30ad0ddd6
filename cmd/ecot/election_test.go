// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecot/allot/allottest"
)

const parkElection = `META
key;value
budget;100.0
vote_type;approval
PROJECTS
project_id;cost;name
park;60.5;Park
bus;30;Bus stop
art;20;Mural
VOTES
voter_id;vote
1;park,bus
2;park
3;park,art
4;bus,art
`

// ran runs the program and gives its exit status and what it printed.
func ran(ctx context.Context, args ...string) (status int, out, errOut string) {
	var o, e bytes.Buffer
	status = run(streams{ctx, strings.NewReader(""), &o, &e}, args)
	return status, o.String(), e.String()
}

// parkFile writes the small election into a folder of its own.
func parkFile(t *testing.T) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "park.pb")
	if err := os.WriteFile(path, []byte(parkElection), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

// The JSON has the keys promised, amounts as the file writes them, and nothing else.
func TestCountJSON(t *testing.T) {
	_, path := parkFile(t)
	status, out, errOut := ran(context.Background(), "count", path, "--rule", "equal-shares", "--json")
	want := `{"rule":"equal-shares","voters":4,"projects":3,"budget":100.0,` +
		`"winners":["park","art"],"spent":80.5,"ties":0,"residue":1}` + "\n"
	if status != 0 || errOut != "" || out != want {
		t.Fatalf("status %d: %s%s, want %s", status, out, errOut, want)
	}
}

// What count explains, recount confirms, by every rule; a forged figure is found.
func TestCountThenRecount(t *testing.T) {
	dir, path := parkFile(t)
	explanation := filepath.Join(dir, "why.json")
	for _, args := range [][]string{
		{"--rule", "equal-shares", "--completion", "add1eu"},
		{"--rule", "equal-shares", "--utility", "cardinality", "--completion", "util", "--ties", "string"},
		{"--rule", "greedy"},
		{"--rule", "greedy", "--no-skip", "--threshold", "2", "--exclusive", "park,bus", "--exclusive", "bus,art"},
		{"--rule", "phragmen"},
	} {
		args = append([]string{"count", path, "--explain", explanation}, args...)
		if status, out, errOut := ran(context.Background(), args...); status != 0 {
			t.Fatalf("%v: status %d: %s%s", args, status, out, errOut)
		}
		if status, out, errOut := ran(context.Background(), "recount", path, explanation); status != 0 {
			t.Fatalf("%v: status %d: %s%s", args, status, out, errOut)
		}
		text, err := os.ReadFile(explanation)
		if err != nil {
			t.Fatal(err)
		}
		forged := bytes.Replace(text, []byte(`"voters": 4`), []byte(`"voters": 5`), 1)
		if err := os.WriteFile(explanation, forged, 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, errOut := ran(context.Background(), "recount", path, explanation)
		if status != 1 || !strings.Contains(errOut, `"voters": 5`) {
			t.Fatalf("forged %v: status %d: %s%s", args, status, out, errOut)
		}
	}
}

// People read their own language, in the table and in the explanation.
func TestCountLanguages(t *testing.T) {
	dir, path := parkFile(t)
	words := filepath.Join(dir, "why.txt")
	for lang, want := range map[string][2]string{
		"fr": {"projets retenus", "Méthode des parts égales"}, "en": {"winners, spent", "Method of Equal Shares"},
	} {
		args := []string{"count", path, "--rule", "equal-shares", "--explain", words, "--lang", lang}
		status, out, errOut := ran(context.Background(), args...)
		text, err := os.ReadFile(words)
		if status != 0 || err != nil || !strings.Contains(out, want[0]) || !strings.Contains(string(text),
			want[1]) {
			t.Errorf("%s: status %d, %v: %s%s%s", lang, status, err, out, errOut, text)
		}
	}
}

// A file that cannot be counted is refused with its name and line; bad options never start a count.
func TestCountRefuses(t *testing.T) {
	dir, path := parkFile(t)
	bad := filepath.Join(dir, "bad.pb")
	if err := os.WriteFile(bad, []byte(strings.Replace(parkElection, "4;bus", "4;boat", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"count", bad, "--rule", "greedy"}, 1, `bad.pb: Line 15: the ballot names project "boat"`},
		{[]string{"count", filepath.Join(dir, "none.pb"), "--rule", "greedy"}, 1, "cannot be opened"},
		{[]string{"count", path, "--rule", "greedy", "--exclusive", "park,pool"}, 1, `project "pool"`},
		{[]string{"count", path}, 2, "--rule"},
		{[]string{"count", path, "--rule", "lottery"}, 2, "lottery"},
		{[]string{"recount", path, path}, 1, "not a document"},
		{[]string{"recount", path, filepath.Join(dir, "none.json")}, 1, "cannot be opened"},
		{[]string{"generate", "--voters", "0", filepath.Join(dir, "x.pb")}, 1, "between 1 and"},
		{[]string{"generate", filepath.Join(dir, "no", "x.pb")}, 1, "cannot be written"},
	} {
		status, out, errOut := ran(context.Background(), c.args...)
		if status != c.status || !strings.Contains(errOut, c.says) {
			t.Errorf("%v: status %d: %s%s", c.args, status, out, errOut)
		}
	}
}

// What generate writes can be counted, twice the same; an interruption leaves nothing behind.
func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "1.pb"), filepath.Join(dir, "2.pb")
	for _, path := range []string{first, second} {
		args := []string{"generate", "--voters", "3000", "--projects", "200", "--marks", "6", "--seed", "5", path}
		if status, out, errOut := ran(context.Background(), args...); status != 0 {
			t.Fatalf("status %d: %s%s", status, out, errOut)
		}
	}
	a, err1 := os.ReadFile(first)
	b, err2 := os.ReadFile(second)
	if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Fatalf("two files of one seed differ: %v %v", err1, err2)
	}
	status, out, errOut := ran(context.Background(), "count", first, "--rule", "equal-shares", "--json")
	if status != 0 || !strings.Contains(out, `"voters":3000,"projects":200,"budget":60000.00`) {
		t.Fatalf("status %d: %s%s", status, out, errOut)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	third := filepath.Join(dir, "3.pb")
	if status, _, _ := ran(stopped, "generate", "--voters", "3000", third); status != 1 {
		t.Errorf("interrupted, status %d", status)
	}
	why := filepath.Join(dir, "why.json")
	if status, _, _ := ran(stopped, "count", first, "--rule", "equal-shares", "--explain", why); status != 1 {
		t.Errorf("interrupted, status %d", status)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("an interruption leaves %v, %v", left, err)
	}
}

// All rules stand side by side, as a table, as JSON and as a picture.
func TestCompare(t *testing.T) {
	dir, path := parkFile(t)
	picture := filepath.Join(dir, "rules.svg")
	status, out, errOut := ran(context.Background(), "compare", path, "--svg", picture, "--lang", "fr")
	for _, want := range []string{"equal-shares cost none", "equal-shares cardinality add1eu", "phragmen",
		"greedy", "sans rien"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, no %q: %s%s", status, want, out, errOut)
		}
	}
	drawn, err := os.ReadFile(picture)
	if err != nil || !bytes.HasPrefix(drawn, []byte("<svg ")) {
		t.Errorf("the picture is %.40s, %v", drawn, err)
	}
	status, out, errOut = ran(context.Background(), "compare", path, "--json")
	var result compareResult
	if err := json.Unmarshal([]byte(out), &result); status != 0 || err != nil || len(result.Rules) != 7 {
		t.Errorf("status %d, %v: %s%s", status, err, out, errOut)
	}
}

// The real vote of Świecie, through the door.
func TestCountSwiecie(t *testing.T) {
	path := allottest.Data(t, "pabulib", "Poland_Swiecie_2023.pb")
	args := []string{"count", path, "--rule", "equal-shares", "--completion", "add1", "--json"}
	status, out, errOut := ran(context.Background(), args...)
	if status != 0 || !strings.Contains(out, `"spent":1040337`) || strings.Count(out, `"c`) != 17 {
		t.Fatalf("status %d: %s%s", status, out, errOut)
	}
}
