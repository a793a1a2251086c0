package bulk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/transfer/layout"
	"zhanggui/modules/kernel/web/route"
)

// Module puts the address among those of the company and declares the job.
func Module() kernel.Module {
	return kernel.Module{Name: "bulk", Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes))
		return jobs.Register(c, jobs.Kind{Name: kind, Lane: jobs.Long, Run: run})
	}}
}

const (
	kind = "bulk"
	// most is how many records one job takes.
	most = 10_000
	// told is how many records are told of one by one; of all others only how many they were.
	told = 1000
)

func routes(*kernel.Company) []route.Route {
	return []route.Route{{Method: "POST", Path: "/api/v1/bulk", SignedIn: true, StepUp: route.Sometimes, Body: route.JSON, Handle: ask, Doc: route.Doc{
		Summary: "Do one thing to all records of a filter, as a job", Tag: "bulk", Request: "bulk", Response: "bulk.job", Status: http.StatusAccepted}}}
}

// asked is the body of a request.
type asked struct {
	Resource string          `json:"resource"`
	Act      string          `json:"act"`   // update or an action
	Input    json.RawMessage `json:"input"` // the fields to change, or what the action asks for
	Q        string          `json:"q"`
	Filters  []string        `json:"filter"`
	Count    int             `json:"count"` // how many the person was told
}

// order is what the job is given.
type order struct {
	Resource, Act string
	Input         json.RawMessage
	Rows          [][2]int64 // id and version
}

func ask(r *route.Request) error {
	var in asked
	if err := read(r, &in); err != nil {
		return err
	}
	d := r.Company.Def(in.Resource)
	if d == nil || d.Internal || !r.Actor.Can(in.Resource, "read") {
		return problem.New(problem.NotFound, "bulk.resource")
	}
	action := d.Action(in.Act)
	if in.Act != "update" && (action == nil || action.Hidden) {
		return problem.New(problem.NotFound, "action.unknown", "action", resource.Clip(in.Act))
	}
	if !r.Actor.Can(d.Name, in.Act) {
		return problem.New(problem.Forbidden, "forbidden", "resource", d.Name, "act", in.Act)
	}
	if grave.Is(r.Company, d.Name, in.Act) {
		if err := r.Prove(); err != nil {
			return err
		}
	}
	o := order{Resource: d.Name, Act: in.Act, Input: in.Input}
	if _, err := o.input(); err != nil {
		return err
	}
	q := listing.Query{Q: in.Q, Limit: listing.MaxLimit}
	for _, text := range in.Filters {
		f, err := listing.ParseFilter(text)
		if err != nil {
			return err
		}
		q.Filters = append(q.Filters, f)
	}
	err := r.View(func(v *kernel.View) (err error) {
		o.Rows, err = rows(v, d, q)
		return err
	})
	switch {
	case err != nil:
		return err
	case len(o.Rows) > most:
		return problem.Rule("bulk.too_many", "most", most)
	case len(o.Rows) != in.Count || len(o.Rows) == 0:
		return problem.Conflicted("bulk.count", "now", len(o.Rows), "count", in.Count)
	}
	label := messages.Text(r.Lang, "bulk.change", nil)
	if action != nil {
		label = action.Label.In(r.Lang)
	}
	var job int64
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "bulk:"+d.Name, func(tx *kernel.Tx) (err error) {
		job, err = jobs.Enqueue(tx, jobs.Order{Kind: kind, Label: d.Label.In(r.Lang) + " · " + label, Input: o})
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusAccepted, map[string]int64{"job": job})
}

// read takes the body, whose names are all known.
func read(r *route.Request, in *asked) error {
	body, err := r.Object()
	if err != nil {
		return err
	}
	var wrong problem.List
	for _, key := range body.Keys {
		value, ok := body.Values[key], false
		switch key {
		case "resource":
			in.Resource, ok = value.(string)
		case "act":
			in.Act, ok = value.(string)
		case "q":
			in.Q, ok = value.(string)
			ok = ok && len(in.Q) <= 200
		case "count":
			var n json.Number
			if n, ok = value.(json.Number); ok {
				in.Count, err = strconv.Atoi(n.String())
				ok = err == nil
			}
		case "filter":
			in.Filters, ok = texts(value)
		case "input":
			if _, ok = value.(*resource.Object); ok {
				in.Input, err = json.Marshal(plain(value))
				ok = err == nil
			}
		}
		if !ok {
			wrong.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	return wrong.Err()
}

func texts(value any) (out []string, ok bool) {
	list, ok := value.([]any)
	if !ok || len(list) > 40 {
		return nil, false
	}
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return nil, false
		}
		out = append(out, text)
	}
	return out, true
}

