package credit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// counterOf gives the firm a till, cartons of twelve boxes, and steel that is weighed and priced by its weight.
func (f *firm) counterOf() {
	f.Helper()
	f.make("main", "base.warehouse", `{"code":"01","name":"总仓"}`)
	f.make("ctn", "base.unit", `{"code":"ctn","name":"箱"}`)
	f.make("kg", "base.unit", `{"code":"kg","name":"公斤"}`)
	f.make("till", settlement.MoneyAccounts.Name, `{"code":"1","name":"现金","kind":"cash"}`)
	if _, err := f.do("", "base.item", "update", f.ids["bolt"], `{"units":[{"unit":$ctn;,"ratio":"12"}]}`); err != nil {
		f.Fatal(err)
	}
	f.make("maker", "base.party", `{"name":"厂","supplier":true,"customer":false}`)
	f.make("steel", "base.item", `{"name":"钢","unit":$box;,"second_unit":$kg;,"second_priced":true,"price":"4"}`)
	f.make("in", "stock.receipt", `{"party":$maker;,"warehouse":$main;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"1000","price":"6"},{"item":$steel;,"qty":"100","qty2":"500","price":"3"}]}`)
	f.answers("in", "stock.receipt", "post", "", "done")
}

// answers holds what an act answers.
func (f *firm) answers(key, name, act, body, want string) {
	f.Helper()
	if got := f.says(name, key, act, body); got != want {
		f.Errorf("%s of %s: %s, want %s", act, key, got, want)
	}
}

// sheet makes a delivery for a customer.
func (f *firm) sheet(key, customer, rest string) {
	f.Helper()
	f.make(key, stock.Deliveries.Name, `{"party":$`+customer+`;,"warehouse":$main;,"tax_mode":"none",`+rest+`}`)
}

// change is the input of a modification.
func change(body string, args ...any) string {
	out, _ := json.Marshal(map[string]string{"sheet": fmt.Sprintf(body, args...)})
	return string(out)
}

func (f *firm) delivery(key string) (doc *stock.Document) {
	f.Helper()
	f.view(func(v *kernel.View) (err error) {
		doc, err = stock.Deliveries.Find(v, f.ids[key])
		return err
	})
	return doc
}

