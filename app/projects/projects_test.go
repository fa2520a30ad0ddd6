// SPDX-License-Identifier: AGPL-3.0-or-later

package projects

import (
	"context"
	"strings"
	"testing"
	"time"

	"ecot/app"
	"ecot/app/people"
	"ecot/app/profile"
	"ecot/clock"
	"ecot/fault"
	"ecot/mechanism/appeal"
	"ecot/office"
)

// outbox keeps the notices that were written.
type outbox struct{ notices []Notice }

func (o *outbox) Write(_ context.Context, _ *office.Tx, n Notice) error {
	o.notices = append(o.notices, n)
	return nil
}

// shop is an instance with its projects, on a clock that a test sets.
type shop struct {
	*Projects
	app   *app.App
	clock *clock.Played
	mail  *outbox
}

func open(t testing.TB) shop {
	t.Helper()
	played := new(clock.Played)
	played.Set(time.Date(2025, 2, 1, 9, 0, 0, 0, time.UTC))
	a, err := app.Open(t.Context(), app.Place{Dir: t.TempDir(), Clock: played.Now})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	must(t, a.Found(t.Context(), app.Charter{Name: "Communs de Brindeval"}))
	must(t, dotation().Save(t.Context(), a.Office(), "treasurer", 1))
	mail := &outbox{}
	return shop{New(a, mail), a, played, mail}
}

// dotation is a fonds de dotation that may appeal to the public throughout 2025.
func dotation() profile.Profile {
	return profile.Profile{LegalName: "Fonds de dotation Exemple", Form: profile.FondsDeDotation,
		AppealNumber: "2025-1", AppealFrom: 20_103, AppealUntil: 20_468}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want fails unless an error has the code.
func want(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func editor() people.Actor {
	return people.Actor{Member: "m1", Name: "Firmin Exemple", Mandate: "editor",
		Roles: []office.Role{{Name: people.Editor}}}
}

func maintainer(slug string) people.Actor {
	return people.Actor{Member: "m2", Name: "Basile Factice", Mandate: "basile",
		Roles: []office.Role{{Name: people.Maintainer, Project: slug}}}
}

func lanterne() Proposal {
	return Proposal{Mail: "basile@brindeval.example", Texts: Texts{Title: "Lanterne", Lang: "fr",
		Summary: "Un lecteur d’écran libre.", Body: "Il lit à voix haute.\n\nDepuis 2019.", Earmarks: true,
		Site: "https://lanterne.example.org", Thanks: "Basile Factice", Needs: needs()}}
}

func needs() []Ask {
	return []Ask{{Need: "astreinte", Title: "Astreinte", Amount: 120_00},
		{Need: "relecture", Title: "Relecture accessibilité", Detail: "Par qui s’en sert.", Amount: 60_00},
		{Need: "hebergement", Title: "Hébergement", Amount: 20_00}}
}

func TestAProposalIsAccepted(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	slug, err := s.Propose(ctx, lanterne(), "192.0.2.1")
	must(t, err)
	if slug != "lanterne" {
		t.Fatalf("the proposal is called %q", slug)
	}
	if _, err := s.Page(ctx, slug); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a proposal is public: %v", err)
	}
	_, err = s.Inspect(ctx, maintainer("tamis"), slug)
	want(t, "a maintainer of another project inspects", err, fault.Forbidden)
	_, err = s.Proposals(ctx, maintainer(slug))
	want(t, "a maintainer lists proposals", err, fault.Forbidden)
	want(t, "a maintainer accepts", s.Accept(ctx, maintainer(slug), slug), fault.Forbidden)
	waiting, err := s.Proposals(ctx, editor())
	must(t, err)
	if len(waiting) != 1 || waiting[0].Proposer != "basile@brindeval.example" {
		t.Errorf("there wait %+v", waiting)
	}
	must(t, s.Accept(ctx, editor(), slug))
	want(t, "accepting twice", s.Accept(ctx, editor(), slug), fault.Conflict)
	page, err := s.Page(ctx, slug)
	must(t, err)
	if !page.Pot || page.Status != office.Running || len(page.Needs) != 3 || page.Needs[0].Asked != 120_00 {
		t.Errorf("the project is %+v", page)
	}
	if got := s.mail.notices; len(got) != 2 || got[0].Verdict != Received || got[1].Verdict != Accepted {
		t.Errorf("the notices are %+v", got)
	}
	again, err := s.Propose(ctx, lanterne(), "192.0.2.1")
	must(t, err)
	if again != "lanterne-2" {
		t.Errorf("a second one of the same title is called %q", again)
	}
}

func TestARefusalHasAReason(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	slug, err := s.Propose(ctx, lanterne(), "192.0.2.1")
	must(t, err)
	want(t, "a refusal without reason", s.Refuse(ctx, editor(), slug, "  "), fault.Invalid)
	must(t, s.Refuse(ctx, editor(), slug, "Hors de l’objet du fonds."))
	last := s.mail.notices[len(s.mail.notices)-1]
	if last.Verdict != Refused || last.Project.Reason != "Hors de l’objet du fonds." {
		t.Errorf("the proposer is told %+v", last)
	}
	_, err = s.Page(ctx, slug)
	want(t, "a refused project's page", err, fault.NotFound)
	if pot, err := s.hasPot(ctx, slug); err != nil || pot {
		t.Errorf("a refused project has a pot: %v, %v", pot, err)
	}
}

func TestProposalsAreLimited(t *testing.T) {
	s := open(t)
	for range proposalsOfClient {
		_, err := s.Propose(t.Context(), lanterne(), "192.0.2.1")
		must(t, err)
	}
	_, err := s.Propose(t.Context(), lanterne(), "192.0.2.1")
	want(t, "one too many", err, fault.Unavailable)
	_, err = s.Propose(t.Context(), lanterne(), "192.0.2.2")
	must(t, err)
	s.clock.Set(s.clock.Now().Add(time.Hour))
	_, err = s.Propose(t.Context(), lanterne(), "192.0.2.1")
	must(t, err)
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	s := open(t)
	for field, change := range map[string]func(*Proposal){
		"title":   func(p *Proposal) { p.Title = " " },
		"summary": func(p *Proposal) { p.Summary = strings.Repeat("é", maxSummary+1) },
		"body":    func(p *Proposal) { p.Body = "" },
		"lang":    func(p *Proposal) { p.Lang = "de" },
		"site":    func(p *Proposal) { p.Site = "javascript:alert(1)" },
		"thanks":  func(p *Proposal) { p.Thanks = strings.Repeat("x", maxName+1) },
		"needs":   func(p *Proposal) { p.Needs = append(needs(), needs()...) },
		"mail":    func(p *Proposal) { p.Mail = "nobody" },
	} {
		w := lanterne()
		change(&w)
		if problems := s.CheckProposal(&w); len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: %v", field, problems)
		}
		_, err := s.Propose(t.Context(), w, "c")
		want(t, field, err, fault.Invalid)
	}
	if all, err := s.office.Projects(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%d projects are kept, %v", len(all), err)
	}
}

