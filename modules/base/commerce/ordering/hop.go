package ordering

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

// Hop is the way from orders to the documents that fulfil them. Live links belong to posted documents only; from which
// order line a document's line came is remembered for good, so posting again counts again.
type Hop struct {
	Kind   string // the kind of link
	Prefix string // of the problems "over" and "not_open"
	// Origins has the columns line, document, orders, order_line.
	Origins *store.Table
}

// Origin says from which line of which order a line of a document was made.
type Origin struct{ Line, Document, Order, OrderLine int64 }

// Target is a line of a document that may fulfil an order. Quantities here are in the items' own units.
type Target struct {
	ID, Item int64
	Qty      money.Qty
	Gross    money.Amount
}

// OpenLine is a line of an order and what is left of it.
type OpenLine struct {
	Line, Item int64
	Left       money.Qty
	Order      int64
	Number     string
	State      state.State
}

// Plan makes the links of a document: of its lines that still hold the item they were made with. It refuses more than
// what the orders have left, and orders that are not open.
func (h Hop) Plan(lines []Target, from []Origin, open []OpenLine) (made []links.Link, list problem.List) {
	byLine := map[int64]OpenLine{}
	for _, o := range open {
		byLine[o.Line] = o
	}
	for i, l := range lines {
		at := slices.IndexFunc(from, func(o Origin) bool { return o.Line == l.ID })
		if at < 0 {
			continue
		}
		source, known := byLine[from[at].OrderLine]
		if !known || source.Item != l.Item {
			continue
		}
		path := LinePath(i, "qty")
		switch {
		case source.State != "confirmed":
			list.Add(problem.Rule(h.Prefix+".not_open", "number", source.Number).At(path))
		case l.Qty > source.Left:
			list.Add(problem.Rule(h.Prefix+".over", "number", source.Number, "left", source.Left, "wanted", l.Qty).At(path))
		}
		source.Left -= l.Qty
		byLine[source.Line] = source
		made = append(made, links.Link{Source: source.Order, SourceLine: source.Line, Target: from[at].Document, TargetLine: l.ID, Qty: l.Qty, Amount: l.Gross})
	}
	return made, list
}

// Identify gives a document and its lines their ids before they are made: so they count as filled in, and what the
// order says is not replaced by defaults of the party and the items. lines are the fields of the lines' ids, in the
// order of from, whose documents and lines it fills.
func Identify(tx *kernel.Tx, document *int64, lines []*int64, from []Origin) error {
	var err error
	if *document, err = tx.Company.Store.NextID(); err != nil {
		return err
	}
	for i, line := range lines {
		if *line, err = tx.Company.Store.NextID(); err != nil {
			return err
		}
		from[i].Document, from[i].Line = *document, *line
	}
	return nil
}

// Sources gives the orders that a document counts towards.
func (h Hop) Sources(tx *kernel.Tx, document int64) ([]int64, error) {
	live, err := links.To(tx.View, document)
	var ids []int64
	for _, l := range live {
		if l.Kind == h.Kind {
			ids = append(ids, l.Source)
		}
	}
	return ids, err
}

// OrdersOf gives the orders that lines were made from, with repetitions.
func OrdersOf(from []Origin) []int64 {
	var ids []int64
	for _, o := range from {
		ids = append(ids, o.Order)
	}
	return ids
}

// Locked gives orders for changing, in the order of their ids.
func Locked[T any](tx *kernel.Tx, r *resource.Resource[T], ids []int64) ([]*T, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	recs, err := resource.LockMany(tx, r.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*T
	for _, id := range ids {
		if rec, ok := recs[id]; ok {
			out = append(out, rec.(*T))
		}
	}
	return out, nil
}

// Follow brings the links of one kind that lead to a sheet which is still being written in line with its lines: what a
// line was cut down by, or no longer holds, is free again; what it holds more counts as far as its source has some left.
// open are the lines of the sources, which the caller has locked.
func Follow(tx *kernel.Tx, kind string, sheet int64, lines []Target, open []OpenLine) error {
	live, err := links.To(tx.View, sheet)
	if err != nil {
		return err
	}
	live = slices.DeleteFunc(live, func(l links.Link) bool { return l.Kind != kind })
	made := refit(live, lines, open)
	if slices.Equal(live, made) {
		return nil
	}
	if err := links.Kill(tx, sheet, kind); err != nil {
		return err
	}
	return links.Make(tx, kind, made)
}

// refit gives the links as they should be.
func refit(live []links.Link, lines []Target, open []OpenLine) (made []links.Link) {
	for _, l := range live {
		at := slices.IndexFunc(lines, func(t Target) bool { return t.ID == l.TargetLine })
		from := slices.IndexFunc(open, func(o OpenLine) bool { return o.Line == l.SourceLine })
		if at < 0 || from < 0 || lines[at].Item != open[from].Item {
			continue
		}
		l.Qty, l.Amount = min(lines[at].Qty, open[from].Left+l.Qty), lines[at].Gross
		made = append(made, l)
	}
	return made
}

// TargetsOf gives the lines of a sheet as links see them.
func (s Sheet) TargetsOf() (out []Target) {
	for _, l := range s.Lines {
		out = append(out, Target{ID: l.ID, Item: l.Item, Qty: l.BaseQty, Gross: l.Gross})
	}
	return out
}
