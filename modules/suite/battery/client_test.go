package battery

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strconv"
	"testing"
	"time"
)

type object = map[string]any

const password = "battery-12345"

// client is somebody who uses a served company. Its methods that take no testing.TB may be called from any goroutine.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) *client {
	jar, _ := cookiejar.New(nil) // without options it never fails
	return &client{base: base, http: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}
}

// answer is what came back; body is empty when it was no JSON object.
type answer struct {
	status int
	header http.Header
	text   string
	body   object
}

// String is what a failed test shows.
func (a *answer) String() string {
	if a == nil {
		return "no answer"
	}
	return strconv.Itoa(a.status) + " " + a.text
}

func (a *answer) code() string { s, _ := a.body["code"].(string); return s }

func (a *answer) id() int64 { n, _ := a.body["id"].(float64); return int64(n) }

func (a *answer) str(name string) string { s, _ := a.body[name].(string); return s }

// pointer is the place of the first problem.
func (a *answer) pointer() string {
	list, _ := a.body["errors"].([]any)
	if len(list) == 0 {
		return ""
	}
	first, _ := list[0].(object)
	s, _ := first["pointer"].(string)
	return s
}

// send asks with a body given as it is and headers that alternate name and value.
func (c *client) send(ctx context.Context, method, path string, body []byte, headers ...string) (*answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	a := &answer{status: res.StatusCode, header: res.Header, text: string(raw)}
	_ = json.Unmarshal(raw, &a.body) // pages and files are no objects
	return a, err
}

// ask sends a value as JSON.
func (c *client) ask(method, path string, body any, headers ...string) (*answer, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	if body == nil {
		text = nil
	}
	return c.send(context.Background(), method, path, text, headers...)
}

// must asks and ends the test unless the answer is a success.
func (c *client) must(tb testing.TB, method, path string, body any, headers ...string) *answer {
	tb.Helper()
	a, err := c.ask(method, path, body, headers...)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	if a.status >= 300 {
		tb.Fatalf("%s %s: %d %s", method, path, a.status, a.text)
	}
	return a
}

// want asks and reports an answer with another status or code.
func (c *client) want(tb testing.TB, status int, code, method, path string, body any, headers ...string) *answer {
	tb.Helper()
	a, err := c.ask(method, path, body, headers...)
	if err != nil {
		tb.Fatalf("%s %s: %v", method, path, err)
	}
	if a.status != status || a.code() != code {
		tb.Errorf("%s %s: %d %q, want %d %q: %s", method, path, a.status, a.code(), status, code, a.text)
	}
	return a
}

// list gives the rows of a list.
func (c *client) list(tb testing.TB, path string) []object {
	tb.Helper()
	list, _ := c.must(tb, "GET", path, nil).body["items"].([]any)
	out := make([]object, len(list))
	for i, v := range list {
		out[i] = v.(object)
	}
	return out
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func idOf(o object) int64 { n, _ := o["id"].(float64); return int64(n) }

func (c *client) login(tb testing.TB, name string) {
	tb.Helper()
	c.must(tb, "POST", "/api/v1/session", object{"login": name, "password": password})
}
