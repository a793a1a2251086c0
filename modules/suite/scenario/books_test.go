package scenario

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/settlement"
)

// second is a bookkeeping of the test's own: it reads what people typed on the sheets, never what the program made of it, and
// does the sums with whole numbers of any size. Reports are held against it.
type second struct {
	w     *world
	to    string             // the last day that counts
	goods map[[2]any]big.Int // by item and warehouse, millionths
	heavy map[[2]any]big.Int // the same in the second unit
	debts map[[2]any]int64   // by party and side
	money map[any]int64      // by account
	sold  int64              // what sheets of sale come to with tax, less what came back
	taken int64              // what receipts brought
	begun int64              // what customers owed before the firm began
}

// half divides and rounds away from nought.
func half(n, d *big.Int) *big.Int {
	twice := new(big.Int).Mul(new(big.Int).Abs(n), big.NewInt(2))
	twice.Add(twice, d).Quo(twice, new(big.Int).Mul(d, big.NewInt(2)))
	if n.Sign() < 0 {
		twice.Neg(twice)
	}
	return twice
}

// taxed is an amount with its tax. Rates are hundred-millionths.
func taxed(amount, rate int64, mode any) int64 {
	if mode != "excluded" {
		return amount
	}
	return amount + half(new(big.Int).Mul(big.NewInt(amount), big.NewInt(rate)), big.NewInt(1e8)).Int64()
}

// ways says what a kind does to the stock of its warehouse, and to a debt on a side.
var ways = map[any]struct {
	stock, debt int64
	side        string
}{
	"delivery": {-1, 1, settlement.Receivable}, "sales_return": {1, -1, settlement.Receivable}, "receipt": {1, 1, settlement.Payable},
	"purchase_return": {-1, -1, settlement.Payable}, "transfer": {-1, 0, ""}, "count": {1, 0, ""}, "other_in": {1, 0, ""}, "other_out": {-1, 0, ""}, "opening": {1, 0, ""},
}

func yes(v any) bool { return v == int64(1) || v == true }

func add(to map[[2]any]big.Int, key [2]any, n *big.Int) {
	was := to[key]
	to[key] = *new(big.Int).Add(&was, n)
}

// upTo keeps the books up to a day.
func (w *world) upTo(day string) *second {
	s := &second{w: w, to: day, goods: map[[2]any]big.Int{}, heavy: map[[2]any]big.Int{}, debts: map[[2]any]int64{}, money: map[any]int64{}}
	const sheets = " FROM stock_document d JOIN stock_document_%s l ON l.parent = d.id WHERE d.state IN ('posted', 'reversed') AND d.kind <> 'adjustment' AND d.date <= ?"
	for _, l := range w.query("SELECT d.kind, d.party, d.warehouse, d.to_warehouse, d.tax_mode, l.item, l.unit, l.qty, l.counted, l.qty2, l.counted2, l.price, l.discount, l.free, l.rate"+fmt.Sprintf(sheets, "line"), day) {
		s.line(l)
	}
	for _, c := range w.query("SELECT d.kind, d.party, l.amount, l.rate, d.tax_mode"+fmt.Sprintf(sheets, "charge"), day) {
		s.owe(c[0], c[1], taxed(c[2].(int64), c[3].(int64), c[4]))
	}
	for _, d := range w.query("SELECT kind, party, -discount - rounding FROM stock_document WHERE state IN ('posted', 'reversed') AND kind <> 'adjustment' AND date <= ?", day) {
		s.owe(d[0], d[1], d[2].(int64))
	}
	for _, side := range []struct {
		kind, side string
		sign       int64
	}{{"receipt", settlement.Receivable, 1}, {"payment", settlement.Payable, -1}} {
		for _, p := range w.query("SELECT party, discount FROM settlement_payment WHERE kind = ? AND state = 'posted' AND date <= ?", side.kind, day) {
			s.debts[[2]any{p[0], side.side}] -= p[1].(int64)
		}
		for _, l := range w.query(`SELECT l.money_account, l.amount, l.fee, p.party FROM settlement_payment_line l JOIN settlement_payment p ON p.id = l.parent
				WHERE p.kind = ? AND p.state = 'posted' AND p.date <= ?`, side.kind, day) {
			s.debts[[2]any{l[3], side.side}] -= l[1].(int64)
			s.money[l[0]] += side.sign*l[1].(int64) - l[2].(int64)
			s.taken += max(side.sign, 0) * l[1].(int64)
		}
	}
	for _, d := range w.query("SELECT l.party, l.side, l.amount FROM settlement_opening_debt l JOIN settlement_opening o ON o.id = l.parent WHERE o.state = 'posted' AND o.date <= ?", day) {
		s.debts[[2]any{d[0], d[1].(string)}] += d[2].(int64)
		if d[1] == settlement.Receivable {
			s.begun += d[2].(int64)
		}
	}
	for _, m := range w.query("SELECT l.money_account, l.amount FROM settlement_opening_money l JOIN settlement_opening o ON o.id = l.parent WHERE o.state = 'posted' AND o.date <= ?", day) {
		s.money[m[0]] += m[1].(int64)
	}
	for _, c := range w.query("SELECT c.kind, c.money_account, l.amount FROM settlement_cash c JOIN settlement_cash_line l ON l.parent = c.id WHERE c.state = 'posted' AND c.date <= ?", day) {
		s.money[c[1]] += map[any]int64{"income": 1, "expense": -1}[c[0]] * c[2].(int64)
	}
	for _, m := range w.query("SELECT from_account, to_account, amount, fee FROM settlement_transfer WHERE state = 'posted' AND date <= ?", day) {
		s.money[m[0]] -= m[2].(int64) + m[3].(int64)
		s.money[m[1]] += m[2].(int64)
	}
	return s
}

