// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"fmt"
	"time"

	"ecot/app"
	"ecot/journal"
	"ecot/mechanism"
	"ecot/mechanism/giving"
	"ecot/money"
)

// The pots.
const (
	dotation   = "dotation"
	fonds      = "fonds"
	lanterne   = "lanterne"
	passerelle = "passerelle"
	tamis      = "tamis"
)

// year writes the whole play down, in order.
func year() ([]act, error) {
	paris, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("load the time zone: %w", err)
	}
	s := &script{zone: paris}
	s.founding()
	s.appeals()
	s.crowd()
	s.regularGift()
	s.regulars()
	s.company()
	s.handed()
	s.returnedDebit()
	s.refund()
	s.chargeback()
	s.unplaced()
	s.bills()
	s.closedAccount()
	s.carried()
	s.bankCharges()
	s.payouts()
	s.closings()
	s.erasure()
	return s.inOrder()
}

// someone gives a natural person of the play.
func someone(handle, name string) donor {
	mail := handle + "@brindeval.example"
	return donor{Person: app.Person{Handle: mail, Kind: string(giving.Person), Name: name, Mail: mail},
		kind: giving.Person, appeal: true}
}

// body gives a body of the play, which no public appeal brings.
func body(handle, name string, kind giving.Donor) donor {
	d := someone(handle, name)
	d.kind, d.appeal, d.Kind = kind, false, string(kind)
	return d
}

// several gives people who give as one, and are counted as one person.
func several(handle, name string, appeal bool) donor {
	d := someone(handle, name)
	d.Kind, d.appeal = "collective", appeal
	return d
}

// founding opens the pots and takes in what the three founders give, before any public appeal.
func (s *script) founding() {
	for i, pot := range []struct{ slug, title string }{
		{dotation, "Dotation"},
		{fonds, "Fonds des Communs de Brindeval"},
		{lanterne, "Lanterne, lecteur d'écran libre"},
		{passerelle, "Passerelle, visioconférence"},
		{tamis, "Tamis, bibliothèque de calendriers"},
	} {
		purpose := giving.Spendable
		if pot.slug == dotation {
			purpose = giving.Endowment
		}
		s.add(moment{"01-02", fmt.Sprintf("09:%02d", 10+i)}, "pot-"+pot.slug, act{
			private: []app.Private{{Field: "title", Value: pot.title}},
			command: func(int64) mechanism.Command {
				return &giving.OpenPot{PotOpened: giving.PotOpened{Slug: pot.slug, Purpose: purpose}}
			}})
	}
	for i, name := range []string{"Edmonde Chimère", "Gaston Mirage", "Solange Fictif"} {
		founder := someone(fmt.Sprintf("fondation-%d", i+1), name)
		founder.appeal = false
		s.give(gift{when: moment{"01-02", fmt.Sprintf("11:%02d", i)}, name: fmt.Sprintf("founder-%d", i+1),
			from: founder, by: byTransfer, to: whole(dotation, 5_000_00)})
	}
	s.give(gift{when: moment{"01-02", "11:10"}, name: "founders",
		from: several("fondation", "Les trois fondateurs", false), by: byTransfer, to: whole(fonds, 100_00),
		memo: "Pour les premiers frais."})
}

// regulars give on the same day of several months: Nour by card, Léon by transfer.
func (s *script) regulars() {
	for _, month := range []string{"02", "03", "04", "05", "06", "07", "08", "11", "12"} {
		s.give(gift{when: moment{month + "-05", "11:00"}, name: "nour",
			from: someone("nour.modele", "Nour Modèle"), by: byCard, to: whole(lanterne, 20_00), part: nourID})
	}
	for _, month := range []string{"04", "05", "06"} {
		s.give(gift{when: moment{month + "-08", "11:00"}, name: "leon", from: someone("leon.gomme", "Léon Gommé"),
			by: byTransfer, to: whole(lanterne, 15_00), memo: "Bravo à Basile, de la part de Léon."})
	}
}

