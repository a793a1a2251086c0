package statement

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/share"
)

const priceAPI = "/api/v1/price-lists"

// mostPriced is up to how many items a price list has.
const mostPriced = 2000

var priceParams = []string{"party", "level", "category", "items", "empty"}

var priceQuery = []route.Query{{Name: "party", Help: "the customer whose prices are asked for"}, {Name: "level", Help: "the price level, without a customer"},
	{Name: "category", Help: "items of a category and those below it"}, {Name: "items", Help: "ids of items, with commas; instead of a category"},
	{Name: "empty", Help: "true lists items without a price too"}}

// priced is a price list that is asked for.
type priced struct {
	party *party.Party
	level *party.Level
	items []*item.Item
	empty bool
}

// customer is one whose prices the actor may read: those agreed with him and, where he has a level, those of the level. The list
// price goes with the items.
func customer(v *kernel.View, id int64) (*party.Party, error) {
	if err := sendable(v, price.CustomerPrices.Name); err != nil {
		return nil, err
	}
	p, err := share.Visible(v, id)
	if err == nil && p.PriceLevel != 0 {
		err = sendable(v, party.Levels.Name)
	}
	return p, err
}

func readPriced(v *kernel.View, params map[string]string) (*priced, error) {
	if !v.Actor.Sees(price.Right) { // he may read items: for him there is no such list
		return nil, problem.New(problem.NotFound, "forbidden", "resource", "field."+price.Right, "act", "see")
	}
	out := &priced{party: &party.Party{}, empty: params["empty"] == "true"}
	ids := map[string]int64{}
	for _, name := range []string{"party", "level", "category"} {
		if params[name] == "" {
			continue
		}
		id, ok := resource.ParseID(params[name])
		if !ok {
			return nil, problem.BadShape("query.invalid", "name", name)
		}
		ids[name] = id
	}
	var err error
	if ids["party"] != 0 {
		if out.party, err = customer(v, ids["party"]); err != nil {
			return nil, err
		}
	} else if ids["level"] != 0 {
		if err := sendable(v, party.Levels.Name); err != nil {
			return nil, err
		}
		found, err := party.Levels.FindMany(v, []int64{ids["level"]})
		if err != nil {
			return nil, err
		}
		if out.level = found[ids["level"]]; out.level == nil {
			return nil, problem.Missing(party.Levels.Name, ids["level"])
		}
		out.party.PriceLevel = out.level.ID
	}
	var chosen []int64
	for part := range strings.SplitSeq(params["items"], ",") {
		if id, ok := resource.ParseID(part); ok {
			chosen = append(chosen, id)
		} else if part != "" {
			return nil, problem.BadShape("query.invalid", "name", "items")
		}
	}
	return out, out.load(v, ids["category"], chosen)
}

// load reads the items.
func (p *priced) load(v *kernel.View, category int64, chosen []int64) error {
	if len(chosen) > mostPriced {
		return problem.Rule("statement.items", "most", int64(mostPriced))
	}
	ids, err := goods(v, category, chosen, mostPriced+1)
	if err != nil {
		return err
	}
	if len(ids) > mostPriced {
		return problem.Rule("statement.items", "most", int64(mostPriced))
	}
	for part := range slices.Chunk(ids, 500) {
		found, err := item.Items.FindMany(v, part)
		if err != nil {
			return err
		}
		for _, id := range part {
			if it := found[id]; it != nil {
				p.items = append(p.items, it)
			}
		}
	}
	return nil
}

// tag is one unit of an item with its price.
type tag struct {
	it      *item.Item
	unit    string
	barcode string
	price   money.Price
}

// tags gives each item in each of its units, with the price of the ladder.
func (p *priced) tags(v *kernel.View) ([]tag, error) {
	by := map[int64]*item.Item{}
	var ids, units []int64
	for _, it := range p.items {
		by[it.ID] = it
		ids = append(ids, it.ID)
		units = append(units, it.UnitIDs()...)
	}
	ask := price.Ask{Party: p.party, Date: v.Today, Mode: p.party.TaxMode, Items: by}
	known := map[int64]price.Steps{}
	for part := range slices.Chunk(ids, 500) {
		some, err := ask.Know(v, part)
		if err != nil {
			return nil, err
		}
		for id, steps := range some {
			known[id] = steps
		}
	}
	names, err := resource.Labels(v, unit.Units.Def, units)
	if err != nil {
		return nil, err
	}
	var out []tag
	for _, it := range p.items {
		add := func(unit int64, barcode string) {
			found, _ := known[it.ID].In(unit).Choose()
			if found != 0 || p.empty {
				out = append(out, tag{it, names[unit], barcode, found})
			}
		}
		add(it.Unit, it.Barcode)
		for _, u := range it.Units {
			add(u.Unit, u.Barcode)
		}
	}
	return out, nil
}

