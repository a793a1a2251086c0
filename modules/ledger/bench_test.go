package ledger_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// million fills the books of two years with 1,000,000 entries on the accounts of a trading company.
func million(b *testing.B) *office {
	b.Helper()
	o := open(b, testkit.SQLite(b, modules))
	err := o.c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		for _, query := range []string{
			`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 249999)
			INSERT INTO ledger_voucher (id, version, created_at, updated_at, number, date, state, note, revision, word, seq, period, kind, summary,
				total, attachments, source, source_id, part, reviewed_at, posted_at)
			SELECT 10000000 + i, 1, 0, 0, '记-' || (i / 24 + 1), printf('%04d-%02d-%02d', 2026 + (i % 24) / 12, i % 12 + 1, i / 24 % 28 + 1), 'posted', '', 0,
				'记', i / 24 + 1, printf('%04d-%02d', 2026 + (i % 24) / 12, i % 12 + 1), 'normal', 'x', 100, 0, '', 0, '', 0, 0 FROM n`,
			`INSERT INTO ledger_entry (id, parent, pos, summary, account, debit, credit, party, quantity, price, day)
			SELECT 20000000 + (v.id - 10000000) * 4 + l.k, v.id, l.k + 1, 'x',
				a.id,
				CASE WHEN l.k < 2 THEN 100 + v.id % 900 ELSE 0 END, CASE WHEN l.k < 2 THEN 0 ELSE 100 + v.id % 900 END, NULL, 0, 0, v.date
			FROM ledger_voucher v JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) l
				JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY code) - 1 AS n FROM ledger_account WHERE leaf = 1) a ON a.n = l.k * 23 + v.id % 20`,
			`INSERT INTO ledger_total (account, period, debit, credit, posted_debit, posted_credit, closing_debit, closing_credit)
			SELECT e.account, v.period, SUM(e.debit), SUM(e.credit), SUM(e.debit), SUM(e.credit), 0, 0
			FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent GROUP BY e.account, v.period`,
			`ANALYZE`,
		} {
			if _, err := u.Exec(query); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return o
}

// versus runs a report in the loop and reports its time as a ratio of the raw query's.
func versus(b *testing.B, o *office, params map[string]string, raw string, args ...any) {
	b.Helper()
	drain := func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error { return rows.Scan(new(int64), new(int64), new(int64)) }, raw, args...)
	}
	var plain, whole time.Duration
	o.view(func(v *kernel.View) error {
		if err := drain(v); err != nil { // prepared and cached, as the report's statements are
			return err
		}
		for b.Loop() {
			start := time.Now()
			if err := drain(v); err != nil {
				return err
			}
			middle := time.Now()
			if _, err := o.c.Report("ledger.trial_balance").Run(v, params); err != nil {
				return err
			}
			plain, whole = plain+middle.Sub(start), whole+time.Since(middle)
		}
		return nil
	})
	b.ReportMetric(float64(whole)/float64(b.N)/1e6, "ms/report")
	b.ReportMetric(float64(whole)/float64(plain), "x-raw")
}

func BenchmarkTrialBalance(b *testing.B) {
	o := million(b)
	b.Run("months", func(b *testing.B) {
		versus(b, o, map[string]string{"from": "2027-11-01", "to": "2027-11-30"},
			"SELECT account, SUM(debit), SUM(credit) FROM ledger_total GROUP BY account")
	})
	b.Run("days", func(b *testing.B) {
		versus(b, o, map[string]string{"from": "2027-11-05", "to": "2027-11-25"},
			"SELECT account, SUM(debit), SUM(credit) FROM ledger_entry WHERE day >= ? AND day < ? GROUP BY account", "2027-11-05", "2027-11-26")
	})
	b.Run("year in days", func(b *testing.B) {
		versus(b, o, map[string]string{"from": "2026-12-02", "to": "2027-11-29"},
			"SELECT account, SUM(debit), SUM(credit) FROM ledger_entry WHERE day >= ? AND day < ? GROUP BY account", "2026-12-02", "2027-11-30")
	})
}
