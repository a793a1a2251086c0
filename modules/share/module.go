package share

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/history"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// mostSent is how many bytes a stranger may send.
const mostSent = 16 << 10

// Module declares the links and the page of strangers.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "share", Needs: []string{"base.party"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes), history.Teller(told))
		for _, rule := range forgotten() {
			c.Hooks = append(c.Hooks, rule)
		}
		c.AddMenu("partners", kernel.T("客户", "Customers"), kernel.MenuItem{Resource: Links.Name})
		return c.Add(Links.Def)
	}}
}

func routes(*kernel.Company) []route.Route {
	const api = "/api/v1/share/pages"
	return []route.Route{
		{Method: "POST", Path: api, Object: name, Acts: []string{"create"}, Body: route.JSON, Heavy: true, Handle: create,
			Doc: route.Doc{Summary: "Freeze a page and make a link to it", Tag: name, Request: "object", Response: "object", Status: 201}},
		{Method: "GET", Path: api, Object: name, Acts: []string{"create"}, Handle: list,
			Doc: route.Doc{Summary: "What was sent of a thing before", Tag: name, Response: "object",
				Query: []route.Query{{Name: "kind", Help: "statement, quotation, delivery or price_list; with the parameters of the page", Required: true}}}},
		{Method: "GET", Path: "/api/v1/" + Links.Def.Path + "/{id}/page", Object: name, Acts: []string{"read"}, Heavy: true, Handle: sent,
			Doc: route.Doc{Summary: "What was sent behind a link, as it was frozen", Tag: name, Response: "file"}},
		{Method: "GET", Path: root + "{token}", Public: true, Handle: show,
			Doc: route.Doc{Summary: "The page behind a shared link, for people without an account", Tag: name, Response: "file"}},
		{Method: "POST", Path: root + "{token}", Public: true, MaxBody: mostSent, Handle: post,
			Doc: route.Doc{Summary: "Answer a shared page, or give its code", Tag: name, Request: "file", Response: "file"}},
	}
}
