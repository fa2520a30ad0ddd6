// SPDX-License-Identifier: AGPL-3.0-or-later

package opencollective

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/mechanism/giving"
)

// labels is the header of a file for people, as short as an import allows.
const labels = "Effective Date & Time,Transaction ID,Credit/Debit,Kind,Group ID,Amount Single Column," +
	"Currency,Is Reverse,Reverse Transaction ID,Account Handle,Opposite Account Handle,Description," +
	"Payment Processor Fee"

// table makes a file of rows under labels: day, id, kind, group, net, reversed id, fee.
func table(rows ...string) string {
	var b strings.Builder
	b.WriteString(labels + "\n")
	for _, row := range rows {
		v := strings.Split(row, " ")
		way, reverse := "CREDIT", ""
		if strings.HasPrefix(v[4], "-") {
			way = "DEBIT"
		}
		if v[5] != "" {
			reverse = "REVERSE"
		}
		fmt.Fprintf(&b, "2025-01-%sT10:00:00,%s,%s,%s,%s,%s,EUR,%s,%s,fund,anna,words,%s\n",
			v[0], v[1], way, v[2], v[3], v[4], reverse, strings.Trim(v[5], "?"), v[6])
	}
	return b.String()
}

func read(t *testing.T, text string) *Books {
	t.Helper()
	b, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// book maps books and tells what came of them, a line each.
func book(b *Books) (told []string) {
	m := Mapper{Pot: "fund", Unit: b.Unit, Zone: time.UTC, Next: 10, Known: map[string]int64{},
		Targets: b.Targets}
	for i := range b.Rows {
		first := m.Next
		for n, booking := range m.Row(&b.Rows[i], nil) {
			told = append(told, fmt.Sprintf("%d %s %s", first+int64(n), b.Rows[i].ID, tell(booking)))
		}
	}
	return told
}

func tell(b Booking) string {
	switch c := b.Command.(type) {
	case *giving.Give:
		return fmt.Sprintf("give %d fee %d %s", c.Gross, c.Fee, c.Nature)
	case *giving.Spend:
		return fmt.Sprintf("spend %d fee %d %s", c.Amount, c.Fee, c.As)
	case *giving.Charge:
		return fmt.Sprintf("charge %d %s of %d", c.Amount, c.For, c.Of)
	case *giving.GiveBack:
		return fmt.Sprintf("back %d fee %d of %d %s", c.Back[0].Amount, c.Fee, c.Of, c.Reason)
	}
	return "?"
}

func TestEveryKindIsBookedAsWhatItIs(t *testing.T) {
	for name, c := range map[string]struct{ rows, want []string }{
		"gift, its fee within, and the host's fee behind it": {
			[]string{"05 2 HOST_FEE g -1  0", "05 3 CONTRIBUTION g 9.01  -0.99"},
			[]string{"10 3 give 1000 fee 99 gift", "11 2 charge 100 host of 10"}},
		"funds added": {[]string{"05 1 ADDED_FUNDS g 61111.12  0"}, []string{"10 1 give 6111112 fee 0 unknown"}},
		"expense":     {[]string{"05 1 EXPENSE g -265  -15"}, []string{"10 1 spend 25000 fee 1500 expense"}},
		"gift to others": {[]string{"05 1 CONTRIBUTION g -300  0"},
			[]string{"10 1 spend 30000 fee 0 gift-to-others"}},
		"balance handed on": {[]string{"05 1 BALANCE_TRANSFER g -30  0"},
			[]string{"10 1 spend 3000 fee 0 gift-to-others"}},
		"balance taken over": {[]string{"05 1 BALANCE_TRANSFER g 30  0"}, []string{"10 1 give 3000 fee 0 unknown"}},
		"fees of their own rows": {
			[]string{"01 1 PAYMENT_PROCESSOR_FEE a -1  0", "02 2 PAYMENT_PROCESSOR_DISPUTE_FEE b -1  0",
				"03 3 TAX c -1  0",
				"04 4 PLATFORM_TIP d -1  0", "05 5 PLATFORM_TIP_DEBT e -1  0", "06 6 PLATFORM_FEE f -1  0",
				"07 7 HOST_FEE_SHARE g -1  0", "08 8 HOST_FEE_SHARE_DEBT h -1  0", "09 9 APPLICATION_FEE i -1  0"},
			[]string{"10 1 charge 100 processor of 0", "11 2 charge 100 dispute of 0", "12 3 charge 100 tax of 0",
				"13 4 charge 100 platform of 0", "14 5 charge 100 platform of 0", "15 6 charge 100 platform of 0",
				"16 7 charge 100 platform of 0", "17 8 charge 100 platform of 0", "18 9 charge 100 platform of 0"}},
		"card paid in advance": {
			[]string{"05 1 PREPAID_PAYMENT_METHOD a 5  0", "06 2 PREPAID_PAYMENT_METHOD b -5  0"},
			[]string{"10 1 give 500 fee 0 unknown", "11 2 spend 500 fee 0 expense"}},
		"gift given back, its host's fee too, the lost fee covered": {
			[]string{"01 1 CONTRIBUTION a 238.7  -11.3", "01 2 HOST_FEE a -25  0",
				"02 3 CONTRIBUTION b -250 1 0", "02 4 HOST_FEE b 25 2 0",
				"02 5 PAYMENT_PROCESSOR_COVER b 11.3 ? 0"},
			[]string{"10 1 give 25000 fee 1130 gift", "11 2 charge 2500 host of 10",
				"12 4 back 2500 fee 0 of 11 refund", "13 5 give 1130 fee 0 unknown",
				"14 3 back 25000 fee 0 of 10 refund"}},
		"expense back with its fee": {[]string{"01 1 EXPENSE a -265  -15", "02 2 EXPENSE b 265 1 15"},
			[]string{"10 1 spend 25000 fee 1500 expense", "11 2 back 25000 fee 1500 of 10 refund"}},
		"reversals of what nobody knows": {
			[]string{"01 1 CONTRIBUTION a 5  0", "02 2 EXPENSE b 5 99 0", "03 3 CONTRIBUTION c -6 98 0"},
			[]string{"10 1 give 500 fee 0 gift", "11 2 give 500 fee 0 unknown", "12 3 spend 600 fee 0 expense"}},
		"nothing": {[]string{"01 1 CONTRIBUTION a 0  0"}, nil},
	} {
		if got := book(read(t, table(c.rows...))); !cmp.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
}

func TestAFeeGreaterThanTheGiftIsChargedApart(t *testing.T) {
	text := labels + "\n2025-01-01T10:00:00,1,CREDIT,CONTRIBUTION,a,-0.25,EUR,,,fund,anna,words,-0.30\n"
	want := []string{"10 1 give 5 fee 5 gift", "11 1 charge 25 processor of 10"}
	if got := book(read(t, text)); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}

func TestFeesInColumnsOfTheirOwn(t *testing.T) {
	header := "datetime,id,type,kind,group,amount,netAmount,currency,isRefund,refundId,accountSlug," +
		"paymentProcessorFee,hostFee,platformFee,taxAmount,refundKind\n"
	text := header +
		"2025-01-01T10:00:00,one,CREDIT,CONTRIBUTION,a,100,75,EUR,,two,fund,-3,-10,-5,-7,\n" +
		"2025-01-02T10:00:00,two,DEBIT,CONTRIBUTION,b,-100,-85,EUR,REFUND,one,fund,3,10,0,2,DISPUTE\n"
	want := []string{"10 one give 10000 fee 300 gift", "11 one charge 1000 host of 10",
		"12 one charge 500 platform of 10", "13 one charge 700 tax of 10",
		"14 two back 10000 fee 300 of 10 chargeback", "15 two back 1000 fee 0 of 11 chargeback",
		"16 two back 200 fee 0 of 13 chargeback"}
	if got := book(read(t, text)); !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}

// TestVariants reads the same books with labels and with the names of fields, whole ids and short
// ones, gross or net or both.
func TestVariants(t *testing.T) {
	want := []string{"10 give 1000 fee 99 gift", "11 charge 100 host of 10", "12 back 1000 fee 0 of 10 refund"}
	for _, text := range []string{
		"Effective Date & Time,Transaction ID,Credit/Debit,Kind,Group ID,Amount Single Column,Currency," +
			"Is Reverse,Reverse Transaction ID,Account Handle,Payment Processor Fee\n" +
			"2025-01-02T10:00:00,3,DEBIT,CONTRIBUTION,b,-10,EUR,REVERSE,1,fund,0\n" +
			"2025-01-01T10:00:01,1,CREDIT,CONTRIBUTION,a,9.01,EUR,,3,fund,-0.99\n" +
			"2025-01-01T10:00:00,2,DEBIT,HOST_FEE,a,-1,EUR,,,fund,0\n",
		"datetime,shortId,shortGroup,type,kind,isRefund,isRefunded,shortRefundId," +
			"amount,netAmount,currency,accountSlug\n" +
			"2025-01-01T10:00:00,bb,a,DEBIT,HOST_FEE,,,,-1,-1,EUR,fund\n" +
			"2025-01-01T10:00:00,aa,a,CREDIT,CONTRIBUTION,,REFUNDED,cc,10,9.01,EUR,fund\n" +
			"2025-01-02T10:00:00,cc,b,DEBIT,CONTRIBUTION,REFUND,,aa,-10,-10,EUR,fund\n",
		"date,legacyId,shortId,type,kind,isRefund,shortRefundId,amount,paymentProcessorFee," +
			"currency,accountSlug,group\n" +
			"2025-01-01,2,bb,DEBIT,HOST_FEE,,,-1,0,EUR,fund,a\n" +
			"2025-01-01,1,aa,CREDIT,CONTRIBUTION,,cc,10,-0.99,EUR,fund,a\n" +
			"2025-01-02,3,cc,DEBIT,CONTRIBUTION,REFUND,aa,-10,0,EUR,fund,b\n",
	} {
		var got []string
		for _, line := range book(read(t, text)) {
			v := strings.SplitN(line, " ", 3)
			got = append(got, v[0]+" "+v[2])
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%s\n%s", text[:40], cmp.Diff(want, got))
		}
	}
}

func TestEveryColumnIsKnownByBothItsNames(t *testing.T) {
	words := dictionary()
	for name, means := range map[string]column{
		"effectiveDate": inEffective, "Effective Date & Time": inEffective, "Transaction ID": inLegacyID,
		"id": inFullID, "shortRefundId": inShortTarget, "Reverse Transaction ID": inLegacyTarget,
		"Tax Amount": inTaxAmount, "oppositeAccountEmail": inMail, "Description": memo, "Balance": passed} {
		if got, known := words[name]; !known || got != means {
			t.Errorf("%s means %d, not %d", name, got, means)
		}
	}
}

// TestBadFilesAreRefusedWithLineAndColumn plays testdata/refused.txt: blocks of a name, changes to
// a good file (in its header, its second row, or all of it), and the refusal.
func TestBadFilesAreRefusedWithLineAndColumn(t *testing.T) {
	script, err := os.ReadFile("testdata/refused.txt")
	if err != nil {
		t.Fatal(err)
	}
	good := "2025-01-01T10:00:00,%d,CREDIT,CONTRIBUTION,a,10,EUR,,,fund,anna,words,0\n"
	for block := range strings.SplitSeq(strings.TrimSuffix(string(script), "\n"), "\n\n") {
		lines := strings.Split(block, "\n")
		header, first, row := labels+"\n", fmt.Sprintf(good, 1), fmt.Sprintf(good, 2)
		for _, change := range lines[1 : len(lines)-1] {
			where, what, _ := strings.Cut(change, " ")
			old, by, found := strings.Cut(what, " => ")
			by = strings.NewReplacer(`\n`, "\n", `\xff`, "\xff").Replace(by)
			if !found || !strings.Contains(header+row, old) {
				t.Fatalf("%s: no change %q", lines[0], change)
			}
			switch where {
			case "header":
				header = strings.Replace(header, old, by, 1)
			case "row":
				row = strings.Replace(row, old, by, 1)
			case "all":
				replace := strings.NewReplacer(old, by)
				header, first, row = replace.Replace(header), replace.Replace(first), replace.Replace(row)
			}
		}
		_, err := Read(strings.NewReader(header + first + row))
		if want := lines[len(lines)-1]; fault.CodeOf(err) != fault.Invalid || fault.PublicOf(err) != want {
			t.Errorf("%s: %v\nwant %s", lines[0], err, want)
		}
	}
}

func TestFilesWithoutRowsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		labels + "\n": "The file has a header and no transaction.",
		"":            "The file is empty; a table with a header is wanted.",
	} {
		_, err := Read(strings.NewReader(text))
		if fault.CodeOf(err) != fault.Invalid || fault.PublicOf(err) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestZerosBeyondTheDecimalsAreAccepted(t *testing.T) {
	b := read(t, table("01 1 CONTRIBUTION a 10.50000  -0.5000"))
	if b.Rows[0].Net != 1050 || b.Rows[0].Gross != 1100 {
		t.Error(b.Rows[0])
	}
}

// TestOrder shuffles a history that only just holds: however its lines lie, no row comes before what
// it takes back, no command is torn, and the pot is never short.
func TestOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		text, rows := history(random)
		b := read(t, text)
		if len(b.Rows) != rows {
			t.Fatalf("%d of %d rows", len(b.Rows), rows)
		}
		balance, met, seen := int64(0), map[string]bool{}, map[int]bool{}
		for i, row := range b.Rows {
			if balance += row.Net; balance < 0 {
				t.Fatalf("the pot is %d short behind line %d of\n%s", -balance, row.Line, text)
			}
			if met[row.ID] = true; row.Target != "" && !met[row.Target] {
				t.Fatalf("line %d comes before what it takes back in\n%s", row.Line, text)
			}
			if i > 0 && b.Rows[i-1].Command != row.Command && seen[row.Command] {
				t.Fatalf("command %d is torn in\n%s", row.Command, text)
			}
			seen[row.Command] = true
		}
	}
}

