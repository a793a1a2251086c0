package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
)

// TestTogether lets several people do random business at the same moment, on the same few sheets, items and customers: on
// SQLite in one process, on PostgreSQL in two that share a database. Whatever the order in which they come, nothing fails
// inside, the check finds nothing, and the reports say what the sheets say. Where stock must not go below nought it does not.
func TestTogether(t *testing.T) {
	firms := []map[string]string{
		{"from": "2026-02", "stock.negative": "refuse"},
		{"from": "2026-02", "stock.negative": "ask", "stock.ships": "storekeeper", "stock.pool": "warehouse"},
		{"from": "2026-02", "stock.negative": "refuse", "stock.ships": "storekeeper", "stock.method": "fifo"},
	}
	seed, rounds, steps := uint64(1), 1, 12
	if asked := os.Getenv("ZHANGGUI_SEEDS"); asked != "" {
		var to int
		if _, err := fmt.Sscanf(asked, "%d-%d", &seed, &to); err != nil {
			t.Fatal(err)
		}
		rounds, steps = to-int(seed)+1, 40
	}
	for round := range rounds {
		for i, choices := range firms {
			at := seed*1000 + uint64(round*len(firms)+i)
			t.Run(fmt.Sprint("sqlite ", at), func(t *testing.T) {
				w, err := open(t, choices, testkit.SQLite)
				if err != nil {
					t.Fatal(err)
				}
				together(t, trial{at, steps, choices}, w)
			})
			if !testing.Short() {
				t.Run(fmt.Sprint("postgres ", at), func(t *testing.T) { together(t, trial{at, steps, choices}, twoOf(t, choices)...) })
			}
		}
	}
}

// twoOf gives two programs that keep one company on PostgreSQL.
func twoOf(t *testing.T, choices map[string]string) []*world {
	t.Helper()
	var second *kernel.Company
	w, err := open(t, choices, func(t testing.TB, o testkit.Options) *kernel.Company {
		both := testkit.Programs(t, o, 2)
		second = both[1]
		return both[0]
	})
	if err != nil {
		t.Fatal(err)
	}
	other := *w
	other.c = second
	w.clock.Set(w.clock.Now().Add(time.Minute))
	if err := auth.Current(context.Background(), second); err != nil { // as every request does
		t.Fatal(err)
	}
	return []*world{w, &other}
}

// trial is what people do together: so many steps each, in a firm of these choices.
type trial struct {
	seed    uint64
	steps   int
	choices map[string]string
}

func together(t *testing.T, what trial, worlds ...*world) {
	t.Helper()
	first := worlds[0]
	for _, step := range []string{"buy 40 M8 @ 2.00 and 40 M6 @ 1.00 and 40 米 @ 3.00 from 宏发 on 2026-02-01", "buy 20/80.5 钢管 @ 4.20 and 2箱 螺钉 @ 100 from 大成 on 2026-02-01",
		"transfer 20 M8 from 总仓 to 门店 on 2026-02-02", "sell 5 M8 @ 5.00 to 老王 on 2026-02-03", "receive 30.00 into cash from 老王 on 2026-02-03"} {
		if err := first.step(step); err != nil {
			t.Fatal(step, err)
		}
	}
	var all sync.WaitGroup
	people := make([]*auditor, 6)
	for i := range people {
		w := *worlds[i%len(worlds)]
		people[i] = &auditor{Rand: rand.New(rand.NewPCG(what.seed, uint64(i))), w: &w, day: 20 + i, done: map[string]int{}}
		all.Go(func() { people[i].work(t, what.steps) })
	}
	all.Wait()
	for _, w := range worlds {
		(&auditor{w: w}).audit(t)
	}
	for _, day := range []string{"2026-02-22", "2026-03-31"} {
		for _, fault := range first.reports(day) {
			t.Error(fault)
		}
	}
	if below := first.query("SELECT item, warehouse, qty FROM stock_on_hand WHERE qty < 0"); what.choices["stock.negative"] == "refuse" && len(below) > 0 {
		t.Errorf("stock went below nought: %v", below)
	}
	for i, a := range people {
		if t.Failed() {
			t.Logf("%d did:\n%s", i, strings.Join(a.told, "\n"))
		}
	}
}

