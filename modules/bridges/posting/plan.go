package posting

import (
	"zhanggui/modules/base/commerce"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// sheet is a trading sheet with what its voucher depends on.
type sheet struct {
	doc        *stock.Document
	items      map[int64]*item.Item
	deductible bool
}

// plan gives the lines of a sheet's voucher. Returns are the same lines in red.
func (s sheet) plan() ([]ledger.Entry, error) {
	var out []ledger.Entry
	var err error
	switch s.doc.Kind {
	case stock.KindDelivery, stock.KindSalesReturn:
		out, err = s.sale()
	default:
		out, err = s.purchase()
	}
	if err != nil {
		return nil, err
	}
	red := s.doc.Kind == stock.KindSalesReturn || s.doc.Kind == stock.KindPurchaseReturn
	for i := range out {
		e := &out[i]
		e.Department, e.Person = s.doc.Department, s.doc.Owner
		if red {
			e.Debit, e.Credit, e.Qty = -e.Debit, -e.Credit, -e.Qty
		}
	}
	return out, nil
}

// commercial gives the sheet as it was computed, with the rounding or without.
func (s sheet) commercial(rounding money.Amount) *commerce.Sheet {
	c := &commerce.Sheet{Mode: s.doc.TaxMode, Discount: s.doc.Discount, Rounding: rounding}
	for _, l := range s.doc.Lines {
		c.Lines = append(c.Lines, commerce.Line{Qty: l.Priced(), Price: l.Price, Discount: l.Discount, Rate: l.Rate})
	}
	for _, x := range s.doc.Charges {
		c.Charges = append(c.Charges, commerce.Charge{Amount: x.Amount, Rate: x.Rate})
	}
	return c
}

func (s sheet) category(id int64) int64 {
	if it := s.items[id]; it != nil {
		return it.Category
	}
	return 0
}

// sale: the sheet's discount lowers the revenue of its lines, rounding off is a line of its own.
func (s sheet) sale() ([]ledger.Entry, error) {
	whole, list := s.commercial(s.doc.Rounding).Compute()
	if len(list) > 0 {
		return nil, list
	}
	discounted := s.commercial(0)
	before, list := discounted.Compute()
	if len(list) > 0 {
		return nil, list
	}
	revenue, err := commerce.ShareNet(discounted.Lines, before.OffNet)
	if err != nil {
		return nil, err
	}
	d := s.doc
	out := []ledger.Entry{{Role: "receivable", Party: d.Party, Debit: d.Gross}}
	for i, l := range d.Lines {
		out = append(out, ledger.Entry{Role: "revenue", Category: s.category(l.Item), Party: d.Party, Warehouse: d.Warehouse, Item: l.Item,
			Qty: l.BaseQty, Credit: revenue[i]})
	}
	for _, c := range d.Charges {
		out = append(out, ledger.Entry{Role: "charge_income", Party: d.Party, Credit: c.Net})
	}
	return append(out, ledger.Entry{Role: "output_tax", Credit: d.Tax}, ledger.Entry{Role: "rounding", Debit: whole.OffNet - before.OffNet}), nil
}

// purchase: what is left of the total after tax, charges and services is what costing puts to inventory.
func (s sheet) purchase() ([]ledger.Entry, error) {
	c := s.commercial(s.doc.Rounding)
	totals, list := c.Compute()
	if len(list) > 0 {
		return nil, list
	}
	d, off := s.doc, totals.OffNet
	if !s.deductible {
		off += totals.OffTax
		for i := range c.Lines {
			c.Lines[i].Net = c.Lines[i].Gross
		}
	}
	worth, err := commerce.ShareNet(c.Lines, off)
	if err != nil {
		return nil, err
	}
	out := []ledger.Entry{{Role: "payable", Party: d.Party, Credit: d.Gross}}
	for i, l := range d.Lines {
		if it := s.items[l.Item]; it != nil && it.Service {
			out = append(out, ledger.Entry{Role: "expense", Category: it.Category, Party: d.Party, Item: l.Item, Debit: worth[i]})
		}
	}
	for _, x := range d.Charges {
		cost := x.Net
		if !s.deductible {
			cost = x.Gross
		}
		out = append(out, ledger.Entry{Role: "purchase_freight", Party: d.Party, Debit: cost})
	}
	if s.deductible {
		out = append(out, ledger.Entry{Role: "input_tax", Debit: d.Tax})
	}
	return out, nil
}

// roles of the two kinds of money sheets.
var roles = map[string]struct{ debt, advance, discount string }{
	settlement.KindReceipt: {"receivable", "customer_advance", "sales_discount"},
	settlement.KindPayment: {"payable", "supplier_advance", "purchase_discount"},
}

// employees are the roles of money that goes between the firm and a person who works there.
var employees = map[string]struct{ debt, advance, discount string }{
	settlement.KindReceipt: {"employee_advance", "other_payable", "sales_discount"},
	settlement.KindPayment: {"other_payable", "employee_advance", "purchase_discount"},
}

// planMoney gives the lines of a receipt's or payment's voucher: money and fees, discount, what it settles, the rest.
func planMoney(p *settlement.Payment, who *party.Party, accounts map[int64]*settlement.MoneyAccount) []ledger.Entry {
	r, person := roles[p.Kind], p.Owner
	if who.Person != 0 {
		r, person = employees[p.Kind], who.Person
	}
	var out []ledger.Entry
	add := func(credit bool, e ledger.Entry) {
		if e.Debit == 0 {
			return
		}
		if credit {
			e.Debit, e.Credit = 0, e.Debit
		}
		e.Department = p.Department
		if e.Person == 0 {
			e.Person = person
		}
		out = append(out, e)
	}
	outgoing := p.Kind == settlement.KindPayment
	for _, l := range p.Lines {
		role, moved, owes := "bank", l.Amount-l.Fee, int64(0)
		if a := accounts[l.MoneyAccount]; a != nil {
			role, owes = a.Role(), a.Owes()
		}
		if outgoing {
			moved = l.Amount + l.Fee
		}
		add(outgoing, ledger.Entry{Role: role, MoneyAccount: l.MoneyAccount, Person: owes, Debit: moved})
		add(false, ledger.Entry{Role: "bank_charge", MoneyAccount: l.MoneyAccount, Debit: l.Fee})
	}
	add(outgoing, ledger.Entry{Role: r.discount, Party: p.Party, Debit: p.Discount})
	add(!outgoing, ledger.Entry{Role: r.debt, Party: p.Party, Debit: p.Settled})
	add(!outgoing, ledger.Entry{Role: r.advance, Party: p.Party, Debit: p.Unapplied})
	return out
}

// planApplied moves an amount from advance to debt; a negative one moves it back, in red.
func planApplied(a *settlement.Application, who *party.Party) []ledger.Entry {
	r := roles[a.Kind]
	if who.Person != 0 {
		r = employees[a.Kind]
	}
	debit, credit := r.advance, r.debt
	if a.Kind == settlement.KindPayment {
		debit, credit = r.debt, r.advance
	}
	return []ledger.Entry{{Role: debit, Party: a.Party, Person: who.Person, Debit: a.Amount}, {Role: credit, Party: a.Party, Person: who.Person, Credit: a.Amount}}
}
