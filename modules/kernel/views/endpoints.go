package views

import (
	"net/http"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

func routes(*kernel.Company) []route.Route {
	return []route.Route{
		{Method: "GET", Path: "/api/v1/views", SignedIn: true, Handle: list, Doc: route.Doc{Summary: "The views of a list that I may use", Tag: "views",
			Response: "views", Query: []route.Query{{Name: "list", Help: "the resource, such as sales.order", Required: true}}}},
		{Method: "PUT", Path: "/api/v1/views/default", SignedIn: true, Body: route.JSON, Handle: setDefault,
			Doc: route.Doc{Summary: "Choose the view with which I open a list", Tag: "views", Request: "views.default"}},
	}
}

// shape is a view as it may be used: what the caller may not ask for is left out.
type shape struct {
	ID      int64    `json:"id"`
	Version int64    `json:"version"`
	Name    string   `json:"name"`
	Mine    bool     `json:"mine"`
	By      string   `json:"by"` // who shares it, "" for the caller himself
	Shared  bool     `json:"shared"`
	All     bool     `json:"everybody"`
	Roles   string   `json:"roles"` // with which it is shared, told to its maker
	Default bool     `json:"default"`
	Filters []string `json:"filters"`
	Q       string   `json:"q"`
	Sort    string   `json:"sort"`
	Columns []string `json:"columns"`
	Look    string   `json:"look"`
	Dropped int      `json:"dropped"`
}

func list(r *route.Request) error {
	items := []shape{}
	err := r.View(func(v *kernel.View) error {
		d, err := mustRead(v, r.Query("list"))
		if err != nil {
			return err
		}
		found, err := offered(v, d.Name)
		if err != nil {
			return err
		}
		by, err := makers(v, found)
		if err != nil {
			return err
		}
		first, err := chosen(v, d.Name)
		for _, rec := range found {
			one := shapeOf(v, d, rec)
			if one.Default = rec.ID == first; one.Mine {
				one.All, one.Roles = rec.Everybody, rec.Roles
			} else {
				one.By = by[rec.Account]
			}
			items = append(items, one)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func mustRead(v *kernel.View, name string) (*kernel.Def, error) {
	if d := listOf(v, name); d != nil {
		return d, nil
	}
	return nil, problem.New(problem.NotFound, "view.list")
}

func shapeOf(v *kernel.View, d *kernel.Def, rec *View) shape {
	out := shape{ID: rec.ID, Version: rec.Version, Name: rec.Name, Mine: rec.Account == v.Actor.UserID, Shared: rec.Everybody || rec.Roles != "",
		Filters: []string{}, Q: rec.Q, Sort: rec.Sort, Columns: []string{}, Look: rec.Look}
	for _, text := range rec.filters() {
		if usable(v, d, listing.Query{Filters: filterOf(text)}) {
			out.Filters = append(out.Filters, text)
		} else {
			out.Dropped++
		}
	}
	if !usable(v, d, listing.Query{Sort: rec.Sort}) {
		out.Sort = ""
		out.Dropped++
	}
	for name := range strings.SplitSeq(rec.Columns, ",") {
		if f := d.ByName[name]; f != nil && v.Actor.Sees(f.Right) {
			out.Columns = append(out.Columns, name)
		}
	}
	return out
}

// setDefault takes {"list": "sales.order", "view": id}, null for none.
func setDefault(r *route.Request) error {
	in, err := r.Object()
	if err != nil {
		return err
	}
	var name string
	var view int64
	var wrong problem.List
	for _, key := range in.Keys {
		value, ok := in.Values[key], false
		switch key {
		case "list":
			name, ok = value.(string)
		case "view":
			var ids []int64
			if ids, ok = route.IDs([]any{value}, 1); ok {
				view = ids[0]
			}
			ok = ok || value == nil
		}
		if !ok {
			wrong.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "views:default", func(tx *kernel.Tx) error {
		d, err := mustRead(tx.View, name)
		if err != nil {
			return err
		}
		found, err := offered(tx.View, d.Name)
		if err != nil {
			return err
		}
		if view != 0 && !slices.ContainsFunc(found, func(rec *View) bool { return rec.ID == view }) {
			return problem.Missing(Views.Name, view)
		}
		return choose(tx, d.Name, view)
	})
	if err != nil {
		return err
	}
	return r.NoContent()
}
