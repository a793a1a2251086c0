package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// fittings is a shop for pipe fittings with a customer, as texts call them.
func fittings(t *testing.T) *shop {
	s := newShop(t)
	s.setUp()
	made := func(code, name string) int64 {
		return id(s.call("POST", "/api/v1/base/units", object{"code": code, "name": name}))
	}
	unit, roll, carton := made("Q-GE", "颗"), made("Q-JUAN", "盘"), made("Q-XIANG", "整箱")
	for _, one := range []object{
		{"code": "QF15", "name": "铜球阀", "spec": "DN15", "unit": unit, "price": "12.5", "min_price": "10", "barcode": "6901234567892"},
		{"code": "QF20", "name": "铜球阀", "spec": "DN20", "unit": unit, "price": "18"},
		{"code": "SLD10", "name": "生料带", "spec": "10米", "unit": roll, "price": "0.8", "units": []object{{"unit": carton, "ratio": "500"}}},
		{"code": "SLD20", "name": "生料带", "spec": "20米", "unit": roll, "price": "1.5"},
	} {
		s.call("POST", "/api/v1/base/items", one)
	}
	s.call("POST", "/api/v1/base/parties", object{"code": "C1", "name": "宏发五金", "contact": "陈国强", "phone": "13800000001", "address": "建设路 18 号"})
	return s
}

var everyScreen = []struct {
	name string
	see  screen
}{{"zh", screen{lang: "zh"}}, {"en", screen{lang: "en"}}, {"zh-phone", screen{lang: "zh", phone: true}}, {"en-phone", screen{lang: "en", phone: true}}}

// A text fills a sheet; a guess is corrected by one tap and another confirmed; nothing is posted before somebody posts.
func TestATextBecomesASheet(t *testing.T) {
	t.Parallel()
	for _, one := range everyScreen {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			p := newPerson(t, s, one.see, "spoken-"+one.name)
			s.admit(p)
			b := p.tab(newDelivery)
			b.inBooks = true
			b.click(".talk button", "")
			b.put(".dictate-dialog textarea", "宏发 4分球阀20 12块5，生料带100盘，送生料带20米2盘，10米生料带一整箱，合计330，收100，明天送到工地")
			b.look("text")
			b.click(".dictate-dialog .primary", "")
			b.until("the guesses are shown", `() => document.querySelectorAll('.told .one').length === 2`)
			b.look("filled")
			if made := s.list(deliveries); len(made) != 0 {
				t.Errorf("nothing was saved, and there is %v", made)
			}
			b.click(".told .one button", b.words.say(t, "dictate.right")) // 宏发 is 宏发五金
			b.click(".told .one button", "生料带 20米")
			b.gone(".told .one")
			b.until("the total that was said is not that of the sheet", `() => document.querySelector('.told .amber')`)
			b.look("corrected")
			b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 1), "post")
			b.at(`^/r/stock\.delivery/\d+`)
			b.chip("posted")
			b.look("posted")
			made := s.list(deliveries)
			if len(made) != 1 || made[0]["gross"] != "800.00" || made[0]["paid_now"] != "100.00" || made[0]["note"] != "明天送到工地" {
				t.Errorf("the sheets are %v", made)
			}
			b.gone(".told")
		})
	}
}
