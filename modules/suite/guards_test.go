package suite

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// library is a foreign package that only some folders may import.
type library struct {
	prefix  string
	folders []string
	query   bool // query.go files may import it too
	why     string
}

const driverWhy = "one place opens databases, so that settings, locks and group commit hold for everyone"

var libraries = []library{
	{"github.com/gin-gonic/gin", []string{"modules/kernel/web"}, false, "HTTP stays in one package, so that strict decoding, limits and time-outs cannot be forgotten"},
	{"github.com/gin-contrib", []string{"modules/kernel/web"}, false, "HTTP stays in one package"},
	{"github.com/danielgtaylor/huma", []string{"modules/kernel/web"}, false, "operations come from resources; nobody describes one by hand"},
	{"github.com/expr-lang", []string{"modules/approval/condition"}, false, "conditions compare money: one package keeps floats, endless loops and unknown types out of them"},
	{"github.com/casbin", []string{"rbac"}, false, "one package enforces rights, everyone else asks the kernel"},
	{"github.com/xuri/excelize", []string{"modules/kernel/sheet"}, false, "one package guards against hostile workbooks"},
	{"github.com/wneessen/go-mail", []string{"modules/kernel/mail"}, false, "one package calls other machines, and only when it is switched on"},
	{"github.com/glebarez", []string{"modules/kernel/store"}, false, driverWhy},
	{"modernc.org/sqlite", []string{"modules/kernel/store"}, false, driverWhy},
	{"github.com/jackc/pgx", []string{"modules/kernel/store"}, false, driverWhy},
	{"github.com/lib/pq", []string{"modules/kernel/store"}, false, driverWhy},
	{"gorm.io/driver", []string{"modules/kernel/store"}, false, driverWhy},
	{"gorm.io", []string{"modules/kernel/store"}, true, "GORM runs whatever string it is given: it stays in the store and in query.go, where the scope test reads"},
}

func (l library) covers(name string) bool { return under(name, l.prefix) }

func (l library) permits(f *source) bool {
	if f.isTest() && under(f.folder(), "modules/suite") {
		return true // an independent reader is a good witness
	}
	return l.query && path.Base(f.path) == "query.go" || slices.ContainsFunc(l.folders, func(p string) bool { return under(f.folder(), p) })
}

func confinedLibraries(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		for _, imp := range f.ast.Imports {
			name := importPath(imp.Path.Value)
			// The first entry that covers the path decides: drivers stand before their family.
			i := slices.IndexFunc(libraries, func(l library) bool {
				return l.covers(name) || strings.HasPrefix(name, l.prefix+"/")
			})
			if i >= 0 && !libraries[i].permits(f) {
				found = append(found, finding{t.at(f, imp.Pos()), "imports " + name + ": " + libraries[i].why})
			}
		}
	}
	return found
}

// Allow-lists: file → why it may. An entry that is no longer needed fails TestAllowancesAreStillNeeded.
var (
	floatsAllowed = map[string]string{
		"modules/kernel/sheet/excel/write.go": "the workbook library takes column widths as floats; no figure passes through",
	}
	wallClockAllowed = map[string]string{
		"modules/kernel/store/pg.go":     "a stopwatch: how long a unit ran, which a frozen clock cannot tell",
		"modules/kernel/store/writer.go": "a stopwatch: how long a batch has held the writer, which a frozen clock cannot tell",
	}
	initAllowed  = map[string]string{}
	blankAllowed = map[string]string{}
)

func permitted(found []finding, allowed map[string]string) []finding {
	return slices.DeleteFunc(found, func(f finding) bool {
		name, _, _ := strings.Cut(f.where, ":")
		return allowed[name] != ""
	})
}

// selectors calls visit for every x.name of a file.
func selectors(f *source, visit func(*ast.SelectorExpr)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			visit(s)
		}
		return true
	})
}

func noMigrator(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		selectors(f, func(s *ast.SelectorExpr) {
			if s.Sel.Name == "AutoMigrate" || s.Sel.Name == "Migrator" {
				found = append(found, finding{t.at(f, s.Pos()), "calls " + s.Sel.Name})
			}
		})
	}
	return found
}

// localName is the name under which a file knows an import, "" when it does not import it.
func localName(f *source, name string) string {
	for _, imp := range f.ast.Imports {
		if importPath(imp.Path.Value) == name {
			if imp.Name != nil {
				return imp.Name.Name
			}
			return path.Base(name)
		}
	}
	return ""
}

func wallClock(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		local := localName(f, "time")
		if local == "" || f.isTest() || under(f.folder(), "modules/kernel/clock") {
			continue
		}
		if local == "." {
			found = append(found, finding{f.path, "imports time with a dot, which hides its clock"})
		}
		selectors(f, func(s *ast.SelectorExpr) {
			x, ok := s.X.(*ast.Ident)
			if ok && x.Name == local && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
				found = append(found, finding{t.at(f, s.Pos()), "reads the wall clock: time." + s.Sel.Name})
			}
		})
	}
	return found
}

