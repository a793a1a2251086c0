// Package messages turns message codes with arguments into sentences. The catalogs are JSON files, one for each module,
// built into the program.
package messages

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"zhanggui/assets"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// Entry is one message: the sentence and, where the sentence does not say it, what to do next. Sentences of problems name a
// next step or have one; that of a test in this package.
type Entry struct {
	kernel.Text
	Next kernel.Text
	// Words marks what is no problem: labels and what is told rather than refused.
	Words bool
	area  string
}

// Named is a problem that a person can meet.
type Named struct {
	Code string
	Area string // the catalog it is written in
	Entry
}

// Problems lists them by area and code.
func Problems() []Named {
	all, _ := catalog() // Verify has reported the error
	var out []Named
	for code, e := range all {
		if !e.Words {
			out = append(out, Named{code, e.area, e})
		}
	}
	slices.SortFunc(out, func(a, b Named) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// catalog is every message by code.
var catalog = sync.OnceValues(func() (map[string]Entry, error) { return Load(assets.Messages) })

// Load reads all catalogs of a file system. A code that two files define is a mistake.
func Load(files fs.FS) (map[string]Entry, error) {
	names, err := fs.Glob(files, "messages/*.json")
	if err != nil {
		return nil, err
	}
	out := map[string]Entry{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var part map[string]Entry
		if err := json.Unmarshal(data, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for code, text := range part {
			if _, twice := out[code]; twice {
				return nil, fmt.Errorf("%s: the message %s is defined twice", name, code)
			}
			text.area = strings.TrimSuffix(path.Base(name), ".json")
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

// Next gives the sentence that says what to do about a code, "" where its message says so itself.
func Next(lang, code string) string {
	all, _ := catalog() // Verify has reported the error
	return all[code].Next.In(lang)
}

// Fill replaces {name} by the arguments. Values are inserted as they are and never looked at again.
func Fill(text string, args map[string]any) string {
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, len(args)*2)
	for name, value := range args {
		pairs = append(pairs, "{"+name+"}", shown(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// shown is how people read a value: money and quantities have their thousands apart, as on the screen.
func shown(value any) string {
	switch v := value.(type) {
	case money.Amount:
		return money.Format(v)
	case money.Price:
		return money.FormatPrice(v)
	case money.Qty:
		return money.FormatQty(v)
	}
	return fmt.Sprint(value)
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
