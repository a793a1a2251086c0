package settlement

import (
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// The kinds of Payment: rows of one table.
const (
	KindReceipt = "receipt"
	KindPayment = "payment"
)

// Payment is money that came (receipt) or went (payment), and what it settles. Amount is what the party gave or got;
// fees stand beside it. Negative amounts are refunds.
type Payment struct {
	resource.Doc
	Kind      string       `zg:"readonly,hidden" zh:"类型" en:"Kind" opt:"receipt|收款|Receipt;payment|付款|Payment"`
	Party     int64        `zg:"required,list,filter,enter,ref=base.party,width=200" zh:"往来单位" en:"Party"`
	Amount    money.Amount `zg:"computed,signed,list,total" zh:"金额" en:"Amount"`
	Fee       money.Amount `zg:"computed,signed,total" zh:"手续费" en:"Fees"`
	Discount  money.Amount `zg:"signed,list,total" zh:"现金折扣" en:"Cash discount" help:"少收或少付的部分，和金额一起核销|What is not collected or paid, settled together with the amount"`
	Settled   money.Amount `zg:"readonly,signed,list,total" zh:"已核销" en:"Settled"`
	Unapplied money.Amount `zg:"readonly,signed,list,filter,total" zh:"预收/预付余额" en:"Advance left"`

	Lines       []PaymentLine `lines:"settlement_payment_line" zh:"结算账户" en:"Money"`
	Allocations []Allocation  `lines:"settlement_allocation" zh:"核销明细" en:"What it settles"`
}

// PaymentLine is money on one account. Fee is what the bank or wallet keeps: a receipt brings amount − fee, a payment
// takes amount + fee.
type PaymentLine struct {
	resource.Line
	Amount       money.Amount `zg:"required,signed,enter,total" zh:"金额" en:"Amount"`
	MoneyAccount int64        `zg:"enter,ref=settlement.money_account" zh:"结算账户" en:"Money account" help:"留空为对方上次用的账户，没有就是第一个账户|Left empty it is the account this party used last, else the first"`
	Fee          money.Amount `zg:"total" zh:"手续费" en:"Fee"`
	Note         string       `zg:"max=200" zh:"备注" en:"Note"`
}

// Allocation is what a person wants settled. Without any, posting settles the oldest open items first.
type Allocation struct {
	resource.Line
	OpenItem int64        `zg:"required,enter,ref=settlement.open_item" zh:"未结清单据" en:"Open item"`
	Amount   money.Amount `zg:"required,signed,enter,total" zh:"核销金额" en:"Amount to settle"`
}

// Side is the side of the debts that the payment settles.
func (p *Payment) Side() string {
	if p.Kind == KindPayment {
		return Payable
	}
	return Receivable
}

// save notes the payment under its own resource.
func (p *Payment) save(tx *kernel.Tx) error {
	return resource.Save(tx, tx.Company.Def("settlement."+p.Kind), p)
}

// link is the kind of link by which the payment settles.
func (p *Payment) link() string {
	if p.Kind == KindPayment {
		return "settles_payable"
	}
	return "settles"
}

// total is what the payment can settle.
func (p *Payment) total() (money.Amount, error) { return money.Add(p.Amount, p.Discount) }

// newPayment belongs to who writes it.
func newPayment(v *kernel.View, p *Payment) error {
	p.Owner, p.Department = v.Actor.PersonID, v.Actor.Department
	return nil
}

// computePayment adds up. An amount without an account is on the one on which the party paid or was paid last.
func computePayment(v *kernel.View, p *Payment, changed string) (problem.List, error) {
	if err := usual(v, p); err != nil {
		return nil, err
	}
	var amounts, fees []money.Amount
	for _, l := range p.Lines {
		amounts, fees = append(amounts, l.Amount), append(fees, l.Fee)
	}
	var err error
	if p.Amount, err = money.Sum(amounts...); err == nil {
		if p.Fee, err = money.Sum(fees...); err == nil {
			_, err = p.total()
		}
	}
	if err != nil {
		return problem.List{problem.Rule("settlement.range").At("/lines")}, nil
	}
	return chosen(v, p, changed)
}

// usual fills the accounts that were left empty.
func usual(v *kernel.View, p *Payment) error {
	known := int64(0)
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.MoneyAccount != 0 || l.Amount == 0 {
			continue
		}
		if known == 0 {
			var err error
			if known, err = usualAccount(v, p.Kind, p.Party); err != nil {
				return err
			}
		}
		l.MoneyAccount = known
	}
	return nil
}

