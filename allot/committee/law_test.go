// SPDX-License-Identifier: AGPL-3.0-or-later

package committee

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ecot/fault"
)

// randomElection has up to 6 candidates and 12 ballots, many alike, some empty.
func randomElection(rng *rand.Rand) Election {
	m := 2 + rng.IntN(5)
	e := Election{Seats: 1 + rng.IntN(m)}
	for c := range m {
		e.Candidates = append(e.Candidates, "c"+strconv.Itoa(c))
	}
	for range 1 + rng.IntN(12) {
		ballot := []string{}
		for _, c := range e.Candidates {
			if rng.IntN(5) < 2 {
				ballot = append(ballot, c)
			}
		}
		e.Ballots = append(e.Ballots, ballot)
	}
	return e
}

func shuffled(rng *rand.Rand, e Election) Election {
	e.Candidates, e.Ballots = slices.Clone(e.Candidates), slices.Clone(e.Ballots)
	rng.Shuffle(len(e.Candidates), func(i, j int) {
		e.Candidates[i], e.Candidates[j] = e.Candidates[j], e.Candidates[i]
	})
	rng.Shuffle(len(e.Ballots), func(i, j int) { e.Ballots[i], e.Ballots[j] = e.Ballots[j], e.Ballots[i] })
	for i, b := range e.Ballots {
		b = slices.Clone(b)
		rng.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		e.Ballots[i] = b
	}
	return e
}

func mustElect(t *testing.T, rule Rule, e Election) (Result, string) {
	t.Helper()
	r, err := Elect(rule, e)
	if err != nil {
		t.Fatalf("%s on %+v: %v", rule, e, err)
	}
	js, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(js) + r.Text("en") + r.Text("fr")
}

func TestOrderChangesNoByte(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 150 {
		e := randomElection(rng)
		for _, rule := range Rules() {
			_, want := mustElect(t, rule, e)
			if _, got := mustElect(t, rule, shuffled(rng, e)); got != want {
				t.Fatalf("%s on %+v: shuffling gives\n%s\nnot\n%s", rule, e, got, want)
			}
		}
	}
}

func TestElectIsOneOfAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	for range 150 {
		e := randomElection(rng)
		for _, rule := range Rules() {
			r, _ := mustElect(t, rule, e)
			if rule != EqualSharesBare && len(r.Committee) != e.Seats {
				t.Fatalf("%s elects %v to %d seats", rule, r.Committee, e.Seats)
			}
			all, err := All(rule, e)
			if rule == EqualSharesIncrement {
				if fault.CodeOf(err) != fault.Invalid {
					t.Fatalf("All(%s) = %v, %v, want a refusal", rule, all, err)
				}
				continue
			}
			if err != nil || !slices.ContainsFunc(all, func(c []string) bool { return slices.Equal(c, r.Committee) }) {
				t.Fatalf("%s on %+v elects %v, not one of %v, %v", rule, e, r.Committee, all, err)
			}
			if r.Score != nil && r.Tied != len(all) {
				t.Fatalf("%s says %d tied, All gives %d", rule, r.Tied, len(all))
			}
		}
	}
}

// extended says whether some l·n/k ballots agree on l candidates while none of them has l members:
// a breach of extended justified representation (Aziz et al. 2017).
func extended(p *profile, won set) bool {
	for agreed := range p.all.subsets {
		l := agreed.size()
		var short int64
		for _, g := range p.groups {
			if g.approves&agreed == agreed && (g.approves&won).size() < l {
				short += g.voters
			}
		}
		if l > 0 && l <= p.seats && short*int64(p.seats) >= int64(l*p.voters) {
			return true
		}
	}
	return false
}

// proportional says whether some l·n/k ballots agree on l candidates while all of them together
// have fewer than l members: a breach of proportional justified representation.
func proportional(p *profile, won set) bool {
	for agreed := range p.all.subsets {
		l := agreed.size()
		if l == 0 || l > p.seats {
			continue
		}
		for have := range won.subsets {
			var short int64
			for _, g := range p.groups {
				if g.approves&agreed == agreed && g.approves&won&^have == 0 {
					short += g.voters
				}
			}
			if have.size() < l && short*int64(p.seats) >= int64(l*p.voters) {
				return true
			}
		}
	}
	return false
}

