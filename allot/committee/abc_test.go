// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// instance is one file of the abcvoting test data: a profile and the committees expected.
type instance struct {
	election Election
	expected []expectation
}

type expectation struct {
	rule     string
	result   [][]int // nil when the file gives none
	resolute bool
}

// readInstance reads the one YAML shape that the data has and refuses anything else: a key and a
// value a line, lists in JSON's brackets that may run over several lines.
func readInstance(text string) (instance, error) {
	var in instance
	var profile [][]int
	cands := 0
	for number, line := range logicalLines(text) {
		item := strings.HasPrefix(line, "- ")
		key, value, ok := strings.Cut(strings.TrimLeft(line, "- "), ":")
		value = strings.TrimSpace(value)
		if !ok || !item && len(in.expected) == 0 && strings.HasPrefix(line, " ") {
			return in, fmt.Errorf("logical line %d: %q has no place", number+1, line)
		}
		var err error
		last := len(in.expected) - 1
		switch {
		case item && key == "rule_id":
			in.expected = append(in.expected, expectation{rule: value})
		case strings.HasPrefix(line, "  ") && key == "result" && value == "":
		case strings.HasPrefix(line, "  ") && key == "result":
			err = json.Unmarshal([]byte(value), &in.expected[last].result)
		case strings.HasPrefix(line, "  ") && key == "resolute":
			in.expected[last].resolute, err = strconv.ParseBool(value)
		case key == "description", line == "compute:":
		case key == "profile":
			err = json.Unmarshal([]byte(value), &profile)
		case key == "num_cand":
			cands, err = strconv.Atoi(value)
		case key == "committeesize":
			in.election.Seats, err = strconv.Atoi(value)
		default:
			err = fmt.Errorf("unknown key")
		}
		if err != nil {
			return in, fmt.Errorf("logical line %d, %q: %w", number+1, key, err)
		}
	}
	for c := range cands {
		in.election.Candidates = append(in.election.Candidates, strconv.Itoa(c))
	}
	in.election.Ballots = asIDs(profile)
	return in, nil
}

// logicalLines joins a line whose brackets or quotes are open with those that follow.
func logicalLines(text string) []string {
	var out []string
	open := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if open > 0 {
			out[len(out)-1] += strings.TrimSpace(line)
		} else {
			out = append(out, line)
		}
		open += strings.Count(line, "[") - strings.Count(line, "]")
		if strings.Count(line, `"`)%2 == 1 {
			open = 1 - open
		}
	}
	return out
}

func asIDs(sets [][]int) [][]string {
	out := make([][]string, len(sets))
	for i, s := range sets {
		out[i] = make([]string, len(s))
		for j, c := range s {
			out[i][j] = strconv.Itoa(c)
		}
	}
	return out
}

// abcData finds the folder of abcvoting instances beside the project.
func abcData(t testing.TB) string {
	t.Helper()
	tried := []string{os.Getenv("ECOT_SHARED")}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			tried = append(tried, filepath.Join(dir, "..", "shared"))
		}
	}
	for _, shared := range tried {
		folder := filepath.Join(shared, "data", "abcvoting")
		if _, err := os.Stat(folder); shared != "" && err == nil {
			return folder
		}
	}
	t.Skip("shared/data/abcvoting is not beside the project")
	return ""
}

func TestABCVotingCommittees(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(abcData(t), "*.abc.yaml"))
	if err != nil || len(files) < 300 {
		t.Fatalf("%d instances, %v; want at least 300", len(files), err)
	}
	checked, notComputed, notCovered := map[Rule]int{}, map[Rule]int{}, map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in, err := readInstance(string(text))
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(file), err)
		}
		for _, want := range in.expected {
			rule := Rule(want.rule)
			if _, ours := methods()[rule]; !ours {
				notCovered[want.rule]++
				continue
			}
			if want.result == nil {
				notComputed[rule]++ // the data leave the slowest rule out for large instances
				continue
			}
			checked[rule]++
			if msg := checkExpectation(in.election, rule, want); msg != "" {
				t.Errorf("%s, %s: %s", filepath.Base(file), rule, msg)
			}
		}
	}
	for _, rule := range Rules() {
		ours := rule == EqualSharesBare // the data have no rule that stops early
		if !ours && (checked[rule] < 100 || checked[rule]+notComputed[rule] < len(files)) {
			t.Errorf("%s was checked %d times only", rule, checked[rule])
		}
	}
	t.Logf("%d rules checked on %d instances", len(checked), len(files))
	t.Logf("instances without an expectation: %v", notComputed)
	t.Logf("rules of the data that are not covered: %v", slices.Sorted(maps.Keys(notCovered)))
}

// checkExpectation compares All with the committees of the data, and Elect with one of them.
// The data list all tied committees for resolute rules too: any of them is right.
func checkExpectation(e Election, rule Rule, want expectation) string {
	committees := asIDs(want.result)
	for _, c := range committees {
		slices.Sort(c)
	}
	slices.SortFunc(committees, slices.Compare[[]string])
	if !want.resolute {
		got, err := All(rule, e)
		if err != nil || !slices.EqualFunc(got, committees, slices.Equal[[]string]) {
			return fmt.Sprintf("All = %v, %v; want %v", got, err, committees)
		}
		return ""
	}
	got, err := Elect(rule, e)
	if err != nil {
		return err.Error()
	}
	for _, c := range committees {
		if slices.Equal(c, got.Committee) {
			return ""
		}
	}
	return fmt.Sprintf("Elect = %v; want one of %v", got.Committee, committees)
}

func TestReadInstanceRefuses(t *testing.T) {
	for _, text := range []string{
		"  result: [[1]]\n", "profil: [[0]]\n", "profile: [[0]\n", "num_cand: x\n", "just words\n",
	} {
		if in, err := readInstance(text); err == nil {
			t.Errorf("readInstance(%q) = %v, want a refusal", text, in)
		}
	}
}