// history makes a shuffled file of gifts that are spent or given back at the same second.
func history(random *rand.Rand) (text string, rows int) {
	var lines []string
	for i := range 1 + random.IntN(20) {
		day, id := 1+random.IntN(3), 10*i
		lines = append(lines, fmt.Sprintf("%02d %d CONTRIBUTION a%d 9  -1", day, id+10, i),
			fmt.Sprintf("%02d %d HOST_FEE a%d -2  0", day, id+11, i))
		if random.IntN(2) == 0 {
			lines = append(lines, fmt.Sprintf("%02d %d EXPENSE b%d -7  0", day, id+12, i))
			continue
		}
		lines = append(lines, fmt.Sprintf("%02d %d HOST_FEE c%d 2 %d 0", day-random.IntN(day), id+13,
			i, id+11),
			fmt.Sprintf("%02d %d CONTRIBUTION c%d -9 %d 1", day, id+14, i, id+10))
	}
	random.Shuffle(len(lines), func(x, y int) { lines[x], lines[y] = lines[y], lines[x] })
	return table(lines...), len(lines)
}

func TestNewestFirstAndOldestFirstAreBookedAlike(t *testing.T) {
	lines := []string{"01 1 CONTRIBUTION a 9  -1", "01 2 HOST_FEE a -1  0", "02 3 CONTRIBUTION b 5  0",
		"02 4 EXPENSE c -1  0", "02 5 EXPENSE d -2  0", "03 6 CONTRIBUTION e 4  0"}
	oldest := book(read(t, table(lines...)))
	slices.Reverse(lines)
	if newest := book(read(t, table(lines...))); !cmp.Equal(oldest, newest) {
		t.Error(cmp.Diff(oldest, newest))
	}
}