// work does random business; only refusals are forgiven.
func (a *auditor) work(t *testing.T, steps int) {
	for range steps {
		text := a.idea()
		if strings.HasPrefix(text, "set ") {
			continue
		}
		for one := range strings.SplitSeq(text, "; ") {
			err := a.w.step(one)
			said, refused := codes(err)
			if err != nil {
				one += " ! " + said
			}
			a.told = append(a.told, one)
			if err != nil && !refused && !errors.Is(err, errText) { // a sheet may go between the thought and the deed
				t.Errorf("%s: %v", one, err)
			}
			if err != nil {
				break
			}
		}
	}
}

// TestTheHistoryOfTwoPrograms changes one record in turn in two programs, whose ids are from different blocks: its history is
// told in the order of time.
func TestTheHistoryOfTwoPrograms(t *testing.T) {
	worlds := twoOf(t, map[string]string{})
	def := party.Parties.Def
	for i, limit := range []string{"100.00", "200.00", "300.00", "400.00"} {
		w := worlds[(i+1)%2]
		w.clock.Set(w.clock.Now().Add(time.Minute))
		if _, err := w.do(pipeline.Command{Def: def, Act: "update", ID: w.ids["老王"]}, map[string]any{"credit_limit": limit}); err != nil {
			t.Fatal(err)
		}
	}
	var told []string
	err := worlds[0].c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		events, err := audit.Of(v, def, worlds[0].ids["老王"], 3)
		for _, e := range events {
			told = append(told, e.Diff)
		}
		return err
	})
	want := `[{"credit_limit":["300.00","400.00"]} {"credit_limit":["200.00","300.00"]} {"credit_limit":["100.00","200.00"]}]`
	if got := fmt.Sprint(told); err != nil || got != want {
		t.Errorf("told %s (%v), want %s", got, err, want)
	}
}

