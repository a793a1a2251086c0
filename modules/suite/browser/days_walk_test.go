package browser

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-rod/rod/lib/input"

	"zhanggui/modules/kernel/money"
)

const (
	followUps   = "/api/v1/crm/follow-ups"
	quotations  = "/api/v1/sales/quotations"
	receipts    = "/api/v1/settlement/receipts"
	openItems   = "/api/v1/settlement/open-items"
	vouchersAPI = "/api/v1/ledger/vouchers"
	counts      = "/api/v1/stock/counts"
	claims      = "/api/v1/office/claims"
	leaves      = "/api/v1/office/leaves"
	tasks       = "/api/v1/office/tasks"
	workLogs    = "/api/v1/office/work-logs"
	sharedFiles = "/api/v1/office/shared-files"
)

// carryOut presses an action of the record: a button of its own, or one behind "more".
func (d *day) carryOut(resource, act string) {
	d.t.Helper()
	label := d.label("actions", resource, act)
	d.find(".page.record .buttons button", "")
	d.until("the page is quiet", `() => !document.querySelector('.skeleton') && ![...document.querySelectorAll('.el-overlay')].some(e => e.getClientRects().length)`)
	if d.eval(`s => { // beside its name a button says its key
		for (const e of document.querySelectorAll('.page.record .buttons > .btn')) {
			e.toggleAttribute('data-wanted', e.getClientRects().length > 0 && e.firstChild?.textContent.trim() === s)
		}
		return !!document.querySelector('[data-wanted]') }`, label) == "true" {
		d.click("[data-wanted]", "")
		return
	}
	for _, menu := range []string{"modify.undo", "record.more"} { // what takes a sheet back stands beside what puts it right
		word := d.words.say(d.t, menu)
		if d.eval(`s => [...document.querySelectorAll('.page.record .buttons button')].some(e => e.innerText.includes(s))`, word) != "true" {
			continue
		}
		d.click(".page.record .buttons button", word)
		d.find(".pop .menu-item", "")
		if d.eval(`s => [...document.querySelectorAll('.pop .menu-item')].some(e => e.innerText.trim().startsWith(s))`, label) == "true" {
			break
		}
		d.press(input.Escape)
	}
	d.click(".pop .menu-item", label)
}

// answer sends the dialog that an action opened.
func (d *day) answer() {
	d.t.Helper()
	d.click(".el-dialog button[type=submit]", "")
	d.gone(".el-dialog")
}

// firstLine writes the first line of a sheet: in the grid at a desk; on the phone in its dialog, or on the page where little of
// it is typed. What begins with ? is looked up.
func (d *day) firstLine(set string, cells [][2]string) {
	d.t.Helper()
	at, asked := `[data-lines="`+set+`"]`, "#line-"
	if d.screen.phone {
		d.find(at+" button.add, "+at+" [data-only]", "")
		if d.eval(`css => !!document.querySelector(css)`, at+" [data-only]") == "true" {
			asked = "#only-"
		} else {
			d.click(at+" button.add", "")
		}
	}
	for _, one := range cells {
		css := asked + one[0]
		if !d.screen.phone {
			cell := at + ` [data-cell="0/` + one[0] + `"]`
			css = cell + " input"
			d.into(cell)
		}
		if name, looked := strings.CutPrefix(one[1], "?"); looked {
			d.lookFor(css, name)
		} else {
			d.put(css, one[1])
		}
	}
	if d.screen.phone && asked == "#line-" {
		d.click(".el-dialog button.primary", d.words.say(d.t, "common.done"))
		d.gone(".el-dialog")
	}
}

// into puts the cursor into a cell. What the program knows of a customer comes beneath his name and moves the lines down:
// who clicked beside the cell clicks again.
func (d *day) into(cell string) {
	d.t.Helper()
	for range 5 {
		d.click(cell, "")
		if d.eval(`async css => { for (let n = 0; n < 20 && !document.querySelector(css); n++) await new Promise(r => setTimeout(r, 100))
			return !!document.querySelector(css) }`, cell+" input") == "true" {
			return
		}
	}
	d.must(errors.New("five clicks did not open it"), cell)
}

