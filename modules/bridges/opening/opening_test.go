package opening_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// firm is a company with masters and, unless told otherwise, books from January 2026. ids are its records by short names.
type firm struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func firms(t *testing.T, fn func(f *firm)) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, ids: map[string]int64{}}
		for _, m := range []struct {
			name, body string
			def        *kernel.Def
		}{
			{"pcs", `{"code":"pcs","name":"个"}`, unit.Units.Def},
			{"main", `{"code":"M","name":"总仓"}`, warehouse.Warehouses.Def}, {"shop", `{"code":"S","name":"门店"}`, warehouse.Warehouses.Def},
			{"acme", `{"code":"K1","name":"宏发五金"}`, party.Parties.Def}, {"other", `{"code":"K2","name":"华强商行"}`, party.Parties.Def},
			{"maker", `{"code":"G1","name":"大成铁厂","customer":false,"supplier":true}`, party.Parties.Def},
			{"bolt", `{"code":"B","name":"螺栓","unit":$pcs}`, item.Items.Def}, {"nut", `{"code":"N","name":"螺母","unit":$pcs}`, item.Items.Def},
			{"work", `{"code":"W","name":"安装","service":true}`, item.Items.Def},
			{"till", `{"code":"1","name":"现金","kind":"cash"}`, settlement.MoneyAccounts.Def},
			{"bank", `{"code":"2","name":"工行","kind":"bank"}`, settlement.MoneyAccounts.Def},
		} {
			f.ids[m.name] = f.must(pipeline.Command{Def: m.def, Act: "create"}, m.body)
		}
		fn(f)
	})
}

// books gives the firm its books and names their accounts by code: $a1601.
func (f *firm) books() *firm {
	f.Helper()
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
		return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "general", From: "2026-01"})
	})
	if err != nil {
		f.Fatal(err)
	}
	f.view(func(v *kernel.View) error {
		list, err := ledger.Accounts.Where(v, "leaf")
		for _, a := range list {
			f.ids["a"+a.Code+"$"] = a.ID
		}
		return err
	})
	return f
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// do carries out a command; $name in the body is the id of a record.
func (f *firm) do(cmd pipeline.Command, body string) (int64, error) {
	for name, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+name, fmt.Sprint(id))
	}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
	if err != nil {
		return 0, err
	}
	return resource.ID(cmd.Def, res.Rec), nil
}

func (f *firm) must(cmd pipeline.Command, body string) int64 {
	f.Helper()
	id, err := f.do(cmd, body)
	if err != nil {
		f.Fatalf("%s %s: %v", cmd.Def.Name, cmd.Act, err)
	}
	return id
}

func (f *firm) enter(body string) (int64, error) {
	return f.do(pipeline.Command{Def: opening.Balances.Def, Act: "create", Then: "post"}, body)
}

// refused wants exactly these problems of a balance, and nothing of it kept.
func (f *firm) refused(body string, want ...string) {
	f.Helper()
	_, err := f.enter(body)
	f.told(err, want...)
	if n := f.count("opening_balance") + f.count("stock_document") + f.count("settlement_opening") + f.count("ledger_voucher"); n != 0 {
		f.Errorf("%s: %d rows were kept", body, n)
	}
}

// told wants exactly these problems.
func (f *firm) told(err error, want ...string) {
	f.Helper()
	list, _ := problem.From(err)
	var got []string
	for _, p := range list {
		got = append(got, p.Path+" "+p.Code)
	}
	if !slices.Equal(got, want) {
		f.Errorf("refused with %q (%v), want %q", got, err, want)
	}
}

func (f *firm) count(table string) (n int64) {
	f.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM "+table)
		return err
	})
	return n
}

// vouchers gives the lines of all live vouchers in their order.
func (f *firm) vouchers() []string {
	var out []string
	f.view(func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "state <> 'void'")
		for _, voucher := range list {
			for _, l := range voucher.Lines {
				a, err := ledger.Accounts.Find(v, l.Account)
				if err != nil {
					return err
				}
				out = append(out, fmt.Sprintf("%s %s %s %s %s %s", voucher.Number, voucher.Kind, a.Code, l.Debit, l.Credit, l.Summary))
			}
		}
		return err
	})
	return out
}

