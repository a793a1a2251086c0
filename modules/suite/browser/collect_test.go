package browser

import (
	"fmt"
	"slices"
	"testing"
)

// A salesperson collects on the phone: what he takes lies on the account that he holds, nothing else is let through, and when
// he hands it in it lies in the till. Who holds what stands in the report of the day.
func TestASalespersonCollectsAndHandsIn(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			var li int64
			for _, one := range s.list("/api/v1/base/people") {
				if one["code"] == "li" {
					li = id(one)
				}
			}
			const accounts = "/api/v1/settlement/money-accounts"
			var till object
			for _, one := range s.list(accounts) {
				if one["kind"] == "cash" {
					till = one
				}
			}
			purse := map[string]string{"zh": "李四代收", "en": "Purse of Li Si"}[lang]
			s.call("POST", accounts, object{"code": "Z1", "name": purse, "kind": "cash", "holder": li})
			b := s.enter("li", "/r/settlement.receipt/new", true)
			b.lookFor("#f-party", s.customer["name"].(string))
			b.lookFor("#only-money_account", till["code"].(string))
			b.put("#only-amount", "250")
			b.click(".page.record .buttons .primary", "")
			b.see(purse)
			b.look("refused")
			b.at("^/r/settlement.receipt/new")
			b.must(b.find("#only-money_account", "").SelectAllText(), "the account is chosen anew")
			b.write("Z1")
			b.answered("Z1")
			b.click(".panel .line:not(.create)", "")
			b.click(".page.record .buttons .primary", "")
			b.at(`^/r/settlement\.receipt/\d+`)
			b.chip("posted")
			b.look("collected")

			b.visit("/r/settlement.transfer/new")
			b.until("his own account is offered", `s => document.querySelector('#f-from_account')?.value.includes(s)`, purse)
			b.lookFor("#f-to_account", till["code"].(string))
			b.put("#f-amount", "200")
			b.look("hand-in")
			b.click(".page.record .buttons .primary", "")
			b.at(`^/r/settlement\.transfer/\d+`)
			b.chip("posted")
			b.look("handed-in")

			boss := s.enter(bossLogin, "/report/settlement.today", false)
			boss.see(purse)
			boss.until("what he still holds", `s => [...document.querySelectorAll('tr')].some(r => r.innerText.includes(s) && r.innerText.includes('50.00'))`, purse)
			boss.look("today")
			hold(s.shop, fmt.Sprint(till["name"], " 200.00;", purse, " 50.00;"), till["name"].(string), purse)
		})
	}
}

// hold tells what lies on some accounts, as the report of the day has it.
func hold(s *shop, want string, names ...string) {
	s.t.Helper()
	got := ""
	rows, _ := s.call("GET", "/api/v1/reports/settlement.today", nil)["rows"].([]any)
	for _, one := range rows {
		row := one.(object)
		labels, _ := row["$labels"].(object)
		if name, _ := labels["money_account"].(string); row["closing"] != nil && slices.Contains(names, name) {
			got += fmt.Sprint(name, " ", row["closing"], ";")
		}
	}
	if got != want {
		s.t.Errorf("the day says %q, want %q", got, want)
	}
}
