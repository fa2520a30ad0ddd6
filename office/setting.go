// SPDX-License-Identifier: AGPL-3.0-or-later

package office

import (
	"context"
	"database/sql"
	"errors"

	"ecot/store/engine"
)

// settingArea is the area of the fund's settings, which are nobody's.
func settingArea() area { return area{tables: []string{"setting"}} }

// Settings gives every setting by its name.
func (o *Office) Settings(ctx context.Context) (map[string]string, error) {
	settings := map[string]string{}
	rows, err := o.db.Query(ctx, "settings")
	err = engine.Scan(rows, err, func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		settings[name] = value
		return err
	})
	return settings, err
}

// Setting gives one setting, empty when it was never made.
func (o *Office) Setting(ctx context.Context, name string) (value string, err error) {
	err = o.db.Row(ctx, "setting", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// PutSetting makes a setting, at an instant in seconds, by a mandate; an empty value takes it away.
func (t *Tx) PutSetting(ctx context.Context, name, value, mandate string, at int64) error {
	if value == "" {
		return t.put(ctx, "drop_setting", name)
	}
	return t.put(ctx, "put_setting", name, value, at, mandate)
}
