package desk_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/print/desk"
	"zhanggui/modules/kernel/print/tally"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

type user struct {
	resource.Base
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

type note struct {
	resource.Base
	Code   string       `zg:"required,list,sort,filter,search,unique,max=20" zh:"单号" en:"Number"`
	Amount money.Amount `zg:"list" zh:"金额" en:"Amount"`
	Cost   money.Amount `zg:"right=cost" zh:"成本" en:"Cost"`
}

var (
	users = resource.Declare[user](resource.Spec[user]{Name: "base.user", Label: kernel.T("操作员", "User"), Kind: "setup"})
	notes = resource.Declare[note](resource.Spec[note]{Name: "test.note", Label: kernel.T("便条", "Note"), Title: "code", Code: "code",
		Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "a4"}}})
)

const sql = `
CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE test_note (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, amount $int NOT NULL, cost $int NOT NULL) $strict;
INSERT INTO base_user (id, version, created_at, updated_at, name) VALUES (1, 1, 0, 0, 'boss'), (2, 1, 0, 0, 'clerk'), (3, 1, 0, 0, 'guest');
INSERT INTO test_note (id, version, created_at, updated_at, code, amount, cost) VALUES (1, 1, 0, 0, 'N-1', 1250, 777), (2, 1, 0, 0, 'N-2', 300, 777);
`

var names = []string{"boss", "clerk", "guest"}

type (
	roles struct{}
	role  string
)

func (roles) For(names []string) kernel.Permissions { return role(names[0]) }
func (roles) Roles() []string                       { return names }
func (roles) Known(string, string) bool             { return true }
func (role) Scope(string) kernel.ScopeLevel         { return kernel.ScopeAll }
func (r role) Can(object, act string) bool {
	return r == "boss" || r == "clerk" && object == "test.note" && (act == "read" || act == "print")
}

// office is a served company.
type office struct {
	*testing.T
	c      *kernel.Company
	server *web.Server
	tokens map[string]string
}

func opened(t *testing.T, fn func(o *office)) {
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
		source.Count = func(*kernel.View) (int64, error) { return 3, nil }
		c.AddSetting(&kernel.Setting{Field: kernel.Field{Name: "company.name", Kind: kernel.KindText, Default: "宏发五金", Label: kernel.T("公司", "Company")}})
		for _, err := range []error{auth.Accounts.Fill(c, source), c.Add(users.Def), c.Add(notes.Def)} {
			if err != nil {
				return err
			}
		}
		return nil
	}}
	o := testkit.Options{Modules: []kernel.Module{module, desk.Module()}, Rights: roles{}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		server, err := web.New(c, web.Options{Addr: "127.0.0.1:8080", UI: fstest.MapFS{"index.html": {Data: []byte("<html></html>")}}})
		if err != nil {
			t.Fatal(err)
		}
		o := &office{t, c, server, map[string]string{}}
		for _, name := range names {
			w := o.send(call{"", "POST", "/api/v1/session", []byte(`{"login":"` + name + `","password":"correct horse"}`), "application/json", ""})
			for _, cookie := range w.Result().Cookies() {
				if cookie.Name == "zg_session" {
					o.tokens[name] = cookie.Value
				}
			}
		}
		fn(o)
	})
}

type call struct {
	who, method, path string
	body              []byte
	kind, key         string
}

