package product

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"zhanggui/assets"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/testkit"
)

// label is a text that people read: where it stands, and what the program calls the same thing.
type label struct {
	where, raw string
	text       kernel.Text
	may        bool // may be left out, in both languages
}

// names are Chinese labels without a Chinese character, and English ones with one: what is called so in both languages.
var names = map[string]bool{"A4": true, "241 × 140 mm": true, "English": true, "中文": true, "ID": true}

// placeholder is the part of a sentence that the program fills.
var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// wrong says what is wrong with a label, "" when nothing is.
func (l label) wrong() string {
	zh, en := strings.TrimSpace(placeholder.ReplaceAllString(l.text.Zh, "")), strings.TrimSpace(placeholder.ReplaceAllString(l.text.En, ""))
	han := func(r rune) bool {
		return unicode.Is(unicode.Han, r) || strings.ContainsRune("，。；：？！（）、「」", r)
	}
	switch {
	case l.may && l.text == kernel.Text{}:
		return ""
	case zh == "" || en == "":
		return "lacks a language"
	case !names[zh] && !strings.ContainsFunc(zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return "has no Chinese"
	case !names[en] && strings.ContainsFunc(en, han):
		return "has Chinese in its English"
	case strings.ContainsFunc(l.raw, unicode.IsLetter) && (zh == l.raw || en == l.raw):
		return "is the program's own word"
	case strings.ContainsAny(zh, "!！") || strings.ContainsAny(en, "!！"):
		return "shouts"
	}
	return ""
}

// labels collects what a company can say.
type labels struct{ list []label }

func (l *labels) add(where, raw string, text kernel.Text) {
	l.list = append(l.list, label{where: where, raw: raw, text: text})
}

// maybe adds a text that need not be there.
func (l *labels) maybe(where string, texts ...kernel.Text) {
	for _, text := range texts {
		l.list = append(l.list, label{where: where, text: text, may: true})
	}
}

func (l *labels) fields(where string, fields []*kernel.Field) {
	for _, f := range fields {
		at := where + "." + f.Name
		l.add(at, f.Name, f.Label)
		l.maybe(at, f.Help, f.Section)
		for _, o := range f.Options {
			l.add(at+"="+o.Value, o.Value, o.Label)
		}
	}
}

func (l *labels) resource(d *kernel.Def) {
	l.add(d.Name, d.Name, d.Label)
	if !d.Internal {
		l.add(d.Name+" empty", "", d.Empty)
	}
	l.fields(d.Name, d.Fields)
	for _, line := range d.Lines {
		l.add(d.Name+"."+line.Name, line.Name, line.Label)
		l.fields(d.Name+"."+line.Name, line.Fields)
	}
	for _, a := range d.Actions {
		l.add(d.Name+":"+a.Name, a.Name, a.Label)
		l.maybe(d.Name+":"+a.Name, a.Confirm)
		if a.Input != nil {
			l.fields(d.Name+":"+a.Name, a.Input.Fields)
		}
	}
	for s, info := range d.States {
		l.add(d.Name+" is "+string(s), string(s), info.Label)
	}
	for _, p := range d.Prints {
		l.add(d.Name+" on "+p.Name, "", p.Label)
	}
}

func (l *labels) company(c *kernel.Company) {
	for _, d := range c.Defs {
		l.resource(d)
	}
	for _, r := range c.Reports {
		l.add("report "+r.Name, r.Name, r.Label)
		l.fields("report "+r.Name+" asks", r.Params)
		l.fields("report "+r.Name, r.Columns)
	}
	for _, s := range c.Settings {
		l.fields("setting", []*kernel.Field{&s.Field})
		l.add("setting "+s.Name+" group", "", s.Group)
	}
	for _, g := range c.Menu {
		l.add("menu "+g.Key, g.Key, g.Label)
		for _, i := range g.Items {
			if i.To != "" {
				l.add("menu "+i.To, i.To, i.Label)
			}
		}
	}
	for _, k := range links.Kinds(c) {
		l.add("link "+k.Name, k.Name, k.Label)
		l.add("link back "+k.Name, k.Name, k.Back)
	}
}

// TestEverythingIsSaidInBothLanguages looks at every text of the product that people read.
func TestEverythingIsSaidInBothLanguages(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	all := &labels{}
	all.company(c)
	texts, err := messages.Load(assets.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for code, text := range texts {
		all.add("message "+code, code, text.Text)
		if text.Next != (kernel.Text{}) {
			all.add("next step of "+code, code, text.Next)
		}
	}
	for _, l := range all.list {
		if what := l.wrong(); what != "" {
			t.Errorf("%s %s: %q, %q", l.where, what, l.text.Zh, l.text.En)
		}
	}
	if len(all.list) < 1500 {
		t.Errorf("only %d texts were found", len(all.list))
	}
}

// TestLabelsAreJudged tries the judge on bad labels and on good ones.
func TestLabelsAreJudged(t *testing.T) {
	var got []string
	for _, l := range []label{
		{text: kernel.T("数量", "Quantity"), raw: "qty"}, {text: kernel.T("A4", "A4")}, {may: true}, {text: kernel.T("{n} 行", "{n} rows")},
		{text: kernel.T("", "Quantity")}, {text: kernel.T("数量", " ")}, {text: kernel.T("Quantity", "Quantity")}, {text: kernel.T("数量", "数量")},
		{text: kernel.T("数量", "Quantity（pcs）")}, {text: kernel.T("数量", "qty"), raw: "qty"}, {text: kernel.T("{n}", "{n} rows")},
		{text: kernel.T("好！", "Well done")}, {text: kernel.T("好", ""), may: true},
	} {
		got = append(got, l.wrong())
	}
	want := []string{"", "", "", "", "lacks a language", "lacks a language", "has no Chinese", "has Chinese in its English",
		"has Chinese in its English", "is the program's own word", "lacks a language", "shouts", "lacks a language"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
