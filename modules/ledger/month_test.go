package ledger_test

import (
	"strconv"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/ledger/books"
)

// november writes a small month by hand: capital in January; then goods bought, sold in part, money in and out, a
// supplier paid more than was due.
func (o *office) november() *office {
	o.write("2026-01-02", "投资", "1002 D 100000.00", "3001 C 100000.00")
	o.write("2026-11-05", "进货", "1405 D 5000.00", "22210101 D 650.00", "220201 C 5650.00 S1")
	o.write("2026-11-10", "销售", "1122 D 11300.00 C1", "5001 C 10000.00", "22210107 C 1300.00")
	o.write("2026-11-10", "成本", "5401 D 3000.00", "1405 C 3000.00")
	o.write("2026-11-15", "收款", "1002 D 6000.00", "1122 C 6000.00 C1")
	o.write("2026-11-20", "办公费", "560202 D 800.00 shop", "1002 C 800.00")
	o.write("2026-11-25", "付款", "220201 D 6000.00 S1", "1002 C 6000.00")
	return o
}

// lines gives the values of numbered lines of a sheet.
func lines(s *books.Sheet, key string, numbers ...int) (out []string) {
	for _, n := range numbers {
		out = append(out, strconv.Itoa(n)+" "+s.Value(n, key).String())
	}
	return out
}

func (o *office) statements(t *testing.T, when string) {
	t.Helper()
	o.view(func(v *kernel.View) error {
		sheet, err := ledger.BalanceSheet(v, "2026-11")
		if err != nil {
			return err
		}
		same(t, "balance sheet "+when, lines(sheet, "closing", 1, 4, 5, 9, 12, 15, 30, 33, 36, 41, 48, 51, 53), []string{"1 99200.00", "4 5300.00", "5 350.00",
			"9 2000.00", "12 2000.00", "15 106850.00", "30 106850.00", "33 0.00", "36 650.00", "41 650.00", "48 100000.00", "51 6200.00", "53 106850.00"})
		same(t, "opening column", lines(sheet, "opening", 30, 53), []string{"30 0.00", "53 0.00"})
		income, err := ledger.IncomeStatement(v, "2026-11")
		if err != nil {
			return err
		}
		same(t, "income statement "+when, lines(income, "period", 1, 2, 14, 21, 32), []string{"1 10000.00", "2 3000.00", "14 800.00", "21 6200.00", "32 6200.00"})
		same(t, "year "+when, lines(income, "year", 1, 32), []string{"1 10000.00", "32 6200.00"})
		if !sheet.OK() || !income.OK() {
			t.Errorf("checks %+v %+v", sheet.Checks, income.Checks)
		}
		return nil
	})
}

func TestStatementsOfAMonth(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c).november()
		o.statements(t, "before closing")
		o.must(ledger.Periods.Def, o.period("2026-11"), "carry")
		o.statements(t, "after carrying forward")
		o.must(ledger.Periods.Def, o.period("2026-11"), "post")
		o.statements(t, "posted")
		rows := o.report("ledger.balance_sheet", map[string]string{"month": "2026-11"}, "no", "closing", "opening")
		if len(rows) != 58 || rows[1] != "1 99200.00 0.00" {
			t.Errorf("%d rows, %q", len(rows), rows[1])
		}
		rows = o.report("ledger.income_statement", map[string]string{"month": "2026-11"}, "no", "year", "period")
		if rows[0] != "1 10000.00 10000.00" {
			t.Errorf("income %q", rows[0])
		}
		o.audited()
	})
}

