package sales_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
)

// quote makes a quotation of ten bolts and three and a quarter washers and runs actions on it.
func (s *shop) quote(more string, acts ...string) int64 {
	s.t.Helper()
	id := s.make(sales.Quotations.Def, fmt.Sprintf(`{"customer":%d,"lines":[{"item":%d,"qty":"10"},{"item":%d,"qty":"3.25","price":"4","discount":"0.1"}]%s}`,
		s.customer, s.bolt, s.washer, more))
	for _, act := range acts {
		s.turn(id, act, `{}`)
	}
	return id
}

func (s *shop) attempt(d *kernel.Def, id int64, act, input string) error {
	_, err := s.do(pipeline.Command{Def: d, Act: act, ID: id}, input)
	return err
}

// turn runs an action on a quotation.
func (s *shop) turn(id int64, act, input string) {
	s.t.Helper()
	if err := s.attempt(sales.Quotations.Def, id, act, input); err != nil {
		s.t.Fatal(act, err)
	}
}

func (s *shop) refused(err error, want string) {
	s.t.Helper()
	if list, _ := problem.From(err); list.Error() != want {
		s.t.Errorf("%v, want %s", err, want)
	}
}

// standing writes a quotation's state, number, edition and what was ordered of each line.
func (s *shop) standing(id int64) (out string) {
	s.t.Helper()
	q := s.quotation(id)
	out = fmt.Sprintf("%s %s %d", q.State, q.Number, q.Edition)
	for _, l := range q.Lines {
		out += " " + l.Ordered.String()
	}
	return out
}

func (s *shop) expect(id int64, want string) {
	s.t.Helper()
	if got := s.standing(id); got != want {
		s.t.Errorf("%q, want %q", got, want)
	}
}

func (s *shop) quotation(id int64) (q *sales.Quotation) {
	s.t.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		q, err = sales.Quotations.Find(v, id)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return q
}

// orders gives the orders made from a quotation, in the order they were made.
func (s *shop) orders(quotation int64) (out []*sales.Order) {
	s.t.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		out, err = sales.Orders.Where(v, "quotation = ?", quotation)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func TestQuotationBecomesAnOrder(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		id := s.quote(fmt.Sprintf(`,"discount":"5.00","rounding":"0.30","note":"急","promised":"2026-11-30","charges":[{"name":"运费","amount":"30.00","tax_rate":%d}]`, s.vat9))
		s.expect(id, "draft  1 0 0")
		q := s.quotation(id)
		// 125.00 + 16.25, 11.70 + 1.05, 30.00 + 2.70, less 5.30
		if q.Gross != 18140 || q.ValidUntil != "2026-12-21" || q.Owner != s.clerk || q.PaymentTerm != s.monthly {
			t.Errorf("quoted %+v", q)
		}
		s.turn(id, "send", `{}`)
		s.expect(id, "sent QT261100001 1 0 0")
		s.turn(id, "order", `{"date":"2026-11-25"}`)
		s.expect(id, "accepted QT261100001 1 10 3.25")
		o := s.orders(id)[0]
		if o.State != "draft" || o.Gross != 18140 || o.Discount != 500 || o.Rounding != 30 || o.Note != "急" || o.Date != "2026-11-25" || o.Promised != "2026-11-30" ||
			o.Owner != s.clerk || len(o.Charges) != 1 || o.Charges[0].Gross != 3270 || o.Lines[1].Discount != 10_000_000 || o.Lines[1].Price != 4*1_000_000 {
			t.Errorf("ordered %+v", o)
		}
		s.refused(s.attempt(sales.Quotations.Def, id, "order", `{}`), "sales.quotation_ordered number=QT261100001 order=草稿")
		s.refused(s.attempt(sales.Quotations.Def, id, "revise", `{}`), "sales.quotation_ordered number=QT261100001 order=草稿")
		err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return links.Make(tx, sales.LinkOrders, []links.Link{{Source: id, SourceLine: q.Lines[0].ID, Target: o.ID, Qty: 1}})
		})
		s.refused(err, "link.over cap=10 field=base_qty kind=orders wanted=10.000001")

		// while the order is written the quotation follows: less frees, more counts no further than was offered
		for _, step := range []struct{ qty, want string }{{"4", "4 3.25"}, {"20", "10 3.25"}, {"10", "10 3.25"}} {
			if err := s.attempt(sales.Orders.Def, o.ID, "update", fmt.Sprintf(`{"lines":[{"id":%d,"qty":"%s"},{"id":%d}]}`, o.Lines[0].ID, step.qty, o.Lines[1].ID)); err != nil {
				t.Fatal(err)
			}
			s.expect(id, "accepted QT261100001 1 "+step.want)
		}
		if _, err := s.act(o.ID, "void"); err != nil {
			t.Fatal(err)
		}
		s.expect(id, "accepted QT261100001 1 0 0")
		s.turn(id, "order", `{}`)
		s.expect(id, "accepted QT261100001 1 10 3.25")
		if err := s.attempt(sales.Orders.Def, s.orders(id)[1].ID, "delete", `{}`); err != nil {
			t.Fatal(err)
		}
		s.expect(id, "accepted QT261100001 1 0 0")
		s.turn(id, "order", `{}`)
		if _, err := s.act(s.orders(id)[1].ID, "sell"); err != nil {
			t.Fatal(err)
		}
		s.refused(s.attempt(sales.Quotations.Def, id, "refuse", `{"reason":"贵"}`), "sales.quotation_ordered number=QT261100001 order=SO261100001")
	})
}

