// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"ecot/allot/roster"
	"ecot/fault"
)

// Limits of Flow.
const (
	MaxNodes      = 200_000
	MaxEdges      = 1_000_000
	MaxCycle      = 256               // nodes that depend on each other in a ring
	MaxEdgeWeight = 1_000_000         // of an edge or of Keep
	MaxFlow       = 1_000_000_000_000 // minor units, all entries together
	fine          = 1_000_000         // flows are computed in 1/fine minor units
)

// Node is a project in a graph of dependencies, for instance a package of a bill of materials.
type Node struct {
	ID      string
	Keep    int64    // weight of what it keeps for itself
	Needs   []Weight // what it passes on, by the id of the node it depends on
	Claimed bool     // somebody can receive its money
}

// Flow is a distribution along dependencies.
//
// What reaches a node is divided by weights between the node itself (Keep) and those it needs,
// and flows on from there. Nodes that need each other in a ring are one node: what reaches any
// of them is divided at once among what they keep and what they pass on outside the ring, each
// of them having an equal say (its weights are divided by their sum); weights inside the ring
// count for nothing else. A ring, or a node, that neither keeps nor passes on holds what reaches
// it under its first id. A graph without rings is thus divided as it is written.
//
// Flows are integers in millionths of a minor unit. A node divides only when everything that
// comes to it is there, by largest remainder, equal remainders to what it keeps and then to the
// first id in string order; the shares are rounded to minor units the same way at the end.
//
// A share of a node that nobody has claimed stays in the unclaimed envelope; one below the
// minimum payout is deferred. Both are listed by id, to be added to a later distribution.
// Cost O((nodes + edges) log edges), and for a ring of r nodes numbers of up to 30·r bits.
type Flow struct {
	Entered   int64  `json:"entered"`
	Paid      []Part `json:"paid"`
	Deferred  []Part `json:"deferred"`  // claimed, but below the minimum
	Unclaimed []Part `json:"unclaimed"` // nobody to receive it
	Rings     int    `json:"rings"`     // rings that were taken as one node
}

// Along divides entries, amounts in minor units by the node where they enter, along the graph.
// Lists are in string order of ids, without zeros. Errors are fault.Invalid.
func Along(nodes []Node, entries map[string]int64, minimum int64) (Flow, error) {
	g, err := newGraph(nodes)
	if err != nil {
		return Flow{}, err
	}
	at, entered, err := g.enter(entries)
	if err != nil {
		return Flow{}, err
	}
	if minimum < 0 || minimum > MaxAmount {
		return Flow{}, fault.New(fault.Invalid, "A minimum payout of %d cannot be used.", minimum)
	}
	flow := Flow{Entered: entered, Paid: []Part{}, Deferred: []Part{}, Unclaimed: []Part{}}
	kept := make([]int64, len(g.nodes))
	for _, members := range g.rings() {
		if len(members) > MaxCycle {
			return Flow{}, fault.New(fault.Invalid, "%d projects depend on each other in a ring with %q; %d may.",
				len(members), g.nodes[members[0]].ID, MaxCycle)
		}
		if len(members) > 1 {
			flow.Rings++
		}
		g.pass(members, at, kept)
	}
	flow.book(g.nodes, kept, minimum)
	return flow, nil
}

// graph is a checked graph; nodes are in string order of ids.
type graph struct {
	names roster.Roster
	nodes []Node
	needs [][]edge // by node, in the order of the target
}

type edge struct {
	to     int
	weight int64
}

func newGraph(nodes []Node) (*graph, error) {
	ids := make([]string, len(nodes))
	for i, n := range nodes {
		ids[i] = n.ID
	}
	names, err := roster.New("project", ids, MaxNodes)
	if err != nil {
		return nil, err
	}
	g := &graph{names: names, nodes: make([]Node, len(nodes)), needs: make([][]edge, len(nodes))}
	edges := 0
	for _, n := range nodes {
		i, err := names.Find(n.ID, "The graph")
		if err != nil {
			return nil, err
		}
		g.nodes[i] = n
		if g.needs[i], err = g.read(n); err != nil {
			return nil, err
		}
		if edges += len(n.Needs); edges > MaxEdges {
			return nil, fault.New(fault.Invalid, "There are more than %d dependencies.", MaxEdges)
		}
	}
	return g, nil
}

// read checks one node's weights.
func (g *graph) read(n Node) ([]edge, error) {
	if n.Keep < 0 || n.Keep > MaxEdgeWeight {
		return nil, fault.New(fault.Invalid, "Project %q keeps the weight %d; 0 to %d is allowed.",
			n.ID, n.Keep, MaxEdgeWeight)
	}
	needs := make([]edge, 0, len(n.Needs))
	place := fmt.Sprintf("Project %q", n.ID)
	for _, need := range n.Needs {
		to, err := g.names.Find(need.ID, place)
		if err != nil {
			return nil, err
		}
		if need.Weight < 1 || need.Weight > MaxEdgeWeight {
			return nil, fault.New(fault.Invalid, "Project %q needs %q with the weight %d; 1 to %d is allowed.",
				n.ID, need.ID, need.Weight, MaxEdgeWeight)
		}
		needs = append(needs, edge{to, need.Weight})
	}
	slices.SortFunc(needs, func(a, b edge) int { return a.to - b.to })
	for i := 1; i < len(needs); i++ {
		if needs[i].to == needs[i-1].to {
			return nil, fault.New(fault.Invalid, "Project %q needs %q twice.", n.ID, g.names.ID(needs[i].to))
		}
	}
	return needs, nil
}