// row opens the record of a list or report that says a text.
func (d *day) row(text, pattern string) {
	d.t.Helper()
	d.until("there is a row of "+text, `s => [...document.querySelectorAll('main tbody tr, main .cards li')].some(e => e.innerText.includes(s))`, text)
	d.eval(`s => [...document.querySelectorAll('main tbody tr, main .cards li')].find(e => e.innerText.includes(s)).setAttribute('data-walked', '')`, text)
	if d.screen.phone && d.eval(`() => !!document.querySelector('li[data-walked]')`) == "true" {
		d.click("[data-walked] button", "")
	} else {
		d.click("[data-walked] td:nth-child(2)", "")
	}
	d.at(pattern)
}

// salesperson keeps a promise to call, looks what the customer paid before, offers, and makes the order.
func (d *day) salesperson() {
	w, name := d.w, d.w.customer["name"].(string)
	d.find(".home .tile", "")
	d.page("home")
	d.open("/report/crm.reminders")
	d.see(dueTalk)
	d.page("reminders")
	d.row(dueTalk, `^/r/crm\.follow_up/\d+`)
	d.chip("planned")
	d.page("follow-up")
	d.carryOut("crm.follow_up", "complete")
	d.put("#act-result", "周五前要货")
	d.answer()
	d.chip("done")
	w.is(w.newest(followUps, "subject:eq:"+dueTalk), object{"state": "done", "result": "周五前要货", "done_at": firmToday})
	d.visit("/r/base.party/" + itoa(id(w.customer)))
	d.see(name)
	d.find(".related .row-link", "")
	d.page("customer")
	d.visit("/report/sales.prices?customer=" + itoa(id(w.customer)))
	d.see(w.item["name"].(string))
	d.page("prices")
	d.visit("/r/base.party/" + itoa(id(w.customer)))
	d.click(".related .make", "")
	d.click(".pop .menu-item", d.label("resource", "sales.quotation", ""))
	d.at(`^/r/sales\.quotation/new`)
	d.until("the customer is filled in", `s => document.querySelector('#f-customer')?.value.includes(s)`, name)
	d.firstLine("lines", [][2]string{{"item", "?" + w.item["code"].(string)}, {"qty", "2"}, {"price", "25"}})
	d.page("quotation")
	d.carryOut("sales.quotation", "send")
	d.chip("sent")
	offer := w.newest(quotations)
	w.is(offer, object{"state": "sent", "gross": "50.00", "customer": w.customer["id"], "date": firmToday})
	d.carryOut("sales.quotation", "order")
	d.find(".el-dialog button[type=submit]", "")
	d.answer()
	d.until("the offer is accepted", `async path => (await (await fetch(path)).json()).state === 'accepted'`, quotations+"/"+itoa(id(offer)))
	d.visit("/r/sales.order/" + itoa(id(w.newest(orders, "quotation:eq:"+itoa(id(offer))))))
	d.chip("draft")
	d.carryOut("sales.order", "confirm")
	d.chip("confirmed")
	d.page("order")
	w.is(w.newest(orders), object{"state": "confirmed", "gross": "50.00", "quotation": offer["id"]})
	d.visit("/report/crm.ranking?measure=sales&from=2026-06&to=2026-06") // nothing is asked of July yet
	d.seeIn(".report", "陈晓燕")
	d.page("ranking")
}

