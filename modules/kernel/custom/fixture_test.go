package custom_test

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
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/keys"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/custom"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/endpoints"
	"zhanggui/modules/kernel/web"
)

type stub struct {
	resource.Base
	Name string `zg:"list" zh:"名称" en:"Name"`
}

type client struct {
	resource.Base
	Code string       `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name string       `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Debt money.Amount `zg:"right=cost" zh:"欠款" en:"Debt"`
}

var clients = resource.Declare[client](resource.Spec[client]{Name: "shop.client", Label: kernel.T("客户", "Client"),
	Prints: []kernel.PrintForm{{Name: "card", Label: kernel.T("卡片", "Card"), Template: "generic"}}})

type sheet struct {
	resource.Doc
	Client int64       `zg:"ref=shop.client,list,filter" zh:"客户" en:"Client"`
	Lines  []sheetLine `lines:"shop_sheet_line" zh:"明细" en:"Lines"`
}

type sheetLine struct {
	resource.Line
	What string `zg:"required,max=80" zh:"内容" en:"What"`
}

var sheets = resource.Declare[sheet](resource.Spec[sheet]{Name: "shop.sheet", Label: kernel.T("单据", "Sheet"), Number: "D{seq:4}",
	Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "a4"}},
	Machine: &state.Machine{Initial: "draft", States: []state.State{"draft", "posted"}, Transitions: []state.Transition{
		{Action: "post", From: []state.State{"draft"}, To: "posted"}}},
	States: map[state.State]kernel.StateInfo{"draft": {Label: kernel.T("草稿", "Draft"), Tone: "draft"}, "posted": {Label: kernel.T("已过账", "Posted"), Tone: "live"}},
	Actions: []resource.Action[sheet]{{Name: "post", Label: kernel.T("过账", "Post"), Primary: true, Run: func(tx *kernel.Tx, s *sheet, _ any) error {
		s.Note = "posted" // what a program writes leaves the company's own fields as they are
		return resource.Save(tx, tx.Company.Def("shop.sheet"), s)
	}}}})

const tables = `
CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_person (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_department (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE shop_client (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, name $text NOT NULL, debt $int NOT NULL) $strict;
CREATE TABLE shop_sheet (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, number $text NOT NULL, date $text NOT NULL, state $text NOT NULL, owner $int, department $int, note $text NOT NULL, revision $int NOT NULL, client $int REFERENCES shop_client) $strict;
CREATE TABLE shop_sheet_line (id $id, parent $int NOT NULL, pos $int NOT NULL, what $text NOT NULL) $strict;
`

// rights: the boss may do everything, the clerk everything with clients and sheets without seeing costs.
type rights struct{}

type role string

func (rights) For(roles []string) kernel.Permissions { return role(roles[0]) }
func (rights) Roles() []string                       { return []string{"boss", "clerk"} }
func (rights) Known(string, string) bool             { return true }
func (role) Scope(string) kernel.ScopeLevel          { return kernel.ScopeAll }
func (r role) Can(object, _ string) bool             { return r == "boss" || strings.HasPrefix(object, "shop.") }

var logins = []string{"boss", "clerk"}

func module() kernel.Module {
	return kernel.Module{Name: "shop", Migrations: fstest.MapFS{"0001_shop.sql": {Data: []byte(tables)}}, Setup: func(c *kernel.Company) error {
		source := auth.Accounts.Default
		source.ByID = func(_ *kernel.View, id int64) (auth.Account, bool, error) {
			return auth.Account{ID: id, Login: logins[id-1], Name: strings.ToUpper(logins[id-1]), Lang: "zh", Roles: []string{logins[id-1]}}, true, nil
		}
		c.AddSeal(auth.SealOrder, "access", auth.Seal)
		plain := func(name string) *kernel.Def {
			return resource.Declare[stub](resource.Spec[stub]{Name: name, Label: kernel.T(name, name), Kind: "setup"}).Def
		}
		return errors.Join(auth.Accounts.Fill(c, source), c.Add(plain("base.user"), plain("base.person"), plain("base.department"), clients.Def, sheets.Def))
	}}
}

func all() []kernel.Module {
	return []kernel.Module{transfer.Module(), endpoints.Module(), module(), custom.Module()}
}

// shop is a served company.
type shop struct {
	*testing.T
	c       *kernel.Company
	clock   *clock.Manual
	handler http.Handler
	keys    map[string]string
	ids     map[string]int64 // of fields by label, and of records by code
}

// shops runs a test on both databases.
func shops(t *testing.T, fn func(s *shop)) {
	at := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: all(), Rights: rights{}, Clock: at}, func(t *testing.T, c *kernel.Company) { fn(serve(t, c, at)) })
}

