package sales_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

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
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
)

// options is sales with a bridge that ships by writing down all that is left as delivered.
func options() testkit.Options {
	return testkit.Options{Modules: []kernel.Module{
		organisation.Module(), unit.Module(), tax.Module(), party.Module(), item.Module(), warehouse.Module(), price.Module(), sales.Module(),
		{Name: "shipper", Needs: []string{"sales"}, Setup: func(c *kernel.Company) error {
			if err := sales.Debt.Fill(c, func(*kernel.View, int64) (money.Amount, money.Amount, error) { return 90000, 10000, nil }); err != nil {
				return err
			}
			if err := sales.OnHand.Fill(c, onHand); err != nil {
				return err
			}
			return sales.Ship.Fill(c, func(tx *kernel.Tx, s sales.Shipment) error {
				for i := range s.Order.Lines {
					s.Order.Lines[i].Delivered = s.Order.Lines[i].Qty
				}
				return sales.Reconcile(tx, s.Order)
			})
		}},
	}}
}

func onHand(_ *kernel.View, items []int64, _ int64) (map[int64]money.Qty, error) {
	return map[int64]money.Qty{items[0]: 340 * money.OneQty}, nil
}

// shop is a company with a few masters.
type shop struct {
	t                                  *testing.T
	c                                  *kernel.Company
	customer, supplier, limited        int64
	bolt, washer, old, box, piece      int64
	vat13, vat9, clerk, store, monthly int64
}

func (s *shop) do(cmd pipeline.Command, input string) (any, error) {
	o, p := resource.ParseObject([]byte(input))
	if p != nil {
		s.t.Fatal(p)
	}
	cmd.Input = o
	got, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		return nil, err
	}
	return got.Rec, nil
}

func (s *shop) make(d *kernel.Def, input string) int64 {
	s.t.Helper()
	rec, err := s.do(pipeline.Command{Def: d, Act: "create"}, input)
	if err != nil {
		s.t.Fatal(d.Name, err)
	}
	return resource.ID(d, rec)
}

func open(t *testing.T, c *kernel.Company) *shop {
	s := &shop{t: t, c: c}
	s.clerk = s.make(organisation.People.Def, `{"code":"E1","name":"王芳"}`)
	s.box = s.make(unit.Units.Def, `{"code":"box","name":"盒"}`)
	s.piece = s.make(unit.Units.Def, `{"code":"kg","name":"公斤","decimals":2}`)
	s.vat13 = s.make(tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
	s.vat9 = s.make(tax.Rates.Def, `{"code":"9","name":"9%","rate":"0.09"}`)
	s.monthly = s.make(party.Terms.Def, `{"code":"M30","name":"月结30天","days":30,"from_month_end":true}`)
	s.store = s.make(warehouse.Warehouses.Def, `{"code":"01","name":"总仓"}`)
	s.make(warehouse.Warehouses.Def, `{"code":"02","name":"门店"}`)
	s.customer = s.make(party.Parties.Def, fmt.Sprintf(`{"name":"宏发五金","tax_mode":"excluded","payment_term":%d,"owner":%d,"tax_rate":%d}`, s.monthly, s.clerk, s.vat9))
	s.limited = s.make(party.Parties.Def, `{"name":"小额客户","credit_limit":"1000.00"}`)
	s.supplier = s.make(party.Parties.Def, `{"name":"钢厂","customer":false,"supplier":true}`)
	s.bolt = s.make(item.Items.Def, fmt.Sprintf(`{"name":"304 六角螺栓","spec":"M8×30","unit":%d,"price":"12.5","min_price":"10","tax_rate":%d}`, s.box, s.vat13))
	s.washer = s.make(item.Items.Def, fmt.Sprintf(`{"name":"垫片","unit":%d,"price":"0.295"}`, s.piece))
	s.old = s.make(item.Items.Def, `{"name":"停产件","active":false}`)
	return s
}

func (s *shop) order(lines string, more string) (*sales.Order, error) {
	rec, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: "create"}, fmt.Sprintf(`{"customer":%d,"lines":[%s]%s}`, s.customer, lines, more))
	if err != nil {
		return nil, err
	}
	return rec.(*sales.Order), nil
}

