// SPDX-License-Identifier: AGPL-3.0-or-later

package money

import "testing"

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		amount  Amount
		plain   string
		french  string
		english string
	}{
		{Amount{123456, "EUR"}, "1234.56", "1\u202f234,56\u00a0€", "€1,234.56"},
		{Amount{-123456, "EUR"}, "-1234.56", "\u22121\u202f234,56\u00a0€", "\u2212€1,234.56"},
		{Amount{5, "EUR"}, "0.05", "0,05\u00a0€", "€0.05"},
		{Amount{0, "EUR"}, "0.00", "0,00\u00a0€", "€0.00"},
		{Amount{123456, "CHF"}, "1234.56", "1\u202f234,56\u00a0CHF", "CHF\u00a01,234.56"},
		{Amount{100, "USD"}, "1.00", "1,00\u00a0$US", "$1.00"},
		{Amount{100, "GBP"}, "1.00", "1,00\u00a0£GB", "£1.00"},
		{Amount{1234, "JPY"}, "1234", "1\u202f234\u00a0JPY", "¥1,234"},
		{Amount{1234, "TND"}, "1.234", "1,234\u00a0TND", "TND\u00a01.234"},
		{Amount{1000, "XOF"}, "1000", "1\u202f000\u00a0F\u202fCFA", "F\u202fCFA\u00a01,000"},
		{Amount{Max, "EUR"}, "10000000000000.00",
			"10\u202f000\u202f000\u202f000\u202f000,00\u00a0€", "€10,000,000,000,000.00"},
		{Amount{750, "HUR"}, "750", "12\u00a0h\u00a030", "12h\u00a030m"},
		{Amount{65, "HUR"}, "65", "1\u00a0h\u00a005", "1h\u00a05m"},
		{Amount{-120, "HUR"}, "-120", "\u22122\u00a0h", "\u22122h"},
		{Amount{45, "HUR"}, "45", "45\u00a0min", "45m"},
		{Amount{1234, "laptop"}, "1234", "1\u202f234\u00a0laptop", "1,234\u00a0laptop"},
	} {
		if got := c.amount.String(); got != c.plain {
			t.Errorf("String() = %q, want %q", got, c.plain)
		}
		if got := c.amount.Format("fr"); got != c.french {
			t.Errorf("Format(fr) = %q, want %q", got, c.french)
		}
		if got := c.amount.Format("en"); got != c.english {
			t.Errorf("Format(en) = %q, want %q", got, c.english)
		}
	}
}

func TestFormatCount(t *testing.T) {
	if got := FormatCount(-1234567, "fr"); got != "\u22121\u202f234\u202f567" {
		t.Errorf("French count: %q", got)
	}
	if got := FormatCount(1234567, "en"); got != "1,234,567" {
		t.Errorf("English count: %q", got)
	}
}

func TestFormatBare(t *testing.T) {
	for _, c := range []struct {
		amount Amount
		want   string
	}{
		{Amount{-123456, "EUR"}, "\u22121\u202f234,56"},
		{Amount{1234, "laptop"}, "1\u202f234"},
		{Amount{90, "HUR"}, "1\u00a0h\u00a030"},
	} {
		if got := c.amount.FormatBare("fr"); got != c.want {
			t.Errorf("FormatBare(%v) = %q, want %q", c.amount, got, c.want)
		}
	}
}
