// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/journal"
	"ecot/office"
)

// The invented accounts of the play; their check digits are right, and no bank has them.
const (
	fundIBAN     = "FR7230006000011234567890A89"
	martheHandle = "marthe.brouillon@brindeval.example"
	martheIBAN   = "FR7630006000011234567890189"
	visitorIBAN  = "FR7630006000010000000000637"
)

// profileOf gives what the fund says of itself.
func profileOf() profile.Profile {
	from, _ := journal.ParseDay("2025-01-15")
	until, _ := journal.ParseDay("2026-01-14")
	return profile.Profile{
		LegalName: Name, Form: profile.FondsDeDotation, Number: "123456782",
		Street: "1 place de la Halle", Postcode: "00000", Town: "Brindeval", Country: "FR",
		Object:    "Soutenir les communs numériques dont Brindeval et ses voisins se servent.",
		Publisher: "Firmin Exemple, président", Host: "Association Hébergeur Imaginaire, Brindeval, 00 00 00 00 00",
		Mail: "bonjour@brindeval.example", SiteLive: true, BaseURL: "https://brindeval.example",
		IBAN: fundIBAN, BIC: "AGRIFRPP", Prefix: "DON", Pot: fonds,
		AppealNumber: "2025-015", AppealFrom: from, AppealUntil: until,
		Suggested: []int64{5_00, 12_00, 20_00, 50_00}, Least: 1_00, CardFixed: 25, CardBasis: 150, Deductible: true,
	}
}

// projects gives what the pots are for, in words.
func projects() []office.Project {
	return []office.Project{
		{Slug: fonds, Title: "Fonds des Communs de Brindeval", Thanks: "Odile Maquette", Status: office.Running,
			Summary: "Pour ce dont le fonds a besoin, et pour les communs que le comité choisit.",
			Body: "Les dons au fonds paient le contrôle des comptes, la banque, " +
				"et ce que le comité décide de soutenir."},
		{Slug: lanterne, Title: "Lanterne", Thanks: "Basile Factice", Status: office.Running, Earmarks: true,
			Summary: "Un lecteur d’écran libre, en français, entretenu par une personne et ceux qui l’aident.",
			Body: "Lanterne lit l’écran à voix haute. L’astreinte répond quand une mise à jour " +
				"casse quelque chose.\n\n" +
				"La relecture vérifie chaque version avec des personnes aveugles ou malvoyantes."},
		{Slug: passerelle, Title: "Passerelle", Thanks: "Mireille Essai", Status: office.Running,
			Summary: "La visioconférence des associations de Brindeval.",
			Body: "Passerelle ne prend ni don fléché ni prime : " +
				"le travail suit ce qui presse, et les dons le paient."},
		{Slug: tamis, Title: "Tamis", Thanks: "Jules Esquisse", Status: office.Running, Bounties: true,
			Summary: "Une bibliothèque de calendriers, dont toute la ville dépend sans le savoir.",
			Body:    "Tamis calcule les fêtes mobiles, les heures d’été et les vieux formats."},
	}
}

// needs gives Lanterne's needs, in words.
func needs() []office.Need {
	return []office.Need{
		{Need: onCall, Title: "Astreinte", Detail: "Répondre quand une mise à jour casse la lecture."},
		{Need: accessibility, Title: "Relecture accessibilité",
			Detail: "Chaque version est essayée avec qui s’en sert."},
		{Need: hosting, Title: "Hébergement", Detail: "Voix, paquets et forum."},
		{Need: dayAWeek, Title: "Un jour par semaine pour Basile",
			Detail: "Entretenir Lanterne sans y laisser ses soirs."},
	}
}

// member is somebody who works for the fund, with what they may do.
type member struct {
	name, mail, mandate, role, project string
}

// roles gives what they may do; the treasurer of so small a fund writes its news as well.
func (m member) roles() []office.Role {
	roles := []office.Role{{Name: m.role, Project: m.project}}
	if m.role == people.Treasurer {
		roles = append(roles, office.Role{Name: people.Editor})
	}
	return roles
}

// members gives them in the order in which the demo shows their links.
func members() []member {
	return []member{
		{"Basile Factice", "basile.factice@brindeval.example", "lanterne", "maintainer", lanterne},
		{"Odile Maquette", "odile.maquette@brindeval.example", treasurer, "treasurer", ""}, // and editor
		{"Firmin Exemple", "firmin.exemple@brindeval.example", president, "approver", ""},
		{"Aïcha Témoin", "aicha.temoin@brindeval.example", "", "auditor", ""},
	}
}
