// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"ecot/allot/compare"
	"ecot/allot/election"
	"ecot/allot/pabulib"
)

// compareCommand counts one election by all rules.
type compareCommand struct {
	File string `arg:"" help:"Election in the .pb format of Pabulib."`
	Ties string `default:"lowest-cost" enum:"lowest-cost,string" help:"Who wins among equals: lowest-cost or string."`
	SVG  string `name:"svg" type:"path" help:"Draw the comparison into this file."`
	JSON bool   `name:"json" help:"Print the comparison as JSON."`
	Lang string `env:"LC_ALL,LANG" help:"Language of what is printed for people: en or fr."`
}

// compareResult is what compare prints as JSON.
type compareResult struct {
	Voters   int          `json:"voters"`
	Projects int          `json:"projects"`
	Budget   json.Number  `json:"budget"`
	Rules    []compareRow `json:"rules"`

	// The comparison step of some cities: voters who approve more winners of the completed Equal Shares
	// by cost than of the rule by votes, and the other way round.
	PreferShares int `json:"voters_preferring_equal_shares"`
	PreferGreedy int `json:"voters_preferring_greedy"`
}

// compareRow is one rule in it.
type compareRow struct {
	Rule    string      `json:"rule"`
	Winners []string    `json:"winners"`
	Spent   json.Number `json:"spent"`
	Nothing int         `json:"voters_with_nothing"`
	Reached json.Number `json:"voters_reached_percent"`
}

// Run reads, counts, draws and prints.
func (c *compareCommand) Run(s streams) error {
	file, err := readElection(s, c.File)
	if err != nil {
		return err
	}
	e := file.Election
	rows, err := compare.Rules(s.ctx, e, election.TieRule(c.Ties))
	if err != nil {
		return err
	}
	if c.SVG != "" {
		if err := c.draw(e, rows); err != nil {
			return err
		}
	}
	result := compareResult{Voters: e.Voters, Projects: len(e.Projects), Budget: json.Number(file.Budget)}
	for _, row := range rows {
		share := compare.PerTenThousand(int64(row.Reached), int64(e.Voters))
		result.Rules = append(result.Rules, compareRow{row.Rule, e.IDs(row.Winners),
			json.Number(e.Amount(row.Spent)),
			row.Nothing, json.Number(election.FormatAmount(share, 2))})
	}
	result.PreferShares, result.PreferGreedy = compare.Prefers(e, rows[compare.Completed].Winners,
		rows[compare.Greedy].Winners)
	if c.JSON {
		return json.NewEncoder(s.out).Encode(result)
	}
	return c.print(s.out, file, result)
}

// print shows the comparison as a table, and under it the winners of each rule.
func (c *compareCommand) print(out io.Writer, file *pabulib.File, result compareResult) error {
	head, prefer := "%d voters, %d projects, budget %s\n",
		"\n%d voters approve more winners of %s, %d more of %s\n"
	columns := []any{"rule", "winners", "spent", "nothing", "reached"}
	if isFrench(c.Lang) {
		head, prefer = "%d votants, %d projets, budget %s\n",
			"\n%d votants approuvent plus de projets retenus par %s, %d par %s\n"
		columns = []any{"règle", "retenus", "dépense", "sans rien", "touchés"}
	}
	var text strings.Builder
	for _, note := range file.Notes {
		fmt.Fprintf(&text, "%s: %s\n", c.File, note)
	}
	fmt.Fprintf(&text, head, result.Voters, result.Projects, file.Budget)
	fmt.Fprintf(&text, "%-34s %8s %18s %10s %9s\n", columns...)
	for _, row := range result.Rules {
		fmt.Fprintf(&text, "%-34s %8d %18s %10d %7s %%\n", row.Rule, len(row.Winners), row.Spent, row.Nothing,
			row.Reached)
	}
	fmt.Fprintf(&text, prefer, result.PreferShares, result.Rules[compare.Completed].Rule,
		result.PreferGreedy, result.Rules[compare.Greedy].Rule)
	for _, row := range result.Rules {
		fmt.Fprintf(&text, "\n%s: %s\n", row.Rule, strings.Join(row.Winners, " "))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// draw writes the picture whole or not at all.
func (c *compareCommand) draw(e *election.Election, rows []compare.Row) error {
	words := compare.Words{Title: "The same ballots by several rules",
		Reached: "Voters with a winner that they approve",
		Won:     "won", Hidden: "and %d more projects"}
	if isFrench(c.Lang) {
		words = compare.Words{Title: "Les mêmes bulletins selon plusieurs règles",
			Reached: "Votants dont un projet est retenu",
			Won:     "retenu", Hidden: "et %d autres projets"}
	}
	out, err := newDraft(c.SVG)
	if err != nil {
		return err
	}
	defer out.discard()
	if err := compare.Picture(out, e, rows, words); err != nil {
		return err
	}
	return out.keep()
}
