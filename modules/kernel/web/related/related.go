// Package related lists what refers to a record: the sheets of a customer, the opportunities of a lead.
package related

import (
	"cmp"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/web/route"
)

// Bounds of a page of related records, and up to how many of a kind are counted.
const (
	relatedPage = 20
	countedTo   = 1000
)

// relative is a record that refers to the one that is looked at.
type relative struct {
	Resource   string `json:"resource"`
	KindLabel  string `json:"kind_label"`
	ID         int64  `json:"id"`
	Label      string `json:"label"`
	Date       string `json:"date"`
	Amount     string `json:"amount"`
	State      string `json:"state"`
	StateLabel string `json:"state_label"`
	Tone       string `json:"tone"`
	Sub        string `json:"sub"`
}

type kindCount struct {
	Resource string `json:"resource"`
	Label    string `json:"label"`
	Count    int    `json:"count"`
}

// kin is a resource that refers to another one by some of its own fields.
type kin struct {
	def *kernel.Def
	by  []*kernel.Field
}

// spot is a place among the related records: newest day first, then the younger record.
type spot struct {
	day clock.Date
	id  int64
	of  *kernel.Def
}

func newestFirst(a, b spot) int {
	return cmp.Or(cmp.Compare(b.day, a.day), cmp.Compare(b.id, a.id))
}

// handler serves one resource.
type handler struct{ d *kernel.Def }

// Route is where what refers to the records of a resource is asked.
func Route(d *kernel.Def) route.Route {
	return route.Route{Method: "GET", Path: "/api/v1/" + d.Path + "/{id}/related", Object: d.Name, Family: d.Family, Acts: []string{"read"},
		Handle: func(r *route.Request) (err error) {
			if r.Def, err = r.Resource(d); err != nil {
				return err
			}
			return (&handler{r.Def}).related(r)
		},
		Doc: route.Doc{Summary: "What refers to it, newest first: " + d.Label.En, Tag: d.Name, Response: "related", Query: []route.Query{
			{Name: "kind", Help: "a resource, to list its records only"}, {Name: "cursor", Help: "the value of next of the page before"},
			{Name: "limit", Help: "20 by default, at most 100"}}}}
}

