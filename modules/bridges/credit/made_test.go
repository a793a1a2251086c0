package credit_test

import (
	"context"
	"slices"
	"testing"

	"zhanggui/modules/approval"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/sales"
	"zhanggui/modules/stock"
)

// guard puts a flow in force by which the head agrees to an act.
func (f *firm) guard(target, act string) {
	f.Helper()
	f.make("flow", "approval.flow", `{"name":"`+target+`","target":"`+target+`","act":"`+act+`","definition":"{\"nodes\":[{\"name\":\"负责人\",\"kind\":\"approve\",\"mode\":\"any\",\"who\":[{\"by\":\"user\",\"user\":$head;}]}]}"}`)
	for _, step := range []string{"publish", "switch_on"} {
		if _, err := f.do("", "approval.flow", step, f.ids["flow"], ""); err != nil {
			f.Fatal(step, err)
		}
	}
}

// request gives what waits for agreement about a record.
func (f *firm) request(record int64) (out *approval.Request) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		found, err := approval.Requests.Where(v, "record = ?", record)
		if err == nil && len(found) == 1 {
			out = found[0]
		}
		return err
	})
	if out == nil {
		f.Fatalf("no request about %d", record)
	}
	return out
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// stands tells the states of the order and of its newest delivery.
func (f *firm) stands(want string) (delivery int64) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		o, err := sales.Orders.Find(v, f.ids["order"])
		if err != nil {
			return err
		}
		docs, err := stock.Deliveries.Where(v, "party = ? AND kind = ?", o.Customer, stock.KindDelivery)
		if err != nil || len(docs) == 0 {
			return err
		}
		doc := docs[len(docs)-1]
		delivery = doc.ID
		if got := string(o.State + " " + doc.State); got != want {
			f.Errorf("the order and its delivery are %s, want %s", got, want)
		}
		return nil
	})
	return delivery
}

// What an act makes is asked about by itself: the order is confirmed, its delivery waits, and the order is complete once
// people agreed to it. What follows from an act, the mirror of a reversal, is not asked about.
func TestADeliveryThatSellingMakesWaits(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("main", warehouse.Warehouses.Name, `{"code":"01","name":"总仓"}`)
		f.make("maker", party.Parties.Name, `{"name":"厂家","customer":false,"supplier":true}`)
		f.make("in", stock.Receipts.Name, `{"party":$maker;,"warehouse":$main;,"lines":[{"item":$bolt;,"qty":"20","price":"7"}]}`)
		if _, err := f.do("", stock.Receipts.Name, "post", f.ids["in"], ""); err != nil {
			t.Fatal(err)
		}
		f.guard("stock.delivery", "post")
		f.make("order", sales.Orders.Name, `{"customer":$free;,"warehouse":$main;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"2","price":"12.5"}]}`)
		res, err := f.do("li", sales.Orders.Name, "sell", f.ids["order"], "")
		if err != nil || res.Waiting {
			t.Fatalf("the order itself waits: %v", err)
		}
		delivery := f.stands("confirmed waiting")
		f.view(func(v *kernel.View) error {
			for _, k := range links.Kinds(f.c) {
				if k.Source != sales.Orders.Name || k.Target != stock.Deliveries.Name {
					continue
				}
				down, err := k.Coming(v, f.ids["order"], false)
				up, err2 := k.Coming(v, delivery, true)
				if err != nil || err2 != nil || !slices.Equal(down, []int64{delivery}) || !slices.Equal(up, []int64{f.ids["order"]}) {
					t.Errorf("of the order comes %v, the delivery is of %v: %v %v", down, up, err, err2)
				}
			}
			return nil
		})
		r := f.request(delivery)
		if r.Initiator != f.ids["li"] || r.Amount.String() != "25.00" || r.Target != "stock.delivery" {
			t.Errorf("asked by %d about %s of %s", r.Initiator, r.Amount, r.Target)
		}
		if _, err := f.do("head", "approval.request", "agree", r.ID, `{}`); err != nil {
			t.Fatal(err)
		}
		if err := approval.Apply(context.Background(), f.c, r.ID); err != nil {
			t.Fatal(err)
		}
		f.stands("closed posted")
		if _, err := f.do("li", stock.Deliveries.Name, "reverse", delivery, `{}`); err != nil {
			t.Fatal(err)
		}
		mirror := f.stands("confirmed posted")
		if mirror == delivery {
			t.Error("nothing was reversed")
		}
		f.view(func(v *kernel.View) error {
			made, err := links.From(v, delivery)
			if err == nil && (len(made) != 1 || made[0].Target != mirror) {
				t.Errorf("the delivery led to %v, want the mirror %d", made, mirror)
			}
			return err
		})
	})
}

