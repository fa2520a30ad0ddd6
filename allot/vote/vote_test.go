// SPDX-License-Identifier: AGPL-3.0-or-later

package vote

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"
)

// preflib makes ballots from lines "count: a>b>c", one member each.
func preflib(lines ...string) (Matter, []RankBallot) {
	var m Matter
	var ballots []RankBallot
	for _, line := range lines {
		count, order, _ := strings.Cut(line, ": ")
		n, err := strconv.Atoi(count)
		if err != nil {
			panic(err)
		}
		var ranks [][]string
		for group := range strings.SplitSeq(order, ">") {
			ranks = append(ranks, strings.Split(group, "="))
		}
		for range n {
			member := "m" + strconv.Itoa(len(ballots))
			m.Members = append(m.Members, member)
			ballots = append(ballots, RankBallot{member, ranks})
		}
		for _, group := range ranks {
			for _, c := range group {
				if !slices.Contains(m.Options, c) {
					m.Options = append(m.Options, c)
				}
			}
		}
	}
	return m, ballots
}

// The first example of Schulze's paper of 2011: 45 voters, E wins, E > A > C > B > D.
func TestSchulzePaper(t *testing.T) {
	m, ballots := preflib("5: A>C>B>E>D", "5: A>D>E>C>B", "8: B>E>D>A>C", "3: C>A>B>E>D",
		"7: C>A>E>B>D", "2: C>B>A>D>E", "7: D>C>E>B>A", "8: E>B>A>D>C")
	o, err := Schulze(m, ballots)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(o.Ranking, ""); got != "EACBD" || len(o.Ties) != 0 {
		t.Errorf("ranking %s, ties %v; want EACBD and none", got, o.Ties)
	}
	want := [][]int{
		{0, 28, 28, 30, 24}, {25, 0, 28, 33, 24}, {25, 29, 0, 29, 24}, {25, 28, 28, 0, 24}, {25, 28, 28, 31, 0},
	}
	if !slices.EqualFunc(o.Beatpaths.Strength, want, slices.Equal[[]int]) {
		t.Errorf("strengths %v, want %v", o.Beatpaths.Strength, want)
	}
	if got := o.Beatpaths.Winner[0]; !slices.Equal(got, []string{"E", "B", "A"}) {
		t.Errorf("path from E to A = %v", got)
	}
}

func TestTennessee(t *testing.T) {
	m, ballots := preflib("42: Memphis>Nashville>Chattanooga>Knoxville",
		"26: Nashville>Chattanooga>Knoxville>Memphis",
		"15: Chattanooga>Knoxville>Nashville>Memphis", "17: Knoxville>Chattanooga>Nashville>Memphis")
	want := []string{"Nashville", "Chattanooga", "Knoxville", "Memphis"}
	for _, count := range []func(Matter, []RankBallot) (Outcome, error){Schulze, Pairs} {
		if o, err := count(m, ballots); err != nil || !slices.Equal(o.Ranking, want) {
			t.Errorf("%s ranks %v, %v", o.Rule, o.Ranking, err)
		}
	}
}

// A cycle a > b (7:2), b > c (6:3), c > a (5:4): the weakest majority gives way in both rules.
func TestCycle(t *testing.T) {
	m, ballots := preflib("4: a>b>c", "3: b>c>a", "2: c>a>b")
	p, err := Pairs(m, ballots)
	if err != nil {
		t.Fatal(err)
	}
	want := []Majority{
		{"b", "c", 7, 2, true, false}, {"a", "b", 6, 3, true, false}, {"c", "a", 5, 4, false, false},
	}
	if !slices.Equal(p.Majorities, want) || !slices.Equal(p.Ranking, []string{"a", "b", "c"}) {
		t.Errorf("ranked pairs: %v, %v", p.Majorities, p.Ranking)
	}
	if s, err := Schulze(m, ballots); err != nil || !slices.Equal(s.Ranking, p.Ranking) {
		t.Errorf("Schulze: %v, %v", s.Ranking, err)
	}
}