func TestJustifiedRepresentation(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	laws := []struct {
		breach func(*profile, set) bool
		rules  []Rule
	}{
		{extended, []Rule{PAV, EqualShares, EqualSharesBare, EqualSharesAV}},
		{proportional, []Rule{SeqPhragmen, LeximaxPhragmen, MaximinSupport}},
	}
	breaches := 0
	for range 300 {
		e := randomElection(rng)
		p, err := newProfile(e)
		if err != nil {
			t.Fatal(err)
		}
		for _, law := range laws {
			for _, rule := range law.rules {
				r, _ := mustElect(t, rule, e)
				won, err := readBallot(p.names, r.Committee, 1)
				if err != nil {
					t.Fatal(err)
				}
				if law.breach(p, won) {
					t.Fatalf("%s on %+v elects %v and leaves a group out", rule, e, r.Committee)
				}
			}
		}
		r, _ := mustElect(t, AV, e)
		if won, err := readBallot(p.names, r.Committee, 1); err != nil || proportional(p, won) {
			breaches++
		}
	}
	if breaches == 0 {
		t.Error("approval voting left no group out: the check sees nothing")
	}
}

// One more ballot for a winner alone cannot cost him the seat under av; under sav neither.
func TestApprovalIsMonotone(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		e := randomElection(rng)
		for _, rule := range []Rule{AV, SAV} {
			r, _ := mustElect(t, rule, e)
			winner := r.Committee[rng.IntN(len(r.Committee))]
			more := e
			more.Ballots = append(slices.Clone(e.Ballots), []string{winner})
			if after, _ := mustElect(t, rule, more); !slices.Contains(after.Committee, winner) {
				t.Fatalf("%s on %+v: one more ballot for %s costs the seat", rule, e, winner)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	two := []string{"a", "b"}
	many := make([]string, MaxCandidates)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	one := [][]string{{"a"}}
	crowd := Election{Seats: 64, Candidates: many}
	for i := range 64 * 63 / 2 {
		crowd.Ballots = append(crowd.Ballots, []string{many[i%64], many[(i+1+i/64)%64]})
	}
	cases := []struct {
		rule  Rule
		e     Election
		words string
	}{
		{"best", Election{1, two, one}, `no committee rule "best"`},
		{AV, Election{1, []string{"a", "a"}, one}, `1 and 2 have the same id "a"`},
		{AV, Election{3, two, one}, "3 seats cannot be filled from 2"},
		{AV, Election{0, two, one}, "0 seats"},
		{AV, Election{1, two, nil}, "0 ballots"},
		{AV, Election{1, two, [][]string{{"a"}, {"b", "c"}}}, `Ballot 2 names the unknown candidate "c"`},
		{AV, Election{1, two, [][]string{{"a", "a"}}}, `Ballot 1 names candidate "a" twice`},
		{AV, Election{1, append(many, "x"), [][]string{{"x"}}}, "the limit is 64"},
		{PAV, Election{32, many, [][]string{{"1"}}}, "too long"},
		{Enestroem, Election{13, many, [][]string{{"1"}}}, "can fill 12 seats"},
		{SeqPhragmen, crowd, "too many for exact fractions"},
		{EqualSharesIncrement, crowd, "too many for exact fractions"},
		{MaximinSupport, Election{3, many, [][]string{{"1"}}}, "can take 20"},
		{Monroe, Election{2, many, [][]string{{"1"}}}, "can take 20"},
	}
	for _, c := range cases {
		_, err := Elect(c.rule, c.e)
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.words) {
			t.Errorf("Elect(%s, %d seats) = %v, want a refusal saying %q", c.rule, c.e.Seats, err, c.words)
		}
	}
	tied := Election{Seats: 32, Candidates: many}
	for _, c := range many {
		tied.Ballots = append(tied.Ballots, []string{c})
	}
	if _, err := All(SeqPhragmen, tied); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("All with 64 over 32 courses = %v, want a refusal", err)
	}
	if _, err := All(AV, Election{32, many, [][]string{{}}}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("All with 64 over 32 ties = %v, want a refusal", err)
	}
}

func TestText(t *testing.T) {
	e := Election{2, []string{"ada", "bea", "cyr"}, [][]string{{"ada", "bea"}, {"cyr"}, {"ada"}, {"bea", "cyr"}}}
	r, _ := mustElect(t, SeqPAV, e)
	en := "Rule seqpav: 2 seats, 3 candidates, 4 ballots.\n" +
		"1. ada comes in with a gain of 2. Tied: ada, bea, cyr; the first id in string order goes first.\n" +
		"2. cyr comes in with a gain of 2.\nElected: ada, cyr.\n"
	if got := r.Text("en"); got != en {
		t.Errorf("English text:\n%s", got)
	}
	fr := "Règle seqpav : 2 sièges, 3 candidatures, 4 bulletins.\n" +
		"1. ada entre avec un gain de 2. À égalité : ada, bea, cyr ; le premier identifiant" +
		" dans l'ordre des caractères passe devant.\n2. cyr entre avec un gain de 2.\nComité élu : ada, cyr.\n"
	if got := r.Text("fr"); got != fr {
		t.Errorf("French text:\n%s", got)
	}
	for phase := range english().phases {
		if french().phases[phase] == "" {
			t.Errorf("no French for %q", phase)
		}
	}
}