// line enters a line of goods.
func (s *second) line(l []any) {
	w, kind, item, way := s.w, l[0], l[5], ways[l[0]]
	qty, second := l[7].(int64), l[9].(int64)
	ratios := map[any]int64{w.ids["盒"]: 12, w.ids["箱"]: 144}
	if kind == "count" {
		qty, second = l[8].(int64)-qty, l[10].(int64)-second
	} else if n := ratios[l[6]]; n != 0 {
		qty *= n
	}
	if item != w.ids["安装"] {
		for place, sign := range map[any]int64{l[2]: way.stock, l[3]: 1} {
			if place != nil {
				add(s.goods, [2]any{item, place}, big.NewInt(sign*qty))
				add(s.heavy, [2]any{item, place}, big.NewInt(sign*second))
			}
		}
	}
	if way.debt == 0 || yes(l[13]) {
		return
	}
	times := l[7].(int64)
	if item == w.ids["钢管"] {
		times = second
	}
	amount := new(big.Int).Mul(big.NewInt(times), big.NewInt(l[11].(int64)))
	amount = half(amount.Mul(amount, big.NewInt(1e8-l[12].(int64))), new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil))
	s.owe(kind, l[1], taxed(amount.Int64(), l[14].(int64), l[4]))
}

// owe enters a part of what a sheet of a kind comes to.
func (s *second) owe(kind, party any, gross int64) {
	way := ways[kind]
	if way.debt == 0 {
		return
	}
	s.debts[[2]any{party, way.side}] += way.debt * gross
	if way.side == settlement.Receivable {
		s.sold += way.debt * gross
	}
}

// books gives the balance of accounts of the ledger by the beginning of their codes, debit less credit, at the end of the day;
// more narrows the entries.
func (s *second) books(more string, codes ...string) (sum int64) {
	for _, code := range codes {
		row := s.w.query("SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account "+
			"WHERE v.state <> 'void' AND v.date <= ? AND a.code LIKE ?"+more, s.to, code+"%")
		sum += row[0][0].(int64)
	}
	return sum
}

func figure(v any) int64 {
	switch n := v.(type) {
	case money.Amount:
		return int64(n)
	case money.Qty:
		return int64(n)
	case nil:
		return 0
	}
	panic(fmt.Sprintf("%T is no figure", v))
}

