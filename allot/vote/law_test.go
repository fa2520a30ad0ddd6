// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

var scale = []string{"reject", "poor", "fair", "good"}

// assembly is one random matter with ballots of each kind from the same members.
type assembly struct {
	m       Matter
	approve []ApprovalBallot
	grade   []GradeBallot
	rank    []RankBallot
}

func randomAssembly(rng *rand.Rand) assembly {
	var a assembly
	for i := range 1 + rng.IntN(5) {
		a.m.Options = append(a.m.Options, "o"+strconv.Itoa(i))
	}
	for i := range 1 + rng.IntN(11) {
		member := "m" + strconv.Itoa(i)
		a.m.Members = append(a.m.Members, member)
		switch rng.IntN(8) {
		case 0:
			a.m.Recused = append(a.m.Recused, member)
		case 1:
			a.m.Present = append(a.m.Present, member)
		}
		if rng.IntN(6) == 0 {
			continue
		}
		approval, grades := ApprovalBallot{Member: member}, GradeBallot{member, map[string]string{}}
		ranks := make([][]string, 1+rng.IntN(4))
		for _, o := range a.m.Options {
			if rng.IntN(2) == 0 {
				approval.Approves = append(approval.Approves, o)
			}
			if rng.IntN(5) > 0 {
				grades.Grades[o] = scale[rng.IntN(len(scale))]
			}
			if g := rng.IntN(len(ranks) + 1); g < len(ranks) {
				ranks[g] = append(ranks[g], o)
			}
		}
		a.approve = append(a.approve, approval)
		a.grade = append(a.grade, grades)
		a.rank = append(a.rank, RankBallot{member, ranks})
	}
	return a
}

// count gives the outcomes of all four rules.
func (a assembly) count(t *testing.T) []Outcome {
	t.Helper()
	var out []Outcome
	for _, f := range []func() (Outcome, error){
		func() (Outcome, error) { return Approval(a.m, a.approve) },
		func() (Outcome, error) { return Judge(a.m, scale, a.grade) },
		func() (Outcome, error) { return Schulze(a.m, a.rank) },
		func() (Outcome, error) { return Pairs(a.m, a.rank) },
	} {
		o, err := f()
		if err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		out = append(out, o)
	}
	return out
}

func written(t *testing.T, outcomes []Outcome) string {
	t.Helper()
	js, err := json.Marshal(outcomes)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		js = append(js, o.Text("en")+o.Text("fr")...)
	}
	return string(js)
}

