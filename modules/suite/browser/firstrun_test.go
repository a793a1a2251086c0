package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// TestFirstRun is somebody who has never seen the program: from the set-up page to a balanced trial balance.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name string
		see  screen
	}{{"chinese", screen{lang: "zh"}}, {"english", screen{lang: "en"}}, {"phone", screen{lang: "zh", phone: true}},
		{"english-phone", screen{lang: "en", phone: true}}} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			p := newPerson(t, s, one.see, "first-"+one.name)
			began := time.Now()
			b := p.tab("/")
			b.setUp()
			b.beginWithOrders()
			if !b.screen.phone {
				b.openingByKeys()
				b.orderByKeys()
				b.receiptByKeys()
			} else {
				b.openingByThumb()
				b.orderByThumb()
				b.receiptByThumb()
			}
			b.books()
			b.inBooks = false
			if !b.screen.phone {
				b.sellByKeys()
			}
			took := time.Since(began).Round(100 * time.Millisecond)
			if took > 5*time.Minute {
				t.Errorf("the first run took %s", took)
			}
			t.Logf("the first run: %d user actions, %s", b.acts, took)
		})
	}
}

// beginWithOrders shows what a new firm does not show: it sells by writing sheets, and this journey begins with orders.
func (b *tab) beginWithOrders() {
	b.t.Helper()
	status := b.eval(`async () => String((await fetch('/api/v1/settings', {method: 'PUT',
		headers: {'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID()}, body: JSON.stringify({'company.profile': 'full'})})).status)`)
	if status != "200" {
		b.t.Fatalf("the way of working is refused with %s", status)
	}
	b.visit("/")
}

// setUp fills the first page and lands on the home page.
func (b *tab) setUp() {
	b.t.Helper()
	b.at("^/setup")
	b.see(b.words.say(b.t, "setup.title"))
	b.look("set-up")
	b.put(`.setup input[autocomplete="organization"]`, b.names().company)
	b.put(`.setup input[autocomplete="name"]`, b.names().person)
	b.put(`.setup input[autocomplete="username"]`, bossLogin)
	for _, css := range []string{".two > label:nth-of-type(3) input", ".two > label:nth-of-type(4) input"} {
		b.put(".setup "+css, password)
	}
	b.click(".setup button[type=submit]", "")
	b.until("the home page has doors", `() => location.pathname === '/' && document.querySelectorAll('.home a').length > 5`)
	b.look("home")
	s := b.shop
	s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": password})
}

// quickCreate fills the small form that opens for "not found: create".
func (b *tab) quickCreate(values map[string]string, order ...string) {
	b.t.Helper()
	b.cursorIn(".el-dialog")
	b.look("create-" + order[0])
	for _, name := range order {
		b.enterUntil("#quick-" + name)
		if name == "unit" {
			b.choose(values[name])
			continue
		}
		b.write(values[name])
	}
	b.acts++
	b.must(b.page.KeyActions().Press(input.ControlLeft).Type(input.Enter).Do(), "Ctrl+Enter")
	b.until("the small form closes", `() => !document.querySelector('.el-dialog')`)
}

// notFound types a name nobody knows and takes "create".
func (b *tab) notFound(name string) {
	b.t.Helper()
	b.write(name)
	b.until("the look-up offers to create", `() => !!document.querySelector('.panel .line.create.on')`)
	b.press(input.Enter)
}

func (b *tab) openingByKeys() {
	b.t.Helper()
	b.open("/r/opening.balance/new")
	b.until("the page is ready", `() => !!document.querySelector('[data-lines] table') && document.activeElement !== document.body`)
	b.enterUntil(`[data-cell="0/item"]`)
	b.notFound(b.names().item)
	b.quickCreate(map[string]string{"price": "12.5"}, "price")
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("100")
	b.enterUntil(`[data-cell="0/price"]`)
	b.write("7.5")
	b.look("opening-stock")
	b.press(input.F9)
	b.at(`^/r/opening\.balance/\d+`)
	b.chip("posted")
	b.look("opening-stock-posted")
}

// chip waits for the state of the record on the page: every colour of chip stands for one state.
func (b *tab) chip(state string) {
	b.t.Helper()
	b.until("the record is "+state, `async want => {
		const [, , of, id] = location.pathname.split('/')
		const meta = window.zgMeta ??= await (await fetch('/api/v1/meta', {headers: {'Accept-Language': document.documentElement.lang}})).json()
		const one = meta.resources[of].states.find(s => s.name === want)
		return [...document.querySelectorAll('.page.record .state')].some(e => e.innerText.trim() === one.label) }`, state)
}

