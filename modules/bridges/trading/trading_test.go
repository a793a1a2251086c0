package trading_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/trading"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// shop is a company whose masters are known by short names; $name in an input is the id.
type shop struct {
	t   *testing.T
	c   *kernel.Company
	ids map[string]int64
}

func both(t *testing.T, fn func(t *testing.T, s *shop)) {
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{
		organisation.Module(), unit.Module(), tax.Module(), party.Module(), item.Module(), warehouse.Module(),
		price.Module(), bin.Module(), sales.Module(), testkit.Elsewhere("office.expense_category"), settlement.Module(), stock.Module(), trading.Module(),
	}}, func(t *testing.T, c *kernel.Company) {
		s := &shop{t: t, c: c, ids: map[string]int64{}}
		s.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
		s.make("box", unit.Units.Def, `{"code":"box","name":"盒"}`)
		s.make("main", warehouse.Warehouses.Def, `{"code":"01","name":"总仓"}`)
		s.make("customer", party.Parties.Def, `{"name":"宏发五金","tax_mode":"excluded"}`)
		s.make("bolt", item.Items.Def, `{"name":"螺栓","unit":$box,"price":"12.5","tax_rate":$vat}`)
		s.make("nut", item.Items.Def, `{"name":"螺母","unit":$box,"price":"2","tax_rate":$vat}`)
		fn(t, s)
	})
}

func (s *shop) do(cmd pipeline.Command, input string) (any, error) {
	for name, id := range s.ids {
		input = strings.ReplaceAll(input, "$"+name, fmt.Sprint(id))
	}
	o, p := resource.ParseObject([]byte(input))
	if p != nil {
		s.t.Fatal(input, p)
	}
	cmd.Input = o
	got, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		return nil, err
	}
	return got.Rec, nil
}

func (s *shop) make(name string, d *kernel.Def, input string) {
	s.t.Helper()
	rec, err := s.do(pipeline.Command{Def: d, Act: "create"}, input)
	if err != nil {
		s.t.Fatal(name, err)
	}
	s.ids[name] = resource.ID(d, rec)
}

// order makes an order and runs an action on it.
func (s *shop) order(then, input string) *sales.Order {
	s.t.Helper()
	rec, err := s.do(pipeline.Command{Def: sales.Orders.Def, Act: "create", Then: then}, input)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.read(rec.(*sales.Order).ID)
}

func (s *shop) act(d *kernel.Def, id int64, name, input string) error {
	_, err := s.do(pipeline.Command{Def: d, Act: name, ID: id}, input)
	return err
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) view(fn func(v *kernel.View) error) {
	s.t.Helper()
	s.must(s.c.View(context.Background(), kernel.SystemActor(), fn))
}

func (s *shop) read(id int64) (o *sales.Order) {
	s.t.Helper()
	s.view(func(v *kernel.View) (err error) { o, err = sales.Orders.Find(v, id); return err })
	return o
}

// deliveries gives the deliveries in the order they were made.
func (s *shop) deliveries() (out []*stock.Document) {
	s.t.Helper()
	s.view(func(v *kernel.View) (err error) {
		out, err = stock.Deliveries.Where(v, "kind = ?", stock.KindDelivery)
		return err
	})
	return out
}

// progress writes an order's state and what was delivered of each line.
func (s *shop) progress(id int64) string {
	s.t.Helper()
	o := s.read(id)
	out := string(o.State)
	for _, l := range o.Lines {
		out += " " + l.Delivered.String()
	}
	return out
}

func (s *shop) expect(id int64, want string) {
	s.t.Helper()
	if got := s.progress(id); got != want {
		s.t.Errorf("%s, want %s", got, want)
	}
}

func (s *shop) refused(err error, want string) {
	s.t.Helper()
	if list, _ := problem.From(err); list.Error() != want {
		s.t.Errorf("%v, want %s", err, want)
	}
}

const fiveLines = `{"customer":$customer,"lines":[{"item":$bolt,"qty":"20"},{"item":$nut,"qty":"5"},{"item":$bolt,"qty":"1"},{"item":$nut,"qty":"2"},{"item":$nut,"qty":"3"}]}`

