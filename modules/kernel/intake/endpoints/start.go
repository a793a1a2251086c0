package endpoints

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/intake/run"
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
	Mark    string   `json:"mark"`
	consent
}

// consent is what the person has said about the table beside what it means.
type consent struct {
	Overwrite bool `json:"overwrite"` // the table counts where a record says otherwise
	Sure      bool `json:"sure"`      // it is to be taken although it was taken before
}

func (c consent) of(t run.Task) run.Task {
	t.Overwrite, t.Sure = c.Overwrite, c.Sure
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
	o.Mark = digest(o.Digest, o.Sheet, o.Kind)
	once, err := onceOf(r, o.Mark, o.Head, o.Columns, o.Overwrite)
	if err != nil {
		return err
	}
	t := o.of(run.Task{Kind: g.Kind, Columns: g.Columns, Rows: body, Name: s.name, Key: once.key, Mark: o.Mark})
	m := memory{g.Kind.Name, g.Columns}
	if len(body) <= atOnce {
		err := pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:remember", func(tx *kernel.Tx) error { return m.remember(tx, signature(g.Titles)) })
		if err != nil {
			return err
		}
		return answer(r, once, t)
	}
	if was, err := once.answered(r); err != nil || was {
		return err
	}
	if err := run.Ask(r.Context(), r.Company, r.Actor, t); err != nil {
		return err
	}
	stored, err := files.Put(r.Company.Files, bytes.NewReader(s.data))
	if err != nil {
		return err
	}
	o.Digest = stored.Digest
	return enqueue(r, once, o, func(tx *kernel.Tx) error { return m.remember(tx, signature(g.Titles)) })
}

// enqueue makes a job of a table; of two requests with one key the second one has the job of the first, or is asked to
// come again.
func enqueue(r *route.Request, once once, o order, also func(tx *kernel.Tx) error) error {
	var out map[string]any
	k := named(intake.Kinds(r.Company, r.Actor), o.Kind)
	err := pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:order", func(tx *kernel.Tx) error {
		before, err := once.recall(tx.View)
		if err != nil || before != nil {
			out = before
			return err
		}
		if err := also(tx); err != nil {
			return err
		}
		job, err := jobs.Enqueue(tx, jobs.Order{Kind: jobIntake, Label: k.Label.In(r.Lang) + " ← " + o.Name, Input: o})
		if err != nil {
			return err
		}
		out = map[string]any{"job": job}
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
	t := o.of(run.Task{Kind: k, Columns: o.Columns, Rows: body, Name: o.Name, Key: fmt.Sprintf("intake-%d", j.Job.ID), Mark: o.Mark})
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
	return answer(r, once, t)
}
