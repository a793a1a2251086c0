package listing_test

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

//go:embed testdata/*.sql
var testSQL embed.FS

type named struct {
	resource.Base
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

// folk are masters of somebody.
type folk struct {
	resource.Base
	Code       string `zg:"list,search,sort" zh:"编码" en:"Code"`
	Name       string `zg:"list,search,sort" zh:"名称" en:"Name"`
	Owner      int64  `zg:"filter,ref=base.person" zh:"业务员" en:"Owner"`
	Department int64  `zg:"filter,ref=base.department" zh:"部门" en:"Department"`
}

// slip is a document of somebody, in two kinds; note is the same table seen with the folk it is about.
type slip struct {
	resource.Doc
	Kind      string       `zg:"readonly,hidden" zh:"类型" en:"Kind"`
	Folk      int64        `zg:"filter,ref=test.folk" zh:"往来" en:"Folk"`
	Reference string       `zg:"search" zh:"参考" en:"Reference"`
	Total     money.Amount `zg:"list,total,sort" zh:"合计" en:"Total"`
	Free      bool         `zg:"readonly" zh:"公开" en:"Open to all"`
}

var (
	folks = resource.Declare[folk](resource.Spec[folk]{Name: "test.folk", Label: kernel.T("往来", "Folk"), Scope: own})
	slips = declare("test.slip", "a", &kernel.Anchor{Owner: "owner", Department: "department", Open: "free"})
	notes = declare("test.note", "b", &kernel.Anchor{Through: "folk", Resource: "test.folk"})
	own   = &kernel.Anchor{Owner: "owner", Department: "department"}
)

func declare(name, kind string, scope *kernel.Anchor) *resource.Resource[slip] {
	return resource.Declare[slip](resource.Spec[slip]{Name: name, Table: "test_slip", Label: kernel.T("单据", "Slip"), Kind: "document", Title: "number",
		Code: "number", Scope: scope, Only: &kernel.Only{Field: "kind", Value: kind}})
}

func stand(name string) *kernel.Def {
	return resource.Declare[named](resource.Spec[named]{Name: name, Label: kernel.T("甲", "A"), Internal: true}).Def
}

// level is all rights with one scope.
type level kernel.ScopeLevel

func (level) Can(string, string) bool          { return true }
func (l level) Scope(string) kernel.ScopeLevel { return kernel.ScopeLevel(l) }
func who(l kernel.ScopeLevel, person, department int64, below ...int64) *kernel.Actor {
	return &kernel.Actor{UserID: 1, PersonID: person, Department: department, Below: append(below, department), Perms: level(l), Lang: "zh"}
}

const (
	folkCount = 400
	slipCount = 16_000
)

// of tells whose the row i of all is: of a hundred, person 1 has one and person 2 sixty, both in department 1 below 9; the
// rest is of person 3 in department 3. The oldest hundredth is of person 4 in department 1.
func of(i, all int) (person, department int64) {
	switch {
	case i < all/100:
		return 4, 1
	case i%100 == 37:
		return 1, 1
	case i%100 < 61:
		return 2, 1
	}
	return 3, 3
}

var folkRows, slipRows = func() (folks []*folk, slips []*slip) {
	for i := range folkCount {
		f := &folk{Code: fmt.Sprintf("F%03d", i), Name: "往来"}
		f.ID, f.Version = int64(1+i), 1
		f.Owner, f.Department = of(i, folkCount)
		folks = append(folks, f)
	}
	for i := range slipCount {
		s := &slip{Kind: "a", Folk: int64(1 + i/4%folkCount), Total: money.Amount(i % 1000)}
		if i%4 == 0 { // a note
			s.Kind = "b"
		}
		s.ID, s.Version = int64(10_001+i), 1
		s.Owner, s.Department = of(i, slipCount)
		s.Number = fmt.Sprintf("%s-%08d", s.Kind, i)
		s.Date = clock.Date(fmt.Sprintf("2026-%02d-%02d", 1+i/1400, 1+i/50%28))
		if i%500 == 1 {
			s.Reference = fmt.Sprintf("PO%d", i)
		}
		s.Free = i%97 == 1
		slips = append(slips, s)
	}
	return folks, slips
}()

func insert[T any](u *store.Unit, d *kernel.Def, recs []*T) error {
	var rows []any
	for _, rec := range recs {
		for _, f := range d.Fields {
			switch v := resource.Value(f, rec); {
			case f.Kind == kernel.KindRef && v.Int() == 0:
				rows = append(rows, nil)
			case v.Kind() == reflect.Bool:
				rows = append(rows, v.Bool())
			case v.CanInt():
				rows = append(rows, v.Int())
			default:
				rows = append(rows, v.String())
			}
		}
	}
	return d.Table.Insert(u, rows)
}

func filled(t *testing.T, fn func(t *testing.T, c *kernel.Company)) {
	files, _ := fs.Sub(testSQL, "testdata")
	module := kernel.Module{Name: "test", Migrations: files, Setup: func(c *kernel.Company) error {
		return c.Add(stand("base.user"), stand("base.person"), stand("base.department"), folks.Def, slips.Def, notes.Def)
	}}
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{module}}, func(t *testing.T, c *kernel.Company) {
		err := c.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
			if err := insert(u, folks.Def, folkRows); err != nil {
				return err
			}
			if err := insert(u, slips.Def, slipRows); err != nil {
				return err
			}
			var found []search.Row
			for _, f := range folkRows {
				found = append(found, resource.IndexRow(folks.Def, f))
			}
			for _, s := range slipRows {
				found = append(found, resource.IndexRow(map[string]*kernel.Def{"a": slips.Def, "b": notes.Def}[s.Kind], s))
			}
			return search.Write(u, nil, found)
		})
		if err != nil {
			t.Fatal(err)
		}
		fn(t, c)
	})
}

