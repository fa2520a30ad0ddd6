// SPDX-License-Identifier: AGPL-3.0-or-later

package payouts

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ecot/app/people"
	"ecot/app/profile"
	"ecot/exchange/pain"
	"ecot/fault"
	"ecot/mechanism/giving"
	"ecot/office"
	"ecot/pay/reference"
)

// Account is an account as it is asked for.
type Account struct {
	Name string // its holder, exactly as the bank knows it
	IBAN string
	BIC  string // may be empty inside the European Economic Area
}

// What the bank's verification of payee (regulation (EU) 2024/886) may say of an account.
const (
	VerdictMatch      = "match"
	VerdictClose      = "close"
	VerdictNone       = "none"
	VerdictImpossible = "impossible"
)

// Verdicts lists them in the order in which to offer them.
func Verdicts() []string { return []string{VerdictMatch, VerdictClose, VerdictNone, VerdictImpossible} }

// Payees gives those whom an actor may name when submitting an expense: everybody, for whoever books, and
// those whom they added or who they are, for a maintainer.
func (p *Payouts) Payees(ctx context.Context, actor people.Actor) ([]office.Payee, error) {
	all, err := p.office.Payees(ctx)
	if err != nil || actor.May(people.ReadPrivate) {
		return all, err
	}
	m, _, err := p.office.Member(ctx, actor.Member)
	return slices.DeleteFunc(all, func(payee office.Payee) bool {
		return payee.MadeBy != actor.Member && (m.Mail == "" || m.Mail != payee.Handle)
	}), err
}

// AddPayee adds somebody who may be paid, once an account of theirs is confirmed. Somebody without a mail
// address gets a handle of their own.
func (p *Payouts) AddPayee(ctx context.Context, actor people.Actor, payee office.Payee) (office.Payee,
	error) {
	if err := mayAdd(actor); err != nil {
		return payee, err
	}
	var ok bool
	if payee.Name, ok = line(payee.Name, pain.MaxName); !ok {
		return payee, fault.New(fault.Invalid, "A payee has a name of at most %d bytes.", pain.MaxName).
			In("payouts.bad-name")
	}
	switch giving.Donor(payee.Kind) {
	case giving.Person, giving.Company, giving.Association, giving.PublicBody:
	default:
		return payee, fault.New(fault.Invalid, "Say what kind of payee it is.").In("payouts.bad-kind")
	}
	payee.Mail = strings.ToLower(strings.TrimSpace(payee.Mail))
	if payee.Mail != "" && (!strings.Contains(payee.Mail, "@") || len(payee.Mail) > 254) {
		return payee, fault.New(fault.Invalid, "This is no mail address.").In("payouts.bad-mail")
	}
	if len(payee.Note) > MaxReason {
		return payee, fault.New(fault.Invalid, "A note has at most %d bytes.", MaxReason).In("payouts.bad-note")
	}
	payee.ID, payee.MadeBy, payee.Since = NewID(), actor.Member, p.now()
	if payee.Handle = payee.Mail; payee.Handle == "" {
		payee.Handle = "hand:" + NewID()
	}
	return payee, p.office.Do(ctx, func(tx *office.Tx) error {
		_, known, err := p.office.PayeeOf(ctx, payee.Handle)
		if err != nil {
			return err
		}
		if known {
			return fault.New(fault.Conflict, "A payee has this mail address already.").In("payouts.payee-known")
		}
		return tx.PutPayee(ctx, payee)
	})
}

// mayAdd refuses whoever neither manages payees nor submits expenses.
func mayAdd(actor people.Actor) error {
	err := people.Allowed(actor, people.ManagePayees)
	for _, role := range actor.Roles {
		if err != nil && role.Project != "" {
			err = people.AllowedIn(actor, people.EditProjects, role.Project)
		}
	}
	return err
}

