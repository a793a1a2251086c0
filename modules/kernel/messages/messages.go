// Package messages turns message codes with arguments into sentences. The catalogs are JSON files, one for each module,
// built into the program.
package messages

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"zhanggui/assets"
	"zhanggui/modules/kernel"
)

// catalog is every message by code.
var catalog = sync.OnceValues(func() (map[string]kernel.Text, error) { return Load(assets.Messages) })

// Load reads all catalogs of a file system. A code that two files define is a mistake.
func Load(files fs.FS) (map[string]kernel.Text, error) {
	names, err := fs.Glob(files, "messages/*.json")
	if err != nil {
		return nil, err
	}
	out := map[string]kernel.Text{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var part map[string]kernel.Text
		if err := json.Unmarshal(data, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for code, text := range part {
			if _, twice := out[code]; twice {
				return nil, fmt.Errorf("%s: the message %s is defined twice", name, code)
			}
			out[code] = text
		}
	}
	return out, nil
}

// Verify reports whether the catalogs can be read; boot asks once.
func Verify() error {
	_, err := catalog()
	return err
}

// Text gives the sentence for a code with {name} replaced by the arguments; the code itself when nobody wrote one.
func Text(lang, code string, args map[string]any) string {
	all, _ := catalog() // Verify has reported the error
	text, ok := all[code]
	if !ok {
		return code
	}
	return Fill(text.In(lang), args)
}

// Fill replaces {name} by the arguments. Values are inserted as they are and never looked at again.
func Fill(text string, args map[string]any) string {
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, len(args)*2)
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Placeholders lists the names in braces of a text, in order.
func Placeholders(text string) []string {
	var out []string
	for {
		_, tail, ok := strings.Cut(text, "{")
		if !ok {
			return out
		}
		name, rest, closed := strings.Cut(tail, "}")
		if !closed {
			return out
		}
		out = append(out, name)
		text = rest
	}
}
