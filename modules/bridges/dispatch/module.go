package dispatch

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the bridge.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "bridges.dispatch", Migrations: files, Needs: []string{"sales", "purchasing", "stock", "settlement", "bridges.trading", "bridges.buying"}, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes))
		c.AddMenu("stock", kernel.T("库存", "Stock"),
			kernel.MenuItem{To: "/warehouse/out", Label: kernel.T("待发货", "To be shipped"), Object: stock.Deliveries.Name, Act: "ship"},
			kernel.MenuItem{To: "/warehouse/in", Label: kernel.T("待收货", "To come in"), Object: stock.Receipts.Name, Act: "post"},
			kernel.MenuItem{Resource: runName},
			kernel.MenuItem{To: "/bring", Label: kernel.T("我的送货", "My deliveries"), Object: runName, Act: "stop"})
		settlement.MoneyUnposted.On(c, "dispatch", together)
		stock.Unposted.On(c, "dispatch", unposted)
		stock.Posted.On(c, "dispatch", posted)
		return errors.Join(c.Add(Runs.Def), links.Register(c, &links.Kind{Name: collects, Label: kernel.T("送货代收", "Collected"),
			Back: kernel.T("送货代收自", "Collected on"), Source: runName, Target: settlement.Receipts.Name, Loose: true}))
	}}
}

func routes(*kernel.Company) []route.Route {
	get := func(path, object string, handle func(*route.Request) error, doc route.Doc) route.Route {
		doc.Tag, doc.Response = "dispatch", "object"
		return route.Route{Method: "GET", Path: "/api/v1/dispatch/" + path, Object: object, Acts: []string{"read"}, Handle: handle, Doc: doc}
	}
	sheets := []route.Query{{Name: "sheet", Help: "the id of a delivery that waits, or of an order", Required: true, Many: true}}
	return []route.Route{
		get("outgoing", stock.Deliveries.Name, list(outgoing, true),
			route.Doc{Summary: "Deliveries that wait for the storekeeper, and what is left of orders, with what is in stock for them"}),
		get("incoming", stock.Receipts.Name, list(incoming, false), route.Doc{Summary: "Goods receipts that were not posted, and what is left of orders to suppliers"}),
		{Method: "GET", Path: "/api/v1/dispatch/bring", Object: runName, Acts: []string{"stop"}, Handle: bring,
			Doc: route.Doc{Summary: "The runs under way with what is to be brought, for their drivers", Tag: "dispatch", Response: "object"}},
		{Method: "POST", Path: "/api/v1/dispatch/signed", Object: runName, Acts: []string{"stop"}, Body: route.Form, MaxBody: 20 << 20, Handle: signed,
			Doc: route.Doc{Summary: "Keep the photo of the signed copy with its delivery", Tag: "dispatch", Request: "upload", Status: 204,
				Query: []route.Query{{Name: "run", Help: "the id of the run", Required: true}, {Name: "stop", Help: "the id of its stop", Required: true}}}},
		{Method: "GET", Path: "/api/v1/dispatch/deliveries", Object: stock.Deliveries.Name, Acts: []string{"read"}, Handle: offered,
			Doc: route.Doc{Summary: "Look up deliveries for a run: posted or handed to the storekeeper, and on no other run", Tag: "dispatch", Response: "lookup",
				Query: []route.Query{{Name: "q", Help: "words or pinyin initials"}, {Name: "run", Help: "the id of the run, whose own deliveries are offered too"}}}},
		get("picking", stock.Deliveries.Name, pickingList, route.Doc{Summary: "What several sheets need, by bin", Query: sheets}),
	}
}

// answer is a list of sheets. Confirms says that posted deliveries wait for the storekeeper.
type answer struct {
	Items    []*waiting `json:"items"`
	Confirms bool       `json:"confirms"`
	More     bool       `json:"more"`
}

func list(sources func() []source, out bool) func(*route.Request) error {
	return func(r *route.Request) error {
		a := answer{Confirms: stock.KeeperConfirms(r.Company)}
		err := r.View(func(v *kernel.View) error {
			all, err := readAll(v, sources(), nil)
			if err != nil {
				return err
			}
			a.More = len(all) >= most
			a.Items, err = whatWaits(v, all, out)
			return err
		})
		if err != nil {
			return err
		}
		return r.JSON(http.StatusOK, a)
	}
}

func pickingList(r *route.Request) error {
	var ids []int64
	for _, text := range r.R.URL.Query()["sheet"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 || len(ids) >= most {
			return problem.BadShape("field.type").At("/sheet")
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return problem.BadShape("required").At("/sheet")
	}
	var out []*pick
	err := r.View(func(v *kernel.View) error {
		all, err := readAll(v, outgoing(), ids)
		if err == nil {
			out, err = picking(v, all)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": out})
}
