// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"os"
	"runtime/metrics"
	"time"
)

// watchEvery is how often progress is shown.
const watchEvery = time.Second / 2

// watch shows how far long work has come and the memory in use, where a person looks on, and
// stops the work when it is interrupted.
type watch struct {
	streams
	what    string
	whole   int64
	so      int64
	checked int64
	shown   time.Time
	visible bool
}

// newWatch begins to watch work of whole steps.
func newWatch(s streams, what string, whole int64) *watch {
	w := &watch{streams: s, what: what, whole: whole, shown: time.Now()}
	if f, ok := s.errOut.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			w.visible = info.Mode()&os.ModeCharDevice != 0
		}
	}
	return w
}

// tick counts steps done, and gives the error of an interruption.
func (w *watch) tick(steps int64) error {
	w.so += steps
	if w.so-w.checked < max(1, w.whole/1000) {
		return nil
	}
	w.checked = w.so
	w.show("%3d %%", 100*w.so/max(1, w.whole))
	return w.ctx.Err()
}

// show prints a line of progress in place, not too often.
func (w *watch) show(format string, args ...any) {
	if !w.visible || time.Since(w.shown) < watchEvery {
		return
	}
	w.shown = time.Now()
	fmt.Fprintf(w.errOut, "\r\x1b[K%s: %s, %d MB", w.what, fmt.Sprintf(format, args...), memoryMB())
}

// done clears the line of progress.
func (w *watch) done() {
	if w.visible {
		fmt.Fprint(w.errOut, "\r\x1b[K")
	}
}

// memoryMB gives the memory that the program holds from the system, in megabytes.
func memoryMB() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return (sample[0].Value.Uint64() - sample[1].Value.Uint64()) / 1_000_000
}
