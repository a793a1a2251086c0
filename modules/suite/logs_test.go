package suite

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
)

// logSentence is what the bundle for support lets through: letters and stops, no digit, no quotation mark.
var logSentence = regexp.MustCompile(`^[A-Za-z][A-Za-z ,:;'()-]{0,118}$`)

// logSentences looks at the first argument of every call of Debug, Info, Warn and Error on something called Log or log.
func logSentences(t *tree) (found []finding) {
	for _, f := range t.goFiles() {
		if f.isTest() {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, s.Sel.Name) || !isLog(s.X) {
				return true
			}
			lit, ok := call.Args[0].(*ast.BasicLit)
			if ok && lit.Kind == token.INT { // the event log of Windows, which is no log of ours
				return true
			}
			if !ok || lit.Kind != token.STRING {
				found = append(found, finding{t.at(f, call.Pos()), "logs a sentence that is made while the program runs"})
			} else if text, err := strconv.Unquote(lit.Value); err != nil || !logSentence.MatchString(text) {
				found = append(found, finding{t.at(f, call.Pos()), "logs " + lit.Value + ", which has more than letters and stops"})
			}
			return true
		})
	}
	return found
}

// isLog tells c.Log, o.log, slog and the like from everything else that has such methods.
func isLog(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name == "Log" || x.Sel.Name == "log"
	case *ast.Ident:
		return x.Name == "log" || x.Name == "slog"
	}
	return false
}

func logRules() []rule {
	return []rule{{
		name: "log sentences",
		why:  "the bundle for support lets sentences of the log through: with a name or a figure written into one, it would leave the house; they belong into attributes",
		run:  logSentences,
		bad: []sample{{"modules/sales/a.go": goFile(`func f(c C) { c.Log.Warn("no stock of " + name) }`)}, {"modules/sales/a.go": goFile(`func f(c C) { c.Log.Error(fmt.Sprintf("x")) }`)},
			{"modules/sales/a.go": goFile(`func f() { slog.Info("3 boxes") }`)}, {"modules/sales/a.go": goFile(`func f(s S) { s.options.log.Info(text, "a", 1) }`)}},
		good: []sample{{"modules/sales/a.go": goFile(`func f(c C) { c.Log.Warn("no stock, as ever", "item", name) }`)}, {"modules/sales/a.go": goFile(`func f(t T) { t.Error(text) }`)},
			{"modules/sales/a_test.go": goFile(`func f(c C) { c.Log.Warn(text) }`)}},
	}}
}
