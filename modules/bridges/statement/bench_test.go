package statement_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// copies writes rows like those of a table where a condition holds, once for each i from 1 to n; changed tells the columns that
// differ.
func copies(u *store.Unit, t *store.Table, changed map[string]string, where string) error {
	var values []string
	for _, column := range t.Columns {
		value, ok := changed[column]
		if !ok {
			value = "o." + column
		}
		values = append(values, value)
	}
	_, err := u.Exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + changed["n"] + ") INSERT INTO " + t.Name + " (" +
		strings.Join(t.Columns, ", ") + ") SELECT " + strings.Join(values, ", ") + " FROM " + t.Name + " o CROSS JOIN n WHERE " + where)
	return err
}

// past gives parties n sheets of three lines and two more rows each, and a receipt for every tenth of them, over the days of five
// years. whose is SQL for the party of sheet i.
func (f *firm) past(n int, whose string) {
	f.Helper()
	day := "CAST(2021 + n.i % 5 AS TEXT) || '-' || SUBSTR(CAST(101 + n.i / 5 % 12 AS TEXT), 2, 2) || '-' || SUBSTR(CAST(101 + n.i / 60 % 28 AS TEXT), 2, 2)"
	all, tenth := fmt.Sprint(n), fmt.Sprint(n/10)
	sheets, paid := stock.Deliveries.Def, settlement.Receipts.Def
	err := f.c.Store.Write(context.Background(), "past", func(u *store.Unit) error {
		for _, one := range []struct {
			table   *store.Table
			changed map[string]string
			where   string
		}{
			{sheets.Table, map[string]string{"n": all, "id": "800000000 + n.i", "number": "'A' || n.i", "date": day, "party": whose}, "o.id = $s2;"},
			{sheets.LineOf("lines").Table, map[string]string{"n": all, "id": "900000000 + 10 * n.i + o.pos", "parent": "800000000 + n.i"}, "o.parent = $s2;"},
			{settlement.OpenItems.Def.Table, map[string]string{"n": all, "id": "700000000 + n.i", "source_id": "800000000 + n.i", "source_number": "'A' || n.i", "date": day, "party": whose}, "o.source_id = $s2;"},
			{paid.Table, map[string]string{"n": tenth, "id": "600000000 + n.i", "number": "'M' || n.i", "date": day, "party": whose}, "o.id = $m1;"},
			{paid.LineOf("lines").Table, map[string]string{"n": tenth, "id": "500000000 + 10 * n.i + o.pos", "parent": "600000000 + n.i"}, "o.parent = $m1;"},
		} {
			if err := copies(u, one.table, one.changed, f.text(one.where)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = f.c.Store.Write(context.Background(), "analyze", func(u *store.Unit) error {
			_, err := u.Exec("ANALYZE")
			return err
		})
	}
	if err != nil {
		f.Fatal(err)
	}
}

// most watches the heap while something is done and tells how much it grew at most, in MB.
func most(fn func()) float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, m.HeapAlloc
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	})
	fn()
	close(stop)
	watch.Wait()
	return float64(peak-before) / (1 << 20)
}

// raw reads the rows of a statement with nothing around them: what it costs to fetch them.
func (f *firm) raw(id int64) (rows int) {
	f.view(func(v *kernel.View) error {
		var texts [4]string
		var figures [4]int64
		each := func(query string, args ...any) error {
			return v.Each(func(r *sql.Rows) error {
				rows++
				return r.Scan(&texts[0], &texts[1], &texts[2], &texts[3], &figures[0], &figures[1], &figures[2], &figures[3])
			}, query, args...)
		}
		err := each(`SELECT i.date, i.source, i.source_number, '', i.source_id, i.amount, 0, 0 FROM settlement_open_item i WHERE i.party = ? AND i.side = 'receivable' ORDER BY i.date, i.id`, id)
		if err == nil {
			err = each(`SELECT o.date, i.name, i.spec, COALESCE(u.name, ''), o.id, l.qty, l.price, l.gross FROM settlement_open_item x JOIN stock_document o ON o.id = x.source_id
				JOIN stock_document_line l ON l.parent = o.id JOIN base_item i ON i.id = l.item LEFT JOIN base_unit u ON u.id = COALESCE(l.unit, i.unit)
				WHERE x.party = ? AND x.side = 'receivable' ORDER BY o.date, o.id, l.pos`, id)
		}
		if err == nil {
			err = each(`SELECT p.date, p.number, a.kind, '', p.id, p.amount, p.discount, l.amount FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id
				JOIN settlement_money_account a ON a.id = l.money_account WHERE p.party = ? AND p.kind = 'receipt' ORDER BY p.date, p.id`, id)
		}
		return err
	})
	return rows
}

