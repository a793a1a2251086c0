package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

const newDelivery = "/r/stock.delivery/new"

// TestPricesAtTheCounter: a sheet takes the price of the customer, tells where it comes from, takes it anew for another
// customer, leaves what was typed, and gives things away.
func TestPricesAtTheCounter(t *testing.T) {
	t.Parallel()
	for see, called := range map[screen][2]string{{lang: "zh"}: {"和顺五金", "老板"}, {lang: "en"}: {"Harmony Hardware", "Owner"}} {
		t.Run(see.lang, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.call("POST", "/api/v1/setup", object{"company": called[0], "trade": "trading", "books": true, "name": called[1], "login": bossLogin, "password": password, "lang": see.lang})
			n := names[see.lang]
			_, items := s.goods(n.customer, n.item)
			level := id(s.list("/api/v1/base/price-levels")[0])
			s.seen = `"1"`
			s.call("PATCH", "/api/v1/base/items/"+itoa(items[0]), object{"prices": []object{{"level": level, "price": "11"}}})
			s.seen = ""
			second := id(s.call("POST", "/api/v1/base/parties", object{"name": "Zenith", "price_level": level}))
			s.call("POST", "/api/v1/base/customer-prices", object{"party": second, "item": items[0], "price": "9.9", "valid_from": "2020-01-01"})
			p := newPerson(t, s, see, "prices-"+see.lang)
			s.admit(p)
			b := p.tab(newDelivery)
			b.lookFor("#f-party", n.customer)
			b.lookFor(`[data-cell="0/item"]`, n.item)
			b.seeIn(`[data-cell="0/price"]`, "12.5")
			b.lookFor(`[data-cell="1/item"]`, n.item)
			b.seeIn(`[data-cell="1/price"]`, "12.5")
			b.click(`[data-cell="1/price"]`, "")
			b.put(`[data-cell="1/price"] input`, "8")
			b.press(input.Enter)
			b.look("list-price")
			b.put("#f-party", "Zenith")
			b.answered("Zenith")
			b.click(".panel .line:not(.create)", "")
			b.seeIn(`[data-cell="0/price"]`, "9.9")
			b.seeIn(`[data-cell="1/price"]`, "8")
			b.click(`[data-cell="0/price"]`, "")
			b.look("customer-price")
			for path, step := range map[string]string{"/r/base.item/" + itoa(items[0]): "item", "/r/base.party/" + itoa(second): "party", "/r/base.customer_price": "customer-prices", "/r/base.price_level": "levels",
				"/r/settlement.money_account/new": "money-account", "/r/base.bin/new": "bin"} {
				b.visit(path)
				b.look(step)
			}
		})
	}
}
