package browser

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

const newOrder = "/r/sales.order/new"

// TestDoingItWrong is what happens to real people: they save nothing, click twice, reload, lose the line.
func TestDoingItWrong(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setUp()
	s.goods("东风机械厂", "六角螺栓", "平垫圈", "弹簧垫圈")
	p := newPerson(t, s, screen{lang: "zh"}, "wrong")
	s.admit(p)
	b := p.tab("/")
	parts(t, p,
		part{"an empty save", b.emptySave},
		part{"a double click", b.doubleClick},
		part{"a double click on post", b.doublePost},
		part{"back after saving", b.backAfterSaving},
		part{"back in the middle", b.backInTheMiddle},
		part{"reload in the middle", b.reloadInTheMiddle},
		part{"two tabs", b.twoTabs},
		part{"paste from a spreadsheet", b.pasteRows},
		part{"paste five hundred rows", b.pasteMany},
		part{"huge numbers", b.hugeNumbers},
		part{"mark-up in a name", b.markUp},
		part{"the line is cut", b.lineCut},
		part{"the answer is lost", b.answerLost},
		part{"the answer is lost, then sold", b.lostThenSold},
		part{"the answer to a sale is lost", b.saleLost},
		part{"the answer to an action is lost", b.actionLost},
	)
}

// fillOrder types a small order into an empty page.
func (b *tab) fillOrder(qty string) {
	b.t.Helper()
	b.visit(newOrder)
	b.toCustomer()
	b.choose("东风")
	b.enterUntil(`[data-cell="0/item"]`)
	b.choose("六角")
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write(qty)
}

func (b *tab) emptySave() {
	b.visit(newOrder)
	b.toCustomer()
	b.save()
	b.find(`.bar .wrong[role="alert"]`, "")
	b.find(`[data-field="customer"] .bad.small`, "")
	b.find(`[data-field="customer"] input[aria-invalid="true"]`, "")
	b.look("empty-save")
	b.shop.count(orders, 0)
}

func (b *tab) doubleClick() {
	b.fillOrder("2")
	button := b.find(".page.record .buttons button", b.words.say(b.t, "record.saveDraft"))
	b.must(button.Click(proto.InputMouseButtonLeft, 2), "double click")
	b.at(`^/r/sales\.order/\d+`)
	b.chip("draft")
	b.look("double-click")
	b.shop.count(orders, 1)
}

func (b *tab) backAfterSaving() {
	b.open(newOrder)
	b.toCustomer()
	b.choose("东风")
	b.enterUntil(`[data-cell="0/item"]`)
	b.choose("平垫圈")
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("3")
	b.save()
	b.at(`^/r/sales\.order/\d+`)
	b.shop.count(orders, 2)
	b.must(b.page.NavigateBack(), "back")
	b.at("^/$")
	b.look("back-after-saving")
	b.shop.count(orders, 2)
}

// doublePost posts a sheet with a double click: it is posted once, owed once, and moves the goods once.
func (b *tab) doublePost() {
	b.visit("/r/stock.delivery/new")
	b.cursorIn(".page.record")
	b.enterUntil("#f-party")
	b.choose("东风")
	b.enterUntil(`[data-cell="0/item"]`)
	b.choose("六角")
	b.enterUntil(`[data-cell="0/qty"]`)
	b.write("6")
	b.enterUntil(`[data-cell="1/item"]`)
	b.shop.adds("/api/v1/settlement/open-items", 1, func() {
		b.must(b.find(".page.record .buttons .primary", "").Click(proto.InputMouseButtonLeft, 2), "double click")
		b.at(`^/r/stock\.delivery/\d+`)
		b.chip("posted")
	})
	b.look("double-post")
	made := b.shop.list("/api/v1/stock/deliveries")
	if len(made) != 1 || made[0]["state"] != "posted" || made[0]["gross"] != "75.00" {
		b.t.Errorf("the deliveries are %v, want one of 75.00", made)
	}
}

