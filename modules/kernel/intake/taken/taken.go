// Package taken remembers the files that were taken, and takes back what one of them brought: the figures that went
// somewhere, then the records, the names that were made for them last. What was changed since stays and is told.
package taken

import (
	"cmp"
	"context"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/transfer/batch"
)

// The states of a file.
const (
	Taken  = "taken"
	Part   = "part" // taken back but for what stayed
	Undone = "undone"
)

// File is a file that was taken. Rows of it that were mended belong to it as well.
type File struct {
	ID      int64
	Account int64
	By      string
	Key     string // of the request that it came with
	Kind    string
	Name    string
	At      clock.Instant
	Job     int64 // that takes it, 0 when that was done at once
	Mended  []int // rows that were given back, mended, and taken
	State   string
}

// Count is how many records of a kind there are.
type Count struct {
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// Back is what taking a file back does, or did.
type Back struct {
	Records int // deleted
	Void    int // taken back by an action and still to be seen
	Lines   int
	Was     int // records that were there before and that the file has changed: they stay as they are
	Left    []intake.Left
}

// AtOnce is up to how many records are taken back while the person waits.
const AtOnce = 500

// Weight is how many records a file has written that can be taken back.
func (f *File) Weight(v *kernel.View) (int64, error) {
	list, err := batch.Parts(v, f.ID)
	var n int64
	for _, b := range list {
		if b.State != batch.Undone {
			n += b.Created
		}
	}
	return n, err
}

// Goes tells what taking the file back would take away: records by kind, lines that went further, and what it knows to stay.
func (f *File) Goes(v *kernel.View, kinds []*intake.Kind) (records []Count, lines int, left []intake.Left, err error) {
	list, err := batch.Parts(v, f.ID)
	if err != nil {
		return nil, 0, nil, err
	}
	records = []Count{}
	for _, b := range list {
		def := v.Company.Def(b.Resource)
		if b.State == batch.Undone || b.Created == 0 || def == nil {
			continue
		}
		label := def.Label.In(v.Lang)
		at := slices.IndexFunc(records, func(c Count) bool { return c.Label == label })
		if at < 0 {
			records, at = append(records, Count{Label: label}), len(records)
		}
		records[at].Count += b.Created
	}
	slices.SortStableFunc(records, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	if k := f.kind(kinds); k != nil && k.Goes != nil {
		lines, left, err = k.Goes(v, f.ID)
	}
	return records, lines, left, err
}

func (f *File) kind(kinds []*intake.Kind) *intake.Kind {
	if i := slices.IndexFunc(kinds, func(k *intake.Kind) bool { return k.Name == f.Kind }); i >= 0 {
		return kinds[i]
	}
	return nil
}

// Undo takes back what the file brought. It may be called again for what stayed. Errors: problem.Missing; import.running;
// intake.nothing when the actor may not import its kind.
func Undo(ctx context.Context, c *kernel.Company, actor *kernel.Actor, id int64, tell func(done, total int64)) (*Back, error) {
	var f *File
	var parts []*batch.Batch
	err := c.View(ctx, actor, func(v *kernel.View) (err error) {
		if f, err = Find(v, id); err != nil {
			return err
		}
		if err := f.AtRest(v); err != nil {
			return err
		}
		parts, err = batch.Parts(v, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	k := f.kind(intake.Kinds(c, actor))
	if k == nil {
		return nil, problem.New(problem.Forbidden, "intake.nothing")
	}
	out := &Back{}
	if k.Back != nil { // first what stands on the records
		out.Lines, out.Left, err = k.Back(ctx, &intake.Arrived{Company: c, Actor: actor, Name: f.Name, File: id})
		if err != nil {
			return nil, err
		}
	}
	for i, b := range parts { // newest first: names were made before what uses them
		if b.State == batch.Undone {
			continue
		}
		one, err := batch.Undo(ctx, c, actor, b.ID)
		if err != nil {
			return nil, err
		}
		out.Records += one.Removed
		out.Void += one.Reversed
		for _, l := range one.Left {
			if l.Problem.Code == "import.was_there" {
				out.Was++
			} else {
				out.Left = append(out.Left, intake.Left{Title: l.Title, Why: l.Problem})
			}
		}
		tell(int64(i+1), int64(len(parts)))
	}
	f.State = Undone
	if len(out.Left) > 0 {
		f.State = Part
	}
	return out, pipeline.Unit(ctx, c, actor, "intake:undone", func(tx *kernel.Tx) error { return f.become(tx) })
}

// AtRest refuses a file that a job is still taking.
func (f *File) AtRest(v *kernel.View) error {
	if f.Job == 0 {
		return nil
	}
	j, err := jobs.Get(v, f.Job)
	if list, ok := problem.From(err); ok && list[0].Kind == problem.NotFound || err == nil && j.Finished() {
		return nil
	}
	if err != nil {
		return err
	}
	return problem.Conflicted("import.running")
}