// wholeNumber is a literal such as 5e6: an exact integer constant wherever the context wants an integer.
var wholeNumber = regexp.MustCompile(`^[0-9]+[eE]\+?[0-9]+$`)

// floats looks for the types, for literals such as 0.5 and for parsing into them, in everything under modules/.
// 5e6 is allowed, but not as `x := 5e6` or `var x = 5e6`, where it makes a float variable.
// Tests are left out: encoding/json gives them ids as floats, benchmarks report floats; neither is a figure of the business.
func floats(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		if !under(f.folder(), "modules") || f.isTest() {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.AssignStmt:
				if x.Tok == token.DEFINE {
					found = append(found, floatVariables(t, f, x.Rhs)...)
				}
			case *ast.GenDecl:
				for _, spec := range x.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && x.Tok == token.VAR && v.Type == nil {
						found = append(found, floatVariables(t, f, v.Values)...)
					}
				}
			case *ast.Ident:
				if slices.Contains([]string{"float32", "float64", "ParseFloat", "NewFloat", "SetFloat64", "Float64"}, x.Name) {
					found = append(found, finding{t.at(f, x.Pos()), "uses " + x.Name})
				}
			case *ast.BasicLit:
				if x.Kind == token.FLOAT && !wholeNumber.MatchString(x.Value) {
					found = append(found, finding{t.at(f, x.Pos()), "has the literal " + x.Value})
				}
			}
			return true
		})
	}
	return found
}

// floatVariables finds the values that give a variable declared without a type the type float64.
func floatVariables(t *tree, f *source, values []ast.Expr) (found []finding) {
	for _, v := range values {
		if lit, ok := v.(*ast.BasicLit); ok && wholeNumber.MatchString(lit.Value) {
			found = append(found, finding{t.at(f, lit.Pos()), "makes a float variable of " + lit.Value})
		}
	}
	return found
}

