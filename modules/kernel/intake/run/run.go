// Package run carries an intake out: it makes the names that are new, lets package transfer prepare every row, writes the
// good ones in batches and gives the bad ones back.
package run

import (
	"context"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
)

// chunk is how many rows one unit writes: others wait behind it for less than a second.
const chunk = 400

// shown is how many bad rows go back to the screen; the file of bad rows holds all.
const shown = 1000

// Task is a table whose meaning a person has confirmed.
type Task struct {
	Kind    *intake.Kind
	Columns []string // keys of fields by position, "" to pass over
	Rows    []sheet.Row
	Name    string // of the file
	Key     string // makes the task happen once
	Mark    string // stands for the contents, for telling a table that was taken before; "" does without
	Sure    bool   // take it although it was
	// Overwrite lets what the table says take the place of what stands; else only what is empty is filled.
	Overwrite bool
}

// Trouble is what is wrong in a cell; Column is the key of its field, "" for the whole row.
type Trouble struct {
	Column string `json:"column"`
	Detail string `json:"detail"`
}

// Bad is a row that was not taken: its cells in the order of Outcome.Columns.
type Bad struct {
	Row      int       `json:"row"`
	Cells    []string  `json:"cells"`
	Problems []Trouble `json:"problems"`
}

// Made tells of names that were new.
type Made struct {
	Label string   `json:"label"`
	Names []string `json:"names"`
	Count int      `json:"count"`
}

// Outcome is what came of a task.
type Outcome struct {
	Kind      string   `json:"kind"`
	Rows      int      `json:"rows"`
	Created   int      `json:"created"`
	Updated   int      `json:"updated"`
	Same      int      `json:"same"`
	Waiting   int      `json:"waiting"`
	Made      []Made   `json:"made"`
	Kept      []Kept   `json:"kept"` // at most as many as the screen shows
	KeptCount int      `json:"kept_count"`
	Columns   []string `json:"columns"` // of the bad rows
	Titles    []string `json:"titles"`
	Bad       []Bad    `json:"bad"`
	BadCount  int      `json:"bad_count"`
	Marked    string   `json:"marked"` // where the file of bad rows is fetched, "" for none
	To        string   `json:"to"`     // where to look at what came
}

// line is a row on its way.
type line struct {
	row      int
	cells    []string // of the mapped columns
	values   map[string]string
	problems []Trouble
	id       int64               // of its record, once that is known
	skip     bool                // nothing is to be written for it
	bare     bool                // nothing but marks
	stay     []string            // columns of which its record keeps what it has
	details  []map[string]string // the lines of its record, one for each row of the import
}

// height is how many rows the import has for it.
func (l *line) height() int { return max(len(l.details), 1) }

func (l *line) keeps(key string) bool { return slices.Contains(l.stay, key) }

type work struct {
	c     *kernel.Company
	actor *kernel.Actor
	task  Task
	def   *kernel.Def
	keys  []string // of the mapped columns
	lines []*line
	split map[string]bool // names that the table itself has for several records
	out   *Outcome
	tell  func(done, total int)
}

// Do carries a task out. Everything that is wrong with rows is in the outcome; an error is a missing right, what the
// kind refuses before anything is written, or internal.
func Do(ctx context.Context, c *kernel.Company, actor *kernel.Actor, task Task, tell func(done, total int)) (*Outcome, error) {
	if !actor.Can(task.Kind.Resource, "import") {
		return nil, problem.New(problem.Forbidden, "forbidden", "resource", task.Kind.Resource, "act", "import")
	}
	w := &work{c: c, actor: actor, task: task, def: c.Def(task.Kind.Resource), tell: tell,
		out: &Outcome{Kind: task.Kind.Name, Rows: len(task.Rows), Made: []Made{}, Kept: []Kept{}, Columns: []string{}, Titles: []string{}, Bad: []Bad{}}}
	if err := Ask(ctx, c, actor, task); err != nil {
		return nil, err
	}
	w.read()
	w.alike()
	for _, step := range []func(context.Context) error{w.make, w.known, w.keep, w.detail, w.try, w.write, w.after, w.mark} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return w.out, nil
}

// read cuts the rows into the values of fields.
func (w *work) read() {
	var at []int
	for i, key := range w.task.Columns {
		if f := w.task.Kind.Field(key); f != nil {
			at = append(at, i)
			w.keys = append(w.keys, key)
			w.out.Columns = append(w.out.Columns, key)
			w.out.Titles = append(w.out.Titles, f.Label.In(w.actor.Lang))
		}
	}
	for _, row := range w.task.Rows {
		l := &line{row: row.Number, values: map[string]string{}, cells: make([]string, len(at))}
		for j, i := range at {
			if i >= len(row.Cells) {
				continue
			}
			f := w.task.Kind.Field(w.keys[j])
			l.cells[j] = strings.TrimSpace(row.Cells[i])
			value, ok := Clean(f, row.Cells[i])
			if !ok {
				w.blame(l, f.Key, problem.Rule("intake.number", "value", l.cells[j]))
			}
			if l.values[f.Key] == "" { // of two columns for one field the first that says something counts
				l.values[f.Key] = value
			}
		}
		for _, f := range w.task.Kind.Fields {
			if f.Must && l.values[f.Key] == "" {
				w.blame(l, f.Key, problem.Rule("required"))
			}
		}
		if row := w.task.Kind.Row; row != nil && len(l.problems) == 0 {
			if column, why := row(l.values); why != nil {
				w.blame(l, column, why)
			}
		}
		w.lines = append(w.lines, l)
	}
}