// company books the company's transfer wrongly, reverses that and books it right: half goes where
// the donor directs it, half to the fund, and the odd cent to the donor's half.
func (s *script) company() {
	const day, total = "03-14", 6_000_01 // 0,5 % of a contract of 1 200 002,00
	halves, err := money.Split(total, []int64{1, 1})
	if err != nil {
		s.fail(err)
		return
	}
	tuileries := body("compta.tuileries", "Tuileries Imaginaires SAS", giving.Company)
	s.give(gift{when: moment{day, "11:00"}, name: "tuileries-wrong", from: tuileries, by: byTransfer,
		to: whole(fonds, total)})
	on := s.day(day)
	s.add(moment{day, "15:00"}, "tuileries-reversed", act{of: key(day, "tuileries-wrong"),
		private: []app.Private{{Field: "because", Value: "La moitié fléchée par le donateur avait été oubliée."}},
		command: func(of int64) mechanism.Command {
			return &giving.Reverse{Reversed: giving.Reversed{Of: of, By: treasurer, On: on}}
		}})
	s.give(gift{when: moment{day, "15:05"}, name: "tuileries", from: tuileries, by: byTransfer,
		to: []journal.Share{{Pot: lanterne, Amount: halves[0]}, {Pot: fonds, Amount: halves[1]}}})
}

// handed takes in what comes by hand and is banked some days later.
func (s *script) handed() {
	s.give(gift{when: moment{"09-20", "18:30"}, name: "stall",
		from: several("stand", "Le stand du marché de Brindeval", true), by: byHand, to: whole(lanterne, 64_50)})
	s.move(moment{"09-22", "09:00"}, "stall-banked", cash, 64_50)
	amicale := body("amicale.relieurs", "Amicale des Relieurs de Brindeval", giving.Association)
	amicale.appeal = true
	s.give(gift{when: moment{"10-08", "11:00"}, name: "amicale", from: amicale, by: byHand,
		to: whole(fonds, 150_00)})
	s.move(moment{"10-13", "09:00"}, "amicale-banked", cash, 150_00)
}

// returnedDebit is a direct debit that the bank sends back, at a fee.
func (s *script) returnedDebit() {
	s.give(gift{when: moment{"05-05", "11:00"}, name: "paul", from: someone("paul.leurre", "Paul Leurre"),
		by: byDebit, to: whole(lanterne, 30_00)})
	debit := key("05-05", "paul")
	s.back(moment{"05-12", "10:00"}, "paul-returned", debit,
		giving.Refunded{Back: whole(lanterne, 30_00), Through: bank, Reason: giving.SentBack})
	s.charge(moment{"05-12", "10:01"}, "paul-return-fee", debit,
		giving.FeeCharged{Amount: 2_40, Through: bank, For: giving.ReturnFee})
}

// refund gives half of a card gift back, whose fee stays spent.
func (s *script) refund() {
	s.give(gift{when: moment{"06-18", "11:00"}, name: "odette",
		from: someone("odette.inventee", "Odette Inventée"), by: byCard, to: whole(passerelle, 50_00),
		memo: "Pour nos réunions du jeudi."})
	s.back(moment{"06-25", "10:00"}, "odette-refunded", key("06-18", "odette"),
		giving.Refunded{Back: whole(passerelle, 25_00), Through: provider, Reason: giving.GivenBack})
}

// chargeback is a card gift of nobody knows whom, which the card's holder has taken back.
func (s *script) chargeback() {
	s.give(gift{when: moment{"10-02", "11:00"}, name: "stranger",
		from: donor{kind: giving.DonorUnknown, appeal: true}, by: byCard, to: whole(fonds, 80_00)})
	card := key("10-02", "stranger")
	s.back(moment{"10-20", "10:00"}, "stranger-chargeback", card,
		giving.Refunded{Back: whole(fonds, 80_00), Through: provider, Reason: giving.ChargedBack})
	s.charge(moment{"10-20", "10:01"}, "stranger-dispute", card,
		giving.FeeCharged{Amount: 20_00, Through: provider, For: giving.DisputeFee})
}

// unplaced are two transfers without a reference; whose the first is comes out five days later.
func (s *script) unplaced() {
	s.arrive(moment{"11-19", "11:00"}, "unknown", 40_00, "VIR SEPA M BROUILLON 40,00 SANS MOTIF")
	s.give(gift{when: moment{"11-24", "10:00"}, name: "marthe",
		from: someone("marthe.brouillon", "Marthe Brouillon"), by: byTransfer, to: whole(passerelle, 40_00),
		of: key("11-19", "unknown"), given: "11-19"})
	s.arrive(moment{"12-30", "11:00"}, "don-noel", 35_00, "VIR SEPA 35,00 DON NOEL")
}

