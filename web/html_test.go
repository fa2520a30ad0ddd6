// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// node is an element of a page: its attributes, its elements, and the text in it.
type node struct {
	name     string
	attrs    map[string]string
	children []*node
	text     string // of this element alone, outside its children
	parent   *node
}

// parsePage reads our own HTML, which is written so that an XML reader can follow it: a tag that is
// not closed, or closed in another's place, is an error.
func parsePage(page string) (*node, error) {
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict = false
	decoder.AutoClose = xml.HTMLAutoClose
	decoder.Entity = xml.HTMLEntity
	root := &node{}
	here := root
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			child := &node{name: token.Name.Local, attrs: map[string]string{}, parent: here}
			for _, attr := range token.Attr {
				child.attrs[attr.Name.Local] = attr.Value
			}
			here.children = append(here.children, child)
			here = child
		case xml.EndElement:
			here = here.parent
		case xml.CharData:
			here.text += string(token)
		}
	}
}

// walk visits an element and all within it.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, child := range n.children {
		child.walk(visit)
	}
}

// all lists the elements of one of these names, in the order of the page.
func (n *node) all(names ...string) (found []*node) {
	n.walk(func(each *node) {
		if slices.Contains(names, each.name) {
			found = append(found, each)
		}
	})
	return found
}

// classed lists the elements that have a class.
func (n *node) classed(class string) (found []*node) {
	n.walk(func(each *node) {
		if slices.Contains(strings.Fields(each.attrs["class"]), class) {
			found = append(found, each)
		}
	})
	return found
}

// words gives all text in an element, blanks joined.
func (n *node) words() string {
	var b strings.Builder
	n.walk(func(each *node) { b.WriteString(each.text + " ") })
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' || r == '\n' }), " ")
}

// open asks for a page, which must answer with status, and parses it.
func open(t *testing.T, handler http.Handler, address string, status int, headers ...string) *node {
	t.Helper()
	answer := ask(handler, http.MethodGet, address, headers...)
	if answer.Code != status {
		t.Fatalf("%s answers %d, not %d: %s", address, answer.Code, status, answer.Body)
	}
	page, err := parsePage(answer.Body.String())
	if err != nil {
		t.Fatalf("%s cannot be read: %v", address, err)
	}
	return page
}