func (b *tab) orderByKeys() {
	b.t.Helper()
	b.open("/r/sales.order/new")
	b.toCustomer()
	b.notFound(b.names().customer)
	b.quickCreate(map[string]string{"contact": "李师傅"}, "contact")
	b.t.Logf("Enter from the customer to the lines: %d times", b.enterUntil(`[data-cell="0/item"]`))
	b.choose(b.names().itemPart)
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("20")
	b.enterUntil(`[data-cell="1/item"]`)
	b.seeIn(`[data-cell="0/amount"], [data-cell="0/gross"]`, "250.00")
	b.look("order")
	b.press(input.F9)
	b.at(`^/r/sales\.order/\d+`)
	b.chip("confirmed")
	b.look("order-confirmed")
	b.deliver()
}

// sellByKeys is the whole chain with one key: ordered, shipped, owed.
func (b *tab) sellByKeys() {
	b.t.Helper()
	b.open(newOrder)
	b.toCustomer()
	b.choose(b.names().customerPart)
	b.enterUntil(`[data-cell="0/item"]`)
	b.choose(b.names().itemPart)
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("2")
	b.press(input.F10)
	b.cursorIn(".el-message-box")
	b.look("sell-asks")
	b.press(input.Enter)
	b.at(`^/r/sales\.order/\d+`)
	b.chip("closed")
	b.look("sold")
	b.shop.count(deliveries, 2)
	b.shop.count("/api/v1/settlement/open-items", 2)
}

// deliver ships the order shown and looks at what came of it.
func (b *tab) deliver() {
	b.t.Helper()
	deliver := b.label("actions", "sales.order", "deliver")
	b.click(".page.record .buttons button", deliver)
	b.find(".el-dialog input", "")
	b.look("deliver")
	b.click(".el-dialog button[type=submit]", deliver)
	b.chip("closed")
	b.open("/r/stock.delivery")
	b.see(b.names().customer)
	b.look("deliveries")
	b.shop.count(deliveries, 1)
	b.owes("250.00")
}

// owes looks at the one receivable.
func (b *tab) owes(open string) {
	b.t.Helper()
	b.open("/r/settlement.open_item")
	b.see(b.names().customer)
	b.look("open-items")
	items := b.shop.list("/api/v1/settlement/open-items")
	if len(items) != 1 || items[0]["open"] != open {
		b.t.Errorf("the open items are %v, want one of %s", items, open)
	}
}

func (b *tab) receiptByKeys() {
	b.t.Helper()
	b.open("/r/settlement.receipt/new")
	b.cursorIn("#f-party")
	b.choose(b.names().customerPart)
	b.enterUntil(`[data-cell="0/amount"]`)
	b.write("250")
	b.enterUntil(`[data-cell="0/money_account"]`)
	b.press(input.F7)
	b.find(".panel .line", "")
	b.look("receipt-account")
	b.press(input.Enter)
	b.press(input.F9)
	b.at(`^/r/settlement\.receipt/\d+`)
	b.chip("posted")
	b.look("receipt-posted")
	b.owesNothing()
}

// owesNothing holds that the receipt settled the whole debt.
func (b *tab) owesNothing() {
	b.t.Helper()
	made := b.shop.list("/api/v1/settlement/receipts")
	if len(made) != 1 || made[0]["settled"] != "250.00" || made[0]["unapplied"] != "0.00" {
		b.t.Errorf("the receipts are %v, want one of 250.00 that is settled whole", made)
	}
}

// books looks at a voucher and at the trial balance, whose two sides must be equal and not zero.
func (b *tab) books() {
	b.t.Helper()
	b.inBooks = true
	b.open("/r/ledger.voucher")
	rows := "table.grid tbody tr.go"
	if b.screen.phone {
		rows = "ul.cards button.card"
	}
	b.find(rows, "")
	b.look("vouchers")
	b.click(rows, "")
	b.at(`^/r/ledger\.voucher/\d+`)
	b.until("the voucher has lines", `() => !!document.querySelector('[data-lines] tbody tr, [data-lines] li')`)
	b.look("voucher")
	b.open("/report/ledger.trial_balance")
	b.until("the trial balance has rows", `() => !!document.querySelector('.report tfoot td, .report tr.total td')`)
	b.look("trial-balance")
	// Figures come in pairs of debit and credit; what is not a figure stands before them.
	totals := strings.Fields(b.eval(`() => [...(document.querySelector('.report tfoot tr') ?? document.querySelector('.report tr.total')).cells]
		.map(c => c.innerText.trim()).filter(s => /^-?[\d,]+\.\d\d$/.test(s)).join(' ')`))
	if len(totals) == 0 || len(totals)%2 != 0 {
		b.t.Fatalf("the totals of the trial balance are %v", totals)
	}
	for i := 0; i < len(totals); i += 2 {
		if totals[i] != totals[i+1] {
			b.t.Errorf("the trial balance does not balance: %v", totals)
		}
	}
}