// backInTheMiddle leaves a sheet that is not saved: the page asks, keeps what was typed for who stays, and forgets it for
// who leaves.
func (b *tab) backInTheMiddle() {
	b.open(newOrder)
	b.toCustomer()
	b.choose("东风")
	b.enterUntil(`[data-cell="0/item"]`)
	b.must(b.page.NavigateBack(), "back")
	b.see(b.words.say(b.t, "record.leaveAsk"))
	b.look("leave-ask")
	b.click(".el-message-box button", b.words.say(b.t, "record.stay"))
	b.until("the question is gone", `() => ![...document.querySelectorAll('.el-message-box')].some(e => e.getClientRects().length)`)
	b.at("^" + newOrder + "$")
	b.until("the customer stays", `() => document.querySelector('#f-customer')?.value === '东风机械厂'`)
	b.must(b.page.NavigateBack(), "back again")
	b.click(".el-message-box button", b.words.say(b.t, "record.leave"))
	b.at("^/$")
	b.open(newOrder)
	b.find("#f-customer", "")
	b.until("the page is empty", `() => document.querySelector('#f-customer')?.value === ''`)
	b.shop.count(orders, 2)
}

func (b *tab) reloadInTheMiddle() {
	b.fillOrder("7")
	b.until("the draft is kept", `() => Object.keys(sessionStorage).some(k => k.startsWith('zg:draft:'))`)
	b.must(b.page.Timeout(patience).Reload(), "reload")
	b.see(b.words.say(b.t, "record.restored"))
	b.until("the customer is back", `() => document.querySelector('#f-customer')?.value === '东风机械厂'`)
	b.seeIn(`[data-cell="0/item"]`, "六角螺栓")
	b.seeIn(`[data-cell="0/qty"]`, "7")
	b.look("restored")
	b.click("button", b.words.say(b.t, "record.discard"))
	b.until("the page is empty again", `() => document.querySelector('#f-customer')?.value === ''`)
	b.shop.count(orders, 2)
}

// twoTabs edits one order on two pages: the second is told, and sees the first one's words after loading again.
func (b *tab) twoTabs() {
	path := "/r/sales.order/" + itoa(id(b.shop.list(orders)[0]))
	b.visit(path)
	b.find("#f-note", "")
	other := b.tab(path)
	defer func() { _ = other.page.Close() }()
	other.find("#f-note", "")
	b.activate()
	b.put("#f-note", "第一个人")
	b.save()
	b.see(b.words.say(b.t, "record.saved"))
	other.activate()
	other.put("#f-note", "第二个人")
	other.save()
	reload := other.words.say(b.t, "record.reload")
	other.find(".el-message-box button", reload)
	const plain = "别人刚改过，请刷新后再改。要重新载入最新内容吗？你未保存的修改将丢失。"
	if got := other.eval(`() => document.querySelector('.el-message-box__message').innerText.trim()`); got != plain {
		b.t.Errorf("the second person reads %q, want %q", got, plain)
	}
	other.look("conflict")
	other.click(".el-message-box button", reload)
	other.until("the other's words are there", `() => document.querySelector('#f-note')?.value === '第一个人'`)
}

func (b *tab) activate() {
	b.t.Helper()
	_, err := b.page.Activate()
	b.must(err, "bring to the front")
}

func (b *tab) pasteRows() {
	b.visit(newOrder)
	b.toCustomer()
	b.choose("东风")
	b.enterUntil(`[data-cell="0/item"]`)
	b.paste("商品\t数量\t单价\n六角螺栓\t1,000\t1.20\n平垫圈\t20\t0.35\n弹簧垫圈\t30\t0.5\n")
	for cell, text := range map[string]string{"0/item": "", "0/qty": "1,000", "0/price": "1.2", "1/item": "平垫圈", "1/qty": "20",
		"2/item": "弹簧垫圈", "2/qty": "30", "2/price": "0.5"} {
		b.seeIn(`[data-cell="`+cell+`"]`, text)
	}
	b.seeIn("[data-lines] tfoot", "1,222.00")
	b.look("pasted")
	b.save()
	b.at(`^/r/sales\.order/\d+`)
	b.shop.count(orders, 3)
	if got := b.shop.list(orders); got[0]["gross"] != "1222.00" && got[len(got)-1]["gross"] != "1222.00" {
		b.t.Errorf("no order of 1222.00 came of the paste: %v", got)
	}
}

