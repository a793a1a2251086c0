// Package endpoints gives export, template, import, jobs and the taking back of imports their addresses. Files are
// written to the disk first and then sent, so that a slow receiver holds no snapshot of the database.
package endpoints

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/web/route"
)

// Module puts the addresses among those of the company.
func Module() kernel.Module {
	return kernel.Module{Name: "transfer.http", Needs: []string{"transfer"}, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(Routes))
		return nil
	}}
}

// file is a kind of file that can be asked for.
type file struct {
	ext    string
	format sheet.Format
}

var formats = []file{{"xlsx", sheet.XLSX}, {"csv", sheet.CSVUTF8}}

var query = []route.Query{
	{Name: "q", Help: "words or pinyin initials, all of which must match"},
	{Name: "filter", Help: "field:operator:value; operators eq ne in ge le gt lt has empty within", Many: true},
	{Name: "sort", Help: "fields separated by commas, - in front for descending"},
}

var encoding = route.Query{Name: "encoding", Help: "gbk for a CSV file that old spreadsheets read; UTF-8 otherwise"}

// Routes lists the addresses of a company.
func Routes(c *kernel.Company) []route.Route {
	var out []route.Route
	for _, d := range c.Defs {
		if !d.Internal || d.Family != "" {
			out = append(out, ofResource(d)...)
		}
	}
	for _, rep := range c.Reports {
		for _, f := range formats {
			out = append(out, route.Route{Method: "GET", Path: "/api/v1/reports/" + rep.Name + "/export." + f.ext, Object: rep.Name, Acts: []string{"export"}, StepUp: route.Sometimes, Heavy: true,
				Handle: func(r *route.Request) error { return exportReport(r, rep, f.format) },
				Doc:    route.Doc{Summary: "Report as " + f.ext + ": " + rep.Label.En, Tag: "reports", Response: "file", Query: reportQuery(rep)}})
		}
	}
	return append(out, ofJobs()...)
}

func reportQuery(rep *kernel.Report) []route.Query {
	var out []route.Query
	for _, p := range rep.Params {
		out = append(out, route.Query{Name: p.Name, Help: p.Label.En, Required: p.Required && p.Default == ""})
	}
	return append(out, encoding)
}

func ofResource(d *kernel.Def) []route.Route {
	base, label := "/api/v1/"+d.Path, d.Label.En
	var out []route.Route
	for _, f := range formats {
		out = append(out, route.Route{Method: "GET", Path: base + "/export." + f.ext, Object: d.Name, Family: d.Family, Acts: []string{"export"}, StepUp: route.Sometimes, Heavy: true,
			Handle: with(d, func(r *route.Request, d *kernel.Def) error { return exportList(r, d, f.format) }),
			Doc:    route.Doc{Summary: "List as " + f.ext + ": " + label, Tag: d.Name, Response: "file", Query: append(query[:len(query):len(query)], encoding)}})
	}
	if d.NoCreate {
		return out
	}
	return append(out,
		route.Route{Method: "GET", Path: base + "/template.xlsx", Object: d.Name, Family: d.Family, Acts: []string{"import"},
			Handle: with(d, template),
			Doc:    route.Doc{Summary: "Workbook to fill in and import: " + label, Tag: d.Name, Response: "file"}},
		route.Route{Method: "POST", Path: base + "/import", Object: d.Name, Family: d.Family, Acts: []string{"import"}, Heavy: true, Body: route.Form, MaxBody: route.MaxImport,
			Handle: with(d, imports),
			Doc: route.Doc{Summary: "Import a file: " + label, Tag: d.Name, Request: "upload", Response: "import", Query: []route.Query{
				{Name: "dry_run", Help: "true to check without writing"}, {Name: "then", Help: "an action to carry out on every new record"},
				{Name: "mode", Help: "upsert (default), create or update"}}}})
}

// with gives a handler the resource as it stands when the request comes.
func with(d *kernel.Def, handle func(r *route.Request, d *kernel.Def) error) func(r *route.Request) error {
	return func(r *route.Request) error {
		own, err := r.Resource(d)
		if err != nil {
			return err
		}
		return handle(r, own)
	}
}

func ofJobs() []route.Route {
	doc := func(summary, response string) route.Doc {
		return route.Doc{Summary: summary, Tag: "jobs", Response: response}
	}
	return []route.Route{
		{Method: "GET", Path: "/api/v1/jobs", SignedIn: true, Handle: listJobs, Doc: doc("My jobs, newest first", "jobs")},
		{Method: "GET", Path: "/api/v1/jobs/{id}", SignedIn: true, Handle: getJob, Doc: doc("One job", "job")},
		{Method: "GET", Path: "/api/v1/jobs/{id}/events", SignedIn: true, Handle: events, Doc: doc("Progress of a job as server-sent events", "file")},
		{Method: "GET", Path: "/api/v1/jobs/{id}/result", SignedIn: true, Handle: result, Doc: doc("The file that a job left", "file")},
		{Method: "POST", Path: "/api/v1/jobs/{id}/cancel", SignedIn: true, Body: route.JSON, Handle: cancel, Doc: doc("Stop a job", "job")},
		{Method: "GET", Path: "/api/v1/imports", SignedIn: true, Handle: listImports, Doc: doc("My imports, newest first", "object")},
		{Method: "POST", Path: "/api/v1/imports/{id}/undo", SignedIn: true, Body: route.JSON, Handle: undo, Doc: doc("Take an import back", "object")},
	}
}
