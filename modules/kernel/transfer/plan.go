package transfer

import (
	"context"
	"database/sql"
	"io"
	"slices"
	"sync"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/transfer/layout"
)

// The modes: records that exist are changed (default), or refused, or the only ones that are taken.
const (
	Upsert = "upsert"
	Create = "create"
	Update = "update"
)

// Bounds.
const (
	Shown     = 500   // problems in an answer
	maxMarked = 5_000 // problems that are collected at all
)

// Request asks for an import.
type Request struct {
	Def     *kernel.Def
	Source  io.ReaderAt
	Size    int64
	Name    string            // of the file
	Mapping map[string]string // title in the file → key of a column, "" to pass over it
	Mode    string            // "" is Upsert
	Then    string            // an action to carry out on every new record
	DryRun  bool
}

// Found is a problem at its cell. Col counts from 1; 0 is the whole row, or a column that the file does not have.
type Found struct {
	Row, Col int
	Title    string // of the column, as the field is called where the file does not have it
	Key      string
	Problem  *problem.Problem
}

// plan is one file on its way in.
type plan struct {
	c       *kernel.Company
	actor   *kernel.Actor
	def     *kernel.Def
	req     Request
	layout  *layout.Layout
	table   *table
	records []*record

	mu       sync.Mutex
	problems []Found
	count    int // of problems, those beyond maxMarked too
	refs     map[string]map[string]int64
}

func newPlan(c *kernel.Company, actor *kernel.Actor, req Request) (*plan, error) {
	p := &plan{c: c, actor: actor, def: req.Def, req: req, layout: layout.Of(c, actor, req.Def), refs: map[string]map[string]int64{}}
	var err error
	if p.table, err = open(p.layout, req.Source, req.Size, req.Mapping); err != nil {
		return nil, err
	}
	if len(p.table.rows) == 0 {
		return nil, problem.Rule("import.empty")
	}
	p.group()
	p.waves()
	p.repeated()
	return p, nil
}

// found notes a problem of a record.
func (p *plan) found(rec *record, at cell, what *problem.Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	rec.bad = true
	p.count++
	if len(p.problems) >= maxMarked {
		return
	}
	f := Found{Row: at.row, Key: at.key, Problem: what}
	if i, ok := p.table.at[at.key]; ok {
		f.Col, f.Title = i+1, p.table.head[i]
	} else if c := p.layout.ByKey(at.key); c != nil {
		f.Title = c.Title.In(p.actor.Lang)
	}
	p.problems = append(p.problems, f)
}

// sorted gives the problems in the order of the file.
func (p *plan) sorted() []Found {
	slices.SortStableFunc(p.problems, func(a, b Found) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	return p.problems
}

// Words says in a language what is wrong.
func (f Found) Words(c *kernel.Company, lang string) string {
	args := map[string]any{}
	for key, value := range f.Problem.Args {
		switch x := value.(type) {
		case kernel.Text:
			value = x.In(lang)
		case string:
			if d := c.Def(x); d != nil && key == "resource" {
				value = d.Label.In(lang)
			}
		}
		args[key] = value
	}
	text := messages.Text(lang, f.Problem.Code, args)
	if f.Col == 0 && f.Title != "" {
		text = f.Title + ": " + text
	}
	return text
}

// marks turns problems into marks for the file.
func (p *plan) marks() []sheet.Mark {
	var out []sheet.Mark
	for _, f := range p.sorted() {
		out = append(out, sheet.Mark{Row: f.Row, Col: f.Col, Text: f.Words(p.c, p.actor.Lang)})
	}
	return out
}

// lookUp finds the ids of everything that the records name, and which of them exist.
func (p *plan) lookUp(ctx context.Context, records []*record) error {
	texts := map[string]map[string]bool{}
	for _, c := range p.table.cols {
		if c == nil || !c.Writable() || c.Field.Kind != kernel.KindRef {
			continue
		}
		if texts[c.Field.Ref] == nil {
			texts[c.Field.Ref] = map[string]bool{}
		}
		for _, rec := range records {
			for _, row := range rec.rows {
				if text := p.table.cell(row, c.Key); text != "" {
					texts[c.Field.Ref][text] = true
				}
			}
		}
	}
	return p.c.View(ctx, p.actor, func(v *kernel.View) error {
		for name, set := range texts {
			ids, err := byText(v, name, set)
			if err != nil {
				return err
			}
			p.refs[name] = ids
		}
		return p.existing(v, records)
	})
}

// byText finds records by natural key, by title, or by "#" and their id.
func byText(v *kernel.View, name string, set map[string]bool) (map[string]int64, error) {
	target := v.Company.Def(name)
	if target == nil || len(set) == 0 {
		return nil, nil
	}
	var list []string
	numbered := map[string]int64{}
	for text := range set {
		if id, ok := resource.ParseID(text[1:]); ok && text[0] == '#' {
			numbered[text] = id
			continue
		}
		list = append(list, text)
	}
	slices.Sort(list)
	out, err := resource.ByCode(v, target, list)
	if err != nil {
		return nil, err
	}
	for text, id := range numbered { // whether it exists is checked when the record is prepared
		out[text] = id
	}
	return out, nil
}

// existing finds the records that are there already, by their natural key.
func (p *plan) existing(v *kernel.View, records []*record) error {
	byKey := map[string][]*record{}
	var keys []string
	for _, rec := range records {
		if rec.key != "" {
			if byKey[rec.key] == nil {
				keys = append(keys, rec.key)
			}
			byKey[rec.key] = append(byKey[rec.key], rec)
		}
	}
	d := p.def
	where := ""
	if scope := resource.Visible(v, d, d.Table.Name); scope != "" {
		where += " AND " + scope
	}
	for len(keys) > 0 {
		n := min(len(keys), 128)
		args := make([]any, 128)
		for i := range args {
			args[i] = keys[min(i, n-1)]
		}
		if d.Only != nil {
			args = append(args, d.Only.Value)
		}
		only := map[bool]string{true: " AND " + onlyField(d) + " = ?"}[d.Only != nil]
		err := v.Each(func(rows *sql.Rows) error {
			var id int64
			var key string
			err := rows.Scan(&id, &key)
			for _, rec := range byKey[key] {
				rec.id = id
			}
			return err
		}, "SELECT id, "+d.Code+" FROM "+d.Table.Name+" WHERE "+d.Code+" IN ("+store.Marks(128)+")"+where+only, args...)
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func onlyField(d *kernel.Def) string {
	if d.Only == nil {
		return ""
	}
	return d.Only.Field
}
