package endpoints

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/run"
	"zhanggui/modules/kernel/intake/taken"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/sheet/anyfile"
	"zhanggui/modules/kernel/web/route"
)

const (
	jobIntake = "intake.run"
	// atOnce is up to how many rows are taken while the person waits.
	atOnce = 300
	// mostMended bounds the rows that come back from the screen in one go.
	mostMended = 1000
)

// order is what the job is given.
type order struct {
	Digest  string   `json:"digest"`
	Name    string   `json:"name"`
	Sheet   int      `json:"sheet"`
	Head    int      `json:"head"` // index
	Kind    string   `json:"kind"`
	Columns []string `json:"columns"`
	File    int64    `json:"file"`
	consent
}

// consent is what the person has said about the table beside what it means.
type consent struct {
	Overwrite bool          `json:"overwrite"` // the table counts where a record says otherwise
	Choice    intake.Choice `json:"choice"`    // what becomes of rows about which a figure stands already
}

func (c consent) of(t run.Task) run.Task {
	t.Overwrite, t.Choice = c.Overwrite, c.Choice
	return t
}

// weigh asks for the password where the import of the kind's resource does.
func weigh(r *route.Request, k *intake.Kind) error {
	if grave.Is(r.Company, k.Resource, "import") {
		return r.Prove()
	}
	return nil
}

// start takes a table: a short one at once, a long one as a job.
func start(r *route.Request) error {
	s, err := receive(r)
	if err != nil {
		return err
	}
	if s.kind == nil || s.given == nil {
		return problem.BadShape("query.invalid", "name", "columns")
	}
	if err := weigh(r, s.kind); err != nil {
		return err
	}
	g := s.judged
	body, _ := guess.Body(s.rows(), g.Head, g.Kind, g.Columns)
	if len(body) == 0 {
		return problem.Rule("import.empty")
	}
	content := sha256.Sum256(s.data)
	o := order{Digest: hex.EncodeToString(content[:]), Name: s.name, Sheet: s.sheet, Head: g.Head, Kind: g.Kind.Name, Columns: g.Columns, consent: s.consent}
	once, err := onceOf(r, digest(o.Digest, o.Sheet, o.Kind), o.Head, o.Columns, o.Overwrite)
	if err != nil {
		return err
	}
	if was, err := once.answered(r); err != nil || was {
		return err
	}
	f := &taken.File{Key: once.key, Kind: g.Kind.Name, Name: s.name}
	t := o.of(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: body, Name: s.name, Key: once.key})
	if err := ask(r, t); err != nil {
		return err
	}
	m := memory{g.Kind.Name, g.Columns}
	if len(body) <= atOnce {
		err := pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:remember", func(tx *kernel.Tx) error {
			if err := f.Begin(tx); err != nil {
				return err
			}
			return m.remember(tx, signature(g.Titles))
		})
		if err != nil {
			return err
		}
		t.File = f.ID
		return answer(r, once, t, func(*kernel.Tx, *run.Outcome) error { return nil })
	}
	stored, err := files.Put(r.Company.Files, bytes.NewReader(s.data))
	if err != nil {
		return err
	}
	o.Digest = stored.Digest
	return enqueue(r, once, o, func(tx *kernel.Tx) (*taken.File, error) {
		return f, errors.Join(f.Begin(tx), m.remember(tx, signature(g.Titles)))
	})
}

// ask lets the kind ask the person, once for the file: what it has written itself before it was cut off does not count.
func ask(r *route.Request, t run.Task) error {
	err := r.View(func(v *kernel.View) error {
		f, err := taken.ByKey(v, t.Key)
		if f != nil {
			t.File = f.ID
		}
		return err
	})
	if err != nil {
		return err
	}
	return run.Ask(r.Context(), r.Company, r.Actor, t)
}