func shuffle[T any](rng *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func TestOrderChangesNoByte(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for range 500 {
		a := randomAssembly(rng)
		want := written(t, a.count(t))
		b := assembly{a.m, shuffle(rng, a.approve), shuffle(rng, a.grade), shuffle(rng, a.rank)}
		b.m.Members, b.m.Options = shuffle(rng, a.m.Members), shuffle(rng, a.m.Options)
		b.m.Recused, b.m.Present = shuffle(rng, a.m.Recused), shuffle(rng, a.m.Present)
		for i := range b.rank {
			b.rank[i].Ranks = slices.Clone(b.rank[i].Ranks)
			for g := range b.rank[i].Ranks {
				b.rank[i].Ranks[g] = shuffle(rng, b.rank[i].Ranks[g])
			}
		}
		if got := written(t, b.count(t)); got != want {
			t.Fatalf("shuffled: %s\nwant %s", got, want)
		}
	}
}

// Taking the recused members off the roll, with their ballots, changes the count in nothing.
func TestRecusedAreAsIfAbsentFromTheRoll(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	aside := 0
	for range 500 {
		a := randomAssembly(rng)
		a.m.Quorum = Quorum{Num: rng.IntN(4), Den: 3, Strict: rng.IntN(2) == 0}
		a.m.Quorum.Num = min(a.m.Quorum.Num, a.m.Quorum.Den)
		out := func(member string) bool { return slices.Contains(a.m.Recused, member) }
		b := a
		b.m.Recused = nil
		b.m.Members = slices.DeleteFunc(slices.Clone(a.m.Members), out)
		b.m.Present = slices.DeleteFunc(slices.Clone(a.m.Present), out)
		b.approve = slices.DeleteFunc(slices.Clone(a.approve), func(x ApprovalBallot) bool { return out(x.Member) })
		b.grade = slices.DeleteFunc(slices.Clone(a.grade), func(x GradeBallot) bool { return out(x.Member) })
		b.rank = slices.DeleteFunc(slices.Clone(a.rank), func(x RankBallot) bool { return out(x.Member) })
		got, want := a.count(t), b.count(t)
		for i := range got {
			aside += got[i].Attendance.SetAside
			got[i].Attendance.Members = want[i].Attendance.Members
			got[i].Attendance.Recused = want[i].Attendance.Recused
			got[i].Attendance.SetAside = 0
		}
		if g, w := written(t, got), written(t, want); g != w {
			t.Fatalf("with recused members: %s\nwithout: %s", g, w)
		}
	}
	if aside == 0 {
		t.Error("no ballot was ever set aside")
	}
}

// byRemoval is majority judgment word for word: take the lower medians away one by one.
func byRemoval(a, b []int64) (order int, step int64) {
	x, y := spread(a), spread(b)
	for step := int64(1); len(x) > 0; step++ {
		at := (len(x) - 1) / 2
		if x[at] != y[at] {
			if x[at] > y[at] {
				return 1, step
			}
			return -1, step
		}
		x, y = slices.Delete(x, at, at+1), slices.Delete(y, at, at+1)
	}
	return 0, 0
}

func spread(tally []int64) []int {
	var grades []int
	for g, n := range tally {
		for range n {
			grades = append(grades, g)
		}
	}
	return grades
}

func TestCompareMeritIsRemovalOfMedians(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 3))
	deep := 0
	for range 20_000 {
		n, grades := rng.IntN(12), 2+rng.IntN(3)
		a, b := make([]int64, grades), make([]int64, grades)
		for range n {
			a[rng.IntN(grades)]++
			b[rng.IntN(grades)]++
		}
		order, step := CompareMerit(a, b)
		if wantOrder, wantStep := byRemoval(a, b); order != wantOrder || step != wantStep {
			t.Fatalf("CompareMerit(%v, %v) = %d, %d; removal gives %d, %d", a, b, order, step, wantOrder, wantStep)
		}
		if step > 2 {
			deep++
		}
		if order != 0 && stepGrade(a, step) == stepGrade(b, step) {
			t.Fatalf("%v and %v do not differ at step %d", a, b, step)
		}
		if back, _ := CompareMerit(b, a); back != -order {
			t.Fatalf("%v and %v: %d one way, %d the other", a, b, order, back)
		}
	}
	if deep < 1000 {
		t.Errorf("only %d of the cases needed more than two medians", deep)
	}
}

func FuzzCompareMerit(f *testing.F) {
	f.Add([]byte{1, 1, 1, 0, 2, 1})
	f.Add([]byte{2, 2, 1, 3})
	f.Fuzz(func(t *testing.T, raw []byte) {
		half := min(len(raw)/2, MaxGrades)
		a, b := make([]int64, half), make([]int64, half)
		for i := range half {
			a[i], b[i] = int64(raw[i]%8), int64(raw[half+i]%8)
		}
		if half == 0 {
			return
		}
		more := sum(a) - sum(b) // the contract asks for equal sums
		b[0], a[0] = b[0]+max(more, 0), a[0]+max(-more, 0)
		order, step := CompareMerit(a, b)
		if wantOrder, wantStep := byRemoval(a, b); order != wantOrder || step != wantStep {
			t.Fatalf("CompareMerit(%v, %v) = %d, %d; removal gives %d, %d", a, b, order, step, wantOrder, wantStep)
		}
	})
}

// beats says whether a wins its duel with b.
func beats(o Outcome, a, b int) bool { return o.Duels.Prefer[a][b] > o.Duels.Prefer[b][a] }

// smith is the smallest set whose members beat everybody outside.
func smith(o Outcome) []string {
	n := len(o.Options)
	best := uint(1)<<n - 1
	for s := uint(1); s < 1<<n; s++ {
		dominates := true
		for a := range n {
			for b := range n {
				if s>>a&1 == 1 && s>>b&1 == 0 && !beats(o, a, b) {
					dominates = false
				}
			}
		}
		if dominates && size(s) < size(best) {
			best = s
		}
	}
	var ids []string
	for c := range n {
		if best>>c&1 == 1 {
			ids = append(ids, o.Options[c])
		}
	}
	return ids
}

func size(s uint) int {
	n := 0
	for ; s != 0; s &= s - 1 {
		n++
	}
	return n
}

// The winner of both ranked rules is in the Smith set; with it, a Condorcet winner always wins.
func TestWinnerIsInTheSmithSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	condorcet := 0
	for range 2000 {
		for _, o := range randomAssembly(rng).count(t)[2:] {
			winner, ok := o.Winner()
			if !ok {
				continue
			}
			set := smith(o)
			if !slices.Contains(set, winner) {
				t.Fatalf("%s: %s wins outside the Smith set %v: %+v", o.Rule, winner, set, o.Duels)
			}
			if len(set) == 1 {
				condorcet++
			}
		}
	}
	if condorcet == 0 {
		t.Error("no Condorcet winner was met")
	}
}