func TestSellInOneUnit(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		s.order("sell", fiveLines) // prepares caches
		o := s.order("sell", fiveLines)
		s.expect(o.ID, "closed 20 5 1 2 3")
		d := s.deliveries()[1]
		if d.State != stock.Done || d.Number != "XS261100002" || o.Number != "SO261100002" || d.Gross != o.Gross || d.Gross != 31923 {
			t.Errorf("order %+v\ndelivery %+v", o, d)
		}
		s.view(func(v *kernel.View) error {
			hand, err := stock.OnHand(v, []int64{s.ids["bolt"], s.ids["nut"]}, 0)
			if hand[s.ids["bolt"]] != -42*money.OneQty || hand[s.ids["nut"]] != -20*money.OneQty {
				t.Errorf("on hand %v", hand)
			}
			return err
		})
		for _, u := range s.c.Store.Stats().All() {
			if u.Label == "sales.order:create+sell" {
				t.Logf("sell now, five lines: %d statements", u.LastStatements)
				if u.LastStatements > 30 {
					t.Errorf("%d statements without books, the budget is 30", u.LastStatements)
				}
			}
		}
	})
}

func TestTermsTravel(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		o := s.order("confirm", `{"customer":$customer,"tax_mode":"none","note":"急","discount":"5.00","rounding":"0.50",
			"charges":[{"name":"运费","amount":"30.00"}],
			"lines":[{"item":$bolt,"qty":"10","price":"12","discount":"0.1"},{"item":$nut,"qty":"4","price":"0","unit":$box,"note":"赠"}]}`)
		s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{"date":"2026-11-23","post":false}`))
		d := s.deliveries()[0]
		got := fmt.Sprintf("%v %v %v %v %v %v %v %v %v %q", d.State, d.Date, d.TaxMode, d.Note, d.Goods, d.Discount, d.Rounding, d.Charge, d.Gross, d.Number)
		if want := `draft 2026-11-23 none 急 108.00 5.00 0.50 30.00 132.50 ""`; got != want || o.Gross != 13250 {
			t.Errorf("head %s, want %s; order %v", got, want, o.Gross)
		}
		if l := d.Lines[1]; l.Price != 0 || l.Amount != 0 || l.Note != "赠" {
			t.Errorf("a gift is charged: %+v", l)
		}
		s.expect(o.ID, "confirmed 0 0") // a draft delivers nothing

		// ship four of ten and no gift, then the rest
		input := fmt.Sprintf(`{"lines":[{"id":%d,"qty":"4"}]}`, d.Lines[0].ID)
		_, err := s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "update", ID: d.ID}, input)
		s.must(err)
		s.must(s.act(stock.Deliveries.Def, d.ID, "post", `{}`))
		s.expect(o.ID, "confirmed 4 0")
		s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{}`))
		s.expect(o.ID, "closed 10 4")
		d = s.deliveries()[1]
		if d.State != stock.Done || d.Date != "2026-11-21" || d.Discount != 0 || d.Rounding != 0 || len(d.Charges) != 0 || d.Gross != 6480 || d.Lines[0].Qty != 6*money.OneQty {
			t.Errorf("the rest: %+v", d)
		}
		s.refused(s.act(sales.Orders.Def, o.ID, "deliver", `{}`), "state.wrong action=deliver resource=sales.order state=closed")
	})
}

// TestWhatIsThereIsShipped: what the warehouse has goes, services with it, the rest stays on the order; the same item on two
// lines is there once.
func TestWhatIsThereIsShipped(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		s.make("work", item.Items.Def, `{"name":"安装","unit":$box,"price":"50","service":true}`)
		_, err := s.do(pipeline.Command{Def: stock.OtherIn.Def, Act: "create", Then: "post"}, `{"warehouse":$main,"lines":[{"item":$bolt,"qty":"7","price":"3"}]}`)
		s.must(err)
		o := s.order("confirm", `{"customer":$customer,"lines":[{"item":$bolt,"qty":"5"},{"item":$nut,"qty":"4"},{"item":$bolt,"qty":"3"},{"item":$work,"qty":"1"}]}`)
		s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{"post":true,"short":true}`))
		s.expect(o.ID, "confirmed 5 0 2 1")
		if d := s.deliveries()[0]; d.State != stock.Done || len(d.Lines) != 3 {
			t.Errorf("shipped %+v", d)
		}
		s.refused(s.act(sales.Orders.Def, o.ID, "deliver", `{"post":true,"short":true}`), "trading.nothing_there number=SO261100001")
		s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{"post":true}`))
		s.expect(o.ID, "closed 5 4 3 1")
	})
}

