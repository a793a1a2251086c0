package sales

import (
	"embed"
	"io/fs"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// Confirmed tells that an order was confirmed, Sold that one was confirmed and shipped in one unit.
var (
	Confirmed = kernel.NewTopic[*Order]("sales.confirmed")
	Sold      = kernel.NewTopic[*Order]("sales.sold")
)

// Shipment asks for a delivery of all that is left of an order; Post says whether it takes effect in this unit.
type Shipment struct {
	Order *Order
	Date  clock.Date
	Post  bool
}

// The questions that sales asks others.
var (
	// Ship makes the delivery of an order. Without a supplier nothing can be shipped.
	Ship = kernel.NewPort("sales.ship", func(_ *kernel.Tx, s Shipment) error {
		return problem.Rule("sales.no_shipping", "number", s.Order.Number)
	})
	// Debt gives what a customer owes and what of his advances is not used yet; by default nothing.
	Debt = kernel.NewPort("sales.debt", func(*kernel.View, int64) (receivable, advance money.Amount, err error) { return 0, 0, nil })
	// OnHand gives the stock of items in a warehouse, in all of them for 0; by default nothing is known. What is not
	// in the map is not shown.
	OnHand = kernel.NewPort("sales.on_hand", func(*kernel.View, []int64, int64) (map[int64]money.Qty, error) { return nil, nil })
)

// Names of the settings.
const (
	settingCredit   = "sales.credit"
	settingMinPrice = "sales.min_price"
)

func settings() []*kernel.Setting {
	group := kernel.T("销售", "Sales")
	options := []kernel.Option{
		{Value: "allow", Label: kernel.T("允许", "Allow")},
		{Value: "refuse", Label: kernel.T("不允许", "Refuse")},
	}
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: settingCredit, Kind: kernel.KindEnum, Default: "allow", Options: options,
			Label: kernel.T("超过信用额度时确认订单", "Confirm orders above the credit limit")}},
		{Group: group, Field: kernel.Field{Name: settingMinPrice, Kind: kernel.KindEnum, Default: "refuse", Options: options,
			Label: kernel.T("低于最低售价销售", "Sell below the lowest price")}},
	}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares sales orders and their reports.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{
		Name: "sales", Needs: []string{"base.party", "base.item", "base.unit", "base.tax", "base.warehouse"}, Migrations: files,
		Setup: func(c *kernel.Company) error {
			c.AddSetting(settings()...)
			c.AddMenu("sales", kernel.T("销售", "Sales"), kernel.MenuItem{Resource: orderName},
				kernel.MenuItem{Report: progressReport}, kernel.MenuItem{Report: summaryReport})
			if err := c.Add(Orders.Def); err != nil {
				return err
			}
			return c.AddReport(orderProgress(), summary())
		},
	}
}