// AskAccount asks for an account to pay a payee on, in the place of the one that they have. Who manages
// payees may ask, and who added the payee. The payee is written to where they were reached so far.
func (p *Payouts) AskAccount(ctx context.Context, actor people.Actor, payee string, a Account) error {
	who, found, err := p.office.Payee(ctx, payee)
	if err != nil {
		return err
	}
	if !found || who.Handle == "" {
		return errNoPayee()
	}
	if err := people.Allowed(actor, people.ManagePayees); err != nil &&
		(who.MadeBy != actor.Member || mayAdd(actor) != nil) {
		return err
	}
	wanted, err := p.readAccount(ctx, a)
	if err != nil {
		return err
	}
	wanted.Payee, wanted.AskedBy, wanted.AskedMandate, wanted.Asked = payee, actor.Member, actor.Mandate, p.now()
	return p.office.Do(ctx, func(tx *office.Tx) error {
		accounts, err := p.office.PayeeAccounts(ctx, payee)
		if err != nil {
			return err
		}
		for _, have := range accounts {
			if have.IBAN == wanted.IBAN && slices.Contains([]string{"ac01", "ac04", "ac06"}, have.Why) {
				return fault.New(fault.Conflict, "The bank says that this account is wrong, closed or blocked (%s).",
					have.Why).In("payouts.dead-account", "code", strings.ToUpper(have.Why))
			}
			if have.Confirmed == 0 && have.Ended == 0 {
				if err := tx.EndPayeeAccount(ctx, payee, have.N, p.now(), "replaced"); err != nil {
					return err
				}
			}
		}
		wanted.N = int64(len(accounts)) + 1
		if err := tx.PutPayeeAccount(ctx, wanted); err != nil {
			return err
		}
		return p.notifyAccount(ctx, tx, who, wanted, "payee-asked")
	})
}

func errNoPayee() error {
	return fault.New(fault.NotFound, "There is no such payee.").In("payouts.no-payee")
}

// notifyAccount writes to a payee about an account, of which only the end is told.
func (p *Payouts) notifyAccount(ctx context.Context, tx *office.Tx, who office.Payee, a office.PayeeAccount,
	kind string) error {
	data := map[string]string{"iban": Hide(a.IBAN)}
	if a.Usable != 0 {
		data["usable"] = time.Unix(a.Usable, 0).UTC().Format(time.RFC3339)
	}
	return p.notify(ctx, tx, Notice{ID: kind + "/" + a.Payee + "/" + strconv.FormatInt(a.N, 10), Kind: kind,
		Handle: who.Handle, Mail: who.Mail, Lang: who.Lang, Data: data})
}

// Hide gives the country and the last four characters of an account.
func Hide(iban string) string {
	if len(iban) < 8 {
		return iban
	}
	return iban[:2] + "… " + iban[len(iban)-4:]
}

// readAccount refuses an account that no order could be written for.
func (p *Payouts) readAccount(ctx context.Context, a Account) (office.PayeeAccount, error) {
	fund, err := profile.Load(ctx, p.office)
	if err != nil {
		return office.PayeeAccount{}, err
	}
	iban, err := reference.ParseIBAN(a.IBAN)
	if err != nil {
		return office.PayeeAccount{}, fault.Wrap(err, fault.Invalid, "%s",
			fault.PublicOf(err)).In("payouts.bad-iban")
	}
	var bic reference.BIC
	if strings.TrimSpace(a.BIC) != "" {
		if bic, err = reference.ParseBIC(a.BIC); err != nil {
			return office.PayeeAccount{}, fault.Wrap(err, fault.Invalid, "%s",
				fault.PublicOf(err)).In("payouts.bad-bic")
		}
	}
	if !iban.InSEPA() || !iban.InEEA() && bic == "" {
		return office.PayeeAccount{}, fault.New(fault.Invalid,
			"An account is in the SEPA area, and has a BIC where it is outside the European Economic Area.").
			In("payouts.not-sepa")
	}
	if string(iban) == fund.IBAN {
		return office.PayeeAccount{}, fault.New(fault.Invalid,
			"This is the fund's own account.").In("payouts.own-account")
	}
	name, ok := line(a.Name, pain.MaxName)
	if _, err := pain.Latin(name); !ok || err != nil {
		return office.PayeeAccount{}, fault.New(fault.Invalid,
			"Give the account's holder as the bank writes it, in at most %d Latin letters.", pain.MaxName).
			In("payouts.bad-name")
	}
	return office.PayeeAccount{Name: name, IBAN: string(iban), BIC: string(bic)}, nil
}

