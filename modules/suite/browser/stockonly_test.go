package browser

import "testing"

// TestStockOnly is a shop that wants no books: it sells at once and meets no word of accounting. Later it changes its
// mind, and from then on every sale has its voucher.
func TestStockOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	p := newPerson(t, s, screen{lang: "zh"}, "stock-only")
	b := p.tab("/")
	b.at("^/setup")
	b.click(".setup label.check", p.words.say(t, "setup.noBooks"))
	b.setUp()
	b.beginWithOrders()
	s.goods("东风机械厂", "六角螺栓")
	b.withoutBooks()
	b.sellNow("2")
	s.count(deliveries, 1)
	s.count("/api/v1/settlement/open-items", 1)
	s.count("/api/v1/ledger/vouchers", 0)
	b.look("first-sale")
	b.withoutBooks()
	b.booksLater()
	b.sellNow("3")
	s.count(deliveries, 2)
	s.count("/api/v1/ledger/vouchers", 1)
	b.books()
}

// sellNow writes an order and ships it with one key.
func (b *tab) sellNow(qty string) {
	b.t.Helper()
	b.fillOrder(qty)
	b.sell()
	b.at(`^/r/sales\.order/\d+`)
	b.chip("closed")
}

// withoutBooks holds that the map of the home page knows no accounting.
func (b *tab) withoutBooks() {
	b.t.Helper()
	b.visit("/")
	b.find(`.home a[href="/r/sales.order"]`, "")
	for _, word := range []string{"凭证", "科目", "账簿", "会计", "资产负债表", "利润表"} {
		b.sees(word, false)
	}
}

// booksLater switches the books on where the company decides such things.
func (b *tab) booksLater() {
	b.t.Helper()
	b.visit("/settings")
	b.click(".settings nav button", "账簿")
	b.look("settings-books")
	b.click(`[data-field="company.books"] input`, "")
	b.click(".settings .btn.primary", "")
	b.see(b.words.say(b.t, "record.saved"))
	b.look("books-on")
	b.visit("/")
	b.find(`.home a[href="/r/ledger.voucher"]`, "")
}
