// SPDX-License-Identifier: AGPL-3.0-or-later

package books

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"ecot/app"
)

// country writes books of so many gifts, each with its fee and its memo, from one giver in ten.
func country(w io.Writer, gifts int) error {
	b := bufio.NewWriter(w)
	b.WriteString(strings.TrimSuffix(small, "\n") + ",Payment Processor Fee\n")
	start := time.Date(2015, 1, 1, 0, 0, 1, 0, time.UTC)
	for i := range gifts {
		giver := i * 7919 % (gifts/10 + 1)
		fmt.Fprintf(b, "%s,%d,CREDIT,CONTRIBUTION,g%d,%d.%02d,EUR,,,fund,giver-%d,Giver %d,"+
			"Monthly contribution from Giver %d,-0.%02d\n",
			start.Add(time.Duration(i)*5*time.Minute).Format("2006-01-02T15:04:05"), i, i, 5+i%40, i%100, giver, giver,
			giver, 10+i%60)
	}
	return b.Flush()
}

// BenchmarkImport imports synthetic books of ECOT_BENCH_GIFTS gifts (100 000 when it is not set)
// into an empty instance.
func BenchmarkImport(b *testing.B) {
	gifts := 100_000
	if set := os.Getenv("ECOT_BENCH_GIFTS"); set != "" {
		var err error
		if gifts, err = strconv.Atoi(set); err != nil {
			b.Fatal(err)
		}
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			at, server := app.Place{}, os.Getenv("ECOT_TEST_POSTGRES")
			if engine == "postgres" && server == "" {
				b.Skip("ECOT_TEST_POSTGRES names no server")
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				if at.Dir = b.TempDir(); engine == "postgres" {
					at.Database = database(b, server)
				}
				a := open(b, at)
				in, out := io.Pipe()
				go func() { out.CloseWithError(country(out, gifts)) }()
				b.StartTimer()
				report, err := ImportOpenCollective(context.Background(), a, in, Options{})
				if err != nil || report.Rows != gifts {
					b.Fatal(report, err)
				}
			}
			b.ReportMetric(float64(gifts)*float64(b.N)/b.Elapsed().Seconds(), "gifts/s")
		})
	}
}
