// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"context"
	"time"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/journal"
)

// Queue gives the news of the last month, while it had gifts and nothing of it was frozen.
func (n *News) Queue(ctx context.Context) ([]queue.Item, error) {
	now := n.app.Now().In(n.app.Zone())
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, n.app.Zone())
	last := first.AddDate(0, -1, 0)
	of := last.Year()*100 + int(last.Month())
	versions, err := n.office.NewsOf(ctx, of)
	if err != nil || len(versions) > 0 {
		return nil, err
	}
	f, err := n.Month(ctx, of)
	if err != nil || f.Gifts == 0 {
		return nil, err
	}
	month := journal.MonthName(of)
	return []queue.Item{{Key: "news", Pairs: []string{"month", month}, Since: first.UTC(),
		Right: people.EditNews, Href: "/desk/news/" + month}}, nil
}

var _ queue.Source = (*News)(nil)
