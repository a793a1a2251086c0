package complaints_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/bin"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/price"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/bridges/complaints"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/service"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// shop is a company with a customer, an item and two people.
type shop struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func (s *shop) do(key, name, act, body string) {
	s.Helper()
	for key, id := range s.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	in, p := resource.ParseObject([]byte(body))
	if p != nil {
		s.Fatal(p, body)
	}
	cmd := pipeline.Command{Def: s.c.Def(name), Act: act, Input: in}
	if act != "create" {
		cmd.ID = s.ids[key]
	}
	res, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		s.Fatal(name, act, err)
	}
	s.ids[key] = resource.ID(cmd.Def, res.Rec)
}

func (s *shop) send(key, date, owner string, acts ...string) {
	s.Helper()
	s.do(key, "stock.delivery", "create", `{"date":"`+date+`","party":$acme;,"warehouse":$main;,"owner":$`+owner+`;,"lines":[{"item":$bolt;,"qty":"1","price":"20"}]}`)
	for _, act := range acts {
		s.do(key, "stock.delivery", act, "{}")
	}
}

func shops(t *testing.T, fn func(s *shop)) {
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	o := testkit.Options{Rights: rights, Modules: []kernel.Module{organisation.Module(), unit.Module(), tax.Module(), party.Module(), warehouse.Module(), item.Module(),
		price.Module(), bin.Module(), testkit.Elsewhere("office.expense_category"), settlement.Module(), stock.Module(), service.Module(), complaints.Module()}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		s := &shop{T: t, c: c, ids: map[string]int64{}}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{"stock.negative": "allow"})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.do("li", "base.person", "create", `{"code":"1","name":"李雷"}`)
		s.do("mei", "base.person", "create", `{"code":"2","name":"韩梅梅"}`)
		s.do("acme", "base.party", "create", `{"name":"宏发五金","owner":$li;}`)
		s.do("pcs", "base.unit", "create", `{"code":"pcs","name":"个"}`)
		s.do("main", "base.warehouse", "create", `{"code":"M","name":"总仓"}`)
		s.do("bolt", "base.item", "create", `{"name":"螺栓","unit":$pcs;}`)
		fn(s)
	})
}

// TestComplaintsAreHeldAgainstDeliveries counts posted deliveries: no drafts, no reversals and what they reverse, no other
// sheets, and only those that the actor may see.
func TestComplaintsAreHeldAgainstDeliveries(t *testing.T) {
	shops(t, func(s *shop) {
		for i, date := range []string{"2026-10-01", "2026-10-02", "2026-11-01", "2026-11-02", "2026-11-03"} {
			s.send("sent", date, []string{"li", "mei"}[i%2], "post")
		}
		s.send("back", "2026-11-04", "li", "post", "reverse")
		s.send("draft", "2026-11-05", "li")
		s.do("ticket", "service.ticket", "create", `{"date":"2026-11-05","kind":"complaint","customer":$acme;,"owner":$li;,"subject":"x"}`)
		for _, x := range []struct {
			perms kernel.Permissions
			want  string
		}{{s.c.Rights.For([]string{"service"}), "2026-11 33.3 20"}, {s.c.Rights.For([]string{"salesperson"}), "2026-11 50 33.3"}, {noDeliveries{}, "2026-11 <nil> <nil>"}} {
			a := &kernel.Actor{UserID: 9, PersonID: s.ids["li"], Lang: "zh", Perms: x.perms}
			err := s.c.View(context.Background(), a, func(v *kernel.View) error {
				got, err := s.c.Report("service.summary").Run(v, map[string]string{"by": "month"})
				if err != nil {
					return err
				}
				if text := fmt.Sprint(got.Rows[0].Values["key"], " ", got.Rows[0].Values["rate"], " ", got.Totals["rate"]); text != x.want {
					s.Errorf("%s, want %s", text, x.want)
				}
				return nil
			})
			if err != nil {
				s.Error(err)
			}
		}
	})
}

// noDeliveries may read everything but deliveries.
type noDeliveries struct{}

func (noDeliveries) Can(object, _ string) bool      { return object != "stock.delivery" }
func (noDeliveries) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }
