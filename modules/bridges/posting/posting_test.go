package posting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// neighbours stands in for the bridges billing and costing: it raises the debt of a sheet and books goods at their
// value against the cost of sales.
func neighbours() kernel.Module {
	sides := map[string]settlement.Item{
		stock.KindDelivery: {Side: settlement.Receivable, Amount: 1}, stock.KindSalesReturn: {Side: settlement.Receivable, Amount: -1},
		stock.KindReceipt: {Side: settlement.Payable, Amount: 1}, stock.KindPurchaseReturn: {Side: settlement.Payable, Amount: -1},
	}
	return kernel.Module{Name: "neighbours", Needs: []string{"stock", "settlement", "ledger"}, Setup: func(c *kernel.Company) error {
		stock.Posted.On(c, "neighbours", func(tx *kernel.Tx, e *stock.Event) error {
			it := sides[e.Doc.Kind]
			it.Amount *= e.Doc.Gross
			it.Party, it.Source, it.SourceID, it.Date = e.Doc.Party, e.Def.Name, e.Doc.ID, e.Doc.Date
			if _, err := settlement.Raise(tx, it); err != nil {
				return err
			}
			source := ledger.Source{Resource: e.Def.Name, ID: e.Doc.ID, Date: e.Doc.Date}
			for _, l := range e.Lines {
				lines := []ledger.Entry{{Role: "inventory", Debit: l.Value}}
				if it.Side == settlement.Receivable {
					lines = []ledger.Entry{{Role: "cost_of_sales", Debit: -l.Value}, {Role: "inventory", Credit: -l.Value}}
				}
				if err := ledger.Add(tx, source, lines...); err != nil {
					return err
				}
			}
			return nil
		})
		stock.Unposted.On(c, "neighbours", func(tx *kernel.Tx, e *stock.Event) error {
			return settlement.Drop(tx, e.Def.Name, e.Doc.ID)
		})
		return nil
	}}
}

// shop is a company with books.
type shop struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func shops(t *testing.T, vat string, fn func(s *shop)) {
	t.Helper()
	o := testkit.Options{Modules: []kernel.Module{
		organisation.Module(), tax.Module(), party.Module(), unit.Module(), item.Module(), warehouse.Module(),
		price.Module(), bin.Module(), testkit.Elsewhere("office.expense_category"), settlement.Module(), stock.Module(), ledger.Module(), Module(), neighbours(),
	}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		s := &shop{T: t, c: c, ids: map[string]int64{}}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
			return ledger.Install(tx, ledger.Options{Standard: "small", VAT: vat, From: "2026-01"})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
		s.make("vat9", tax.Rates.Def, `{"code":"9","name":"9%","rate":"0.09"}`)
		s.make("main", warehouse.Warehouses.Def, `{"code":"M","name":"Main"}`)
		s.make("customer", party.Parties.Def, `{"name":"客户"}`)
		s.make("supplier", party.Parties.Def, `{"name":"供应商","customer":false,"supplier":true}`)
		s.make("services", item.Categories.Def, `{"code":"S","name":"Services"}`)
		s.make("bolt", item.Items.Def, `{"code":"B","name":"Bolt"}`)
		s.make("work", item.Items.Def, `{"code":"W","name":"Work","service":true,"category":$services}`)
		s.make("bank", settlement.MoneyAccounts.Def, `{"code":"1","name":"Bank","kind":"bank"}`)
		s.make("till", settlement.MoneyAccounts.Def, `{"code":"2","name":"Till","kind":"cash"}`)
		fn(s)
	})
}

func (s *shop) do(cmd pipeline.Command, body string) (any, error) {
	for name, id := range s.ids {
		body = strings.ReplaceAll(body, "$"+name+",", fmt.Sprint(id)+",")
		body = strings.ReplaceAll(body, "$"+name+"}", fmt.Sprint(id)+"}")
	}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			s.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		return nil, err
	}
	return res.Rec, nil
}

func (s *shop) make(name string, d *kernel.Def, body string) {
	s.Helper()
	rec, err := s.do(pipeline.Command{Def: d, Act: "create"}, body)
	if err != nil {
		s.Fatalf("%s: %v", name, err)
	}
	s.ids[name] = resource.ID(d, rec)
}

// post makes and posts a document and remembers it under a name.
func (s *shop) post(name string, d *kernel.Def, body string) {
	s.Helper()
	rec, err := s.do(pipeline.Command{Def: d, Act: "create", Then: "post"}, body)
	if err != nil {
		s.Fatalf("%s: %v", name, err)
	}
	s.ids[name] = resource.ID(d, rec)
}

