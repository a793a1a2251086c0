package counter

import (
	"cmp"
	"net/http"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/web/route"
)

// usual answers what the party buys most, and its last sheet.
func (s *shelf) usual(r *route.Request) error {
	a, err := askedOf(r)
	if err != nil {
		return err
	}
	out := answer{Items: []rowShape{}}
	err = r.View(func(v *kernel.View) (err error) {
		out, err = s.habits(v, a)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// habit is how often an item was bought.
type habit struct {
	item  int64
	times int
	last  money.Qty
}

// habitsOf counts on how many sheets each item stands: the most bought first, of equals the one bought last.
func habitsOf(lines []bought) []habit {
	var list []habit
	at, counted := map[int64]int{}, map[[2]int64]bool{}
	for _, b := range lines {
		if b.qty <= 0 {
			continue
		}
		i, known := at[b.item]
		if !known {
			i, at[b.item] = len(list), len(list)
			list = append(list, habit{item: b.item, last: b.qty})
		}
		if key := [2]int64{b.sheet, b.item}; !counted[key] {
			counted[key] = true
			list[i].times++
		}
	}
	slices.SortStableFunc(list, func(a, b habit) int { return cmp.Compare(b.times, a.times) })
	return list
}

func (s *shelf) habits(v *kernel.View, a asked) (out answer, err error) {
	out.Items = []rowShape{}
	_, byID, err := s.at(v)
	if err != nil {
		return out, err
	}
	d, err := dealingsOf(v, a)
	if err != nil || len(d.lines) == 0 {
		return out, err
	}
	active := func(id int64) bool { return byID[id] != nil && byID[id].active }
	list := slices.DeleteFunc(habitsOf(d.lines), func(h habit) bool { return !active(h.item) })
	list = list[:min(len(list), a.limit)]
	ids, of := make([]int64, len(list)), map[int64]habit{}
	for i, h := range list {
		ids[i], of[h.item] = h.item, h
	}
	again := d.sheet(active)
	for _, l := range again.Lines {
		if !slices.Contains(ids, l.Item) {
			ids = append(ids, l.Item)
		}
	}
	if d.hands, err = handsOf(v, ids); err != nil {
		return out, err
	}
	rows, err := d.rows(v, ids)
	if err != nil {
		return out, err
	}
	labels := map[int64]string{}
	for _, row := range rows {
		labels[row.ID] = row.label()
		if h, ok := of[row.ID]; ok {
			row.Usual = &usualShape{h.times, h.last.String()}
			out.Items = append(out.Items, row)
		}
	}
	for i := range again.Lines {
		again.Lines[i].Label = labels[again.Lines[i].Item]
	}
	if len(again.Lines) > 0 {
		out.Sheet = again
	}
	return out, nil
}

// label is what an item is called in a line.
func (r *rowShape) label() string {
	if r.Spec == "" {
		return r.Name
	}
	return r.Name + " " + r.Spec
}

// mostLines is up to how many lines a sheet is offered to be written again.
const mostLines = 200

// sheet is the party's last sheet, without prices: they are those of the day on which it is written again.
func (d *dealings) sheet(active func(int64) bool) *sheetShape {
	first := d.lines[0]
	out := &sheetShape{Resource: d.trade.done.Name, ID: first.sheet, Number: first.number, Date: string(first.date), Lines: []lineShape{}}
	for _, b := range d.lines {
		if b.sheet != first.sheet {
			break
		}
		if b.qty > 0 && active(b.item) && len(out.Lines) < mostLines {
			out.Lines = append(out.Lines, lineShape{Item: b.item, Qty: b.qty.String()})
		}
	}
	return out
}
