package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"zhanggui/modules/kernel/web"
)

const paper = `"lines":[{"item":"paper","qty":"10","price":"1.25"}]`

func TestALifeOfADocument(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"宏发五金","credit":"500.00"}`)
	made := s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss, body: `{"customer":` + c + `,"$labels":{"x":"ignored"},` + paper + `}`})
	made.expect(t, 201, "")
	if made.text("total") != "12.50" || made.text("state") != "draft" || made.text("number") != "" || made.text("date") != "2026-11-21" || made.text("hint") != "宏发五金" {
		t.Errorf("created: %s", made.Body)
	}
	labels := made.body["$labels"].(map[string]any)
	if labels["customer"] != "宏发五金" || made.Header().Get("Location") != "/api/v1/shop/orders/"+made.id() || made.Header().Get("ETag") != `"1"` {
		t.Errorf("labels %v, location %q, etag %q", labels, made.Header().Get("Location"), made.Header().Get("ETag"))
	}
	path := "/api/v1/shop/orders/" + made.id()
	line := made.body["lines"].([]any)[0].(map[string]any)["id"].(json.Number).String()

	patched := s.do(call{method: "PATCH", path: path, version: 1, token: boss,
		body: `{"note":"rush","lines":[{"id":` + line + `,"qty":"20"},{"id":0,"item":"ink","qty":"1","price":"3"}]}`})
	patched.expect(t, 200, "")
	lines := patched.body["lines"].([]any)
	if patched.text("total") != "28.00" || len(lines) != 2 || lines[0].(map[string]any)["item"] != "paper" || patched.version() != 2 {
		t.Errorf("patched: %s", patched.Body)
	}
	confirmed := s.do(call{method: "POST", path: path + "/confirm", version: 2, token: boss})
	confirmed.expect(t, 200, "")
	if confirmed.text("number") != "DD26110001" || confirmed.text("state") != "confirmed" || confirmed.version() != 3 {
		t.Errorf("confirmed: %s", confirmed.Body)
	}
	if actions, _ := json.Marshal(confirmed.body["$actions"]); string(actions) != `["void"]` {
		t.Errorf("actions are %s", actions)
	}
	got := s.do(call{method: "GET", path: path, token: boss})
	if got.text("number") != "DD26110001" || got.text("hint") != "宏发五金" || got.Header().Get("ETag") != `"3"` {
		t.Errorf("read: %s", got.Body)
	}
	s.do(call{method: "PATCH", path: path, version: 3, token: boss, body: `{"note":"late"}`}).expect(t, 409, "state.readonly")
	s.do(call{method: "POST", path: path + "/confirm", version: 3, token: boss}).expect(t, 409, "state.wrong")
	void := s.do(call{method: "POST", path: path + "/void", version: 3, token: boss, body: `{}`})
	void.expect(t, 422, "required")
	if void.pointers() != "/why required" {
		t.Errorf("void without a reason: %s", void.pointers())
	}
	s.do(call{method: "POST", path: path + "/void", version: 3, token: boss, body: `{"why":"test"}`}).expect(t, 200, "")
	s.do(call{method: "POST", path: path + "/hold", version: 4, token: boss}).expect(t, 404, "route.unknown")
}

// What a record itself stands in the way of is not offered; what a change of the record would allow is.
func TestActionsOffered(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"Alpha"}`)
	for _, x := range []struct {
		note, want string
		status     int
		code       string
	}{
		{"", `["confirm","void"]`, 200, ""},
		{"made elsewhere", `["confirm"]`, 409, "state.wrong"},
		{"too much", `["confirm","void"]`, 422, "number.range"},
	} {
		made := s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss, body: `{"customer":` + c + `,"note":"` + x.note + `",` + paper + `}`})
		path := "/api/v1/shop/orders/" + made.id()
		read := s.do(call{method: "GET", path: path, token: boss})
		for _, r := range []reply{made, read} {
			if got, _ := json.Marshal(r.body["$actions"]); string(got) != x.want {
				t.Errorf("%q is offered %s, want %s", x.note, got, x.want)
			}
		}
		s.do(call{method: "POST", path: path + "/void", token: boss, version: 1, body: `{"why":"test"}`}).expect(t, x.status, x.code)
	}
}

