package insight

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// Keys that no record has: what was taken off whole sheets, where figures are told apart by what stands on lines, and
// what did not find room.
const (
	off    = "-1"
	others = "\x00"
)

// How much of an answer stands on a page; the rest is one row, or one column, of others.
const (
	mostRows    = 200
	mostColumns = 36
	mostSheets  = 1000
)

// line is the figures of one row: by column, and all of it now and a year ago.
type line struct {
	cells     map[string]int64
	now, then int64
}

// answer is what a question came to: its rows by key and, in whole, what stands beneath them.
type answer struct {
	rows  map[string]*line
	whole line
}

func (a *answer) row(key string) *line {
	l := a.rows[key]
	if l == nil {
		l = &line{cells: map[string]int64{}}
		a.rows[key] = l
	}
	return l
}

func add(to *int64, n int64) (err error) {
	*to, err = money.AddOf(*to, n)
	return err
}

func addCell(to map[string]int64, key string, n int64) (err error) {
	to[key], err = money.AddOf(to[key], n)
	return err
}

// run answers an analysis.
func (s *side) run(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	if params == nil {
		params = map[string]string{}
	}
	q, err := s.ask(v, params)
	if err != nil {
		return nil, err
	}
	a, err := q.answer(v)
	if err != nil {
		return nil, err
	}
	p := layout{question: q, answer: a}
	if err := p.room(); err != nil {
		return nil, err
	}
	if q.rows == sheets {
		return p.list(v)
	}
	return p.table(v)
}

// answer gathers the figures, and leaves out the rows in which nothing stands.
func (q question) answer(v *kernel.View) (*answer, error) {
	a, err := q.gather(v)
	if err != nil {
		return nil, err
	}
	if q.compared() {
		err = q.remember(v, a)
	}
	maps.DeleteFunc(a.rows, func(_ string, l *line) bool {
		return l.now == 0 && l.then == 0 && !slices.ContainsFunc(slices.Collect(maps.Values(l.cells)), func(n int64) bool { return n != 0 })
	})
	return a, err
}

// add enters a figure where it belongs.
func (a *answer) add(c cell) error {
	var errs [4]error
	if c.into&inCell != 0 {
		errs[0] = addCell(a.row(c.row).cells, c.column, c.n)
	}
	if c.into&inRow != 0 {
		errs[1] = add(&a.row(c.row).now, c.n)
	}
	if c.into&inColumn != 0 {
		errs[2] = addCell(a.whole.cells, c.column, c.n)
	}
	if c.into&inAll != 0 {
		errs[3] = add(&a.whole.now, c.n)
	}
	return cmp.Or(errs[:]...)
}

