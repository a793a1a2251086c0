package counter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/stock"
)

// rowShape is an item in a look-up. Facts are prices beside the last one, each with its label.
type rowShape struct {
	ID       int64        `json:"id"`
	Code     string       `json:"code"`
	Name     string       `json:"name"`
	Spec     string       `json:"spec"`
	Model    string       `json:"model"`
	Material string       `json:"material"`
	Brand    string       `json:"brand"`
	Unit     string       `json:"unit"`
	Pack     *packShape   `json:"pack"`   // the unit whose barcode was typed, where it is not the item's own
	Theirs   string       `json:"theirs"` // the party's own code
	Stock    *string      `json:"stock"`  // in all warehouses; null for a service
	Here     *string      `json:"here"`   // in the warehouse of the sheet
	Places   []placeShape `json:"places"`
	Last     *lastShape   `json:"last"`
	Usual    *usualShape  `json:"usual"`
	Facts    []factShape  `json:"facts"`
}

type packShape struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
}

type placeShape struct {
	Warehouse string `json:"warehouse"`
	Qty       string `json:"qty"`
}

// lastShape is what the party paid last. Without the right to see the price it is not there.
type lastShape struct {
	Price string `json:"price"`
	Date  string `json:"date"`
	Qty   string `json:"qty"`
}

// usualShape is how often the party bought an item, on its latest sheets.
type usualShape struct {
	Times int    `json:"times"`
	Qty   string `json:"qty"` // of the last time
}

type factShape struct {
	Label string      `json:"label"`
	Value string      `json:"value"`
	Kind  kernel.Kind `json:"kind"`
}

// sheetShape is the party's last sheet, to be written once more.
type sheetShape struct {
	Resource string      `json:"resource"`
	ID       int64       `json:"id"`
	Number   string      `json:"number"`
	Date     string      `json:"date"`
	Lines    []lineShape `json:"lines"`
}

type lineShape struct {
	Item  int64  `json:"item"`
	Label string `json:"label"`
	Qty   string `json:"qty"` // in the item's own unit
}

// answer is what a look-up answers.
type answer struct {
	Items []rowShape  `json:"items"`
	Sheet *sheetShape `json:"sheet"`
}

// trade tells from which sheets prices and habits of the writer's sheet are taken.
type trade struct {
	done  *kernel.Def // nil for sheets without a party
	right string      // to see its prices
	sells bool        // they are sheets of sales
}

// trades are the sheets with a party. What is offered or ordered is judged by what was delivered.
func trades() map[string]trade {
	sale, buy := trade{stock.Deliveries.Def, price.Right, true}, trade{stock.Receipts.Def, "cost", false}
	return map[string]trade{
		"sales.quotation": sale, "sales.order": sale, stock.Deliveries.Name: sale, stock.SalesReturns.Name: sale,
		"purchasing.order": buy, stock.Receipts.Name: buy, stock.PurchaseReturns.Name: buy,
	}
}

// asked is a question about items while a sheet is written.
type asked struct {
	q                string
	kind             string
	party, warehouse int64
	limit            int
	trade            trade
}

const (
	fewRows  = 12
	mostRows = 50
	longest  = 200
)

// askedOf reads the parameters of a request; whoever may not read sheets of the kind learns nothing.
func askedOf(r *route.Request) (a asked, err error) {
	a.q, a.kind = r.Query("q"), r.Query("kind")
	if len(a.q) > longest {
		return a, problem.BadShape("query.invalid", "name", "q")
	}
	if r.Company.Def(a.kind) == nil {
		return a, problem.BadShape("query.invalid", "name", "kind")
	}
	if !r.Actor.Can(a.kind, "read") {
		return a, problem.New(problem.Forbidden, "forbidden", "resource", a.kind, "act", "read")
	}
	for name, to := range map[string]*int64{"party": &a.party, "warehouse": &a.warehouse} {
		if text := r.Query(name); text != "" {
			if *to, err = strconv.ParseInt(text, 10, 64); err != nil || *to < 0 {
				return a, problem.BadShape("query.invalid", "name", name)
			}
		}
	}
	a.trade = trades()[a.kind]
	a.limit, err = r.Int("limit", fewRows, mostRows)
	return a, err
}

