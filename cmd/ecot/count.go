// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"ecot/allot/election"
	"ecot/allot/equalshares"
	"ecot/allot/explain"
	"ecot/allot/greedy"
	"ecot/allot/pabulib"
	"ecot/allot/phragmen"
	"ecot/fault"
)

// countCommand counts an election by one rule.
type countCommand struct {
	File       string   `arg:"" help:"Election in the .pb format of Pabulib."`
	Rule       string   `required:"" enum:"equal-shares,greedy,phragmen" help:"equal-shares, greedy or phragmen."`
	Utility    string   `default:"cost" enum:"cost,cardinality" help:"Equal Shares: cost or cardinality."`
	Completion string   `default:"none" enum:"none,util,add1,add1e,add1u,add1eu" help:"Equal Shares: none, util, add1, add1e, add1u or add1eu."`
	Ties       string   `default:"lowest-cost" enum:"lowest-cost,string" help:"Who wins among equals: lowest-cost or string."`
	NoSkip     bool     `help:"Greedy: stop at the first project that does not fit."`
	Threshold  int      `help:"Greedy: votes that a project needs."`
	Exclusive  []string `sep:"none" placeholder:"ID,ID" help:"Greedy: projects of which one may win; may be given again."`
	Explain    string   `type:"path" help:"Write the explanation to this file: in words when it ends in .txt, else as JSON."`
	JSON       bool     `name:"json" help:"Print the result as JSON."`
	Lang       string   `env:"LC_ALL,LANG" help:"Language of what is printed for people: en or fr."`
}

// countResult is what count prints as JSON.
type countResult struct {
	Rule     string      `json:"rule"`
	Voters   int         `json:"voters"`
	Projects int         `json:"projects"`
	Budget   json.Number `json:"budget"`
	Winners  []string    `json:"winners"`
	Spent    json.Number `json:"spent"`
	Ties     int         `json:"ties"`
	Residue  int64       `json:"residue"` // in millionths of the election's unit
}

// counted is what every rule gives.
type counted struct {
	winners  []int
	spent    int64
	ties     int
	residue  int64
	document func() *explain.Document
}