// FuzzRead holds that whatever is read maps to entries that move exactly what the rows say.
func FuzzRead(f *testing.F) {
	f.Add(table("01 1 CONTRIBUTION a 9  -1", "02 2 CONTRIBUTION b -10 1 0"))
	f.Add("date,shortId,type,kind,isRefund,amount,currency,accountSlug\n2025-01-01,a,CREDIT,TAX,,1,JPY,x\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := Read(strings.NewReader(text))
		if err != nil {
			var known *fault.Error
			if !errors.As(err, &known) || known.Code != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		m := Mapper{Pot: "fund", Unit: b.Unit, Zone: time.UTC, Next: 1, Known: map[string]int64{},
			Targets: b.Targets}
		for i := range b.Rows {
			if moved, back := moves(m.Row(&b.Rows[i], nil)); !back && moved != b.Rows[i].Net {
				t.Fatalf("line %d moves %d, its net amount is %d", b.Rows[i].Line, moved, b.Rows[i].Net)
			}
		}
	})
}

// moves adds what entries move in their pot, and says whether one of them gives back, which goes
// the way that its target does not.
func moves(bookings []Booking) (sum int64, back bool) {
	for _, b := range bookings {
		switch c := b.Command.(type) {
		case *giving.Give:
			sum += c.Gross - c.Fee
		case *giving.Spend:
			sum -= c.Amount + c.Fee
		case *giving.Charge:
			sum -= c.Amount
		case *giving.GiveBack:
			back = true
		}
	}
	return sum, back
}
