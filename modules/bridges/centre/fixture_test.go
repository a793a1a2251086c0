package centre_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

// firm is a company on the 21st of November 2026, ten o'clock in the morning in Shanghai.
type firm struct {
	testing.TB
	c   *kernel.Company
	now *clock.Manual
	ids map[string]int64
	by  string // who writes, by login; the program itself where nobody is named
}

func firms(t *testing.T, run func(f *firm)) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			now := clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))
			f := &firm{TB: t, c: open(t, testkit.Options{Modules: modules.All(), Rights: rights, Clock: now}), now: now, ids: map[string]int64{}}
			f.people()
			run(f)
		})
	}
}

func (f *firm) do(name, act string, id int64, body string) any {
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
	res, err := pipeline.Do(context.Background(), f.c, f.writer(), cmd)
	if err != nil {
		f.Fatalf("%s %s %s: %v", name, act, body, err)
	}
	return res.Rec
}

func (f *firm) make(key, name, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.do(name, "create", 0, body))
}

func (f *firm) post(key, name, body string) {
	f.Helper()
	f.make(key, name, body)
	f.do(name, "post", f.ids[key], "")
}

func (f *firm) view(a *kernel.Actor, fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), a, fn); err != nil {
		f.Fatal(err)
	}
}

// as is a person in a role, in a language.
func (f *firm) as(who, role, lang string) *kernel.Actor {
	a := &kernel.Actor{UserID: 1, PersonID: f.ids[who], Lang: lang, Perms: f.c.Rights.For([]string{role})}
	if who == "li" {
		a.Department, a.Below = f.ids["east"], []int64{f.ids["east"]}
	}
	return a
}

// people sell bolts that cost 4: li in the east, zhao in the west.
func (f *firm) people() {
	f.make("east", "base.department", `{"code":"1","name":"东区"}`)
	f.make("west", "base.department", `{"code":"2","name":"西区"}`)
	f.make("li", "base.person", `{"code":"l","name":"小李","department":$east;}`)
	f.make("zhao", "base.person", `{"code":"z","name":"小赵","department":$west;}`)
	f.make("box", "base.unit", `{"code":"bx","name":"箱"}`)
	f.make("store", "base.warehouse", `{"code":"S","name":"总仓"}`)
	f.make("vat", "base.tax_rate", `{"code":"X13","name":"13%","rate":"0.13"}`)
	f.make("bolt", "base.item", `{"code":"B","name":"螺栓","unit":$box;}`)
	f.make("acme", "base.party", `{"name":"宏发五金","owner":$li;,"department":$east;}`)
	f.make("star", "base.party", `{"name":"恒星贸易","owner":$zhao;,"department":$west;}`)
	f.make("till", "settlement.money_account", `{"code":"T","name":"现金","kind":"cash"}`)
	f.make("bank", "settlement.money_account", `{"code":"U","name":"银行","kind":"bank"}`)
	f.post("stock", "stock.opening", `{"date":"2026-01-01","warehouse":$store;,"lines":[{"item":$bolt;,"qty":"1000","price":"4"}]}`)
	f.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true}`)
	f.make("boss", "base.user", `{"login":"wang","name":"王老板","roles":"boss"}`)
	f.make("clerk", "base.user", `{"login":"xiaoli","name":"李开单","roles":"salesperson","person":$li;}`)
}

// writer does what he likes under his own name.
func (f *firm) writer() *kernel.Actor {
	a := kernel.SystemActor()
	a.UserID = f.ids[f.by]
	return a
}

// day is a day of sheets, with one of the day before.
func (f *firm) day() {
	f.Helper()
	const li = `"party":$acme;,"owner":$li;,"department":$east;,"warehouse":$store;,"tax_mode":"none"`
	const zhao = `"party":$star;,"owner":$zhao;,"department":$west;,"warehouse":$store;,"tax_mode":"none"`
	f.by = "boss"
	f.post("d0", "stock.delivery", `{"date":"2026-11-20",`+li+`,"lines":[{"item":$bolt;,"qty":"4","price":"10"}]}`)
	f.make("o1", "sales.order", `{"date":"2026-11-21","customer":$star;,"warehouse":$store;,"owner":$zhao;,"department":$west;,"lines":[{"item":$bolt;,"qty":"2","price":"10"}]}`)
	f.do("sales.order", "confirm", f.ids["o1"], "")
	f.by = "clerk"
	f.post("d1", "stock.delivery", `{"date":"2026-11-21",`+li+`,"note":"急件","lines":[{"item":$bolt;,"qty":"6","price":"10"}]}`)
	f.make("d2", "stock.delivery", `{"date":"2026-11-21",`+li+`,"lines":[{"item":$bolt;,"qty":"99","price":"10"}]}`)
	f.by = "boss"
	f.post("d3", "stock.delivery", `{"date":"2026-11-21",`+zhao+`,"lines":[{"item":$bolt;,"qty":"1","price":"10"}]}`)
	f.do("stock.delivery", "reverse", f.ids["d3"], `{"date":"2026-11-21"}`)
	f.make("d4", "stock.delivery", `{"date":"2026-11-21",`+zhao+`,"lines":[{"item":$bolt;,"qty":"7","price":"10"}]}`)
	f.do("stock.delivery", "void", f.ids["d4"], "")
	f.post("b1", "stock.receipt", `{"date":"2026-11-21","party":$maker;,"warehouse":$store;,"tax_mode":"none","lines":[{"item":$bolt;,"qty":"10","price":"4"}]}`)
	f.post("r1", "settlement.receipt", `{"date":"2026-11-21","party":$acme;,"owner":$li;,"lines":[{"money_account":$till;,"amount":"25"}]}`)
	f.make("m1", "settlement.transfer", `{"date":"2026-11-21","from_account":$till;,"to_account":$bank;,"amount":"20"}`)
	f.by = ""
}