// Written in pieces, because this file is read by the rule too.
var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b|(?i:coming ` + `soon)|敬请` + `期待`)

func unfinishedWork(t *tree) (found []finding) {
	for _, f := range t.files {
		for i, line := range strings.Split(f.text, "\n") {
			if word := unfinished.FindString(line); word != "" {
				found = append(found, finding{lineOf(f, i), "says " + word})
			}
		}
	}
	return found
}

func initFunctions(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				found = append(found, finding{t.at(f, fn.Pos()), "has an init function"})
			}
		}
	}
	return found
}

func blankImports(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		for _, imp := range f.ast.Imports {
			name := importPath(imp.Path.Value)
			if imp.Name == nil || imp.Name.Name != "_" || name == "embed" ||
				name == "time/tzdata" && f.path == "main.go" || under(f.folder(), "modules/kernel/store") {
				continue
			}
			found = append(found, finding{t.at(f, imp.Pos()), "imports " + name + " for its side effect"})
		}
	}
	return found
}

// skippedTests lets a test step aside only for -short or for what a machine may lack, and then only in a function
// that asks ZHANGGUI_REQUIRE, with which continuous integration turns such a skip into a failure.
func skippedTests(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		for _, d := range f.ast.Decls {
			start, end := t.set.Position(d.Pos()).Offset, t.set.Position(d.End()).Offset
			text := f.text[start:end]
			if strings.Contains(text, "ZHANGGUI_REQUIRE") || strings.Contains(text, "testing.Short()") {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok || !slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, s.Sel.Name) {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && slices.Contains([]string{"t", "tb", "b", "f"}, x.Name) {
					found = append(found, finding{t.at(f, s.Pos()), "skips a test"})
				}
				return true
			})
		}
	}
	return found
}

func guardRules() []rule {
	list := []rule{{
		name: "libraries",
		why:  "a library with traps has one door, where its traps are known",
		run:  confinedLibraries,
		bad:  libraryExamples(false),
		good: append(libraryExamples(true),
			sample{"modules/sales/query.go": importing("gorm.io/gorm", "gorm.io/gorm/clause")},
			sample{"modules/suite/a_test.go": importing("github.com/xuri/excelize/v2")},
			sample{"modules/sales/a.go": importing("gorm.iota/x", "github.com/glebarezoo/x")}),
	}, {
		name: "no automatic migration",
		why:  "the ORM's migrator silently deleted child rows on SQLite: every change of a table is versioned SQL",
		run:  noMigrator,
		bad:  []sample{{"modules/sales/a.go": goFile("func f(db D) { db.AutoMigrate(1) }")}, {"modules/kernel/store/a_test.go": goFile("var _ = db.Migrator().DropColumn")}},
		good: []sample{{"modules/sales/a.go": goFile("// AutoMigrate is not used.\nfunc migrate() {}")}},
	}, {
		name: "one clock",
		why:  "time comes from the company's clock, frozen for a unit of work: tests, replays and clocks that jump depend on it",
		run:  func(t *tree) []finding { return permitted(wallClock(t), wallClockAllowed) },
		bad: []sample{
			{"modules/sales/a.go": goFile("import \"time\"\nvar x = time.Now()")},
			{"modules/kernel/store/a.go": goFile("import t \"time\"\nvar x = t.Since(y)")},
			{"main.go": goFile("import \"time\"\nvar now = time.Now")},
			{"modules/sales/a.go": goFile("import . \"time\"\nvar x = Now()")},
		},
		good: []sample{
			{"modules/kernel/clock/a.go": goFile("import \"time\"\nvar x = time.Now()")},
			{"modules/sales/a_test.go": goFile("import \"time\"\nvar x = time.Now()")},
			{"modules/sales/a.go": goFile("import \"time\"\nvar x = tx.Now()\nvar y = time.Unix(0, 0)")},
		},
	}, {
		name: "no floats",
		why:  "0.1 + 0.2 is not 0.3: money, prices and quantities are scaled integers everywhere",
		run:  func(t *tree) []finding { return permitted(floats(t), floatsAllowed) },
		bad: []sample{
			{"modules/sales/a.go": goFile("var x float64")},
			{"modules/sales/a.go": goFile("var x = 0.5")},
			{"modules/sales/a.go": goFile("var x = 5e6")},
			{"modules/sales/a.go": goFile("func f() { x := 5e6; _ = x }")},
			{"modules/sales/a.go": goFile("var x int64 = 1.5e6")},
			{"modules/sales/a.go": goFile("import \"strconv\"\nvar x, _ = strconv.ParseFloat(s, 64)")},
		},
		good: []sample{
			{"modules/sales/a.go": goFile("var x int64 = 5e6\n\nconst scale = 1e6")},
			{"modules/sales/a_test.go": goFile("func f(b B) { b.ReportMetric(float64(b.N)/2.5, \"x\") }")},
		},
	}}
	return append(list, habitRules()...)
}

// libraryExamples imports every library from its own folder (good) or from a module (bad), one sample each.
func libraryExamples(good bool) (list []sample) {
	for _, l := range libraries {
		file := "modules/sales/order.go"
		if good {
			file = l.folders[0] + "/a.go"
		}
		list = append(list, sample{file: importing(l.prefix + "/v2/sub")})
	}
	return list
}

func habitRules() []rule {
	word := "TO" + "DO"
	return []rule{{
		name: "nothing unfinished",
		why:  "what is not done is not shipped: finish it, take it out, or write it into the plan",
		run:  unfinishedWork,
		bad: []sample{{"modules/sales/a.go": goFile("// " + word + ": later")}, {"ui/src/a.vue": "<p>Coming" + " soon</p>"},
			{"README.md": "FIX" + "ME"}, {"modules/sales/a.sql": "-- HA" + "CK"}, {"modules/sales/a.go": goFile("// X" + "XX")}},
		good: []sample{{"modules/office/task.go": goFile("// A todo list; see also hacking.")}, {"README.md": "XXXL"}},
	}, {
		name: "no init functions",
		why:  "the product is an explicit list in modules.go; what runs because it was imported cannot be ordered, tested twice or left out",
		run:  func(t *tree) []finding { return permitted(initFunctions(t), initAllowed) },
		bad:  []sample{{"modules/sales/a.go": goFile("func init() {}")}},
		good: []sample{{"modules/sales/a.go": goFile("type t int\nfunc (t) init() {}\nfunc initial() {}")}},
	}, {
		name: "no blank imports",
		why:  "an import for its side effect is an init function in disguise; only embed, the store's drivers and main's time zones need one",
		run:  func(t *tree) []finding { return permitted(blankImports(t), blankAllowed) },
		bad:  []sample{{"modules/sales/a.go": goFile("import _ \"image/png\"")}, {"modules/kernel/cli/a.go": goFile("import _ \"time/tzdata\"")}},
		good: []sample{{"main.go": goFile("import _ \"time/tzdata\""), "assets/a.go": goFile("import _ \"embed\""),
			"modules/kernel/store/a.go": goFile("import _ \"github.com/jackc/pgx/v5/stdlib\"")}},
	}, {
		name: "no skipped tests",
		why:  "a skipped test looks like a passed one; only what a machine may lack is skipped, and never with ZHANGGUI_REQUIRE",
		run:  skippedTests,
		bad:  []sample{{"modules/sales/a_test.go": goFile("func f(t T) { t.Skip(\"later\") }")}, {"modules/sales/a_test.go": goFile("func f(tb T) { tb.SkipNow() }\nvar x = \"ZHANGGUI_REQUIRE\"")}},
		good: []sample{{"modules/sales/a_test.go": goFile("func f(t T) { if os.Getenv(\"ZHANGGUI_REQUIRE\") == \"\" { t.Skip() } }\nfunc g(t T) { if testing.Short() { t.Skipf(\"x\") } }\nfunc h(r R) { r.Skip(3) }")}},
	}}
}
