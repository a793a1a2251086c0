package batch

import (
	"context"
	"database/sql"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer/layout"
)

// How many records one unit takes back, and how many are taken back before Undo returns.
const (
	undoUnit = 100
	atOnce   = 1000
)

// Result is what came of taking an import back.
type Result struct {
	Removed  int // deleted
	Reversed int // taken back by an action and still visible as void
	Left     []Left
	Job      int64 // when it is done by a job
}

// Left is a record that stays, and why.
type Left struct {
	Record  int64
	Title   string
	Problem *problem.Problem
}

// reversals are the actions that take a document back, the gentlest first.
var reversals = []string{"unpost", "void", "reverse"}

// imported is a record of a batch.
type imported struct {
	id, version int64
	fresh       bool
}

// Undo takes back an import: what it made and nobody has changed since is deleted, or reversed where it was posted;
// everything else stays and is listed with the reason. It may be called again for what was left. A large batch is taken
// back by a job. Errors: problem.Missing; import.running.
func Undo(ctx context.Context, c *kernel.Company, actor *kernel.Actor, id int64) (*Result, error) {
	u, err := newUndo(ctx, c, actor, id)
	if err != nil {
		return nil, err
	}
	if len(u.rows) <= atOnce {
		return u.do(ctx, func(int64, int64) {})
	}
	out := &Result{}
	err = pipeline.Unit(ctx, c, actor, "import:undo", func(tx *kernel.Tx) (err error) {
		out.Job, err = jobs.Enqueue(tx, jobs.Order{Kind: JobUndo, Label: u.def.Label.In(actor.Lang) + " ↩ " + u.batch.File, Input: Order{id}})
		return err
	})
	return out, err
}

// Order is what a job of undoing is ordered with.
type Order struct {
	Batch int64 `json:"batch"`
}

// JobUndo is the kind of job that takes back a large batch.
const JobUndo = "transfer.undo"

// Run is the job.
func Run(ctx context.Context, r *jobs.Run) error {
	var in Order
	if err := r.Input(&in); err != nil {
		return err
	}
	u, err := newUndo(ctx, r.Company, r.Actor, in.Batch)
	if err != nil {
		return err
	}
	out, err := u.do(ctx, r.Progress)
	if err != nil {
		return err
	}
	r.Output(map[string]int{"removed": out.Removed, "reversed": out.Reversed, "left": len(out.Left)})
	var list problem.List
	for _, left := range out.Left[:min(len(out.Left), 20)] {
		list.Add(problem.Rule("import.left", "title", left.Title), left.Problem)
	}
	return list.Err()
}

type undo struct {
	c     *kernel.Company
	actor *kernel.Actor
	batch *Batch
	def   *kernel.Def
	rows  []imported
}

func newUndo(ctx context.Context, c *kernel.Company, actor *kernel.Actor, id int64) (*undo, error) {
	u := &undo{c: c, actor: actor}
	err := c.View(ctx, actor, func(v *kernel.View) (err error) {
		if u.batch, err = Find(v, id); err != nil {
			return err
		}
		if err := u.atRest(v); err != nil {
			return err
		}
		return v.Each(func(rows *sql.Rows) error {
			var r imported
			var fresh int64
			err := rows.Scan(&r.id, &r.version, &fresh)
			r.fresh = fresh != 0
			u.rows = append(u.rows, r)
			return err
		}, "SELECT record, version, fresh FROM import_record WHERE batch = ? AND undone = 0 ORDER BY record DESC", id)
	})
	if err != nil {
		return nil, err
	}
	if u.def = c.Def(u.batch.Resource); u.def == nil {
		return nil, problem.Missing("import", id)
	}
	if !actor.Can(u.def.Name, "import") {
		return nil, problem.New(problem.Forbidden, "forbidden", "resource", u.def.Name, "act", "import")
	}
	return u, nil
}

// atRest refuses a batch that a job is still writing.
func (u *undo) atRest(v *kernel.View) error {
	if u.batch.State != Running || u.batch.Job == 0 {
		return nil
	}
	j, err := jobs.Get(v, u.batch.Job)
	if list, ok := problem.From(err); ok && list[0].Kind == problem.NotFound || err == nil && j.Finished() {
		return nil
	}
	if err != nil {
		return err
	}
	return problem.Conflicted("import.running")
}

