package endpoints_test

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/endpoints"
	"zhanggui/modules/kernel/web"
)

//go:embed testdata/*.sql
var testSQL embed.FS

type user struct {
	resource.Base
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

type thing struct {
	resource.Base
	Code string       `zg:"required,list,sort,filter,unique,max=20" zh:"编码" en:"Code"`
	Name string       `zg:"required,list,max=60" zh:"名称" en:"Name"`
	Cost money.Amount `zg:"list,right=cost" zh:"成本" en:"Cost"`
}

var things = resource.Declare[thing](resource.Spec[thing]{Name: "shop.thing", Label: kernel.T("东西", "Thing")})

var stock = &kernel.Report{
	Name: "shop.stock", Label: kernel.T("库存表", "Stock"),
	Params: resource.FieldsOf[struct {
		Month string `zg:"required,kind=month" zh:"月份" en:"Month"`
	}](),
	Columns: resource.FieldsOf[struct {
		Name  string       `zh:"名称" en:"Name"`
		Value money.Amount `zg:"total" zh:"金额" en:"Value"`
		Cost  money.Amount `zg:"right=cost" zh:"成本" en:"Cost"`
	}](),
	Run: func(_ *kernel.View, params map[string]string) (*kernel.Table, error) {
		return &kernel.Table{
			Rows: []kernel.Row{{Values: map[string]any{"name": "甲 " + params["month"], "value": money.Amount(1234_50), "cost": money.Amount(1)}},
				{Values: map[string]any{"name": "=乙", "value": money.Amount(-5)}, Level: 1}},
			Totals: map[string]any{"value": money.Amount(1234_45)}, Notes: []kernel.Text{kernel.T("含未记账", "Unposted included")},
		}, nil
	},
}

// roles: the boss may do everything, the clerk reads, exports and imports without seeing cost, the reader only reads.
type roles struct{}

type role string

func (roles) For(names []string) kernel.Permissions { return role(names[0]) }
func (roles) Roles() []string                       { return nil }
func (roles) Known(string, string) bool             { return true }
func (role) Scope(string) kernel.ScopeLevel         { return kernel.ScopeAll }
func (r role) Can(object, act string) bool {
	switch r {
	case "boss":
		return true
	case "clerk":
		return object != "field.cost" && object != "system"
	}
	return act == "read"
}

func module(t *testing.T) kernel.Module {
	hash, err := auth.Hash(context.Background(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"boss", "clerk", "reader"}
	of := func(i int) (auth.Account, bool, error) {
		if i < 0 {
			return auth.Account{}, false, nil
		}
		return auth.Account{ID: int64(i + 1), Login: names[i], Name: names[i], Lang: "zh", Roles: []string{names[i]}, PasswordHash: hash}, true, nil
	}
	files, _ := fs.Sub(testSQL, "testdata")
	return kernel.Module{Name: "shop", Migrations: files, Setup: func(c *kernel.Company) error {
		source := auth.Accounts.Default
		source.ByLogin = func(_ *kernel.View, login string) (auth.Account, bool, error) { return of(slices.Index(names, login)) }
		source.ByID = func(_ *kernel.View, id int64) (auth.Account, bool, error) { return of(int(id) - 1) }
		source.Count = func(*kernel.View) (int64, error) { return 3, nil }
		if err := auth.Accounts.Fill(c, source); err != nil {
			return err
		}
		users := resource.Declare[user](resource.Spec[user]{Name: "base.user", Label: kernel.T("用户", "User"), Internal: true})
		return errors.Join(c.Add(users.Def, things.Def), c.AddReport(stock))
	}}
}

// shop is a served company.
type shop struct {
	t       *testing.T
	c       *kernel.Company
	handler http.Handler
	cookies map[string]*http.Cookie
}

func open(t *testing.T) *shop {
	s := &shop{t: t, cookies: map[string]*http.Cookie{}}
	s.c = testkit.SQLite(t, testkit.Options{Modules: []kernel.Module{transfer.Module(), endpoints.Module(), module(t)}, Rights: roles{}})
	server, err := web.New(s.c, web.Options{Addr: "127.0.0.1:8080", UI: fstest.MapFS{"index.html": {Data: []byte("<html></html>")}}})
	if err != nil {
		t.Fatal(err)
	}
	s.handler = server.Handler()
	for _, name := range []string{"boss", "clerk", "reader"} {
		w := s.send("", "POST", "/api/v1/session", object(`{"login":"`+name+`","password":"correct horse"}`))
		for _, cookie := range w.Result().Cookies() {
			if cookie.Name == "zg_session" {
				s.cookies[name] = cookie
			}
		}
	}
	return s
}

// body is what a request carries.
type body struct {
	kind string
	data []byte
}

func object(text string) body { return body{"application/json", []byte(text)} }

func (s *shop) send(who, method, path string, with body) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(with.data))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	if with.kind != "" {
		r.Header.Set("Content-Type", with.kind)
	}
	if cookie := s.cookies[who]; cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *shop) get(who, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.send(who, "GET", path, body{})
}

