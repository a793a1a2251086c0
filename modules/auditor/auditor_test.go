package auditor

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"zhanggui/assets"
	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

func TestRandomBusinessAddsUp(t *testing.T) {
	from, to, steps := uint64(0), uint64(4), 400
	if testing.Short() {
		to, steps = 2, 300
	}
	if asked := os.Getenv("ZHANGGUI_SEEDS"); asked != "" { // such as 500-599
		if _, err := fmt.Sscanf(asked, "%d-%d", &from, &to); err != nil {
			t.Fatal(err)
		}
	}
	known, err := messages.Load(assets.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for seed := from; seed <= to; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
				w := open(t, c, seed, known)
				w.begin()
				for range steps {
					w.step()
				}
				w.compare()
				t.Logf("%s: %d of %d steps were done; refused: %v", w.log[0], w.done, steps, w.refusals)
				if w.done < steps/2 {
					t.Error("too few steps did anything")
				}
			})
		})
	}
}

// business says how often what happens, in parts of the sum.
var business = []struct {
	weight int
	do     func(*world)
}{
	{12, func(w *world) { w.write(stock.KindReceipt) }},
	{12, func(w *world) { w.write(stock.KindDelivery) }},
	{10, (*world).take},
	{10, (*world).fulfil},
	{10, (*world).pay},
	{6, (*world).rethink},
	{5, (*world).spend},
	{2, (*world).takeBackSpent},
	{5, (*world).correct},
	{2, (*world).correctSpent},
	{6, (*world).sendBack},
	{4, (*world).unpost},
	{4, (*world).repost},
	{2, (*world).void},
	{8, (*world).modify},
	{3, (*world).reverse},
	{1, (*world).again},
	{3, (*world).decide},
	{4, func(w *world) { w.write(stock.KindTransfer) }},
	{3, func(w *world) { w.write(stock.KindCount) }},
	{2, func(w *world) { w.write(stock.KindOtherIn) }},
	{2, func(w *world) { w.write(stock.KindOtherOut) }},
	{1, func(w *world) { w.write(stock.KindOpening) }},
	{1, func(w *world) { w.write(stock.KindSalesReturn) }},
	{1, func(w *world) { w.write(stock.KindPurchaseReturn) }},
	{4, (*world).keepBooks},
	{2, (*world).writeVoucher},
	{2, (*world).endMonth},
}

func (w *world) step() {
	sum := 0
	for _, b := range business {
		sum += b.weight
	}
	at := w.rng.IntN(sum)
	refusedBefore, logged := w.total(), len(w.log)
	for _, b := range business {
		if at -= b.weight; at < 0 {
			b.do(w)
			break
		}
	}
	if len(w.log) > logged && w.total() == refusedBefore {
		w.done++
	}
}

func (w *world) total() (n int) {
	for _, times := range w.refusals {
		n += times
	}
	return n
}

// compare sets the model against the company, and asks the independent check.
func (w *world) compare() {
	w.Helper()
	found, err := check.Run(context.Background(), w.c.Store)
	w.must(err)
	failed := !found.Clean
	if failed {
		w.Errorf("check: %s", strings.Join(found.Faults, "\n"))
	}
	// The check replays the audit: it must have led every record that was ever touched to its row, or to none.
	touched := w.figures("SELECT 0, '', COUNT(*) FROM (SELECT DISTINCT resource, record FROM audit WHERE record <> 0) x")["0 "]
	if want := fmt.Sprint("records retold from the audit: ", touched); touched == 0 || !slices.Contains(found.Counts, want) {
		failed = true
		w.Errorf("want %q among %q", want, found.Counts)
	}
	same := func(what string, model, company map[string]int64) {
		for key := range model {
			company[key] += 0
		}
		for key, have := range company {
			if model[key] != have {
				failed = true
				w.Errorf("%s %s: the company has %d, the model %d", what, key, have, model[key])
			}
		}
	}
	units, debt, money, orders := map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
	for k, n := range w.units {
		units[fmt.Sprint(k.item, " ", k.warehouse)] = n * 1_000_000
	}
	for k, n := range w.debt {
		debt[fmt.Sprint(k.party, " ", k.side)] = n
	}
	for id, n := range w.money {
		money[fmt.Sprint(id, " ")] = n
	}
	for _, o := range w.orders {
		for _, l := range o.lines {
			orders[fmt.Sprint(o.id, " ")] += l.done * l.holds * 1_000_000
		}
	}
	same("units", units, w.figures("SELECT item, CAST(warehouse AS TEXT), qty FROM stock_on_hand"))
	same("debt", debt, w.figures(`SELECT party, side, CAST(SUM(n) AS BIGINT) FROM (SELECT party, side, open AS n FROM settlement_open_item UNION ALL
		SELECT party, CASE kind WHEN 'receipt' THEN 'receivable' ELSE 'payable' END, -unapplied FROM settlement_payment WHERE state = 'posted') x GROUP BY party, side`))
	same("money", money, w.figures(`SELECT account, '', CAST(SUM(n) AS BIGINT) FROM (SELECT l.money_account AS account, CASE p.kind WHEN 'receipt' THEN l.amount - l.fee
		ELSE -l.amount - l.fee END AS n FROM settlement_payment_line l JOIN settlement_payment p ON p.id = l.parent WHERE p.state = 'posted'
		UNION ALL SELECT m.money_account, m.amount FROM settlement_opening_money m JOIN settlement_opening o ON o.id = m.parent WHERE o.state = 'posted'
		UNION ALL SELECT money_account, CASE kind WHEN 'income' THEN amount ELSE -amount END FROM settlement_cash WHERE state = 'posted'
		UNION ALL SELECT from_account, -amount - fee FROM settlement_transfer WHERE state = 'posted'
		UNION ALL SELECT to_account, amount FROM settlement_transfer WHERE state = 'posted') x GROUP BY account`))
	same("done of order", orders, w.figures(`SELECT parent, '', CAST(SUM(n) AS BIGINT) FROM (SELECT parent, delivered AS n FROM sales_order_line
		UNION ALL SELECT parent, received FROM purchasing_order_line) x GROUP BY parent`))
	same("cash in the books", map[string]int64{"0 ": sumOf(money)}, w.figures(`SELECT 0, '', CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e
		JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account WHERE v.state <> 'void' AND v.source <> '' AND (a.code LIKE '1001%' OR a.code LIKE '1002%')`))
	if failed {
		w.story()
	}
}

func sumOf(figures map[string]int64) (sum int64) {
	for _, n := range figures {
		sum += n
	}
	return sum
}

// figures reads rows of a key in two parts and a number.
func (w *world) figures(query string) map[string]int64 {
	w.Helper()
	out := map[string]int64{}
	w.must(w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		rows, err := v.Query(query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, n int64
			var word string
			if err := rows.Scan(&id, &word, &n); err != nil {
				return err
			}
			out[fmt.Sprint(id, " ", word)] = n
		}
		return rows.Err()
	}))
	return out
}
