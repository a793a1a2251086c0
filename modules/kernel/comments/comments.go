// Package comments holds what people say about a record.
package comments

import (
	"database/sql"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// Max is the most characters of a comment.
const Max = 4000

// Comment is one remark.
type Comment struct {
	ID     int64
	At     clock.Instant
	Author string
	Text   string
}

// Add writes a remark about a record that the caller has been shown to see.
func Add(tx *kernel.Tx, d *kernel.Def, record int64, text string) (Comment, error) {
	text = strings.ToValidUTF8(strings.TrimSpace(text), "")
	switch {
	case text == "":
		return Comment{}, problem.Rule("comment.empty").At("/text")
	case utf8.RuneCountInString(text) > Max:
		return Comment{}, problem.Rule("comment.too_long", "max", Max).At("/text")
	case strings.ContainsRune(text, 0):
		return Comment{}, problem.BadShape("field.characters").At("/text")
	}
	id, err := tx.Company.Store.NextID()
	if err != nil {
		return Comment{}, err
	}
	c := Comment{ID: id, At: tx.Now, Author: tx.Behalf.Name, Text: text}
	_, err = tx.Exec("INSERT INTO comments (id, resource, record, author, author_name, at, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, d.Name, record, tx.Behalf.UserID, c.Author, int64(tx.Now), text)
	return c, err
}

// Of gives the remarks about a record, newest first, at most limit.
func Of(v *kernel.View, d *kernel.Def, record int64, limit int) ([]Comment, error) {
	var out []Comment
	err := v.Each(func(rows *sql.Rows) error {
		var c Comment
		var at int64
		err := rows.Scan(&c.ID, &at, &c.Author, &c.Text)
		c.At = clock.Instant(at)
		out = append(out, c)
		return err
	}, "SELECT id, at, author_name, content FROM comments WHERE resource = ? AND record = ? ORDER BY id DESC LIMIT ?", d.Name, record, limit)
	return out, err
}
