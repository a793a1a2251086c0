package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/kernel/wire"
)

func TestTimeline(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"Alpha","owner":`+s.person("anna")+`}`)
	path := "/api/v1/shop/customers/" + c
	s.do(call{method: "PATCH", path: path, token: boss, version: 1, body: `{"owner":` + s.person("bert") + `,"active":false,"credit":"5"}`}).expect(t, 200, "")
	s.clock.Advance(1e9)
	made := s.do(call{method: "POST", path: path + "/comments", token: boss, body: `{"text":" calls <b>tomorrow</b> "}`})
	made.expect(t, 201, "")
	for _, x := range []struct{ body, code string }{
		{`{"text":" "}`, "comment.empty"}, {`{"text":"` + strings.Repeat("x", 4001) + `"}`, "comment.too_long"}, {`{"text":"x","at":"now"}`, "field.unknown"},
	} {
		if r := s.do(call{method: "POST", path: path + "/comments", token: boss, body: x.body}); r.text("code") != x.code {
			t.Errorf("%.40s: %s", x.body, r.Body)
		}
	}
	items := s.do(call{method: "GET", path: path + "/timeline", token: boss}).body["items"].([]any)
	if len(items) != 3 {
		t.Fatalf("%d entries", len(items))
	}
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	first, second := items[0].(map[string]any), items[1].(map[string]any)
	if first["kind"] != "comment" || first["text"] != "calls <b>tomorrow</b>" || first["actor"] != "BOSS" {
		t.Errorf("the comment is %v", first)
	}
	want := `[{"after":"BERT","before":"ANNA","field":"owner","label":"业务员","line":0},{"after":"5.00","before":"0.00","field":"credit","label":"信用额度","line":0},{"after":"否","before":"是","field":"active","label":"启用","line":0}]`
	if got := text(second["changes"]); got != want || second["label"] != "修改" || second["action"] != "update" {
		t.Errorf("the change is %s %v", got, second["label"])
	}
	english := s.do(call{method: "GET", path: path + "/timeline?lang=en", token: s.login("bert")}).body["items"].([]any)[1].(map[string]any)
	want = `[{"after":"BERT","before":"ANNA","field":"owner","label":"Salesperson","line":0},{"after":"no","before":"yes","field":"active","label":"Active","line":0}]`
	if got := text(english["changes"]); got != want {
		t.Errorf("bert sees %s", got)
	}
	order := s.do(call{method: "POST", path: "/api/v1/shop/orders?action=confirm", token: boss, body: `{"customer":` + c + `,` + paper + `}`})
	events := s.do(call{method: "GET", path: "/api/v1/shop/orders/" + order.id() + "/timeline", token: boss}).body["items"].([]any)
	if label := events[0].(map[string]any)["label"]; label != "新建 · 确认" {
		t.Errorf("the label is %v", label)
	}
	if changes := text(events[0].(map[string]any)["changes"]); !strings.Contains(changes, `{"after":"paper","before":"","field":"item","label":"明细 · 商品","line":`) ||
		!strings.Contains(changes, `{"after":"已确认","before":"","field":"state","label":"状态","line":0}`) || !strings.Contains(changes, `"after":"Alpha"`) {
		t.Errorf("changes %s", changes)
	}
}

func TestChain(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"Alpha"}`)
	var ids []int64
	for _, owner := range []string{"boss", "anna", "bert"} {
		r := s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss, body: `{"customer":` + c + `,"owner":` + s.person(owner) + `,` + paper + `}`})
		id, _ := r.body["id"].(json.Number).Int64()
		ids = append(ids, id)
	}
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "link", func(tx *kernel.Tx) error {
		return links.Make(tx, "copies", []links.Link{{Kind: "copies", Source: ids[0], Target: ids[1]}, {Kind: "copies", Source: ids[1], Target: ids[2]}})
	})
	if err != nil {
		t.Fatal(err)
	}
	path := func(id int64) string {
		return "/api/v1/shop/orders/" + string(wire.AppendValue(nil, id)) + "/chain"
	}
	labels := func(token string, id int64) string {
		var out []string
		r := s.do(call{method: "GET", path: path(id), token: token})
		for _, item := range r.body["items"].([]any) {
			m := item.(map[string]any)
			out = append(out, m["kind_label"].(string)+" "+m["amount"].(string)+" "+m["state_label"].(string))
		}
		return strings.Join(out, ", ")
	}
	if got := labels(boss, ids[1]); got != "复制自 12.50 草稿, 订单 12.50 草稿, 复制为 12.50 草稿" {
		t.Errorf("the boss sees %q", got)
	}
	if got := labels(boss, ids[2]); got != "复制自 12.50 草稿, 复制自 12.50 草稿, 订单 12.50 草稿" {
		t.Errorf("from the end: %q", got)
	}
	if got := labels(s.login("anna"), ids[1]); got != "订单 12.50 草稿" {
		t.Errorf("anna, who may see only her own, sees %q", got)
	}
}

