// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ecot/demo"
	"ecot/locale"
	"ecot/web/page/pagetest"
)

// stage is the demo while it is served.
type stage struct {
	dir   string
	base  string
	links map[string]string // by role
	said  string
}

// openStage plays the demo into a folder of its own and serves it.
func openStage(t *testing.T) stage {
	t.Helper()
	dir, address := filepath.Join(t.TempDir(), "demo"), freePort(t)
	said := running(t, ": http://"+address+"/", "demo", "--data", dir, "--listen", address).String()
	s := stage{dir: dir, base: "http://" + address, links: map[string]string{}, said: said}
	for _, found := range regexp.MustCompile(`(donor|maintainer|treasurer|approver|auditor) +(http\S+)`).
		FindAllStringSubmatch(said, -1) {
		s.links[found[1]] = found[2]
	}
	if len(s.links) != 5 {
		t.Fatalf("the terminal gives %d links: %s", len(s.links), said)
	}
	return s
}

// TestFiveMinutesOfTheDemo walks through the demo as its visitor does, in a browser, in French.
func TestFiveMinutesOfTheDemo(t *testing.T) {
	ctx := pagetest.Browser(t)
	s := openStage(t)
	v := &visitor{t: t, ctx: ctx, base: s.base, lang: locale.French}
	for _, want := range []string{s.base + "/", demo.Root, "vérifiez", "ecot verify"} {
		if !strings.Contains(s.said, want) {
			t.Errorf("step 1: the terminal does not say %q", want)
		}
	}
	v.sees("2-home", v.visit("/"), "1 013 personnes ont donné en décembre. C’est un record.", "12 785,00 €",
		"Lanterne : il faut 900,00 € en janvier 2026 ; 0,00 €",
		"Banque = grand livre, écart 0,00 € au 31 décembre 2025")
	gift := strangerGives(v)
	nourFollows(v, s, gift)
	treasurerWorks(v, s)
	signatures(t, v, s)
	closesDecember(t, v)
	badDays(v)
	v.sees("12-erased", v.visit("/entries/71"), "Don", "15,00 €")
	if text := v.text() + v.visit("/wall") + v.visit("/entries/71"); strings.Contains(text, "Gommé") {
		t.Error("step 12: Léon was erased and is named")
	}
	v.sees("12-erasure", v.visit("/entries/250"), "Personnes effacées", "30 septembre 2025")
	auditorReads(t, v, s)
	inEnglish(v)
	withdraws(t, s)
	verifies(t, s)
}

// strangerGives is steps 3 and 4; it gives the address of the page that follows the gift.
func strangerGives(v *visitor) (follow string) {
	v.sees("3-card", v.give("lanterne", "card", "carte@brindeval.example"), "12,00 € − 0,43 € = 11,57 €")
	v.press("Confirmer mon don")
	v.sees("3-till", v.press("Payer par carte"), "Démonstration : aucun paiement réel", "12,00 €")
	v.press("Payer")
	v.sees("3-paid", v.visit(v.address()), "Merci pour vos 12,00 €", "12,00 € − 0,43 € = 11,57 €")
	v.sees("3-gauge", v.visit("/projects/lanterne"), "Il faut 900,00 € ; 12,00 € sont là")
	v.sees("3-transfer", v.give("lanterne", "transfer", "zoe@brindeval.example"), "12,00 € − 0,00 € = 12,00 €")
	v.sees("3-iban", v.press("Confirmer mon don"), "FR72 3000 6000 0112 3456 7890 A89", "RF", "Il reste à payer 12,00 €")
	promise := v.address()
	v.sees("4-thanks", v.press("Simuler l’arrivée du virement"), "Merci : vos 12,00 € sont arrivés", "Basile Factice",
		"zoe@brindeval.example")
	v.sees("4-gauge", v.visit("/projects/lanterne"), "2 personnes ont donné en janvier", "Il faut 900,00 € ; 24,00 € sont là")
	v.sees("4-bank", v.visit("/bank"), "écart 0,00 € au 2 janvier 2026", "27 126,77 €")
	v.sees("4-promise", v.visit(promise), "L’argent a été vu")
	v.press("Où va mon euro")
	return v.address()
}

// nourFollows is step 5.
func nourFollows(v *visitor, s stage, gift string) {
	v.sees("5-hers", v.visit(gift), "12,00 €", "Pas encore dépensé")
	v.sees("5-nour", v.visit(s.links["donor"]), "Nour Modèle", "9 dons, 180,00 € en tout")
	v.sees("5-nour-follows", v.press("Où va mon euro"), "9 dons : 180,00 − 4,95 = 175,05 €", "480,00 €")
}

