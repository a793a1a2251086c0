package browser

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"

	"zhanggui/modules/kernel/jobs"
)

// TestSheetCentre walks a day of sheets: filters, a sheet and back, what is done to one from its row, two of two kinds on one
// run of paper, Excel, the daily report and the notice of it; with keys, and by touch in English.
func TestSheetCentre(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		screen               screen
		name, customer, item string
	}{
		{screen{lang: "zh"}, "sheets", "宏发五金", "六角螺栓"},
		{screen{lang: "en", phone: true}, "sheets-phone", "Harmony Hardware", "Hex bolt"},
	} {
		s := newShop(t)
		runner, err := jobs.Start(t.Context(), s.c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(runner.Stop)
		s.call("POST", "/api/v1/setup", object{"company": map[string]string{"zh": "和顺五金", "en": "Harmony"}[at.screen.lang], "trade": "trading", "books": false,
			"name": map[string]string{"zh": "老板", "en": "Boss"}[at.screen.lang], "login": bossLogin, "password": password, "lang": at.screen.lang})
		customer, made := s.goods(at.customer, at.item)
		sold := s.call("POST", soldAt+"?action=post", object{"party": customer, "lines": []object{{"item": made[0], "qty": "6", "price": "12.5"}}})
		s.call("POST", soldAt, object{"party": customer, "lines": []object{{"item": made[0], "qty": "2", "price": "10"}}})
		s.call("POST", "/api/v1/settlement/receipts?action=post", object{"party": customer, "lines": []object{{"amount": "30"}}})
		p := newPerson(t, s, at.screen, at.name)
		s.admit(p)
		b := p.tab("/sheets")
		if at.screen.phone {
			parts(t, p, part{"cards", func() { b.sheetCards(sold) }}, part{"the report", func() { b.dailyReport() }}, part{"the notice", func() { b.dailyNotice() }})
			continue
		}
		parts(t, p,
			part{"a day", func() { b.sheetsOfADay(sold) }},
			part{"filter and drill", func() { b.sheetsFiltered(sold) }},
			part{"copy and modify", func() { b.sheetsDone(sold) }},
			part{"print two", func() { b.sheetsPrinted() }},
			part{"take away", func() { b.sheetsTaken(sold) }},
			part{"the report", func() { b.dailyReport() }},
			part{"the notice", func() { b.dailyNotice() }},
		)
	}
}

// rowsOfCentre waits until the page has so many sheets.
func (b *tab) rowsOfCentre(want int) {
	b.t.Helper()
	b.until("the page has its sheets", `n => document.querySelectorAll('.sheets tbody tr, .cards li').length === n`, want)
}

func (b *tab) sheetsOfADay(sold object) {
	b.rowsOfCentre(3)
	b.seeIn(".sheets tbody", sold["number"].(string))
	b.seeIn(".sums tfoot", "105.00") // 75 sold and 30 received; the draft of 20 stands apart
	b.seeIn(".sums tfoot", "20.00")
	b.look("day")
}

func (b *tab) sheetsFiltered(sold object) {
	b.click(".sums td.link", b.label("resource", "stock.delivery", ""))
	b.rowsOfCentre(2)
	b.visit("/sheets?filter=" + url.QueryEscape("state:eq:draft"))
	b.rowsOfCentre(1)
	b.visit("/sheets?q=" + url.QueryEscape(sold["number"].(string)))
	b.rowsOfCentre(1)
	b.look("found")
	b.press(input.ArrowDown)
	b.until("the cursor is on the row", `() => document.activeElement?.matches('.sheets tbody tr')`)
	b.press(input.Enter)
	b.at(`^/r/stock\.delivery/\d+$`)
	b.chip("posted")
	b.page.MustNavigateBack()
	b.rowsOfCentre(1)
}

func (b *tab) sheetsDone(sold object) {
	b.press(input.ArrowDown)
	b.until("the cursor is on the row", `() => document.activeElement?.matches('.sheets tbody tr')`)
	b.press(input.F8)
	b.at(`^/r/stock\.delivery/` + itoa(id(sold)) + `$`)
	b.see(b.words.say(b.t, "modify.begin"))
	b.look("modify")
	b.visit("/sheets?q=" + url.QueryEscape(sold["number"].(string)))
	b.rowsOfCentre(1)
	b.click(".sheets tbody .dots", "")
	b.look("menu")
	b.click(".pop .menu-item", b.words.say(b.t, "record.copy"))
	b.at(`^/r/stock\.delivery/new`)
	b.until("the copy has the customer", `() => document.querySelector('#f-party')?.value === '宏发五金'`)
	b.visit("/sheets?filter=" + url.QueryEscape("state:eq:draft"))
	b.rowsOfCentre(1)
	b.click(".sheets tbody .dots", "")
	b.click(".pop .menu-item.danger", b.label("actions", "stock.delivery", "void"))
	b.look("void-asked")
	b.click(".el-message-box .el-button--primary, .el-message-box .danger", "")
	b.until("no draft is left", `() => !document.querySelector('.sheets tbody tr')`)
}

