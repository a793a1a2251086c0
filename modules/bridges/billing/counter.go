package billing

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

const hopPrefix = "counter_"

// moneyOf names the money sheets of a side.
var moneyOf = map[string]string{settlement.Receivable: settlement.Receipts.Name, settlement.Payable: settlement.Payments.Name}

// hops are the links from sheets to the money that changed hands with them. They are loose: it goes back with the sheet.
func hops() (out []*links.Kind) {
	for _, kind := range []string{stock.KindDelivery, stock.KindSalesReturn, stock.KindReceipt, stock.KindPurchaseReturn} {
		d := stock.HandleOf(kind).Def
		out = append(out, &links.Kind{Name: hopPrefix + kind, Label: d.LineOf("money").Label,
			Back: kernel.T("随"+d.Label.Zh+"收付", "With "+d.Label.En), Source: d.Name, Target: moneyOf[bills[kind].side], Loose: true})
	}
	return out
}

// atCounter tells the till of a sheet who may take money and what is owed.
func atCounter(v *kernel.View, doc *stock.Document) (stock.Counter, error) {
	b, ok := bills[doc.Kind]
	if !ok {
		return stock.Counter{}, nil
	}
	out := stock.Counter{May: v.Actor.Can(moneyOf[b.side], "create") && v.Actor.Can(moneyOf[b.side], "post")}
	var accounts []int64
	for _, m := range doc.Money {
		accounts = append(accounts, m.MoneyAccount)
	}
	back, err := settlement.MayGiveBack(v, accounts)
	if err != nil {
		return out, err
	}
	out.Back = out.May && back
	if out.Account, err = settlement.FirstAccount(v); err != nil || doc.Party == 0 {
		return out, err
	}
	open, debt, err := settlement.OpenOf(v, settlement.Counter{Party: doc.Party, Side: b.side}, settlement.Sheet{Resource: stock.HandleOf(doc.Kind).Name, ID: doc.ID})
	out.Open, out.Debt = b.sign*open, debt
	return out, err
}

// take posts the money of a sheet; debt is what the sheet made, nil for none.
func take(tx *kernel.Tx, e *stock.Event, debt *settlement.OpenItem) error {
	day := e.Doc.Date
	if len(e.Doc.Money) > 0 && e.Before != nil && e.Before.Date == day { // put right, it stays of the day that it was of
		last, err := lastTaken(tx.View, hopPrefix+e.Doc.Kind, e.Doc.ID)
		if err != nil {
			return err
		}
		day = max(day, last)
	}
	return takeLines(tx, e, debt, taken{day, e.Doc.Money})
}

// takeOn posts money that came after the day of the sheet.
func takeOn(tx *kernel.Tx, e *stock.Event, debt *settlement.OpenItem, lines []stock.DocumentMoney) error {
	return takeLines(tx, e, debt, taken{max(e.Doc.Date, tx.Today), lines})
}

// taken is money that changed hands on a day.
type taken struct {
	date  clock.Date
	lines []stock.DocumentMoney
}

func takeLines(tx *kernel.Tx, e *stock.Event, debt *settlement.OpenItem, t taken) error {
	doc, b := e.Doc, bills[e.Doc.Kind]
	if len(t.lines) == 0 || b.side == "" {
		return nil
	}
	c := settlement.Counter{Party: doc.Party, Side: b.side, Date: t.date, Owner: doc.Owner, Department: doc.Department,
		Note: kernel.T("随单收付", "With the sheet").In(tx.Lang), Debt: debt, Back: doc.Reverses != 0}
	var total money.Amount
	for _, m := range t.lines {
		c.Lines = append(c.Lines, settlement.PaymentLine{MoneyAccount: m.MoneyAccount, Amount: b.sign * m.Amount, Note: m.Note})
		total += b.sign * m.Amount
	}
	paid, err := settlement.Take(tx, c)
	if err != nil {
		return onSheet(err)
	}
	return links.Make(tx, hopPrefix+doc.Kind, []links.Link{{Source: doc.ID, Target: paid.ID, Amount: total}})
}

// reach lets the money that changed hands with a sheet before, as it was modified or handed to the storekeeper, settle what
// it owes now. from is the sheet itself or the one that it is the rest of; 0 is none.
func reach(tx *kernel.Tx, doc *stock.Document, from int64, debt *settlement.OpenItem) error {
	if from == 0 || debt == nil || from == doc.ID && len(doc.Money) == 0 {
		return nil
	}
	live, err := links.From(tx.View, from)
	if err != nil {
		return err
	}
	for _, l := range live {
		if l.Kind != hopPrefix+doc.Kind {
			continue
		}
		if err := settlement.Reach(tx, moneyOf[bills[doc.Kind].side], l.Target, debt); err != nil {
			return err
		}
	}
	return nil
}

// onSheet moves what is wrong with a line of the receipt to the same line of the sheet.
func onSheet(err error) error {
	list, ok := problem.From(err)
	if !ok {
		return err
	}
	var out problem.List
	for _, p := range list {
		out.Add(p.At(strings.Replace(p.Path, "/lines/", "/money/", 1)))
	}
	return out
}

// takeBack unposts and voids the money of a sheet that is unposted.
func takeBack(tx *kernel.Tx, e *stock.Event) error {
	live, err := links.From(tx.View, e.Doc.ID)
	if err != nil {
		return err
	}
	for _, l := range live {
		if l.Kind != hopPrefix+e.Doc.Kind {
			continue
		}
		if err := links.Kill(tx, l.Target, l.Kind); err != nil {
			return err
		}
		if err := settlement.TakeBack(tx, moneyOf[bills[e.Doc.Kind].side], l.Target, settlement.Sheet{Resource: e.Def.Name, ID: e.Doc.ID}); err != nil {
			return err
		}
	}
	return nil
}

// together refuses to take back alone what changed hands with a sheet.
func together(tx *kernel.Tx, p *settlement.Payment) error { return with(tx, p, "settlement.counter") }

// onTheSheet refuses to modify alone what changed hands with a sheet: it is modified there.
func onTheSheet(tx *kernel.Tx, p *settlement.Payment) error {
	return with(tx, p, "settlement.counter_modify")
}

// with gives the problem that a receipt or payment changed hands with a sheet, nil where it did not.
func with(tx *kernel.Tx, p *settlement.Payment, code string) error {
	live, err := links.To(tx.View, p.ID)
	if err != nil {
		return err
	}
	for _, l := range live {
		kind, ok := strings.CutPrefix(l.Kind, hopPrefix)
		if !ok {
			continue
		}
		d := stock.HandleOf(kind).Def
		labels, err := resource.Labels(tx.View, d, []int64{l.Source})
		if err != nil {
			return err
		}
		return problem.Conflicted(code, "number", p.Number, "sheet", d.Label.In(tx.Lang)+" "+labels[l.Source])
	}
	return nil
}
