// SPDX-License-Identifier: AGPL-3.0-or-later

package grid

import "slices"

// Word lists the names that other programs give to columns of one role.
type Word struct {
	Role  string
	Names []string // folded, the most telling first
	Many  bool     // several columns may have the role
}

// Vocabulary is every name that is known.
type Vocabulary []Word

// Knows says whether a folded name is known.
func (v Vocabulary) Knows(folded string) bool {
	return slices.ContainsFunc(v, func(w Word) bool { return slices.Contains(w.Names, folded) })
}

// Assign gives each column, by its name, the role that is told best by it, and "" where none is: one
// for each name. A role that only one column may have goes to the most telling name, the first of two
// that are equal; roles that come first choose first.
func (v Vocabulary) Assign(names []string) []string {
	roles := make([]string, len(names))
	for _, w := range v {
		for _, known := range w.Names {
			for i, name := range names {
				taken := !w.Many && slices.Contains(roles, w.Role)
				if roles[i] == "" && !taken && Fold(name) == known {
					roles[i] = w.Role
				}
			}
		}
	}
	return roles
}