// related lists every record that refers to this one, newest first, as far as the caller may see it.
func (h *handler) related(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	limit, err := r.Int("limit", relatedPage, 100)
	if err != nil {
		return err
	}
	var behind *spot
	if cursor := r.Query("cursor"); cursor != "" {
		if behind, err = spotOf(cursor); err != nil {
			return err
		}
	}
	out := map[string]any{"next": nil}
	err = r.View(func(v *kernel.View) error {
		if _, err := resource.LoadVisible(v, h.d, id); err != nil {
			return err
		}
		kinds := []kindCount{}
		var spots []spot
		for _, k := range h.kin(v) {
			n, err := k.count(v, id)
			if err != nil {
				return err
			}
			kinds = append(kinds, kindCount{k.def.Name, k.def.Label.In(v.Lang), n})
			if only := r.Query("kind"); n == 0 || only != "" && only != k.def.Name {
				continue
			}
			found, err := k.page(v, id, behind, limit+1)
			if err != nil {
				return err
			}
			spots = append(spots, found...)
		}
		slices.SortFunc(spots, newestFirst)
		if len(spots) > limit {
			spots = spots[:limit]
			out["next"] = string(spots[limit-1].day) + "." + route.Int(spots[limit-1].id)
		}
		items, err := relatives(v, spots)
		out["items"], out["kinds"] = items, kinds
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func spotOf(cursor string) (*spot, error) {
	day, id, _ := strings.Cut(cursor, ".")
	s := &spot{day: clock.Date(day)}
	var err error
	if s.id, err = strconv.ParseInt(id, 10, 64); err != nil || !s.day.Valid() {
		return nil, problem.BadShape("cursor.invalid")
	}
	return s, nil
}

// kin lists the resources with pages of their own that refer to the handler's by a field that people filter by.
func (h *handler) kin(v *kernel.View) []kin {
	var out []kin
	for _, d := range v.Company.Resources() {
		if d.Internal || d.Kind == "setup" || d.NoCreate && d.Machine == nil || !v.Actor.Can(d.Name, "read") {
			continue // what only the program writes, such as a debt, repeats the sheet it comes from
		}
		k := kin{def: d}
		for _, f := range d.Fields {
			anchored := d.Scope != nil && (f.Name == d.Scope.Owner || f.Name == d.Scope.Department)
			if f.Ref == h.d.Name && f.Filter && !f.NoStore && !anchored && v.Actor.Sees(f.Right) {
				k.by = append(k.by, f)
			}
		}
		if len(k.by) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// where is the condition for the rows of the kind that refer to a record and that the actor may see.
func (k kin) where(v *kernel.View, id int64) (string, []any) {
	parts, args := make([]string, len(k.by)), []any{}
	for i, f := range k.by {
		parts[i], args = f.Name+" = ?", append(args, id)
		if f.Custom != 0 {
			parts[i] = extra.Holding(f, "id", "num = ?")
		}
	}
	where := "(" + strings.Join(parts, " OR ") + ")"
	if only := k.def.Only; only != nil {
		where, args = where+" AND "+only.Field+" = ?", append(args, only.Value)
	}
	if seen := resource.Visible(v, k.def, k.def.Table.Name); seen != "" {
		where += " AND " + seen
	}
	return where, args
}

func (k kin) count(v *kernel.View, id int64) (n int, err error) {
	where, args := k.where(v, id)
	_, err = v.Scan([]any{&n}, fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) AS few", k.def.Table.Name, where, countedTo), args...)
	return n, err
}

const dayMillis = 24 * 60 * 60 * 1000

// page reads the places of the kind behind a cursor. A record without a date of its own stands on the day it was made.
func (k kin) page(v *kernel.View, id int64, behind *spot, limit int) ([]spot, error) {
	where, args := k.where(v, id)
	_, offset := v.Now.Time().In(v.Company.Zone()).Zone()
	dated := k.def.ByName["date"] != nil
	day := fmt.Sprintf("(created_at + %d) / %d", offset*1000, dayMillis)
	if dated {
		day = "date"
	}
	if behind != nil {
		var at any = string(behind.day)
		if !dated {
			at = behind.day.Time().UnixMilli() / dayMillis
		}
		where, args = where+" AND ("+day+" < ? OR "+day+" = ? AND id < ?)", append(args, at, at, behind.id)
	}
	var out []spot
	err := v.Each(func(rows *sql.Rows) error {
		s := spot{of: k.def}
		var days int64
		into := []any{&s.id, &s.day}
		if !dated {
			into[1] = &days
		}
		err := rows.Scan(into...)
		if !dated {
			s.day = clock.DateOf(time.UnixMilli(days * dayMillis).UTC())
		}
		out = append(out, s)
		return err
	}, fmt.Sprintf("SELECT id, %s FROM %s WHERE %s ORDER BY %s DESC, id DESC LIMIT %d", day, k.def.Table.Name, where, day, limit), args...)
	return out, err
}

// relatives tells of the records at the places, in their order.
func relatives(v *kernel.View, spots []spot) ([]relative, error) {
	ids := map[*kernel.Def][]int64{}
	for _, s := range spots {
		ids[s.of] = append(ids[s.of], s.id)
	}
	recs := map[*kernel.Def]map[int64]any{}
	for d, list := range ids {
		found, err := resource.LoadMany(v, d, list, false)
		if err != nil {
			return nil, err
		}
		recs[d] = found
	}
	out := make([]relative, len(spots))
	for i, s := range spots {
		d, rec := s.of, recs[s.of][s.id]
		out[i] = relative{Resource: d.Name, KindLabel: d.Label.In(v.Lang), ID: s.id, Label: resource.Title(d, rec), Date: string(s.day),
			Amount: route.AmountOf(d, rec, v.Actor), State: route.TextOf(d, rec, "state"), Sub: subOf(d, rec, v.Actor)}
		if f := d.ByName["state"]; f != nil {
			out[i].StateLabel = route.OptionLabel(f, out[i].State, v.Lang)
			out[i].Tone = d.States[state.State(out[i].State)].Tone
		}
	}
	return out, nil
}

// subOf is the first text beside the title that tells the record apart from its like.
func subOf(d *kernel.Def, rec any, actor *kernel.Actor) string {
	for _, name := range append(d.Subtext[:len(d.Subtext):len(d.Subtext)], "subject", "note") {
		f := d.ByName[name]
		if f == nil || name == d.Title || !actor.Sees(f.Right) || f.Kind != kernel.KindText && f.Kind != kernel.KindLongText {
			continue
		}
		if text := resource.Text(f, resource.Value(f, rec)); text != "" {
			return text
		}
	}
	return ""
}
