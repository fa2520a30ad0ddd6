// SPDX-License-Identifier: AGPL-3.0-or-later

package people

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"ecot/app"
	"ecot/fault"
	"ecot/store/engine/enginetest"
)

func TestWhoIsCountedAsOne(t *testing.T) {
	for _, pair := range [][2]string{
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"}, {"::ffff:192.0.2.1", "192.0.2.1"}, {"fe80::1%eth0", "fe80::2%eth1"},
	} {
		check(t, from(pair[0]).key() == from(pair[1]).key(), "%s are two", pair)
	}
	check(t, from("2001:db8:1:2::1").key() != from("2001:db8:1:3::1").key(), "two networks are one")
	check(t, from("192.0.2.1").key() != from("192.0.2.2").key(), "two addresses are one")
	check(t, Client{}.key() == Client{Address: netip.Addr{}}.key(), "nowhere")
}

// TestLimitsHoldOnAllMachines asks by turns on machines that share a database; each counts in memory alone.
func TestLimitsHoldOnAllMachines(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, address string) {
		at, clock := app.Place{Dir: t.TempDir(), Database: address}, newHand()
		clock.seconds.Add(-clock.seconds.Load() % 3600)
		machines := []*fund{openFund(t, at, clock), openFund(t, at, clock), openFund(t, at, clock)}
		ask := func(i int, address, client string) error {
			return machines[i%3].AskLink(t.Context(), address, from(client))
		}
		for i := range 5 {
			must(t, ask(i, "odile@example.org", fmt.Sprintf("192.0.2.%d", i+1)))
		}
		err := ask(5, "odile@example.org", "192.0.2.99")
		check(t, IsTooMany(err), "the sixth for one address: %v", err)
		refused(t, err, fault.Unavailable, "60 minutes")
		for i := range 20 {
			must(t, ask(i, fmt.Sprintf("p%d@example.org", i), "2001:db8::1"))
		}
		check(t, IsTooMany(ask(20, "q@example.org", "2001:db8::2")), "the twenty-first of one client")
		clock.pass(time.Hour)
		must(t, ask(5, "odile@example.org", "2001:db8::1"))
	})
}

func TestGuessingIsLimited(t *testing.T) {
	eachEngine(t, func(t *testing.T, f *fund) {
		good := token(f.invited(t, "Odile", "", Treasurer).URL)
		var err error
		tries := 0
		for ; tries < 100 && !IsTooMany(err); tries++ {
			_, err = f.Enter(t.Context(), newToken(), "", from("192.0.2.1"))
		}
		check(t, tries == 31, "%d tries before it was too many", tries)
		_, err = f.Enter(t.Context(), good, "", from("192.0.2.1"))
		check(t, IsTooMany(err), "%v", err)
		_, err = f.Enter(t.Context(), good, "", from("192.0.2.2"))
		must(t, err)
	})
}
