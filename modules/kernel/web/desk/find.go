package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/settings"
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
}

const (
	hitsOfKind    = 5
	mostHits      = 30
	mostFunctions = 10
)

// search finds master records by what they are called and documents by part of their number, as far as the caller may
// see them, and the functions of the menu.
func (d *desk) search(r *route.Request) error {
	q := strings.TrimSpace(r.Query("q"))
	if len(q) > 200 {
		return problem.BadShape("query.invalid", "name", "q")
	}
	items, functions := []hit{}, []meta.Link{}
	if q == "" {
		return r.JSON(http.StatusOK, map[string]any{"items": items, "functions": functions})
	}
	err := r.View(func(v *kernel.View) error {
		for _, def := range d.c.Defs {
			query, ok := queryFor(def, q)
			if !ok || def.Internal || len(items) >= mostHits || !r.Actor.Can(def.Name, "read") {
				continue
			}
			page, err := listing.List(v, def, query)
			if err != nil {
				return err
			}
			for _, rec := range page.Items {
				items = append(items, hitOf(v, def, rec))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	groups, _ := meta.Menu(d.c, r.Actor, r.Lang)
	needle := strings.ToLower(q)
	for _, g := range groups {
		for _, l := range g.Items {
			if len(functions) < mostFunctions && (strings.Contains(strings.ToLower(l.Label), needle) || strings.Contains(search.Initials(l.Label), needle)) {
				functions = append(functions, l)
			}
		}
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items, "functions": functions})
}

// queryFor is how a resource is searched; documents only by something that may be part of a number.
func queryFor(d *kernel.Def, q string) (listing.Query, bool) {
	if resource.Indexed(d) {
		return listing.Query{Q: q, Limit: hitsOfKind}, true
	}
	f := d.ByName["number"]
	if d.Kind != "document" || f == nil || !f.Filter && !f.Search || !strings.ContainsAny(q, "0123456789") || strings.ContainsAny(q, " ") {
		return listing.Query{}, false
	}
	return listing.Query{Filters: []listing.Filter{{Field: "number", Op: "has", Value: strings.ToUpper(q)}}, Limit: hitsOfKind}, true
}

func hitOf(v *kernel.View, d *kernel.Def, rec any) hit {
	out := hit{Resource: d.Name, ResourceLabel: d.Label.In(v.Lang), ID: resource.ID(d, rec), Label: resource.Title(d, rec)}
	out.To = "/r/" + d.Name + "/" + strconv.FormatInt(out.ID, 10)
	var sub []string
	for _, name := range append([]string{d.Code, "date"}, d.Subtext...) {
		f := d.ByName[name]
		if f == nil || name == d.Title || f.Kind == kernel.KindRef || !v.Actor.Sees(f.Right) {
			continue
		}
		if text := resource.Text(f, resource.Value(f, rec)); text != "" && !slices.Contains(sub, text) {
			sub = append(sub, text)
		}
	}
	out.Sub = strings.Join(sub, " · ")
	return out
}

type settingMeta struct {
	meta.FieldMeta
	Value any `json:"value"`
}

type settingGroup struct {
	Key   string        `json:"key"`
	Label string        `json:"label"`
	Items []settingMeta `json:"items"`
}

// settings lists the company's choices that the caller may see, in groups.
func (d *desk) settings(r *route.Request) error {
	groups := []settingGroup{}
	for _, s := range d.c.Settings {
		if !r.Actor.Sees(s.Right) {
			continue
		}
		label := s.Group.In(r.Lang)
		i := slices.IndexFunc(groups, func(g settingGroup) bool { return g.Label == label })
		if i < 0 {
			key, _, _ := strings.Cut(s.Name, ".")
			if slices.ContainsFunc(groups, func(g settingGroup) bool { return g.Key == key }) {
				key = s.Name // a group of another room may begin with a setting of this one
			}
			i, groups = len(groups), append(groups, settingGroup{key, label, nil})
		}
		groups[i].Items = append(groups[i].Items, settingMeta{meta.Field(&s.Field, r.Lang), typed(&s.Field, d.c.Setting(s.Name))})
	}
	return r.JSON(http.StatusOK, map[string]any{"groups": groups})
}

// typed is a canonical text as a form wants it: bools and numbers as such, an empty number as null.
func typed(f *kernel.Field, text string) any {
	switch f.Kind {
	case kernel.KindBool:
		return text == "true"
	case kernel.KindInt, kernel.KindRef:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		return nil
	}
	return text
}

func (d *desk) putSettings(r *route.Request) error {
	in, err := r.Strings()
	if err != nil {
		return err
	}
	for name := range in {
		if s := settings.Find(d.c, name); s != nil && !r.Actor.Sees(s.Right) {
			return problem.BadShape("field.unknown").At("/" + name)
		}
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "settings:update", func(tx *kernel.Tx) error { return settings.Put(tx, in) })
	if err != nil {
		return err
	}
	return d.settings(r)
}
