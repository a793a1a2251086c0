package browser

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/rbac"
)

// moved is the clock of the machine, set to the morning of a day that never changes: what is printed is the same on any day.
type moved struct{ by time.Duration }

func (m moved) Now() time.Time { return time.Now().Add(m.by) }

// TestQuarterOfAnHour is the promise of the counter: somebody who is told nothing goes from an empty folder to a delivery note
// on 241 × 140 mm with the whole debt of the customer on it, puts it right, takes money and says what is owed.
func TestQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name string
		see  screen
	}{{"desk", screen{lang: "zh"}}, {"phone", screen{lang: "zh", phone: true}}, {"english", screen{lang: "en"}}} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			s := emptyFolder(t)
			w := listed[one.see.lang]
			q := &quarter{tab: newPerson(t, s, one.see, "quarter-"+one.name).tab("/"), wares: &w}
			began := time.Now()
			q.walk()
			q.reckon(time.Since(began))
		})
	}
}

// emptyFolder serves a program that was just unpacked, with its jobs running.
func emptyFolder(t *testing.T) *shop {
	t.Helper()
	chromium(t)
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	rights, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, testkit.SQLite(t, testkit.Options{Modules: modules.All(), Rights: boot.Rights(rights), Clock: clock.NewSteady(moved{time.Until(testkit.Now)})}))
	runner, err := jobs.Start(t.Context(), s.c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Stop)
	return s
}

// quarter is one walk through the quarter of an hour.
type quarter struct {
	*tab
	wares *wares
	steps []step
}

// step is what one step of the walk cost.
type step struct {
	name          string
	acts, letters int
}

func (q *quarter) walk() {
	q.step("set up", q.setUp)
	q.step("take the old list", q.takeList)
	if q.screen.phone {
		q.step("first sheet", q.firstSheetByThumb)
		q.step("put it right", q.putRightByThumb)
		q.step("take money", q.takeMoneyByThumb)
	} else {
		q.step("first sheet", q.firstSheet)
		q.step("put it right", q.putRight)
		q.step("take money", q.takeMoney)
	}
	q.step("statement", q.stand)
}

// step walks one step and notes what it cost.
func (q *quarter) step(name string, walk func()) {
	acts, letters := q.acts, q.letters
	walk()
	q.steps = append(q.steps, step{name, q.acts - acts, q.letters - letters})
}

// A quarter of an hour has 900 seconds. Somebody who has never seen a page looks for what to do next, moves his hand and does
// it: 6 seconds for each click, tap or key, which is what people take who read before they act, and 0.8 seconds more for each
// letter of a text, which is what one finger takes (a Chinese character counts as one: an input method needs two or three
// keys for it, and whoever types Chinese all day is faster at them).
const (
	quarterOfAnHour = 900 * time.Second
	actTakes        = 6 * time.Second
	letterTakes     = 800 * time.Millisecond
)

// reckon tells what each step cost and holds the whole against the quarter of an hour; took is what the machine itself needed.
func (q *quarter) reckon(took time.Duration) {
	q.t.Helper()
	whole := took
	for _, one := range q.steps {
		person := time.Duration(one.acts)*actTakes + time.Duration(one.letters)*letterTakes
		whole += person
		q.t.Logf("%-18s %3d acts, %3d letters: %s", one.name, one.acts, one.letters, person.Round(time.Second))
	}
	q.t.Logf("with the %s that the machine took: %s of %s", took.Round(time.Second), whole.Round(time.Second), quarterOfAnHour)
	if whole > quarterOfAnHour {
		q.t.Errorf("it takes %s, more than a quarter of an hour", whole)
	}
}

