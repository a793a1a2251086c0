package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel/money"
)

// section is one part of what is expected, and how the firm shows it.
type section struct {
	name string
	show func(*world) string
}

var sections = []section{
	{"stock", (*world).stock}, {"entries", (*world).entries}, {"states", (*world).states}, {"debts", (*world).debts}, {"trial", (*world).trial},
}

func amount(v any) string { return money.Amount(v.(int64)).String() }
func qty(v any) string    { return money.Qty(v.(int64)).String() }

// labels name every document by noun and number; the keys are resource and id.
func (w *world) labels() map[string]string {
	out := map[string]string{}
	for _, n := range nouns() {
		for i, id := range w.made(&n) {
			out[key(n.def.Name, id)] = fmt.Sprint(n.word, " ", i+1)
		}
	}
	for _, row := range w.query("SELECT id, month FROM ledger_period") {
		out[key("ledger.period", row[0])] = fmt.Sprint(row[1])
	}
	return out
}

func key(resource, id any) string { return fmt.Sprint(resource, " ", id) }

func (w *world) stock() string {
	var out []string
	for _, row := range w.query(`SELECT i.name, w.name, h.qty, h.qty2 FROM stock_on_hand h JOIN base_item i ON i.id = h.item
		JOIN base_warehouse w ON w.id = h.warehouse ORDER BY i.id, w.id`) {
		text := fmt.Sprint(row[0], " ", row[1], " ", qty(row[2]))
		if row[3] != int64(0) {
			text += " / " + qty(row[3])
		}
		out = append(out, text)
	}
	for _, row := range w.query(`SELECT i.name, COALESCE(w.name, ''), p.qty, p.value FROM stock_pool p JOIN base_item i ON i.id = p.item
		LEFT JOIN base_warehouse w ON w.id = p.scope ORDER BY i.id, p.scope`) {
		where := fmt.Sprint(row[1])
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(row[0], " ", where, " = ", qty(row[2]), " worth ", amount(row[3]))), " "))
	}
	return lines(out)
}

// entry is one line of a voucher, as it is shown and sorted.
type entry struct{ side, account, text string }

func (w *world) entries() string {
	labels := w.labels()
	var out []string
	for _, v := range w.query("SELECT id, number, date, state, kind, source, source_id FROM ledger_voucher ORDER BY period, word, seq") {
		from := cmp.Or(labels[key(v[5], v[6])], "by hand")
		head := fmt.Sprint(v[1], " ", v[2], " ", from)
		for _, odd := range []any{v[4], v[3]} {
			if odd != "normal" && odd != "draft" {
				head += fmt.Sprint(" ", odd)
			}
		}
		out = append(out, head)
		if v[3] == "void" {
			continue
		}
		var list []entry
		for _, l := range w.query(`SELECT a.code, a.name, COALESCE(p.name, ''), COALESCE(i.name, ''), e.debit, e.credit FROM ledger_entry e
			JOIN ledger_account a ON a.id = e.account LEFT JOIN base_party p ON p.id = e.party LEFT JOIN base_item i ON i.id = e.item WHERE e.parent = ?`, v[0]) {
			side, figure := "Cr", l[5]
			if l[4] != int64(0) {
				side, figure = "Dr", l[4]
			}
			text := strings.Fields(fmt.Sprint(side, " ", l[0], " ", l[1], " ", l[2], " ", l[3], " ", amount(figure)))
			list = append(list, entry{side, fmt.Sprint(l[0]), "  " + strings.Join(text, " ")})
		}
		slices.SortFunc(list, func(a, b entry) int {
			return cmp.Or(-cmp.Compare(a.side, b.side), cmp.Compare(a.account, b.account), cmp.Compare(a.text, b.text))
		})
		for _, e := range list {
			out = append(out, e.text)
		}
	}
	return lines(out)
}

func (w *world) states() string {
	labels := w.labels()
	out := slices.Concat(w.orders(labels, "sales.quotation", "ordered"), w.orders(labels, "purchasing.requisition", "ordered"),
		w.orders(labels, "sales.order", "delivered"), w.orders(labels, "purchasing.order", "received"))
	for _, d := range w.query("SELECT id, kind, date, state, gross, tax, cost, reverses, adjusts, revision FROM stock_document ORDER BY kind, id") {
		text := fmt.Sprint(labels[key("stock."+fmt.Sprint(d[1]), d[0])], " ", d[2], " ", d[3])
		for _, f := range []struct {
			word  string
			value any
		}{{"total", d[4]}, {"tax", d[5]}, {"cost", d[6]}} {
			if f.value != int64(0) {
				text += " " + f.word + " " + amount(f.value)
			}
		}
		if d[9] != int64(0) {
			text += fmt.Sprint(" revision ", d[9])
		}
		if d[7] != nil {
			text += " reverses " + labels[key("stock."+fmt.Sprint(d[1]), d[7])]
		}
		if d[8] != "" {
			text += fmt.Sprint(" adjusts ", d[8])
		}
		out = append(out, text)
	}
	for _, p := range w.query("SELECT id, kind, date, state, amount, discount, settled, unapplied, revision FROM settlement_payment ORDER BY kind DESC, id") {
		text := fmt.Sprint(labels[key("settlement."+fmt.Sprint(p[1]), p[0])], " ", p[2], " ", p[3], " ", amount(p[4]))
		if p[5] != int64(0) {
			text += " discount " + amount(p[5])
		}
		text += " settled " + amount(p[6]) + " advance " + amount(p[7])
		if p[8] != int64(0) {
			text += fmt.Sprint(" revision ", p[8])
		}
		out = append(out, text)
	}
	for _, o := range w.query("SELECT id, date, state FROM settlement_opening ORDER BY id") {
		out = append(out, fmt.Sprint(labels[key("settlement.opening", o[0])], " ", o[1], " ", o[2]))
	}
	for _, p := range w.query("SELECT month FROM ledger_period WHERE state = 'closed' ORDER BY month") {
		out = append(out, fmt.Sprint(p[0], " closed"))
	}
	return lines(out)
}

