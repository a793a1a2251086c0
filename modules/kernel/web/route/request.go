package route

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Request is a request as a handler sees it: who asks, in which language, about which company.
type Request struct {
	Company *kernel.Company
	Actor   *kernel.Actor // nil only on public routes without a session
	Token   string        // the session's token, "" for programs
	Lang    string
	ID      string // of the request
	W       http.ResponseWriter
	R       *http.Request
	Def     *kernel.Def // the resource it is about, to word its problems; may be nil
	Params  func(name string) string
}

// Context is the request's.
func (r *Request) Context() context.Context { return r.R.Context() }

// View shows the company as the caller may see it.
func (r *Request) View(fn func(v *kernel.View) error) error {
	return r.Company.View(r.Context(), r.Actor, fn)
}

// RecordID is the {id} of the path; what is no id is not found.
func (r *Request) RecordID() (int64, error) {
	id, ok := resource.ParseID(r.Params("id"))
	if !ok {
		return 0, problem.New(problem.NotFound, "route.unknown")
	}
	return id, nil
}

// Query gives a parameter of the query string.
func (r *Request) Query(name string) string { return r.R.URL.Query().Get(name) }

// Int reads a whole number from the query string within bounds; fallback when it is absent.
func (r *Request) Int(name string, fallback, most int) (int, error) {
	text := r.Query(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, problem.BadShape("query.invalid", "name", name)
	}
	return min(n, most), nil
}

// Object reads the body as one strict JSON object; no body at all is the empty object.
func (r *Request) Object() (*resource.Object, error) {
	if r.R.ContentLength == 0 {
		return &resource.Object{}, nil
	}
	kind, _, err := mime.ParseMediaType(r.R.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, problem.New(problem.MediaType, "media_type", "want", "application/json")
	}
	data, err := io.ReadAll(r.R.Body)
	if err != nil {
		return nil, Unreadable(err)
	}
	o, p := resource.ParseObject(data)
	if p != nil {
		return nil, p
	}
	return o, nil
}

// Unreadable is the problem of a body that could not be read.
func Unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return problem.New(problem.TooLarge, "body.too_large", "max", strconv.FormatInt(large.Limit>>20, 10)+" MB")
	}
	return problem.BadShape("body.broken")
}

// Strings reads a body that holds only strings, bools and numbers, all as text; keys that are not named are refused.
func (r *Request) Strings(names ...string) (map[string]string, error) {
	o, err := r.Object()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var list problem.List
	for _, key := range o.Keys {
		text, ok := Text(o.Values[key])
		switch {
		case len(names) > 0 && !slices.Contains(names, key):
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		case !ok:
			list.Add(problem.BadShape("field.type").At("/" + key))
		}
		out[key] = text
	}
	return out, list.Err()
}

// Text gives a JSON value that is no list and no object as text.
func Text(value any) (string, bool) {
	switch x := value.(type) {
	case nil:
		return "", true
	case string:
		return x, true
	case bool:
		return strconv.FormatBool(x), true
	case json.Number:
		return x.String(), true
	}
	return "", false
}

// Version is the version in If-Match, which every change of an existing record must carry (428).
func (r *Request) Version() (int64, error) {
	text := strings.TrimSpace(r.R.Header.Get("If-Match"))
	if text == "" {
		return 0, problem.New(problem.PreconditionRequired, "if_match.missing")
	}
	text = strings.TrimPrefix(text, "W/")
	version, err := strconv.ParseInt(strings.Trim(text, `"`), 10, 64)
	if err != nil || version < 1 {
		return 0, problem.BadShape("if_match.invalid")
	}
	return version, nil
}

// Key is the idempotency key, "" for none.
func (r *Request) Key() (string, error) {
	key := r.R.Header.Get("Idempotency-Key")
	if len(key) > 80 || strings.ContainsFunc(key, func(c rune) bool { return c < ' ' || c > '~' }) {
		return "", problem.BadShape("idempotency.key")
	}
	return key, nil
}

// Minimal reports whether the caller wants only id, version, number and state back.
func (r *Request) Minimal() bool { return r.R.Header.Get("Prefer") == "return=minimal" }

// Bootstrap begins the paths that are answered unencrypted too: what a phone needs before it can come encrypted.
const Bootstrap = "/api/v1/network/certificate/"

// Shared begins the paths of pages that strangers open; what follows is a secret.
const Shared = "/s/"

// Logged is a path as the log may know it: without the secret of a shared page.
func Logged(path string) string {
	if strings.HasPrefix(path, Shared) {
		return Shared + "…"
	}
	return path
}

// Address is the network address of the caller without its port. Headers are believed from trusted proxies only.
func Address(r *http.Request) string { return forward.Of(r).Address }

// Loopback reports whether the caller sits at this computer. Who comes through a proxy or a tunnel does not.
func (r *Request) Loopback() bool { return forward.Of(r.R).Local }

// Secure reports whether the way from the caller is encrypted.
func (r *Request) Secure() bool { return forward.Of(r.R).Secure }

// worthPacking is how long an answer must be before a phone on a slow line gains from packing it.
const worthPacking = 16 << 10

// Bytes answers with JSON that is already written.
func (r *Request) Bytes(status int, body []byte) error {
	r.W.Header().Set("Content-Type", "application/json; charset=utf-8")
	r.W.Header().Add("Vary", "Accept-Encoding")
	if len(body) >= worthPacking && strings.Contains(r.R.Header.Get("Accept-Encoding"), "gzip") {
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.DefaultCompression)
		if err != nil {
			return err
		}
		_, _ = w.Write(body) // memory takes everything
		_ = w.Close()
		r.W.Header().Set("Content-Encoding", "gzip")
		body = packed.Bytes()
	}
	r.W.Header().Set("Content-Length", strconv.Itoa(len(body)))
	r.W.WriteHeader(status)
	_, _ = r.W.Write(body) // a reader that went away is nobody's problem
	return nil
}

// JSON answers with a value.
func (r *Request) JSON(status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return r.Bytes(status, body)
}

// NoContent answers 204.
func (r *Request) NoContent() error {
	r.W.WriteHeader(http.StatusNoContent)
	return nil
}
