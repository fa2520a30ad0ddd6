// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHouse holds the repository itself to its rules.
func TestHouse(t *testing.T) {
	tree, err := Load(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Packages) == 0 || tree.text("go.mod") == nil {
		t.Fatalf("loaded %d packages and %d texts: this is not the module", len(tree.Packages), len(tree.Texts))
	}
	for _, breach := range Check(tree, Exemptions()) {
		t.Error(breach)
	}
}

// TestRulesBite runs every fixture of testdata: a small module on which the rules must find exactly
// what its "want" lines say.
func TestRulesBite(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			f := readFixture(t, name)
			tree, err := Load(f.unpack(t))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, breach := range Check(tree, f.exemptions) {
				got = append(got, breach.Rule+" | "+breach.Subject)
			}
			slices.Sort(got)
			slices.Sort(f.want)
			if diff := cmp.Diff(f.want, got); diff != "" {
				t.Errorf("breaches (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryRuleHasAFixture refuses a rule that nothing shows to bite.
func TestEveryRuleHasAFixture(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, name := range names {
		for _, want := range readFixture(t, name).want {
			ruleName, _, _ := strings.Cut(want, " | ")
			shown[ruleName] = true
		}
	}
	for _, r := range rules() {
		if !shown[r.name] {
			t.Errorf("no fixture in testdata shows that the rule %q bites", r.name)
		}
	}
}

// fixture is a module to be judged, and what the rules must find in it.
//
// Its file starts with remarks, with lines "want RULE | SUBJECT" and "exempt RULE | SUBJECT | REASON".
// Then come its files, each after a line "-- PATH --". In them "!repeat N TEXT" stands for N lines of
// TEXT, and the licence line is added to Go files unless the path is followed by "bare". A page of
// chapters that it does not have names every folder.
type fixture struct {
	want       []string
	exemptions []Exemption
	files      map[string]string
}

// readFixture reads the fixture of the given name.
func readFixture(t *testing.T, name string) fixture {
	t.Helper()
	source, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	f := fixture{files: map[string]string{
		"go.mod":       "module ecot\n\ngo 1.26\n",
		dependencyPage: "Nothing yet.\n",
		"LICENSE":      licence(t),
	}}
	current := ""
	lines := bufio.NewScanner(source)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, " --") {
			current = f.open(strings.TrimSuffix(strings.TrimPrefix(line, "-- "), " --"))
			continue
		}
		if current != "" {
			f.files[current] += expand(t, line)
			continue
		}
		if want, ok := strings.CutPrefix(line, "want "); ok {
			f.want = append(f.want, want)
		}
		if exempt, ok := strings.CutPrefix(line, "exempt "); ok {
			parts := strings.SplitN(exempt, " | ", 3)
			f.exemptions = append(f.exemptions, Exemption{parts[0], parts[1], parts[2]})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return f
}

// licence gives the text of the licence of the house itself.
func licence(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// open starts the file that a header names and gives its path.
func (f fixture) open(header string) string {
	name, bare := strings.CutSuffix(header, " bare")
	f.files[name] = ""
	if strings.HasSuffix(name, ".go") && !bare {
		f.files[name] = licenceLine
	}
	return name
}

// expand gives the lines that one line of a fixture stands for.
func expand(t *testing.T, line string) string {
	t.Helper()
	rest, ok := strings.CutPrefix(line, "!repeat ")
	if !ok {
		return line + "\n"
	}
	count, text, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Repeat(text+"\n", n)
}

// unpack writes the fixture's files to a fresh folder and gives its name.
func (f fixture) unpack(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	folders := ""
	for name := range f.files {
		folder, _, _ := strings.Cut(name, "/")
		folders += "`" + folder + "`\n"
	}
	for _, page := range chapterPages() {
		if _, own := f.files[page]; !own {
			f.files[page] = folders
		}
	}
	for name, text := range f.files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestBreachSaysPackageRuleAndWhy holds a breach to the line that a reader needs.
func TestBreachSaysPackageRuleAndWhy(t *testing.T) {
	b := Breach{"float", "money", "money/amount.go", "no float near money"}
	const want = "money: float: money/amount.go: no float near money"
	if got := fmt.Sprint(b); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
