package billing

import (
	"context"
	"fmt"
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
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

func TestPlan(t *testing.T) {
	term := &party.Term{Days: 30}
	monthly := &party.Term{Days: 15, FromMonthEnd: true}
	for _, c := range []struct {
		name, kind string
		gross      money.Amount
		term       *party.Term
		want       string
	}{
		{"delivery", stock.KindDelivery, 1000, term, "receivable 10.00 2026-12-20"},
		{"from the end of the month", stock.KindDelivery, 1000, monthly, "receivable 10.00 2026-12-15"},
		{"at once", stock.KindDelivery, 1000, nil, "receivable 10.00 2026-11-20"},
		{"return", stock.KindSalesReturn, 1000, term, "receivable -10.00 2026-11-20"},
		{"mirror of a delivery", stock.KindDelivery, -1000, term, "receivable -10.00 2026-11-20"},
		{"mirror of a return", stock.KindSalesReturn, -1000, term, "receivable 10.00 2026-12-20"},
		{"receipt", stock.KindReceipt, 1000, term, "payable 10.00 2026-12-20"},
		{"purchase return", stock.KindPurchaseReturn, 1000, term, "payable -10.00 2026-11-20"},
		{"free of charge", stock.KindDelivery, 0, term, "none"},
		{"count", stock.KindCount, 1000, term, "none"},
		{"other receipt", stock.KindOtherIn, 1000, term, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := &stock.Document{Kind: c.kind, Party: 7, Gross: c.gross}
			doc.ID, doc.Date = 9, clock.Date("2026-11-20")
			got := "none"
			if it := plan("stock."+c.kind, doc, c.term); it != nil {
				got = it.Side + " " + it.Amount.String() + " " + string(it.DueDate)
				if it.Party != 7 || it.SourceID != 9 || it.Source != "stock."+c.kind || it.Date != doc.Date {
					t.Errorf("%+v", it)
				}
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// shop is a company that buys and sells one item.
type shop struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func shops(t *testing.T, fn func(s *shop)) {
	o := testkit.Options{Modules: []kernel.Module{
		organisation.Module(), tax.Module(), party.Module(), unit.Module(), item.Module(), warehouse.Module(),
		price.Module(), bin.Module(), sales.Module(), testkit.Elsewhere("office.expense_category"), settlement.Module(), stock.Module(), Module(),
	}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		s := &shop{T: t, c: c, ids: map[string]int64{}}
		s.make("term", party.Terms.Def, `{"code":"30","name":"30 days","days":30}`)
		s.make("main", warehouse.Warehouses.Def, `{"code":"M","name":"Main"}`)
		s.make("customer", party.Parties.Def, `{"name":"Customer","payment_term":$term}`)
		s.make("supplier", party.Parties.Def, `{"name":"Supplier","customer":false,"supplier":true}`)
		s.make("bolt", item.Items.Def, `{"code":"B","name":"Bolt","price":"20","purchase_price":"10"}`)
		s.make("till", settlement.MoneyAccounts.Def, `{"code":"1","name":"Till","kind":"cash"}`)
		fn(s)
	})
}

// text puts ids in the place of $names.
func (s *shop) text(body string) string {
	for name, id := range s.ids {
		body = strings.ReplaceAll(body, "$"+name, fmt.Sprint(id))
	}
	return body
}

func (s *shop) do(cmd pipeline.Command, body string) (any, error) {
	if body != "" {
		o, p := resource.ParseObject([]byte(s.text(body)))
		if p != nil {
			s.Fatal(p)
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

// post makes and posts a document of a kind, and remembers it under a name.
func (s *shop) post(name, kind, body string) {
	s.Helper()
	d := stock.HandleOf(kind).Def
	rec, err := s.do(pipeline.Command{Def: d, Act: "create", Then: "post"}, body)
	if err != nil {
		s.Fatalf("%s: %v", name, err)
	}
	s.ids[name] = resource.ID(d, rec)
}

func (s *shop) act(d *kernel.Def, name, act string) error {
	_, err := s.do(pipeline.Command{Def: d, Act: act, ID: s.ids[name]}, "")
	return err
}

// items lists all open items: side, number, due date, amount, open.
func (s *shop) items() string {
	s.Helper()
	out := ""
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := settlement.OpenItems.Where(v, "1 = 1")
		for _, it := range list {
			out += fmt.Sprintf("%s %s %s %s %s\n", it.Side, it.SourceNumber, it.DueDate, it.Amount, it.Open)
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return out
}

func (s *shop) expect(want string) {
	s.Helper()
	if got := s.items(); got != want {
		s.Errorf("open items:\n%swant\n%s", got, want)
	}
}

func TestDebtsFollowTheSheets(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("in", "receipt", `{"date":"2026-11-01","party":$supplier,"warehouse":$main,"lines":[{"item":$bolt,"qty":"100","price":"10"}]}`)
		s.post("out", "delivery", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"payment_term":$term,"lines":[{"item":$bolt,"qty":"5","price":"20"}],
			"charges":[{"name":"Freight","amount":"8"}]}`)
		s.post("back", "sales_return", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}]}`)
		s.post("moved", "other_out", `{"date":"2026-11-03","warehouse":$main,"lines":[{"item":$bolt,"qty":"1"}]}`)
		s.expect("payable JH261100001 2026-11-01 1000.00 1000.00\n" +
			"receivable XS261100001 2026-12-02 108.00 108.00\nreceivable XT261100001 2026-11-03 -20.00 -20.00\n")
		err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			debt, advance, err := sales.Debt.Of(s.c)(v, s.ids["customer"])
			if debt != 8800 || advance != 0 {
				s.Errorf("debt %s, advance %s", debt, advance)
			}
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
		if err := s.act(stock.SalesReturns.Def, "back", "unpost"); err != nil {
			s.Fatal(err)
		}
		s.make("money", settlement.Receipts.Def, `{"date":"2026-11-05","party":$customer,"lines":[{"money_account":$till,"amount":"50"}]}`)
		if err := s.act(settlement.Receipts.Def, "money", "post"); err != nil {
			s.Fatal(err)
		}
		list, _ := problem.From(s.act(stock.Deliveries.Def, "out", "unpost"))
		if len(list) != 1 || list[0].Code != "settlement.settled" || list[0].Args["by"] != "SK261100001" {
			s.Errorf("unposting a paid delivery: %v", list)
		}
		s.expect("payable JH261100001 2026-11-01 1000.00 1000.00\nreceivable XS261100001 2026-12-02 108.00 58.00\n")
		if err := s.act(settlement.Receipts.Def, "money", "unpost"); err != nil {
			s.Fatal(err)
		}
		if err := s.act(stock.Deliveries.Def, "out", "unpost"); err != nil {
			s.Fatal(err)
		}
		s.expect("payable JH261100001 2026-11-01 1000.00 1000.00\n")
		if err := s.act(stock.Deliveries.Def, "out", "post"); err != nil {
			s.Fatal(err)
		}
		s.expect("payable JH261100001 2026-11-01 1000.00 1000.00\nreceivable XS261100001 2026-12-02 108.00 108.00\n")
	})
}

func TestReversalSetsOffWhatIsOpen(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("out", "delivery", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"5","price":"20"}]}`)
		s.make("money", settlement.Receipts.Def, `{"date":"2026-11-05","party":$customer,"lines":[{"money_account":$till,"amount":"30"}]}`)
		if err := s.act(settlement.Receipts.Def, "money", "post"); err != nil {
			s.Fatal(err)
		}
		if err := s.act(stock.Deliveries.Def, "out", "reverse"); err != nil {
			s.Fatal(err)
		}
		s.expect("receivable XS261100001 2026-12-02 100.00 0.00\nreceivable XS261100002 2026-11-21 -100.00 -30.00\n")
	})
}
