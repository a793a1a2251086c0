// Package history shows the files that were taken, finds what came of one after the page was left, and takes one back.
package history

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/taken"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/transfer/layout"
	"zhanggui/modules/kernel/web/route"
)

// shown is how many files are listed.
const shown = 200

// Routes are the addresses of files that were taken.
func Routes() []route.Route {
	doc := func(summary string) route.Doc { return route.Doc{Summary: summary, Tag: "intake", Response: "object"} }
	return []route.Route{
		{Method: "GET", Path: "/api/v1/intake/files", SignedIn: true, Handle: list, Doc: doc("My files that were taken, newest first")},
		{Method: "GET", Path: "/api/v1/intake/files/{id}", SignedIn: true, Handle: one, Doc: doc("What came of a file, and what goes when it is taken back")},
		{Method: "POST", Path: "/api/v1/intake/files/{id}/undo", SignedIn: true, Body: route.JSON, Heavy: true, Handle: undo, Doc: doc("Take back what a file brought")},
	}
}

// labelled names the kind of a file, also for who may not import it any more.
func labelled(c *kernel.Company, name, lang string) string {
	for _, k := range intake.Kinds(c, kernel.SystemActor()) {
		if k.Name == name {
			return k.Label.In(lang)
		}
	}
	return name
}

func shape(r *route.Request, f *taken.File) map[string]any {
	return map[string]any{"id": f.ID, "name": f.Name, "kind": f.Kind, "label": labelled(r.Company, f.Kind, r.Lang), "at": f.At, "by": f.By, "job": f.Job, "state": f.State}
}

func list(r *route.Request) error {
	items := []map[string]any{}
	err := r.View(func(v *kernel.View) error {
		files, err := taken.List(v, shown)
		for _, f := range files {
			items = append(items, shape(r, f))
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func one(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	var out map[string]any
	err = r.View(func(v *kernel.View) error {
		f, err := taken.Find(v, id)
		if err != nil {
			return err
		}
		out = shape(r, f)
		records, lines, left, err := f.Goes(v, intake.Kinds(r.Company, r.Actor))
		if err != nil {
			return err
		}
		out["records"], out["lines"], out["left"] = records, lines, told(r.Company, r.Lang, left)
		outcome, err := f.Outcome(v)
		if outcome != nil {
			out["outcome"] = outcome
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// stays is what is not taken back, in words.
type stays struct {
	Label  string `json:"label"`
	Detail string `json:"detail"`
}

func told(c *kernel.Company, lang string, left []intake.Left) []stays {
	out := []stays{}
	for _, l := range left {
		out = append(out, stays{l.Title, layout.Found{Problem: l.Why}.Words(c, lang)})
	}
	return out
}

// result is what came of taking a file back.
type result struct {
	Removed  int     `json:"removed"`
	Reversed int     `json:"reversed"`
	Lines    int     `json:"lines"`
	Was      int     `json:"was"` // records that were there before and stay as they are now
	Left     []stays `json:"left"`
	Count    int     `json:"left_count"`
}

// mostLeft is how many records that stay are told one by one.
const mostLeft = 200

func resultOf(c *kernel.Company, lang string, b *taken.Back) result {
	return result{b.Records, b.Void, b.Lines, b.Was, told(c, lang, b.Left[:min(len(b.Left), mostLeft)]), len(b.Left)}
}

// order is what the job is given.
type order struct {
	File int64 `json:"file"`
}

// Job takes a large file back.
var Job = jobs.Kind{Name: "intake.undo", Lane: jobs.Long, Run: func(ctx context.Context, j *jobs.Run) error {
	var o order
	if err := j.Input(&o); err != nil {
		return err
	}
	out, err := taken.Undo(ctx, j.Company, j.Actor, o.File, j.Progress)
	if err == nil {
		j.Output(resultOf(j.Company, j.Actor.Lang, out))
	}
	return err
}}

func undo(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	var f *taken.File
	var weight int64
	err = r.View(func(v *kernel.View) (err error) {
		if f, err = taken.Find(v, id); err == nil {
			err = f.AtRest(v)
		}
		if err == nil {
			weight, err = f.Weight(v)
		}
		return err
	})
	if err != nil {
		return err
	}
	kinds := intake.Kinds(r.Company, r.Actor)
	i := slices.IndexFunc(kinds, func(k *intake.Kind) bool { return k.Name == f.Kind })
	if i < 0 {
		return problem.New(problem.Forbidden, "intake.nothing")
	}
	// To take a file back is as grave as to take it.
	if name := kinds[i].Resource; grave.Is(r.Company, name, "delete") || grave.Is(r.Company, name, "import") {
		if err := r.Prove(); err != nil {
			return err
		}
	}
	if weight > taken.AtOnce {
		var job int64
		err := pipeline.Unit(r.Context(), r.Company, r.Actor, "intake:undo", func(tx *kernel.Tx) (err error) {
			job, err = jobs.Enqueue(tx, jobs.Order{Kind: Job.Name, Label: kinds[i].Label.In(r.Lang) + " ↩ " + f.Name, Input: order{id}})
			return err
		})
		if err != nil {
			return err
		}
		return r.JSON(http.StatusOK, map[string]any{"job": job})
	}
	out, err := taken.Undo(r.Context(), r.Company, r.Actor, id, func(int64, int64) {})
	if err != nil {
		return err
	}
	text, err := json.Marshal(resultOf(r.Company, r.Lang, out))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"result": json.RawMessage(text)})
}
