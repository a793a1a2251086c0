package opening

import (
	"maps"
	"slices"

	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// elsewhere says in which section the accounts of a role are entered.
var elsewhere = map[string]kernel.Text{
	"inventory":        kernel.T("库存", "Stock"),
	"receivable":       kernel.T("应收", "Receivables"),
	"customer_advance": kernel.T("应收", "Receivables"),
	"payable":          kernel.T("应付", "Payables"),
	"supplier_advance": kernel.T("应付", "Payables"),
	"cash":             kernel.T("资金", "Money"),
	"bank":             kernel.T("资金", "Money"),
	"wechat":           kernel.T("资金", "Money"),
	"alipay":           kernel.T("资金", "Money"),
}

// compute lets the modules judge the sheets that the balance would make, and takes their figures.
func compute(v *kernel.View, b *Balance, changed string) (problem.List, error) {
	for i := range b.Stock {
		if l := &b.Stock[i]; l.Warehouse == 0 && i > 0 {
			l.Warehouse = b.Stock[i-1].Warehouse
		}
		if changed == join("stock", i, "item") { // which has units of its own
			b.Stock[i].Unit, b.Stock[i].Qty2 = 0, 0
			if err := offerCost(v, &b.Stock[i]); err != nil {
				return nil, err
			}
		}
	}
	list, err := services(v, b)
	if err != nil {
		return nil, err
	}
	s := plan(b)
	for _, g := range s.stock {
		found, err := stock.Openings.Compute(v, g.doc, "")
		if err != nil {
			return nil, err
		}
		list = append(list, moved(append(found, stock.Openings.Validate(g.doc)...), g.at)...)
		for i, l := range g.doc.Lines {
			to := &b.Stock[g.rows[i]]
			to.Warehouse, to.Unit, to.Amount = g.doc.Warehouse, l.Unit, l.Amount
		}
	}
	b.Receivable, b.Payable, b.Funds = 0, 0, 0
	if s.debts != nil {
		found, err := settlement.Openings.Compute(v, s.debts, "")
		if err != nil {
			return nil, err
		}
		list = append(list, moved(append(found, settlement.Openings.Validate(s.debts)...), s.at)...)
		b.Receivable, b.Payable, b.Funds = s.debts.Receivable, s.debts.Payable, s.debts.Funds
	}
	found, err := others(v, b)
	if err != nil {
		return nil, err
	}
	list = append(list, found...)
	if err := b.total(); err != nil {
		list.Add(problem.Rule("settlement.range"))
	}
	return list, nil
}

// offerCost fills the cost of an item that was just chosen with what it is bought for.
func offerCost(v *kernel.View, l *StockLine) error {
	found, err := item.Items.FindMany(v, []int64{l.Item})
	if it := found[l.Item]; it != nil && l.Price == 0 && v.Actor.Sees("cost") {
		l.Price = it.PurchasePrice
	}
	return err
}

// total adds up the sections that no sheet adds up, and the whole.
func (b *Balance) total() (err error) {
	var values, debits, credits []money.Amount
	for _, l := range b.Stock {
		values = append(values, l.Amount)
	}
	for _, l := range b.Others {
		debits, credits = append(debits, l.Debit), append(credits, l.Credit)
	}
	for to, from := range map[*money.Amount][]money.Amount{&b.StockValue: values, &b.OtherDebit: debits, &b.OtherCredit: credits} {
		if *to, err = money.SumOf(from); err != nil {
			return err
		}
	}
	b.Difference, err = money.Sum(b.StockValue, b.Receivable, -b.Payable, b.Funds, b.OtherDebit, -b.OtherCredit)
	return err
}

// services refuses items of which there is no stock.
func services(v *kernel.View, b *Balance) (problem.List, error) {
	var ids []int64
	for _, l := range b.Stock {
		if l.Item != 0 {
			ids = append(ids, l.Item)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	items, err := item.Items.FindMany(v, ids)
	var list problem.List
	for i, l := range b.Stock {
		if it := items[l.Item]; it != nil && it.Service {
			list.Add(problem.Rule("opening.service", "item", it.Called()).At(join("stock", i, "item")))
		}
	}
	return list, err
}

// others judges the other accounts as a voucher would, and refuses those that have a section of their own.
func others(v *kernel.View, b *Balance) (problem.List, error) {
	if len(b.Others) == 0 {
		return nil, nil
	}
	lines := make([]ledger.Line, len(b.Others))
	ids := make([]int64, len(b.Others))
	for i, l := range b.Others {
		lines[i] = ledger.Line{Account: l.Account, Party: l.Party, Person: l.Person, Department: l.Department, Item: l.Item}
		ids[i] = l.Account
	}
	found, err := ledger.Judge(v, lines)
	if err != nil {
		return nil, err
	}
	list := moved(found, func(path string) string {
		_, row, field := split(path)
		return join("others", row, field)
	})
	accounts, err := ledger.Accounts.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	playing, err := ledger.Playing(v, slices.Sorted(maps.Keys(elsewhere))...)
	for i, l := range lines {
		to := &b.Others[i]
		to.Party, to.Person, to.Department, to.Item = l.Party, l.Person, l.Department, l.Item
		a := accounts[l.Account]
		switch {
		case a == nil:
		case playing[a.ID] != "":
			section := elsewhere[playing[a.ID]].In(v.Lang)
			list.Add(problem.Rule("opening.elsewhere", "account", a.Code+" "+a.Label(v.Lang), "section", section).At(join("others", i, "account")))
		case a.Kind == "income" || a.Kind == "expense":
			list.Add(problem.Rule("opening.profit", "account", a.Code+" "+a.Label(v.Lang)).At(join("others", i, "account")))
		}
	}
	return list, err
}

// validate holds what can be told from the page alone.
func validate(b *Balance) problem.List {
	var list problem.List
	if len(b.Stock)+len(b.Receivables)+len(b.Payables)+len(b.Money)+len(b.Others) == 0 {
		list.Add(problem.Rule("opening.empty"))
	}
	seen := map[int64]bool{}
	for i, l := range b.Money {
		if l.MoneyAccount != 0 && seen[l.MoneyAccount] {
			list.Add(problem.Rule("opening.twice").At(join("money", i, "money_account")))
		}
		seen[l.MoneyAccount] = true
	}
	for i, l := range b.Others {
		switch {
		case l.Debit == 0 && l.Credit == 0:
			list.Add(problem.Rule("ledger.line_zero").At(join("others", i, "debit")))
		case l.Debit != 0 && l.Credit != 0:
			list.Add(problem.Rule("ledger.line_both").At(join("others", i, "credit")))
		}
	}
	return list
}
