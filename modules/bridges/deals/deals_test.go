package deals_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// firm is a company whose records are known by short names; $name in an input is the id.
type firm struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func firms(t *testing.T, fn func(f *firm)) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, ids: map[string]int64{}}
		f.make("main", warehouse.Warehouses.Def, "", `{"code":"01","name":"总仓"}`)
		f.make("customer", party.Parties.Def, "", `{"name":"宏发五金"}`)
		f.make("bolt", item.Items.Def, "", `{"name":"螺栓","price":"12.5"}`)
		f.make("cash", settlement.MoneyAccounts.Def, "", `{"code":"1","name":"现金","kind":"cash"}`)
		f.make("stage", crm.Stages.Def, "", `{"code":"31","name":"报价","position":31,"probability":"0.5"}`)
		fn(f)
	})
}

func (f *firm) do(cmd pipeline.Command, input string) (any, error) {
	f.Helper()
	names := make([]string, 0, len(f.ids))
	for name := range f.ids {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, name := range names {
		input = strings.ReplaceAll(input, "$"+name, fmt.Sprint(f.ids[name]))
	}
	o, p := resource.ParseObject([]byte(input))
	if p != nil {
		f.Fatal(input, p)
	}
	cmd.Input = o
	got, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
	if err != nil {
		return nil, err
	}
	return got.Rec, nil
}

func (f *firm) make(name string, d *kernel.Def, then, input string) {
	f.Helper()
	rec, err := f.do(pipeline.Command{Def: d, Act: "create", Then: then}, input)
	if err != nil {
		f.Fatal(name, err)
	}
	f.ids[name] = resource.ID(d, rec)
}

func (f *firm) act(name string, d *kernel.Def, act, input string) {
	f.Helper()
	if _, err := f.do(pipeline.Command{Def: d, Act: act, ID: f.ids[name]}, input); err != nil {
		f.Fatal(name, act, err)
	}
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// last names the record of a resource that was made last, and tells how many there are.
func (f *firm) last(name string, d *kernel.Def) (count int64) {
	f.Helper()
	var id int64
	f.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&id, &count}, "SELECT MAX(id), COUNT(*) FROM "+d.Table.Name)
		return err
	})
	f.ids[name] = id
	return count
}

// expect compares the state, the amounts and the last day of the opportunity.
func (f *firm) expect(want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		o, err := crm.Opportunities.Find(v, f.ids["deal"])
		if err != nil {
			return err
		}
		if got := fmt.Sprint(o.State, " ", o.Amount, " ", o.Weighted, " ", o.ClosedOn); got != want {
			f.Errorf("the opportunity is %q, want %q", got, want)
		}
		return nil
	})
}

func (f *firm) order(then string) {
	f.Helper()
	f.act("quotation", sales.Quotations.Def, "order", `{}`)
	f.last("order", sales.Orders.Def)
	f.act("order", sales.Orders.Def, then, `{}`)
}

func TestFromOpportunityToOrder(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("deal", crm.Opportunities.Def, "", `{"name":"新厂房","customer":$customer,"stage":$stage,"amount":"100"}`)
		for range 2 { // what is being written is not made twice
			f.act("deal", crm.Opportunities.Def, "quote", `{}`)
			if n := f.last("quotation", sales.Quotations.Def); n != 1 {
				f.Fatalf("%d quotations", n)
			}
		}
		f.expect("open 100.00 50.00 ")
		f.view(func(v *kernel.View) error {
			q, err := sales.Quotations.Find(v, f.ids["quotation"])
			if err == nil && (q.Customer != f.ids["customer"] || q.ValidUntil != "2026-12-21" || q.Edition != 1 || q.State != "draft") {
				f.Errorf("begun as %+v", q)
			}
			return err
		})
		f.act("quotation", sales.Quotations.Def, "update", `{"lines":[{"item":$bolt,"qty":"20"}]}`)
		f.act("quotation", sales.Quotations.Def, "send", `{}`)
		f.expect("open 250.00 125.00 ")
		f.act("deal", crm.Opportunities.Def, "update", `{"amount":"300"}`)
		f.expect("open 300.00 150.00 ")
		f.act("quotation", sales.Quotations.Def, "revise", `{}`)
		f.last("quotation", sales.Quotations.Def)
		f.expect("open 300.00 150.00 ")
		f.act("quotation", sales.Quotations.Def, "update", `{"discount":"10"}`)
		f.act("quotation", sales.Quotations.Def, "send", `{}`)
		f.expect("open 240.00 120.00 ")
		f.view(func(v *kernel.View) error {
			said, err := comments.Of(v, crm.Opportunities.Def, f.ids["deal"], 9)
			if err == nil && (len(said) != 2 || !slices.ContainsFunc(said, func(c comments.Comment) bool {
				return c.Text == "报价单 QT261100002 已发出，金额改为 240.00。"
			})) {
				f.Errorf("comments %+v", said)
			}
			return err
		})

		f.order("confirm")
		f.expect("won 240.00 120.00 2026-11-21")
		f.act("order", sales.Orders.Def, "unconfirm", `{}`)
		f.expect("open 240.00 120.00 ")
		f.act("order", sales.Orders.Def, "confirm", `{}`)
		f.act("order", sales.Orders.Def, "unconfirm", `{}`)
		f.act("order", sales.Orders.Def, "void", `{}`)
		f.expect("open 240.00 120.00 ")
		f.act("deal", crm.Opportunities.Def, "lose", `{"reason":"太贵"}`)
		f.order("sell") // they came back
		f.expect("won 240.00 120.00 2026-11-21")

		// what is quoted beside it, or sold without it, does not touch it
		f.make("other", sales.Quotations.Def, "send", `{"customer":$customer,"lines":[{"item":$bolt,"qty":"1"}]}`)
		f.make("plain", sales.Orders.Def, "confirm", `{"customer":$customer,"lines":[{"item":$bolt,"qty":"1"}]}`)
		f.act("plain", sales.Orders.Def, "unconfirm", `{}`)
		f.expect("won 240.00 120.00 2026-11-21")
	})
}

