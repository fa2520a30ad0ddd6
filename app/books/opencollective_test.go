// SPDX-License-Identifier: AGPL-3.0-or-later

package books

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"ecot/app"
	"ecot/fault"
)

// engines runs a test on an empty instance of each engine; PostgreSQL when ECOT_TEST_POSTGRES says
// where one is.
func engines(t *testing.T, test func(t *testing.T, a *app.App)) {
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, app.Place{Dir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) {
		server := os.Getenv("ECOT_TEST_POSTGRES")
		if server == "" {
			t.Skip("ECOT_TEST_POSTGRES names no server")
		}
		test(t, open(t, app.Place{Dir: t.TempDir(), Database: database(t, server)}))
	})
}

// database makes a database of the test's own and gives its address.
func database(t testing.TB, server string) string {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("books_%d", rand.Uint64())
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := db.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
	})
	return strings.Replace(server, "/postgres?", "/"+name+"?", 1)
}

func open(t testing.TB, at app.Place) *app.App {
	t.Helper()
	a, err := app.Open(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// realBooks gives the file of a real account, which lies beside the project.
func realBooks(t *testing.T) []byte {
	t.Helper()
	shared := os.Getenv("ECOT_SHARED")
	for dir, err := os.Getwd(); shared == ""; dir = filepath.Dir(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			shared = filepath.Join(dir, "..", "shared")
		}
	}
	text, err := os.ReadFile(filepath.Join(shared, "data", "opencollective", "collective-2021-2025.csv"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("shared/data is not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// cents reads an amount without any of our own code.
func cents(t *testing.T, s string) int64 {
	t.Helper()
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	if err != nil || len(fraction) > 2 {
		t.Fatalf("%q: %v", s, err)
	}
	return n
}

// reading adds up the file, independently of the import.
func reading(t *testing.T, text []byte) (kinds map[string]Kind, net int64, rows [][]string) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range records[0] {
		at[name] = i
	}
	kinds = map[string]Kind{}
	for _, row := range records[1:] {
		kind := kinds[row[at["Kind"]]]
		kind.Rows++
		kind.Net += cents(t, row[at["Amount Single Column"]])
		kind.Fees -= cents(t, row[at["Payment Processor Fee"]])
		kinds[row[at["Kind"]]] = kind
		net += cents(t, row[at["Amount Single Column"]])
	}
	return kinds, net, records
}

func run(t *testing.T, a *app.App, text string, o Options) Report {
	t.Helper()
	report, err := ImportOpenCollective(t.Context(), a, strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// holds gives the size of the journal and the balance of an account.
func holds(t *testing.T, a *app.App, account string) (size, balance int64) {
	t.Helper()
	balances, err := a.Accounts(t.Context(), -1)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range balances.Accounts {
		if string(one.Place.Account) == account {
			balance = one.Balance
		}
	}
	return balances.Size, balance
}

func TestRealBooks(t *testing.T) {
	text := realBooks(t)
	kinds, net, _ := reading(t, text)
	engines(t, func(t *testing.T, a *app.App) {
		told := int64(0)
		report := run(t, a, string(text), Options{Progress: func(done, _ int64) { told = done }})
		want := Report{Rows: 2651, Entries: 2652, Kinds: kinds, Pot: "astrodotbuild", Unit: "USD",
			Balance: net, First: "2021-08-14", Last: "2025-06-30"}
		if !cmp.Equal(report, want) || net != 204_121_32 || told != 2651 {
			t.Errorf("told %d, net %d:\n%s", told, net, cmp.Diff(want, report))
		}
		size, balance := holds(t, a, "pot:astrodotbuild")
		if _, asset := holds(t, a, "asset:host"); size != 2653 || balance != net || asset != -net {
			t.Errorf("%d entries, the pot holds %d and the asset %d", size, balance, asset)
		}
		again := run(t, a, string(text), Options{})
		if again.Entries != 0 || again.Skipped != 2651 || again.Balance != net {
			t.Errorf("a second import: %+v", again)
		}
		clean(t, a)
	})
}

// clean holds everything stored against a replay of the journal.
func clean(t *testing.T, a *app.App) {
	t.Helper()
	findings, err := a.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !findings.Clean() {
		t.Errorf("check finds %v", findings.Wrong)
	}
}

func TestShuffledBooksComeToTheSame(t *testing.T) {
	text := realBooks(t)
	_, net, records := reading(t, text)
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(records)-1, func(x, y int) {
			records[1+x], records[1+y] = records[1+y], records[1+x]
		})
		var b strings.Builder
		if err := csv.NewWriter(&b).WriteAll(records); err != nil {
			t.Fatal(err)
		}
		a := open(t, app.Place{Dir: t.TempDir()})
		if report := run(t, a, b.String(), Options{}); report.Balance != net {
			t.Errorf("seed %d: %d, not %d", seed, report.Balance, net)
		}
	}
}

func TestHalvesOfBooksComeToTheWhole(t *testing.T) {
	text := realBooks(t)
	kinds, net, records := reading(t, text)
	a := open(t, app.Place{Dir: t.TempDir()})
	sum := map[string]Kind{}
	for _, half := range [][][]string{records[len(records)/3:], records[1 : len(records)/2]} {
		var b strings.Builder
		if err := csv.NewWriter(&b).WriteAll(append([][]string{records[0]}, half...)); err != nil {
			t.Fatal(err)
		}
		for name, kind := range run(t, a, b.String(), Options{}).Kinds {
			before := sum[name]
			sum[name] = Kind{before.Rows + kind.Rows, before.Net + kind.Net, before.Fees + kind.Fees}
		}
	}
	if _, balance := holds(t, a, "pot:astrodotbuild"); balance != net || !cmp.Equal(sum, kinds) {
		t.Errorf("%d, not %d:\n%s", balance, net, cmp.Diff(kinds, sum))
	}
}

// small is a header for people, as short as an import allows.
const small = "Effective Date & Time,Transaction ID,Credit/Debit,Kind,Group ID,Amount Single Column," +
	"Currency,Is Reverse,Reverse Transaction ID,Account Handle,Opposite Account Handle,Opposite Account Name," +
	"Description\n"

const (
	gift    = "2025-01-01T10:00:00,1,CREDIT,CONTRIBUTION,a,10,EUR,,,The Fund,anna,Anna A.,Words of Anna\n"
	back    = "2025-01-02T10:00:00,2,DEBIT,CONTRIBUTION,b,-10,EUR,REVERSE,1,The Fund,anna,Anna A.,\n"
	more    = "2025-01-03T10:00:00,3,CREDIT,CONTRIBUTION,c,5,EUR,,,The Fund,anna,Anna A.,\n"
	tooMuch = "2025-01-04T10:00:00,4,DEBIT,EXPENSE,d,-5.01,EUR,,,The Fund,bob,Bob,\n"
)

func TestAReversalFindsWhatWasImportedEarlier(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		run(t, a, small+gift, Options{})
		report := run(t, a, small+gift+back, Options{})
		if report.Skipped != 1 || report.Entries != 1 || report.Balance != 0 || report.Pot != "the-fund" {
			t.Errorf("%+v", report)
		}
		again := strings.Replace(back, ",2,", ",9,", 1)
		_, err := ImportOpenCollective(t.Context(), a, strings.NewReader(small+more+again), Options{})
		if fault.CodeOf(err) != fault.Conflict || !strings.HasPrefix(fault.PublicOf(err),
			"line 3, column “Amount Single Column”: Of entry 2 only 0.00 can go back") {
			t.Errorf("given back twice: %v", err)
		}
	})
}

func TestAHistoryThatDipsBelowZeroChangesNothing(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		_, err := ImportOpenCollective(t.Context(), a, strings.NewReader(small+gift+back+more+tooMuch), Options{})
		if fault.CodeOf(err) != fault.Conflict || !strings.HasPrefix(fault.PublicOf(err),
			"line 5, column “Amount Single Column”: pot:the-fund would be 0.01 short") {
			t.Errorf("short: %v", err)
		}
		if size, _ := holds(t, a, ""); size != 0 || a.Founded() {
			t.Errorf("%d entries, founded %v", size, a.Founded())
		}
		run(t, a, small+gift, Options{Pot: "mine"})
		if size, balance := holds(t, a, "pot:mine"); size != 3 || balance != 10_00 {
			t.Errorf("%d entries, the pot holds %d", size, balance)
		}
		_, err = ImportOpenCollective(t.Context(), a, strings.NewReader(small+more+tooMuch), Options{Pot: "other"})
		if size, _ := holds(t, a, ""); fault.CodeOf(err) != fault.Conflict || size != 3 {
			t.Errorf("%d entries, %v", size, err)
		}
		clean(t, a)
	})
}

