// Package deals leads from an opportunity to a quotation and tells the opportunity what became of it; customers learn
// from it when they last dealt with the firm, and crm what was reached.
//
//	opportunity ──quote──▶ link "offers" ──▶ quotation, and its next editions ──order──▶ order
//
// Invariants
//  1. The amount of an open opportunity is that of the quotation sent last, until somebody types another one.
//  2. An opportunity is won when an order made from one of its quotations is confirmed, and open again when the last such
//     order is taken back.
//  3. A quotation that is still being written is not made twice.
package deals

import (
	"maps"
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/sequence"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// offers is the kind of links from opportunities to quotations.
const offers = "offers"

// sealOrder is before the steps that take numbers.
const sealOrder = 30

// Module declares the crossing.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.deals", Needs: []string{"crm", "sales", "stock", "settlement"}, Setup: setup}
}

func setup(c *kernel.Company) error {
	sales.Revised.On(c, "deals", revised)
	sales.Sent.On(c, "deals", sent)
	sales.Confirmed.On(c, "deals", func(tx *kernel.Tx, o *sales.Order) error {
		if err := touch(tx, o.Customer, o.Date); err != nil {
			return err
		}
		return decided(tx, o)
	})
	sales.Unconfirmed.On(c, "deals", decided)
	stock.Posted.On(c, "deals", func(tx *kernel.Tx, e *stock.Event) error {
		if e.Doc.Kind != stock.KindDelivery || e.Doc.Reverses != 0 {
			return nil
		}
		return touch(tx, e.Doc.Party, e.Doc.Date)
	})
	settlement.MoneyPosted.On(c, "deals", func(tx *kernel.Tx, p *settlement.Payment) error {
		if p.Kind != settlement.KindReceipt {
			return nil
		}
		return touch(tx, p.Party, p.Date)
	})
	c.AddSeal(sealOrder, "deals.touched", writeTouched)
	if err := crm.Quote.Fill(c, quote); err != nil {
		return err
	}
	if err := answers(c); err != nil {
		return err
	}
	return links.Register(c, &links.Kind{
		Name: offers, Label: kernel.T("报价", "Quotation"), Back: kernel.T("来自商机", "From opportunity"),
		Source: crm.Opportunities.Name, Target: sales.Quotations.Name,
	})
}

// quote begins a quotation for an opportunity, or gives the one that is still being written.
func quote(tx *kernel.Tx, o *crm.Opportunity) (string, int64, error) {
	ids, err := targets(tx, offers, o.ID)
	if err != nil {
		return "", 0, err
	}
	made, err := ordering.Locked(tx, sales.Quotations, ids)
	if err != nil {
		return "", 0, err
	}
	if at := slices.IndexFunc(made, func(q *sales.Quotation) bool { return q.State == "draft" }); at >= 0 {
		return sales.Quotations.Name, made[at].ID, nil
	}
	q := &sales.Quotation{Customer: o.Customer}
	q.Date, q.Owner, q.Department = tx.Today, o.Owner, o.Department
	if err := sales.Begin(tx.View, q); err != nil {
		return "", 0, err
	}
	if err := pipeline.Create(tx, sales.Quotations, q); err != nil {
		return "", 0, err
	}
	return sales.Quotations.Name, q.ID, links.Make(tx, offers, []links.Link{{Source: o.ID, Target: q.ID}})
}

// targets gives the documents to which the live links of a kind lead from a record.
func targets(tx *kernel.Tx, kind string, source int64) (ids []int64, err error) {
	live, err := links.From(tx.View, source)
	for _, l := range live {
		if l.Kind == kind {
			ids = append(ids, l.Target)
		}
	}
	return ids, err
}

// opportunityOf gives the opportunity that a quotation was made for, 0 for none.
func opportunityOf(tx *kernel.Tx, quotation int64) (int64, error) {
	live, err := links.To(tx.View, quotation)
	for _, l := range live {
		if l.Kind == offers {
			return l.Source, err
		}
	}
	return 0, err
}

// revised ties the next edition of a quotation to the opportunity of the former one.
func revised(tx *kernel.Tx, q *sales.Quotation) error {
	id, err := opportunityOf(tx, q.Previous)
	if err != nil || id == 0 {
		return err
	}
	return links.Make(tx, offers, []links.Link{{Source: id, Target: q.ID}})
}

// sent gives the opportunity the amount that was offered, and says so among its comments.
func sent(tx *kernel.Tx, q *sales.Quotation) error {
	id, err := opportunityOf(tx, q.ID)
	if err != nil || id == 0 {
		return err
	}
	changed, err := crm.Offered(tx, id, q.Gross)
	if err != nil || !changed {
		return err
	}
	if err := sequence.Assign(tx); err != nil { // the comment names it
		return err
	}
	text := kernel.T("报价单 "+q.Number+" 已发出，金额改为 "+money.Format(q.Gross)+"。", "Quotation "+q.Number+" was sent; the amount is now "+money.Format(q.Gross)+".")
	_, err = comments.Add(tx, tx.Company.Def(crm.Opportunities.Name), id, text.In(tx.Lang))
	return err
}

// decided compares an opportunity with the orders made from its quotations, when one of them was confirmed or taken back.
func decided(tx *kernel.Tx, o *sales.Order) error {
	if o.Quotation == 0 {
		return nil
	}
	id, err := opportunityOf(tx, o.Quotation)
	if err != nil || id == 0 {
		return err
	}
	quotations, err := targets(tx, offers, id)
	if err != nil {
		return err
	}
	var ids []int64
	for _, q := range quotations {
		more, err := targets(tx, sales.LinkOrders, q)
		if err != nil {
			return err
		}
		ids = append(ids, more...)
	}
	orders, err := ordering.Locked(tx, sales.Orders, ids)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(orders, func(o *sales.Order) bool { return o.State == "confirmed" || o.State == "closed" }) {
		return crm.Won(tx, id)
	}
	return crm.Reopened(tx, id)
}

// touched are the days on which the unit dealt with parties.
type touched struct{ days map[int64]clock.Date }

type touchedKey struct{}

// touch notes that the firm dealt with a party on a day. The seal writes it, so that parties are locked after the stock
// and before the counters, whatever a unit does.
func touch(tx *kernel.Tx, id int64, date clock.Date) error {
	days := kernel.Local(tx, touchedKey{}, func() *touched { return &touched{map[int64]clock.Date{}} }).days
	if id != 0 {
		days[id] = max(days[id], date)
	}
	return nil
}

// writeTouched writes the days that are later than those known. What the unit has read of a party already says whether
// there is anything to write.
func writeTouched(tx *kernel.Tx) error {
	days := kernel.Local(tx, touchedKey{}, func() *touched { return &touched{map[int64]clock.Date{}} }).days
	ids := slices.Sorted(maps.Keys(days))
	if len(ids) == 0 {
		return nil
	}
	known, err := party.Parties.FindMany(tx.View, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if p := known[id]; p == nil || !days[id].After(p.Touched) {
			continue
		}
		if err := party.Touch(tx, id, days[id]); err != nil {
			return err
		}
	}
	return nil
}