func TestQuotationRules(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		empty := s.make(sales.Quotations.Def, fmt.Sprintf(`{"customer":%d}`, s.customer))
		s.refused(s.attempt(sales.Quotations.Def, empty, "send", `{}`), "sales.no_lines at /lines")
		_, err := s.do(pipeline.Command{Def: sales.Quotations.Def, Act: "create"}, fmt.Sprintf(`{"customer":%d,"valid_until":"2026-11-20","lines":[{"item":%d,"qty":"1","price":"9"}]}`, s.customer, s.bolt))
		s.refused(err, "sales.min_price at /lines/0/price item=304 六角螺栓 M8×30\nsales.valid_until at /valid_until")
		id := s.quote("", "send")
		_, err = s.do(pipeline.Command{Def: sales.Quotations.Def, Act: "update", ID: id}, `{"note":"x"}`)
		s.refused(err, "state.readonly state=sent")
		s.refused(s.attempt(sales.Quotations.Def, id, "refuse", `{}`), "required at /reason")
		s.turn(id, "refuse", `{"reason":"价格太高"}`)
		s.expect(id, "refused QT261100001 1 0 0")
		if got := s.quotation(id).Refusal; got != "价格太高" {
			t.Error(got)
		}
		s.refused(s.attempt(sales.Quotations.Def, id, "order", `{}`), "state.wrong action=order resource=sales.quotation state=refused")
		s.set("sales.quotation_days", "0")
		s.set("sales.quotation_terms", "款到发货")
		if q := s.quotation(s.quote("")); q.ValidUntil != "" || q.Terms != "款到发货" {
			t.Errorf("without an end: %+v", q)
		}
	})
}

func TestEditions(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		first := s.quote(`,"date":"2026-11-01","valid_until":"2026-11-25","terms":"款到发货"`, "send")
		s.turn(first, "revise", `{}`)
		s.expect(first, "superseded QT261100001 1 0 0")
		second := s.latest()
		s.expect(second, "draft  2 0 0")
		if q := s.quotation(second); q.Previous != first || q.Date != "2026-11-21" || q.ValidUntil != "2026-12-15" || q.Gross != 15400 || q.Terms != "款到发货" {
			t.Errorf("the next edition: %+v", q)
		}
		s.refused(s.attempt(sales.Quotations.Def, first, "order", `{}`), "state.wrong action=order resource=sales.quotation state=superseded")

		// given up before it went out, by deleting it or making it void, it leaves the former one valid
		if err := s.attempt(sales.Quotations.Def, second, "delete", `{}`); err != nil {
			t.Fatal(err)
		}
		s.expect(first, "sent QT261100001 1 0 0")
		s.turn(first, "revise", `{}`)
		s.turn(s.latest(), "void", `{}`)
		s.expect(first, "sent QT261100001 1 0 0")
		s.turn(first, "revise", `{}`)
		third := s.latest()
		s.turn(third, "send", `{}`)
		s.turn(third, "void", `{}`)
		s.expect(third, "void QT261100002 2 0 0")
		s.expect(first, "superseded QT261100001 1 0 0")
	})
}

