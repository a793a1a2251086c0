package costing_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/stock"
)

// firm is a company with stock, debts and books.
type firm struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func firms(t *testing.T, vat string, choices map[string]string, fn func(f *firm)) {
	t.Helper()
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, ids: map[string]int64{}}
		f.must(pipeline.Unit(context.Background(), c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
			if err := ledger.Install(tx, ledger.Options{Standard: "small", VAT: vat, From: "2026-01"}); err != nil {
				return err
			}
			return settings.Put(tx, choices)
		}))
		f.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
		f.make("main", warehouse.Warehouses.Def, `{"code":"M","name":"总仓"}`)
		f.make("shop", warehouse.Warehouses.Def, `{"code":"S","name":"门店"}`)
		f.make("customer", party.Parties.Def, `{"name":"客户"}`)
		f.make("supplier", party.Parties.Def, `{"name":"供应商","customer":false,"supplier":true}`)
		f.make("bolt", item.Items.Def, `{"code":"B","name":"螺栓","tax_rate":$vat,"price":"20"}`)
		f.make("nut", item.Items.Def, `{"code":"N","name":"螺母","price":"3"}`)
		f.make("work", item.Items.Def, `{"code":"W","name":"安装","service":true,"price":"50"}`)
		fn(f)
	})
}

func (f *firm) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *firm) do(cmd pipeline.Command, body string) (any, error) {
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
		return nil, err
	}
	return res.Rec, nil
}

func (f *firm) make(name string, d *kernel.Def, body string) {
	f.Helper()
	rec, err := f.do(pipeline.Command{Def: d, Act: "create"}, body)
	f.must(err)
	f.ids[name] = resource.ID(d, rec)
}

// post makes and posts a sheet; lines are "item quantity [price]".
func (f *firm) post(kind, date, head string, lines ...string) *stock.Document {
	f.Helper()
	var body []string
	for _, l := range lines {
		part := strings.Fields(l)
		field, text := "qty", ""
		if kind == stock.KindCount {
			field = "counted"
		}
		if len(part) > 2 {
			text = `,"price":"` + part[2] + `"`
		}
		body = append(body, `{"item":$`+part[0]+`,"`+field+`":"`+part[1]+`"`+text+`}`)
	}
	switch kind {
	case stock.KindDelivery, stock.KindSalesReturn:
		head += `,"party":$customer`
	case stock.KindReceipt, stock.KindPurchaseReturn:
		head += `,"party":$supplier`
	}
	rec, err := f.do(pipeline.Command{Def: stock.HandleOf(kind).Def, Act: "create", Then: "post"},
		`{"date":"`+date+`"`+head+`,"lines":[`+strings.Join(body, ",")+`]}`)
	if err != nil {
		f.Fatalf("%s %s: %v", kind, lines, err)
	}
	return rec.(*stock.Document)
}

func (f *firm) act(d *stock.Document, name, body string) error {
	_, err := f.do(pipeline.Command{Def: stock.HandleOf(d.Kind).Def, Act: name, ID: d.ID}, body)
	return err
}

// voucher gives the live voucher of a document: account, debit and credit of each line.
func (f *firm) voucher(source string, id int64) string {
	f.Helper()
	var out []string
	f.must(f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return v.Each(func(r *sql.Rows) error {
			var code string
			var debit, credit int64
			err := r.Scan(&code, &debit, &credit)
			out = append(out, fmt.Sprintf("%s %s %s", code, money.Amount(debit), money.Amount(credit)))
			return err
		}, `SELECT a.code, e.debit, e.credit FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account
			WHERE v.source = ? AND v.source_id = ? AND v.state <> 'void' ORDER BY a.code, e.pos`, source, id)
	}))
	return strings.Join(out, "; ")
}

func (f *firm) want(d *stock.Document, want string) {
	f.Helper()
	if got := f.voucher("stock."+d.Kind, d.ID); got != want {
		f.Errorf("%s\n is   %s\n want %s", d.Kind, got, want)
	}
}

