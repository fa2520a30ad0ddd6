// SPDX-License-Identifier: AGPL-3.0-or-later

// Package camt reads what a bank says of an account: statements (camt.053) and notifications
// (camt.054) in the XML of ISO 20022, versions 001.02 to 001.12.
//
// An amount is taken to the minor unit, its sign from the credit or debit indicator alone: a line
// marked as a reversal says so beside it. A batch becomes several lines only when each of its
// transactions has an amount in the line's currency and their signed sum is the line's amount; else
// it stays one line with a warning. What merely looks odd (a closing balance that the lines do not
// reach) is a warning; what is not well-formed XML, or lacks what a line of account cannot be
// without, refuses the whole file with a fault.Invalid that names the line and the element.
//
// Its one invariant: the lines of a statement sum, per currency, to exactly the Ntry elements that
// the file holds for it. The file is read once, one element below a statement at a time; a document
// type is refused before anything in it is looked at, so that no entity can ever grow.
package camt

import (
	"io"
	"strings"

	"ecot/exchange/statement"
)

// Limits of a file.
const (
	MaxBytes   = 64 << 20  // bytes of a file
	MaxEntries = 1_000_000 // lines of all its statements, batches split
	maxDepth   = 64        // elements open at once; the schemas need about twenty
	maxNodes   = 2 << 20   // elements kept of one Ntry
)

// Read reads a file: its statements or notifications in order, at least one.
func Read(in io.Reader) ([]statement.Statement, error) {
	r, err := newReader(in)
	if err != nil {
		return nil, err
	}
	return r.document()
}

// document reads the document whole.
func (r *reader) document() ([]statement.Statement, error) {
	root, err := r.root()
	if err != nil {
		return nil, err
	}
	message, item := "BkToCstmrStmt", "Stmt"
	if kind, _, _ := strings.Cut(strings.TrimPrefix(r.space, namespace), "."); kind == "054" {
		message, item = "BkToCstmrDbtCdtNtfctn", "Ntfctn"
	}
	var statements []statement.Statement
	whole := false
	err = r.each(func(name string, line int) error {
		if name != message {
			return refuse(line, name, "A %s is wanted here.", message)
		}
		if whole {
			return refuse(line, name, "It stands twice.")
		}
		whole = true
		statements, err = r.message(line, message, item)
		return err
	})
	if err == nil && !whole {
		err = refuse(root, message, "It is missing: the file says nothing of an account.")
	}
	if err == nil {
		err = r.end()
	}
	if err != nil {
		return nil, err
	}
	return statements, nil
}

// message reads the statements of the message that is open.
func (r *reader) message(line int, message, item string) (all []statement.Statement, err error) {
	var header *node
	err = r.each(func(name string, line int) error {
		if name == "GrpHdr" && header == nil {
			header, err = r.element(name, line)
			return err
		}
		if name != item {
			return r.skip()
		}
		s, err := r.statement(line, item)
		s.head(header)
		s.Seal()
		all = append(all, s.Statement)
		return err
	})
	if err == nil && len(all) == 0 {
		err = refuse(line, message+"/"+item, "It is missing: the file says nothing of an account.")
	}
	return all, err
}

// statement reads the statement that is open.
func (r *reader) statement(line int, item string) (*draft, error) {
	s := &draft{Statement: statement.Statement{Lines: []statement.Line{}}}
	s.Source = "camt." + strings.TrimPrefix(r.space, namespace)
	s.Notice = item == "Ntfctn"
	err := r.each(func(name string, line int) error {
		if !s.reads(name) {
			return r.skip()
		}
		n, err := r.element(name, line)
		if err != nil {
			return err
		}
		switch name {
		case "Acct":
			return s.account(n)
		case "Bal":
			return s.balance(n)
		case "Ntry":
		default:
			s.about(n)
			return nil
		}
		lines, err := readEntry(n)
		s.Lines = append(s.Lines, lines...)
		if r.entries += len(lines); err == nil && r.entries > MaxEntries {
			return refuse(line, "Ntry", "The file has more than %d lines of account.", MaxEntries)
		}
		return err
	})
	if err == nil && s.Account == "" {
		err = refuse(line, item+"/Acct", "It is missing: the file does not say of which account it speaks.")
	}
	if err != nil {
		return s, err
	}
	s.settle()
	return s, nil
}
