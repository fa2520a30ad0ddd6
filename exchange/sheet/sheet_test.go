// SPDX-License-Identifier: AGPL-3.0-or-later

package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
)

// all reads a table whole.
func all(in io.Reader) (header []string, rows [][]string, err error) {
	r, err := NewReader(in)
	if err != nil {
		return nil, nil, err
	}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return r.Header(), rows, nil
		}
		if err != nil {
			return r.Header(), rows, err
		}
		row := make([]string, len(fields))
		for i, field := range fields {
			row[i] = string(field)
		}
		rows = append(rows, row)
	}
}

func TestReadsWhatOthersWrite(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][]string
	}{
		"plain":            {"a,b\n1,2\n", [][]string{{"1", "2"}}},
		"no last line end": {"a,b\n1,2", [][]string{{"1", "2"}}},
		"windows":          {"a,b\r\n1,2\r\n", [][]string{{"1", "2"}}},
		"byte order mark":  {"\ufeff\"a\",b\n1,2\n", [][]string{{"1", "2"}}},
		"empty values":     {"a,b\n,\n", [][]string{{"", ""}}},
		"empty lines":      {"a,b\n\n1,2\n\r\n3,4\n\n", [][]string{{"1", "2"}, {"3", "4"}}},
		"quotes":           {"a,b\n\"1,\"\"x\"\"\",\"\"\n", [][]string{{`1,"x"`, ""}}},
		"lines in quotes":  {"a,b\n\"1\n\r\n2\",3\n4,5\n", [][]string{{"1\n\r\n2", "3"}, {"4", "5"}}},
		"ends in a quote":  {"a,b\n1,\"\"\"\"\n", [][]string{{"1", `"`}}},
		"one column":       {"a\n\"\"\nx\n", [][]string{{""}, {"x"}}},
		"header alone":     {"a,b\n", nil},
	} {
		_, rows, err := all(strings.NewReader(c.text))
		if err != nil || !cmp.Equal(rows, c.want) {
			t.Errorf("%s: %q, %v; want %q", name, rows, err, c.want)
		}
	}
}

// TestRefusesWithLineAndColumn plays testdata/refused.txt: blocks of a name, a quoted table, and the
// refusal.
func TestRefusesWithLineAndColumn(t *testing.T) {
	script, err := os.ReadFile("testdata/refused.txt")
	if err != nil {
		t.Fatal(err)
	}
	for block := range strings.SplitSeq(strings.TrimSuffix(string(script), "\n"), "\n\n") {
		lines := strings.Split(block, "\n")
		text, err := strconv.Unquote(lines[1])
		if err != nil || len(lines) != 3 {
			t.Fatalf("%s: %v", lines[0], err)
		}
		_, _, err = all(strings.NewReader(text))
		if fault.CodeOf(err) != fault.Invalid || fault.PublicOf(err) != lines[2] {
			t.Errorf("%s: %v\nwant %s", lines[0], err, lines[2])
		}
	}
}

// endless gives bytes for ever and counts them.
type endless struct {
	head string
	fill byte
	read int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.head)
	e.head = e.head[n:]
	for i := n; i < len(b); i++ {
		b[i] = e.fill
	}
	e.read += len(b)
	return len(b), nil
}

func TestRefusesALineWithoutEndBeforeItIsRead(t *testing.T) {
	for _, head := range []string{"a,b\n1,", "a,b\n1,\"", "a,b\n1,2\n"} {
		for _, fill := range []byte{'x', '"'} {
			in := &endless{head: head, fill: fill}
			_, _, err := all(in)
			if fault.CodeOf(err) != fault.Invalid || in.read > 2*MaxRecord {
				t.Errorf("%q and %q for ever: %v after %d bytes", head, fill, err, in.read)
			}
		}
	}
	lines := &endless{head: "a,b\n1,\"", fill: '\n'}
	if _, _, err := all(lines); fault.CodeOf(err) != fault.Invalid || lines.read > 2*MaxRecord {
		t.Errorf("line ends in quotes for ever: %v after %d bytes", err, lines.read)
	}
}

// FuzzAgreesWithTheStandardLibrary holds the reader against encoding/csv: what it accepts, that one
// reads alike.
func FuzzAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a,b\r\n\"1\"\"\",\"2\n3\"\r\n", "a\n\"\"\n",
		"\ufeffa,b\n,\n\n", "a,b\n1,\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		header, rows, err := all(bytes.NewReader(text))
		if err != nil {
			if code := fault.CodeOf(err); code != fault.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if bytes.Contains(text, []byte{'\r'}) {
			return // the standard library drops returns within quotes
		}
		standard := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
		records, err := standard.ReadAll()
		if err != nil {
			t.Fatalf("%q: accepted %q, the standard library says %v", text, rows, err)
		}
		if want := append([][]string{header}, rows...); !cmp.Equal(want, records) {
			t.Fatalf("%q: %q, the standard library reads %q", text, want, records)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := []byte(strings.Repeat("\"2025-06-30T09:55:14\",\"3650\",\"a \"\"text\"\"\",,12.50\n", 10_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(text))
		for err == nil {
			_, err = r.Read()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}