// tied compares the inventory account with the pools.
func (f *firm) tied() {
	f.Helper()
	var books, pools, odd int64
	f.must(f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		if _, err := v.Scan([]any{&books}, `SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e
			JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_role r ON r.account = e.account AND r.role = 'inventory' WHERE v.state <> 'void'`); err != nil {
			return err
		}
		if _, err := v.Scan([]any{&odd}, `SELECT COUNT(*) FROM (SELECT parent FROM ledger_entry GROUP BY parent HAVING SUM(debit) <> SUM(credit)) x`); err != nil {
			return err
		}
		_, err := v.Scan([]any{&pools}, "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM stock_pool")
		return err
	}))
	if books != pools || odd != 0 {
		f.Fatalf("inventory %s, pools %s, %d vouchers do not balance", money.Amount(books), money.Amount(pools), odd)
	}
}

func TestVouchersOfEachKind(t *testing.T) {
	firms(t, "general", nil, func(f *firm) {
		f.want(f.post(stock.KindOpening, "2026-01-05", "", "bolt 10 9"), "1405 90.00 0.00; 310401 0.00 90.00")
		receipt := f.post(stock.KindReceipt, "2026-11-02", `,"tax_mode":"excluded","discount":"11.3","charges":[{"name":"运费","amount":"5"}]`, "bolt 10 12", "work 1 10")
		f.want(receipt, "1405 110.69 0.00; 220201 0.00 139.30; 22210101 14.39 0.00; 560102 5.00 0.00; 560202 9.22 0.00")
		f.tied()
		delivery := f.post(stock.KindDelivery, "2026-11-03", `,"tax_mode":"included"`, "bolt 4 22.6")
		f.want(delivery, "1122 90.40 0.00; 1405 0.00 40.14; 22210107 0.00 10.40; 5001 0.00 80.00; 5401 40.14 0.00")
		f.want(f.post(stock.KindSalesReturn, "2026-11-04", "", "bolt 1 20"), "1122 -20.00 0.00; 1405 10.03 0.00; 5001 0.00 -20.00; 5401 -10.03 0.00")
		f.want(f.post(stock.KindPurchaseReturn, "2026-11-05", `,"tax_mode":"excluded"`, "bolt 1 12"),
			"1405 0.00 12.00; 220201 0.00 -13.56; 22210101 -1.56 0.00")
		f.want(f.post(stock.KindOtherIn, "2026-11-06", "", "nut 4 2.5"), "1405 10.00 0.00; 530103 0.00 10.00")
		f.want(f.post(stock.KindOtherOut, "2026-11-06", "", "nut 1"), "1405 0.00 2.50; 560202 2.50 0.00")
		f.want(f.post(stock.KindOtherOut, "2026-11-06", `,"reason":"loss"`, "nut 1"), "1405 0.00 2.50; 571101 2.50 0.00")
		f.want(f.post(stock.KindOtherOut, "2026-11-06", `,"reason":"promotion"`, "nut 1"), "1405 0.00 2.50; 560115 2.50 0.00")
		count := f.post(stock.KindCount, "2026-11-07", "", "nut 3", "bolt 15")
		f.want(count, "1405 5.00 0.00; 1405 0.00 9.91; 530103 0.00 5.00; 571101 9.91 0.00")
		f.want(f.post(stock.KindTransfer, "2026-11-07", `,"to_warehouse":$shop`, "nut 1"), "")
		f.tied()
		f.must(f.act(count, "reverse", `{"date":"2026-11-08"}`))
		f.tied()
		f.must(f.act(delivery, "unpost", ""))
		f.want(delivery, "")
		f.tied()
		f.must(f.act(receipt, "reverse", `{"date":"2026-11-09"}`))
		f.tied()
	})
}

func TestSmallTaxpayersCostIncludesTax(t *testing.T) {
	firms(t, "small", nil, func(f *firm) {
		f.want(f.post(stock.KindReceipt, "2026-11-02", `,"tax_mode":"excluded"`, "bolt 10 10"), "1405 113.00 0.00; 220201 0.00 113.00")
		f.tied()
	})
}