// A perfect cycle: Schulze ties all three; ranked pairs orders equal majorities by the tie rule and
// says so. One voter alone is obeyed. Both as in pref_voting's fixtures.
func TestPerfectCycleAndOneVoter(t *testing.T) {
	m, ballots := preflib("1: a>b>c", "1: b>c>a", "1: c>a>b")
	m.Drawn = []string{"b", "a", "c"}
	s, err := Schulze(m, ballots)
	if err != nil || len(s.Ties) == 0 || !slices.Equal(s.Ties[0].Options, m.Drawn) || s.Ranking[0] != "b" {
		t.Errorf("Schulze: %v, ties %v, %v", s.Ranking, s.Ties, err)
	}
	p, err := Pairs(m, ballots)
	want := []Majority{{"b", "c", 2, 1, true, true}, {"c", "a", 2, 1, true, true}, {"a", "b", 2, 1, false, true}}
	if err != nil || !slices.Equal(p.Majorities, want) || !slices.Equal(p.Ranking, []string{"b", "c", "a"}) {
		t.Errorf("ranked pairs: %v, %v, %v", p.Majorities, p.Ranking, err)
	}
	if text := p.Text("en"); strings.Count(text, "order drawn before the vote") != 3 {
		t.Errorf("the text is silent about tied majorities:\n%s", text)
	}
	m, ballots = preflib("1: d>a>c>b")
	for _, count := range []func(Matter, []RankBallot) (Outcome, error){Schulze, Pairs} {
		if o, err := count(m, ballots); err != nil || strings.Join(o.Ranking, "") != "dacb" || len(o.Ties) > 0 {
			t.Errorf("%s with one voter: %v, %v, %v", o.Rule, o.Ranking, o.Ties, err)
		}
	}
}

// c > a by 12:8, a > b by 11:9, b > c by 9:3. On winning votes the last gives way; on margins
// (4, 2, 6) the second would, and b would win.
func TestWinningVotesNotMargins(t *testing.T) {
	m, ballots := preflib("4: a>b=c", "4: b=c>a", "4: a>b>c", "5: b>c>a", "3: c>a>b")
	for _, count := range []func(Matter, []RankBallot) (Outcome, error){Schulze, Pairs} {
		o, err := count(m, ballots)
		if err != nil || strings.Join(o.Ranking, "") != "cab" {
			t.Errorf("%s ranks %v, %v", o.Rule, o.Ranking, err)
		}
	}
}

func TestMajorityJudgmentReferences(t *testing.T) {
	tallies := [][]int64{{1, 1, 1}, {1, 2, 0}, {0, 2, 1}} // ranks 2, 3, 1
	for _, c := range []struct{ a, b int }{{2, 0}, {0, 1}, {2, 1}} {
		if order, _ := CompareMerit(tallies[c.a], tallies[c.b]); order != 1 {
			t.Errorf("%v is not above %v", tallies[c.a], tallies[c.b])
		}
	}
	order, step := CompareMerit([]int64{10_000_000_000, 10_000_000_000}, []int64{9_999_999_999, 10_000_000_001})
	if order != -1 || step != 1 {
		t.Errorf("20 billion grades: %d at step %d, want -1 at 1", order, step)
	}
	// The difference lies at the far ends only.
	order, step = CompareMerit([]int64{1, 5_000_000_000, 0}, []int64{0, 5_000_000_000, 1})
	if order != -1 || step != 5_000_000_000 {
		t.Errorf("far difference: %d at step %d", order, step)
	}
}