// unitCame waits for what the server knows of the item: it comes under the fingers of whoever types on at once.
func (b *tab) unitCame() {
	b.t.Helper()
	b.until("the unit is filled", `() => (document.querySelector('#line-unit')?.value ?? '-') !== ''`)
}

// line opens a line on the phone and fills it.
func (b *tab) line(set string, refs, values [][2]string) {
	b.t.Helper()
	b.click(`[data-lines="`+set+`"] button.add`, "")
	for _, one := range refs {
		b.lookFor("#line-"+one[0], one[1])
	}
	b.unitCame()
	for _, one := range values {
		b.put("#line-"+one[0], one[1])
	}
	b.look("line-" + set)
	b.click(".el-dialog button.primary", b.words.say(b.t, "common.done"))
	b.until("the line closes", `() => ![...document.querySelectorAll('.el-dialog')].some(e => e.getClientRects().length)`)
}

func (b *tab) openingByThumb() {
	b.t.Helper()
	b.click(`nav.bottom a[href="/create"]`, "")
	b.at("^/create$")
	b.until("home is gone", `() => !document.querySelector('.home')`)
	b.look("phone-create")
	b.click(`a[href="/r/opening.balance/new"]`, "")
	b.find(`[data-lines="stock"] button.add`, "")
	b.look("phone-opening")
	b.click(`[data-lines="stock"] button.add`, "")
	b.acts++
	b.must(b.find("#line-item", "").Click(proto.InputMouseButtonLeft, 1), "tap the item")
	b.write(b.names().item)
	b.answered(b.names().item)
	b.click(".panel .line.create", "")
	b.put("#quick-price", "12.5")
	b.look("phone-create-item")
	b.click(".el-dialog button[type=submit]", "")
	b.until("the small form closes", `() => !document.querySelector('#quick-price')`)
	b.unitCame()
	b.put("#line-qty", "100")
	b.put("#line-price", "7.5")
	b.click(".el-dialog button.primary", b.words.say(b.t, "common.done"))
	b.until("the line closes", `() => ![...document.querySelectorAll('.el-dialog')].some(e => e.getClientRects().length)`)
	b.look("phone-opening-filled")
	b.click(".page.record .buttons .primary", "")
	b.at(`^/r/opening\.balance/\d+`)
	b.chip("posted")
	b.look("phone-opening-posted")
}

func (b *tab) orderByThumb() {
	b.t.Helper()
	b.open("/r/sales.order/new")
	b.acts++
	b.must(b.find("#f-customer", "").Click(proto.InputMouseButtonLeft, 1), "tap the customer")
	b.write(b.names().customer)
	b.answered(b.names().customer)
	b.click(".panel .line.create", "")
	b.find("#quick-name", "")
	b.click(".el-dialog button[type=submit]", "")
	b.until("the small form closes", `() => !document.querySelector('#quick-name')`)
	b.line("lines", [][2]string{{"item", b.names().itemPart}}, [][2]string{{"qty", "20"}})
	b.seeIn(`[data-lines="lines"]`, "250.00")
	b.look("phone-order")
	b.click(".page.record .buttons .primary", "")
	b.at(`^/r/sales\.order/\d+`)
	b.chip("confirmed")
	b.look("phone-order-confirmed")
	b.deliver()
}

func (b *tab) receiptByThumb() {
	b.t.Helper()
	b.open("/r/settlement.receipt/new")
	b.lookFor("#f-party", b.names().customerPart)
	b.click(`[data-only] [data-field="money_account"] button.pick`, "")
	b.click(".panel .line", "")
	b.put("#only-amount", "250")
	b.look("phone-receipt")
	b.click(".page.record .buttons .primary", "")
	b.at(`^/r/settlement\.receipt/\d+`)
	b.chip("posted")
	b.owesNothing()
}
