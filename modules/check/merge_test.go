package check

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/commerce/ordering"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/ledger"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// partyColumns asks the database itself which columns refer to parties.
func (f *firm) partyColumns() (out []string) {
	f.Helper()
	query := `SELECT m.name, k."from" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table' AND k."table" = 'base_party' ORDER BY 1, 2`
	if f.c.Store.Dialect() == store.Postgres {
		query = `SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
			WHERE c.contype = 'f' AND c.confrelid = 'base_party'::regclass ORDER BY 1, 2`
	}
	f.unit(func(tx *kernel.Tx) error {
		return tx.Each(func(rows *sql.Rows) error {
			var table, column string
			err := rows.Scan(&table, &column)
			if !strings.HasPrefix(table, "base_party") || column == "merged_into" { // its own lines and keys stay
				out = append(out, table+"."+column)
			}
			return err
		}, query)
	})
	return out
}

// left are the columns that still refer to a party.
func (f *firm) left(name string) (out []string) {
	f.Helper()
	columns := f.partyColumns()
	if len(columns) < 12 || !slices.Contains(columns, "ledger_entry.party") || !slices.Contains(columns, "purchasing_supplier_price.supplier") {
		f.Fatalf("only %v refer to parties", columns)
	}
	f.unit(func(tx *kernel.Tx) error {
		for _, c := range columns {
			table, column, _ := strings.Cut(c, ".")
			found, err := tx.Scan([]any{new(int64)}, "SELECT id FROM "+table+" WHERE "+column+" = ? LIMIT 1", f.ids[name])
			if err != nil {
				return err
			}
			if found {
				out = append(out, c)
			}
		}
		return nil
	})
	return out
}

// stands tells how a party stands: its debts by the settlement, and by the books with the turnover of every month.
func (f *firm) stands(name string) (receivable, payable int64, books map[string]int64) {
	f.Helper()
	books = map[string]int64{}
	f.unit(func(tx *kernel.Tx) error {
		r, advance, err := settlement.Debt(tx.View, f.ids[name])
		if err != nil {
			return err
		}
		p, paid, err := settlement.Owed(tx.View, f.ids[name])
		if err != nil {
			return err
		}
		receivable, payable = int64(r-advance), int64(p-paid)
		return tx.Each(func(rows *sql.Rows) error {
			var key string
			var debit, credit int64
			err := rows.Scan(&key, &debit, &credit)
			if debit != 0 || credit != 0 {
				books[key+" debit"], books[key+" credit"] = debit, credit
			}
			return err
		}, `SELECT a.code || ' ' || b.period, CAST(SUM(b.debit) AS BIGINT), CAST(SUM(b.credit) AS BIGINT) FROM ledger_balance b
			JOIN ledger_account a ON a.id = b.account WHERE b.party = ? GROUP BY a.code, b.period`, f.ids[name])
	})
	return receivable, payable, books
}

// totals are the figures of all accounts, which a merge leaves as they are.
func (f *firm) totals() string {
	f.Helper()
	var out strings.Builder
	f.unit(func(tx *kernel.Tx) error {
		return tx.Each(func(rows *sql.Rows) error {
			var n [8]int64
			var period string
			err := rows.Scan(&n[0], &period, &n[1], &n[2], &n[3], &n[4])
			fmt.Fprintln(&out, n, period)
			return err
		}, "SELECT account, period, debit, credit, posted_debit, posted_credit FROM ledger_total ORDER BY account, period")
	})
	return out.String()
}

func (f *firm) merges(from, into string) {
	f.Helper()
	f.act(from, party.Parties.Def, "merge", `{"into":$`+into+`}`)
}

