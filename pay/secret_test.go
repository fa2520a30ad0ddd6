// SPDX-License-Identifier: AGPL-3.0-or-later

package pay_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ecot/fault"
	"ecot/pay"
)

func TestReadSecret(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, text string
		mode       os.FileMode
		want       fault.Code
	}{
		{"owner", "sk_test_1\n", 0o600, ""},
		{"owner reads", "sk_test_1", 0o400, ""},
		{"windows", "sk_test_1\r\n", 0o600, ""},
		{"group reads", "sk_test_1\n", 0o640, fault.Forbidden},
		{"everybody reads", "sk_test_1\n", 0o644, fault.Forbidden},
		{"everybody writes", "sk_test_1\n", 0o602, fault.Forbidden},
		{"empty", "\n", 0o600, fault.Invalid},
		{"two lines", "sk_test_1\nsk_test_2\n", 0o600, fault.Invalid},
		{"a blank", "sk test\n", 0o600, fault.Invalid},
		{"too large", strings.Repeat("s", 5000), 0o600, fault.Invalid},
	} {
		s, err := pay.ReadSecret(write(c.name, c.text, c.mode))
		switch {
		case c.want == "" && (err != nil || s.Reveal() != "sk_test_1"):
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || fault.CodeOf(err) != c.want || s.Reveal() != ""):
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		case err != nil && strings.Contains(err.Error(), "sk_test"):
			t.Errorf("%s: the error shows the key: %v", c.name, err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "absent")} {
		if _, err := pay.ReadSecret(path); err == nil || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want it refused", path, err)
		}
	}
}

func TestSecretInLogs(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("key", "a", secret(), "b", struct{ K pay.Secret }{secret()})
	slog.New(slog.NewTextHandler(&out, nil)).Info("key", "a", secret(), "b", struct{ K pay.Secret }{secret()})
	encoded, err := json.Marshal(map[string]pay.Secret{"key": secret()})
	if err != nil {
		t.Fatal(err)
	}
	if text := out.String() + string(encoded); strings.Contains(text, "whsec") || !strings.Contains(text, "[secret]") {
		t.Errorf("shown: %s", text)
	}
}

func TestDown(t *testing.T) {
	cause := errors.New("no route")
	err := fmt.Errorf("starting: %w", pay.Down(3*time.Second, cause))
	after, again := pay.RetryAfter(err)
	if after != 3*time.Second || !again || fault.CodeOf(err) != fault.Unavailable || !errors.Is(err, cause) {
		t.Errorf("%v: %v, %v", err, after, again)
	}
	if _, again := pay.RetryAfter(fault.New(fault.Unavailable, "No.")); again {
		t.Error("an error without a hint is said to be worth trying again")
	}
}
