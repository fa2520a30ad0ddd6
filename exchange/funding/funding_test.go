// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
	"ecot/money"
)

// shared gives the folder of schemas beside the project, or skips the test.
func shared(t *testing.T) string {
	t.Helper()
	root := os.Getenv("ECOT_SHARED")
	for dir, err := os.Getwd(); root == ""; dir = filepath.Dir(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			root = filepath.Join(dir, "..", "shared")
		}
	}
	folder := filepath.Join(root, "data", "schemas")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("shared/data is not beside the project")
	}
	return folder
}

// draw makes a manifest within all limits.
func draw(r *rand.Rand) Manifest {
	text := func() string {
		return []string{"Écot", "a <b> & \"c\"", "deux\nlignes", "x"}[r.IntN(4)]
	}
	m := Manifest{Entity: Entity{Type: "organisation", Role: "owner", Name: text(), Mail: "a@b.example",
		Description: text(), Web: Address{"https://fund.example/", "https://fund.example/.well-known/funding-manifest-urls"}}}
	for i := range r.IntN(4) {
		m.Projects = append(m.Projects, Project{GUID: fmt.Sprint("p-", i), Name: text(), Description: text(),
			Web: Address{URL: "https://p.example"}, Repository: Address{URL: "http://r.example/x"},
			Licences: []string{"spdx:AGPL-3.0"}[:r.IntN(2)], Tags: []string{"a", "b-2"}[:r.IntN(3)]})
		m.Projects[i].Licences, m.Projects[i].Tags = some(m.Projects[i].Licences), some(m.Projects[i].Tags)
	}
	for i := range r.IntN(3) {
		m.Channels = append(m.Channels, Channel{GUID: fmt.Sprint("c", i), Type: "bank", Address: text(), Description: text()})
	}
	for i := range r.IntN(3) {
		unit := []money.Unit{"EUR", "JPY", "KWD"}[r.IntN(3)]
		p := Plan{GUID: fmt.Sprint("n", i), Active: r.IntN(2) == 0, Name: text(), Description: text(),
			Amount: money.Amount{Minor: r.Int64N(1 << r.IntN(49)), Unit: unit}, Every: "monthly"}
		if len(m.Channels) > 0 {
			p.Channels = []string{"c0"}
		}
		m.Plans = append(m.Plans, p)
	}
	for i := range r.IntN(4) {
		y := Year{Year: 2020 + i, Unit: "EUR", Description: text()}
		for _, into := range []**int64{&y.Income, &y.Expenses, &y.Taxes} {
			if minor := r.Int64N(1_000_000); r.IntN(2) == 0 {
				*into = &minor
			}
		}
		m.History = append(m.History, y)
	}
	return m
}

// TestReadsBackWhatIsWritten is the invariant of the package.
func TestReadsBackWhatIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 6))
	for range 2000 {
		want := draw(r)
		file, err := Write(want)
		if err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		got, err := Read(file)
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("%v\n%s\n%s", err, cmp.Diff(want, got), file)
		}
	}
}

// TestKeepsToBothSchemas holds what is written against the published schemas.
func TestKeepsToBothSchemas(t *testing.T) {
	folder := shared(t)
	r := rand.New(rand.NewPCG(4, 7))
	for _, name := range []string{"funding.json.v1.0.0.schema.json", "funding.json.v1.1.0.schema.json"} {
		schema := load(t, filepath.Join(folder, name))
		for range 200 {
			file, err := Write(draw(r))
			if err != nil {
				t.Fatal(err)
			}
			if why := violated(schema, parse(t, file), "$"); why != "" {
				t.Fatalf("%s: %s\n%s", name, why, file)
			}
		}
		broken := bytes.Replace(mustWrite(t, draw(r)), []byte(`"organisation"`), []byte(`"club"`), 1)
		if violated(schema, parse(t, broken), "$") == "" {
			t.Errorf("%s accepts a type that it does not know: nothing was checked", name)
		}
	}
}