func (s *shop) mustOrder(lines, more string) *sales.Order {
	s.t.Helper()
	o, err := s.order(lines, more)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func (s *shop) act(id int64, name string) (*sales.Order, error) {
	rec, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: name, ID: id}, `{}`)
	if err != nil {
		return nil, err
	}
	return rec.(*sales.Order), nil
}

func (s *shop) reload(id int64) *sales.Order {
	s.t.Helper()
	var o *sales.Order
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		o, err = sales.Orders.Find(v, id)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func (s *shop) set(name, value string) {
	s.t.Helper()
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{name: value})
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func both(t *testing.T, fn func(t *testing.T, s *shop)) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) { fn(t, open(t, c)) })
}

func TestDefaultsAndAmounts(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		made := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"20"},{"item":%d,"qty":"3.25","price":"4","discount":"0.1"}`, s.bolt, s.washer),
			fmt.Sprintf(`,"discount":"11.30","rounding":"0.55","charges":[{"name":"运费","amount":"30.00","tax_rate":%d}]`, s.vat9))
		o := s.reload(made.ID)
		type line struct {
			unit, rate               int64
			price                    money.Price
			amount, net, tax, g, off money.Amount
			spec                     string
		}
		var got []line
		for _, l := range o.Lines {
			got = append(got, line{l.Unit, int64(l.Rate), l.Price, l.Amount, l.Net, l.Tax, l.Gross, l.Off, l.Spec})
		}
		want := []line{
			{s.box, 13_000_000, 12_500_000, 25000, 25000, 3250, 28250, 1134, "M8×30"},
			{s.piece, 9_000_000, 4_000_000, 1170, 1170, 105, 1275, 51, ""}, // the rate is the customer's
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("lines %v\nwant  %v", got, want)
		}
		if o.Warehouse != s.store || o.TaxMode != "excluded" || o.PaymentTerm != s.monthly || o.Owner != s.clerk || o.Number != "" || o.State != "draft" {
			t.Errorf("head %+v", o)
		}
		// goods 261.70, charge 30.00 + 2.70, taken off 11.85 = 11.34 at 13 % (10.04 + 1.30) and 0.51 at 9 % (0.47 + 0.04)
		if o.Goods != 26170 || o.Charge != 3000 || o.Gross != 28250+1275+3270-1185 || o.Net != 25000+1170+3000-1004-47 || o.Tax != o.Gross-o.Net {
			t.Errorf("totals %+v", o)
		}
	})
}

// tried is what a preview answers.
func (s *shop) try(changed, input string) *preview.Preview {
	s.t.Helper()
	in, p := resource.ParseObject([]byte(input))
	if p != nil {
		s.t.Fatal(p)
	}
	got, err := preview.Try(context.Background(), s.c, kernel.SystemActor(), pipeline.Command{Def: sales.Orders.Def, Input: in}, changed)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func TestPreview(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		first := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"1","price":"11.8"}`, s.bolt), "")
		if _, err := s.act(first.ID, "confirm"); err != nil {
			t.Fatal(err)
		}
		got := s.try("/lines/0/item", fmt.Sprintf(`{"customer":%d,"lines":[{"item":%d,"qty":"2","price":"99","unit":%d}]}`, s.limited, s.bolt, s.piece))
		l := got.Draft.Rec.(*sales.Order).Lines[0]
		if l.Price != 12_500_000 || l.Unit != s.box || l.Amount != 2500 {
			t.Errorf("another item: %+v", l)
		}
		facts, _ := json.Marshal(got.Facts)
		want := `/customer 欠款 900.00|/customer 预收 100.00|/customer 可用额度 200.00|/lines/0/qty 库存 340|/lines/0/price 取自 零售价|/lines/0/price 最低售价 10|`
		if s := factLine(got.Facts); s != want {
			t.Errorf("facts %s\nwant  %s\n%s", s, want, facts)
		}
		got = s.try("/customer", fmt.Sprintf(`{"customer":%d,"tax_mode":"none","lines":[{"item":%d,"qty":"2","price":"99","unit":%d}]}`, s.customer, s.bolt, s.box))
		o := got.Draft.Rec.(*sales.Order)
		if o.TaxMode != "excluded" || o.Lines[0].Price != 99_000_000 || o.Gross != 22374 {
			t.Errorf("another customer: %+v", o)
		}
		if s := factLine(got.Facts); s != `/customer 欠款 900.00|/customer 预收 100.00|/lines/0/qty 库存 340|/lines/0/price 上次价 11.8|/lines/0/price 最低售价 10|` {
			t.Errorf("facts %s", s)
		}
		if fmt.Sprint(got.Actions) != "[confirm sell void]" {
			t.Errorf("actions %v", got.Actions)
		}
	})
}

