package records

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/kernel/wire"
)

// counts are what total may ask for.
var counts = map[string]listing.Count{"": listing.None, "0": listing.None, "1": listing.Bounded, "all": listing.Exact}

// QueryOf reads what a list is asked for: q, filter, sort, cursor, limit and total. A limit of 0 asks for no rows.
func QueryOf(r *route.Request) (listing.Query, error) {
	values := r.R.URL.Query()
	q := listing.Query{Q: values.Get("q"), Sort: values.Get("sort"), Cursor: values.Get("cursor")}
	if len(q.Q) > 200 || len(values["filter"]) > 40 {
		return q, problem.BadShape("query.invalid", "name", "q")
	}
	for _, text := range values["filter"] {
		f, err := listing.ParseFilter(text)
		if err != nil {
			return q, err
		}
		q.Filters = append(q.Filters, f)
	}
	count, ok := counts[values.Get("total")]
	if !ok {
		return q, problem.BadShape("query.invalid", "name", "total")
	}
	if q.Count = count; values.Get("limit") == "0" {
		return q, nil
	}
	var err error
	q.Limit, err = r.Int("limit", 50, listing.MaxLimit)
	return q, err
}

func (h *handler) list(r *route.Request) error {
	q, err := QueryOf(r)
	if err != nil {
		return err
	}
	var out []byte
	err = r.View(func(v *kernel.View) error {
		page, err := listing.List(v, h.d, q)
		if err != nil {
			return err
		}
		labels, err := resource.CollectLabels(v, h.d, page.Items, false)
		if err != nil {
			return err
		}
		out = h.appendPage(make([]byte, 0, 1024+len(page.Items)*512), r, page, labels)
		if q.Count != listing.None {
			out = appendTotals(out, h.d, page)
		}
		out = append(out, '}')
		return nil
	})
	if err != nil {
		return err
	}
	return r.Bytes(http.StatusOK, out)
}

func (h *handler) appendPage(out []byte, r *route.Request, page *listing.Page, labels resource.LabelSet) []byte {
	render := resource.Renderer{Actor: r.Actor, Def: h.d, Labels: labels}
	out = append(out, `{"items":[`...)
	for i, rec := range page.Items {
		if i > 0 {
			out = append(out, ',')
		}
		out = render.Record(out, rec, nil)
	}
	out = append(out, `],"next":`...)
	if page.Next == "" {
		return append(out, "null"...)
	}
	return wire.AppendValue(out, page.Next)
}

