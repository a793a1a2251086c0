package browser

import "github.com/go-rod/rod/lib/proto"

// firstSheetByThumb writes the first sheet on a phone.
func (q *quarter) firstSheetByThumb() {
	q.open(newDelivery)
	q.tap("#f-party")
	q.write(q.names().customer)
	q.answered(q.names().customer)
	q.click(".panel .line.create", "")
	q.put("#quick-phone", "13800000001")
	q.look("create-customer")
	q.click(".el-dialog button[type=submit]", "")
	q.until("the small form closes", `() => !document.querySelector('#quick-name')`)
	for _, one := range wishes[q.screen.lang] {
		q.click(`[data-lines="lines"] button.add`, "")
		q.tap("#line-item")
		q.write(one.typed)
		q.answered(one.typed)
		q.seeIn(".panel .line.on", one.name)
		q.seeIn(".panel .line.on", one.spec)
		q.look("line-found")
		q.click(".panel .line:not(.create)", "")
		q.unitCame()
		q.put("#line-qty", one.qty)
		q.look("line")
		q.click(".el-dialog button.primary", q.words.say(q.t, "common.done"))
		q.gone(".el-dialog")
	}
	q.put(".till input", "100")
	q.look("sheet-typed")
	q.click(".page.record .buttons .primary", "")
	q.isPosted()
	q.click(".page.record .buttons button", q.words.say(q.t, "record.print"))
	q.look("print-menu")
	paper := q.opens(func() { q.click(".menu-item", "241 × 140") })
	paper.click("header .primary", "")
	q.paper(paper)
}

// tap is a finger on an input.
func (b *tab) tap(css string) {
	b.t.Helper()
	b.acts++
	b.must(b.find(css, "").Click(proto.InputMouseButtonLeft, 1), "tap "+css)
}

// putRightByThumb modifies the sheet that was just posted.
func (q *quarter) putRightByThumb() {
	before := q.acts
	q.click(".buttons button", q.label("actions", "stock.delivery", "modify"))
	q.see(q.words.say(q.t, "modify.begin"))
	q.click(`[data-lines="lines"] li button, [data-lines="lines"] li`, "")
	q.put("#line-qty", "180")
	q.click(".el-dialog button.primary", q.words.say(q.t, "common.done"))
	q.gone(".el-dialog")
	q.click(".buttons .primary", "")
	q.seeIn(".modify-dialog", grossMended)
	q.look("modify-effect")
	q.click(".modify-dialog .primary", "")
	q.isPutRight()
	if acts := q.acts - before - 2; acts > 5 { // finding the number and typing it is the change
		q.t.Errorf("modifying took %d taps beside the change, want at most 5", acts)
	}
}

// takeMoneyByThumb takes a part of what is owed.
func (q *quarter) takeMoneyByThumb() {
	q.open("/r/settlement.receipt/new")
	before := q.acts
	q.lookFor("#f-party", q.names().customerPart)
	q.look("receipt-typed")
	q.put("#only-amount", "300")
	q.look("receipt-line")
	q.click(".page.record .buttons .primary", "")
	q.at(`^/r/settlement\.receipt/\d+`)
	q.chip("posted")
	q.look("receipt")
	if acts := q.acts - before - 2; acts > 8 { // besides the amount
		q.t.Errorf("taking money took %d taps, want at most 8", acts)
	}
}
