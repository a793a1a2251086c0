package tally

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel"
)

// most is how many records are asked about in one statement.
const most = 500

// Counts gives how often records of a resource were printed, by their ids; a record that never was is not among them. It
// asks for no right: who may see the records may know.
func Counts(v *kernel.View, resource string, ids []int64) (map[int64]Count, error) {
	out := map[int64]Count{}
	for len(ids) > 0 {
		part := ids[:min(len(ids), most)]
		ids = ids[len(part):]
		args := []any{resource}
		for _, id := range part {
			args = append(args, id)
		}
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			var c Count
			err := rows.Scan(&id, &c.Times, (*int64)(&c.LastAt), &c.LastBy)
			out[id] = c
			return err
		}, `SELECT n.record, n.times, n.last, CAST(COALESCE((SELECT MAX(p.by_user) FROM print_note p WHERE p.resource = n.resource AND p.record = n.record AND p.at = n.last), 0) AS BIGINT)
			FROM (SELECT resource, record, COUNT(*) AS times, MAX(at) AS last FROM print_note
				WHERE resource = ? AND record IN (?`+strings.Repeat(", ?", len(part)-1)+`) GROUP BY resource, record) n`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Times gives how often one record was printed.
func Times(v *kernel.View, resource string, id int64) (n int, err error) {
	_, err = v.Scan([]any{&n}, "SELECT COUNT(*) FROM print_note WHERE resource = ? AND record = ?", resource, id)
	return n, err
}

// Note counts a print of a record that the caller may see and print, and reports whether it had not been noted under
// its key before.
func Note(tx *kernel.Tx, p Print) (bool, error) {
	var key any
	if p.Key != "" {
		key = p.Key
	}
	n, err := tx.Exec("INSERT INTO print_note (resource, record, note_key, at, by_user) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		p.Resource, p.Record, key, int64(tx.Now), tx.Behalf.UserID)
	return n > 0, err
}
