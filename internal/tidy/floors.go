// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The floors, from pure values up to the program; see ARCHITECTURE.md.
const (
	values   = iota // money, id, fault, clock
	core            // journal, ledger, allot, the contract of a mechanism
	domain          // mechanisms, parties, projects
	outside         // store, providers, proof, vault, office, mail, languages, foreign formats
	useCases        // app
	doors           // pages, JSON, settings, the demo
	program         // the command, and the benchmarks of the whole
	house           // rules about the repository
)

// floors says where each package lives. A name that ends in "/" stands for every package below it
// that no longer name claims.
func floors() map[string]int {
	return map[string]int{
		"money": values, "id": values, "fault": values, "clock": values,
		"journal": core, "ledger": core, "mechanism": core,
		"allot": core, "allot/": core, "vote": core, "vote/": core,
		"mechanism/": domain, "party": domain, "party/": domain, "project": domain, "project/": domain,
		"store": outside, "store/": outside, "pay": outside, "pay/": outside,
		"proof": outside, "proof/": outside, "vault": outside, "vault/": outside,
		"office": outside, "office/": outside,
		"mail": outside, "mail/": outside, "locale": outside, "locale/": outside,
		"exchange": outside, "exchange/": outside, "paper": outside,
		"app": useCases, "app/": useCases,
		"web": doors, "web/": doors, "api": doors, "api/": doors, "config": doors,
		"demo": doors,
		"cmd/": program, "bench": program, "bench/": program,
		"internal/tidy": house,
	}
}

// floorOf gives the floor of the package at path, and false when the table does not know it.
func floorOf(packagePath string) (int, bool) {
	table := floors()
	if floor, ok := table[packagePath]; ok {
		return floor, true
	}
	for dir := path.Dir(packagePath); dir != "."; dir = path.Dir(dir) {
		if floor, ok := table[dir+"/"]; ok {
			return floor, true
		}
	}
	return 0, false
}

// ban forbids some packages to import others.
type ban struct {
	from    []string // packages of the module, and all below them
	to      []string // import paths, within the module relative to it, and all below them
	through bool     // not even through other packages
	why     string
}

// bans gives what floors alone do not say.
func bans() []ban {
	return []ban{
		{[]string{"web", "api"}, []string{"store", "database/sql"}, false,
			"a door holds no rule and no SQL: it calls a method of app"},
		{[]string{"store"}, []string{"mechanism/", "party", "project"}, false,
			"the store knows entries, streams and parts, never what they mean"},
		{[]string{"proof/verify"}, []string{"database/sql", "net/http"}, true,
			"the verifier stands alone: no SQL and no HTTP, not even through another package"},
	}
}

// checkFloors refuses a package without a floor, an import that goes up, and one that goes sideways
// where neighbours must not know each other. A test may look at its neighbours, and one that stands
// outside the package that it tests may look up as well.
func checkFloors(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		from, known := floorOf(p.Path)
		if !known {
			found = append(found, Breach{Package: p.Path, Subject: p.Path,
				Why: "no floor is known for this package: give it a floor in internal/tidy/floors.go"})
			continue
		}
		for _, f := range p.Files {
			if f.Test && strings.HasSuffix(f.Syntax.Name.Name, "_test") {
				continue
			}
			for _, to := range t.inside(f) {
				if why := refuseImport(p, from, to, f.Test); why != "" {
					found = append(found, Breach{Package: p.Path, Subject: f.Path + " " + to, Why: why})
				}
			}
		}
	}
	return found
}

// refuseImport says why a file of p may not import the package at path to, or nothing when it may.
func refuseImport(p *Package, from int, to string, test bool) string {
	floor, known := floorOf(to)
	switch {
	case !known || to == p.Path:
		return ""
	case floor > from:
		return fmt.Sprintf("imports go down only: floor %d may not import floor %d", from, floor)
	case from == house || floor == house:
		return "the rules of the house and the house know nothing of each other"
	case test:
		return ""
	case helpsTests(to) && !helpsTests(p.Path):
		return "a package that helps tests is imported by tests only"
	case floor == from && (from == domain || from == doors) && !helpsTests(p.Path) && !inside(p.Path, to) &&
		to != pageKit:
		return fmt.Sprintf("packages of floor %d never import each other", from)
	}
	return ""
}

// pageKit is what the doors that show pages are built of.
const pageKit = "web/page"

// helpsTests says whether the package exists for tests alone, as its name tells.
func helpsTests(packagePath string) bool { return strings.HasSuffix(packagePath, "test") }

// imports gives the import paths of f.
func (f *File) imports() []string {
	var paths []string
	for _, spec := range f.Syntax.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has refused such a file already
		}
		paths = append(paths, importPath)
	}
	return paths
}

// inside gives the packages of the module that f imports, by their path in it.
func (t *Tree) inside(f *File) []string {
	var paths []string
	for _, importPath := range f.imports() {
		if rest, ok := strings.CutPrefix(importPath, t.Module.Path+"/"); ok {
			paths = append(paths, rest)
		}
	}
	return paths
}

