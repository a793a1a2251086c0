package approval

import (
	"encoding/json"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
)

// readyMade is a flow that every company finds when it begins, switched off.
type readyMade struct {
	name, note        kernel.Text
	target, act, when string
	steps             []step
	needs             string // see Flow.Needs
}

type step struct {
	name kernel.Text
	mode string
	who  tree.Who
}

var (
	byHead  = step{kernel.T("部门负责人", "Head of department"), tree.All, tree.Who{By: "head", Level: 1}}
	byBooks = step{kernel.T("会计", "Accountant"), tree.Any, tree.Who{By: "role", Role: "accountant"}}
	byBoss  = step{kernel.T("老板", "Owner"), tree.Any, tree.Who{By: "role", Role: "boss"}}
)

// cheap holds of a sheet that sells an item below its lowest price, which is one of the item's own unit, or of its second
// where it is priced by that.
const cheap = "any(lines, not .free and .qty > 0 and .item_min_price > 0 and (.by_second and .price * (1 - .discount) < .item_min_price " +
	"or not .by_second and .price * (1 - .discount) * .qty < .item_min_price * .base_qty))"

var readyMades = []readyMade{
	{kernel.T("大额销售订单", "Large sales orders"), kernel.T("合计超过 10,000 元的订单，确认前先审批。金额可改。", "Orders above 10,000, before they are confirmed. Change the amount as you need."),
		"sales.order", "confirm", "gross > 10000", []step{byHead, byBoss}, ""},
	{kernel.T("低于最低售价的订单", "Orders below the lowest price"), kernel.T("有商品低于最低售价时审批。启用时，设置「低于最低售价销售」会改为「要审批」。", "Where an item is sold below its lowest price. Switching it on sets “Sell below the lowest price” to “Ask for approval”."),
		"sales.order", "confirm", cheap, []step{byHead}, "sales.min_price=ask"},
	{kernel.T("超过信用额度的订单", "Orders above the credit limit"), kernel.T("超过客户可用额度，或客户逾期太久时审批。启用时，设置「超过信用额度或逾期太久时销售」会改为「要审批」。", "Where the customer has too little credit left, or is overdue for too long. Switching it on sets “Sell above the credit limit, or to who is overdue for too long” to “Ask for approval”."),
		"sales.order", "confirm", "credit_overdue or credit_limited and gross > credit_left", []step{byHead, byBooks}, "sales.credit=ask"},
	{kernel.T("低于最低售价的销售单", "Deliveries below the lowest price"), kernel.T("不经订单的销售单，有商品低于最低售价时，过账前先审批。启用时，设置「低于最低售价销售」会改为「要审批」。", "Where a delivery that was not ordered sells an item below its lowest price. Switching it on sets “Sell below the lowest price” to “Ask for approval”."),
		"stock.delivery", "post", "not ordered and " + cheap, []step{byHead}, "sales.min_price=ask"},
	{kernel.T("超过信用额度的销售单", "Deliveries above the credit limit"), kernel.T("不经订单的销售单，超过客户可用额度或客户逾期太久时，过账前先审批。启用时，设置「超过信用额度或逾期太久时销售」会改为「要审批」。", "Where a delivery that was not ordered takes the customer above the credit limit, or he is overdue for too long. Switching it on sets “Sell above the credit limit, or to who is overdue for too long” to “Ask for approval”."),
		"stock.delivery", "post", "not ordered and gross > paid_now and (credit_overdue or credit_limited and gross - paid_now > credit_left)", []step{byHead, byBooks}, "sales.credit=ask"},
	{kernel.T("采购订单", "Purchase orders"), kernel.T("合计超过 5,000 元的采购订单，确认前先审批。", "Purchase orders above 5,000, before they are confirmed."),
		"purchasing.order", "confirm", "gross > 5000", []step{byHead, byBoss}, ""},
	{kernel.T("付款", "Payments"), kernel.T("付款过账前由会计审核、老板批准。", "Before a payment is posted, the accountant checks and the owner agrees."),
		"settlement.payment", "post", "", []step{byBooks, byBoss}, ""},
	{kernel.T("凭证红冲", "Reversing vouchers"), kernel.T("红冲已记账的凭证要先批准。", "Reversing a posted voucher needs agreement."),
		"ledger.voucher", "reverse", "", []step{byBoss}, ""},
	{kernel.T("反结账", "Reopening periods"), kernel.T("重新打开已结账的期间要先批准。", "Opening a closed period again needs agreement."),
		"ledger.period", "reopen", "", []step{byBoss}, ""},
	{kernel.T("费用报销", "Expense claims"), kernel.T("报销单入账前，部门负责人同意、会计审核。", "Before a claim is booked, the head of department agrees and the accountant checks."),
		"office.claim", "post", "", []step{byHead, byBooks}, ""},
	{kernel.T("员工借款", "Employee advances"), kernel.T("借款前由部门负责人同意、老板批准。", "Before money is advanced, the head of department and the owner agree."),
		"office.advance", "post", "", []step{byHead, byBoss}, ""},
	{kernel.T("超过 3 天的请假", "Leave of more than 3 days"), kernel.T("超过 3 天的请假还要老板批准。天数可改；排在「请假」前面。", "Leave of more than 3 days also needs the owner. Change the days as you need; it stands before “Leave”."),
		"office.leave", "post", "days > 3", []step{byHead, byBoss}, ""},
	{kernel.T("请假", "Leave"), kernel.T("请假由部门负责人批准。", "The head of department agrees to leave."),
		"office.leave", "post", "", []step{byHead}, ""},
}

// Install writes the ready-made flows for a new company, in its language and switched off.
func Install(tx *kernel.Tx, lang string) error {
	for i, r := range readyMades {
		d := tree.Definition{}
		for _, s := range r.steps {
			d.Nodes = append(d.Nodes, &tree.Node{Name: s.name.In(lang), Kind: tree.Approve, Mode: s.mode, Who: []tree.Who{s.who}})
		}
		text, err := json.Marshal(d)
		if err != nil {
			return err
		}
		// Flows on the same sheet look at different things, so each is asked; that on long leave stands for the other one.
		f := &Flow{Name: r.name.In(lang), Further: r.target != "office.leave", Target: r.target, Act: r.act, Position: int64(i+1) * 10, Condition: r.when, Definition: string(text), Note: r.note.In(lang), Needs: r.needs}
		if err := pipeline.Create(tx, Flows, f); err != nil {
			return err
		}
	}
	return nil
}

// Figure is something that conditions on a kind of document may ask about though no field holds it. Whoever knows it
// puts it among the company's hooks while the company is set up.
type Figure struct {
	Target string
	Field  kernel.Field
	// Value gives the figure of a record, as its kind stores it: an int64 scaled by the kind, a bool or a string.
	Value func(v *kernel.View, rec any) (any, error)
}

// figuresOf gives the figures of a kind of document.
func figuresOf(c *kernel.Company, target string) []*Figure {
	var out []*Figure
	for _, hook := range c.Hooks {
		if f, ok := hook.(*Figure); ok && f.Target == target {
			out = append(out, f)
		}
	}
	return out
}
