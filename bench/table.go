// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
)

// table prints rows as they are measured, and counts the floors that were missed.
type table struct {
	out    io.Writer
	missed []string
}

func newTable(out io.Writer) *table { return &table{out: out} }

// mark is what is to be reached: at least floor and goal, or, where less is better, at most.
type mark struct {
	floor, goal float64 // an infinite floor stands for none
	less        bool
}

// row is one thing that was measured.
type row struct {
	what   string
	value  float64
	unit   string
	beside string  // what belongs beside the value
	syncs  float64 // of the disk meanwhile, 0 where the disk does not matter
	mark   *mark   // nil where nothing is to be reached
}

func (t *table) begin(s settings) {
	fmt.Fprintf(t.out, "%d processors, %d rounds of %s; fsync/s: 4 KiB written and synced, one after another\n",
		runtime.NumCPU(), s.rounds, s.turn)
	fmt.Fprintf(t.out, "\n%-66s %10s %-9s %8s %10s %10s  %s\n", "what", "measured", "", "fsync/s", "floor",
		"goal", "reached")
}

func (t *table) add(r row) {
	floor, goal, reached := "", "", ""
	if r.mark != nil {
		sign := map[bool]string{true: "≤", false: "≥"}[r.mark.less]
		floor, goal = sign+number(r.mark.floor), sign+number(r.mark.goal)
		if reached = r.mark.verdict(r.value); reached == below {
			t.missed = append(t.missed, r.what)
		}
	}
	syncs := ""
	if r.syncs > 0 {
		syncs = number(r.syncs)
	}
	fmt.Fprintf(t.out, "%-66s %10s %-9s %8s %10s %10s  %-7s %s\n", r.what, number(r.value), r.unit, syncs, floor,
		goal, reached, r.beside)
}

// below is the verdict on what does not even reach its floor.
const below = "BELOW"

func (m *mark) verdict(value float64) string {
	reaches := func(limit float64) bool { return value >= limit && !m.less || value <= limit && m.less }
	switch {
	case reaches(m.goal):
		return "goal"
	case math.IsInf(m.floor, 0):
		return "not yet"
	case reaches(m.floor):
		return "floor"
	}
	return below
}

func (t *table) end() {
	fmt.Fprintf(t.out, "\n%d floors missed\n", len(t.missed))
	for _, what := range t.missed {
		fmt.Fprintf(t.out, "  %s\n", what)
	}
}

// number writes a figure with three digits that count, and thousands apart.
func number(v float64) string {
	switch {
	case math.IsInf(v, 0):
		return "-"
	case v >= 100:
		return thousands(int64(math.Round(v)))
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func thousands(n int64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s %03d", thousands(n/1000), n%1000)
}

// median gives the middle of what several rounds measured.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// ratios divides the rounds of one contender by those of another.
func ratios(ours, theirs []float64) (list []float64) {
	for i := range ours {
		list = append(list, ours[i]/theirs[i])
	}
	return list
}
