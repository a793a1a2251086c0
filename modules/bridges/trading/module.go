package trading

import (
	"embed"
	"errors"
	"io/fs"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// hop is the way from a line of an order to a line of a delivery.
var hop = ordering.Hop{Kind: "fulfils", Prefix: "trading",
	Origins: &store.Table{Name: "trading_origin", Columns: []string{"line", "document", "orders", "order_line"}}}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares the bridge.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "bridges.trading", Needs: []string{"sales", "stock"}, Migrations: files, Setup: setup}
}

func setup(c *kernel.Company) error {
	stock.Posted.On(c, "trading", posted)
	stock.Unposted.On(c, "trading", unposted)
	stock.Handed.On(c, "trading", handed)
	stock.Parted.On(c, "trading", parted)
	if err := sales.Ship.Fill(c, ship); err != nil {
		return err
	}
	if err := errors.Join(sales.OnHand.Fill(c, stock.OnHand), sales.Delivered.Fill(c, stock.Delivered), sales.Coming.Fill(c, coming), stock.Ordered.Fill(c, ordered)); err != nil {
		return err
	}
	return links.Register(c, &links.Kind{
		Name: hop.Kind, Label: kernel.T("发货", "Delivery"), Back: kernel.T("来自订单", "From order"),
		Source: sales.Orders.Name, Lines: "lines", Target: stock.Deliveries.Name, CapQty: "base_qty", DoneQty: "delivered",
		Coming: hop.Coming,
	})
}