// storekeeper ships what was ordered and counts what is left.
func (d *day) storekeeper() {
	w, code := d.w, d.w.item["code"].(string)
	d.find(".home .tile", "")
	d.page("home")
	d.click(`.home .tile.deliver .waiting`, "")
	d.at(`^/r/sales\.order\?filter=`)
	order := w.newest(orders, "state:eq:confirmed")
	d.see(w.customer["name"].(string))
	d.page("to-deliver")
	d.row(order["number"].(string), `^/r/sales\.order/`+itoa(id(order)))
	d.chip("confirmed")
	d.carryOut("sales.order", "deliver")
	d.find(".el-dialog input", "")
	d.look("deliver")
	d.answer()
	d.chip("closed")
	d.page("delivered")
	w.is(w.newest(deliveries), object{"state": "posted", "date": firmToday, "party": w.customer["id"]}) // what it is sold for he is not told
	d.open("/report/stock.on_hand")
	d.find(".report tbody tr", "")
	d.page("stock")
	if got := w.inStore(w.item); got != w.stored-2 {
		d.t.Errorf("%d lie in the store, want %d less 2", got, w.stored)
	}
	d.open("/r/stock.count")
	d.find(".page-head a.btn.primary", "")
	d.page("counts")
	d.click(".page-head a.btn.primary", "")
	d.at(`^/r/stock\.count/new`)
	d.firstLine("lines", [][2]string{{"item", "?" + code}, {"counted", itoa(int64(w.stored - 3))}})
	d.page("count")
	d.carryOut("stock.count", "post")
	d.at(`^/r/stock\.count/\d+`)
	d.chip("posted")
	d.page("counted")
	if got := w.inStore(w.item); got != w.stored-3 {
		d.t.Errorf("%d lie in the store after the count, want %d less 3", got, w.stored)
	}
	lines := w.newest(counts, "state:eq:posted")["lines"].([]any)
	w.is(lines[0].(object), object{"counted": itoa(int64(w.stored - 3)), "qty": itoa(int64(w.stored - 2))})
}

// boss follows a figure to its rows, decides, and takes the analysis along in Excel.
func (d *day) boss() {
	w := d.w
	d.find(".home .figure", "")
	d.page("home")
	d.click(`.home .figure[href*="rows=month"]`, "") // what was sold this year
	d.at(`^/report/insight\.sales\?.*to=` + firmToday)
	d.find(".report .title", "")
	d.page("figure")
	d.visit("/cockpit")
	d.find(".cockpit .panel", "")
	d.click(".cockpit .panel details summary", "")
	d.page("cockpit")
	d.click(".cockpit .panel details button.link", map[string]string{"zh": "6", "en": "Jun"}[d.screen.lang])
	d.at(`^/report/insight\.sales\?from=2026-06-01.*to=2026-06-30`)
	d.find(".report tbody tr", "")
	d.page("june")
	first := w.call("GET", "/api/v1/inbox", nil)["items"].([]any)[0].(object)
	d.visit("/inbox")
	d.see(first["label"].(string))
	d.page("inbox")
	d.decide(d.acting(), "agree", "")
	path, _, _ := strings.Cut(strings.TrimPrefix(first["to"].(string), "/r/"), "/")
	d.visit(first["to"].(string))
	d.chip(map[string]string{"sales.order": "confirmed", "office.claim": "posted"}[path])
	d.page("decided")
	d.pivot()
}

// pivot puts months beside each other and compares the sum on the page, in the program and in Excel.
func (d *day) pivot() {
	w := d.w
	d.visit("/report/insight.sales?from=2026-05-01&to=2026-06-30&rows=customer&measure=net")
	d.find(".report tbody tr", "")
	if d.screen.phone {
		d.click(".page-head button", d.words.say(d.t, "report.conditions"))
	}
	d.pick("#p-columns", "month")
	d.at(`columns=month`)
	d.seeIn(".report thead", "2026-06")
	d.page("pivot")
	answer := w.call("GET", "/api/v1/reports/insight.sales?from=2026-05-01&to=2026-06-30&rows=customer&measure=net&columns=month", nil)
	totals := answer["totals"].(object)
	rows := readSheet(d.t, d.download(".page-head a.btn", d.words.say(d.t, "list.export")))
	d.until("the page says the sum", `s => document.querySelector('.report tfoot').innerText.replaceAll(',', '').includes(s)`, totals["c2"])
	if totals["c1"] != "13945.74" || totals["c2"] != "22028.14" {
		d.t.Errorf("May and June are %v, want 13945.74 and 22028.14", totals)
	}
	if !slices.ContainsFunc(rows, func(row []string) bool { return row[1] == "13945.74" && row[2] == "22028.14" }) {
		d.t.Errorf("the sums of May and June are not in Excel: %q", rows)
	}
}

