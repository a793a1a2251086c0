package credit

import (
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// side is one of the two ways of dealing with a party.
type side struct {
	pointer       string
	owed, advance kernel.Text
	debt          func(v *kernel.View, party int64) (owed, advance money.Amount, err error)
	sheets        *resource.Resource[stock.Document]
}

var (
	asCustomer = side{"/customer", kernel.T("欠款", "Owes"), kernel.T("预收", "Advance"), settlement.Debt, stock.Deliveries}
	asSupplier = side{"/supplier", kernel.T("应付", "We owe"), kernel.T("预付", "Paid in advance"), settlement.Owed, stock.Receipts}
)

// standing tells what a party and the firm owe each other, what is left of the credit, and the last sheet of each side.
func standing(v *kernel.View, id int64) ([]kernel.Fact, error) {
	if may, err := party.MoneyOf(v, id); err != nil || !may {
		return nil, err
	}
	p, err := party.Parties.Find(v, id)
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	for _, s := range []side{asCustomer, asSupplier} {
		if s.sheets == stock.Deliveries && !p.Customer || s.sheets == stock.Receipts && !p.Supplier {
			continue
		}
		owed, advance, err := s.debt(v, id)
		if err != nil {
			return nil, err
		}
		out = append(out, amount(s.owed, owed), amount(s.advance, advance))
		last, err := s.last(v, id)
		if err != nil {
			return nil, err
		}
		out = append(out, last...)
	}
	since, err := settlement.Overdue(v, id, v.Today)
	if err != nil {
		return nil, err
	}
	if since != "" && p.Customer {
		out = append(out, kernel.Fact{Pointer: "/credit_limit", Label: kernel.T("逾期自", "Overdue since"), Kind: kernel.KindDate, Value: string(since), Right: "credit"})
	}
	left, limited, err := sales.CreditLeft(v, id)
	if limited && p.Customer {
		out = append(out, amount(kernel.T("可用额度", "Credit left"), left))
	}
	return out, err
}

func amount(label kernel.Text, value money.Amount) kernel.Fact {
	return kernel.Fact{Pointer: "/credit_limit", Label: label, Kind: kernel.KindAmount, Value: value.String(), Right: "credit"}
}

// last is the latest posted sheet that the actor may see.
func (s side) last(v *kernel.View, id int64) ([]kernel.Fact, error) {
	d := s.sheets.Def
	if !v.Actor.Can(d.Name, "read") {
		return nil, nil
	}
	page, err := listing.List(v, d, listing.Query{Sort: "-date", Limit: 1,
		Filters: []listing.Filter{{Field: "party", Op: "eq", Value: strconv.FormatInt(id, 10)}, {Field: "state", Op: "eq", Value: string(stock.Done)}}})
	if err != nil || len(page.Items) == 0 {
		return nil, err
	}
	doc := page.Items[0].(*stock.Document)
	return []kernel.Fact{{Pointer: s.pointer, Label: kernel.T("最近"+d.Label.Zh, "Last "+d.Label.En), Kind: kernel.KindText,
		Value: doc.Number + " " + string(doc.Date) + " " + money.Format(doc.Gross), To: "/r/" + d.Name + "/" + strconv.FormatInt(doc.ID, 10), Right: d.ByName["gross"].Right}}, nil
}
