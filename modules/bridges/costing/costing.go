package costing

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/ledger"
	"zhanggui/modules/stock"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.costing", Needs: []string{"stock", "ledger"}, Setup: func(c *kernel.Company) error {
		stock.Posted.On(c, "costing", posted)
		stock.Adjusted.On(c, "costing", adjusted)
		stock.Unposted.On(c, "costing", func(tx *kernel.Tx, e *stock.Event) error { return ledger.Withdraw(tx, e.Def.Name, e.Doc.ID) })
		return stock.PeriodOpen.Fill(c, ledger.PeriodOpen)
	}}
}

func posted(tx *kernel.Tx, e *stock.Event) error {
	entries := plan(e.Doc.Kind, e, func(stock.LineValue) string { return e.Doc.Reason })
	return add(tx, e, entries)
}

func adjusted(tx *kernel.Tx, e *stock.Event) error {
	reasons, err := reasonsOf(tx, e)
	if err != nil {
		return err
	}
	return add(tx, e, plan(e.Doc.Adjusts, e, func(l stock.LineValue) string { return reasons[l.Line.Source] }))
}

func add(tx *kernel.Tx, e *stock.Event, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	source := ledger.Source{Resource: e.Def.Name, ID: e.Doc.ID, Date: e.Doc.Date, Opening: e.Doc.Kind == stock.KindOpening}
	if source.Opening || e.Doc.Adjusts == stock.KindOpening {
		source.Balance = "opening_balance"
	}
	return ledger.Add(tx, source, entries...)
}

// reasonsOf gives the reasons of the other issues that an adjustment is about, by document.
func reasonsOf(tx *kernel.Tx, e *stock.Event) (map[int64]string, error) {
	out := map[int64]string{}
	if e.Doc.Adjusts != stock.KindOtherOut || !ledger.Enabled(tx.Company) {
		return out, nil
	}
	var ids []int64
	for _, l := range e.Lines {
		ids = append(ids, l.Line.Source)
	}
	docs, err := stock.OtherOut.FindMany(tx.View, ids)
	for id, doc := range docs {
		out[id] = doc.Reason
	}
	return out, err
}
