// SPDX-License-Identifier: AGPL-3.0-or-later

package equalshares

// queue is a binary heap of projects, the best price first and then the tie order.
type queue struct {
	heap   []int32
	prices []price // by project: exact in the round in which it was looked at, a lower bound after
	order  []int   // place of each project in the tie order
}

// before says whether project p comes before project q.
func (q *queue) before(p, r int32) bool {
	if c := q.prices[p].compare(q.prices[r]); c != 0 {
		return c < 0
	}
	return q.order[p] < q.order[r]
}

// add puts a project in.
func (q *queue) add(p int32) {
	q.heap = append(q.heap, p)
	i := len(q.heap) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !q.before(p, q.heap[parent]) {
			break
		}
		q.heap[i] = q.heap[parent]
		i = parent
	}
	q.heap[i] = p
}

// drop takes the first project out.
func (q *queue) drop() {
	last := len(q.heap) - 1
	q.heap[0] = q.heap[last]
	q.heap = q.heap[:last]
	if last > 0 {
		q.sink()
	}
}

// sink moves the first project to its place after its price rose.
func (q *queue) sink() {
	p, i := q.heap[0], 0
	for {
		child := 2*i + 1
		if child >= len(q.heap) {
			break
		}
		if child+1 < len(q.heap) && q.before(q.heap[child+1], q.heap[child]) {
			child++
		}
		if !q.before(q.heap[child], p) {
			break
		}
		q.heap[i] = q.heap[child]
		i = child
	}
	q.heap[i] = p
}
