package export

import (
	"database/sql"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// name is how a record is referred to: by its natural key, and what people call it.
type name struct{ code, title string }

// names keeps the names of referenced records, read in batches.
type names struct {
	v    *kernel.View
	byID map[string]map[int64]name
	want map[string]map[int64]bool
}

func newNames(v *kernel.View) *names {
	return &names{v: v, byID: map[string]map[int64]name{}, want: map[string]map[int64]bool{}}
}

// note remembers that an id will be asked for.
func (n *names) note(target string, id int64) {
	if _, known := n.byID[target][id]; known || id == 0 {
		return
	}
	if n.want[target] == nil {
		n.want[target] = map[int64]bool{}
	}
	n.want[target][id] = true
}

// read fetches what was noted. A record without a natural key goes by "#" and its id, which an import takes too.
func (n *names) read() error {
	for target, set := range n.want {
		d := n.v.Company.Def(target)
		if n.byID[target] == nil {
			n.byID[target] = map[int64]name{}
		}
		ids := make([]int64, 0, len(set))
		for id := range set {
			ids = append(ids, id)
			n.byID[target][id] = name{code: "#" + strconv.FormatInt(id, 10)}
		}
		for d != nil && d.Code != "" && len(ids) > 0 {
			size := min(len(ids), 128)
			if err := n.chunk(d, ids[:size]); err != nil {
				return err
			}
			ids = ids[size:]
		}
	}
	clear(n.want)
	return nil
}

func (n *names) chunk(d *kernel.Def, ids []int64) error {
	marks, args := resource.InArgs(ids)
	title := d.Title
	if title == "" {
		title = d.Code
	}
	return n.v.Each(func(rows *sql.Rows) error {
		var id int64
		var got name
		if err := rows.Scan(&id, &got.code, &got.title); err != nil {
			return err
		}
		if got.code == "" {
			got.code = n.byID[d.Name][id].code
		}
		n.byID[d.Name][id] = got
		return nil
	}, "SELECT id, "+d.Code+", "+title+" FROM "+d.Table.Name+" WHERE id IN ("+marks+")", args...)
}

func (n *names) of(target string, id int64) name { return n.byID[target][id] }
