package costing

import (
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/ledger"
	"zhanggui/modules/stock"
)

// counter says where the counterpart of a value stands: in a role, on the credit side for what comes in.
type counter struct {
	role   string
	credit bool
}

// counters by kind; the kinds of purchases meet their counterpart on the voucher, openings its balancing line, transfers
// have none.
var counters = map[string]counter{
	stock.KindDelivery:    {role: "cost_of_sales"},
	stock.KindSalesReturn: {role: "cost_of_sales"},
	stock.KindOtherIn:     {role: "inventory_gain", credit: true},
}

// reasonRoles by the reason of an other issue.
var reasonRoles = map[string]string{"own_use": "own_use", "loss": "inventory_loss", "promotion": "promotion"}

func counterOf(kind string, l stock.LineValue, reason string) counter {
	switch kind {
	case stock.KindOtherOut:
		if role := reasonRoles[reason]; role != "" {
			return counter{role: role}
		}
		return counter{role: "own_use"}
	case stock.KindCount:
		if l.Out {
			return counter{role: "inventory_loss"}
		}
		return counter{role: "inventory_gain", credit: true}
	}
	return counters[kind]
}

// plan gives the lines that one document brings to its voucher; reason tells that of an other issue.
func plan(kind string, e *stock.Event, reason func(stock.LineValue) string) []ledger.Entry {
	var out []ledger.Entry
	for _, l := range e.Lines {
		base := ledger.Entry{Category: l.Item.Category, Warehouse: l.Warehouse, Item: l.Item.ID, Party: e.Doc.Party,
			Department: e.Doc.Department, Person: e.Doc.Owner}
		if kind != stock.KindTransfer || l.Variance != 0 {
			out = append(out, inventory(base, kind, l))
		}
		if c := counterOf(kind, l, reason(l)); c.role != "" {
			out = append(out, against(base, c, l.Value))
		}
		if l.Variance != 0 {
			out = append(out, against(base, counter{role: "cost_variance"}, l.Variance))
		}
	}
	return out
}

// inventory is what the pool gained or lost. A transfer moves inside one account, so only its variance counts.
func inventory(e ledger.Entry, kind string, l stock.LineValue) ledger.Entry {
	e.Role, e.Party, e.Department, e.Person = "inventory", 0, 0, 0
	gained := l.Value + l.Variance
	if kind == stock.KindTransfer {
		gained, l.Qty = l.Variance, 0
	}
	if l.Out {
		e.Credit, e.Qty = -gained, -l.Qty
	} else {
		e.Debit, e.Qty = gained, l.Qty
	}
	return e
}

func against(e ledger.Entry, c counter, value money.Amount) ledger.Entry {
	e.Role = c.role
	if c.credit {
		e.Credit = value
	} else {
		e.Debit = -value
	}
	return e
}