// enter puts the entries at their nodes, in fine units.
func (g *graph) enter(entries map[string]int64) ([]int64, int64, error) {
	at := make([]int64, len(g.nodes))
	var sum int64
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		amount := entries[id]
		i, err := g.names.Find(id, "An entry")
		if err != nil {
			return nil, 0, err
		}
		if amount < 0 || amount > MaxFlow-sum {
			return nil, 0, fault.New(fault.Invalid, "The entry of %d at %q is negative or too large.", amount, id)
		}
		at[i] = amount * fine
		sum += amount
	}
	return at, sum, nil
}

// outlet is one way out of a ring: a node that keeps, or an edge to a node outside.
type outlet struct {
	node   int
	keeps  bool
	weight *big.Int
}

// pass divides what has come to the members of a ring, or to one node, among its outlets.
func (g *graph) pass(members []int, at, kept []int64) {
	var come int64
	for _, m := range members {
		come += at[m]
	}
	if come == 0 {
		return
	}
	outlets := g.outlets(members)
	sum := new(big.Int)
	for _, o := range outlets {
		sum.Add(sum, o.weight)
	}
	if sum.Sign() == 0 {
		kept[slices.Min(members)] += come
		return
	}
	nums := make([]*big.Int, len(outlets))
	for i, o := range outlets {
		nums[i] = o.weight.Mul(o.weight, big.NewInt(come))
	}
	for i, amount := range whole(nums, sum) {
		if outlets[i].keeps {
			kept[outlets[i].node] += amount
		} else {
			at[outlets[i].node] += amount
		}
	}
}

// outlets gives the ways out, those who keep first, then by id. Each member's weights are
// brought to one common sum.
func (g *graph) outlets(members []int) []outlet {
	if len(members) == 1 {
		return g.exits(members[0])
	}
	inside := make(map[int]bool, len(members))
	total := make(map[int]*big.Int, len(members))
	common := big.NewInt(1)
	for _, m := range members {
		inside[m] = true
		total[m] = big.NewInt(g.sum(m))
		if total[m].Sign() > 0 {
			shared := new(big.Int).GCD(nil, nil, common, total[m])
			common.Mul(common, new(big.Int).Quo(total[m], shared))
		}
	}
	keep, pass := make(map[int]*big.Int), make(map[int]*big.Int)
	for _, m := range members {
		if total[m].Sign() == 0 {
			continue
		}
		scale := new(big.Int).Quo(common, total[m])
		add(keep, m, scale, g.nodes[m].Keep)
		for _, e := range g.needs[m] {
			if !inside[e.to] {
				add(pass, e.to, scale, e.weight)
			}
		}
	}
	return append(listed(keep, true), listed(pass, false)...)
}

// exits gives the ways out of a node that is in no ring.
func (g *graph) exits(node int) []outlet {
	list := make([]outlet, 0, len(g.needs[node])+1)
	if keep := g.nodes[node].Keep; keep > 0 {
		list = append(list, outlet{node, true, big.NewInt(keep)})
	}
	for _, e := range g.needs[node] {
		if e.to != node {
			list = append(list, outlet{e.to, false, big.NewInt(e.weight)})
		}
	}
	return list
}

// sum is the sum of a node's weights.
func (g *graph) sum(node int) int64 {
	sum := g.nodes[node].Keep
	for _, e := range g.needs[node] {
		sum += e.weight
	}
	return sum
}

func add(to map[int]*big.Int, node int, scale *big.Int, weight int64) {
	if weight == 0 {
		return
	}
	if to[node] == nil {
		to[node] = new(big.Int)
	}
	to[node].Add(to[node], new(big.Int).Mul(scale, big.NewInt(weight)))
}

func listed(weights map[int]*big.Int, keeps bool) []outlet {
	list := make([]outlet, 0, len(weights))
	for node, w := range weights {
		list = append(list, outlet{node, keeps, w})
	}
	slices.SortFunc(list, func(a, b outlet) int { return a.node - b.node })
	return list
}

// book rounds what nodes keep to minor units and sorts it into the three lists.
func (f *Flow) book(nodes []Node, kept []int64, minimum int64) {
	nums := make([]*big.Int, len(kept))
	for i, k := range kept {
		nums[i] = big.NewInt(k)
	}
	for i, amount := range whole(nums, big.NewInt(fine)) {
		part := Part{nodes[i].ID, amount, amount*fine > kept[i]}
		switch {
		case amount == 0:
		case !nodes[i].Claimed:
			f.Unclaimed = append(f.Unclaimed, part)
		case amount < minimum:
			f.Deferred = append(f.Deferred, part)
		default:
			f.Paid = append(f.Paid, part)
		}
	}
}
