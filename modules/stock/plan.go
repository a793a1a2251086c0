package stock

import (
	"zhanggui/modules/base/item"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// planner turns the lines of a document into movements.
type planner struct {
	tx    *kernel.Tx
	doc   *Document
	kind  *kind
	items map[int64]*item.Item
	worth []money.Amount   // of purchase sheets, by line
	back  map[int64]*given // of returns with an original, by the line's place
}

// given is the value of a move that follows another.
type given struct {
	value   money.Amount
	follows int64
}

func (p *planner) plan() ([]*movement, error) {
	if p.doc.Reverses != 0 {
		return p.mirror()
	}
	var err error
	if p.kind.price == purchasePrice {
		if p.worth, err = worth(p.tx.Company, p.doc); err != nil {
			return nil, err
		}
	}
	if p.kind.source != "" {
		if p.back, err = p.sendBack(); err != nil {
			return nil, err
		}
	}
	var out []*movement
	for i := range p.doc.Lines {
		l := &p.doc.Lines[i]
		it := p.items[l.Item]
		if it == nil {
			return nil, problem.Rule("ref.missing", "resource", "base.item").At(at(i, "item"))
		}
		if !it.Service {
			out = append(out, p.line(&movement{line: i, l: l, item: it, warehouse: p.doc.Warehouse, qty: l.BaseQty, qty2: l.Qty2})...)
		}
	}
	return out, nil
}

// line gives the movements of one line; m comes with what all kinds share.
func (p *planner) line(m *movement) []*movement {
	l := m.l
	m.side = p.kind.side
	if m.side == -1 {
		m.qty, m.qty2 = -l.BaseQty, -l.Qty2
	}
	switch p.kind.name {
	case KindDelivery:
		if m.qty > 0 {
			m.how = present // an exchange: what comes back has no original
		}
	case KindReceipt, KindPurchaseReturn:
		m.how, m.value = known, p.worth[m.line]
		if p.kind.name == KindReceipt && m.qty < 0 {
			m.value = -m.value // an exchange: what goes back
		}
	case KindSalesReturn:
		m.how = present
		if g := p.back[int64(m.line)]; g != nil {
			m.how, m.value, m.follows = known, g.value, g.follows
		}
	case KindOtherIn, KindOpening:
		m.how = present
		if l.Price != 0 || p.kind.name == KindOpening {
			m.how, m.value = known, l.Amount
		}
	case KindTransfer:
		arrival := *m
		m.qty, m.qty2, m.side = -l.BaseQty, -l.Qty2, -1
		arrival.side, arrival.how, arrival.warehouse, arrival.pair = 1, paired, p.doc.ToWarehouse, m
		return []*movement{m, &arrival}
	case KindCount:
		m.qty, m.qty2, m.side, m.how = l.Counted-l.Qty, l.Counted2-l.Qty2, 1, present
		if m.qty < 0 || m.qty == 0 && m.qty2 < 0 {
			m.side, m.how = -1, natural
		}
		if m.qty == 0 && m.qty2 == 0 {
			return nil
		}
	}
	return []*movement{m}
}

// mirror takes back every move of the original at exactly what it was worth.
func (p *planner) mirror() ([]*movement, error) {
	original, err := HandleOf(p.doc.Kind).Lock(p.tx, p.doc.Reverses)
	if err != nil {
		return nil, err
	}
	rows, err := movesOf(p.tx.View, original.ID)
	if err != nil {
		return nil, err
	}
	place := map[int64]int{}
	for i := range original.Lines {
		place[original.Lines[i].ID] = i
	}
	var out []*movement
	for _, r := range rows {
		i := place[r.line]
		value := r.value + r.adjValue
		out = append(out, &movement{line: i, l: &p.doc.Lines[i], item: p.items[r.pool.item], warehouse: r.warehouse, side: r.side,
			qty: -r.qty, qty2: -r.qty2, how: known, value: max(value, -value), follows: r.id})
	}
	return out, nil
}

// linkOf is the kind of link from an original to what sends it back.
var linkOf = map[string]string{KindDelivery: "returns", KindReceipt: "sends_back"}

// sendBack checks the lines that name an original, links them to it, and gives what sold goods are worth that come
// back: their share of the original cost, so that the last return takes what rounding left.
func (p *planner) sendBack() (map[int64]*given, error) {
	if err := findSource(p.tx.View, p.kind, p.doc, ""); err != nil {
		return nil, err
	}
	if list := unsold(p.doc, p.items); len(list) > 0 {
		return nil, list
	}
	originals, err := p.originals()
	if err != nil || len(originals) == 0 {
		return nil, err
	}
	moves := map[int64]*move{}
	if p.kind.name == KindSalesReturn {
		ids := make([]int64, 0, len(originals))
		for id := range originals {
			ids = append(ids, id)
		}
		rows, err := movesOf(p.tx.View, ids...)
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			moves[m.line] = m
		}
	}
	out := map[int64]*given{}
	var list problem.List
	var made []links.Link
	taken := leftOf{}
	for i := range p.doc.Lines {
		l := &p.doc.Lines[i]
		if l.SourceLine == 0 {
			continue
		}
		of := originals[l.Source].line(l.SourceLine)
		if of == nil || of.Item != l.Item {
			list.Add(problem.Rule("stock.source").At(at(i, "item")))
			continue
		}
		before := of.Returned + taken[of.ID]
		if over := taken.take(of, l, i); over != nil {
			list.Add(over)
			continue
		}
		made = append(made, links.Link{Source: l.Source, SourceLine: l.SourceLine, Target: p.doc.ID, TargetLine: l.ID, Qty: l.BaseQty, Amount: l.Gross})
		if m := moves[of.ID]; m != nil {
			if out[int64(i)], err = shareOf(m, before, l.BaseQty); err != nil {
				return nil, err
			}
		}
	}
	if len(list) > 0 {
		return nil, list
	}
	return out, links.Make(p.tx, linkOf[p.kind.source], made)
}