// bills are approved by two and paid two days later or three; the last is not paid yet.
func (s *script) bills() {
	basile := someone("basile.factice", "Basile Factice")
	s.pay("05-30", "basile-1-paid", s.claim(bill{day: "05-28", name: "basile-1", pot: lanterne, minor: 480_00,
		payee: basile, to: giving.Mission, text: "Facture 2025-01, astreinte et relecture"}))
	s.pay("09-26", "basile-2-paid", s.claim(bill{day: "09-24", name: "basile-2", pot: lanterne, minor: 600_00,
		payee: basile, to: giving.Mission, text: "Facture 2025-02, astreinte"}))
	s.pay("12-18", "auditor-paid", s.claim(bill{day: "12-16", name: "auditor", pot: fonds, minor: 900_00,
		payee: body("cabinet.controle", "Cabinet Contrôle Imaginaire", giving.Company), to: giving.Running,
		text: "Honoraires de l'exercice 2025"}))
	s.pay("12-22", "jules-paid", s.claim(bill{day: "12-19", name: "jules", pot: tamis, minor: 750_00,
		payee: someone("jules.esquisse", "Jules Esquisse"), to: giving.Mission,
		text: "Facture 7, travaux de sécurité"}))
	s.claim(bill{day: "12-30", name: "basile-3", pot: lanterne, minor: 1_200_00,
		payee: basile, to: giving.Mission, text: "Facture 2025-03, astreinte et relecture"})
}

// closedAccount pays Mireille's costs to an account that is closed, and again to the right one.
func (s *script) closedAccount() {
	costs := s.claim(bill{day: "09-10", name: "mireille", pot: passerelle, minor: 220_00,
		payee: someone("mireille.essai", "Mireille Essai"), to: giving.Mission,
		text: "Frais d'hébergement, justificatifs joints"})
	s.pay("09-12", "mireille-paid", costs)
	f := giving.Returned{Through: bank, Code: "ac04", On: s.day("09-15"), Evidence: giving.Proved}
	s.add(moment{"09-15", "10:00"}, "mireille-returned", act{of: costs,
		command: func(of int64) mechanism.Command {
			f.Of = of
			return &giving.TakeBack{Returned: f}
		}})
	s.pay("09-29", "mireille-paid-again", costs)
}

// carried is the transfer from the fund to Tamis, under two signatures.
func (s *script) carried() {
	f := giving.Transferred{Unit: euro, Amount: 1_500_00, From: fonds, To: tamis,
		By: []string{treasurer, president}, On: s.day("11-28")}
	s.add(moment{"11-28", "17:00"}, "fonds-to-tamis", act{
		private: []app.Private{{Field: "because", Value: "Sécurité de Tamis, dont toute la ville dépend."}},
		command: func(int64) mechanism.Command { return &giving.Transfer{Transferred: f} }})
}

// bankCharges are taken on the last day of each month.
func (s *script) bankCharges() {
	for month := time.January; month <= time.December; month++ {
		last := time.Date(2025, month+1, 0, 0, 0, 0, 0, time.UTC)
		s.charge(moment{last.Format("01-02"), "18:00"}, "bank", "",
			giving.FeeCharged{Amount: 4_90, Through: bank, For: giving.BankFee})
	}
}

// payouts bring what the provider held at each month's end to the bank. It comes last of all, since
// it adds up what the other acts leave with the provider.
func (s *script) payouts() {
	for month := time.January; month < time.December; month++ {
		next := time.Date(2025, month+1, 1, 0, 0, 0, 0, s.zone)
		var held int64
		for _, a := range s.acts {
			if a.at.Before(next) {
				held += a.provider
			}
		}
		if held > 0 {
			s.move(moment{workingDay(next.AddDate(0, 0, 2)).Format("01-02"), "08:00"}, "payout", provider, held)
		}
	}
}

// workingDay gives the first day from t on that is no weekend. No holiday of the banks falls on one
// of the days that the play asks about.
func workingDay(t time.Time) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}
