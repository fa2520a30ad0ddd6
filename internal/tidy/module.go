// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Module is what the rules need of go.mod.
type Module struct {
	Path     string
	Required []Requirement
	Tools    []string // import paths of the programs that building and checking use
	Replaced []string // paths of the modules that a replace line diverts
}

// Requirement is one module that go.mod requires.
type Requirement struct {
	Path, Version string
	Indirect      bool
}

// loadModule reads the go.mod of root.
func loadModule(root string) (Module, error) {
	out, err := goCommand(root, "mod", "edit", "-json")
	if err != nil {
		return Module{}, err
	}
	var file struct {
		Module  struct{ Path string }
		Require []Requirement
		Replace []struct{ Old struct{ Path string } }
		Tool    []struct{ Path string }
	}
	if err := json.Unmarshal(out, &file); err != nil {
		return Module{}, fmt.Errorf("reading go.mod: %w", err)
	}
	m := Module{Path: file.Module.Path, Required: file.Require}
	for _, r := range file.Replace {
		m.Replaced = append(m.Replaced, r.Old.Path)
	}
	for _, tool := range file.Tool {
		m.Tools = append(m.Tools, tool.Path)
	}
	return m, nil
}

// direct gives what the module itself chose to depend on: what it imports and the tools it runs.
func (m Module) direct() []Requirement {
	var chosen []Requirement
	for _, r := range m.Required {
		tool := slices.ContainsFunc(m.Tools, func(tool string) bool {
			return tool == r.Path || strings.HasPrefix(tool, r.Path+"/")
		})
		if !r.Indirect || tool {
			chosen = append(chosen, r)
		}
	}
	return chosen
}

// checkReplace refuses to build from anything but what go.mod names.
func checkReplace(t *Tree) []Breach {
	var found []Breach
	for _, replaced := range t.Module.Replaced {
		found = append(found, Breach{Package: ".", Subject: replaced,
			Why: "go.mod replaces nothing: others could not build what we build"})
	}
	return found
}

// dependencyPage says why each direct dependency is there.
const dependencyPage = "docs/decisions/dependencies.md"

// checkDependencies wants each direct dependency to have its line in the page, with the version
// that is built, and the page to name no other.
func checkDependencies(t *Tree) []Breach {
	page := t.text(dependencyPage)
	if page == nil {
		return []Breach{{Package: ".", Subject: dependencyPage, Why: "the page of dependencies is missing"}}
	}
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (v\\S+) \\|")
	listed := map[string]string{}
	var found []Breach
	for _, m := range row.FindAllStringSubmatch(string(page.Source), -1) {
		listed[m[1]] = m[2]
	}
	for _, r := range t.Module.direct() {
		switch version, ok := listed[r.Path]; {
		case !ok:
			found = append(found, Breach{Package: ".", Subject: r.Path,
				Why: "a direct dependency has a line that says why, in " + dependencyPage})
		case version != r.Version:
			found = append(found, Breach{Package: ".", Subject: r.Path,
				Why: dependencyPage + " says " + version + ", go.mod says " + r.Version})
		}
		delete(listed, r.Path)
	}
	for unused := range listed {
		found = append(found, Breach{Package: ".", Subject: unused,
			Why: "nothing here depends on it any more: remove its line from " + dependencyPage})
	}
	return found
}