// plain turns objects in the order of their keys into what can be written again.
func plain(value any) any {
	switch x := value.(type) {
	case *resource.Object:
		out := make(map[string]any, len(x.Keys))
		for _, key := range x.Keys {
			out[key] = plain(x.Values[key])
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, one := range x {
			out[i] = plain(one)
		}
		return out
	}
	return value
}

func (o order) input() (*resource.Object, error) {
	if len(o.Input) == 0 {
		return &resource.Object{}, nil
	}
	in, p := resource.ParseObject(o.Input)
	if p != nil {
		return nil, p
	}
	return in, nil
}

// rows gives the records of a question with their versions, one more than a job takes where there are more.
func rows(v *kernel.View, d *kernel.Def, q listing.Query) (out [][2]int64, err error) {
	for {
		page, err := listing.List(v, d, q)
		if err != nil {
			return nil, err
		}
		for _, rec := range page.Items {
			out = append(out, [2]int64{resource.ID(d, rec), resource.VersionOf(d, rec)})
		}
		if q.Cursor = page.Next; q.Cursor == "" || len(out) > most {
			return out, nil
		}
	}
}

// outcome is what became of one record.
type outcome struct {
	ID     int64  `json:"id"`
	Label  string `json:"label"`
	State  string `json:"state"` // done, waiting or failed
	Detail string `json:"detail,omitempty"`
}

// report is the job's answer.
type report struct {
	Resource string    `json:"resource"`
	Done     int       `json:"done"`
	Waiting  int       `json:"waiting"`
	Failed   int       `json:"failed"`
	Rows     []outcome `json:"rows"`
}

func run(ctx context.Context, r *jobs.Run) error {
	var o order
	if err := r.Input(&o); err != nil {
		return err
	}
	d := r.Company.Def(o.Resource)
	if d == nil {
		return fmt.Errorf("bulk: no resource %s", o.Resource)
	}
	out := &report{Resource: d.Name, Rows: []outcome{}}
	defer func() { r.Output(out) }()
	for i, row := range o.Rows {
		r.Progress(int64(i), int64(len(o.Rows)))
		if err := ctx.Err(); err != nil {
			return err
		}
		one, err := o.one(ctx, r, row)
		if err != nil {
			return err
		}
		out.add(one)
	}
	r.Progress(int64(len(o.Rows)), int64(len(o.Rows)))
	return nil
}

// add counts an outcome. What failed is told of before what was done.
func (out *report) add(one outcome) {
	switch one.State {
	case "failed":
		out.Failed++
		if len(out.Rows) >= told {
			for i := range out.Rows {
				if out.Rows[i].State == "done" {
					out.Rows[i] = one
					return
				}
			}
			return
		}
	case "waiting":
		out.Waiting++
	default:
		out.Done++
	}
	if len(out.Rows) < told {
		out.Rows = append(out.Rows, one)
	}
}

// one does what was asked for to one record. The key makes a job that is run again find what it has done.
func (o order) one(ctx context.Context, r *jobs.Run, row [2]int64) (outcome, error) {
	d, out := r.Company.Def(o.Resource), outcome{ID: row[0], State: "done"}
	in, err := o.input()
	if err != nil {
		return out, err
	}
	result, err := pipeline.Do(ctx, r.Company, r.Actor, pipeline.Command{Def: d, Act: o.Act, ID: row[0], Version: row[1], Input: in,
		Key: fmt.Sprintf("bulk-%d-%d", r.Job.ID, row[0])})
	list, refused := problem.From(err)
	switch {
	case refused:
		out.State, out.Detail = "failed", layout.Found{Problem: list[0]}.Words(r.Company, r.Actor.Lang)
	case err != nil:
		return out, err
	default:
		out.Label = resource.Title(d, result.Rec)
		if result.Waiting {
			out.State = "waiting"
		}
		return out, nil
	}
	err = r.Company.View(ctx, r.Actor, func(v *kernel.View) error {
		rec, err := resource.LoadVisible(v, d, row[0])
		if err == nil {
			out.Label = resource.Title(d, rec)
		}
		if _, gone := problem.From(err); gone {
			return nil
		}
		return err
	})
	return out, err
}