func TestCreateAndActInOneUnit(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"A"}`)
	minimal := http.Header{"Prefer": {"return=minimal"}}
	r := s.do(call{method: "POST", path: "/api/v1/shop/orders?action=confirm", token: boss, header: minimal, body: `{"customer":` + c + `,` + paper + `}`})
	r.expect(t, 201, "")
	if want := `{"id":` + r.id() + `,"version":1,"number":"DD26110001","state":"confirmed"}`; r.Body.String() != want {
		t.Errorf("got %s, want %s", r.Body, want)
	}
	s.do(call{method: "POST", path: "/api/v1/shop/orders?action=nonsense", token: boss, body: `{"customer":` + c + `,` + paper + `}`}).expect(t, 404, "action.unknown")
	waits := s.do(call{method: "POST", path: "/api/v1/shop/orders?action=confirm", token: boss, body: `{"note":"ask first","customer":` + c + `,` + paper + `}`})
	waits.expect(t, 202, "")
	record := waits.body["record"].(map[string]any)
	if waits.body["waiting"] != true || waits.text("detail") != "已提交，等待审批" || record["state"] != "waiting" || record["number"] != "" {
		t.Errorf("held: %s", waits.Body)
	}
	list := s.do(call{method: "GET", path: "/api/v1/shop/orders?total=1&filter=state:eq:confirmed", token: boss})
	if list.body["total"] != json.Number("1") || list.body["totals"].(map[string]any)["total"] != "12.50" {
		t.Errorf("list: %s", list.Body)
	}
}

// A master has no state to wait in: what was typed is answered as it would be, and nothing is there yet.
func TestWritesThatWait(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := "/api/v1/shop/customers/" + s.customer(boss, `{"code":"C1","name":"A"}`)
	for range 2 { // sent again it is asked about once
		r := s.do(call{method: "POST", path: "/api/v1/shop/customers", token: boss, key: "k1", body: `{"code":"C2","name":"ask first"}`})
		r.expect(t, 202, "")
		record := r.body["record"].(map[string]any)
		if r.body["waiting"] != true || record["id"] != json.Number("0") || r.Header().Get("Location") != "" {
			t.Errorf("held: %s %s", r.Body, r.Header())
		}
	}
	r := s.do(call{method: "PATCH", path: c, token: boss, version: 1, body: `{"name":"ask first"}`})
	r.expect(t, 202, "")
	if record := r.body["record"].(map[string]any); record["name"] != "A" || record["version"] != json.Number("1") {
		t.Errorf("held: %s", r.Body)
	}
	s.do(call{method: "POST", path: "/api/v1/shop/customers?action=rename", token: boss, body: `{"code":"C3","name":"ask first"}`}).expect(t, 409, "gate.nested")
	if list := s.do(call{method: "GET", path: "/api/v1/shop/customers?total=1", token: boss}); list.body["total"] != json.Number("1") {
		t.Errorf("list: %s", list.Body)
	}
}

func TestIdempotency(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	body := `{"code":"C1","name":"A"}`
	first := s.do(call{method: "POST", path: "/api/v1/shop/customers", token: boss, key: "k1", body: body})
	again := s.do(call{method: "POST", path: "/api/v1/shop/customers", token: boss, key: "k1", body: body})
	again.expect(t, 201, "")
	if first.id() != again.id() {
		t.Errorf("the same key made %s and %s", first.id(), again.id())
	}
	s.do(call{method: "POST", path: "/api/v1/shop/customers", token: boss, key: "k1", body: `{"code":"C2","name":"B"}`}).expect(t, 422, "idempotency.mismatch")
	s.do(call{method: "POST", path: "/api/v1/shop/customers", token: anna, key: "k1", body: `{"code":"C2","name":"B"}`}).expect(t, 201, "")
	s.do(call{method: "POST", path: "/api/v1/shop/customers", token: boss, key: strings.Repeat("k", 81), body: body}).expect(t, 400, "idempotency.key")
	path := "/api/v1/shop/customers/" + first.id()
	for range 2 {
		s.do(call{method: "PATCH", path: path, token: boss, key: "k2", version: 1, body: `{"name":"Z"}`}).expect(t, 200, "")
	}
	for range 2 {
		s.do(call{method: "DELETE", path: path, token: boss, key: "k3", version: 2}).expect(t, 204, "")
	}
	s.do(call{method: "GET", path: path, token: boss}).expect(t, 404, "not_found")
}

func TestStrictInput(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C0","name":"first"}`)
	const customersPath, ordersPath = "/api/v1/shop/customers", "/api/v1/shop/orders"
	for _, x := range []struct {
		path, body, kind string
		status           int
		want             string
	}{
		{customersPath, `{"code":"C1","name":"A","colour":"red"}`, "", 400, "/colour field.unknown"},
		{customersPath, `{"code":"C1","Name":"A"}`, "", 400, "/Name field.unknown"},
		{customersPath, `{"code":"C1","code":"C2"}`, "", 400, "/code json.duplicate"},
		{customersPath, `{"code":"C1"} {}`, "", 400, " json.trailing"},
		{customersPath, `[1]`, "", 400, " json.invalid"},
		{customersPath, `{"code":`, "", 400, " json.invalid"},
		{customersPath, `{"code":1,"name":true}`, "", 400, "/code field.type, /name field.type"},
		{customersPath, `{"code":"C1","name":"A","credit":12.5}`, "", 400, "/credit field.type"},
		{customersPath, `{"code":"C1","name":"A","credit":"12.555"}`, "", 400, "/credit field.precision"},
		{customersPath, `{"code":"C1","name":"A","credit":"999999999999999999999"}`, "", 400, "/credit field.range"},
		{customersPath, `{"code":"C1","name":"A","credit":"1e3"}`, "", 400, "/credit field.number"},
		{customersPath, `{"code":"C1","name":"A","credit":"-1"}`, "", 422, "/credit field.negative"},
		{customersPath, `{"code":"C1","name":"A","id":7}`, "", 422, "/id field.readonly"},
		{customersPath, `{"code":"C1","name":"A","version":7,"created_by":1}`, "", 422, "/version field.readonly, /created_by field.readonly"},
		{customersPath, `{"code":"C1","name":"A\u0000"}`, "", 400, "/name field.characters"},
		{customersPath, `{"code":"` + strings.Repeat("x", 21) + `","name":"A"}`, "", 400, "/code field.too_long"},
		{customersPath, `{"code":"C1","name":"A","owner":987654}`, "", 422, "/owner ref.missing"},
		{customersPath, `{}`, "", 422, "/code required, /name required"},
		{customersPath, `{"code":"C0","name":"A"}`, "", 409, "/code duplicate"},
		{customersPath, `{"code":"C1","name":"A"}`, "text/plain", 415, " media_type"},
		{customersPath, `code=C1`, "application/x-www-form-urlencoded", 415, " media_type"},
		{customersPath, `{"code":"C1","name":"` + strings.Repeat("x", 1<<20) + `"}`, "", 413, " body.too_large"},
		{customersPath, strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20), "", 413, "/a/a/a/a/a/a/a/a/a json.too_large"},
		{ordersPath, `{"customer":` + c + `,"lines":[{"item":"x","qty":"1"},{"item":"","qty":"0","colour":1}]}`, "", 400, "/lines/1/colour field.unknown"},
		{ordersPath, `{"customer":` + c + `,"lines":[{"item":"x","qty":"1"},{"price":"2"}]}`, "", 422, "/lines/1/item required, /lines/1/qty required"},
		{ordersPath, `{"customer":` + c + `,"lines":[{"id":5,"item":"x","qty":"1"}]}`, "", 400, "/lines/0/id line.unknown"},
		{ordersPath, `{"customer":` + c + `,"lines":[{"item":"x","qty":"1","amount":"9"}]}`, "", 422, "/lines/0/amount field.readonly"},
		{ordersPath, `{"customer":` + c + `,"lines":"x"}`, "", 400, "/lines field.type"},
		{ordersPath, `{"customer":` + c + `,"lines":[]}`, "", 422, "/lines lines.min"},
		{ordersPath, `{"customer":` + c + `,"state":"confirmed",` + paper + `}`, "", 422, "/state field.readonly"},
		{ordersPath, `{"customer":` + c + `,"number":"DD1",` + paper + `}`, "", 422, "/number field.readonly"},
		{ordersPath, `{"customer":` + c + `,"total":"1.00",` + paper + `}`, "", 422, "/total field.readonly"},
		{ordersPath, `{"customer":` + c + `,"date":"2026-02-30",` + paper + `}`, "", 400, "/date field.date"},
		{ordersPath, `{"customer":` + c + `,"lines":[{"item":"x","qty":"9000000000","price":"9000000000"}]}`, "", 422, " number.range"},
	} {
		r := s.do(call{method: "POST", path: x.path, body: x.body, kind: x.kind, token: boss})
		if r.Code != x.status || x.want != "" && r.pointers() != x.want {
			t.Errorf("%.80s\n  got %d %s\n want %d %s", x.body, r.Code, r.pointers(), x.status, x.want)
		}
	}
}

