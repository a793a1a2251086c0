package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// Once the shop has counted everything, a sheet that takes more than there is asks: back leaves it as it was typed, and yes
// posts it once and says so on the sheet.
func TestMoreThanThereIsIsAskedAfterACount(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			s := counter(t)
			bolt := id(s.byCode("1"))
			s.call("POST", "/api/v1/stock/other-in?action=post", object{"lines": []object{{"item": bolt, "qty": "3", "price": "2"}}})
			s.call("POST", "/api/v1/stock/counts?action=post", object{"lines": []object{{"item": bolt, "counted": "2"}}})
			words := map[string][3]string{"zh": {"仍要过账", "返回修改", "已确认：Bolt 主仓库 2 → -3"}, "en": {"Post all the same", "Back", "Agreed: Bolt 主仓库 2 → -3"}}[lang]
			p := newPerson(t, s, screen{lang: lang}, "below-"+lang)
			s.admit(p)
			b := p.tab(newDelivery)
			b.inBooks = true
			b.sheetOf("1", "5")
			b.press(input.F9)
			b.seeIn(".el-message-box", "-3")
			b.look("asked")
			b.click(".el-message-box__btns button", words[1])
			b.gone(".el-message-box")
			b.at("^" + newDelivery)
			s.count(deliveries, 0)
			b.look("back")
			b.press(input.F9)
			b.seeIn(".el-message-box", "-3")
			b.click(".el-message-box__btns button", words[0])
			b.at(`^/r/stock\.delivery/\d+`)
			b.chip("posted")
			b.look("posted")
			made := s.list(deliveries)
			if len(made) != 1 || made[0]["state"] != "posted" {
				t.Fatalf("sheets %v", made)
			}
			if got := s.call("GET", deliveries+"/"+itoa(id(made[0])), nil)["below"]; got != words[2] {
				t.Errorf("the sheet says %q, want %q", got, words[2])
			}
		})
	}
}
