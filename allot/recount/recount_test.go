// SPDX-License-Identifier: AGPL-3.0-or-later

package recount_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/equalshares"
	"ecot/allot/explain"
	"ecot/allot/greedy"
	"ecot/allot/phragmen"
	"ecot/allot/recount"
	"ecot/fault"
)

// question is what is asked of a counter.
type question struct {
	rule   string
	shares equalshares.Options
	greedy greedy.Options
	loads  phragmen.Options
}

// drawn gives a question.
func drawn(random *rand.Rand, e *election.Election) question {
	ties := []election.TieRule{election.LowestCost, election.StringOrder}[random.IntN(2)]
	completions := []equalshares.Completion{equalshares.None, equalshares.Util, equalshares.Add1,
		equalshares.Add1e, equalshares.Add1u, equalshares.Addeu}
	q := question{rule: equalshares.Rule}
	switch random.IntN(6) {
	case 0:
		q.rule = greedy.Rule
	case 1:
		q.rule = phragmen.Rule
	}
	q.loads.Ties = ties
	q.shares = equalshares.Options{
		Utility:    []equalshares.Utility{equalshares.ByCost, equalshares.ByNumber}[random.IntN(2)],
		Completion: completions[random.IntN(len(completions))], Ties: ties, Explain: true,
	}
	q.greedy = greedy.Options{Ties: ties, NoSkip: random.IntN(3) == 0, Threshold: random.IntN(3)}
	if m := len(e.Projects); m > 2 && random.IntN(2) == 0 {
		q.greedy.Exclusive = [][]int{{0, m - 1}, {1, 2}}
	}
	return q
}

// ask counts e and gives the document.
func ask(t testing.TB, e *election.Election, q question) *explain.Document {
	t.Helper()
	switch q.rule {
	case greedy.Rule:
		r, err := greedy.Count(e, q.greedy)
		if err != nil {
			t.Fatal(err)
		}
		return greedy.Explain(e, q.greedy, r)
	case phragmen.Rule:
		r, err := phragmen.Count(context.Background(), e, q.loads)
		if err != nil {
			t.Fatal(err)
		}
		return phragmen.Explain(e, q.loads, r)
	}
	r, err := equalshares.Count(context.Background(), e, q.shares)
	if err != nil {
		t.Fatal(err)
	}
	return equalshares.Explain(e, q.shares, r)
}

// text gives the written form of d.
func text(t testing.TB, d *explain.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// forged changes one byte of a document, or swaps, drops or doubles a line.
func forged(random *rand.Rand, honest []byte) []byte {
	lie := bytes.Clone(honest)
	lines := bytes.SplitAfter(lie, []byte{'\n'})
	i, j := random.IntN(len(lines)), random.IntN(len(lines))
	switch random.IntN(8) {
	case 0:
		lines[i], lines[j] = lines[j], lines[i]
		return bytes.Join(lines, nil)
	case 1:
		return bytes.Join(append(lines[:i:i], lines[min(i+1+random.IntN(3), len(lines)):]...), nil)
	case 2:
		return bytes.Join(append(lines[:i:i], lines[max(0, i-random.IntN(4)):]...), nil)
	}
	const likely = `0123456789"ab{}[],- .`
	for at := random.IntN(len(lie)); ; at = random.IntN(len(lie)) {
		c := likely[random.IntN(len(likely))]
		digit := lie[at] >= '0' && lie[at] <= '9'
		if c != lie[at] && (digit || random.IntN(4) == 0) {
			lie[at] = c
			return lie
		}
	}
}

// asked gives the question that a document claims to answer.
func asked(e *election.Election, d *explain.Document) question {
	ties := election.TieRule(d.TieRule)
	q := question{rule: d.Rule}
	q.loads.Ties = ties
	q.shares = equalshares.Options{Utility: equalshares.Utility(d.Utility),
		Completion: equalshares.Completion(d.Completion), Ties: ties, Explain: true}
	q.greedy = greedy.Options{Ties: ties, NoSkip: d.NoSkip, Threshold: d.Threshold}
	for _, ids := range d.Exclusive {
		var group []int
		for _, id := range ids {
			for p, project := range e.Projects {
				if project.ID == id {
					group = append(group, p)
				}
			}
		}
		q.greedy.Exclusive = append(q.greedy.Exclusive, group)
	}
	return q
}

// Check accepts what the counters write for 10 000 elections, and no forgery of it: a changed document
// that it accepts must be the very one that the counter writes for what the changed document asks.
func TestCheckAgreesAndFindsForgeries(t *testing.T) {
	found, otherQuestions := 0, 0
	for seed := range uint64(10_000) {
		random := rand.New(rand.NewPCG(seed, 9))
		e := allottest.Small(random).Election(t)
		honest := ask(t, e, drawn(random, e))
		if err := recount.Check(context.Background(), e, honest); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text(t, honest))
		}
		written := text(t, honest)
		lie := forged(random, written)
		if bytes.Equal(lie, written) {
			continue
		}
		d, err := explain.Read(bytes.NewReader(lie))
		if err == nil {
			err = recount.Check(context.Background(), e, d)
		}
		if err != nil {
			found++
			continue
		}
		otherQuestions++
		if !bytes.Equal(text(t, ask(t, e, asked(e, d))), lie) {
			t.Fatalf("seed %d: a forgery passes:\n%s\nhonest:\n%s", seed, lie, written)
		}
	}
	if found < 9_500 {
		t.Fatalf("%d forgeries found, %d true answers to another question", found, otherQuestions)
	}
}

