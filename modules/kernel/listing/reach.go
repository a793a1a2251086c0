package listing

import (
	"strconv"
	"strings"

	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

const (
	// mostWays bounds the statement: somebody who sees more departments than that sees most of the table.
	mostWays = 40
	// narrow is up to how many rows are sorted rather than met in the order of the list.
	narrow = 2000
)

// rows reads what was asked for, as far as the actor may see it, behind a cursor and in order: first the ids, for which
// an index is often enough, and then as many rows as there are on the page.
func (a *asked) rows(behind []cond, order string, limit int) (*store.DB, error) {
	ways, err := a.ways()
	if err != nil {
		return nil, err
	}
	ids := func(way cond) *store.DB { return a.table(append(behind, way)).Order(order).Limit(limit) }
	return a.merged(ways, ids).Order(order).Limit(limit), nil
}

// merged is the table's rows whose ids any of the ways leads to.
func (a *asked) merged(ways []cond, ids func(way cond) *store.DB) *store.DB {
	parts, subs := make([]string, len(ways)), make([]any, len(ways))
	for i, way := range ways {
		parts[i], subs[i] = "SELECT id FROM (?) AS way"+strconv.Itoa(i), ids(way).Select(colID)
	}
	return a.v.DB().Table(a.d.Table.Name).Where("id IN ("+strings.Join(parts, " UNION ")+")", subs...)
}

// table is the resource's table under what was asked for and more conditions.
func (a *asked) table(more []cond) *store.DB {
	db := a.v.DB().Table(a.d.Table.Name)
	for _, c := range append(a.conds[:len(a.conds):len(a.conds)], more...) {
		if c.sql != "" {
			db = db.Where(c.sql, c.args...)
		}
	}
	return db
}

// ways are conditions of which any makes the actor see a row, each to be read through an index of its own.
func (a *asked) ways() ([]cond, error) {
	d, table := a.d, a.d.Table.Name
	all := resource.Visible(a.v, d, table)
	if all == "" {
		return []cond{a.only("")}, nil
	}
	if d.Scope.Through != "" {
		way, err := a.through()
		return []cond{way}, err
	}
	var ways []cond
	var here []string
	for _, of := range resource.Owned(a.v, d) {
		for _, id := range of.IDs {
			mine := store.In(table+"."+of.Column, []int64{id})
			here, ways = append(here, "+"+mine), append(ways, a.only(mine))
		}
	}
	if member := resource.Listed(a.v, d, table); member != "" {
		here, ways = append(here, "+"+member), append(ways, a.only(member))
	}
	if open := resource.Opened(a.v, d, table); open != "" {
		here, ways = append(here, "NOT NOT "+open), append(ways, a.only(open))
	}
	enter := a.entered
	for i := 0; a.text && !enter && i < len(ways); i++ {
		n, err := a.most(cond{"SELECT id FROM " + table + " WHERE " + ways[i].sql, ways[i].args})
		if enter = n > narrow; err != nil {
			return nil, err
		}
	}
	switch {
	case enter && len(here) > 0: // a plus, or two negations, keep the databases from entering by the owner
		return []cond{a.only("(" + strings.Join(here, " OR ") + ")")}, nil
	case len(ways) == 0 || len(ways) > mostWays:
		return []cond{a.only(all)}, nil
	}
	return ways, nil
}

// only adds to a condition which rows of a shared table are the resource's.
func (a *asked) only(sql string) cond {
	if a.d.Only == nil {
		return cond{sql: sql}
	}
	if sql != "" {
		sql = " AND " + sql
	}
	return cond{a.d.Only.Field + " = ?" + sql, []any{a.d.Only.Value}}
}

// through is the condition of a resource that is seen with another one. Of a few rows that the actor sees each is found
// and then sorted; of many, rows are gone through in the order of the list until there are enough.
func (a *asked) through() (cond, error) {
	d, table := a.d, a.d.Table.Name
	target := a.v.Company.Def(d.Scope.Resource)
	inner := resource.Held(a.v, target, "scoped")
	each := a.only("EXISTS (SELECT 1 FROM " + target.Table.Name + " scoped WHERE scoped.id = " + table + "." + d.Scope.Through + " AND " + inner + ")")
	if a.entered {
		return each, nil
	}
	found := cond{sql: "SELECT seen.id FROM " + target.Table.Name + " scoped CROSS JOIN " + table + " seen WHERE seen." + d.Scope.Through + " = scoped.id AND " + inner}
	if d.Only != nil {
		found = cond{found.sql + " AND seen." + d.Only.Field + " = ?", []any{d.Only.Value}}
	}
	if n, err := a.most(found); err != nil || n > narrow {
		return each, err
	}
	return cond{"id IN (" + found.sql + ")", found.args}, nil
}

// most counts rows until there are more than a few.
func (a *asked) most(rows cond) (n int, err error) {
	_, err = a.v.Scan([]any{&n}, "SELECT COUNT(*) FROM ("+rows.sql+" LIMIT "+strconv.Itoa(narrow+1)+") AS few", rows.args...)
	return n, err
}
