package browser

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// TestOpenings is the first evening of an owner: what there is goes onto one page, by keys only, and one key makes one
// balanced voucher of it.
func TestOpenings(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setUp()
	s.goods("东风机械厂", "六角螺栓")
	p := newPerson(t, s, screen{lang: "zh"}, "openings")
	s.admit(p)
	b := p.tab("/")
	b.open("/r/opening.balance/new")
	b.cursorIn(".page.record")
	cell := func(set, name string) string { return `[data-lines="` + set + `"] [data-cell="0/` + name + `"]` }
	for _, step := range []struct{ set, name, look, write string }{
		{"stock", "item", "六角", ""}, {"stock", "qty", "", "100"}, {"stock", "price", "", "7.5"},
		{"receivables", "party", "东风", ""}, {"receivables", "amount", "", "300"},
		{"money", "money_account", "现金", ""}, {"money", "amount", "", "1000"},
		{"others", "account", "固定资产", ""}, {"others", "debit", "", "5000"},
	} {
		b.enterUntil(cell(step.set, step.name))
		if step.look != "" {
			b.choose(step.look)
		} else {
			b.write(step.write)
		}
	}
	for field, want := range map[string]string{"stock_value": "750.00", "receivable": "300.00", "funds": "1,000.00", "other_debit": "5,000.00", "difference": "7,050.00"} {
		b.seeIn(`[data-field="`+field+`"]`, want)
	}
	b.look("filled")
	b.press(input.F9)
	b.at(`^/r/opening\.balance/\d+`)
	b.chip("posted")
	b.look("posted")
	vouchers := s.list("/api/v1/ledger/vouchers")
	if len(vouchers) != 1 || vouchers[0]["total"] != "7050.00" {
		t.Errorf("the vouchers are %v, want one of 7050.00", vouchers)
	}
	b.owes("300.00")
	b.books()
}
