package sales

import (
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// facts are the figures that help while an order or a quotation is typed: what the customer owes and may still owe, the stock of
// each line's item and what is known about its price.
func facts(v *kernel.View, s ordering.Sheet) ([]kernel.Fact, error) {
	customer, err := ordering.PartyOf(v, s.Party)
	if err != nil {
		return nil, err
	}
	out, err := moneyFacts(v, customer)
	if err != nil {
		return nil, err
	}
	more, err := lineFacts(v, s, customer)
	return append(out, more...), err
}

// moneyFacts are what a customer owes and may still owe, for whom that may be told.
func moneyFacts(v *kernel.View, customer *party.Party) ([]kernel.Fact, error) {
	if customer.ID == 0 {
		return nil, nil
	}
	if may, err := party.MoneyOf(v, customer.ID); err != nil || !may {
		return nil, err
	}
	debt, advance, err := Debt.Of(v.Company)(v, customer.ID)
	if err != nil {
		return nil, err
	}
	fact := func(label kernel.Text, value money.Amount) kernel.Fact {
		return kernel.Fact{Pointer: "/customer", Label: label, Kind: kernel.KindAmount, Value: value.String(), Right: "credit"}
	}
	out := []kernel.Fact{fact(kernel.T("欠款", "Owes"), debt), fact(kernel.T("预收", "Advance"), advance)}
	since, err := Overdue.Of(v.Company)(v, customer.ID, v.Today)
	if err != nil {
		return nil, err
	}
	if since != "" {
		out = append(out, kernel.Fact{Pointer: "/customer", Label: kernel.T("逾期自", "Overdue since"), Kind: kernel.KindDate, Value: string(since), Right: "credit"})
	}
	if customer.CreditLimit != 0 {
		left, err := creditLeft(v, customer.ID, customer.CreditLimit)
		if err != nil {
			return nil, err
		}
		out = append(out, fact(kernel.T("可用额度", "Credit left"), left))
	}
	return out, nil
}

func lineFacts(v *kernel.View, s ordering.Sheet, customer *party.Party) ([]kernel.Fact, error) {
	ids := s.Items()
	if len(ids) == 0 {
		return nil, nil
	}
	stock, err := OnHand.Of(v.Company)(v, ids, s.Head.Warehouse)
	if err != nil {
		return nil, err
	}
	items, err := item.Items.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	for i, l := range s.Lines {
		if q, ok := stock[l.Item]; ok {
			out = append(out, kernel.Fact{Pointer: ordering.LinePath(i, "qty"), Label: kernel.T("库存", "On hand"), Kind: kernel.KindQty, Value: q.String()})
			more, err := ordering.UnitFacts(v, i, items[l.Item], q)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	told, err := pricing(v, customer, items, s).Facts(v, priced(s, nil), func(i int) string { return ordering.LinePath(i, "price") })
	return append(out, told...), err
}
