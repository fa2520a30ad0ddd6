// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"errors"
	"net/http"
	"strings"

	"ecot/fault"
)

// Form is a form as it was sent, and what is wrong with it. Its fields give back what the reader
// wrote, so that a form with a mistake comes back whole.
type Form struct {
	pen      *Pen
	values   map[string][]string
	problems []Problem
}

// Problem is what is wrong with one field, or with the form as a whole where Field is empty.
type Problem struct {
	Field string // name and id of the field
	Words string
}

// maxValue bounds one value of a form, in bytes.
const maxValue = 10_000

// ReadForm reads what a POST sent; one that is too long or cannot be read is fault.Invalid.
func (k *Kit) ReadForm(r *http.Request, p *Pen) (*Form, error) {
	read := r.ParseForm
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		read = func() error { return r.ParseMultipartForm(MaxUpload) }
	}
	if err := read(); err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return nil, fault.Wrap(err, fault.Invalid, "The form is too long.").In("form.too-long")
		}
		return nil, fault.Wrap(err, fault.Invalid, "The form cannot be read.").In("form.broken")
	}
	for _, all := range r.PostForm {
		for _, value := range all {
			if len(value) > maxValue || strings.ContainsRune(value, 0) {
				return nil, fault.New(fault.Invalid, "A text of the form is too long.").In("form.too-long")
			}
		}
	}
	return &Form{pen: p, values: r.PostForm}, nil
}

// NewForm gives a form that nobody has sent yet, with the values given.
func NewForm(p *Pen, values map[string][]string) *Form { return &Form{pen: p, values: values} }

// Value gives a field without the space around it; empty when it was not sent.
func (f *Form) Value(name string) string {
	if all := f.values[name]; len(all) > 0 {
		return strings.TrimSpace(all[0])
	}
	return ""
}

// Has says whether a field was sent with this value, as boxes and choices are.
func (f *Form) Has(name, value string) bool {
	for _, v := range f.values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Refuse notes what is wrong with a field, as a message with its values.
func (f *Form) Refuse(field, key string, pairs ...string) {
	f.problems = append(f.problems, Problem{field, f.pen.Words(key, pairs...)})
}

// RefuseFault notes a refusal of the use-case at a field. It gives back an error that is no refusal
// of what was sent, which is to be returned.
func (f *Form) RefuseFault(field string, err error) error {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound:
		f.problems = append(f.problems, Problem{field, f.pen.Fault(err)})
		return nil
	}
	return err
}

// Unchecked gives the form with its values, as if nobody had looked for what is wrong.
func (f *Form) Unchecked() *Form { return &Form{pen: f.pen, values: f.values} }

// Hidden gives fields that carry on what was sent before, each value once.
func (f *Form) Hidden(names ...string) (fields []Field) {
	for _, name := range names {
		for _, value := range f.values[name] {
			fields = append(fields, Field{Name: name, Value: value})
		}
	}
	return fields
}

// Wrong says whether anything is wrong.
func (f *Form) Wrong() bool { return len(f.problems) > 0 }

// Problems lists what is wrong, in the order in which it was found.
func (f *Form) Problems() []Problem { return f.problems }

// problem gives what is wrong with one field, empty when nothing is.
func (f *Form) problem(name string) string {
	for _, p := range f.problems {
		if p.Field == name {
			return p.Words
		}
	}
	return ""
}

// Field is one field of a form, for the templates "field", "area", "choices", "boxes" and "select".
type Field struct {
	Name    string // and id
	Label   string
	Hint    string
	Error   string
	Value   string
	Type    string // of the input: text, email, date…
	Mode    string // inputmode, such as decimal
	Auto    string // autocomplete, such as email
	Options []Option
	Needed  bool
	Narrow  bool // for short values such as amounts
	Rows    int  // of an area
}

// Option is one of the values to choose from.
type Option struct {
	Value string
	Label string
	Hint  string
	On    bool
}

// Field makes a text field whose words are the messages <key>.label and, where it exists, <key>.hint.
func (f *Form) Field(name, key string, change ...func(*Field)) Field {
	field := Field{Name: name, Label: f.pen.Words(key + ".label"), Value: f.Value(name),
		Error: f.problem(name), Type: "text"}
	if f.pen.Has(key + ".hint") {
		field.Hint = f.pen.Words(key + ".hint")
	}
	for _, apply := range change {
		apply(&field)
	}
	return field
}

// Choices makes a field whose options, such as value, are the messages <key>.<value>; the hint of each
// is <key>.<value>.hint where that exists.
func (f *Form) Choices(name, key string, values ...string) Field {
	var options []Option
	for _, value := range values {
		option := Option{Value: value, Label: f.pen.Words(key + "." + value)}
		if f.pen.Has(key + "." + value + ".hint") {
			option.Hint = f.pen.Words(key + "." + value + ".hint")
		}
		options = append(options, option)
	}
	return f.Field(name, key, f.Options(name, options))
}

// Options gives a field options of its own; those that were sent are on.
func (f *Form) Options(name string, options []Option) func(*Field) {
	return func(field *Field) {
		field.Options = options
		for i := range field.Options {
			field.Options[i].On = field.Options[i].On || f.Has(name, field.Options[i].Value)
		}
	}
}

// As gives a field its input type, its inputmode and its autocomplete token (HTML, autofill).
func As(kind, mode, auto string) func(*Field) {
	return func(field *Field) { field.Type, field.Mode, field.Auto = kind, mode, auto }
}

// Needed marks a field that must be filled in.
func Needed(field *Field) { field.Needed = true }

// Narrow is for a field of a short value.
func Narrow(field *Field) { field.Narrow = true }

// Rows makes a field an area of n lines.
func Rows(n int) func(*Field) { return func(field *Field) { field.Rows = n } }