// validatePayment holds what can be told from the sheet alone.
func validatePayment(p *Payment) problem.List {
	var list problem.List
	for i, l := range p.Lines {
		if l.MoneyAccount == 0 && l.Amount != 0 {
			list.Add(problem.Rule("required").At("/lines/" + strconv.Itoa(i) + "/money_account")) // there is none yet
		}
		if l.Fee > 0 && p.Kind == KindReceipt && l.Fee > l.Amount {
			list.Add(problem.Rule("settlement.fee").At("/lines/" + strconv.Itoa(i) + "/fee"))
		}
	}
	total, err := p.total()
	if err != nil {
		return list // computePayment has told
	}
	if p.Discount != 0 && !within(p.Discount, total) {
		list.Add(problem.Rule("settlement.discount_sign").At("/discount"))
	}
	seen := map[int64]bool{}
	sums := []money.Amount{}
	for i, a := range p.Allocations {
		at := "/allocations/" + strconv.Itoa(i)
		if a.OpenItem != 0 && seen[a.OpenItem] {
			list.Add(problem.Rule("settlement.twice").At(at + "/open_item"))
		}
		seen[a.OpenItem] = true
		sums = append(sums, a.Amount)
	}
	if sum, err := money.Sum(sums...); err != nil || !within(sum, total) {
		list.Add(problem.Rule("settlement.over_amount", "sum", sum, "total", total).At("/allocations"))
	}
	return list
}

// named is a money account that a sheet names, with the pointer to where it does.
type named struct {
	at string
	id int64
}

// usable refuses money accounts that are out of use, when a sheet names one anew.
func usable(tx *kernel.Tx, given ...named) error {
	ids := make([]int64, len(given))
	for i, one := range given {
		ids[i] = one.id
	}
	accounts, err := MoneyAccounts.FindMany(tx.View, distinct(ids))
	if err != nil {
		return err
	}
	var list problem.List
	for _, one := range given {
		if a := accounts[one.id]; a != nil && !a.Active {
			list.Add(problem.Rule("settlement.account_off", "name", a.Name).At(one.at))
		}
	}
	return list.Err()
}

func distinct(ids []int64) []int64 {
	var out []int64
	seen := map[int64]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// Application is one change of what a posted payment settles: by the action settle (positive for a receipt) or
// unsettle (the opposite). The books move the amount between advance and debt on its date.
type Application struct {
	resource.Base
	Payment int64        `zg:"readonly" zh:"收付款单" en:"Receipt or payment"`
	Kind    string       `zg:"readonly" zh:"类型" en:"Kind" opt:"receipt|收款|Receipt;payment|付款|Payment"`
	Party   int64        `zg:"readonly,ref=base.party" zh:"往来单位" en:"Party"`
	Date    clock.Date   `zg:"readonly" zh:"日期" en:"Date"`
	Amount  money.Amount `zg:"readonly,signed" zh:"金额" en:"Amount"`
}

// Applications is the resource; it is reached through receipts and payments only.
var Applications = resource.Declare[Application](resource.Spec[Application]{
	Name: "settlement.application", Label: kernel.T("核销记录", "Application"), Title: "date", Code: "id",
	Internal: true, NoCreate: true, NoDelete: true,
})
