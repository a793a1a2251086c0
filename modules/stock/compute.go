package stock

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"

	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

type itemsKey struct{}

type ratesKey struct{}

// master reads records by id, each once for each view.
func master[T any](v *kernel.View, key any, r *resource.Resource[T], ids []int64) (map[int64]*T, error) {
	known, err := kernel.Memo(v, key, func() (map[int64]*T, error) { return map[int64]*T{}, nil })
	if err != nil {
		return nil, err
	}
	var missing []int64
	for _, id := range ids {
		if _, ok := known[id]; !ok && id != 0 && !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		found, err := r.FindMany(v, missing)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, found)
	}
	return known, nil
}

func itemsOf(v *kernel.View, doc *Document) (map[int64]*item.Item, error) {
	ids := make([]int64, len(doc.Lines))
	for i := range doc.Lines {
		ids[i] = doc.Lines[i].Item
	}
	return master(v, itemsKey{}, item.Items, ids)
}

// at is the JSON pointer of a field of a line.
func at(line int, field string) string { return "/lines/" + strconv.Itoa(line) + "/" + field }

// compute fills what follows from what was typed.
func compute(v *kernel.View, doc *Document, changed string) (problem.List, error) {
	k := kindOf(doc.Kind)
	if k.name == KindAdjustment {
		return nil, nil
	}
	if k.source != "" && doc.Source != 0 && (changed == "/source" || changed == "" && doc.Lines == nil) {
		if err := fillFromSource(v, k, doc); err != nil {
			return nil, err
		}
	}
	if err := findSource(v, k, doc, changed); err != nil {
		return nil, err
	}
	if doc.Warehouse == 0 && doc.ID == 0 {
		first, err := firstWarehouse(v)
		if err != nil {
			return nil, err
		}
		doc.Warehouse = first
	}
	if doc.Handler == 0 && doc.ID == 0 {
		doc.Handler = v.Actor.PersonID
	}
	list, err := defaults(v, k, doc, changed)
	if err != nil {
		return nil, err
	}
	items, err := itemsOf(v, doc)
	if err != nil {
		return nil, err
	}
	list = append(list, measure(k, doc, items)...)
	if k.name == KindCount {
		if err := fillBook(v, doc); err != nil {
			return nil, err
		}
		differences(doc)
	}
	more, err := figures(v, k, doc)
	if err != nil {
		return nil, err
	}
	till, err := counted(v, doc)
	return slices.Concat(list, more, till), err
}

// defaults fills head and lines from the masters.
func defaults(v *kernel.View, k *kind, doc *Document, changed string) (problem.List, error) {
	p, list := &party.Party{}, problem.List(nil)
	var err error
	if k.party.Zh != "" {
		if p, list, err = partyDefaults(v, k, doc, changed); err != nil {
			return nil, err
		}
	}
	items, err := itemsOf(v, doc)
	if err != nil {
		return nil, err
	}
	if doc.Reverses != 0 {
		return list, nil
	}
	want := make([]bool, len(doc.Lines))
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if l.Free {
			l.Price, l.Discount = 0, 0
		}
		if it := items[l.Item]; it != nil {
			of, err := repricedFrom(v, k, l, changed == at(i, "unit"))
			if err != nil {
				return nil, err
			}
			want[i] = origin{k, p, of}.lineDefaults(l, it, changed == at(i, "item")) || changed == at(i, "free")
		}
	}
	a := asked{k, doc, p, items, want}
	if changed, err = unseen(v, a, changed); err != nil {
		return nil, err
	}
	return list, fillPrices(v, a, changed)
}

// partyDefaults takes the terms of the party when it was just chosen, and those that a new sheet does not have.
func partyDefaults(v *kernel.View, k *kind, doc *Document, changed string) (*party.Party, problem.List, error) {
	if doc.Reverses != 0 {
		return &party.Party{}, nil, nil
	}
	p, err := partyOf(v, doc.Party)
	if err != nil {
		return nil, nil, err
	}
	chosen := changed == "/party"
	if chosen || doc.PaymentTerm == 0 && doc.ID == 0 {
		doc.PaymentTerm = p.PaymentTerm
	}
	if chosen || doc.TaxMode == "" {
		doc.TaxMode = cmp.Or(p.TaxMode, commerce.TaxNone)
	}
	if p.Owner != 0 && k.party == customer && (chosen || doc.Owner == 0) {
		doc.Owner, doc.Department = p.Owner, p.Department
	}
	role := p.Customer
	if k.party == supplier {
		role = p.Supplier
	}
	if p.ID != 0 && !role {
		return p, problem.List{problem.Rule("stock.party_role", "name", p.Name, "role", k.party.In(v.Lang)).At("/party")}, nil
	}
	return p, nil, nil
}

type partiesKey struct{}

// partyOf reads a party as far as the actor may see it; else an empty one, and the reference is refused later.
func partyOf(v *kernel.View, id int64) (*party.Party, error) {
	if id == 0 {
		return &party.Party{}, nil
	}
	if !v.Actor.System {
		rec, err := resource.LoadVisible(v, party.Parties.Def, id)
		var missing *problem.Problem
		if errors.As(err, &missing) && missing.Kind == problem.NotFound {
			return &party.Party{}, nil
		}
		if err != nil {
			return nil, err
		}
		return rec.(*party.Party), nil
	}
	found, err := master(v, partiesKey{}, party.Parties, []int64{id})
	if p := found[id]; p != nil {
		return p, err
	}
	return &party.Party{}, err
}

// origin is what the defaults of a line depend on beside its item. repriced tells of a line whose unit was just chosen of
// what its price is to follow; nil of all others.
type origin struct {
	kind     *kind
	party    *party.Party
	repriced *item.Priced
}

