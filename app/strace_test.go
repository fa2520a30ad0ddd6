// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSyncsLieBetweenAGiftAndItsAnswer looks at the system calls of a server: what is acknowledged
// was synced before, the journal's log always, the vault's when personal data came.
func TestSyncsLieBetweenAGiftAndItsAnswer(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed")
	}
	at := Place{Dir: t.TempDir()}
	a := openAt(t, at)
	do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
	end(t, a)
	trace := t.TempDir() + "/trace"
	s := startServer(t, at, "strace", "-f", "-y", "-s", "60", "-o", trace, "-e", "trace=fdatasync,fsync,read,write")
	for _, gift := range [][2]string{{"anonymous", ""}, {"personal", "ada"}} {
		if _, err := s.give(http.DefaultClient, gift[0], gift[1]); err != nil {
			t.Fatal(err)
		}
	}
	s.kill()
	text, err := os.ReadFile(trace)
	must(t, err)
	lines := strings.Split(string(text), "\n")
	anonymous, personal := syncsOf(t, lines, "key=anonymous"), syncsOf(t, lines, "key=personal")
	t.Logf("synced for an anonymous gift: %v, for a personal one: %v", anonymous, personal)
	if !slices.Contains(anonymous, "ecot.db-wal") {
		t.Error("an anonymous gift was answered before the journal was synced")
	}
	journal, vault := slices.Index(personal, "ecot.db-wal"), slices.Index(personal, "vault.db-wal")
	if vault < 0 || journal < vault {
		t.Error("a personal gift was answered before vault and journal were synced, in this order")
	}
}

var synced = regexp.MustCompile(`f(?:data)?sync\(\d+<.*/([^/>]+)>(\) += 0| <unfinished)`)

// syncsOf gives the files whose sync had ended between the request's arrival and its answer.
func syncsOf(t *testing.T, lines []string, request string) (files []string) {
	t.Helper()
	arrived := false
	unfinished := map[string]string{}
	for _, line := range lines {
		thread, _, _ := strings.Cut(line, " ")
		switch call := synced.FindStringSubmatch(line); {
		case !arrived:
			arrived = strings.Contains(line, "read") && strings.Contains(line, request)
		case strings.Contains(line, "HTTP/1.1 200"):
			return files
		case call != nil && strings.HasPrefix(call[2], ")"):
			files = append(files, call[1])
		case call != nil:
			unfinished[thread] = call[1]
		case strings.Contains(line, "sync resumed>") && strings.HasSuffix(line, "= 0"):
			files = append(files, unfinished[thread])
		}
	}
	t.Fatalf("the trace of %d lines does not show %s and its answer", len(lines), request)
	return nil
}
