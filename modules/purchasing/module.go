package purchasing

import (
	"embed"
	"io/fs"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// Confirmed tells that an order was confirmed, Bought that one was confirmed and received in one unit.
var (
	Confirmed = kernel.NewTopic[*Order]("purchasing.confirmed")
	Bought    = kernel.NewTopic[*Order]("purchasing.bought")
)

// Arrival asks for a goods receipt of all that is left of an order; Post says whether it takes effect in this unit.
type Arrival struct {
	Order *Order
	Date  clock.Date
	Post  bool
}

// The questions that purchasing asks others.
var (
	// Receive makes the goods receipt of an order. Without stock nothing can be received.
	Receive = kernel.NewPort("purchasing.receive", func(_ *kernel.Tx, a Arrival) error {
		return problem.Rule("purchasing.no_receiving", "number", a.Order.Number)
	})
	// Owed gives what the firm owes a supplier and what of its advances is not used yet; by default nothing.
	Owed = kernel.NewPort("purchasing.owed", func(*kernel.View, int64) (payable, advance money.Amount, err error) { return 0, 0, nil })
	// OnHand gives the stock of items in a warehouse, in all of them for 0; by default nothing is known. What is not
	// in the map is not shown.
	OnHand = kernel.NewPort("purchasing.on_hand", func(*kernel.View, []int64, int64) (map[int64]money.Qty, error) { return nil, nil })
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares requisitions, purchase orders, supplier prices and their reports.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{
		Name: "purchasing", Needs: []string{"base.party", "base.item", "base.unit", "base.tax", "base.warehouse"}, Migrations: files,
		Setup: func(c *kernel.Company) error {
			c.Hooks = append(c.Hooks, ordering.FreeOnPaper(Orders.Name, func(rec any) ordering.Sheet { return rec.(*Order).sheet() }))
			item.UnitChanging.On(c, "purchasing", unitUsed)
			tax.RateChanging.On(c, "purchasing", rateUsed)
			c.AddMenu("purchasing", kernel.T("采购", "Purchasing"), kernel.MenuItem{Resource: Requisitions.Name},
				kernel.MenuItem{Resource: Orders.Name}, kernel.MenuItem{Resource: SupplierPrices.Name}, kernel.MenuItem{Report: shortageReport},
				kernel.MenuItem{Report: progressReport}, kernel.MenuItem{Report: summaryReport})
			if err := c.Add(requisitionsDefined(), defined(), SupplierPrices.Def); err != nil {
				return err
			}
			if err := links.Register(c, requested); err != nil {
				return err
			}
			return c.AddReport(orderProgress(), summary(), shortageList())
		},
	}
}