var priceColumns = []struct {
	column
	kind  sheet.Kind
	width int
}{
	{column{kernel.T("编码", "Code"), false}, sheet.Text, 14}, {column{kernel.T("名称", "Name"), false}, sheet.Text, 28}, {column{kernel.T("规格型号", "Specification"), false}, sheet.Text, 18},
	{column{kernel.T("单位", "Unit"), false}, sheet.Text, 8}, {column{kernel.T("单价", "Price"), true}, sheet.Decimal, 12}, {column{kernel.T("条码", "Barcode"), false}, sheet.Text, 18},
}

// cells are the columns as people read them, or as a spreadsheet wants them.
func (t tag) cells(plain bool) []string {
	text := money.FormatPrice(t.price)
	if plain {
		text = t.price.String()
	}
	if t.price == 0 {
		text = ""
	}
	return []string{t.it.Code, t.it.Name, t.it.Spec, t.unit, text, t.barcode}
}

func (p *priced) page(v *kernel.View) (*share.Page, []tag, error) {
	t := func(zh, en string) string { return kernel.T(zh, en).In(v.Lang) }
	out := newPage(v, t("价目表", "Price list"))
	switch {
	case p.party.ID != 0:
		out.Facts = append(out.Facts, share.Pair{Label: t("客户", "Customer"), Text: p.party.Name})
	case p.level != nil:
		out.Facts = append(out.Facts, share.Pair{Label: t("价格等级", "Price level"), Text: p.level.Name})
	}
	out.Facts = append(out.Facts, share.Pair{Label: t("日期", "Date"), Text: string(v.Today)})
	for _, c := range priceColumns {
		out.Columns = append(out.Columns, share.Column{Label: c.label.In(v.Lang), Number: c.number})
	}
	tags, err := p.tags(v)
	for _, one := range tags {
		out.Rows = append(out.Rows, share.Row{Kind: "entry", Cells: one.cells(false)})
	}
	return out, tags, err
}

func pricePage(v *kernel.View, params map[string]string) (*share.Page, error) {
	p, err := readPriced(v, params)
	if err != nil {
		return nil, err
	}
	page, _, err := p.page(v)
	return page, err
}

func pricesShown(r *route.Request) error {
	var page *share.Page
	err := r.View(func(v *kernel.View) (err error) {
		page, err = pricePage(v, paramsOf(r, priceParams...))
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"page": page})
}

func pricesPrinted(r *route.Request) error {
	return paper(r, func(v *kernel.View) (*share.Page, error) { return pricePage(v, paramsOf(r, priceParams...)) })
}

func pricesExported(r *route.Request) error {
	return spool(r, item.Items.Name, func(v *kernel.View, w io.Writer) (string, int64, error) {
		p, err := readPriced(v, paramsOf(r, priceParams...))
		if err != nil {
			return "", 0, err
		}
		page, tags, err := p.page(v)
		if err != nil {
			return "", 0, err
		}
		o := sheet.Options{Format: sheet.XLSX, SheetName: page.Title, Zone: v.Company.Zone(), Title: []string{page.Company, page.Title}}
		name := page.Title
		for _, f := range page.Facts {
			o.Title = append(o.Title, f.Label+" "+f.Text)
			name += " " + f.Text
		}
		for _, c := range priceColumns {
			o.Columns = append(o.Columns, sheet.Column{Key: c.label.En, Title: c.label.In(v.Lang), Kind: c.kind, Width: c.width})
		}
		out, err := sheet.NewWriter(w, o)
		if err != nil {
			return "", 0, err
		}
		for _, one := range tags {
			values := make([]any, len(priceColumns))
			for i, text := range one.cells(true) {
				if text != "" {
					values[i] = text
				}
			}
			if err := out.Row(values); err != nil {
				_ = out.Close() // the first error is the one that counts
				return "", 0, err
			}
		}
		return files.CleanName(name) + ".xlsx", int64(len(tags)), out.Close()
	})
}

// priceSource sends a price list to a customer.
func priceSource() *share.Source {
	return &share.Source{Kind: share.PriceList, Params: priceParams,
		Find: func(v *kernel.View, params map[string]string) (share.Content, error) {
			if err := sendable(v, item.Items.Name); err != nil {
				return share.Content{}, err
			}
			id, _ := resource.ParseID(params["party"])
			if id == 0 {
				return share.Content{}, problem.Rule("required").At("/party")
			}
			p, err := customer(v, id)
			if err != nil {
				return share.Content{}, err
			}
			return share.Content{Party: p.ID, Title: kernel.T("价目表", "Price list").In(v.Lang) + " " + string(v.Today), To: v.Today}, nil
		},
		Make: pricePage,
	}
}
