package revising

import (
	"database/sql"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
)

// booked is what the vouchers of a sheet say: by account, debit less credit; and how they stand.
type booked struct {
	order  []string
	by     map[string]money.Amount
	number string // of the last live one
	state  string
}

// bookedFor reads the live vouchers of a sheet.
func bookedFor(v *kernel.View, resource string, id int64) (booked, error) {
	out := booked{by: map[string]money.Amount{}}
	err := v.Each(func(rows *sql.Rows) error {
		var code, name string
		var debit, credit int64
		err := rows.Scan(&code, &name, &debit, &credit, &out.number, &out.state)
		account := code + " " + name
		if _, seen := out.by[account]; !seen {
			out.order = append(out.order, account)
		}
		out.by[account] += money.Amount(debit - credit)
		return err
	}, `SELECT a.code, a.name, e.debit, e.credit, v.number, v.state FROM ledger_voucher v JOIN ledger_entry e ON e.parent = v.id
		JOIN ledger_account a ON a.id = e.account WHERE v.source = ? AND v.source_id = ? AND v.state <> 'void' ORDER BY v.period, v.seq, a.code, e.pos`, resource, id)
	return out, err
}

// handsOf reads what is in some places, as keys "item warehouse".
func handsOf(v *kernel.View, places [][2]int64) (map[string]money.Qty, error) {
	out := map[string]money.Qty{}
	for _, p := range places {
		var qty int64
		if _, err := v.Scan([]any{&qty}, "SELECT qty FROM stock_on_hand WHERE item = ? AND warehouse = ?", p[0], p[1]); err != nil {
			return nil, err
		}
		out[fmt.Sprint(p[0], " ", p[1])] = money.Qty(qty)
	}
	return out, nil
}

// settledBy reads what a receipt or payment settles of each debt, by the number of the sheet that made it.
func settledBy(v *kernel.View, payment int64) (map[string]money.Amount, error) {
	out := map[string]money.Amount{}
	err := v.Each(func(rows *sql.Rows) error {
		var number string
		var amount int64
		err := rows.Scan(&number, &amount)
		out[number] += money.Amount(amount)
		return err
	}, `SELECT i.source_number, l.amount FROM links l JOIN settlement_open_item i ON i.id = l.source
		WHERE l.target = ? AND l.dead_at = 0 AND l.kind IN ('settles', 'settles_payable')`, payment)
	return out, err
}