func appendTotals(out []byte, d *kernel.Def, page *listing.Page) []byte {
	out = append(out, `,"total":`...)
	out = strconv.AppendInt(out, page.Total, 10)
	if page.More {
		out = append(out, `,"more":true`...)
	}
	out = append(out, `,"totals":{`...)
	first := true
	for _, f := range d.Fields {
		text, ok := page.Totals[f.Name]
		if !ok {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(wire.AppendValue(out, f.Name), ':')
		out = wire.AppendValue(out, text)
	}
	return append(out, '}')
}

// get answers a record as it stands, with what may be done to it.
func (h *handler) get(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	var out []byte
	err = r.View(func(v *kernel.View) error {
		rec, err := resource.LoadVisible(v, h.d, id)
		if err != nil {
			return err
		}
		if err := h.fillComputed(v, rec); err != nil {
			return err
		}
		r.W.Header().Set("ETag", `"`+route.Int(resource.VersionOf(h.d, rec))+`"`)
		out, err = h.full(v, rec)
		return err
	})
	if err != nil {
		return err
	}
	return r.Bytes(http.StatusOK, out)
}

// Complete fills the fields of a record that are not stored, as it is shown and printed.
func Complete(v *kernel.View, d *kernel.Def, rec any) error {
	return (&handler{d}).fillComputed(v, rec)
}

// fillComputed fills the fields that are not stored; everything stored stays as it is.
func (h *handler) fillComputed(v *kernel.View, rec any) error {
	if h.d.Compute == nil || !computed(h.d) {
		return nil
	}
	fresh := resource.Clone(h.d, rec)
	if _, err := h.d.Compute(v, fresh, ""); err != nil {
		return err
	}
	for _, f := range h.d.Fields {
		if f.NoStore {
			resource.Value(f, rec).Set(resource.Value(f, fresh))
		}
	}
	for _, l := range h.d.Lines {
		to, from := resource.Lines(l, rec), resource.Lines(l, fresh)
		for i := 0; i < min(to.Len(), from.Len()); i++ {
			for _, f := range l.Fields {
				if f.NoStore {
					to.Index(i).FieldByIndex(f.Index).Set(from.Index(i).FieldByIndex(f.Index))
				}
			}
		}
	}
	return nil
}

func computed(d *kernel.Def) bool {
	unstored := func(f *kernel.Field) bool { return f.NoStore }
	return slices.ContainsFunc(d.Fields, unstored) ||
		slices.ContainsFunc(d.Lines, func(l *kernel.LineDef) bool { return slices.ContainsFunc(l.Fields, unstored) })
}

// full writes a record with lines, labels, $actions, $can and, where people have to agree to something, $gate.
func (h *handler) full(v *kernel.View, rec any) ([]byte, error) {
	labels, err := resource.CollectLabels(v, h.d, []any{rec}, true)
	if err != nil {
		return nil, err
	}
	open, err := gate.Open.Of(v.Company)(v, h.d, rec)
	if err != nil {
		return nil, err
	}
	actions, can := h.offered(v, rec), pipeline.CanWrite(v.Actor, h.d, rec)
	if open != nil {
		held := func(name string) bool { return slices.Contains(open.Acts, name) }
		actions, can = slices.DeleteFunc(actions, held), slices.DeleteFunc(can, held)
	}
	render := resource.Renderer{Actor: v.Actor, Def: h.d, Labels: labels}
	return render.Document(make([]byte, 0, 4096), rec, func(out []byte) []byte {
		out = appendStrings(append(out, `,"$actions":`...), actions)
		out = appendStrings(append(out, `,"$can":`...), can)
		if open == nil {
			return out
		}
		out = wire.AppendValue(append(out, `,"$gate":{"text":`...), open.Text)
		out = wire.AppendValue(append(out, `,"at":`...), open.At)
		return append(wire.AppendValue(append(out, `,"state":`...), open.State), '}')
	}), nil
}

// offered leaves out of the actions those that this record stands in the way of, such as taking back the voucher of a
// document. The primary one stays: what stands in its way is told by the preview, and by the action itself.
func (h *handler) offered(v *kernel.View, rec any) []string {
	return slices.DeleteFunc(pipeline.Actions(v.Actor, h.d, rec), func(name string) bool {
		a := h.d.Action(name)
		return !a.Primary && a.Check != nil && slices.ContainsFunc(a.Check(v, rec), func(p *problem.Problem) bool { return p.Kind == problem.Conflict })
	})
}

func appendStrings(out []byte, list []string) []byte {
	out = append(out, '[')
	for i, s := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = wire.AppendValue(out, s)
	}
	return append(out, ']')
}

// fact is a figure beside a label.
type fact struct {
	Pointer string `json:"pointer,omitempty"`
	Label   string `json:"label"`
	Value   string `json:"value"`
	Kind    string `json:"kind"`
	To      string `json:"to,omitempty"`
	Alert   bool   `json:"alert,omitempty"`
}

type choice struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	Code  string `json:"code"`
	Facts []fact `json:"facts"`
	// Beside is what an exact code says of fields beside the one that is looked up for.
	Beside []listing.Beside `json:"beside,omitempty"`
}

const maxChoices = 50

