// SPDX-License-Identifier: AGPL-3.0-or-later

package api

import (
	"reflect"
	"strings"
	"unicode"

	"ecot/web/page"
)

// object is a JSON object of the document.
type object = map[string]any

// describe makes the OpenAPI 3.1 document of the table of operations.
func (d *Door) describe() object {
	shapes := object{}
	paths := object{}
	for _, o := range d.operations() {
		paths[o.path] = object{"get": o.describe(shapes)}
	}
	return object{
		"openapi": "3.1.0",
		"info": object{"title": d.Options.Name, "version": "1", "description": "What this fund holds and why. " +
			"Amounts are whole minor units. Every sum of entries says what stands behind it and where they are.",
			"license": object{"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"}},
		"servers":    []object{{"url": d.Options.BaseURL + Root}},
		"paths":      paths,
		"components": object{"schemas": shapes, "responses": refusals(shapes)},
	}
}

// describe makes the description of an operation, and adds the shapes that it names.
func (o operation) describe(shapes object) object {
	asks := []object{}
	for _, one := range o.asks {
		asks = append(asks, one.describe(strings.Contains(o.path, "{"+one.name+"}")))
	}
	return object{
		"operationId": o.name, "summary": o.says, "parameters": asks,
		"responses": object{
			"200": object{"description": o.says, "headers": object{"ETag": object{"description": "Names this answer.",
				"schema": object{"type": "string"}}},
				"content": object{page.TypeJSON: object{"schema": shapeOf(reflect.TypeOf(o.answer), shapes)}}},
			"304":     object{"description": "It is still as If-None-Match names it."},
			"429":     object{"$ref": "#/components/responses/Hasty"},
			"default": object{"$ref": "#/components/responses/Refused"},
		},
	}
}

func refusals(shapes object) object {
	content := object{page.TypeProblem: object{"schema": shapeOf(reflect.TypeFor[page.Refusal](), shapes)}}
	return object{
		"Refused": object{"description": "A refusal (RFC 9457).", "content": content},
		"Hasty": object{"description": "Too many requests came from one client.", "content": content,
			"headers": object{"Retry-After": object{"description": "Seconds after which to come again.",
				"schema": object{"type": "integer"}}}},
	}
}

func (p parameter) describe(inPath bool) object {
	schema := object{"type": "string"}
	if p.most > 0 {
		schema = object{"type": "integer", "minimum": p.least, "maximum": p.most}
	}
	if p.pattern != "" {
		schema["pattern"] = p.pattern
	}
	if len(p.among) > 0 {
		schema["enum"] = p.among
	}
	shown := object{"name": p.name, "in": "query", "description": p.says, "schema": schema}
	if inPath {
		shown["in"], shown["required"] = "path", true
	}
	return shown
}

// shapeOf gives the JSON Schema of a type; that of a struct is added to shapes and named.
func shapeOf(t reflect.Type, shapes object) object {
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem(), shapes)
	case reflect.Slice:
		return object{"type": "array", "items": shapeOf(t.Elem(), shapes)}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Struct:
		name := shapeName(t)
		if _, known := shapes[name]; !known {
			properties, required := object{}, []string{}
			fieldsOf(t, shapes, properties, &required)
			shapes[name] = object{"type": "object", "properties": properties, "required": required}
		}
		return object{"$ref": "#/components/schemas/" + name}
	}
	return object{"type": "string"}
}

func shapeName(t reflect.Type) string {
	first, rest := rune(t.Name()[0]), t.Name()[1:]
	return string(unicode.ToUpper(first)) + rest
}

// fieldsOf adds the fields of a struct, and those of the structs that it embeds.
func fieldsOf(t reflect.Type, shapes, properties object, required *[]string) {
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			fieldsOf(field.Type, shapes, properties, required)
			continue
		}
		name, omits, _ := strings.Cut(field.Tag.Get("json"), ",")
		shape := shapeOf(field.Type, shapes)
		if doc := field.Tag.Get("doc"); doc != "" {
			shape["description"] = doc
		}
		if format := field.Tag.Get("format"); format != "" {
			shape["format"] = format
		}
		if values := field.Tag.Get("enum"); values != "" {
			shape["enum"] = strings.Split(values, ",")
		}
		properties[name] = shape
		if omits == "" {
			*required = append(*required, name)
		}
	}
}
