package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Interface is an OpenAPI document against which answers are held. It understands as much of JSON Schema as the
// program's own document uses, and refuses the rest.
type Interface struct {
	schemas map[string]any
	paths   map[string]map[string]any
	like    map[string]*regexp.Regexp
}

var braces = regexp.MustCompile(`\\\{[a-z_]+\\\}`)

// NewInterface reads a document.
func NewInterface(text []byte) (*Interface, error) {
	var doc struct {
		Paths      map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	out := &Interface{schemas: doc.Components.Schemas, paths: doc.Paths, like: map[string]*regexp.Regexp{}}
	for path := range doc.Paths {
		out.like[path] = regexp.MustCompile("^" + braces.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$")
	}
	return out, nil
}

// Answer says what is wrong with the JSON that was answered to a request, nothing when all is as described.
func (i *Interface) Answer(method, path string, status int, body []byte) []string {
	var value any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil {
		return []string{err.Error()}
	}
	if status >= 400 { // wherever it happens, also at addresses that do not exist
		return i.check("", map[string]any{"$ref": "#/components/schemas/problem"}, value)
	}
	response, _ := i.responses(method, path)[strconv.Itoa(status)].(map[string]any)
	content, _ := response["content"].(map[string]any)
	media, ok := content["application/json"].(map[string]any)
	if !ok {
		return []string{"nothing says what it answers"}
	}
	return i.check("", media["schema"], value)
}

// responses finds an operation; an address without parameters goes before one with.
func (i *Interface) responses(method, path string) map[string]any {
	best := ""
	for p, like := range i.like {
		if like.MatchString(path) && (best == "" || strings.Count(p, "{") < strings.Count(best, "{")) {
			best = p
		}
	}
	op, _ := i.paths[best][strings.ToLower(method)].(map[string]any)
	out, _ := op["responses"].(map[string]any)
	return out
}

func (i *Interface) check(at string, schema, value any) []string {
	s, _ := schema.(map[string]any)
	if target, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(target, "#/components/schemas/")
		if i.schemas[name] == nil {
			return []string{at + ": there is no schema " + name}
		}
		return i.check(at, i.schemas[name], value)
	}
	if choices, ok := s["anyOf"].([]any); ok {
		var all []string
		for _, c := range choices {
			bad := i.check(at, c, value)
			if len(bad) == 0 {
				return nil
			}
			all = append(all, bad...)
		}
		return all
	}
	if words, ok := s["enum"].([]any); ok && !slices.Contains(words, value) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, value, words)}
	}
	if !ofType(s["type"], value) {
		return []string{fmt.Sprintf("%s: %v is no %v", at, value, s["type"])}
	}
	switch x := value.(type) {
	case []any:
		var bad []string
		for n, item := range x {
			bad = append(bad, i.check(at+"/"+strconv.Itoa(n), s["items"], item)...)
		}
		return bad
	case map[string]any:
		return i.object(at, s, x)
	}
	return nil
}

func (i *Interface) object(at string, s, value map[string]any) (bad []string) {
	if s["type"] == nil {
		return nil // anything
	}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, there := value[name.(string)]; !there {
			bad = append(bad, at+": "+name.(string)+" is missing")
		}
	}
	for name, v := range value {
		switch rest := s["additionalProperties"].(type) {
		case map[string]any:
			if properties[name] == nil {
				bad = append(bad, i.check(at+"/"+name, rest, v)...)
				continue
			}
		case bool:
			if properties[name] == nil && !rest {
				bad = append(bad, at+": "+name+" is not described")
				continue
			}
		}
		bad = append(bad, i.check(at+"/"+name, properties[name], v)...)
	}
	return bad
}

// ofType reports whether a value is of the type, or of one of the types, that a schema names; a schema may name none.
func ofType(types, value any) bool {
	list, many := types.([]any)
	if !many {
		list = []any{types}
	}
	return slices.ContainsFunc(list, func(t any) bool {
		switch x := value.(type) {
		case nil:
			return t == nil || t == "null"
		case string:
			return t == nil || t == "string"
		case bool:
			return t == nil || t == "boolean"
		case json.Number:
			_, err := x.Int64()
			return t == nil || t == "number" || t == "integer" && err == nil
		case []any:
			return t == nil || t == "array"
		}
		return t == nil || t == "object"
	})
}
