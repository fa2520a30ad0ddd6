// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"ecot/allot/allottest"
	"ecot/allot/election"
	"ecot/allot/generate"
)

// BenchmarkReal counts real elections, reading left out.
func BenchmarkReal(b *testing.B) {
	for _, c := range []struct {
		file       string
		utility    Utility
		completion Completion
	}{
		{"Poland_Lodz_2022.pb", ByCost, None},
		{"Poland_Lodz_2022.pb", ByNumber, None},
		{"Poland_Lodz_2022.pb", ByCost, Add1e},
		{"Poland_Swiecie_2023.pb", ByCost, Add1e},
		{"Netherlands_Assen_2024.pb", ByCost, Add1},
		{"Poland_Swiecie_2023.pb", ByCost, Add1},
	} {
		b.Run(fmt.Sprintf("%s/%s/%s", c.file, c.utility, c.completion), func(b *testing.B) {
			e := allottest.Real(b, c.file)
			for b.Loop() {
				o := Options{Utility: c.utility, Completion: c.completion, Ties: election.LowestCost}
				if _, err := Count(context.Background(), e, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMillion counts a synthetic election of a million voters.
func BenchmarkMillion(b *testing.B) {
	e := allottest.Synthetic(b, generate.Options{Voters: 1_000_000, Projects: 10_000, Marks: 10, Seed: 1})
	for _, utility := range []Utility{ByCost, ByNumber} {
		b.Run(string(utility), func(b *testing.B) {
			for b.Loop() {
				o := Options{Utility: utility, Completion: None, Ties: election.LowestCost}
				if _, err := Count(context.Background(), e, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCountry counts a synthetic election of ECOT_VOTERS voters, 10 marks each on 10 000
// projects: the size of a country needs about 4 GB, so it runs only when asked for.
func BenchmarkCountry(b *testing.B) {
	voters, err := strconv.Atoi(os.Getenv("ECOT_VOTERS"))
	if err != nil {
		b.Skip("set ECOT_VOTERS, to 40000000 for a country")
	}
	e := allottest.Synthetic(b, generate.Options{Voters: voters, Projects: 10_000, Marks: 10, Seed: 1})
	for b.Loop() {
		outcome, err := Count(context.Background(), e, Options{Utility: ByCost, Completion: None,
			Ties: election.LowestCost})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(outcome.Winners)), "winners")
	}
	b.ReportMetric(peakMB(b), "MB-peak")
}

// peakMB gives the most memory this process has held, 0 where the system does not tell.
func peakMB(t testing.TB) float64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmHWM:" {
			kB, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			return float64(kB) / 1000
		}
	}
	return 0
}
