package records

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/kernel/wire"
)

func (h *handler) create(r *route.Request) error {
	return h.do(r, pipeline.Command{Act: "create", Then: r.Query("action")}, http.StatusCreated)
}

func (h *handler) update(r *route.Request) error {
	return h.change(r, pipeline.Command{Act: "update", Then: r.Query("action")})
}

func (h *handler) remove(r *route.Request) error {
	return h.change(r, pipeline.Command{Act: "delete"})
}

func act(name string) answer {
	return func(h *handler, r *route.Request) error { return h.change(r, pipeline.Command{Act: name}) }
}

// change is do for a record that exists: it needs its id and the version that the caller saw.
func (h *handler) change(r *route.Request, cmd pipeline.Command) error {
	var err error
	if cmd.ID, err = r.RecordID(); err != nil {
		return err
	}
	if cmd.Version, err = r.Version(); err != nil {
		return err
	}
	return h.do(r, cmd, http.StatusOK)
}

func (h *handler) do(r *route.Request, cmd pipeline.Command, status int) error {
	cmd.Def = h.d
	var err error
	if cmd.Key, err = r.Key(); err != nil {
		return err
	}
	if cmd.Act != "delete" {
		if cmd.Input, err = r.Object(); err != nil {
			return err
		}
		h.dropNewIDs(cmd.Input)
	}
	actor := *r.Actor
	actor.Asks, actor.Agrees = true, strings.Split(r.Query("agree"), ",")
	result, err := pipeline.Do(r.Context(), r.Company, &actor, cmd)
	if err != nil {
		return err
	}
	if cmd.Act == "delete" && !result.Waiting {
		return r.NoContent()
	}
	return h.answer(r, result, status)
}

// dropNewIDs lets forms send new lines with the id 0, as previews show them.
func (h *handler) dropNewIDs(in *resource.Object) {
	for _, l := range h.d.Lines {
		list, _ := in.Values[l.Name].([]any)
		for _, item := range list {
			if line, ok := item.(*resource.Object); ok && line.Values["id"] == json.Number("0") {
				line.Values["id"] = nil
			}
		}
	}
}