func serve(t *testing.T, c *kernel.Company, at *clock.Manual) *shop {
	t.Helper()
	server, err := web.New(c, web.Options{UI: fstest.MapFS{"index.html": {Data: []byte("<html></html>")}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{T: t, c: c, clock: at, handler: server.Handler(), keys: map[string]string{}, ids: map[string]int64{}}
	for i, login := range logins {
		if _, s.keys[login], err = keys.Make(t.Context(), c, &kernel.Actor{System: true, UserID: int64(i + 1)}, keys.Key{Name: login, Account: int64(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// again opens the company's database once more: as another process would, or as the program does when it is started anew.
func (s *shop) again(path string) *shop {
	s.Helper()
	cfg := boot.Config{Path: path, Files: s.TempDir(), Modules: all(), Rights: rights{}, Clock: s.clock, Version: "test"}
	if s.c.Store.Dialect() == store.Postgres {
		var name string
		err := s.c.View(s.Context(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&name}, "SELECT current_database()")
			return err
		})
		u, bad := url.Parse(os.Getenv("ZHANGGUI_TEST_PG"))
		if err = errors.Join(err, bad); err != nil {
			s.Fatal(err)
		}
		u.Path = "/" + name
		cfg.Path, cfg.DSN = "", u.String()
	}
	c, err := boot.Open(context.Background(), cfg)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(c.Store.Close)
	out := serve(s.T, c, s.clock)
	out.ids = s.ids
	return out
}

type answer struct {
	code int
	text string
	body map[string]any
}

// send asks something; $label stands for the name of a field, #code for the id of a record.
func (s *shop) send(who, method, path, kind string, body []byte, version int) answer {
	s.Helper()
	r := httptest.NewRequest(method, s.named(path), bytes.NewReader(body))
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+s.keys[who])
	if version > 0 {
		r.Header.Set("If-Match", `"`+strconv.Itoa(version)+`"`)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	out := answer{code: w.Code, text: w.Body.String()}
	dec := json.NewDecoder(w.Body)
	dec.UseNumber()
	_ = dec.Decode(&out.body)
	return out
}

func (s *shop) named(text string) string {
	for name, id := range s.ids {
		text = strings.ReplaceAll(text, "$"+name, "x_"+strconv.FormatInt(id, 10))
		text = strings.ReplaceAll(text, "#"+name, strconv.FormatInt(id, 10))
	}
	return text
}

func (s *shop) ask(who, method, path, body string, version int) answer {
	s.Helper()
	return s.send(who, method, path, "application/json", []byte(s.named(body)), version)
}

func (s *shop) get(who, path string) answer { s.Helper(); return s.ask(who, "GET", path, "", 0) }

// want asks and expects a status.
func (s *shop) want(code int, who, method, path, body string, version int) answer {
	s.Helper()
	a := s.ask(who, method, path, body, version)
	if a.code != code {
		s.Fatalf("%s %s %s: %d %s", method, path, body, a.code, a.text)
	}
	return a
}

// refused asks and expects a problem at a place.
func (s *shop) refused(who, method, path, body string, version int, code, pointer string) {
	s.Helper()
	a := s.ask(who, method, path, body, version)
	at, _ := json.Marshal(a.body["errors"])
	if a.code < 400 || !strings.Contains(a.text, `"`+code+`"`) || !strings.Contains(string(at), s.named(pointer)) {
		s.Errorf("%s %s %s: %d %s; want %s at %s", method, path, body, a.code, a.text, code, pointer)
	}
}

// field defines a field and remembers its id by its label.
func (s *shop) field(of, label, kind, more string) {
	s.Helper()
	a := s.want(201, "boss", "POST", "/api/v1/system/custom-fields", fmt.Sprintf(`{"resource":%q,"label_zh":%q,"field_kind":%q%s}`, of, label, kind, more), 0)
	id, _ := a.body["id"].(json.Number).Int64()
	if s.ids[label] = id; a.body["field_key"] != "x_"+strconv.FormatInt(id, 10) {
		s.Fatalf("the key of %s is %v", label, a.body["field_key"])
	}
}

func (s *shop) client(code, more string) {
	s.Helper()
	a := s.want(201, "boss", "POST", "/api/v1/shop/clients", fmt.Sprintf(`{"code":%q,"name":%q%s}`, code, "n"+code, more), 0)
	s.ids[code], _ = a.body["id"].(json.Number).Int64()
}

// some fields of every kind on clients, and clients that fill them.
func (s *shop) furnish() {
	s.Helper()
	s.field("shop.client", "车牌", "text", `,"label_en":"Plate"`)
	s.field("shop.client", "背景", "longtext", "")
	s.field("shop.client", "人数", "int", "")
	s.field("shop.client", "押金", "amount", `,"seen_with":"cost"`)
	s.field("shop.client", "容量", "quantity", "")
	s.field("shop.client", "开户日", "date", "")
	s.field("shop.client", "建档月", "month", "")
	s.field("shop.client", "黑名单", "bool", "")
	s.field("shop.client", "等级", "enum", `,"options":"甲级 = First\n乙级 = Second"`)
	s.field("shop.client", "介绍人", "ref", `,"target":"shop.client"`)
	s.client("A", `,"$车牌":"沪A12345","$背景":"line 1\nline 2","$人数":12,"$押金":"1265.80","$容量":"3.5","$开户日":"2026-11-20","$建档月":"2026-11","$黑名单":true,"$等级":"甲级"`)
	s.client("B", `,"$车牌":"苏B777","$人数":-3,"$押金":"0.50","$开户日":"2026-01-31","$等级":"乙级","$介绍人":#A`)
	s.client("C", ``)
}

func (s *shop) upload(who, path, name, content string) answer {
	s.Helper()
	var data bytes.Buffer
	form := multipart.NewWriter(&data)
	part, _ := form.CreateFormFile("file", name)
	_, _ = part.Write([]byte(content))
	_ = form.Close()
	return s.send(who, "POST", path, form.FormDataContentType(), data.Bytes(), 0)
}

// count counts rows.
func (s *shop) count(from string) (n int64) {
	s.Helper()
	err := s.c.View(s.Context(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM "+s.named(from))
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return n
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "company.db") }
