package trading

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// ship makes the delivery of all that is left of an order.
func ship(tx *kernel.Tx, s sales.Shipment) error {
	doc, from := delivery(s.Order, s.Date)
	list, err := identify(tx, doc, from)
	if err != nil {
		return err
	}
	if err := pipeline.Create(tx, stock.Deliveries, doc); err != nil {
		return err
	}
	if err := saveOrigins(tx, list); err != nil || !s.Post {
		return err
	}
	return pipeline.Act(tx, stock.Deliveries, doc, "post", nil)
}

// identify gives document and lines their ids before they are made: so they count as filled in, and what the order
// says is not replaced by defaults of the customer and the items.
func identify(tx *kernel.Tx, doc *stock.Document, from []origin) ([]origin, error) {
	var err error
	if doc.ID, err = tx.Company.Store.NextID(); err != nil {
		return nil, err
	}
	for i := range doc.Lines {
		if doc.Lines[i].ID, err = tx.Company.Store.NextID(); err != nil {
			return nil, err
		}
		from[i].document, from[i].line = doc.ID, doc.Lines[i].ID
	}
	return from, nil
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

// fulfil counts a delivery towards the orders it came from.
func fulfil(tx *kernel.Tx, doc *stock.Document) error {
	from, err := origins(tx, doc.ID)
	if err != nil || len(from) == 0 {
		return err
	}
	var ids []int64
	for _, o := range from {
		ids = append(ids, o.order)
	}
	orders, err := locked(tx, ids)
	if err != nil {
		return err
	}
	made, problems := plan(doc, from, orders)
	if len(problems) > 0 {
		return problems
	}
	if err := links.Make(tx, fulfils, made); err != nil {
		return err
	}
	return reconcile(tx, orders)
}

// retract takes a delivery back from the orders it counts towards.
func retract(tx *kernel.Tx, document int64) error {
	live, err := links.To(tx.View, document)
	if err != nil {
		return err
	}
	var ids []int64
	for _, l := range live {
		if l.Kind == fulfils {
			ids = append(ids, l.Source)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	orders, err := locked(tx, ids)
	if err != nil {
		return err
	}
	if err := links.Kill(tx, document, fulfils); err != nil {
		return err
	}
	return reconcile(tx, orders)
}

// locked gives the orders for changing, in the order of their ids.
func locked(tx *kernel.Tx, ids []int64) ([]*sales.Order, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	recs, err := resource.LockMany(tx, sales.Orders.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*sales.Order
	for _, id := range ids {
		if rec, ok := recs[id]; ok {
			out = append(out, rec.(*sales.Order))
		}
	}
	return out, nil
}

func reconcile(tx *kernel.Tx, orders []*sales.Order) error {
	for _, o := range orders {
		if err := sales.Reconcile(tx, o); err != nil {
			return err
		}
	}
	return nil
}