// TestAnyOrderWins: while one order made from its quotations is in force the opportunity stays won.
func TestAnyOrderWins(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("deal", crm.Opportunities.Def, "", `{"name":"新厂房","customer":$customer,"stage":$stage}`)
		var orders []string
		for i := range 2 {
			f.act("deal", crm.Opportunities.Def, "quote", `{}`)
			f.last("quotation", sales.Quotations.Def)
			f.act("quotation", sales.Quotations.Def, "update", `{"lines":[{"item":$bolt,"qty":"2"}]}`)
			f.act("quotation", sales.Quotations.Def, "send", `{}`)
			f.act("quotation", sales.Quotations.Def, "order", `{}`)
			name := fmt.Sprint("order", i)
			f.last(name, sales.Orders.Def)
			orders = append(orders, name)
		}
		for _, name := range orders {
			f.act(name, sales.Orders.Def, "confirm", `{}`)
			f.expect("won 25.00 12.50 2026-11-21")
		}
		f.act(orders[0], sales.Orders.Def, "unconfirm", `{}`)
		f.expect("won 25.00 12.50 2026-11-21")
		f.act(orders[1], sales.Orders.Def, "unconfirm", `{}`)
		f.expect("open 25.00 12.50 ")
	})
}

// touched is the day on which the customer last dealt with the firm.
func (f *firm) touched() (out clock.Date) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		p, err := party.Parties.Find(v, f.ids["customer"])
		out = p.Touched
		return err
	})
	return out
}

func TestDealingTouchesTheCustomer(t *testing.T) {
	firms(t, func(f *firm) {
		for i, step := range []struct {
			def         *kernel.Def
			then, input string
			want        clock.Date
		}{
			{sales.Quotations.Def, "send", `{"customer":$customer,"date":"2026-11-01","lines":[{"item":$bolt,"qty":"1"}]}`, ""},
			{sales.Orders.Def, "", `{"customer":$customer,"date":"2026-11-02","lines":[{"item":$bolt,"qty":"1"}]}`, ""},
			{sales.Orders.Def, "confirm", `{"customer":$customer,"date":"2026-11-03","lines":[{"item":$bolt,"qty":"1"}]}`, "2026-11-03"},
			{stock.Deliveries.Def, "post", `{"party":$customer,"date":"2026-11-05","lines":[{"item":$bolt,"qty":"1","price":"2"}]}`, "2026-11-05"},
			{settlement.Receipts.Def, "post", `{"party":$customer,"date":"2026-11-04","lines":[{"money_account":$cash,"amount":"1"}]}`, "2026-11-05"},
			{settlement.Receipts.Def, "post", `{"party":$customer,"date":"2026-11-06","lines":[{"money_account":$cash,"amount":"1"}]}`, "2026-11-06"},
		} {
			f.make(fmt.Sprint("step", i), step.def, step.then, step.input)
			if got := f.touched(); got != step.want {
				f.Errorf("after %s %s: %s, want %s", step.def.Name, step.then, got, step.want)
			}
		}
		count := func(day string) (n int) {
			f.make("sold", sales.Orders.Def, "sell", `{"customer":$customer,"date":"`+day+`","lines":[{"item":$bolt,"qty":"1"}]}`)
			for _, u := range f.c.Store.Stats().All() {
				if u.Label == "sales.order:create+sell" {
					n = int(u.LastStatements)
				}
			}
			return n
		}
		first, second := count("2026-11-08"), count("2026-11-08")
		f.Logf("sell now: %d statements on the first sale of a day, %d on the next", first, second)
		if first > 45 {
			f.Errorf("%d statements, the budget is 45", first)
		}
		if f.touched() != "2026-11-08" {
			f.Errorf("touched %s", f.touched())
		}
	})
}
