package office

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// Advance is money that somebody is given before he spends it.
type Advance struct {
	Paper
	Purpose      string       `zg:"required,list,search,max=200,width=220" zh:"借款用途" en:"Purpose"`
	Amount       money.Amount `zg:"required,list,filter,sort,total" zh:"借款金额" en:"Amount"`
	Due          clock.Date   `zg:"list,filter,sort,width=100" zh:"预计归还" en:"To be returned by"`
	MoneyAccount int64        `zg:"ref=settlement.money_account" zh:"付款账户" en:"Paid from" help:"选了就马上付出；留空则成为应付款，由出纳开付款单|Chosen, it is paid at once; left empty, it is owed and the cashier writes a payment"`
	Payment      int64        `zg:"readonly,ref=settlement.payment" zh:"付款单" en:"Payment"`
	Handed       money.Amount `zg:"readonly,total" zh:"已付出" en:"Handed out"`
	Returned     money.Amount `zg:"readonly,list,total" zh:"已还（含冲抵）" en:"Returned or set off"`
	Open         money.Amount `zg:"readonly,list,filter,sort,total" zh:"未还" en:"Open"`
}

// RepayInput is what repay asks for.
type RepayInput struct {
	MoneyAccount int64        `zg:"required,ref=settlement.money_account" zh:"收款账户" en:"Received on"`
	Amount       money.Amount `zg:"" zh:"还款金额" en:"Amount" help:"留空则全部归还|Left empty, all that is open"`
	Date         clock.Date   `zg:"" zh:"日期" en:"Date" help:"留空为今天|Today when left empty"`
}

const advanceName = "office.advance"

// Advances is the resource.
var Advances = resource.Declare[Advance](resource.Spec[Advance]{
	Name: advanceName, Label: kernel.T("员工借款单", "Employee advance"), Sub: []string{"purpose", "date"},
	Empty: kernel.T("出差、采购前先借的备用金，之后用报销冲抵或归还现金。", "Money taken before it is spent; later it is set off against claims or given back."),
	Scope: byPerson, Number: "JK{yy}{mm}{seq:4}", Prints: forms(),
	Machine: machine([]state.State{draft, waiting},
		state.Transition{Action: "repay", From: []state.State{posted}, To: posted},
		state.Transition{Action: "close", From: []state.State{posted}, To: closed},
		state.Transition{Action: "reopen", From: []state.State{closed}, To: posted},
		state.Transition{Action: "unpost", From: []state.State{posted, closed}, To: draft}),
	States:  states(kernel.T("未结清", "Open"), kernel.T("已结清", "Settled"), closed),
	Actions: advanceActions(),
	Compute: func(v *kernel.View, a *Advance, changed string) (problem.List, error) {
		return nil, a.place(v, changed)
	},
	Facts: func(v *kernel.View, a *Advance) ([]kernel.Fact, error) { return openFact(v, a.Person) },
	Validate: func(a *Advance) problem.List {
		var list problem.List
		if a.Due != "" && a.Due.Before(a.Date) {
			list.Add(problem.Rule("office.due").At("/due"))
		}
		return list
	},
	Check: func(tx *kernel.Tx, old, a *Advance) error {
		if old != nil {
			return nil
		}
		return numberTaken(tx, advanceTable, a.Number)
	},
})

func advanceActions() []resource.Action[Advance] {
	return append([]resource.Action[Advance]{
		{Name: "post", Label: kernel.T("提交", "Submit"), Key: "F9", Primary: true, Check: mayPay, Run: func(tx *kernel.Tx, a *Advance, _ any) error {
			if err := notOneself(tx, a); err != nil {
				return err
			}
			a.Open = a.Amount
			return AdvancePosted.Publish(tx, a)
		}},
		{Name: "repay", Label: kernel.T("还款", "Give back"), In: &RepayInput{}, Run: repay},
		{Name: "unpost", Label: kernel.T("撤销借款", "Unpost"), Danger: true, Run: func(tx *kernel.Tx, a *Advance, _ any) error {
			if err := AdvanceUnposted.Publish(tx, a); err != nil {
				return err
			}
			a.Handed, a.Returned, a.Open = 0, 0, 0
			return nil
		}, Confirm: kernel.T("撤销 {label}：付款和凭证一起撤销，单据回到草稿。", "Unpost {label}: its payment and voucher are taken back, it becomes a draft.")},
		voided[Advance](nil),
		{Name: "close", Label: kernel.T("结清", "Settle"), Hidden: true},
		{Name: "reopen", Label: kernel.T("重新未结", "Open again"), Hidden: true},
	}, held[Advance]()...)
}

