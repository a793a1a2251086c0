package insight

import (
	"cmp"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/stock"
)

// keepSold keeps what was sold in each month, apart by whose it is, so that the home page need not add up the sheets of
// this year and of the last. A posted sheet stays whose it is, so only posting and unposting move it.
func keepSold(c *kernel.Company) {
	stock.Posted.On(c, "insight", func(tx *kernel.Tx, e *stock.Event) error { return sold(tx, e.Doc, 1) })
	stock.Unposted.On(c, "insight", func(tx *kernel.Tx, e *stock.Event) error { return sold(tx, e.Doc, -1) })
	c.AddSeal(soldSeal, "insight.sold", writeSold)
}

// soldKinds are the kinds of sheets of which months are kept.
var soldKinds = []string{stock.KindDelivery, stock.KindSalesReturn}

// soldKey is whose sheets of a kind were sold in a month; owner and department are 0 for nobody.
type soldKey struct {
	kind              string
	month             clock.Month
	owner, department int64
}

// sold notes the goods of a sheet, times −1 when it is taken back. The mirror of a reversed sheet has their opposite itself.
func sold(tx *kernel.Tx, d *stock.Document, sign money.Amount) error {
	if !slices.Contains(soldKinds, d.Kind) {
		return nil
	}
	return keep(tx, soldKey{d.Kind, d.Date.Month(), d.Owner, d.Department}, sign*d.GoodsNet)
}

var soldTable = &store.Table{Name: "insight_sold", Columns: []string{"kind", "month", "owner", "department", "net"}}

func writeSold(tx *kernel.Tx) error {
	return writeKept(tx, soldTable, func(a, b soldKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.month, b.month), cmp.Compare(a.owner, b.owner), cmp.Compare(a.department, b.department))
	}, func(k soldKey) []any { return []any{k.kind, string(k.month), k.owner, k.department} })
}