// original is a posted sheet that lines of a return name; nil finds no line.
type original struct{ doc *Document }

func (o *original) line(id int64) *DocumentLine {
	if o == nil {
		return nil
	}
	for i := range o.doc.Lines {
		if o.doc.Lines[i].ID == id {
			return &o.doc.Lines[i]
		}
	}
	return nil
}

// originals locks the sheets that the lines name. One that is not posted, or of another party, is left out.
func (p *planner) originals() (map[int64]*original, error) {
	var ids []int64
	for i := range p.doc.Lines {
		if l := &p.doc.Lines[i]; l.SourceLine != 0 {
			ids = append(ids, l.Source)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	recs, err := resource.LockMany(p.tx, HandleOf(p.kind.source).Def, ids)
	if err != nil {
		return nil, err
	}
	out := map[int64]*original{}
	for id, rec := range recs {
		doc := rec.(*Document)
		if doc.Kind == p.kind.source && doc.State == Done && doc.Party == p.doc.Party && doc.Reverses == 0 {
			if doc.Date > p.doc.Date { // costs pass forward in time only
				return nil, problem.Rule("stock.return_date", "number", doc.Number, "date", string(doc.Date)).At("/date")
			}
			out[id] = &original{doc}
		}
	}
	if len(out) == 0 {
		return nil, problem.Rule("stock.source").At("/source")
	}
	return out, nil
}

// shareOf is the part of a move's present value that falls on qty, when before of it came back earlier.
func shareOf(m *move, before, qty money.Qty) (*given, error) {
	value := m.value + m.adjValue
	upTo := func(q money.Qty) (int64, error) { return money.MulDiv(int64(value), int64(q), int64(m.qty)) }
	first, err := upTo(before)
	if err != nil {
		return nil, err
	}
	last, err := upTo(before + qty)
	if err != nil {
		return nil, err
	}
	share := last - first // the sign of value ÷ quantity, which is never negative
	return &given{value: money.Amount(max(share, -share)), follows: m.id}, nil
}