func TestSlugs(t *testing.T) {
	for title, want := range map[string]string{"Lanterne": "lanterne", "L’œuvre à Noël !": "l-oeuvre-a-noel",
		"  --  ": "", "日本": "", "Tamis 2.0": "tamis-2-0", strings.Repeat("ab ", 20): "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a"} {
		if got := Slug(title); got != want {
			t.Errorf("%q becomes %q, want %q", title, got, want)
		}
	}
}

// An appeal is opened by who may, for a project inside the legal body, while the body may collect.
func TestWhoMayOpenAnAppeal(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	must(t, s.Add(ctx, editor(), "lanterne", lanterne().Texts))
	outside := lanterne().Texts
	outside.Outside = true
	must(t, s.Add(ctx, editor(), "dehors", outside))
	call := Call{Carry: appeal.CarryYear, Needs: needs()}
	want(t, "outside", s.OpenAppeal(ctx, editor(), "dehors", call), fault.Conflict)
	want(t, "another's", s.OpenAppeal(ctx, maintainer("dehors"), "lanterne", call), fault.Forbidden)
	bare := editor()
	bare.Mandate = ""
	want(t, "without mandate", s.OpenAppeal(ctx, bare, "lanterne", call), fault.Forbidden)
	want(t, "without needs", s.OpenAppeal(ctx, editor(), "lanterne", Call{}), fault.Invalid)
	if pot, err := s.hasPot(ctx, "dehors"); err != nil || pot {
		t.Errorf("a project outside the legal body has a pot: %v, %v", pot, err)
	}
	must(t, s.OpenAppeal(ctx, maintainer("lanterne"), "lanterne", call))
	standing, err := s.Standing(ctx, "lanterne")
	must(t, err)
	if !standing.Open || standing.Now.Need != 200_00 || standing.Rule.Carry != appeal.CarryYear ||
		len(standing.Fills) != 3 || standing.Month != 202502 {
		t.Errorf("the appeal stands at %+v", standing)
	}
	s.clock.Set(time.Date(2026, 1, 16, 9, 0, 0, 0, time.UTC))
	want(t, "once the authorisation is over", s.OpenAppeal(ctx, editor(), "lanterne", call), fault.Conflict)
	must(t, s.EndAppeal(ctx, editor(), "lanterne", 202601))
	s.clock.Set(time.Date(2026, 2, 15, 9, 0, 0, 0, time.UTC))
	if standing, err = s.Standing(ctx, "lanterne"); err != nil || standing.Open || len(standing.Months) != 12 {
		t.Errorf("an appeal that ended stands at %+v, %v", standing, err)
	}
}

