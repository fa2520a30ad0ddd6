// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"ecot/fault"
)

// exhausted says whether an error is trouble of the machine, such as a full disk or a server that
// goes away, and not a defect of ours.
func exhausted(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return slices.Contains([]int{sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
			sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY}, lite.Code()&0xff)
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		// connection, resources, operator (PostgreSQL, appendix A), and 25006: read-only
		return slices.Contains([]string{"08", "53", "57"}, server.Code[:2]) || server.Code == "25006"
	}
	return pgconn.SafeToRetry(err)
}

// unavailable says that the database could not be reached or would not take more.
func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable,
		"The database does not answer or cannot be written; nothing was changed.")
}

// unopened gives the fault that a connection was refused with, such as for its durability, or one
// of these words.
func unopened(err error, format string, args ...any) error {
	var told *fault.Error
	if errors.As(err, &told) {
		return told
	}
	return fault.Wrap(err, fault.Unavailable, format, args...)
}
