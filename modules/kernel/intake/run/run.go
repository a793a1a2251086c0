// Package run carries an intake out: it makes the names that are new, lets package transfer prepare every row, writes the
// good ones in batches and gives the bad ones back.
package run

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/lines"
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
	File    int64  // what everything is written as a part of, 0 for nothing
	Choice  intake.Choice
	// Overwrite lets what the table says take the place of what stands; else only what is empty is filled.
	Overwrite bool
}

// Outcome is what came of a task.
type Outcome = intake.Outcome

type work struct {
	*lines.Table
	c     *kernel.Company
	actor *kernel.Actor
	task  Task
	def   *kernel.Def
	out   *Outcome
	tell  func(done, total int)
}

// Do carries a task out. Everything that is wrong with rows is in the outcome; an error is a missing right, what the
// kind refuses before anything is written, or internal.
func Do(ctx context.Context, c *kernel.Company, actor *kernel.Actor, task Task, tell func(done, total int)) (*Outcome, error) {
	if !actor.Can(task.Kind.Resource, "import") {
		return nil, problem.New(problem.Forbidden, "forbidden", "resource", task.Kind.Resource, "act", "import")
	}
	if err := Ask(ctx, c, actor, task); err != nil {
		return nil, err
	}
	w := start(c, actor, task)
	w.tell, w.out = tell, &Outcome{Kind: task.Kind.Name, File: task.File, Rows: len(task.Rows), Made: []intake.Made{}, Kept: []intake.Kept{}, Columns: []string{}, Titles: []string{}, Bad: []intake.Bad{}}
	for _, key := range w.Keys {
		w.out.Columns, w.out.Titles = append(w.out.Columns, key), append(w.out.Titles, task.Kind.Field(key).Label.In(actor.Lang))
	}
	for _, step := range []func(context.Context) error{w.make, w.known, w.keep, w.detail, w.try, w.write, w.after, w.mark} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return w.out, nil
}

func start(c *kernel.Company, actor *kernel.Actor, task Task) *work {
	w := &work{c: c, actor: actor, task: task, def: c.Def(task.Kind.Resource)}
	w.Table = lines.Of(task.Kind, task.Columns, task.Rows, lines.Voice{Lang: actor.Lang, Words: w.words})
	return w
}

// write imports the good lines, chunk by chunk. What only writing finds out makes lines bad, and the others go once more.
func (w *work) write(ctx context.Context) error {
	var rest []*lines.Line
	for _, l := range w.Live() {
		if !l.Skip {
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
func fitting(list []*lines.Line) (n int) {
	rows := 0
	for n < min(len(list), chunk) && (n == 0 || rows+list[n].Height() <= 2*chunk) {
		rows += list[n].Height()
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
	for _, l := range w.Live() {
		if l.ID == 0 { // another row of its record is wrong, or somebody has to agree to it first
			w.Blame(l, "", problem.Conflicted("intake.not_there"))
		}
	}
	on := w.arrived()
	if len(on.Rows) == 0 {
		return nil
	}
	to, err := w.task.Kind.After(ctx, on)
	if list, refused := problem.From(err); refused && len(list) > 0 {
		for _, l := range w.Live() { // the records are there; what was to be told about them is not
			w.Blame(l, "", list[0])
		}
		return nil
	}
	w.refused(on)
	if to != "" {
		w.out.To = to
	}
	return err
}

// refused gives back the rows that the kind could not take, each with every reason, and tells of those that stay out.
func (w *work) refused(on *intake.Arrived) {
	rows := map[int]*lines.Line{}
	for _, l := range w.Live() {
		rows[l.Row] = l
	}
	for _, r := range on.Refused {
		if l := rows[r.Row]; l != nil {
			w.Blame(l, r.Column, r.Why)
		}
	}
	w.out.Put, w.out.Replaced, w.out.Stayed = on.Put, on.Replaced, on.Stayed
	for _, s := range on.Stood {
		if l := rows[s.Row]; l != nil {
			w.note(intake.Kept{Row: s.Row, Name: l.Values[w.task.Kind.Same[0]], Label: w.task.Kind.Field(s.Column).Label.In(w.actor.Lang), Stands: s.Stands, Given: s.Given})
		}
	}
}

// arrived are the rows whose records are there.
func (w *work) arrived() *intake.Arrived {
	on := &intake.Arrived{Company: w.c, Actor: w.actor, Key: w.task.Key, Name: w.task.Name, File: w.task.File, Choice: w.task.Choice}
	for _, l := range w.Live() {
		if l.ID != 0 {
			on.Rows = append(on.Rows, intake.Placed{ID: l.ID, Row: l.Row, Values: l.Values})
		}
	}
	return on
}

// Ask lets the kind ask the person to choose, before anything is written. Who has chosen is not asked.
func Ask(ctx context.Context, c *kernel.Company, actor *kernel.Actor, t Task) error {
	if t.Kind.Before == nil || t.Choice != intake.Undecided {
		return nil
	}
	w := start(c, actor, t)
	if err := w.known(ctx); err != nil {
		return err
	}
	return c.View(ctx, actor, func(v *kernel.View) error { return t.Kind.Before(v, w.arrived()) })
}
