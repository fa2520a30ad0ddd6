// SPDX-License-Identifier: AGPL-3.0-or-later

package pain

import (
	"encoding/xml"

	"ecot/pay/reference"
)

// document is the file; the fields below stand in the order of the schema.
type document struct {
	XMLName xml.Name
	Order   struct {
		Header header  `xml:"GrpHdr"`
		Blocks []block `xml:"PmtInf"`
	} `xml:"CstmrCdtTrfInitn"`
}

type header struct {
	Message   string `xml:"MsgId"`
	Made      string `xml:"CreDtTm"`
	Count     int    `xml:"NbOfTxs"`
	Sum       string `xml:"CtrlSum"`
	Initiator party  `xml:"InitgPty"`
}

type block struct {
	ID         string      `xml:"PmtInfId"`
	Method     string      `xml:"PmtMtd"`
	Together   bool        `xml:"BtchBookg"`
	Count      int         `xml:"NbOfTxs"`
	Sum        string      `xml:"CtrlSum"`
	Level      string      `xml:"PmtTpInf>SvcLvl>Cd"`
	Instrument *instrument `xml:"PmtTpInf>LclInstrm"`
	Day        execution   `xml:"ReqdExctnDt"`
	Debtor     party       `xml:"Dbtr"`
	From       string      `xml:"DbtrAcct>Id>IBAN"`
	Bank       agent       `xml:"DbtrAgt"`
	Charges    string      `xml:"ChrgBr"`
	Transfers  []transfer  `xml:"CdtTrfTxInf"`
}

type instrument struct {
	Code string `xml:"Cd"`
}

// execution is a day: text in .03, an element in .09.
type execution struct {
	Text string `xml:",chardata"`
	Day  string `xml:"Dt,omitempty"`
}

type party struct {
	Name    string   `xml:"Nm"`
	Address *address `xml:"PstlAdr"`
}

type address struct {
	Town    string `xml:"TwnNm"`
	Country string `xml:"Ctry"`
}

// agent is a bank: its code under the name that the version gives it, or that none is given.
type agent struct {
	Institution struct {
		BICFI string `xml:"BICFI,omitempty"`
		BIC   string `xml:"BIC,omitempty"`
		Other *other `xml:"Othr"`
	} `xml:"FinInstnId"`
}

type other struct {
	ID string `xml:"Id"`
}

type transfer struct {
	ID         string      `xml:"PmtId>EndToEndId"`
	Amount     amount      `xml:"Amt>InstdAmt"`
	Bank       *agent      `xml:"CdtrAgt"`
	Creditor   party       `xml:"Cdtr"`
	To         string      `xml:"CdtrAcct>Id>IBAN"`
	Purpose    *purpose    `xml:"Purp"`
	Remittance *remittance `xml:"RmtInf"`
}

type amount struct {
	Unit  string `xml:"Ccy,attr"`
	Value string `xml:",chardata"`
}

type purpose struct {
	Code string `xml:"Cd"`
}

type remittance struct {
	Text      string               `xml:"Ustrd,omitempty"`
	Reference *structuredReference `xml:"Strd>CdtrRefInf"`
}

type structuredReference struct {
	Code   string `xml:"Tp>CdOrPrtry>Cd"`
	Issuer string `xml:"Tp>Issr"`
	Value  string `xml:"Ref"`
}

// agentOf names a bank by its code, or says that none is given: the IBAN is enough.
func agentOf(bic reference.BIC, v Version) agent {
	var a agent
	switch {
	case bic == "":
		a.Institution.Other = &other{ID: "NOTPROVIDED"}
	case v == Version03:
		a.Institution.BIC = string(bic)
	default:
		a.Institution.BICFI = string(bic)
	}
	return a
}

// partyOf names the holder of an account, with the address only where it is asked for.
func partyOf(a Account, withAddress bool) (party, error) {
	name, err := Latin(a.Name)
	if err != nil || !withAddress || a.Country == "" {
		return party{Name: name}, err
	}
	town, err := Latin(a.Town)
	return party{Name: name, Address: &address{Town: town, Country: a.Country}}, err
}

// transferOf writes one transfer.
func transferOf(t Transfer, v Version) (transfer, error) {
	creditor, err := partyOf(t.To, !t.To.IBAN.InEEA())
	if err != nil {
		return transfer{}, err
	}
	out := transfer{ID: t.ID, Amount: amount{Unit: string(t.Amount.Unit), Value: t.Amount.String()},
		Creditor: creditor, To: string(t.To.IBAN)}
	if t.To.BIC != "" {
		bank := agentOf(t.To.BIC, v)
		out.Bank = &bank
	}
	if t.Purpose != "" {
		out.Purpose = &purpose{Code: t.Purpose}
	}
	switch {
	case t.Reference != "":
		out.Remittance = &remittance{Reference: &structuredReference{
			Code: "SCOR", Issuer: "ISO", Value: string(t.Reference)}}
	case t.Text != "":
		text, err := Latin(t.Text)
		if err != nil {
			return transfer{}, err
		}
		out.Remittance = &remittance{Text: text}
	}
	return out, nil
}
