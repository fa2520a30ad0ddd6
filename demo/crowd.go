// SPDX-License-Identifier: AGPL-3.0-or-later

package demo

import (
	"fmt"
	"strings"
	"time"

	"ecot/app"
	"ecot/mechanism/giving"
)

// person gives the k-th person of the crowd, k from 1. Half go by an alias, a fifth are anonymous,
// and the others by a name put together from words that say that it is made up.
func person(k int) donor {
	p := app.Person{Handle: fmt.Sprintf("personne-%04d@foule.example", k), Kind: string(giving.Person)}
	p.Mail = p.Handle
	switch k % 10 {
	case 0, 5:
	case 1, 2, 3, 4, 6:
		p.Name = pick(aliasNouns, k) + " " + pick(aliasPlaces, k/10)
	default:
		p.Name = pick(firstNames, k) + " " + pick(madeUpNames, k/10)
	}
	return donor{Person: p, kind: giving.Person, appeal: true}
}

// The words of the names. No list is longer than 30 words, and k/10 moves on when k has gone round
// the digits once, so that few of the crowd share a name, as in any crowd.
const (
	firstNames = "Ambre Bertille Céleste Damien Élise Fleur Gaël Hélène Isaure Joël Karine Lucien Maud Noé " +
		"Ondine Perrine Quentin Rose Sacha Tiphaine Ulysse Violette Wendy Xavière Yaël Zoé Achille Blanche Clovis"
	madeUpNames = "Chimère Mirage Fictif Imaginaire Postiche Simulacre Fantaisie Légende Fable Pastiche " +
		"Feintise Songe Conte Illusion Mascarade Carton-Pâte Figurant Doublure Apocryphe Ersatz Allégorie " +
		"Épouvantail Trompe-l'Œil Décor Prétexte Canular Bobard Utopie Personnage Pantin"
	aliasNouns = "Hirondelle Hérisson Libellule Marmotte Passereau Renard Salamandre Tortue Belette " +
		"Coccinelle Écureuil Fauvette Grillon Hulotte Loutre Mésange Pinson"
	aliasPlaces = "du_lavoir de_la_halle du_vieux_pont des_remparts du_canal de_la_gare du_verger " +
		"des_tilleuls du_moulin de_la_fontaine du_kiosque des_glycines du_beffroi de_l'écluse du_potager " +
		"des_collines du_phare de_la_lisière du_grenier"
)

// pick gives the n-th word of a list that goes round; an underscore in it stands for a space.
func pick(words string, n int) string {
	list := strings.Fields(words)
	return strings.ReplaceAll(list[n%len(list)], "_", " ")
}

// crowdMemo gives the words that the k-th person sends along; one in eleven does.
func crowdMemo(k int) string {
	if k%11 != 1 {
		return ""
	}
	list := strings.Split("Merci pour ce que vous faites.|Pour que cela dure.|Ma part, comme chaque mois.|"+
		"De la part de toute la classe.|Continuez !|Parce que je m'en sers tous les jours.|"+
		"Pour le lecteur d'écran.|Une petite pierre.", "|")
	return list[k/11%len(list)]
}

// crowdSizes gives how many people of the crowd give, from February to December.
func crowdSizes() []int { return []int{18, 22, 25, 31, 28, 12, 9, 34, 46, 71, 1012} }

// crowdGift gives what the k-th person gives each month, and to which pot.
func crowdGift(k int) (minor int64, pot string) {
	amounts := [...]int64{5_00, 10_00, 10_00, 15_00, 20_00, 5_00, 12_00, 10_00, 30_00, 8_00}
	pots := [...]string{lanterne, lanterne, passerelle, lanterne, fonds, tamis, lanterne}
	return amounts[(k-1)%len(amounts)], pots[(k-1)%len(pots)]
}

// crowd writes down what the crowd gives: each month person k on day 2 + (k mod 26), the odd ones by
// card, the even ones by transfer; and on 31 December the first 25 once more.
func (s *script) crowd() {
	for i, size := range crowdSizes() {
		month := time.February + time.Month(i)
		for k := 1; k <= size; k++ {
			g := gift{when: inCrowd(month, 2+k%26, k), name: fmt.Sprintf("crowd-%04d", k), from: person(k),
				by: byTransfer, memo: crowdMemo(k + 7*i)}
			if k%2 == 1 {
				g.by = byCard
			}
			minor, pot := crowdGift(k)
			g.to = whole(pot, minor)
			s.give(g)
		}
	}
	for k := 1; k <= 25; k++ {
		s.give(gift{when: inCrowd(time.December, 31, k), name: fmt.Sprintf("crowd-%04d", k), from: person(k),
			by: byTransfer, to: whole(fonds, 5_00)})
	}
}

// inCrowd gives the k-th person's moment: from noon on, one after the other.
func inCrowd(month time.Month, day, k int) moment {
	minute := (k - 1) / 26
	return moment{fmt.Sprintf("%02d-%02d", int(month), day), fmt.Sprintf("%02d:%02d", 12+minute/60, minute%60)}
}
