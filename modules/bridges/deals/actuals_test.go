package deals_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/deals"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// counter is what the bridge stands between, with two salespeople, li and zhao, and their head.
type counter struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func (f *counter) do(name, act string, id int64, body string) any {
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
	res, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
	if err != nil {
		f.Fatalf("%s %s %s: %v", name, act, body, err)
	}
	return res.Rec
}

func (f *counter) make(key, name, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.do(name, "create", 0, body))
}

// trade sells, takes back and receives: what stands in the comment is what a person reached by it.
func (f *counter) trade() {
	f.make("dept", "base.department", `{"code":"1","name":"销售"}`)
	for _, p := range []struct{ name, role string }{{"li", "salesperson"}, {"zhao", "salesperson"}, {"head", "sales_manager"}, {"mei", "service"}} {
		f.make(p.name+"P", "base.person", `{"code":"`+p.name+`","name":"`+p.name+`","department":$dept;}`)
		f.make(p.name, "base.user", `{"login":"`+p.name+`","name":"`+p.name+`","roles":"`+p.role+`","person":$`+p.name+`P;}`)
	}
	f.make("box", "base.unit", `{"code":"box","name":"盒"}`)
	f.make("main", "base.warehouse", `{"code":"01","name":"主仓"}`)
	f.make("till", "settlement.money_account", `{"code":"01","name":"现金","kind":"cash"}`)
	f.make("bolt", "base.item", `{"code":"B","name":"螺栓","unit":$box;,"price":"10"}`)
	f.make("acme", "base.party", `{"name":"宏发五金","owner":$liP;,"department":$dept;}`)
	f.make("star", "base.party", `{"name":"恒星贸易","owner":$zhaoP;,"department":$dept;}`)
	f.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true,"owner":$liP;,"department":$dept;}`)
	f.make("stock", "stock.opening", `{"date":"2026-08-01","warehouse":$main;,"lines":[{"item":$bolt;,"qty":"1000","price":"4"}]}`)
	f.do("stock.opening", "post", f.ids["stock"], "")
	sell := func(key, party, who, date, qty string) {
		f.make(key, "stock.delivery", `{"date":"`+date+`","party":$`+party+`;,"warehouse":$main;,"owner":$`+who+`P;,"department":$dept;,"lines":[{"item":$bolt;,"qty":"`+qty+`","price":"10"}]}`)
		f.do("stock.delivery", "post", f.ids[key], "")
	}
	sell("a", "acme", "li", "2026-09-01", "1")
	sell("b", "acme", "li", "2026-09-21", "2")
	sell("c", "acme", "li", "2026-10-11", "3")
	sell("d", "acme", "li", "2026-11-01", "50") // 500
	sell("e", "star", "zhao", "2026-11-30", "7")
	sell("f", "star", "li", "2026-11-15", "4") // 40, of his own hand for another's customer
	sell("g", "star", "zhao", "2026-11-20", "9")
	f.do("stock.delivery", "reverse", f.ids["g"], `{"date":"2026-11-21"}`) // taken back: nothing
	f.make("h", "stock.delivery", `{"date":"2026-11-10","party":$star;,"warehouse":$main;,"owner":$zhaoP;,"lines":[{"item":$bolt;,"qty":"100","price":"10"}]}`)
	f.make("back", "stock.sales_return", `{"date":"2026-11-12","party":$acme;,"warehouse":$main;,"source":$d;,"owner":$liP;,"department":$dept;,"lines":[{"item":$bolt;,"qty":"5","price":"10","source":$d;,"source_line":`+fmt.Sprint(f.line("d"))+`}]}`)
	f.do("stock.sales_return", "post", f.ids["back"], "") // −50
	f.make("paid", "settlement.receipt", `{"date":"2026-11-18","party":$acme;,"lines":[{"money_account":$till;,"amount":"120.50"}]}`)
	f.do("settlement.receipt", "post", f.ids["paid"], "")
	f.make("draft", "settlement.receipt", `{"date":"2026-11-18","party":$acme;,"lines":[{"money_account":$till;,"amount":"77"}]}`)
	f.make("early", "settlement.receipt", `{"date":"2026-10-31","party":$star;,"lines":[{"money_account":$till;,"amount":"5"}]}`)
	f.do("settlement.receipt", "post", f.ids["early"], "")
}

// line gives the id of the only line of a delivery.
func (f *counter) line(key string) (id int64) {
	f.Helper()
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&id}, "SELECT id FROM stock_document_line WHERE parent = ?", f.ids[key])
		return err
	})
	if err != nil || id == 0 {
		f.Fatal(key, err)
	}
	return id
}

func (f *counter) as(who, role string) *kernel.Actor {
	return &kernel.Actor{UserID: f.ids[who], PersonID: f.ids[who+"P"], Department: f.ids["dept"], Below: []int64{f.ids["dept"]}, Lang: "zh",
		Perms: f.c.Rights.For([]string{role})}
}

func TestActualsAreWhatTheReaderMaySee(t *testing.T) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	rooms := []kernel.Module{organisation.Module(), unit.Module(), tax.Module(), party.Module(), warehouse.Module(), item.Module(), price.Module(), bin.Module(), sales.Module(),
		testkit.Elsewhere("office.expense_category"), settlement.Module(), stock.Module(), crm.Module(), deals.Module()}
	testkit.Both(t, testkit.Options{Modules: rooms, Rights: rights, Clock: clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))}, func(t *testing.T, c *kernel.Company) {
		f := &counter{T: t, c: c, ids: map[string]int64{}}
		f.trade()
		for _, want := range []struct{ who, role, figures, cycles string }{
			{"head", "sales_manager", "li 490.00 120.50 1; zhao 70.00 0.00 1", "[]"},
			{"li", "salesperson", "li 490.00 120.50 1", "[acme 2026-09-01 2026-11-01 4]"},
			{"zhao", "salesperson", "zhao 70.00 0.00 1", "[star 2026-11-30 2026-11-30 1]"}, // what li delivered there he does not see
			{"mei", "service", "li 540.00 0.00 1; zhao 70.00 0.00 1", "[]"},                // reads deliveries, but neither returns nor receipts
		} {
			err := c.View(context.Background(), f.as(want.who, want.role), func(v *kernel.View) error {
				found, err := crm.Actuals.Of(c)(v, "2026-11-01", "2026-11-30")
				if err != nil {
					return err
				}
				var got []string
				for person, x := range found {
					got = append(got, fmt.Sprint(f.key(person), " ", x.Sales, " ", x.Receipts, " ", x.Customers))
				}
				slices.Sort(got)
				if s := strings.Join(got, "; "); s != want.figures {
					t.Errorf("%s: %s, want %s", want.who, s, want.figures)
				}
				cycles, err := crm.Cycles.Of(c)(v, v.Actor.PersonID)
				got = nil
				for _, x := range cycles {
					got = append(got, fmt.Sprintf("%s %s %s %d", f.key(x.Party), x.First, x.Last, x.Days))
				}
				if s := fmt.Sprint(got); s != want.cycles {
					t.Errorf("%s: cycles %s, want %s", want.who, s, want.cycles)
				}
				found, err2 := crm.Actuals.Of(c)(v, "2026-10-01", "2026-10-31")
				if x := found[f.ids["liP"]]; want.who == "li" && (x.Sales.String() != "30.00" || x.Customers != 0) || err2 != nil {
					t.Errorf("October: %+v, %v", found, err2)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func (f *counter) key(id int64) string {
	for key, known := range f.ids {
		if known == id {
			return strings.TrimSuffix(key, "P")
		}
	}
	return fmt.Sprint(id)
}
