package purchasing

import (
	"sync"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Orders is the resource.
var Orders = resource.New[Order]("purchasing.order")

func orderSpec() resource.Spec[Order] {
	return resource.Spec[Order]{
		Label: kernel.T("采购订单", "Purchase order"), Sub: []string{"date"},
		Empty:    kernel.T("向供应商订了什么、什么时候到。不用订单也可以直接开进货单。", "What was ordered from suppliers and when it comes. Goods receipts can also be written without an order."),
		Scope:    &kernel.Anchor{Owner: "owner", Department: "department"},
		Number:   "CG{yy}{mm}{seq:5}",
		NumberOn: "confirm",
		Machine:  ordering.Machine("buy", "receive"),
		States:   ordering.States(),
		Actions:  orderActions(),
		Prints: []kernel.PrintForm{
			{Name: "a4", Label: kernel.T("采购订单 A4", "Purchase order A4"), Template: "a4"},
			{Name: "241x140", Label: kernel.T("采购订单 241×140", "Purchase order 241×140"), Template: "241x140"},
		},
		Compute: computeOrder, Facts: orderFacts,
		Validate: func(o *Order) problem.List { return direction.Validate(o.sheet()) },
		Check: func(tx *kernel.Tx, old, o *Order) error {
			if old != nil {
				return nil
			}
			return direction.NumberTaken(tx, o.Number)
		},
		Saved:   follow,
		Deleted: letGo,
	}
}

// defined declares the orders once: in sales the same fields tell what customers pay, here what things cost.
var defined = sync.OnceValue(func() *kernel.Def {
	d := ordering.Under("cost", Orders.Define(orderSpec))
	d.ByName["owner"].Label = kernel.T("采购员", "Buyer")
	return d
})

// ReceiveInput is what the action receive asks for.
type ReceiveInput struct {
	Date clock.Date `zg:"" zh:"收货日期" en:"Date" help:"留空为今天|Today when left empty"`
	Post bool       `zg:"default=true" zh:"立即过账" en:"Post at once"`
}

func orderActions() []resource.Action[Order] {
	return []resource.Action[Order]{
		{Name: "confirm", Label: kernel.T("确认", "Confirm"), Key: "F9", Primary: true, Run: confirm},
		{Name: "buy", Label: kernel.T("确认并入库", "Buy now"), Key: "F10", Run: buy, Does: []string{"confirm"},
			Confirm: kernel.T("确认订单，货全部入库。", "Confirm the order and receive all of it.")},
		{Name: "receive", Label: kernel.T("生成进货单", "Make goods receipt"), In: &ReceiveInput{}, Run: receive},
		{Name: "unconfirm", Label: kernel.T("撤销确认", "Take back"), Run: unconfirm,
			Confirm: kernel.T("{label} 退回草稿，可以修改。", "{label} becomes a draft again and can be changed.")},
		{Name: "close", Label: kernel.T("结案", "Close short"), Run: closeShort,
			Confirm: kernel.T("{label} 结案：没到的货不再收。", "Close {label}: what was not received will not be.")},
		{Name: "reopen", Label: kernel.T("重新打开", "Reopen"), Check: mayReopen, Run: reopen},
		{Name: "hold", Label: kernel.T("等待审批", "Wait for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
		{Name: "complete", Label: kernel.T("完成", "Complete"), Hidden: true},
		{Name: "resume", Label: kernel.T("恢复", "Resume"), Hidden: true},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true, Run: func(tx *kernel.Tx, o *Order, _ any) error { return letGo(tx, o) },
			Confirm: kernel.T("{label} 作废，不能恢复。", "{label} becomes void for good.")},
	}
}

func confirm(tx *kernel.Tx, o *Order, _ any) error { return Confirmed.Publish(tx, o) }

func buy(tx *kernel.Tx, o *Order, _ any) error {
	if err := pipeline.Act(tx, Orders, o, "confirm", nil); err != nil {
		return err
	}
	if err := take(tx, Arrival{Order: o, Date: o.Date, Post: true}); err != nil {
		return err
	}
	return Bought.Publish(tx, o)
}

func receive(tx *kernel.Tx, o *Order, in any) error {
	input := in.(*ReceiveInput)
	date := input.Date
	if date == "" {
		date = tx.Today
	}
	return take(tx, Arrival{Order: o, Date: date, Post: input.Post})
}

func take(tx *kernel.Tx, a Arrival) error {
	if a.Order.Complete() {
		return nothingLeft(a.Order)
	}
	return tx.AsSystem(func() error { return Receive.Of(tx.Company)(tx, a) })
}

func nothingLeft(o *Order) *problem.Problem {
	return problem.Rule("purchasing.nothing_left", "number", o.Number)
}

func unconfirm(tx *kernel.Tx, o *Order, _ any) error {
	return links.Downstream(tx.View, Orders.Def, o.ID)
}

func closeShort(_ *kernel.Tx, o *Order, _ any) error {
	o.ShortClosed = true
	return nil
}

func mayReopen(_ *kernel.View, o *Order) problem.List {
	if o.Complete() {
		return problem.List{nothingLeft(o)}
	}
	return nil
}

func reopen(_ *kernel.Tx, o *Order, _ any) error {
	o.ShortClosed = false
	return nil
}

// Reconcile closes a confirmed order of which all is received, and opens one again of which no longer all is. Orders
// that were closed short stay closed. It may be called at any time; the order must be locked in the unit.
func Reconcile(tx *kernel.Tx, o *Order) error {
	act := ordering.Settled(o.State, o.ShortClosed, o.Complete())
	if act == "" {
		return nil
	}
	return pipeline.Act(tx, Orders, o, act, nil)
}