func TestVersions(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	path := "/api/v1/shop/customers/" + s.customer(boss, `{"code":"C1","name":"A"}`)
	for _, x := range []struct {
		match  string
		status int
		code   string
	}{
		{"", 428, "if_match.missing"}, {"*", 400, "if_match.invalid"}, {`"x"`, 400, "if_match.invalid"}, {`"0"`, 400, "if_match.invalid"},
		{`"2"`, 409, "version"}, {`W/"1"`, 200, ""}, {`1`, 409, "version"}, {`2`, 200, ""},
	} {
		header := http.Header{}
		if x.match != "" {
			header.Set("If-Match", x.match)
		}
		s.do(call{method: "PATCH", path: path, token: boss, header: header, body: `{"name":"B` + strings.Trim(x.match, `W/"*`) + `"}`}).expect(t, x.status, x.code)
	}
	s.do(call{method: "DELETE", path: path, token: boss}).expect(t, 428, "if_match.missing")
	s.do(call{method: "DELETE", path: path, token: boss, version: 1}).expect(t, 409, "version")
	s.do(call{method: "DELETE", path: path, token: boss, version: 3}).expect(t, 204, "")
}

func TestPreview(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	c := s.customer(boss, `{"code":"C1","name":"宏发","owner":`+s.person("anna")+`}`)
	r := s.do(call{method: "POST", path: "/api/v1/shop/orders/preview", token: anna,
		body: `{"id":null,"changed":"/lines/0/qty","record":{"customer":` + c + `,"lines":[{"item":"ink","qty":"3","price":"2.5"},{"qty":"1"}]}}`})
	r.expect(t, 200, "")
	record := r.body["record"].(map[string]any)
	if record["total"] != "7.50" || record["hint"] != "宏发" || record["$labels"].(map[string]any)["customer"] != "宏发" {
		t.Errorf("record: %v", record)
	}
	problems, _ := json.Marshal(r.body["problems"])
	if string(problems) != `[{"code":"required","detail":"必填","level":"error","next":"请填写这一项。","pointer":"/lines/1/item"}]` {
		t.Errorf("problems: %s", problems)
	}
	if facts, _ := json.Marshal(r.body["facts"]); string(facts) != `[{"kind":"amount","label":"欠款","pointer":"/customer","value":"12.00"}]` {
		t.Errorf("facts: %s", facts)
	}
	list := s.do(call{method: "GET", path: "/api/v1/shop/orders?total=1", token: boss})
	if list.body["total"] != json.Number("0") {
		t.Error("a preview saved something")
	}
	s.do(call{method: "POST", path: "/api/v1/shop/orders/preview", token: boss, body: `{"id":"7"}`}).expect(t, 400, "field.unknown")
	s.do(call{method: "POST", path: "/api/v1/shop/orders/preview", token: boss, body: `{"id":999,"record":{}}`}).expect(t, 404, "not_found")
	s.do(call{method: "POST", path: "/api/v1/shop/orders/preview", token: s.login("vera"), body: `{}`}).expect(t, 403, "forbidden")
}

