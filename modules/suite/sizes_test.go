package suite

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	maxFile     = 600
	maxFunction = 70
	maxParams   = 4
	maxMain     = 79
	maxCore     = 5000
	maxPackage  = 800
)

// core are the packages that share one budget: the heart that every record goes through.
var core = []string{"resource", "pipeline", "store", "links", "sequence", "audit", "gate"}

// yardsticks live under a core package but are no part of the program.
var yardsticks = []string{"modules/kernel/store/rawbench"}

func lineOf(f *source, index int) string { return fmt.Sprintf("%s:%d", f.path, index+1) }

// handWritten reports whether people write the file: not what openapi-typescript or another generator made.
func handWritten(f *source) bool {
	head := f.text[:min(400, len(f.text))]
	return !f.isGenerated() && !strings.Contains(head, "auto-generated")
}

func longFiles(t *tree) (found []finding) {
	for _, f := range t.files {
		source := f.ast != nil || under(f.path, "ui/src") && slices.Contains([]string{".ts", ".vue", ".css"}, path.Ext(f.path))
		if n := f.lines(); source && n > maxFile && handWritten(f) {
			found = append(found, finding{f.path, fmt.Sprintf("has %d lines, at most %d", n, maxFile)})
		}
	}
	return found
}

// longFunctions measures from the word func to the closing brace. A literal counts as part of the function around
// it; one in a package variable is measured alone.
func longFunctions(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			name := "a function literal"
			switch x := n.(type) {
			case *ast.FuncDecl:
				name = x.Name.Name
			case *ast.FuncLit:
			default:
				return true
			}
			start := n.Pos()
			if d, ok := n.(*ast.FuncDecl); ok {
				start = d.Type.Func // not its comment
			}
			if lines := t.set.Position(n.End()).Line - t.set.Position(start).Line + 1; lines > maxFunction {
				found = append(found, finding{t.at(f, start), fmt.Sprintf("%s has %d lines, at most %d", name, lines, maxFunction)})
			}
			return false
		})
	}
	return found
}

// manyParams counts parameters of functions, literals, methods of interfaces and function types. The receiver, a
// context and a test's t at the beginning are not counted: they are the same everywhere.
func manyParams(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncType); ok && !f.isTest() { // a test's table reads best with its columns side by side
				if n := countParams(fn.Params); n > maxParams {
					found = append(found, finding{t.at(f, fn.Pos()), fmt.Sprintf("has %d parameters, at most %d", n, maxParams)})
				}
			}
			return true
		})
	}
	return found
}

