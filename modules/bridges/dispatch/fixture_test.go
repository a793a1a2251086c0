package dispatch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web/route"
)

// firm sells fasteners on the 21st of November 2026 out of one warehouse. Its storekeeper confirms what leaves.
type firm struct {
	testing.TB
	c   *kernel.Company
	ids map[string]int64
}

func firms(t *testing.T, run func(f *firm)) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	o := testkit.Options{Modules: modules.All(), Rights: rights, Clock: clock.Fixed(time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC))}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		f := &firm{TB: t, c: c, ids: map[string]int64{}}
		f.set("stock.ships", "storekeeper")
		f.make("li", "base.person", `{"code":"l","name":"小李"}`)
		f.make("driver", "base.person", `{"code":"d","name":"老赵"}`)
		f.make("box", "base.unit", `{"code":"bx","name":"盒"}`)
		f.make("carton", "base.unit", `{"code":"ct","name":"箱"}`)
		f.make("bar", "base.unit", `{"code":"ba","name":"支"}`)
		f.make("kilo", "base.unit", `{"code":"kg","name":"公斤"}`)
		f.make("store", "base.warehouse", `{"code":"A","name":"总仓"}`)
		f.make("bolt", "base.item", `{"code":"B","name":"螺栓","spec":"M8","unit":$box;,"price":"10","purchase_price":"4","barcode":"6901","units":[{"unit":$carton;,"ratio":"12","barcode":"6902"}]}`)
		f.make("nut", "base.item", `{"code":"N","name":"螺母","unit":$box;,"price":"2","purchase_price":"1"}`)
		f.make("tube", "base.item", `{"code":"T","name":"钢管","unit":$bar;,"second_unit":$kilo;,"second_priced":true,"price":"5","purchase_price":"3"}`)
		f.make("fit", "base.item", `{"code":"F","name":"安装费","service":true,"price":"50"}`)
		f.make("binB", "base.bin", `{"warehouse":$store;,"item":$bolt;,"bin":"A-02"}`)
		f.make("binN", "base.bin", `{"warehouse":$store;,"item":$nut;,"bin":"A-01"}`)
		f.make("acme", "base.party", `{"name":"宏发五金","owner":$li;,"city":"杭州","region":"浙江","address":"中山路 1 号","phone":"13800000001","contact":"王姐"}`)
		f.make("star", "base.party", `{"name":"恒星贸易","city":"宁波"}`)
		f.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true}`)
		f.make("till", "settlement.money_account", `{"code":"1","name":"现金","kind":"cash"}`)
		f.make("begin", "stock.opening", `{"date":"2026-01-01","warehouse":$store;,"lines":[{"item":$bolt;,"qty":"40","price":"4"},{"item":$nut;,"qty":"5","price":"1"},{"item":$tube;,"qty":"10","qty2":"100","price":"3"}]}`)
		f.do("stock.opening", "post", "begin", "")
		run(f)
	})
}

func (f *firm) set(name, value string) {
	f.Helper()
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{name: value}) })
	if err != nil {
		f.Fatal(err)
	}
}

func (f *firm) text(body string) string {
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	return body
}

func (f *firm) try(actor *kernel.Actor, cmd pipeline.Command, body string) (any, error) {
	f.Helper()
	if body != "" {
		o, p := resource.ParseObject([]byte(f.text(body)))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), f.c, actor, cmd)
	if err != nil {
		return nil, err
	}
	return res.Rec, nil
}

// do runs an act on a record by its name.
func (f *firm) do(name, act, key, body string) any {
	f.Helper()
	rec, err := f.try(kernel.SystemActor(), pipeline.Command{Def: f.c.Def(name), Act: act, ID: f.ids[key]}, body)
	if err != nil {
		f.Fatalf("%s %s %s %s: %v", name, act, key, body, err)
	}
	return rec
}

func (f *firm) make(key, name, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.do(name, "create", "", body))
}

// refuse wants an act to be refused with one problem of this code.
func (f *firm) refuse(actor *kernel.Actor, code string, cmd pipeline.Command, body string) {
	f.Helper()
	_, err := f.try(actor, cmd, body)
	list, _ := problem.From(err)
	if len(list) != 1 || list[0].Code != code {
		f.Errorf("%s %s: %v, want %s", cmd.Def.Name, cmd.Act, err, code)
	}
}

func (f *firm) as(who, role string) *kernel.Actor {
	return &kernel.Actor{UserID: 1, PersonID: f.ids[who], Lang: "zh", Perms: f.c.Rights.For([]string{role})}
}

// get asks an address as an actor and gives the rows of its answer.
func (f *firm) get(actor *kernel.Actor, path string) map[string]any {
	f.Helper()
	address, _, _ := strings.Cut(path, "?")
	for _, hook := range f.c.Hooks {
		source, ok := hook.(route.Source)
		if !ok {
			continue
		}
		for _, one := range source(f.c) {
			if one.Path != address || one.Method != "GET" {
				continue
			}
			w := httptest.NewRecorder()
			if err := one.Handle(&route.Request{Company: f.c, Actor: actor, R: httptest.NewRequest("GET", f.text(path), nil), W: w}); err != nil {
				f.Fatal(path, err)
			}
			var out map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
				f.Fatal(err, w.Body.String())
			}
			return out
		}
	}
	f.Fatal("there is no ", address)
	return nil
}

func (f *firm) same(what, got, want string) {
	f.Helper()
	if got != want {
		f.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}

// row says some members of a JSON object.
func row(of any, names ...string) string {
	m := of.(map[string]any)
	var out []string
	for _, name := range names {
		out = append(out, fmt.Sprint(m[name]))
	}
	return strings.Join(out, " ")
}

// sheets tells what a list of waiting sheets says.
func (f *firm) sheets(answer map[string]any) string {
	var b strings.Builder
	for _, one := range answer["items"].([]any) {
		fmt.Fprintln(&b, row(one, "label", "number", "party", "place", "stock", "late", "rest"))
		for _, l := range one.(map[string]any)["lines"].([]any) {
			fmt.Fprintln(&b, " ", row(l, "bin", "name", "qty", "unit", "packed", "qty2", "have", "enough"))
		}
	}
	return strings.TrimSpace(b.String())
}
