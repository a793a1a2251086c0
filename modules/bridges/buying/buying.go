package buying

import (
	"embed"
	"io/fs"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// hop is the way from a line of an order to a line of a receipt.
var hop = ordering.Hop{Kind: "receives", Prefix: "buying",
	Origins: &store.Table{Name: "buying_origin", Columns: []string{"line", "document", "orders", "order_line"}}}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the bridge.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "bridges.buying", Needs: []string{"purchasing", "sales", "stock", "settlement"}, Migrations: files, Setup: setup}
}

func setup(c *kernel.Company) error {
	stock.Posted.On(c, "buying", posted)
	stock.Unposted.On(c, "buying", unposted)
	if err := purchasing.Receive.Fill(c, receive); err != nil {
		return err
	}
	if err := purchasing.OnHand.Fill(c, stock.OnHand); err != nil {
		return err
	}
	if err := purchasing.Stock.Fill(c, stock.AllOnHand); err != nil {
		return err
	}
	if err := purchasing.Demand.Fill(c, sales.Undelivered); err != nil {
		return err
	}
	if err := purchasing.Owed.Fill(c, settlement.Owed); err != nil {
		return err
	}
	return links.Register(c, &links.Kind{
		Name: hop.Kind, Label: kernel.T("进货", "Goods receipt"), Back: kernel.T("来自采购订单", "From purchase order"),
		Source: purchasing.Orders.Name, Lines: "lines", Target: stock.Receipts.Name, CapQty: "base_qty", DoneQty: "received",
		Coming: hop.Coming,
	})
}

// receive makes the receipt of all that is left of an order.
func receive(tx *kernel.Tx, a purchasing.Arrival) error {
	doc, from := receipt(a.Order, a.Date)
	var ids []*int64
	for i := range doc.Lines {
		ids = append(ids, &doc.Lines[i].ID)
	}
	if err := ordering.Identify(tx, &doc.ID, ids, from); err != nil {
		return err
	}
	if err := pipeline.Create(tx, stock.Receipts, doc); err != nil {
		return err
	}
	if err := hop.SaveOrigins(tx, from); err != nil || !a.Post {
		return err
	}
	_, err := pipeline.Offer(tx, stock.Receipts, doc, "post") // one that waits is a receipt still to come
	return err
}

func posted(tx *kernel.Tx, e *stock.Event) error {
	switch {
	case e.Doc.Kind != stock.KindReceipt:
		return nil
	case e.Doc.Reverses != 0:
		return retract(tx, e.Doc.Reverses)
	}
	return count(tx, e.Doc)
}

func unposted(tx *kernel.Tx, e *stock.Event) error {
	if e.Doc.Kind != stock.KindReceipt {
		return nil
	}
	return retract(tx, e.Doc.ID)
}

// count counts a receipt towards the orders it came from.
func count(tx *kernel.Tx, doc *stock.Document) error {
	from, err := hop.OriginsOf(tx.View, doc.ID)
	if err != nil || len(from) == 0 {
		return err
	}
	orders, err := ordering.Locked(tx, purchasing.Orders, ordering.OrdersOf(from))
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

// retract takes a receipt back from the orders it counts towards.
func retract(tx *kernel.Tx, document int64) error {
	ids, err := hop.Sources(tx, document)
	if err != nil || len(ids) == 0 {
		return err
	}
	orders, err := ordering.Locked(tx, purchasing.Orders, ids)
	if err != nil {
		return err
	}
	if err := links.Kill(tx, document, hop.Kind); err != nil {
		return err
	}
	return reconcile(tx, orders)
}

func reconcile(tx *kernel.Tx, orders []*purchasing.Order) error {
	for _, o := range orders {
		if err := purchasing.Reconcile(tx, o); err != nil {
			return err
		}
	}
	return nil
}