// owed sums what is open of the customer.
func (w *town) owed() int64 {
	w.t.Helper()
	sum := int64(0)
	for _, one := range w.find(openItems, "party:eq:"+itoa(id(w.customer))) {
		amount, err := money.ParseAmount(one["open"].(string))
		if err != nil {
			w.t.Fatal(err)
		}
		sum += int64(amount)
	}
	return sum
}

// accountant takes in what the customer pays, reviews its voucher, and looks whether the books agree.
func (d *day) accountant() {
	w := d.w
	d.find(".home .tile", "")
	d.page("home")
	before := w.owed()
	d.click(`.home .tile.receive_money .lead`, "")
	d.at(`^/r/settlement\.receipt/new`)
	d.lookFor("#f-party", w.customer["code"].(string))
	d.firstLine("lines", [][2]string{{"money_account", "?现金"}, {"amount", "50"}})
	d.page("receipt")
	d.carryOut("settlement.receipt", "post")
	d.at(`^/r/settlement\.receipt/\d+`)
	d.chip("posted")
	d.page("received")
	made := w.newest(receipts)
	w.is(made, object{"state": "posted", "amount": "50.00", "settled": "50.00", "unapplied": "0.00", "party": w.customer["id"]})
	if got := w.owed(); got != before-5000 {
		d.t.Errorf("the customer owes %d 分, want %d less 5000", got, before)
	}
	d.open("/r/ledger.voucher")
	d.see(made["number"].(string))
	d.page("vouchers")
	d.row(made["number"].(string), `^/r/ledger\.voucher/\d+`)
	d.chip("draft")
	d.carryOut("ledger.voucher", "review")
	d.chip("reviewed")
	d.page("voucher")
	w.is(w.newest(vouchersAPI, "state:eq:reviewed"), object{"state": "reviewed", "total": "50.00", "period": "2026-07"})
	d.open("/report/ledger.trial_balance")
	d.find(".report tbody tr", "")
	d.page("trial-balance")
	totals := w.call("GET", "/api/v1/reports/ledger.trial_balance?from=2026-07-01&to=2026-07-31", nil)["totals"].(object)
	if totals["debit"] != totals["credit"] || totals["debit"] == "0.00" {
		d.t.Errorf("the trial balance of July is %v", totals)
	}
	d.row("1122", `^/report/ledger\.`)
	d.find(".report .title", "")
	d.page("subsidiary")
	d.open("/r/ledger.period")
	d.row("2026-06", `^/r/ledger\.period/\d+`)
	d.chip("open")
	d.page("period")
	d.open("/report/ledger.general_ledger")
	d.find(".report tbody tr", "")
	d.page("ledger")
	rows := readSheet(d.t, d.download(".page-head a.btn", d.words.say(d.t, "list.export")))
	if !slices.ContainsFunc(rows, func(row []string) bool { return row[0] == "1122" }) {
		d.t.Errorf("the ledger in Excel has no receivables: %q", rows)
	}
}

// office hands in what others decide, and keeps what all shall know.
func (d *day) office() {
	d.find(".home .tile", "")
	d.page("home")
	d.announcement()
	d.papers()
	d.plans()
	d.open("/calendar")
	d.see("寄七月对账单")
	d.page("calendar")
	d.open("/report/office.address_book")
	d.see("190 0574 1001")
	d.page("address-book")
	d.shares()
}