// answer tells what became of the record: 202 when it waits for somebody's agreement.
func (h *handler) answer(r *route.Request, result *pipeline.Result, status int) error {
	r.W.Header().Set("ETag", `"`+route.Int(resource.VersionOf(h.d, result.Rec))+`"`)
	if status == http.StatusCreated && !result.Waiting {
		r.W.Header().Set("Location", "/api/v1/"+h.d.Path+"/"+route.Int(resource.ID(h.d, result.Rec)))
	}
	var body []byte
	if r.Minimal() {
		body = h.minimal(result.Rec)
	} else {
		err := r.View(func(v *kernel.View) (err error) {
			if err = h.fillComputed(v, result.Rec); err == nil {
				body, err = h.full(v, result.Rec)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if result.Waiting {
		status = http.StatusAccepted
		out := append([]byte(`{"waiting":true,"detail":`), wire.AppendValue(nil, messages.Text(r.Lang, "waiting", nil))...)
		body = append(append(append(out, `,"record":`...), body...), '}')
	}
	return r.Bytes(status, body)
}

// minimal is what a program needs that creates many records.
func (h *handler) minimal(rec any) []byte {
	out := append([]byte(`{"id":`), route.Int(resource.ID(h.d, rec))...)
	out = append(append(out, `,"version":`...), route.Int(resource.VersionOf(h.d, rec))...)
	for _, name := range []string{"number", "state"} {
		if f := h.d.ByName[name]; f != nil {
			out = append(append(append(out, `,"`...), name...), `":`...)
			out = wire.AppendValue(out, resource.Text(f, resource.Value(f, rec)))
		}
	}
	return append(out, '}')
}

// tried is what a preview is asked for.
type tried struct {
	id      int64
	changed string
	record  *resource.Object
}

func (h *handler) readTry(r *route.Request) (tried, error) {
	body, err := r.Object()
	if err != nil {
		return tried{}, err
	}
	out := tried{record: &resource.Object{}}
	var list problem.List
	for _, key := range body.Keys {
		ok := body.Values[key] == nil
		switch x := body.Values[key].(type) {
		case json.Number:
			out.id, err = x.Int64()
			ok = key == "id" && err == nil && out.id >= 0
		case string:
			out.changed, ok = x, key == "changed"
		case *resource.Object:
			out.record, ok = x, key == "record"
		}
		if !ok {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	h.dropNewIDs(out.record)
	return out, list.Err()
}

// try leaves out references to records that the caller may not see and tries again: what the rules copy from such a
// record, its label and its figures would tell him what is in it.
func (h *handler) try(r *route.Request, cmd pipeline.Command, changed string) (*preview.Preview, error) {
	first, err := preview.Try(r.Context(), r.Company, r.Actor, cmd, changed)
	if err != nil {
		return nil, err
	}
	var hidden problem.List
	for _, p := range first.Draft.Problems {
		if p.Code == "ref.missing" && leaveOut(cmd.Input, p.Path) {
			hidden.Add(p)
		}
	}
	if len(hidden) == 0 {
		return first, nil
	}
	second, err := preview.Try(r.Context(), r.Company, r.Actor, cmd, changed)
	if err != nil {
		return nil, err
	}
	second.Draft.Problems = slices.DeleteFunc(second.Draft.Problems, func(p *problem.Problem) bool {
		return slices.ContainsFunc(hidden, func(q *problem.Problem) bool { return q.Path == p.Path })
	})
	second.Draft.Problems = append(hidden, second.Draft.Problems...)
	return second, nil
}

// leaveOut takes the value at "/field" or "/lines/3/field" out of an input; false when it is not there.
func leaveOut(in *resource.Object, path string) bool {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if len(parts) == 3 {
		list, _ := in.Values[parts[0]].([]any)
		i, err := strconv.Atoi(parts[1])
		if err != nil || i < 0 || i >= len(list) {
			return false
		}
		in, _ = list[i].(*resource.Object)
		parts = parts[2:]
	}
	if in == nil || len(parts) != 1 || !in.Has(parts[0]) {
		return false
	}
	delete(in.Values, parts[0])
	in.Keys = slices.DeleteFunc(in.Keys, func(key string) bool { return key == parts[0] })
	return true
}

// preview runs the first half of the pipeline and answers what the form should show.
func (h *handler) preview(r *route.Request) error {
	in, err := h.readTry(r)
	if err != nil {
		return err
	}
	cmd := pipeline.Command{Def: h.d, ID: in.id, Input: in.record}
	if h.d.NoCreate && in.id == 0 {
		return problem.New(problem.MethodNotAllowed, "method")
	}
	preview, err := h.try(r, cmd, in.changed)
	if err != nil {
		return err
	}
	rec := preview.Draft.Rec
	var labels resource.LabelSet
	err = r.View(func(v *kernel.View) (err error) {
		labels, err = resource.CollectLabels(v, h.d, []any{rec}, true)
		return err
	})
	if err != nil {
		return err
	}
	places := r.Places(preview.Draft.Problems)
	for i := range places {
		places[i].Level = cmp.Or(places[i].Level, "error")
	}
	facts := make([]fact, 0, len(preview.Facts))
	for _, f := range preview.Facts {
		facts = append(facts, fact{f.Pointer, f.Label.In(r.Lang), f.Value, string(f.Kind), f.To, f.Alert})
	}
	out := append(make([]byte, 0, 4096), `{"record":`...)
	out = resource.Renderer{Actor: r.Actor, Def: h.d, Labels: labels}.Document(out, rec, nil)
	out = wire.AppendValue(append(out, `,"problems":`...), places)
	out = appendStrings(append(out, `,"actions":`...), preview.Actions)
	out = wire.AppendValue(append(out, `,"facts":`...), facts)
	return r.Bytes(http.StatusOK, append(out, '}'))
}
