package settlement

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// The states of receipts, payments and openings.
const (
	draft   state.State = "draft"
	waiting state.State = "waiting"
	posted  state.State = "posted"
	void    state.State = "void"
)

var states = map[state.State]kernel.StateInfo{
	draft:   {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
	waiting: {Label: kernel.T("待审批", "Waiting"), Tone: "waiting"},
	posted:  {Label: kernel.T("已过账", "Posted"), Tone: "live"},
	void:    {Label: kernel.T("已作废", "Void"), Tone: "dead"},
}

var paymentMachine = &state.Machine{
	Initial: draft, States: []state.State{draft, waiting, posted, void},
	Transitions: []state.Transition{
		{Action: "hold", From: []state.State{draft}, To: waiting},
		{Action: "release", From: []state.State{waiting}, To: draft},
		{Action: "post", From: []state.State{draft, waiting}, To: posted},
		{Action: "unpost", From: []state.State{posted}, To: draft},
		modifyStep,
		{Action: "settle", From: []state.State{posted}, To: posted},
		{Action: "unsettle", From: []state.State{posted}, To: posted},
		{Action: "void", From: []state.State{draft, waiting}, To: void},
	},
}

// SettleInput says what an advance shall settle; empty means the oldest open items.
type SettleInput struct {
	OpenItem int64        `zg:"ref=settlement.open_item" zh:"未结清单据" en:"Open item" help:"留空则从最早的开始核销|Left empty, the oldest are settled first"`
	Amount   money.Amount `zg:"signed" zh:"核销金额" en:"Amount" help:"留空则尽量核销|Left empty, as much as there is"`
}

func paymentActions() []resource.Action[Payment] {
	return []resource.Action[Payment]{
		{Name: "post", Label: kernel.T("过账", "Post"), Key: "F9", Primary: true, Run: postPayment,
			Check: func(v *kernel.View, p *Payment) problem.List { return told(mayCollect(v, v.Actor, p)) }},
		modifyAction(modifyPayment),
		{Name: "settle", Label: kernel.T("核销", "Settle"), In: &SettleInput{}, Run: settlePayment},
		{Name: "unsettle", Label: kernel.T("取消核销", "Unsettle"), Run: unsettlePayment,
			Confirm: kernel.T("取消 {label} 的全部核销：欠款恢复，金额转为预收或预付。", "Take back all that {label} settles: the debts are open again and the money is an advance.")},
		{Name: "unpost", Label: kernel.T("撤销过账", "Unpost"), Danger: true, Run: unpostPayment,
			Confirm: kernel.T("撤销 {label} 的过账：核销和凭证一起撤销，单据回到草稿。", "Unpost {label}: what it settles and its voucher are taken back, it becomes a draft.")},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true,
			Confirm: kernel.T("作废 {label}，不能恢复。", "Void {label}; this cannot be undone.")},
		{Name: "hold", Label: kernel.T("送审", "Hold for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
	}
}

// moneyForms are the papers that sheets of money are printed on.
func moneyForms() []kernel.PrintForm {
	return []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "a4"},
		{Name: "241x140", Label: kernel.T("241 × 140 mm", "241 × 140 mm"), Template: "241x140"}}
}

// paymentSpec is what receipts and payments share.
func paymentSpec(kind string) resource.Spec[Payment] {
	return resource.Spec[Payment]{
		Name: "settlement." + kind, Table: "settlement_payment", Only: &kernel.Only{Field: "kind", Value: kind},
		Scope: byParty, Machine: paymentMachine, States: states, Actions: paymentActions(), NumberOn: "post",
		Prints: moneyForms(),
		New:    newPayment, Compute: computePayment, Validate: validatePayment, Facts: paymentFacts,
		Check: func(tx *kernel.Tx, _, p *Payment) error {
			return usable(tx, purses(p)...)
		},
	}
}

// Receipts are kind "receipt": money from customers. It settles receivables.
var Receipts = func() *resource.Resource[Payment] {
	s := paymentSpec(KindReceipt)
	s.Label, s.Number = kernel.T("收款单", "Receipt"), "SK{yy}{mm}{seq:5}"
	s.Empty = kernel.T("客户付来的钱记在这里，过账时先核销最早的欠款。", "Money from customers; posting settles the oldest debts first.")
	return resource.Declare(s)
}()

// Payments are kind "payment": money to suppliers. It settles payables.
var Payments = func() *resource.Resource[Payment] {
	s := paymentSpec(KindPayment)
	s.Label, s.Number = kernel.T("付款单", "Payment"), "FK{yy}{mm}{seq:5}"
	s.Empty = kernel.T("付给供应商的钱记在这里，过账时先核销最早的欠款。", "Money to suppliers; posting settles the oldest debts first.")
	return resource.Declare(s)
}()