// treasurerWorks is step 6: the queue, and the arrival that is matched.
func treasurerWorks(v *visitor, s stage) {
	v.signIn(s.links["treasurer"])
	queue := v.visit("/desk")
	v.sees("6-queue", queue, "4 choses vous attendent", "Arrivées à attribuer : 1", "1 200,00 €", "2025-12 peut être clos",
		"Les nouvelles de 2025-12 restent à figer")
	if strings.Index(queue, "Arrivées à attribuer") > strings.Index(queue, "restent à figer") {
		v.t.Error("step 6: the queue does not begin with what waits longest")
	}
	v.sees("6-line", v.visit("/desk/bank"), "DON NOEL", "Marthe Brouillon", "Même compte qu’un don précédent")
	v.press("Inscrire ainsi")
	if text := v.visit("/desk"); strings.Contains(text, "Arrivées à attribuer") {
		v.t.Errorf("step 6: the arrival still waits: %s", text)
	}
}

// signatures is step 7.
func signatures(t *testing.T, v *visitor, s stage) {
	t.Helper()
	v.sees("7-signed", v.visit("/desk/expenses/1409"), "1 200,00 €", "treasurer", "president")
	basile := newCaller(t, s.base)
	basile.enter(s.links["maintainer"])
	if status, _, _ := basile.post("/desk/payments/export", url.Values{}); status != http.StatusForbidden {
		t.Errorf("step 7: Basile sends his own money: %d", status)
	}
	firmin := newCaller(t, s.base)
	firmin.enter(s.links["approver"])
	_, page, _ := firmin.post("/desk/payments/export", url.Values{})
	file := regexp.MustCompile(`/desk/payments/files/[\w-]+`).FindString(page)
	_, orders := firmin.get(file)
	for _, want := range []string{"pain.001.001.09", "1200.00", "FR7630006000010000000000152", "EXP-1409-1"} {
		if file == "" || !strings.Contains(orders, want) {
			t.Errorf("step 7: the file %q lacks %q: %.300s", file, want, orders)
		}
	}
	v.sees("7-sent", v.visit("/desk/payments"), "envoyé, pas encore vu", "EXP-1409-1")
}

// closesDecember is step 8.
func closesDecember(t *testing.T, v *visitor) {
	t.Helper()
	v.visit("/desk/bank/months/2025-12")
	v.sees("8-closed", v.press("Clore le mois"), "décembre 2025 est clos", "Écart 0,00 €", "Son empreinte")
	v.sees("8-news", v.visit("/desk/news/2025-12"), "1 014 personnes", // Marthe's 35,00 is among them now
		"12 820,00 €")
	v.sees("8-frozen", v.press("Garder et figer"), "Nouvelles de décembre 2025", "C’est un record")
	if text := v.visit("/desk"); strings.Contains(text, "peut être clos") || strings.Contains(text, "restent à figer") {
		t.Errorf("step 8: the queue still asks for what was done: %s", text)
	}
}

// badDays is step 9: each on one page, with what it undid.
func badDays(v *visitor) {
	v.sees("9-debit", v.visit("/entries/114"), "Remboursement", "30,00 €", "écriture nº 101", "reason return")
	v.sees("9-debit-fee", v.visit("/entries/115"), "Frais", "2,40 €", "Fonds des Communs")
	v.sees("9-chargeback", v.visit("/entries/292"), "80,00 €", "écriture nº 252", "chargeback")
	v.sees("9-dispute-fee", v.visit("/entries/293"), "Frais", "20,00 €", "Fonds des Communs")
	v.sees("9-closed-account", v.visit("/entries/229"), "Paiement revenu", "220,00 €", "écriture nº 218", "ac04")
}

