package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/web/meta"
	"zhanggui/modules/kernel/web/route"
)

type hit struct {
	Resource      string `json:"resource"`
	ResourceLabel string `json:"resource_label"`
	ID            int64  `json:"id"`
	Label         string `json:"label"`
	Sub           string `json:"sub"`
	To            string `json:"to"`

	rank int
}

const (
	hitsOfKind    = 5
	mostHits      = 30
	mostFunctions = 10
	// few is up to how many records with the words are judged one by one; of more only the best are looked for.
	few = 512
	// mostNamed is up to how many masters documents are looked for by.
	mostNamed = 200
)

// search finds records by what they are called and by the texts they declare, documents also by whom they are for, as far
// as the caller may see them, and the functions of the menu. What is called exactly so comes first, then what begins so,
// then the newest.
func (d *desk) search(r *route.Request) error {
	q := strings.TrimSpace(r.Query("q"))
	if len(q) > 200 {
		return problem.BadShape("query.invalid", "name", "q")
	}
	items, functions := []hit{}, []meta.Link{}
	if q != "" {
		err := r.View(func(v *kernel.View) (err error) {
			items, err = (&hunt{v: v, q: q, named: map[string][]int64{}}).all()
			return err
		})
		if err != nil {
			return err
		}
		functions = d.functions(r, q)
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items, "functions": functions})
}

// functions finds the entries of the menu, and groups of the company's settings by their own name or one of a setting.
func (d *desk) functions(r *route.Request, q string) []meta.Link {
	out := []meta.Link{}
	needle := strings.ToLower(q)
	add := func(l meta.Link, words ...string) {
		called := func(word string) bool {
			return strings.Contains(strings.ToLower(word), needle) || strings.Contains(search.Initials(word), needle)
		}
		if len(out) < mostFunctions && slices.ContainsFunc(words, called) {
			out = append(out, l)
		}
	}
	groups, _ := meta.Menu(d.c, r.Actor, r.Lang)
	for _, g := range groups {
		for _, l := range g.Items {
			add(l, l.Label)
		}
	}
	if !r.Actor.Can("settings", "read") {
		return out
	}
	for _, g := range d.choices(r) {
		words := []string{g.Label}
		for _, item := range g.Items {
			words = append(words, item.Label)
		}
		add(meta.Link{Label: settingsName.In(r.Lang) + " › " + g.Label, To: "/settings?group=" + g.Key}, words...)
	}
	return out
}

// settingsName is what the page with the company's choices is called.
var settingsName = kernel.T("公司设置", "Company settings")

// hunt is one search over all resources.
type hunt struct {
	v     *kernel.View
	q     string
	named map[string][]int64        // masters by resource that are called so
	found map[string][]search.Found // what has the words, by resource
	more  []string                  // resources of which that is too much to be read at once
}

// look asks the index once for all resources.
func (h *hunt) look() error {
	list, more, err := search.FindAll(h.v.Snapshot, h.q)
	h.more, h.found = more, map[string][]search.Found{}
	for _, f := range list {
		h.found[f.Resource] = append(h.found[f.Resource], f)
	}
	return err
}

// having gives records of a resource that have the words, one more than a few where there are more.
func (h *hunt) having(d *kernel.Def) ([]search.Found, error) {
	if !slices.Contains(h.more, d.Name) {
		return h.found[d.Name], nil
	}
	return search.Find(h.v.Snapshot, search.Question{Resource: d.Name, Text: h.q}, few+1)
}

// all looks through the masters and then through the documents, which are also found by the masters.
func (h *hunt) all() ([]hit, error) {
	if err := h.look(); err != nil {
		return nil, err
	}
	var found []hit
	for _, documents := range []bool{false, true} {
		for _, d := range h.v.Company.Resources() {
			if (d.Kind == "document") != documents || !searchable(d) || !h.v.Actor.Can(d.Name, "read") {
				continue
			}
			hits, err := h.of(d)
			if err != nil {
				return nil, err
			}
			found = append(found, hits...)
		}
	}
	slices.SortStableFunc(found, func(a, b hit) int { return a.rank - b.rank })
	return append([]hit{}, found[:min(len(found), mostHits)]...), nil
}

// searchable reports whether a resource is looked through: rows that belong to documents, with no number of their own, are
// met in those.
func searchable(d *kernel.Def) bool {
	return !d.Internal && resource.Indexed(d) && (d.Kind != "document" || d.ByName["number"] != nil)
}

// rankNamed is the rank of a document that is for somebody who is called so.
const rankNamed = 3

// scored is a record with how well it answers.
type scored struct {
	id   int64
	rank int
}

// of finds the best records of one resource.
func (h *hunt) of(d *kernel.Def) ([]hit, error) {
	best, err := h.called(d)
	if err == nil && d.Kind == "document" && len(best) < hitsOfKind {
		best, err = h.forNamed(d, best)
	}
	if err != nil || len(best) == 0 {
		return nil, err
	}
	best = best[:min(len(best), hitsOfKind)]
	ids := make([]int64, len(best))
	for i, b := range best {
		ids[i] = b.id
	}
	recs, err := resource.LoadMany(h.v, bare(d), ids, false)
	if err != nil {
		return nil, err
	}
	labels, err := resource.CollectLabels(h.v, d, values(recs), false)
	if err != nil {
		return nil, err
	}
	var out []hit
	for _, b := range best {
		if rec := recs[b.id]; rec != nil {
			one := h.hit(d, rec, labels)
			one.rank = b.rank
			out = append(out, one)
		}
	}
	return out, nil
}

