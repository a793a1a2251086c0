package approval

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

const mostOfBatch = 200

func routes(*kernel.Company) []route.Route {
	query := []route.Query{{Name: "flow", Help: "id of a flow, or definition, target, act and condition instead"}, {Name: "definition", Help: "steps as JSON"},
		{Name: "target", Help: "kind of document"}, {Name: "act", Help: "action"}, {Name: "condition", Help: "condition of the flow"},
		{Name: "record", Help: "id of a document, or values"}, {Name: "values", Help: "fields of a document as JSON"}, {Name: "initiator", Help: "id of a user, else the caller"}}
	return []route.Route{
		{Method: "GET", Path: "/api/v1/approval/typed", Object: Requests.Name, Acts: []string{"read"}, Handle: typedAnew,
			Doc: route.Doc{Summary: "What was typed, to whoever typed it", Tag: Requests.Name, Response: "object", Query: []route.Query{{Name: "request", Help: "id of a request"}}}},
		{Method: "POST", Path: "/api/v1/approval/batch", Object: Requests.Name, Acts: []string{"agree"}, Body: route.JSON, Handle: batch,
			Doc: route.Doc{Summary: "Agree to several requests", Tag: Requests.Name, Request: "object", Response: "object"}},
		{Method: "GET", Path: "/api/v1/approval/simulate", Object: Flows.Name, Acts: []string{"read"}, Handle: simulateQuery,
			Doc: route.Doc{Summary: "Who would decide, and why", Tag: Flows.Name, Response: "object", Query: query}},
		{Method: "POST", Path: "/api/v1/approval/simulate", Object: Flows.Name, Acts: []string{"read"}, Body: route.JSON, Handle: simulateBody,
			Doc: route.Doc{Summary: "Who would decide, and why: for long definitions", Tag: Flows.Name, Request: "object", Response: "object"}},
	}
}

// typedAnew gives back to the initiator what he typed, to be corrected and handed in again: the record as it would be, and
// the names of the fields that were typed. The version is that of the request, which a new record takes the place of.
func typedAnew(r *route.Request) error {
	id := number(r.Query("request"))
	var record []byte
	var names []string
	version := int64(0)
	err := r.View(func(v *kernel.View) error {
		q, err := Requests.Find(v, id)
		if err != nil {
			return err
		}
		d := v.Company.Def(q.Target)
		if d == nil || q.Initiator != r.Actor.UserID || !typed(q.Act) {
			return problem.Missing(Requests.Name, id)
		}
		rec, err := proposed(v, d, q)
		if err != nil || rec == nil {
			return cmp.Or(err, error(problem.Missing(d.Name, q.Record)))
		}
		labels, err := resource.CollectLabels(v, d, []any{rec}, true)
		if err != nil {
			return err
		}
		cmd, err := held(d, q)
		names, version = cmd.Input.Keys, q.Version
		record = resource.Renderer{Actor: r.Actor, Def: d, Labels: labels}.Document(nil, rec, nil)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"record": json.RawMessage(record), "typed": names, "version": version})
}

type outcome struct {
	ID     int64  `json:"id"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// batch agrees to requests one by one, each in a unit of its own: what one meets does not stop the others.
func batch(r *route.Request) error {
	o, err := r.Object()
	if err != nil {
		return err
	}
	list, ok := o.Values["ids"].([]any)
	if !ok || len(list) == 0 || len(list) > mostOfBatch {
		return problem.BadShape("field.type").At("/ids")
	}
	if o.Values["act"] != "agree" {
		return problem.BadShape("field.option", "value", "").At("/act")
	}
	opinion, _ := o.Values["opinion"].(string)
	items := make([]outcome, 0, len(list))
	for _, value := range list {
		n, _ := value.(json.Number)
		id, err := strconv.ParseInt(n.String(), 10, 64)
		if err != nil {
			return problem.BadShape("field.type").At("/ids")
		}
		if slices.ContainsFunc(items, func(x outcome) bool { return x.ID == id }) {
			continue
		}
		in := &resource.Object{}
		in.Put("opinion", opinion)
		_, err = pipeline.Do(r.Context(), r.Company, r.Actor, pipeline.Command{Def: Requests.Def, Act: "agree", ID: id, Input: in})
		out := outcome{ID: id, OK: err == nil}
		if err != nil {
			found, known := problem.From(err)
			if !known {
				return err
			}
			r.Def = Requests.Def
			out.Detail = r.Places(found)[0].Detail
		}
		items = append(items, out)
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

func simulateQuery(r *route.Request) error {
	in := question{flow: number(r.Query("flow")), target: r.Query("target"), act: r.Query("act"), condition: r.Query("condition"), definition: r.Query("definition"),
		record: number(r.Query("record")), initiator: number(r.Query("initiator"))}
	if in.target == "" {
		in.target = r.Query("resource")
	}
	if text := r.Query("values"); text != "" {
		o, p := resource.ParseObject([]byte(text))
		if p != nil {
			return p.At("/values")
		}
		in.values = o
	}
	return simulated(r, in)
}

func simulateBody(r *route.Request) error {
	o, err := r.Object()
	if err != nil {
		return err
	}
	text := func(key string) string { s, _ := o.Values[key].(string); return s }
	id := func(key string) int64 { n, _ := o.Values[key].(json.Number); return number(n.String()) }
	in := question{flow: id("flow"), target: text("target"), act: text("act"), condition: text("condition"), definition: text("definition"),
		record: id("record"), initiator: id("initiator")}
	in.values, _ = o.Values["values"].(*resource.Object)
	return simulated(r, in)
}

func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // what is no id is none
	return n
}

func simulated(r *route.Request, in question) error {
	if in.initiator == 0 {
		in.initiator = r.Actor.UserID
	}
	var out *forecast
	err := r.View(func(v *kernel.View) (err error) {
		out, err = simulate(v, in)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}