// sees tells by hand what the list has to find out from indexes.
func sees(a *kernel.Actor, person, department int64) bool {
	switch kernel.ScopeLevel(a.Perms.(level)) {
	case kernel.ScopeAll:
		return true
	case kernel.ScopeOwn:
		return person == a.PersonID
	case kernel.ScopeBelow:
		return person == a.PersonID || slices.Contains(a.Below, department)
	}
	return false
}

// expected gives the slips of a list in order: of their own or open to all, or for notes of the folk's owner.
func expected(a *kernel.Actor, d *kernel.Def, want func(s *slip) bool, order func(a, b *slip) int) (out []*slip) {
	for _, s := range slipRows {
		person, department := s.Owner, s.Department
		if d.Scope.Through != "" {
			person, department = folkRows[s.Folk-1].Owner, folkRows[s.Folk-1].Department
		}
		open := d.Scope.Open != "" && s.Free && kernel.ScopeLevel(a.Perms.(level)) >= kernel.ScopeOwn
		if s.Kind == d.Only.Value && (open || sees(a, person, department)) && (want == nil || want(s)) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, order)
	return out
}

func newest(a, b *slip) int { return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(b.ID, a.ID)) }

func dearest(a, b *slip) int {
	return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
}

var questions = []struct {
	q     listing.Query
	want  func(s *slip) bool
	order func(a, b *slip) int
}{
	{listing.Query{}, nil, newest},
	{listing.Query{Sort: "-total,date"}, nil, dearest},
	{listing.Query{Filters: []listing.Filter{{Field: "date", Op: "ge", Value: "2026-09-01"}, {Field: "date", Op: "lt", Value: "2026-11-05"}}},
		func(s *slip) bool { return s.Date >= "2026-09-01" && s.Date < "2026-11-05" }, newest},
	{listing.Query{Filters: []listing.Filter{{Field: "date", Op: "within", Value: "last_month"}}},
		func(s *slip) bool { return s.Date >= "2026-10-01" && s.Date <= "2026-10-31" }, newest},
	{listing.Query{Filters: []listing.Filter{{Field: "folk", Op: "eq", Value: "38"}}}, func(s *slip) bool { return s.Folk == 38 }, newest},
	{listing.Query{Q: "0077"}, func(s *slip) bool { return strings.Contains(s.Number, "0077") }, newest},
	{listing.Query{Q: "po15 1"}, func(s *slip) bool {
		return strings.HasPrefix(s.Reference, "PO15") && strings.Contains(s.Number+s.Reference, "1")
	}, newest},
	{listing.Query{Q: "a-00000737"}, func(s *slip) bool { return s.Number == "a-00000737" }, newest},
	{listing.Query{Q: "b-00000148"}, func(s *slip) bool { return s.Number == "b-00000148" }, newest},
}

var actors = map[string]*kernel.Actor{
	"boss": who(kernel.ScopeAll, 8, 8), "manager": who(kernel.ScopeBelow, 8, 9, 1), "mixed": who(kernel.ScopeBelow, 3, 1),
	"star": who(kernel.ScopeOwn, 2, 1), "rare": who(kernel.ScopeOwn, 1, 1), "idle": who(kernel.ScopeOwn, 4, 1),
	"stranger": who(kernel.ScopeOwn, 7, 7), "nobody": who(kernel.ScopeNone, 1, 1),
}

// TestLists asks one filled company for all of it: nothing here writes, and to fill it takes longest.
func TestLists(t *testing.T) {
	filled(t, func(t *testing.T, c *kernel.Company) {
		for name, test := range map[string]func(*testing.T, *kernel.Company){"pages": pages, "periods": periods, "counts": counts, "refusals": refusals} {
			t.Run(name, func(t *testing.T) { test(t, c) })
		}
	})
}