// withdraws is what a consent that is taken back comes to: it leaves the wall, its list, and the news, those
// that are frozen and those that come.
func withdraws(t *testing.T, s stage) {
	t.Helper()
	const nour = "Nour Modèle"
	nourself := newCaller(t, s.base)
	count := func(path string) (n int) {
		for path != "" { // a list goes on over several pages
			status, text := nourself.get(path)
			if status != http.StatusOK {
				t.Fatalf("%s: %d", path, status)
			}
			n += strings.Count(text, nour)
			next := regexp.MustCompile(`"next": ?"([^"]+)"`).FindStringSubmatch(text)
			if path = ""; next != nil {
				path = strings.ReplaceAll(next[1], `\u0026`, "&")
			}
		}
		return n
	}
	wall, list, frozen := count("/wall"), count("/wall.json"), count("/news/2025-12")
	if wall == 0 || list == 0 || frozen == 0 {
		t.Errorf("Nour is named %d times on the wall, %d in its list, %d in the news", wall, list, frozen)
	}
	if status, page, _ := nourself.post(s.links["donor"]+"/gifts/502", url.Values{}); status != http.StatusOK {
		t.Fatalf("withdrawing: %d %s", status, words(page))
	}
	if w, l, f := count("/wall"), count("/wall.json"), count("/news/2025-12/v/1"); w >= wall || l != list-1 || f != 0 {
		t.Errorf("withdrawn, Nour is named %d times on the wall, %d in its list, %d in the news", w, l, f)
	}
	if again := count("/news/2025-12/v/1/frozen.json"); again != 0 {
		t.Errorf("what was frozen still names Nour %d times", again)
	}
}

// inEnglish is the main steps again, in the other language.
func inEnglish(v *visitor) {
	v.lang = locale.English
	v.sees("2-home", v.visit("/"), "1,014 people gave in December", "€12,820.00", "Lanterne", "€900.00")
	v.sees("3-transfer", v.give("lanterne", "transfer", "english@brindeval.example"), "€12.00 − €0.00 = €12.00")
	v.sees("3-iban", v.press("Confirm my gift"), "FR72 3000 6000 0112 3456 7890 A89", "€12.00 left to pay")
	promise := v.address()
	v.sees("4-thanks", v.press("Simulate the arrival of the transfer"), "Thank you", "€12.00", "Basile Factice")
	v.sees("4-gauge", v.visit("/projects/lanterne"), "€900.00", "€36.00")
	v.visit(promise)
	v.sees("5-hers", v.press("Where my euro goes"), "€12.00")
	v.sees("8-closed", v.visit("/desk/bank/months/2025-12"), "€0.00")
	v.sees("9-debit", v.visit("/entries/114"), "Refund", "€30.00")
}

// auditorReads is step 13: all is read, nothing is changed.
func auditorReads(t *testing.T, v *visitor, s stage) {
	t.Helper()
	v.sees("13-proof", v.visit("/about/proof"), "prouvé", "attesté", "déclaré")
	aicha := newCaller(t, s.base)
	aicha.enter(s.links["auditor"])
	if status, page := aicha.get("/desk/bank"); status != http.StatusOK || !strings.Contains(words(page), "Lignes de la banque") {
		t.Errorf("step 13: the auditor reads the bank: %d", status)
	}
	for _, path := range []string{"/desk/payments/export", "/desk/bank/months/2026-01", "/desk/news/2025-12"} {
		if status, _, _ := aicha.post(path, url.Values{"do": {"freeze"}}); status != http.StatusForbidden {
			t.Errorf("step 13: the auditor may %s: %d", path, status)
		}
	}
}

// verifies is step 14: the bundle holds, and one digit changed in it does not.
func verifies(t *testing.T, s stage) {
	t.Helper()
	bundle := filepath.Join(s.dir, "bundle")
	if _, errOut, status := fed(t, "", "export", "--data", s.dir, bundle); status != 0 {
		t.Fatalf("step 14: %s", errOut)
	}
	out, errOut, status := fed(t, "", "verify", bundle, "--key", demo.VKey)
	if status != 0 || !strings.Contains(out, "PROVED") || !strings.Contains(out, "DECLARED") {
		t.Errorf("step 14: %d %s%s", status, out, errOut)
	}
	changed := false
	err := filepath.WalkDir(bundle, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || changed {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "\ngross 500\n") {
			return err
		}
		changed = true
		return os.WriteFile(path, []byte(strings.Replace(string(text), "\ngross 500\n", "\ngross 600\n", 1)), 0o600)
	})
	if err != nil || !changed {
		t.Fatalf("step 14: no gift of 5,00 was found in the bundle: %v", err)
	}
	out, errOut, status = fed(t, "", "verify", bundle, "--key", demo.VKey)
	if status == 0 || !regexp.MustCompile(`FAIL[^\n]*\d`).MatchString(out+errOut) {
		t.Errorf("step 14: a changed digit: %d %s%s", status, out, errOut)
	}
}
