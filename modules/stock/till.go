package stock

import (
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// DocumentMoney is money that changes hands with the sheet, on one account. The amount is as people say it: what a
// customer pays with a delivery and what he is given back with a return are both positive, red sheets the opposite.
type DocumentMoney struct {
	resource.Line
	MoneyAccount int64        `zg:"required,enter,ref=settlement.money_account,width=140" zh:"结算账户" en:"Money account"`
	Amount       money.Amount `zg:"required,signed,enter,total,width=110" zh:"金额" en:"Amount"`
	Note         string       `zg:"max=200" zh:"备注" en:"Note"`
}

// Counter is what those who keep the money know about a sheet.
type Counter struct {
	May     bool         // the actor may let money change hands with this sheet
	Back    bool         // and give back what came with it
	Account int64        // the account that is offered first, 0 for none
	Debt    money.Amount // what stands open between the firm and the party on the side of the sheet
	Open    money.Amount // what of the posted sheet itself is still open, signed like its total
}

// AtCounter answers about a sheet with a party. Until somebody supplies it nobody can take money on a sheet: what is
// written there would be lost.
var AtCounter = kernel.NewPort("stock.at_counter", func(*kernel.View, *Document) (Counter, error) { return Counter{}, nil })

// roundings are the units to which the rounding off (抹零) leads, as the setting names them.
var roundings = map[string]money.Amount{"yuan": 100, "jiao": 10}

const settingRounding = "stock.round_to"

func trades(doc *Document) bool { return kindOf(doc.Kind).party.Zh != "" }

// counted adds up the money of a sheet; a line with an amount and no account gets the one that is offered first.
func counted(v *kernel.View, doc *Document) (problem.List, error) {
	if !trades(doc) {
		return nil, nil
	}
	doc.PaidNow = 0
	for i := range doc.Money {
		m := &doc.Money[i]
		if m.MoneyAccount == 0 && m.Amount != 0 {
			at, err := AtCounter.Of(v.Company)(v, doc)
			if err != nil {
				return nil, err
			}
			m.MoneyAccount = at.Account
		}
		var err error
		if doc.PaidNow, err = money.Add(doc.PaidNow, m.Amount); err != nil {
			return problem.List{problem.Rule("commerce.range").At(moneyAt(i))}, nil
		}
	}
	return nil, nil
}

func moneyAt(line int) string { return "/money/" + strconv.Itoa(line) + "/amount" }

// untaken is what stands against letting the money of a sheet change hands. A mirror takes back what was taken.
func untaken(v *kernel.View, doc *Document) (list problem.List) {
	if len(doc.Money) == 0 || doc.Reverses != 0 {
		return nil
	}
	at, err := AtCounter.Of(v.Company)(v, doc)
	if err != nil {
		return nil // the posting runs into it as well and can say so
	}
	switch {
	case !at.May:
		list.Add(problem.Rule("stock.money_right").At(moneyAt(0)))
	case doc.PaidNow == 0:
		list.Add(problem.Rule("stock.money_zero").At(moneyAt(0)))
	case doc.Gross == 0:
		list.Add(problem.Rule("stock.money_nothing").At(moneyAt(0)))
	case doc.PaidNow < 0 != (doc.Gross < 0):
		list.Add(problem.Rule("stock.money_sign", "total", doc.Gross, "received", doc.PaidNow).At(moneyAt(0)))
	}
	return list
}

// mayGiveBack refuses to take back a sheet with which money came to whoever may not let money change hands.
func mayGiveBack(tx *kernel.Tx, doc *Document) error {
	if len(doc.Money) == 0 {
		return nil
	}
	at, err := AtCounter.Of(tx.Company)(tx.View, doc)
	if err == nil && !at.Back {
		return problem.Rule("stock.money_back")
	}
	return err
}

// footFacts are the figures under a sheet: what rounding off would take, what stays owed of the sheet, and what is owed
// in all with it.
func footFacts(v *kernel.View, doc *Document) ([]kernel.Fact, error) {
	if !trades(doc) || doc.Party == 0 || doc.Reverses != 0 {
		return nil, nil
	}
	// Nothing is told about a party that the actor may not see.
	if p, err := partyOf(v, doc.Party); err != nil || p.ID == 0 {
		return nil, err
	}
	at, err := AtCounter.Of(v.Company)(v, doc)
	if err != nil {
		return nil, err
	}
	k := kindOf(doc.Kind)
	own, all := k.right(), "credit"
	if k.price == purchasePrice {
		all = "cost"
	}
	owed, debt := at.Open, at.Debt
	var out []kernel.Fact
	if v.Lang != "en" && doc.Gross != 0 {
		out = append(out, kernel.Fact{Pointer: "/gross", Label: kernel.T("大写", "In words"), Kind: kernel.KindText, Value: money.Upper(doc.Gross), Right: own})
	}
	if doc.State == Draft || doc.State == Waiting || doc.State == "" {
		whole, err := money.Add(doc.Gross, doc.Rounding)
		if err != nil {
			return nil, err
		}
		out = append(out, kernel.Fact{Pointer: "/round_off", Label: kernel.T("可抹", "Can round off"), Kind: kernel.KindAmount,
			Value: (whole % roundings[v.Company.Setting(settingRounding)]).String(), Right: own})
		if owed, err = money.Sub(doc.Gross, doc.PaidNow); err != nil {
			return nil, err
		}
		sign := money.Amount(1)
		if k.source != "" {
			sign = -1
		}
		if debt, err = money.Add(debt, sign*owed); err != nil {
			return nil, err
		}
	} else if doc.State == Sent { // its money has been taken and stands in the debt, its goods have not left
		if owed, err = money.Sub(doc.Gross, doc.PaidNow); err == nil {
			debt, err = money.Add(debt, doc.Gross)
		}
		if err != nil {
			return nil, err
		}
	}
	if doc.State == Done {
		if owed, debt, err = modified(v, doc, at); err != nil {
			return nil, err
		}
	}
	label := kernel.T("本单欠款", "Owed of this sheet")
	if doc.Gross > 0 && owed < 0 || doc.Gross < 0 && owed > 0 {
		label = kernel.T("多收付，留作预收预付", "Too much, kept as an advance")
		owed = -owed
	} else if back := k.source != ""; back && owed > 0 || !back && owed < 0 {
		label = goesBack(k)
		owed = max(owed, -owed)
	}
	out = append(out, kernel.Fact{Pointer: "/owed", Label: label, Kind: kernel.KindAmount, Value: owed.String(), Right: own})
	if may, err := party.MoneyOf(v, doc.Party); err != nil {
		return nil, err
	} else if may && AtCounter.Filled(v.Company) {
		out = append(out, kernel.Fact{Pointer: "/debt", Label: kernel.T("累计欠款", "Owed in all"), Kind: kernel.KindAmount, Value: debt.String(), Right: all})
	}
	return out, nil
}

// modified tells what a posted sheet owes as it is typed over, and its party with it: what they owe as it is stored and the
// difference. One that becomes another party's owes that one all of it. As long as nothing is typed nothing changes.
func modified(v *kernel.View, doc *Document, at Counter) (owed, debt money.Amount, err error) {
	owed, debt = at.Open, at.Debt
	found, err := HandleOf(doc.Kind).FindMany(v, []int64{doc.ID})
	was := found[doc.ID]
	if err != nil || was == nil || was == doc {
		return owed, debt, err
	}
	now, err := money.Sub(doc.Gross, doc.PaidNow)
	if err != nil {
		return owed, debt, err
	}
	more, err := money.SumOf([]money.Amount{now, -was.Gross, was.PaidNow})
	if err != nil {
		return owed, debt, err
	}
	if owed, err = money.Add(owed, more); err != nil {
		return owed, debt, err
	}
	if doc.Party != was.Party {
		more = now
	}
	if kindOf(doc.Kind).source != "" {
		more = -more
	}
	debt, err = money.Add(debt, more)
	return owed, debt, err
}

// goesBack is what a sheet leaves open that takes goods back: nobody owes it who dealt with the firm in the usual way.
func goesBack(k *kind) kernel.Text {
	if k.party == supplier {
		return kernel.T("本单应收回", "To come back for this sheet")
	}
	return kernel.T("本单应退", "To give back for this sheet")
}

// partyFacts tell beside the party what was dealt last and what was noted about it.
func partyFacts(v *kernel.View, doc *Document, p *party.Party) ([]kernel.Fact, error) {
	k := kindOf(doc.Kind)
	handle := HandleOf(KindDelivery)
	if k.price == purchasePrice {
		handle = HandleOf(KindReceipt)
	}
	var out []kernel.Fact
	if v.Actor.Can(handle.Name, "read") {
		page, err := listing.List(v, handle.Def, listing.Query{Sort: "-date", Limit: 2, Filters: []listing.Filter{
			{Field: "party", Op: "eq", Value: strconv.FormatInt(p.ID, 10)}, {Field: "state", Op: "eq", Value: string(Done)}}})
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Items {
			last := rec.(*Document)
			if last.ID == doc.ID || len(out) > 0 {
				continue
			}
			out = append(out, kernel.Fact{Pointer: "/party", Label: kernel.T("上次", "Last"), Kind: kernel.KindText,
				Value: string(last.Date) + " " + money.Format(last.Gross), Right: handle.ByName["gross"].Right,
				To: "/r/" + handle.Name + "/" + strconv.FormatInt(last.ID, 10)})
		}
	}
	if p.Note != "" {
		out = append(out, kernel.Fact{Pointer: "/party", Label: kernel.T("备注", "Note"), Kind: kernel.KindText, Value: resource.Clip(p.Note)})
	}
	return out, nil
}
