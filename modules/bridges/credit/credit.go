// Package credit asks about prices and credit where goods are sold. Conditions of approval flows may ask about a customer's
// credit when an order is confirmed or a delivery posted: credit_limited (has a limit at all), credit_left (what is left of
// it) and credit_overdue (behind with a debt for more days than he is allowed), of a delivery also ordered (all of it was agreed to with an order). Posting a delivery answers the questions that
// confirming an order does, by the same settings, as far as no order answered them. The package tells the same figures, with
// debts and the last sheet, on a party's own page, to those whose customer it is.
package credit

import (
	"errors"

	"zhanggui/modules/approval"
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.credit", Needs: []string{"sales", "stock", "settlement", "approval"}, Setup: func(c *kernel.Company) error {
		figures(c, sales.Orders.Name, func(rec any) int64 { return rec.(*sales.Order).Customer })
		figures(c, stock.Deliveries.Name, func(rec any) int64 { return rec.(*stock.Document).Party })
		c.Hooks = append(c.Hooks, &approval.Figure{Target: stock.Deliveries.Name,
			Field: kernel.Field{Name: "ordered", Kind: kernel.KindBool, Label: kernel.T("全部来自订单", "All of it was ordered")},
			Value: func(v *kernel.View, rec any) (any, error) {
				doc := rec.(*stock.Document)
				rest, err := unordered(v, doc)
				return len(rest) == 0, err
			}})
		c.Hooks = append(c.Hooks, &preview.Warner{Resource: stock.Deliveries.Name, Warn: thoughts})
		return errors.Join(party.Standing.Fill(c, standing), stock.Refused.Fill(c, refused), stock.Asking.Fill(c, asking), sales.Promised.Fill(c, stock.WaitingFor), sales.Approved.Fill(c, approved))
	}}
}

// figures adds the figures of a customer's credit to those of a kind of sheet.
func figures(c *kernel.Company, target string, customer func(rec any) int64) {
	c.Hooks = append(c.Hooks,
		&approval.Figure{Target: target, Field: kernel.Field{Name: "credit_limited", Kind: kernel.KindBool, Label: kernel.T("有信用额度", "Has a credit limit")},
			Value: func(v *kernel.View, rec any) (any, error) {
				_, has, err := sales.CreditLeft(v, customer(rec))
				return has, err
			}},
		&approval.Figure{Target: target, Field: kernel.Field{Name: "credit_left", Kind: kernel.KindAmount, Label: kernel.T("可用额度", "Credit left")},
			Value: func(v *kernel.View, rec any) (any, error) {
				left, _, err := sales.CreditLeft(v, customer(rec))
				return int64(left), err
			}},
		&approval.Figure{Target: target, Field: kernel.Field{Name: "credit_overdue", Kind: kernel.KindBool, Label: kernel.T("逾期太久", "Overdue for too long")},
			Value: func(v *kernel.View, rec any) (any, error) {
				return sales.Late(v, customer(rec))
			}})
}

// approved tells whether a flow that asks about what a choice is made of stands before acts on a kind of sheet.
func approved(v *kernel.View, a sales.Approval) (bool, error) {
	return approval.Asks(v, a.Setting, a.Target)
}

// refused asks of a delivery what confirming asks of an order, as far as no order answered it. The questions that cost
// nothing come first: a delivery of what was ordered asks no more than those.
func refused(v *kernel.View, doc *stock.Document, items map[int64]*item.Item) (problem.List, error) {
	if doc.Kind != stock.KindDelivery {
		return nil, nil
	}
	floor, credit := sales.MinPriceRule(v.Company), sales.CreditRule(v.Company)
	asks := map[sales.Rule]bool{sales.Ask: true, sales.Refuse: true}
	cheap := asks[floor] && len(cheapLines(doc, items, floor)) > 0
	if !cheap && !asks[credit] {
		return nil, nil
	}
	rest, err := unordered(v, doc)
	if err != nil || len(rest) == 0 {
		return nil, err
	}
	var list problem.List
	if cheap {
		by, err := sales.Blocks(v, floor, sales.MinPriceApproval(stock.Deliveries.Name))
		if err != nil {
			return nil, err
		}
		list = among(rest, cheapLines(doc, items, by))
	}
	by, err := sales.Blocks(v, credit, sales.CreditApproval(stock.Deliveries.Name))
	if by == "" || err != nil {
		return list, err
	}
	found, err := sales.TooMuch(v, by, doc.Party, owing(doc))
	return append(list, at("/party", found)...), err
}

