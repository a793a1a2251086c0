package check

import (
	"database/sql"
	"maps"
	"slices"
)

const (
	mostTurns = 3       // how often another row than the first that fits is taken
	mostTries = 200_000 // how many rows are looked at before an order is given up for lost
)

// order looks for the order in which changes of one record follow from each other. Where programs share a database a record may
// come back to what it was, and then more than one row fits: what settles it is that all rows find their place.
type order struct{ tries int }

// ordered reads the audit of a record once more and retells it in an order in which every row fits; nil when there is none.
func (t *teller) ordered(record int64) (*retold, error) {
	var rows []change
	err := t.Each(func(found *sql.Rows) error {
		var row change
		var diff string
		if err := found.Scan(&row.id, &row.act, &diff); err != nil {
			return err
		}
		rows = append(rows, row)
		return t.parse(&rows[len(rows)-1], diff)
	}, "SELECT id, act, diff FROM audit WHERE resource = ? AND record = ? ORDER BY at, id", t.resource, record)
	if err != nil {
		return nil, err
	}
	search := &order{tries: mostTries}
	for turns := range mostTurns + 1 {
		if r := search.from(t.begin(), rows, turns); r != nil {
			return r, nil
		}
	}
	return nil, nil
}

// from goes on from a state of the record. So many times another row is taken than the first that fits.
func (o *order) from(r *retold, left []change, turns int) *retold {
	left = slices.Clone(left)
	for len(left) > 0 {
		at := -1
		for i := range left {
			if o.tries--; o.tries < 0 {
				return nil
			}
			if r.misfit(&left[i]) != "" {
				continue
			}
			if at < 0 {
				if at = i; turns == 0 {
					break
				}
				continue
			}
			other := r.clone()
			other.apply(&left[i])
			if found := o.from(other, slices.Delete(slices.Clone(left), i, i+1), turns-1); found != nil {
				return found
			}
		}
		if at < 0 {
			return nil
		}
		r.apply(&left[at])
		left = slices.Delete(left, at, at+1)
	}
	return r
}

func (r *retold) clone() *retold {
	out := &retold{fields: maps.Clone(r.fields), lines: map[string]map[string]texts{}, made: r.made, gone: r.gone}
	for name, lines := range r.lines {
		out.lines[name] = map[string]texts{}
		for id, fields := range lines {
			out.lines[name][id] = maps.Clone(fields)
		}
	}
	return out
}
