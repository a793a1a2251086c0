// Package credit asks about prices and credit where goods are sold. Conditions of approval flows may ask about a customer's
// credit when an order is confirmed or a delivery posted: credit_limited (has a limit at all) and credit_left (what is left
// of it), of a delivery also ordered (all of it was agreed to with an order). Posting a delivery answers the questions that
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
	"zhanggui/modules/kernel/problem"
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
		return errors.Join(party.Standing.Fill(c, standing), stock.Refused.Fill(c, refused))
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
			}})
}

// refused asks of a delivery what confirming asks of an order, as far as no order answered it. The questions that cost
// nothing come first: a delivery of what was ordered asks no more than those.
func refused(v *kernel.View, doc *stock.Document, items map[int64]*item.Item) (problem.List, error) {
	if doc.Kind != stock.KindDelivery {
		return nil, nil
	}
	cheap := map[int]*problem.Problem{}
	for i := range doc.Lines {
		l := &doc.Lines[i]
		if l.Qty < 0 {
			continue // what comes back in an exchange is not sold
		}
		if p := sales.TooCheap(v.Company, items[l.Item], l.Price, l.Discount); p != nil {
			cheap[i] = p.At(ordering.LinePath(i, "price"))
		}
	}
	if len(cheap) == 0 && !sales.GuardsCredit(v.Company) {
		return nil, nil
	}
	rest, err := unordered(v, doc)
	if err != nil || len(rest) == 0 {
		return nil, err
	}
	var list problem.List
	for _, i := range rest {
		list.Add(cheap[i])
	}
	p, err := sales.OverCredit(v, doc.Party, doc.Gross)
	if p != nil {
		list.Add(p.At("/party"))
	}
	return list, err
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
