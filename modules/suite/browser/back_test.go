package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// The lines of the original stand in the grid as soon as it is chosen, without those that came back already; what is posted
// is what was seen.
func TestAReturnShowsItsOriginal(t *testing.T) {
	t.Parallel()
	for _, one := range everyScreen {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := fittings(t)
			party, house := id(s.list("/api/v1/base/parties")[0]), id(s.list("/api/v1/base/warehouses")[0])
			ball, tape := id(s.byCode("QF15")), id(s.byCode("SLD10"))
			sold := s.call("POST", deliveries+"?action=post", object{"date": "2026-11-02", "party": party, "warehouse": house,
				"lines": []object{{"item": ball, "qty": "20", "price": "12"}, {"item": tape, "qty": "3", "price": "1"}}})
			s.call("POST", "/api/v1/stock/sales-returns?action=post", object{"date": "2026-11-03", "party": party, "warehouse": house, "source": id(sold),
				"lines": []object{{"item": tape, "qty": "3", "price": "1"}}})
			p := newPerson(t, s, one.see, "back-"+one.name)
			s.admit(p)
			b := p.tab("/r/stock.sales_return/new?source=" + itoa(id(sold)))
			b.inBooks = true
			b.see("铜球阀 DN15")
			b.see("240.00")
			if one.see.phone { // its terms are told in a line, and open by a tap
				b.seeIn(".tucked", "老板")
				b.gone("#f-handler")
				b.click(".tucked", "")
				b.find("#f-handler", "")
				b.gone(".tucked")
			} else {
				b.find("#f-handler", "")
			}
			b.look("filled")
			if b.eval(`() => document.querySelector('.page.record').innerText.includes('生料带')`) == "true" {
				t.Error("what came back already is offered again")
			}
			b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 1), "post")
			b.at(`^/r/stock\.sales_return/\d+`)
			b.chip("posted")
			b.look("posted")
			if back := s.list("/api/v1/stock/sales-returns"); len(back) != 2 || back[0]["gross"] != "240.00" && back[1]["gross"] != "240.00" {
				t.Errorf("the returns are %v", back)
			}
		})
	}
}
