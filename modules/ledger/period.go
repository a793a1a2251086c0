package ledger

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
	"zhanggui/modules/kernel/state"
)

// States of a period.
const (
	Open   state.State = "open"
	Closed state.State = "closed"
)

// Period is one month of the books. It is made by the first voucher dated in it.
type Period struct {
	resource.Base
	Month    clock.Month   `zg:"readonly,list,filter,sort,search,unique" zh:"会计期间" en:"Period"`
	State    state.State   `zg:"readonly,list,filter,kind=enum" zh:"状态" en:"State"`
	ClosedAt clock.Instant `zg:"readonly,list" zh:"结账时间" en:"Closed at"`
	ClosedBy int64         `zg:"readonly,list,ref=base.user" zh:"结账人" en:"Closed by"`
}

// ReopenInput asks why.
type ReopenInput struct {
	Reason string `zg:"required,max=200" zh:"原因" en:"Reason"`
}

// Periods is the resource.
var Periods = resource.Declare[Period](resource.Spec[Period]{
	Name: "ledger.period", Label: kernel.T("会计期间", "Period"), Kind: "setup", Title: "month", Code: "month",
	Empty:    kernel.T("每月一个会计期间，第一张凭证时自动建立。", "One period a month, made by its first voucher."),
	Machine:  &periodMachine,
	States:   map[state.State]kernel.StateInfo{Open: {Label: kernel.T("未结账", "Open"), Tone: "live"}, Closed: {Label: kernel.T("已结账", "Closed"), Tone: "closed"}},
	Editable: []state.State{},
	NoCreate: true,
	NoDelete: true,
	Actions: []resource.Action[Period]{
		{Name: "post", Label: kernel.T("全部记账", "Post all"), Run: postAll},
		{Name: "carry", Label: kernel.T("结转损益", "Carry forward"), Run: carryForward,
			Confirm: kernel.T("生成 {label} 的损益结转凭证？", "Make the closing vouchers of {label}?")},
		{Name: "close", Label: kernel.T("结账", "Close"), Primary: true, Run: closePeriod,
			Confirm: kernel.T("结账后 {label} 不能再增加或修改凭证。结账？", "Nothing can be booked in {label} once it is closed. Close it?")},
		{Name: "reopen", Label: kernel.T("反结账", "Reopen"), Danger: true,
			Confirm: kernel.T("反结账 {label}：可以再补凭证，原因会留在日志里。", "Reopen {label}: vouchers can be added again; the reason stays in the log."), In: &ReopenInput{}, Run: reopenPeriod},
	},
})

var periodMachine = state.Machine{
	Initial: Open, States: []state.State{Open, Closed},
	Transitions: []state.Transition{
		{Action: "post", From: []state.State{Open}, To: Open},
		{Action: "carry", From: []state.State{Open}, To: Open},
		{Action: "close", From: []state.State{Open}, To: Closed},
		{Action: "reopen", From: []state.State{Closed}, To: Open},
	},
}

// guard keeps two units from deciding about the order of periods at once.
func guard(tx *kernel.Tx) error {
	_, err := sequence.Take(tx, "ledger.period", 0)
	return err
}

type heldKey struct{}

// openPeriod makes sure that a month may be booked in, and that it stays so until the commit. A month without a row gets
// one, unless a later month is closed already.
func openPeriod(tx *kernel.Tx, month clock.Month) error {
	held := kernel.Local(tx, heldKey{}, func() *map[clock.Month]bool { return &map[clock.Month]bool{} })
	if (*held)[month] {
		return nil
	}
	status, err := periodState(tx, month)
	if err != nil {
		return err
	}
	if status == "" {
		if err := guard(tx); err != nil {
			return err
		}
		closed, err := lastClosed(tx)
		if err != nil {
			return err
		}
		if status = Open; month <= closed {
			status = Closed
		} else if err := insertPeriod(tx, month); err != nil {
			return err
		}
	}
	if status == Closed {
		return problem.Conflicted("ledger.period_closed", "month", string(month)).At("/date")
	}
	(*held)[month] = true
	return nil
}

// PeriodOpen refuses a date whose period is closed and keeps an open one open until the commit; for documents that want to
// know before the seal. Without books every date is open.
func PeriodOpen(tx *kernel.Tx, date clock.Date) error {
	if !Enabled(tx.Company) {
		return nil
	}
	return openPeriod(tx, date.Month())
}

// postAll posts every voucher of the period that is ready: all unposted ones, or the reviewed ones where reviews are asked.
func postAll(tx *kernel.Tx, p *Period, _ any) error {
	ids, err := unpostedIDs(tx.View, p.Month)
	if err != nil {
		return err
	}
	recs, err := resource.LockMany(tx, tx.Company.Def(nameVoucher), ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		v, ok := recs[id].(*Voucher)
		if !ok || v.State != Draft && v.State != Reviewed || len(checkPost(tx.View, v)) > 0 {
			continue
		}
		markPosted(tx, v)
		if err := vouchers(tx.Company).Save(tx, v); err != nil {
			return err
		}
		e := resource.WorkOf(tx).Entry(id)
		e.Actions = append(e.Actions, "post")
	}
	return nil
}

func closePeriod(tx *kernel.Tx, p *Period, _ any) error {
	if err := guard(tx); err != nil {
		return err
	}
	open, err := openBefore(tx.View, p.Month)
	if err != nil {
		return err
	}
	if open != "" {
		return problem.Conflicted("ledger.close_order", "month", string(open))
	}
	number, count, err := unposted(tx.View, p.Month)
	if err != nil {
		return err
	}
	if count > 0 {
		return problem.Conflicted("ledger.close_unposted", "number", number, "count", count)
	}
	debit, credit, err := wholeTotals(tx.View, p.Month)
	if err != nil {
		return err
	}
	if debit != credit {
		return problem.Conflicted("ledger.unbalanced", "debit", debit.String(), "credit", credit.String())
	}
	if err := carriedForward(tx, p); err != nil {
		return err
	}
	p.ClosedAt, p.ClosedBy = tx.Now, tx.Behalf.UserID
	return nil
}

// carriedForward refuses to close a period whose closing vouchers no longer fit its figures, and a year whose profit was
// not carried forward. In other months carrying forward is a choice.
func carriedForward(tx *kernel.Tx, p *Period) error {
	rest, err := profitLeft(tx.View, p.Month)
	if err != nil {
		return err
	}
	if !rest {
		return nil
	}
	stale, err := hasClosing(tx.View, p)
	if err != nil {
		return err
	}
	switch {
	case stale:
		return problem.Conflicted("ledger.carry_stale", "month", string(p.Month))
	case p.Month.Number() == 12:
		return problem.Conflicted("ledger.not_carried", "month", string(p.Month))
	}
	return nil
}

func reopenPeriod(tx *kernel.Tx, p *Period, in any) error {
	if err := guard(tx); err != nil {
		return err
	}
	last, err := lastClosed(tx)
	if err != nil {
		return err
	}
	if p.Month < last {
		return problem.Conflicted("ledger.reopen_order", "month", string(last))
	}
	if input, ok := in.(*ReopenInput); ok && tx.Reason == "" {
		tx.Reason = input.Reason
	}
	p.ClosedAt, p.ClosedBy = 0, 0
	return nil
}
