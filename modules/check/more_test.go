package check

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// small is a company that has parties only.
func small() testkit.Options {
	return testkit.Options{Modules: []kernel.Module{organisation.Module(), tax.Module(), party.Module()}}
}

func TestPeopleWorkingAtOnceLeaveAWholeChain(t *testing.T) {
	testkit.Both(t, small(), func(t *testing.T, c *kernel.Company) {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for j := range 10 {
					o, _ := resource.ParseObject(fmt.Appendf(nil, `{"code":"P%d-%d","name":"N"}`, i, j))
					if _, err := pipeline.Do(context.Background(), c, kernel.SystemActor(), pipeline.Command{Def: party.Parties.Def, Act: "create", Input: o}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		f := &firm{T: t, c: c}
		f.clean()
		found := f.run()
		if got := strings.Join(found.Counts, ", "); got != "records retold from the audit: 80, audit rows: 80, links: 0, parties: 80" || found.Kinds != 16 || found.Rows != 160 {
			t.Errorf("%d kinds, %d rows; counts: %s", found.Kinds, found.Rows, got)
		}
		f.sql("UPDATE audit SET actor_name = 'nobody' WHERE id = (SELECT MIN(id) + 200 FROM audit) OR id = (SELECT MAX(id) FROM audit WHERE id < (SELECT MAX(id) FROM audit))")
		if got := f.only("audit"); len(got) == 0 || !strings.Contains(got[0], "does not follow") {
			t.Errorf("told %q", got)
		}
	})
}

func TestTheCallerMayStop(t *testing.T) {
	c := testkit.SQLite(t, small())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if found, err := Run(ctx, c.Store); err == nil || found.Clean {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestManyFaultsOfAKindAreCutShort(t *testing.T) {
	c := testkit.SQLite(t, small())
	f := &firm{T: t, c: c, ids: map[string]int64{}}
	for i := range maxFaults + 5 {
		f.make("party", party.Parties.Def, fmt.Sprintf(`{"code":"P%d","name":"N"}`, i))
	}
	f.sql("DELETE FROM search_index")
	told := f.only("search")
	if len(told) != maxFaults+1 || told[maxFaults] != "search: … and 5 more" {
		t.Errorf("%d lines, the last is %q", len(told), told[len(told)-1])
	}
}

func TestWhatCannotBeReadIsAFault(t *testing.T) {
	c := testkit.SQLite(t, small())
	f := &firm{T: t, c: c}
	f.sql("DROP TABLE search_index")
	if told := f.only("search"); len(told) != 1 || !strings.Contains(told[0], "cannot be checked") {
		t.Errorf("told %q", told)
	}
}

func TestTheFileIsLookedAt(t *testing.T) {
	c := testkit.SQLite(t, small())
	f := &firm{T: t, c: c, ids: map[string]int64{}}
	f.make("party", party.Parties.Def, `{"code":"P","name":"N"}`)
	db, err := sql.Open("sqlite", c.Store.Path()+"?_pragma=foreign_keys(0)&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE base_party SET tax_rate = 77"); err != nil {
		t.Fatal(err)
	}
	want := f.named("file: base_party #$party points at a row of base_tax_rate that does not exist")
	if told := f.only("file"); len(told) != 1 || told[0] != want {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestLayers(t *testing.T) {
	firms(t, map[string]string{"stock.method": "fifo", "stock.negative": "allow"}, func(f *firm) {
		f.post("short", stock.Deliveries.Def, `{"date":"2026-10-01","party":$acme,"warehouse":$main,"lines":[{"item":$bolt,"qty":"3","price":"20"}]}`)
		f.post("more", stock.Receipts.Def, `{"date":"2026-10-02","party":$maker,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"12.5"}]}`)
		f.clean()
		for _, p := range []plant{
			{"layers", "stock_pool", "UPDATE stock_pool SET layers = '1000000:100'", "pool item B scope 0: kept 7 worth 87.50, its layers add up to 1 worth 1.00"},
			{"layers", "stock_pool", "UPDATE stock_pool SET layers = '7000000:-8750'", `layer "7000000:-8750" cannot be`},
			{"valuation", "stock_pool", "UPDATE stock_pool SET layers = '3000000:3750 4000000:5000'", "valued again 7 worth 87.50 at 12.5 7000000:8750"},
		} {
			f.with(p, func() {
				if told := strings.Join(f.only(p.kind), "\n"); !strings.Contains(told, p.want) {
					f.Errorf("%s told %q, want %q", p.kind, told, p.want)
				}
			})
		}
	})
}

func TestBooksThatBeganLaterAreNotCompared(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.trade()
		f.sql("UPDATE ledger_account SET created_at = created_at + 1", f.named("UPDATE settlement_open_item SET party = $other WHERE party = $acme"))
		notes := 0
		for _, line := range f.run().Counts {
			if strings.HasSuffix(line, "not compared, because there was business before the books") {
				notes++
			}
		}
		if told := f.only("control accounts"); notes != 3 || len(told) != 0 {
			f.Errorf("%d notes, told %q", notes, told)
		}
	})
}

func TestExactNumbers(t *testing.T) {
	for _, x := range []struct{ a, b, c, want int64 }{
		{7, 1, 2, 4}, {-7, 1, 2, -4}, {7, -1, 2, -4}, {5, 1, 4, 1}, {6, 1, 4, 2}, {0, 9, 7, 0}, {1 << 62, 4, 8, 1 << 61}, {7, 1, -2, -4},
	} {
		if got, ok := nearest(x.a, x.b, x.c); got != x.want || !ok {
			t.Errorf("%d × %d ÷ %d is %d, want %d", x.a, x.b, x.c, got, x.want)
		}
	}
	for _, x := range [][3]int64{{1 << 62, 4, 1}, {1, 1, 0}} {
		if got, ok := nearest(x[0], x[1], x[2]); ok {
			t.Errorf("%v gives %d", x, got)
		}
	}
	if got, ok := lineAmount(33_333333, 2_350000, 10_000_000); got != 7050 || !ok {
		t.Errorf("line amount %d, want 7050", got)
	}
	for _, x := range []struct {
		typed, rate int64
		mode        string
		want        parts
	}{
		{11300, 13_000_000, "included", parts{10000, 1300, 11300}}, {10000, 13_000_000, "excluded", parts{10000, 1300, 11300}},
		{100, 3_000_000, "included", parts{97, 3, 100}}, {-100, 3_000_000, "included", parts{-97, -3, -100}}, {50, 1_000_000, "excluded", parts{50, 1, 51}},
		{123, 13_000_000, "none", parts{123, 0, 123}},
	} {
		if got, ok := taxed(x.typed, x.rate, x.mode); got != x.want || !ok {
			t.Errorf("%d at %d %s is %v, want %v", x.typed, x.rate, x.mode, got, x.want)
		}
	}
	for _, x := range []struct {
		whole   int64
		weights []int64
		want    string
	}{
		{10, []int64{1, 1, 1}, "[4 3 3]"}, {-10, []int64{1, 1, 1}, "[-4 -3 -3]"}, {5, []int64{0, 0}, "[5 0]"}, {5, nil, "[]"},
		{100, []int64{3, -1}, "[150 -50]"}, {7, []int64{2, 5, 7}, "[1 3 3]"}, {7, []int64{-2, -5, -7}, "[1 3 3]"},
	} {
		if got := fmt.Sprint(spread(x.whole, x.weights)); got != x.want {
			t.Errorf("%d over %v is %s, want %s", x.whole, x.weights, got, x.want)
		}
	}
}
