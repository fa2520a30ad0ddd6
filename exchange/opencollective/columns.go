// SPDX-License-Identifier: AGPL-3.0-or-later

package opencollective

import (
	"strings"

	"ecot/exchange/sheet"
	"ecot/fault"
)

// column is what a column of the file means to the import.
type column int

// What the import looks at. Columns that hold words for people are kept as a memo; others that the
// platform is known to export are passed over.
const (
	passed column = iota
	memo
	inEffective
	inCreated
	inDay
	inLegacyID
	inFullID
	inPublicID
	inShortID
	inGroup
	inShortGroup
	inDirection
	inKind
	inNet
	inGross
	inCurrency
	inReverse
	inLegacyTarget
	inFullTarget
	inPublicTarget
	inShortTarget
	inReverseKind
	inProcessorFee
	inHostFee
	inPlatformFee
	inTaxAmount
	inAccount
	inAccountName
	inHandle
	inName
	inSort
	inMail
	columns // their number
)

// known lists every column that the platform exports: the name of its field, the label that the
// same field gets in a file for people, and what it means here. A field without a label of its own
// has none there either. Of pairs of names for one thing (isRefund and isReverse) one is in a file.
const known = `
effectiveDate|Effective Date & Time
datetime|Date & Time
date|Date
legacyId|Transaction ID
id|Transaction GraphQL ID
publicId|Transaction Public ID
shortId|Short Transaction ID
group|Group ID
shortGroup|Short Group ID
type|Credit/Debit
kind|Kind
netAmount|Amount Single Column
amount|Gross Amount
currency|Currency
isReverse|Is Reverse
isRefund|Is Refund
reverseLegacyId|Reverse Transaction ID
refundLegacyId|Refund Transaction ID
reverseId
refundId|Refund ID
reversePublicId
refundPublicId|Refund Transaction Public ID
shortRefundId|Short Refund Transaction ID
reverseKind|Reverse Kind
refundKind
paymentProcessorFee|Payment Processor Fee
hostFee|Host Fee
platformFee|Platform Fee
taxAmount|Tax Amount
accountSlug|Account Handle
accountName|Account Name
oppositeAccountSlug|Opposite Account Handle
oppositeAccountName|Opposite Account Name
oppositeAccountType|Opposite Account Type
oppositeAccountEmail|Opposite Account Email
`

// kept lists the columns whose words go into the memo.
const kept = `
description|Description
displayAmount|Original Currency Amount
accountingCategoryCode|Accounting Category Code
accountingCategoryName|Accounting Category Name
merchantId|Merchant ID
paymentMethodService|Payment Processor
paymentMethodType|Payment Method
orderMemo|Contribution Memo
orderFrequency|Contribution Frequency
orderCustomData|Contribution Custom Data
orderProcessedDate|Contribution Processed Date
orderContributorAddress|Contributor Address
orderContributorCountry|Contributor Country
expenseType|Expense Type
expenseTags|Expense Tags
payoutMethodType|Expense Payout Method Type
taxType|Tax Type
taxRate|Tax Rate
taxIdNumber|Tax ID Number
expenseTotalAmount|Expense Total Amount
expenseCurrency|Expense Currency
expenseSubmittedByHandle|Expense Submitted By Handle
expenseApprovedByHandle|Expense Approved By Handle
expensePaidByHandle|Expense Paid By Handle
expenseReference|Expense Reference Number
expenseTransferReference|Expense Transfer Reference
expensePayeeAddress|Payee Address
expensePayeeCountry|Payee Country
importSourceName|Import Source Name
importSourceDescription|Import Source Description
importSourceAmount|Import Source Amount
importSourceDate|Import Source Date
importSourceData|Import Source Data
oppositeParentAccountSlug|Opposite Parent Account Handle
oppositeParentAccountName|Opposite Parent Account Name
oppositeParentAccountType|Opposite Parent Account Type
oppositeParentAccountEmail|Opposite Parent Account Email
`

