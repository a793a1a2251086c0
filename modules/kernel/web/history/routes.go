// Package history serves what lies around a record: who changed what, what was made from what, comments and files.
package history

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// handler serves one resource.
type handler struct{ d *kernel.Def }

// Routes lists the routes of a resource.
func Routes(d *kernel.Def) []route.Route {
	label := d.Label.En
	var out []route.Route
	add := func(method, path string, handle func(h *handler, r *route.Request) error, r route.Route) {
		r.Method, r.Path, r.Object = method, "/api/v1/"+d.Path+"/{id}/"+path, d.Name
		r.Doc.Tag, r.Family = d.Name, d.Family
		r.Handle = func(q *route.Request) (err error) {
			if q.Def, err = q.Resource(d); err != nil {
				return err
			}
			return handle(&handler{q.Def}, q)
		}
		out = append(out, r)
	}
	add("GET", "timeline", (*handler).timeline, route.Route{Acts: []string{"read"}, Doc: route.Doc{Summary: "Who changed what: " + label, Response: "timeline"}})
	add("GET", "chain", (*handler).chain, route.Route{Acts: []string{"read"}, Doc: route.Doc{Summary: "Documents before and after: " + label, Response: "chain"}})
	add("POST", "comments", (*handler).comment, route.Route{Acts: []string{"read"}, Body: route.JSON, Doc: route.Doc{Summary: "Comment: " + label, Request: "comment.write", Response: "comment", Status: 201}})
	add("GET", "files", (*handler).files, route.Route{Acts: []string{"read"}, Doc: route.Doc{Summary: "Attached files: " + label, Response: "files"}})
	add("POST", "files", (*handler).attach, route.Route{Acts: []string{"update"}, Body: route.Form, MaxBody: maxUpload, Doc: route.Doc{Summary: "Attach a file: " + label, Request: "upload", Response: "files", Status: 201}})
	return out
}