func TestTrialBalance(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c).november()
		columns := []string{"code", "opening_debit", "opening_credit", "debit", "credit", "year_debit", "year_credit", "closing_debit", "closing_credit"}
		same(t, "the month", o.report("ledger.trial_balance", nil, columns...), []string{
			"1002 100000.00 0.00 6000.00 6800.00 106000.00 6800.00 99200.00 0.00",
			"1122 0.00 0.00 11300.00 6000.00 11300.00 6000.00 5300.00 0.00",
			"1405 0.00 0.00 5000.00 3000.00 5000.00 3000.00 2000.00 0.00",
			"2202 0.00 0.00 6000.00 5650.00 6000.00 5650.00 350.00 0.00",
			"220201 0.00 0.00 6000.00 5650.00 6000.00 5650.00 350.00 0.00",
			"2221 0.00 0.00 650.00 1300.00 650.00 1300.00 0.00 650.00",
			"222101 0.00 0.00 650.00 1300.00 650.00 1300.00 0.00 650.00",
			"22210101 0.00 0.00 650.00 0.00 650.00 0.00 650.00 0.00",
			"22210107 0.00 0.00 0.00 1300.00 0.00 1300.00 0.00 1300.00",
			"3001 0.00 100000.00 0.00 0.00 0.00 100000.00 0.00 100000.00",
			"5001 0.00 0.00 0.00 10000.00 0.00 10000.00 0.00 10000.00",
			"5401 0.00 0.00 3000.00 0.00 3000.00 0.00 3000.00 0.00",
			"5602 0.00 0.00 800.00 0.00 800.00 0.00 800.00 0.00",
			"560202 0.00 0.00 800.00 0.00 800.00 0.00 800.00 0.00",
		})
		part := map[string]string{"from": "2026-11-10", "to": "2026-11-20", "level": "1"}
		same(t, "some days", o.report("ledger.trial_balance", part, "code", "opening_debit", "opening_credit", "debit", "credit", "closing_debit", "closing_credit"), []string{
			"1002 100000.00 0.00 6000.00 800.00 105200.00 0.00",
			"1122 0.00 0.00 11300.00 6000.00 5300.00 0.00",
			"1405 5000.00 0.00 0.00 3000.00 2000.00 0.00",
			"2202 0.00 5650.00 0.00 0.00 0.00 5650.00",
			"2221 650.00 0.00 0.00 1300.00 0.00 650.00",
			"3001 0.00 100000.00 0.00 0.00 0.00 100000.00",
			"5001 0.00 0.00 0.00 10000.00 0.00 10000.00",
			"5401 0.00 0.00 3000.00 0.00 3000.00 0.00",
			"5602 0.00 0.00 800.00 0.00 800.00 0.00",
		})
		// Only what is posted: the opening of January.
		o.must(ledger.Periods.Def, o.period("2026-01"), "post")
		same(t, "posted", o.report("ledger.trial_balance", map[string]string{"from": "2026-11-03", "to": "2026-11-28", "posted": "true"}, "code", "closing_debit", "closing_credit"),
			[]string{"1002 100000.00 0.00", "3001 0.00 100000.00"})
		o.view(func(v *kernel.View) error {
			table, err := c.Report("ledger.trial_balance").Run(v, nil)
			if err != nil {
				return err
			}
			for _, x := range [][2]string{{"opening_debit", "opening_credit"}, {"debit", "credit"}, {"closing_debit", "closing_credit"}} {
				if table.Totals[x[0]] != table.Totals[x[1]] {
					t.Errorf("totals %v", table.Totals)
				}
			}
			if table.Totals["closing_debit"] != money.Amount(11130000) || table.Notes[0].Zh != "含未记账凭证" ||
				table.Rows[0].To != "/report/ledger.subsidiary_ledger?account="+strconv.FormatInt(o.accounts["1002"], 10)+"&from=2026-11-01&to=2026-11-30" {
				t.Errorf("totals %v, notes %v, to %s", table.Totals, table.Notes, table.Rows[0].To)
			}
			return nil
		})
	})
}

func TestLedgers(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c).november()
		o.write("2026-12-03", "收款", "1002 D 300.00", "1122 C 300.00 C1")
		account := strconv.FormatInt(o.accounts["1122"], 10)
		columns := []string{"date", "number", "summary", "debit", "credit", "direction", "balance"}
		same(t, "subsidiary ledger", o.report("ledger.subsidiary_ledger", map[string]string{"account": account, "from": "2026-11-12", "to": "2026-12-31"}, columns...), []string{
			"期初余额 借 11300.00",
			"2026-11-15 记-4 收款 0.00 6000.00 借 5300.00",
			"本月合计 11300.00 6000.00 借 5300.00",
			"本年累计 11300.00 6000.00 借 5300.00",
			"2026-12-03 记-1 收款 0.00 300.00 借 5000.00",
			"本月合计 0.00 300.00 借 5000.00",
			"本年累计 11300.00 6300.00 借 5000.00",
		})
		same(t, "by supplier", o.report("ledger.subsidiary_ledger", map[string]string{"account": account, "party": strconv.FormatInt(o.supplier, 10)}, columns...),
			[]string{"期初余额 平 0.00", "本月合计 0.00 0.00 平 0.00", "本年累计 0.00 0.00 平 0.00"})
		same(t, "general ledger", o.report("ledger.general_ledger", map[string]string{"account": account, "from": "2026-10-01", "to": "2026-12-31"},
			"code", "period", "summary", "debit", "credit", "direction", "balance"), []string{
			"1122 期初余额 平 0.00",
			"1122 2026-11 本月合计 11300.00 6000.00 借 5300.00",
			"1122 2026-11 本年累计 11300.00 6000.00 借 5300.00",
			"1122 2026-12 本月合计 0.00 300.00 借 5000.00",
			"1122 2026-12 本年累计 11300.00 6300.00 借 5000.00",
		})
		same(t, "journal", o.report("ledger.journal", map[string]string{"from": "2026-12-01", "to": "2026-12-31"}, "date", "number", "code", "party", "debit", "credit", "state"), []string{
			"2026-12-03 记-1 1002  300.00 0.00 未审核",
			"2026-12-03 记-1 1122 甲公司 0.00 300.00 未审核",
		})
		same(t, "departments", o.report("ledger.dimension_balance", map[string]string{"by": "department", "from": "2026-11-20", "to": "2026-11-20"}, "label", "code", "debit", "closing_debit"),
			[]string{"门店 560202 800.00 800.00"})
		o.view(func(v *kernel.View) error {
			_, err := c.Report("ledger.subsidiary_ledger").Run(v, map[string]string{})
			if got := code(t, err); got != "required/account" {
				t.Errorf("no account: %s", got)
			}
			_, err = c.Report("ledger.trial_balance").Run(v, map[string]string{"from": "2026-11-02", "to": "2026-11-01"})
			if got := code(t, err); got != "ledger.range/to" {
				t.Errorf("upside down: %s", got)
			}
			return nil
		})
	})
}

