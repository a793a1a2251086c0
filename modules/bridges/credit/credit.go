// Package credit lets conditions of approval flows ask about a customer's credit when an order is confirmed:
// credit_limited (has a limit at all) and credit_left (what is left of it). It tells the same, with debts and the last
// sheet, on a party's own page.
package credit

import (
	"zhanggui/modules/approval"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/sales"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.credit", Needs: []string{"sales", "stock", "settlement", "approval"}, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, figure("credit_limited", kernel.KindBool, kernel.T("有信用额度", "Has a credit limit"), limited),
			figure("credit_left", kernel.KindAmount, kernel.T("可用额度", "Credit left"), left))
		return party.Standing.Fill(c, standing)
	}}
}

func figure(name string, kind kernel.Kind, label kernel.Text, value func(v *kernel.View, rec any) (any, error)) *approval.Figure {
	return &approval.Figure{Target: sales.Orders.Name, Field: kernel.Field{Name: name, Kind: kind, Label: label}, Value: value}
}

func limited(v *kernel.View, rec any) (any, error) {
	_, has, err := sales.CreditLeft(v, rec.(*sales.Order))
	return has, err
}

func left(v *kernel.View, rec any) (any, error) {
	amount, _, err := sales.CreditLeft(v, rec.(*sales.Order))
	return int64(amount), err
}
