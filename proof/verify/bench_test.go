// SPDX-License-Identifier: AGPL-3.0-or-later

package verify_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ecot/journal"
	"ecot/ledger"
	"ecot/mechanism"
	"ecot/mechanism/charter"
	"ecot/mechanism/giving"
	"ecot/money"
	"ecot/proof"
	"ecot/proof/bundle"
	"ecot/proof/verify"
)

// year is a large journal: pots, then gifts, and one refund in a hundred of a gift of the last 20 000.
// An entry depends on its index alone, so that no list of them is needed.
type year struct {
	t     testing.TB
	log   *proof.Signer
	kinds journal.Kinds
	size  int64
}

// places gives the pots.
func places() []string { return []string{"fonds", "lanterne", "tamis", "passerelle"} }

func newYear(t testing.TB, size int64) *year {
	return &year{t: t, log: keyed(t, "log"), size: size,
		kinds: mechanism.NewSet(charter.Rules{}, giving.Rules{}).Kinds()}
}

func posting(account string, amount int64) ledger.Posting {
	return ledger.Posting{Account: ledger.Account(account), Unit: money.Euro, Amount: amount}
}

func (y *year) entry(i int64) *journal.Entry {
	day := winter + journal.Day(i*365/y.size)
	e := &journal.Entry{Index: i, At: journal.At{Seconds: day.Time().Unix(), DayOnly: true}}
	names := places()
	pots := int64(len(names))
	switch {
	case i == 0:
		e.At.DayOnly = false
		e.Fact = &charter.Genesis{Origin: origin, Key: y.log.VKey(), Unit: money.Euro, Zone: "Europe/Paris",
			Closing: charter.ByHand}
	case i <= pots:
		e.At.DayOnly = false
		e.Fact = &giving.PotOpened{Slug: names[i-1], Purpose: giving.Spendable}
	case i%100 == 99 && i > 200:
		of := i - 2 - 100*(i*7919%min(200, i/100-1))
		pot := names[of%pots]
		e.Fact = &giving.Refunded{Of: of, Unit: money.Euro, Back: []journal.Share{{Pot: pot, Amount: 1}},
			Through: "provider", Reason: giving.GivenBack, On: day, Evidence: giving.Proved}
		e.Posts = []ledger.Posting{posting("pot:"+pot, -1), posting("asset:provider", 1)}
	default:
		gross, pot := 500+i*31%10_000, names[i%pots]
		e.Fact = &giving.Given{Inflow: giving.Inflow{Unit: money.Euro, Gross: gross, Fee: 25, Into: "provider",
			Nature: giving.Gift, Donor: giving.Person, Given: day, Evidence: giving.Proved, Generosity: true},
			To: []journal.Share{{Pot: pot, Amount: gross}}, Who: journal.Digest(proof.LeafHash([]byte{byte(i)})),
			Counts: giving.Counts{Nth: 1 + i%9, NthFund: 1 + i%9}}
		e.Posts = []ledger.Posting{posting("asset:provider", -gross), posting("pot:"+pot, gross),
			posting("pot:"+pot, -25), posting("asset:provider", 25)}
	}
	return e
}

func (y *year) leaves(_ context.Context, size int64, each func([]byte) error) error {
	var leaf []byte
	for i := range size {
		var err error
		if leaf, err = y.kinds.Append(leaf[:0], y.entry(i)); err != nil {
			return err
		}
		if err := each(leaf); err != nil {
			return err
		}
	}
	return nil
}

// export writes the bundle of the year.
func (y *year) export() (dir string) {
	y.t.Helper()
	edge := proof.NewEdge()
	err := y.leaves(y.t.Context(), y.size, func(leaf []byte) error {
		edge.Append(proof.LeafHash(leaf))
		return nil
	})
	if err != nil {
		y.t.Fatal(err)
	}
	note, err := y.log.Checkpoint(proof.Checkpoint{Origin: origin, Size: y.size, Root: edge.Root()})
	if err != nil {
		y.t.Fatal(err)
	}
	dir = filepath.Join(y.t.TempDir(), "bundle")
	source := bundle.Source{Signer: y.log, Checkpoint: note, Leaves: y.leaves}
	if err := bundle.Write(y.t.Context(), dir, source); err != nil {
		y.t.Fatal(err)
	}
	return dir
}

func verified(t testing.TB, dir string, workers int) {
	t.Helper()
	if r := verify.Bundle(t.Context(), dir, verify.Options{Workers: workers}); r.Exit() != 0 {
		t.Fatalf("%+v", r.Passes)
	}
}

// BenchmarkVerify verifies 200 000 entries on one processor, then on two.
func BenchmarkVerify(b *testing.B) {
	const size = 200_000
	dir := newYear(b, size).export()
	for _, cores := range []int{1, 2} {
		b.Run(fmt.Sprintf("cores=%d", cores), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			before := processor(b)
			for b.Loop() {
				verified(b, dir, cores)
			}
			b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64(b.N)*size/(processor(b)-before).Seconds(), "entries/core-s")
			b.ReportMetric(hashing(b), "SHA-256-MB/core-s")
		})
	}
}

// processor gives the time that processors spent on this process, which other work on the machine
// does not change much.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// hashing gives how fast this machine hashes at the moment, to hold the other figures against: 1 400 on
// a quiet one.
func hashing(b *testing.B) float64 {
	b.Helper()
	data, rounds, before := make([]byte, 1<<20), 300, processor(b)
	for i := range rounds {
		sum := sha256.Sum256(data)
		data[i] = sum[0]
	}
	return float64(rounds) * 1.048576 / (processor(b) - before).Seconds()
}

// BenchmarkVerifyCountry verifies a million entries, ten million when ECOT_COUNTRY is set, and gives
// the most memory that the process held.
func BenchmarkVerifyCountry(b *testing.B) {
	size := int64(1_000_000)
	if os.Getenv("ECOT_COUNTRY") != "" {
		size = 10_000_000
	}
	dir := newYear(b, size).export()
	runtime.GC()
	clearPeak(b)
	for b.Loop() {
		started := time.Now()
		verified(b, dir, 2)
		b.ReportMetric(float64(size)/time.Since(started).Seconds(), "entries/s")
	}
	b.ReportMetric(float64(peak(b))/1e6, "peak-MB")
}

// clearPeak makes the kernel forget the most memory that this process held (proc(5), clear_refs).
func clearPeak(b *testing.B) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Skipf("this kernel does not measure memory anew: %v", err)
	}
}

// peak gives the most bytes that this process held.
func peak(b *testing.B) int64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(line), " kB"), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return kilobytes * 1024
}