func TestWhatIsEdited(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	must(t, s.Add(ctx, editor(), "lanterne", lanterne().Texts))
	want(t, "adding twice", s.Add(ctx, editor(), "lanterne", lanterne().Texts), fault.Conflict)
	texts := lanterne().Texts
	texts.Title, texts.Earmarks = "Lanterne 2", false
	want(t, "another's", s.Edit(ctx, maintainer("tamis"), "lanterne", texts), fault.Forbidden)
	must(t, s.Edit(ctx, maintainer("lanterne"), "lanterne", texts))
	must(t, s.Write(ctx, maintainer("lanterne"), "lanterne", "Version 2.4", "Elle est là."))
	want(t, "an empty update", s.Write(ctx, maintainer("lanterne"), "lanterne", "x", ""), fault.Invalid)
	page, err := s.Page(ctx, "lanterne")
	must(t, err)
	if page.Title != "Lanterne 2" || page.Earmarks || len(page.Updates) != 1 || page.Updates[0].Mandate != "basile" {
		t.Errorf("the page is %+v", page)
	}
	must(t, s.Close(ctx, editor(), "lanterne", "Le travail est achevé."))
	if list, err := s.List(ctx); err != nil || len(list) != 1 || list[0].Status != office.Closed {
		t.Errorf("the list is %+v, %v", list, err)
	}
	want(t, "an appeal of a closed project",
		s.OpenAppeal(ctx, editor(), "lanterne", Call{Needs: needs()}), fault.Conflict)
}

func TestAFilePrefillsAProposal(t *testing.T) {
	s := open(t)
	const manifest = `{"version":"v1.0.0","entity":{"type":"individual","role":"maintainer","name":"Basile Factice",
		"email":"basile@brindeval.example","description":"Développeur.","webpageUrl":{"url":"https://basile.example.org"}},
		"projects":[{"guid":"lanterne","name":"Lanterne","description":"Un lecteur d’écran libre.\nIl lit.",
		"webpageUrl":{"url":"https://lanterne.example.org"},"repositoryUrl":{"url":"https://lanterne.example.org/git"},
		"licenses":["spdx:AGPL-3.0"],"tags":["accessibility"]}],
		"funding":{"channels":[{"guid":"bank","type":"bank","address":"","description":""}],
		"plans":[{"guid":"astreinte","status":"active","name":"Astreinte","description":"La nuit.","amount":120,
		"currency":"EUR","frequency":"monthly","channels":["bank"]}]}}`
	all, err := s.Prefill([]byte(manifest))
	must(t, err)
	if len(all) != 1 || all[0].Title != "Lanterne" || all[0].Summary != "Un lecteur d’écran libre." ||
		all[0].Mail != "basile@brindeval.example" || all[0].Site != "https://lanterne.example.org" ||
		len(all[0].Needs) != 1 || all[0].Needs[0].Amount != 120_00 {
		t.Errorf("the manifest becomes %+v", all)
	}
	all, err = s.Prefill([]byte("github: basile\n"))
	must(t, err)
	if len(all) != 1 || all[0].Site != "https://github.com/sponsors/basile" {
		t.Errorf("the YAML becomes %+v", all)
	}
	for _, file := range []string{"", "{", "a: &x [1]\nb: *x", `{"version":1}`} {
		_, err := s.Prefill([]byte(file))
		want(t, file, err, fault.Invalid)
	}
}
