package trading_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/stock"
)

// ordersOnly sees everything but deliveries; ownOnly what is his own.
type (
	ordersOnly struct{}
	ownOnly    struct{}
)

func (ordersOnly) Can(object, _ string) bool      { return object != "stock.delivery" }
func (ordersOnly) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }
func (ownOnly) Can(string, string) bool           { return true }
func (ownOnly) Scope(string) kernel.ScopeLevel    { return kernel.ScopeOwn }

// TestPricesOfACustomer: what was ordered and delivered stands there twice, what was sold without an order once, and a
// draft not at all.
func TestPricesOfACustomer(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		s.make("other", party.Parties.Def, `{"name":"大同"}`)
		ordered := s.order("confirm", `{"date":"2026-11-10","customer":$customer,"discount":"10","lines":[{"item":$bolt,"qty":"10","price":"12.5","discount":"0.1"},{"item":$nut,"qty":"3","price":"0.333333"}]}`)
		s.must(s.act(s.c.Def("sales.order"), ordered.ID, "deliver", `{"date":"2026-11-12"}`))
		s.make("direct", stock.Deliveries.Def, `{"date":"2026-11-12","party":$customer,"lines":[{"item":$bolt,"qty":"2","price":"11"}]}`)
		s.must(s.act(stock.Deliveries.Def, s.ids["direct"], "post", `{}`))
		s.make("draft", stock.Deliveries.Def, `{"date":"2026-11-13","party":$customer,"lines":[{"item":$bolt,"qty":"1","price":"1"}]}`)
		s.order("", `{"date":"2026-11-13","customer":$customer,"lines":[{"item":$bolt,"qty":"1","price":"2"}]}`)
		s.order("confirm", `{"date":"2026-11-14","customer":$other,"lines":[{"item":$bolt,"qty":"1","price":"9"}]}`)
		s.order("confirm", `{"date":"2024-11-20","customer":$customer,"lines":[{"item":$bolt,"qty":"7","price":"8"}]}`)
		all := kernel.SystemActor()
		all.Lang = "en"
		orders := []string{"2026-11-10 Sales order 螺栓 10 12.5 0.1 127.13 12.713 /r/sales.order/", "2026-11-10 Sales order 螺母 3 0.333333 0 1.13 0.376667 /r/sales.order/"}
		deliveries := []string{"2026-11-12 Delivery 螺栓 2 11 0 24.86 12.43 /r/stock.delivery/", "2026-11-12 Delivery 螺栓 10 12.5 0.1 127.13 12.713 /r/stock.delivery/",
			"2026-11-12 Delivery 螺母 3 0.333333 0 1.13 0.376667 /r/stock.delivery/"}
		for _, c := range []struct {
			what   string
			actor  *kernel.Actor
			params string
			want   []string
		}{
			{"everything", all, "", append(deliveries[:3:3], orders...)},
			{"one item", all, "item=$nut", []string{deliveries[2], orders[1]}},
			{"the last of each item", all, "last=true", []string{deliveries[0], deliveries[2]}},
			{"from long ago", all, "from=2020-01-01", append(append(deliveries[:3:3], orders...), "2024-11-20 Sales order 螺栓 7 8 0 63.28 9.04 /r/sales.order/")},
			{"from a day", all, "from=2026-11-11", deliveries},
			{"up to a day", all, "to=2026-11-10", append(orders[:2:2], "2024-11-20 Sales order 螺栓 7 8 0 63.28 9.04 /r/sales.order/")},
			{"no customer", all, "customer=", nil},
			{"no right to deliveries", &kernel.Actor{UserID: 1, Lang: "en", Perms: ordersOnly{}}, "", orders},
			{"somebody else's", &kernel.Actor{UserID: 1, PersonID: 4711, Lang: "en", Perms: ownOnly{}}, "", nil},
		} {
			params := map[string]string{"customer": fmt.Sprint(s.ids["customer"])}
			if name, value, given := strings.Cut(strings.ReplaceAll(c.params, "$nut", fmt.Sprint(s.ids["nut"])), "="); given {
				params[name] = value
			}
			var got []string
			err := s.c.View(context.Background(), c.actor, func(v *kernel.View) error {
				table, err := s.c.Report("sales.prices").Run(v, params)
				if err != nil {
					return err
				}
				if note := "No dates were given: these are the prices of the last 24 months, from 2024-11-21."; params["customer"] != "" &&
					strings.Contains(fmt.Sprint(table.Notes), note) != (params["from"] == "2024-11-21") {
					t.Errorf("%s: notes %v", c.what, table.Notes)
				}
				for _, r := range table.Rows {
					x := r.Values
					to := r.To[:strings.LastIndexByte(r.To, '/')+1]
					got = append(got, fmt.Sprint(x["date"], " ", x["kind"], " ", x["item"], " ", x["qty"], " ", x["price"], " ", x["discount"], " ", x["gross"], " ", x["real"], " ", to))
				}
				return nil
			})
			if err != nil || strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("%s: %v\n%s\nwant\n%s", c.what, err, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		}
	})
}