func TestADryRunReportsAndChangesNothing(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		dry := run(t, a, small+gift+back+more, Options{DryRun: true})
		if size, _ := holds(t, a, ""); size != 0 || a.Founded() {
			t.Errorf("%d entries, founded %v", size, a.Founded())
		}
		real := run(t, a, small+gift+back+more, Options{})
		if dry.DryRun = false; !cmp.Equal(dry, real) || real.Balance != 5_00 || real.Entries != 4 {
			t.Error(cmp.Diff(dry, real))
		}
		_, err := ImportOpenCollective(t.Context(), a, strings.NewReader(small+tooMuch),
			Options{DryRun: true, Pot: "x"})
		if fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a dry run of what cannot be: %v", err)
		}
	})
}

func TestOneAccountIsKnownByOneKindOfID(t *testing.T) {
	a := open(t, app.Place{Dir: t.TempDir()})
	run(t, a, small+gift, Options{})
	other := strings.Replace(small+gift, "Transaction ID", "shortId", 1)
	_, err := ImportOpenCollective(t.Context(), a, strings.NewReader(other), Options{})
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the same transaction by another id: %v", err)
	}
}

func TestWhatTakesBackMustGoTheOtherWay(t *testing.T) {
	a := open(t, app.Place{Dir: t.TempDir()})
	wrong := strings.NewReplacer("DEBIT", "CREDIT", "-10", "10").Replace(back)
	_, err := ImportOpenCollective(t.Context(), a, strings.NewReader(small+gift+wrong), Options{})
	if fault.CodeOf(err) != fault.Conflict || !strings.HasPrefix(fault.PublicOf(err), "line 3, column") {
		t.Error(err)
	}
}

func TestNoWordOfTheFileIsInTheJournal(t *testing.T) {
	a := open(t, app.Place{Dir: t.TempDir()})
	run(t, a, small+gift+back+more, Options{})
	dir := filepath.Join(t.TempDir(), "bundle")
	if err := a.Export(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, word := range []string{"anna", "Anna", "Words", "The Fund"} {
			if strings.Contains(string(text), word) {
				t.Errorf("%s holds %q", path, word)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
