package opening

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/ledger"
)

const (
	name   = "opening.balance"
	contra = "opening_balance" // the role that takes the difference
)

// Balance is what a firm starts with, or a part of it.
type Balance struct {
	resource.Doc
	StockValue  money.Amount `zg:"computed,list,total,right=cost" zh:"库存" en:"Stock"`
	Receivable  money.Amount `zg:"computed,signed,list,total" zh:"应收" en:"Receivable"`
	Payable     money.Amount `zg:"computed,signed,list,total" zh:"应付" en:"Payable"`
	Funds       money.Amount `zg:"computed,signed,list,total" zh:"资金" en:"Money"`
	OtherDebit  money.Amount `zg:"computed,list,total" zh:"其他借方" en:"Other debit"`
	OtherCredit money.Amount `zg:"computed,list,total" zh:"其他贷方" en:"Other credit"`
	Difference  money.Amount `zg:"computed,signed,list,total,right=cost" zh:"差额" en:"Difference" help:"资产减负债，过账时记入权益科目，借贷平衡|Assets less liabilities; posting books it to equity, so both sides agree"`

	Stock       []StockLine `lines:"opening_stock" zh:"库存" en:"Stock"`
	Receivables []DebtLine  `lines:"opening_receivable" zh:"应收" en:"Receivables"`
	Payables    []DebtLine  `lines:"opening_payable" zh:"应付" en:"Payables"`
	Money       []MoneyLine `lines:"opening_money" zh:"资金" en:"Money"`
	Others      []OtherLine `lines:"opening_other" zh:"其他科目" en:"Other accounts"`
}

// StockLine is an item in a warehouse. Without a warehouse it lies where the line above does, else in the first one.
type StockLine struct {
	resource.Line
	Item      int64        `zg:"required,enter,ref=base.item,width=240" zh:"商品" en:"Item"`
	Warehouse int64        `zg:"enter,ref=base.warehouse,width=110" zh:"仓库" en:"Warehouse"`
	Unit      int64        `zg:"ref=base.unit,width=60" zh:"单位" en:"Unit"`
	Qty       money.Qty    `zg:"required,enter,total,width=100" zh:"数量" en:"Quantity"`
	Qty2      money.Qty    `zg:"" zh:"副数量" en:"Second quantity"`
	Price     money.Price  `zg:"enter,right=cost,width=100" zh:"单位成本" en:"Unit cost"`
	Amount    money.Amount `zg:"computed,total,right=cost,width=120" zh:"金额" en:"Value"`
}

// DebtLine is one debt of a party, with the dates it really has, so that it ages rightly. A negative amount is money
// received or paid in advance.
type DebtLine struct {
	resource.Line
	Party     int64        `zg:"required,enter,ref=base.party,width=220" zh:"往来单位" en:"Party"`
	Reference string       `zg:"enter,max=60,width=130" zh:"原单号" en:"Reference"`
	Date      clock.Date   `zg:"enter,width=110" zh:"发生日期" en:"Since" help:"留空为期初日期|Left empty it is the opening date"`
	DueDate   clock.Date   `zg:"enter,width=110" zh:"到期日" en:"Due date" help:"留空为发生日期；两个日期都留空就没有到期日，不算逾期|Left empty it is the day the debt began; without either date the debt is never overdue"`
	Amount    money.Amount `zg:"required,signed,enter,total,width=120" zh:"金额" en:"Amount" help:"预收、预付填负数|An advance is negative"`
}

// MoneyLine is what lies on one money account; an overdraft is negative.
type MoneyLine struct {
	resource.Line
	MoneyAccount int64        `zg:"required,enter,ref=settlement.money_account,width=240" zh:"结算账户" en:"Money account"`
	Amount       money.Amount `zg:"required,signed,enter,total,width=120" zh:"金额" en:"Amount"`
}

