// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"net/http"
	"strings"
)

// policy allows this host's own style, script, images and font, and nothing else: no frame, no form to
// elsewhere, nothing inline, and no request of the script.
const policy = "default-src 'self'; script-src 'self'; object-src 'none'; connect-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors "

// secure sets the headers that every answer carries.
func secure(options Options, next http.Handler) http.Handler {
	overTLS := strings.HasPrefix(options.BaseURL, "https://")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy+"'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		if overTLS {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