// takeList brings the list of the old program in and mends what is wrong with it where it stands.
func (q *quarter) takeList() {
	file := q.wares.write(q.t)
	if q.screen.phone {
		q.hand(".home .door input[type=file]", file)
	} else {
		q.drop(file)
	}
	q.at("^/intake")
	q.find(".intake .go", "")
	q.look("list-guessed")
	guessed := q.eval(`() => [...document.querySelectorAll('.intake .grid-box thead select, .intake .cards select')].map(s => s.value).join(' ')`)
	if want := "code name spec unit barcode purchase_price price"; guessed != want {
		q.t.Errorf("the columns are taken for %q, want %q", guessed, want)
	}
	q.click(".intake .go", "")
	q.find(".intake .mend", "")
	q.look("list-bad-rows")
	q.taken("2995")
	if hidden := q.eval(`() => [...document.querySelectorAll('.intake .mend .said')].filter(e => { const a = e.getBoundingClientRect(), b = e.closest('td').getBoundingClientRect()
		return a.height === 0 || a.bottom > b.bottom + 1 || a.right > innerWidth }).map(e => e.innerText).join('; ')`); hidden != "" && q.screen.phone {
		q.t.Errorf("it cannot be read what is wrong: %s", hidden)
	}
	for i, one := range q.wares.mendings() {
		at := `.intake .mend tbody tr:nth-child(` + itoa(int64(i+1)) + `)`
		if got := q.eval(`c => document.querySelector(c).cells[0].innerText.trim() + '|' + document.querySelector(c + ' [aria-invalid="true"]').value`, at); got != one.row+"|"+one.wrong {
			q.t.Errorf("marked as wrong: %q, want %s|%s", got, one.row, one.wrong)
		}
		q.put(at+` input[aria-invalid="true"]`, one.mended)
	}
	q.look("list-mended")
	q.click(".intake .again", "")
	q.until("nothing is left to mend", `() => !document.querySelector('.intake .mend') && !!document.querySelector('.intake .sum')`)
	q.look("list-taken")
	q.taken("3000")
}

// drop lets a file fall onto the page from outside the browser.
func (b *tab) drop(file string) {
	b.t.Helper()
	b.acts++
	data := &proto.InputDragData{Items: []*proto.InputDragDataItem{}, Files: []string{file}, DragOperationsMask: 1}
	for _, kind := range []proto.InputDispatchDragEventType{proto.InputDispatchDragEventTypeDragEnter, proto.InputDispatchDragEventTypeDragOver, proto.InputDispatchDragEventTypeDrop} {
		b.must(proto.InputDispatchDragEvent{Type: kind, X: 700, Y: 500, Data: data}.Call(b.page), string(kind))
	}
}

// wanted is one line of the sheet: what is typed to find it, and what it is.
type wanted struct{ typed, name, spec, qty string }

var wishes = map[string][]wanted{
	"zh": {
		{"m8 30 304 六角螺栓", "304 六角螺栓", "M8×30", "200"}, {"平垫 m10 镀锌 20", "镀锌 平垫圈", "M10×20", "150"},
		{"zsl 316 12 40", "316 自锁螺母", "M12×40", "30"}, {"A02272", "碳钢 膨胀螺栓", "M8×30", "20"}, {"圆柱 黄铜 m5 10", "黄铜 圆柱销", "M5×10", "50"},
	},
	"en": {
		{"m8 30 304 hex bolt", "304 Hex bolt", "M8×30", "200"}, {"washer flat m10 zinc 20", "Zinc Flat washer", "M10×20", "150"},
		{"lock 316 12 40", "316 Lock nut", "M12×40", "30"}, {"A02272", "Steel Expansion bolt", "M8×30", "20"}, {"dowel brass m5 10", "Brass Dowel pin", "M5×10", "50"},
	},
}

// firstSheet writes the first sheet, for a customer nobody knows, by keys.
func (q *quarter) firstSheet() {
	q.open(newDelivery)
	q.cursorIn("#f-party")
	q.notFound(q.names().customer)
	q.quickCreate(map[string]string{"phone": "13800000001"}, "phone")
	q.cursorIn(".page.record")
	q.cursorIn(`[data-cell="0/item"]`) // nobody has to walk there
	for i, one := range wishes[q.screen.lang] {
		row := itoa(int64(i))
		q.write(one.typed)
		q.answered(one.typed)
		q.seeIn(".panel .line.on", one.name)
		q.seeIn(".panel .line.on", one.spec)
		if i == 0 {
			q.look("sheet-found")
		}
		q.press(input.Enter)
		q.cursorIn(`[data-cell="` + row + `/qty"]`)
		q.write(one.qty)
		q.enterUntil(`[data-cell="` + itoa(int64(i+1)) + `/item"]`)
	}
	q.look("sheet-lines")
	q.enterUntil(`.till input`)
	q.write("100")
	q.look("sheet-typed")
	q.paper(q.opens(func() { q.press(input.F10) }))
	q.isPosted()
}