// do works in parts; a part in which one record cannot be taken back is done again record by record.
func (u *undo) do(ctx context.Context, progress func(done, total int64)) (*Result, error) {
	out := &Result{}
	rows := u.rows
	for len(rows) > 0 {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		n := min(len(rows), undoUnit)
		err := u.part(ctx, rows[:n], out)
		if _, refused := problem.From(err); err != nil && !refused {
			return out, err
		}
		for _, row := range rows[:n] {
			if err == nil {
				break
			}
			if single := u.part(ctx, []imported{row}, out); single != nil {
				list, refused := problem.From(single)
				if !refused {
					return out, single
				}
				out.Left = append(out.Left, Left{row.id, u.title(ctx, row.id), list[0]})
			}
		}
		rows = rows[n:]
		progress(int64(len(u.rows)-len(rows)), int64(len(u.rows)))
	}
	if len(out.Left) > 0 {
		return out, nil
	}
	return out, pipeline.Unit(ctx, u.c, u.actor, "import:undone", func(tx *kernel.Tx) error { return u.batch.Become(tx, Undone) })
}

func (u *undo) part(ctx context.Context, rows []imported, out *Result) error {
	removed, reversed := 0, 0
	err := pipeline.Unit(ctx, u.c, u.actor, "import:undo", func(tx *kernel.Tx) error {
		removed, reversed = 0, 0
		tx.Reason = "undo import " + u.batch.File
		for _, row := range rows {
			gone, err := u.record(tx, row)
			if err != nil {
				return err
			}
			if gone {
				removed++
			} else {
				reversed++
			}
			if _, err := tx.Exec("UPDATE import_record SET undone = 1 WHERE batch = ? AND record = ?", u.batch.ID, row.id); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		out.Removed += removed
		out.Reversed += reversed
	}
	return err
}

// record takes one record back; gone tells whether it was deleted. One that somebody deleted already counts as gone.
func (u *undo) record(tx *kernel.Tx, row imported) (gone bool, err error) {
	if !row.fresh {
		return false, problem.Rule("import.was_there")
	}
	rec, err := resource.Lock(tx, u.def, row.id)
	if list, ok := problem.From(err); ok && list[0].Kind == problem.NotFound {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if resource.VersionOf(u.def, rec) != row.version {
		return false, problem.Rule("import.changed_since")
	}
	reversed := false
	if !u.def.CanEdit(layout.StateOf(u.def, rec)) {
		if err := u.reverse(tx, row.id, rec, reversals); err != nil {
			return false, err
		}
		if reversed = true; !u.def.CanEdit(layout.StateOf(u.def, rec)) {
			return false, nil
		}
	}
	if u.def.NoDelete || !tx.Actor.Can(u.def.Name, "delete") {
		if reversed {
			return false, nil
		}
		return false, problem.New(problem.Forbidden, "forbidden", "resource", u.def.Name, "act", "delete")
	}
	_, err = pipeline.Apply(tx, pipeline.Command{Def: u.def, Act: "delete", ID: row.id}, nil, nil)
	if list, ok := problem.From(err); ok && list[0].Code == "delete.numbered" { // it is void then, under its number
		if err = u.reverse(tx, row.id, rec, []string{"void"}); err != nil && reversed {
			err = nil // a draft that counts nowhere
		}
		return false, err
	}
	return true, err
}

// reverse takes back a document by the first of the actions that its state and the actor's rights allow.
func (u *undo) reverse(tx *kernel.Tx, id int64, rec any, actions []string) error {
	for _, name := range actions {
		action := u.def.Action(name)
		if action == nil || action.Hidden || !tx.Actor.Can(u.def.Name, name) {
			continue
		}
		if _, ok := u.def.Machine.Next(layout.StateOf(u.def, rec), name); !ok {
			continue
		}
		cmd := pipeline.Command{Def: u.def, Act: name, ID: id, Input: &resource.Object{}}
		_, input, err := pipeline.PrepareCommand(tx.Ctx(), u.c, tx.Actor, cmd)
		if err != nil {
			return err
		}
		out, err := pipeline.Apply(tx, cmd, nil, input)
		if err == nil && out.Waiting {
			err = problem.Conflicted("gate.nested", "resource", u.def.Name)
		}
		return err
	}
	return problem.Conflicted("state.readonly", "state", string(layout.StateOf(u.def, rec)))
}

// title names a record that stays; its number, or its name.
func (u *undo) title(ctx context.Context, id int64) string {
	title := ""
	_ = u.c.View(ctx, u.actor, func(v *kernel.View) error {
		labels, err := resource.Labels(v, u.def, []int64{id})
		title = labels[id]
		return err
	}) // without a name the id is shown
	return title
}
