// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"ecot/fault"
)

// Limits of a FUNDING.yml.
const (
	MaxYAML  = 16 << 10 // bytes
	maxNodes = 400
	maxLinks = 50
)

// Link is one way to fund that a FUNDING.yml names.
type Link struct {
	Platform string // as the file calls it
	URL      string
}

// ReadYAML reads a FUNDING.yml: its links, in its order, and the keys that are not known, which are
// passed over. One document of plain values and lists of them is read; anchors and aliases, with which
// a small file can make a large one, are refused.
func ReadYAML(file []byte) (links []Link, unknown []string, err error) {
	top, err := parseYAML(file)
	if err != nil || top == nil {
		return nil, nil, err
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		before, known := platforms()[key.Value]
		if !known {
			unknown = append(unknown, shorten(key.Value))
			continue
		}
		for _, name := range namesIn(value) {
			link, err := linkTo(before, name)
			if err != nil {
				return nil, nil, err
			}
			if len(links) == maxLinks {
				return nil, nil, fault.New(fault.Invalid, "line %d: A file has at most %d links.", name.Line, maxLinks)
			}
			links = append(links, Link{key.Value, link})
		}
	}
	return links, unknown, nil
}

// platforms gives what stands before a name on each platform that GitHub knows, now or earlier.
func platforms() map[string]string {
	return map[string]string{
		"github": "https://github.com/sponsors/", "patreon": "https://www.patreon.com/",
		"open_collective": "https://opencollective.com/", "ko_fi": "https://ko-fi.com/",
		"tidelift":         "https://tidelift.com/funding/github/",
		"community_bridge": "https://crowdfunding.lfx.linuxfoundation.org/projects/",
		"lfx_crowdfunding": "https://crowdfunding.lfx.linuxfoundation.org/projects/",
		"liberapay":        "https://liberapay.com/", "issuehunt": "https://issuehunt.io/r/",
		"otechie": "https://otechie.com/", "polar": "https://polar.sh/",
		"buy_me_a_coffee": "https://www.buymeacoffee.com/", "thanks_dev": "https://thanks.dev/", "custom": "",
	}
}

// parseYAML gives the mapping that a file holds, nil when it holds nothing.
func parseYAML(file []byte) (*yaml.Node, error) {
	if len(file) > MaxYAML {
		return nil, fault.New(fault.Invalid, "The file is longer than %d KiB.", MaxYAML>>10)
	}
	if !utf8.Valid(file) {
		return nil, fault.New(fault.Invalid, "This is not text in UTF-8.")
	}
	in := yaml.NewDecoder(bytes.NewReader(file))
	var document, behind yaml.Node
	if err := in.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, fault.New(fault.Invalid, "This is not YAML (%s).", shorten(err.Error()))
	}
	if err := in.Decode(&behind); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "One document is wanted, and more stands behind it.")
	}
	top := document.Content[0]
	if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
		return nil, nil
	}
	nodes := 0
	if err := admit(top, 0, &nodes); err != nil {
		return nil, err
	}
	if top.Kind != yaml.MappingNode {
		return nil, fault.New(fault.Invalid, "line %d: The names of platforms are wanted, each with a colon.",
			top.Line)
	}
	return top, nil
}

// admit refuses what no such file needs.
func admit(n *yaml.Node, depth int, nodes *int) error {
	*nodes++
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return fault.New(fault.Invalid, "line %d: Anchors and aliases are not accepted.", n.Line)
	case depth > 2 || *nodes > maxNodes:
		return fault.New(fault.Invalid, "line %d: Platforms with a name or a list of names are wanted, no more.",
			n.Line)
	}
	met := map[string]bool{}
	for i, inner := range n.Content {
		if err := admit(inner, depth+1, nodes); err != nil {
			return err
		}
		if n.Kind != yaml.MappingNode || i%2 != 0 {
			continue
		}
		if met[inner.Value] {
			return fault.New(fault.Invalid, "line %d: %q stands twice.", inner.Line, shorten(inner.Value))
		}
		met[inner.Value] = true
	}
	return nil
}

// namesIn gives the value, or the values of a list, that are there.
func namesIn(value *yaml.Node) (names []*yaml.Node) {
	all := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		all = value.Content
	}
	for _, n := range all {
		if n.Tag != "!!null" && (n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) != "") {
			names = append(names, n)
		}
	}
	return names
}

// linkTo makes the link to a name on a platform, or checks one that stands as it is.
func linkTo(before string, name *yaml.Node) (string, error) {
	text := strings.TrimSpace(name.Value)
	if name.Kind != yaml.ScalarNode {
		return "", fault.New(fault.Invalid, "line %d: A name is wanted here.", name.Line)
	}
	if before == "" {
		if !strings.Contains(text, "://") {
			text = "https://" + text
		}
		if !isURL(text) || len(text) > 250 {
			return "", fault.New(fault.Invalid, "line %d: %q is not an address of the web.", name.Line, shorten(text))
		}
		return text, nil
	}
	if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./@") != "" ||
		len(text) > 150 || strings.Contains(text, "..") {
		return "", fault.New(fault.Invalid, "line %d: %q is not a name on a platform.", name.Line, shorten(text))
	}
	return before + text, nil
}
