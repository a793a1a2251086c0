package endpoints

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/batch"
	"zhanggui/modules/kernel/transfer/layout"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
)

// answer is what came of an import, as it is sent.
type answer struct {
	Rows     int       `json:"rows"`
	Good     int       `json:"good"`
	Bad      int       `json:"bad"`
	Created  int       `json:"created"`
	Updated  int       `json:"updated"`
	Same     int       `json:"same"`
	Waiting  int       `json:"waiting"`
	Count    int       `json:"count"`
	Columns  []column  `json:"columns"`
	Fields   []choice  `json:"fields"`
	Problems []trouble `json:"problems"`
	Warnings []trouble `json:"warnings"`
	Batch    *int64    `json:"batch"`
	Job      *int64    `json:"job"`
	Marked   *string   `json:"marked"`
}

type column struct {
	Title string `json:"title"`
	Field string `json:"field"`
}

type choice struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
}

type trouble struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// mostMapped bounds the mapping a client sends.
const mostMapped = 500

func imports(r *route.Request, d *kernel.Def) error {
	r.Def = d
	sent, err := form.Upload(r)
	if err != nil {
		return err
	}
	req := transfer.Request{
		Def: d, Source: bytes.NewReader(sent.Data), Size: int64(len(sent.Data)), Name: files.CleanName(sent.Name),
		Mode: r.Query("mode"), Then: r.Query("then"), DryRun: r.Query("dry_run") == "true",
	}
	if req.Key, err = r.Key(); err != nil {
		return err
	}
	if text := sent.Values["mapping"]; text != "" {
		if err := json.Unmarshal([]byte(text), &req.Mapping); err != nil || len(req.Mapping) > mostMapped {
			return problem.BadShape("json.invalid").At("/mapping")
		}
	}
	rep, err := transfer.Import(r.Context(), r.Company, r.Actor, req)
	if err != nil {
		return err
	}
	if rep.Count > 0 && !req.DryRun {
		return refused(rep)
	}
	out, err := answerOf(r, rep, req.Name)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// refused answers an import that was not tried before: its problems as those of one request.
func refused(rep *transfer.Report) error {
	var list problem.List
	for _, f := range rep.Problems {
		at := fmt.Sprintf("/rows/%d", f.Row)
		if f.Key != "" {
			at += "/" + f.Key
		}
		list.Add(f.Problem.At(at))
	}
	return list
}

func answerOf(r *route.Request, rep *transfer.Report, name string) (*answer, error) {
	out := &answer{
		Rows: rep.Rows, Good: rep.Good, Bad: rep.Bad, Created: rep.Created, Updated: rep.Updated, Same: rep.Same, Waiting: rep.Waiting,
		Count: rep.Count, Columns: []column{}, Fields: []choice{}, Problems: []trouble{}, Warnings: []trouble{},
	}
	for _, c := range rep.Columns {
		out.Columns = append(out.Columns, column{c.Title, c.Field})
	}
	for _, f := range rep.Fields {
		out.Fields = append(out.Fields, choice{f.Key, f.Title.In(r.Lang), f.Must()})
	}
	for _, f := range rep.Problems {
		out.Problems = append(out.Problems, trouble{f.Row, f.Title, f.Key, f.Words(r.Company, r.Lang)})
	}
	for _, f := range rep.Warnings {
		out.Warnings = append(out.Warnings, trouble{f.Row, f.Title, f.Key, f.Words(r.Company, r.Lang)})
	}
	if rep.Batch != 0 {
		out.Batch = &rep.Batch
	}
	if rep.Job != 0 {
		out.Job = &rep.Job
	}
	if rep.Count+len(rep.Warnings) == 0 {
		return out, nil
	}
	id, err := jobs.Deposit(r.Context(), r.Company, r.Actor, name, rep.Annotate)
	if _, unfit := problem.From(err); unfit {
		return out, nil // too large to be marked: the problems are listed all the same
	}
	if err == nil {
		address := resultOf(id)
		out.Marked = &address
	}
	return out, err
}

func listImports(r *route.Request) error {
	items := []map[string]any{}
	err := r.View(func(v *kernel.View) error {
		list, err := batch.List(v, 200)
		for _, b := range list {
			label := b.Resource
			if d := r.Company.Def(b.Resource); d != nil {
				label = d.Label.In(r.Lang)
			}
			items = append(items, map[string]any{"id": b.ID, "resource": b.Resource, "label": label, "file": b.File, "state": b.State, "at": b.At,
				"by": b.By, "job": b.Job, "created": b.Created, "updated": b.Updated, "same": b.Same})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func undo(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	err = r.View(func(v *kernel.View) error { // to take an import back is as grave as to make it
		b, err := batch.Find(v, id)
		if err == nil && (grave.Is(r.Company, b.Resource, "delete") || grave.Is(r.Company, b.Resource, "import")) {
			err = r.Prove()
		}
		return err
	})
	if err != nil {
		return err
	}
	got, err := batch.Undo(r.Context(), r.Company, r.Actor, id)
	if err != nil {
		return err
	}
	left := []map[string]any{}
	for _, l := range got.Left {
		words := layout.Found{Problem: l.Problem}.Words(r.Company, r.Lang)
		left = append(left, map[string]any{"id": l.Record, "label": l.Title, "detail": words})
	}
	return r.JSON(http.StatusOK, map[string]any{"removed": got.Removed, "reversed": got.Reversed, "left": left, "job": got.Job})
}