// latest gives the quotation that was made last.
func (s *shop) latest() (id int64) {
	s.t.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&id}, "SELECT MAX(id) FROM sales_quotation")
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func TestQuotationsExpire(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		past := s.quote(`,"date":"2026-11-01","valid_until":"2026-11-20"`, "send")
		today := s.quote(`,"date":"2026-11-01","valid_until":"2026-11-21"`, "send")
		open := s.quote(`,"date":"2026-11-01","valid_until":null`, "send")
		draft := s.quote(`,"date":"2026-11-01","valid_until":"2026-11-20"`)
		taken := s.quote(`,"date":"2026-11-01","valid_until":"2026-11-20"`, "send", "accept")
		for range 2 { // the second time finds nothing to do
			if err := sales.Expire(context.Background(), s.c); err != nil {
				t.Fatal(err)
			}
		}
		s.expect(past, "expired QT261100001 1 0 0")
		s.expect(today, "sent QT261100002 1 0 0")
		s.expect(open, "sent QT261100003 1 0 0")
		s.expect(draft, "draft  1 0 0")
		s.expect(taken, "accepted QT261100004 1 0 0")
		for _, id := range []int64{past, taken} {
			s.refused(s.attempt(sales.Quotations.Def, id, "order", `{}`), "sales.quotation_late at /late date=2026-11-20 number="+s.quotation(id).Number)
			s.turn(id, "order", `{"late":true}`)
			if o := s.orders(id); len(o) != 1 || o[0].Lines[0].Qty != 10*money.OneQty {
				t.Errorf("ordered late: %+v", o)
			}
		}
		s.expect(past, "accepted QT261100001 1 10 3.25")
	})
}

func TestQuotationsOfOthers(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		mine := s.quote("", "send")
		stranger := s.make(organisation.People.Def, `{"code":"E2","name":"李雷"}`)
		for person, want := range map[int64]string{s.clerk: fmt.Sprint([]int64{mine}), stranger: "[]"} {
			actor := &kernel.Actor{UserID: 9, PersonID: person, Lang: "zh", Perms: seller{}}
			ids := []int64{}
			err := s.c.View(context.Background(), actor, func(v *kernel.View) error {
				return listing.Stream(v, sales.Quotations.Def, listing.Query{Sort: "id"}, func(rec any) error {
					ids = append(ids, rec.(*sales.Quotation).ID)
					return nil
				})
			})
			if err != nil || fmt.Sprint(ids) != want {
				t.Errorf("%d sees %v, want %s: %v", person, ids, want, err)
			}
		}
	})
}

func TestPrintedQuotation(t *testing.T) {
	s := open(t, testkit.SQLite(t, options()))
	q := s.quotation(s.quote(`,"terms":"款到发货，含税 13%"`, "send"))
	for _, form := range sales.Quotations.Prints {
		for lang, want := range map[string][]string{
			"zh": {"报价单", "有效期至：2026-12-21", "版次：1", "报价条款：款到发货，含税 13%", "壹佰伍拾肆元整", "QT261100001"},
			"en": {"Quotation", "Valid until: 2026-12-21", "Edition: 1", "Terms: 款到发货，含税 13%", "QT261100001"},
		} {
			var b strings.Builder
			actor := kernel.SystemActor()
			actor.Lang = lang
			err := s.c.View(context.Background(), actor, func(v *kernel.View) error {
				return print.Render(v, print.Paper{Def: sales.Quotations.Def, Rec: q, Form: form.Template}, &b)
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range want {
				if !strings.Contains(b.String(), w) {
					t.Errorf("%s %s: no %q in\n%s", form.Name, lang, w, b.String())
				}
			}
		}
	}
}