// bare is the resource without its lines, which nobody reads here.
func bare(d *kernel.Def) *kernel.Def {
	if len(d.Lines) == 0 {
		return d
	}
	head := *d
	head.Lines = nil
	return &head
}

func values(recs map[int64]any) []any {
	out := make([]any, 0, len(recs))
	for _, rec := range recs {
		out = append(out, rec)
	}
	return out
}

// called finds records by their own texts.
func (h *hunt) called(d *kernel.Def) ([]scored, error) {
	found, err := h.having(d)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	many := len(found) > few
	if many { // the best of them, and then as many as the list shows first
		found = nil
		for _, how := range []search.How{search.Is, search.Starts} {
			part, err := search.Find(h.v.Snapshot, search.Question{Resource: d.Name, Text: h.q, How: how}, few)
			if err != nil {
				return nil, err
			}
			found = append(found, part...)
		}
	}
	out, err := h.seen(d, found)
	if err != nil {
		return nil, err
	}
	if many && len(out) < hitsOfKind {
		page, err := listing.List(h.v, d, listing.Query{Q: h.q, Many: true, Limit: hitsOfKind})
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Items {
			out = with(out, scored{resource.ID(d, rec), 2})
		}
	}
	for _, s := range out[:min(len(out), mostNamed)] {
		h.named[d.Name] = append(h.named[d.Name], s.id)
	}
	return out, nil
}

func with(all []scored, more scored) []scored {
	if slices.ContainsFunc(all, func(s scored) bool { return s.id == more.id }) {
		return all
	}
	return append(all, more)
}

// seen keeps what the caller may see, the best and newest first.
func (h *hunt) seen(d *kernel.Def, found []search.Found) ([]scored, error) {
	ranks, ids := map[int64]int{}, make([]int64, 0, len(found))
	for _, f := range found {
		if _, twice := ranks[f.Record]; !twice {
			ids = append(ids, f.Record)
		}
		ranks[f.Record] = f.Rank(h.q)
	}
	visible, err := h.visible(d, ids)
	if err != nil {
		return nil, err
	}
	out := make([]scored, len(visible))
	for i, id := range visible {
		out[i] = scored{id, ranks[id]}
	}
	slices.SortFunc(out, func(a, b scored) int { return cmp.Or(a.rank-b.rank, cmp.Compare(b.id, a.id)) })
	return out, nil
}

// visible keeps the ids that the caller may see.
func (h *hunt) visible(d *kernel.Def, ids []int64) ([]int64, error) {
	filter := resource.Visible(h.v, d, d.Table.Name)
	if filter == "" || len(ids) == 0 {
		return ids, nil
	}
	marks, args := resource.InArgs(ids)
	return h.v.IDs("SELECT id FROM "+d.Table.Name+" WHERE id IN ("+marks+") AND "+filter, args...)
}

// forNamed adds the newest documents that are for a master who is called so.
func (h *hunt) forNamed(d *kernel.Def, best []scored) ([]scored, error) {
	f := h.partyOf(d)
	if f == nil || len(h.named[f.Ref]) == 0 {
		return best, nil
	}
	marks, args := resource.InArgs(h.named[f.Ref])
	where := f.Name + " IN (" + marks + ")"
	if d.Only != nil {
		where, args = where+" AND "+d.Only.Field+" = ?", append(args, d.Only.Value)
	}
	if filter := resource.Visible(h.v, d, d.Table.Name); filter != "" {
		where += " AND " + filter
	}
	// Sorted by what is no column, so that the way in is the index of the reference and not all documents from the newest on.
	ids, err := h.v.IDs("SELECT id FROM "+d.Table.Name+" WHERE "+where+" ORDER BY 0 - id LIMIT "+strconv.Itoa(hitsOfKind), args...)
	for _, id := range ids {
		best = with(best, scored{id, rankNamed})
	}
	return best, err
}

// partyOf is the field that tells for whom a document is: its first reference to a master in a list.
func (h *hunt) partyOf(d *kernel.Def) *kernel.Field {
	for _, f := range d.Fields {
		target := h.v.Company.Def(f.Ref)
		whose := d.Scope != nil && (f.Name == d.Scope.Owner || f.Name == d.Scope.Department)
		if f.List && !f.NoStore && !whose && target != nil && target.Kind == "master" && h.v.Actor.Sees(f.Right) {
			return f
		}
	}
	return nil
}

// hit shows a record: its title and beneath it the code, the day, for whom it is and what look-ups show.
func (h *hunt) hit(d *kernel.Def, rec any, labels resource.LabelSet) hit {
	v := h.v
	out := hit{Resource: d.Name, ResourceLabel: d.Label.In(v.Lang), ID: resource.ID(d, rec), Label: resource.Title(d, rec)}
	out.To = "/r/" + d.Name + "/" + strconv.FormatInt(out.ID, 10)
	var sub []string
	for _, name := range append([]string{d.Code, "date"}, d.Subtext...) {
		f := d.ByName[name]
		if f == nil || name == d.Title || f.Kind == kernel.KindRef || !v.Actor.Sees(f.Right) {
			continue
		}
		text := resource.Text(f, resource.Value(f, rec))
		if text != "" && !slices.Contains(sub, text) {
			sub = append(sub, text)
		}
	}
	if f := h.partyOf(d); f != nil && d.Kind == "document" {
		sub = append(sub, labels[f.Ref][resource.Value(f, rec).Int()])
	}
	out.Sub = strings.Join(sub, " · ")
	return out
}
