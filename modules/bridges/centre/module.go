package centre

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.centre", Needs: []string{"sales", "purchasing", "stock", "settlement", "ledger", "office", "bridges.opening", "print"}, Setup: setup}
}

func setup(c *kernel.Company) error {
	c.Hooks = append(c.Hooks, route.Source(routes))
	c.AddMenu("insight", kernel.T("经营分析", "Insight"), kernel.MenuItem{To: "/sheets", Label: kernel.T("单据中心", "Sheet centre"), Object: reportName, Act: "read"})
	return c.AddReport(report())
}

func routes(*kernel.Company) []route.Route {
	query := []route.Query{
		{Name: "from", Help: "the first day; today when nothing is said"}, {Name: "to", Help: "the last day; today when nothing is said"},
		{Name: "kinds", Help: "names of resources, parted by commas; all of them when nothing is said"},
		{Name: "state", Help: "draft, waiting, done, dead, parted by commas"}, {Name: "maker", Help: "the account that made them"},
		{Name: "party", Help: "the customer or supplier"}, {Name: "q", Help: "words in the number, the note or the name of the party"},
	}
	paged := append(query[:len(query):len(query)], route.Query{Name: "cursor", Help: "the value of next of the page before"}, route.Query{Name: "limit", Help: "50 by default, at most 200"})
	get := func(path, summary string, query []route.Query, handle func(*route.Request) error) route.Route {
		return route.Route{Method: "GET", Path: "/api/v1/centre/" + path, Object: reportName, Acts: []string{"read"}, Handle: handle,
			Doc: route.Doc{Summary: summary, Tag: "centre", Query: query, Response: "object"}}
	}
	return []route.Route{
		get("sheets", "Sheets of every kind, newest first", paged, list),
		{Method: "GET", Path: "/api/v1/centre/print", Object: reportName, Acts: []string{"print"}, Handle: printMany, Heavy: true, Doc: route.Doc{
			Summary: "Several sheets as one run of pages, all on one paper", Tag: "centre", Response: "file", Query: []route.Query{
				{Name: "sheets", Help: "a sheet, such as stock.delivery:17; as often as there are sheets, at most 200", Required: true, Many: true},
				{Name: "paper", Help: "such as 241x140; the first sheet's usual one when nothing is said"}}}},
		{Method: "POST", Path: "/api/v1/centre/printed", Object: reportName, Acts: []string{"print"}, Handle: printed, Body: route.JSON,
			Doc: route.Doc{Summary: "Counts that sheets were printed", Tag: "centre", Request: "object"}},
		get("sums", "What these sheets come to, by kind and in all", query, add),
	}
}