// enqueue makes a job of a table; of two requests with one key the second one has the job of the first, or is asked to
// come again.
func enqueue(r *route.Request, once once, o order, also func(tx *kernel.Tx) (*taken.File, error)) error {
	var out map[string]any
	k := named(intake.Kinds(r.Company, r.Actor), o.Kind)
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:order", func(tx *kernel.Tx) error {
		before, err := once.recall(tx.View)
		if err != nil || before != nil {
			out = before
			return err
		}
		f, err := also(tx)
		if err != nil {
			return err
		}
		o.File = f.ID
		job, err := jobs.Enqueue(tx, jobs.Order{Kind: jobIntake, Label: k.Label.In(r.Lang) + " ← " + o.Name, Input: o})
		if err != nil {
			return err
		}
		if err := f.TakenBy(tx, job); err != nil {
			return err
		}
		out = map[string]any{"job": job, "file": f.ID}
		first, err := once.note(tx, job, "")
		if err == nil && !first { // that one's end was waited for
			err = problem.Conflicted("intake.running")
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func runJob(ctx context.Context, j *jobs.Run) error {
	var o order
	if err := j.Input(&o); err != nil {
		return err
	}
	k := named(intake.Kinds(j.Company, j.Actor), o.Kind)
	if k == nil {
		return problem.New(problem.Forbidden, "intake.nothing")
	}
	data, err := os.ReadFile(files.Path(j.Company.Files, o.Digest))
	if err != nil {
		return err
	}
	f, err := anyfile.Read(data, sheet.Limits{})
	if err != nil {
		return err
	}
	if o.Sheet >= len(f.Sheets) {
		return fmt.Errorf("intake: no sheet %d", o.Sheet)
	}
	body, _ := guess.Body(f.Sheets[o.Sheet].Rows, o.Head, k, o.Columns)
	t := o.of(run.Task{Kind: k, Columns: o.Columns, Rows: body, Name: o.Name, Key: fmt.Sprintf("intake-%d", j.Job.ID), File: o.File})
	out, err := run.Do(ctx, j.Company, j.Actor, t, func(done, total int) { j.Progress(int64(done), int64(total)) })
	if err == nil {
		j.Output(out)
	}
	return err
}

// again takes rows that were mended on the screen.
func again(r *route.Request) error {
	o, err := r.Object()
	if err != nil {
		return err
	}
	raw, err := json.Marshal(o)
	if err != nil {
		return err
	}
	var in struct {
		Kind    string     `json:"kind"`
		Name    string     `json:"name"`
		Columns []string   `json:"columns"`
		Rows    [][]string `json:"rows"`
		Numbers []int      `json:"numbers"` // of the rows in the file
		File    int64      `json:"file"`    // that they are of, 0 for none that is known
		consent
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return problem.BadShape("json.invalid")
	}
	k := named(intake.Kinds(r.Company, r.Actor), in.Kind)
	switch {
	case k == nil:
		return problem.BadShape("query.invalid", "name", "kind").At("/kind")
	case len(in.Columns) == 0 || len(in.Columns) > mostColumns:
		return problem.BadShape("query.invalid", "name", "columns").At("/columns")
	case !in.Choice.Known():
		return problem.BadShape("query.invalid", "name", "choice").At("/choice")
	case len(in.Rows) == 0 || len(in.Rows) > mostMended || len(in.Numbers) != len(in.Rows):
		return problem.BadShape("query.invalid", "name", "rows").At("/rows")
	}
	if err := weigh(r, k); err != nil {
		return err
	}
	once, err := onceOf(r, in.Kind, in.Columns, in.Rows, in.Numbers, in.Overwrite)
	if err != nil {
		return err
	}
	t := in.of(run.Task{Kind: k, Columns: in.Columns, Name: files.CleanName(in.Name), Key: once.key})
	for i, cells := range in.Rows {
		if len(cells) > len(in.Columns) {
			return problem.BadShape("query.invalid", "name", "rows").At("/rows")
		}
		t.Rows = append(t.Rows, sheet.Row{Number: in.Numbers[i], Cells: cells})
	}
	f := &taken.File{ID: in.File, Key: once.key, Kind: k.Name, Name: t.Name}
	if in.File == 0 {
		if err := ask(r, t); err != nil {
			return err
		}
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:rows", func(tx *kernel.Tx) error {
		if in.File == 0 {
			return f.Begin(tx)
		}
		was, err := taken.Find(tx.View, in.File)
		if err == nil && (was.Kind != k.Name || was.Account != r.Actor.UserID) {
			err = problem.BadShape("query.invalid", "name", "file").At("/file")
		}
		return err
	})
	if err != nil {
		return err
	}
	t.File = f.ID
	return answer(r, once, t, func(tx *kernel.Tx, out *run.Outcome) error { return f.Mend(tx, good(in.Numbers, out)) })
}

// good are the rows that were not given back.
func good(rows []int, out *run.Outcome) []int {
	return slices.DeleteFunc(slices.Clone(rows), func(n int) bool {
		return slices.ContainsFunc(out.Bad, func(b intake.Bad) bool { return b.Row == n })
	})
}
