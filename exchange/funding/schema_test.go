// SPDX-License-Identifier: AGPL-3.0-or-later

package funding

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"
)

// load reads a schema.
func load(t *testing.T, path string) map[string]any {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	schema, ok := parse(t, file).(map[string]any)
	if !ok {
		t.Fatalf("%s is no schema", path)
	}
	return schema
}

// parse reads JSON as the schema's words see it.
func parse(t *testing.T, file []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(file, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// violated says what in value breaks the schema, in as many words of JSON Schema draft 7 as the schemas
// of fundingjson.org use, or nothing.
func violated(schema map[string]any, value any, at string) string {
	if want, given := schema["type"]; given && !is(want, value) {
		return fmt.Sprintf("%s is no %v", at, want)
	}
	if of, given := schema["enum"].([]any); given && !slices.Contains(of, value) {
		return fmt.Sprintf("%s is none of %v", at, of)
	}
	if any, given := schema["anyOf"].([]any); given {
		fits := slices.ContainsFunc(any, func(one interface{}) bool {
			return violated(one.(map[string]interface{}), value, at) == ""
		})
		if !fits {
			return at + " fits none of several"
		}
	}
	switch v := value.(type) {
	case string:
		if most, given := schema["maxLength"].(float64); given && utf8.RuneCountInString(v) > int(most) {
			return at + " is too long"
		}
		if pattern, given := schema["pattern"].(string); given && !regexp.MustCompile(pattern).MatchString(v) {
			return at + " does not match " + pattern
		}
	case []any:
		if most, given := schema["maxItems"].(float64); given && len(v) > int(most) {
			return at + " has too many items"
		}
		if items, given := schema["items"].(map[string]any); given {
			for i, item := range v {
				if why := violated(items, item, fmt.Sprintf("%s[%d]", at, i)); why != "" {
					return why
				}
			}
		}
	case map[string]any:
		return violatedObject(schema, v, at)
	}
	return ""
}

func violatedObject(schema, value map[string]any, at string) string {
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, there := value[name.(string)]; !there {
			return fmt.Sprintf("%s.%s is missing", at, name)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, inner := range properties {
		if held, there := value[name]; there {
			if why := violated(inner.(map[string]any), held, at+"."+name); why != "" {
				return why
			}
		}
	}
	return ""
}

// is says whether a value has a type of JSON Schema.
func is(kind, value any) bool {
	switch v := value.(type) {
	case string:
		return kind == "string"
	case float64:
		return kind == "number" || kind == "integer" && new(big.Float).SetFloat64(v).IsInt()
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	case bool:
		return kind == "boolean"
	}
	return kind == "null"
}