// isPosted looks at the first sheet as it stands.
func (q *quarter) isPosted() {
	q.t.Helper()
	q.at(`^/r/stock\.delivery/\d+`)
	q.chip("posted")
	q.seeIn(".till", owedAtFirst)
	q.look("sheet-posted")
	made, paid := q.shop.list(deliveries), q.shop.list("/api/v1/settlement/receipts")
	if len(made) != 1 || made[0]["gross"] != grossAtFirst || made[0]["paid_now"] != paidAtOnce || len(paid) != 1 || paid[0]["settled"] != paidAtOnce {
		q.t.Errorf("sheets %v, receipts %v", made, paid)
	}
}

// isPutRight looks at the sheet after it was modified: one sheet, its number kept, and what is owed told anew.
func (q *quarter) isPutRight() {
	q.t.Helper()
	q.see(q.words.say(q.t, "modify.done"))
	q.chip("posted")
	q.seeIn(".till", owedMended)
	q.look("modified")
	made := q.shop.list(deliveries)
	if len(made) != 1 || made[0]["gross"] != grossMended || made[0]["number"] != "XS261100001" || made[0]["revision"] != 1.0 {
		q.t.Errorf("the sheets are %v", made)
	}
}

// opens gives the page that an act opens beside this one.
func (q *quarter) opens(act func()) *tab {
	q.t.Helper()
	wait := q.page.Timeout(patience).WaitOpen()
	act()
	page, err := wait()
	q.must(err, "a page opens")
	return q.held(page.Context(q.page.GetContext()))
}

// Every figure of the walk: the sheet, what was paid at once, the sheet put right, and what came in later.
const (
	grossAtFirst, paidAtOnce, owedAtFirst = "684.10", "100.00", "584.10"
	grossMended, owedMended               = "676.50", "576.50"
	paidLater, owedAtLast                 = "300.00", "276.50"
)

const goldenQuarter = "testdata/quarter-241x140.png"

// paper holds the preview against the words and the picture that the sheet must have.
func (q *quarter) paper(p *tab) {
	q.t.Helper()
	p.until("the paper is there", `() => !!document.querySelector('iframe')?.contentDocument?.querySelector('section')`)
	p.until("its print is counted", `() => !!document.querySelector('header .muted')`)
	p.look("paper")
	words := p.eval(`() => document.querySelector('iframe').contentDocument.body.innerText`)
	for _, one := range papers[q.screen.lang] {
		if !strings.Contains(words, one) {
			q.t.Errorf("the paper does not say %q:\n%s", one, words)
		}
	}
	if q.screen.lang == "zh" {
		compare(q.t, goldenQuarter, p.sheetOfPaper())
	}
	p.must(p.page.Close(), "close the preview")
}

// papers are the words that the sheet on paper must have.
var papers = map[string][]string{
	"zh": {"单号：XS261100001", "日期：2026-11-21", "上次欠款：0.00", "本单金额：" + grossAtFirst, "本次收款：" + paidAtOnce, "累计欠款：" + owedAtFirst, "陆佰捌拾肆元壹角整"},
	"en": {"Number: XS261100001", "Date: 2026-11-21", "Owed before: 0.00", "This sheet: " + grossAtFirst, "Received now: " + paidAtOnce, "Owed in all: " + owedAtFirst},
}

// sheetOfPaper is the picture of the first page in the preview, at the size at which the golden one was taken.
func (b *tab) sheetOfPaper() []byte {
	b.t.Helper()
	b.must(proto.EmulationSetDeviceMetricsOverride{Width: 1000, Height: 720, DeviceScaleFactor: 1}.Call(b.page), "one size of the window")
	b.until("the page stands still", `async () => { const d = document.querySelector('iframe').contentDocument; await d.fonts.ready
		return innerWidth === 1000 && d.defaultView.innerWidth > 911 && [...d.fonts].every(f => f.status === 'loaded') }`)
	var box struct{ X, Y, W, H float64 }
	if err := json.Unmarshal([]byte(b.eval(`() => { const f = document.querySelector('iframe'), s = f.contentDocument.querySelector('section')
		s.scrollIntoView(); const a = f.getBoundingClientRect(), c = s.getBoundingClientRect()
		return JSON.stringify({X: a.x + c.x, Y: a.y + c.y, W: c.width, H: c.height}) }`)), &box); err != nil {
		b.t.Fatal(err)
	}
	picture, err := b.page.Timeout(patience).Screenshot(false, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng,
		Clip: &proto.PageViewport{X: math.Round(box.X), Y: math.Round(box.Y), Width: math.Floor(box.W), Height: math.Floor(box.H), Scale: 1}})
	b.must(err, "the picture of the paper")
	return picture
}

