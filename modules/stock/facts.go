package stock

import (
	"slices"
	"strings"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

// Debt gives what a customer owes and what of his advances is not used yet. Until somebody supplies it no debt is shown.
var Debt = kernel.NewPort("stock.debt", func(*kernel.View, int64) (receivable, advance money.Amount, err error) { return 0, 0, nil })

// Overdue gives the day since which the oldest open debt of a customer is due, "" when none is due before a day. Until somebody
// supplies it nothing is.
var Overdue = kernel.NewPort("stock.overdue", func(*kernel.View, int64, clock.Date) (clock.Date, error) { return "", nil })

// facts are the figures that help while a sheet is typed: what the customer owes, and for each line the stock of its
// item and the price last agreed with the party.
func facts(v *kernel.View, doc *Document) ([]kernel.Fact, error) {
	out, err := debtFacts(v, doc)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range doc.Lines {
		if l.Item != 0 && !slices.Contains(ids, l.Item) {
			ids = append(ids, l.Item)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	more, err := handFacts(v, doc, ids)
	if err != nil {
		return nil, err
	}
	last, err := priceFacts(v, doc, ids)
	if err != nil {
		return nil, err
	}
	foot, err := footFacts(v, doc)
	if err != nil {
		return nil, err
	}
	worth, err := worthFacts(v, doc, ids)
	return slices.Concat(out, more, last, foot, worth), err
}

func debtFacts(v *kernel.View, doc *Document) ([]kernel.Fact, error) {
	if doc.Party == 0 || !trades(doc) {
		return nil, nil
	}
	p, err := partyOf(v, doc.Party)
	if err != nil || p.ID == 0 {
		return nil, err
	}
	more, err := partyFacts(v, doc, p)
	if err != nil || kindOf(doc.Kind).party != customer || !Debt.Filled(v.Company) {
		return more, err
	}
	if may, err := party.MoneyOf(v, p.ID); err != nil || !may {
		return more, err
	}
	debt, advance, err := Debt.Of(v.Company)(v, p.ID)
	if err != nil {
		return nil, err
	}
	out := []kernel.Fact{
		{Pointer: "/party", Label: kernel.T("欠款", "Owes"), Kind: kernel.KindAmount, Value: debt.String(), Right: "credit"},
		{Pointer: "/party", Label: kernel.T("预收", "Advance"), Kind: kernel.KindAmount, Value: advance.String(), Right: "credit"},
	}
	since, err := Overdue.Of(v.Company)(v, p.ID, v.Today)
	if err != nil {
		return nil, err
	}
	if since != "" {
		out = append(out, kernel.Fact{Pointer: "/party", Label: kernel.T("逾期自", "Overdue since"), Kind: kernel.KindDate, Value: string(since), Right: "credit"})
	}
	if p.CreditLimit == 0 {
		return append(out, more...), nil
	}
	left, err := money.Sub(debt, advance)
	if err == nil {
		left, err = money.Sub(p.CreditLimit, left)
	}
	out = append(out, kernel.Fact{Pointer: "/party", Label: kernel.T("可用额度", "Credit left"), Kind: kernel.KindAmount, Value: left.String(), Right: "credit"})
	return append(out, more...), err
}

// handFacts shows the stock of each line's item; where people are to be warned also by how much the lines take more than that.
func handFacts(v *kernel.View, doc *Document, ids []int64) ([]kernel.Fact, error) {
	there, err := placesOf(v, ids, doc.Warehouse)
	if err != nil {
		return nil, err
	}
	items, err := itemsOf(v, doc)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	have, left := map[int64]money.Qty{}, map[int64]money.Qty{}
	for id, p := range there {
		have[id], left[id] = p.qty, p.qty
	}
	takes := doc.State == Draft && (kindOf(doc.Kind).side == -1 || doc.Kind == KindTransfer)
	for i, l := range doc.Lines {
		it := items[l.Item]
		if it == nil || it.Service {
			continue
		}
		left[l.Item] -= l.BaseQty
		short := takes && left[l.Item] < 0
		out = append(out, kernel.Fact{Pointer: at(i, "qty"), Label: kernel.T("库存", "On hand"), Kind: kernel.KindQty, Value: have[l.Item].String(), Alert: short})
		more, err := ordering.UnitFacts(v, i, it, have[l.Item])
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
		if it.SecondUnit != 0 {
			fact, err := secondFact(v, doc, i, it, there[l.Item].qty2)
			if err != nil {
				return nil, err
			}
			out = append(out, fact)
		}
		if short && tellsShort(v.Company) {
			out = append(out, kernel.Fact{Pointer: at(i, "qty"), Label: kernel.T("库存不足，缺", "Short by"), Kind: kernel.KindQty,
				Value: strings.TrimPrefix(left[l.Item].String(), "-"), Alert: true})
		}
	}
	return append(out, belowZero(v, doc, have)...), nil
}

// belowZero tells whoever took the last piece after somebody else, of each item once, what the stock is now: where
// people are only warned both sheets are posted. Who was asked, or was told on the sheet, is not told again.
func belowZero(v *kernel.View, doc *Document, have map[int64]money.Qty) (out []kernel.Fact) {
	if k := kindOf(doc.Kind); doc.State != Done || doc.Below != "" || k.side != -1 && k.name != KindTransfer || !tellsShort(v.Company) {
		return nil
	}
	told := map[int64]bool{}
	for i, l := range doc.Lines {
		if now, ok := have[l.Item]; ok && now < 0 && !told[l.Item] {
			told[l.Item] = true
			out = append(out, kernel.Fact{Pointer: at(i, "item"), Label: kernel.T("现在库存为负", "Stock is below zero now"), Kind: kernel.KindQty, Value: now.String()})
		}
	}
	return out
}

// priceFacts shows the price of each item on the latest sheet of the party that the actor may see; of what is sold all that
// is known about its price.
func priceFacts(v *kernel.View, doc *Document, ids []int64) ([]kernel.Fact, error) {
	switch k := kindOf(doc.Kind); {
	case k.price == salePrice:
		return saleFacts(v, doc)
	case doc.Party == 0 || k.party.Zh == "":
		return nil, nil
	}
	last, err := lastPrices(v, KindReceipt, doc, ids)
	if err != nil {
		return nil, err
	}
	items, err := itemsOf(v, doc)
	var out []kernel.Fact
	for i, l := range doc.Lines {
		if p, ok := last[l.Item]; ok && items[l.Item] != nil {
			p := items[l.Item].Reprice(p, l.Unit)
			out = append(out, kernel.Fact{Pointer: at(i, "price"), Label: kernel.T("上次价", "Last price"), Kind: kernel.KindPrice, Value: p.String(), Right: "cost"})
		}
	}
	return out, err
}