// upload sends a file with form values and gives the answer.
func (s *shop) upload(who, path, content string, values map[string]string) (int, map[string]any) {
	s.t.Helper()
	var data bytes.Buffer
	form := multipart.NewWriter(&data)
	part, _ := form.CreateFormFile("file", "东西.csv")
	_, _ = part.Write([]byte(content))
	for key, value := range values {
		_ = form.WriteField(key, value)
	}
	_ = form.Close()
	w := s.send(who, "POST", path, body{form.FormDataContentType(), data.Bytes()})
	var out map[string]any
	dec := json.NewDecoder(w.Body)
	dec.UseNumber()
	if err := dec.Decode(&out); err != nil {
		s.t.Fatalf("%d %v", w.Code, err)
	}
	return w.Code, out
}

func lines(t *testing.T, file []byte) string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatalf("%v: %.300s", err, file)
	}
	var out []string
	for row, err := range book.Rows("") {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join(row.Cells, "|"))
	}
	return strings.Join(out, "\n")
}

func TestImportAndExport(t *testing.T) {
	s := open(t)
	path := "/api/v1/shop/things"
	code, got := s.upload("boss", path+"/import?dry_run=true", "编码,名称,成本\nA,甲,1\nB,,x\n", nil)
	if code != 200 || fmt.Sprintf("%v %v %v %v %v", got["good"], got["bad"], got["count"], got["batch"], got["job"]) != "1 1 2 <nil> <nil>" {
		t.Fatalf("%d %v", code, got)
	}
	if fmt.Sprint(got["problems"]) != "[map[column:名称 detail:必填 field:name row:3] map[column:成本 detail:「x」不是数字 field:cost row:3]]" {
		t.Errorf("%v", got["problems"])
	}
	marked := s.get("boss", got["marked"].(string))
	if text := lines(t, marked.Body.Bytes()); !strings.HasPrefix(text, "编码|名称|成本|"+sheet.ProblemsTitle+"\nA|甲|1\nB||x|") {
		t.Errorf("%q", text)
	}
	if w := s.get("clerk", got["marked"].(string)); w.Code != 404 {
		t.Errorf("somebody else's file: %d", w.Code)
	}
	if code, got = s.upload("boss", path+"/import", "编码,名称,成本\nA,甲,1\nB,,x\n", nil); code != 400 || got["code"] != "shape" || len(got["errors"].([]any)) != 2 {
		t.Errorf("%d %v", code, got)
	}
	code, got = s.upload("boss", path+"/import", "编码,Name of it,成本\nA,甲,1\nB,=乙,2.50\n", map[string]string{"mapping": `{"Name of it":"name"}`})
	if code != 200 || fmt.Sprint(got["created"]) != "2" {
		t.Fatalf("%d %v", code, got)
	}
	if w := s.get("boss", path+"/export.csv?sort=code"); w.Code != 200 || lines(t, w.Body.Bytes()) != "东西  2026-11-21\n编码|名称|成本\nA|甲|1.00\nB|=乙|2.50" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	w := s.get("clerk", path+"/export.xlsx?filter=code:eq:B&lang=en")
	if lines(t, w.Body.Bytes()) != "Thing  2026-11-21  Code = B\nCode|Name\nB|=乙" || !strings.Contains(w.Header().Get("Content-Disposition"), "Thing-2026-11-21.xlsx") {
		t.Errorf("%q %v", lines(t, w.Body.Bytes()), w.Header())
	}
	for _, x := range []struct {
		who, path string
		code      int
	}{{"reader", "/export.csv", 403}, {"", "/export.csv", 401}, {"reader", "/template.xlsx", 403}, {"boss", "/export.csv?filter=cost:eq:1", 400},
		{"clerk", "/export.csv?sort=cost", 400}, {"clerk", "/template.xlsx", 200}, {"boss", "/export.csv?encoding=gbk", 200}} {
		if w := s.get(x.who, path+x.path); w.Code != x.code {
			t.Errorf("%s %s: %d, want %d", x.who, x.path, w.Code, x.code)
		}
	}
	if code, _ := s.upload("reader", path+"/import", "编码,名称\nZ,z\n", nil); code != 403 {
		t.Errorf("a reader imports: %d", code)
	}
	if code, got := s.upload("boss", path+"/import", "%PDF-1.7", nil); code != 400 || got["code"] != "sheet.not_a_sheet" {
		t.Errorf("%d %v", code, got)
	}
	id := fmt.Sprint(got["batch"])
	if w := s.send("clerk", "POST", "/api/v1/imports/"+id+"/undo", object("{}")); w.Code != 404 {
		t.Errorf("somebody else undoes: %d", w.Code)
	}
	if w := s.send("boss", "POST", "/api/v1/imports/"+id+"/undo", object("{}")); w.Code != 200 || !strings.Contains(w.Body.String(), `"removed":2`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.get("boss", "/api/v1/imports"); !strings.Contains(w.Body.String(), `"state":"undone"`) {
		t.Errorf("%s", w.Body)
	}
}

func TestJobs(t *testing.T) {
	s := open(t)
	var file strings.Builder
	file.WriteString("编码,名称\n")
	for i := range 1500 {
		fmt.Fprintf(&file, "C%d,名 %d\n", i, i)
	}
	code, got := s.upload("clerk", "/api/v1/shop/things/import", file.String(), nil)
	if code != 200 || got["job"] == nil {
		t.Fatalf("%d %v", code, got)
	}
	runner, err := jobs.Start(context.Background(), s.c)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	path := fmt.Sprintf("/api/v1/jobs/%s", got["job"])
	w := s.get("clerk", path+"/events")
	if text := w.Body.String(); !strings.HasPrefix(text, "event: progress\ndata: {") || !strings.Contains(text, `"state":"done","done":3000,"total":3000`) {
		t.Errorf("%q", text)
	}
	if w := s.get("clerk", path); w.Code != 200 || !strings.Contains(w.Body.String(), `"created":1500`) || !strings.Contains(w.Body.String(), "东西 ← 东西.csv") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, x := range []struct {
		who, path string
		code      int
	}{{"reader", "", 200}, {"clerk", "/result", 404}, {"", "", 401}} {
		path := path + x.path
		if x.who == "reader" {
			path = "/api/v1/jobs"
		}
		w := s.get(x.who, path)
		if w.Code != x.code || x.who == "reader" && w.Body.String() != `{"items":[]}` {
			t.Errorf("%s %s: %d %s", x.who, path, w.Code, w.Body)
		}
	}
	if w := s.get("reader", path); w.Code != 404 {
		t.Errorf("somebody else's job: %d", w.Code)
	}
	if w := s.send("clerk", "POST", path+"/cancel", object("{}")); w.Code != 409 {
		t.Errorf("a finished job: %d", w.Code)
	}
}

func TestReport(t *testing.T) {
	s := open(t)
	path := "/api/v1/reports/shop.stock/export.csv"
	if w := s.get("clerk", path+"?month=2026-11"); w.Code != 200 || lines(t, w.Body.Bytes()) != "库存表\n月份 2026-11\n名称|金额\n甲 2026-11|1234.50\n　=乙|-0.05\n合计 Total|1234.45\n含未记账" {
		t.Errorf("%d %q", w.Code, lines(t, w.Body.Bytes()))
	}
	for path, want := range map[string]int{path: 422, path + "?month=x": 400, strings.Replace(path, "csv", "xlsx", 1) + "?month=2026-11": 200} {
		if w := s.get("boss", path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if w := s.get("reader", path+"?month=2026-11"); w.Code != 403 {
		t.Errorf("reader: %d", w.Code)
	}
}
