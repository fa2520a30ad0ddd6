// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// imports measures the import of books of many gifts by the program, on each engine.
func (b *bench) imports(ctx context.Context) error {
	file := filepath.Join(b.dir, "books.csv")
	if err := writeBooks(file, b.many); err != nil {
		return err
	}
	for _, engine := range b.engines() {
		if err := b.importOn(ctx, engine, file); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

func (b *bench) importOn(ctx context.Context, engine, file string) (err error) {
	p, err := b.build(ctx)
	if err != nil {
		return err
	}
	at, err := b.newPlace(ctx, engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.remove(ctx)) }()
	syncs, err := b.disk.syncs()
	if err != nil {
		return err
	}
	took, err := p.run(ctx, 0, append([]string{"import", "opencollective", file}, at.flags()...)...)
	if err != nil {
		return err
	}
	r := row{what: fmt.Sprintf("import of %s gifts from CSV, %s", thousands(int64(b.many)), engine),
		value: float64(b.many) / took.took.Seconds(), unit: "gifts/s", syncs: syncs,
		beside: fmt.Sprintf("at most %s MB; each gift has a fee", number(float64(took.memory)/1e6))}
	if engine == "sqlite" {
		r.mark = &mark{floor: 10_000, goal: 25_000}
	}
	b.table.add(r)
	return nil
}

// writeBooks writes made-up books as Open Collective exports them: one gift a row, each with its
// processor's fee, from a tenth as many givers.
func writeBooks(path string, gifts int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "Effective Date & Time,Transaction ID,Credit/Debit,Kind,Group ID,"+
		"Amount Single Column,Currency,"+
		"Is Reverse,Reverse Transaction ID,Account Handle,Opposite Account Handle,Opposite Account Name,"+
		"Description,Payment Processor Fee")
	start := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range gifts {
		at := start.Add(time.Duration(n) * 5 * time.Minute).Format("2006-01-02T15:04:05")
		who := n * 7919 % (gifts/10 + 1)
		fmt.Fprintf(w, "%s,t%d,CREDIT,CONTRIBUTION,g%d,%d.%02d,EUR,,,fund,", at, n, n, 2+n%50, n%100)
		fmt.Fprintf(w, "giver-%d,Giver %d,Contribution,-0.%02d\n", who, who, 5+n%60)
	}
	return errors.Join(w.Flush(), file.Close())
}