// orders shows the orders of a kind, and what they are made from, with what is done of each line.
func (w *world) orders(labels map[string]string, kind, done string) (out []string) {
	table, gross := strings.ReplaceAll(kind, ".", "_"), "gross"
	if kind == "purchasing.requisition" { // which knows no prices
		gross = "0"
	}
	for _, o := range w.query("SELECT id, date, state, " + gross + " FROM " + table + " ORDER BY id") {
		text := fmt.Sprint(labels[key(kind, o[0])], " ", o[1], " ", o[2])
		if gross != "0" {
			text += " total " + amount(o[3])
		}
		text += ":"
		for _, l := range w.query("SELECT i.name, l."+done+", l.base_qty FROM "+table+"_line l JOIN base_item i ON i.id = l.item WHERE l.parent = ? ORDER BY l.pos", o[0]) {
			text += fmt.Sprint(" ", l[0], " ", qty(l[1]), "/", qty(l[2]))
		}
		out = append(out, text)
	}
	return out
}

func (w *world) debts() string {
	labels := w.labels()
	var out []string
	for _, d := range w.query(`SELECT o.side, p.name, o.source, o.source_id, o.amount, o.open, o.date FROM settlement_open_item o
		JOIN base_party p ON p.id = o.party ORDER BY o.side DESC, p.id, o.date, o.id`) {
		out = append(out, fmt.Sprint(d[0], " ", d[1], " ", labels[key(d[2], d[3])], " ", d[6], " ", amount(d[4]), " open ", amount(d[5])))
	}
	for _, d := range w.query(`SELECT x.side, p.name, CAST(SUM(x.n) AS BIGINT) FROM (SELECT party, side, open AS n FROM settlement_open_item UNION ALL
		SELECT party, CASE kind WHEN 'receipt' THEN 'receivable' ELSE 'payable' END, -unapplied FROM settlement_payment WHERE state = 'posted') x
		JOIN base_party p ON p.id = x.party GROUP BY x.side, p.id, p.name ORDER BY x.side DESC, p.id`) {
		out = append(out, fmt.Sprint("= ", d[0], " ", d[1], " ", amount(d[2])))
	}
	return lines(out)
}

func (w *world) trial() string {
	var out []string
	var debit, credit money.Amount
	for _, a := range w.query(`SELECT a.code, a.name, CAST(SUM(t.debit) AS BIGINT), CAST(SUM(t.credit) AS BIGINT) FROM ledger_total t
		JOIN ledger_account a ON a.id = t.account GROUP BY a.code, a.name HAVING SUM(t.debit) <> 0 OR SUM(t.credit) <> 0 ORDER BY a.code`) {
		d, c := money.Amount(a[2].(int64)), money.Amount(a[3].(int64))
		debit, credit = debit+d, credit+c
		out = append(out, fmt.Sprint(a[0], " ", a[1], " ", d, " ", c, " ", d-c))
	}
	return lines(append(out, fmt.Sprint("total ", debit, " ", credit, " ", debit-credit)))
}

// lines ends each line, as they stand in a file.
func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}

// diff shows two texts line by line: what only the first has after "-", what only the second has after "+".
func diff(want, got string) string {
	a, b := strings.Split(strings.TrimRight(want, "\n"), "\n"), strings.Split(strings.TrimRight(got, "\n"), "\n")
	same := make([][]int, len(a)+1) // the longest common rest from i, j on
	for i := range same {
		same[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if same[i][j] = max(same[i+1][j], same[i][j+1]); a[i] == b[j] {
				same[i][j] = same[i+1][j+1] + 1
			}
		}
	}
	var out strings.Builder
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			fmt.Fprintln(&out, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && same[i+1][j] >= same[i][j+1]:
			fmt.Fprintln(&out, "- "+a[i])
			i++
		default:
			fmt.Fprintln(&out, "+ "+b[j])
			j++
		}
	}
	return out.String()
}
