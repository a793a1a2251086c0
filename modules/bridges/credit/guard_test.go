package credit_test

import (
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// warned gives the problems of a preview with their level.
func warned(p *preview.Preview) string {
	var out []string
	for _, one := range p.Draft.Problems {
		level := "error "
		if one.Warning {
			level = "warning "
		}
		out = append(out, level+one.Error())
	}
	return strings.Join(out, "\n")
}

// TestWhatTheCompanyDoesAboutCheapSales: it allows, warns, asks or refuses, on orders and on deliveries alike; what is free
// is never too cheap. Acme has a limit of 100, the lowest price is 10.
func TestWhatTheCompanyDoesAboutCheapSales(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		for _, s := range []struct{ name, party, act, flow string }{
			{sales.Orders.Name, "customer", "confirm", "低于最低售价的订单"}, {stock.Deliveries.Name, "party", "post", "低于最低售价的销售单"},
		} {
			body := sold("free", `"`+s.party+`":%s`, "1 9") // the second line is given
			body = strings.Replace(body, `]}`, `,{"item":$bolt;,"qty":"1","free":true}]}`, 1)
			for _, c := range []struct{ rule, told, act string }{
				{"allow", "", "done"},
				{"warn", "warning sales.min_price_warn at /lines/0/price item=螺栓", "done"},
				{"ask", "error sales.min_price_unasked at /lines/0/price item=螺栓\nwarning sales.min_price_ask at /lines/0/price item=螺栓", "sales.min_price_unasked at /lines/0/price item=螺栓"},
			} {
				f.set(map[string]string{"sales.min_price": c.rule, "sales.credit": "allow"})
				if got := warned(f.try(s.name, "", body)); got != c.told {
					t.Errorf("%s, %s: told %s", s.name, c.rule, got)
				}
				f.make("sheet", s.name, body)
				if got := f.says(s.name, "sheet", s.act, ""); got != c.act {
					t.Errorf("%s, %s: %s", s.name, c.rule, got)
				}
			}
			if _, err := f.do("", "approval.flow", "switch_on", f.flow(s.flow).ID, ""); err != nil {
				t.Fatal(err)
			}
			if got := warned(f.try(s.name, "", body)); got != "warning sales.min_price_ask at /lines/0/price item=螺栓" {
				t.Errorf("%s, asked: told %s", s.name, got)
			}
			if got := f.says(s.name, "sheet", s.act, ""); got != "waits" {
				t.Errorf("%s, asked: %s", s.name, got)
			}
		}
		for _, code := range []string{"sales.min_price", "sales.min_price_warn", "sales.min_price_ask", "sales.min_price_unasked"} {
			for _, lang := range []string{"zh", "en"} {
				if text := messages.Text(lang, code, map[string]any{"item": "螺栓"}); !strings.Contains(text, "螺栓") || strings.Contains(text, "10") {
					t.Errorf("%s tells %q", code, text)
				}
			}
		}
	})
}

// TestDebtsThatAreTooOld: of a debt that is due since the first of the month, on the 21st.
func TestDebtsThatAreTooOld(t *testing.T) {
	firms(t, func(f *firm) {
		f.shop()
		f.set(map[string]string{"sales.credit": "refuse"})
		f.make("slow", party.Parties.Name, `{"name":"慢客户","credit_days":19}`)
		f.make("old", stock.Deliveries.Name, sold("slow", `"date":"2026-11-01","party":%s`, "1 12.5"))
		if got := f.says(stock.Deliveries.Name, "old", "post", ""); got != "done" {
			t.Fatal(got)
		}
		late := "sales.overdue%s at /%s customer=慢客户 days=%d"
		for _, s := range []struct{ name, party, act string }{{sales.Orders.Name, "customer", "confirm"}, {stock.Deliveries.Name, "party", "post"}} {
			body := sold("slow", `"`+s.party+`":%s`, "1 12.5")
			for _, c := range []struct {
				days      int
				rule      string
				told, act string
			}{
				{19, "refuse", "error " + fmt.Sprintf(late, "", s.party, 19), fmt.Sprintf(late, "", s.party, 19)},
				{19, "ask", "error " + fmt.Sprintf(late, "_unasked", s.party, 19) + "\nwarning " + fmt.Sprintf(late, "_ask", s.party, 19), fmt.Sprintf(late, "_unasked", s.party, 19)},
				{19, "warn", "warning " + fmt.Sprintf(late, "_warn", s.party, 19), "done"},
				{19, "allow", "", "done"}, {20, "refuse", "", "done"}, {0, "refuse", "", "done"},
			} {
				f.set(map[string]string{"sales.credit": c.rule})
				if _, err := f.do("", "base.party", "update", f.ids["slow"], fmt.Sprintf(`{"credit_days":%d}`, c.days)); err != nil {
					t.Fatal(err)
				}
				p := f.try(s.name, "", body)
				if got := warned(p); got != c.told {
					t.Errorf("%s %+v: told %s", s.name, c, got)
				}
				if got := told(p, "/"+s.party); !strings.Contains(got, "逾期自 2026-11-01 credit") {
					t.Errorf("%s: facts %s", s.name, got)
				}
				f.make("sheet", s.name, body)
				if got := f.says(s.name, "sheet", s.act, ""); got != c.act {
					t.Errorf("%s %+v: %s", s.name, c, got)
				}
			}
		}
		f.set(map[string]string{"sales.credit": "refuse"})
		if _, err := f.do("", "base.party", "update", f.ids["slow"], `{"credit_days":19}`); err != nil {
			t.Fatal(err)
		}
		f.make("till", settlement.MoneyAccounts.Name, `{"code":"1","name":"现金","kind":"cash","holder":$liP;}`)
		f.make("paid", settlement.Receipts.Name, `{"party":$slow;,"lines":[{"money_account":$till;,"amount":"12.5"}]}`) // the oldest is paid
		if got := f.says(settlement.Receipts.Name, "paid", "post", ""); got != "done" {
			t.Fatal(got)
		}
		f.make("sheet", stock.Deliveries.Name, sold("slow", `"party":%s`, "1 12.5"))
		if got := f.says(stock.Deliveries.Name, "sheet", "post", ""); got != "done" {
			t.Errorf("who has paid what was due: %s", got)
		}
		_, err := f.do("", "base.party", "update", f.ids["slow"], `{"credit_days":3651}`)
		if list, _ := problem.From(err); list.Error() != "party.credit_days at /credit_days" {
			t.Errorf("ten years of patience: %v", err)
		}
	})
}

// TestMoneyAccountsOfAllKinds: which account of the books each kind is looked for under.
func TestMoneyAccountsOfAllKinds(t *testing.T) {
	for kind, role := range map[string]string{"cash": "cash", "bank": "bank", "wechat": "wechat", "alipay": "alipay", "pos": "wechat", "private": "other_receivable", "other": "bank"} {
		if got := (&settlement.MoneyAccount{Kind: kind}).Role(); got != role {
			t.Errorf("%s is under %s, want %s", kind, got, role)
		}
	}
	options := map[string]bool{}
	for _, o := range settlement.MoneyAccounts.ByName["kind"].Options {
		options[o.Value] = (&settlement.MoneyAccount{Kind: o.Value}).Role() != ""
	}
	if len(options) != 7 {
		t.Errorf("kinds: %v", options)
	}
}
