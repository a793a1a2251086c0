package stock

import (
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

const settingNegative = "stock.negative"

// Below is the code of the question whether goods may leave that are not there. Who repeats his request with it among what he
// agrees to has answered with yes.
const Below = "stock.below"

// tellsShort tells whether a sheet says by how much it takes more than there is, and lets that happen.
func tellsShort(c *kernel.Company) bool {
	return slices.Contains([]string{"auto", "ask", "warn"}, c.Setting(settingNegative))
}

// asksBelow tells whether somebody is asked before stock goes below zero: always, or once the firm knows what it has.
func asksBelow(v *kernel.View) (bool, error) {
	switch v.Company.Setting(settingNegative) {
	case "ask":
		return true, nil
	case "auto":
		return countedWhole(v)
	}
	return false, nil
}

// whole tells whether a count covers every item with stock in its warehouse, as it is before the count is posted. The mirror
// of a count is none, nor is what is found where nothing was known to be.
func whole(v *kernel.View, doc *Document) (bool, error) {
	if doc.Kind != KindCount || doc.Reverses != 0 {
		return false, nil
	}
	book, err := booked(v, doc.Warehouse)
	return err == nil && len(book) > 0 && !slices.ContainsFunc(book, func(b bookedQty) bool {
		return !slices.ContainsFunc(doc.Lines, func(l DocumentLine) bool { return l.Item == b.item })
	}), err
}

// dip is a place that a unit takes below zero: the line that does, and what was there before.
type dip struct {
	line int
	name string
	had  money.Qty
}

// dip notes a place the first time that it is taken below zero.
func (b *book) dip(k placeKey, d dip) {
	if _, known := b.dips[k]; !known {
		b.dips[k] = d
	}
}

// answered asks whoever can be asked about the places that everything together leaves below zero, and writes on the document
// what somebody agreed to, or nobody was asked about. It comes when all movements are made and none is written.
func (b *book) answered(doc *Document) error {
	doc.Below = ""
	var list problem.List
	var words []string
	for _, k := range sortedPlaces(b.places) {
		d, noted := b.dips[k]
		now := b.places[k].qty
		if !noted || now >= 0 || now >= d.had {
			continue
		}
		place, err := placeName(b.tx.View, k.warehouse)
		if err != nil {
			return err
		}
		list.Add(problem.Rule(Below, "item", d.name, "warehouse", place, "have", d.had.String(), "left", now.String()).At(at(d.line, "qty")))
		words = append(words, fmt.Sprintf("%s %s %s → %s", d.name, place, d.had, now))
	}
	if len(list) == 0 {
		return nil
	}
	asks, err := asksBelow(b.tx.View)
	if err != nil || !asks {
		return err
	}
	who := b.tx.Behalf
	agreed := slices.Contains(who.Agrees, Below)
	if who.Asks && !agreed {
		slices.SortStableFunc(list, func(x, y *problem.Problem) int { return strings.Compare(x.Path, y.Path) })
		return list
	}
	mark, comma := kernel.T("已确认：", "Agreed: "), kernel.T("；", "; ")
	if !agreed {
		mark = kernel.T("未询问：", "Not asked: ")
	}
	doc.Below = shorten(mark.In(who.Lang)+strings.Join(words, comma.In(who.Lang)), 400)
	return nil
}

// placeName gives the name of a warehouse.
func placeName(v *kernel.View, id int64) (string, error) {
	found, err := master(v, warehousesKey{}, warehouse.Warehouses, []int64{id})
	if err != nil || found[id] == nil {
		return "", err
	}
	return found[id].Name, nil
}

type warehousesKey struct{}

// shorten keeps at most so many runes of a text.
func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
