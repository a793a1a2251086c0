package dispatch

import (
	"cmp"
	"slices"
	"strings"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/stock"
)

func (f *found) urgent() clock.Date { return cmp.Or(f.promised, f.date) }

func compareDays(a, b clock.Date) int { return strings.Compare(string(a), string(b)) }

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}

// waiting is a sheet as the storekeeper sees it. Stock says whether all of it, some of it or none of it is there: the sheets are
// served in the order of the list.
type waiting struct {
	Resource  string        `json:"resource"`
	ID        int64         `json:"id"`
	Version   int64         `json:"version"`
	Number    string        `json:"number"`
	Label     string        `json:"label"`
	State     string        `json:"state"`
	Date      clock.Date    `json:"date"`
	Promised  clock.Date    `json:"promised"`
	Late      bool          `json:"late"`
	Party     string        `json:"party"`
	Place     string        `json:"place"`
	Warehouse string        `json:"warehouse"`
	Person    string        `json:"person"`
	Note      string        `json:"note"`
	Rest      bool          `json:"rest"`
	Stock     string        `json:"stock"`
	Lines     []waitingLine `json:"lines"`
}

// waitingLine is what is left of a line: Qty in the unit that it was written in where that is exact, Base in the item's own.
type waitingLine struct {
	ID     int64    `json:"id"`
	Item   int64    `json:"item"`
	Name   string   `json:"name"`
	Spec   string   `json:"spec"`
	Codes  []string `json:"codes"`
	Unit   string   `json:"unit"`
	Qty    string   `json:"qty"`
	Unit2  string   `json:"unit2"`
	Qty2   string   `json:"qty2"`
	Packed string   `json:"packed"`
	Bin    string   `json:"bin"`
	Have   string   `json:"have"`
	Enough bool     `json:"enough"`
	Note   string   `json:"note"`
}

// names are the masters that the lists speak of.
type names struct {
	labels resource.LabelSet
	items  map[int64]*item.Item
	units  map[int64]string
	bins   map[bin.Key]string
	places map[int64]string
}

func namesOf(v *kernel.View, list []*found) (*names, error) {
	parties, warehouses, people, ids := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
	var items, who []int64
	for _, f := range list {
		if !parties[f.party] {
			who = append(who, f.party)
		}
		parties[f.party], warehouses[f.warehouse], people[f.own] = true, true, true
		for _, l := range f.lines {
			if !ids[l.item] {
				items, ids[l.item] = append(items, l.item), true
			}
		}
	}
	n := &names{}
	var err error
	if n.labels, err = resource.NamesOf(v, map[string]map[int64]bool{"base.party": parties, "base.warehouse": warehouses, "base.person": people}); err != nil {
		return nil, err
	}
	if n.items, err = item.Items.FindMany(v, items); err != nil {
		return nil, err
	}
	var all []*item.Item
	for _, it := range n.items {
		all = append(all, it)
	}
	if n.units, err = ordering.UnitNames(v, all...); err != nil {
		return nil, err
	}
	if n.bins, err = bin.Of(v, items); err != nil {
		return nil, err
	}
	n.places, err = places(v, who)
	return n, err
}

// whatWaits lists the sheets of a side with what is in stock for them.
func whatWaits(v *kernel.View, list []*found, out bool) ([]*waiting, error) {
	n, err := namesOf(v, list)
	if err != nil {
		return nil, err
	}
	have, err := onHand(v, list)
	if err != nil {
		return nil, err
	}
	result := make([]*waiting, 0, len(list))
	for _, f := range list {
		w := n.sheet(v, f)
		full, some := 0, 0
		for _, l := range f.lines {
			row := n.line(v, f, l)
			k := bin.Key{Item: l.item, Warehouse: f.warehouse}
			row.Have, row.Enough = max(have[k], 0).String(), !out || have[k] >= l.base
			if have[k] > 0 {
				some++
			}
			if row.Enough {
				full++
			}
			have[k] -= max(l.base, 0)
			w.Lines = append(w.Lines, row)
		}
		w.Stock = map[bool]string{true: "all", false: "some"}[full == len(f.lines)]
		if full == 0 && some == 0 {
			w.Stock = "none"
		}
		result = append(result, w)
	}
	return result, nil
}

// onHand gives what lies in the warehouses of the sheets; a sheet without a warehouse may be shipped from any.
func onHand(v *kernel.View, list []*found) (map[bin.Key]money.Qty, error) {
	items := map[int64][]int64{}
	for _, f := range list {
		for _, l := range f.lines {
			items[f.warehouse] = append(items[f.warehouse], l.item)
		}
	}
	out := map[bin.Key]money.Qty{}
	for warehouse, ids := range items {
		have, err := stock.OnHand(v, ids, warehouse)
		if err != nil {
			return nil, err
		}
		for id, q := range have {
			out[bin.Key{Item: id, Warehouse: warehouse}] = q
		}
	}
	return out, nil
}

