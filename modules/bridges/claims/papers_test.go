package claims_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/office"
)

// room is the whole product without books, with two people.
type room struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func rooms(t *testing.T, fn func(r *room)) {
	t.Helper()
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		r := &room{T: t, c: c, ids: map[string]int64{}}
		r.unit(func(tx *kernel.Tx) error { return office.Install(tx, "zh") })
		r.make("shop", "base.department", `{"code":"1","name":"门市"}`)
		r.make("yard", "base.department", `{"code":"2","name":"仓库"}`)
		r.make("li", "base.person", `{"code":"01","name":"李四","department":$shop;}`)
		r.make("zhao", "base.person", `{"code":"02","name":"赵六","department":$yard;}`)
		r.view(kernel.SystemActor(), func(v *kernel.View) error {
			list, err := office.Categories.Where(v, "code = '04'")
			kinds, err2 := office.RequestKinds.Where(v, "code = '01'")
			if err == nil && err2 == nil {
				r.ids["paper"], r.ids["seal"] = list[0].ID, kinds[0].ID
			}
			return err
		})
		fn(r)
	})
}

func (r *room) unit(fn func(tx *kernel.Tx) error) {
	r.Helper()
	if err := pipeline.Unit(context.Background(), r.c, kernel.SystemActor(), "test", fn); err != nil {
		r.Fatal(err)
	}
}

func (r *room) view(a *kernel.Actor, fn func(v *kernel.View) error) {
	r.Helper()
	if err := r.c.View(context.Background(), a, fn); err != nil {
		r.Fatal(err)
	}
}

func (r *room) as(a *kernel.Actor, name, act string, id int64, body string) (int64, error) {
	for key, id := range r.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	act, then, _ := strings.Cut(act, "+")
	cmd := pipeline.Command{Def: r.c.Def(name), Act: act, Then: then, ID: id}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			return 0, p
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), r.c, a, cmd)
	if err != nil {
		return 0, err
	}
	return resource.ID(cmd.Def, res.Rec), nil
}

func (r *room) try(key, name, act, body string) error {
	id, err := r.as(kernel.SystemActor(), name, act, r.ids[key], body)
	if err == nil {
		r.ids[key] = id
	}
	return err
}

func (r *room) must(key, name, act, body string) {
	r.Helper()
	if err := r.try(key, name, act, body); err != nil {
		r.Fatalf("%s %s %s: %v", act, key, body, err)
	}
}

func (r *room) make(key, name, body string) { r.Helper(); r.must(key, name, "create", body) }

// refused wants problems: each "code path" and the words that follow.
func (r *room) refused(err error, want ...string) {
	r.Helper()
	list, _ := problem.From(err)
	var got []string
	for _, p := range list {
		text := p.Code + " " + p.Path
		for _, name := range []string{"number", "person", "line", "length", "from", "to"} {
			if v, ok := p.Args[name]; ok {
				text += " " + fmt.Sprint(v)
			}
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		r.Errorf("%v: %q, want %q", err, got, want)
	}
}

// claims makes the body of a claim of somebody with invoices.
func claims(person string, invoices ...string) string {
	var lines []string
	for _, n := range invoices {
		lines = append(lines, `{"category":$paper;,"amount":"10","invoice":"`+n+`"}`)
	}
	return `{"date":"2026-11-10","person":$` + person + `;,"reason":"纸","lines":[` + strings.Join(lines, ",") + `]}`
}

const one, two = "24312000000012345678", "87654321"

func TestAnInvoiceIsClaimedOnce(t *testing.T) {
	rooms(t, func(r *room) {
		const name = "office.claim"
		r.refused(r.try("x", name, "create", claims("li", "1234567", "2431200000001234567a", "电子")),
			"office.invoice_digits /lines/0/invoice 7", "office.invoice_digits /lines/1/invoice 20", "office.invoice_digits /lines/2/invoice 2")
		r.refused(r.try("x", name, "create", claims("li", one, two, "2431 2000 0000 1234 5678")), "office.invoice_here /lines/2/invoice 1")
		r.refused(r.try("x", name, "create", `{"person":$li;,"reason":"纸","lines":[{"category":$paper;,"amount":"10","tax":"10.01"}]}`), "office.tax_over /lines/0/tax")
		r.make("first", name, claims("li", one, two))
		taken := "office.invoice_taken /lines/1/invoice BX26110001 李四"
		r.refused(r.try("x", name, "create", claims("zhao", "11111111", two)), taken)
		r.make("second", name, claims("zhao", "11111111", "22222222"))
		update := func(invoices ...string) string {
			_, lines, _ := strings.Cut(claims("zhao", invoices...), `"lines":`)
			return `{"lines":` + lines
		}
		r.refused(r.try("second", name, "update", update("11111111", two)), taken)
		for _, act := range []string{"post", "unpost"} {
			r.must("first", name, act, "")
			r.refused(r.try("second", name, "update", update("11111111", two)), taken)
		}
		r.must("first", name, "update", `{"lines":[{"category":$paper;,"amount":"10","invoice":"`+one+`"}]}`)
		r.must("second", name, "update", update("11111111", two)) // it was let go
		r.refused(r.try("first", name, "update", update(one, two)), "office.invoice_taken /lines/1/invoice BX26110002 赵六")
		r.must("second", name, "void", "")
		r.must("first", name, "update", update(one, two))
		r.must("first", name, "delete", "")
		r.make("third", name, claims("zhao", one, two))
		r.view(kernel.SystemActor(), func(v *kernel.View) error {
			var n int64
			_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM office_claim_invoice")
			if n != 2 {
				r.Errorf("%d invoices are taken, want 2", n)
			}
			return err
		})
	})
}

func TestOfTwoClaimsInOneUnitTheSecondIsRefused(t *testing.T) {
	rooms(t, func(r *room) {
		err := pipeline.Unit(context.Background(), r.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			for _, who := range []string{"li", "zhao"} {
				c := &office.Claim{Reason: "纸", OffsetBy: "none", Lines: []office.ClaimLine{{Category: r.ids["paper"], Amount: 100, Invoice: two}}}
				c.Date, c.Person = "2026-11-10", r.ids[who]
				if err := pipeline.Create(tx, office.Claims, c); err != nil {
					return err
				}
			}
			return nil
		})
		r.refused(err, "office.invoice_taken /lines/0/invoice BX26110001 李四")
	})
}