// passedOver lists the columns that say nothing that the import needs.
const passedOver = `
debitAndCreditAmounts|Amount Debit/Credit Columns
creditAmount
debitAmount
isReversed|Is Reversed
isRefunded|Is Refunded
balance|Balance
accountType|Account Type
accountEmail|Account Email
parentAccountSlug|Parent Account Handle
parentAccountName|Parent Account Name
parentAccountType|Parent Account Type
parentAccountEmail|Parent Account Email
hostSlug|Host Handle
hostName|Host Name
hostType|Host Type
orderId|Contribution GraphQL ID
orderLegacyId|Contribution ID
orderPublicId|Contribution Public ID
expenseId|Expense GraphQL ID
expenseLegacyId|Expense ID
expensePublicId|Expense Public ID
importSourceId|Import Source ID
`

// meaning gives, in the order of known, what each of its lines means.
func meaning(i int) column {
	return [...]column{inEffective, inCreated, inDay, inLegacyID, inFullID, inPublicID, inShortID, inGroup,
		inShortGroup, inDirection, inKind, inNet, inGross, inCurrency, inReverse, inReverse, inLegacyTarget,
		inLegacyTarget, inFullTarget, inFullTarget, inPublicTarget, inPublicTarget, inShortTarget,
		inReverseKind, inReverseKind, inProcessorFee, inHostFee, inPlatformFee, inTaxAmount, inAccount,
		inAccountName, inHandle, inName, inSort, inMail}[i]
}

// layout says which column of a file means what.
type layout struct {
	header []string
	means  []column     // by place in the file
	at     [columns]int // place in the file, -1 where there is none
	memos  []int        // places of the words that are kept, in the order of the file
	id     column       // that names a row for good
	ref    column       // by which a reversal names its row; passed when reversals name none
	target column       // in which it does
}

// dictionary gives the meaning of every name that a column may have.
func dictionary() map[string]column {
	words := map[string]column{}
	add := func(list string, means func(int) column) {
		for i, line := range strings.Split(strings.TrimSpace(list), "\n") {
			for _, word := range strings.Split(line, "|") {
				words[word] = means(i)
			}
		}
	}
	add(known, meaning)
	add(kept, func(int) column { return memo })
	add(passedOver, func(int) column { return passed })
	return words
}

// newLayout reads a header.
func newLayout(header []string) (*layout, error) {
	l := &layout{header: header, means: make([]column, len(header))}
	for i := range l.at {
		l.at[i] = -1
	}
	words := dictionary()
	for i, word := range header {
		means, ok := words[word]
		switch {
		case !ok:
			return nil, sheet.Refuse(1, word, "This is no column that Open Collective is known to export.")
		case means == memo:
			l.memos = append(l.memos, i)
		case means != passed && l.at[means] >= 0:
			return nil, sheet.Refuse(1, word, "The column “%s” says the same already.", header[l.at[means]])
		case means != passed:
			l.at[means] = i
		}
		l.means[i] = means
	}
	return l, l.complete()
}

// complete refuses a file without the columns that an import cannot do without, and chooses those
// that identify its rows.
func (l *layout) complete() error {
	for _, wanted := range []struct {
		one   []column
		label string
	}{
		{[]column{inEffective, inCreated, inDay}, "Effective Date & Time"},
		{[]column{inLegacyID, inFullID, inPublicID, inShortID}, "Transaction ID"},
		{[]column{inDirection}, "Credit/Debit"}, {[]column{inKind}, "Kind"},
		{[]column{inNet, inGross}, "Amount Single Column"}, {[]column{inCurrency}, "Currency"},
		{[]column{inReverse}, "Is Reverse"}, {[]column{inAccount}, "Account Handle"},
	} {
		if l.first(wanted.one...) == passed {
			return fault.New(fault.Invalid, "line 1: The column “%s” is missing. "+
				"Export the transactions again, with it.", wanted.label)
		}
	}
	l.id = l.first(inLegacyID, inFullID, inPublicID, inShortID)
	for _, pair := range [][2]column{{inLegacyID, inLegacyTarget}, {inFullID, inFullTarget},
		{inPublicID, inPublicTarget}, {inShortID, inShortTarget}} {
		if l.at[pair[0]] >= 0 && l.at[pair[1]] >= 0 {
			l.ref, l.target = pair[0], pair[1]
			break
		}
	}
	return nil
}

// first gives the first of the columns that the file has, passed when it has none.
func (l *layout) first(list ...column) column {
	for _, c := range list {
		if l.at[c] >= 0 {
			return c
		}
	}
	return passed
}

// name gives the name under which the file has a column.
func (l *layout) name(c column) string {
	if l.at[c] < 0 {
		return ""
	}
	return l.header[l.at[c]]
}
