package sales

import (
	"cmp"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

const orderName = "sales.order"

// Orders is the resource.
var Orders = guarded(resource.Declare[Order](resource.Spec[Order]{
	Name: orderName, Label: kernel.T("销售订单", "Sales order"), Sub: []string{"date"},
	Empty:    kernel.T("客户订了什么、什么时候要。不用订单也可以直接开销售单。", "What customers ordered and when they want it. Deliveries can also be written without an order."),
	Scope:    &kernel.Anchor{Owner: "owner", Department: "department"},
	Number:   "SO{yy}{mm}{seq:5}",
	NumberOn: "confirm",
	Machine:  ordering.Machine("sell", "deliver"),
	States:   ordering.States(),
	Actions:  orderActions(),
	Prints: []kernel.PrintForm{
		{Name: "a4", Label: kernel.T("销售订单 A4", "Sales order A4"), Template: "a4"},
		{Name: "241x140", Label: kernel.T("销售订单 241×140", "Sales order 241×140"), Template: "241x140"},
	},
	Compute: func(v *kernel.View, o *Order, changed string) (problem.List, error) {
		return compute(v, o.sheet(), changed, func() (ordering.Sheet, error) { return stored(v, handle(v.Company), o.ID, (*Order).sheet) })
	},
	Facts:    func(v *kernel.View, o *Order) ([]kernel.Fact, error) { return facts(v, o.sheet()) },
	Validate: func(o *Order) problem.List { return direction.Validate(o.sheet()) },
	Check: func(tx *kernel.Tx, old, o *Order) error {
		if old != nil {
			return nil
		}
		return direction.NumberTaken(tx, o.Number)
	},
	Saved:   follow,
	Deleted: letGo,
}))

// guarded puts the prices of sales under their field right.
func guarded[T any](r *resource.Resource[T]) *resource.Resource[T] {
	ordering.Under(price.Right, r.Def)
	return r
}

// stored gives a sheet as it is stored, an empty one of what never was.
func stored[T any](v *kernel.View, r *resource.Resource[T], id int64, sheet func(*T) ordering.Sheet) (ordering.Sheet, error) {
	if id == 0 {
		return ordering.Sheet{}, nil
	}
	found, err := r.FindMany(v, []int64{id})
	if one := found[id]; one != nil {
		return sheet(one), err
	}
	return ordering.Sheet{}, err
}

// DeliverInput is what the action deliver asks for.
type DeliverInput struct {
	Date  clock.Date `zg:"" zh:"发货日期" en:"Date" help:"留空为今天|Today when left empty"`
	Post  bool       `zg:"default=true" zh:"立即过账" en:"Post at once"`
	Short bool       `zg:"" zh:"有多少发多少" en:"Ship what is there" help:"仓库里不够的留在订单上，以后再发|What is missing in the warehouse stays on the order"`
}

func orderActions() []resource.Action[Order] {
	return []resource.Action[Order]{
		{Name: "confirm", Label: kernel.T("确认", "Confirm"), Key: "F9", Primary: true, Check: mayOwe, Run: confirm},
		{Name: "sell", Label: kernel.T("确认并发货", "Sell now"), Key: "F10", Run: sell, Does: []string{"confirm"},
			Confirm: kernel.T("确认订单，货全部发出。", "Confirm the order and ship all of it.")},
		{Name: "deliver", Label: kernel.T("生成销售单", "Make delivery"), In: &DeliverInput{}, Run: deliver},
		{Name: "unconfirm", Label: kernel.T("撤销确认", "Take back"), Run: unconfirm,
			Confirm: kernel.T("{label} 退回草稿，可以修改。", "{label} becomes a draft again and can be changed.")},
		{Name: "close", Label: kernel.T("结案", "Close short"), Run: closeShort,
			Confirm: kernel.T("{label} 结案：没发的货不再发。", "Close {label}: what was not delivered will not be.")},
		{Name: "reopen", Label: kernel.T("重新打开", "Reopen"), Check: mayReopen, Run: reopen},
		{Name: "hold", Label: kernel.T("等待审批", "Wait for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
		{Name: "complete", Label: kernel.T("完成", "Complete"), Hidden: true},
		{Name: "resume", Label: kernel.T("恢复", "Resume"), Hidden: true},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Run: func(tx *kernel.Tx, o *Order, _ any) error { return letGo(tx, o) },
			Confirm: kernel.T("{label} 作废，不能恢复。", "{label} becomes void for good.")},
	}
}

// handle is Orders for the functions that its own declaration names.
func handle(c *kernel.Company) *resource.Resource[Order] {
	return resource.Named[Order](c, orderName)
}

func sell(tx *kernel.Tx, o *Order, _ any) error {
	if err := pipeline.Act(tx, handle(tx.Company), o, "confirm", nil); err != nil {
		return err
	}
	if err := ship(tx, Shipment{Order: o, Date: o.Date, Post: true}); err != nil {
		return err
	}
	return Sold.Publish(tx, o)
}

func deliver(tx *kernel.Tx, o *Order, in any) error {
	input := in.(*DeliverInput)
	date := input.Date
	if date == "" {
		date = tx.Today
	}
	return ship(tx, Shipment{Order: o, Date: date, Post: input.Post, Short: input.Short})
}

func ship(tx *kernel.Tx, s Shipment) error {
	if s.Order.Complete() {
		return problem.Rule("sales.nothing_left", "number", s.Order.Number)
	}
	return tx.AsSystem(func() error { return Ship.Of(tx.Company)(tx, s) })
}

func unconfirm(tx *kernel.Tx, o *Order, _ any) error {
	if err := links.Downstream(tx.View, tx.Company.Def(orderName), o.ID); err != nil {
		return err
	}
	if err := nothingComing(tx, o); err != nil {
		return err
	}
	return Unconfirmed.Publish(tx, o)
}

func closeShort(tx *kernel.Tx, o *Order, _ any) error {
	o.ShortClosed = true
	return nothingComing(tx, o)
}

// nothingComing refuses to end an order while a delivery waits to leave for it, which could not be shipped any more.
func nothingComing(tx *kernel.Tx, o *Order) error {
	sheet, err := Coming.Of(tx.Company)(tx.View, o.ID)
	if err == nil && sheet != "" {
		return problem.Conflicted("sales.coming", "number", o.Number, "sheet", sheet)
	}
	return err
}

func mayReopen(_ *kernel.View, o *Order) problem.List {
	if o.Complete() {
		return problem.List{problem.Rule("sales.nothing_left", "number", o.Number)}
	}
	return nil
}

func reopen(tx *kernel.Tx, o *Order, _ any) error {
	o.ShortClosed = false
	return nil
}

// Reconcile closes a confirmed order of which all is delivered, and opens one again of which no longer all is. Orders
// that were closed short stay closed. It may be called at any time; the order must be locked in the unit.
func Reconcile(tx *kernel.Tx, o *Order) error {
	act := ordering.Settled(o.State, o.ShortClosed, o.Complete())
	if act == "" {
		return nil
	}
	return pipeline.Act(tx, Orders, o, act, nil)
}

func confirm(tx *kernel.Tx, o *Order, _ any) error {
	list, err := against(tx.View, o)
	if err = cmp.Or(err, list.Err()); err != nil {
		return err
	}
	return Confirmed.Publish(tx, o)
}

// mayOwe tells beforehand what confirm would refuse; what cannot be found out now, confirm will report.
func mayOwe(v *kernel.View, o *Order) problem.List {
	list, _ := against(v, o)
	return list
}
