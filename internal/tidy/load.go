// SPDX-License-Identifier: AGPL-3.0-or-later

package tidy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Load reads the module whose go.mod is in root: its packages as the go command lists them, and
// every text file below root.
func Load(root string) (*Tree, error) {
	t := &Tree{Positions: token.NewFileSet(), Outside: map[string][]string{}}
	module, err := loadModule(root)
	if err != nil {
		return nil, err
	}
	t.Module = module
	if err := t.loadTexts(root); err != nil {
		return nil, err
	}
	listed, err := list(root)
	if err != nil {
		return nil, err
	}
	for _, l := range listed {
		if l.Module == nil || !l.Module.Main {
			t.Outside[l.ImportPath] = l.Imports
			continue
		}
		if err := t.addPackage(l); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// listing is what the go command says of one package.
type listing struct {
	ImportPath, Name string
	Imports          []string
	Module           *struct {
		Path string
		Main bool
	}
	GoFiles, CgoFiles, IgnoredGoFiles, TestGoFiles, XTestGoFiles []string
}

// list asks the go command for the packages below root and all that they are built from.
func list(root string) ([]listing, error) {
	fields := "ImportPath,Name,Imports,Module,GoFiles,CgoFiles,IgnoredGoFiles,TestGoFiles,XTestGoFiles"
	out, err := goCommand(root, "list", "-deps", "-json="+fields, "./...")
	if err != nil {
		return nil, err
	}
	var all []listing
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listing
		if err := decoder.Decode(&l); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading go list: %w", err)
		}
		all = append(all, l)
	}
}

// goCommand runs the go command in root and gives what it prints.
func goCommand(root string, args ...string) ([]byte, error) {
	command := exec.Command("go", args...)
	command.Dir = root
	out, err := command.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, exit.Stderr)
	}
	return out, err
}

// addPackage adds the listed package, whose files must have been read already.
func (t *Tree) addPackage(l listing) error {
	dir := strings.TrimPrefix(strings.TrimPrefix(l.ImportPath, l.Module.Path), "/")
	p := &Package{Path: path.Clean(dir), Name: l.Name}
	for _, name := range slices.Concat(l.GoFiles, l.CgoFiles, l.IgnoredGoFiles, l.TestGoFiles, l.XTestGoFiles) {
		f := t.text(path.Join(dir, name))
		if f == nil {
			return fmt.Errorf("%s lists a file that is not there: %s", l.ImportPath, name)
		}
		syntax, err := parser.ParseFile(t.Positions, f.Path, f.Source, parser.ParseComments)
		if err != nil {
			return err
		}
		f.Syntax, f.Generated = syntax, ast.IsGenerated(syntax)
		p.Files = append(p.Files, f)
	}
	t.resolve(p)
	t.Packages = append(t.Packages, p)
	return nil
}

// resolve finds what the names in p's sources stand for. Imported packages are taken as empty, so
// the checker's complaints mean nothing here: the compiler and vet have theirs.
func (t *Tree) resolve(p *Package) {
	p.Info = types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	var sources []*ast.File
	for _, f := range p.Files {
		if !f.Test {
			sources = append(sources, f.Syntax)
		}
	}
	config := types.Config{Importer: opaque{}, Error: func(error) {}}
	// The error repeats what the handler above was told to pass over.
	_, _ = config.Check(p.Path, t.Positions, sources, &p.Info)
}

// opaque imports any package as an empty one of the right name.
type opaque struct{}

// Import gives an empty package for the import path.
func (opaque) Import(importPath string) (*types.Package, error) {
	name := path.Base(importPath)
	if strings.Trim(name, "v0123456789") == "" {
		name = path.Base(path.Dir(importPath))
	}
	imported := types.NewPackage(importPath, name)
	imported.MarkComplete()
	return imported, nil
}

// text gives the text file at path, or nil.
func (t *Tree) text(path string) *File {
	for _, f := range t.Texts {
		if f.Path == path {
			return f
		}
	}
	return nil
}

// loadTexts reads every text file below root, except what git ignores and the fixtures of these rules.
func (t *Tree) loadTexts(root string) error {
	skipped := []string{".git", "node_modules", "dist", "ecot-data", "internal/tidy/testdata"}
	return filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if entry.IsDir() && (slices.Contains(skipped, relative) || slices.Contains(skipped, entry.Name())) {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(source[:min(len(source), 8000)], 0) < 0 {
			test := strings.HasSuffix(relative, "_test.go")
			t.Texts = append(t.Texts, &File{Path: relative, Source: source, Test: test})
		}
		return nil
	})
}
