package credit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/approval"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
)

// firm is the whole product with a salesperson, his head and an owner.
type firm struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func (f *firm) as(user string) *kernel.Actor {
	a := kernel.SystemActor()
	a.UserID, a.PersonID, a.Name, a.Department = f.ids[user], f.ids[user+"P"], user, f.ids["dept"]
	return a
}

func (f *firm) do(who, name, act string, id int64, body string) (*pipeline.Result, error) {
	f.Helper()
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, ID: id}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	return pipeline.Do(context.Background(), f.c, f.as(who), cmd)
}

func (f *firm) make(key, name, body string) {
	f.Helper()
	res, err := f.do("", name, "create", 0, body)
	if err != nil {
		f.Fatalf("%s: %v", body, err)
	}
	f.ids[key] = resource.ID(f.c.Def(name), res.Rec)
}

func firms(t *testing.T, fn func(f *firm)) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, ids: map[string]int64{}}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			if err := settings.Put(tx, map[string]string{"sales.credit": "refuse", "sales.min_price": "refuse"}); err != nil {
				return err
			}
			return approval.Install(tx, "zh")
		})
		if err != nil {
			t.Fatal(err)
		}
		f.make("dept", organisation.Departments.Def.Name, `{"code":"1","name":"销售"}`)
		for _, p := range []struct{ name, role string }{{"head", "sales_manager"}, {"li", "salesperson"}, {"boss", "boss"}, {"books", "accountant"}} {
			f.make(p.name+"P", organisation.People.Def.Name, `{"code":"`+p.name+`","name":"`+p.name+`","department":$dept;}`)
			f.make(p.name, organisation.Users.Def.Name, `{"login":"`+p.name+`","name":"`+p.name+`","roles":"`+p.role+`","person":$`+p.name+`P;}`)
		}
		if _, err := f.do("", organisation.Departments.Def.Name, "update", f.ids["dept"], `{"head":$headP;}`); err != nil {
			t.Fatal(err)
		}
		f.make("box", unit.Units.Def.Name, `{"code":"box","name":"盒"}`)
		f.make("acme", party.Parties.Def.Name, `{"name":"Acme","credit_limit":"100"}`)
		f.make("free", party.Parties.Def.Name, `{"name":"Free"}`)
		f.make("bolt", item.Items.Def.Name, `{"name":"螺栓","unit":$box;,"price":"12.5","min_price":"10"}`)
		fn(f)
	})
}

func (f *firm) flow(name string) *approval.Flow {
	f.Helper()
	var out *approval.Flow
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		found, err := approval.Flows.Where(v, "name = ?", name)
		if err == nil && len(found) == 1 {
			out = found[0]
		}
		return err
	})
	if err != nil || out == nil {
		f.Fatalf("%s: %v", name, err)
	}
	return out
}

func TestReadyMadeFlowsCanBeSwitchedOn(t *testing.T) {
	firms(t, func(f *firm) {
		for _, name := range []string{"大额销售订单", "低于最低售价的订单", "超过信用额度的订单", "低于最低售价的销售单", "超过信用额度的销售单", "采购订单", "付款", "凭证红冲", "反结账"} {
			flow := f.flow(name)
			if flow.Active || flow.Published != 0 {
				t.Errorf("%s is on", name)
			}
			if _, err := f.do("", "approval.flow", "switch_on", flow.ID, ""); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestOrdersThatAskForApproval(t *testing.T) {
	firms(t, func(f *firm) {
		for _, name := range []string{"大额销售订单", "低于最低售价的订单", "超过信用额度的订单"} {
			if _, err := f.do("", "approval.flow", "switch_on", f.flow(name).ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			customer, qty, price, discount string
			waits                          bool
		}{
			{"free", "10", "12.5", "0", false}, {"free", "800", "12.5", "0", false}, {"free", "801", "12.5", "0", true},
			{"free", "1", "10", "0", false}, {"free", "1", "9.999999", "0", true}, {"free", "1", "12.5", "0.2", false}, {"free", "1", "12.5", "0.21", true},
			{"acme", "8", "12.5", "0", false}, {"acme", "9", "12.5", "0", true},
		} {
			f.make("order", sales.Orders.Name, `{"customer":$`+c.customer+`;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"`+c.qty+`","price":"`+c.price+`","discount":"`+c.discount+`"}]}`)
			res, err := f.do("li", sales.Orders.Name, "confirm", f.ids["order"], "")
			if err != nil || res.Waiting != c.waits {
				t.Errorf("%+v: waiting %v, %v", c, res != nil && res.Waiting, err)
			}
		}
	})
}

func TestAnOrderIsConfirmedOnceItIsApproved(t *testing.T) {
	firms(t, func(f *firm) {
		if _, err := f.do("", "approval.flow", "switch_on", f.flow("超过信用额度的订单").ID, ""); err != nil {
			t.Fatal(err)
		}
		f.make("order", sales.Orders.Name, `{"customer":$acme;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"9","price":"12.5"}]}`)
		if res, err := f.do("li", sales.Orders.Name, "confirm", f.ids["order"], ""); err != nil || !res.Waiting {
			t.Fatal(err)
		}
		_, err := f.do("li", sales.Orders.Name, "update", f.ids["order"], `{"note":"x"}`)
		if list, ok := problem.From(err); !ok || list[0].Code != "state.readonly" {
			t.Errorf("a waiting order was edited: %v", err)
		}
		if _, err := f.do("li", sales.Orders.Name, "sell", f.ids["order"], ""); err == nil {
			t.Error("a waiting order was sold")
		}
		var request int64
		view := func(fn func(v *kernel.View) error) {
			t.Helper()
			if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
				t.Fatal(err)
			}
		}
		view(func(v *kernel.View) error {
			found, err := approval.Requests.Where(v, "record = ?", f.ids["order"])
			if err == nil {
				request = found[0].ID
			}
			return err
		})
		for _, who := range []string{"head", "books"} {
			if _, err := f.do(who, "approval.request", "agree", request, `{}`); err != nil {
				t.Fatal(who, err)
			}
		}
		if err := approval.Apply(context.Background(), f.c, request); err != nil {
			t.Fatal(err)
		}
		view(func(v *kernel.View) error {
			o, err := sales.Orders.Find(v, f.ids["order"])
			r, err2 := approval.Requests.Find(v, request)
			if err != nil || err2 != nil || o.State != "confirmed" || o.Number == "" || r.State != approval.Applied || r.Amount.String() != "112.50" || r.Title != "Acme 2026-11-21" {
				t.Errorf("%v %v %s %s %s %s %s", err, err2, o.State, o.Number, r.State, r.Amount, r.Title)
			}
			return nil
		})
	})
}
