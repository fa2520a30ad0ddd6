// SPDX-License-Identifier: AGPL-3.0-or-later

// Package metrics tells monitoring how the program fares, in the text format of Prometheus, on an address of
// its own.
//
// Requests are counted by the pattern of their address, never by the address itself. Its one invariant:
// nothing that it says is about a person, or about what one of them did.
package metrics

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"ecot/app"
	"ecot/app/doctor"
)

// bounds are the upper bounds of the histogram of latencies.
func bounds() []time.Duration {
	const ms = time.Millisecond
	return []time.Duration{ms, 2 * ms, 5 * ms, 10 * ms, 25 * ms, 50 * ms, 100 * ms, 250 * ms, 500 * ms,
		time.Second, 5 * time.Second}
}

// route is a pattern of addresses and the status of an answer.
type route struct {
	pattern string
	status  int
}

// latencies are how long answers of one pattern took.
type latencies struct {
	within []int64 // how many took at most each of the bounds
	count  int64
	sum    time.Duration
}

// Metrics are the figures of one program. It is safe for many goroutines.
type Metrics struct {
	app    *app.App
	bounds []time.Duration

	mu       sync.Mutex
	requests map[route]int64
	taken    map[string]*latencies // by pattern
}

// New gives the figures of an instance, of which no request has been answered yet.
func New(a *app.App) *Metrics {
	return &Metrics{app: a, bounds: bounds(), requests: map[route]int64{}, taken: map[string]*latencies{}}
}

// Observe counts an answer.
func (m *Metrics) Observe(pattern string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[route{pattern, status}]++
	l := m.taken[pattern]
	if l == nil {
		l = &latencies{within: make([]int64, len(m.bounds))}
		m.taken[pattern] = l
	}
	l.count++
	l.sum += took
	for i, bound := range m.bounds {
		if took <= bound {
			l.within[i]++
		}
	}
}

// Write writes all figures as they are now.
func (m *Metrics) Write(ctx context.Context, out io.Writer) error {
	var text strings.Builder
	m.writeRequests(&text)
	if err := m.writeState(ctx, &text); err != nil {
		return err
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func (m *Metrics) writeRequests(text *strings.Builder) {
	m.mu.Lock()
	defer m.mu.Unlock()
	begin(text, "ecot_requests_total", "counter", "Answers, by pattern of address and by status.")
	for _, r := range slices.SortedFunc(maps.Keys(m.requests), func(a, b route) int {
		if by := strings.Compare(a.pattern, b.pattern); by != 0 {
			return by
		}
		return a.status - b.status
	}) {
		fmt.Fprintf(text, "ecot_requests_total{route=%s,status=\"%d\"} %d\n", label(r.pattern), r.status,
			m.requests[r])
	}
	begin(text, "ecot_request_seconds", "histogram", "How long answers took to make and send.")
	for _, pattern := range slices.Sorted(maps.Keys(m.taken)) {
		l, of := m.taken[pattern], label(pattern)
		for i, bound := range m.bounds {
			fmt.Fprintf(text, "ecot_request_seconds_bucket{route=%s,le=\"%s\"} %d\n", of, seconds(bound), l.within[i])
		}
		fmt.Fprintf(text, "ecot_request_seconds_bucket{route=%s,le=\"+Inf\"} %d\n", of, l.count)
		fmt.Fprintf(text, "ecot_request_seconds_sum{route=%s} %s\n", of, seconds(l.sum))
		fmt.Fprintf(text, "ecot_request_seconds_count{route=%s} %d\n", of, l.count)
	}
}

// writeState writes what the instance itself says.
func (m *Metrics) writeState(ctx context.Context, text *strings.Builder) error {
	size, err := m.app.Size(ctx)
	if err != nil {
		return err
	}
	letters, err := m.app.Office().CountLetters(ctx)
	if err != nil {
		return err
	}
	failing, last, err := m.app.Office().CardEventsFailing(ctx)
	if err != nil {
		return err
	}
	backup, err := doctor.LastBackup(ctx, m.app.Office())
	if err != nil {
		return err
	}
	batches, commands := m.app.Written()
	gauge(text, "ecot_journal_entries", "gauge", "Entries of the journal.", size)
	gauge(text, "ecot_writer_batches_total", "counter", "Batches that the writer wrote.", batches)
	gauge(text, "ecot_writer_commands_total", "counter", "Commands in them.", commands)
	gauge(text, "ecot_webhooks_failing", "gauge", "Messages of providers that are to be tried again.", failing)
	if last > 0 {
		gauge(text, "ecot_webhook_last_timestamp_seconds", "gauge", "When the last one came.", last)
	}
	if backup > 0 {
		gauge(text, "ecot_backup_age_seconds", "gauge", "How old the last backup is.", m.app.Now().Unix()-backup)
	}
	begin(text, "ecot_letters", "gauge", "Letters, by state.")
	for _, one := range letters {
		fmt.Fprintf(text, "ecot_letters{state=%s} %d\n", label(string(one.State)), one.Count)
	}
	return nil
}

func begin(text *strings.Builder, name, kind, help string) {
	fmt.Fprintf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func gauge(text *strings.Builder, name, kind, help string, value int64) {
	begin(text, name, kind, help)
	fmt.Fprintf(text, "%s %d\n", name, value)
}

// label quotes a value as the format wants it.
func label(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
}

// seconds writes a time in seconds, to the microsecond.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%d.%06d", d/time.Second, d%time.Second/time.Microsecond)
}
