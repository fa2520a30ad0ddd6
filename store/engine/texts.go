// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"fmt"
	"io/fs"
	"sort"
	"strings"
)

// Texts are SQL statements by name, as one engine runs them.
type Texts map[string]string

// ReadTexts reads every .sql file of a folder. A line "-- name: x" begins statement x. A file
// whose name ends in .sqlite.sql or .postgres.sql is for that engine alone; any other for both.
func ReadTexts(files fs.FS, kind Kind) (Texts, error) {
	texts := Texts{}
	paths, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if only := engineOf(path); only != "" && only != kind {
			continue
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, err
		}
		for _, part := range strings.Split("\n"+string(content), "\n-- name: ")[1:] {
			name, text, _ := strings.Cut(part, "\n")
			if _, twice := texts[name]; twice {
				return nil, fmt.Errorf("%s: statement %q is there twice", path, name)
			}
			texts[name] = strings.TrimSpace(text)
		}
	}
	return texts, nil
}

// engineOf gives the engine that a file is for, empty for both.
func engineOf(path string) Kind {
	for _, kind := range []Kind{SQLite, Postgres} {
		if strings.HasSuffix(path, "."+string(kind)+".sql") {
			return kind
		}
	}
	return ""
}

// Text gives a statement; one that does not exist is our own defect and panics.
func (t Texts) Text(name string) string {
	text, ok := t[name]
	if !ok {
		panic("engine: no statement " + name)
	}
	return text
}

// migrations gives the files of a folder in order of name, as one engine runs them: a file for the
// other engine counts and does nothing. Text is compared by its bytes on both engines, whatever
// language a PostgreSQL database sorts by.
func migrations(files fs.FS, kind Kind) (names, texts []string, err error) {
	paths, err := fs.Glob(files, "*.sql")
	sort.Strings(paths)
	for _, path := range paths {
		content, readErr := fs.ReadFile(files, path)
		if readErr != nil {
			return nil, nil, readErr
		}
		text := string(content)
		if kind == Postgres {
			text = strings.NewReplacer(" BLOB", " BYTEA", ") WITHOUT ROWID", ")",
				" TEXT", ` TEXT COLLATE "C"`).Replace(text)
		}
		if only := engineOf(path); only != "" && only != kind {
			text = ""
		}
		names, texts = append(names, path), append(texts, text)
	}
	return names, texts, err
}
