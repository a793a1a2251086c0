package custom

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/resource"
)

const placeHead, placeLine = "head", "line"

// keyOf is the name of a field. Ids are never used again, so neither are the names.
func keyOf(id int64) string { return "x_" + strconv.FormatInt(id, 10) }

// definitions reads all definitions as the unit or the view has them.
func definitions(tx *kernel.Tx) ([]*Field, error) {
	if err := resource.Flush(tx); err != nil {
		return nil, err
	}
	return read(tx.View)
}

func read(v *kernel.View) ([]*Field, error) {
	d := v.Company.Def(Name)
	ids, err := v.IDs("SELECT id FROM system_custom_field ORDER BY id")
	if err != nil {
		return nil, err
	}
	recs, err := resource.LoadMany(v, d, ids, false)
	if err != nil {
		return nil, err
	}
	out := make([]*Field, 0, len(recs))
	for _, id := range ids {
		out = append(out, recs[id].(*Field))
	}
	slices.SortStableFunc(out, func(a, b *Field) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
	return out, nil
}

// holders counts the records that hold something in a field; of an option those that hold it.
func holders(tx *kernel.Tx, field int64, option string) (n int64, err error) {
	query, args := "SELECT COUNT(*) FROM custom_value WHERE field = ?", []any{field}
	if option != "" {
		query, args = query+" AND txt = ?", append(args, option)
	}
	if err := resource.Flush(tx); err != nil {
		return 0, err
	}
	_, err = tx.Scan([]any{&n}, query, args...)
	return n, err
}

// Changed puts what the company made of its resources in force with the commit, here and in other processes. Whoever
// changes what a Source gives calls it.
func Changed(tx *kernel.Tx) error {
	all, err := definitions(tx)
	if err != nil {
		return err
	}
	made, err := madeBy(tx.View)
	if err != nil {
		return err
	}
	own := editions(tx.Company, all, made)
	tx.Unit.AfterCommit(func() { tx.Company.PutCatalog(own) })
	auth.Refresh(tx)
	return nil
}

// madeBy gives the resources that the company made itself.
func madeBy(v *kernel.View) (out []*kernel.Def, err error) {
	for _, hook := range v.Company.Hooks {
		if source, ok := hook.(Source); ok && err == nil {
			var more []*kernel.Def
			more, err = source(v)
			out = append(out, more...)
		}
	}
	return out, err
}

// reload reads what this or another process has committed.
func reload(v *kernel.View) error {
	all, err := read(v)
	if err != nil {
		return err
	}
	made, err := madeBy(v)
	if err == nil {
		v.Company.PutCatalog(editions(v.Company, all, made))
	}
	return err
}