// What the rules copy from a customer must not be told to somebody who may not see the customer.
func TestPreviewTellsNothingOfHiddenRecords(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	c := s.customer(boss, `{"code":"C1","name":"secret customer","owner":`+s.person("bert")+`}`)
	r := s.do(call{method: "POST", path: "/api/v1/shop/orders/preview", token: anna, body: `{"record":{"customer":` + c + `,` + paper + `}}`})
	r.expect(t, 200, "")
	if strings.Contains(r.Body.String(), "secret") || !strings.Contains(r.Body.String(), "ref.missing") {
		t.Errorf("got %s", r.Body)
	}
	made := s.do(call{method: "POST", path: "/api/v1/shop/orders", token: anna, body: `{"customer":` + c + `,` + paper + `}`})
	made.expect(t, 422, "ref.missing")
	if made.pointers() != "/customer ref.missing" || strings.Contains(made.Body.String(), "secret") {
		t.Errorf("got %s", made.Body)
	}
}

func TestLists(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	for _, x := range []string{`"C1","name":"宏发五金","credit":"10"`, `"C2","name":"Alpha","credit":"30"`, `"C10","name":"beta & <b>","credit":"20","active":false`} {
		s.customer(boss, `{"code":`+x+`}`)
	}
	codes := func(query string) string {
		t.Helper()
		r := s.do(call{method: "GET", path: "/api/v1/shop/customers?" + query, token: boss})
		if r.Code != 200 {
			return r.text("code")
		}
		var out []string
		for _, item := range r.body["items"].([]any) {
			out = append(out, item.(map[string]any)["code"].(string))
		}
		return strings.Join(out, " ")
	}
	for _, x := range []struct{ query, want string }{
		{"sort=code", "C1 C10 C2"}, {"sort=-code", "C2 C10 C1"}, {"sort=-credit", "C2 C10 C1"}, {"q=hfwj", "C1"}, {"q=宏发", "C1"}, {"q=alp", "C2"},
		{"filter=credit:ge:20&sort=code", "C10 C2"}, {"filter=name:has:%25", ""}, {"filter=name:has:a&sort=code", "C10 C2"}, {"filter=active:eq:false", "C10"},
		{"filter=code:in:C1,C2&sort=code", "C1 C2"}, {"sort=code&limit=1", "C1"},
		{"sort=code;DROP TABLE shop_customer", "sort.unknown"}, {"sort=id%20DESC,(SELECT%201)", "sort.unknown"}, {"sort=version", "sort.unknown"},
		{"filter=code%27--:eq:1", "filter.unknown"}, {"filter=name:eq:%27%20OR%20%271%27=%271", ""}, {"filter=code", "filter.shape"},
		{"filter=code:like:x", "filter.operator"}, {"filter=created_at:ge:2026-01-01", "filter.unknown"}, {"filter=credit:ge:x", "field.number"},
		{"cursor=nonsense", "cursor.invalid"}, {"limit=0", ""}, {"limit=-1", "query.invalid"}, {"limit=x", "query.invalid"}, {"limit=999999&sort=code", "C1 C10 C2"},
		{"q=%27%29%20OR%201=1--", ""}, {"sort=code&q=%25", ""},
	} {
		query := strings.ReplaceAll(strings.ReplaceAll(x.query, ";", "%3B"), " ", "%20")
		if got := codes(query); got != x.want {
			t.Errorf("%s gives %q, want %q", x.query, got, x.want)
		}
	}
	page := s.do(call{method: "GET", path: "/api/v1/shop/customers?sort=code&limit=2&total=1", token: boss})
	if page.body["total"] != json.Number("3") || page.body["totals"].(map[string]any)["credit"] != "60.00" {
		t.Errorf("totals: %s", page.Body)
	}
	for _, total := range []string{"1", "all"} {
		alone := s.do(call{method: "GET", path: "/api/v1/shop/customers?filter=code:has:c&limit=0&total=" + total, token: boss})
		if got := strings.TrimSpace(alone.Body.String()); got != `{"items":[],"next":null,"total":3,"totals":{"credit":"60.00"}}` {
			t.Errorf("total=%s alone: %s", total, got)
		}
	}
	if bad := s.do(call{method: "GET", path: "/api/v1/shop/customers?total=some", token: boss}); bad.Code != 400 {
		t.Errorf("an unknown total: %d", bad.Code)
	}
	if got := codes("sort=code&limit=2&cursor=" + page.text("next")); got != "C2" {
		t.Errorf("the second page has %q", got)
	}
	if strings.Contains(s.do(call{method: "GET", path: "/api/v1/shop/customers", token: boss}).Body.String(), "<b>") {
		t.Error("markup is not escaped in JSON")
	}
}