// TestManyClaimTheSameInvoiceAtOnce lets many people write claims with the same two invoices, in both orders: one wins, and
// all others are told who.
func TestManyClaimTheSameInvoiceAtOnce(t *testing.T) {
	rooms(t, func(r *room) {
		const n = 12
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				pair := []string{one, two}
				if i%2 == 1 {
					slices.Reverse(pair)
				}
				_, errs[i] = r.as(kernel.SystemActor(), "office.claim", "create", 0, claims([]string{"li", "zhao"}[i%2], pair...))
			})
		}
		wg.Wait()
		var winner string
		r.view(kernel.SystemActor(), func(v *kernel.View) error {
			list, err := office.Claims.Where(v, "1 = 1")
			if len(list) != 1 {
				r.Fatalf("%d claims were written: %v", len(list), errs)
			}
			winner = list[0].Number
			return err
		})
		lost := 0
		for _, err := range errs {
			if err == nil {
				continue
			}
			lost++
			list, _ := problem.From(err)
			if len(list) == 0 || list[0].Code != "office.invoice_taken" || list[0].Args["number"] != winner || list[0].Args["person"] == "" {
				r.Errorf("%v: %v", err, list)
			}
		}
		if lost != n-1 {
			r.Errorf("%d were refused", lost)
		}
	})
}

func (r *room) leave(who, from, to string) string {
	fromDate, fromHalf, _ := strings.Cut(from, " ")
	toDate, toHalf, _ := strings.Cut(to, " ")
	return `{"person":$` + who + `;,"from_date":"` + fromDate + `","from_half":"` + fromHalf + `","to_date":"` + toDate + `","to_half":"` + toHalf + `","reason":"有事"}`
}

