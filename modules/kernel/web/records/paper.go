package records

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/page"
	"zhanggui/modules/kernel/print/tally"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// MostSheets is how many records are printed in one go.
const MostSheets = 200

var paperQuery = []route.Query{{Name: "template", Help: "a name from prints of the meta data, or of a paper; the usual one by default"},
	{Name: "plain", Help: "1 leaves out prices and amounts"}}

func papers(d *kernel.Def, add adder) {
	if len(d.Prints) == 0 {
		return
	}
	label := d.Label.En
	acts := []string{"print"}
	add("GET", "/{id}/print", (*handler).printed, route.Route{Acts: acts, Doc: route.Doc{Summary: "Print: " + label, Response: "file", Query: paperQuery}})
	add("GET", "/print", (*handler).printedRun, route.Route{Acts: acts, Doc: route.Doc{Summary: "Print several: " + label, Response: "file",
		Query: append([]route.Query{{Name: "ids", Help: "ids separated by commas, 200 at most", Required: true}}, paperQuery...)}})
	add("POST", "/{id}/printed", (*handler).notePrinted, route.Route{Acts: acts, Doc: route.Doc{Summary: "Note that it was printed: " + label, Request: "nothing", Response: "print.count"}})
}

// Fill gives a record that the caller may see, complete with what is computed and not stored.
func Fill(v *kernel.View, d *kernel.Def, id int64) (any, error) {
	rec, err := resource.LoadVisible(v, d, id)
	if err != nil {
		return nil, err
	}
	return rec, (&handler{d: d}).fillComputed(v, rec)
}

func (h *handler) printed(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	return h.onPaper(r, []int64{id})
}

func (h *handler) printedRun(r *route.Request) error {
	var ids []int64
	for text := range strings.SplitSeq(r.Query("ids"), ",") {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 || len(ids) == MostSheets {
			return problem.BadShape("query.invalid", "name", "ids")
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return h.onPaper(r, ids)
}

// form gives the template that a request names: one of the prints of the resource, or for those that have designs any paper.
func (h *handler) form(v *kernel.View, name string) (string, error) {
	designed := slices.ContainsFunc(h.d.Prints, func(p kernel.PrintForm) bool { return design.PaperOf(p.Template) != nil })
	if designed {
		if name == "" {
			usual, err := print.Kept.Of(v.Company).Usual(v, h.d.Name)
			if err != nil || usual != "" {
				return usual, err
			}
		}
		if design.PaperOf(name) != nil {
			return name, nil
		}
	}
	if name == "" {
		return h.d.Prints[0].Template, nil
	}
	i := slices.IndexFunc(h.d.Prints, func(p kernel.PrintForm) bool { return p.Name == name })
	if i < 0 {
		return "", problem.New(problem.NotFound, "print.unknown", "form", clip(name))
	}
	return h.d.Prints[i].Template, nil
}

func (h *handler) onPaper(r *route.Request, ids []int64) error {
	var out bytes.Buffer
	err := r.View(func(v *kernel.View) error {
		form, err := h.form(v, r.Query("template"))
		if err != nil {
			return err
		}
		var recs []any
		for _, id := range ids {
			rec, err := Fill(v, h.d, id)
			if err != nil {
				return err
			}
			recs = append(recs, rec)
		}
		p := print.Paper{Def: h.d, Form: form, Plain: r.Query("plain") == "1"}
		if design.PaperOf(form) == nil {
			if len(recs) > 1 {
				return problem.Rule("print.one")
			}
			p.Rec = recs[0]
			return print.Render(v, p, &out)
		}
		doc, err := print.Run(v, p, recs)
		if err != nil {
			return err
		}
		return page.Write(&out, doc, print.LangTag(v.Lang))
	})
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write(out.Bytes())
	return nil
}

// notePrinted counts a print of a record; with the same idempotency key it counts once.
func (h *handler) notePrinted(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	key, err := r.Key()
	if err != nil {
		return err
	}
	times := 0
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, h.d.Name+":printed", func(tx *kernel.Tx) error {
		if _, err := resource.LoadVisible(tx.View, h.d, id); err != nil {
			return err
		}
		if _, err := tally.Note(tx, tally.Print{Resource: h.d.Name, Record: id, Key: key}); err != nil {
			return err
		}
		times, err = tally.Times(tx.View, h.d.Name, id)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"times": times})
}