// gather answers without last year.
func (q question) gather(v *kernel.View) (*answer, error) {
	a := &answer{rows: map[string]*line{}, whole: line{cells: map[string]int64{}}}
	found, err := q.cells(v)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if err := a.add(c); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// remember puts the figures of a year ago beside those of now.
func (q question) remember(v *kernel.View, a *answer) error {
	old := q.yearAgo()
	old.columns = nil
	then, err := old.gather(v)
	if err != nil {
		return err
	}
	for key, l := range then.rows {
		if q.rows.name == byMonth {
			key = string(q.monthAfter(clock.Month(key)))
		}
		a.row(key).then = l.now
	}
	a.whole.then = then.whole.now
	return nil
}

// monthAfter is the month a year later.
func (question) monthAfter(m clock.Month) clock.Month {
	return clock.Month(strconv.Itoa(m.Year()+1) + string(m[4:]))
}

// months lists the months of the question, with those without a figure; of very many only those from the first to the last
// that have one.
func (q question) months(keys []string, most int) []string {
	from, to := q.from.Month(), q.to.Month()
	if months := (to.Year()-from.Year())*12 + to.Number() - from.Number() + 1; months > most {
		if len(keys) == 0 {
			return nil
		}
		from, to = clock.Month(slices.Min(keys)), clock.Month(slices.Max(keys))
	}
	var out []string
	for m := from; m <= to; m = m.Next() {
		out = append(out, string(m))
	}
	return out
}

// layout is an answer in its order, with room for the most of it.
type layout struct {
	question
	*answer
	keys, heads []string
	folded      []kernel.Text
}

// room puts rows and columns in order and folds what does not fit into others.
func (p *layout) room() (err error) {
	weights := map[string]int64{}
	for key, l := range p.answer.rows {
		weights[key] = l.now
	}
	most := mostRows
	if p.question.rows == sheets {
		most = mostSheets
	}
	var rest []string
	p.keys, rest = p.order(p.question.rows, weights, most)
	if len(rest) > 0 {
		if err := p.fold(rest); err != nil {
			return err
		}
		p.keys = append(p.keys, others)
	}
	if p.columns == nil {
		return nil
	}
	p.heads, rest = p.order(p.columns, p.whole.cells, mostColumns)
	if len(rest) > 0 {
		p.heads = append(p.heads, others)
		for _, l := range append(slices.Collect(maps.Values(p.answer.rows)), &p.whole) {
			for _, key := range rest {
				if err := addCell(l.cells, others, l.cells[key]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fold adds rows up in the row of others.
func (p *layout) fold(rest []string) error {
	o := p.row(others)
	for _, key := range rest {
		l := p.row(key)
		if err := cmp.Or(add(&o.now, l.now), add(&o.then, l.then)); err != nil {
			return err
		}
		for column, n := range l.cells {
			if err := addCell(o.cells, column, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// order sorts keys: months as they come, sheets from the latest back, everything else by what it brought. What was taken
// off whole sheets comes last. The keys beyond the most are the rest.
func (p *layout) order(d *dimension, weights map[string]int64, most int) (keys, rest []string) {
	hasOff := false
	for key := range weights {
		if d.off(key) {
			hasOff = true
		} else {
			keys = append(keys, key)
		}
	}
	switch d.name {
	case byMonth:
		keys = p.months(keys, most)
		if n := len(keys) - most; n > 0 { // the latest stay
			rest, keys = keys[:n+1], keys[n+1:]
		}
	case bySheet:
		slices.SortFunc(keys, func(a, b string) int {
			return cmp.Or(cmp.Compare(b[:10], a[:10]), cmp.Compare(len(b), len(a)), cmp.Compare(b, a))
		})
	default:
		slices.SortFunc(keys, func(a, b string) int {
			return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
		})
	}
	if hasOff {
		most--
	}
	if len(keys) > most && rest == nil {
		rest, keys = keys[most-1:], keys[:most-1]
	}
	if len(rest) > 0 {
		p.folded = append(p.folded, kernel.T(d.label.Zh+"太多，只列 "+strconv.Itoa(len(keys))+" 个，另外 "+strconv.Itoa(len(rest))+" 个并入「其他」。可加条件缩小范围。",
			strconv.Itoa(len(keys))+" are shown by "+strings.ToLower(d.label.En)+"; "+strconv.Itoa(len(rest))+" more are in Others. Narrow the conditions to see them."))
	}
	if hasOff {
		keys = append(keys, off)
	}
	return keys, rest
}

// names gives what people call the keys of a dimension.
func (p *layout) names(v *kernel.View, d *dimension, keys []string) (map[string]string, error) {
	out := map[string]string{}
	ids := map[int64]bool{}
	for _, key := range keys {
		id, _ := strconv.ParseInt(key, 10, 64) // keys of a text are looked up nowhere
		switch {
		case key == others:
			out[key] = kernel.T("其他", "Others").In(v.Lang)
		case d.off(key):
			out[key] = offLabel.In(v.Lang)
		case key == "" || d.ref != "" && id == 0:
			out[key] = d.blank.In(v.Lang)
		case d.ref == "":
			out[key] = key
		default:
			ids[id] = true
		}
	}
	if d.ref == "" {
		return out, nil
	}
	labels, err := resource.NamesOf(v, map[string]map[int64]bool{d.ref: ids})
	for id := range ids {
		out[strconv.FormatInt(id, 10)] = labels[d.ref][id]
	}
	return out, err
}

func (p *layout) column(name string, label kernel.Text) *kernel.Field {
	return &kernel.Field{Name: name, Kind: p.measure.kind, Label: label, Right: p.rights[p.measure.name], Total: true, Signed: true, Width: 110}
}

// table lays the answer out.
func (p *layout) table(v *kernel.View) (*kernel.Table, error) {
	names, err := p.names(v, p.question.rows, p.keys)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Columns: []*kernel.Field{{Name: "key", Kind: kernel.KindText, Label: p.question.rows.label, Width: 200}}, Notes: p.notes(v)}
	whole := p.measure.label
	if p.columns != nil {
		heads, err := p.names(v, p.columns, p.heads)
		if err != nil {
			return nil, err
		}
		for i, key := range p.heads {
			t.Columns = append(t.Columns, p.column("c"+strconv.Itoa(i+1), kernel.T(heads[key], heads[key])))
		}
		whole = kernel.T("合计", "Total")
	}
	t.Columns = append(t.Columns, p.column("total", whole))
	if p.compared() {
		t.Columns = append(t.Columns, p.column("last", kernel.T("去年同期", "Last year")), p.column("change", kernel.T("增减", "Change")),
			&kernel.Field{Name: "rate", Kind: kernel.KindRate, Label: kernel.T("增减率", "Change, share"), Right: p.rights[p.measure.name], Signed: true, Width: 90})
	}
	for _, key := range p.keys {
		values, err := p.values(p.row(key))
		if err != nil {
			return nil, err
		}
		values["key"] = names[key]
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: p.drill(key)})
	}
	t.Totals, err = p.values(&p.whole)
	return t, err
}

// values gives the figures of a row by column.
func (p *layout) values(l *line) (map[string]any, error) {
	out := map[string]any{"total": p.measure.figure(l.now)}
	for i, key := range p.heads {
		out["c"+strconv.Itoa(i+1)] = p.measure.figure(l.cells[key])
	}
	if !p.compared() {
		return out, nil
	}
	change, err := money.SubOf(l.now, l.then)
	if err != nil {
		return nil, err
	}
	out["last"], out["change"] = p.measure.figure(l.then), p.measure.figure(change)
	if l.then != 0 {
		rate, err := money.MulDiv(change, int64(money.OneRate), max(l.then, -l.then))
		if err != nil {
			return nil, err
		}
		out["rate"] = money.Rate(rate)
	}
	return out, nil
}

// notes say what the figures are, and what is not among them.
func (p *layout) notes(v *kernel.View) []kernel.Text {
	out := []kernel.Text{p.note}
	if p.measure.counts() {
		out = []kernel.Text{kernel.T("只数没有红冲的单据，不数退货单。按商品或分类看时，一张单在它的每一行各数一次，合计不重复。",
			"Sheets that were not reversed, without returns. By item or category a sheet counts once in each of its rows, and once in the total.")}
	} else if !v.Actor.Can(p.back.Name, "read") {
		out = append(out, p.backNote)
	}
	if p.measure.off != "" && !p.wholeSheets() {
		out = append(out, kernel.T("按商品或分类筛选时，不含整单优惠和抹零。", "With an item or a category chosen, what was taken off whole sheets is left out."))
	}
	return append(out, p.folded...)
}

// list lays out the sheets themselves.
func (p *layout) list(v *kernel.View) (*kernel.Table, error) {
	var ids []int64
	idIn := func(key string) int64 {
		_, text, _ := strings.Cut(key, ":")
		id, _ := strconv.ParseInt(text, 10, 64) // the others have none
		return id
	}
	for _, key := range p.keys {
		if id := idIn(key); id != 0 {
			ids = append(ids, id)
		}
	}
	heads, err := sheetsOf(v, ids)
	if err != nil {
		return nil, err
	}
	t := &kernel.Table{Notes: p.notes(v), Columns: []*kernel.Field{
		{Name: "date", Kind: kernel.KindDate, Label: kernel.T("日期", "Date"), Width: 100},
		{Name: "number", Kind: kernel.KindText, Label: kernel.T("单号", "Number"), Width: 130},
		{Name: "kind", Kind: kernel.KindText, Label: kernel.T("单据", "Sheet"), Width: 110},
		{Name: "party", Kind: kernel.KindRef, Ref: "base.party", Label: p.partyLabel, Width: 200},
		{Name: "person", Kind: kernel.KindRef, Ref: "base.person", Label: kernel.T("业务员", "Person"), Width: 110},
		p.column("total", p.measure.label),
	}}
	defs := map[string]*kernel.Def{p.done.Only.Value: p.done, p.back.Only.Value: p.back}
	for _, key := range p.keys {
		row := kernel.Row{Values: map[string]any{"total": p.measure.figure(p.row(key).now)}}
		if s, found := heads[idIn(key)]; found {
			d := defs[s.kind]
			row.To = "/r/" + d.Name + "/" + strconv.FormatInt(s.id, 10)
			row.Values["date"], row.Values["number"], row.Values["kind"], row.Values["party"] = s.date, s.number, d.Label.In(v.Lang), s.party
			if s.owner != 0 {
				row.Values["person"] = s.owner
			}
		} else {
			row.Values["number"] = kernel.T("其他", "Others").In(v.Lang)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Totals = map[string]any{"total": p.measure.figure(p.whole.now)}
	return t, nil
}

// idOf reads a reference parameter, 0 for none.
func idOf(params map[string]string, name string) int64 {
	id, _ := strconv.ParseInt(params[name], 10, 64) // parameters are canonical: a number or nothing
	return id
}
