package trading

import (
	"maps"
	"slices"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// ship makes the delivery of all that is left of an order, or of what of it is there.
func ship(tx *kernel.Tx, s sales.Shipment) error {
	var coming map[int64]money.Qty
	if e := resource.WorkOf(tx).Entry(s.Order.ID); e == nil || e.Before != nil && e.Before.(*sales.Order).State == s.Order.State { // else it was confirmed just now
		var err error
		if coming, err = waiting(tx.View, []int64{s.Order.ID}, &stock.Document{}); err != nil {
			return err
		}
	}
	var there map[int64]money.Qty
	if s.Short {
		var err error
		if there, err = stock.There(tx.View, s.Order.Warehouse, goodsOf(s.Order)); err != nil {
			return err
		}
	}
	doc, from := delivery(s.Order, s.Date, coming, there)
	switch {
	case len(doc.Lines) > 0:
	case s.Short:
		return problem.Conflicted("trading.nothing_there", "number", s.Order.Number)
	case len(coming) > 0:
		return problem.Conflicted("trading.all_waiting", "number", s.Order.Number)
	}
	var ids []*int64
	for i := range doc.Lines {
		ids = append(ids, &doc.Lines[i].ID)
	}
	if err := ordering.Identify(tx, &doc.ID, ids, from); err != nil {
		return err
	}
	if _, err := kernel.Memo(tx.View, agreedKey{doc.ID}, func() (map[int64]stock.Agreed, error) {
		return agreements(from, []*sales.Order{s.Order}), nil
	}); err != nil {
		return err
	}
	if err := pipeline.Create(tx, stock.Deliveries, doc); err != nil {
		return err
	}
	if err := hop.SaveOrigins(tx, from); err != nil || !s.Post {
		return err
	}
	_, err := pipeline.Offer(tx, stock.Deliveries, doc, "post") // one that waits is a delivery still to come
	return err
}

// goodsOf are the items of an order.
func goodsOf(o *sales.Order) (ids []int64) {
	for _, l := range o.Lines {
		ids = append(ids, l.Item)
	}
	return ids
}

type agreedKey struct{ document int64 }

// ordered tells which lines of a delivery were made from orders, and what those say about them. A delivery that this unit
// makes is known without a question.
func ordered(v *kernel.View, doc *stock.Document) (map[int64]stock.Agreed, error) {
	if doc.Kind != stock.KindDelivery || doc.ID == 0 {
		return nil, nil
	}
	return kernel.Memo(v, agreedKey{doc.ID}, func() (map[int64]stock.Agreed, error) {
		from, err := hop.OriginsOf(v, doc.ID)
		if err != nil || len(from) == 0 {
			return nil, err
		}
		orders, err := sales.Orders.FindMany(v, ordering.OrdersOf(from))
		return agreements(from, slices.Collect(maps.Values(orders))), err
	})
}

func posted(tx *kernel.Tx, e *stock.Event) error {
	switch {
	case e.Doc.Kind != stock.KindDelivery:
		return nil
	case e.Doc.Reverses != 0:
		return retract(tx, e.Doc.Reverses)
	}
	return fulfil(tx, e.Doc)
}

func unposted(tx *kernel.Tx, e *stock.Event) error {
	if e.Doc.Kind != stock.KindDelivery {
		return nil
	}
	return retract(tx, e.Doc.ID)
}

// handed refuses to let more wait for the storekeeper than the orders have left beside what waits already.
func handed(tx *kernel.Tx, e *stock.Event) error {
	from, err := hop.OriginsOf(tx.View, e.Doc.ID)
	if err != nil || len(from) == 0 {
		return err
	}
	orders, err := ordering.Locked(tx, sales.Orders, ordering.OrdersOf(from))
	if err != nil {
		return err
	}
	coming, err := waiting(tx.View, ordering.OrdersOf(from), e.Doc)
	if err != nil {
		return err
	}
	_, problems := plan(e.Doc, from, orders, coming)
	return problems.Err()
}

// fulfil counts a delivery towards the orders it came from.
func fulfil(tx *kernel.Tx, doc *stock.Document) error {
	from, err := hop.OriginsOf(tx.View, doc.ID)
	if err != nil || len(from) == 0 {
		return err
	}
	orders, err := ordering.Locked(tx, sales.Orders, ordering.OrdersOf(from))
	if err != nil {
		return err
	}
	made, problems := plan(doc, from, orders, nil)
	if len(problems) > 0 {
		return problems
	}
	if err := links.Make(tx, hop.Kind, made); err != nil {
		return err
	}
	return reconcile(tx, orders)
}

// retract takes a delivery back from the orders it counts towards.
func retract(tx *kernel.Tx, document int64) error {
	ids, err := hop.Sources(tx, document)
	if err != nil || len(ids) == 0 {
		return err
	}
	orders, err := ordering.Locked(tx, sales.Orders, ids)
	if err != nil {
		return err
	}
	if err := links.Kill(tx, document, hop.Kind); err != nil {
		return err
	}
	return reconcile(tx, orders)
}

func reconcile(tx *kernel.Tx, orders []*sales.Order) error {
	for _, o := range orders {
		if err := sales.Reconcile(tx, o); err != nil {
			return err
		}
	}
	return nil
}

// parted remembers of the rest of a delivery which orders it came from.
func parted(tx *kernel.Tx, p *stock.Parting) error {
	of, err := hop.OriginsOf(tx.View, p.Doc.ID)
	if err != nil || len(of) == 0 {
		return err
	}
	var from []ordering.Origin
	for _, l := range p.Rest.Lines {
		for _, o := range of {
			if o.Line == p.Lines[l.ID] {
				from = append(from, ordering.Origin{Line: l.ID, Document: p.Rest.ID, Order: o.Order, OrderLine: o.OrderLine})
			}
		}
	}
	if len(from) == 0 {
		return nil
	}
	return hop.SaveOrigins(tx, from)
}