// TestOneOfMany lets several people do at the same moment what only one of them can do. Exactly one does it, the others are
// told why not, and everything adds up.
func TestOneOfMany(t *testing.T) {
	begin := []string{"buy 10 M8 @ 2.00 and 20 M6 @ 1.00 from 宏发 on 2026-03-01"}
	for _, c := range []struct {
		name, settings string
		before         []string
		steps          []string // each is done by two people
		want           int      // so many of them succeed
		state          string   // what is there afterwards
	}{
		{"the last pieces", "refuse", nil, []string{"sell 10 M8 @ 5.00 to 老王 on 2026-03-02", "sell 10 M8 @ 6.00 to 小李 on 2026-03-02"}, 1, "M8 总仓 0"},
		{"the last pieces, asked", "ask", nil, []string{"sell 10 M8 @ 5.00 to 老王 on 2026-03-02", "transfer 10 M8 from 总仓 to 门店 on 2026-03-02", "lose 10 M8 on 2026-03-02"}, 1, "M8 总仓 0"},
		{"ship or recall", "storekeeper", []string{"sell 4 M8 @ 5.00 to 老王 on 2026-03-02 paid 3.00 into cash"}, []string{"ship delivery 1 on 2026-03-02", "recall delivery 1"}, 1, ""},
		{"ship in part or whole", "storekeeper", []string{"sell 4 M8 @ 5.00 to 老王 on 2026-03-02 paid 3.00 into cash"}, []string{"ship delivery 1 on 2026-03-02", "ship delivery 1 1 cancel on 2026-03-03"}, 1, ""},
		{"taken back", "refuse", []string{"sell 4 M8 @ 5.00 to 老王 on 2026-03-02 paid 3.00 into cash"}, []string{"unpost delivery 1", "reverse delivery 1"}, 1, "M8 总仓 10"},
		{"returned", "refuse", []string{"sell 4 M8 @ 5.00 to 老王 on 2026-03-02"}, []string{"take-back delivery 1 on 2026-03-03", "reverse delivery 1"}, 1, "M8 总仓 10"},
		{"delivered", "refuse", []string{"order 4 M8 @ 5.00 to 老王 on 2026-03-02"}, []string{"deliver order 1 on 2026-03-03", "close order 1"}, 1, ""},
		{"settled", "refuse", []string{"receive 50.00 into cash from 老王 on 2026-03-02", "sell 4 M8 @ 5.00 to 老王 on 2026-03-02"},
			[]string{"settle money-in 1 delivery 1 20.00", "unpost delivery 1"}, 1, ""},
		{"the voucher", "refuse", []string{"review voucher 1"}, []string{"post voucher 1"}, 1, ""},
		{"the receipt", "refuse", []string{"receive 50.00 into cash from 老王 on 2026-03-02"}, []string{"unpost money-in 1"}, 1, ""},
		{"a tour", "refuse", []string{"sell 4 M8 @ 5.00 to 老王 on 2026-03-02", "load delivery 1 20.00 on cash"},
			[]string{"answer run 1 1 brought 20.00", "answer run 1 1 part 12.00", "answer run 1 1 refused"}, 6, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			choices := map[string]string{"stock.negative": c.settings}
			if c.settings == "storekeeper" {
				choices = map[string]string{"stock.negative": "refuse", "stock.ships": "storekeeper"}
			}
			w, err := open(t, choices, testkit.SQLite)
			if err != nil {
				t.Fatal(err)
			}
			compete := func(t *testing.T, worlds ...*world) {
				for _, step := range append(begin, c.before...) {
					if err := worlds[0].step(step); err != nil {
						t.Fatal(step, err)
					}
				}
				done := worlds[0].rush(t, append(c.steps, c.steps...), worlds)
				if len(done) != c.want {
					t.Errorf("%d were carried out, want %d: %q", len(done), c.want, done)
				}
				for _, w := range worlds {
					(&auditor{w: w}).audit(t)
				}
				for _, fault := range worlds[0].reports("2026-03-31") {
					t.Error(fault)
				}
				if stock := worlds[0].stock(); !strings.Contains(stock, c.state) {
					t.Errorf("afterwards there is\n%swant %s", stock, c.state)
				}
			}
			t.Run("sqlite", func(t *testing.T) { compete(t, w) })
			if !testing.Short() {
				t.Run("postgres", func(t *testing.T) { compete(t, twoOf(t, choices)...) })
			}
		})
	}
}

// rush does steps at the same moment, by turns in each of the programs, and gives those that were carried out.
func (w *world) rush(t *testing.T, steps []string, worlds []*world) (done []string) {
	var all sync.WaitGroup
	var one sync.Mutex
	ready := make(chan bool)
	for i, step := range steps {
		by := *worlds[i%len(worlds)]
		all.Go(func() {
			<-ready
			err := by.step(step)
			_, refused := codes(err)
			one.Lock()
			defer one.Unlock()
			if err == nil {
				done = append(done, step)
			} else if !refused {
				t.Errorf("%s: %v", step, err)
			}
		})
	}
	close(ready)
	all.Wait()
	return done
}

// TestAChoiceHoldsInBothPrograms forbids stock below nought in one program. The other, which looks once a second as every
// request makes it do, sells no piece that is not there from then on.
func TestAChoiceHoldsInBothPrograms(t *testing.T) {
	worlds := twoOf(t, map[string]string{"stock.negative": "allow"})
	const sale = "sell 1 M8 @ 5.00 to 老王 on 2026-03-02"
	look := func() {
		t.Helper()
		worlds[1].clock.Set(worlds[1].clock.Now().Add(2 * time.Second))
		if err := auth.Current(context.Background(), worlds[1].c); err != nil {
			t.Fatal(err)
		}
	}
	look()
	if err := worlds[1].step(sale); err != nil {
		t.Fatal(err)
	}
	if err := worlds[0].step("set stock.negative refuse"); err != nil {
		t.Fatal(err)
	}
	look()
	if said, _ := codes(worlds[1].step(sale)); said != "stock.short" {
		t.Errorf("the other program says %q, want stock.short", said)
	}
	if got := worlds[1].stock(); !strings.HasPrefix(got, "M8 总仓 -1\n") {
		t.Errorf("there is %s", got)
	}
}