func TestDaysOfLeave(t *testing.T) {
	rooms(t, func(r *room) {
		for _, x := range []struct{ week, from, to, want string }{
			{"5", "2026-11-23 am", "2026-11-23 pm", "1"}, // a Monday
			{"5", "2026-11-23 am", "2026-11-23 am", "0.5"},
			{"5", "2026-11-23 pm", "2026-11-23 pm", "0.5"},
			{"5", "2026-11-23 pm", "2026-11-24 am", "1"},
			{"5", "2026-11-20 pm", "2026-11-23 am", "1"}, // over a weekend
			{"6", "2026-11-20 pm", "2026-11-23 am", "2"},
			{"7", "2026-11-20 pm", "2026-11-23 am", "3"},
			{"5", "2026-11-21 am", "2026-11-23 pm", "1"},
			{"6", "2026-11-21 pm", "2026-11-22 pm", "0.5"},
			{"5", "2026-11-16 am", "2026-11-29 pm", "10"},
			{"5", "2026-11-21 am", "2026-11-22 pm", "office.leave_no_days"},
			{"5", "2026-11-23 pm", "2026-11-23 am", "office.leave_order"},
			{"5", "2026-11-24 am", "2026-11-23 pm", "office.leave_order"},
			{"5", "2016-11-01 am", "2026-11-30 pm", "office.leave_long"},
		} {
			r.unit(func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{"office.work_days": x.week}) })
			delete(r.ids, "l")
			err := r.try("l", "office.leave", "create", r.leave("li", x.from, x.to))
			if err != nil {
				if list, _ := problem.From(err); len(list) != 1 || list[0].Code != x.want {
					r.Errorf("%+v: %v", x, err)
				}
				continue
			}
			r.view(kernel.SystemActor(), func(v *kernel.View) error {
				l, err := office.Leaves.Find(v, r.ids["l"])
				if err == nil && l.Days.String() != x.want {
					r.Errorf("%+v: %s days", x, l.Days)
				}
				return err
			})
			r.must("l", "office.leave", "void", "")
		}
		r.refused(r.try("x", "office.leave", "create", `{"person":$li;,"from_date":"2026-11-23","to_date":"2026-11-23","reason":"x","stand_in":$li;}`), "office.leave_stand_in /stand_in")
	})
}

func TestLeavesOfOnePersonDoNotOverlap(t *testing.T) {
	rooms(t, func(r *room) {
		const name = "office.leave"
		r.must("first", name, "create+post", r.leave("li", "2026-11-24 am", "2026-11-25 am"))
		twice := "office.leave_twice /from_date QJ26110001 2026-11-24 2026-11-25"
		for _, x := range [][2]string{{"2026-11-24 am", "2026-11-25 am"}, {"2026-11-25 am", "2026-11-26 pm"}, {"2026-11-23 am", "2026-11-24 am"},
			{"2026-11-23 am", "2026-11-27 pm"}, {"2026-11-24 pm", "2026-11-24 pm"}} {
			r.refused(r.try("x", name, "create", r.leave("li", x[0], x[1])), twice)
		}
		r.make("before", name, r.leave("li", "2026-11-23 am", "2026-11-23 pm"))
		r.make("after", name, r.leave("li", "2026-11-25 pm", "2026-11-26 pm"))
		r.make("other", name, r.leave("zhao", "2026-11-24 am", "2026-11-25 am"))
		r.refused(r.try("after", name, "update", `{"from_half":"am"}`), twice)
		r.must("first", name, "void", "")
		r.must("after", name, "update", `{"from_half":"am"}`)

		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = r.as(kernel.SystemActor(), name, "create", 0, r.leave("zhao", "2026-12-01 am", "2026-12-02 pm"))
			})
		}
		wg.Wait()
		if n := len(slices.DeleteFunc(errs, func(err error) bool { return err != nil })); n != 1 {
			r.Errorf("%d of the same leave were written at once", n)
		}
	})
}

func (r *room) report(a *kernel.Actor, name string, params map[string]string, columns ...string) string {
	r.Helper()
	var out []string
	r.view(a, func(v *kernel.View) error {
		t, err := r.c.Report(name).Run(v, params)
		if err != nil {
			return err
		}
		say := func(values map[string]any) {
			var line []string
			for _, c := range columns {
				text := fmt.Sprint(values[c])
				for key, id := range r.ids {
					if c == "person" && values[c] == id {
						text = key
					}
				}
				line = append(line, text)
			}
			out = append(out, strings.Join(line, " "))
		}
		for _, row := range t.Rows {
			say(row.Values)
		}
		say(t.Totals)
		return nil
	})
	return strings.Join(out, "\n")
}