// putRight modifies the sheet that was just posted: 180 of the first, not 200.
func (q *quarter) putRight() {
	before := q.acts
	q.press(input.F8)
	q.see(q.words.say(q.t, "modify.begin"))
	q.cursorIn(`[data-cell="0/qty"]`)
	q.write("180")
	q.press(input.F9)
	q.seeIn(".modify-dialog", grossMended)
	q.cursorIn(".modify-dialog .primary")
	q.look("modify-effect")
	q.press(input.Enter)
	q.isPutRight()
	if acts := q.acts - before - 1; acts > 5 {
		q.t.Errorf("modifying took %d acts beside the change, want at most 5", acts)
	}
}

// takeMoney takes a part of what is owed.
func (q *quarter) takeMoney() {
	q.open("/r/settlement.receipt/new")
	q.collects(map[string]string{"zh": "df", "en": "ea"}[q.screen.lang], q.names().customer, "300")
}

// stand looks at what the customer owes and why: every row and every running balance; then the same from the next day on.
func (q *quarter) stand() {
	q.open("/report/settlement.statement_of_account")
	if q.screen.phone {
		q.lookFor("#p-party", q.names().customerPart)
	} else {
		q.cursorIn("#p-party")
		q.choose(q.names().customerPart)
	}
	q.find(".statement h2.name", "")
	q.look("statement")
	rows := `() => [...document.querySelectorAll('.statement tbody tr, .statement .cards li')].map(tr =>
		(tr.cells ? [...tr.cells] : [...tr.querySelectorAll('.name, .figures > span > span:last-child')]).map(c => c.innerText.trim()).join(' ')).join('\n')`
	if got, want := q.eval(rows), strings.Join(statements[q.screen.lang], "\n"); !slices.Equal(told(got), told(want)) {
		q.t.Errorf("the statement says\n%s\nwant\n%s", got, want)
	}
	sums := `() => [...document.querySelectorAll('.statement .sums b')].map(b => b.innerText).join(' ')`
	if got, want := q.eval(sums), "0.00 "+grossMended+" 0.00 400.00 0.00 "+owedAtLast; !strings.HasPrefix(got, want) {
		q.t.Errorf("the sums are %s, want %s", got, want)
	}
	q.put("#p-from", "2026-11-22")
	q.press(input.Tab)
	q.put("#p-to", "2026-11-30")
	q.press(input.Tab)
	q.until("nothing is left of the day before", `s => { const t = document.querySelector('.statement .sums')?.innerText ?? ''; return t.split(s).length === 3 }`, owedAtLast)
	q.look("statement-next-day")
}

// told are the rows of a text with what they say in one order: on a phone figures stand after all words.
func told(text string) (out []string) {
	for _, row := range strings.Split(text, "\n") {
		said := strings.Fields(row)
		slices.Sort(said)
		out = append(out, strings.Join(said, " "))
	}
	return out
}

// statements are the rows of the account, with every balance.
var statements = map[string][]string{
	"zh": {
		"2026-11-01 期初余额 0.00", "2026-11-21 销售单 XS261100001 676.50 676.50",
		"304 六角螺栓 M8×30 180 个 0.38 68.40", "镀锌 平垫圈 M10×20 150 支 1.53 229.50", "316 自锁螺母 M12×40 30 支 2.61 78.30",
		"碳钢 膨胀螺栓 M8×30 20 盒 3.59 71.80", "黄铜 圆柱销 M5×10 50 个 4.57 228.50",
		"2026-11-21 收款单 SK261100001 现金 100.00 100.00 576.50", "2026-11-21 收款单 SK261100002 现金 300.00 300.00 276.50",
		"2026-11-21 期末余额 276.50",
	},
	"en": {
		"2026-11-01 Opening balance 0.00", "2026-11-21 Delivery XS261100001 676.50 676.50",
		"304 Hex bolt M8×30 180 pcs 0.38 68.40", "Zinc Flat washer M10×20 150 stick 1.53 229.50", "316 Lock nut M12×40 30 stick 2.61 78.30",
		"Steel Expansion bolt M8×30 20 box 3.59 71.80", "Brass Dowel pin M5×10 50 pcs 4.57 228.50",
		"2026-11-21 Receipt SK261100001 Cash 100.00 100.00 576.50", "2026-11-21 Receipt SK261100002 Cash 300.00 300.00 276.50",
		"2026-11-21 Closing balance 276.50",
	},
}
