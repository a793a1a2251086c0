package messages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/assets"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

func TestFill(t *testing.T) {
	for _, c := range []struct {
		text string
		args map[string]any
		want string
	}{
		{"nothing to fill", nil, "nothing to fill"},
		{"库存不足：{item} 只剩 {have}", map[string]any{"item": "M6", "have": 3}, "库存不足：M6 只剩 3"},
		{"{a}{b}", map[string]any{"a": "{b}", "b": "x"}, "{b}x"},
		{"{unknown} stays", map[string]any{"a": 1}, "{unknown} stays"},
		{"{off} of {qty} at {price}", map[string]any{"off": money.Amount(50003600), "qty": money.Qty(12000_500000), "price": money.Price(1234_500000)}, "500,036.00 of 12,000.5 at 1,234.50"},
		{"<b>{a}</b>", map[string]any{"a": "<script>"}, "<b><script></b>"},
	} {
		if got := Fill(c.text, c.args); got != c.want {
			t.Errorf("Fill(%q) is %q, want %q", c.text, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ lang, code, want string }{
		{"zh", "required", "必填"}, {"en", "required", "Required"}, {"fr", "required", "必填"}, {"en", "no.such.code", "no.such.code"},
	} {
		if got := Text(c.lang, c.code, nil); got != c.want {
			t.Errorf("Text(%s, %s) is %q, want %q", c.lang, c.code, got, c.want)
		}
	}
}

func TestLoadRefusesACodeDefinedTwice(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"messages/a.json": {Data: []byte(`{"x":{"zh":"一","en":"one"}}`)},
		"messages/b.json": {Data: []byte(`{"x":{"zh":"二","en":"two"}}`)},
	})
	if err == nil || err.Error() != "messages/b.json: the message x is defined twice" {
		t.Errorf("got %v", err)
	}
}

func TestCatalogsAreCompleteInBothLanguages(t *testing.T) {
	all, err := Load(assets.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for code, text := range all {
		if strings.TrimSpace(text.Zh) == "" || strings.TrimSpace(text.En) == "" {
			t.Errorf("%s lacks a language", code)
		}
		zh, en := Placeholders(text.Zh), Placeholders(text.En)
		slices.Sort(zh)
		slices.Sort(en)
		if !slices.Equal(zh, en) {
			t.Errorf("%s has the placeholders %v in Chinese and %v in English", code, zh, en)
		}
	}
}

// use is a place where the code of the program names a message.
type use struct {
	where, code string
	args        []string
	open        bool // further arguments cannot be read from the source
}

// firstArg says which argument of the makers of problems is the code.
var firstArg = map[string]int{"Rule": 0, "BadShape": 0, "Conflicted": 0, "New": 1}

func usesIn(t *testing.T, set *token.FileSet, name string) (out []use) {
	file, err := parser.ParseFile(set, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := fun.X.(*ast.Ident)
		at, maker := firstArg[fun.Sel.Name]
		if !ok || pkg.Name != "problem" || !maker || len(call.Args) <= at {
			return true
		}
		code, literal := text(call.Args[at])
		if !literal {
			return true
		}
		u := use{where: set.Position(call.Pos()).String(), code: code, open: call.Ellipsis.IsValid()}
		for i := at + 1; i < len(call.Args); i += 2 {
			if key, ok := text(call.Args[i]); ok {
				u.args = append(u.args, key)
			}
		}
		out = append(out, u)
		return true
	})
	return out
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// said are signs that a sentence itself says what to do.
var said = regexp.MustCompile(`请|可在|可改|可先|可以|可运行|留空|应为|例如|点「|先`)

// TestEveryProblemSaysWhatToDo: whoever meets a problem reads a next step, in the sentence or after it.
func TestEveryProblemSaysWhatToDo(t *testing.T) {
	all, err := Load(assets.Messages)
	if err != nil {
		t.Fatal(err)
	}
	problems := Problems()
	if len(problems) < 400 {
		t.Errorf("only %d messages are problems: the list is broken", len(problems))
	}
	for _, p := range problems {
		text := all[p.Code]
		switch {
		case text.Next == (kernel.Text{}):
			if !said.MatchString(text.Zh) {
				t.Errorf("%s says in no word what to do: give it a \"next\" in %s.json", p.Code, p.Area)
			}
		case text.Next.Zh == "" || text.Next.En == "":
			t.Errorf("the next step of %s lacks a language", p.Code)
		case len(Placeholders(text.Next.Zh+text.Next.En)) > 0:
			t.Errorf("the next step of %s has placeholders, which nobody fills", p.Code)
		}
	}
}

func TestEveryCodeInTheSourceHasItsSentence(t *testing.T) {
	all, err := Load(assets.Messages)
	if err != nil {
		t.Fatal(err)
	}
	seen, listed := 0, map[string]bool{}
	for _, p := range Problems() {
		listed[p.Code] = true
	}
	set := token.NewFileSet()
	err = filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		for _, u := range usesIn(t, set, name) {
			seen++
			if !listed[u.code] {
				t.Errorf("%s: the code %s is missing in the list of problems", u.where, u.code)
			}
			message, ok := all[u.code]
			if !ok {
				t.Errorf("%s: the code %s has no sentence in assets/messages", u.where, u.code)
			}
			for _, p := range Placeholders(message.En) {
				if !u.open && !slices.Contains(u.args, p) {
					t.Errorf("%s: the sentence of %s wants {%s}, which is not given", u.where, u.code, p)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("messages.go"); err != nil || seen < 50 {
		t.Errorf("only %d codes were found (%v): the search is broken", seen, err)
	}
}