// reports holds what the program reports of a day against the second bookkeeping, and gives what differs.
func (w *world) reports(day string) (faults []string) {
	s := w.upTo(day)
	same := func(what string, have, want int64) {
		if have != want {
			faults = append(faults, fmt.Sprintf("%s at %s: reported %d, should be %d", what, day, have, want))
		}
	}
	worth := int64(0)
	have, heavy := map[[2]any]int64{}, map[[2]any]int64{}
	for _, r := range w.table("stock.on_hand", map[string]string{"date": day}) {
		k := [2]any{r.Values["item"], r.Values["warehouse"]}
		have[k] += figure(r.Values["qty"])
		heavy[k] += figure(r.Values["qty2"])
		worth += figure(r.Values["value"])
	}
	for k, n := range s.goods {
		same(fmt.Sprint("stock of ", w.called(k[0]), " in ", w.called(k[1])), have[k], n.Int64())
		delete(have, k)
	}
	for k, n := range s.heavy {
		same(fmt.Sprint("second quantity of ", w.called(k[0]), " in ", w.called(k[1])), heavy[k], n.Int64())
	}
	for k, n := range have {
		same(fmt.Sprint("stock of ", w.called(k[0]), " in ", w.called(k[1])), n, 0)
	}
	closing := int64(0)
	for _, r := range w.table("stock.summary", map[string]string{"from": "2026-02-10", "to": day}) {
		closing += figure(r.Values["closing_value"])
	}
	same("value of the summary", closing, worth)
	same("value of stock in the books", s.books("", "1405"), worth)
	for _, name := range []string{"M8", "钢管"} {
		id := w.ids[name]
		rows := w.table("stock.ledger", map[string]string{"item": fmt.Sprint(id), "from": "2026-02-10", "to": max(day, "2026-02-10")})
		if last := rows[len(rows)-1]; day >= "2026-02-10" {
			want := new(big.Int)
			for k, n := range s.goods {
				if k[0] == id {
					want.Add(want, &n)
				}
			}
			same("item ledger of "+name, figure(last.Values["qty"]), want.Int64())
		}
	}
	faults = append(faults, s.owed()...)
	faults = append(faults, s.told()...)
	faults = append(faults, s.lies()...)
	return append(faults, s.earned()...)
}

// called is the name of one of the cast.
func (w *world) called(id any) string {
	for name, n := range w.ids {
		if n == id {
			return name
		}
	}
	return fmt.Sprint(id)
}

// owed compares debts: by party in ageing, statements and books.
func (s *second) owed() (faults []string) {
	w := s.w
	for _, side := range []struct {
		name, who string
		sign      int64
		codes     []string
		parties   []string
	}{{settlement.Receivable, "party", 1, []string{"1122", "2203"}, customers}, {settlement.Payable, "party", -1, []string{"2202", "1123"}, suppliers}} {
		net := map[any]int64{}
		for _, r := range w.table("settlement.ageing", map[string]string{"side": side.name, "as_of": s.to}) {
			net[r.Values["party"]] += figure(r.Values["net"])
		}
		for _, name := range side.parties {
			id := w.ids[name]
			want := s.debts[[2]any{id, side.name}]
			rows := w.table("settlement.statement_of_account", map[string]string{"party": fmt.Sprint(id), "side": side.name, "from": "2026-02-10", "to": max(s.to, "2026-02-10")})
			last := figure(rows[len(rows)-1].Values["balance"])
			if s.to < "2026-02-10" {
				last = want
			}
			books := side.sign * s.books(fmt.Sprintf(" AND e.party = %d", id), side.codes...)
			if net[id] != want || last != want || books != want {
				faults = append(faults, fmt.Sprintf("%s of %s at %s: ageing %d, statement %d, books %d, should be %d", side.name, name, s.to, net[id], last, books, want))
			}
		}
	}
	return faults
}

// lies compares what lies on the accounts: balances, journal and books.
func (s *second) lies() (faults []string) {
	w := s.w
	have := map[any]int64{}
	for _, r := range w.table("settlement.money_balance", map[string]string{"from": "2026-02-01", "to": s.to}) {
		have[r.Values["money_account"]] = figure(r.Values["closing"])
	}
	for name, code := range map[string]string{"cash": "1001", "bank": "1002"} {
		id := w.ids[name]
		rows := w.table("settlement.money_journal", map[string]string{"money_account": fmt.Sprint(id), "from": s.to, "to": s.to})
		last, books, want := figure(rows[len(rows)-1].Values["balance"]), s.books(" AND v.source <> ''", code), s.money[id]
		if have[id] != want || last != want || books != want {
			faults = append(faults, fmt.Sprintf("%s at %s: balance %d, journal %d, books %d, should be %d", name, s.to, have[id], last, books, want))
		}
	}
	return faults
}