// TestTwoPartiesBecomeOne merges a customer that has everything, in closed months too, into another, and a supplier.
func TestTwoPartiesBecomeOne(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.trade()
		f.complete()
		f.make("same", purchasing.SupplierPrices.Def, `{"supplier":$fourth,"item":$bolt,"price":"8.5","valid_from":"2026-10-01"}`)
		f.make("later", purchasing.SupplierPrices.Def, `{"supplier":$maker,"item":$bolt,"price":"9.5","valid_from":"2026-11-01"}`)
		f.clean()
		totals := f.totals()
		for _, pair := range [][2]string{{"acme", "other"}, {"maker", "fourth"}} {
			from, into := pair[0], pair[1]
			receivable, payable, books := f.stands(from)
			moreReceivable, morePayable, moreBooks := f.stands(into)
			for key, n := range books {
				moreBooks[key] += n
			}
			f.merges(from, into)
			if left := f.left(from); len(left) != 0 {
				f.Errorf("%s is still named by %v", from, left)
			}
			gotReceivable, gotPayable, gotBooks := f.stands(into)
			if gotReceivable != receivable+moreReceivable || gotPayable != payable+morePayable || fmt.Sprint(gotBooks) != fmt.Sprint(moreBooks) {
				f.Errorf("%s has %d %d %v, want %d %d %v", into, gotReceivable, gotPayable, gotBooks, receivable+moreReceivable, payable+morePayable, moreBooks)
			}
			if a, b, rest := f.stands(from); a != 0 || b != 0 || len(rest) != 0 || len(books) == 0 {
				f.Errorf("%s has %d %d %v left, had %v", from, a, b, rest, books)
			}
			f.clean()
		}
		if got := f.totals(); got != totals {
			f.Errorf("the accounts were\n%sand are\n%s", totals, got)
		}
		f.unit(func(tx *kernel.Tx) error {
			prices, err := purchasing.SupplierPrices.Where(tx.View, "supplier = ?", f.ids["fourth"])
			if err != nil || len(prices) != 2 || prices[0].ID != f.ids["same"] || prices[1].ID != f.ids["later"] {
				f.Errorf("prices of the one that stays: %+v %v", prices, err)
			}
			return nil
		})
		f.goesOn()
	})
}

// goesOn trades with what was merged: what was one party's can be undone, paid and reversed as the other's.
func (f *firm) goesOn() {
	f.Helper()
	f.act("after", stock.Deliveries.Def, "unpost", "")
	f.act("paid", settlement.Receipts.Def, "unpost", "")
	f.act("paid", settlement.Receipts.Def, "post", "")
	f.act("late", stock.Receipts.Def, "reverse", `{"date":"2026-10-30"}`)
	f.clean()
	if left := f.left("acme"); len(left) != 0 {
		f.Errorf("acme came back in %v", left)
	}
	for body, want := range map[string]string{`{"into":$maker}`: "party.merged", `{"into":$acme}`: "party.merge_self"} {
		_, err := f.try(pipeline.Command{Def: party.Parties.Def, Act: "merge", ID: f.ids["acme"]}, body)
		if list, _ := problem.From(err); len(list) != 1 || list[0].Code != want {
			f.Errorf("%s: %v, want %s", body, err, want)
		}
	}
	_, err := f.try(pipeline.Command{Def: party.Parties.Def, Act: "merge", ID: f.ids["other"]}, `{"into":$maker}`)
	if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "party.merge_into" {
		f.Errorf("into one that was merged: %v", err)
	}
	_, err = f.try(pipeline.Command{Def: party.Parties.Def, Act: "update", ID: f.ids["acme"]}, `{"active":true}`)
	if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "party.merged" {
		f.Errorf("what was merged was switched on: %v", err)
	}
}

// TestAMergeOfManyIsAJob moves more than one unit should hold, and what was written under the old name in the meantime.
func TestAMergeOfManyIsAJob(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.trade()
		many := 1000
		if f.c.Store.Dialect() == store.SQLite {
			many = 5000
		}
		f.unit(func(tx *kernel.Tx) error {
			for range many {
				o := &sales.Order{Customer: f.ids["acme"], Lines: []sales.OrderLine{{Line: ordering.Line{Item: f.ids["bolt"], Qty: 1_000_000}}}}
				o.Date = "2026-11-20"
				if err := pipeline.Create(tx, sales.Orders, o); err != nil {
					return err
				}
			}
			return nil
		})
		f.merges("acme", "other")
		if left := f.left("acme"); len(left) == 0 {
			f.Error("all was moved at once")
		}
		runner, err := jobs.Start(context.Background(), f.c)
		if err != nil {
			f.Fatal(err)
		}
		defer runner.Stop()
		f.mergeDone()
		if left := f.left("acme"); len(left) != 0 {
			f.Errorf("acme is still named by %v", left)
		}
		f.clean()
		f.accounts("5001")
		f.make("hand2", ledger.Roles.Def, `{"role":"revenue","account":$a5001,"party":$acme}`)
		f.merges("acme", "other")
		if left := f.left("acme"); len(left) != 0 {
			f.Errorf("merged again, acme is still named by %v", left)
		}
	})
}

func (f *firm) mergeDone() {
	f.Helper()
	state := ""
	for end := time.Now().Add(60 * time.Second); state != "done" && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&state}, "SELECT state FROM jobs WHERE kind = 'party.merge' AND state IN ('done', 'failed')")
			return err
		})
		if err != nil || state == "failed" {
			f.Fatalf("the job %s %v", state, err)
		}
	}
	if state != "done" {
		f.Fatal("the job did not end")
	}
}
