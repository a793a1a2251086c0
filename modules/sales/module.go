package sales

import (
	"embed"
	"io/fs"
	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/commerce/ordering"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
)

// Confirmed tells that an order was confirmed, Unconfirmed that it was taken back to a draft, Sold that one was confirmed
// and shipped in one unit. Sent tells that a quotation went out to its customer, Revised that its next edition was begun.
var (
	Confirmed   = kernel.NewTopic[*Order]("sales.confirmed")
	Unconfirmed = kernel.NewTopic[*Order]("sales.unconfirmed")
	Sold        = kernel.NewTopic[*Order]("sales.sold")
	Sent        = kernel.NewTopic[*Quotation]("sales.sent")
	Revised     = kernel.NewTopic[*Quotation]("sales.revised")
)

// Shipment asks for a delivery of all that is left of an order, or of what of it is there; Post says whether it takes effect in
// this unit.
type Shipment struct {
	Order *Order
	Date  clock.Date
	Post  bool
	Short bool
}

// The questions that sales asks others.
var (
	// Ship makes the delivery of an order. Without a supplier nothing can be shipped.
	Ship = kernel.NewPort("sales.ship", func(_ *kernel.Tx, s Shipment) error {
		return problem.Rule("sales.no_shipping", "number", s.Order.Number)
	})
	// Debt gives what a customer owes and what of his advances is not used yet; by default nothing.
	Debt = kernel.NewPort("sales.debt", func(*kernel.View, int64) (receivable, advance money.Amount, err error) { return 0, 0, nil })
	// Coming gives the number of a delivery that is to leave for an order and has not, "" for none.
	Coming = kernel.NewPort("sales.coming", func(*kernel.View, int64) (string, error) { return "", nil })
	// Promised gives what a customer will owe of sheets that are agreed to and whose goods have not left; by default nothing.
	Promised = kernel.NewPort("sales.promised", func(*kernel.View, int64) (money.Amount, error) { return 0, nil })
	// OnHand gives the stock of items in a warehouse, in all of them for 0; by default nothing is known. What is not
	// in the map is not shown.
	OnHand = kernel.NewPort("sales.on_hand", func(*kernel.View, []int64, int64) (map[int64]money.Qty, error) { return nil, nil })
	// Delivered gives what a customer paid on deliveries, with or without an order; by default there are none.
	Delivered = kernel.NewPort("sales.delivered", func(*kernel.View, commerce.History) ([]commerce.Paid, error) { return nil, nil })
)

// Names of the settings.
const (
	settingCredit   = "sales.credit"
	settingMinPrice = "sales.min_price"
	settingDays     = "sales.quotation_days"
	settingTerms    = "sales.quotation_terms"
)

func settings() []*kernel.Setting {
	group := kernel.T("销售", "Sales")
	options := []kernel.Option{
		{Value: string(Allow), Label: kernel.T("允许", "Allow")},
		{Value: string(Warn), Label: kernel.T("提醒", "Warn")},
		{Value: string(Ask), Label: kernel.T("要审批", "Ask for approval")},
		{Value: string(Refuse), Label: kernel.T("不允许", "Refuse")},
	}
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: settingCredit, Kind: kernel.KindEnum, Default: "allow", Options: options,
			Label: kernel.T("超过信用额度或逾期太久时销售", "Sell above the credit limit, or to who is overdue for too long"),
			Help:  kernel.T("确认订单时检查；不经订单的销售单过账时同样检查。选「要审批」时，请在审批流里启用对应的流程", "Asked when an order is confirmed, and when a delivery is posted that was not ordered. To ask for approval, switch on its flow")}},
		{Group: group, Field: kernel.Field{Name: settingMinPrice, Kind: kernel.KindEnum, Default: "refuse", Options: options,
			Label: kernel.T("低于最低售价销售", "Sell below the lowest price"),
			Help:  kernel.T("赠品不检查；不经订单的销售单过账时同样检查。选「要审批」时，请在审批流里启用对应的流程", "Not asked of what is free; asked as well when a delivery is posted that was not ordered. To ask for approval, switch on its flow")}},
		{Group: group, Field: kernel.Field{Name: settingDays, Kind: kernel.KindInt, Default: "30",
			Label: kernel.T("报价有效天数", "Days for which quotations are valid"), Help: kernel.T("0 表示不写有效期", "0 means without an end")}},
		{Group: group, Field: kernel.Field{Name: settingTerms, Kind: kernel.KindLongText, Max: 2000,
			Label: kernel.T("报价条款", "Terms of quotations"), Help: kernel.T("新报价单自动带出", "New quotations begin with them")}},
	}
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares quotations, sales orders and their reports.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{
		Name: "sales", Needs: []string{"base.party", "base.item", "base.price", "base.unit", "base.tax", "base.warehouse"}, Migrations: files,
		Setup: func(c *kernel.Company) error {
			c.AddSetting(settings()...)
			c.Hooks = append(c.Hooks, party.Spared(dealing))
			item.UnitChanging.On(c, "sales", unitUsed)
			tax.RateChanging.On(c, "sales", rateUsed)
			c.AddMenu("sales", kernel.T("销售", "Sales"), kernel.MenuItem{Resource: quotationName}, kernel.MenuItem{Resource: orderName},
				kernel.MenuItem{Report: progressReport}, kernel.MenuItem{Report: summaryReport}, kernel.MenuItem{Report: pricesReport})
			if err := c.Add(quoted(), Orders.Def); err != nil {
				return err
			}
			if err := links.Register(c, ordered); err != nil {
				return err
			}
			if err := jobs.Register(c, expiry); err != nil {
				return err
			}
			c.Hooks = append(c.Hooks,
				ordering.FreeOnPaper(orderName, func(rec any) ordering.Sheet { return rec.(*Order).sheet() }),
				ordering.FreeOnPaper(quotationName, func(rec any) ordering.Sheet { return rec.(*Quotation).sheet() }),
				&preview.Warner{Resource: orderName, Warn: func(v *kernel.View, rec any) (problem.List, error) { return Thoughts(v, rec.(*Order).sheet(), true) }},
				&preview.Warner{Resource: quotationName, Warn: func(v *kernel.View, rec any) (problem.List, error) {
					return Thoughts(v, rec.(*Quotation).sheet(), false)
				}})
			return c.AddReport(orderProgress(), summary(), prices())
		},
	}
}