// earned compares sales and their cost: analysis and books.
func (s *second) earned() (faults []string) {
	w := s.w
	total := func(measure, rows string) (sum int64) {
		for _, r := range w.table("insight.sales", map[string]string{"from": "2026-02-01", "to": s.to, "rows": rows, "measure": measure}) {
			if r.Kind != "total" {
				sum += figure(r.Values["total"])
			}
		}
		return sum
	}
	charges := w.query(`SELECT CAST(COALESCE(SUM(CASE d.kind WHEN 'delivery' THEN c.gross ELSE -c.gross END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE d.kind WHEN 'delivery' THEN c.net ELSE -c.net END), 0) AS BIGINT)
		FROM stock_document_charge c JOIN stock_document d ON d.id = c.parent WHERE d.kind IN ('delivery', 'sales_return') AND d.state IN ('posted', 'reversed') AND d.date <= ?`, s.to)[0]
	const sales = " AND v.source IN ('stock.delivery', 'stock.sales_return')"
	cost, revenue := "5401", []string{"5001", "5051", "560304"} // the last for what is rounded off
	if len(w.query("SELECT id FROM ledger_account WHERE code = '6401'")) > 0 {
		cost, revenue = "6401", []string{"6001", "6051", "6603"}
	}
	variance := w.query("SELECT CAST(COALESCE(SUM(variance), 0) AS BIGINT) FROM stock_move WHERE date <= ?", s.to)[0][0].(int64) // stands on the same account
	for _, c := range []struct {
		what       string
		have, want int64
	}{
		{"sold with tax, by customer", total("gross", "customer") + charges[0].(int64), s.sold},
		{"sold with tax, by item", total("gross", "item") + charges[0].(int64), s.sold},
		{"sold without tax", total("net", "customer") + charges[1].(int64), -s.books(sales, revenue...)},
		{"cost of what was sold", total("cost", "item"), s.books(" AND (v.source LIKE 'stock.%' OR v.source LIKE 'opening.%')", cost) + variance},
		{"profit by item", total("margin", "item"), total("net", "customer") - total("cost", "customer")},
	} {
		if c.have != c.want {
			faults = append(faults, fmt.Sprintf("%s at %s: analysis %d, should be %d", c.what, s.to, c.have, c.want))
		}
	}
	return faults
}

// receivables is what all customers owe.
func (s *second) receivables() (sum int64) {
	for k, n := range s.debts {
		if k[1] == settlement.Receivable {
			sum += n
		}
	}
	return sum
}

// told compares the day's report and the day's money.
func (s *second) told() (faults []string) {
	day, err := time.Parse(time.DateOnly, s.to)
	if err != nil {
		return []string{err.Error()}
	}
	before := s.w.upTo(day.AddDate(0, 0, -1).Format(time.DateOnly))
	want := map[any]int64{"净销售额": s.sold - before.sold, "收款合计": s.taken - before.taken,
		"欠款净增": s.receivables() - s.begun - (before.receivables() - before.begun)}
	for _, r := range s.w.table("sales.daily", map[string]string{"day": s.to}) {
		if n, asked := want[r.Values["what"]]; asked {
			if have := figure(r.Values["amount"]); have != n {
				faults = append(faults, fmt.Sprintf("%s on %s: reported %d, should be %d", r.Values["what"], s.to, have, n))
			}
			delete(want, r.Values["what"])
		}
	}
	if len(want) > 0 {
		faults = append(faults, fmt.Sprintf("the report of %s does not tell %v", s.to, want))
	}
	for _, r := range s.w.table("settlement.today", map[string]string{"day": s.to}) {
		if id := r.Values["money_account"]; id != nil && r.Values["closing"] != nil && figure(r.Values["closing"]) != s.money[id] {
			faults = append(faults, fmt.Sprintf("%s on %s: today says %d, should be %d", s.w.called(id), s.to, figure(r.Values["closing"]), s.money[id]))
		}
	}
	return faults
}

// balanced tells what is wrong with the trial balance and the balance sheet of a month.
func (w *world) balanced(month string) (faults []string) {
	err := w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		t, err := w.c.Report("ledger.trial_balance").Run(v, map[string]string{"from": month, "to": month})
		if err != nil {
			return err
		}
		for _, side := range []string{"opening", "closing"} {
			if t.Totals[side+"_debit"] != t.Totals[side+"_credit"] {
				faults = append(faults, fmt.Sprintf("trial balance of %s: %v", month, t.Totals))
			}
		}
		return nil
	})
	if err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

// compare holds the reports of a few days against the second bookkeeping.
func (a *auditor) compare(t *testing.T) {
	t.Helper()
	days := map[string]bool{"2026-03-31": true, dayOf(a.day): true, dayOf(1 + a.IntN(a.day)): true}
	for _, day := range slices.Sorted(maps.Keys(days)) {
		for _, fault := range a.w.reports(day) {
			t.Error(fault)
		}
	}
	for _, month := range []string{"2026-02", "2026-03"} {
		for _, fault := range a.w.balanced(month) {
			t.Error(fault)
		}
	}
}
