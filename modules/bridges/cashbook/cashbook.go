package cashbook

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
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
		planCash(s, role(accounts[s.MoneyAccount]), categories, deductible)...)
}

// role is the one under which the books look for a money account.
func role(a *settlement.MoneyAccount) string {
	if a == nil {
		return "bank"
	}
	return a.Role()
}

// planCash gives the lines of the voucher of an expense or an income.
func planCash(s *settlement.Cash, role string, categories map[int64]*office.Category, deductible bool) []ledger.Entry {
	expense := s.Kind == settlement.KindExpense
	var out []ledger.Entry
	add := func(debit bool, amount money.Amount, e ledger.Entry) {
		if amount == 0 {
			return
		}
		e.Department, e.Person = s.Department, s.Owner
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
	add(!expense, s.Amount, ledger.Entry{Role: role, MoneyAccount: s.MoneyAccount})
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
	lines := []ledger.Entry{
		{Role: role(accounts[s.ToAccount]), MoneyAccount: s.ToAccount, Debit: s.Amount},
		{Role: "bank_charge", MoneyAccount: s.FromAccount, Debit: s.Fee},
		{Role: role(accounts[s.FromAccount]), MoneyAccount: s.FromAccount, Credit: s.Amount + s.Fee},
	}
	if s.Fee == 0 {
		lines = append(lines[:1], lines[2])
	}
	for i := range lines {
		lines[i].Department, lines[i].Person = s.Department, s.Owner
	}
	return ledger.Add(tx, ledger.Source{Resource: settlement.Transfers.Name, ID: s.ID, Date: s.Date}, lines...)
}
