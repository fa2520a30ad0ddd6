// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"cmp"
	"context"
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"ecot/app"
	bankdesk "ecot/app/bank"
	"ecot/app/gifts"
	"ecot/fault"
	"ecot/money"
)

// statement is a statement of the invented bank with one line.
type statement struct {
	id       string
	from, to time.Time
	opening  int64
	amount   int64 // of the line, in cents
	booked   time.Time
	line     string // the bank's name of it
	text     string
	payer    string // empty for none
	iban     string // of the payer
	ref      string // RF reference, empty for none
}

// Arrive plays the arrival of the transfer that keeps a promise: it writes the statement of the bank that
// shows it, and brings that in as a treasurer would. The same promise arrives once.
func Arrive(ctx context.Context, a *app.App, b *bankdesk.Bank, payment gifts.Payment) error {
	if payment.Reference == "" {
		return fault.New(fault.Conflict, "Nothing is to arrive for this promise.").In("trial.no-transfer")
	}
	last, closing, err := stated(ctx, a)
	if err != nil {
		return err
	}
	today, err := time.Parse(time.DateOnly, a.Now().In(a.Zone()).Format(time.DateOnly))
	if err != nil {
		return err
	}
	to := today
	if last.After(to) {
		to = last
	}
	donor, _, err := a.Office().Donor(ctx, payment.Promise.Handle)
	if err != nil {
		return err
	}
	text := write(statement{id: "demo-" + payment.Promise.ID, from: today, to: to, opening: closing,
		amount: payment.Promise.Amount, booked: today, line: "DEMO-" + payment.Promise.ID,
		text: "VIR INSTANTANE", payer: strings.ToUpper(cmp.Or(donor.Name, "QUELQU'UN")), iban: visitorIBAN,
		ref: string(payment.Reference)})
	file, err := b.Read(ctx, text, nil)
	if err != nil {
		return err
	}
	_, err = b.Import(ctx, file, treasurer, false)
	return err
}

// write writes a statement down, as camt.053 in its version 08.
func write(s statement) []byte {
	amount := func(minor int64) string {
		plain := money.Amount{Minor: minor, Unit: euro}.FormatBare("en")
		return `<Amt Ccy="EUR">` + strings.ReplaceAll(plain, ",", "") + "</Amt>"
	}
	balance := func(code string, day time.Time, minor int64) string {
		return "<Bal><Tp><CdOrPrtry><Cd>" + code + "</Cd></CdOrPrtry></Tp>" + amount(minor) +
			"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>" + day.Format(time.DateOnly) + "</Dt></Dt></Bal>\n"
	}
	details := ""
	if s.ref != "" {
		details = "<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>" + amount(s.amount) +
			"<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>" + escape(s.payer) +
			"</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>" + s.iban + "</IBAN></Id></DbtrAcct></RltdPties>" +
			"<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>" + s.ref +
			"</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls>"
	}
	made := s.to.Format(time.DateOnly) + "T20:00:00Z"
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>` + s.id + `</MsgId><CreDtTm>` + made + `</CreDtTm></GrpHdr>
<Stmt><Id>` + s.id + `</Id><CreDtTm>` + made + `</CreDtTm>
<FrToDt><FrDtTm>` + s.from.Format(time.DateOnly) + `T00:00:00Z</FrDtTm><ToDtTm>` +
		s.to.Format(time.DateOnly) +
		`T23:59:59Z</ToDtTm></FrToDt>
<Acct><Id><IBAN>` + fundIBAN + `</IBAN></Id><Ccy>EUR</Ccy></Acct>
` + balance("OPBD", s.from, s.opening) + balance("CLBD", s.to, s.opening+s.amount) +
		`<Ntry><NtryRef>1</NtryRef>` +
		amount(s.amount) + `<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>` +
		s.booked.Format(time.DateOnly) + `</Dt></BookgDt><AcctSvcrRef>` + s.line +
		`</AcctSvcrRef><BkTxCd><Prtry><Cd>VIR</Cd></Prtry></BkTxCd>` + details + `<AddtlNtryInf>` + s.text +
		`</AddtlNtryInf></Ntry>
</Stmt></BkToCstmrStmt></Document>
`)
}

// escape writes a text within XML.
func escape(text string) string {
	var out strings.Builder
	if xml.EscapeText(&out, []byte(text)) != nil {
		return strconv.Quote("?") // a builder takes every text
	}
	return out.String()
}
