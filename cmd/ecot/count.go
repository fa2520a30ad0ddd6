// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"ecot/allot/election"
	"ecot/allot/equalshares"
	"ecot/allot/pabulib"
	"ecot/fault"
)

// countCommand counts an election by one rule.
type countCommand struct {
	File       string `arg:"" help:"Election in the .pb format of Pabulib."`
	Rule       string `required:"" enum:"equal-shares,greedy,phragmen" help:"equal-shares, greedy or phragmen."`
	Utility    string `default:"cost" enum:"cost,cardinality" help:"Equal Shares: what a project is worth to who approves it: cost or cardinality."`
	Completion string `default:"none" enum:"none,util,add1,add1e,add1u,add1eu" help:"Equal Shares: how to go on when money is left: none, util, add1, add1e, add1u or add1eu."`
	Ties       string `default:"lowest-cost" enum:"lowest-cost,string" help:"Who wins among equals: lowest-cost or string."`
	Explain    string `type:"path" help:"Write the explanation to this file."`
	JSON       bool   `name:"json" help:"Print the result as JSON."`
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

// Run reads, counts and prints.
func (c *countCommand) Run(s streams) error {
	file, err := readElection(c.File)
	if err != nil {
		return err
	}
	outcome, err := equalshares.Count(s.ctx, file.Election, equalshares.Options{
		Utility:    equalshares.Utility(c.Utility),
		Completion: equalshares.Completion(c.Completion),
		Ties:       election.TieRule(c.Ties),
	})
	if err != nil {
		return err
	}
	e := file.Election
	result := countResult{
		Rule: c.Rule, Voters: e.Voters, Projects: len(e.Projects), Budget: json.Number(file.Budget),
		Winners: []string{}, Spent: json.Number(e.Amount(outcome.Spent)),
		Ties: outcome.Ties, Residue: outcome.Residue,
	}
	for _, p := range outcome.Winners {
		result.Winners = append(result.Winners, e.Projects[p].ID)
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(result)
	}
	_, err = fmt.Fprintln(s.out, result)
	return err
}

// readElection reads the .pb file at path.
func readElection(path string) (*pabulib.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The election %s cannot be opened.", path)
	}
	defer f.Close()
	file, err := pabulib.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}
