package opening

import (
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// goods is the stock sheet of one warehouse; rows are the places of its lines on the page.
type goods struct {
	doc  *stock.Document
	rows []int
}

// sheets are what a balance makes.
type sheets struct {
	stock []*goods
	debts *settlement.Opening // with the money; nil when there is neither
	owed  int                 // how many of the debts are receivables: they stand first
}

// plan gives the sheets of a balance as it stands.
func plan(b *Balance) *sheets {
	head := resource.Doc{Date: b.Date, Owner: b.Owner, Department: b.Department, Note: b.Note}
	out := &sheets{owed: len(b.Receivables)}
	in := map[int64]*goods{}
	for i, l := range b.Stock {
		g := in[l.Warehouse]
		if g == nil {
			g = &goods{doc: &stock.Document{Doc: head, Kind: stock.KindOpening, Warehouse: l.Warehouse}}
			in[l.Warehouse], out.stock = g, append(out.stock, g)
		}
		g.doc.Lines = append(g.doc.Lines, stock.DocumentLine{Item: l.Item, Unit: l.Unit, Qty: l.Qty, Qty2: l.Qty2, Price: l.Price})
		g.rows = append(g.rows, i)
	}
	if len(b.Receivables)+len(b.Payables)+len(b.Money) == 0 {
		return out
	}
	out.debts = &settlement.Opening{Doc: head}
	debt := func(side string, l DebtLine) {
		out.debts.Debts = append(out.debts.Debts, settlement.OpeningDebt{
			Party: l.Party, Side: side, Reference: l.Reference, Date: l.Date, DueDate: l.DueDate, Amount: l.Amount,
		})
	}
	for _, l := range b.Receivables {
		debt(settlement.Receivable, l)
	}
	for _, l := range b.Payables {
		debt(settlement.Payable, l)
	}
	for _, l := range b.Money {
		out.debts.Money = append(out.debts.Money, settlement.OpeningMoney{MoneyAccount: l.MoneyAccount, Amount: l.Amount})
	}
	return out
}

// entries are the lines of the other accounts.
func entries(b *Balance) []ledger.Entry {
	var out []ledger.Entry
	for _, l := range b.Others {
		out = append(out, ledger.Entry{Account: l.Account, Party: l.Party, Person: l.Person, Department: l.Department, Item: l.Item,
			Debit: l.Debit, Credit: l.Credit})
	}
	return out
}

// owed are the lines of debts and money; parties and accounts are its own by id. What people of the firm hold and are
// owed has accounts of its own.
func owed(o *settlement.Opening, parties map[int64]*party.Party, accounts map[int64]*settlement.MoneyAccount) []ledger.Entry {
	var out []ledger.Entry
	for _, d := range o.Debts {
		receivable, payable, e := "receivable", "payable", ledger.Entry{Party: d.Party}
		if p := parties[d.Party]; p != nil && p.Person != 0 {
			receivable, payable, e.Person = "employee_advance", "other_payable", p.Person
		}
		if d.Side == settlement.Payable {
			e.Role, e.Credit = payable, d.Amount
		} else {
			e.Role, e.Debit = receivable, d.Amount
		}
		out = append(out, e)
	}
	for _, m := range o.Money {
		e := ledger.Entry{Role: "bank", MoneyAccount: m.MoneyAccount, Debit: m.Amount}
		if a := accounts[m.MoneyAccount]; a != nil {
			e.Role, e.Person = a.Role(), a.Owes()
		}
		out = append(out, e)
	}
	return out
}

// at is the place on the page of what a path of the stock sheet means.
func (g *goods) at(path string) string {
	table, row, field := split(path)
	switch {
	case table == "lines" && row >= 0 && row < len(g.rows):
		return join("stock", g.rows[row], field)
	case table == "warehouse":
		return join("stock", g.rows[0], "warehouse")
	case table == "date":
		return path
	}
	return "/stock"
}

// at is the place on the page of what a path of the sheet of debts and money means.
func (s *sheets) at(path string) string {
	table, row, field := split(path)
	switch {
	case table == "debts" && row >= s.owed:
		return join("payables", row-s.owed, field)
	case table == "debts" && row >= 0:
		return join("receivables", row, field)
	case table == "debts":
		return "/receivables"
	}
	return path
}

// split takes "/lines/3/qty" apart; row is -1 where there is none.
func split(path string) (table string, row int, field string) {
	parts := strings.SplitN(strings.TrimPrefix(path, "/"), "/", 3)
	row = -1
	if len(parts) > 1 {
		if n, err := strconv.Atoi(parts[1]); err == nil {
			row = n
		}
	}
	if len(parts) > 2 {
		field = parts[2]
	}
	return parts[0], row, field
}

func join(table string, row int, field string) string {
	path := "/" + table + "/" + strconv.Itoa(row)
	if field != "" {
		path += "/" + field
	}
	return path
}

// moved gives problems their places on the page.
func moved(list problem.List, at func(string) string) problem.List {
	out := make(problem.List, len(list))
	for i, p := range list {
		out[i] = p.At(at(p.Path))
	}
	return out
}

// told is moved for an error; what is no problem stays as it is.
func told(err error, at func(string) string) error {
	if list, ok := problem.From(err); ok {
		return moved(list, at)
	}
	return err
}
