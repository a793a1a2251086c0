package suite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// modulePath is the module's name in go.mod; an import path below it is ours.
const modulePath = "zhanggui"

// source is one file. Go files are parsed; other files only have their text.
type source struct {
	path string // from the repository's root, with slashes
	text string
	ast  *ast.File // nil unless it is a Go file
}

// tree is everything the rules look at.
type tree struct {
	set     *token.FileSet
	files   []*source // by path
	entries []string  // names at the top of the repository, folders ending in "/"
}

// finding is one place that breaks a rule.
type finding struct {
	where  string // "path" or "path:line"
	detail string
}

// rule is one check. bad and good are its own examples; every bad one must give findings and no good one may.
type rule struct {
	name string
	why  string
	run  func(*tree) []finding
	bad  []sample
	good []sample
}

// sample is a small repository: path → text.
type sample map[string]string

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func (s *source) isTest() bool      { return strings.HasSuffix(s.path, "_test.go") }
func (s *source) isGenerated() bool { return s.ast != nil && generated.MatchString(s.text) }
func (s *source) folder() string    { return path.Dir(s.path) }

// lines is how many lines the file has; a last line without a line feed counts.
func (s *source) lines() int {
	n := strings.Count(s.text, "\n")
	if s.text != "" && !strings.HasSuffix(s.text, "\n") {
		n++
	}
	return n
}

// goFiles are the parsed files that people write.
func (t *tree) goFiles() []*source {
	var list []*source
	for _, f := range t.files {
		if f.ast != nil && !f.isGenerated() {
			list = append(list, f)
		}
	}
	return list
}

func (t *tree) at(f *source, pos token.Pos) string {
	return f.path + ":" + strconv.Itoa(t.set.Position(pos).Line)
}

// add parses a Go file, keeps any other. An unreadable Go file is an error: nothing may hide from the rules.
func (t *tree) add(name, text string) error {
	f := &source{path: name, text: text}
	if strings.HasSuffix(name, ".go") {
		parsed, err := parser.ParseFile(t.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		f.ast = parsed
	}
	t.files = append(t.files, f)
	return nil
}

// skipped folders hold no source of ours: fetched packages, built output, the data of a run.
func skipped(name, base string) bool {
	switch base {
	case ".git", "node_modules", "testdata", "dist":
		return true
	}
	return name == "assets/web" || name == "data" || name == ".idea" || name == ".vscode"
}

// readable are the endings of the files whose text the rules look at.
var readable = []string{".go", ".ts", ".vue", ".css", ".sql", ".md", ".yml", ".sh", ".js", ".mjs"}

func load(root string) (*tree, error) {
	t := &tree{set: token.NewFileSet()}
	var err error
	if t.entries, err = topEntries(root); err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if d.IsDir() {
			if skipped(name, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(readable, path.Ext(name)) && name != ".ci/run" && name != "Makefile" {
			return nil
		}
		text, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		return t.add(name, string(text))
	})
	return t, err
}

// build makes the tree of an example. Its top entries are the first parts of its paths.
func build(t *testing.T, s sample) *tree {
	t.Helper()
	out := &tree{set: token.NewFileSet()}
	for _, name := range sortedKeys(s) {
		if first, _, deep := strings.Cut(name, "/"); deep {
			first += "/"
			if !slices.Contains(out.entries, first) {
				out.entries = append(out.entries, first)
			}
		} else {
			out.entries = append(out.entries, name)
		}
		if err := out.add(name, s[name]); err != nil {
			t.Fatalf("the example does not parse: %v", err)
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// goFile wraps a body into a file that parses.
func goFile(body string) string { return "package p\n\n" + body + "\n" }

// importing is a file that imports the given paths.
func importing(paths ...string) string {
	var b strings.Builder
	for _, p := range paths {
		b.WriteString("import " + strconv.Quote(p) + "\n")
	}
	return goFile(b.String())
}
