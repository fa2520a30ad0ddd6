// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"strings"

	"ecot/fault"
)

// The limits of an address (RFC 5321 §4.5.3.1: a path has 256 octets with its brackets).
const (
	maxAddress = 254
	maxLocal   = 64
	maxLabel   = 63
)

// Address is a bare mail address, `local@domain` in ASCII, without name, comment, quotes or brackets.
type Address string

// ParseAddress reads an address as a person types it: blanks around it are dropped, the domain is put in
// lower case, and a domain with Latin letters such as `café.fr` into its ASCII form. What servers could
// read in two ways is refused with a sentence, as fault.Invalid: names beside the address, quoted local
// parts, comments, numeric hosts, other scripts.
func ParseAddress(s string) (Address, error) {
	s = strings.TrimSpace(s)
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || domain == "" {
		return "", badAddress("it has no @ with something on each side")
	}
	domain, err := asciiDomain(domain)
	if err != nil {
		return "", err
	}
	a := Address(local + "@" + domain)
	if err := a.Check(); err != nil {
		return "", err
	}
	return a, nil
}

// Check tells why a is not an address that ParseAddress would give, as fault.Invalid.
func (a Address) Check() error {
	local, domain, ok := strings.Cut(string(a), "@")
	switch {
	case !ok || local == "" || domain == "":
		return badAddress("it has no @ with something on each side")
	case len(a) > maxAddress:
		return badAddress("it is longer than 254 characters")
	case len(local) > maxLocal:
		return badAddress("what stands before the @ is longer than 64 characters")
	case !dotAtom(local):
		return badAddress("what stands before the @ may hold letters without accent, digits, single points " +
			"between them, and the signs !#$%&'*+-/=?^_`{|}~")
	}
	return checkDomain(domain)
}

// Domain gives what stands behind the @.
func (a Address) Domain() string {
	_, domain, _ := strings.Cut(string(a), "@")
	return domain
}

// dotAtom tells whether s is atoms with single points between them (RFC 5322 §3.2.3).
func dotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool {
			return !letterOrDigit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
		}) {
			return false
		}
	}
	return true
}

func letterOrDigit(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// checkDomain wants a name of at least two labels in lower-case ASCII (RFC 1123 §2.1).
func checkDomain(domain string) error {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return badAddress("what stands after the @ has no point, as in example.org")
	}
	for _, label := range labels {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool {
				return !letterOrDigit(r) && r != '-' || r >= 'A' && r <= 'Z'
			}) {
			return badAddress("what stands after the @ is not the name of a domain")
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return badAddress("what stands after the @ is a number and not the name of a domain")
	}
	return nil
}

func badAddress(why string) error {
	return fault.New(fault.Invalid, "This is not a mail address that can be written to: %s.", why)
}