// pages walks through lists of everybody and compares every row with what a look at each row gives.
func pages(t *testing.T, c *kernel.Company) {
	for name, a := range actors {
		for _, d := range []*kernel.Def{slips.Def, notes.Def} {
			for i, x := range questions {
				want := expected(a, d, x.want, x.order)
				got, q := []*slip(nil), x.q
				err := c.View(context.Background(), a, func(v *kernel.View) error {
					for q.Limit = 450; ; {
						page, err := listing.List(v, d, q)
						if err != nil {
							return err
						}
						for _, rec := range page.Items {
							got = append(got, rec.(*slip))
						}
						if q.Cursor = page.Next; q.Cursor == "" || len(got) > slipCount {
							return nil
						}
					}
				})
				if err != nil || !slices.EqualFunc(got, want, func(a, b *slip) bool { return a.ID == b.ID && a.Number == b.Number }) {
					t.Errorf("%s %s question %d: %v, %d rows, want %d", name, d.Name, i, err, len(got), len(want))
				}
			}
		}
	}
}

// periods pins the days of each period around the Saturday on which test companies live.
func periods(t *testing.T, c *kernel.Company) {
	days := map[string][2]clock.Date{"today": {"2026-11-21", "2026-11-21"}, "yesterday": {"2026-11-20", "2026-11-20"}, "week": {"2026-11-16", "2026-11-22"},
		"month": {"2026-11-01", "2026-11-30"}, "last_month": {"2026-10-01", "2026-10-31"}, "quarter": {"2026-10-01", "2026-12-31"},
		"year": {"2026-01-01", "2026-12-31"}, "last_year": {"2025-01-01", "2025-12-31"}}
	for period, span := range days {
		want := expected(actors["boss"], slips.Def, func(s *slip) bool { return s.Date >= span[0] && s.Date <= span[1] }, newest)
		err := c.View(context.Background(), actors["boss"], func(v *kernel.View) error {
			page, err := listing.List(v, slips.Def, listing.Query{Filters: []listing.Filter{{Field: "date", Op: "within", Value: period}}, Count: listing.Exact})
			if err == nil && page.Total != int64(len(want)) {
				t.Errorf("%s: %d slips, want %d", period, page.Total, len(want))
			}
			return err
		})
		if err != nil {
			t.Error(period, err)
		}
	}
}

// counts: up to ten thousand rows are counted and added up; of more it is said that there are more.
func counts(t *testing.T, c *kernel.Company) {
	for name, a := range actors {
		for _, d := range []*kernel.Def{slips.Def, notes.Def} {
			for i, x := range questions[:5] {
				all := expected(a, d, x.want, x.order)
				var sum money.Amount
				for _, s := range all {
					sum += s.Total
				}
				for _, how := range []listing.Count{listing.Bounded, listing.Exact} {
					want := listing.Page{Total: int64(len(all)), Totals: map[string]string{"total": sum.String()}}
					if how == listing.Bounded && len(all) > 10_000 {
						want = listing.Page{Total: 10_000, More: true, Totals: map[string]string{}}
					}
					x.q.Count = how
					err := c.View(context.Background(), a, func(v *kernel.View) error {
						got, err := listing.List(v, d, x.q)
						if err == nil && !reflect.DeepEqual(*got, want) {
							t.Errorf("%s %s question %d: %+v, want %+v", name, d.Name, i, *got, want)
						}
						return err
					})
					if err != nil {
						t.Errorf("%s %s question %d: %v", name, d.Name, i, err)
					}
				}
			}
		}
	}
	if n := len(expected(actors["boss"], slips.Def, nil, newest)); n != 12_000 {
		t.Errorf("%d slips: the bound is not met", n)
	}
	if n := len(expected(actors["manager"], notes.Def, nil, newest)); n != 2440 {
		t.Errorf("%d notes: a wide list is not met", n)
	}
}

func refusals(t *testing.T, c *kernel.Company) {
	for _, x := range []struct {
		q    listing.Query
		want string
	}{
		{listing.Query{Sort: "reference"}, "sort.unknown field=reference"},
		{listing.Query{Filters: []listing.Filter{{Field: "date", Op: "within", Value: "fortnight"}}}, "filter.period period=fortnight"},
		{listing.Query{Filters: []listing.Filter{{Field: "folk", Op: "within", Value: "month"}}}, "filter.operator op=within"},
		{listing.Query{Filters: []listing.Filter{{Field: "note", Op: "eq", Value: "x"}}}, "filter.unknown field=note"},
		{listing.Query{Filters: []listing.Filter{{Field: "folk", Op: "has", Value: "x"}}}, "filter.operator op=has"},
		{listing.Query{Filters: []listing.Filter{{Field: "date", Op: "like", Value: "x"}}}, "filter.operator op=like"},
		{listing.Query{Cursor: "bm8", Limit: 1}, "cursor.invalid"},
	} {
		err := c.View(context.Background(), actors["boss"], func(v *kernel.View) error {
			_, err := listing.List(v, slips.Def, x.q)
			return err
		})
		if list, ok := problem.From(err); !ok || list.Error() != x.want {
			t.Errorf("%+v: %v, want %s", x.q, err, x.want)
		}
	}
}