func (b *tab) sheetsPrinted() {
	b.visit("/sheets?filter=" + url.QueryEscape("state:eq:done"))
	b.rowsOfCentre(2)
	b.click(".sheets thead input", "")
	b.look("ticked")
	wait := b.page.MustWaitOpen()
	b.click(".bulk .primary", b.words.say(b.t, "record.print"))
	paper := wait()
	paper.Timeout(patience).MustWaitLoad()
	if at := paper.MustInfo().URL; !strings.Contains(at, "/print/sheets?") {
		b.t.Errorf("the paper is %s", at)
	}
	paper.Timeout(patience).MustWait(`() => document.querySelectorAll('header .primary:not(:disabled)').length === 1`)
	if n := paper.MustEval(`() => document.querySelector('iframe').contentDocument.querySelectorAll('section').length`).Int(); n != 2 {
		b.t.Errorf("%d pages are printed, want 2", n)
	}
	// Nothing is counted as long as the dialog is open: here it is one that only says so.
	paper.MustEval(`() => { window.asked = 0; document.querySelector('iframe').contentWindow.print = () => { window.asked++ } }`)
	paper.MustElement("header .primary").MustClick()
	paper.Timeout(patience).MustWait(`() => window.asked === 1`)
	b.visit("/sheets?filter=" + url.QueryEscape("state:eq:done"))
	b.rowsOfCentre(2)
	b.until("nothing is counted yet", `() => [...document.querySelectorAll('.sheets tbody tr')].every(tr => !/[0-9]/.test(tr.children[9].innerText))`)
	paper.MustEval(`() => document.querySelector('iframe').contentWindow.dispatchEvent(new Event('afterprint'))`)
	b.until("both are counted", `() => [...document.querySelectorAll('.sheets tbody tr')].every(tr => tr.children[9].innerText.trim() === '1')`)
	paper.MustClose()
	b.look("printed")
}

func (b *tab) sheetsTaken(sold object) {
	rows := readSheet(b.t, b.download(".page-head a.btn", b.words.say(b.t, "list.export")))
	text := ""
	for _, r := range rows {
		text += strings.Join(r, "|") + "\n"
	}
	if !strings.Contains(text, sold["number"].(string)+"|宏发五金|75") || strings.Contains(text, "草稿") {
		b.t.Errorf("Excel has\n%s", text)
	}
}

func (b *tab) sheetCards(sold object) {
	b.rowsOfCentre(3)
	b.seeIn(".cards", sold["number"].(string))
	b.look("cards")
	b.click(".cards .dots", "")
	b.look("card-menu")
	b.press(input.Escape)
	b.click(".page-head .btn", b.words.say(b.t, "inbox.pickMany"))
	b.click(".cards .tick input", "")
	b.look("picking")
	b.click(".bulk .btn.plain", b.words.say(b.t, "common.cancel"))
	b.visit("/sheets?q=" + url.QueryEscape(sold["number"].(string)))
	b.rowsOfCentre(1)
	b.click(".cards .card", "")
	b.at(`^/r/stock\.delivery/\d+$`)
}

// dailyReport is reached from the centre, and its first figure leads to its sheets.
func (b *tab) dailyReport() {
	b.visit("/sheets")
	b.click(`.page-head a[href*="sales.daily"]`, "")
	b.at(`^/report/sales\.daily`)
	b.seeIn("table", "75.00")
	b.seeIn("table", "45.00") // the debts grew by 75 − 30
	b.look("daily")
	b.click("td.link", "75.00")
	b.at(`^/r/stock\.delivery\?`)
}

// dailyNotice is switched on for everybody, at a time that is past on any day.
func (b *tab) dailyNotice() {
	b.shop.call("PUT", "/api/v1/settings", object{"daily.to": "readers", "daily.time": "00:00"})
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		if told := b.shop.list("/api/v1/notices"); len(told) > 0 && strings.Contains(told[0]["text"].(string), "75.00") {
			break
		}
		if time.Now().After(deadline) {
			b.t.Fatal("nobody was told: ", b.shop.list("/api/v1/notices"))
		}
	}
	b.visit("/notices")
	b.see("75.00")
	b.look("notice")
	b.visit("/settings")
	b.look("settings")
}