func TestJudgeMissingGradeIsLowest(t *testing.T) {
	m := Matter{Members: []string{"u", "v", "w"}, Options: []string{"x", "y"}}
	o, err := Judge(m, []string{"bad", "fair", "good"}, []GradeBallot{
		{"u", map[string]string{"x": "good", "y": "fair"}}, {"v", map[string]string{"x": "good"}}, {"w", nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Judgment.Merits[1]; !slices.Equal(got.Tally, []int64{2, 1, 0}) || got.Majority != "bad" {
		t.Errorf("y has %+v", got)
	}
	want := Decision{Above: "x", Below: "y", Step: 1, AboveGrade: "good", BelowGrade: "bad"}
	if o.Judgment.Decisions[0] != want {
		t.Errorf("decision %+v, want %+v", o.Judgment.Decisions[0], want)
	}
}

func TestQuorum(t *testing.T) {
	roll := []string{"a", "b", "c", "d", "e", "f"}
	cases := []struct {
		name             string
		recused, present []string
		voters           []string
		quorum           Quorum
		needed, there    int
		met              bool
	}{
		{"nothing asked, nobody there", nil, nil, nil, Quorum{}, 1, 0, false},
		{"nothing asked, one blank ballot", nil, nil, []string{"a"}, Quorum{}, 1, 1, true},
		{"half of six", nil, nil, []string{"a", "b", "c"}, Quorum{Num: 1, Den: 2}, 3, 3, true},
		{"more than half of six", nil, nil, []string{"a", "b", "c"},
			Quorum{Num: 1, Den: 2, Strict: true}, 4, 3, false},
		{"recused leave the base", []string{"d"}, nil, []string{"a", "b", "c"},
			Quorum{Num: 1, Den: 2, Strict: true}, 3, 3, true},
		{"recused leave the attendance", []string{"a"}, nil, []string{"a", "b"},
			Quorum{Num: 1, Den: 2}, 3, 1, false},
		{"recused and present", []string{"a"}, []string{"a", "b"}, nil, Quorum{Num: 1, Den: 5}, 1, 1, true},
		{"present without a ballot", nil, []string{"a", "b"}, []string{"b", "c"},
			Quorum{Num: 1, Den: 2}, 3, 3, true},
		{"thirds round up", []string{"f"}, nil, []string{"a", "b", "c"}, Quorum{Num: 2, Den: 3}, 4, 3, false},
		{"least", nil, nil, []string{"a", "b"}, Quorum{Least: 3}, 3, 2, false},
		{"all recused", roll, roll, roll, Quorum{}, 1, 0, false},
	}
	for _, c := range cases {
		m := Matter{
			Members: roll, Options: []string{"x", "y"},
			Recused: c.recused, Present: c.present, Quorum: c.quorum,
		}
		var ballots []ApprovalBallot
		for _, v := range c.voters {
			ballots = append(ballots, ApprovalBallot{Member: v})
		}
		o, err := Approval(m, ballots)
		if err != nil {
			t.Fatal(err)
		}
		a := o.Attendance
		if a.Needed != c.needed || a.Present != c.there || a.Met != c.met || c.met != (len(o.Ranking) == 2) {
			t.Errorf("%s: %+v, ranking %v", c.name, a, o.Ranking)
		}
		if _, won := o.Winner(); won != c.met {
			t.Errorf("%s: a winner without a quorum", c.name)
		}
	}
}

func TestDrawnOrderBreaksTies(t *testing.T) {
	m := Matter{Members: []string{"u", "v"}, Options: []string{"a", "b", "c"}}
	ballots := []ApprovalBallot{{"u", []string{"a", "b"}}, {"v", []string{"b", "a"}}}
	for _, c := range []struct {
		drawn []string
		rule  string
		want  string
	}{{nil, TieByID, "abc"}, {[]string{"c", "b", "a"}, TieByDrawn, "bac"}} {
		m.Drawn = c.drawn
		o, err := Approval(m, ballots)
		if err != nil || strings.Join(o.Ranking, "") != c.want || o.TieRule != c.rule {
			t.Errorf("drawn %v: %v by %s, %v", c.drawn, o.Ranking, o.TieRule, err)
		}
		if len(o.Ties) != 1 || o.Ties[0].Place != 1 || len(o.Ties[0].Options) != 2 {
			t.Errorf("drawn %v: ties %v", c.drawn, o.Ties)
		}
	}
}

func TestRefusals(t *testing.T) {
	ok := Matter{Members: []string{"u", "v"}, Options: []string{"a", "b"}}
	with := func(change func(*Matter)) Matter {
		m := ok
		change(&m)
		return m
	}
	approve := func(m Matter, ballots ...ApprovalBallot) error { _, err := Approval(m, ballots); return err }
	rank := func(ballots ...RankBallot) error { _, err := Schulze(ok, ballots); return err }
	judge := func(scale []string, ballots ...GradeBallot) error {
		_, err := Judge(ok, scale, ballots)
		return err
	}
	cases := []struct {
		err   error
		words string
	}{
		{approve(with(func(m *Matter) { m.Members = []string{"u", "u"} })), `1 and 2 have the same id "u"`},
		{approve(with(func(m *Matter) { m.Options = nil })), "no option"},
		{approve(with(func(m *Matter) { m.Recused = []string{"z"} })), `recused members names the unknown`},
		{approve(with(func(m *Matter) { m.Present = []string{"u", "u"} })), `present names "u" twice`},
		{approve(with(func(m *Matter) { m.Quorum = Quorum{Num: 2, Den: 1} })), "2/1"},
		{approve(with(func(m *Matter) { m.Drawn = []string{"a"} })), "names 1 of 2"},
		{approve(with(func(m *Matter) { m.Drawn = []string{"a", "a"} })), `option "a" twice`},
		{approve(with(func(m *Matter) { m.Drawn = []string{"a", "z"} })), `unknown option "z"`},
		{approve(ok, ApprovalBallot{"x", nil}), `Ballot 1 names the unknown member "x"`},
		{approve(ok, ApprovalBallot{"u", nil}, ApprovalBallot{"u", nil}), `Ballot 2 is a second ballot`},
		{approve(ok, ApprovalBallot{"u", []string{"a", "c"}}), `Ballot 1 names the unknown option "c"`},
		{approve(ok, ApprovalBallot{"u", []string{"a", "a"}}), `Ballot 1 names option "a" twice`},
		{rank(RankBallot{"u", [][]string{{"a"}, {"b", "a"}}}), `Ballot 1 names option "a" twice`},
		{judge([]string{"x"}), "two are needed"},
		{judge([]string{"x", "x"}), "same id"},
		{judge([]string{"x", "y"}, GradeBallot{"v", map[string]string{"a": "z"}}), `the unknown grade "z"`},
		{judge([]string{"x", "y"}, GradeBallot{"v", map[string]string{"q": "x"}}), `unknown option "q"`},
	}
	for _, c := range cases {
		if fault.CodeOf(c.err) != fault.Invalid || !strings.Contains(c.err.Error(), c.words) {
			t.Errorf("got %v, want a refusal saying %q", c.err, c.words)
		}
	}
}

func TestTexts(t *testing.T) {
	m, ballots := preflib("4: a>b>c", "3: b>c>a", "2: c>a>b")
	m.Recused = []string{"m0"}
	s, err := Schulze(m, ballots)
	if err != nil {
		t.Fatal(err)
	}
	for lang, wants := range map[string][]string{
		"fr": {"Règle de Schulze", "en déport : 1", "8 des 8 membres", "Le quorum est atteint", "Classement : "},
		"en": {"Schulze rule", "1 recused", "8 of 8 eligible", "The quorum is met", "Ranking: ",
			"Strongest path: "},
	} {
		for _, want := range wants {
			if text := s.Text(lang); !strings.Contains(text, want) || strings.Contains(text, "%!") {
				t.Errorf("%s text without %q:\n%s", lang, want, text)
			}
		}
	}
	m.Quorum = Quorum{Least: 9}
	p, err := Pairs(m, ballots)
	if err != nil || !strings.Contains(p.Text("fr"), "n'est pas atteint : aucun bulletin n'est compté.") {
		t.Errorf("text without quorum: %s, %v", p.Text("fr"), err)
	}
}
