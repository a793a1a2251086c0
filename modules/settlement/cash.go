package settlement

import (
	"strconv"

	"zhanggui/modules/base/slip"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// The kinds of Cash: rows of one table.
const (
	KindExpense = "expense"
	KindIncome  = "income"
)

// Cash is money that goes (expense) or comes (income) at once and leaves no debt. A negative amount is money that comes
// back of an expense, or goes back of an income.
type Cash struct {
	resource.Doc
	Kind         string       `zg:"readonly,hidden" zh:"类型" en:"Kind" opt:"expense|费用|Expense;income|其他收入|Other income"`
	MoneyAccount int64        `zg:"required,list,filter,enter,ref=settlement.money_account,width=120" zh:"结算账户" en:"Money account"`
	Party        int64        `zg:"list,filter,ref=base.party,width=180" zh:"往来单位" en:"Party" help:"付给谁或从谁收的，可以不填|Whom it was paid to or came from; may be left empty"`
	Amount       money.Amount `zg:"computed,signed,list,filter,sort,total" zh:"金额" en:"Amount"`
	Tax          money.Amount `zg:"computed,signed,total" zh:"其中税额" en:"Tax in it"`

	Lines []CashLine `lines:"settlement_cash_line" min:"1" zh:"明细" en:"Lines"`
}

// CashLine is what the money was for. Amount is with tax.
type CashLine struct {
	resource.Line
	Category    int64        `zg:"required,enter,ref=office.expense_category,width=140" zh:"收支类别" en:"Category"`
	Description string       `zg:"max=200,width=220" zh:"说明" en:"Description"`
	Amount      money.Amount `zg:"required,signed,enter,total" zh:"金额" en:"Amount"`
	Tax         money.Amount `zg:"signed,total" zh:"其中税额" en:"Tax in it" help:"含在金额里：费用填可抵扣的进项税，收入填销项税|It is part of the amount: input tax that can be deducted, or output tax of an income"`
	Invoice     string       `zg:"max=40,width=170" zh:"发票号码" en:"Tax invoice"`
}

// Transfer moves money between two accounts of the firm: cash to the bank, a wallet to the bank, what a salesperson
// collected into the till. The fee is taken from the account it leaves.
type Transfer struct {
	resource.Doc
	FromAccount int64        `zg:"required,list,filter,enter,ref=settlement.money_account,width=140" zh:"转出账户" en:"From account"`
	ToAccount   int64        `zg:"required,list,filter,enter,ref=settlement.money_account,width=140" zh:"转入账户" en:"To account"`
	Amount      money.Amount `zg:"required,list,filter,sort,enter,total" zh:"转入金额" en:"Amount that arrives"`
	Fee         money.Amount `zg:"list,total" zh:"手续费" en:"Fee" help:"由转出账户另外支付|Paid by the account it leaves, beside the amount"`
}

// What happened to money without a debt, in the same unit.
var (
	CashPosted    = kernel.NewTopic[*Cash]("settlement.cash_posted")
	CashUnposted  = kernel.NewTopic[*Cash]("settlement.cash_unposted")
	Transferred   = kernel.NewTopic[*Transfer]("settlement.transferred")
	Untransferred = kernel.NewTopic[*Transfer]("settlement.untransferred")
)

// plainMachine is the life of a sheet that moves money and settles nothing.
var plainMachine = &state.Machine{
	Initial: draft, States: paymentMachine.States,
	Transitions: []state.Transition{
		{Action: "hold", From: []state.State{draft}, To: waiting},
		{Action: "release", From: []state.State{waiting}, To: draft},
		{Action: "post", From: []state.State{draft, waiting}, To: posted},
		{Action: "unpost", From: []state.State{posted}, To: draft},
		modifyStep,
		{Action: "void", From: []state.State{draft, waiting}, To: void},
	},
}

// plainActions are the actions of such a sheet; each posting and its undoing is told by a topic.
func plainActions[T any](done, undone *kernel.Topic[*T], m modifying[T]) []resource.Action[T] {
	return []resource.Action[T]{
		{Name: "post", Label: kernel.T("过账", "Post"), Key: "F9", Primary: true, Run: func(tx *kernel.Tx, rec *T, _ any) error {
			if err := slip.Asked(tx, m.doc(rec).Date); err != nil {
				return err
			}
			return done.Publish(tx, rec)
		}},
		modifyAction(m),
		{Name: "unpost", Label: kernel.T("撤销过账", "Unpost"), Danger: true, Run: func(tx *kernel.Tx, rec *T, _ any) error {
			if err := monthOpen(tx, m.doc(rec), unpostClosed); err != nil {
				return err
			}
			return undone.Publish(tx, rec)
		}, Confirm: kernel.T("撤销 {label} 的过账：账户余额和凭证一起撤销，单据回到草稿。", "Unpost {label}: the balance of the account and its voucher are taken back, it becomes a draft.")},
		{Name: "void", Label: kernel.T("作废", "Void"), Danger: true,
			Confirm: kernel.T("作废 {label}，不能恢复。", "Void {label}; this cannot be undone.")},
		{Name: "hold", Label: kernel.T("送审", "Hold for approval"), Hidden: true},
		{Name: "release", Label: kernel.T("退回草稿", "Back to draft"), Hidden: true},
	}
}

func cashSpec(kind string) resource.Spec[Cash] {
	return resource.Spec[Cash]{
		Name: "settlement." + kind, Table: "settlement_cash", Only: &kernel.Only{Field: "kind", Value: kind},
		Machine: plainMachine, States: states, Actions: plainActions(CashPosted, CashUnposted, modifyCash), NumberOn: "post", Prints: moneyForms(),
		New: func(v *kernel.View, c *Cash) (err error) {
			c.Owner, c.Department = v.Actor.PersonID, v.Actor.Department
			c.MoneyAccount, err = firstAccount(v)
			return err
		},
		Compute: computeCash,
		Check: func(tx *kernel.Tx, _, c *Cash) error {
			return usable(tx, named{"/money_account", c.MoneyAccount})
		},
	}
}

// Expenses are kind "expense": what is paid for at once and is no purchase of goods.
var Expenses = func() *resource.Resource[Cash] {
	s := cashSpec(KindExpense)
	s.Label, s.Number = kernel.T("费用单", "Expense"), "FY{yy}{mm}{seq:5}"
	s.Empty = kernel.T("房租、水电、运费、工资这类当场付掉的钱记在这里。", "Rent, power, freight, wages: what is paid at once.")
	return handled(resource.Declare(s))
}()

// Incomes are kind "income": money that comes and is no sale.
var Incomes = func() *resource.Resource[Cash] {
	s := cashSpec(KindIncome)
	s.Label, s.Number = kernel.T("其他收入单", "Other income"), "SR{yy}{mm}{seq:5}"
	s.Empty = kernel.T("卖废品、利息、赔款这类不是销售的收入记在这里。", "Scrap sold, interest, compensation: money that is no sale.")
	return handled(resource.Declare(s))
}()

// Transfers is the resource of moves between accounts.
var Transfers = handled(resource.Declare[Transfer](resource.Spec[Transfer]{
	Name: "settlement.transfer", Label: kernel.T("账户互转", "Money transfer"), Number: "ZZ{yy}{mm}{seq:5}", NumberOn: "post",
	Empty:   kernel.T("存现、取现、微信提现、业务员交款：钱从一个账户到另一个账户。", "Cash to the bank, a wallet emptied, collections handed in: money from one account to another."),
	Scope:   &kernel.Anchor{Owner: "owner", Department: "department"},
	Machine: plainMachine, States: states, Actions: transferActions(), Prints: moneyForms(),
	New: func(v *kernel.View, t *Transfer) (err error) {
		t.Owner, t.Department = v.Actor.PersonID, v.Actor.Department
		if collects(v.Actor) { // he hands in what he holds
			t.FromAccount, err = firstHeld(v)
		}
		return err
	},
	Validate: func(t *Transfer) problem.List {
		var list problem.List
		if t.FromAccount != 0 && t.FromAccount == t.ToAccount {
			list.Add(problem.Rule("settlement.same_account").At("/to_account"))
		}
		if _, err := money.Add(t.Amount, t.Fee); err != nil {
			list.Add(problem.Rule("settlement.range").At("/amount"))
		}
		return list
	},
	Facts: transferFacts,
	Check: func(tx *kernel.Tx, _, t *Transfer) error {
		return usable(tx, named{"/from_account", t.FromAccount}, named{"/to_account", t.ToAccount})
	},
}))

// transferActions are the plain ones, of which posting asks whose money is moved.
func transferActions() []resource.Action[Transfer] {
	list := plainActions(Transferred, Untransferred, modifyTransfer)
	post := list[0].Run
	list[0].Check = func(v *kernel.View, t *Transfer) problem.List { return told(mayHandIn(v, v.Actor, t)) }
	list[0].Run = func(tx *kernel.Tx, t *Transfer, in any) error {
		if err := mayHandIn(tx.View, tx.Behalf, t); err != nil {
			return err
		}
		if err := covered(tx, t); err != nil {
			return err
		}
		return post(tx, t, in)
	}
	return list
}

// handled calls the person of a sheet who handled it: money without a customer has no salesperson.
func handled[T any](r *resource.Resource[T]) *resource.Resource[T] {
	r.ByName["owner"].Label = kernel.T("经手人", "Handled by")
	return r
}

func computeCash(_ *kernel.View, c *Cash, _ string) (problem.List, error) {
	var amounts, taxes []money.Amount
	var list problem.List
	for i, l := range c.Lines {
		if l.Tax != 0 && !within(l.Tax, l.Amount) {
			list.Add(problem.Rule("settlement.tax_over").At("/lines/" + strconv.Itoa(i) + "/tax"))
		}
		amounts, taxes = append(amounts, l.Amount), append(taxes, l.Tax)
	}
	var err error
	if c.Amount, err = money.SumOf(amounts); err == nil {
		c.Tax, err = money.SumOf(taxes)
	}
	if err != nil {
		list.Add(problem.Rule("settlement.range").At("/lines"))
	}
	return list, nil
}

// Sign is that of the money on the account: an expense takes, an income brings.
func (c *Cash) Sign() money.Amount {
	if c.Kind == KindExpense {
		return -1
	}
	return 1
}
