package ordering

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Progress lists what is still to be fulfilled, the most urgent first. The columns of party and done have the names of
// the direction; the parameters are party, item and until.
func (d Direction) Progress(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	lines, err := d.openRows(v, params)
	if err != nil {
		return nil, err
	}
	parties, items := map[int64]bool{}, map[int64]bool{}
	for _, l := range lines {
		parties[l.party], items[l.item] = true, true
	}
	names, err := resource.NamesOf(v, map[string]map[int64]bool{"base.party": parties, "base.item": items})
	if err != nil {
		return nil, err
	}
	out := &kernel.Table{}
	var qty, done, left []money.Qty
	var value []money.Amount
	for _, l := range lines {
		rest := l.qty - l.done
		worth, err := money.MulDiv(l.gross, rest, l.qty)
		if err != nil {
			return nil, problem.Rule("commerce.range")
		}
		late := int64(0)
		if p := clock.Date(l.promised); p != "" && p.Before(v.Today) {
			late = int64(p.DaysUntil(v.Today))
		}
		out.Rows = append(out.Rows, kernel.Row{To: "/r/" + d.Order + "/" + strconv.FormatInt(l.order, 10), Values: map[string]any{
			"number": l.number, "date": clock.Date(l.date), "promised": clock.Date(l.promised),
			d.Party: names["base.party"][l.party], "item": names["base.item"][l.item],
			"qty": money.Qty(l.qty), d.Done: money.Qty(l.done), "left": money.Qty(rest), "gross": money.Amount(worth), "late": late,
		}})
		qty, done, left = append(qty, money.Qty(l.qty)), append(done, money.Qty(l.done)), append(left, money.Qty(rest))
		value = append(value, money.Amount(worth))
	}
	return out, total(out, map[string][]money.Qty{"qty": qty, d.Done: done, "left": left}, map[string][]money.Amount{"gross": value})
}

// total fills the totals of a table from its columns.
func total(t *kernel.Table, qty map[string][]money.Qty, amounts map[string][]money.Amount) error {
	t.Totals = map[string]any{}
	for name, column := range qty {
		sum, err := money.SumOf(column)
		if err != nil {
			return problem.Rule("commerce.range")
		}
		t.Totals[name] = sum
	}
	for name, column := range amounts {
		sum, err := money.SumOf(column)
		if err != nil {
			return problem.Rule("commerce.range")
		}
		t.Totals[name] = sum
	}
	return nil
}

// Summary adds up confirmed and closed orders by one or two keys: the parameters by and then, which may be item,
// category, the direction's party, owner, department, month or date. columns are those of the report: first the two of
// the keys, named key and then, and orders, qty, goods, off and gross. More parameters: from, to, party, item.
func (d Direction) Summary(v *kernel.View, params map[string]string, columns []*kernel.Field) (*kernel.Table, error) {
	names := []string{params["by"]}
	if then := params["then"]; then != "" && then != names[0] {
		names = append(names, then)
	}
	var keys []groupKey
	for i, name := range names {
		k, ok := d.key(v, name)
		if !ok {
			return nil, problem.BadShape("field.option", "value", name).At([]string{"/by", "/then"}[i])
		}
		keys = append(keys, k)
	}
	found, err := d.summed(v, keys, params)
	if err != nil {
		return nil, err
	}
	if err := nameGroups(v, keys, found); err != nil {
		return nil, err
	}
	sortGroups(keys, found)
	out := &kernel.Table{Columns: columnsFor(columns, keys), Notes: []kernel.Text{
		kernel.T("已确认和已完成的订单；不含运费等其他费用。", "Confirmed and closed orders, without charges such as freight."),
	}}
	if params["from"] == "" && params["to"] == "" {
		out.Notes = append(out.Notes, kernel.T("没有填日期，统计全部日期的订单。", "No dates were given: orders of all dates are counted."))
	}
	for _, g := range found {
		out.Rows = append(out.Rows, kernel.Row{Values: g.values(), To: d.drill(names[0], g)})
	}
	all, err := d.summed(v, nil, params)
	if err != nil {
		return nil, err
	}
	out.Totals = all[0].values()
	delete(out.Totals, "key")
	delete(out.Totals, "then")
	return out, nil
}

func (g group) values() map[string]any {
	return map[string]any{
		"key": g.texts[0], "then": g.texts[1], "orders": g.orders, "qty": g.qty, "goods": g.goods, "off": g.off, "gross": g.gross,
	}
}

// drill leads from a group to its orders, where the list can filter by its key.
func (d Direction) drill(key string, g group) string {
	switch key {
	case d.Party, "owner", "department":
		return "/r/" + d.Order + "?filter=" + key + ":eq:" + strconv.FormatInt(g.ids[0], 10)
	case "date":
		return "/r/" + d.Order + "?filter=date:eq:" + g.texts[0]
	}
	return ""
}

// columnsFor heads the key columns with what they hold.
func columnsFor(columns []*kernel.Field, keys []groupKey) []*kernel.Field {
	columns[0].Label = keys[0].label
	if len(keys) == 1 {
		return slices.Delete(columns, 1, 2)
	}
	columns[1].Label = keys[1].label
	return columns
}

// nameGroups replaces ids by titles.
func nameGroups(v *kernel.View, keys []groupKey, found []group) error {
	ids := map[string]map[int64]bool{}
	for i, k := range keys {
		if k.ref != "" && ids[k.ref] == nil {
			ids[k.ref] = map[int64]bool{}
		}
		for _, g := range found {
			if k.ref != "" && g.ids[i] != 0 {
				ids[k.ref][g.ids[i]] = true
			}
		}
	}
	names, err := resource.NamesOf(v, ids)
	if err != nil {
		return err
	}
	for i, k := range keys {
		for j := range found {
			if k.ref != "" {
				found[j].texts[i] = names[k.ref][found[j].ids[i]]
			}
		}
	}
	return nil
}

// sortGroups puts days and months in their order and everything else by what it brought, the most first.
func sortGroups(keys []groupKey, found []group) {
	slices.SortStableFunc(found, func(a, b group) int {
		if keys[0].ref == "" && a.texts[0] != b.texts[0] {
			return cmp.Compare(a.texts[0], b.texts[0])
		}
		return cmp.Or(cmp.Compare(b.gross, a.gross), cmp.Compare(a.texts[0], b.texts[0]), cmp.Compare(a.texts[1], b.texts[1]),
			cmp.Compare(a.ids[0], b.ids[0]), cmp.Compare(a.ids[1], b.ids[1]))
	})
}