// mayPay lets only those who may pay say where the money comes from.
func mayPay(v *kernel.View, a *Advance) problem.List {
	if a.MoneyAccount != 0 && !v.Actor.Can("settlement.payment", "post") {
		return problem.List{problem.New(problem.Forbidden, "office.payer").At("/money_account")}
	}
	return nil
}

// notOneself keeps who asks for money from handing it out to himself, unless somebody has agreed to it (the program acts
// then) or nobody else may pay.
func notOneself(tx *kernel.Tx, a *Advance) error {
	if a.MoneyAccount == 0 || tx.Actor.System || a.Person != tx.Actor.PersonID {
		return nil
	}
	others, err := OthersPay(tx)
	if err != nil || !others {
		return err
	}
	return problem.New(problem.Forbidden, "office.pay_self").At("/money_account")
}

func repay(tx *kernel.Tx, a *Advance, in any) error {
	r := Repayment{Advance: a, RepayInput: *in.(*RepayInput)}
	if r.Amount == 0 {
		r.Amount = a.Open
	}
	if r.Date == "" {
		r.Date = tx.Today
	}
	if r.Amount > a.Open {
		return problem.Rule("office.repay_over", "amount", r.Amount, "number", a.Number, "open", a.Open).At("/amount")
	}
	if r.Date.Before(a.Date) {
		return problem.Rule("office.repay_date", "date", a.Date).At("/date")
	}
	return tx.AsSystem(func() error { return Repay.Of(tx.Company)(tx, r) })
}

const advancesReport = "office.advances"

type advancesParams struct {
	Person     int64 `zg:"ref=base.person" zh:"员工" en:"Person"`
	Department int64 `zg:"ref=base.department" zh:"部门" en:"Department"`
	Overdue    bool  `zg:"" zh:"只看逾期" en:"Overdue only"`
}

type advancesColumns struct {
	Person     int64        `zg:"ref=base.person,width=110" zh:"员工" en:"Person"`
	Department int64        `zg:"ref=base.department,width=110" zh:"部门" en:"Department"`
	Number     string       `zg:"width=130" zh:"借款单" en:"Advance"`
	Date       clock.Date   `zg:"width=100" zh:"借款日期" en:"Since"`
	Days       int64        `zg:"" zh:"已借天数" en:"Days"`
	Due        clock.Date   `zg:"width=100" zh:"预计归还" en:"Due"`
	Late       int64        `zg:"" zh:"逾期天数" en:"Days overdue"`
	Purpose    string       `zg:"width=200" zh:"用途" en:"Purpose"`
	Amount     money.Amount `zg:"total" zh:"借款金额" en:"Amount"`
	Returned   money.Amount `zg:"total" zh:"已还" en:"Returned"`
	Open       money.Amount `zg:"total" zh:"未还" en:"Open"`
}

// advancesHeld lists who still holds what, and since when.
func advancesHeld() *kernel.Report {
	return &kernel.Report{
		Name: advancesReport, Label: kernel.T("员工借款余额", "Open advances"), Menu: "office",
		Params: resource.FieldsOf[advancesParams](), Columns: resource.FieldsOf[advancesColumns](), Run: runAdvances,
	}
}

func runAdvances(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	list, err := openAdvances(v, params)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{}
	var amount, returned, open []money.Amount
	for _, a := range list {
		values := map[string]any{"person": a.Person, "department": a.Department, "number": a.Number, "date": a.Date,
			"days": int64(max(a.Date.DaysUntil(v.Today), 0)), "due": a.Due, "purpose": a.Purpose, "amount": a.Amount, "returned": a.Returned, "open": a.Open}
		if a.Due != "" && a.Due.Before(v.Today) {
			values["late"] = int64(a.Due.DaysUntil(v.Today))
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: "/r/" + advanceName + "/" + strconv.FormatInt(a.ID, 10)})
		amount, returned, open = append(amount, a.Amount), append(returned, a.Returned), append(open, a.Open)
	}
	t.Totals = map[string]any{}
	for name, figures := range map[string][]money.Amount{"amount": amount, "returned": returned, "open": open} {
		sum, err := money.SumOf(figures)
		if err != nil {
			return nil, err
		}
		t.Totals[name] = sum
	}
	return t, nil
}