func (o *office) send(x call) *httptest.ResponseRecorder {
	r := httptest.NewRequest(x.method, x.path, bytes.NewReader(x.body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", x.kind)
	r.Header.Set("Cookie", "zg_session="+o.tokens[x.who])
	if x.key != "" {
		r.Header.Set("Idempotency-Key", x.key)
	}
	w := httptest.NewRecorder()
	o.server.Handler().ServeHTTP(w, r)
	return w
}

// want sends JSON and expects this status, with the place and code of the first problem behind it.
func (o *office) want(who, what, body, status string) map[string]any {
	o.Helper()
	method, path, _ := strings.Cut(what, " ")
	w := o.send(call{who, method, path, []byte(body), "application/json", ""})
	out := map[string]any{}
	_ = json.Unmarshal(w.Body.Bytes(), &out)
	got := fmt.Sprint(w.Code)
	if w.Code >= 300 {
		got += fmt.Sprint(" ", out["code"])
		if places, _ := out["errors"].([]any); len(places) > 0 {
			first := places[0].(map[string]any)
			got = strings.Join(strings.Fields(fmt.Sprintf("%d %v %v", w.Code, first["pointer"], first["code"])), " ")
		}
	}
	if got != status {
		o.Fatalf("%s %s %s: %q, want %q\n%s", who, what, body, got, status, w.Body)
	}
	return out
}

const kind = "resource=test.note&paper=241x140"

// designed gives the design that is in force, changed, as the body of a request.
func (o *office) designed(change func(d map[string]any)) string {
	o.Helper()
	d := o.want("boss", "GET /api/v1/print/design?"+kind, "", "200")["design"].(map[string]any)
	change(d)
	body, _ := json.Marshal(map[string]any{"resource": "test.note", "paper": "241x140", "design": d})
	return string(body)
}

func field(d map[string]any, part, name string) map[string]any {
	for _, one := range d[part].([]any) {
		if f := one.(map[string]any); f["name"] == name {
			return f
		}
	}
	return nil
}

// TestDesign: what is kept is what is printed, only who may design changes it, and the shipped design comes back.
func TestDesign(t *testing.T) {
	opened(t, func(o *office) {
		paper := func() string {
			return o.send(call{"clerk", "GET", "/api/v1/test/notes/1/print?template=241x140", nil, "", ""}).Body.String()
		}
		if page := paper(); strings.Contains(page, "凭此单提货") || !strings.Contains(page, "12.50") || strings.Contains(page, "7.77") {
			t.Fatalf("as shipped: %s", page)
		}
		body := o.designed(func(d map[string]any) {
			d["shift"] = map[string]any{"x": -150, "y": 200}
			d["head"] = append(d["head"].([]any), map[string]any{"name": "text", "on": true, "label": "", "text": "凭此单提货", "span": 12, "always": false, "bold": true, "size": 120})
			for _, name := range []string{"cost", "code"} {
				f := field(d, "head", name)
				f["on"] = true
			}
		})
		o.want("clerk", "PUT /api/v1/print/design", body, "403 forbidden")
		o.want("guest", "POST /api/v1/print/design/preview", body, "403 forbidden")
		o.want("clerk", "GET /api/v1/print/design?"+kind, "", "403 forbidden")
		tried := o.want("boss", "POST /api/v1/print/design/preview", body, "200")
		if html := tried["html"].(string); tried["pages"] != 1.0 || tried["label"] != "便条 N-2" || !strings.Contains(html, "凭此单提货") || !strings.Contains(html, "成本：7.77") {
			t.Errorf("tried: %v", tried)
		}
		if strings.Contains(paper(), "凭此单提货") {
			t.Error("a design that was only tried is printed")
		}
		o.want("boss", "PUT /api/v1/print/design", body, "204")
		page := paper()
		if !strings.Contains(page, ">凭此单提货</div>") || !strings.Contains(page, "font-size:12.0pt") || !strings.Contains(page, "left:12.5mm") {
			t.Errorf("as designed: %s", page)
		}
		if strings.Contains(page, "7.77") || strings.Contains(page, "成本") {
			t.Error("a design shows what the right of a field hides")
		}
		if plain := o.send(call{"boss", "GET", "/api/v1/test/notes/1/print?template=241x140&plain=1", nil, "", ""}).Body.String(); strings.Contains(plain, "12.50") ||
			strings.Contains(plain, "7.77") || strings.Contains(plain, "壹拾") || !strings.Contains(plain, "便条（仓库联）") {
			t.Errorf("without prices: %s", plain)
		}
		o.want("clerk", "DELETE /api/v1/print/design?"+kind, "", "403 forbidden")
		o.want("boss", "DELETE /api/v1/print/design?"+kind, "", "204")
		if strings.Contains(paper(), "凭此单提货") {
			t.Error("the shipped design is not back")
		}
		o.want("clerk", "PUT /api/v1/print/usual", `{"resource":"test.note","paper":"a5"}`, "403 forbidden")
		o.want("boss", "PUT /api/v1/print/usual", `{"resource":"test.note","paper":"a5"}`, "204")
		if page := o.send(call{"clerk", "GET", "/api/v1/test/notes/1/print", nil, "", ""}).Body.String(); !strings.Contains(page, "@page { size: 210mm 148mm;") {
			t.Errorf("the usual paper is not taken: %s", page)
		}
	})
}

// TestDesignIsChecked: what a design may not say, with the place.
func TestDesignIsChecked(t *testing.T) {
	opened(t, func(o *office) {
		for name, x := range map[string]struct {
			change func(d map[string]any)
			want   string
		}{
			"margin":  {func(d map[string]any) { d["left"] = 6000 }, "422 /design/left print.margin"},
			"room":    {func(d map[string]any) { d["top"], d["bottom"] = 4900, 4900 }, "422 /design/left print.margin"},
			"size":    {func(d map[string]any) { d["size"] = 600 }, "422 /design/size print.size"},
			"shift":   {func(d map[string]any) { d["shift"] = map[string]any{"x": 5001, "y": 0} }, "422 /design/shift print.shift"},
			"text":    {func(d map[string]any) { d["title"] = "a\u001bb" }, "422 /design/title print.text"},
			"unknown": {func(d map[string]any) { d["html"] = "<script>" }, "400 print.design_shape"},
			"other":   {func(d map[string]any) { d["paper"] = "a4" }, "400 /design print.design_shape"},
		} {
			o.Log(name)
			o.want("boss", "PUT /api/v1/print/design", o.designed(x.change), x.want)
		}
		foreign := o.designed(func(d map[string]any) {
			d["foot"] = []any{map[string]any{"name": "password", "on": true, "label": "", "text": "", "span": 3, "always": false, "bold": false, "size": 0}}
		})
		o.want("boss", "PUT /api/v1/print/design", foreign, "422 /design/foot/0 print.name")
		o.want("boss", "GET /api/v1/print/design?resource=base.user&paper=a4", "", "404 print.kind")
		o.want("boss", "GET /api/v1/print/design?resource=test.note&paper=../a4", "", "404 print.unknown")
	})
}

// TestPrintCount: every print counts, the same one told twice counts once, and strangers count nothing.
func TestPrintCount(t *testing.T) {
	opened(t, func(o *office) {
		note := func(who, key string, id, status int) any {
			o.Helper()
			w := o.send(call{who, "POST", fmt.Sprintf("/api/v1/test/notes/%d/printed", id), nil, "application/json", key})
			if w.Code != status {
				o.Fatalf("%s %d: %d %s", who, id, w.Code, w.Body)
			}
			var out map[string]any
			_ = json.Unmarshal(w.Body.Bytes(), &out)
			return out["times"]
		}
		got := []any{note("clerk", "k1", 1, 200), note("clerk", "k1", 1, 200), note("boss", "k2", 1, 200), note("boss", "", 1, 200), note("boss", "", 1, 200), note("boss", "k1", 2, 200)}
		if fmt.Sprint(got) != "[1 1 2 3 4 1]" {
			t.Errorf("counted %v", got)
		}
		note("guest", "k9", 1, 403)
		note("boss", "k9", 99, 404)
		err := o.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			counts, err := tally.Counts(v, "test.note", []int64{1, 2, 3})
			if len(counts) != 2 || counts[1].Times != 4 || counts[1].LastAt == 0 || counts[2].Times != 1 || counts[2].LastBy != 1 {
				t.Errorf("counts %+v", counts)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		// Switched on, the sheet says which print it is.
		body := o.designed(func(d map[string]any) { field(d, "foot", "print_count")["on"] = true })
		if html := o.want("boss", "POST /api/v1/print/design/preview", body, "200")["html"].(string); !strings.Contains(html, "打印次数：2") {
			t.Errorf("no count on %s", html)
		}
	})
}

// TestRun: several sheets go to the printer in one go, each once, and only those that the caller may see.
func TestRun(t *testing.T) {
	opened(t, func(o *office) {
		page := o.send(call{"clerk", "GET", "/api/v1/test/notes/print?template=241x140&ids=2,1,2", nil, "", ""}).Body.String()
		if strings.Count(page, "<section") != 2 || strings.Index(page, "N-2") > strings.Index(page, "N-1") || strings.Count(page, "@page") != 1 {
			t.Errorf("the run: %s", page)
		}
		o.want("clerk", "GET /api/v1/test/notes/print?ids=1,99", "", "404 not_found")
		o.want("clerk", "GET /api/v1/test/notes/print?ids=1,x", "", "400 query.invalid")
		o.want("clerk", "GET /api/v1/test/notes/print?ids=1"+strings.Repeat(",1", 10)+"&template=..%2F..", "", "404 print.unknown")
		o.want("guest", "GET /api/v1/test/notes/print?ids=1", "", "403 forbidden")
	})
}

// TestPictures: pictures are encoded anew, so nothing else that was sent comes out again.
func TestPictures(t *testing.T) {
	opened(t, func(o *office) {
		upload := func(who, name string, data []byte, status int) {
			o.Helper()
			var b bytes.Buffer
			w := multipart.NewWriter(&b)
			part, _ := w.CreateFormFile("file", "logo.png")
			_, _ = part.Write(data)
			_ = w.Close()
			if r := o.send(call{who, "POST", "/api/v1/print/pictures/" + name, b.Bytes(), w.FormDataContentType(), ""}); r.Code != status {
				o.Fatalf("%s %s: %d %s", who, name, r.Code, r.Body)
			}
		}
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 1500, 700))); err != nil {
			t.Fatal(err)
		}
		sent := append(picture.Bytes(), "<script>alert(1)</script>"...)
		upload("clerk", "logo", sent, 403)
		upload("boss", "face", sent, 404)
		upload("boss", "logo", []byte("GIF89a"), 422)
		upload("boss", "logo", sent, 204)
		body := o.designed(func(d map[string]any) { d["logo"], d["pay"] = true, true })
		html := o.want("boss", "POST /api/v1/print/design/preview", body, "200")["html"].(string)
		_, text, _ := strings.Cut(html, "data:image/png;base64,")
		text, _, ok := strings.Cut(text, `"`)
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil || !ok || strings.Count(html, "<img") != 1 || bytes.Contains(data, []byte("script")) {
			t.Fatalf("the picture on paper: %v %d", err, strings.Count(html, "<img"))
		}
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width != 600 || config.Height != 280 {
			t.Errorf("%v %v", config, err)
		}
		o.want("boss", "DELETE /api/v1/print/pictures/logo", "", "204")
		if got := o.want("boss", "GET /api/v1/print/pictures", "", "200"); got["logo"] != "" || got["pay"] != "" {
			t.Errorf("left: %v", got)
		}
	})
}

// TestFont: the font is served to everybody, whole, and is what it says.
func TestFont(t *testing.T) {
	opened(t, func(o *office) {
		w := o.send(call{"", "GET", "/api/v1/print/font", nil, "", ""})
		if w.Code != 200 || w.Header().Get("Content-Type") != "font/woff2" || !strings.HasPrefix(w.Body.String(), "wOF2") || w.Body.Len() < 4<<20 || w.Body.Len() > 6<<20 {
			t.Errorf("%d %s %d", w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
	})
}
