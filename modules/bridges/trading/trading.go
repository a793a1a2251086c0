package trading

import (
	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// ship makes the delivery of all that is left of an order.
func ship(tx *kernel.Tx, s sales.Shipment) error {
	doc, from := delivery(s.Order, s.Date)
	var ids []*int64
	for i := range doc.Lines {
		ids = append(ids, &doc.Lines[i].ID)
	}
	if err := ordering.Identify(tx, &doc.ID, ids, from); err != nil {
		return err
	}
	if err := pipeline.Create(tx, stock.Deliveries, doc); err != nil {
		return err
	}
	if err := hop.SaveOrigins(tx, from); err != nil || !s.Post {
		return err
	}
	return pipeline.Act(tx, stock.Deliveries, doc, "post", nil)
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
	from, err := hop.OriginsOf(tx, doc.ID)
	if err != nil || len(from) == 0 {
		return err
	}
	orders, err := ordering.Locked(tx, sales.Orders, ordering.OrdersOf(from))
	if err != nil {
		return err
	}
	made, problems := plan(doc, from, orders)
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
