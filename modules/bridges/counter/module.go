package counter

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.counter", Needs: []string{"sales", "purchasing", "stock"}, Setup: func(c *kernel.Company) error {
		s := &shelf{}
		c.Hooks = append(c.Hooks, route.Source(s.routes))
		return nil
	}}
}

func (s *shelf) routes(*kernel.Company) []route.Route {
	params := []route.Query{
		{Name: "kind", Help: "the resource of the sheet, such as stock.delivery; the right to read it is needed too", Required: true},
		{Name: "party", Help: "the customer or supplier of the sheet: what he bought comes first, and his own codes count"},
		{Name: "warehouse", Help: "the warehouse of the sheet"}, {Name: "limit", Help: "at most 50"},
	}
	list := func(path, summary string, query []route.Query, handle func(*route.Request) error) route.Route {
		return route.Route{Method: "GET", Path: "/api/v1/counter/" + path, Object: item.Items.Name, Acts: []string{"read"}, Handle: handle,
			Doc: route.Doc{Summary: summary, Tag: "counter", Query: query, Response: "object"}}
	}
	return []route.Route{
		list("items", "Items for a line of a sheet, by fragments in any order, with stock and prices",
			append([]route.Query{{Name: "q", Help: "fragments parted by blanks: M8 30 304", Required: true}}, params...), s.lookup),
		list("usual", "What the party of a sheet buys most, and its last sheet to be written again", params, s.usual),
		s.dictations(), s.photos(),
	}
}