// upload makes the body of a form with one file.
func upload(field, name, content string) (kind, body string) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	part, _ := w.CreateFormFile(field, name)
	_, _ = part.Write([]byte(content))
	_ = w.Close()
	return w.FormDataContentType(), out.String()
}

func TestFiles(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	base := "/api/v1/shop/customers/" + s.customer(boss, `{"code":"C1","name":"Alpha"}`)
	put := func(field, name, content string) reply {
		kind, body := upload(field, name, content)
		return s.do(call{method: "POST", path: base + "/files", token: boss, kind: kind, body: body})
	}
	const page = "<html><script>alert(1)</script>"
	made := put("file", `C:\fakepath\..\合同 "2026".html`, page)
	made.expect(t, 201, "")
	f := made.body["items"].([]any)[0].(map[string]any)
	if f["name"] != "合同 2026.html" || f["size"] != json.Number("31") || f["by"] != "BOSS" || !strings.HasPrefix(f["type"].(string), "text/html") {
		t.Errorf("the file is %v", f)
	}
	path := "/api/v1/files/" + f["id"].(json.Number).String()
	got := s.do(call{method: "GET", path: path, token: boss})
	if got.Code != 200 || got.Body.String() != page {
		t.Errorf("download: %d %s", got.Code, got.Body)
	}
	for name, want := range map[string]string{
		"Content-Disposition":     `attachment; filename="__ 2026.html"; filename*=UTF-8''%E5%90%88%E5%90%8C%202026.html`,
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'",
	} {
		if h := got.Header().Get(name); h != want {
			t.Errorf("%s is %q", name, h)
		}
	}
	again := s.do(call{method: "GET", path: path, token: boss, header: http.Header{"If-None-Match": {got.Header().Get("ETag")}}})
	if again.Code != 304 {
		t.Errorf("asked again: %d", again.Code)
	}
	s.do(call{method: "GET", path: path}).expect(t, 401, "unauthenticated")
	s.do(call{method: "GET", path: path, token: anna}).expect(t, 404, "not_found")
	s.do(call{method: "DELETE", path: path, token: s.login("vera")}).expect(t, 403, "forbidden")
	s.do(call{method: "GET", path: path, token: s.login("nick")}).expect(t, 404, "not_found")
	put("other", "a.txt", "x").expect(t, 422, "file.missing")
	put("file", "a.txt", "").expect(t, 422, "file.empty")
	put("file", "a.txt", strings.Repeat("x", 20<<20+1)).expect(t, 413, "file.too_large")
	put("file", "a.txt", strings.Repeat("x", 21<<20)).expect(t, 413, "body.too_large")
	s.do(call{method: "POST", path: base + "/files", token: boss, body: `{}`}).expect(t, 415, "media_type")
	s.do(call{method: "POST", path: base + "/files", token: boss, body: "--x\r\nbroken", kind: "multipart/form-data; boundary=x"}).expect(t, 400, "body.broken")
	s.do(call{method: "DELETE", path: path, token: boss}).expect(t, 204, "")
	s.do(call{method: "GET", path: path, token: boss}).expect(t, 404, "not_found")
	if r := s.do(call{method: "GET", path: base + "/files", token: boss}); r.Body.String() != `{"items":[]}` {
		t.Errorf("what is left: %s", r.Body)
	}
}