func (s *shop) act(d *kernel.Def, name, act string) {
	s.Helper()
	if _, err := s.do(pipeline.Command{Def: d, Act: act, ID: s.ids[name]}, ""); err != nil {
		s.Fatalf("%s %s: %v", act, name, err)
	}
}

// vouchers gives the live vouchers of a document: date and summary, then each line as "code debit credit", sorted by code.
func (s *shop) vouchers(name string) string {
	s.Helper()
	var out []string
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "source_id = ? AND state <> 'void'", s.ids[name])
		for _, voucher := range list {
			out = append(out, string(voucher.Date)+" "+voucher.Summary)
			var lines []string
			var balance money.Amount
			for _, l := range voucher.Lines {
				a, err := ledger.Accounts.Find(v, l.Account)
				if err != nil {
					return err
				}
				balance += l.Debit - l.Credit
				lines = append(lines, a.Code+" "+l.Debit.String()+" "+l.Credit.String())
			}
			if balance != 0 {
				s.Errorf("voucher %s differs by %s", voucher.Number, balance)
			}
			slices.Sort(lines)
			out = append(out, lines...)
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return strings.Join(out, "\n")
}

func (s *shop) expect(name, want string) {
	s.Helper()
	var lines []string
	for _, l := range strings.Split(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(l))
	}
	if got := s.vouchers(name); got != strings.Join(lines, "\n") {
		s.Errorf("%s:\n%s\nwant\n%s", name, got, strings.Join(lines, "\n"))
	}
}

const purchase = `{"date":"2026-11-01","party":$supplier,"warehouse":$main,"tax_mode":"included",
	"lines":[{"item":$bolt,"qty":"100","price":"11.3","tax_rate":$vat},{"item":$work,"qty":"1","price":"113","tax_rate":$vat}],
	"charges":[{"name":"Freight","amount":"10.9","tax_rate":$vat9}]}`

func TestPurchaseWithDeductibleTax(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.post("in", stock.Receipts.Def, purchase)
		s.expect("in", `2026-11-01 进货单 JH261100001 供应商
			1405 1000.00 0.00
			220201 0.00 1253.90
			22210101 143.90 0.00
			560102 10.00 0.00
			560202 100.00 0.00`)
		s.post("back", stock.PurchaseReturns.Def, `{"date":"2026-11-02","party":$supplier,"warehouse":$main,"tax_mode":"included",
			"lines":[{"item":$bolt,"qty":"10","price":"11.3","tax_rate":$vat}]}`)
		s.expect("back", `2026-11-02 采购退货单 JT261100001 供应商
			1405 -100.00 0.00
			220201 0.00 -113.00
			22210101 -13.00 0.00`)
	})
}

func TestPurchaseOfASmallTaxpayer(t *testing.T) {
	shops(t, "small", func(s *shop) {
		s.post("in", stock.Receipts.Def, purchase)
		s.expect("in", `2026-11-01 进货单 JH261100001 供应商
			1405 1130.00 0.00
			220201 0.00 1253.90
			560102 10.90 0.00
			560202 113.00 0.00`)
	})
}

func TestSale(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.post("in", stock.Receipts.Def, purchase)
		s.make("role", ledger.Roles.Def, s.serviceRole())
		s.post("out", stock.Deliveries.Def, `{"date":"2026-11-03","party":$customer,"warehouse":$main,"tax_mode":"excluded","discount":"22.6","rounding":"0.5",
			"lines":[{"item":$bolt,"qty":"10","price":"20","tax_rate":$vat},{"item":$work,"qty":"1","price":"300","tax_rate":$vat}],
			"charges":[{"name":"Freight","amount":"10","tax_rate":$vat9}]}`)
		// 565.00 of goods with tax, 22.60 off (20.00 without tax, shared 200 : 300), 0.50 rounded off (0.44 without tax), freight 10.90.
		s.expect("out", `2026-11-03 销售单 XS261100001 客户
			1122 552.80 0.00
			1405 0.00 100.00
			22210107 0.00 63.24
			5001 0.00 192.00
			5051 0.00 298.00
			5401 100.00 0.00
			560304 0.44 0.00`)
		s.post("back", stock.SalesReturns.Def, `{"date":"2026-11-04","party":$customer,"warehouse":$main,"tax_mode":"excluded",
			"lines":[{"item":$bolt,"qty":"1","price":"20","tax_rate":$vat}]}`)
		s.expect("back", `2026-11-04 销售退货单 XT261100001 客户
			1122 -22.60 0.00
			1405 0.00 -10.00
			22210107 0.00 -2.60
			5001 0.00 -20.00
			5401 -10.00 0.00`)
		s.act(stock.Deliveries.Def, "out", "unpost")
		s.expect("out", "")
	})
}

