// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	_ "modernc.org/sqlite" // the naive ledger opens the same driver as ours
)

// naive is the program that most people would write: per gift one transaction that locks the head
// row, hashes a chain, inserts an entry and its two postings, and updates two balances. It has no
// tree, no receipt, no idempotency and no vault.
type naive struct{ db *sql.DB }

// naiveTables are written for both engines.
const naiveTables = `
CREATE TABLE head (id BIGINT PRIMARY KEY, size BIGINT NOT NULL, hash TEXT NOT NULL);
INSERT INTO head VALUES (1, 0, '');
CREATE TABLE entry (idx BIGINT PRIMARY KEY, body TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE posting (account TEXT NOT NULL, idx BIGINT NOT NULL, amount BIGINT NOT NULL,
  PRIMARY KEY (account, idx));
CREATE TABLE balance (account TEXT PRIMARY KEY, amount BIGINT NOT NULL);
`

// The statements of one gift, in their order.
const (
	naiveLock    = "UPDATE head SET size = size + 1 WHERE id = 1 RETURNING size, hash"
	naiveEntry   = "INSERT INTO entry (idx, body, hash) VALUES ($1, $2, $3)"
	naivePosting = "INSERT INTO posting (account, idx, amount) VALUES ($1, $2, $3)"
	naiveBalance = "INSERT INTO balance (account, amount) VALUES ($1, $2) " +
		"ON CONFLICT (account) DO UPDATE SET amount = balance.amount + excluded.amount"
	naiveHead = "UPDATE head SET hash = $1 WHERE id = 1"
)

// naiveConnections is as many as clients ask at once.
const naiveConnections = 64

// openNaive opens the ledger, as durable as ours: WAL and synchronous=FULL, or the server's fsync.
func openNaive(ctx context.Context, p place) (*naive, error) {
	var n naive
	if p.database == "" {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(p.dir, "naive.db")+
			"?_txlock=immediate&_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1)
		n.db = db
	} else {
		config, err := pgx.ParseConfig(p.database)
		if err != nil {
			return nil, err
		}
		n.db = stdlib.OpenDB(*config)
		n.db.SetMaxOpenConns(naiveConnections)
		n.db.SetMaxIdleConns(naiveConnections)
	}
	for _, statement := range splitStatements(naiveTables) {
		if _, err := n.db.ExecContext(ctx, statement); err != nil {
			n.db.Close()
			return nil, err
		}
	}
	return &n, nil
}

// give books one gift and gives its place in the chain.
func (n *naive) give(ctx context.Context, g gift) (index int64, err error) {
	tx, err := n.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	var last string
	if err := tx.QueryRowContext(ctx, naiveLock).Scan(&index, &last); err != nil {
		return 0, err
	}
	body := fmt.Sprintf("gift %s %s %d EUR", g.Key, g.Pot, g.Amount)
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(last+"\n"+body)))
	steps := []struct {
		text string
		args []any
	}{
		{naiveEntry, []any{index, body, hash}},
		{naivePosting, []any{"asset:bank", index, -g.Amount}},
		{naivePosting, []any{"pot:" + g.Pot, index, g.Amount}},
		{naiveBalance, []any{"asset:bank", -g.Amount}},
		{naiveBalance, []any{"pot:" + g.Pot, g.Amount}},
		{naiveHead, []any{hash}},
	}
	for _, step := range steps {
		if _, err := tx.ExecContext(ctx, step.text, step.args...); err != nil {
			return 0, err
		}
	}
	return index, tx.Commit()
}