// lineDefaults fills unit and tax rate from the item: when it was just chosen, and where they are empty on a line that has
// no unit yet and was never saved; such a line wants a price too, and so does one of which another unit was just chosen.
func (o origin) lineDefaults(l *DocumentLine, it *item.Item, chosen bool) (wantsPrice bool) {
	k, p := o.kind, o.party
	fresh := chosen || o.repriced != nil || l.Unit == 0 && l.ID == 0
	if chosen || k.name == KindCount {
		l.Unit = 0
	}
	l.Unit = cmp.Or(l.Unit, it.Unit)
	if o.repriced != nil && l.SourceLine != 0 {
		l.Price = it.Reprice(*o.repriced, l.Unit)
	}
	if !fresh || l.SourceLine != 0 {
		return false
	}
	if chosen {
		l.TaxRate, l.Discount, l.Qty2 = 0, 0, 0
	}
	if chosen || o.repriced != nil {
		l.Price, l.Offered = 0, 0
	}
	if k.party.Zh != "" {
		l.TaxRate = cmp.Or(l.TaxRate, it.TaxRate, p.TaxRate)
	}
	return true
}

// figures computes the money of a sheet.
func figures(v *kernel.View, k *kind, doc *Document) (problem.List, error) {
	switch k.price {
	case unpriced:
		return nil, nil
	case costPrice:
		return costFigures(doc), nil
	}
	if err := taxRates(v, doc); err != nil {
		return nil, err
	}
	sheet := sheetOf(doc)
	totals, list := sheet.Compute()
	if len(list) > 0 {
		return list, nil
	}
	for i := range doc.Lines {
		l, c := &doc.Lines[i], sheet.Lines[i]
		l.Amount, l.Net, l.Tax, l.Gross = c.Amount, c.Net, c.Tax, c.Gross
	}
	goods := totals.Net
	for i := range doc.Charges {
		l, c := &doc.Charges[i], sheet.Charges[i]
		l.Net, l.Tax, l.Gross = c.Net, c.Tax, c.Gross
		var err error
		if goods, err = money.Sub(goods, c.Net); err != nil {
			return problem.List{problem.Rule("commerce.range")}, nil
		}
	}
	doc.Goods, doc.Charge, doc.Net, doc.Tax, doc.Gross, doc.GoodsNet = totals.Goods, totals.Charge, totals.Net, totals.Tax, totals.Gross, goods
	return nil, nil
}

func costFigures(doc *Document) (list problem.List) {
	doc.Goods = 0
	for i := range doc.Lines {
		l := &doc.Lines[i]
		var err error
		if l.Amount, err = money.Extend(l.Priced(), l.Price); err == nil {
			doc.Goods, err = money.Add(doc.Goods, l.Amount)
		}
		if err != nil {
			list.Add(problem.Rule("commerce.range").At(at(i, "amount")))
		}
	}
	return list
}

// sheetOf gives the sheet as package commerce sees it.
func sheetOf(doc *Document) *commerce.Sheet {
	sheet := &commerce.Sheet{Mode: doc.TaxMode, Discount: doc.Discount, Rounding: doc.Rounding}
	for _, l := range doc.Lines {
		sheet.Lines = append(sheet.Lines, commerce.Line{Qty: l.Priced(), Price: l.Price, Discount: l.Discount, Rate: l.Rate})
	}
	for _, c := range doc.Charges {
		sheet.Charges = append(sheet.Charges, commerce.Charge{Amount: c.Amount, Rate: c.Rate})
	}
	return sheet
}

// taxRates copies the rates of the day into the lines; a mirror keeps those of its original.
func taxRates(v *kernel.View, doc *Document) error {
	if doc.Reverses != 0 {
		return nil
	}
	var ids []int64
	for _, l := range doc.Lines {
		ids = append(ids, l.TaxRate)
	}
	for _, c := range doc.Charges {
		ids = append(ids, c.TaxRate)
	}
	rates, err := master(v, ratesKey{}, tax.Rates, ids)
	if err != nil {
		return err
	}
	rate := func(id int64) money.Rate {
		if r := rates[id]; r != nil && doc.TaxMode != commerce.TaxNone {
			return r.Rate
		}
		return 0
	}
	for i := range doc.Lines {
		doc.Lines[i].Rate = rate(doc.Lines[i].TaxRate)
	}
	for i := range doc.Charges {
		doc.Charges[i].Rate = rate(doc.Charges[i].TaxRate)
	}
	return nil
}

// TaxDeductible tells whether input tax is apart from the cost of goods. For a small-scale taxpayer it is part of it.
func TaxDeductible(c *kernel.Company) bool { return c.Setting("company.vat") != "small" }

// worth gives what each line of a purchase sheet is worth in stock: without deductible tax, the sheet's discount and
// rounding spread over the lines. Charges are expensed (rules for trading firms), so they are not in it. The inventory
// part of the voucher is the sum of these: gross − tax − net charges of the sheet where tax is deductible, gross −
// gross charges where it is not.
func worth(c *kernel.Company, doc *Document) ([]money.Amount, error) {
	sheet := sheetOf(doc)
	totals, list := sheet.Compute()
	if len(list) > 0 {
		return nil, list
	}
	off := totals.OffNet
	if !TaxDeductible(c) {
		var err error
		if off, err = money.Add(totals.OffNet, totals.OffTax); err != nil {
			return nil, err
		}
		for i := range sheet.Lines {
			sheet.Lines[i].Net = sheet.Lines[i].Gross
		}
	}
	return commerce.ShareNet(sheet.Lines, off)
}