// serviceRole says that the revenue of services goes to other business revenue.
func (s *shop) serviceRole() string {
	s.Helper()
	var id int64
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := ledger.Accounts.Where(v, "code = '5051'")
		id = list[0].ID
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return fmt.Sprintf(`{"role":"revenue","name":"服务收入","name_en":"Services","category":$services,"account":%d}`, id)
}

func TestMoney(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.post("in", stock.Receipts.Def, purchase)
		s.post("out", stock.Deliveries.Def, `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"20"}]}`)
		s.post("money", settlement.Receipts.Def, `{"date":"2026-11-05","party":$customer,"discount":"5",
			"lines":[{"money_account":$bank,"amount":"200","fee":"1.2"},{"money_account":$till,"amount":"50"}]}`)
		s.expect("money", `2026-11-05 收款单 SK261100001 客户
			1001 50.00 0.00
			1002 198.80 0.00
			1122 0.00 200.00
			2203 0.00 55.00
			560302 1.20 0.00
			560304 5.00 0.00`)
		s.post("paid", settlement.Payments.Def, `{"date":"2026-11-06","party":$supplier,"discount":"3.9",
			"lines":[{"money_account":$bank,"amount":"1260","fee":"2"}]}`)
		s.expect("paid", `2026-11-06 付款单 FK261100001 供应商
			1002 0.00 1262.00
			1123 10.00 0.00
			220201 1253.90 0.00
			560302 2.00 0.00
			560304 0.00 3.90`)
		s.act(settlement.Receipts.Def, "money", "unpost")
		s.expect("money", "")
		s.make("owner", organisation.People.Def, `{"code":"1","name":"老板"}`)
		s.make("card", settlement.MoneyAccounts.Def, `{"code":"3","name":"老板的卡","kind":"private","holder":$owner}`)
		s.make("pos", settlement.MoneyAccounts.Def, `{"code":"4","name":"刷卡机","kind":"pos"}`)
		if _, err := s.do(pipeline.Command{Def: settlement.MoneyAccounts.Def, Act: "create"}, `{"code":"5","name":"谁的卡","kind":"private"}`); err == nil || !strings.Contains(err.Error(), "money_account.holder at /holder") {
			t.Errorf("a private card of nobody: %v", err)
		}
		s.post("cards", settlement.Receipts.Def, `{"date":"2026-11-07","party":$customer,"lines":[{"money_account":$card,"amount":"30"},{"money_account":$pos,"amount":"20"}]}`)
		s.expect("cards", `2026-11-07 收款单 SK261100002 客户
			1002 20.00 0.00
			1122 0.00 50.00
			1221 30.00 0.00`)
	})
}

func TestAdvanceIsAppliedInTheBooks(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.post("money", settlement.Receipts.Def, `{"date":"2026-11-01","party":$customer,"lines":[{"money_account":$bank,"amount":"500"}]}`)
		s.post("in", stock.Receipts.Def, purchase)
		s.post("out", stock.Deliveries.Def, `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"20"}]}`)
		s.act(settlement.Receipts.Def, "money", "settle")
		settled := `2026-11-01 收款单 SK261100001 客户
			1002 500.00 0.00
			2203 0.00 500.00
			2026-11-21 收款单 SK261100001 客户
			1122 0.00 200.00
			2203 200.00 0.00`
		s.expect("money", settled)
		s.act(settlement.Receipts.Def, "money", "unsettle")
		s.expect("money", settled+`
			2026-11-21 收款单 SK261100001 客户
			1122 0.00 -200.00
			2203 -200.00 0.00`)
		s.act(settlement.Receipts.Def, "money", "unpost")
		s.expect("money", "")
	})
}

func TestWithoutBooksThereAreNoVouchers(t *testing.T) {
	o := testkit.Options{Modules: []kernel.Module{
		organisation.Module(), tax.Module(), party.Module(), unit.Module(), item.Module(), warehouse.Module(),
		price.Module(), bin.Module(), testkit.Elsewhere("office.expense_category"), settlement.Module(), stock.Module(), ledger.Module(), Module(), neighbours(),
	}}
	s := &shop{T: t, c: testkit.SQLite(t, o), ids: map[string]int64{}}
	s.make("customer", party.Parties.Def, `{"name":"客户"}`)
	s.make("bank", settlement.MoneyAccounts.Def, `{"code":"1","name":"Bank","kind":"bank"}`)
	s.post("money", settlement.Receipts.Def, `{"date":"2026-11-01","party":$customer,"lines":[{"money_account":$bank,"amount":"500"}]}`)
	s.expect("money", "")
}
