package views

import (
	"database/sql"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
)

// count tells how many views of a list their maker has.
func count(v *kernel.View, rec *View) (n int, err error) {
	_, err = v.Scan([]any{&n}, "SELECT COUNT(*) FROM system_view WHERE account = ? AND list = ?", rec.Account, rec.List)
	return n, err
}

// named reports whether another view of the list has the name.
func named(v *kernel.View, rec *View) (bool, error) {
	return v.Scan([]any{new(int64)}, "SELECT id FROM system_view WHERE account = ? AND list = ? AND name = ? AND id <> ?", rec.Account, rec.List, rec.Name, rec.ID)
}

// offered gives the views of a list that the caller may use: his own and those that are shared with him, by name. It is
// read here and not by the record's scope, for being shared with somebody does not make the record his.
func offered(v *kernel.View, list string) ([]*View, error) {
	found, err := Views.Where(v, "list = ? AND (account = ? OR everybody OR roles <> '')", list, v.Actor.UserID)
	found = slices.DeleteFunc(found, func(rec *View) bool {
		return rec.Account != v.Actor.UserID && !rec.Everybody &&
			!slices.ContainsFunc(v.Actor.Roles, func(role string) bool { return slices.Contains(strings.Split(rec.Roles, ","), role) })
	})
	slices.SortStableFunc(found, func(a, b *View) int { return strings.Compare(a.Name, b.Name) })
	return found, err
}

// chosen is the view with which the caller opens a list, 0 for none.
func chosen(v *kernel.View, list string) (view int64, err error) {
	_, err = v.Scan([]any{&view}, "SELECT view FROM view_choices WHERE account = ? AND list = ?", v.Actor.UserID, list)
	return view, err
}

// choose makes the caller open a list with a view, 0 for none.
func choose(tx *kernel.Tx, list string, view int64) error {
	account := tx.Behalf.UserID
	if _, err := tx.Exec("DELETE FROM view_choices WHERE account = ? AND list = ?", account, list); err != nil || view == 0 {
		return err
	}
	_, err := tx.Exec("INSERT INTO view_choices (account, list, view) VALUES (?, ?, ?)", account, list, view)
	return err
}

// makers gives the names of those who made some views.
func makers(v *kernel.View, found []*View) (map[int64]string, error) {
	out := map[int64]string{}
	if len(found) == 0 {
		return out, nil
	}
	ids := make([]any, len(found))
	for i, rec := range found {
		ids[i] = rec.Account
	}
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		out[id] = name
		return err
	}, "SELECT id, name FROM base_user WHERE id IN (?"+strings.Repeat(", ?", len(ids)-1)+")", ids...)
	return out, err
}