func TestMoreThanOrdered(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		o := s.order("confirm", `{"customer":$customer,"lines":[{"item":$nut,"qty":"1"},{"item":$bolt,"qty":"10"}]}`)
		s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{"post":false}`))
		d := s.deliveries()[0]
		update := pipeline.Command{Def: stock.Deliveries.Def, Act: "update", ID: d.ID}
		_, err := s.do(update, fmt.Sprintf(`{"lines":[{"id":%d},{"id":%d,"qty":"11"}]}`, d.Lines[0].ID, d.Lines[1].ID))
		s.must(err)
		s.refused(s.act(stock.Deliveries.Def, d.ID, "post", `{}`), "trading.over at /lines/1/qty left=10 number=SO261100001 wanted=11")
		s.expect(o.ID, "confirmed 0 0")

		// another item in the line's place, and a line of its own, do not count towards the order
		_, err = s.do(update, fmt.Sprintf(`{"lines":[{"id":%d,"item":$bolt},{"id":%d,"qty":"9"},{"item":$bolt,"qty":"50"}]}`, d.Lines[0].ID, d.Lines[1].ID))
		s.must(err)
		s.must(s.act(stock.Deliveries.Def, d.ID, "post", `{}`))
		s.expect(o.ID, "confirmed 0 9")

		err = pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return links.Make(tx, "fulfils", []links.Link{{Source: o.ID, SourceLine: o.Lines[1].ID, Target: d.ID, Qty: 2 * money.OneQty}})
		})
		s.refused(err, "link.over cap=10 field=base_qty kind=fulfils wanted=11")
	})
}

func TestTakingBack(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		o := s.order("sell", `{"customer":$customer,"lines":[{"item":$bolt,"qty":"3"}]}`)
		d := s.deliveries()[0]
		s.refused(s.act(sales.Orders.Def, o.ID, "unconfirm", `{}`), "state.wrong action=unconfirm resource=sales.order state=closed")
		s.must(s.act(stock.Deliveries.Def, d.ID, "unpost", `{}`))
		s.expect(o.ID, "confirmed 0")
		s.must(s.act(stock.Deliveries.Def, d.ID, "post", `{}`))
		s.expect(o.ID, "closed 3")
		s.must(s.act(stock.Deliveries.Def, d.ID, "reverse", `{}`))
		s.expect(o.ID, "confirmed 0")
		s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{}`))
		s.expect(o.ID, "closed 3")

		// closed short stays closed, and open orders only take deliveries
		short := s.order("confirm", `{"customer":$customer,"lines":[{"item":$bolt,"qty":"3"},{"item":$nut,"qty":"1"}]}`)
		s.must(s.act(sales.Orders.Def, short.ID, "deliver", `{"post":false}`))
		all := s.deliveries()
		d = all[len(all)-1]
		_, err := s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "update", ID: d.ID}, fmt.Sprintf(`{"lines":[{"id":%d}]}`, d.Lines[0].ID))
		s.must(err)
		s.must(s.act(stock.Deliveries.Def, d.ID, "post", `{}`))
		s.refused(s.act(sales.Orders.Def, short.ID, "unconfirm", `{}`), "link.downstream kind=发货 label="+s.number(d.ID)+" resource=销售单")
		s.must(s.act(sales.Orders.Def, short.ID, "close", `{}`))
		s.must(s.act(stock.Deliveries.Def, d.ID, "unpost", `{}`))
		s.expect(short.ID, "closed 0 0")
		s.refused(s.act(stock.Deliveries.Def, d.ID, "post", `{}`), "trading.not_open at /lines/0/qty number=SO261100002")
		s.must(s.act(sales.Orders.Def, short.ID, "reopen", `{}`))
		s.must(s.act(stock.Deliveries.Def, d.ID, "post", `{}`))
		s.expect(short.ID, "confirmed 3 0")
	})
}

func (s *shop) number(id int64) (number string) {
	s.view(func(v *kernel.View) error {
		d, err := stock.Deliveries.Find(v, id)
		number = d.Number
		return err
	})
	return number
}

func TestOnlyOneOfManyShips(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		o := s.order("confirm", `{"customer":$customer,"lines":[{"item":$bolt,"qty":"10"}]}`)
		const many = 8
		for range many {
			s.must(s.act(sales.Orders.Def, o.ID, "deliver", `{"post":false}`))
		}
		var wg sync.WaitGroup
		errs := make([]error, many)
		for i, d := range s.deliveries() {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, errs[i] = pipeline.Do(context.Background(), s.c, kernel.SystemActor(), pipeline.Command{Def: stock.Deliveries.Def, Act: "post", ID: d.ID})
			}()
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			if list, ok := problem.From(err); !ok || list[0].Code != "trading.not_open" {
				t.Errorf("refused with %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d deliveries were posted", won)
		}
		s.expect(o.ID, "closed 10")
	})
}
