package billing

import (
	"errors"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.billing", Needs: []string{"sales", "stock", "settlement"}, Setup: func(c *kernel.Company) error {
		stock.Posted.On(c, "billing", posted)
		stock.Unposted.On(c, "billing", unposted)
		stock.Handed.On(c, "billing", func(tx *kernel.Tx, e *stock.Event) error { return take(tx, e, nil) })
		stock.Recalled.On(c, "billing", takeBack)
		settlement.MoneyUnposted.On(c, "billing", together)
		for _, fact := range facts() {
			c.Hooks = append(c.Hooks, fact)
		}
		settlement.Modifying.On(c, "billing", onTheSheet)
		return errors.Join(sales.Debt.Fill(c, settlement.Debt), stock.Debt.Fill(c, settlement.Debt), stock.AtCounter.Fill(c, atCounter),
			sales.Overdue.Fill(c, settlement.Overdue), stock.Overdue.Fill(c, settlement.Overdue), links.Register(c, hops()...))
	}}
}

// bill says on which side the sheets of a kind make debts, and in which direction.
type bill struct {
	side string
	sign money.Amount
}

var bills = map[string]bill{
	stock.KindDelivery:       {settlement.Receivable, 1},
	stock.KindSalesReturn:    {settlement.Receivable, -1},
	stock.KindReceipt:        {settlement.Payable, 1},
	stock.KindPurchaseReturn: {settlement.Payable, -1},
}

// plan gives the debt that a posted sheet makes, nil when it makes none. What goes back is due at once.
func plan(resource string, doc *stock.Document, term *party.Term) *settlement.Item {
	b, ok := bills[doc.Kind]
	if !ok || doc.Gross == 0 {
		return nil
	}
	it := &settlement.Item{
		Party: doc.Party, Side: b.side, Source: resource, SourceID: doc.ID, Date: doc.Date, DueDate: doc.Date, Amount: b.sign * doc.Gross,
	}
	if it.Amount > 0 {
		it.DueDate = term.Due(doc.Date)
	}
	return it
}

func posted(tx *kernel.Tx, e *stock.Event) error {
	term, err := termOf(tx, e.Doc)
	if err != nil {
		return err
	}
	var item *settlement.OpenItem
	if it := plan(e.Def.Name, e.Doc, term); it != nil && e.Before != nil {
		item, err = amended(tx, e, it)
	} else if it != nil {
		item, err = settlement.Raise(tx, *it)
	}
	if err != nil {
		return err
	}
	if item != nil && e.Doc.Reverses != 0 {
		if err := setOff(tx, e, item); err != nil {
			return err
		}
	}
	if e.Sent {
		return errors.Join(reach(tx, e.Doc, e.Doc.ID, item), reach(tx, e.Doc, e.Doc.RestOf, item))
	}
	if e.Before != nil {
		if more, ok := stock.MoneyAdded(e.Before, e.Doc); ok {
			return addedLater(tx, e, item, more)
		}
	}
	return take(tx, e, item)
}

// addedLater lets the money that changed hands before settle what a modified sheet owes now, and takes what came since: today,
// for nobody counts the till of an old day again.
func addedLater(tx *kernel.Tx, e *stock.Event, debt *settlement.OpenItem, more []stock.DocumentMoney) error {
	if err := errors.Join(reach(tx, e.Doc, e.Doc.ID, debt), reach(tx, e.Doc, e.Doc.RestOf, debt)); err != nil || len(more) == 0 {
		return err
	}
	if debt != nil { // what it settled just now is not open any more
		items, err := settlement.ItemsOf(tx, e.Def.Name, e.Doc.ID)
		if err != nil {
			return err
		}
		for _, one := range items {
			if one.ID == debt.ID {
				debt = one
			}
		}
	}
	return takeOn(tx, e, debt, more)
}

// amended makes the debt of a modified sheet what the sheet says. A due date that people moved stays where date and term
// would not have moved it.
func amended(tx *kernel.Tx, e *stock.Event, it *settlement.Item) (*settlement.OpenItem, error) {
	term, err := termOf(tx, e.Before)
	if err != nil {
		return nil, err
	}
	if was := plan(e.Def.Name, e.Before, term); was != nil && was.DueDate == it.DueDate && was.Party == it.Party {
		it.DueDate = ""
	}
	return settlement.Amend(tx, *it)
}

// termOf gives the payment term of a sheet, nil for none, which means at once.
func termOf(tx *kernel.Tx, doc *stock.Document) (*party.Term, error) {
	if doc.PaymentTerm == 0 || bills[doc.Kind].side == "" {
		return nil, nil
	}
	terms, err := party.Terms.FindMany(tx.View, []int64{doc.PaymentTerm})
	return terms[doc.PaymentTerm], err
}

// setOff settles what is still open of a reversed sheet with its mirror's debt.
func setOff(tx *kernel.Tx, e *stock.Event, mirror *settlement.OpenItem) error {
	originals, err := settlement.ItemsOf(tx, e.Def.Name, e.Doc.Reverses)
	if err != nil {
		return err
	}
	for _, original := range originals {
		if err := settlement.Offset(tx, original, mirror, note(tx.Lang)); err != nil {
			return err
		}
	}
	return nil
}

func note(lang string) string {
	return kernel.T("红冲核销", "Set off against its reversal").In(lang)
}

func unposted(tx *kernel.Tx, e *stock.Event) error {
	if bills[e.Doc.Kind].side == "" {
		return nil
	}
	left := false // alone: what changed hands before
	if e.Next != nil {
		_, left = stock.MoneyAdded(e.Doc, e.Next)
	}
	if !left {
		if err := takeBack(tx, e); err != nil {
			return err
		}
	}
	if e.Next == nil {
		return settlement.Drop(tx, e.Def.Name, e.Doc.ID)
	}
	term, err := termOf(tx, e.Next)
	if err != nil {
		return err
	}
	return settlement.Suspend(tx, e.Def.Name, e.Doc.ID, plan(e.Def.Name, e.Next, term))
}
