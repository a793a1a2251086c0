package product

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/kernel/web/spec"
)

// TestTypesOfTheFrontEnd keeps the file from which the front end's types are generated equal to what the program says of
// itself. After a change: go test ./modules/suite/product -run TestTypesOfTheFrontEnd -update, then npm run types in ui.
func TestTypesOfTheFrontEnd(t *testing.T) {
	want, err := spec.Envelopes()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "..", "ui", "src", "api", "envelopes.json")
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("ui/src/api/envelopes.json is not what the program serves: write it anew with -update and run npm run types in ui")
	}
}

// face is a company that was set up over HTTP, asked as its first user.
type face struct {
	t      *testing.T
	server http.Handler
	cookie *http.Cookie
	doc    *testkit.Interface
}

func (f *face) ask(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", "application/json")
	if f.cookie != nil {
		r.AddCookie(f.cookie)
	}
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, r)
	return w
}

// get holds the answer to a question against the interface's description and reads it.
func (f *face) get(path string, into any) {
	f.t.Helper()
	w := f.ask("GET", path, "")
	address, _, _ := strings.Cut(path, "?")
	for _, bad := range f.doc.Answer("GET", address, w.Code, w.Body.Bytes()) {
		f.t.Errorf("GET %s answers %d other than described: %s", path, w.Code, bad)
	}
	if w.Code != http.StatusOK && w.Code != http.StatusUnprocessableEntity {
		f.t.Errorf("GET %s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		f.t.Errorf("GET %s: %v", path, err)
	}
}

// TestAnswersAreAsDescribed asks for the meta data, every list with its first record, every report, the settings and the
// other pages of a fresh company, and holds each answer against the OpenAPI document.
func TestAnswersAreAsDescribed(t *testing.T) {
	server, err := web.New(testkit.SQLite(t, wholeProduct(t)), web.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &face{t: t, server: server.Handler()}
	if f.doc, err = testkit.NewInterface(f.ask("GET", "/api/openapi.json", "").Body.Bytes()); err != nil {
		t.Fatal(err)
	}
	made := f.ask("POST", "/api/v1/setup", `{"company":"宏发五金","name":"老王","login":"boss","password":"correct horse","books":true,"sample":true}`)
	f.cookie = sessionOf(made)
	if made.Code != http.StatusCreated || f.cookie == nil {
		t.Fatalf("set-up: %d %s", made.Code, made.Body)
	}
	var meta struct {
		Resources, Reports map[string]struct{ Path string }
	}
	f.get("/api/v1/meta", &meta)
	if len(meta.Resources) < 30 || len(meta.Reports) < 19 {
		t.Fatalf("%d resources and %d reports are a small part of the product", len(meta.Resources), len(meta.Reports))
	}
	for _, r := range meta.Resources {
		var page struct {
			Items []struct{ ID int64 }
		}
		f.get(r.Path+"?limit=3&total=1", &page)
		f.get(r.Path+"/lookup?q=a", new(any))
		if len(page.Items) > 0 {
			one := r.Path + "/" + jsonText(page.Items[0].ID)
			for _, path := range []string{"", "/timeline", "/chain", "/files"} {
				f.get(one+path, new(any))
			}
		}
	}
	for _, r := range meta.Reports {
		f.get(r.Path, new(any))
	}
	for _, path := range []string{"/api/v1/session", "/api/v1/search?q=0", "/api/v1/settings", "/api/v1/inbox", "/api/v1/jobs", "/api/v1/api-keys"} {
		f.get(path, new(any))
	}
}

func jsonText(v any) string { b, _ := json.Marshal(v); return string(b) }

// sessionOf finds the cookie of the session among those that an answer sets.
func sessionOf(w *httptest.ResponseRecorder) *http.Cookie {
	for _, c := range w.Result().Cookies() {
		if c.Name == "zg_session" {
			return c
		}
	}
	return nil
}
