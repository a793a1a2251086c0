package browser

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// yard is a shop whose storekeeper, Wang, confirms what leaves: one sheet can be shipped, of another one half is there.
func yard(t *testing.T) *shop {
	s := newShop(t)
	s.setUp()
	unit := id(s.list("/api/v1/base/units")[0])
	item := func(code, name, spec string) int64 {
		return id(s.call("POST", "/api/v1/base/items", object{"code": code, "name": name, "spec": spec, "unit": unit, "price": "12.50", "barcode": "69000000000" + code}))
	}
	bolt, nut := item("11", "Bolt", "M8×30"), item("12", "Nut", "M8")
	store := id(s.list("/api/v1/base/warehouses")[0])
	s.call("POST", "/api/v1/base/bins", object{"warehouse": store, "item": bolt, "bin": "A-02"})
	s.call("POST", "/api/v1/base/bins", object{"warehouse": store, "item": nut, "bin": "A-01"})
	supplier := id(s.call("POST", "/api/v1/base/parties", object{"name": "North Works", "customer": false, "supplier": true}))
	in := s.call("POST", "/api/v1/stock/receipts", object{"party": supplier, "warehouse": store, "lines": []object{{"item": bolt, "qty": "30", "price": "5"}, {"item": nut, "qty": "6", "price": "1"}}})
	s.act(in, "/api/v1/stock/receipts/", "post", object{})
	s.call("PUT", "/api/v1/settings", object{"stock.ships": "storekeeper"})
	for _, one := range []struct {
		name, city string
		lines      []object
	}{
		{"East Machines", "Ningbo", []object{{"item": bolt, "qty": "20"}, {"item": nut, "qty": "4"}}},
		{"West Tools", "Hangzhou", []object{{"item": nut, "qty": "10"}}},
	} {
		party := id(s.call("POST", "/api/v1/base/parties", object{"name": one.name, "city": one.city, "address": "Dock Road 7", "phone": "13800000007"}))
		sheet := s.call("POST", deliveries, object{"party": party, "warehouse": store, "lines": one.lines})
		s.act(sheet, deliveries+"/", "post", object{})
	}
	ordered := s.call("POST", "/api/v1/purchasing/orders", object{"supplier": supplier, "warehouse": store, "lines": []object{{"item": nut, "qty": "50", "price": "1"}}})
	s.act(ordered, "/api/v1/purchasing/orders/", "confirm", object{})
	for login, role := range map[string]string{"wang": "storekeeper", "zhao": "office"} {
		person := s.call("POST", "/api/v1/base/people", object{"code": login, "name": login})
		made := s.call("POST", usersAPI, object{"login": login, "name": login, "roles": role, "person": id(person)})
		s.act(made, usersAPI+"/", "set_password", object{"password": password})
	}
	return s
}

// TestTheStorekeeper picks two sheets in one walk, ships one as it is and of the other what is there; the rest waits on.
func TestTheStorekeeper(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh", phone: true}, {lang: "en", phone: true}, {lang: "zh"}, {lang: "en"}} {
		name := see.lang + map[bool]string{true: "-phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			s := yard(t)
			s.call("POST", "/api/v1/session", object{"login": "wang", "password": password})
			s.call("PUT", "/api/v1/session/lang", object{"lang": see.lang})
			p := newPerson(t, s, see, "ware-"+name)
			s.admit(p)
			b := p.tab("/warehouse/out")
			b.inBooks = true // units and warehouse were named in Chinese
			b.see("East Machines")
			b.look("out")
			b.put(".find input", "6900000000011")
			b.until("the barcode finds one sheet", `() => document.querySelectorAll('.card').length === 1`)
			b.put(".find input", "")
			b.until("both are there again", `() => document.querySelectorAll('.card').length === 2`)
			b.click(`.card:nth-child(1) input[type="checkbox"]`, "")
			b.click(`.card:nth-child(2) input[type="checkbox"]`, "")
			b.click(".bar .btn.primary", "")
			b.at(`^/warehouse/picking`)
			b.seeIn("tbody", "A-01")
			b.click(`tbody tr:nth-child(1) input`, "")
			b.look("picking")
			first := s.list(deliveries)[1]
			b.visit("/r/stock.delivery/" + itoa(id(first)))
			b.find("header .buttons button", map[string]string{"zh": "确认发货", "en": "Confirm shipment"}[see.lang])
			b.press(input.F9)
			b.at(`^/warehouse/out`)
			b.find(".ship-dialog .lines", "")
			b.look("ship")
			b.click(".ship-dialog .btn.primary", "")
			b.until("one is left", `() => document.querySelectorAll('.card').length === 1`)
			b.click(`.card .btn.primary`, "")
			b.find(".ship-dialog .lines", "")
			b.click(".ship-dialog form > .btn", "") // as much as is there
			b.find(".ship-dialog .rest", "")
			b.put(`.ship-dialog input[name="reason"]`, "2 left")
			b.look("short")
			b.click(".ship-dialog .btn.primary", "")
			b.until("the rest waits", `() => document.querySelectorAll('.card .amber').length === 1`)
			b.look("rest")
			b.visit("/warehouse/in")
			b.see("North Works")
			b.look("in")
			s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": password})
			made := s.list(deliveries)
			if len(made) != 3 || made[2]["state"] != "posted" || made[2]["gross"] != "300.00" || made[1]["gross"] != "25.00" || made[1]["ship_note"] != "2 left" ||
				made[0]["state"] != "sent" || made[0]["gross"] != "100.00" || made[0]["number"] == "" {
				t.Errorf("the sheets are %v", made)
			}
		})
	}
}

