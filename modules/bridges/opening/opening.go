package opening

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.opening", Needs: []string{"settlement", "ledger"}, Setup: func(c *kernel.Company) error {
		settlement.Opened.On(c, "opening", opened)
		settlement.Unopened.On(c, "opening", unopened)
		return nil
	}}
}

const contra = "opening_balance"

// plan gives the lines of an opening's voucher; accounts are its money accounts by id.
func plan(o *settlement.Opening, accounts map[int64]*settlement.MoneyAccount) []ledger.Entry {
	var out []ledger.Entry
	for _, d := range o.Debts {
		if d.Side == settlement.Payable {
			out = append(out, ledger.Entry{Role: "payable", Party: d.Party, Credit: d.Amount}, ledger.Entry{Role: contra, Debit: d.Amount})
			continue
		}
		out = append(out, ledger.Entry{Role: "receivable", Party: d.Party, Debit: d.Amount}, ledger.Entry{Role: contra, Credit: d.Amount})
	}
	for _, m := range o.Money {
		role := "bank"
		if a := accounts[m.MoneyAccount]; a != nil {
			role = a.Role()
		}
		out = append(out, ledger.Entry{Role: role, MoneyAccount: m.MoneyAccount, Debit: m.Amount}, ledger.Entry{Role: contra, Credit: m.Amount})
	}
	return out
}

func opened(tx *kernel.Tx, o *settlement.Opening) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	ids := make([]int64, len(o.Money))
	for i, m := range o.Money {
		ids[i] = m.MoneyAccount
	}
	accounts, err := settlement.MoneyAccounts.FindMany(tx.View, ids)
	if err != nil {
		return err
	}
	return ledger.Add(tx, ledger.Source{Resource: settlement.Openings.Name, ID: o.ID, Date: o.Date, Opening: true}, plan(o, accounts)...)
}

func unopened(tx *kernel.Tx, o *settlement.Opening) error {
	return ledger.Withdraw(tx, settlement.Openings.Name, o.ID)
}