// timed runs a benchmark and tells how long fn takes, and by how much the heap grows meanwhile.
func timed(b *testing.B, name string, fn func(b *testing.B)) {
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		grown := 0.0
		for b.Loop() {
			grown = max(grown, most(func() {
				began := time.Now()
				fn(b)
				took = append(took, time.Since(began))
			}))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
		b.ReportMetric(grown, "MB")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkStatement: the statement of one customer with 10,000 sheets of three lines each, a page of it and all of it as a workbook,
// against raw SQL for the same rows; and a batch for 1,000 customers with ten sheets each, as workbooks and on paper.
func BenchmarkStatement(b *testing.B) {
	for _, db := range []struct {
		name string
		open func(testing.TB, testkit.Options) *kernel.Company
	}{{"sqlite", testkit.SQLite}, {"postgres", testkit.Postgres}} {
		for name, run := range map[string]func(b *testing.B, f *firm){"one": one, "batch": batch} {
			b.Run(db.name+"/"+name, func(b *testing.B) {
				f := &firm{TB: b, c: db.open(b, options(b)), ids: map[string]int64{}}
				f.trade()
				run(b, f)
			})
		}
	}
}

func one(b *testing.B, f *firm) {
	f.past(10_000, f.text("$acme;"))
	boss := f.as("", "boss")
	const query = "party=$acme;&from=2020-01-01"
	last := ""
	for cursor := ""; ; last = cursor {
		if cursor = f.get(boss, "/api/v1/statements", query+"&limit=1000&cursor="+cursor).Next; cursor == "" {
			break
		}
	}
	timed(b, "raw", func(b *testing.B) {
		if n := f.raw(f.ids["acme"]); n < 42_000 {
			b.Fatalf("%d rows", n)
		}
	})
	timed(b, "first-page", func(*testing.B) { f.get(boss, "/api/v1/statements", query) })
	timed(b, "last-page", func(*testing.B) { f.get(boss, "/api/v1/statements", query+"&cursor="+last) })
	timed(b, "excel", func(b *testing.B) {
		w, err := f.call(boss, "GET", "/api/v1/statements/export.xlsx", f.text(query), "")
		if err != nil || w.Body.Len() < 500_000 {
			b.Fatal(err, w.Body.Len())
		}
	})
}

func batch(b *testing.B, f *firm) {
	err := f.c.Store.Write(context.Background(), "parties", func(u *store.Unit) error {
		return copies(u, party.Parties.Def.Table, map[string]string{"n": "1000", "id": "70000000 + n.i", "code": "'P' || n.i", "name": "'客户' || n.i"}, f.text("o.id = $star;"))
	})
	if err != nil {
		b.Fatal(err)
	}
	f.past(10_000, "70000001 + n.i % 1000")
	runner, err := jobs.Start(context.Background(), f.c)
	if err != nil {
		b.Fatal(err)
	}
	defer runner.Stop()
	boss := f.as("", "boss")
	boss.UserID = 0
	var ids []string
	for i := range 1000 {
		ids = append(ids, fmt.Sprint(70000001+i))
	}
	for form, ending := range map[string]string{"excel": "zip", "paper": "html"} {
		timed(b, form, func(b *testing.B) {
			w, err := f.call(boss, "POST", "/api/v1/statements/batch", "", `{"form":"`+form+`","from":"2020-01-01","parties":[`+strings.Join(ids, ",")+`]}`)
			if err != nil {
				b.Fatal(err)
			}
			var made struct{ Job int64 }
			if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(f.result(made.Job, "对账单 2020-01-01_2026-11-21."+ending, 1000)))/1e6, "MB-file")
		})
	}
}
