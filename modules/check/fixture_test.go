package check

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// firm is a small real company: everything in it was done through the pipeline. ids are its records by short names.
type firm struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

// firms runs a test on a company with books on both databases.
func firms(t *testing.T, choices map[string]string, fn func(f *firm)) {
	t.Helper()
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, ids: map[string]int64{}}
		f.unit(func(tx *kernel.Tx) error {
			if err := settings.Put(tx, choices); err != nil {
				return err
			}
			return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "general", From: "2026-01"})
		})
		f.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
		f.make("low", tax.Rates.Def, `{"code":"6","name":"6%","rate":"0.06"}`)
		f.make("pcs", unit.Units.Def, `{"code":"pcs","name":"个"}`)
		f.make("main", warehouse.Warehouses.Def, `{"code":"M","name":"总仓"}`)
		f.make("shop", warehouse.Warehouses.Def, `{"code":"S","name":"门店"}`)
		f.make("acme", party.Parties.Def, `{"code":"K1","name":"宏发五金"}`)
		f.make("other", party.Parties.Def, `{"code":"K2","name":"Other & Co"}`)
		f.make("maker", party.Parties.Def, `{"code":"G1","name":"大成铁厂","customer":false,"supplier":true}`)
		f.make("bolt", item.Items.Def, `{"code":"B","name":"螺栓","unit":$pcs,"price":"20","purchase_price":"10","tax_rate":$vat}`)
		f.make("nut", item.Items.Def, `{"code":"N","name":"螺母","unit":$pcs,"price":"2.35","purchase_price":"1","tax_rate":$low}`)
		f.make("work", item.Items.Def, `{"code":"W","name":"安装","service":true,"price":"100"}`)
		f.make("till", settlement.MoneyAccounts.Def, `{"code":"1","name":"Till","kind":"cash"}`)
		f.make("bank", settlement.MoneyAccounts.Def, `{"code":"2","name":"Bank","kind":"bank"}`)
		fn(f)
	})
}

func (f *firm) unit(fn func(tx *kernel.Tx) error) {
	f.Helper()
	if err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", fn); err != nil {
		f.Fatal(err)
	}
}