func TestPeriodsCloseAndReopen(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c).november()
		def := ledger.Periods.Def
		january, november := o.period("2026-01"), o.period("2026-11")
		refused := func(id int64, action, want string) {
			t.Helper()
			if got := code(t, o.act(def, id, action)); got != want {
				t.Errorf("%s: %s, want %s", action, got, want)
			}
		}
		refused(november, "close", "ledger.close_order")
		refused(january, "close", "ledger.close_unposted")
		o.must(def, january, "post", "close")
		o.must(def, november, "carry")
		o.write("2026-11-28", "零星收入", "1002 D 100.00", "5001 C 100.00")
		o.must(def, november, "post")
		refused(november, "close", "ledger.carry_stale")
		o.must(def, november, "carry") // the rest beside the posted vouchers
		o.must(def, november, "post", "close")
		same(t, "closing vouchers", o.bySource(november), []string{"记-7 posted 10000.00", "记-8 posted 3800.00", "记-10 posted 100.00"})
		refused(november, "post", "state.wrong")
		refused(january, "reopen", "required/reason")
		// December: replaced as long as it is not posted, and the year goes to the retained profit.
		o.write("2026-12-10", "销售", "1002 D 1000.00", "5001 C 1000.00")
		december := o.period("2026-12")
		o.must(def, december, "post")
		refused(december, "close", "ledger.not_carried")
		o.must(def, december, "carry")
		same(t, "first", o.bySource(december), []string{"记-2 draft 1000.00", "记-3 draft 7300.00"})
		o.write("2026-12-11", "费用", "560202 D 300.00 back", "1002 C 300.00")
		o.must(def, december, "carry")
		same(t, "again", o.bySource(december), []string{"记-2 draft 1000.00", "记-3 draft 7000.00", "记-5 draft 300.00"})
		o.must(def, december, "post", "close")
		same(t, "profit", o.report("ledger.trial_balance", map[string]string{"from": "2026-12-01", "to": "2026-12-31"}, "code", "closing_debit", "closing_credit")[10:], []string{
			"3103 0.00 0.00", "3104 0.00 7000.00", "310401 0.00 7000.00", "5001 0.00 0.00", "5401 0.00 0.00", "5602 0.00 0.00", "560202 0.00 0.00"})
		// Only the last closed period reopens, with a reason.
		reason := o.parse(`{"reason":"补记"}`)
		_, err := o.do(kernel.SystemActor(), pipeline.Command{Def: def, Act: "reopen", ID: november, Input: reason})
		if got := code(t, err); got != "ledger.reopen_order" {
			t.Errorf("reopen November: %s", got)
		}
		if _, err := o.do(kernel.SystemActor(), pipeline.Command{Def: def, Act: "reopen", ID: december, Input: reason}); err != nil {
			t.Fatal(err)
		}
		o.write("2026-12-31", "补记", "1001 D 1.00", "1002 C 1.00")
		// A reversed closing voucher is left out of the income statement with its red one.
		v := o.find(idOf(o, "2026-12", 2))
		o.must(ledger.Vouchers.Def, v.ID, "reverse")
		o.view(func(view *kernel.View) error {
			s, err := ledger.IncomeStatement(view, "2026-12")
			if err == nil {
				same(t, "after the reversal", lines(s, "period", 1, 32), []string{"1 1000.00", "32 700.00"})
			}
			return err
		})
		o.audited()
	})
}

func idOf(o *office, month string, seq int64) (id int64) {
	o.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&id}, "SELECT id FROM ledger_voucher WHERE period = ? AND seq = ?", month, seq)
		return err
	})
	return id
}
