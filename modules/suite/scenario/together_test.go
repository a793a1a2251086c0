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

	"zhanggui/modules"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/boot"
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
	address := testkit.EmptyPostgres(t)
	program := func(t testing.TB, o testkit.Options) *kernel.Company {
		c, err := boot.Open(context.Background(), boot.Config{DSN: address, Files: t.TempDir(), Modules: o.Modules, Clock: o.Clock, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Store.Close)
		return c
	}
	w, err := open(t, choices, program)
	if err != nil {
		t.Fatal(err)
	}
	other := *w
	other.c = program(t, testkit.Options{Modules: modules.All(), Clock: w.clock})
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
