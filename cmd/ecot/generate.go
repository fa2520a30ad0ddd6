// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"strconv"

	"ecot/allot/election"
	"ecot/allot/generate"
	"ecot/allot/pabulib"
)

// generateCommand writes a synthetic election.
type generateCommand struct {
	Voters   int    `default:"10000" help:"Number of voters."`
	Projects int    `default:"100" help:"Number of projects."`
	Marks    int    `default:"10" help:"Mean number of marks on a ballot."`
	Seed     uint64 `default:"1" help:"Seed: the same seed gives the same file."`
	File     string `arg:"" type:"path" help:"Where to write it, in the .pb format of Pabulib."`
}

// Run writes the file ballot by ballot.
func (c *generateCommand) Run(s streams) error {
	g, err := generate.New(generate.Options{Voters: c.Voters, Projects: c.Projects, Marks: c.Marks,
		Seed: c.Seed})
	if err != nil {
		return err
	}
	budget := election.FormatAmount(g.Budget, generate.Decimals)
	meta := []pabulib.Entry{
		{Key: "description", Value: "Synthetic election, seed " + strconv.FormatUint(c.Seed, 10)},
		{Key: "num_projects", Value: strconv.Itoa(c.Projects)}, {Key: "num_votes", Value: strconv.Itoa(c.Voters)},
		{Key: "budget", Value: budget}, {Key: "vote_type", Value: string(pabulib.Approval)},
		{Key: "currency", Value: "EUR"},
	}
	out, err := newDraft(c.File)
	if err != nil {
		return err
	}
	defer out.discard()
	w, err := pabulib.NewWriter(out, meta, g.Projects, generate.Decimals)
	if err != nil {
		return err
	}
	watch := newWatch(s, "generate", int64(c.Voters))
	for ballot := range g.Ballots() {
		if err := w.Ballot(ballot); err != nil {
			return err
		}
		if err := watch.tick(1); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	watch.done()
	if err := out.keep(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s: %d voters, %d projects, budget %s\n", c.File, c.Voters, c.Projects, budget)
	return err
}