// lookup finds items by fragments.
func (s *shelf) lookup(r *route.Request) error {
	a, err := askedOf(r)
	if err != nil {
		return err
	}
	out := answer{Items: []rowShape{}}
	err = r.View(func(v *kernel.View) (err error) {
		out.Items, err = s.find(v, a)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// find gives the best answers to what was typed, with their facts; to nothing there is no answer.
func (s *shelf) find(v *kernel.View, a asked) ([]rowShape, error) {
	q := asking(a.q)
	if len(q.words) == 0 {
		return []rowShape{}, nil
	}
	all, _, err := s.at(v)
	if err != nil {
		return nil, err
	}
	d, err := dealingsOf(v, a)
	if err != nil {
		return nil, err
	}
	k := known{bought: d.recency(), theirs: d.theirs}
	if a.trade.done != nil {
		if k.sold, err = soldLately(v, a.trade.done.Only.Value); err != nil {
			return nil, err
		}
	}
	best := rank(all, q, &k, judged)
	if len(best) == 0 {
		best = rank(all, q.again(), &k, judged)
	}
	best = doubtful(best, a.limit)
	if d.hands, err = handsOf(v, idsOf(best)); err != nil {
		return nil, err
	}
	best = stocked(best, func(id int64) bool { return slices.ContainsFunc(d.hands[id], func(h hand) bool { return h.qty > 0 }) })
	ids := idsOf(best[:min(len(best), a.limit)])
	packed, pack, err := packOf(v, a.q)
	if err != nil {
		return nil, err
	}
	if pack == nil {
		return d.rows(v, ids)
	}
	if d.hands, err = handsOf(v, append(ids, packed)); err != nil {
		return nil, err
	}
	rows, err := d.rows(v, append([]int64{packed}, slices.DeleteFunc(ids, func(id int64) bool { return id == packed })...))
	if len(rows) > 0 && rows[0].ID == packed {
		rows[0].Pack = pack
	}
	return rows, err
}

// packOf gives the item one of whose other units has what was typed as its barcode, and that unit; nil for none. Nothing
// short, and nothing with a blank in it, is a barcode.
func packOf(v *kernel.View, q string) (int64, *packShape, error) {
	code := strings.TrimSpace(q)
	if len(code) < 6 || strings.ContainsRune(code, ' ') {
		return 0, nil, nil
	}
	id, of, err := item.ByBarcode(v, code)
	if err != nil || id == 0 {
		return 0, nil, err
	}
	items, err := item.Items.FindMany(v, []int64{id})
	if it := items[id]; err != nil || it == nil || !it.Active || it.Unit == of {
		return 0, nil, err
	}
	names, err := resource.Labels(v, unit.Units.Def, []int64{of})
	return id, &packShape{of, names[of]}, err
}

// judged is of how many of the best answers it is asked whether they are in stock. Who types what more items answer
// equally well types on.
const judged = 500

func idsOf(best []found) []int64 {
	ids := make([]int64, len(best))
	for i, f := range best {
		ids[i] = f.id
	}
	return ids
}

// dealings is what there was with the party of a sheet.
type dealings struct {
	asked
	lines  []bought // the latest first
	theirs map[int64][]string
	codes  map[int64]string
	hands  map[int64][]hand
}

// dealingsOf reads them; a party that the actor may not see is not there.
func dealingsOf(v *kernel.View, a asked) (d *dealings, err error) {
	d = &dealings{asked: a}
	if a.party == 0 || a.trade.done == nil {
		return d, nil
	}
	if err := resource.See(v, party.Parties.Def, a.party); err != nil {
		return nil, err
	}
	if d.lines, err = boughtBy(v, a.trade.done, a.party); err != nil {
		return nil, err
	}
	d.theirs, d.codes, err = namesOf(v, a.party)
	return d, err
}

// recency is in which order the items were bought last.
func (d *dealings) recency() map[int64]int {
	out := map[int64]int{}
	for _, b := range d.lines {
		if _, known := out[b.item]; !known {
			out[b.item] = len(out)
		}
	}
	return out
}

// rows shows items, in the order that is given.
func (d *dealings) rows(v *kernel.View, ids []int64) ([]rowShape, error) {
	out := []rowShape{}
	if len(ids) == 0 {
		return out, nil
	}
	items, err := goodsOf(v, ids)
	if err != nil {
		return nil, err
	}
	facts, err := priceFacts(v, d.asked, ids, items)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		g := items[id]
		if g == nil {
			continue
		}
		row := rowShape{ID: id, Code: g.code, Name: g.name, Spec: g.spec, Model: g.model, Material: g.material, Brand: g.brand, Unit: g.unit,
			Theirs: d.codes[id], Places: []placeShape{}, Last: d.last(v, g), Facts: facts[id]}
		if !g.service {
			if err := d.lies(v, &row, d.hands[id]); err != nil {
				return nil, err
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// lies fills what of an item is there. Where it lies is told to whoever may read the stock.
func (d *dealings) lies(v *kernel.View, row *rowShape, hands []hand) error {
	var all, here money.Qty
	for _, h := range hands {
		var err error
		if all, err = money.AddOf(all, h.qty); err != nil {
			return err
		}
		if h.warehouse == d.warehouse {
			here = h.qty
		}
		if v.Actor.Can("stock.on_hand", "read") {
			row.Places = append(row.Places, placeShape{h.name, h.qty.String()})
		}
	}
	text := all.String()
	row.Stock = &text
	if d.warehouse != 0 {
		text := here.String()
		row.Here = &text
	}
	return nil
}

// last is what was paid for an item last, as far as the actor may know, in the item's own unit.
func (d *dealings) last(v *kernel.View, g *goods) *lastShape {
	if !v.Actor.Sees(d.trade.right) {
		return nil
	}
	for _, b := range d.lines {
		if b.item == g.id && b.qty > 0 && (b.unit == 0 || b.unit == g.unitID) {
			return &lastShape{b.price.String(), string(b.date), b.qty.String()}
		}
	}
	return nil
}

// priceFacts are the prices of items beside the last one, each with its label, as far as the actor may see them: what is
// agreed with the customer first, then the list and the levels. It is the one place where rows get prices.
func priceFacts(v *kernel.View, a asked, ids []int64, items map[int64]*goods) (map[int64][]factShape, error) {
	sells := a.trade.sells && v.Actor.Sees(price.Right)
	var own map[int64]money.Price
	var levels map[int64][]levelPrice
	var err error
	if sells {
		if own, err = price.Agreed(v, a.party, ids); err != nil {
			return nil, err
		}
		if levels, err = levelsOf(v, ids); err != nil {
			return nil, err
		}
	}
	out := map[int64][]factShape{}
	for _, id := range ids {
		g := items[id]
		if g == nil {
			continue
		}
		list := []factShape{}
		if p := own[id]; p != 0 {
			list = append(list, factShape{price.CustomerPrices.Def.ByName["price"].Label.In(v.Lang), p.String(), kernel.KindPrice})
		}
		for _, f := range []struct {
			field string
			value money.Price
			shown bool
		}{{"price", g.price, true}, {"min_price", g.minPrice, a.trade.sells || a.trade.done == nil}, {"purchase_price", g.purchasePrice, true}} {
			field := item.Items.Def.ByName[f.field]
			if f.shown && f.value != 0 && v.Actor.Sees(field.Right) {
				list = append(list, factShape{field.Label.In(v.Lang), f.value.String(), field.Kind})
			}
		}
		for _, l := range levels[id] {
			list = append(list, factShape{l.name, l.price.String(), kernel.KindPrice})
		}
		out[id] = list
	}
	return out, nil
}