// asking makes those wait who sell to a customer with a limit at the same moment. SQLite has one writer anyway.
func asking(tx *kernel.Tx, doc *stock.Document) error {
	if rule := sales.CreditRule(tx.Company); tx.Dialect() != store.Postgres || doc.Kind != stock.KindDelivery || rule != sales.Ask && rule != sales.Refuse {
		return nil
	}
	rest, err := unordered(tx.View, doc)
	if err != nil || len(rest) == 0 { // the orders answered
		return err
	}
	p, err := ordering.PartyOf(tx.View, doc.Party)
	if err != nil || p.CreditLimit == 0 {
		return err
	}
	_, err = party.Parties.Lock(tx, doc.Party)
	return err
}

// owing is what a customer would owe of a sheet: less the money that comes with it.
func owing(doc *stock.Document) money.Amount { return doc.Gross - doc.PaidNow }

// cheapLines says by a rule, "" says nothing, which lines are below the lowest prices of their items. What is free is given,
// and what comes back in an exchange is not sold.
func cheapLines(doc *stock.Document, items map[int64]*item.Item, rule sales.Rule) map[int]*problem.Problem {
	out := map[int]*problem.Problem{}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if p := sales.TooCheap(rule, items[l.Item], sales.OwnPrice(items[l.Item], l.Unit, l.Price), l.Discount); p != nil && rule != "" && !l.Free && l.Qty >= 0 {
			out[i] = p.At(ordering.LinePath(i, "price"))
		}
	}
	return out
}

// among gives the problems of some lines in their order.
func among(lines []int, found map[int]*problem.Problem) (list problem.List) {
	for _, i := range lines {
		list.Add(found[i])
	}
	return list
}

func at(path string, found problem.List) (list problem.List) {
	for _, p := range found {
		list.Add(p.At(path))
	}
	return list
}

// thoughts are what whoever writes a delivery should think of: what the company only warns of, or will ask about.
func thoughts(v *kernel.View, rec any) (problem.List, error) {
	doc := rec.(*stock.Document)
	warns := map[sales.Rule]bool{sales.Warn: true, sales.Ask: true}
	floor, credit := sales.MinPriceRule(v.Company), sales.CreditRule(v.Company)
	if doc.State != stock.Draft || doc.Reverses != 0 || !warns[floor] && !warns[credit] {
		return nil, nil
	}
	rest, err := unordered(v, doc)
	if err != nil || len(rest) == 0 {
		return nil, err
	}
	var list problem.List
	if warns[floor] {
		var ids []int64
		for _, l := range doc.Lines {
			ids = append(ids, l.Item)
		}
		items, err := item.Items.FindMany(v, ids)
		if err != nil {
			return nil, err
		}
		list = among(rest, cheapLines(doc, items, floor))
	}
	if !warns[credit] {
		return list, nil
	}
	found, err := sales.TooMuch(v, credit, doc.Party, owing(doc))
	return append(list, at("/party", found)...), err
}

// unordered gives the places of the lines that no order agreed to.
func unordered(v *kernel.View, doc *stock.Document) (rest []int, err error) {
	agreed, err := stock.Ordered.Of(v.Company)(v, doc)
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if a, ok := agreed[l.ID]; !ok || l.ID == 0 || !a.Covers(l) {
			rest = append(rest, i)
		}
	}
	return rest, err
}
