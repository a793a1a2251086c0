package listing

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// custom is filter for a field that the company added. Rows without a value are taken as a column would be that holds zero.
func (a *asked) custom(f *kernel.Field, q Filter) error {
	switch q.Op {
	case "has":
		if f.Kind != kernel.KindText && f.Kind != kernel.KindLongText {
			return problem.BadShape("filter.operator", "op", q.Op)
		}
		a.has([]*kernel.Field{f}, q.Value)
		return nil
	case "empty":
		not := map[bool]string{true: "NOT ", false: ""}[q.Value != "0"]
		a.add(not + extra.Holding(f, "id", "1 = 1"))
		return nil
	case "within":
		inner, column := asked{v: a.v, d: a.d}, *f
		column.Name = "txt"
		err := inner.within(&column, q.Value)
		for _, c := range inner.conds {
			a.add(extra.Holding(f, "id", c.sql+" AND "+extra.Short), c.args...)
		}
		return err
	case "in":
		return a.customIn(f, strings.Split(q.Value, ","))
	}
	op, ok := operators[q.Op]
	if !ok {
		return problem.BadShape("filter.operator", "op", resource.Clip(q.Op))
	}
	arg, err := resource.Parameter(f, q.Value)
	if err != nil {
		return err
	}
	sql, args := extra.Compare(f, op, arg)
	a.add(sql, args...)
	return nil
}

func (a *asked) customIn(f *kernel.Field, texts []string) error {
	if len(texts) > 200 {
		return problem.BadShape("filter.too_many")
	}
	var parts []string
	var all []any
	for _, text := range texts {
		arg, err := resource.Parameter(f, text)
		if err != nil {
			return err
		}
		sql, args := extra.Compare(f, "=", arg)
		parts, all = append(parts, sql), append(all, args...)
	}
	a.add("("+strings.Join(parts, " OR ")+")", all...)
	return nil
}
