// SPDX-License-Identifier: AGPL-3.0-or-later

package engine

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"
)

func TestBulkWritesEveryRowOnce(t *testing.T) {
	files := fstest.MapFS{
		"migrations/1.sql": {Data: []byte("CREATE TABLE thing (id BIGINT PRIMARY KEY, name TEXT NOT NULL, " +
			"data BLOB NOT NULL, n BIGINT NOT NULL)")},
		"queries/thing.sql": {Data: []byte("-- name: put\n" +
			"INSERT INTO thing (id, name, data, n) VALUES ($1, $2, $3, $4)\n" +
			"ON CONFLICT (id) DO UPDATE SET n = thing.n + excluded.n\n" +
			"-- name: drop\nDELETE FROM thing WHERE id = $1\n" +
			"-- name: all\nSELECT id, name, data, n FROM thing ORDER BY id\n")},
	}
	for _, n := range []int{0, 1, rowsAtOnce - 1, rowsAtOnce, rowsAtOnce + 1, 3*rowsAtOnce + 5} {
		db, err := Open(t.Context(), Address{File: filepath.Join(t.TempDir(), "x.db")}, files)
		if err != nil {
			t.Fatal(err)
		}
		ids, names, data, ns := make([]int64, n), make([]string, n), make([][]byte, n), make([]int64, n)
		for i := range n {
			ids[i], names[i], data[i], ns[i] = int64(i), fmt.Sprint("é", i), []byte{byte(i), 0}, int64(i*i)
		}
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := tx.Bulk(t.Context(), "put", ids, names, data, ns); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Bulk(t.Context(), "drop", ids[:n/2]); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		next := n / 2
		rows, err := db.Query(t.Context(), "all")
		err = Scan(rows, err, func(rows *sql.Rows) error {
			var id, sum int64
			var name string
			var blob []byte
			if err := rows.Scan(&id, &name, &blob, &sum); err != nil {
				return err
			}
			if i := next; id != int64(i) || name != names[i] || string(blob) != string(data[i]) || sum != 2*ns[i] {
				t.Errorf("row %d of %d is %d %q %v %d", i, n, id, name, blob, sum)
			}
			next++
			return nil
		})
		if err != nil || next != n {
			t.Errorf("%d rows of %d, %v", next-n/2, n-n/2, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
