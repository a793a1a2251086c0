package register_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth/keys"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/custom"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/endpoints"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/register"
)

func all() []kernel.Module {
	return []kernel.Module{transfer.Module(), endpoints.Module(), organisation.Module(), register.Module(), custom.Module()}
}

func shipped(t *testing.T) kernel.Rights {
	t.Helper()
	r, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// firm is a served company with an administrator, a boss and the clerks li and wang.
type firm struct {
	*testing.T
	c       *kernel.Company
	clock   *clock.Manual
	handler http.Handler
	keys    map[string]string
	ids     map[string]int64
}

func firms(t *testing.T, path string, fn func(f *firm)) {
	at := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: all(), Rights: shipped(t), Clock: at, Path: path}, func(t *testing.T, c *kernel.Company) {
		fn(open(t, c, at))
	})
}

func open(t *testing.T, c *kernel.Company, at *clock.Manual) *firm {
	t.Helper()
	f := &firm{T: t, c: c, clock: at, keys: map[string]string{}, ids: map[string]int64{}}
	for _, x := range []string{"root administrator", "boss boss", "li salesperson", "wang salesperson"} {
		name, role, _ := strings.Cut(x, " ")
		f.make(name+"'s person", organisation.People.Def, fmt.Sprintf(`{"code":%q,"name":%q}`, name, name))
		f.make(name, organisation.Users.Def, fmt.Sprintf(`{"login":%q,"name":%q,"roles":%q,"person":%d}`, name, name, role, f.ids[name+"'s person"]))
	}
	f.serve()
	return f
}

// make does without rights and addresses.
func (f *firm) make(name string, d *kernel.Def, body string) {
	f.Helper()
	in, p := resource.ParseObject([]byte(body))
	if p != nil {
		f.Fatal(p)
	}
	done, err := pipeline.Do(f.Context(), f.c, kernel.SystemActor(), pipeline.Command{Def: d, Act: "create", Input: in})
	if err != nil {
		f.Fatal(err)
	}
	f.ids[name] = resource.ID(d, done.Rec)
}

func (f *firm) serve() {
	f.Helper()
	server, err := web.New(f.c, web.Options{UI: fstest.MapFS{"index.html": {Data: []byte("<html></html>")}}})
	if err != nil {
		f.Fatal(err)
	}
	f.handler = server.Handler()
	for _, name := range []string{"root", "boss", "li", "wang"} {
		if _, f.keys[name], err = keys.Make(f.Context(), f.c, &kernel.Actor{System: true, UserID: f.ids[name]}, keys.Key{Name: name, Account: f.ids[name]}); err != nil {
			f.Fatal(err)
		}
	}
}

// again opens the company's database once more: as another process would, or as the program does when it is started anew.
func (f *firm) again(path string) *firm {
	f.Helper()
	cfg := boot.Config{Path: path, Files: f.TempDir(), Modules: all(), Rights: shipped(f.T), Clock: f.clock, Version: "test"}
	if f.c.Store.Dialect() == store.Postgres {
		var name string
		err := f.c.View(f.Context(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&name}, "SELECT current_database()")
			return err
		})
		u, bad := url.Parse(os.Getenv("ZHANGGUI_TEST_PG"))
		if err = errors.Join(err, bad); err != nil {
			f.Fatal(err)
		}
		u.Path = "/" + name
		cfg.Path, cfg.DSN = "", u.String()
	}
	c, err := boot.Open(context.Background(), cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(c.Store.Close)
	out := &firm{T: f.T, c: c, clock: f.clock, keys: map[string]string{}, ids: f.ids}
	out.serve()
	return out
}

type answer struct {
	code int
	text string
	body map[string]any
}

func (f *firm) send(who, method, path, kind string, body []byte, version int) answer {
	f.Helper()
	r := httptest.NewRequest(method, f.named(path), bytes.NewReader(body))
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+f.keys[who])
	if version > 0 {
		r.Header.Set("If-Match", `"`+strconv.Itoa(version)+`"`)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	out := answer{code: w.Code, text: w.Body.String()}
	dec := json.NewDecoder(w.Body)
	dec.UseNumber()
	_ = dec.Decode(&out.body)
	return out
}

// named puts in $label the name of a field, in #name the id of a record.
func (f *firm) named(text string) string {
	for name, id := range f.ids {
		text = strings.ReplaceAll(text, "$"+name+"$", "x_"+strconv.FormatInt(id, 10))
		text = strings.ReplaceAll(text, "#"+name+"#", strconv.FormatInt(id, 10))
	}
	return text
}

// do asks and expects a status; a body that is made keeps its id under name.
func (f *firm) do(code int, who, method, path, body string, version int) answer {
	f.Helper()
	a := f.send(who, method, path, "application/json", []byte(f.named(body)), version)
	if a.code != code {
		f.Fatalf("%s %s %s %s: %d %s", who, method, path, body, a.code, a.text)
	}
	return a
}

func (f *firm) get(who, path string) answer { f.Helper(); return f.do(200, who, "GET", path, "", 0) }

func (f *firm) post(name, who, path, body string) answer {
	f.Helper()
	a := f.do(201, who, "POST", path, body, 0)
	id, _ := a.body["id"].(json.Number).Int64()
	f.ids[name] = id
	return a
}

func (f *firm) upload(who, path, content string) answer {
	f.Helper()
	var data bytes.Buffer
	form := multipart.NewWriter(&data)
	part, _ := form.CreateFormFile("file", "台账.csv")
	_, _ = part.Write([]byte(content))
	_ = form.Close()
	return f.send(who, "POST", path, form.FormDataContentType(), data.Bytes(), 0)
}

// contracts makes a register with lines and a flow and fields of several kinds.
func (f *firm) contracts() {
	f.Helper()
	f.post("kind", "root", "/api/v1/register-types", `{"code":"contract","name":"合同台账","name_en":"Contracts","prefix":"HT","with_lines":true,"flow":true}`)
	for _, x := range []struct{ label, more string }{{"对方", `"field_kind":"text","required":true`}, {"合同额", `"field_kind":"amount"`}, {"签订日", `"field_kind":"date"`},
		{"类别", `"field_kind":"enum","options":"采购\n销售"`}, {"见证人", `"field_kind":"ref","target":"base.person"`},
		{"期次", `"field_kind":"int","place":"line"`}, {"应付", `"field_kind":"amount","place":"line"`}} {
		f.post(x.label, "root", "/api/v1/system/custom-fields", fmt.Sprintf(`{"resource":"register.contract","label_zh":%q,%s}`, x.label, x.more))
	}
}

const contract = `{"subject":"采购轴承","$对方$":"远大","$合同额$":"12000.50","$签订日$":"2026-11-20","$类别$":"采购","lines":[{"content":"首付","$期次$":1,"$应付$":"4000"},{"content":"尾款","$期次$":2,"$应付$":"8000.50"}]}`

func text(v any) string { b, _ := json.Marshal(v); return string(b) }

// pick gives some members of an object as JSON.
func (f *firm) pick(rec any, names ...string) string {
	var out []string
	of, _ := rec.(map[string]any)
	for _, n := range names {
		out = append(out, text(of[f.named(n)]))
	}
	return strings.Join(out, " ")
}
