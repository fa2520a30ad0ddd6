// SPDX-License-Identifier: AGPL-3.0-or-later

package bank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"ecot/exchange/bankcsv"
	"ecot/exchange/camt"
	"ecot/exchange/statement"
	"ecot/fault"
	"ecot/office"
)

// File is a bank's file as it was read.
type File struct {
	Digest     string // SHA-256, in hexadecimal
	Statements []statement.Statement
	Mapping    *bankcsv.Mapping  // by which a CSV was read; nil for XML
	Proposal   *bankcsv.Proposal // of a CSV that no mapping kept fits: nothing was read
}

// Read reads a file of a bank: camt in XML, or CSV by the mapping given, or, without one, by the first
// mapping kept that fits.
func (b *Bank) Read(ctx context.Context, data []byte, mapping *bankcsv.Mapping) (File, error) {
	digest := sha256.Sum256(data)
	file := File{Digest: hex.EncodeToString(digest[:])}
	if isXML(data) {
		var err error
		file.Statements, err = camt.Read(bytes.NewReader(data))
		return file, err
	}
	if mapping != nil {
		var err error
		file.Mapping = mapping
		file.Statements, err = bankcsv.Read(data, *mapping)
		return file, err
	}
	accounts, err := b.Accounts(ctx)
	if err != nil {
		return file, err
	}
	for _, a := range accounts {
		var kept bankcsv.Mapping
		if a.Mapping == "" || json.Unmarshal([]byte(a.Mapping), &kept) != nil {
			continue
		}
		statements, err := bankcsv.Read(data, kept)
		if err == nil {
			file.Mapping, file.Statements = &kept, statements
			return file, nil
		}
	}
	proposal, err := bankcsv.Guess(data)
	if err != nil {
		return file, err
	}
	if proposal.Mapping.Account == "" && len(accounts) == 1 {
		proposal.Mapping.Account = accounts[0].IBAN
	}
	if proposal.Mapping.Currency == "" {
		proposal.Mapping.Currency = b.app.Unit()
	}
	proposal.Missing = proposal.Mapping.Missing()
	file.Proposal = &proposal
	return file, nil
}

// Look reads a file without an instance: camt in XML, or a CSV whose columns speak for themselves.
func Look(data []byte) (File, error) {
	digest := sha256.Sum256(data)
	file := File{Digest: hex.EncodeToString(digest[:])}
	var err error
	if isXML(data) {
		file.Statements, err = camt.Read(bytes.NewReader(data))
		return file, err
	}
	proposal, err := bankcsv.Guess(data)
	if err != nil {
		return file, err
	}
	file.Mapping = &proposal.Mapping
	file.Statements, err = bankcsv.Read(data, proposal.Mapping)
	return file, err
}

// isXML says whether a file begins as XML does.
func isXML(data []byte) bool {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	return bytes.HasPrefix(data, []byte("<")) || bytes.HasPrefix(data, []byte{0xff, 0xfe}) ||
		bytes.HasPrefix(data, []byte{0xfe, 0xff})
}

// NeedsMapping says why a CSV cannot be read yet.
func (f File) NeedsMapping() error {
	if f.Proposal == nil {
		return nil
	}
	return fault.New(fault.Invalid,
		"Nobody has said yet what the columns of this bank's CSV mean: send it once "+
			"through the page of statements, which asks and keeps the answer.").In("bank.needs-mapping")
}

// keepMapping keeps the mapping by which a file was read with the accounts that it is about.
func (f File) keepMapping(ctx context.Context, tx *office.Tx, accounts []office.BankAccount) error {
	if f.Mapping == nil {
		return nil
	}
	text, err := json.Marshal(f.Mapping)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		a.Mapping = string(text)
		if err := tx.PutBankAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// stored gives a line as the office keeps it.
func stored(account, digest string, l statement.Line) (office.BankLine, error) {
	rest := l
	rest.Key, rest.Entry, rest.Booked, rest.Amount, rest.Currency = "", "", "", 0, ""
	rest.Reference, rest.EndToEnd, rest.Counterparty, rest.IBAN, rest.Text, rest.ReturnReason = "", "", "", "",
		"", ""
	rest.Warnings = nil
	text, err := json.Marshal(rest)
	return office.BankLine{Key: l.Key, Statement: digest, Account: account, Entry: l.Entry, Booked: l.Booked,
		Amount: l.Amount, Currency: l.Currency, Reference: l.Reference, EndToEnd: l.EndToEnd,
		Counterparty: l.Counterparty, IBAN: l.IBAN, Text: l.Text, ReturnReason: l.ReturnReason, More: string(text),
		Status: office.LineWaiting}, err
}

// told gives a line as the bank told it.
func told(l office.BankLine) statement.Line {
	var line statement.Line
	if l.More != "" {
		if err := json.Unmarshal([]byte(l.More), &line); err != nil {
			line = statement.Line{} // what cannot be read any more says nothing
		}
	}
	line.Key, line.Entry, line.Booked, line.Amount, line.Currency = l.Key, l.Entry, l.Booked, l.Amount,
		l.Currency
	line.Reference, line.EndToEnd, line.Counterparty = l.Reference, l.EndToEnd, l.Counterparty
	line.IBAN, line.Text, line.ReturnReason = l.IBAN, l.Text, l.ReturnReason
	return line
}
