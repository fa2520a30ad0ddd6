// SPDX-License-Identifier: AGPL-3.0-or-later

package paytest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startLimit is how long stripe-mock may take to read its description of the API.
const startLimit = time.Minute

// StripeMock starts Stripe's own stripe-mock on a free port of this machine, stops it when the test
// ends, and gives its address. It checks every request against Stripe's description of the API, in
// the pinned version; it keeps no state and sends no events.
//
// It runs the program that ECOT_STRIPE_MOCK names, or the one that .ci/install built. Without one
// the test fails, unless it was told to do without: by -short, or by ECOT_STRIPE_MOCK=none.
func StripeMock(tb testing.TB) string {
	tb.Helper()
	program := findStripeMock(tb)
	command := exec.Command(program, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0",
		"-strict-version-check")
	out, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	address := make(chan string, 1)
	go announce(out, address)
	tb.Cleanup(func() {
		if err := command.Process.Kill(); err != nil {
			tb.Errorf("stopping stripe-mock: %v", err)
		}
		// It was killed: how it ended says nothing.
		_ = command.Wait()
	})
	select {
	case found, ok := <-address:
		if !ok {
			tb.Fatal("stripe-mock ended without listening")
		}
		return "http://" + found
	case <-time.After(startLimit):
		tb.Fatal("stripe-mock does not start")
	}
	return ""
}

// announce reads what stripe-mock prints to its end, and passes on where it listens.
func announce(out io.Reader, address chan<- string) {
	defer close(address)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found, ok := strings.CutPrefix(lines.Text(), "Listening for HTTP at address: "); ok {
			address <- found
		}
	}
}

// findStripeMock gives the program to run, or ends the test.
func findStripeMock(tb testing.TB) string {
	tb.Helper()
	switch told := os.Getenv("ECOT_STRIPE_MOCK"); told {
	case "none":
		tb.Skip("ECOT_STRIPE_MOCK says to do without stripe-mock")
	case "":
	default:
		return told
	}
	gopath, err := exec.Command("go", "env", "GOPATH").Output()
	if err != nil {
		tb.Fatalf("asking for GOPATH: %v", err)
	}
	// The same place as in .ci/install.
	program := filepath.Join(strings.TrimSpace(string(gopath)), "bin", "ecot-tools", "stripe-mock")
	if _, err := os.Stat(program); err != nil {
		if testing.Short() {
			tb.Skip("stripe-mock is not installed: run .ci/install")
		}
		tb.Fatalf("stripe-mock is not installed (%v): run .ci/install, or set ECOT_STRIPE_MOCK=none", err)
	}
	return program
}