func TestPrint(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"<script>alert(1)</script>"}`)
	made := s.do(call{method: "POST", path: "/api/v1/shop/orders?action=confirm", token: boss, body: `{"customer":` + c + `,"note":"<img src=x onerror=alert(1)>",` + paper + `}`})
	path := "/api/v1/shop/orders/" + made.id() + "/print"
	r := s.do(call{method: "GET", path: path + "?template=a4", token: boss})
	if r.Code != 200 || r.Header().Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(r.Body.String(), "DD26110001") {
		t.Errorf("print: %d %s", r.Code, r.Body)
	}
	if strings.Contains(r.Body.String(), "<script>alert") || strings.Contains(r.Body.String(), "<img src=x") {
		t.Error("what people typed is printed as markup")
	}
	s.do(call{method: "GET", path: path + "?template=../secret", token: boss}).expect(t, 404, "print.unknown")
	s.do(call{method: "GET", path: path, token: s.login("vera")}).expect(t, 403, "forbidden")
}

func TestRelated(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"Alpha","owner":`+s.person("anna")+`}`)
	other := s.customer(boss, `{"code":"C2","name":"Beta"}`)
	for _, o := range []struct{ of, owner, date string }{
		{c, "boss", "2026-03-01"}, {c, "anna", "2026-03-05"}, {other, "anna", "2026-03-06"}, {c, "bert", "2026-02-01"}, {c, "anna", "2026-03-01"},
	} {
		s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss,
			body: `{"customer":` + o.of + `,"owner":` + s.person(o.owner) + `,"date":"` + o.date + `",` + paper + `}`}).expect(t, 201, "")
	}
	path := "/api/v1/shop/customers/" + c + "/related"
	see := func(token, query string) (string, string) {
		t.Helper()
		r := s.do(call{method: "GET", path: path + query, token: token})
		r.expect(t, 200, "")
		var out []string
		for _, item := range r.body["items"].([]any) {
			m := item.(map[string]any)
			out = append(out, m["kind_label"].(string)+" "+m["date"].(string)+" "+m["amount"].(string)+" "+m["state_label"].(string)+" "+m["tone"].(string))
		}
		next, _ := r.body["next"].(string)
		kinds, _ := json.Marshal(r.body["kinds"])
		return strings.Join(out, ", ") + " " + string(kinds), next
	}
	const three = ` [{"count":0,"label":"拜访","resource":"shop.visit"},{"count":4,"label":"订单","resource":"shop.order"}]`
	first, next := see(boss, "?limit=2")
	if first != "订单 2026-03-05 12.50 草稿 draft, 订单 2026-03-01 12.50 草稿 draft"+three || next == "" {
		t.Errorf("the first page is %s, then %q", first, next)
	}
	second, next := see(boss, "?limit=2&kind=shop.order&cursor="+next)
	if second != "订单 2026-03-01 12.50 草稿 draft, 订单 2026-02-01 12.50 草稿 draft"+three || next != "" {
		t.Errorf("the second page is %s, then %q", second, next)
	}
	if none, _ := see(boss, "?kind=shop.customer"); none != three {
		t.Errorf("of another kind: %s", none)
	}
	if own, _ := see(s.login("anna"), ""); own != `订单 2026-03-05 12.50 草稿 draft, 订单 2026-03-01 12.50 草稿 draft [{"count":0,"label":"拜访","resource":"shop.visit"},{"count":2,"label":"订单","resource":"shop.order"}]` {
		t.Errorf("anna sees %s", own)
	}
	// Without a date the day in the company's zone counts on which a record was made.
	s.clock.Set(time.Date(2026, 3, 4, 15, 59, 0, 0, time.UTC))
	for _, name := range []string{"first", "second", "third"} {
		s.do(call{method: "POST", path: "/api/v1/shop/visits", token: boss, body: `{"name":"` + name + `","customer":` + c + `}`}).expect(t, 201, "")
		if name == "second" {
			s.clock.Set(time.Date(2026, 3, 4, 16, 1, 0, 0, time.UTC))
		}
	}
	var walked []string
	for cursor := ""; ; {
		r := s.do(call{method: "GET", path: path + "?limit=2&cursor=" + cursor, token: boss})
		for _, item := range r.body["items"].([]any) {
			m := item.(map[string]any)
			walked = append(walked, m["date"].(string)+" "+m["kind_label"].(string))
			if m["resource"] == "shop.visit" {
				walked[len(walked)-1] += " " + m["label"].(string)
			}
		}
		if cursor, _ = r.body["next"].(string); cursor == "" {
			break
		}
	}
	if got := strings.Join(walked, ", "); got != "2026-03-05 拜访 third, 2026-03-05 订单, 2026-03-04 拜访 second, 2026-03-04 拜访 first, "+
		"2026-03-01 订单, 2026-03-01 订单, 2026-02-01 订单" {
		t.Errorf("all of it is %s", got)
	}
	s.do(call{method: "GET", path: path + "?cursor=x.1", token: boss}).expect(t, 400, "cursor.invalid")
	s.do(call{method: "GET", path: "/api/v1/shop/customers/" + other + "/related", token: s.login("anna")}).expect(t, 404, "")
}