func (f *firm) try(cmd pipeline.Command, body string) (any, error) {
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

// make creates a record, and keeps its id under a name.
func (f *firm) make(name string, d *kernel.Def, body string) any {
	f.Helper()
	return f.keep(name, pipeline.Command{Def: d, Act: "create"}, body)
}

// post creates a document and posts it.
func (f *firm) post(name string, d *kernel.Def, body string) any {
	f.Helper()
	then := "post"
	if d == sales.Orders.Def || d == purchasing.Orders.Def {
		then = "confirm"
	}
	return f.keep(name, pipeline.Command{Def: d, Act: "create", Then: then, Key: name}, body)
}

func (f *firm) keep(name string, cmd pipeline.Command, body string) any {
	f.Helper()
	rec, err := f.try(cmd, body)
	if err != nil {
		f.Fatalf("%s: %v", name, err)
	}
	f.ids[name] = resource.ID(cmd.Def, rec)
	return rec
}

func (f *firm) act(name string, d *kernel.Def, act, body string) {
	f.Helper()
	if _, err := f.try(pipeline.Command{Def: d, Act: act, ID: f.ids[name]}, body); err != nil {
		f.Fatalf("%s %s: %v", act, name, err)
	}
}

// trade is two months of business in which everything happens at least once.
func (f *firm) trade() {
	f.Helper()
	f.post("start", settlement.Openings.Def, `{"date":"2026-09-30","debts":[{"party":$acme,"side":"receivable","amount":"300","reference":"old"},
		{"party":$maker,"side":"payable","amount":"120"}],"money":[{"money_account":$bank,"amount":"5000"}]}`)
	f.post("stock", stock.Openings.Def, `{"date":"2026-09-30","warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"9.333333"},{"item":$nut,"qty":"100","price":"1"}]}`)
	f.opening()
	f.post("bought", stock.Receipts.Def, `{"date":"2026-10-02","party":$maker,"warehouse":$main,"tax_mode":"excluded","discount":"3.33","rounding":"0.07",
		"lines":[{"item":$bolt,"qty":"30","price":"10.05"},{"item":$nut,"qty":"333","price":"0.97","discount":"0.05"},{"item":$work,"qty":"1","price":"50"}],
		"charges":[{"name":"运费","amount":"12.34","tax_rate":$low}]}`)
	f.post("sold", stock.Deliveries.Def, `{"date":"2026-10-05","party":$acme,"warehouse":$main,"tax_mode":"included","discount":"1.11","rounding":"0.09",
		"lines":[{"item":$bolt,"qty":"7","price":"20.01"},{"item":$nut,"qty":"33.333333","price":"2.35","discount":"0.1"},{"item":$work,"qty":"2"}],
		"charges":[{"name":"送货","amount":"10","tax_rate":$vat}]}`)
	f.post("order", sales.Orders.Def, `{"date":"2026-10-06","customer":$acme,"warehouse":$main,"tax_mode":"included","discount":"2","lines":[{"item":$bolt,"qty":"5","price":"21"},{"item":$nut,"qty":"10","price":"3"}]}`)
	f.act("order", sales.Orders.Def, "deliver", `{"date":"2026-10-07"}`)
	f.keep("now", pipeline.Command{Def: sales.Orders.Def, Act: "create", Then: "sell"},
		`{"date":"2026-10-08","customer":$other,"warehouse":$main,"lines":[{"item":$bolt,"qty":"2","price":"25"}]}`)
	f.post("openorder", sales.Orders.Def, `{"date":"2026-10-09","customer":$other,"warehouse":$main,"lines":[{"item":$bolt,"qty":"2","price":"25"}]}`)
	f.post("back", stock.SalesReturns.Def, `{"date":"2026-10-10","source":$sold}`)
	f.post("moved", stock.Transfers.Def, `{"date":"2026-10-11","warehouse":$main,"to_warehouse":$shop,"lines":[{"item":$bolt,"qty":"4"}]}`)
	f.post("found", stock.OtherIn.Def, `{"date":"2026-10-12","warehouse":$shop,"lines":[{"item":$nut,"qty":"5","price":"1.5"}]}`)
	f.post("used", stock.OtherOut.Def, `{"date":"2026-10-12","warehouse":$main,"lines":[{"item":$nut,"qty":"3"}]}`)
	f.post("counted", stock.Counts.Def, `{"date":"2026-10-13","warehouse":$main,"lines":[{"item":$bolt,"counted":"20"},{"item":$nut,"counted":"401"}]}`)
	f.post("late", stock.Receipts.Def, `{"date":"2026-10-03","party":$maker,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"14"}]}`)
	f.post("wrong", stock.Deliveries.Def, `{"date":"2026-10-14","party":$other,"warehouse":$main,"lines":[{"item":$bolt,"qty":"3","price":"22"}]}`)
	f.act("wrong", stock.Deliveries.Def, "reverse", `{"date":"2026-10-15"}`)
	f.post("undone", stock.Deliveries.Def, `{"date":"2026-10-15","party":$other,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"22"}]}`)
	f.act("undone", stock.Deliveries.Def, "unpost", "")
	f.post("wanted", purchasing.Orders.Def, `{"date":"2026-10-14","supplier":$maker,"warehouse":$main,"tax_mode":"excluded","rounding":"0.03","lines":[{"item":$bolt,"qty":"4","price":"10.3"}]}`)
	f.act("wanted", purchasing.Orders.Def, "receive", `{"date":"2026-10-15"}`)
	f.measured()
	f.exchanged()
	f.toured()
	f.planned()
	f.money()
	f.books()
}

// exchanged are goods that went both ways on one sheet, each with something taken off.
func (f *firm) exchanged() {
	f.Helper()
	f.make("washer", item.Items.Def, `{"code":"U","name":"垫圈","unit":$pcs,"price":"3","purchase_price":"1.5","tax_rate":$vat}`)
	f.make("third", party.Parties.Def, `{"code":"K3","name":"换货客户","supplier":true}`)
	f.post("swapin", stock.Receipts.Def, `{"date":"2026-10-16","party":$third,"warehouse":$shop,"tax_mode":"excluded","rounding":"0.03",
		"lines":[{"item":$washer,"qty":"20","price":"1.55"},{"item":$washer,"qty":"-3","price":"1.5"}]}`)
	f.post("swapout", stock.Deliveries.Def, `{"date":"2026-10-17","party":$third,"warehouse":$shop,"tax_mode":"included","rounding":"-0.21",
		"lines":[{"item":$washer,"qty":"4","price":"3"},{"item":$washer,"qty":"-5","price":"2.9"},{"item":$work,"qty":"-1","price":"1"}],
		"money":[{"money_account":$till,"amount":"-2"}]}`)
	f.post("swapped", stock.Deliveries.Def, `{"date":"2026-10-18","party":$third,"warehouse":$shop,"lines":[{"item":$washer,"qty":"-1","price":"3"},{"item":$washer,"qty":"2","price":"3"}],
		"money":[{"money_account":$till,"amount":"3"}]}`)
	f.act("swapped", stock.Deliveries.Def, "reverse", `{"date":"2026-10-19"}`)
}

// planned is what orders are made from: a quotation, and what the house asks to be bought.
func (f *firm) planned() {
	f.Helper()
	f.make("quoted", sales.Quotations.Def, `{"date":"2026-10-20","customer":$acme,"valid_until":"2026-12-31","tax_mode":"excluded","discount":"0.5",`+
		`"lines":[{"item":$bolt,"qty":"3","price":"19.9"}],"charges":[{"name":"运费","amount":"10"}]}`)
	f.act("quoted", sales.Quotations.Def, "send", "")
	f.act("quoted", sales.Quotations.Def, "order", `{"date":"2026-10-21"}`)
	f.make("request", purchasing.Requisitions.Def, `{"date":"2026-10-20","needed":"2026-11-30","lines":[{"item":$bolt,"qty":"3","supplier":$maker,"needed":"2026-11-25"}]}`)
	f.act("request", purchasing.Requisitions.Def, "submit", "")
	f.act("request", purchasing.Requisitions.Def, "order", "")
}

// opening is what the firm has besides, entered on one page: once for good, once to be taken back.
func (f *firm) opening() {
	f.Helper()
	f.make("gear", item.Items.Def, `{"code":"Z","name":"齿轮","unit":$pcs}`)
	f.make("fourth", party.Parties.Def, `{"code":"K4","name":"老客户","supplier":true}`)
	f.make("wallet", settlement.MoneyAccounts.Def, `{"code":"3","name":"Wallet","kind":"wechat"}`)
	f.accounts("1601", "2001")
	const all = `{"date":"2026-01-01","stock":[{"item":$gear,"qty":"3","price":"8.333333"},{"item":$gear,"warehouse":$shop,"qty":"1","price":"9"}],
		"receivables":[{"party":$fourth,"amount":"70","date":"2025-12-01"}],"payables":[{"party":$fourth,"amount":"12.5"}],
		"money":[{"money_account":$wallet,"amount":"33"}],"others":[{"account":$a1601,"debit":"900"},{"account":$a2001,"credit":"450"}]}`
	f.post("opened", opening.Balances.Def, all)
	f.post("retracted", opening.Balances.Def, all)
	f.act("retracted", opening.Balances.Def, "unpost", "")
}

// accounts names accounts by their codes: $a1601.
func (f *firm) accounts(codes ...string) {
	f.Helper()
	f.unit(func(tx *kernel.Tx) error {
		for _, code := range codes {
			var id int64
			if _, err := tx.Scan([]any{&id}, "SELECT id FROM ledger_account WHERE code = ?", code); err != nil {
				return err
			}
			f.ids["a"+code] = id
		}
		return nil
	})
}

func (f *firm) money() {
	f.Helper()
	f.post("paid", settlement.Receipts.Def, `{"date":"2026-10-16","party":$acme,"lines":[{"money_account":$till,"amount":"350"},{"money_account":$bank,"amount":"30","fee":"0.6"}],"discount":"5"}`)
	f.post("advance", settlement.Receipts.Def, `{"date":"2026-10-17","party":$other,"lines":[{"money_account":$bank,"amount":"500"}]}`)
	f.act("advance", settlement.Receipts.Def, "unsettle", "")
	f.act("advance", settlement.Receipts.Def, "settle", `{"amount":"20"}`)
	f.post("spent", settlement.Payments.Def, `{"date":"2026-10-18","party":$maker,"lines":[{"money_account":$bank,"amount":"200","fee":"1"}]}`)
	f.post("void", settlement.Payments.Def, `{"date":"2026-10-18","party":$maker,"lines":[{"money_account":$bank,"amount":"10"}]}`)
	f.act("void", settlement.Payments.Def, "unpost", "")
	f.act("void", settlement.Payments.Def, "void", "")
	f.make("flat", f.c.Def("office.expense_category"), `{"code":"F","name":"房租","role":"expense"}`)
	f.post("lease", settlement.Expenses.Def, `{"date":"2026-10-18","money_account":$till,"lines":[{"category":$flat,"amount":"109","tax":"9","description":"十月"},{"category":$flat,"amount":"-9"}]}`)
	f.post("junk", settlement.Incomes.Def, `{"date":"2026-10-18","money_account":$wallet,"party":$acme,"lines":[{"category":$flat,"amount":"7.5"}]}`)
	f.post("carried", settlement.Transfers.Def, `{"date":"2026-10-19","from_account":$wallet,"to_account":$bank,"amount":"20","fee":"0.2"}`)
	f.post("counter", stock.Deliveries.Def, `{"date":"2026-10-19","party":$other,"warehouse":$main,"lines":[{"item":$work,"qty":"1","price":"90"}],
		"money":[{"money_account":$till,"amount":"60"},{"money_account":$bank,"amount":"20"}]}`)
}

// books posts and closes September, posts some of October and cancels one.
func (f *firm) books() {
	f.Helper()
	f.accounts("1001", "560202", "3001")
	f.make("hand", ledger.Vouchers.Def, `{"date":"2026-10-20","lines":[{"summary":"纸","account":$a560202,"debit":"12"},{"account":$a1001,"credit":"12"}]}`)
	f.act("hand", ledger.Vouchers.Def, "review", "")
	f.act("hand", ledger.Vouchers.Def, "post", "")
	f.act("hand", ledger.Vouchers.Def, "reverse", "")
	f.make("mistake", ledger.Vouchers.Def, `{"date":"2026-10-21","lines":[{"summary":"?","account":$a560202,"debit":"1"},{"summary":"?","account":$a1001,"credit":"1"}]}`)
	f.act("mistake", ledger.Vouchers.Def, "void", "")
	f.unit(func(tx *kernel.Tx) error {
		list, err := ledger.Periods.Where(tx.View, "1 = 1")
		for _, p := range list {
			f.ids["p"+strings.ReplaceAll(string(p.Month), "-", "")] = p.ID
		}
		return err
	})
	for _, month := range []string{"202601", "202609"} {
		f.act("p"+month, ledger.Periods.Def, "post", "")
		f.act("p"+month, ledger.Periods.Def, "close", "")
	}
	f.act("p202610", ledger.Periods.Def, "carry", "")
	f.act("p202610", ledger.Periods.Def, "post", "")
	f.post("after", stock.Deliveries.Def, `{"date":"2026-11-02","party":$acme,"warehouse":$shop,"lines":[{"item":$bolt,"qty":"1","price":"19.99"}]}`)
}

// clean wants no faults.
func (f *firm) clean() {
	f.Helper()
	found := f.run()
	if !found.Clean || len(found.Faults) != 0 {
		f.Fatalf("faults where there are none:\n%s", strings.Join(found.Faults, "\n"))
	}
}

func (f *firm) run() Findings {
	f.Helper()
	found, err := Run(context.Background(), f.c.Store)
	if err != nil {
		f.Fatal(err)
	}
	return found
}