func (h *handler) lookup(r *route.Request) error {
	limit, err := r.Int("limit", 10, maxChoices)
	if err != nil {
		return err
	}
	q, err := QueryOf(r)
	if err != nil {
		return err
	}
	q.Limit, q.Cursor, q.Count = maxChoices, "", listing.None
	if ids := r.Query("ids"); ids != "" {
		q.Filters = append(q.Filters, listing.Filter{Field: "id", Op: "in", Value: ids})
		q.Limit, limit = 200, 200
	} else if f := h.d.ByName["active"]; f != nil && f.Kind == kernel.KindBool && f.Filter {
		q.Filters = append(q.Filters, listing.Filter{Field: "active", Op: "eq", Value: "true"})
	}
	if f := h.d.ByName[h.d.Code]; f != nil && f.Sort && h.d.Kind != "document" && q.Sort == "" {
		q.Sort = h.d.Code
	}
	items := []choice{}
	err = r.View(func(v *kernel.View) error {
		page, err := listing.List(v, h.d, q)
		if err != nil {
			return err
		}
		labels, err := resource.CollectLabels(v, h.d, page.Items, false)
		for _, rec := range page.Items {
			items = append(items, h.choice(v, rec, labels))
		}
		if err == nil {
			items, err = h.coded(v, q, items)
		}
		return err
	})
	if err != nil {
		return err
	}
	rank(items, strings.ToLower(strings.TrimSpace(q.Q)))
	return r.JSON(http.StatusOK, map[string]any{"items": items[:min(len(items), limit)]})
}

// coded puts the record to which an exact code belongs, as far as the caller may see it, before the others.
func (h *handler) coded(v *kernel.View, q listing.Query, items []choice) ([]choice, error) {
	id, beside, err := listing.ByCode(v, h.d, strings.TrimSpace(q.Q))
	if err != nil || id == 0 {
		return items, err
	}
	page, err := listing.List(v, h.d, listing.Query{Filters: append(slices.Clone(q.Filters), listing.Filter{Field: "id", Op: "eq", Value: strconv.FormatInt(id, 10)}), Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return items, err
	}
	labels, err := resource.CollectLabels(v, h.d, page.Items, false)
	one := h.choice(v, page.Items[0], labels)
	one.Beside = beside
	items = slices.DeleteFunc(items, func(c choice) bool { return c.ID == id })
	return append([]choice{one}, items...), err
}

// rank puts what was typed exactly first, then what begins with it.
func rank(items []choice, q string) {
	if q == "" {
		return
	}
	score := func(c choice) int {
		code, label := strings.ToLower(c.Code), strings.ToLower(c.Label)
		switch {
		case code == q, label == q, len(c.Beside) > 0:
			return 0
		case strings.HasPrefix(code, q), strings.HasPrefix(label, q):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(items, func(a, b choice) int { return score(a) - score(b) })
}

func (h *handler) choice(v *kernel.View, rec any, labels resource.LabelSet) choice {
	out := choice{ID: resource.ID(h.d, rec), Label: resource.Title(h.d, rec), Facts: []fact{}}
	if f := h.d.ByName[h.d.Code]; f != nil {
		out.Code = resource.Text(f, resource.Value(f, rec))
	}
	for _, name := range route.Telling(h.d, v.Actor) {
		f := h.d.ByName[name]
		if f == nil || !v.Actor.Sees(f.Right) {
			continue
		}
		if text := Shown(f, rec, labels, v.Lang); text != "" {
			out.Facts = append(out.Facts, fact{Label: f.Label.In(v.Lang), Value: text, Kind: shownKind(f)})
		}
	}
	return out
}

// Shown is a field's value in words: the label of a reference or an option, else the canonical text.
func Shown(f *kernel.Field, rec any, labels resource.LabelSet, lang string) string {
	value := resource.Value(f, rec)
	switch f.Kind {
	case kernel.KindRef:
		return labels[f.Ref][value.Int()]
	case kernel.KindEnum:
		return route.OptionLabel(f, value.String(), lang)
	}
	return resource.Text(f, value)
}

// shownKind is the kind after Shown has turned references and options into words.
func shownKind(f *kernel.Field) string {
	if f.Kind == kernel.KindRef || f.Kind == kernel.KindEnum {
		return string(kernel.KindText)
	}
	return string(f.Kind)
}
