package records

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/run"
	"zhanggui/modules/kernel/print/tally"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

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
		if err != nil || id <= 0 || len(ids) == run.Most {
			return problem.BadShape("query.invalid", "name", "ids")
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return h.onPaper(r, ids)
}

func (h *handler) onPaper(r *route.Request, ids []int64) error {
	var out []byte
	err := r.View(func(v *kernel.View) error {
		var recs []any
		for _, id := range ids {
			rec, err := Fill(v, h.d, id)
			if err != nil {
				return err
			}
			recs = append(recs, rec)
		}
		var err error
		out, err = run.Page(v, h.d, recs, run.Ask{Template: r.Query("template"), Plain: r.Query("plain") == "1"})
		return err
	})
	if err != nil {
		return err
	}
	r.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	r.W.WriteHeader(http.StatusOK)
	_, _ = r.W.Write(out)
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
