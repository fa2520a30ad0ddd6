// SPDX-License-Identifier: AGPL-3.0-or-later

package split

import "slices"

// rings gives the strongly connected components of the graph (Tarjan 1972), each in order of its
// nodes, in an order in which everything that depends on a component comes before it. The walk
// keeps its own stack: a chain of dependencies may be as long as there are nodes.
func (g *graph) rings() [][]int {
	t := &tarjan{
		g: g, number: make([]int, len(g.nodes)), low: make([]int, len(g.nodes)), open: make([]bool, len(g.nodes)),
	}
	for n := range g.nodes {
		if t.number[n] == 0 {
			t.walk(n)
		}
	}
	slices.Reverse(t.found) // components are found after all that they need
	return t.found
}

type tarjan struct {
	g      *graph
	number []int // in order of first visit, from 1
	low    []int // lowest number known to be reachable within the open nodes
	open   []bool
	stack  []int // open nodes
	count  int   // nodes visited
	found  [][]int
}

// visit is one node on the walk and the next of its edges to follow.
type visit struct{ node, edge int }

func (t *tarjan) walk(root int) {
	path := []visit{{root, 0}}
	for len(path) > 0 {
		v := &path[len(path)-1]
		n := v.node
		if v.edge == 0 && t.number[n] == 0 {
			t.count++
			t.number[n], t.low[n], t.open[n] = t.count, t.count, true
			t.stack = append(t.stack, n)
		}
		if v.edge < len(t.g.needs[n]) {
			to := t.g.needs[n][v.edge].to
			v.edge++
			switch {
			case t.number[to] == 0:
				path = append(path, visit{to, 0})
			case t.open[to]:
				t.low[n] = min(t.low[n], t.number[to])
			}
			continue
		}
		path = path[:len(path)-1]
		if len(path) > 0 {
			up := path[len(path)-1].node
			t.low[up] = min(t.low[up], t.low[n])
		}
		t.close(n)
	}
}

// close takes the component of n off the stack when n is its first node.
func (t *tarjan) close(n int) {
	if t.low[n] != t.number[n] {
		return
	}
	at := len(t.stack) - 1
	for t.stack[at] != n {
		at--
	}
	members := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, m := range members {
		t.open[m] = false
	}
	slices.Sort(members)
	t.found = append(t.found, members)
}