func TestVarianceAndAdjustment(t *testing.T) {
	firms(t, "general", nil, func(f *firm) {
		f.post(stock.KindReceipt, "2026-11-01", "", "nut 2 10")
		f.post(stock.KindDelivery, "2026-11-03", "", "nut 5 15")
		f.want(f.post(stock.KindReceipt, "2026-11-04", "", "nut 10 12"), "1405 114.00 0.00; 220201 0.00 120.00; 5401 6.00 0.00")
		f.tied()
		// Three more at 12 were there already: 2 cost 10, 3 cost 12, nothing was short.
		f.post(stock.KindReceipt, "2026-11-02", "", "nut 3 12")
		adjustments := map[string]string{}
		f.must(f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			docs, err := stock.Adjustments.Where(v, "kind = 'adjustment'")
			for _, d := range docs {
				adjustments[d.Adjusts+" "+string(d.Date)+" "+d.Number] = f.voucher("stock.adjustment", d.ID)
			}
			return err
		}))
		want := map[string]string{
			"delivery 2026-11-03 CT261100001": "1405 0.00 6.00; 5401 6.00 0.00",
			"receipt 2026-11-04 CT261100002":  "1405 6.00 0.00; 5401 -6.00 0.00",
		}
		for k, v := range want {
			if adjustments[k] != v {
				f.Errorf("%s: %q, want %q (all: %v)", k, adjustments[k], v, adjustments)
			}
		}
		f.tied()
	})
}

// Whatever happens, in any order of dates, the inventory account is worth what the pools are.
func TestInventoryAccountIsTheValueOfTheStock(t *testing.T) {
	for _, vat := range []string{"general", "small"} {
		for _, choice := range []map[string]string{{}, {"stock.method": "fifo", "stock.pool": "warehouse"}} {
			firms(t, vat, choice, func(f *firm) {
				r := rand.New(rand.NewPCG(3, uint64(len(vat)+len(choice))))
				var live []*stock.Document
				for range map[string]int{"sqlite": 40, "postgres": 15}[string(f.c.Store.Dialect())] {
					live = f.step(r, live)
					f.tied()
				}
			})
		}
	}
}

func (f *firm) step(r *rand.Rand, live []*stock.Document) []*stock.Document {
	f.Helper()
	if n := len(live); n > 0 && r.IntN(4) == 0 {
		i := r.IntN(n)
		if r.IntN(3) > 0 {
			f.must(f.act(live[i], "unpost", ""))
		} else {
			f.must(f.act(live[i], "reverse", fmt.Sprintf(`{"date":"2026-11-%02d"}`, 25+r.IntN(4))))
		}
		return append(live[:i:i], live[i+1:]...)
	}
	one := func(price bool) string {
		out := fmt.Sprintf("%s %d.%d", []string{"bolt", "nut", "bolt", "nut", "work"}[r.IntN(5)], 1+r.IntN(9), r.IntN(10))
		if price {
			out += fmt.Sprintf(" %d.%02d", 1+r.IntN(30), r.IntN(100))
		}
		return out
	}
	date := fmt.Sprintf("2026-11-%02d", 1+r.IntN(24))
	head := []string{`,"tax_mode":"excluded"`, `,"tax_mode":"included"`, `,"tax_mode":"none","rounding":"0.07"`}[r.IntN(3)] + []string{`,"warehouse":$main`, `,"warehouse":$shop`}[r.IntN(2)]
	plain := []string{`,"warehouse":$main`, `,"warehouse":$shop`}[r.IntN(2)]
	switch r.IntN(9) {
	case 0, 1, 2:
		return append(live, f.post(stock.KindReceipt, date, head, one(true), one(true)))
	case 3, 4:
		return append(live, f.post(stock.KindDelivery, date, head, one(true), one(true)))
	case 5:
		return append(live, f.post(stock.KindSalesReturn, date, head, one(true)))
	case 6:
		return append(live, f.post(stock.KindTransfer, date, `,"warehouse":$main,"to_warehouse":$shop`, one(false)))
	case 7:
		return append(live, f.post(stock.KindPurchaseReturn, date, head, one(true)))
	}
	return append(live, f.post([]string{stock.KindOtherOut, stock.KindCount}[r.IntN(2)], date, plain, one(false)))
}
