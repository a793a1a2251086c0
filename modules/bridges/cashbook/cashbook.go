package cashbook

import (
	"cmp"

	"zhanggui/modules/kernel"
	amounts "zhanggui/modules/kernel/money"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// Module declares the crossing.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.cashbook", Needs: []string{"settlement", "ledger", "office"}, Setup: func(c *kernel.Company) error {
		settlement.CashPosted.On(c, "cashbook", cashPosted)
		settlement.CashUnposted.On(c, "cashbook", func(tx *kernel.Tx, s *settlement.Cash) error {
			return ledger.Withdraw(tx, "settlement."+s.Kind, s.ID)
		})
		settlement.Transferred.On(c, "cashbook", transferred)
		settlement.Untransferred.On(c, "cashbook", func(tx *kernel.Tx, s *settlement.Transfer) error {
			return ledger.Withdraw(tx, settlement.Transfers.Name, s.ID)
		})
		return nil
	}}
}

func cashPosted(tx *kernel.Tx, s *settlement.Cash) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	accounts, err := settlement.MoneyAccounts.FindMany(tx.View, []int64{s.MoneyAccount})
	if err != nil {
		return err
	}
	ids := make([]int64, len(s.Lines))
	for i, l := range s.Lines {
		ids[i] = l.Category
	}
	categories, err := office.Categories.FindMany(tx.View, ids)
	if err != nil {
		return err
	}
	deductible := tx.Company.Setting(ledger.SettingVAT) != "small"
	return ledger.Add(tx, ledger.Source{Resource: "settlement." + s.Kind, ID: s.ID, Date: s.Date},
		planCash(s, purse(accounts, s.MoneyAccount), categories, deductible)...)
}

// purse is the part of a line that says where money lies: the role under which the books look for the account, and who owes
// what lies on a private card.
func purse(accounts map[int64]*settlement.MoneyAccount, id int64) ledger.Entry {
	e := ledger.Entry{Role: "bank", MoneyAccount: id}
	if a := accounts[id]; a != nil {
		e.Role, e.Person = a.Role(), a.Owes()
	}
	return e
}

// planCash gives the lines of the voucher of an expense or an income; money is where it lies.
func planCash(s *settlement.Cash, money ledger.Entry, categories map[int64]*office.Category, deductible bool) []ledger.Entry {
	expense := s.Kind == settlement.KindExpense
	var out []ledger.Entry
	add := func(debit bool, amount amounts.Amount, e ledger.Entry) {
		if amount == 0 {
			return
		}
		e.Department, e.Person = s.Department, cmp.Or(e.Person, s.Owner)
		if e.Debit = amount; !debit {
			e.Debit, e.Credit = 0, amount
		}
		out = append(out, e)
	}
	tax := ledger.Entry{Role: "input_tax"}
	if !expense {
		tax.Role = "output_tax"
	}
	apart := deductible || !expense // output tax is owed by everybody
	for _, l := range s.Lines {
		e, amount := ledger.Entry{Role: "expense", Party: s.Party, Summary: l.Description}, l.Amount
		if !expense {
			e.Role = "other_revenue"
		}
		if k := categories[l.Category]; k != nil {
			e.Role, e.Account = k.Role, k.Account
		}
		if apart {
			amount -= l.Tax
		}
		add(expense, amount, e)
	}
	if apart {
		add(expense, s.Tax, tax)
	}
	add(!expense, s.Amount, money)
	return out
}

func transferred(tx *kernel.Tx, s *settlement.Transfer) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	accounts, err := settlement.MoneyAccounts.FindMany(tx.View, []int64{s.FromAccount, s.ToAccount})
	if err != nil {
		return err
	}
	to, from := purse(accounts, s.ToAccount), purse(accounts, s.FromAccount)
	to.Debit, from.Credit = s.Amount, s.Amount+s.Fee
	lines := []ledger.Entry{to, {Role: "bank_charge", MoneyAccount: s.FromAccount, Debit: s.Fee}, from}
	if s.Fee == 0 {
		lines = append(lines[:1], lines[2])
	}
	for i := range lines {
		lines[i].Department, lines[i].Person = s.Department, cmp.Or(lines[i].Person, s.Owner)
	}
	return ledger.Add(tx, ledger.Source{Resource: settlement.Transfers.Name, ID: s.ID, Date: s.Date}, lines...)
}
