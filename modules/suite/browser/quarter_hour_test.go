package browser

import (
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
	q.step("first sheet", q.firstSheet)
}

// step walks one step and notes what it cost.
func (q *quarter) step(name string, walk func()) {
	acts, letters := q.acts, q.letters
	walk()
	q.steps = append(q.steps, step{name, q.acts - acts, q.letters - letters})
}

func (q *quarter) reckon(took time.Duration) {
	for _, one := range q.steps {
		q.t.Logf("%-24s %3d acts, %3d letters", one.name, one.acts, one.letters)
	}
	q.t.Logf("took %s", took)
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
	q.t.Logf("from the customer to the lines: %d", q.enterUntil(`[data-cell="0/item"]`))
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
	q.t.Logf("from the lines to the money: %d", q.enterUntil(`.till input`))
	q.write("100")
	q.look("sheet-typed")
}