// under says whether the package is one of dirs or below one; a dir that ends in "/" means below only.
func under(packagePath string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool {
		below := strings.HasSuffix(dir, "/")
		return !below && packagePath == dir || strings.HasPrefix(packagePath, strings.TrimSuffix(dir, "/")+"/")
	})
}

// checkForbidden refuses the imports that bans names.
func checkForbidden(t *Tree) []Breach {
	var found []Breach
	for _, b := range bans() {
		for _, p := range t.Packages {
			if !under(p.Path, b.from) || helpsTests(p.Path) {
				continue
			}
			reached := t.reach(p, b.through)
			for _, to := range b.to {
				if i := slices.IndexFunc(reached, func(r string) bool { return under(r, []string{to}) }); i >= 0 {
					found = append(found, Breach{Package: p.Path, Subject: p.Path + " " + reached[i], Why: b.why})
				}
			}
		}
	}
	return found
}

// reach gives what p imports outside its tests, sorted, and what that imports in turn when through
// is asked. Packages of the module are named by their path in it.
func (t *Tree) reach(p *Package, through bool) []string {
	seen := map[string]bool{}
	next := t.imports(p)
	for len(next) > 0 {
		to := next[0]
		next = next[1:]
		if seen[to] {
			continue
		}
		seen[to] = true
		if !through {
			continue
		}
		if i := slices.IndexFunc(t.Packages, func(q *Package) bool { return q.Path == to }); i >= 0 {
			next = append(next, t.imports(t.Packages[i])...)
		} else {
			next = append(next, t.Outside[to]...)
		}
	}
	paths := make([]string, 0, len(seen))
	for to := range seen {
		paths = append(paths, to)
	}
	slices.Sort(paths)
	return paths
}

// imports gives what p imports outside its tests.
func (t *Tree) imports(p *Package) []string {
	var paths []string
	for _, f := range p.Files {
		if f.Test {
			continue
		}
		for _, importPath := range f.imports() {
			paths = append(paths, strings.TrimPrefix(importPath, t.Module.Path+"/"))
		}
	}
	return paths
}

// checkPure keeps the outside away from floors 0 to 2: they import neither other modules nor the
// parts of the standard library that reach the machine, and from floor 1 on nothing random.
func checkPure(t *Tree) []Breach {
	reaching := []string{"os", "net", "syscall", "database/sql", "log", "C"}
	pure := []string{"net/url", "net/netip"}
	random := []string{"math/rand", "crypto/rand"}
	var found []Breach
	for _, p := range t.Packages {
		floor, known := floorOf(p.Path)
		if !known || floor > domain || helpsTests(p.Path) {
			continue
		}
		for _, f := range p.source() {
			for _, to := range f.imports() {
				why := ""
				switch first, _, _ := strings.Cut(to, "/"); {
				case under(to, reaching) && !slices.Contains(pure, to):
					why = "floors 0 to 2 are pure: what reaches the machine belongs to floor 3"
				case floor > values && under(to, random) && !makesTrials(p.Path):
					why = "floors 1 and 2 hold no chance: randomness is a parameter"
				case strings.Contains(first, "."):
					why = "floors 0 to 2 are built from the standard library alone"
				default:
					continue
				}
				found = append(found, Breach{Package: p.Path, Subject: f.Path + " " + to, Why: why})
			}
		}
	}
	return found
}

// makesTrials says whether the package only draws made-up data to measure and try the rules with:
// it needs chance, from a seed, and nothing of money or of a vote is computed with it.
func makesTrials(packagePath string) bool { return packagePath == "allot/generate" }

// checkClock refuses to read the time on floors 0 to 2 and in the verifier: it is a parameter there.
func checkClock(t *Tree) []Breach {
	asks := []string{"time.Now", "time.Since", "time.Until", t.Module.Path + "/clock.System"}
	var found []Breach
	for _, p := range t.Packages {
		floor, known := floorOf(p.Path)
		if !known || floor > domain && !under(p.Path, []string{"proof/verify"}) {
			continue
		}
		for _, f := range p.source() {
			for _, use := range p.uses(f) {
				if slices.Contains(asks, use) {
					found = append(found, Breach{Package: p.Path, Subject: f.Path + " " + path.Base(use),
						Why: "time is a parameter here: take an instant or a clock.Clock"})
				}
			}
		}
	}
	return found
}

// uses gives every name of another package that f uses, as import path, dot, name.
func (p *Package) uses(f *File) []string {
	var used []string
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok {
			if imported, ok := p.Info.Uses[x].(*types.PkgName); ok {
				used = append(used, imported.Imported().Path()+"."+selector.Sel.Name)
			}
		}
		return true
	})
	return used
}

// inside says whether one package lies in the folder of the other, a room of the same door.
func inside(inner, outer string) bool { return strings.HasPrefix(inner, outer+"/") }
