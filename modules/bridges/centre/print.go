package centre

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/layout"
	sheetpage "zhanggui/modules/kernel/print/page"
	"zhanggui/modules/kernel/print/tally"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/records"
	"zhanggui/modules/kernel/web/route"
)

// mostPrinted is how many sheets are printed in one go.
const mostPrinted = 200

// sheetOf is a sheet by its kind and id.
type sheetOf struct {
	kind kind
	id   int64
}

// sheetsOf reads the names of sheets, such as stock.delivery:17, that somebody may print. What is none, and what he may not
// print, is refused.
func sheetsOf(v *kernel.View, names []string) ([]sheetOf, error) {
	if len(names) == 0 || len(names) > mostPrinted {
		return nil, problem.BadShape("query.invalid", "name", "sheets")
	}
	all := kindsOf(v, "print")
	out := make([]sheetOf, len(names))
	for i, name := range names {
		of, id, _ := strings.Cut(name, ":")
		at := slices.IndexFunc(all, func(k kind) bool { return k.def.Name == of && k.printed(v) })
		n, ok := resource.ParseID(id)
		switch {
		case !ok || !slices.Contains(order, of):
			return nil, problem.BadShape("query.invalid", "name", "sheets")
		case at < 0:
			return nil, problem.New(problem.Forbidden, "forbidden", "resource", of, "act", "print")
		}
		out[i] = sheetOf{all[at], n}
	}
	return out, nil
}

// printMany answers several sheets of any kinds as one run of pages, all on one paper.
func printMany(r *route.Request) error {
	var out bytes.Buffer
	err := r.View(func(v *kernel.View) error {
		doc, err := compose(v, r.R.URL.Query()["sheets"], r.Query("paper"))
		if err != nil {
			return err
		}
		return sheetpage.Write(&out, doc, print.LangTag(v.Lang))
	})
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write(out.Bytes()) // a reader that went away is nobody's problem
	return nil
}

// compose puts sheets one after another. Without a paper it is the first one's usual one.
func compose(v *kernel.View, names []string, paper string) (*layout.Doc, error) {
	sheets, err := sheetsOf(v, names)
	if err != nil {
		return nil, err
	}
	if paper == "" {
		paper = sheets[0].kind.def.Prints[0].Template
	}
	var out *layout.Doc
	for _, s := range sheets {
		rec, err := resource.LoadVisible(v, s.kind.def, s.id)
		if err != nil {
			return nil, err
		}
		if err := records.Complete(v, s.kind.def, rec); err != nil {
			return nil, err
		}
		doc, err := print.Compose(v, print.Paper{Def: s.kind.def, Rec: rec, Form: paper})
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = doc
			continue
		}
		if out.Shift != doc.Shift { // designs of one paper may lie differently; the marks of the others are moved
			move(doc, layout.Point{X: doc.Shift.X - out.Shift.X, Y: doc.Shift.Y - out.Shift.Y})
		}
		out.Pages = append(out.Pages, doc.Pages...)
	}
	if len(sheets) > 1 {
		out.Title = kernel.T("单据", "Sheets").In(v.Lang)
	}
	return out, nil
}

// move moves every mark of a sheet.
func move(doc *layout.Doc, by layout.Point) {
	for i := range doc.Pages {
		p := &doc.Pages[i]
		for j := range p.Texts {
			p.Texts[j].X, p.Texts[j].Y = p.Texts[j].X+by.X, p.Texts[j].Y+by.Y
		}
		for j := range p.Images {
			p.Images[j].X, p.Images[j].Y = p.Images[j].X+by.X, p.Images[j].Y+by.Y
		}
		for j := range p.Rules {
			r := &p.Rules[j]
			r.From, r.To = layout.Point{X: r.From.X + by.X, Y: r.From.Y + by.Y}, layout.Point{X: r.To.X + by.X, Y: r.To.Y + by.Y}
		}
	}
}

// printed counts a print of several sheets. What is told again under the same key counts once.
func printed(r *route.Request) error {
	key, err := r.Key()
	if err != nil {
		return err
	}
	body, err := r.Object()
	if err != nil {
		return err
	}
	names, ok := texts(body)
	if !ok {
		return problem.BadShape("field.type").At("/sheets")
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "centre:printed", func(tx *kernel.Tx) error { return note(tx, names, key) })
	if err != nil {
		return err
	}
	return r.NoContent()
}

// note counts a print of each of some sheets.
func note(tx *kernel.Tx, names []string, key string) error {
	sheets, err := sheetsOf(tx.View, names)
	if err != nil {
		return err
	}
	for _, s := range sheets {
		if err := resource.See(tx.View, s.kind.def, s.id); err != nil {
			return err
		}
		if _, err := tally.Note(tx, tally.Print{Resource: s.kind.def.Name, Record: s.id, Key: key}); err != nil {
			return err
		}
	}
	return nil
}

// texts reads the one key of a body, a list of texts.
func texts(o *resource.Object) ([]string, bool) {
	list, ok := o.Values["sheets"].([]any)
	if !ok || len(o.Keys) != 1 {
		return nil, false
	}
	out := make([]string, len(list))
	for i, one := range list {
		if out[i], ok = one.(string); !ok {
			return nil, false
		}
	}
	return out, true
}
