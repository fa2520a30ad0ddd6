// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ecot/fault"
)

const template = `# These are supported funding model platforms
github: [ada, 'atelier-exemple'] # up to 4
patreon: # a single user name
open_collective: lanterne
tidelift: npm/lanterne
liberapay: Ada_L
custom: ["https://fund.example/give", fund.example/fr]
flattr: ada
`

func TestReadsFundingYAML(t *testing.T) {
	links, unknown, err := ReadYAML([]byte(template))
	want := []Link{{"github", "https://github.com/sponsors/ada"}, {"github", "https://github.com/sponsors/atelier-exemple"},
		{"open_collective", "https://opencollective.com/lanterne"}, {"tidelift", "https://tidelift.com/funding/github/npm/lanterne"},
		{"liberapay", "https://liberapay.com/Ada_L"}, {"custom", "https://fund.example/give"}, {"custom", "https://fund.example/fr"}}
	if err != nil || !cmp.Equal(links, want) || !cmp.Equal(unknown, []string{"flattr"}) {
		t.Error(err, unknown, cmp.Diff(want, links))
	}
	for _, empty := range []string{"", "# nothing\n", "---\n", "~\n", "github:\n", "github: []\n", "github: ['', ~]\n"} {
		if links, _, err := ReadYAML([]byte(empty)); err != nil || links != nil {
			t.Errorf("%q: %v %v", empty, links, err)
		}
	}
}

func TestRefusesYAMLThatNoSuchFileNeeds(t *testing.T) {
	for name, file := range map[string]string{
		"no YAML": "github: [", "tab": "\tgithub: a", "list": "- github\n", "text": "github\n", "two documents": "github: a\n---\ngithub: b\n",
		"alias": "custom: &a [x.example]\ngithub: *a\n", "anchor": "github: &a ada\n",
		"laughs":    "a: &a [x,x]\nb: &b [*a,*a]\ncustom: [*b,*b]\n",
		"itself":    "a: &a [*a]\n",
		"merge":     "a: &a {github: x}\n<<: *a\n",
		"deep":      "github: [[ada]]\nx: [[[[[[a]]]]]]\n",
		"mapping":   "github: {a: b}\n",
		"twice":     "github: a\ngithub: b\n",
		"script":    "custom: javascript:alert(1)\n",
		"file":      "custom: file:///etc/passwd\n",
		"password":  "custom: https://a:b@x.example\n",
		"name":      "github: a b\n",
		"climbing":  "github: ../x\n",
		"question":  "github: a?b\n",
		"many":      "custom: [" + strings.Repeat("x.example,", maxLinks+1) + "]\n",
		"very many": "x: [" + strings.Repeat("a,", maxNodes) + "]\n",
		"long":      "#" + strings.Repeat("x", MaxYAML) + "\n", "bytes": "github: \xff\n",
	} {
		links, unknown, err := ReadYAML([]byte(file))
		if fault.CodeOf(err) != fault.Invalid || links != nil || unknown != nil {
			t.Errorf("%s: %v %v %v", name, links, unknown, err)
		}
	}
}

// FuzzReadYAML wants whatever file refused as its own fault, or links that lead to the web.
func FuzzReadYAML(f *testing.F) {
	f.Add([]byte(template))
	f.Add([]byte("a: &a [x,x]\nb: *a\n"))
	f.Add([]byte("custom: >\n  x\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		links, _, err := ReadYAML(file)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid || links != nil {
				t.Fatal(err)
			}
			return
		}
		for _, link := range links {
			if !isURL(link.URL) || len(links) > maxLinks {
				t.Fatalf("%+v", link)
			}
		}
	})
}
