// Package records gives every resource its addresses: list, look-up, read, create, change, delete, actions, preview
// and print. No module writes a handler for a record.
package records

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// handler serves one resource.
type handler struct{ d *kernel.Def }

// Routes lists the routes of a resource.
func Routes(d *kernel.Def) []route.Route {
	base := "/api/v1/" + d.Path
	var out []route.Route
	add := func(method, path string, handle answer, r route.Route) {
		r.Method, r.Path, r.Object, r.Family, r.Doc.Tag = method, base+path, d.Name, d.Family, d.Name
		if method == "POST" || method == "PATCH" {
			r.Body = route.JSON
		}
		r.Handle = func(q *route.Request) (err error) {
			if q.Def, err = q.Resource(d); err != nil {
				return err
			}
			return handle(&handler{q.Def}, q)
		}
		out = append(out, r)
	}
	reading(d, add)
	writing(d, add)
	return out
}

// answer answers a request with a resource as it stands when the request comes.
type answer func(h *handler, r *route.Request) error

type adder func(method, path string, handle answer, r route.Route)

var readAct = []string{"read"}

func reading(d *kernel.Def, add adder) {
	label := d.Label.En
	add("GET", "", (*handler).list, route.Route{Acts: readAct, Doc: route.Doc{Summary: "List: " + label, Response: d.Name + ".page", Query: []route.Query{
		{Name: "q", Help: "words or pinyin initials, all of which must match"},
		{Name: "filter", Help: "field:operator:value; operators eq ne in ge le gt lt has empty within", Many: true},
		{Name: "sort", Help: "fields separated by commas, - in front for descending"},
		{Name: "cursor", Help: "the value of next of the page before"},
		{Name: "limit", Help: "rows of a page, 50 by default, at most 500, 0 for the total alone"},
		{Name: "total", Help: "1 to count and add up to 10000 rows, all for however many there are"}}}})
	add("GET", "/lookup", (*handler).lookup, route.Route{Acts: readAct, Doc: route.Doc{Summary: "Look up: " + label, Response: "lookup", Query: []route.Query{
		{Name: "q", Help: "words or pinyin initials"}, {Name: "limit", Help: "10 by default, at most 50"},
		{Name: "filter", Help: "field:operator:value, as in a list", Many: true}, {Name: "sort", Help: "as in a list"},
		{Name: "ids", Help: "ids separated by commas, to get their labels"}}}})
	add("GET", "/{id}", (*handler).get, route.Route{Acts: readAct, Doc: route.Doc{Summary: "Read: " + label, Response: d.Name}})
	papers(d, add)
}

func writing(d *kernel.Def, add adder) {
	label := d.Label.En
	agree := route.Query{Name: "agree", Help: "codes of questions that were answered with yes, separated by commas: a refusal of such a code (stock.below) is a question"}
	then := []route.Query{{Name: "action", Help: "an action to carry out in the same unit"}, agree}
	writes := []string{"update"}
	if !d.NoCreate {
		writes = []string{"create", "update"}
		add("POST", "", (*handler).create, route.Route{Acts: []string{"create"}, Doc: route.Doc{Summary: "Create: " + label, Request: d.Name + ".write", Response: d.Name, Status: 201, Query: then}})
	}
	add("POST", "/preview", (*handler).preview, route.Route{Acts: writes, Doc: route.Doc{Summary: "Try without saving: " + label, Request: d.Name + ".try", Response: d.Name + ".preview"}})
	add("PATCH", "/{id}", (*handler).update, route.Route{Acts: []string{"update"}, Doc: route.Doc{Summary: "Change: " + label, Request: d.Name + ".write", Response: d.Name, Query: then}})
	if !d.NoDelete {
		add("DELETE", "/{id}", (*handler).remove, route.Route{Acts: []string{"delete"}, Doc: route.Doc{Summary: "Delete: " + label}})
	}
	for _, a := range d.Actions {
		if a.Hidden {
			continue
		}
		request := "nothing"
		if a.Input != nil {
			request = d.Name + "." + a.Name + ".input"
		}
		add("POST", "/{id}/"+a.Name, act(a.Name), route.Route{Acts: []string{a.Name}, Doc: route.Doc{Summary: a.Label.En + ": " + label, Request: request, Response: d.Name, Query: []route.Query{agree}}})
	}
}
