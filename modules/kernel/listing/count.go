package listing

import (
	"database/sql"
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// Count says how far to count and add up.
type Count int

// The counts: not at all, up to Counted rows, or however many there are.
const (
	None Count = iota
	Bounded
	Exact
)

// Counted is the number of rows at which a bounded count stops.
const Counted = 10_000

// count counts the rows and adds up the columns that are shown with a sum. A bounded count that stops adds up nothing:
// the sum of some of the rows is nobody's figure.
func (a *asked) count(how Count, page *Page) error {
	columns, selects := []string{colID}, []string{"COUNT(*)"}
	var fields []*kernel.Field
	for _, f := range a.d.Fields {
		if f.Total && f.List && f.Stored() && a.v.Actor.Sees(f.Right) {
			columns = append(columns, f.Name)
			selects = append(selects, "CAST(COALESCE(SUM("+f.Name+"), 0) AS BIGINT)")
			fields = append(fields, f)
		}
	}
	sums := make([]int64, len(fields))
	dest := []any{&page.Total}
	for i := range sums {
		dest = append(dest, &sums[i])
	}
	ways, err := a.ways()
	if err != nil {
		return err
	}
	bound := func(db *store.DB) *store.DB {
		if how == Bounded {
			return db.Limit(Counted + 1)
		}
		return db
	}
	rows := a.table(ways[:1])
	if len(ways) > 1 {
		rows = a.merged(ways, func(way cond) *store.DB { return bound(a.table([]cond{way})) })
	}
	rows = bound(rows.Select(columns))
	err = eachRow(a.v.DB().Table("(?) AS counted", rows).Select(strings.Join(selects, ", ")), func(r *sql.Rows) error { return r.Scan(dest...) })
	page.Totals = map[string]string{}
	if page.More = how == Bounded && page.Total > Counted; page.More {
		page.Total = Counted
		return err
	}
	for i, f := range fields {
		page.Totals[f.Name] = resource.Text(f, reflect.ValueOf(sums[i]))
	}
	return err
}
