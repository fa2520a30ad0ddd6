// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"testing"

	"ecot/fault"
)

func TestWithAddsMessages(t *testing.T) {
	plain, err := Load(French)
	if err != nil {
		t.Fatal(err)
	}
	more, err := plain.With("# of letters\nhello.person = Bonjour {name},\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := more.Text("hello.person", "name", "Léa"); err != nil || got != "Bonjour Léa," {
		t.Errorf("%q, %v", got, err)
	}
	if more.Lang != French || !more.Has("month.1") {
		t.Error("what was known is lost")
	}
	if plain.Has("hello.person") {
		t.Error("the tongue that was there has changed")
	}
	for _, wrong := range []string{"month.1 = Jänner", "no message", "a = b\na = c"} {
		if _, err := plain.With(wrong); fault.CodeOf(err) != fault.Internal || err == nil {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
