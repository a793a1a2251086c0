// Package layout says which columns a resource has in a spreadsheet: the same for export, template and import, so that
// what goes out comes back without a difference.
//
// A document is flattened: its head is repeated on every row, and each row carries one line of every line table. Rows
// with the same sequence number form one document.
package layout

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/sheet"
)

// Column is one column. Key names it for programs: "price", "lines.qty", "customer$title", "$seq".
type Column struct {
	Key   string
	Title kernel.Text
	Field *kernel.Field   // nil for the sequence number
	Line  *kernel.LineDef // nil for the head
	Shown bool            // the readable name of a reference, for people only: not read back
}

// Seq is the key of the column that tells which rows form one document.
const Seq = "$seq"

// Writable reports whether an import takes the column's values.
func (c *Column) Writable() bool { return c.Field != nil && !c.Shown && !c.Field.ReadOnly }

// Must reports whether a new record needs a value here; what has a default does not.
func (c *Column) Must() bool {
	f := c.Field
	return f != nil && f.Required && f.Default == "" && (c.Line != nil || f.Kind != kernel.KindDate || f.Name != "date")
}

// Layout is the columns of one resource for one actor.
type Layout struct {
	Def     *kernel.Def
	Columns []*Column
	byKey   map[string]*Column
	byTitle map[string]*Column
}

// kept are fields that the program keeps about a record and that mean nothing elsewhere.
var kept = map[string]bool{"id": true, "version": true, "created_at": true, "created_by": true, "updated_at": true,
	"updated_by": true, "revision": true}

// ofLine are those of a line.
var ofLine = map[string]bool{"id": true, "parent": true, "pos": true}

// Of gives all columns that the actor may see, in the order of an export: what lists show comes first.
func Of(c *kernel.Company, a *kernel.Actor, d *kernel.Def) *Layout {
	l := &Layout{Def: d, byKey: map[string]*Column{}, byTitle: map[string]*Column{}}
	if len(d.Lines) > 0 {
		l.Columns = append(l.Columns, &Column{Key: Seq, Title: kernel.T("单据序号", "Document no.")})
	}
	for _, listed := range []bool{true, false} {
		for _, f := range d.Fields {
			if f.List == listed && !(d.Only != nil && f.Name == d.Only.Field) {
				l.add(c, a, f, nil)
			}
		}
	}
	for _, line := range d.Lines {
		for _, f := range line.Fields {
			l.add(c, a, f, line)
		}
	}
	l.name()
	return l
}

func (l *Layout) add(c *kernel.Company, a *kernel.Actor, f *kernel.Field, line *kernel.LineDef) {
	if (line == nil && kept[f.Name]) || (line != nil && ofLine[f.Name]) || f.NoStore || f.Hidden || f.Kind == kernel.KindJSON || !a.Sees(f.Right) {
		return
	}
	col := &Column{Key: f.Name, Title: f.Label, Field: f, Line: line}
	if line != nil {
		col.Key = line.Name + "." + f.Name
		col.Title = l.prefix(line, f.Label)
	}
	l.Columns = append(l.Columns, col)
	if f.Kind != kernel.KindRef {
		return
	}
	if target := c.Def(f.Ref); target != nil && target.Code != target.Title && target.Title != "" {
		l.Columns = append(l.Columns, &Column{Key: col.Key + "$title", Field: f, Line: line, Shown: true,
			Title: kernel.T(col.Title.Zh+"名称", col.Title.En+" name")})
	}
}

// prefix titles a line's column: the first table is "行: …", any other goes by its name.
func (l *Layout) prefix(line *kernel.LineDef, label kernel.Text) kernel.Text {
	table := line.Label
	if line == l.Def.Lines[0] {
		table = kernel.T("行", "Line")
	}
	return kernel.T(table.Zh+": "+label.Zh, table.En+": "+label.En)
}

// name makes titles unique and fills the lookups.
func (l *Layout) name() {
	zh, en := map[string]int{}, map[string]int{}
	for _, c := range l.Columns {
		zh[Fold(c.Title.Zh)]++
		en[Fold(c.Title.En)]++
	}
	for _, c := range l.Columns {
		if zh[Fold(c.Title.Zh)] > 1 || en[Fold(c.Title.En)] > 1 {
			c.Title = kernel.T(c.Title.Zh+" ("+c.Key+")", c.Title.En+" ("+c.Key+")")
		}
		l.byKey[c.Key] = c
		l.take(c, c.Title.Zh, c.Title.En, c.Key)
	}
	for _, c := range l.Columns {
		if c.Line == nil || c.Shown {
			continue
		}
		label := c.Field.Label
		l.take(c, c.Line.Label.Zh+":"+label.Zh, c.Line.Label.En+":"+label.En)
		l.take(c, label.Zh, label.En, c.Field.Name) // what people call it, where the head does not have the name
	}
}

func (l *Layout) take(c *Column, titles ...string) {
	for _, t := range titles {
		if key := Fold(t); l.byTitle[key] == nil {
			l.byTitle[key] = c
		}
	}
}

var folding = strings.NewReplacer(" ", "", "\u3000", "", "\t", "", "\n", "", "\r", "", "*", "", "＊", "", "：", ":", "（", "(", "）", ")")

// Fold makes titles comparable: case, space, stars and full-width signs do not count.
func Fold(title string) string { return strings.ToLower(folding.Replace(title)) }

// ByKey gives a column by its key, nil when there is none.
func (l *Layout) ByKey(key string) *Column { return l.byKey[key] }

// ByTitle gives the column that a head cell names in either language or by its key, nil when there is none. What an
// annotated file says about problems is nobody's column.
func (l *Layout) ByTitle(title string) *Column {
	if title == sheet.ProblemsTitle {
		return nil
	}
	return l.byTitle[Fold(title)]
}

// Writable gives the columns that an import takes, with the sequence number in front: those of a template.
func (l *Layout) Writable() []*Column {
	var out []*Column
	for _, c := range l.Columns {
		if c.Key == Seq || c.Writable() {
			out = append(out, c)
		}
	}
	return out
}
