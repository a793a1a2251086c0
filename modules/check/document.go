package check

import (
	"database/sql"
	"errors"
	"slices"

	"zhanggui/modules/kernel/money"
)

var documentKinds = []kind{
	{"orders", "kernel", checkOrders},
	{"documents", "stock", checkDocuments},
	{"order states", "kernel", checkOrderStates},
}

// paperLine is a line or a charge of a commercial sheet as it is kept.
type paperLine struct {
	id, qty, price, discount, rate int64
	amount, off                    int64
	parts
}

// paper is a commercial sheet as it is kept.
type paper struct {
	c                                 *checker
	id                                int64
	number, kind, mode                string
	discount, rounding, goods, charge int64
	parts
	lines, charges []paperLine
}

// papers is where sheets of one sort are kept.
type papers struct {
	table, kind, off string
}

// batch is how many sheets are held in memory at a time.
const batch = 500

func checkOrders(c *checker) error {
	for _, o := range []struct{ module, table, words string }{
		{"sales", "sales_quotation", "quotation"}, {"sales", "sales_order", "sales order"}, {"purchasing", "purchasing_order", "purchasing order"},
	} {
		if !c.has(o.module) {
			continue
		}
		err := c.eachPaper(papers{o.table, "'" + o.words + "'", "t.off"}, func(p *paper) {
			c.commercial(p)
			var weights []int64
			for _, l := range p.lines {
				weights = append(weights, l.gross)
			}
			for i, share := range spread(p.discount+p.rounding, weights) {
				p.same("line share of discount", p.lines[i].id, p.lines[i].off, share)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func checkDocuments(c *checker) error {
	const commercial = "kind IN ('delivery', 'sales_return', 'receipt', 'purchase_return')"
	err := c.compare(comparison{
		what: "goods without charges", keys: []key{named("document", "of", "stock_document", "number")}, figures: []figure{amount("goods_net", "net")},
		kept: "SELECT id AS document, goods_net FROM stock_document",
		found: "SELECT id AS document, net AS goods_net FROM stock_document WHERE " + commercial + ` UNION ALL
			SELECT c.parent, -c.net FROM stock_document_charge c JOIN stock_document d ON d.id = c.parent WHERE d.` + commercial,
	})
	if err != nil {
		return err
	}
	return c.eachPaper(papers{"stock_document", "t.kind", "0"}, func(p *paper) {
		switch p.kind {
		case "delivery", "sales_return", "receipt", "purchase_return":
			c.commercial(p)
		case "other_in", "opening":
			c.costed(p)
		default:
			p.same("total", p.id, p.gross, 0)
		}
	})
}

// eachPaper gives every sheet of a table with its lines and charges.
func (c *checker) eachPaper(from papers, each func(*paper)) error {
	for last := int64(0); ; {
		list, err := c.papers(from, last)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, p := range list {
			each(p)
		}
		last = list[len(list)-1].id
	}
}

func (c *checker) papers(from papers, after int64) ([]*paper, error) {
	var list []*paper
	byID := map[int64]*paper{}
	err := c.Each(func(rows *sql.Rows) error {
		p := &paper{c: c}
		err := rows.Scan(&p.id, &p.number, &p.kind, &p.mode, &p.discount, &p.rounding, &p.goods, &p.charge, &p.net, &p.tax, &p.gross)
		list, byID[p.id] = append(list, p), p
		return err
	}, "SELECT id, number, "+from.kind+", tax_mode, discount, rounding, goods, charge, net, tax, gross FROM "+from.table+
		" t WHERE id > ? ORDER BY id LIMIT ?", after, batch)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	upTo := list[len(list)-1].id
	err = c.Each(func(rows *sql.Rows) error {
		var l paperLine
		var parent int64
		err := rows.Scan(&parent, &l.id, &l.qty, &l.price, &l.discount, &l.rate, &l.amount, &l.net, &l.tax, &l.gross, &l.off)
		if p := byID[parent]; p != nil {
			p.lines = append(p.lines, l)
		}
		return err
	}, "SELECT parent, id, CASE WHEN by_second THEN qty2 ELSE qty END, price, discount, rate, amount, net, tax, gross, "+from.off+" FROM "+from.table+
		"_line t WHERE parent > ? AND parent <= ? ORDER BY parent, pos, id", after, upTo)
	if err != nil {
		return nil, err
	}
	err = c.Each(func(rows *sql.Rows) error {
		var l paperLine
		var parent int64
		err := rows.Scan(&parent, &l.id, &l.rate, &l.amount, &l.net, &l.tax, &l.gross)
		if p := byID[parent]; p != nil {
			p.charges = append(p.charges, l)
		}
		return err
	}, "SELECT parent, id, rate, amount, net, tax, gross FROM "+from.table+"_charge t WHERE parent > ? AND parent <= ? ORDER BY parent, pos, id", after, upTo)
	return list, err
}

// same tells a figure that is not what it should be. of is the row when it is not the sheet itself.
func (p *paper) same(what string, of, kept, recomputed int64) {
	if kept == recomputed {
		return
	}
	name := p.kind + " " + p.number
	if p.number == "" {
		name = p.kind + " without number"
	}
	p.c.fault("%s #%d: %s (#%d) kept %s, recomputed %s", name, p.id, what, of, money.Amount(kept), money.Amount(recomputed))
}

// commercial recomputes a sheet with prices and tax.
func (c *checker) commercial(p *paper) {
	var goods, charge int64
	var sum parts
	for i := range p.lines {
		l := &p.lines[i]
		if want, ok := lineAmount(l.qty, l.price, l.discount); ok {
			p.same("line amount", l.id, l.amount, want)
		} else {
			c.fault("%s %s #%d: the amount of line #%d does not fit", p.kind, p.number, p.id, l.id)
		}
		c.split(p, "line", l)
		goods += l.amount
		sum = sum.plus(l.parts, 1)
	}
	for i := range p.charges {
		l := &p.charges[i]
		c.split(p, "charge", l)
		charge += l.amount
		sum = sum.plus(l.parts, 1)
	}
	sum = sum.plus(p.off(), -1)
	p.same("goods", p.id, p.goods, goods)
	p.same("charges", p.id, p.charge, charge)
	p.same("net", p.id, p.net, sum.net)
	p.same("tax", p.id, p.tax, sum.tax)
	p.same("total", p.id, p.gross, sum.gross)
	p.same("net + tax", p.id, p.net+p.tax, p.gross)
}

func (a parts) plus(b parts, sign int64) parts {
	return parts{a.net + sign*b.net, a.tax + sign*b.tax, a.gross + sign*b.gross}
}

// split compares net, tax and gross of a row with what its typed amount gives.
func (c *checker) split(p *paper, what string, l *paperLine) {
	want, ok := taxed(l.amount, l.rate, p.mode)
	if !ok {
		c.fault("%s %s #%d: the tax of %s #%d does not fit", p.kind, p.number, p.id, what, l.id)
	}
	p.same(what+" net", l.id, l.net, want.net)
	p.same(what+" tax", l.id, l.tax, want.tax)
	p.same(what+" gross", l.id, l.gross, want.gross)
}

// off is what discount and rounding take away: shared over the tax rates of the lines by their gross, each share with
// its tax inside.
func (p *paper) off() parts {
	whole := p.discount + p.rounding
	var rates, weights []int64
	var both int // 1 for goods one way, 2 for the other, 3 for an exchange
	for _, l := range p.lines {
		switch {
		case l.gross > 0:
			both |= 1
		case l.gross < 0:
			both |= 2
		}
	}
	for _, l := range p.lines {
		rate := l.rate
		if p.mode != "included" && p.mode != "excluded" {
			rate = 0
		}
		at := slices.Index(rates, rate)
		if at < 0 {
			at, rates, weights = len(rates), append(rates, rate), append(weights, 0)
		}
		size := l.gross
		if both == 3 && size < 0 {
			size = -size
		}
		weights[at] += size
	}
	if len(rates) == 0 {
		return parts{whole, 0, whole}
	}
	var sum parts
	for i, share := range spread(whole, weights) {
		x, _ := taxed(share, rates[i], "included")
		sum = sum.plus(x, 1)
	}
	return sum
}

// costed recomputes a sheet whose prices are costs.
func (c *checker) costed(p *paper) {
	var goods int64
	for i := range p.lines {
		l := &p.lines[i]
		if want, ok := nearest(l.qty, l.price, toAmount); ok {
			p.same("line amount", l.id, l.amount, want)
		}
		goods += l.amount
	}
	p.same("goods", p.id, p.goods, goods)
}

// checkOrderStates: an order is closed exactly when all of it was fulfilled or somebody closed it short, a requisition
// ordered exactly when all of it is.
func checkOrderStates(c *checker) error {
	for _, o := range orders {
		if !c.has(o.module) {
			continue
		}
		line := "EXISTS (SELECT 1 FROM " + o.table + "_line l WHERE l.parent = o.id AND l." + o.done
		for _, q := range []struct{ words, where string }{
			{"is closed, but not all is " + o.done + " and nobody closed it short", "o.state = 'closed' AND NOT o.short_closed AND " + line + " < l.base_qty)"},
			{"is open, but all is " + o.done, "o.state = 'confirmed' AND NOT " + line + " < l.base_qty)"},
			{"has something " + o.done + ", but it is neither confirmed nor closed", "o.state NOT IN ('confirmed', 'closed') AND " + line + " <> 0)"},
		} {
			if err := c.none(o.module+" order %s #%s "+q.words, "SELECT o.number, o.id FROM "+o.table+" o WHERE "+q.where+" ORDER BY o.id"); err != nil {
				return err
			}
		}
	}
	if !c.has("purchasing") {
		return nil
	}
	const left = "EXISTS (SELECT 1 FROM purchasing_requisition_line l WHERE l.parent = r.id AND l.ordered "
	return errors.Join(
		c.none("requisition %s #%s is ordered, but not all of it is", "SELECT r.number, r.id FROM purchasing_requisition r WHERE r.state = 'ordered' AND "+left+"< l.base_qty) ORDER BY r.id"),
		c.none("requisition %s #%s is open, but all of it is ordered", "SELECT r.number, r.id FROM purchasing_requisition r WHERE r.state = 'submitted' AND NOT "+left+"< l.base_qty) ORDER BY r.id"),
		c.none("requisition %s #%s has something ordered, but it is not in force", "SELECT r.number, r.id FROM purchasing_requisition r WHERE r.state IN ('draft', 'waiting', 'void') AND "+left+"<> 0) ORDER BY r.id"))
}
