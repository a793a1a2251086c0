package scenario

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
)

var update = flag.Bool("update", false, "write the present results into the scenarios")

// tale is a scenario that was read.
type tale struct {
	*txtar.Archive
	company  map[string]string
	variant  string   // the key of the company that has several values
	variants []string // its values, or one ""
	steps    []string
}

// parse reads a scenario; what is not understood is an error, so that nothing is left out silently.
func parse(text []byte) (*tale, error) {
	out := &tale{Archive: txtar.Parse(text), company: map[string]string{}, variants: []string{""}}
	if len(strings.Fields(string(out.Comment))) < 10 {
		return nil, errors.New("the comment does not say what the scenario shows and why its figures are right")
	}
	if err := out.read(); err != nil {
		return nil, err
	}
	if len(out.steps) == 0 {
		return nil, errors.New("there are no steps")
	}
	return out, out.sections()
}

// sections refuses names that nothing is compared with, and values of the company for which a section is forgotten.
func (a *tale) sections() error {
	seen, expected := map[string]bool{}, 0
	for _, f := range a.Files {
		name, variant, _ := strings.Cut(f.Name, " ")
		known := slices.ContainsFunc(sections, func(s section) bool { return s.name == name })
		if !known && f.Name != "company" && f.Name != "steps" || variant != "" && !slices.Contains(a.variants, variant) || seen[f.Name] {
			return fmt.Errorf("there is no section %q, or a second one", f.Name)
		}
		seen[f.Name] = true
		if !known {
			continue
		}
		expected++
		for _, v := range a.variants {
			if a.expected(name, v) == nil {
				return fmt.Errorf("%q is said for %q only", name, variant)
			}
		}
	}
	if expected == 0 {
		return errors.New("nothing is expected")
	}
	return nil
}

func (a *tale) read() error {
	for _, f := range a.Files {
		for line := range strings.Lines(string(f.Data)) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			switch f.Name {
			case "steps":
				a.steps = append(a.steps, line)
			case "company":
				words := strings.Fields(line)
				if len(words) < 2 || len(words) > 2 && a.variant != "" {
					return fmt.Errorf("company: %q", line)
				}
				a.company[words[0]] = words[1]
				if len(words) > 2 {
					a.variant, a.variants = words[0], words[1:]
				}
			}
		}
	}
	return nil
}

// of gives the choices of a variant.
func (a *tale) of(variant string) map[string]string {
	out := maps.Clone(a.company)
	if variant != "" {
		out[a.variant] = variant
	}
	return out
}

// expected gives the place of a section, that of the variant first; nil when nothing is said about it.
func (a *tale) expected(name, variant string) *txtar.File {
	for _, want := range []string{name + " " + variant, name} {
		for i := range a.Files {
			if a.Files[i].Name == want {
				return &a.Files[i]
			}
		}
	}
	return nil
}

// play carries out the steps in a firm and gives what is not as it should be.
func (a *tale) play(w *world, variant string) (faults []string) {
	for i, line := range a.steps {
		text, want, _ := strings.Cut(line, "!")
		want = strings.TrimSpace(want)
		w.refusal = want != ""
		err := w.step(text)
		got, refused := codes(err)
		switch {
		case errors.Is(err, errText), err != nil && !refused:
			return append(faults, fmt.Sprintf("step %d, %s: %v", i+1, line, err))
		case got != want:
			return append(faults, fmt.Sprintf("step %d, %s: it said %q (%v)", i+1, line, got, err))
		}
	}
	for _, b := range w.broken {
		faults = append(faults, "a refused step changed something:\n"+b)
	}
	for _, s := range sections {
		file := a.expected(s.name, variant)
		if file == nil {
			continue
		}
		got := s.show(w)
		if *update {
			file.Data = []byte(got)
		} else if got != string(file.Data) {
			faults = append(faults, fmt.Sprintf("%s (- expected, + is):\n%s", file.Name, diff(string(file.Data), got)))
		}
	}
	found, err := check.Run(context.Background(), w.c.Store)
	if err != nil || !found.Clean {
		faults = append(faults, fmt.Sprintf("check: %v %s", err, strings.Join(found.Faults, "\n")))
	}
	return faults
}

func TestScenarios(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d scenarios, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			a, err := parse(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, variant := range a.variants {
				t.Run("sqlite "+variant, func(t *testing.T) { runOn(t, a, variant, testkit.SQLite) })
				if !*update && !testing.Short() {
					t.Run("postgres "+variant, func(t *testing.T) { runOn(t, a, variant, testkit.Postgres) })
				}
			}
			if *update && !t.Failed() {
				if err := os.WriteFile(name, txtar.Format(a.Archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// runOn plays a scenario in a firm of its own; they play side by side, since most of their time is waiting for the disk.
func runOn(t *testing.T, a *tale, variant string, with func(testing.TB, testkit.Options) *kernel.Company) {
	t.Helper()
	if !*update {
		t.Parallel()
	}
	w, err := open(t, a.of(variant), with)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range a.play(w, variant) {
		t.Error(fault)
	}
}
