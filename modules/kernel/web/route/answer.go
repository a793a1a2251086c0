package route

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// answer is RFC 9457 problem+json. Next is what to do, where Detail does not say it.
type answer struct {
	Type       string  `json:"type"`
	Title      string  `json:"title"`
	Status     int     `json:"status"`
	Code       string  `json:"code"`
	Detail     string  `json:"detail"`
	Next       string  `json:"next,omitempty"`
	RequestID  string  `json:"request_id"`
	RetryAfter int64   `json:"retry_after,omitempty"`
	Errors     []Place `json:"errors"`
}

// Place is one problem with where it is.
type Place struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Next    string `json:"next,omitempty"`
	Level   string `json:"level,omitempty"`
}

var kindWords = map[int]string{
	400: "shape", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method", 409: "conflict", 413: "too_large",
	415: "media_type", 422: "rule", 428: "precondition", 429: "too_many", 503: "unavailable",
}

// Fail answers with an error: problems in the caller's words, everything else as 500 with nothing but the request's id,
// the cause going to the log.
func (r *Request) Fail(err error) {
	list, ok := problem.From(err)
	switch {
	case ok:
	case errors.Is(err, money.ErrRange):
		list = problem.List{problem.Rule("number.range")}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, store.ErrClosed):
		list = problem.List{problem.New(problem.Unavailable, "store.unavailable")}
	default:
		r.Company.Log.Error("request failed", "id", r.ID, "method", r.R.Method, "path", Logged(r.R.URL.Path), "error", err)
		WriteInternal(r.W, r.Lang, r.ID)
		return
	}
	status := problem.Status(list)
	if status == http.StatusServiceUnavailable {
		r.Company.Log.Error("not available", "id", r.ID, "path", Logged(r.R.URL.Path), "error", err)
	}
	word := kindWords[status]
	a := answer{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: word, RequestID: r.ID,
		Detail: messages.Text(r.Lang, "kind."+word, map[string]any{"count": len(list)}), Errors: r.Places(list),
	}
	if len(list) == 1 {
		a.Code, a.Detail, a.Next = list[0].Code, a.Errors[0].Detail, a.Errors[0].Next
	}
	if seconds, ok := list[0].Args["seconds"].(int64); ok && status == http.StatusTooManyRequests {
		a.RetryAfter = seconds
	}
	write(r.W, a)
}

// WriteInternal answers 500.
func WriteInternal(w http.ResponseWriter, lang, id string) {
	write(w, answer{
		Type: "about:blank", Title: http.StatusText(500), Status: 500, Code: "internal", RequestID: id,
		Detail: messages.Text(lang, "internal", map[string]any{"id": id}), Errors: []Place{},
	})
}

// Refuse answers a request that did not get as far as a handler.
func Refuse(w http.ResponseWriter, lang, id string, p *problem.Problem) {
	status := p.Kind.Status()
	detail := messages.Text(lang, p.Code, p.Args)
	write(w, answer{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: p.Code, RequestID: id, Detail: detail,
		Next: messages.Next(lang, p.Code), Errors: []Place{{Code: p.Code, Detail: detail}},
	})
}

func write(w http.ResponseWriter, a answer) {
	body, _ := json.Marshal(a) // strings and integers always marshal
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Del("Content-Disposition")
	w.Header().Del("ETag")
	if a.RetryAfter > 0 {
		w.Header().Set("Retry-After", Int(a.RetryAfter))
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(body)
}

// Int writes an integer.
func Int(n int64) string { b, _ := json.Marshal(n); return string(b) }

// Places words problems for the caller.
func (r *Request) Places(list problem.List) []Place {
	out := make([]Place, 0, len(list))
	for _, p := range list {
		pointer, args := p.Path, p.Args
		if p.Code == "duplicate" {
			var field string
			field, args = duplicate(r.Company, r.Def, p.Args, r.Lang)
			if pointer == "" && field != "" {
				pointer = "/" + field
			}
		}
		level := ""
		if p.Warning {
			level = "warning"
		}
		out = append(out, Place{Level: level, Pointer: pointer, Code: p.Code, Detail: messages.Text(r.Lang, p.Code, r.localised(args)), Next: messages.Next(r.Lang, p.Code)})
	}
	return out
}

// localised turns names that code uses into the words people use.
func (r *Request) localised(args map[string]any) map[string]any {
	d := r.Def
	if name, ok := args["resource"].(string); ok {
		if named := r.Company.Def(name); named != nil {
			d = named
		}
	}
	out := maps.Clone(args)
	for key, value := range args {
		switch x := value.(type) {
		case kernel.Text:
			out[key] = x.In(r.Lang)
		case string:
			out[key] = word(d, key, x, r.Lang)
		}
	}
	return out
}

func word(d *kernel.Def, key, value, lang string) string {
	switch {
	case key == "act" || key == "action":
		return ActLabel(d, value, lang)
	case d == nil:
		return value
	case key == "resource" && value == d.Name:
		return d.Label.In(lang)
	case key == "state":
		for s, info := range d.States {
			if string(s) == value {
				return info.Label.In(lang)
			}
		}
	case key == "field":
		if f := d.ByName[value]; f != nil {
			return f.Label.In(lang)
		}
	}
	return value
}

// ActLabel is what a verb or an action of a resource is called.
func ActLabel(d *kernel.Def, act, lang string) string {
	if d != nil {
		if a := d.Action(act); a != nil {
			return a.Label.In(lang)
		}
	}
	if text := messages.Text(lang, "act."+act, nil); text != "act."+act {
		return text
	}
	return act
}

// OptionLabel is what an enum's value is called.
func OptionLabel(f *kernel.Field, value, lang string) string {
	for _, o := range f.Options {
		if o.Value == value {
			return o.Label.In(lang)
		}
	}
	return value
}

// duplicate finds the field that a unique constraint is about: "table.column" on SQLite, a constraint's name elsewhere.
func duplicate(c *kernel.Company, d *kernel.Def, args map[string]any, lang string) (string, map[string]any) {
	what, _ := args["what"].(string)
	table, column, dotted := strings.Cut(what, ".")
	if dotted {
		if i := strings.LastIndex(what, "."); i >= 0 {
			column = what[i+1:]
		}
	}
	for _, candidate := range append([]*kernel.Def{d}, c.Defs...) {
		if candidate == nil {
			continue
		}
		name := column
		if !dotted {
			tail, ok := strings.CutPrefix(what, candidate.Table.Name+"_")
			if !ok {
				continue
			}
			name = strings.TrimSuffix(tail, "_key")
		} else if candidate.Table.Name != table {
			continue
		}
		if f := candidate.ByName[name]; f != nil {
			if candidate != d {
				name = ""
			}
			return name, map[string]any{"what": f.Label.In(lang)}
		}
	}
	if d != nil {
		return "", map[string]any{"what": d.Label.In(lang)}
	}
	return "", map[string]any{"what": ""}
}
