package scenario

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
)

// chance is one thing that may come to somebody's mind, and how often it does.
type chance struct {
	weight int
	say    func(a *auditor) string // "" when there is nothing that it could be done to
}

// auditor does seeded random business in words, so that whatever it finds can be told as a scenario.
type auditor struct {
	*rand.Rand
	w    *world
	day  int            // the day on which most is written, counted from the first of February
	told []string       // what was tried
	done map[string]int // how often each verb, with its noun, was carried out
}

func (a *auditor) of(list ...string) string { return list[a.IntN(len(list))] }

// dayOf gives the nth day of the two months.
func dayOf(n int) string {
	return time.Date(2026, time.February, n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// on is the day of a sheet: mostly today, now and then one that is past.
func (a *auditor) on() string {
	day := a.day
	if a.IntN(4) == 0 {
		day = 1 + a.IntN(a.day)
	}
	return " on " + dayOf(day)
}

// one is a document of a noun that is in one of the states, "" when there is none. Its number is counted as the steps count.
func (a *auditor) one(word string, states ...string) string {
	n := nounOf(word)
	var found []string
	for i, row := range a.w.query("SELECT state FROM " + n.table + " WHERE " + n.where + " ORDER BY id") {
		if slices.Contains(states, row[0].(string)) {
			found = append(found, fmt.Sprintf("%s %d", word, i+1))
		}
	}
	if len(found) == 0 {
		return ""
	}
	return found[a.IntN(len(found))]
}

// to puts a verb before a document, and what follows behind it.
func (a *auditor) to(verb, document, rest string) string {
	if document == "" {
		return ""
	}
	return strings.TrimSpace(verb + " " + document + " " + rest)
}

// part is a quantity for each line of a delivery, from none to a few.
func (a *auditor) part(sheet string) (out string) {
	if sheet == "" {
		return ""
	}
	var nth int
	if _, err := fmt.Sscanf(sheet, "delivery %d", &nth); err != nil {
		panic(err)
	}
	n := nounOf("delivery")
	for range a.w.query("SELECT id FROM stock_document_line WHERE parent = ?", a.w.made(n)[nth-1]) {
		out += fmt.Sprint(a.IntN(4), " ")
	}
	return out
}

func (a *auditor) price() string { return fmt.Sprintf("%d.%02d", 1+a.IntN(9), a.IntN(100)) }
func (a *auditor) cents() string { return fmt.Sprintf("%d.%02d", a.IntN(60), 1+a.IntN(99)) }

// lines are one to three lines of goods, some with a discount, a unit of its own or a quantity below nought (an exchange).
func (a *auditor) lines(exchange bool) string {
	var out []string
	for range 1 + a.IntN(3) {
		line := fmt.Sprintf("%d %s @ %s", 1+a.IntN(9), a.of("M8", "M6", "米", "安装"), a.price())
		switch a.IntN(11) {
		case 0:
			line = fmt.Sprintf("%d%s 螺钉 @ %s", 1+a.IntN(3), a.of("个", "盒", "箱"), a.price())
		case 1:
			line = fmt.Sprintf("%d.%d M8 @ %s less %d%%", a.IntN(5), 1+a.IntN(9), a.price(), 5+a.IntN(20))
		case 2:
			if exchange {
				line = fmt.Sprintf("-%d M6 @ %s", 1+a.IntN(3), a.price())
			}
		case 3:
			line = fmt.Sprintf("%d/%d.%03d 钢管 @ %s", 1+a.IntN(5), 3+a.IntN(20), a.IntN(1000), a.price())
		case 4:
			if exchange {
				line = fmt.Sprintf("%d M8 free", 1+a.IntN(3))
			}
		case 5:
			line = fmt.Sprintf("%d.%03d 米 @ %s at %s", a.IntN(9), 1+a.IntN(999), a.price(), a.of("3%", "6%", "9%", "13%"))
		}
		out = append(out, line)
	}
	return strings.Join(out, " and ")
}

// foot is what may stand below the lines of a sheet.
func (a *auditor) foot(paid bool) string {
	out := a.on()
	if a.IntN(6) == 0 {
		out += " in 门店"
	}
	if a.IntN(4) == 0 {
		out += " off 0." + fmt.Sprintf("%02d", 1+a.IntN(40))
	}
	if a.IntN(8) == 0 {
		out += " rounding " + a.of("", "-") + "0." + fmt.Sprintf("%02d", 1+a.IntN(40))
	}
	if a.IntN(5) == 0 {
		out += " charge 运费 " + a.cents() + a.of("", " 9%")
	}
	switch a.IntN(5) {
	case 0:
		out += " tax included"
	case 1:
		out += " tax excluded"
	}
	if paid && a.IntN(3) == 0 {
		out += " paid " + a.cents() + " into " + a.of(cash...)
		if a.IntN(3) == 0 {
			out += " paid " + a.cents() + " into " + a.of(cash...)
		}
	}
	return out
}

// money is what a receipt or payment says.
func (a *auditor) money(verb, account, party string) string {
	out := fmt.Sprintf("%s %s %s %s", verb, a.of("", "", "", "", "", "", "-")+a.cents(), account, a.of(cash...))
	if a.IntN(4) == 0 {
		out += " fee 0." + fmt.Sprintf("%02d", 1+a.IntN(50))
	}
	if a.IntN(4) == 0 {
		out += fmt.Sprintf(" and %s %s %s", a.cents(), account, a.of(cash...))
	}
	out += " " + party
	if a.IntN(4) == 0 {
		out += " discount 0." + fmt.Sprintf("%02d", 1+a.IntN(90))
	}
	return out + a.on()
}

var (
	customers = []string{"老王", "小李"}
	suppliers = []string{"宏发", "大成"}
	cash      = []string{"cash", "bank"}
)

// idea is something to do.
func (a *auditor) idea() (text string) {
	all := 0
	for _, c := range chances {
		all += c.weight
	}
	for n := a.IntN(all); text == ""; n = a.IntN(all) {
		for _, c := range chances {
			if n -= c.weight; n < 0 {
				text = c.say(a)
				break
			}
		}
	}
	return text
}

// step does one thing and gives what is wrong with it: that it failed, or was refused and left something behind.
func (a *auditor) step(t *testing.T) {
	t.Helper()
	text := a.idea()
	for one := range strings.SplitSeq(text, "; ") {
		if !a.try(t, one) {
			return
		}
	}
}

// try carries out one step and tells whether it was carried out.
func (a *auditor) try(t *testing.T, text string) bool {
	t.Helper()
	a.w.refusal = a.IntN(8) == 0 // to see everything costs as much as ten steps
	err := a.w.step(text)
	said, refused := codes(err)
	switch {
	case err == nil:
		words := strings.Fields(text)
		if nounOf(words[1]) != nil {
			words[0] += " " + words[1]
		}
		a.done[words[0]]++
		a.told = append(a.told, text)
	case refused: // it may have left a draft behind, which counts
		a.told = append(a.told, text+" ! "+said)
	case errors.Is(err, errText), !refused:
		t.Errorf("%s: %v", text, err)
	}
	for _, b := range a.w.broken {
		t.Errorf("%s was refused (%v) and changed something:\n%s", text, err, b)
	}
	return err == nil
}

// audit recomputes everything from the raw rows.
func (a *auditor) audit(t *testing.T) {
	t.Helper()
	found, err := check.Run(context.Background(), a.w.c.Store)
	if err != nil || !found.Clean {
		t.Errorf("check: %v\n%s", err, strings.Join(found.Faults, "\n"))
	}
}

// TestAuditor mixes selling, shipping, receiving, modifying, taking back and voiding at random, on days in any order, and has
// everything recomputed again and again. A failure prints the steps: they are those of a scenario. The long form of the
// battery does it with twenty times as many seeds.
func TestAuditor(t *testing.T) {
	firms := []map[string]string{
		{"from": "2026-02", "stock.negative": "allow"},
		{"from": "2026-02", "stock.negative": "refuse", "stock.ships": "storekeeper"},
		{"from": "2026-02", "stock.negative": "warn", "stock.method": "fifo"},
		{"from": "2026-02", "stock.negative": "ask", "vat": "small", "stock.ships": "storekeeper"},
		{"from": "2026-02", "stock.negative": "allow", "stock.pool": "warehouse"},
		{"from": "2026-02", "stock.negative": "ask", "stock.pool": "warehouse", "stock.method": "fifo"},
		{"from": "2026-02", "stock.negative": "auto", "standard": "general"},
	}
	from, to, steps, onPostgres := 0, len(firms)-1, 100, 50
	if testing.Short() { // under the race detector, which has nothing to find where one does it all: see TestTogether
		steps = 20
	}
	if os.Getenv("ZHANGGUI_BATTERY") == "long" {
		to, steps, onPostgres = 99, 250, 80
	}
	if asked := os.Getenv("ZHANGGUI_SEEDS"); asked != "" { // such as 500-599
		if _, err := fmt.Sscanf(asked, "%d-%d", &from, &to); err != nil {
			t.Fatal(err)
		}
		steps, onPostgres = 250, 120
	}
	for seed := from; seed <= to; seed++ {
		choices := firms[seed%len(firms)]
		t.Run(fmt.Sprint("sqlite ", seed), func(t *testing.T) { random(t, uint64(seed), steps, choices, testkit.SQLite) })
		if !testing.Short() && (steps > 100 || seed < 3) { // by default a few: each statement is a way to the server and back
			t.Run(fmt.Sprint("postgres ", seed), func(t *testing.T) { random(t, uint64(seed), onPostgres, choices, testkit.Postgres) })
		}
	}
}

func random(t *testing.T, seed uint64, steps int, choices map[string]string, with func(testing.TB, testkit.Options) *kernel.Company) {
	t.Helper()
	t.Parallel()
	w, err := open(t, choices, with)
	if err != nil {
		t.Fatal(err)
	}
	a := &auditor{Rand: rand.New(rand.NewPCG(seed, 26)), w: w, done: map[string]int{}}
	for i := range steps {
		a.day = 1 + i*57/steps
		a.step(t)
		if i%10 == 9 || i == steps-1 {
			a.audit(t)
		}
		if i%20 == 19 || i == steps-1 {
			a.compare(t)
		}
		if t.Failed() {
			t.Fatalf("after these steps of %v:\n%s", choices, strings.Join(a.told, "\n"))
		}
	}
	summary := ""
	for _, verb := range slices.Sorted(maps.Keys(a.done)) {
		summary += fmt.Sprintf("%s %d, ", verb, a.done[verb])
	}
	t.Log(summary)
	sum := 0
	for _, n := range a.done {
		sum += n
	}
	if sum < steps/4 {
		t.Errorf("only %d of %d steps were carried out: this proves little", sum, steps)
	}
}