func TestLookup(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	one := s.customer(boss, `{"code":"A11","name":"hundred 1","credit":"5","owner":`+s.person("anna")+`}`)
	s.customer(boss, `{"code":"1","name":"last"}`)
	gone := s.customer(boss, `{"code":"B1","name":"gone","active":false}`)
	r := s.do(call{method: "GET", path: "/api/v1/shop/customers/lookup?q=1", token: boss})
	items := r.body["items"].([]any)
	if len(items) != 2 || items[0].(map[string]any)["code"] != "1" {
		t.Fatalf("got %s", r.Body)
	}
	if facts, _ := json.Marshal(items[1].(map[string]any)["facts"]); string(facts) != `[{"kind":"text","label":"业务员","value":"ANNA"},{"kind":"amount","label":"信用额度","value":"5.00"}]` {
		t.Errorf("facts %s", facts)
	}
	r = s.do(call{method: "GET", path: "/api/v1/shop/customers/lookup?ids=" + gone + "," + one, token: boss})
	if len(r.body["items"].([]any)) != 2 {
		t.Errorf("by ids: %s", r.Body)
	}
	r = s.do(call{method: "GET", path: "/api/v1/shop/customers/lookup?ids=" + gone + "," + one, token: s.login("anna")})
	if items := r.body["items"].([]any); len(items) != 1 || len(items[0].(map[string]any)["facts"].([]any)) != 1 {
		t.Errorf("anna sees by ids: %s", r.Body)
	}
}
