// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/generate"
	"ecot/allot/pabulib"
	"ecot/fault"
)

const small = `META
key;value
description;"A ""small"" one; really"
num_projects;3
num_votes;4
budget;100.50
vote_type;approval
PROJECTS
project_id;cost;votes;name
p1;10.5;2;"Bench;
and table"
2;40;1;Tree
a longer identifier;50;2;Bus
VOTES
voter_id;age;vote
1;20;p1,2
2;30;a longer identifier,p1
3;40;
4;50;"a longer identifier"
`

// approvals gives for each project its supporters.
func approvals(e *election.Election) string {
	var b strings.Builder
	for p, project := range e.Projects {
		fmt.Fprint(&b, project.ID, " ", project.Cost, " ", e.Supporters(p), "\n")
	}
	return b.String()
}

func TestRead(t *testing.T) {
	file, err := pabulib.Read(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	e := file.Election
	want := "p1 1050 [0 1]\n2 4000 [0]\na longer identifier 5000 [1 3]\n"
	if got := approvals(e); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if e.Voters != 4 || e.Budget != 10050 || e.Decimals != 2 || file.Budget != "100.50" || len(file.Notes) != 0 {
		t.Errorf("got %d voters, budget %d (%s), %d decimals, notes %v", e.Voters, e.Budget, file.Budget,
			e.Decimals, file.Notes)
	}
	if e.Projects[0].Name != "Bench;\nand table" || file.Value("description") != `A "small" one; really` {
		t.Errorf("names %q, %q", e.Projects[0].Name, file.Value("description"))
	}
}

// However the bytes arrive and however lines end, the election is the same.
func TestReadIsTheSameInPieces(t *testing.T) {
	for name, text := range map[string]string{
		"CRLF":        strings.ReplaceAll(small, "\n", "\r\n"),
		"BOM":         "\ufeff" + small,
		"no end":      strings.TrimSuffix(small, "\n"),
		"blank lines": strings.ReplaceAll(small, "VOTES", "\n \nVOTES"),
		"spaces":      strings.ReplaceAll(small, "p1,2", " p1 , 2,"),
		"comma":       strings.ReplaceAll(small, "100.50", "100,50"),
	} {
		for _, r := range []func() (*pabulib.File, error){
			func() (*pabulib.File, error) { return pabulib.Read(strings.NewReader(text)) },
			func() (*pabulib.File, error) { return pabulib.Read(iotest.OneByteReader(strings.NewReader(text))) },
		} {
			file, err := r()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := "p1 1050 [0 1]\n2 4000 [0]\na longer identifier 5000 [1 3]\n"
			if got := approvals(file.Election); got != want || file.Budget != "100.50" {
				t.Errorf("%s: got %s", name, got)
			}
		}
	}
}

// Every vote type counts as approval.
func TestVoteTypes(t *testing.T) {
	for _, kind := range []pabulib.VoteType{pabulib.Approval, pabulib.ChooseOne, pabulib.Ordinal,
		pabulib.Cumulative, pabulib.Scoring} {
		file, err := pabulib.Read(strings.NewReader(strings.Replace(small, "approval", string(kind), 1)))
		if err != nil || file.VoteType != kind {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// What cannot be counted is refused with its line.
func TestRefusals(t *testing.T) {
	for _, c := range []struct{ old, new, line, says string }{
		{"META\n", "", "Line 1:", "META, PROJECTS or VOTES"},
		{"budget;100.50\n", "", "Line 1:", "no key budget"},
		{"budget;100.50", "budget", "Line 6:", "not a plain decimal"},
		{"100.50", "1e9", "Line 6:", "not a plain decimal"},
		{"100.50", "-5", "Line 1:", "not above zero"},
		{"100.50", "99999999999999999999", "Line 6:", "too large"},
		{"100.50", "1.1234567", "Line 6:", "more than 6 decimals"},
		{"budget;100.50\n", "budget;1\nbudget;2\n", "Line 7:", "given in line 6"},
		{"approval", "lottery", "Line 7:", "not known"},
		{"PROJECTS\n", "", "Line 14:", "before a section PROJECTS"},
		{"project_id;", "id;", "Line 9:", `no column "project_id"`},
		{";cost;", ";price;", "Line 9:", `no column "cost"`},
		{"2;40;1;Tree", "2;0;1;Tree", "Line 12:", "not above zero"},
		{"2;40;1;Tree", "2;many;1;Tree", "Line 12:", "not a plain decimal"},
		{"2;40;1;Tree", "p1;40;1;Tree", "Line 12:", "given in line 10"},
		{"2;40;1;Tree", "2", "Line 12:", "1 fields"},
		{"2;40;1;Tree", "2,3;40;1;Tree", "Line 12:", "cannot name"},
		{"VOTES\n", "", "Line 14:", "not a plain decimal"},
		{"VOTES\nvoter_id;age;vote\n1;20;p1,2\n2;30;a longer identifier,p1\n3;40;\n4;50;\"a longer identifier\"\n",
			"",
			"Line 13:", "without a section VOTES"},
		{"age;vote", "age;points", "Line 15:", `no column "vote"`},
		{"1;20;p1,2", "1;20;p1,7", "Line 16:", `project "7"`},
		{"1;20;p1,2", "1;20;p1,nobody knows it", "Line 16:", `project "nobody knows it"`},
		{"1;20;p1,2", "1;20", "Line 16:", "ends before the column vote"},
		{`4;50;"a`, `4;50;"b`, "Line 19:", `project "b longer`},
		{`4;50;"a longer identifier"`, `4;50;"a longer identifier`, "Line 19:", "never closed"},
		{"4;50", "VOTES\n4;50", "Line 19:", "began in line 14"},
	} {
		_, err := pabulib.Read(strings.NewReader(strings.Replace(small, c.old, c.new, 1)))
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(err.Error(), c.line) ||
			!strings.Contains(err.Error(), c.says) {
			t.Errorf("%q for %q: %v, want %s … %s", c.new, c.old, err, c.line, c.says)
		}
	}
	if _, err := pabulib.Read(strings.NewReader("")); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := pabulib.Read(iotest.ErrReader(os.ErrClosed)); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a broken disk: %v", err)
	}
	long := strings.NewReader("META\nkey;value\nbudget;" + strings.Repeat("1", pabulib.MaxRecord+1))
	if _, err := pabulib.Read(long); err == nil || !strings.Contains(err.Error(), "Line 3: the line is longer") {
		t.Errorf("an endless line: %v", err)
	}
}

// What is odd but countable is noted with its line.
func TestNotes(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"num_votes;4", "num_votes;5", "line 14: META says 5 ballots; there are 4."},
		{"num_projects;3", "num_projects;2", "line 8: META says 2 projects; there are 3."},
		{"vote_type;approval\n", "", "line 1: META does not say vote_type"},
		{"p1,2", "p1,2,p1", "line 14: 1 marks name a project that their ballot names already"},
	} {
		file, err := pabulib.Read(strings.NewReader(strings.Replace(small, c.old, c.new, 1)))
		if err != nil || len(file.Notes) != 1 || !strings.HasPrefix(file.Notes[0].String(), c.want) {
			t.Errorf("%q: %v, %v", c.new, file, err)
		}
	}
}

// What the writer writes, the reader reads.
func TestWriterRoundTrip(t *testing.T) {
	for seed := range uint64(20) {
		g, err := generate.New(generate.Options{Voters: 50 + int(seed), Projects: 1 + int(seed)*3, Marks: 1 +
			int(seed)%7, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		g.Projects[0].Name = `Odd "name"; with all`
		var b bytes.Buffer
		meta := []pabulib.Entry{{Key: "budget", Value: election.FormatAmount(g.Budget, 2)}, {Key: "vote_type",
			Value: "approval"}}
		w, err := pabulib.NewWriter(&b, meta, g.Projects, generate.Decimals)
		if err != nil {
			t.Fatal(err)
		}
		var ballots [][]uint32
		for ballot := range g.Ballots() {
			ballots = append(ballots, slices.Clone(ballot))
			if err := w.Ballot(ballot); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		file, err := pabulib.Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		want := allottest.Draft{Projects: g.Projects, Budget: g.Budget, Decimals: 2, Ballots: ballots}.Election(t)
		if approvals(file.Election) != approvals(want) || file.Election.Budget != want.Budget ||
			file.Election.Projects[0] != want.Projects[0] {
			t.Fatalf("seed %d differs", seed)
		}
	}
}

// Every real file is read, with as many ballots as it says.
func TestRealFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(allottest.Data(t, "pabulib"), "*.pb"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := pabulib.Read(f)
		f.Close()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := fmt.Sprint(file.Election.Voters); got != file.Value("num_votes") ||
			len(file.Election.Projects) == 0 {
			t.Errorf("%s: %s ballots, %d projects", path, got, len(file.Election.Projects))
		}
	}
}

// FuzzRead: nothing panics, memory stays in proportion, and what is read can be written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("META\nkey;value\nbudget;1\nPROJECTS\nproject_id;cost\na;1\nVOTES\nvote\na\n\n"))
	f.Add([]byte("VOTES\nvote\n"))
	for _, name := range []string{"Netherlands_Assen_2024.pb", "Worldwide_Mechanical_Turk_Ranking_value_7.pb"} {
		if text, err := os.ReadFile(filepath.Join(allottest.Folder(), "pabulib", name)); err == nil {
			f.Add(text) // real files, where they are beside the project
		}
	}
	f.Add([]byte("META;;\nkey;value\nbudget;\"1\nPROJECTS\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := pabulib.Read(bytes.NewReader(text))
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		e := file.Election
		ballots := make([][]uint32, e.Voters)
		for p := range e.Projects {
			for _, voter := range e.Supporters(p) {
				ballots[voter] = append(ballots[voter], uint32(p))
			}
		}
		var b bytes.Buffer
		w, err := pabulib.NewWriter(&b, []pabulib.Entry{{Key: "budget", Value: file.Budget}}, e.Projects,
			e.Decimals)
		for _, ballot := range ballots {
			if err == nil {
				err = w.Ballot(ballot)
			}
		}
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := pabulib.Read(bytes.NewReader(b.Bytes()))
		if err != nil || approvals(again.Election) != approvals(e) || again.Election.Voters != e.Voters {
			t.Fatalf("written again: %v\n%s", err, b.Bytes())
		}
	})
}

// BenchmarkRead measures the reader on one core: a synthetic file of 200 000 ballots.
func BenchmarkRead(b *testing.B) {
	g, err := generate.New(generate.Options{Voters: 200_000, Projects: 10_000, Marks: 10, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	w, err := pabulib.NewWriter(&text, []pabulib.Entry{{Key: "budget", Value: "1"}}, g.Projects,
		generate.Decimals)
	if err != nil {
		b.Fatal(err)
	}
	for ballot := range g.Ballots() {
		if err := w.Ballot(ballot); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := pabulib.Read(bytes.NewReader(text.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