// A document that is well written but untrue names the difference.
func TestCheckSaysWhere(t *testing.T) {
	d := allottest.Draft{Budget: 30, Projects: []election.Project{{ID: "a", Cost: 10}, {ID: "b", Cost: 8},
		{ID: "c", Cost: 9}},
		Ballots: [][]uint32{{0, 1}, {0, 1}, {0, 2}, {2}}}
	e := d.Election(t)
	q := question{rule: equalshares.Rule, shares: equalshares.Options{Utility: equalshares.ByCost,
		Completion: equalshares.Add1u, Ties: election.LowestCost, Explain: true}}
	for name, change := range map[string]func(*explain.Document){
		"residue":           func(d *explain.Document) { d.Residue++ },
		`not known`:         func(d *explain.Document) { d.Rule = "lottery" },
		`tie rule`:          func(d *explain.Document) { d.TieRule = "lot" },
		`utility`:           func(d *explain.Document) { d.Utility = "" },
		`completion "x"`:    func(d *explain.Document) { d.Completion = "x" },
		`names project "z"`: func(d *explain.Document) { d.Rounds[0].Project = "z" },
		`project "b" is better than "c"`: func(d *explain.Document) {
			d.Rounds[0].Project, d.Rounds[0].RunnerUp.Project = "c", "b"
		},
		`raises`:                    func(d *explain.Document) { d.Raises = -1 },
		`"voters": 5`:               func(d *explain.Document) { d.Voters = 5 },
		`does not see that project`: func(d *explain.Document) { d.Rounds[0].RunnerUp = nil },
		`the steps do not begin`:    func(d *explain.Document) { d.Steps = nil },
	} {
		document := ask(t, e, q)
		change(document)
		err := recount.Check(context.Background(), e, document)
		if fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Real elections, every completion, every utility.
func TestCheckRealElections(t *testing.T) {
	for _, file := range []string{"Poland_Swiecie_2023.pb", "Netherlands_Assen_2024.pb",
		"Netherlands_Amsterdam_166.pb",
		"Worldwide_Mechanical_Turk_Ranking_value_7.pb", "Poland_Warszawa_2017_Ursus_Polnocny.pb"} {
		e := allottest.Real(t, file)
		for _, utility := range []equalshares.Utility{equalshares.ByCost, equalshares.ByNumber} {
			for _, completion := range []equalshares.Completion{equalshares.Util, equalshares.Add1u,
				equalshares.Addeu} {
				d := ask(t, e, question{rule: equalshares.Rule, shares: equalshares.Options{
					Utility: utility, Completion: completion, Ties: election.StringOrder, Explain: true}})
				if err := recount.Check(context.Background(), e, d); err != nil {
					t.Errorf("%s by %s, %s: %v", file, utility, completion, err)
				}
			}
		}
	}
}
