// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// asciiDomain puts a domain in lower case and its accented labels into their ASCII form. Only the Latin
// letters that registries such as the French one accept are converted, since they need no tables to be
// unambiguous; other scripts are refused, with the way out.
func asciiDomain(domain string) (string, error) {
	if len(domain) > 4*maxAddress || !utf8.ValidString(domain) {
		return "", badAddress("what stands after the @ is not the name of a domain")
	}
	labels := strings.Split(domain, ".")
	for i, label := range labels {
		label = strings.ToLower(label)
		if strings.ContainsFunc(label, func(r rune) bool { return r > unicode.MaxASCII }) {
			if strings.ContainsFunc(label, func(r rune) bool { return r > unicode.MaxASCII && !latin(r) }) {
				return "", badAddress("write its domain in the form that begins with xn--, which your mail " +
					"provider can tell you")
			}
			label = "xn--" + punycode(label)
		}
		labels[i] = label
	}
	return strings.Join(labels, "."), nil
}

// latin tells whether r is a lower-case accented letter of Latin-1, or œ: each is PVALID in IDNA 2008 and
// its own canonical form.
func latin(r rune) bool { return r >= 'ß' && r <= 'ÿ' && r != '÷' || r == 'œ' }

// The parameters of Punycode (RFC 3492 §5).
const (
	base        = 36
	tMin, tMax  = 1, 26
	skew, damp  = 38, 700
	initialBias = 72
	initialN    = 128
)

// punycode writes a label of at most a few hundred runes in Punycode (RFC 3492 §6.3), without the prefix.
func punycode(label string) string {
	runes := []rune(label)
	var out strings.Builder
	for _, r := range runes {
		if r < initialN {
			out.WriteRune(r)
		}
	}
	done := out.Len()
	basic := done
	if basic > 0 {
		out.WriteByte('-')
	}
	n, delta, bias := rune(initialN), 0, initialBias
	for done < len(runes) {
		next := smallest(runes, n)
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r == n {
				writeDelta(&out, delta, bias)
				bias = adapt(delta, done+1, done == basic)
				delta = 0
				done++
			}
		}
		delta++
		n++
	}
	return out.String()
}

// smallest gives the smallest rune that is at least n; there is one.
func smallest(runes []rune, n rune) rune {
	least := rune(unicode.MaxRune)
	for _, r := range runes {
		if r >= n && r < least {
			least = r
		}
	}
	return least
}

// writeDelta writes one number in digits whose thresholds depend on bias.
func writeDelta(out *strings.Builder, delta, bias int) {
	for k := base; ; k += base {
		threshold := min(max(k-bias, tMin), tMax)
		if delta < threshold {
			out.WriteByte(digit(delta))
			return
		}
		out.WriteByte(digit(threshold + (delta-threshold)%(base-threshold)))
		delta = (delta - threshold) / (base - threshold)
	}
}

func digit(d int) byte {
	if d < 26 {
		return byte('a' + d)
	}
	return byte('0' + d - 26)
}

// adapt moves the bias after each number (RFC 3492 §6.1).
func adapt(delta, count int, first bool) int {
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / count
	k := 0
	for ; delta > (base-tMin)*tMax/2; k += base {
		delta /= base - tMin
	}
	return k + (base-tMin+1)*delta/(delta+skew)
}
