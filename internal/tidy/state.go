// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// checkInit refuses functions that run before main: what a package needs is passed to it.
func checkInit(t *Tree) []Breach {
	var found []Breach
	t.functions(func(p *Package, d *ast.FuncDecl) {
		if d.Recv == nil && d.Name.Name == "init" {
			found = append(found, Breach{Package: p.Path, Subject: p.name("init"),
				Why: "nothing runs before main: make it a function that its user calls"})
		}
	})
	return found
}

// checkState refuses package-level variables that could change. What may stay: a blank assertion,
// an embedded file, an error, a compiled regular expression, and an unexported number, string or
// array that nothing in the package writes to.
func checkState(t *Tree) []Breach {
	var found []Breach
	for _, p := range t.Packages {
		written := p.writes()
		for _, f := range p.source() {
			for _, declaration := range f.Syntax.Decls {
				d, ok := declaration.(*ast.GenDecl)
				if !ok || d.Tok != token.VAR {
					continue
				}
				for _, spec := range d.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						if why := p.refuseVariable(d, spec.(*ast.ValueSpec), name, written); why != "" {
							found = append(found, Breach{Package: p.Path, Subject: p.name(name.Name), Why: why})
						}
					}
				}
			}
		}
	}
	return found
}

// refuseVariable says why a package-level variable is state, or nothing when it is not.
func (p *Package) refuseVariable(d *ast.GenDecl, s *ast.ValueSpec, name *ast.Ident,
	written map[types.Object]bool) string {
	object := p.Info.Defs[name]
	switch {
	case name.Name == "_", embedded(d.Doc), embedded(s.Doc):
		return ""
	case written[object]:
		return "a package-level variable that is written to is state: keep it in a value that is passed"
	case len(s.Values) != len(s.Names):
		return "a package-level variable that is given no value here is state in waiting"
	}
	value := s.Values[slices.Index(s.Names, name)]
	switch {
	case p.calls(value, "errors.New", "regexp.MustCompile", "fault.New"):
		return ""
	case object == nil || !fixed(object.Type()):
		return "a package-level map, slice, pointer or function can be changed from anywhere: " +
			"make it a function, a switch, an array or a constant"
	case name.IsExported():
		return "an exported variable can be changed from anywhere: make it a constant or a function"
	}
	return ""
}

// embedded says whether the comment holds a go:embed directive.
func embedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// calls says whether value is a call of one of the named functions, as package, dot, name.
func (p *Package) calls(value ast.Expr, names ...string) bool {
	call, ok := value.(*ast.CallExpr)
	if !ok {
		return false
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := selector.X.(*ast.Ident)
	if !ok {
		return false
	}
	imported, ok := p.Info.Uses[x].(*types.PkgName)
	return ok && slices.Contains(names, imported.Imported().Name()+"."+selector.Sel.Name)
}

// fixed says whether a value of type t cannot be changed through a copy of it: numbers, strings,
// booleans, and arrays and structs of these.
func fixed(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.Invalid && u.Kind() != types.UnsafePointer
	case *types.Array:
		return fixed(u.Elem())
	case *types.Struct:
		for field := range u.Fields() {
			if !fixed(field.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// writes gives the package-level variables that p's own sources assign to, in whole or in part, or
// take the address of.
func (p *Package) writes() map[types.Object]bool {
	written := map[types.Object]bool{}
	note := func(target ast.Expr) {
		if object := p.Info.Uses[root(target)]; object != nil {
			written[object] = true
		}
	}
	for _, f := range p.source() {
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			switch s := n.(type) {
			case *ast.AssignStmt:
				for _, target := range s.Lhs {
					note(target)
				}
			case *ast.IncDecStmt:
				note(s.X)
			case *ast.RangeStmt:
				note(s.Key)
				note(s.Value)
			case *ast.UnaryExpr:
				if s.Op == token.AND {
					note(s.X)
				}
			case *ast.SelectorExpr:
				if p.throughPointer(s) {
					note(s.X)
				}
			}
			return true
		})
	}
	return written
}

// throughPointer says whether s takes a method that may change the value that it is called on.
func (p *Package) throughPointer(s *ast.SelectorExpr) bool {
	selection := p.Info.Selections[s]
	if selection == nil || selection.Kind() != types.MethodVal {
		return false
	}
	_, pointer := selection.Obj().(*types.Func).Signature().Recv().Type().(*types.Pointer)
	return pointer
}

// root gives the variable that an assignment to target changes, or nil.
func root(target ast.Expr) *ast.Ident {
	for {
		switch e := target.(type) {
		case *ast.Ident:
			return e
		case *ast.SelectorExpr:
			target = e.X
		case *ast.IndexExpr:
			target = e.X
		case *ast.SliceExpr:
			target = e.X
		case *ast.ParenExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		default:
			return nil
		}
	}
}

// checkFloat refuses binary fractions where money, votes and rules are counted: neither a type, nor
// a value, nor a function that gives one.
func checkFloat(t *Tree) []Breach {
	exact := []string{"money", "ledger", "journal", "allot", "vote", "mechanism"}
	var found []Breach
	for _, p := range t.Packages {
		if !under(p.Path, exact) || makesTrials(p.Path) {
			continue
		}
		for _, f := range p.source() {
			if p.floats(f) {
				found = append(found, Breach{Package: p.Path, Subject: f.Path,
					Why: "no float near money or votes: count in whole units, or in big.Int and big.Rat"})
			}
		}
	}
	return found
}

// floats says whether f names, computes or asks for a binary fraction.
func (p *Package) floats(f *File) bool {
	asks := []string{"strconv.ParseFloat", "strconv.FormatFloat", "math/big.Float", "math/big.NewFloat",
		"math/big.ParseFloat"}
	for _, use := range p.uses(f) {
		constant := strings.HasPrefix(use, "math.Max") || strings.HasPrefix(use, "math.Min")
		real := strings.HasPrefix(use, "math.MaxFloat") || use == "math.Max" || use == "math.Min"
		if slices.Contains(asks, use) || strings.HasPrefix(use, "math.") && (!constant || real) {
			return true
		}
	}
	fraction := false
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		expr, ok := n.(ast.Expr)
		if !ok {
			return !fraction
		}
		if t := p.Info.Types[expr].Type; t != nil {
			basic, ok := t.Underlying().(*types.Basic)
			fraction = fraction || ok && basic.Info()&(types.IsFloat|types.IsComplex) != 0
		}
		return !fraction
	})
	return fraction
}
