package claims_test

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/approval"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/office"
)

// desk is a room with two cashiers, he and qian, a boss and a till.
type desk struct{ *room }

func desks(t *testing.T, fn func(d *desk)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	testkit.Both(t, testkit.Options{Modules: modules.All(), Rights: rights}, func(t *testing.T, c *kernel.Company) {
		d := &desk{&room{T: t, c: c, ids: map[string]int64{}}}
		d.unit(func(tx *kernel.Tx) error { return office.Install(tx, "zh") })
		d.make("shop", "base.department", `{"code":"1","name":"门市"}`)
		d.make("till", "settlement.money_account", `{"code":"T","name":"现金","kind":"cash"}`)
		for _, login := range []string{"he", "qian"} {
			d.make(login+"P", "base.person", `{"code":"`+login+`","name":"`+login+`","department":$shop;}`)
			d.make(login, "base.user", `{"login":"`+login+`","name":"`+login+`","roles":"cashier","person":$`+login+`P;}`)
		}
		fn(d)
	})
}

func (d *desk) actor(login, role string) *kernel.Actor {
	return &kernel.Actor{UserID: d.ids[login], PersonID: d.ids[login+"P"], Department: d.ids["shop"], Below: []int64{d.ids["shop"]}, Name: login, Lang: "zh",
		Roles: []string{role}, Perms: d.c.Rights.For([]string{role})}
}

// posts wants what becomes of a paper that a cashier writes and posts: "" or code and place of the problem.
func (d *desk) posts(why, who, key, name, body, want string) {
	d.Helper()
	got := ""
	id, err := d.as(d.actor(who, "cashier"), name, "create+post", 0, body)
	if err != nil {
		list, _ := problem.From(err)
		if len(list) != 1 {
			d.Fatal(why, err)
		}
		got = strings.TrimSpace(list[0].Code + " " + list[0].Path)
	}
	d.ids[key] = id
	if got != want {
		d.Errorf("%s: %q, want %q", why, got, want)
	}
}

// pays is posts for a payment to he.
func (d *desk) pays(why, who, amount, want string) {
	d.Helper()
	d.view(kernel.SystemActor(), func(v *kernel.View) error {
		var id int64
		_, err := v.Scan([]any{&id}, "SELECT id FROM base_party WHERE person = ?", d.ids["heP"])
		d.ids["heE"] = id
		return err
	})
	d.posts(why, who, "p", "settlement.payment", `{"party":$heE;,"lines":[{"money_account":$till;,"amount":"`+amount+`"}]}`, want)
}

const (
	advances = "office.advance"
	atOnce   = `{"person":$heP;,"amount":"100","purpose":"x","money_account":$till;}`
	later    = `{"person":$heP;,"amount":"70","purpose":"y"}`
)

// TestNobodyPaysHimself: a cashier neither hands himself an advance nor pays what he asked for, unless he alone may pay.
func TestNobodyPaysHimself(t *testing.T) {
	desks(t, func(d *desk) {
		d.posts("to himself at once", "he", "a", advances, atOnce, "office.pay_self /money_account")
		d.posts("left to the cashier", "he", "b", advances, later, "")
		d.pays("who is the cashier", "he", "70", "office.pay_self_payment /party")
		d.pays("without any paper", "he", "500", "office.pay_self_payment /party")
		d.pays("by the other one", "qian", "70", "")
		d.pays("and ahead of any paper", "qian", "5", "")
		d.must("qian", "base.user", "disable", "")
		d.posts("who alone may pay", "he", "d", advances, atOnce, "")
		d.pays("anything", "he", "30", "")
	})
}

// TestWhatWasAgreedToIsPaidByWhoeverPays: a flow is on, and the boss agrees.
func TestWhatWasAgreedToIsPaidByWhoeverPays(t *testing.T) {
	desks(t, func(d *desk) {
		d.make("boss", "base.user", `{"login":"boss","name":"boss","roles":"boss"}`)
		d.make("flow", "approval.flow", `{"name":"借款","target":"office.advance","act":"post","definition":"{\"nodes\":[{\"name\":\"老板\",\"kind\":\"approve\",\"who\":[{\"by\":\"user\",\"user\":$boss;}]}]}"}`)
		d.must("flow", "approval.flow", "switch_on", "")
		agree := func(key string) {
			d.Helper()
			var id int64
			d.view(kernel.SystemActor(), func(v *kernel.View) error {
				_, err := v.Scan([]any{&id}, "SELECT id FROM approval_request WHERE record = ?", d.ids[key])
				return err
			})
			if _, err := d.as(d.actor("boss", "boss"), "approval.request", "agree", id, "{}"); err != nil {
				d.Fatal(err)
			}
			if err := approval.Apply(d.Context(), d.c, id); err != nil {
				d.Fatal(err)
			}
		}
		d.posts("asks", "he", "f", advances, later, "")
		agree("f")
		d.pays("more than was agreed to", "he", "71", "office.pay_self_payment /party")
		d.pays("what was agreed to", "he", "70", "")
		d.posts("asks for it at once", "he", "g", advances, atOnce, "")
		agree("g")
		d.view(kernel.SystemActor(), func(v *kernel.View) error {
			g, err := office.Advances.Find(v, d.ids["g"])
			if err == nil && fmt.Sprint(g.State, " ", g.Handed) != "posted 100.00" {
				d.Errorf("agreed to, it is %s, handed %s", g.State, g.Handed)
			}
			return err
		})
	})
}
