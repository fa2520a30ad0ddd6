// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import "testing"

// Only a reader who says that gzip can be read gets it (RFC 9110 §12.5.3).
func TestWhoReadsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"gzip": true, "GZIP": true, "": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false,
		"gzip;q=0.001": true, "identity, gzip ;q=1.0": true, "*": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("Accept-Encoding %q: %v", header, got)
		}
	}
}