func TestReports(t *testing.T) {
	rooms(t, func(r *room) {
		post := func(name, body string) { r.Helper(); delete(r.ids, "p"); r.must("p", name, "create+post", body) }
		post("office.leave", r.leave("li", "2026-11-24 am", "2026-11-25 am"))
		post("office.leave", strings.Replace(r.leave("li", "2026-12-30 pm", "2027-01-04 am"), "{", `{"kind":"annual",`, 1)) // Wednesday to Monday
		post("office.leave", r.leave("zhao", "2026-03-02 am", "2026-03-02 pm"))
		r.make("draft", "office.leave", r.leave("zhao", "2026-03-03 am", "2026-03-03 pm"))
		for year, want := range map[string]string{
			"2026": "li 1.5 1.5 3\nzhao 1 <nil> 1\n<nil> 2.5 1.5 4", "2027": "li <nil> 1.5 1.5\n<nil> <nil> 1.5 1.5", "2025": "<nil> <nil> <nil> <nil>",
			"": "li 1.5 1.5 3\nzhao 1 <nil> 1\n<nil> 2.5 1.5 4",
		} {
			if got := r.report(kernel.SystemActor(), "office.leave_summary", map[string]string{"year": year}, "person", "personal", "annual", "total"); got != want {
				r.Errorf("%s:\n%s\nwant\n%s", year, got, want)
			}
		}
		post("office.advance", `{"date":"2026-11-01","person":$li;,"amount":"100","purpose":"x","due":"2026-11-18"}`)
		post("office.advance", `{"date":"2026-11-05","person":$zhao;,"amount":"70.5","purpose":"x"}`)
		r.make("later", "office.advance", `{"date":"2026-11-05","person":$zhao;,"amount":"9","purpose":"x"}`)
		columns := []string{"person", "number", "date", "days", "late", "open"}
		for _, x := range []struct {
			params map[string]string
			want   string
		}{
			{map[string]string{}, "li JK26110001 2026-11-01 20 3 100.00\nzhao JK26110002 2026-11-05 16 <nil> 70.50\n<nil> <nil> <nil> <nil> <nil> 170.50"},
			{map[string]string{"overdue": "true"}, "li JK26110001 2026-11-01 20 3 100.00\n<nil> <nil> <nil> <nil> <nil> 100.00"},
			{map[string]string{"person": fmt.Sprint(r.ids["zhao"])}, "zhao JK26110002 2026-11-05 16 <nil> 70.50\n<nil> <nil> <nil> <nil> <nil> 70.50"},
			{map[string]string{"department": fmt.Sprint(r.ids["shop"])}, "li JK26110001 2026-11-01 20 3 100.00\n<nil> <nil> <nil> <nil> <nil> 100.00"},
		} {
			if got := r.report(kernel.SystemActor(), "office.advances", x.params, columns...); got != x.want {
				r.Errorf("%v:\n%s\nwant\n%s", x.params, got, x.want)
			}
		}
	})
}

// TestWhoSeesAndPays uses the rights as they are shipped.
func TestWhoSeesAndPays(t *testing.T) {
	rooms(t, func(r *room) {
		e, err := boot.Shipped()
		if err != nil {
			t.Fatal(err)
		}
		actor := func(who, department, role string) *kernel.Actor {
			return &kernel.Actor{UserID: r.ids[who], PersonID: r.ids[who], Department: r.ids[department], Roles: []string{role}, Perms: e.For([]string{role})}
		}
		li, books := actor("li", "shop", "salesperson"), actor("zhao", "yard", "accountant")
		for _, name := range []string{"office.claim", "office.advance", "office.leave", "office.request"} {
			body := map[string]string{
				"office.claim": claims("who", one), "office.advance": `{"person":$who;,"amount":"5","purpose":"x"}`,
				"office.leave": r.leave("who", "2026-11-24 am", "2026-11-24 pm"), "office.request": `{"person":$who;,"kind":$seal;,"subject":"x"}`,
			}[name]
			id, err := r.as(li, name, "create+post", 0, strings.ReplaceAll(body, "$who;", "$li;"))
			if err != nil {
				t.Fatal(name, err)
			}
			r.refused(func() error {
				_, err := r.as(li, name, "create", 0, strings.ReplaceAll(strings.ReplaceAll(body, "$who;", "$zhao;"), one, two))
				return err
			}(), "scope.outside /person")
			sees := func(a *kernel.Actor) bool {
				err := r.c.View(context.Background(), a, func(v *kernel.View) error { return resource.See(v, r.c.Def(name), id) })
				return err == nil
			}
			money := name == "office.claim" || name == "office.advance"
			if !sees(li) || sees(books) != money || sees(actor("zhao", "yard", "storekeeper")) || sees(actor("zhao", "yard", "office")) == (name == "office.claim") {
				t.Errorf("%s is not seen by whom it should be: %v %v %v %v", name, sees(li), sees(books), sees(actor("zhao", "yard", "storekeeper")), sees(actor("zhao", "yard", "office")))
			}
			if _, err := r.as(li, name, "unpost", id, ""); err == nil {
				t.Errorf("a salesperson takes %s back himself", name)
			}
		}
		got := r.report(actor("zhao", "yard", "cashier"), "office.advances", map[string]string{}, "person", "open")
		if got != "li 5.00\n<nil> 5.00" {
			t.Errorf("the cashier's advances: %s", got)
		}
	})
}
