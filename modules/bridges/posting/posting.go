package posting

import (
	"strconv"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.posting", Needs: []string{"stock", "settlement", "ledger"}, Setup: func(c *kernel.Company) error {
		settlement.Raised.On(c, "posting", raised)
		settlement.Dropped.On(c, "posting", dropped)
		settlement.MoneyPosted.On(c, "posting", moneyPosted)
		settlement.MoneyUnposted.On(c, "posting", moneyUnposted)
		settlement.Applied.On(c, "posting", applied)
		return settlement.PeriodOpen.Fill(c, ledger.PeriodOpen)
	}}
}

// sheetOf gives the stock document that a debt comes from, nil when it comes from elsewhere.
func sheetOf(tx *kernel.Tx, it *settlement.OpenItem) (*stock.Document, error) {
	for _, h := range stock.Handles() {
		if h.Name == it.Source {
			return h.Lock(tx, it.SourceID)
		}
	}
	return nil, nil
}

func raised(tx *kernel.Tx, it *settlement.OpenItem) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	doc, err := sheetOf(tx, it)
	if err != nil || doc == nil {
		return err
	}
	ids := make([]int64, len(doc.Lines))
	for i, l := range doc.Lines {
		ids[i] = l.Item
	}
	items, err := item.Items.FindMany(tx.View, ids)
	if err != nil {
		return err
	}
	who, err := partyOf(tx, it.Party)
	if err != nil {
		return err
	}
	entries, err := sheet{doc, items, stock.TaxDeductible(tx.Company)}.plan()
	if err != nil {
		return err
	}
	return ledger.Add(tx, ledger.Source{Resource: it.Source, ID: it.SourceID, Date: it.Date, Who: who.Name}, entries...)
}

// partyOf gives a party, also one that this unit has just made; an empty one when it is gone.
func partyOf(tx *kernel.Tx, id int64) (*party.Party, error) {
	if e := resource.WorkOf(tx).Entry(id); e != nil {
		if p, ok := e.Rec.(*party.Party); ok {
			return p, nil
		}
	}
	found, err := party.Parties.FindMany(tx.View, []int64{id})
	if p := found[id]; p != nil {
		return p, err
	}
	return &party.Party{}, err
}

func dropped(tx *kernel.Tx, it *settlement.OpenItem) error {
	doc, err := sheetOf(tx, it)
	if err != nil || doc == nil {
		return err
	}
	return ledger.Withdraw(tx, it.Source, it.SourceID)
}

func moneyPosted(tx *kernel.Tx, p *settlement.Payment) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	ids := make([]int64, len(p.Lines))
	for i, l := range p.Lines {
		ids[i] = l.MoneyAccount
	}
	accounts, err := settlement.MoneyAccounts.FindMany(tx.View, ids)
	if err != nil {
		return err
	}
	who, err := partyOf(tx, p.Party)
	if err != nil {
		return err
	}
	entries := planMoney(p, who, accounts)
	if len(entries) == 0 {
		return nil // debts set off against returns: nothing moves in the books
	}
	return ledger.Add(tx, ledger.Source{Resource: "settlement." + p.Kind, ID: p.ID, Date: p.Date, Who: who.Name}, entries...)
}

func moneyUnposted(tx *kernel.Tx, p *settlement.Payment) error {
	return ledger.Withdraw(tx, "settlement."+p.Kind, p.ID)
}

func applied(tx *kernel.Tx, a *settlement.Application) error {
	if !ledger.Enabled(tx.Company) {
		return nil
	}
	who, err := partyOf(tx, a.Party)
	if err != nil {
		return err
	}
	source := ledger.Source{Resource: "settlement." + a.Kind, ID: a.Payment, Date: a.Date, Who: who.Name, Part: "settle-" + strconv.FormatInt(a.ID, 36)}
	return ledger.Add(tx, source, planApplied(a, who)...)
}
