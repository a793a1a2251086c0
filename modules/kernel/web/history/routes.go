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
	h := &handler{d}
	label := d.Label.En
	var out []route.Route
	add := func(method, path, act string, r route.Route) {
		r.Method, r.Path, r.Object, r.Acts = method, "/api/v1/"+d.Path+"/{id}/"+path, d.Name, []string{act}
		r.Doc.Tag = d.Name
		handle := r.Handle
		r.Handle = func(q *route.Request) error {
			q.Def = d
			return handle(q)
		}
		out = append(out, r)
	}
	add("GET", "timeline", "read", route.Route{Handle: h.timeline, Doc: route.Doc{Summary: "Who changed what: " + label, Response: "timeline"}})
	add("GET", "chain", "read", route.Route{Handle: h.chain, Doc: route.Doc{Summary: "Documents before and after: " + label, Response: "chain"}})
	add("POST", "comments", "read", route.Route{Body: route.JSON, Handle: h.comment,
		Doc: route.Doc{Summary: "Comment: " + label, Request: "comment.write", Response: "comment", Status: 201}})
	add("GET", "files", "read", route.Route{Handle: h.files, Doc: route.Doc{Summary: "Attached files: " + label, Response: "files"}})
	add("POST", "files", "update", route.Route{Body: route.Form, MaxBody: maxUpload, Handle: h.attach,
		Doc: route.Doc{Summary: "Attach a file: " + label, Request: "upload", Response: "files", Status: 201}})
	return out
}