func (d *day) announcement() {
	w := d.w
	d.open("/r/office.announcement")
	d.see(announced)
	d.page("announcements")
	d.row(announced, `^/r/office\.announcement/\d+`)
	d.carryOut("office.announcement", "mark_read")
	d.until("the button is gone", `s => ![...document.querySelectorAll('.page.record .buttons button')].some(e => e.innerText.trim().startsWith(s))`, d.label("actions", "office.announcement", "mark_read"))
	d.page("announcement")
	w.is(w.newest("/api/v1/office/announcements"), object{"title": announced, "seen": 2, "state": "published"}) // the boss wrote it
}

// papers are a claim and a leave: both wait for somebody.
func (d *day) papers() {
	w := d.w
	d.visit("/r/office.claim/new")
	d.put("#f-reason", "七月电话费")
	d.firstLine("lines", [][2]string{{"category", "?05"}, {"amount", "386.5"}})
	d.page("claim")
	d.carryOut("office.claim", "post")
	d.at(`^/r/office\.claim/\d+`)
	d.chip("waiting")
	d.page("claimed")
	w.is(w.newest(claims), object{"state": "waiting", "total": "386.50", "reason": "七月电话费"})
	d.visit("/r/office.leave/new")
	d.pick("#f-kind", "annual")
	d.put("#f-from_date", "2026-07-06")
	d.put("#f-to_date", "2026-07-07")
	d.put("#f-reason", "回老家")
	d.page("leave")
	d.carryOut("office.leave", "post")
	d.at(`^/r/office\.leave/\d+`)
	d.chip("waiting")
	d.page("asked-for")
	w.is(w.newest(leaves), object{"state": "waiting", "days": "2", "kind": "annual"})
	d.visit("/inbox?box=mine")
	for _, of := range []string{"office.claim", "office.leave"} { // the last two, and both say whose they are
		d.seeIn(".inbox .item", d.label("resource", of, "")+" 何婷")
	}
	d.page("my-papers")
}

// plans are a task that is begun and finished, and the log of the day.
func (d *day) plans() {
	w := d.w
	d.visit("/r/office.task/new")
	d.put("#f-subject", "寄七月对账单")
	d.put("#f-due", "2026-07-03")
	d.click(".page.record .buttons .btn", d.words.say(d.t, "record.save"))
	d.at(`^/r/office\.task/\d+`)
	d.chip("open")
	d.carryOut("office.task", "start")
	d.chip("doing")
	d.page("task")
	w.is(w.newest(tasks), object{"state": "doing", "due": "2026-07-03", "subject": "寄七月对账单"})
	d.visit("/r/office.work_log/new")
	d.put("#f-done", "整理了对账单")
	d.page("log")
	d.carryOut("office.work_log", "submit")
	d.at(`^/r/office\.work_log/\d+`)
	d.chip("submitted")
	d.page("logged")
	w.is(w.newest(workLogs), object{"state": "submitted", "done": "整理了对账单", "date": firmToday})
}

// shares puts a file where all find it.
func (d *day) shares() {
	w := d.w
	d.open("/r/office.shared_file")
	d.find(".page-head .btn.primary", "")
	d.page("shared-files")
	d.visit("/r/office.shared_file/new")
	d.put("#f-title", "差旅标准")
	d.lookFor("#f-folder", folder)
	d.page("new-file")
	d.click(".page.record .buttons .btn", d.words.say(d.t, "record.save"))
	d.at(`^/r/office\.shared_file/\d+`)
	file := workbook(d.t, [][]string{{"城市", "住宿"}, {"上海", "500"}})
	el, err := d.tab.page.Timeout(patience).Element(".versions input[type=file]")
	d.must(err, "the input for files")
	d.must(el.SetFiles([]string{file}), "choose "+file)
	d.see("商品.xlsx")
	d.page("shared")
	w.is(w.newest(sharedFiles), object{"title": "差旅标准", "latest": 1, "file_name": "商品.xlsx"})
}
