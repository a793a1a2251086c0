package credit_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/sales"
)

// reader may read and change parties; what he may see besides is the question.
type reader struct{ credit, sheets, cost bool }

func (r reader) Can(object, _ string) bool {
	return object == "base.party" || object == "field.credit" && r.credit || object == "field.cost" && r.cost || object == "field.price" && r.sheets || strings.HasPrefix(object, "stock.") && r.sheets
}
func (reader) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }

func (f *firm) standing(id int64, may reader) string {
	f.Helper()
	actor := &kernel.Actor{UserID: 1, Lang: "zh", Perms: may}
	got, err := preview.Try(context.Background(), f.c, actor, pipeline.Command{Def: party.Parties.Def, ID: id, Input: &resource.Object{}}, "")
	if err != nil {
		f.Fatal(err)
	}
	var out []string
	for _, fact := range got.Facts {
		to := fact.To
		for key, id := range f.ids {
			if to != "" && strings.HasSuffix(to, fmt.Sprint("/", id)) {
				to = to[:strings.LastIndexByte(to, '/')+1] + key
			}
		}
		out = append(out, strings.TrimSpace(fact.Pointer+" "+fact.Label.Zh+" "+fact.Value+" "+to))
	}
	return strings.Join(out, "\n")
}

// TestHowMattersStand: a party's own page tells debts and advances of both sides, the credit left and the last posted sheet.
func TestHowMattersStand(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("store", "base.warehouse", `{"code":"01","name":"总仓"}`)
		f.make("both", party.Parties.Name, `{"name":"两边做","supplier":true,"credit_limit":"1000"}`)
		f.make("maker", party.Parties.Name, `{"name":"大厂","customer":false,"supplier":true}`)
		everything := reader{true, true, true}
		for name, want := range map[string]string{
			"both":  "/credit_limit 欠款 0.00\n/credit_limit 预收 0.00\n/credit_limit 应付 0.00\n/credit_limit 预付 0.00\n/credit_limit 可用额度 1000.00",
			"free":  "/credit_limit 欠款 0.00\n/credit_limit 预收 0.00",
			"maker": "/credit_limit 应付 0.00\n/credit_limit 预付 0.00",
		} {
			if got := f.standing(f.ids[name], everything); got != want {
				t.Errorf("%s, at first:\n%s\nwant\n%s", name, got, want)
			}
		}
		post := func(key, name, body string) {
			f.make(key, name, body)
			if _, err := f.do("", name, "post", f.ids[key], "{}"); err != nil {
				t.Fatal(err)
			}
		}
		post("bought", "stock.receipt", `{"date":"2026-11-03","party":$both;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"20","price":"7"}]}`)
		post("early", "stock.delivery", `{"date":"2026-11-04","party":$both;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"2","price":"12.5"}]}`)
		post("late", "stock.delivery", `{"date":"2026-11-06","party":$both;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"3","price":"12.5"}]}`)
		f.make("draft", "stock.delivery", `{"date":"2026-11-07","party":$both;,"warehouse":$store;,"lines":[{"item":$bolt;,"qty":"9","price":"12.5"}]}`)
		figures := func(text string) string { return strings.ReplaceAll(text, "$", "/credit_limit ") }
		customer, supplier := "/customer 最近销售单 XS261100002 2026-11-06 37.50 /r/stock.delivery/late", "/supplier 最近进货单 JH261100001 2026-11-03 140.00 /r/stock.receipt/bought"
		for _, c := range []struct {
			may  reader
			want string
		}{
			{everything, figures("$欠款 62.50\n$预收 0.00\n" + customer + "\n$应付 140.00\n$预付 0.00\n" + supplier + "\n$逾期自 2026-11-04\n$可用额度 937.50")},
			{reader{credit: true}, figures("$欠款 62.50\n$预收 0.00\n$应付 140.00\n$预付 0.00\n$逾期自 2026-11-04\n$可用额度 937.50")},
			{reader{sheets: true}, customer}, // what was paid for goods is a cost
			{reader{}, ""},
		} {
			if got := f.standing(f.ids["both"], c.may); got != c.want {
				t.Errorf("%+v:\n%s\nwant\n%s", c.may, got, c.want)
			}
		}
	})
}

