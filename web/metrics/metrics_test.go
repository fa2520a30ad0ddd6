// SPDX-License-Identifier: AGPL-3.0-or-later

package metrics

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/fault"
)

func open(t *testing.T) *Metrics {
	t.Helper()
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Found(t.Context(), app.Charter{}); err != nil {
		t.Fatal(err)
	}
	return New(a)
}

func TestFiguresAreCountedAndWritten(t *testing.T) {
	m := open(t)
	m.Observe("GET /pots/{slug}", 200, 3*time.Millisecond)
	m.Observe("GET /pots/{slug}", 200, 1500*time.Millisecond)
	m.Observe("GET /pots/{slug}", 404, 20*time.Second)
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text := w.Body.String()
	for _, line := range []string{
		`ecot_requests_total{route="GET /pots/{slug}",status="200"} 2`,
		`ecot_requests_total{route="GET /pots/{slug}",status="404"} 1`,
		`ecot_request_seconds_bucket{route="GET /pots/{slug}",le="0.002000"} 0`,
		`ecot_request_seconds_bucket{route="GET /pots/{slug}",le="0.005000"} 1`,
		`ecot_request_seconds_bucket{route="GET /pots/{slug}",le="5.000000"} 2`,
		`ecot_request_seconds_bucket{route="GET /pots/{slug}",le="+Inf"} 3`,
		`ecot_request_seconds_sum{route="GET /pots/{slug}"} 21.503000`,
		`ecot_journal_entries 1`, `ecot_webhooks_failing 0`, `# TYPE ecot_letters gauge`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("%s is missing", line)
		}
	}
	form := regexp.MustCompile(`^(# (HELP|TYPE) ecot_\w+ .+|ecot_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+(\.\d{6})?)$`)
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if !form.MatchString(line) {
			t.Errorf("%q is not in the format", line)
		}
	}
}

func TestLabelsAreQuoted(t *testing.T) {
	if got := label("a\"b\\c\n"); got != `"a\"b\\c\n"` {
		t.Error(got)
	}
}

func TestOthersDoNotReachThem(t *testing.T) {
	m := open(t)
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0"} {
		if _, err := m.Serve(address, false); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, at := range []struct {
		address string
		public  bool
	}{{"127.0.0.1:0", false}, {"0.0.0.0:0", true}} {
		end, err := m.Serve(at.address, at.public)
		if err != nil {
			t.Fatal(err)
		}
		end()
	}
}
