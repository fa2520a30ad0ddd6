// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ecot/fault"
	"ecot/money"
)

// linesPerPage is how many entries a page lists.
const linesPerPage = 50

// Address gives the page that lists the entries a query picks.
func (q Query) Address() string {
	path := "/entries"
	if q.Pot != "" {
		path = "/pots/" + url.PathEscape(q.Pot) + "/entries"
	}
	values := url.Values{}
	for name, value := range map[string]string{
		"account": q.Account, "month": q.Month, "until": q.Until,
		"flow": string(q.Flow), "evidence": string(q.Class), "unit": string(q.Unit),
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Appeal {
		values.Set("appeal", "yes")
	}
	if q.Before > 0 {
		values.Set("before", strconv.FormatInt(q.Before, 10))
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// ParseQuery reads the address of a list of entries. What it cannot read is fault.Invalid: a list must
// never show something else than what was asked.
func ParseQuery(r *http.Request) (Query, error) {
	values := r.URL.Query()
	query := Query{
		Pot: r.PathValue("slug"), Account: values.Get("account"),
		Month: values.Get("month"), Until: values.Get("until"),
		Flow: Flow(values.Get("flow")), Class: Class(values.Get("evidence")),
		Unit: money.Unit(values.Get("unit")), Appeal: values.Get("appeal") == "yes", Limit: linesPerPage,
	}
	if !slices.Contains([]string{"", "yes"}, values.Get("appeal")) {
		return Query{}, fault.New(fault.Invalid, "A list of an appeal is asked for by yes.")
	}
	if err := query.check(); err != nil {
		return Query{}, err
	}
	if text := values.Get("before"); text != "" {
		before, err := ParseIndex(text)
		if err != nil {
			return Query{}, err
		}
		query.Before = before
	}
	return query, nil
}

// check refuses values that name nothing.
func (q Query) check() error {
	switch {
	case q.Pot != "" && q.Account != "" || len(q.Account) > 64:
		return fault.New(fault.Invalid, "Entries are listed of a pot or of an account, not of both.")
	case q.Month != "" && q.Until != "", !isMonth(q.Month), !isMonth(q.Until):
		return fault.New(fault.Invalid, "A list is of one month, or until one, written like 2026-01.")
	case q.Appeal && (q.Account != "" || q.Until != ""):
		return fault.New(fault.Invalid, "An appeal is of a pot or of the fund, in one month or in all.")
	case !slices.Contains([]Flow{"", In, Out}, q.Flow):
		return fault.New(fault.Invalid, "The flow is in or out.")
	case !slices.Contains([]Class{"", Proved, Attested, Declared}, q.Class):
		return fault.New(fault.Invalid, "The evidence is proved, attested or declared.")
	case q.Unit != "" && !q.Unit.Valid():
		return fault.New(fault.Invalid, "This unit is not known.")
	}
	return nil
}

// isMonth tells whether text is a month like 2026-01, or empty.
func isMonth(text string) bool {
	_, err := time.Parse("2006-01", text)
	return text == "" || err == nil
}

// ParseIndex reads a journal index: digits without leading zero.
func ParseIndex(text string) (int64, error) {
	index, err := strconv.ParseInt(text, 10, 64)
	if err != nil || index < 0 || strconv.FormatInt(index, 10) != text {
		return 0, fault.New(fault.NotFound, "There is no entry of this number.")
	}
	return index, nil
}