// TestMoneyIsToldToWhoseCustomerItIs: what a customer of the pool owes is as closed as it was while it had an owner. Li owns
// acme, wang works with him on it, zhao is of his department and qian of another one.
func TestMoneyIsToldToWhoseCustomerItIs(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("west", "base.department", `{"code":"2","name":"西区"}`)
		for _, x := range []struct{ name, department, role string }{{"wang", "west", "salesperson"}, {"zhao", "dept", "salesperson"}, {"qian", "west", "salesperson"}, {"far", "west", "sales_manager"}} {
			f.make(x.name+"P", "base.person", `{"code":"`+x.name+`","name":"`+x.name+`","department":$`+x.department+`;}`)
			f.make(x.name, "base.user", `{"login":"`+x.name+`","name":"`+x.name+`","roles":"`+x.role+`","person":$`+x.name+`P;}`)
		}
		all := []string{"li", "wang", "zhao", "head", "qian", "far", "boss"}
		rights, err := boot.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		role := map[string]string{"head": "sales_manager", "far": "sales_manager", "boss": "boss"}
		about := func(d *kernel.Def, id int64, in *resource.Object) (out []string) {
			for _, who := range all {
				a := f.person(who)
				a.Perms = rights.For([]string{cmp.Or(role[who], "salesperson")})
				got, err := preview.Try(context.Background(), f.c, a, pipeline.Command{Def: d, ID: id, Input: in}, "")
				list, known := problem.From(err)
				switch {
				case known && list[0].Kind == problem.NotFound:
					out = append(out, who+" -")
				case err != nil:
					t.Fatal(who, err)
				default:
					text := who
					for _, x := range got.Facts {
						if x.Right == "credit" {
							text += " " + x.Label.Zh + " " + x.Value
						}
					}
					out = append(out, text)
				}
			}
			return out
		}
		same := func(when string, want ...string) {
			t.Helper()
			if got := about(party.Parties.Def, f.ids["acme"], &resource.Object{}); !slices.Equal(got, want) {
				t.Errorf("%s:\n%s\nwant\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			order, wrong := resource.ParseObject(fmt.Appendf(nil, `{"customer":%d}`, f.ids["acme"]))
			if wrong != nil {
				t.Fatal(wrong)
			}
			for i, got := range about(sales.Orders.Def, 0, order) { // who may not see the customer reads of no money either
				if got != strings.TrimSuffix(want[i], " -") {
					t.Errorf("%s, on a new order: %s, want %s", when, got, want[i])
				}
			}
		}
		money := " 欠款 0.00 预收 0.00 可用额度 100.00"
		change := func(act, body string) {
			t.Helper()
			if _, err := f.do("", party.Parties.Name, act, f.ids["acme"], body); err != nil {
				t.Fatal(err)
			}
		}
		change("update", `{"owner":$liP;,"department":$dept;,"collaborators":[{"member":$wang;}]}`)
		same("owned", "li"+money, "wang"+money, "zhao -", "head"+money, "qian -", "far -", "boss"+money)
		change("release", `{"reason":"联系不上"}`)
		same("in the pool", "li", "wang", "zhao", "head", "qian", "far", "boss"+money)
		change("assign", `{"owner":$qianP;}`)
		same("of another department", "li -", "wang -", "zhao -", "head -", "qian"+money, "far"+money, "boss"+money)
	})
}

// person is a user with what the organisation says of him.
func (f *firm) person(who string) (a *kernel.Actor) {
	f.Helper()
	f.view(func(v *kernel.View) (err error) {
		a, err = jobs.Actors.Of(f.c)(v, f.ids[who])
		return err
	})
	return a
}