// OtherLine is the balance of any other account, on one side.
type OtherLine struct {
	resource.Line
	Account    int64        `zg:"required,enter,ref=ledger.account,width=240" zh:"科目" en:"Account"`
	Party      int64        `zg:"ref=base.party,width=160" zh:"往来单位" en:"Party"`
	Person     int64        `zg:"ref=base.person" zh:"员工" en:"Person"`
	Department int64        `zg:"ref=base.department" zh:"部门" en:"Department"`
	Item       int64        `zg:"ref=base.item" zh:"商品" en:"Item"`
	Debit      money.Amount `zg:"enter,total,width=120" zh:"借方" en:"Debit"`
	Credit     money.Amount `zg:"enter,total,width=120" zh:"贷方" en:"Credit"`
}

const (
	draft  state.State = "draft"
	posted state.State = "posted"
	void   state.State = "void"
)

// Balances is the resource.
var Balances = declare()

func declare() *resource.Resource[Balance] {
	r := resource.Declare(spec)
	r.ByName["owner"].Label = kernel.T("经手人", "Handler") // nobody sells here
	return r
}

var spec = resource.Spec[Balance]{
	Name: name, Label: kernel.T("期初余额", "Opening balance"), Number: "QY{yy}{mm}{seq:4}", NumberOn: "post",
	Empty: kernel.T("开始使用时的库存、应收、应付、资金和其他科目余额，在一页里录入，一次入账。",
		"Stock, debts, money and other balances you start with: entered on one page, posted at once."),
	Machine: &state.Machine{Initial: draft, States: []state.State{draft, posted, void}, Transitions: []state.Transition{
		{Action: "post", From: []state.State{draft}, To: posted},
		{Action: "unpost", From: []state.State{posted}, To: draft},
		{Action: "void", From: []state.State{draft}, To: void},
	}},
	States: map[state.State]kernel.StateInfo{
		draft:  {Label: kernel.T("草稿", "Draft"), Tone: "draft"},
		posted: {Label: kernel.T("已入账", "Posted"), Tone: "live"},
		void:   {Label: kernel.T("已作废", "Void"), Tone: "dead"},
	},
	Actions: []resource.Action[Balance]{
		{Name: "post", Label: kernel.T("入账", "Post"), Key: "F9", Primary: true, Run: post},
		{Name: "unpost", Label: kernel.T("撤销入账", "Unpost"), Danger: true, Run: unpost,
			Confirm: kernel.T("撤销 {label} 的入账：库存、欠款、资金和凭证一起退回。", "Unpost {label}: its stock, debts, money and voucher are taken back.")},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true,
			Confirm: kernel.T("作废 {label}，不能恢复。", "Void {label}; this cannot be undone.")},
	},
	New: start, Compute: compute, Validate: validate, Facts: facts,
}

// start dates a new sheet on the first day of the books.
func start(v *kernel.View, b *Balance) error {
	b.Owner, b.Department = v.Actor.PersonID, v.Actor.Department
	if from := clock.Month(v.Company.Setting(ledger.SettingFrom)); ledger.Enabled(v.Company) && from.Valid() {
		b.Date = from.First()
	}
	return nil
}

// facts names the account that the difference goes to.
func facts(v *kernel.View, b *Balance) ([]kernel.Fact, error) {
	if b.Difference == 0 || !ledger.Enabled(v.Company) {
		return nil, nil
	}
	a, err := ledger.AccountOf(v, contra)
	if _, refused := problem.From(err); refused {
		return nil, nil // posting refuses for the same reason and says so
	}
	if err != nil {
		return nil, err
	}
	side := kernel.T("记入贷方", "Credited to")
	if b.Difference < 0 {
		side = kernel.T("记入借方", "Debited to")
	}
	return []kernel.Fact{{Pointer: "/difference", Label: side, Kind: kernel.KindText, Value: a.Code + " " + a.Label(v.Lang), Right: "cost"}}, nil
}
