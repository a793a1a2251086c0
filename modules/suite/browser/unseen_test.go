package browser

import "testing"

// TestAStorekeepersSheet: a storekeeper opens a delivery that waits, writes a new one and sees it among all sheets, without a
// price on any of them; what he wrote has the prices of the firm.
func TestAStorekeepersSheet(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh", phone: true}, {lang: "en", phone: true}, {lang: "zh"}, {lang: "en"}} {
		name := see.lang + map[bool]string{true: "-phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			s := yard(t)
			named := func(path, name string) object {
				for _, one := range s.list(path) {
					if one["name"] == name {
						return one
					}
				}
				t.Fatalf("%s has no %s", path, name)
				return nil
			}
			party, bolt, first := id(named("/api/v1/base/parties", "East Machines")), id(named("/api/v1/base/items", "Bolt")), int64(0)
			for _, one := range s.list(deliveries) { // 20 bolts and 4 nuts at 12.50
				if one["gross"] == "300.00" {
					first = id(one)
				}
			}
			s.call("POST", "/api/v1/session", object{"login": "wang", "password": password})
			s.call("PUT", "/api/v1/session/lang", object{"lang": see.lang})
			draft := id(s.call("POST", deliveries, object{"party": party, "lines": []object{{"item": bolt, "qty": "2"}}}))
			p := newPerson(t, s, see, "unseen-"+name)
			s.admit(p)
			b := p.tab("/r/stock.delivery/" + itoa(first))
			b.inBooks = true // units and warehouse were named in Chinese
			priceless := func(what string) {
				t.Helper()
				b.until(what+" tells no price", `() => !/12[.]50|300[.]00|undefined|NaN|25[.]00/.test(document.querySelector('main').innerText + [...document.querySelectorAll('main input')].map((one) => one.value).join(' '))`)
			}
			b.see("East Machines")
			b.see("20")
			priceless("the sheet that waits")
			b.look("sent")
			b.visit("/r/stock.delivery/" + itoa(draft))
			b.until("the customer of the draft is there", `() => [...document.querySelectorAll('main input')].some((one) => one.value.includes('East Machines'))`)
			priceless("his draft")
			b.look("draft")
			b.visit("/r/stock.delivery")
			b.see("East Machines")
			priceless("the list")
			b.look("list")
			b.visit("/sheets")
			b.see("East Machines")
			priceless("the sheet centre")
			b.look("centre")
			s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": password})
			if one := s.call("GET", deliveries+"/"+itoa(draft), nil); one["gross"] != "25.00" {
				t.Errorf("what he wrote comes to %v", one["gross"])
			}
		})
	}
}
