package browser

import (
	"testing"
)

// A draft that was saved once is saved by itself: what is typed is there on another station without a button, posting posts it
// once, and of two who write the second is told when he saves.
func TestDraftsAreSavedByThemselves(t *testing.T) {
	t.Parallel()
	for _, see := range []screen{{lang: "zh"}, {lang: "en", phone: true}} {
		t.Run(see.lang, func(t *testing.T) {
			s := counter(t)
			p := newPerson(t, s, see, "autosave-"+see.lang)
			s.admit(p)
			made := s.call("POST", deliveries, object{"party": id(s.list("/api/v1/base/parties")[0]), "lines": []object{{"item": id(s.list("/api/v1/base/items")[0]), "qty": "3", "price": "12.55"}}})
			at := "/r/stock.delivery/" + itoa(id(made))
			b := p.tab(at)
			b.inBooks = true
			b.chip("draft")
			b.put("#f-note", "下午送")
			if !see.phone {
				b.click(`[data-cell="0/qty"]`, "")
				b.put(`[data-cell="0/qty"] input`, "4")
			}
			b.find("[data-autosaved]", "")
			b.look("saved")
			want := map[bool]string{false: "50.20", true: "37.65"}[see.phone]
			same := func(note, state string) {
				if got := s.call("GET", deliveries+"/"+itoa(id(made)), nil); got["note"] != note || got["gross"] != want || got["state"] != state {
					t.Errorf("the sheet is %v %v %v, want %s %s %s", got["note"], got["gross"], got["state"], note, want, state)
				}
			}
			same("下午送", "draft")
			b.visit(at)
			b.chip("draft")
			b.gone(".banner")
			s.seen = `"` + itoa(int64(s.call("GET", deliveries+"/"+itoa(id(made)), nil)["version"].(float64))) + `"`
			s.call("PATCH", deliveries+"/"+itoa(id(made)), object{"note": "上午送"})
			s.seen = ""
			b.put("#f-note", "明天送")
			b.look("meanwhile")
			b.do("stock.delivery", "post")
			b.click(".el-message-box button", b.words.say(t, "record.reload"))
			b.do("stock.delivery", "post")
			b.chip("posted")
			same("上午送", "posted")
		})
	}
}