func mustWrite(t *testing.T, m Manifest) []byte {
	t.Helper()
	file, err := Write(m)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestReadsTheExampleOfTheSpecification(t *testing.T) {
	file, err := os.ReadFile(filepath.Join(shared(t), "funding.example.json"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Read(file)
	if err != nil || len(m.Projects) != 2 || len(m.Plans) != 3 || len(m.History) != 4 {
		t.Fatalf("%+v %v", m, err)
	}
	if *m.History[0].Income != 1000000 || m.Plans[0].Amount != (money.Amount{Minor: 25000, Unit: "USD"}) {
		t.Errorf("%+v %+v", m.History[0], m.Plans[0])
	}
	proposals := m.Proposals()
	one := proposals[0]
	if len(proposals) != 2 || one.Name != "Zombo App (demo)" || one.Contact != "neo@example.com" || len(one.Needs) != 3 ||
		!cmp.Equal(one.Links, []string{"https://example.com/payme/@myid"}) || one.Repository != "https://github.com/example/zombo-app" {
		t.Errorf("%+v", proposals)
	}
}

const small = `{"entity":{"type":"individual","role":"maintainer","name":"Ada","email":"","description":"",
"webpageUrl":{"url":"https://a.example"}},"projects":[{"guid":"p","name":"P","description":"","webpageUrl":{"url":
"https://p.example"},"repositoryUrl":{"url":"https://r.example"},"licenses":[],"tags":["a"]}],"funding":{"channels":
[{"guid":"c","type":"bank"}],"plans":[{"guid":"n","status":"active","name":"N","amount":12.5,"currency":"EUR",
"frequency":"monthly","channels":["c"]}],"history":[{"year":2025,"income":1,"currency":"EUR"}]}}`

func TestRefusesWithThePlace(t *testing.T) {
	if m, err := Read([]byte("\ufeff" + small)); err != nil || m.Plans[0].Amount.Minor != 1250 {
		t.Fatal(m, err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"not JSON":        {"{", "", "byte "},
		"two":             {`"EUR"}]}}`, `"EUR"}]}}{}`, "This is not JSON as"},
		"cut":             {`"EUR"}]}}`, `"EUR"}]`, "byte "},
		"deep":            {`"tags":["a"]`, `"tags":` + strings.Repeat("[", 20) + strings.Repeat("]", 20), "byte "},
		"another tool's":  {`"entity"`, `"op"`, "This is not a manifest"},
		"text for number": {"2025", `"x"`, "“funding.history.year”: A string stands"},
		"type":            {`"individual"`, `"club"`, "“entity.type”: \"club\" is none of"},
		"no name":         {`"name":"Ada"`, `"name":""`, "“entity.name”: A text of 1 to 250"},
		"long":            {`"name":"P"`, `"name":"` + strings.Repeat("é", 251) + `"`, "“projects[0].name”: A text of 1 to 250 characters is wanted, this has 251."},
		"script":          {"https://p.example", "javascript:alert(1)", "“projects[0].webpageUrl.url”: "},
		"no host":         {"https://p.example", "https://", "“projects[0].webpageUrl.url”: "},
		"password":        {"https://p.example", "https://a:b@p.example", "“projects[0].webpageUrl.url”: "},
		"no page":         {`"https://p.example"`, `""`, "“projects[0].webpageUrl.url”: "},
		"proof":           {`{"url":"https://a.example"}`, `{"url":"https://a.example","wellKnown":"https://a.example/x"}`, "“entity.webpageUrl.wellKnown”: "},
		"guid":            {`"guid":"p"`, `"guid":"P"`, "“projects[0].guid”: "},
		"tag":             {`"tags":["a"]`, `"tags":["a b"]`, "“projects[0].tags”: "},
		"unknown channel": {`"channels":["c"]`, `"channels":["d"]`, "“funding.plans[0].channels”: \"d\" is not"},
		"status":          {`"active"`, `"soon"`, "“funding.plans[0].status”: "},
		"exponent":        {"12.5", "1e2", "“funding.plans[0].amount”: "},
		"finer":           {"12.5", "12.505", "“funding.plans[0].amount”: The digits"},
		"negative":        {"12.5", "-12.5", "“funding.plans[0].amount”: An amount is from 0"},
		"no amount":       {`"amount":12.5,`, "", "“funding.plans[0].amount”: It is missing."},
		"currency":        {`"currency":"EUR",`, `"currency":"BTC",`, "“funding.plans[0].amount”: \"BTC\" is not"},
		"year":            {"2025", "25", "“funding.history[0].year”: "},
		"loss of income":  {`"income":1`, `"income":-1`, "“funding.history[0]”: "},
		"many tags":       {`"tags":["a"]`, `"tags":["a"` + strings.Repeat(`,"a"`, 10) + `]`, "“projects[0].tags”: There are 11"},
		"twice":           {`{"guid":"c","type":"bank"}`, `{"guid":"c","type":"bank"},{"guid":"c","type":"cash"}`, "“funding.channels[1].guid”: \"c\" stands twice."},
		"bytes":           {`"Ada"`, "\"\xff\"", "This is not text"},
		"large":           {`"Ada"`, `"` + strings.Repeat("x", MaxBytes) + `"`, "The file is longer"},
	} {
		if !strings.Contains(small, c.old) {
			t.Fatalf("%s: %q is not in the file", name, c.old)
		}
		m, err := Read([]byte(strings.Replace(small, c.old, c.new, 1)))
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.PublicOf(err), c.want) || !cmp.Equal(m, Manifest{}) {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

func TestAManifestWithoutProjectsProposesItsEntity(t *testing.T) {
	m := Manifest{Entity: Entity{Name: "Ada", Mail: "a@b.example", Web: Address{URL: "https://a.example"}},
		Plans: []Plan{{Name: "off"}, {Name: "on", Active: true}}}
	got := m.Proposals()
	if len(got) != 1 || got[0].Name != "Ada" || got[0].Web != "https://a.example" || len(got[0].Needs) != 1 || got[0].Needs[0].Name != "on" {
		t.Errorf("%+v", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	r := rand.New(rand.NewPCG(4, 8))
	for range 5 {
		file, err := Write(draw(r))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Read(file)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		written, err := Write(m)
		if err != nil {
			if strings.Contains(err.Error(), "longer") {
				return
			}
			t.Fatal(err)
		}
		if again, err := Read(written); err != nil || !cmp.Equal(again, m) {
			t.Fatal(err, cmp.Diff(m, again))
		}
	})
}
