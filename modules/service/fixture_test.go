package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/service"
)

// desk is a company with a service department and a sales department under one head.
type desk struct {
	*testing.T
	c     *kernel.Company
	clock *clock.Manual
	ids   map[string]int64
	roles map[string]string
}

// sent is how many deliveries the desk's company knows of.
var sent = map[clock.Month]int64{"2026-10": 150, "2026-11": 40}

func delivered(_ *kernel.View, _, _ clock.Date) (map[clock.Month]int64, error) { return sent, nil }

func desks(t *testing.T, fn func(d *desk)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	shop := kernel.Module{Name: "shop", Needs: []string{"service"}, Setup: func(c *kernel.Company) error { return service.Deliveries.Fill(c, delivered) }}
	hands := &clock.Manual{}
	o := testkit.Options{Rights: rights, Clock: hands, Modules: []kernel.Module{organisation.Module(), unit.Module(), tax.Module(), party.Module(), item.Module(), service.Module(), shop}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		hands.Set(testkit.Now)
		d := &desk{T: t, c: c, clock: hands, ids: map[string]int64{}, roles: map[string]string{}}
		d.make("firm", "base.department", `{"code":"1","name":"公司"}`)
		for _, dept := range []string{"care", "sell"} {
			d.make(dept, "base.department", `{"code":"`+dept+`","name":"`+dept+`","parent":$firm;}`)
		}
		for _, p := range [][3]string{{"mei", "service", "care"}, {"li", "salesperson", "sell"}, {"zhao", "salesperson", "sell"}, {"head", "sales_manager", "sell"},
			{"far", "sales_manager", "care"}, {"keeper", "storekeeper", "care"}, {"eye", "auditor", "care"}} {
			d.make(p[0]+"P", "base.person", `{"code":"`+p[0]+`","name":"`+p[0]+`","department":$`+p[2]+`;}`)
			d.make(p[0], "base.user", `{"login":"`+p[0]+`","name":"`+p[0]+`","roles":"`+p[1]+`","person":$`+p[0]+`P;}`)
			d.roles[p[0]], d.ids[p[0]+"D"] = p[1], d.ids[p[2]]
		}
		d.make("acme", "base.party", `{"name":"宏发五金","contact":"王芳","phone":"13800001111","owner":$liP;,"department":$sell;}`)
		d.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true}`)
		fn(d)
	})
}

// as is an actor with the rights of the shipped role; "" is the program.
func (d *desk) as(who string) *kernel.Actor {
	a := kernel.SystemActor()
	if who != "" {
		own := d.ids[who+"D"]
		a = &kernel.Actor{UserID: d.ids[who], PersonID: d.ids[who+"P"], Department: own, Below: []int64{own}, Name: who, Lang: "zh",
			Roles: []string{d.roles[who]}, Perms: d.c.Rights.For([]string{d.roles[who]})}
	}
	return a
}

func (d *desk) do(who, name, act string, id int64, body string) (any, error) {
	d.Helper()
	for key, id := range d.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	cmd := pipeline.Command{Def: d.c.Def(name), Act: act, ID: id, Import: strings.Contains(body, `"number"`)} // only files bring numbers
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			d.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), d.c, d.as(who), cmd)
	if err != nil {
		return nil, err
	}
	return res.Rec, nil
}

func (d *desk) make(key, name, body string) {
	d.Helper()
	rec, err := d.do("", name, "create", 0, body)
	if err != nil {
		d.Fatalf("%s: %v", body, err)
	}
	d.ids[key] = resource.ID(d.c.Def(name), rec)
}

// open writes a ticket down.
func (d *desk) open(who, key, body string) *service.Ticket {
	d.Helper()
	rec, err := d.do(who, "service.ticket", "create", 0, body)
	if err != nil {
		d.Fatalf("%s: %v", body, err)
	}
	t := rec.(*service.Ticket)
	d.ids[key] = t.ID
	return t
}

func (d *desk) act(who, key, act, body string) *service.Ticket {
	d.Helper()
	rec, err := d.do(who, "service.ticket", act, d.ids[key], body)
	if err != nil {
		d.Fatalf("%s %s %s: %v", who, act, key, err)
	}
	return rec.(*service.Ticket)
}

// refused wants a problem: the code of the first, and the field it points at.
func (d *desk) refused(who, key, act, body, want string) {
	d.Helper()
	_, err := d.do(who, "service.ticket", act, d.ids[key], body)
	list, ok := problem.From(err)
	if !ok || strings.TrimSpace(list[0].Code+" "+list[0].Path) != want {
		d.Errorf("%s %s %s: %v, want %s", who, act, key, err, want)
	}
}

// day moves the clock to a day of 2026.
func (d *desk) day(month time.Month, day int) {
	d.clock.Set(time.Date(2026, month, day, 2, 0, 0, 0, time.UTC))
}

func (d *desk) view(who string, fn func(v *kernel.View) error) {
	d.Helper()
	if err := d.c.View(context.Background(), d.as(who), fn); err != nil {
		d.Fatal(err)
	}
}

const solution = `{"solution":"换了新件","cause":"quality"}`