// A lead does not go round the flow that stands before new customers.
func TestALeadDoesNotMakeACustomerUnasked(t *testing.T) {
	firms(t, func(f *firm) {
		f.guard("base.party", "create")
		f.make("lead", "crm.lead", `{"name":"新客户","phone":"13900000001"}`)
		_, err := f.do("li", "crm.lead", "convert", f.ids["lead"], `{"make_opportunity":false}`)
		if list, ok := problem.From(err); !ok || list[0].Code != "crm.customer_asked" {
			t.Fatalf("the lead was converted: %v", err)
		}
		res, err := f.do("li", party.Parties.Name, "create", 0, `{"name":"新客户","customer":true}`)
		if err != nil || !res.Waiting {
			t.Fatalf("the customer does not wait: %v", err)
		}
		r := f.request(0)
		if _, err := f.do("head", "approval.request", "agree", r.ID, `{}`); err != nil {
			t.Fatal(err)
		}
		if err := approval.Apply(context.Background(), f.c, r.ID); err != nil {
			t.Fatal(err)
		}
		f.view(func(v *kernel.View) error {
			made, err := party.Parties.Where(v, "name = ?", "新客户")
			if err == nil && len(made) == 1 {
				f.ids["made"] = made[0].ID
			}
			return err
		})
		if _, err := f.do("li", "crm.lead", "convert", f.ids["lead"], `{"customer":$made;,"make_opportunity":false}`); err != nil {
			t.Error(err)
		}
	})
}

// A flow that needs a setting gives it back, once no other flow needs it.
func TestASettingIsGivenBack(t *testing.T) {
	firms(t, func(f *firm) {
		turn := func(name, act string) {
			t.Helper()
			if _, err := f.do("", "approval.flow", act, f.flow(name).ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		is := func(want string) {
			t.Helper()
			if got := f.c.Setting("sales.min_price"); got != want {
				t.Errorf("the setting is %s, want %s", got, want)
			}
		}
		one := "低于最低售价的订单"
		turn(one, "switch_on")
		is("ask")
		f.make("twin", "approval.flow", `{"name":"另一个","target":"sales.order","act":"confirm","definition":"{\"nodes\":[{\"name\":\"负责人\",\"kind\":\"approve\",\"who\":[{\"by\":\"user\",\"user\":$head;}]}]}"}`)
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			twin, err := approval.Flows.Lock(tx, f.ids["twin"])
			if err != nil {
				return err
			}
			twin.Needs = "sales.min_price=ask"
			return approval.Flows.Save(tx, twin)
		})
		if err != nil {
			t.Fatal(err)
		}
		turn("另一个", "switch_on")
		turn(one, "switch_off")
		is("ask") // the other one still needs it
		turn("另一个", "switch_off")
		is("refuse")
	})
}

// An order that meets two ready-made flows is asked about under both.
func TestAnOrderUnderTwoFlows(t *testing.T) {
	firms(t, func(f *firm) {
		for _, name := range []string{"大额销售订单", "超过信用额度的订单"} {
			if _, err := f.do("", "approval.flow", "switch_on", f.flow(name).ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		f.make("order", sales.Orders.Name, `{"customer":$acme;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"1000","price":"12.5"}]}`)
		if res, err := f.do("li", sales.Orders.Name, "confirm", f.ids["order"], ""); err != nil || !res.Waiting {
			t.Fatal(err)
		}
		r := f.request(f.ids["order"])
		for _, who := range []string{"head", "boss", "head", "books"} {
			if _, err := f.do(who, "approval.request", "agree", r.ID, `{}`); err != nil {
				t.Fatal(who, err)
			}
		}
		if err := approval.Apply(context.Background(), f.c, r.ID); err != nil {
			t.Fatal(err)
		}
		f.view(func(v *kernel.View) error {
			o, err := sales.Orders.Find(v, f.ids["order"])
			if err == nil && o.State != "confirmed" {
				t.Errorf("the order is %s", o.State)
			}
			return err
		})
	})
}