// ConfirmAccount confirms an account that another member asked for. It may be paid to once the delay is
// over; the one that the payee had so far ends at once.
func (p *Payouts) ConfirmAccount(ctx context.Context, actor people.Actor, payee string, n int64) error {
	who, a, err := p.asked(ctx, actor, payee, n)
	if err != nil {
		return err
	}
	own, err := p.isMember(ctx, actor, who.Handle)
	if err != nil {
		return err
	}
	if own || a.AskedBy == actor.Member {
		return fault.New(fault.Forbidden,
			"An account is confirmed by another member than the one who asked for it, "+
				"and never by its holder.").In("payouts.own-account-change")
	}
	delay, err := p.Delay(ctx)
	if err != nil {
		return err
	}
	a.ConfirmedBy, a.ConfirmedMandate, a.Confirmed = actor.Member, actor.Mandate, p.now()
	a.Usable = a.Confirmed + int64(delay/time.Second)
	return p.office.Do(ctx, func(tx *office.Tx) error {
		done, err := tx.ConfirmPayeeAccount(ctx, a)
		if err != nil {
			return err
		}
		if !done {
			return errNotAsked()
		}
		accounts, err := p.office.PayeeAccounts(ctx, payee)
		for _, have := range accounts {
			if err == nil && have.N != n && have.Ended == 0 {
				err = tx.EndPayeeAccount(ctx, payee, have.N, p.now(), "replaced")
			}
		}
		if err != nil {
			return err
		}
		return p.notifyAccount(ctx, tx, who, a, "payee-confirmed")
	})
}

func errNotAsked() error {
	return fault.New(fault.Conflict, "This account does not wait to be confirmed.").In("payouts.not-asked")
}

// asked gives an account that waits to be confirmed, for an actor who manages payees.
func (p *Payouts) asked(ctx context.Context, actor people.Actor, payee string, n int64) (who office.Payee,
	a office.PayeeAccount, err error) {
	if err := people.Allowed(actor, people.ManagePayees); err != nil {
		return who, a, err
	}
	who, found, err := p.office.Payee(ctx, payee)
	if err != nil {
		return who, a, err
	}
	if !found || who.Handle == "" {
		return who, a, errNoPayee()
	}
	accounts, err := p.office.PayeeAccounts(ctx, payee)
	for _, a := range accounts {
		if a.N == n && a.Confirmed == 0 && a.Ended == 0 {
			return who, a, nil
		}
	}
	if err == nil {
		err = errNotAsked()
	}
	return who, a, err
}

// RefuseAccount ends an account that waits to be confirmed.
func (p *Payouts) RefuseAccount(ctx context.Context, actor people.Actor, payee string, n int64) error {
	if _, _, err := p.asked(ctx, actor, payee, n); err != nil {
		return err
	}
	return p.office.Do(ctx, func(tx *office.Tx) error {
		return tx.EndPayeeAccount(ctx, payee, n, p.now(), "refused")
	})
}

// Judge keeps what the bank's verification of payee said of an account. One whose holder has another name
// is not paid to.
func (p *Payouts) Judge(ctx context.Context, actor people.Actor, payee string, n int64,
	verdict string) error {
	if err := people.Allowed(actor, people.ManagePayees); err != nil {
		return err
	}
	if !slices.Contains(Verdicts(), verdict) {
		return fault.New(fault.Invalid, "Say what the bank answered.").In("payouts.bad-verdict")
	}
	return p.office.Do(ctx, func(tx *office.Tx) error { return tx.JudgePayeeAccount(ctx, payee, n, verdict) })
}

// Hold says why nothing can be sent to a payee, as a message of the pages with its values.
type Hold struct {
	Key   string
	Pairs []string
	Until int64 // seconds, when it ends by itself; 0 otherwise
}

// usable gives the account of a payee that may be paid to at an instant, or what holds.
func usable(accounts []office.PayeeAccount, now int64) (office.PayeeAccount, *Hold) {
	hold := &Hold{Key: "payouts.hold.no-account"}
	for _, a := range accounts {
		switch {
		case a.Ended != 0 && a.Confirmed != 0 && a.Why != "replaced":
			hold = &Hold{Key: "payouts.hold.blocked", Pairs: []string{"code", strings.ToUpper(a.Why)}}
		case a.Ended != 0:
		case a.Confirmed == 0:
			hold = &Hold{Key: "payouts.hold.unconfirmed"}
		case a.Verdict == VerdictNone:
			hold = &Hold{Key: "payouts.hold.no-match"}
		case a.Usable > now:
			hold = &Hold{Key: "payouts.hold.delay", Until: a.Usable}
		default:
			return a, nil
		}
	}
	return office.PayeeAccount{}, hold
}
