package billing

import (
	"errors"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// standing is what a printed sheet says of a debt: before + sheet − paid = after. The amounts of returns lower the debt.
type standing struct {
	before, sheet, open, after money.Amount
}

// figure is one of them: what it is called on the sheets of both sides, and whether it tells more than the sheet itself.
type figure struct {
	name                string
	receivable, payable kernel.Text
	debt                bool
	pick                func(standing) money.Amount
}

var figures = []figure{
	{design.DebtBefore, kernel.T("上次欠款", "Owed before"), kernel.T("上次应付", "Payable before"), true, func(s standing) money.Amount { return s.before }},
	{design.ThisSheet, kernel.T("本单金额", "This sheet"), kernel.T("本单金额", "This sheet"), false, func(s standing) money.Amount { return s.sheet }},
	{design.DebtOfSheet, kernel.T("本单欠款", "Owed of this sheet"), kernel.T("本单应付", "Payable of this sheet"), false, func(s standing) money.Amount { return s.open }},
	{design.DebtTotal, kernel.T("累计欠款", "Owed in all"), kernel.T("累计应付", "Payable in all"), true, func(s standing) money.Amount { return s.after }},
}

// facts are the figures about debts on printed sheets. They stand as they stood with the sheet: printed again after later
// sheets and receipts it says the same, so that it agrees with the statement of account. A sheet that is not posted
// adds to what is owed now.
func facts() (out []*print.Fact) {
	for _, kind := range []string{stock.KindDelivery, stock.KindSalesReturn, stock.KindReceipt, stock.KindPurchaseReturn} {
		d := stock.HandleOf(kind)
		for _, f := range figures {
			label, right := f.receivable, "credit"
			if bills[kind].side == settlement.Payable {
				label, right = f.payable, "cost"
			}
			if !f.debt {
				right = d.ByName["gross"].Right
			}
			out = append(out, &print.Fact{Resource: d.Name, Name: f.name, Label: label, Kind: kernel.KindAmount, Right: right,
				Text: func(v *kernel.View, rec any) (string, error) {
					s, known, err := standingOf(v, rec.(*stock.Document))
					if err != nil || !known {
						return "", err
					}
					return money.Format(f.pick(s)), nil
				}})
		}
	}
	return out
}

type standingKey int64

// standingOf tells nothing of a party that the actor may not see, or whose money is not his to know, nor of sheets that
// are not in force any more.
func standingOf(v *kernel.View, doc *stock.Document) (standing, bool, error) {
	b, ok := bills[doc.Kind]
	if !ok || doc.Party == 0 || doc.State == stock.Void || doc.State == stock.Reversed {
		return standing{}, false, nil
	}
	if _, err := resource.LoadVisible(v, party.Parties.Def, doc.Party); err != nil {
		if missing := (*problem.Problem)(nil); errors.As(err, &missing) && missing.Kind == problem.NotFound {
			return standing{}, false, nil
		}
		return standing{}, false, err
	}
	if may, err := party.MoneyOf(v, doc.Party); err != nil || !may {
		return standing{}, false, err
	}
	s, err := kernel.Memo(v, standingKey(doc.ID), func() (standing, error) {
		before, err := before(v, b.side, doc)
		if err != nil {
			return standing{}, err
		}
		open, err := money.Sub(doc.Gross, doc.PaidNow)
		if err != nil {
			return standing{}, err
		}
		after, err := money.Add(before, b.sign*open)
		return standing{before: before, sheet: b.sign * doc.Gross, open: b.sign * open, after: after}, err
	})
	return s, err == nil, err
}

// before is what stood before a sheet. Money that changed hands with it is told on the sheet itself: it is no part of that,
// wherever it stands, be it an advance because the sheet waits for the storekeeper.
func before(v *kernel.View, side string, doc *stock.Document) (money.Amount, error) {
	q := settlement.Before{Party: doc.Party, Side: side, Sheet: settlement.Sheet{Resource: stock.HandleOf(doc.Kind).Name, ID: doc.ID}}
	if doc.State == stock.Done {
		q.Booked = doc.Date
	}
	live, err := links.From(v, doc.ID)
	if err != nil {
		return 0, err
	}
	for _, l := range live {
		if l.Kind == hopPrefix+doc.Kind {
			q.Money = append(q.Money, l.Target)
		}
	}
	return settlement.DebtBefore(v, q)
}