func factLine(facts []kernel.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "%s %s %s|", f.Pointer, f.Label.Zh, f.Value)
	}
	return b.String()
}

func TestRefusals(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		bolt := func(more string) string { return fmt.Sprintf(`{"item":%d%s}`, s.bolt, more) }
		for _, c := range []struct{ name, lines, more, want string }{
			{"no lines", "", "", "lines.min at /lines min=1"},
			{"no quantity", bolt(""), "", "required at /lines/0/qty"},
			{"no item", `{"qty":"1"}`, "", "required at /lines/0/item"},
			{"several at once", bolt(`,"qty":"1","price":"1"`) + `,{"qty":"1"}`, "", "sales.min_price at /lines/0/price item=304 六角螺栓 M8×30\nrequired at /lines/1/item"},
			{"negative quantity", bolt(`,"qty":"-1"`), "", "field.negative at /lines/0/qty\nrequired at /lines/0/qty"},
			{"discount above all", bolt(`,"qty":"1","discount":"1.5"`), "", "sales.min_price at /lines/0/price item=304 六角螺栓 M8×30\nsales.discount at /lines/0/discount\nsales.off at /rounding off=0.00"},
			{"half a box", bolt(`,"qty":"1.5"`), "", "sales.decimals at /lines/0/qty decimals=0 unit=盒"},
			{"cheaper by the discount", bolt(`,"qty":"1","discount":"0.3"`), "", "sales.min_price at /lines/0/price item=304 六角螺栓 M8×30"},
			{"more off than there is", bolt(`,"qty":"1"`), `,"discount":"14.14"`, "sales.off at /discount off=14.14"},
			{"promised in the past", bolt(`,"qty":"1"`), `,"promised":"2026-11-20"`, "sales.promised at /promised"},
			{"no customer of ours", bolt(`,"qty":"1"`), fmt.Sprintf(`,"customer":%d`, s.supplier), "sales.not_customer at /customer name=钢厂"},
			{"not sold any more", fmt.Sprintf(`{"item":%d,"qty":"1"}`, s.old), "", "sales.inactive at /lines/0/item name=停产件"},
			{"unknown item", `{"item":1,"qty":"1"}`, "", "ref.missing at /lines/0/item resource=base.item"},
			{"beyond the range", bolt(`,"qty":"9000000000000","price":"9000000000000"`), "", "commerce.range at /lines/0/amount"},
			{"an amount of his own", bolt(`,"qty":"1","gross":"1.00"`), "", "field.readonly at /lines/0/gross"},
			{"a number of his own", bolt(`,"qty":"1"`), `,"number":"SO1"`, "field.readonly at /number"},
			{"an unknown field", bolt(`,"qty":"1"`), `,"colour":"red"`, "field.unknown at /colour"},
		} {
			input := fmt.Sprintf(`{"customer":%d,"lines":[%s]%s}`, s.customer, c.lines, c.more)
			if strings.Contains(c.more, `"customer"`) {
				input = fmt.Sprintf(`{"lines":[%s]%s}`, c.lines, c.more)
			}
			_, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: "create"}, input)
			if list, _ := problem.From(err); list.Error() != c.want {
				t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
			}
		}
		s.set("sales.min_price", "allow")
		if _, err := s.order(bolt(`,"qty":"1","price":"1"`), ""); err != nil {
			t.Errorf("allowed: %v", err)
		}
	})
}