// photo is a file as a phone's camera makes it.
func photo(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "signed.png")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(file, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTheDriver answers for his stops on the phone: money and a photo of the signed copy at the first, the second refuses. The
// storekeeper closes the run.
func TestTheDriver(t *testing.T) {
	t.Parallel()
	picture := photo(t)
	for _, see := range []screen{{lang: "zh", phone: true}, {lang: "en", phone: true}, {lang: "zh"}, {lang: "en"}} {
		name := see.lang + map[bool]string{true: "-phone"}[see.phone]
		t.Run(name, func(t *testing.T) {
			s := yard(t)
			s.call("PUT", "/api/v1/settings", object{"stock.negative": "allow"})
			var stops []object
			for _, one := range s.list(deliveries) {
				s.act(one, deliveries+"/", "ship", object{})
				stops = append([]object{{"delivery": id(one), "to_collect": one["gross"]}}, stops...)
			}
			var driver int64
			for _, one := range s.list("/api/v1/base/people") {
				if one["name"] == "zhao" {
					driver = id(one)
				}
			}
			card := id(s.call("POST", "/api/v1/settlement/money-accounts", object{"code": "Z", "name": "Zhao's card", "kind": "private", "holder": driver}))
			const runs = "/api/v1/dispatch/runs"
			run := s.call("POST", runs, object{"driver": driver, "vehicle": "A-12345", "money_account": card, "stops": stops})
			s.act(run, runs+"/", "start", object{})
			s.call("POST", "/api/v1/session", object{"login": "zhao", "password": password})
			s.call("PUT", "/api/v1/session/lang", object{"lang": see.lang})
			p := newPerson(t, s, see, "bring-"+name)
			s.admit(p)
			b := p.tab("/bring")
			b.inBooks = true // units were named in Chinese
			b.see("East Machines")
			b.see("300.00")
			b.click("li:nth-child(1) summary", "")
			b.look("tour")
			b.click("li:nth-child(1) button", "")
			b.find(".stop-dialog input[name=collected]", "")
			b.look("answer")
			b.click(".stop-dialog .btn.primary", "")
			b.until("the money is there", `() => document.querySelector('li .state').className.includes('live')`)
			b.find("li:nth-child(1) input[type=file]", "").MustSetFiles(picture)
			b.until("the picture is kept", `() => document.querySelector('li .acts label').innerText.includes('1')`)
			b.click("li:nth-child(2) button", "")
			b.click(".stop-dialog input[value=refused]", "")
			b.put(".stop-dialog input[name=told]", "wrong size")
			b.look("refused")
			b.click(".stop-dialog .btn.primary", "")
			b.see("wrong size")
			b.look("answered")
			s.call("POST", "/api/v1/session", object{"login": "wang", "password": password})
			if run = s.list(runs)[0]; run["collected"] != nil || run["missing"] != nil {
				t.Errorf("the storekeeper is told what was collected: %v", run)
			}
			s.act(run, runs+"/", "close", object{})
			s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": password})
			if run = s.list(runs)[0]; run["collected"] != "300.00" || run["missing"] != "125.00" {
				t.Errorf("the run is %v", run)
			}
			paid := s.list("/api/v1/settlement/receipts")
			if len(paid) != 1 || paid[0]["amount"] != "300.00" || paid[0]["settled"] != "300.00" {
				t.Errorf("the receipts are %v", paid)
			}
			first := itoa(int64(stops[0]["delivery"].(int64)))
			if kept := s.call("GET", deliveries+"/"+first+"/files", nil); len(kept["items"].([]any)) != 1 {
				t.Errorf("with the delivery lie %v", kept)
			}
		})
	}
}
