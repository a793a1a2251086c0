package desk

import (
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// desk answers for one company.
type desk struct{ c *kernel.Company }

// Routes lists the routes of a company's desk.
func Routes(c *kernel.Company) []route.Route {
	d := &desk{c: c}
	out := []route.Route{
		{Method: "GET", Path: "/api/v1/search", SignedIn: true, Handle: d.search,
			Doc: route.Doc{Summary: "Find records, documents and functions", Tag: "search", Response: "search",
				Query: []route.Query{{Name: "q", Help: "words, pinyin initials or part of a number", Required: true}}}},
		{Method: "GET", Path: "/api/v1/inbox", SignedIn: true, Handle: inbox,
			Doc: route.Doc{Summary: "What waits for me", Tag: "inbox", Response: "inbox", Query: []route.Query{
				{Name: "box", Help: "todo (default), decided, mine, copied or all"}, {Name: "cursor", Help: "the value of next of the page before"},
				{Name: "count", Help: "true for the total alone"}}}},
		{Method: "GET", Path: "/api/v1/settings", Object: "settings", Acts: []string{"read"}, Handle: d.settings,
			Doc: route.Doc{Summary: "The company's choices", Tag: "settings", Response: "settings"}},
		{Method: "PUT", Path: "/api/v1/settings", Object: "settings", Acts: []string{"update"}, StepUp: route.Sometimes, Body: route.JSON, Handle: d.putSettings,
			Doc: route.Doc{Summary: "Change the company's choices", Tag: "settings", Request: "settings.write", Response: "settings"}},
	}
	for _, r := range c.Reports {
		var query []route.Query
		for _, p := range r.Params {
			query = append(query, route.Query{Name: p.Name, Help: p.Label.En, Required: p.Required && p.Default == ""})
		}
		query = append(query, route.Query{Name: "cursor", Help: "the value of next of the page before"}, route.Query{Name: "limit", Help: "rows of a page"})
		out = append(out, route.Route{Method: "GET", Path: "/api/v1/reports/" + r.Name, Object: r.Name, Acts: []string{"read"},
			Handle: func(q *route.Request) error { return report(q, r) },
			Doc:    route.Doc{Summary: "Report: " + r.Label.En, Tag: "reports", Response: "report", Query: query}})
	}
	return out
}

// Inbox is the port that tells what waits for the caller: the answer of /api/v1/inbox. By default nothing does.
var Inbox = kernel.NewPort("desk.inbox", func(*route.Request) (any, error) { return map[string]any{"items": []any{}}, nil })

func inbox(r *route.Request) error {
	page, err := Inbox.Of(r.Company)(r)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, page)
}