// alike finds rows that name the same thing. Where rows are about a thing, they belong to one record; otherwise the
// second one is bad.
func (w *work) alike() {
	w.several()
	first := map[string]*line{}
	for _, l := range w.lines {
		key := w.identity(l)
		if key == "" || len(l.problems) > 0 {
			continue
		}
		before := first[key]
		switch {
		case before == nil:
			first[key] = l
		case w.task.Kind.Only:
			l.skip = true
		case l.values["code"] != "":
			w.blame(l, "code", problem.Rule("import.repeated", "value", l.values["code"], "row", before.row))
		default:
			w.blame(l, "", problem.Rule("intake.same", "value", l.values[w.task.Kind.Same[0]], "row", before.row))
		}
	}
}

// several finds names that the rows about things use for several of them: the phones beside the name differ. A row that
// says neither phone nor code does not say which of them it means.
func (w *work) several() {
	w.split = map[string]bool{}
	if !w.task.Kind.Only || len(w.task.Kind.Apart) == 0 {
		return
	}
	apart, first := w.task.Kind.Apart[0], map[string]string{}
	for _, l := range w.lines {
		key, text := w.sameness(l), l.values[apart]
		if key == "" || text == "" || l.values["code"] != "" {
			continue
		}
		if before := first[key]; before != "" && before != text {
			w.split[key] = true
		}
		first[key] = text
	}
	for _, l := range w.lines {
		if l.values["code"] == "" && l.values[apart] == "" && w.split[w.sameness(l)] {
			w.blame(l, apart, problem.Rule("intake.which", "name", l.values[w.task.Kind.Same[0]], "field", w.task.Kind.Field(apart).Label))
		}
	}
}

// identity is what tells a row's record from another: its code, else the columns that do without one.
func (w *work) identity(l *line) string {
	if code := l.values["code"]; code != "" {
		return "c\x00" + code
	}
	key := w.sameness(l)
	if w.split[key] {
		key += "\x00" + l.values[w.task.Kind.Apart[0]]
	}
	return key
}

// same are the columns that tell records apart, as far as the table has them: a list without specifications means the
// item of that name, whatever its specification.
func (w *work) same() []string {
	out := w.task.Kind.Same[:1:1]
	for _, key := range w.task.Kind.Same[1:] {
		if slices.Contains(w.keys, key) {
			out = append(out, key)
		}
	}
	return out
}

func (w *work) sameness(l *line) string {
	key, any := "s", false
	for _, column := range w.same() {
		key += "\x00" + l.values[column]
		any = any || l.values[column] != ""
	}
	if !any {
		return ""
	}
	return key
}

// live gives the lines that have no problem.
func (w *work) live() (out []*line) {
	for _, l := range w.lines {
		if len(l.problems) == 0 {
			out = append(out, l)
		}
	}
	return out
}

// write imports the good lines, chunk by chunk. What only writing finds out makes lines bad, and the others go once more.
func (w *work) write(ctx context.Context) error {
	var rest []*line
	for _, l := range w.live() {
		if !l.skip {
			rest = append(rest, l)
		}
	}
	total := len(rest)
	for len(rest) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := fitting(rest)
		if err := w.part(ctx, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
		w.tell(total+total-len(rest), 2*total)
	}
	return nil
}

// fitting is how many lines one unit writes.
func fitting(lines []*line) (n int) {
	rows := 0
	for n < min(len(lines), chunk) && (n == 0 || rows+lines[n].height() <= 2*chunk) {
		rows += lines[n].height()
		n++
	}
	return n
}

// after hands the lines whose records exist to the kind.
func (w *work) after(ctx context.Context) error {
	w.out.To = "/r/" + w.def.Name
	if w.task.Kind.After == nil {
		return nil
	}
	if err := w.known(ctx); err != nil {
		return err
	}
	on := w.task.arrived(w.c, w.actor)
	for _, l := range w.live() {
		if l.id != 0 {
			on.Rows = append(on.Rows, intake.Placed{ID: l.id, Row: l.row, Values: l.values})
		}
	}
	if len(on.Rows) == 0 {
		return nil
	}
	to, err := w.task.Kind.After(ctx, on)
	if list, refused := problem.From(err); refused && len(list) > 0 {
		for _, l := range w.live() { // the records are there; what was to be told about them is not
			w.blame(l, "", list[0])
		}
		return nil
	}
	w.refused(on.Refused)
	if to != "" {
		w.out.To = to
	}
	return err
}

// refused gives back the rows that the kind could not take, each with every reason.
func (w *work) refused(list []intake.Refused) {
	rows := map[int]*line{}
	for _, l := range w.live() {
		rows[l.row] = l
	}
	for _, r := range list {
		if l := rows[r.Row]; l != nil {
			w.blame(l, r.Column, r.Why)
		}
	}
}

func (t *Task) arrived(c *kernel.Company, actor *kernel.Actor) *intake.Arrived {
	return &intake.Arrived{Company: c, Actor: actor, Key: t.Key, Name: t.Name, Mark: t.Mark, Sure: t.Sure}
}

// Ask lets the kind refuse a task as a whole, before anything is written.
func Ask(ctx context.Context, c *kernel.Company, actor *kernel.Actor, t Task) error {
	if t.Kind.Before == nil {
		return nil
	}
	return c.View(ctx, actor, func(v *kernel.View) error { return t.Kind.Before(v, t.arrived(c, actor)) })
}
