package product

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/measure"
	"zhanggui/modules/kernel/resource"
)

// sizes are the papers of the forms, as the page asks the printer for them.
var sizes = map[string]string{"a4": "@page { size: 210mm 297mm;", "241x140": "@page { size: 241mm 140mm;", print.Generic: "@page { size: A4;"}

// prints renders every record of every resource on every form it has, and on the one that fits all, in both languages.
func (s *company) prints(t *testing.T) {
	pages := 0
	for _, d := range s.Defs {
		if d.Internal {
			continue
		}
		forms := []string{print.Generic}
		for _, p := range d.Prints {
			if p.Template != print.Generic {
				forms = append(forms, p.Template)
			}
		}
		if len(forms) > 1 {
			for _, p := range design.Papers {
				if !slices.Contains(forms, p.Name) && s.composes(t, d, p.Name) == 0 {
					t.Errorf("no %s was composed on %s", d.Name, p.Name)
				}
			}
		}
		if len(forms) > 1 && !(slices.Contains(forms, "a4") && slices.Contains(forms, "241x140")) {
			t.Errorf("%s prints on %v: offices have both papers", d.Name, forms)
		}
		for _, form := range forms {
			for _, lang := range []string{"zh", "en"} {
				pages += s.print(t, d, form, lang)
			}
		}
	}
	if pages < 500 {
		t.Errorf("only %d pages were printed", pages)
	}
}

// composes puts the records of a resource on one of the other papers: nothing may stand outside it.
func (s *company) composes(t *testing.T, d *kernel.Def, paper string) (sheets int) {
	t.Helper()
	err := s.View(context.Background(), s.actor, func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			doc, err := print.Compose(v, print.Paper{Def: d, Rec: rec, Form: paper})
			if err != nil {
				return err
			}
			sheets++
			for i, p := range doc.Pages {
				for _, x := range p.Texts {
					if x.X < 0 || x.Y < 0 || x.X+x.W > doc.Paper.Width || x.Y+x.H > p.Height || measure.Width(x.Text, x.Size) > x.W {
						t.Errorf("%s on %s, page %d: %q at %v", d.Name, paper, i+1, x.Text, x.Box)
					}
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Errorf("%s on %s: %v", d.Name, paper, err)
	}
	return sheets
}

// print renders all records of a resource and looks at the pages.
func (s *company) print(t *testing.T, d *kernel.Def, form, lang string) (pages int) {
	t.Helper()
	actor := *s.actor
	actor.Lang = lang
	err := s.View(context.Background(), &actor, func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			var b strings.Builder
			if err := print.Render(v, print.Paper{Def: d, Rec: rec, Form: form}, &b); err != nil {
				return err
			}
			pages++
			x := page{t: t, name: fmt.Sprintf("%s on %s in %s", d.Name, form, lang), text: b.String(), lang: lang}
			x.looks(sizes[form])
			x.says(v, d, rec, form)
			x.hides(s.Company, d)
			return nil
		})
	})
	if err != nil {
		t.Errorf("%s on %s in %s: %v", d.Name, form, lang, err)
	}
	if pages == 0 {
		t.Errorf("there is no %s to print", d.Name)
	}
	return pages
}

// page is a printed page.
type page struct {
	t                *testing.T
	name, text, lang string
}

var (
	markup = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
	node   = regexp.MustCompile(`>([^<>]+)<`)
)

// words is what a person reads.
func (p page) words() string {
	return strings.Join(strings.Fields(html.UnescapeString(markup.ReplaceAllString(p.text, " "))), " ")
}

// looks wants a whole page of the right size in the right language, with nothing of the template left in it.
func (p page) looks(size string) {
	tag := map[string]string{"zh": `<html lang="zh-CN">`, "en": `<html lang="en">`}[p.lang]
	for _, want := range []string{"<!doctype html>", tag, size, "</html>"} {
		if !strings.Contains(p.text, want) {
			p.t.Errorf("%s: no %s", p.name, want)
		}
	}
	for _, bad := range []string{"{{", "}}", "<no value>", "%!", "ZgotmplZ", "<b>'丁'", "[]", "<nil>"} {
		if strings.Contains(p.text, bad) {
			p.t.Errorf("%s: %q is on the page", p.name, bad)
		}
	}
}

// says wants the values without which the page is no use: whose it is, what it is, for whom, and how much in words.
func (p page) says(v *kernel.View, d *kernel.Def, rec any, form string) {
	words := p.words()
	want := []string{"宏发商贸", d.Label.In(p.lang)}
	if f := d.ByName[d.Title]; f != nil && f.Kind == kernel.KindText {
		want = append(want, resource.Title(d, rec))
	}
	for _, name := range []string{"customer", "supplier", "party"} {
		f := d.ByName[name]
		if f == nil || d.Machine == nil {
			continue
		}
		labels, err := resource.Labels(v, v.Company.Def(f.Ref), []int64{resource.Value(f, rec).Int()})
		if err != nil {
			p.t.Error(err)
		}
		want = append(want, labels[resource.Value(f, rec).Int()])
	}
	if f := total(d); f != nil && form != print.Generic {
		sum := money.Amount(resource.Value(f, rec).Int())
		want = append(want, money.Format(sum), money.Upper(sum))
	}
	for _, text := range want {
		if !strings.Contains(words, strings.Join(strings.Fields(text), " ")) {
			p.t.Errorf("%s: no %q in %s", p.name, text, words)
		}
	}
}

// total is what a document comes to, nil where it comes to nothing.
func total(d *kernel.Def) *kernel.Field {
	for _, name := range []string{"gross", "amount", "total"} {
		if f := d.ByName[name]; f != nil && f.Kind == kernel.KindAmount {
			return f
		}
	}
	return nil
}

// hides refuses the program's own words where a value stands: names of fields and resources, values of options that
// have a label.
func (p page) hides(c *kernel.Company, d *kernel.Def) {
	raw := map[string]bool{}
	note := func(fields []*kernel.Field) {
		for _, f := range fields {
			raw[f.Name] = raw[f.Name] || strings.Contains(f.Name, "_")
			for _, o := range f.Options {
				raw[o.Value] = raw[o.Value] || o.Value != o.Label.In(p.lang)
			}
		}
	}
	note(d.Fields)
	for _, l := range d.Lines {
		note(l.Fields)
	}
	for _, node := range node.FindAllStringSubmatch(p.text, -1) {
		text := html.UnescapeString(node[1])
		for _, colon := range []string{"：", ": "} {
			if _, value, ok := strings.Cut(text, colon); ok {
				text = value
			}
		}
		text = strings.TrimSpace(text)
		if raw[text] || c.Def(text) != nil {
			p.t.Errorf("%s: %q is a word of the program", p.name, text)
		}
	}
}
