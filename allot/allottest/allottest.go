// SPDX-License-Identifier: AGPL-3.0-or-later

// Package allottest gives the tests of the allotment rules their elections: small random ones that are
// full of ties and edges, real ones from the data beside the project, and synthetic ones in memory.
//
// Invariant: everything is drawn from the randomness handed in, so a failing case can be drawn again.
package allottest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"ecot/allot/election"
	"ecot/allot/generate"
	"ecot/allot/pabulib"
)

// Draft is an election before it is built, so that it can be changed or shuffled.
type Draft struct {
	Projects []election.Project
	Budget   int64
	Decimals int
	Ballots  [][]uint32
}

// Election builds the draft.
func (d Draft) Election(t testing.TB) *election.Election {
	t.Helper()
	b, err := election.NewBuilder(append([]election.Project(nil), d.Projects...), d.Budget, d.Decimals)
	if err != nil {
		t.Fatal(err)
	}
	for _, ballot := range d.Ballots {
		if err := b.Add(append([]uint32(nil), ballot...)); err != nil {
			t.Fatal(err)
		}
	}
	return b.Election()
}

// Shuffled gives the same election with voters, marks and projects in another order.
func (d Draft) Shuffled(random *rand.Rand) Draft {
	place := random.Perm(len(d.Projects))
	other := Draft{Projects: make([]election.Project, len(d.Projects)), Budget: d.Budget, Decimals: d.Decimals}
	for p, project := range d.Projects {
		other.Projects[place[p]] = project
	}
	for _, voter := range random.Perm(len(d.Ballots)) {
		var ballot []uint32
		for _, p := range d.Ballots[voter] {
			ballot = append(ballot, uint32(place[p]))
		}
		random.Shuffle(len(ballot), func(i, j int) { ballot[i], ballot[j] = ballot[j], ballot[i] })
		other.Ballots = append(other.Ballots, ballot)
	}
	return other
}

// Small draws a small election. Costs are often equal, ballots often the same or empty, some
// projects have no supporter, and the pool may be far too small or enough for everything.
func Small(random *rand.Rand) Draft {
	m, n := 1+random.IntN(9), 1+random.IntN(12)
	d := Draft{Decimals: random.IntN(3)}
	span, total := int64(1+random.IntN(12)), int64(0)
	if random.IntN(4) == 0 {
		span *= 61
	}
	for p := range m {
		cost := 1 + random.Int64N(span)
		total += cost
		d.Projects = append(d.Projects, election.Project{ID: strconv.Itoa(p + 1), Cost: cost})
	}
	d.Budget = 1 + random.Int64N(total+total/4+1)
	for range n {
		if k := len(d.Ballots); k > 0 && random.IntN(3) == 0 {
			d.Ballots = append(d.Ballots, d.Ballots[random.IntN(k)])
			continue
		}
		var ballot []uint32
		chance := 1 + random.IntN(4)
		for p := range m {
			if random.IntN(5) < chance && p != m-2 {
				ballot = append(ballot, uint32(p))
			}
		}
		d.Ballots = append(d.Ballots, ballot)
	}
	return d
}

// Synthetic makes a generated election in memory.
func Synthetic(t testing.TB, o generate.Options) *election.Election {
	t.Helper()
	g, err := generate.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := election.NewBuilder(g.Projects, g.Budget, generate.Decimals)
	if err != nil {
		t.Fatal(err)
	}
	for ballot := range g.Ballots() {
		if err := b.Add(ballot); err != nil {
			t.Fatal(err)
		}
	}
	return b.Election()
}

// Folder gives the path of the shared data, empty where that is not beside the project.
func Folder() string {
	if root := os.Getenv("ECOT_SHARED"); root != "" {
		return filepath.Join(root, "data")
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		data := filepath.Join(dir, "shared", "data")
		if _, err := os.Stat(data); err == nil {
			return data
		}
	}
	return ""
}

// Data gives the path of a file or folder of the shared data, and skips the test where that is not
// beside the project.
func Data(t testing.TB, path ...string) string {
	t.Helper()
	found := filepath.Join(append([]string{Folder()}, path...)...)
	if _, err := os.Stat(found); Folder() == "" || err != nil {
		t.Skip("shared/data is not beside the project")
	}
	return found
}

// Real reads a real election of the shared data.
func Real(t testing.TB, name string) *election.Election {
	t.Helper()
	f, err := os.Open(Data(t, "pabulib", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := pabulib.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return file.Election
}