func (n *names) sheet(v *kernel.View, f *found) *waiting {
	return &waiting{
		Resource: f.resource, ID: f.id, Version: f.version, Number: f.number, Label: v.Company.Def(f.resource).Label.In(v.Lang), State: f.state,
		Date: f.date, Promised: f.promised, Late: f.promised != "" && f.promised.Before(v.Today), Party: n.labels["base.party"][f.party], Place: n.places[f.party],
		Warehouse: n.labels["base.warehouse"][f.warehouse], Person: n.labels["base.person"][f.own], Note: f.note, Rest: f.rest != 0, Lines: []waitingLine{},
	}
}

func (n *names) line(v *kernel.View, f *found, l foundLine) waitingLine {
	it := n.items[l.item]
	row := waitingLine{ID: l.id, Item: l.item, Name: it.Name, Spec: it.Spec, Codes: []string{it.Code}, Bin: n.bins[bin.Key{Item: l.item, Warehouse: f.warehouse}], Note: l.note}
	if it.Barcode != "" {
		row.Codes = append(row.Codes, it.Barcode)
	}
	for _, u := range it.Units {
		if u.Barcode != "" {
			row.Codes = append(row.Codes, u.Barcode)
		}
	}
	// What is left is said in the unit of the line where that is exact, else in the item's own.
	row.Unit, row.Qty = n.units[cmp.Or(l.unit, it.Unit)], l.qty.String()
	m := item.Measure{Unit: l.unit, Qty: l.qty, Qty2: l.qty2}
	m.Fill(it)
	if m.Base != l.base {
		m, _ = m.Part(l.base, 0)
		row.Unit, row.Qty = n.units[cmp.Or(m.Unit, it.Unit)], m.Qty.String()
	}
	if it.SecondUnit != 0 {
		row.Unit2, row.Qty2 = n.units[it.SecondUnit], m.Qty2.String()
	}
	row.Packed = it.Packed(l.base, n.units, v.Lang)
	return row
}

// pick is one thing to fetch from a bin: in all, and for which sheets.
type pick struct {
	Bin    string    `json:"bin"`
	Item   int64     `json:"item"`
	Code   string    `json:"code"`
	Name   string    `json:"name"`
	Spec   string    `json:"spec"`
	Unit   string    `json:"unit"`
	Qty    string    `json:"qty"`
	Packed string    `json:"packed"`
	Have   string    `json:"have"`
	Enough bool      `json:"enough"`
	For    []pickFor `json:"for"`
	Place  string    `json:"warehouse"`

	total money.Qty
	key   bin.Key
}

type pickFor struct {
	Number string `json:"number"`
	Party  string `json:"party"`
	Qty    string `json:"qty"`
}

// picking gathers what several sheets need, by warehouse and bin: bins in their order, what has none last.
func picking(v *kernel.View, list []*found) ([]*pick, error) {
	n, err := namesOf(v, list)
	if err != nil {
		return nil, err
	}
	have, err := onHand(v, list)
	if err != nil {
		return nil, err
	}
	byKey := map[bin.Key]*pick{}
	out := []*pick{}
	for _, f := range list {
		for _, l := range f.lines {
			if l.base < 0 {
				continue // what comes back in an exchange is not fetched
			}
			it, k := n.items[l.item], bin.Key{Item: l.item, Warehouse: f.warehouse}
			p := byKey[k]
			if p == nil {
				p = &pick{Bin: n.bins[k], Item: l.item, Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: n.units[it.Unit], Place: n.labels["base.warehouse"][f.warehouse], key: k, For: []pickFor{}}
				out, byKey[k] = append(out, p), p
			}
			if p.total, err = money.AddOf(p.total, l.base); err != nil {
				return nil, err
			}
			p.For = append(p.For, pickFor{f.number, n.labels["base.party"][f.party], l.base.String()})
		}
	}
	for _, p := range out {
		p.Qty, p.Packed = p.total.String(), n.items[p.Item].Packed(p.total, n.units, v.Lang)
		p.Have, p.Enough = max(have[p.key], 0).String(), have[p.key] >= p.total
	}
	slices.SortStableFunc(out, func(a, b *pick) int {
		return cmp.Or(strings.Compare(a.Place, b.Place), strings.Compare(last(a.Bin), last(b.Bin)), strings.Compare(a.Code, b.Code))
	})
	return out, nil
}

// last sorts what has no bin behind everything else.
func last(name string) string { return cmp.Or(name, "\U0010FFFF") }