func TestOrderLife(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		o := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"2"}`, s.bolt), "")
		steps := []struct {
			act, state, number string
			err                string
		}{
			{"close", "", "", "state.wrong action=close resource=sales.order state=draft"},
			{"confirm", "confirmed", "SO261100001", ""},
			{"confirm", "", "", "state.wrong action=confirm resource=sales.order state=confirmed"},
			{"void", "", "", "state.wrong action=void resource=sales.order state=confirmed"},
			{"unconfirm", "draft", "SO261100001", ""},
			{"confirm", "confirmed", "SO261100001", ""},
			{"close", "closed", "SO261100001", ""},
			{"reopen", "confirmed", "SO261100001", ""},
			{"deliver", "closed", "SO261100001", ""},
			{"reopen", "", "", "sales.nothing_left number=SO261100001"},
		}
		for _, step := range steps {
			got, err := s.act(o.ID, step.act)
			if step.err != "" {
				if list, _ := problem.From(err); list.Error() != step.err {
					t.Errorf("%s: %v, want %s", step.act, err, step.err)
				}
				continue
			}
			if err != nil || string(got.State) != step.state || got.Number != step.number {
				t.Fatalf("%s: %+v, %v", step.act, got, err)
			}
		}
		if got := s.reload(o.ID); got.Lines[0].Delivered != 2*money.OneQty || got.ShortClosed {
			t.Errorf("delivered: %+v", got)
		}
		confirmed := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"1"}`, s.bolt), "")
		if _, err := s.act(confirmed.ID, "confirm"); err != nil {
			t.Fatal(err)
		}
		_, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: "update", ID: confirmed.ID}, `{"note":"x"}`)
		if list, _ := problem.From(err); list.Error() != "state.readonly state=confirmed" {
			t.Errorf("a confirmed order was written: %v", err)
		}
		_, err = s.act(confirmed.ID, "complete")
		if err != nil {
			t.Errorf("the program may: %v", err)
		}
		dead := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"1"}`, s.bolt), "")
		if got, err := s.act(dead.ID, "void"); err != nil || got.State != "void" || got.Number != "" {
			t.Errorf("void: %+v, %v", got, err)
		}
	})
}

func TestSell(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		o, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: "create", Then: "sell"}, fmt.Sprintf(`{"customer":%d,"lines":[{"item":%d,"qty":"2"}]}`, s.customer, s.bolt))
		if err != nil {
			t.Fatal(err)
		}
		got := s.reload(o.(*sales.Order).ID)
		if got.State != "closed" || got.Number != "SO261100001" || got.Lines[0].Delivered != 2*money.OneQty || got.Version != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestCreditLimit(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		// the limit is 1000.00, 900.00 is owed, 100.00 was paid in advance: 200.00 is left
		input := func(price string) string {
			return fmt.Sprintf(`{"customer":%d,"lines":[{"item":%d,"qty":"1","price":"%s"}]}`, s.limited, s.bolt, price)
		}
		create := pipeline.Command{Def: sales.Orders.Def, Act: "create", Then: "confirm"}
		if _, err := s.do(create, input("200.01")); err != nil {
			t.Errorf("no rule: %v", err)
		}
		s.set("sales.credit", "refuse")
		if _, err := s.do(create, input("200")); err != nil {
			t.Errorf("just enough: %v", err)
		}
		_, err := s.do(create, input("200.01"))
		if list, _ := problem.From(err); list.Error() != "sales.credit at /customer customer=小额客户 total=200.01" {
			t.Errorf("over the limit: %v", err)
		}
	})
}

func TestImportedNumber(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		input := fmt.Sprintf(`{"number":"SO261100041","customer":%d,"lines":[{"item":%d,"qty":"1"}]}`, s.customer, s.bolt)
		rec, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: "create", Import: true}, input)
		if err != nil || rec.(*sales.Order).Number != "SO261100041" {
			t.Fatalf("%+v, %v", rec, err)
		}
		next := s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"1"}`, s.bolt), "")
		if got, err := s.act(next.ID, "confirm"); err != nil || got.Number != "SO261100042" {
			t.Errorf("the next number: %+v, %v", got, err)
		}
		_, err = s.do(pipeline.Command{Def: sales.Orders.Def, Act: "create", Import: true}, input)
		if list, _ := problem.From(err); list.Error() != "sales.number at /number number=SO261100041" {
			t.Errorf("the same number twice: %v", err)
		}
	})
}