// bestPath finds the strength of the strongest path by trying them all.
func bestPath(o Outcome, from, to int, used uint) int {
	best := 0
	for next := range o.Options {
		if used>>next&1 == 1 || !beats(o, from, next) {
			continue
		}
		strength := o.Duels.Prefer[from][next]
		if next != to {
			strength = min(strength, bestPath(o, next, to, used|1<<next))
		}
		best = max(best, strength)
	}
	return best
}

func TestSchulzeStrengthsAndPaths(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	for range 1000 {
		o := randomAssembly(rng).count(t)[2]
		if !o.Attendance.Met {
			continue
		}
		for a := range o.Options {
			for b := range o.Options {
				if a == b {
					continue
				}
				if got, want := o.Beatpaths.Strength[a][b], bestPath(o, a, b, 1<<a); got != want {
					t.Fatalf("strength from %d to %d is %d, want %d in %+v", a, b, got, want, o.Duels)
				}
			}
		}
		for _, path := range o.Beatpaths.Winner {
			weakest := int(^uint(0) >> 1)
			for i := 1; i < len(path); i++ {
				a, b := slices.Index(o.Options, path[i-1]), slices.Index(o.Options, path[i])
				if !beats(o, a, b) {
					t.Fatalf("path %v uses a lost duel", path)
				}
				weakest = min(weakest, o.Duels.Prefer[a][b])
			}
			a, b := slices.Index(o.Options, path[0]), slices.Index(o.Options, path[len(path)-1])
			if weakest != o.Beatpaths.Strength[a][b] || path[0] != o.Ranking[0] {
				t.Fatalf("path %v has strength %d, not %d", path, weakest, o.Beatpaths.Strength[a][b])
			}
		}
	}
}

// The ranking of ranked pairs agrees with every locked majority, and each one left out is
// contradicted by the locked ones before it.
func TestPairsLocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 6))
	out := 0
	for range 3000 {
		o := randomAssembly(rng).count(t)[3]
		for i, m := range o.Majorities {
			above := slices.Index(o.Ranking, m.Winner) < slices.Index(o.Ranking, m.Loser)
			if m.Locked != above {
				t.Fatalf("%+v locked but ranked %v", m, o.Ranking)
			}
			if !m.Locked {
				out++
				if !reaches(o.Majorities[:i], m.Loser, m.Winner) {
					t.Fatalf("%+v is left out for nothing", m)
				}
			}
		}
	}
	if out == 0 {
		t.Error("no cycle was met")
	}
}

func reaches(locked []Majority, from, to string) bool {
	if from == to {
		return true
	}
	for i, m := range locked {
		if m.Locked && m.Winner == from {
			rest := append(slices.Clone(locked[:i]), locked[i+1:]...)
			if reaches(rest, m.Loser, to) {
				return true
			}
		}
	}
	return false
}

// Raising the only winner cannot make him lose: approving him on one more ballot, giving him a
// higher grade, putting him first on a ballot.
func TestRaisingTheWinnerHelps(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 7))
	for range 2000 {
		a := randomAssembly(rng)
		if len(a.rank) == 0 {
			continue
		}
		at := rng.IntN(len(a.rank))
		for i, o := range a.count(t) {
			winner, ok := o.Winner()
			if !ok {
				continue
			}
			raised := a
			switch i {
			case 0:
				raised.approve = slices.Clone(a.approve)
				if b := &raised.approve[at]; !slices.Contains(b.Approves, winner) {
					b.Approves = append(slices.Clone(b.Approves), winner)
				}
			case 1:
				raised.grade = slices.Clone(a.grade)
				grades := map[string]string{}
				for k, g := range a.grade[at].Grades {
					grades[k] = g
				}
				grades[winner] = scale[len(scale)-1]
				raised.grade[at].Grades = grades
			default:
				raised.rank = slices.Clone(a.rank)
				ranks := [][]string{{winner}}
				for _, g := range a.rank[at].Ranks {
					ranks = append(ranks, slices.DeleteFunc(slices.Clone(g), func(o string) bool { return o == winner }))
				}
				raised.rank[at].Ranks = ranks
			}
			after := raised.count(t)[i]
			still, _ := after.Winner()
			tied := len(after.Ties) > 0 && after.Ties[0].Place == 1 && slices.Contains(after.Ties[0].Options, winner)
			if still != winner && !tied {
				t.Fatalf("%s: raising %s makes %s win: %+v", o.Rule, winner, still, a)
			}
		}
	}
}
