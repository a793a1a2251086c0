package product

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// lockOrder is the order in which a unit may make others wait on PostgreSQL, behind the record it is about. What is not
// in it may be locked anywhere, as long as all units agree. Periods are not in it: they are held shared, and only closing
// a month, which begins with the month, waits for that.
var lockOrder = []string{"stock_document", "stock_pool", "stock_on_hand", "sequences", "ledger_total", "ledger_balance", "audit_head"}

// againstOrder are pairs that are locked the other way round as well, with the reason. The database ends such a meeting
// for one of the two, whose unit the store runs again.
var againstOrder = map[[2]string]string{
	{"stock_pool", "stock_document"}:    "re-costing finds the sheets whose cost it corrects only when it holds the pool",
	{"stock_on_hand", "stock_document"}: "the same",
	{"sequences", "ledger_voucher"}:     "different counters: those of documents, and that of the month's vouchers",
}

const period = "ledger_period"

// taking are the statements that make all others wait: row locks, counters, and balances that are added to.
var taking = []*regexp.Regexp{
	regexp.MustCompile(`(?s)\bFROM (\w+).* FOR UPDATE\b`),
	regexp.MustCompile(`(?s)\bFROM (` + period + `)\b.* FOR SHARE\b`), // only to know the guard behind it
	regexp.MustCompile(`(?s)^\s*INSERT INTO (\w+) .*ON CONFLICT .*DO UPDATE`),
}

// watch notes, unit by unit, the tables whose rows were locked.
type watch struct {
	mu    sync.Mutex
	now   []string
	units [][]string
}

func (w *watch) seen(query string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, re := range taking {
		if m := re.FindStringSubmatch(query); m != nil {
			w.now = append(w.now, m[1])
		}
	}
}

func (w *watch) hit(p store.Point, _ int64) error {
	if p == store.PointCommit {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.units, w.now = append(w.units, firstLocks(w.now)), nil
	}
	return nil
}

// forget drops the locks of a unit that was rolled back.
func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = nil
}

// firstLocks gives each table once, where it was locked first. The counter that guards the making of a period is locked
// in its place and belongs to it.
func firstLocks(all []string) (out []string) {
	for i, table := range all {
		guard := table == "sequences" && i > 0 && all[i-1] == period && slices.Contains(all[i+1:], table)
		if table != period && !guard && !slices.Contains(out, table) {
			out = append(out, table)
		}
	}
	return out
}

// disagree gives the pairs that units lock in both orders, or against lockOrder.
func disagree(units [][]string) (out []string) {
	before := map[[2]string]bool{}
	for i, a := range lockOrder {
		for _, b := range lockOrder[i+1:] {
			before[[2]string{a, b}] = true
		}
	}
	for _, u := range units {
		for i, a := range u {
			for _, b := range u[i+1:] {
				before[[2]string{a, b}] = true
			}
		}
	}
	for pair := range before {
		back := [2]string{pair[1], pair[0]}
		if before[back] && pair[0] < pair[1] && againstOrder[pair] == "" && againstOrder[back] == "" {
			out = append(out, pair[0]+" and "+pair[1])
		}
	}
	slices.Sort(out)
	return out
}

// TestLocksAreTakenInOneOrder watches what the making of all samples and every action on them locks.
func TestLocksAreTakenInOneOrder(t *testing.T) {
	w := &watch{}
	o := wholeProduct(t)
	o.Faults = &store.Faults{Hit: w.hit, Seen: w.seen}
	s := filled(t, testkit.Postgres(t, o))
	w.units = slices.DeleteFunc(w.units, func(u []string) bool { return slices.Contains(u, "credentials") }) // set-up runs alone
	done := map[string]bool{}
	for _, d := range creatable(s.Company) {
		for _, a := range d.Actions {
			if a.Hidden || d.Machine == nil {
				continue
			}
			for _, id := range s.made[d.Name] {
				w.forget()
				_, err := pipeline.Do(context.Background(), s.Company, s.actor, pipeline.Command{Def: d, Act: a.Name, ID: id, Input: &resource.Object{}})
				if _, refused := problem.From(err); err != nil && !refused {
					t.Fatalf("%s %s: %v", d.Name, a.Name, err)
				}
				done[d.Name+":"+a.Name] = done[d.Name+":"+a.Name] || err == nil
			}
		}
	}
	for _, want := range []string{"sales.order:deliver", "stock.transfer:post", "stock.delivery:unpost", "settlement.receipt:post", "ledger.voucher:post"} {
		if !done[want] {
			t.Errorf("%s was never carried out", want)
		}
	}
	if list := disagree(w.units); len(list) > 0 {
		t.Errorf("units lock in both orders:\n%s\nin\n%s", strings.Join(list, "\n"), units(w.units))
	}
}

// units writes the different orders that were seen.
func units(all [][]string) string {
	var out []string
	for _, u := range all {
		out = append(out, strings.Join(u, " "))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "\n")
}

func TestLockOrdersAreJudged(t *testing.T) {
	for _, x := range []struct {
		units [][]string
		want  []string
	}{
		{[][]string{{"stock_pool", "sequences"}, {"a", "b"}, {"b", "sequences"}}, nil},
		{[][]string{{"a", "b"}, {"b", "a"}}, []string{"a and b"}},
		{[][]string{{"sequences", "stock_pool"}}, []string{"sequences and stock_pool"}},
		{[][]string{{"stock_pool", "stock_document"}}, nil},
	} {
		if got := disagree(x.units); !slices.Equal(got, x.want) {
			t.Errorf("%v: got %q, want %q", x.units, got, x.want)
		}
	}
	got := firstLocks([]string{"ledger_period", "sequences", "stock_pool", "sequences", "sequences"})
	if want := []string{"stock_pool", "sequences"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
