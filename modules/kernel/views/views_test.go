package views_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/bulk"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/endpoints"
	"zhanggui/modules/kernel/views"
	"zhanggui/modules/kernel/web"
)

type user struct {
	resource.Base
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

// plot belongs to a person and has a value that not everybody may see.
type plot struct {
	resource.Base
	Code   string       `zg:"required,list,sort,filter,search,unique,max=20" zh:"编码" en:"Code"`
	Name   string       `zg:"required,list,search,max=60" zh:"名称" en:"Name"`
	Since  clock.Date   `zg:"list,filter,sort" zh:"日期" en:"Since"`
	Value  money.Amount `zg:"list,filter,sort,right=cost" zh:"价值" en:"Value"`
	Active bool         `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

var (
	users = resource.Declare[user](resource.Spec[user]{Name: "base.user", Label: kernel.T("操作员", "User"), Kind: "setup"})
	plots = resource.Declare[plot](resource.Spec[plot]{Name: "test.plot", Label: kernel.T("地块", "Plot"), Validate: func(p *plot) problem.List {
		var list problem.List
		if p.Name == "stone" && !p.Active {
			list.Add(problem.Rule("field.unique", "field", "stone").At("/active"))
		}
		return list
	}})
)

const sql = `
CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE test_plot (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, name $text NOT NULL, since $text NOT NULL, value $int NOT NULL, active $bool NOT NULL) $strict;
INSERT INTO base_user (id, version, created_at, updated_at, name) VALUES (1, 1, 0, 0, 'boss'), (2, 1, 0, 0, 'clerk'), (3, 1, 0, 0, 'keeper'), (4, 1, 0, 0, 'guest');
`

var names = []string{"boss", "clerk", "keeper", "guest"}

// roles: the boss does everything; clerk and keeper see no values and share nothing; the guest reads no plots.
type roles struct{}

type role string

func (roles) For(names []string) kernel.Permissions { return role(names[0]) }
func (roles) Roles() []string                       { return names }
func (roles) Known(string, string) bool             { return true }
func (role) Scope(resource string) kernel.ScopeLevel {
	if resource == "system.view" {
		return kernel.ScopeOwn
	}
	return kernel.ScopeAll
}

func (r role) Can(object, act string) bool {
	switch r {
	case "boss":
		return true
	case "guest":
		return object == "system.view"
	}
	return object == "system.view" && act != "share" || object == "test.plot"
}

// shop is a served company.
type shop struct {
	*testing.T
	c      *kernel.Company
	server *web.Server
	tokens map[string]string
}

func opened(t *testing.T, fn func(s *shop)) {
	hash, err := auth.Hash(context.Background(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	of := func(i int) (auth.Account, bool, error) {
		if i < 0 || i >= len(names) {
			return auth.Account{}, false, nil
		}
		return auth.Account{ID: int64(i + 1), Login: names[i], Name: names[i], Lang: "zh", Roles: []string{names[i]}, PasswordHash: hash}, true, nil
	}
	module := kernel.Module{Name: "base.organisation", Migrations: fstest.MapFS{"0001_test.sql": {Data: []byte(sql)}}, Setup: func(c *kernel.Company) error {
		source := auth.Accounts.Default
		source.ByLogin = func(_ *kernel.View, login string) (auth.Account, bool, error) { return of(slices.Index(names, login)) }
		source.ByID = func(_ *kernel.View, id int64) (auth.Account, bool, error) { return of(int(id) - 1) }
		source.Count = func(*kernel.View) (int64, error) { return 4, nil }
		return errors.Join(auth.Accounts.Fill(c, source), c.Add(users.Def, plots.Def))
	}}
	o := testkit.Options{Modules: []kernel.Module{transfer.Module(), endpoints.Module(), module, views.Module(), bulk.Module()}, Rights: roles{}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		server, err := web.New(c, web.Options{Addr: "127.0.0.1:8080", UI: fstest.MapFS{"index.html": {Data: []byte("<html></html>")}}})
		if err != nil {
			t.Fatal(err)
		}
		s := &shop{t, c, server, map[string]string{}}
		for _, name := range names {
			s.tokens[name] = ""
			w := s.send(name, "POST", "/api/v1/session", 0, `{"login":"`+name+`","password":"correct horse"}`)
			for _, cookie := range w.Result().Cookies() {
				if cookie.Name == "zg_session" {
					s.tokens[name] = cookie.Value
				}
			}
		}
		fn(s)
	})
}

func (s *shop) send(who, method, path string, version int64, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", "zg_session="+s.tokens[who])
	if version > 0 {
		r.Header.Set("If-Match", fmt.Sprintf(`"%d"`, version))
	}
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, r)
	return w
}

// do answers the body, or the status with the code of the first problem.
func (s *shop) do(who, method, path string, version int64, body string) (map[string]any, string) {
	s.Helper()
	w := s.send(who, method, path, version, body)
	out := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			s.Fatal(path, err, w.Body)
		}
	}
	if w.Code < 300 {
		return out, ""
	}
	code := fmt.Sprint(w.Code, " ", out["code"])
	if places, _ := out["errors"].([]any); len(places) > 0 {
		first := places[0].(map[string]any)
		code = strings.Join(strings.Fields(fmt.Sprintf("%d %v %v", w.Code, first["pointer"], first["code"])), " ")
	}
	return out, code
}

func (s *shop) want(who, method, path string, version int64, body, code string) map[string]any {
	s.Helper()
	out, got := s.do(who, method, path, version, body)
	if got != code {
		s.Fatalf("%s %s %s %s: %q, want %q", who, method, path, body, got, code)
	}
	return out
}

func id(rec map[string]any) int64 { return int64(rec["id"].(float64)) }

// offered tells what views somebody is offered: name, whose, filters, order, columns and how much was left out.
func (s *shop) offered(who string) string {
	s.Helper()
	var out []string
	for _, one := range s.want(who, "GET", "/api/v1/views?list=test.plot", 0, "", "")["items"].([]any) {
		v := one.(map[string]any)
		text := fmt.Sprintf("%v %v%v%v%v%v", v["name"], v["by"], v["filters"], v["sort"], v["columns"], v["dropped"])
		if v["default"] == true {
			text += " default"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func (s *shop) list(who, query string) string {
	s.Helper()
	var out []string
	for _, one := range s.want(who, "GET", "/api/v1/test/plots?sort=code"+query, 0, "", "")["items"].([]any) {
		out = append(out, one.(map[string]any)["code"].(string))
	}
	return strings.Join(out, " ")
}

const mine = "/api/v1/system/views"

func TestViews(t *testing.T) {
	opened(t, func(s *shop) {
		made := s.want("boss", "POST", mine, 0, `{"list":"test.plot","name":"值钱","filters":"value:ge:100\nsince:within:month\n","sort":"-value","columns":"code,value"}`, "")
		s.want("clerk", "POST", mine, 0, `{"list":"test.plot","name":"近来","filters":"since:within:week","sort":"code","look":"list"}`, "")
		if got := s.offered("boss"); got != "值钱 [value:ge:100 since:within:month]-value[code value]0" {
			t.Error(got)
		}
		if got := s.offered("clerk"); got != "近来 [since:within:week]code[]0" {
			t.Error(got)
		}
		at := fmt.Sprintf("%s/%d", mine, id(made))
		shared := s.want("boss", "POST", at+"/share", 1, `{"roles":"clerk，boss"}`, "")
		if shared["roles"] != "clerk,boss" {
			t.Error(shared)
		}
		// What a clerk may not ask for is left out, and nothing says what it was.
		if got := s.offered("clerk"); got != "值钱 boss[since:within:month][code]2; 近来 [since:within:week]code[]0" {
			t.Error(got)
		}
		if got := s.offered("keeper"); got != "" {
			t.Error(got)
		}
		s.want("clerk", "GET", at, 0, "", "404 not_found")
		s.want("clerk", "PATCH", at, 2, `{"name":"我的"}`, "404 not_found")
		s.want("boss", "POST", at+"/share", 2, `{"everybody":true}`, "")
		if got := s.offered("keeper"); got != "值钱 boss[since:within:month][code]2" {
			t.Error(got)
		}
		s.want("keeper", "PUT", "/api/v1/views/default", 0, fmt.Sprintf(`{"list":"test.plot","view":%d}`, id(made)), "")
		if got := s.offered("keeper"); got != "值钱 boss[since:within:month][code]2 default" {
			t.Error(got)
		}
		s.want("keeper", "PUT", "/api/v1/views/default", 0, `{"list":"test.plot","view":77}`, "404 not_found")
		s.want("guest", "GET", "/api/v1/views?list=test.plot", 0, "", "404 view.list")
		s.want("boss", "POST", at+"/share", 3, `{}`, "")
		if got := s.offered("keeper"); got != "" {
			t.Error(got)
		}
		s.want("boss", "DELETE", at, 4, "", "")
		if got := s.offered("boss"); got != "" {
			t.Error(got)
		}
	})
}

func TestRefusals(t *testing.T) {
	opened(t, func(s *shop) {
		first := s.want("clerk", "POST", mine, 0, `{"list":"test.plot","name":"一"}`, "")
		for _, x := range []struct{ who, body, want string }{
			{"clerk", `{"list":"test.plot","name":"一"}`, "422 /name view.name"},
			{"clerk", `{"list":"test.nothing","name":"二"}`, "422 /list view.list"},
			{"guest", `{"list":"test.plot","name":"二"}`, "422 /list view.list"},
			{"clerk", `{"list":"test.plot","name":"二","filters":"value:ge:100"}`, "422 /filters view.filter"},
			{"clerk", `{"list":"test.plot","name":"二","filters":"no filter"}`, "422 /filters view.filter"},
			{"clerk", `{"list":"test.plot","name":"二","filters":"since:within:fortnight"}`, "422 /filters view.filter"},
			{"clerk", `{"list":"test.plot","name":"二","sort":"-value"}`, "422 /sort view.sort"},
			{"clerk", `{"list":"test.plot","name":"二","everybody":true}`, "422 /everybody field.readonly"},
			{"boss", `{"list":"test.plot","name":"一"}`, ""},
		} {
			s.want(x.who, "POST", mine, 0, x.body, x.want)
		}
		at := fmt.Sprintf("%s/%d", mine, id(first))
		s.want("clerk", "POST", at+"/share", 1, `{"everybody":true}`, "403 forbidden")
		own := s.want("boss", "POST", mine, 0, `{"list":"test.plot","name":"三"}`, "")
		s.want("boss", "POST", fmt.Sprintf("%s/%d/share", mine, id(own)), 1, `{"roles":"nobody"}`, "422 /roles view.role")
		for i := range 49 {
			s.want("clerk", "POST", mine, 0, fmt.Sprintf(`{"list":"test.plot","name":"n%d"}`, i), "")
		}
		s.want("clerk", "POST", mine, 0, `{"list":"test.plot","name":"n50"}`, "422 /name view.too_many")
		s.want("clerk", "PUT", "/api/v1/views/default", 0, `{"list":1}`, "400 /list field.unknown")
	})
}

// TestPeriodsFollowTheDay: a saved month is that of the day on which it is asked for.
func TestPeriodsFollowTheDay(t *testing.T) {
	opened(t, func(s *shop) {
		for code, since := range map[string]string{"A": "2026-10-31", "B": "2026-11-01", "C": "2026-11-30", "D": "2025-12-31"} {
			s.want("boss", "POST", "/api/v1/test/plots", 0, fmt.Sprintf(`{"code":%q,"name":"x","since":%q}`, code, since), "")
		}
		for period, want := range map[string]string{"month": "B C", "last_month": "A", "year": "A B C", "last_year": "D", "today": ""} {
			if got := s.list("clerk", "&filter=since:within:"+period); got != want {
				t.Errorf("%s: %s, want %s", period, got, want)
			}
		}
	})
}

// job runs the jobs until the asked one ends, and gives its output.
func (s *shop) job(answer map[string]any) string {
	s.Helper()
	r, err := jobs.Start(context.Background(), s.c)
	if err != nil {
		s.Fatal(err)
	}
	defer r.Stop()
	for {
		job := s.want("clerk", "GET", fmt.Sprintf("/api/v1/jobs/%.0f", answer["job"]), 0, "", "")
		if job["state"] == "queued" || job["state"] == "running" {
			continue
		}
		out := job["output"].(map[string]any)
		text := fmt.Sprint(job["state"], " ", out["done"], " ", out["waiting"], " ", out["failed"])
		for _, one := range out["rows"].([]any) {
			if row := one.(map[string]any); row["state"] == "failed" {
				text += fmt.Sprint(" ", row["label"], "=", row["detail"])
			}
		}
		return text
	}
}

func TestBulk(t *testing.T) {
	opened(t, func(s *shop) {
		for i := range 300 {
			name := "earth"
			if i%100 == 7 {
				name = "stone"
			}
			s.want("boss", "POST", "/api/v1/test/plots", 0, fmt.Sprintf(`{"code":"P%03d","name":%q,"since":"2026-11-%02d"}`, i, name, 1+i%30), "")
		}
		ask := func(who, act, input, filter string, count int, code string) map[string]any {
			t.Helper()
			return s.want(who, "POST", "/api/v1/bulk", 0, fmt.Sprintf(`{"resource":"test.plot","act":%q,"input":%s,"q":"p","filter":[%s],"count":%d}`, act, input, filter, count), code)
		}
		ask("clerk", "update", `{"active":false}`, "", 299, "409 bulk.count")
		ask("clerk", "update", `{"active":false}`, `"value:ge:1"`, 300, "400 filter.unknown")
		ask("clerk", "explode", `{}`, "", 300, "404 action.unknown")
		ask("guest", "update", `{"active":false}`, "", 300, "404 bulk.resource")
		// Three of stone are refused by their rule, and keep nobody else from being done.
		job := ask("clerk", "update", `{"active":false}`, "", 300, "")
		if got, want := s.job(job), "done 297 0 3"; !strings.HasPrefix(got, want+" stone=") {
			t.Error(got)
		}
		if got := s.list("boss", "&filter=active:eq:true"); got != "P007 P107 P207" {
			t.Error(got)
		}
		// What changed between the asking and the doing is left alone.
		job = ask("clerk", "update", `{"since":"2026-12-01"}`, `"since:eq:2026-11-01"`, 10, "")
		first := s.want("boss", "GET", "/api/v1/test/plots?q=P000", 0, "", "")["items"].([]any)[0].(map[string]any)
		s.want("boss", "PATCH", fmt.Sprintf("/api/v1/test/plots/%d", id(first)), 2, `{"value":"5"}`, "")
		if got := s.job(job); !strings.HasPrefix(got, "done 9 0 1 earth=") {
			t.Error(got)
		}
		// Stopped before it begins it does nothing.
		job = ask("clerk", "update", `{"since":"2026-12-02"}`, `"since:eq:2026-12-01"`, 9, "")
		s.want("clerk", "POST", fmt.Sprintf("/api/v1/jobs/%.0f/cancel", job["job"]), 0, "{}", "")
		if got := s.list("boss", "&filter=since:eq:2026-12-02"); got != "" {
			t.Error(got)
		}
	})
}