// Run reads, counts, explains and prints.
func (c *countCommand) Run(s streams) error {
	file, err := readElection(s, c.File)
	if err != nil {
		return err
	}
	watch := newWatch(s, "count", file.Election.Budget)
	outcome, err := c.count(s.ctx, file.Election, watch)
	watch.done()
	if err != nil {
		return err
	}
	if c.Explain != "" {
		if err := c.writeExplanation(file, outcome.document()); err != nil {
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(c.result(file, outcome))
	}
	return c.print(s.out, file, outcome)
}

// count counts by the rule asked for.
func (c *countCommand) count(ctx context.Context, e *election.Election, watch *watch) (counted, error) {
	ties := election.TieRule(c.Ties)
	switch c.Rule {
	case greedy.Rule:
		return c.byVotes(e)
	case phragmen.Rule:
		o := phragmen.Options{Ties: ties}
		r, err := phragmen.Count(ctx, e, o)
		if err != nil {
			return counted{}, err
		}
		document := func() *explain.Document { return phragmen.Explain(e, o, r) }
		return counted{r.Winners, r.Spent, r.Ties, r.Residue, document}, nil
	}
	o := equalshares.Options{
		Utility: equalshares.Utility(c.Utility), Completion: equalshares.Completion(c.Completion), Ties: ties,
		Explain: c.Explain != "",
		Progress: func(at equalshares.Step) {
			watch.show("raise %d, %d projects, %d %% of the budget", at.Raise, at.Round,
				100*(at.Spent/(1+at.Budget/100))/100)
		},
	}
	r, err := equalshares.Count(ctx, e, o)
	if err != nil {
		return counted{}, err
	}
	document := func() *explain.Document { return equalshares.Explain(e, o, r) }
	return counted{r.Winners, r.Spent, r.Ties, r.Residue, document}, nil
}

// byVotes counts by the rule greedy.
func (c *countCommand) byVotes(e *election.Election) (counted, error) {
	o := greedy.Options{Ties: election.TieRule(c.Ties), NoSkip: c.NoSkip, Threshold: c.Threshold}
	for _, ids := range c.Exclusive {
		var group []int
		for id := range strings.SplitSeq(ids, ",") {
			p := slices.IndexFunc(e.Projects, func(p election.Project) bool { return p.ID == id })
			if p < 0 {
				return counted{}, fault.New(fault.Invalid, "--exclusive names project %q, which is not in the election.",
					id)
			}
			group = append(group, p)
		}
		o.Exclusive = append(o.Exclusive, group)
	}
	r, err := greedy.Count(e, o)
	if err != nil {
		return counted{}, err
	}
	document := func() *explain.Document { return greedy.Explain(e, o, r) }
	return counted{r.Winners, r.Spent, r.Ties, 0, document}, nil
}

// result gives the outcome as JSON shows it.
func (c *countCommand) result(file *pabulib.File, outcome counted) countResult {
	e := file.Election
	return countResult{
		Rule: c.Rule, Voters: e.Voters, Projects: len(e.Projects), Budget: json.Number(file.Budget),
		Winners: e.IDs(outcome.winners), Spent: json.Number(e.Amount(outcome.spent)),
		Ties: outcome.ties, Residue: outcome.residue,
	}
}

// print shows the outcome as a table.
func (c *countCommand) print(out io.Writer, file *pabulib.File, outcome counted) error {
	e := file.Election
	head, row, foot := "%s: %d voters, %d projects, budget %s\n", "%3d. %-12s %16s %9d votes  %s\n",
		"%d winners, spent %s, rounds with a tie: %d\n"
	if isFrench(c.Lang) {
		head, row, foot = "%s : %d votants, %d projets, budget %s\n", "%3d. %-12s %16s %9d voix  %s\n",
			"%d projets retenus, dépense %s, tours avec égalité : %d\n"
	}
	var text strings.Builder
	for _, note := range file.Notes {
		fmt.Fprintf(&text, "%s: %s\n", c.File, note)
	}
	fmt.Fprintf(&text, head, c.Rule, e.Voters, len(e.Projects), file.Budget)
	for i, p := range outcome.winners {
		project := e.Projects[p]
		fmt.Fprintf(&text, row, i+1, project.ID, e.Amount(project.Cost), e.Votes(p), project.Name)
	}
	fmt.Fprintf(&text, foot, len(outcome.winners), e.Amount(outcome.spent), outcome.ties)
	_, err := io.WriteString(out, text.String())
	return err
}

// writeExplanation writes the document whole or not at all.
func (c *countCommand) writeExplanation(file *pabulib.File, document *explain.Document) error {
	out, err := newDraft(c.Explain)
	if err != nil {
		return err
	}
	defer out.discard()
	if strings.HasSuffix(c.Explain, ".txt") {
		names := make(map[string]string, len(file.Election.Projects))
		for _, p := range file.Election.Projects {
			names[p.ID] = p.Name
		}
		language := explain.English
		if isFrench(c.Lang) {
			language = explain.French
		}
		err = document.Text(out, language, names)
	} else {
		err = document.Write(out)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The explanation %s cannot be written.", c.Explain)
	}
	return out.keep()
}

// isFrench says whether a language tag or locale asks for French.
func isFrench(language string) bool { return strings.HasPrefix(strings.ToLower(language), "fr") }

// readElection reads the .pb file at path, and stops when it is interrupted.
func readElection(s streams, path string) (*pabulib.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The election %s cannot be opened.", path)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The election %s cannot be read.", path)
	}
	watched := &watchedReader{f, newWatch(s, "read", info.Size())}
	defer watched.watch.done()
	file, err := pabulib.Read(watched)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// watchedReader reads under the eyes of a watch.
type watchedReader struct {
	from  io.Reader
	watch *watch
}

// Read reads, or gives the error of an interruption.
func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if interrupted := r.watch.tick(int64(n)); interrupted != nil {
		return n, interrupted
	}
	return n, err
}
