// SPDX-License-Identifier: AGPL-3.0-or-later

// Command bench measures the whole of Écot and prints one table: what was measured, how often the
// disk synced meanwhile, the floor and the goal for it, and which of them is reached.
//
// Rules of measuring. A machine is never the same twice, and its disk least of all, so:
//
//   - What is compared is measured in turns, in one run, several rounds of it; a row says the median
//     of its rounds, and a ratio is the median of the rounds' ratios.
//   - Before each turn the disk is asked how many times a second it makes 4 KiB last (fdatasync);
//     the row says the median. An absolute rate means nothing without it.
//   - The baseline is the naive program that most people would write (naive.go), at its best: on the
//     same server, with prepared statements, as durable as ours, through the same door.
//   - A latency is that of each request, from before it is sent until its answer is there; where
//     requests come at a fixed rate, from when it should have been sent.
//   - Whatever counts as memory or as a start is that of a process of its own.
//
// Its one invariant: every rate counts only what was acknowledged, and an error ends the run.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

// settings say what to measure and for how long.
type settings struct {
	short    bool
	only     *regexp.Regexp
	dir      string // where everything is put; on the disk that is to be measured
	postgres string // address of a server, empty to leave it out
	many     int    // gifts of the large instance and of the books that are imported
	rounds   int
	turn     time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parse reads the command line.
func parse(args []string) (s settings, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&s.short, "short", false, "take less than three minutes: fewer gifts, shorter turns")
	only := flags.String("only", "", "sections to run, as a regular expression: "+
		"gifts, spread, large, import, visits")
	flags.StringVar(&s.dir, "dir", "", "folder to work in, on the disk to measure (default: a temporary one)")
	flags.StringVar(&s.postgres, "postgres", os.Getenv("ECOT_TEST_POSTGRES"), "address of a PostgreSQL server")
	flags.IntVar(&s.many, "gifts", 0, "gifts of the large instance (default 1 000 000, with -short 100 000)")
	flags.IntVar(&s.rounds, "rounds", 0, "rounds (default 5, with -short 3)")
	flags.DurationVar(&s.turn, "turn", 0, "length of one turn (default 2s, with -short 250ms)")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	fill := settings{many: 1_000_000, rounds: 5, turn: 2 * time.Second}
	if s.short {
		fill = settings{many: 100_000, rounds: 3, turn: 250 * time.Millisecond}
	}
	if s.many == 0 {
		s.many = fill.many
	}
	if s.rounds == 0 {
		s.rounds = fill.rounds
	}
	if s.turn == 0 {
		s.turn = fill.turn
	}
	s.only, err = regexp.Compile(*only)
	return s, err
}

// bench is one run.
type bench struct {
	settings
	table *table
	disk  *disk
}

// run measures every section that is wanted, and prints its rows as they come.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	s, err := parse(args)
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp(s.dir, "ecot-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	b := &bench{settings: s, table: newTable(out)}
	if b.disk, err = openDisk(s.dir); err != nil {
		return err
	}
	defer b.disk.close()
	sections := []struct {
		name    string
		measure func(context.Context) error
	}{{"gifts", b.gifts}, {"spread", b.spread}, {"large", b.large}, {"import", b.imports},
		{"visits", b.visits}}
	b.table.begin(s)
	for _, section := range sections {
		if !s.only.MatchString(section.name) {
			continue
		}
		if err := section.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	b.table.end()
	return nil
}