// TestLowestPricesInAnyUnit: the lowest price of 10 is one of a box, whatever the line is written in.
func TestLowestPricesInAnyUnit(t *testing.T) {
	firms(t, func(f *firm) {
		f.counterOf()
		for line, want := range map[string]string{
			`{"item":$bolt;,"unit":$ctn;,"qty":"1","price":"20"}`:    fmt.Sprintf(tooCheap, 0),
			`{"item":$bolt;,"unit":$ctn;,"qty":"1","price":"119.9"}`: fmt.Sprintf(tooCheap, 0),
			`{"item":$bolt;,"unit":$ctn;,"qty":"1","price":"120"}`:   "",
			`{"item":$bolt;,"unit":$box;,"qty":"12","price":"9.9"}`:  fmt.Sprintf(tooCheap, 0),
		} {
			_, err := f.do("", "sales.order", "create", 0, `{"customer":$free;,"warehouse":$main;,"tax_mode":"none","lines":[`+line+`]}`)
			list, _ := problem.From(err)
			if got := list.Error(); err != nil && got != want || err == nil && want != "" {
				f.Errorf("%s: %v, want %q", line, err, want)
			}
		}
		for _, flow := range []string{"低于最低售价的订单", "低于最低售价的销售单"} {
			if _, err := f.do("", "approval.flow", "switch_on", f.flow(flow).ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		f.sheet("carton", "free", `"lines":[{"item":$bolt;,"unit":$ctn;,"qty":"1","price":"20"}]`)
		f.answers("carton", stock.Deliveries.Name, "post", "", "waits")
		f.sheet("dear", "free", `"lines":[{"item":$bolt;,"unit":$ctn;,"qty":"1","price":"120"},{"item":$bolt;,"qty":"-1","price":"5"}]`)
		f.answers("dear", stock.Deliveries.Name, "post", "", "done")
	})
}

// seesPrices is a role with the right to selling prices beside.
type seesPrices struct{ kernel.Permissions }

func (s seesPrices) Can(object, act string) bool {
	return object == "field.price" || s.Permissions.Can(object, act)
}

// TestAModificationIsAskedWhatAPostingIs: the weight of what is weighed, and who takes money with which sign.
func TestAModificationIsAskedWhatAPostingIs(t *testing.T) {
	firms(t, func(f *firm) {
		f.counterOf()
		f.sheet("steel sold", "free", `"lines":[{"item":$steel;,"qty":"10","qty2":"50","price":"4"},{"item":$bolt;,"qty":"8","price":"12.5"}]`)
		f.answers("steel sold", stock.Deliveries.Name, "post", "", "done")
		doc := f.delivery("steel sold")
		f.answers("steel sold", stock.Deliveries.Name, "modify", change(`{"lines":[{"id":%d,"qty2":"0"},{"id":%d}]}`, doc.Lines[0].ID, doc.Lines[1].ID),
			"item.second_missing at /lines/0/qty2")
		f.answers("steel sold", stock.Deliveries.Name, "modify", change(`{"money":[{"money_account":%d,"amount":"-70"}]}`, f.ids["till"]),
			"stock.money_sign at /money/0/amount received=-70.00 total=300.00")
		rights, err := boot.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		keeper := f.as("li")
		keeper.System, keeper.Perms = false, seesPrices{rights.For([]string{"storekeeper"})}
		in, p := resource.ParseObject([]byte(change(`{"money":[{"money_account":%d,"amount":"100"}]}`, f.ids["till"])))
		if p != nil {
			t.Fatal(p)
		}
		_, err = pipeline.Do(context.Background(), f.c, keeper, pipeline.Command{Def: stock.Deliveries.Def, Act: "modify", ID: f.ids["steel sold"], Input: in})
		if list, _ := problem.From(err); list.Error() != "stock.money_right at /money/0/amount" {
			t.Errorf("a storekeeper takes money by modifying: %v", err)
		}
		if doc := f.delivery("steel sold"); doc.Gross.String() != "300.00" || doc.Lines[0].Qty2.String() != "50" || doc.Revision != 0 {
			t.Errorf("what was refused has changed %s %s %d", doc.Gross, doc.Lines[0].Qty2, doc.Revision)
		}
	})
}

// TestWhatComesBackIsNoPrice: the old price of an exchanged line is not what the customer pays.
func TestWhatComesBackIsNoPrice(t *testing.T) {
	firms(t, func(f *firm) {
		f.counterOf()
		f.sheet("exchange", "free", `"lines":[{"item":$bolt;,"qty":"5","price":"20"},{"item":$bolt;,"qty":"-5","price":"11"}]`)
		f.answers("exchange", stock.Deliveries.Name, "post", "", "done")
		f.sheet("next", "free", `"lines":[{"item":$bolt;,"qty":"1"}]`)
		if got := f.delivery("next").Lines[0].Price.String(); got != "20" {
			t.Errorf("he is offered %s, want 20", got)
		}
	})
}

// TestMoneyOnTheSheetIsNoDebt: Acme owes 200 and may owe 100. He pays what he takes, or gives back more than he takes.
func TestMoneyOnTheSheetIsNoDebt(t *testing.T) {
	firms(t, func(f *firm) {
		f.counterOf()
		f.set(map[string]string{"sales.credit": "allow"})
		f.sheet("debt", "acme", `"lines":[{"item":$bolt;,"qty":"16","price":"12.5"}]`)
		f.answers("debt", stock.Deliveries.Name, "post", "", "done")
		f.set(map[string]string{"sales.credit": "refuse"})
		for _, x := range []struct{ key, rest, want string }{
			{"swap", `"lines":[{"item":$bolt;,"qty":"1","price":"12.5"},{"item":$bolt;,"qty":"-3","price":"12.5"}]`, "done"},
			{"cash", `"lines":[{"item":$bolt;,"qty":"1","price":"12.5"}],"money":[{"money_account":$till;,"amount":"12.5"}]`, "done"},
			{"part", `"lines":[{"item":$bolt;,"qty":"1","price":"12.5"}],"money":[{"money_account":$till;,"amount":"12"}]`, fmt.Sprintf(tooMuch, "0.50")},
		} {
			f.sheet(x.key, "acme", x.rest)
			f.answers(x.key, stock.Deliveries.Name, "post", "", x.want)
		}
	})
}

// TestMoneyFollowsTheDebt: a price that was typed too low is put right, and the money that came with the sheet settles it.
func TestMoneyFollowsTheDebt(t *testing.T) {
	firms(t, func(f *firm) {
		f.counterOf()
		f.sheet("sold", "free", `"lines":[{"item":$bolt;,"qty":"8","price":"10"}],"money":[{"money_account":$till;,"amount":"100"}]`)
		f.answers("sold", stock.Deliveries.Name, "post", "", "done")
		line := f.delivery("sold").Lines[0].ID
		for _, x := range []struct{ price, want string }{{"10", "80.00 20.00"}, {"12.5", "100.00 0.00"}, {"11", "88.00 12.00"}, {"12.5", "100.00 0.00"}} {
			if x.price != "10" {
				f.answers("sold", stock.Deliveries.Name, "modify", change(`{"lines":[{"id":%d,"price":"%s"}]}`, line, x.price), "done")
			}
			f.view(func(v *kernel.View) error {
				list, err := settlement.Receipts.Where(v, "kind = 'receipt' AND state = 'posted'")
				if err == nil && (len(list) != 1 || list[0].Settled.String()+" "+list[0].Unapplied.String() != x.want) {
					f.Errorf("at %s: %+v, want settled and left %s", x.price, list, x.want)
				}
				return err
			})
		}
	})
}
