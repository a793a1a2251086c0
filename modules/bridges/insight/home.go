package insight

import (
	"net/http"
	"net/url"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// homeAnswer is what the home page shows of the firm to one person.
type homeAnswer struct {
	Tiles   []tileShape   `json:"tiles"`
	Figures []figureShape `json:"figures"`
	Lists   []listShape   `json:"lists"`
	Steps   []stepShape   `json:"steps"`
}

// figureShape is one figure: what it is compared with, where its rows stand, and whether somebody should look there.
type figureShape struct {
	Key     string       `json:"key"`
	Label   string       `json:"label"`
	Kind    kernel.Kind  `json:"kind"`
	Value   any          `json:"value"`
	Compare *besideShape `json:"compare"`
	To      string       `json:"to"`
	Alert   bool         `json:"alert"`
}

type besideShape struct {
	Label string `json:"label"`
	Value any    `json:"value"`
}

// tileShape is a large button: where the work begins, the figure of the day, and what waits there.
type tileShape struct {
	Key     string        `json:"key"`
	Label   string        `json:"label"`
	To      string        `json:"to"`
	Figure  *figureShape  `json:"figure"`
	Waiting *waitingShape `json:"waiting"`
}

type waitingShape struct {
	Label string `json:"label"`
	Count int64  `json:"count"`
	To    string `json:"to"`
}

type listShape struct {
	Key   string      `json:"key"`
	Label string      `json:"label"`
	To    string      `json:"to"`
	Items []itemShape `json:"items"`
}

type itemShape struct {
	Label string      `json:"label"`
	Sub   string      `json:"sub"`
	Kind  kernel.Kind `json:"kind"`
	Value any         `json:"value"`
	To    string      `json:"to"`
}

// stepShape is one of the first things that a firm does with the program.
type stepShape struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	To    string `json:"to"`
	Done  bool   `json:"done"`
}

func homeRoutes(*kernel.Company) []route.Route {
	return []route.Route{{Method: "GET", Path: "/api/v1/home", SignedIn: true, Handle: home,
		Doc: route.Doc{Summary: "The figures of the day that I may see, and what waits for me", Tag: "insight", Response: "object"}}}
}

func home(r *route.Request) error {
	var out *homeAnswer
	err := r.View(func(v *kernel.View) (err error) {
		out, err = homeOf(v)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func homeOf(v *kernel.View) (*homeAnswer, error) {
	out := &homeAnswer{Tiles: []tileShape{}, Figures: []figureShape{}, Lists: []listShape{}, Steps: []stepShape{}}
	p := &page{View: v, trades: map[tradeKey]trade{}, debts: map[string]debt{}}
	for _, fill := range []func(*page, *homeAnswer) error{figuresOf, tilesOf, listsOf, stepsOf} {
		if err := fill(p, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// page reads what several figures are made of once.
type page struct {
	*kernel.View
	trades map[tradeKey]trade
	debts  map[string]debt
	short  []shortage
	looked bool // for what runs out
	today  *kernel.Table

	bornWeek  []party.Birthday
	bornKnown bool
}

type tradeKey struct {
	kind string
	span
}

// reads tells whether the company has all of some resources and reports, and the actor may read them.
func (p *page) reads(names ...string) bool {
	for _, name := range names {
		if p.Company.Def(name) == nil && p.Company.Report(name) == nil || !p.Actor.Can(name, "read") {
			return false
		}
	}
	return true
}

// report leads to a report with parameters in pairs, "" when the actor may not read it.
func (p *page) report(name string, params ...string) string {
	if !p.reads(name) {
		return ""
	}
	return address("/report/"+name, params...)
}

// address adds parameters, in pairs, to a path.
func address(path string, params ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		query.Add(params[i], params[i+1])
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// list leads to the records of a resource that meet conditions, "" when the actor may not read them.
func (p *page) list(d *kernel.Def, conditions ...string) string {
	if !p.reads(d.Name) {
		return ""
	}
	var params []string
	for _, c := range conditions {
		params = append(params, "filter", c)
	}
	return address("/r/"+d.Name, params...)
}

// first gives the first address that leads somewhere.
func first(addresses ...string) string {
	for _, to := range addresses {
		if to != "" {
			return to
		}
	}
	return ""
}

// traded gives what sheets of some kinds come to, those of the second taken off, as far as the actor may read them.
func (p *page) traded(done, back *kernel.Def, s span) (trade, error) {
	var out trade
	for i, d := range []*kernel.Def{done, back} {
		if !p.reads(d.Name) {
			continue
		}
		key := tradeKey{d.Name, s}
		t, known := p.trades[key]
		if !known {
			var err error
			if t, err = traded(p.View, d, s); err != nil {
				return out, err
			}
			p.trades[key] = t
		}
		if i == 1 {
			t.net, t.cost, t.sheets = -t.net, -t.cost, 0
		}
		var err error
		if out.net, err = money.Add(out.net, t.net); err != nil {
			return out, err
		}
		if out.cost, err = money.Add(out.cost, t.cost); err != nil {
			return out, err
		}
		out.sheets += t.sheets
	}
	return out, nil
}

// soldNet is sold for the goods alone.
func (p *page) soldNet(s span) (sum money.Amount, err error) {
	for i, d := range []*kernel.Def{stock.Deliveries.Def, stock.SalesReturns.Def} {
		if !p.reads(d.Name) {
			continue
		}
		part, err := netOf(p.View, d, s)
		if err != nil {
			return 0, err
		}
		if i == 1 {
			part = -part
		}
		if sum, err = money.Add(sum, part); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

func (p *page) sold(s span) (trade, error) {
	return p.traded(stock.Deliveries.Def, stock.SalesReturns.Def, s)
}

func (p *page) bought(s span) (trade, error) {
	return p.traded(stock.Receipts.Def, stock.PurchaseReturns.Def, s)
}

func (p *page) debt(side string) (debt, error) {
	d, known := p.debts[side]
	if !known {
		var err error
		if d, err = debtOn(p.View, side); err != nil {
			return d, err
		}
		p.debts[side] = d
	}
	return d, nil
}

// shortages gives what runs out, to whoever may see items and how much of them there is.
func (p *page) shortages() ([]shortage, error) {
	if p.looked {
		return p.short, nil
	}
	var err error
	p.short, err = shortages(p.View)
	p.looked = err == nil
	return p.short, err
}

// owedTo leads to where the debts of a side add up.
func (p *page) owedTo(side string) string {
	return first(p.report("settlement.debt"), p.report("settlement.ageing", "side", side), p.list(settlement.OpenItems.Def, "side:eq:"+side, "open:ne:0"))
}

// lateTo leads to what should have been paid on a side, by one party or, for "", by all.
func (p *page) lateTo(side, party string) string {
	params, filters := []string{"side", side, "overdue_only", "true"}, []string{"side:eq:" + side, "open:ne:0", "due_date:lt:" + string(p.Today)}
	if party != "" {
		params, filters = append(params, "party", party), append(filters, "party:eq:"+party)
	}
	return first(p.report("settlement.open", params...), p.list(settlement.OpenItems.Def, filters...))
}
