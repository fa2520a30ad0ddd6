// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"context"
	"net/url"
	"time"

	"ecot/app/people"
	"ecot/app/queue"
	"ecot/office"
)

// Queue gives the proposals that wait for a verdict.
func (p *Projects) Queue(ctx context.Context) (items []queue.Item, err error) {
	all, err := p.office.Projects(ctx)
	for _, one := range all {
		if one.Status == office.Proposed {
			items = append(items, queue.Item{Key: "proposal", Pairs: []string{"project", one.Title},
				Since: time.Unix(one.Since, 0), Right: people.Moderate,
				Href: "/desk/proposals/" + url.PathEscape(one.Slug)})
		}
	}
	return items, err
}
