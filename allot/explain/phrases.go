// SPDX-License-Identifier: AGPL-3.0-or-later

package explain

// phrasesIn gives the phrases of a document told in words. Both languages hold the same keys, and
// each phrase takes the same values in both.
func phrasesIn(language Language) map[string]string {
	if language == French {
		return french()
	}
	return english()
}

// english gives the phrases in English.
func english() map[string]string {
	return map[string]string{
		"point":             ".",
		"called":            "%s “%s”",
		"rule equal-shares": "Method of Equal Shares",
		"rule greedy":       "By votes",
		"rule phragmen":     "Phragmén's sequential rule",
		"head":              "%s: %d voters, %d projects, a budget of %s.",
		"utility cost": "Every voter begins with %s. In each round the project with the most effective " +
			"votes (cost ÷ price) is bought.",
		"utility cardinality": "Every voter begins with %s. In each round the project with the lowest price " +
			"for its supporters is bought.",
		"raised":           "That share was raised %d times by one whole unit of the currency.",
		"threshold":        "A project needs at least %d votes.",
		"no-skip":          "The count stops at the first project that does not fit.",
		"exclusive":        "Only one of these can win: %s.",
		"ties lowest-cost": "Among equals the lower cost wins, then more votes, then the smaller identifier.",
		"ties string":      "Among equals the smaller identifier wins.",
		"round":            "%d. %s costs %s. Of its %d supporters, %d have money left.",
		"price":            "   %d of them pay %s each: %s effective votes.",
		"poor":             "   The other %d give all that they have left.",
		"phragmen":         "%d. %s costs %s. Its %d supporters can buy it once each voter has earned %s.",
		"tied":             "   Exactly equal: %s. The rule for ties decides.",
		"runner-up":        "   Next best: %s with %s effective votes.",
		"beyond":           "The next would be %s; at %s it does not fit, and the count ends.",
		"fill":             "What is left goes to further projects by votes.",
		"bought":           "%s: %d votes, costs %s of the %s left: bought.",
		"too-costly":       "%s: %d votes, costs %s, only %s left: passed over.",
		"too-few":          "%s: %d votes (cost %s, %s left): below the threshold.",
		"excluded":         "%s: %d votes (cost %s, %s left): another of its group has won.",
		"stop": "With %d raises the projects bought would cost %s, above the budget: the " +
			"outcome before stands.",
		"steps":   "On the way there were %d different outcomes.",
		"end":     "In all %d projects win and cost %s of %s. Rounds with a tie: %d.",
		"residue": "Rounding up the payments left a residue of %d millionths of the smallest unit.",
	}
}

// french gives the phrases in French.
func french() map[string]string {
	return map[string]string{
		"point":             ",",
		"called":            "%s « %s »",
		"rule equal-shares": "Méthode des parts égales",
		"rule greedy":       "Par nombre de voix",
		"rule phragmen":     "Règle séquentielle de Phragmén",
		"head":              "%s : %d votants, %d projets, un budget de %s.",
		"utility cost": "Chaque votant part avec %s. À chaque tour, le projet qui a le plus de voix " +
			"effectives (coût ÷ prix) est acheté.",
		"utility cardinality": "Chaque votant part avec %s. À chaque tour, le projet dont le prix est le plus " +
			"bas pour ses soutiens est acheté.",
		"raised":    "Cette part a été relevée %d fois d'une unité entière de la monnaie.",
		"threshold": "Un projet doit réunir au moins %d voix.",
		"no-skip":   "Le dépouillement s'arrête au premier projet qui n'entre pas dans le budget.",
		"exclusive": "Un seul de ces projets peut gagner : %s.",
		"ties lowest-cost": "À égalité, le coût le plus bas l'emporte, puis le plus de voix, puis le plus " +
			"petit identifiant.",
		"ties string": "À égalité, le plus petit identifiant l'emporte.",
		"round":       "%d. %s coûte %s. Sur ses %d soutiens, %d ont encore de l'argent.",
		"price":       "   %d d'entre eux paient chacun %s : %s voix effectives.",
		"poor":        "   Les %d autres donnent tout ce qui leur reste.",
		"phragmen": "%d. %s coûte %s. Ses %d soutiens peuvent l'acheter dès que chaque votant a " +
			"gagné %s.",
		"tied":      "   Exactement à égalité : %s. La règle des égalités décide.",
		"runner-up": "   Le suivant : %s avec %s voix effectives.",
		"beyond": "Le suivant serait %s ; à %s il n'entre pas dans le budget, et le dépouillement " +
			"s'arrête.",
		"fill":       "Ce qui reste va à d'autres projets, par nombre de voix.",
		"bought":     "%s : %d voix, coûte %s sur les %s qui restent : acheté.",
		"too-costly": "%s : %d voix, coûte %s, il ne reste que %s : passé.",
		"too-few":    "%s : %d voix (coût %s, reste %s) : sous le seuil.",
		"excluded":   "%s : %d voix (coût %s, reste %s) : un autre projet de son groupe a gagné.",
		"stop": "Avec %d relèvements, les projets achetés coûteraient %s, au-dessus du budget : " +
			"le résultat précédent vaut.",
		"steps": "En chemin, il y a eu %d résultats différents.",
		"end":   "En tout, %d projets gagnent et coûtent %s sur %s. Tours avec égalité : %d.",
		"residue": "L'arrondi des paiements vers le haut laisse un reliquat de %d millionièmes de " +
			"la plus petite unité.",
	}
}