// paste is Ctrl+V of cells copied elsewhere.
func (b *tab) paste(cells string) {
	b.t.Helper()
	b.acts++
	b.eval(`text => { const data = new DataTransfer(); data.setData('text/plain', text)
		document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }`, cells)
}

// pasteMany is a whole list: five hundred lines stand on the sheet with their sum, and are saved in one go.
func (b *tab) pasteMany() {
	const rows = 500
	b.visit(newOrder)
	b.toCustomer()
	b.choose("东风")
	b.enterUntil(`[data-cell="0/item"]`)
	var cells strings.Builder
	for i := range rows {
		fmt.Fprintf(&cells, "%s\t%d\t0.50\r\n", []string{"六角螺栓", "平垫圈", "弹簧垫圈"}[i%3], i+1)
	}
	began := time.Now()
	b.paste("商品\t数量\t单价\r\n" + cells.String())
	b.seeIn("[data-lines] tfoot", "62,625.00") // half of 1 + 2 … + 500
	b.look("pasted-500")
	b.t.Logf("five hundred rows stand on the sheet after %s", time.Since(began).Round(time.Millisecond))
	began = time.Now()
	b.shop.adds(orders, 1, func() {
		b.save()
		b.at(`^/r/sales\.order/\d+`)
		b.chip("draft")
	})
	b.t.Logf("and are saved after %s", time.Since(began).Round(time.Millisecond))
	of, _ := strconv.Atoi(b.eval(`() => location.pathname.split('/').pop()`))
	made := b.shop.call("GET", orders+"/"+strconv.Itoa(of), nil)
	if lines, _ := made["lines"].([]any); len(lines) != rows || made["gross"] != "62625.00" {
		b.t.Errorf("%d lines of %v were saved, want %d of 62625.00", len(lines), made["gross"], rows)
	}
}

func (b *tab) hugeNumbers() {
	b.shop.adds(orders, 0, func() {
		b.fillOrder("99999999999999999999")
		b.save()
		b.find(`.bar .wrong[role="alert"]`, "")
		b.look("huge-quantity")
		b.fillOrder("9000000000")
		b.enterUntil(`[data-cell="0/price"]`)
		b.write("9000000000")
		b.save()
		b.find(`.bar .wrong[role="alert"]`, "")
		b.look("huge-amount")
	})
}

func (b *tab) markUp() {
	const name = `<img src=x onerror="window.taken=1"><b>粗</b>`
	made := b.shop.call("POST", "/api/v1/base/parties", object{"name": name})
	for _, path := range []string{"/r/base.party", "/r/base.party/" + itoa(id(made))} {
		b.visit(path)
		b.until("the name is there", `n => document.body.innerText.includes(n) || [...document.querySelectorAll('input')].some(e => e.value === n)`, name)
	}
	b.look("mark-up")
	b.visit(newOrder)
	b.toCustomer()
	b.choose("<img")
	b.until("the name is typed as it is", `n => document.querySelector('#f-customer').value === n`, name)
	if b.eval(`() => 'taken' in window || !!document.querySelector('#app img[src="x"]')`) == "true" {
		b.t.Error("a name was run as mark-up")
	}
}

func (b *tab) offline(cut bool) {
	b.t.Helper()
	b.must(proto.NetworkEnable{}.Call(b.page), "watch the network")
	b.must(proto.NetworkEmulateNetworkConditions{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}.Call(b.page), "cut the line")
}

func (b *tab) lineCut() {
	b.fillOrder("4")
	b.shop.adds(orders, 1, func() {
		b.shop.adds(orders, 0, func() {
			b.offline(true)
			b.save()
			b.see(b.words.say(b.t, "error.offline"))
			b.look("offline")
		})
		b.offline(false)
		b.save()
		b.at(`^/r/sales\.order/\d+`)
	})
}
