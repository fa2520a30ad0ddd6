// SPDX-License-Identifier: AGPL-3.0-or-later

package compare_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/compare"
	"ecot/allot/election"
)

// Every row stays within the pool, and its voters are reached or have nothing.
func TestRules(t *testing.T) {
	for seed := range uint64(300) {
		e := allottest.Small(rand.New(rand.NewPCG(seed, 1))).Election(t)
		rows, err := compare.Rules(context.Background(), e, election.LowestCost)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			happy := make(map[uint32]bool)
			spent := int64(0)
			for _, p := range row.Winners {
				spent += e.Projects[p].Cost
				for _, voter := range e.Supporters(p) {
					happy[voter] = true
				}
			}
			if row.Spent != spent || spent > e.Budget || row.Reached != len(happy) ||
				row.Nothing != e.Voters-len(happy) {
				t.Fatalf("seed %d: %+v, %d voters have something", seed, row, len(happy))
			}
		}
		if !strings.HasPrefix(rows[compare.Completed].Rule, "equal-shares cost add1eu") ||
			rows[compare.Greedy].Rule != "greedy" {
			t.Fatalf("rows are %+v", rows)
		}
		more, fewer := compare.Prefers(e, rows[0].Winners, rows[0].Winners)
		if more != 0 || fewer != 0 {
			t.Fatalf("an outcome is preferred to itself by %d and %d", more, fewer)
		}
	}
}

func TestPrefers(t *testing.T) {
	d := allottest.Draft{Budget: 1, Projects: []election.Project{{ID: "a", Cost: 1}, {ID: "b", Cost: 1}},
		Ballots: [][]uint32{{0}, {0, 1}, {1}, {1}, {}}}
	if more, fewer := compare.Prefers(d.Election(t), []int{0}, []int{1}); more != 1 || fewer != 2 {
		t.Fatalf("got %d and %d, want 1 and 2", more, fewer)
	}
}

func TestPerTenThousand(t *testing.T) {
	for _, c := range [][3]int64{{1, 3, 3333}, {2, 3, 6667}, {0, 5, 0}, {5, 5, 10_000}, {0, 0, 0}, {1, 8, 1250},
		{1, 20_000, 1}} {
		if got := compare.PerTenThousand(c[0], c[1]); got != c[2] {
			t.Errorf("%d of %d: got %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

// The picture is well formed, whatever the projects are called, and has a title.
func TestPicture(t *testing.T) {
	d := allottest.Small(rand.New(rand.NewPCG(4, 1)))
	d.Budget = 1 << 40
	for p := range d.Projects {
		d.Projects[p].Name = `<script>"a" & 'b' ` + strings.Repeat("é", 50)
	}
	e := d.Election(t)
	rows, err := compare.Rules(context.Background(), e, election.StringOrder)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	words := compare.Words{Title: "T & t", Reached: "R", Won: "W", Hidden: "%d"}
	if err := compare.Picture(&b, e, rows, words); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "<title>T &amp; t</title>") || strings.Contains(b.String(), "<script>") {
		t.Fatal(b.String())
	}
	decoder := xml.NewDecoder(&b)
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
