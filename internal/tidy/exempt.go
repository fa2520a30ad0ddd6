// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

// Exemptions gives what may break a rule, each with the reason why. Remove a line as soon as it is
// no longer needed: the tests say when.
func Exemptions() []Exemption {
	return []Exemption{
		{"pure", "allot/pages/pages_linux.go syscall",
			"it asks for larger memory pages: speed changes, never a value"},
		{"package length", "office",
			"each area is a room of its own: a file, a migration and its statements; all hang on one transaction"},
		{"package length", "cmd/ecot",
			"one file a subcommand, and the one place where all rooms are wired by hand"},
		{"clock", "clock/clock.go time.Now", "this is the one place that asks the machine for the time"},
	}
}