// report gives the rows of a report by some of its columns, zeros left out.
func (f *firm) report(name string, params map[string]string, columns ...string) []string {
	var out []string
	f.view(func(v *kernel.View) error {
		table, err := f.c.Report(name).Run(v, params)
		if err != nil {
			return err
		}
		for _, row := range table.Rows {
			var cells []string
			for _, c := range columns {
				text := fmt.Sprint(row.Values[c])
				if text == "0.00" || text == "<nil>" {
					text = "-"
				}
				for name, id := range f.ids {
					if id == row.Values[c] {
						text = name
					}
				}
				cells = append(cells, text)
			}
			out = append(out, strings.Join(cells, " "))
		}
		return nil
	})
	return out
}

func (f *firm) same(what string, got []string, want ...string) {
	f.Helper()
	if !slices.Equal(got, want) {
		f.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const whole = `{"date":"2026-01-01",
	"stock":[{"item":$bolt,"qty":"10","price":"9.333333"},{"item":$nut,"warehouse":$shop,"qty":"100","price":"1.5"}],
	"receivables":[{"party":$acme,"reference":"XS-77","date":"2025-11-10","due_date":"2025-12-10","amount":"500"},{"party":$other,"amount":"200"}],
	"payables":[{"party":$maker,"amount":"300"}],
	"money":[{"money_account":$bank,"amount":"1000"},{"money_account":$till,"amount":"20.5"}],
	"others":[{"account":$a1601$,"debit":"8000"},{"account":$a2001$,"credit":"5000"}]}`

// booked are the lines of the voucher of whole.
func booked(number, of string) []string {
	of = " 期初余额 " + of
	return []string{
		number + " opening 1405 93.33 0.00" + of, number + " opening 1405 150.00 0.00" + of, number + " opening 1122 500.00 0.00" + of, number + " opening 1122 200.00 0.00" + of,
		number + " opening 220201 0.00 300.00" + of, number + " opening 1002 1000.00 0.00" + of, number + " opening 1001 20.50 0.00" + of,
		number + " opening 1601 8000.00 0.00" + of, number + " opening 2001 0.00 5000.00" + of, number + " opening 310401 0.00 4663.83 期初差额",
	}
}

// stand wants everything that whole leads to.
func (f *firm) stand() {
	f.Helper()
	f.same("trial balance", f.report("ledger.trial_balance", map[string]string{"from": "2026-01-01", "to": "2026-01-31"}, "code", "opening_debit", "opening_credit", "debit", "credit"),
		"1001 20.50 - - -", "1002 1000.00 - - -", "1122 700.00 - - -", "1405 243.33 - - -", "1601 8000.00 - - -", "2001 - 5000.00 - -",
		"2202 - 300.00 - -", "220201 - 300.00 - -", "3104 - 4663.83 - -", "310401 - 4663.83 - -")
	f.same("ageing", f.report("settlement.ageing", map[string]string{"side": "receivable", "as_of": "2026-01-31"}, "party", "age_not_due", "age_0", "age_1", "total"),
		"acme - - 500.00 500.00", "other 200.00 - - 200.00")
	f.overdue("acme 2025-12-10")
	f.same("owed", f.report("settlement.ageing", map[string]string{"side": "payable", "as_of": "2026-01-31"}, "party", "total"), "maker 300.00")
	f.same("money", f.report("settlement.money_balance", map[string]string{"from": "2026-01-01", "to": "2026-01-31"}, "money_account", "closing"), "till 20.50", "bank 1000.00")
	f.stands("main bolt 10, shop nut 100")
}

func TestOneBalancedVoucher(t *testing.T) {
	firms(t, func(f *firm) {
		id, err := f.books().enter(whole)
		if err != nil {
			f.Fatal(err)
		}
		f.figures(id, "93.33+150.00 243.33 700.00 300.00 1020.50 8000.00 5000.00 4663.83 posted QY26010001")
		f.same("voucher", f.vouchers(), booked("记-1", "QY26010001")...)
		f.stand()
	})
}

func TestTakenBackAsAWhole(t *testing.T) {
	firms(t, func(f *firm) {
		id, err := f.books().enter(whole)
		if err != nil {
			f.Fatal(err)
		}
		part := func(d *kernel.Def) (id int64) {
			f.view(func(v *kernel.View) error {
				_, err := v.Scan([]any{&id}, "SELECT MAX(id) FROM "+d.Table.Name)
				return err
			})
			return id
		}
		for _, c := range []pipeline.Command{
			{Def: stock.Openings.Def, Act: "unpost", ID: part(stock.Openings.Def)}, {Def: stock.Openings.Def, Act: "reverse", ID: part(stock.Openings.Def)},
			{Def: settlement.Openings.Def, Act: "unpost", ID: part(settlement.Openings.Def)},
		} {
			_, err := f.do(c, "")
			f.told(err, " opening.part")
		}
		back := pipeline.Command{Def: opening.Balances.Def, Act: "unpost", ID: id}
		paid := f.must(pipeline.Command{Def: settlement.Receipts.Def, Act: "create", Then: "post"},
			`{"date":"2026-01-05","party":$acme,"lines":[{"money_account":$bank,"amount":"40"}]}`)
		_, err = f.do(back, "")
		f.told(err, " settlement.settled")
		f.must(pipeline.Command{Def: settlement.Receipts.Def, Act: "unpost", ID: paid}, "")
		f.stand()
		f.must(back, "")
		f.same("voucher", f.vouchers())
		f.stands("")
		if n := f.count("settlement_open_item"); n != 0 {
			f.Errorf("%d debts are left", n)
		}
		f.must(pipeline.Command{Def: opening.Balances.Def, Act: "post", ID: id}, "")
		f.same("voucher", f.vouchers(), booked("记-3", "QY26010001")...)
		f.stand()
	})
}

func TestFurtherBalances(t *testing.T) {
	firms(t, func(f *firm) {
		if _, err := f.books().enter(`{"date":"2026-01-01","money":[{"money_account":$bank,"amount":"100"}]}`); err != nil {
			f.Fatal(err)
		}
		if _, err := f.enter(`{"date":"2026-01-20","receivables":[{"party":$acme,"amount":"-30"}],"others":[{"account":$a310401$,"debit":"20"},{"account":$a1221$,"party":$other,"debit":"5"}]}`); err != nil {
			f.Fatal(err)
		}
		f.same("vouchers", f.vouchers(),
			"记-1 opening 1002 100.00 0.00 期初余额 QY26010001", "记-1 opening 310401 0.00 100.00 期初差额",
			"记-2 opening 1122 -30.00 0.00 期初余额 QY26010002", "记-2 opening 310401 20.00 0.00 期初余额 QY26010002",
			"记-2 opening 1221 5.00 0.00 期初余额 QY26010002", "记-2 opening 310401 5.00 0.00 期初差额")
		f.view(func(v *kernel.View) error {
			list, err := ledger.Periods.Where(v, "month = '2026-01'")
			f.ids["january"] = list[0].ID
			return err
		})
		for _, act := range []string{"post", "close"} {
			f.must(pipeline.Command{Def: ledger.Periods.Def, Act: act, ID: f.ids["january"]}, "")
		}
		const more = `"payables":[{"party":$maker,"amount":"7"}]}`
		_, err := f.enter(`{"date":"2026-01-31",` + more)
		f.told(err, "/date ledger.period_closed")
		id, err := f.enter(`{"date":"2026-02-01",` + more)
		if err != nil {
			f.Fatal(err)
		}
		f.same("a late one", f.vouchers()[6:], "记-1 normal 220201 0.00 7.00 期初余额 QY26020001", "记-1 normal 310401 7.00 0.00 期初差额")
		f.must(pipeline.Command{Def: opening.Balances.Def, Act: "unpost", ID: id}, "")
		f.must(pipeline.Command{Def: opening.Balances.Def, Act: "void", ID: id}, "")
	})
}

func TestNothingHalf(t *testing.T) {
	firms(t, func(f *firm) {
		f.books()
		f.refused(`{}`, " opening.empty")
		f.refused(`{"stock":[{"qty":"1"}],"money":[{"money_account":$bank}]}`, "/stock/0/item required", "/money/0/amount required")
		f.refused(`{"stock":[{"item":$bolt,"qty":"1","price":"1"},{"item":$work,"warehouse":$shop,"qty":"1","price":"5"}]}`, "/stock/1/item opening.service")
		f.refused(`{"stock":[{"item":$bolt,"qty":"1","price":"1"},{"item":$nut,"warehouse":$shop,"qty":"900000000000","price":"900000000000"}]}`, "/stock/1/amount commerce.range")
		f.refused(`{"date":"2026-01-01","receivables":[{"party":$acme,"amount":"5"},{"party":$acme,"amount":"5","date":"2026-02-01"}],
			"payables":[{"party":$maker,"amount":"5"},{"party":$maker,"amount":"5","date":"2025-12-01","due_date":"2025-11-01"}]}`,
			"/receivables/1/date settlement.opening_date", "/payables/1/due_date settlement.due_before")
		f.refused(`{"money":[{"money_account":$bank,"amount":"5"},{"money_account":$bank,"amount":"6"}]}`, "/money/1/money_account opening.twice")
		f.refused(`{"others":[{"account":$a1405$,"debit":"1"},{"account":$a5001$,"credit":"1"},{"account":$a1601$},{"account":$a2001$,"debit":"1","credit":"1"},
			{"account":$a220201$,"party":$maker,"credit":"3"},{"account":$a1221$,"debit":"3"}]}`,
			"/others/5/party ledger.dimension", "/others/0/account opening.elsewhere", "/others/1/account opening.profit", "/others/4/account opening.elsewhere",
			"/others/2/debit ledger.line_zero", "/others/3/credit ledger.line_both")
		// What is found at the very end, when goods and debts are posted already, takes them back too.
		f.must(pipeline.Command{Def: ledger.Accounts.Def, Act: "update", ID: f.ids["a1002$"]}, `{"active":false}`)
		f.refused(whole, " ledger.account_inactive")
		f.stands("")
	})
}

func TestWithoutBooks(t *testing.T) {
	firms(t, func(f *firm) {
		id, err := f.enter(`{"date":"2026-03-01","stock":[{"item":$bolt,"qty":"2","price":"3"}],"money":[{"money_account":$till,"amount":"-1"}]}`)
		if err != nil {
			f.Fatal(err)
		}
		f.figures(id, "6.00 6.00 0.00 0.00 -1.00 0.00 0.00 5.00 posted QY26030001")
		if n := f.count("ledger_voucher"); n != 0 {
			f.Errorf("%d vouchers without books", n)
		}
	})
}

// file is a workbook with the sections of a balance beside each other.
func file(t *testing.T, rows ...string) transfer.Request {
	t.Helper()
	var columns []sheet.Column
	for _, title := range strings.Split("日期|库存: 商品|库存: 仓库|库存: 数量|库存: 单位成本|应收: 往来单位|应收: 原单号|应收: 发生日期|应收: 到期日|应收: 金额|"+
		"应付: 往来单位|应付: 金额|资金: 结算账户|资金: 金额|其他科目: 科目|其他科目: 借方|其他科目: 贷方", "|") {
		columns = append(columns, sheet.Column{Key: title, Title: title, Kind: sheet.Text})
	}
	var book bytes.Buffer
	w, err := sheet.NewWriter(&book, sheet.Options{Format: sheet.XLSX, SheetName: "期初", Columns: columns})
	for _, row := range rows {
		var cells []any
		for _, cell := range strings.Split(row, "|") {
			cells = append(cells, cell)
		}
		err = errors.Join(err, w.Row(cells))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return transfer.Request{Def: opening.Balances.Def, Source: bytes.NewReader(book.Bytes()), Size: int64(book.Len()), Name: "期初.xlsx", Then: "post"}
}

func TestImport(t *testing.T) {
	firms(t, func(f *firm) {
		f.books()
		report, err := transfer.Import(context.Background(), f.c, kernel.SystemActor(), file(f.T,
			"2026-01-01|B|M|ten|9.333333|K1|XS-77|2025-11-10|2025-12-10|500|G1|300|2|1000|1405|8000|", "||||||||||||nobody|20.5|||"))
		if err != nil {
			f.Fatal(err)
		}
		var got []string
		for _, p := range report.Problems {
			got = append(got, fmt.Sprint(p.Row, ":", p.Col, " ", p.Problem.Code))
		}
		f.same("problems", got, "2:4 field.number", "2:15 opening.elsewhere", "3:13 import.ref")
		if n := f.count("opening_balance"); n != 0 || report.Batch != 0 {
			f.Errorf("a bad file left %d balances", n)
		}
		report, err = transfer.Import(context.Background(), f.c, kernel.SystemActor(), file(f.T,
			"2026-01-01|B|M|10|9.333333|K1|XS-77|2025-11-10|2025-12-10|500|G1|300|2|1000|1601|8000|", "|N|S|100|1.5|K2||||200|||1|20.5|2001||5000"))
		if err != nil || report.Count != 0 || report.Created != 1 {
			f.Fatalf("%+v, %v", report, err)
		}
		f.same("voucher", f.vouchers(), booked("记-1", "QY26010001")...)
		f.stand()
	})
}

// A sheet that came without the page has a voucher of its own, made even in the same way.
func TestSheetsByThemselves(t *testing.T) {
	firms(t, func(f *firm) {
		f.books()
		id := f.must(pipeline.Command{Def: settlement.Openings.Def, Act: "create", Then: "post"}, `{"date":"2026-01-01",
			"debts":[{"party":$acme,"amount":"500"},{"party":$maker,"side":"payable","amount":"300"}],
			"money":[{"money_account":$bank,"amount":"1000"},{"money_account":$till,"amount":"20.5"}]}`)
		of := " 期初往来与资金 QC26010001"
		f.same("voucher", f.vouchers(), "记-1 opening 1122 500.00 0.00"+of, "记-1 opening 220201 0.00 300.00"+of, "记-1 opening 1002 1000.00 0.00"+of,
			"记-1 opening 1001 20.50 0.00"+of, "记-1 opening 310401 0.00 1220.50 期初差额")
		f.must(pipeline.Command{Def: settlement.Openings.Def, Act: "unpost", ID: id}, "")
		f.same("voucher", f.vouchers())
		goods := f.must(pipeline.Command{Def: stock.Openings.Def, Act: "create", Then: "post"}, `{"date":"2026-01-02","lines":[{"item":$bolt,"qty":"2","price":"3"}]}`)
		f.must(pipeline.Command{Def: stock.Openings.Def, Act: "reverse", ID: goods}, `{"date":"2026-01-03"}`)
		f.same("red", f.vouchers()[2:], "记-3 opening 1405 -6.00 0.00 期初库存 KC260100002", "记-3 opening 310401 0.00 -6.00 期初差额")
	})
}

// figures wants what the page shows of a balance.
func (f *firm) figures(id int64, want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		b, err := opening.Balances.Find(v, id)
		if err != nil {
			return err
		}
		var values []string
		for _, l := range b.Stock {
			values = append(values, l.Amount.String())
		}
		got := fmt.Sprint(strings.Join(values, "+"), " ", b.StockValue, " ", b.Receivable, " ", b.Payable, " ", b.Funds, " ", b.OtherDebit, " ", b.OtherCredit, " ",
			b.Difference, " ", b.State, " ", b.Number)
		if got != want {
			f.Errorf("the balance shows %s, want %s", got, want)
		}
		return nil
	})
}

// stands wants what is on hand.
func (f *firm) stands(want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		var got []string
		for _, w := range []string{"main", "shop"} {
			have, err := stock.OnHand(v, []int64{f.ids["bolt"], f.ids["nut"]}, f.ids[w])
			if err != nil {
				return err
			}
			for _, it := range []string{"bolt", "nut"} {
				if q := have[f.ids[it]]; q != 0 {
					got = append(got, w+" "+it+" "+q.String())
				}
			}
		}
		if strings.Join(got, ", ") != want {
			f.Errorf("on hand: %s, want %s", strings.Join(got, ", "), want)
		}
		return nil
	})
}

// overdue wants exactly these customers to be late on a far day; a debt of which nobody knows the day is not.
func (f *firm) overdue(want string) {
	f.Helper()
	var late []string
	f.view(func(v *kernel.View) error {
		for _, name := range []string{"acme", "other"} {
			since, err := settlement.Overdue(v, f.ids[name], "2030-01-01")
			if err != nil {
				return err
			}
			if since != "" {
				late = append(late, name+" "+string(since))
			}
		}
		return nil
	})
	if got := strings.Join(late, ", "); got != want {
		f.Errorf("late are %q, want %q", got, want)
	}
	f.same("open items", f.report("settlement.open", map[string]string{"side": "receivable"}, "due_date"), "2025-12-10", "")
}
