// SPDX-License-Identifier: AGPL-3.0-or-later

package queue

import (
	"context"

	"ecot/app/people"
)

// Mail says that mail is not set up yet, while it is not.
func Mail(p *people.People) Source {
	return Func(func(context.Context) ([]Item, error) {
		if p.CanMail() {
			return nil, nil
		}
		return []Item{{Key: "mail-missing", Right: people.Settings}}, nil
	})
}
