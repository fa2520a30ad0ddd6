// SPDX-License-Identifier: AGPL-3.0-or-later

package pabulib

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"ecot/allot/election"
	"ecot/fault"
)

// reader folds a file section by section.
type reader struct {
	source    *source
	file      File
	met       map[string]int // line of each section met
	budget    amount
	projects  []election.Project
	costs     []amount
	costLines []int
	builder   *election.Builder
	ids       *idTable
	ballot    []uint32
	voteField int // which field of a VOTES row is the vote
}

// sections reads the file to its end.
func (r *reader) sections() error {
	r.met = make(map[string]int)
	line, err := r.nonEmpty()
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	for err == nil {
		name := sectionName(line)
		switch {
		case name == "":
			return refuse(r.source.line, "META, PROJECTS or VOTES should stand here, not %.40q.", line)
		case r.met[name] != 0:
			return refuse(r.source.line, "the section %s stands here again; it began in line %d.", name, r.met[name])
		}
		r.met[name] = r.source.line
		switch name {
		case "META":
			line, err = r.meta()
		case "PROJECTS":
			line, err = r.projectRows()
		case "VOTES":
			line, err = r.votes()
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// finish checks that all is there and gives the file.
func (r *reader) finish() (*File, error) {
	for _, name := range []string{"META", "PROJECTS", "VOTES"} {
		if r.met[name] == 0 {
			return nil, refuse(r.source.line, "the file ends here without a section %s.", name)
		}
	}
	if n := r.builder.Repeated(); n > 0 {
		r.note(r.met["VOTES"], "%d marks name a project that their ballot names already; each counts once.", n)
	}
	r.file.Election = r.builder.Election()
	if said := r.file.Value("num_votes"); said != "" && said != strconv.Itoa(r.file.Election.Voters) {
		r.note(r.met["VOTES"], "META says %s ballots; there are %d.", said, r.file.Election.Voters)
	}
	if said := r.file.Value("num_projects"); said != "" && said != strconv.Itoa(len(r.projects)) {
		r.note(r.met["PROJECTS"], "META says %s projects; there are %d.", said, len(r.projects))
	}
	return &r.file, nil
}

// note adds a remark.
func (r *reader) note(line int, format string, args ...any) {
	r.file.Notes = append(r.file.Notes, Note{line, fault.New(fault.Invalid, format, args...).Public})
}

// nonEmpty gives the next line that is not blank.
func (r *reader) nonEmpty() ([]byte, error) {
	for {
		line, err := r.source.nextLine()
		if err != nil || len(bytes.TrimSpace(line)) > 0 {
			return line, err
		}
	}
}

// sectionName gives the section that a line opens, empty when it opens none.
func sectionName(line []byte) string {
	if len(line) > 64 {
		return ""
	}
	name := strings.ToUpper(strings.Trim(string(line), "; \t\""))
	if name == "META" || name == "PROJECTS" || name == "VOTES" {
		return name
	}
	return ""
}

// header reads the header line of the section just opened and gives the place of each wanted
// column; the first needed ones must be there.
func (r *reader) header(needed int, wanted ...string) ([]int, error) {
	opened := r.source.line
	line, err := r.nonEmpty()
	if errors.Is(err, io.EOF) {
		return nil, refuse(opened, "the section opened here has no header line.")
	} else if err != nil {
		return nil, err
	}
	names, err := r.source.record(line)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	places := make([]int, len(wanted))
	for i, name := range wanted {
		places[i] = slices.Index(names, name)
		if i < needed && places[i] < 0 {
			return nil, refuse(r.source.line, "the header has no column %q.", name)
		}
	}
	return places, nil
}

// rows calls each with the fields of every row up to the next section, whose line it gives.
func (r *reader) rows(each func(line int, fields []string) error) ([]byte, error) {
	for {
		line, err := r.nonEmpty()
		if err != nil || sectionName(line) != "" {
			return line, err
		}
		at := r.source.line
		fields, err := r.source.record(line)
		if err != nil {
			return nil, err
		}
		if err := each(at, fields); err != nil {
			return nil, err
		}
	}
}

// meta reads the rows of META.
func (r *reader) meta() ([]byte, error) {
	places, err := r.header(2, "key", "value")
	if err != nil {
		return nil, err
	}
	line, err := r.rows(func(line int, fields []string) error {
		if len(fields) <= places[0] {
			return refuse(line, "the row has %d fields, without a key.", len(fields))
		}
		value := "" // a key may stand alone
		if len(fields) > places[1] {
			value = strings.TrimSpace(fields[places[1]])
		}
		key := strings.ToLower(strings.TrimSpace(fields[places[0]]))
		r.file.Meta = append(r.file.Meta, Entry{key, value, line})
		return nil
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := r.settle(); err != nil {
		return nil, err
	}
	return line, err
}

// settle takes from META what counting needs.
func (r *reader) settle() error {
	seen := make(map[string]int)
	for _, entry := range r.file.Meta {
		if before := seen[entry.Key]; before != 0 && (entry.Key == "budget" || entry.Key == "vote_type") {
			return refuse(entry.Line, "the key %s stands here again; it was given in line %d.", entry.Key, before)
		}
		seen[entry.Key] = entry.Line
		if entry.Key == "vote_type" {
			r.file.VoteType = VoteType(strings.ToLower(entry.Value))
		}
		if entry.Key != "budget" {
			continue
		}
		budget, wrong := parseAmount(entry.Value)
		if wrong != "" {
			return refuse(entry.Line, "the budget %s.", wrong)
		}
		r.budget = budget
		r.file.Budget = election.FormatAmount(budget.digits, budget.decimals)
	}
	if seen["budget"] == 0 {
		return refuse(r.met["META"], "the section META that begins here has no key budget.")
	}
	switch r.file.VoteType {
	case Approval, ChooseOne, Ordinal, Cumulative, Scoring:
	case "":
		r.note(r.met["META"], "META does not say vote_type; every mark counts as approval all the same.")
	default:
		return refuse(seen["vote_type"], "the vote type %q is not known.", string(r.file.VoteType))
	}
	return nil
}

// projectRows reads the rows of PROJECTS.
func (r *reader) projectRows() ([]byte, error) {
	places, err := r.header(2, "project_id", "cost", "name")
	if err != nil {
		return nil, err
	}
	lineOf := make(map[string]int)
	return r.rows(func(line int, fields []string) error {
		if len(fields) <= max(places[0], places[1]) {
			return refuse(line, "the row has %d fields, without an identifier or a cost.", len(fields))
		}
		project := election.Project{ID: strings.TrimSpace(fields[places[0]])}
		if places[2] >= 0 && places[2] < len(fields) {
			project.Name = strings.TrimSpace(fields[places[2]])
		}
		if before := lineOf[project.ID]; before != 0 {
			return refuse(line, "the project %q stands here again; it was given in line %d.", project.ID, before)
		}
		if project.ID == "" || strings.Contains(project.ID, ",") {
			return refuse(line, "%q cannot name a project on a ballot.", project.ID)
		}
		lineOf[project.ID] = line
		cost, wrong := parseAmount(fields[places[1]])
		if wrong == "" && cost.digits <= 0 {
			wrong = fields[places[1]] + " is not above zero"
		}
		if wrong != "" {
			return refuse(line, "the cost of project %q: %s.", project.ID, wrong)
		}
		r.projects = append(r.projects, project)
		r.costs = append(r.costs, cost)
		r.costLines = append(r.costLines, line)
		return nil
	})
}

// open makes the builder, all amounts brought to the finest decimals of the file.
func (r *reader) open() error {
	for _, name := range []string{"META", "PROJECTS"} {
		if r.met[name] == 0 {
			return refuse(r.source.line, "the section VOTES begins before a section %s was given.", name)
		}
	}
	decimals := r.budget.decimals
	for _, cost := range r.costs {
		decimals = max(decimals, cost.decimals)
	}
	for i, cost := range r.costs {
		units, fits := cost.in(decimals)
		if !fits || units > election.MaxAmount {
			return refuse(r.costLines[i], "the cost of project %q is too large to count.", r.projects[i].ID)
		}
		r.projects[i].Cost = units
	}
	budget, fits := r.budget.in(decimals)
	if !fits || budget <= 0 || budget > election.MaxAmount {
		return refuse(r.met["META"], "the budget %s of this section is not above zero, or too large to count.",
			r.file.Budget)
	}
	builder, err := election.NewBuilder(r.projects, budget, decimals)
	if err != nil {
		return refuse(r.met["PROJECTS"], "this section cannot be counted. %s", fault.PublicOf(err))
	}
	r.builder, r.ids = builder, newIDTable(r.projects)
	return nil
}