func countParams(list *ast.FieldList) (n int) {
	for _, field := range list.List {
		if n == 0 && (qualified(field.Type, "context") || qualified(field.Type, "testing") || unitOfWork(field.Type)) && len(field.Names) <= 1 {
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}

// unitOfWork is kernel.Tx or kernel.View, which carry the context of a request as context.Context does.
func unitOfWork(e ast.Expr) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	s, ok := star.X.(*ast.SelectorExpr)
	return ok && qualified(star, "kernel") && (s.Sel.Name == "Tx" || s.Sel.Name == "View")
}

// qualified reports whether a type is pkg.X or *pkg.X.
func qualified(e ast.Expr, pkg string) bool {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// budgets adds up the lines of the kernel's code without its tests: core packages with everything under them as
// one sum, every other folder alone.
func budgets(t *tree) (found []finding) {
	sums, coreSum := map[string]int{}, 0
	for _, f := range t.goFiles() {
		if f.isTest() || !under(f.folder(), "modules/kernel") {
			continue
		}
		inCore := slices.ContainsFunc(core, func(c string) bool { return under(f.folder(), "modules/kernel/"+c) })
		if inCore && !slices.Contains(yardsticks, f.folder()) {
			coreSum += f.lines()
		} else {
			sums[f.folder()] += f.lines()
		}
	}
	if coreSum > maxCore {
		found = append(found, finding{"modules/kernel", fmt.Sprintf("%s have %d lines together, at most %d", strings.Join(core, " + "), coreSum, maxCore)})
	}
	for _, folder := range sortedKeys(sums) {
		if sums[folder] > maxPackage {
			found = append(found, finding{folder, fmt.Sprintf("has %d lines, at most %d", sums[folder], maxPackage)})
		}
	}
	return found
}

func longMain(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		if f.path == "main.go" && f.lines() > maxMain {
			found = append(found, finding{f.path, fmt.Sprintf("has %d lines, at most %d", f.lines(), maxMain)})
		}
	}
	return found
}

// ofLines is a Go file of exactly n lines.
func ofLines(n int) string { return "package p\n" + strings.Repeat("\n", n-1) }

// function is a function of exactly n lines, behind a comment that does not count.
func function(n int) string {
	return goFile("// f is long.\n// Very.\nfunc f() {\n" + strings.Repeat("\tx()\n", n-2) + "}")
}

func sizeRules() []rule {
	return []rule{{
		name: "file length",
		why:  "a file is read in one go; a longer one is two things",
		run:  longFiles,
		bad:  []sample{{"modules/sales/a.go": ofLines(601)}, {"ui/src/a.vue": strings.Repeat("<p/>\n", 601)}, {"modules/sales/a_test.go": ofLines(601)}},
		good: []sample{{"modules/sales/a.go": ofLines(600)}, {"modules/sales/g.go": "// Code generated by x. DO NOT EDIT.\n" + ofLines(700)},
			{"ui/src/api/schema.d.ts": "/** This file was auto-generated by openapi-typescript. */\n" + strings.Repeat("x\n", 900)}, {"README.md": strings.Repeat("x\n", 900)}},
	}, {
		name: "function length",
		why:  "a longer function is a missing table, registry or concept",
		run:  longFunctions,
		bad:  []sample{{"modules/sales/a.go": function(71)}, {"modules/sales/a_test.go": function(71)}, {"rbac/a.go": strings.Replace(function(71), "func f()", "var f = func()", 1)}},
		good: []sample{{"modules/sales/a.go": function(70)}},
	}, {
		name: "parameters",
		why:  "four and then a struct: a row of like arguments gets swapped without anyone noticing",
		run:  manyParams,
		bad: []sample{{"modules/sales/a.go": goFile("func f(a, b, c, d, e int) {}")}, {"modules/sales/a.go": goFile("type i interface{ f(int, int, int, int, int) }")},
			{"modules/sales/a.go": goFile("func f(a int, c context.Context, d, e, g int) {}")}, {"modules/sales/a.go": goFile("var f = func(a, b, c, d int, e ...int) {}")}},
		good: []sample{{"modules/sales/a.go": goFile("func (r *R) f(ctx context.Context, a, b, c, d int) {}")}, {"modules/sales/a_test.go": goFile("func f(a, b, c, d, e int) {}")},
			{"modules/sales/a.go": goFile("func f(tx *kernel.Tx, a, b, c, d int) {}")}},
	}, {
		name: "kernel budget",
		why:  "the kernel knows no business word and stays small enough to be read in a day; what grows beyond is split or is a module",
		run:  budgets,
		bad: []sample{{"modules/kernel/web/a.go": ofLines(401), "modules/kernel/web/b.go": ofLines(400)}, {"modules/kernel/a.go": ofLines(801)},
			{"modules/kernel/store/a.go": ofLines(4000), "modules/kernel/store/sub/a.go": ofLines(900), "modules/kernel/gate/a.go": ofLines(101)},
			{"modules/kernel/store/rawbench/a.go": ofLines(801)}},
		good: []sample{{"modules/kernel/web/a.go": ofLines(800), "modules/kernel/web/a_test.go": ofLines(500), "modules/kernel/a.go": ofLines(800)},
			{"modules/kernel/store/a.go": ofLines(5000), "modules/kernel/store/rawbench/a.go": ofLines(800)}, {"modules/ledger/a.go": ofLines(2000)}},
	}, {
		name: "short main",
		why:  "main wires and does nothing else; what it would do belongs to boot or cli, where tests reach it",
		run:  longMain,
		bad:  []sample{{"main.go": ofLines(80)}},
		good: []sample{{"main.go": ofLines(79)}},
	}}
}

// An exception that nothing needs any more would let the next mistake in.
func TestAllowancesAreStillNeeded(t *testing.T) {
	all, err := load(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		allowed map[string]string
		found   []finding
	}{
		{"floatsAllowed", floatsAllowed, floats(all)},
		{"wallClockAllowed", wallClockAllowed, wallClock(all)},
		{"initAllowed", initAllowed, initFunctions(all)},
		{"blankAllowed", blankAllowed, blankImports(all)},
		{"doorsAllowed", doorsAllowed, ownDoors(all)},
	} {
		for _, name := range sortedKeys(c.allowed) {
			used := slices.ContainsFunc(c.found, func(f finding) bool { return strings.HasPrefix(f.where, name+":") })
			if !used || c.allowed[name] == "" {
				t.Errorf("%s: %s is not needed any more, or gives no reason", c.name, name)
			}
		}
	}
}
