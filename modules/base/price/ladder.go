package price

import (
	"maps"
	"slices"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

// Source says which step of the ladder a price stands on.
type Source int

// The steps, the first that is known counts. None is a price that nobody knows.
const (
	None Source = iota
	OfCustomer
	OfLast
	OfLevel
	OfList
)

// Known is all that is known about the price of one of a unit of an item for one customer; 0 is not known.
type Known struct{ Customer, Last, Level, List money.Price }

// Steps is what is known about an item for one customer: its own price and that of its level for one of the item's own unit,
// the last price for one of the unit in which it was sold.
type Steps struct {
	item            *item.Item
	customer, level money.Price
	last            item.Priced
}

// In gives the prices of one of a unit of the item.
func (s Steps) In(unit int64) Known {
	if s.item == nil {
		return Known{}
	}
	return Known{Customer: s.item.PriceIn(unit, s.customer), Last: s.item.Reprice(s.last, unit), Level: s.item.PriceIn(unit, s.level), List: s.item.ListPrice(unit)}
}

// Choose gives the price that is offered and where it comes from.
func (k Known) Choose() (money.Price, Source) {
	for i, p := range []money.Price{k.Customer, k.Last, k.Level, k.List} {
		if p != 0 {
			return p, OfCustomer + Source(i)
		}
	}
	return 0, None
}

// Question asks what a customer paid last for items, on sheets of a tax mode or, for "", on any.
type Question struct {
	Sheet int64 // that asks, and is left out; 0 for a new one
	Party int64
	Items []int64
	Mode  string
}

// Paid answers it from what was sold, as far as the actor may see; free lines do not count. Without sheets nothing is known.
var Paid = kernel.NewPort("price.paid", func(*kernel.View, Question) (map[int64]item.Priced, error) { return nil, nil })

// Ask is what prices depend on beside the item. Party is an empty one when there is none, or none that the actor may see.
type Ask struct {
	// Sheet is the sheet that asks, 0 for a new one: what it says itself is not what was paid last.
	Sheet int64
	Party *party.Party
	Date  clock.Date
	Mode  string
	Items map[int64]*item.Item
	// Ordered knows of prices that were agreed to and not paid yet; it is asked for what was never sold to the customer.
	Ordered func(Question) (map[int64]item.Priced, error)
	// Always asks for the last price also where the company does not offer it again, and on sheets of any tax mode.
	Always bool
}

// Know tells what is known about the prices of items.
func (a Ask) Know(v *kernel.View, items []int64) (map[int64]Steps, error) {
	out := make(map[int64]Steps, len(items))
	for _, id := range items {
		if it := a.Items[id]; it != nil {
			out[id] = Steps{item: it, level: it.PriceFor(a.Party.PriceLevel)}
		}
	}
	ids := slices.Sorted(maps.Keys(out))
	if a.Party.ID == 0 || len(ids) == 0 {
		return out, nil
	}
	own, err := agreed(v, a, ids)
	if err != nil {
		return nil, err
	}
	last := map[int64]item.Priced{}
	if a.Always || v.Company.Setting(SettingLast) != "false" {
		if !a.Always { // what has a price of its own need not be looked for
			ids = slices.DeleteFunc(ids, func(id int64) bool { return own[id] != 0 })
		}
		if last, err = a.last(v, ids); err != nil {
			return nil, err
		}
	}
	for id, k := range out {
		k.customer, k.last = own[id], last[id]
		out[id] = k
	}
	return out, nil
}

func (a Ask) last(v *kernel.View, ids []int64) (map[int64]item.Priced, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := Question{Sheet: a.Sheet, Party: a.Party.ID, Items: ids, Mode: a.Mode}
	if a.Always {
		q.Mode = ""
	}
	paid, err := Paid.Of(v.Company)(v, q)
	if err != nil || a.Ordered == nil {
		return paid, err
	}
	q.Items = slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return paid[id].Price != 0 })
	if len(q.Items) == 0 {
		return paid, nil
	}
	ordered, err := a.Ordered(q)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(ordered)
	if out == nil {
		out = map[int64]item.Priced{}
	}
	maps.Copy(out, paid)
	return out, nil
}

// Line is a line of a sheet as the ladder sees it; Price and Offered point into it. Fresh says that it has no price of its
// own yet. The price is one of Unit, 0 of the item's own.
type Line struct {
	Item, Unit     int64
	Price, Offered *money.Price
	Free, Fresh    bool
}

// Fill gives a price to lines without one. With anew, for another customer or another day, lines that still hold what was
// offered to them are asked about again; what was typed stays.
func (a Ask) Fill(v *kernel.View, lines []Line, anew bool) error {
	var items []int64
	var asked []Line
	for _, l := range lines {
		switch held := *l.Offered != 0 && *l.Price == *l.Offered; {
		case l.Free:
			*l.Price, *l.Offered = 0, 0
		case l.Item != 0 && (l.Fresh && *l.Price == 0 || held && anew):
			items, asked = append(items, l.Item), append(asked, l)
		case !held:
			*l.Offered = 0
		}
	}
	if len(asked) == 0 {
		return nil
	}
	known, err := a.Know(v, items)
	if err != nil {
		return err
	}
	for _, l := range asked {
		if p, from := known[l.Item].In(l.Unit).Choose(); from != None {
			*l.Price, *l.Offered = p, p
		}
	}
	return nil
}
