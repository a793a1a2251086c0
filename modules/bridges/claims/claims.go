package claims

import (
	"errors"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// Module declares the crossing.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.claims", Needs: []string{"office", "settlement", "ledger", "approval"}, Setup: func(c *kernel.Company) error {
		office.ClaimPosted.On(c, "claims", claimPosted)
		office.ClaimUnposted.On(c, "claims", claimUnposted)
		office.AdvancePosted.On(c, "claims", advancePosted)
		office.AdvanceUnposted.On(c, "claims", advanceUnposted)
		settlement.MoneyPosted.On(c, "claims", notOneself)
		settlement.MoneyUnposted.On(c, "claims", keepPayment)
		c.AddSeal(40, "claims.progress", progress)
		return office.Repay.Fill(c, repay)
	}}
}

func claimPosted(tx *kernel.Tx, c *office.Claim) error {
	who, err := employee(tx, c.Person)
	if err != nil {
		return err
	}
	held, err := advancesOf(tx, who.ID)
	if err != nil {
		return err
	}
	open, err := sumOpen(held)
	if err != nil {
		return err
	}
	if list := c.SetOff(open); len(list) > 0 {
		return list
	}
	if err := office.Claims.Save(tx, c); err != nil {
		return err
	}
	item := settlement.Item{Party: who.ID, Side: settlement.Payable, Source: office.Claims.Name, SourceID: c.ID, SourceNumber: c.Number,
		Date: c.Date, Amount: c.Payable}
	if _, err := settlement.Raise(tx, item); err != nil {
		return err
	}
	item.Side, item.Amount = settlement.Receivable, -c.OffsetAmount
	off, err := settlement.Raise(tx, item)
	if err != nil {
		return err
	}
	for _, advance := range held {
		if off == nil || off.Open == 0 {
			break
		}
		if err := settlement.Offset(tx, advance, off, kernel.T("报销冲借款", "Set off against a claim").In(tx.Lang)); err != nil {
			return err
		}
	}
	categories, err := categoriesOf(tx, c)
	if err != nil {
		return err
	}
	return ledger.Add(tx, ledger.Source{Resource: office.Claims.Name, ID: c.ID, Date: c.Date, Who: who.Name}, expenses(tx.Company, c, who, categories)...)
}

// expenses are the lines of a claim's voucher. Where input tax cannot be deducted it is part of the expense.
func expenses(company *kernel.Company, c *office.Claim, who *party.Party, categories map[int64]*office.Category) []ledger.Entry {
	var out []ledger.Entry
	deductible := company.Setting(ledger.SettingVAT) != "small"
	for _, l := range c.Lines {
		e := ledger.Entry{Role: "expense", Person: c.Person, Department: c.Department, Debit: l.Amount}
		if deductible {
			e.Debit -= l.Tax
		}
		if k := categories[l.Category]; k != nil {
			e.Role, e.Account = k.Role, k.Account
		}
		out = append(out, e)
	}
	if deductible {
		out = append(out, ledger.Entry{Role: "input_tax", Debit: c.Tax})
	}
	return append(out, owed(who, ledger.Entry{Credit: c.Payable}), held(who, ledger.Entry{Credit: c.OffsetAmount}))
}

// owed is a line on what the firm owes an employee, held one on what he holds.
func owed(who *party.Party, e ledger.Entry) ledger.Entry {
	e.Role, e.Party, e.Person = "other_payable", who.ID, who.Person
	return e
}

func held(who *party.Party, e ledger.Entry) ledger.Entry {
	e.Role, e.Party, e.Person = "employee_advance", who.ID, who.Person
	return e
}

// claimUnposted takes back what was set off, then the debt; a paid one is refused and names the payments.
func claimUnposted(tx *kernel.Tx, c *office.Claim) error {
	items, err := settlement.ItemsOf(tx, office.Claims.Name, c.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.Side != settlement.Receivable {
			continue
		}
		if err := takeBack(tx, it); err != nil {
			return err
		}
	}
	return errors.Join(settlement.Drop(tx, office.Claims.Name, c.ID), ledger.Withdraw(tx, office.Claims.Name, c.ID))
}

