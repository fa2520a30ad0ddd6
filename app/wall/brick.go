// SPDX-License-Identifier: AGPL-3.0-or-later

package wall

import (
	"cmp"
	"context"
	"slices"

	"ecot/journal"
)

// Columns is the width of the wall, in the side of the smallest brick.
const Columns = 24

// brickDays is how long a brick stays.
const brickDays = 365

// Brick is a gift on the wall, as large as the class of its amount, for a year. Places and sizes are in
// sides of the smallest brick.
type Brick struct {
	Entry
	X, Y, Side int
	Until      journal.Day // the first day on which it is gone
}

// Bricks gives the bricks of a day, placed without overlap: always the same way for the same gifts.
func (w *Wall) Bricks(ctx context.Context, on journal.Day) (bricks []Brick, height int, err error) {
	all, _, err := w.entries(ctx)
	if err != nil {
		return nil, 0, err
	}
	bricks, height = Lay(all, on)
	return bricks, height, nil
}

// Lay places the gifts that have a brick on a day, the earliest gift first, each at the highest and then
// leftmost place that is free. A gift whose amount is not shown has the smallest brick.
func Lay(all []Entry, on journal.Day) (bricks []Brick, height int) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Compare(a.Index, b.Index) })
	var ground grid
	for _, e := range all {
		until := e.Given + brickDays
		if on >= until || on < e.Given {
			continue
		}
		side := min(max(int(e.Class)-1, 1), Columns)
		x, y := ground.place(side)
		bricks = append(bricks, Brick{Entry: e, X: x, Y: y, Side: side, Until: until})
		height = max(height, y+side)
	}
	return bricks, height
}

// grid says which places are taken, row by row. Rows before full have no room at all.
type grid struct {
	rows []uint32
	full int
}

// place finds room for a square of a side, and takes it.
func (g *grid) place(side int) (x, y int) {
	for y = g.full; ; y++ {
		for x = 0; x+side <= Columns; x++ {
			if g.free(x, y, side) {
				g.take(x, y, side)
				return x, y
			}
		}
	}
}

func mask(x, side int) uint32 { return (1<<side - 1) << x }

func (g *grid) free(x, y, side int) bool {
	for row := y; row < y+side && row < len(g.rows); row++ {
		if g.rows[row]&mask(x, side) != 0 {
			return false
		}
	}
	return true
}

func (g *grid) take(x, y, side int) {
	for len(g.rows) < y+side {
		g.rows = append(g.rows, 0)
	}
	for row := y; row < y+side; row++ {
		g.rows[row] |= mask(x, side)
	}
	for g.full < len(g.rows) && g.rows[g.full] == mask(0, Columns) {
		g.full++
	}
}
