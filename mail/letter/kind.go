// SPDX-License-Identifier: AGPL-3.0-or-later

package letter

import (
	"encoding/json"

	"ecot/fault"
)

// Kind names a kind of letter.
type Kind string

// The kinds of letters.
const (
	KindThanks           Kind = "thanks"
	KindTransfer         Kind = "transfer-instructions"
	KindPromiseReminder  Kind = "promise-reminder"
	KindInstalmentFailed Kind = "instalment-failed"
	KindRegularPaused    Kind = "regular-paused"
	KindRegularStopped   Kind = "regular-stopped"
	KindStillYes         Kind = "still-yes"
	KindRefund           Kind = "refund"
	KindNotReached       Kind = "not-reached"
	KindNews             Kind = "news"
	KindSignIn           Kind = "sign-in"
	KindInvitation       Kind = "invitation"
	KindPayeeChanged     Kind = "payee-changed"
	KindErased           Kind = "erased"
	KindManage           Kind = "manage-link"
)

// Kinds lists all kinds of letters.
func Kinds() []Kind {
	return []Kind{KindThanks, KindTransfer, KindPromiseReminder, KindInstalmentFailed, KindRegularPaused,
		KindRegularStopped, KindStillYes, KindRefund, KindNotReached, KindNews, KindSignIn, KindInvitation,
		KindPayeeChanged, KindErased, KindManage}
}

// List tells whether letters of the kind go to those who asked for them, and can be left in one click.
func (k Kind) List() bool { return k == KindNews || k == KindNotReached }

// Data is what a letter of one kind says. The types of this package are all there are.
type Data interface {
	Kind() Kind
	// write says the letter, block by block.
	write(d *draft)
}

// read gives the data of a letter of kind k from its JSON.
func (k Kind) read(text json.RawMessage) (Data, error) {
	switch k {
	case KindThanks:
		return data[Thanks](text)
	case KindTransfer:
		return data[Transfer](text)
	case KindPromiseReminder:
		return data[PromiseReminder](text)
	case KindInstalmentFailed:
		return data[InstalmentFailed](text)
	case KindRegularPaused:
		return data[RegularPaused](text)
	case KindRegularStopped:
		return data[RegularStopped](text)
	case KindStillYes:
		return data[StillYes](text)
	case KindRefund:
		return data[Refund](text)
	case KindNotReached:
		return data[NotReached](text)
	case KindNews:
		return data[News](text)
	case KindSignIn:
		return data[SignIn](text)
	case KindInvitation:
		return data[Invitation](text)
	case KindPayeeChanged:
		return data[PayeeChanged](text)
	case KindErased:
		return data[Erased](text)
	case KindManage:
		return data[Manage](text)
	}
	return nil, fault.New(fault.Invalid, "There are no letters of the kind %q.", k)
}

// data reads one type of Data.
func data[T Data](text json.RawMessage) (Data, error) {
	var d T
	err := strict(text, &d)
	return d, err
}