func advancePosted(tx *kernel.Tx, a *office.Advance) error {
	who, err := employee(tx, a.Person)
	if err != nil {
		return err
	}
	item := settlement.Item{Party: who.ID, Side: settlement.Receivable, Source: office.Advances.Name, SourceID: a.ID, SourceNumber: a.Number,
		Date: a.Date, DueDate: a.Due, Amount: a.Amount}
	if _, err := settlement.Raise(tx, item); err != nil {
		return err
	}
	item.Side, item.DueDate = settlement.Payable, ""
	payable, err := settlement.Raise(tx, item)
	if err != nil {
		return err
	}
	owing := func() error {
		return ledger.Add(tx, ledger.Source{Resource: office.Advances.Name, ID: a.ID, Date: a.Date, Who: who.Name},
			held(who, ledger.Entry{Debit: a.Amount}), owed(who, ledger.Entry{Credit: a.Amount}))
	}
	if a.MoneyAccount == 0 {
		return owing()
	}
	p := &settlement.Payment{Party: who.ID, Lines: []settlement.PaymentLine{{MoneyAccount: a.MoneyAccount, Amount: a.Amount}},
		Allocations: []settlement.Allocation{{OpenItem: payable.ID, Amount: a.Amount}}}
	p.Date, p.Note, p.Owner, p.Department = a.Date, a.Purpose, tx.Behalf.PersonID, tx.Behalf.Department
	waits, err := settle(tx, settlement.Payments, p)
	if err != nil {
		return err
	}
	if waits { // the money is owed until people agree to pay it
		return owing()
	}
	a.Payment = p.ID
	if err := office.Advances.Save(tx, a); err != nil {
		return err
	}
	// The payment books what was owed against money; here what was owed turns into what is held, so that one line is left.
	return ledger.Add(tx, ledger.Source{Resource: settlement.Payments.Name, ID: p.ID, Date: p.Date},
		held(who, ledger.Entry{Debit: a.Amount}), owed(who, ledger.Entry{Debit: -a.Amount}))
}

// settle pays or takes in money; where people are asked first, it tells that the sheet waits for them.
func settle(tx *kernel.Tx, r *resource.Resource[settlement.Payment], p *settlement.Payment) (waits bool, err error) {
	if err := pipeline.Create(tx, r, p); err != nil {
		return false, err
	}
	return pipeline.Offer(tx, r, p, "post")
}

// advanceUnposted takes back the payment that the advance made, and its debts.
func advanceUnposted(tx *kernel.Tx, a *office.Advance) error {
	if a.Payment != 0 {
		p, err := settlement.Payments.Lock(tx, a.Payment)
		if err != nil {
			return err
		}
		a.Payment = 0
		if err := office.Advances.Save(tx, a); err != nil {
			return err
		}
		if err := resource.Flush(tx); err != nil { // so that keepPayment lets it go
			return err
		}
		for _, act := range []string{"unpost", "void"} {
			if err := pipeline.Follow(tx, settlement.Payments, p, act); err != nil {
				return err
			}
		}
	}
	return errors.Join(settlement.Drop(tx, office.Advances.Name, a.ID), ledger.Withdraw(tx, office.Advances.Name, a.ID))
}

// keepPayment refuses to take back a payment that an advance made: the advance would be posted and nothing handed out.
func keepPayment(tx *kernel.Tx, p *settlement.Payment) error {
	number, err := advancePaidBy(tx, p.ID)
	if err != nil || number == "" {
		return err
	}
	return problem.Conflicted("office.advance_payment", "payment", p.Number, "number", number)
}

// repay books money that comes back, against the advance.
func repay(tx *kernel.Tx, r office.Repayment) error {
	items, err := settlement.ItemsOf(tx, office.Advances.Name, r.Advance.ID)
	if err != nil {
		return err
	}
	for _, it := range items {
		if it.Side != settlement.Receivable {
			continue
		}
		p := &settlement.Payment{Party: it.Party, Lines: []settlement.PaymentLine{{MoneyAccount: r.MoneyAccount, Amount: r.Amount}},
			Allocations: []settlement.Allocation{{OpenItem: it.ID, Amount: r.Amount}}}
		p.Date, p.Note, p.Owner, p.Department = r.Date, kernel.T("归还借款", "Advance given back").In(tx.Lang), tx.Behalf.PersonID, tx.Behalf.Department
		_, err := settle(tx, settlement.Receipts, p)
		return err
	}
	return problem.Rule("office.no_money", "number", r.Advance.Number)
}

func sumOpen(items []*settlement.OpenItem) (money.Amount, error) {
	open := make([]money.Amount, len(items))
	for i, it := range items {
		open[i] = it.Open
	}
	return money.SumOf(open)
}
