package check

import (
	"database/sql"
	"strings"

	"zhanggui/modules/kernel/money"
)

// comparison sets kept figures against recomputed ones, key by key. Both sides are selections with the columns of keys
// and figures; several rows of a side under one key are added up, a missing row counts as zeros.
type comparison struct {
	what    string // of what the figures are: "balance"
	keys    []key
	figures []figure
	kept    string
	found   string
	args    []any // of kept and then found
}

// key is a column by which both sides are told apart. show is SQL that names it for people, of the row g; NULL there
// means that what the key points at does not exist.
type key struct{ column, word, show string }

// figure is a column that is compared.
type figure struct {
	column, word string
	text         func(int64) string
}

func amount(column, word string) figure {
	return figure{column, word, func(n int64) string { return money.Amount(n).String() }}
}

func quantity(column, word string) figure {
	return figure{column, word, func(n int64) string { return money.Qty(n).String() }}
}

// plain is a key that is shown as it is.
func plain(column, word string) key { return key{column: column, word: word} }

// named is a key that points at a record of a table, shown by one of its columns.
func named(column, word, table, by string) key {
	return key{column, word, "(SELECT r." + by + " FROM " + table + " r WHERE r.id = g." + column + ")"}
}

// sql gives one statement that lists the keys at which the sides differ.
func (x *comparison) sql() string {
	var keys, left, right, sums, differ, shows []string
	for _, k := range x.keys {
		keys = append(keys, k.column)
		show := k.show
		if show == "" {
			show = "NULL"
		}
		shows = append(shows, "g."+k.column, "CAST("+show+" AS TEXT)")
	}
	for _, f := range x.figures {
		a, b := f.column+"_kept", f.column+"_found"
		left = append(left, f.column+" AS "+a, "0 AS "+b)
		right = append(right, "0", f.column)
		sums = append(sums, "CAST(SUM("+a+") AS BIGINT) AS "+a, "CAST(SUM("+b+") AS BIGINT) AS "+b)
		differ = append(differ, "SUM("+a+") <> SUM("+b+")")
		shows = append(shows, "g."+a, "g."+b)
	}
	by := strings.Join(keys, ", ")
	return "SELECT " + strings.Join(shows, ", ") + " FROM (SELECT " + by + ", " + strings.Join(sums, ", ") +
		" FROM (SELECT " + by + ", " + strings.Join(left, ", ") + " FROM (" + x.kept + ") l UNION ALL SELECT " +
		by + ", " + strings.Join(right, ", ") + " FROM (" + x.found + ") r) u GROUP BY " + by +
		" HAVING " + strings.Join(differ, " OR ") + ") g ORDER BY " + by
}

// compare tells every difference as a fault.
func (c *checker) compare(x comparison) error {
	return c.Each(func(rows *sql.Rows) error {
		values := make([]any, len(x.keys))
		shows := make([]sql.NullString, len(x.keys))
		figures := make([][2]int64, len(x.figures))
		var dest []any
		for i := range x.keys {
			dest = append(dest, &values[i], &shows[i])
		}
		for i := range x.figures {
			dest = append(dest, &figures[i][0], &figures[i][1])
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		var where []string
		for i, k := range x.keys {
			text := shown("", values[i])
			switch {
			case shows[i].Valid:
				text = shows[i].String
			case k.show != "":
				text = "#" + text
			}
			where = append(where, k.word+" "+text)
		}
		for i, f := range x.figures {
			if figures[i][0] != figures[i][1] {
				c.fault("%s %s: %s kept %s, recomputed %s", x.what, strings.Join(where, " "), f.word, f.text(figures[i][0]), f.text(figures[i][1]))
			}
		}
		return nil
	}, x.sql(), x.args...)
}
