package web_test

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel/web"
)

func TestReport(t *testing.T) {
	s := open(t, web.Options{})
	boss, vera := s.login("boss"), s.login("vera")
	const path = "/api/v1/reports/shop.totals"
	r := s.do(call{method: "GET", path: path + "?month=2026-11&limit=2", token: boss})
	r.expect(t, 200, "")
	want := `{"title":"客户汇总","subtitle":["测试店","月份 2026-11","截至 2026-11-21"],"params":{"month":"2026-11","until":"2026-11-21"},"columns":[{"name":"customer","label":"客户","kind":"ref","ref":"shop.customer"},` +
		`{"name":"total","label":"合计","kind":"amount","total":true,"align":"right","scale":2},{"name":"cost","label":"成本","kind":"amount","align":"right","scale":2}],` +
		`"rows":[{"$kind":"line","$level":0,"$to":"/r/shop.order/1","cost":"0.66","customer":0,"total":"1.00"},{"$kind":"line","$level":0,"$to":"/r/shop.order/1","cost":"0.67","customer":0,"total":"1.00"}],` +
		`"totals":{"cost":"2.00","total":"3.00"},"notes":["含未记账凭证"],"next":"2"}`
	if r.Body.String() != want {
		t.Errorf("got  %s\nwant %s", r.Body, want)
	}
	r = s.do(call{method: "GET", path: path + "?month=2026-11&cursor=2&lang=en", token: vera})
	if rows, _ := json.Marshal(r.body["rows"]); string(rows) != `[{"$kind":"line","$level":0,"$to":"/r/shop.order/1","customer":0,"total":"1.00"}]` || r.body["next"] != nil {
		t.Errorf("the second page is %s, next %v", rows, r.body["next"])
	}
	if notes, _ := json.Marshal([]any{r.body["notes"], r.body["totals"], r.body["subtitle"]}); string(notes) != `[["With unposted vouchers"],{"total":"3.00"},["测试店","Month 2026-11","Until 2026-11-21"]]` {
		t.Errorf("got %s", notes)
	}
	s.do(call{method: "GET", path: path, token: boss}).expect(t, 422, "required")
	s.do(call{method: "GET", path: path + "?month=13", token: boss}).expect(t, 400, "field.month")
	s.do(call{method: "GET", path: path + "?month=2026-11&cursor=x", token: boss}).expect(t, 400, "cursor.invalid")
	s.do(call{method: "GET", path: "/api/v1/reports/shop.unknown", token: boss}).expect(t, 404, "route.unknown")
}

func TestSettings(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	const path = "/api/v1/settings"
	want := `{"groups":[{"key":"company","label":"公司","items":[{"name":"company.name","label":"名称","kind":"text","default":"测试店","value":"测试店"},` +
		`{"name":"company.books","label":"记账","kind":"bool","default":"false","value":false}]},` +
		`{"key":"stock","label":"成本","items":[{"name":"stock.days","label":"天数","kind":"int","align":"right","default":"30","value":30}]}]}`
	if r := s.do(call{method: "GET", path: path, token: boss}); r.Body.String() != want {
		t.Errorf("got %s", r.Body)
	}
	changed := s.do(call{method: "PUT", path: path, token: boss, body: `{"company.name":"宏发","company.books":true,"stock.days":60}`})
	changed.expect(t, 200, "")
	if s.c.Setting("company.name") != "宏发" || s.c.Setting("company.books") != "true" || s.c.Setting("stock.days") != "60" || !strings.Contains(changed.Body.String(), `"value":60`) {
		t.Errorf("after the change: %s", changed.Body)
	}
	for _, x := range []struct {
		body, pointers string
		status         int
	}{
		{`{"stock.days":"soon"}`, "/stock.days field.number", 400}, {`{"no.such":"1"}`, "/no.such field.unknown", 400},
		{`{"company.name":{"a":1}}`, "/company.name field.type", 400},
	} {
		if r := s.do(call{method: "PUT", path: path, token: boss, body: x.body}); r.Code != x.status || r.pointers() != x.pointers {
			t.Errorf("%s: %d %s", x.body, r.Code, r.pointers())
		}
	}
	s.do(call{method: "PUT", path: path, token: s.login("anna"), body: `{"company.name":"x"}`}).expect(t, 403, "forbidden")
}

func TestSearch(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	mine := s.customer(anna, `{"code":"C26","name":"宏发五金"}`)
	s.customer(boss, `{"code":"C27","name":"宏大建材"}`)
	made := s.do(call{method: "POST", path: "/api/v1/shop/orders?action=confirm", token: anna, body: `{"customer":` + mine + `,` + paper + `}`})
	found := func(token, q string) string {
		r := s.do(call{method: "GET", path: "/api/v1/search?q=" + q, token: token})
		r.expect(t, 200, "")
		var out []string
		for _, item := range r.body["items"].([]any) {
			m := item.(map[string]any)
			out = append(out, m["resource"].(string)+" "+m["label"].(string)+" ("+m["sub"].(string)+")")
		}
		for _, item := range r.body["functions"].([]any) {
			out = append(out, item.(map[string]any)["to"].(string))
		}
		return strings.Join(out, ", ")
	}
	for _, x := range []struct{ token, q, want string }{
		{boss, "hf", "shop.customer 宏发五金 (C26), shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{boss, "wj+hf", "shop.customer 宏发五金 (C26 · 0.00), shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{boss, "hf+jc", ""},
		{boss, "%E5%AE%8F", "shop.customer 宏大建材 (C27 · 0.00), shop.customer 宏发五金 (C26 · 0.00), shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{boss, "c26", "shop.customer 宏发五金 (C26 · 0.00), shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{anna, "%E5%AE%8F", "shop.customer 宏发五金 (C26), shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{anna, "jc", ""},
		{anna, "dd26110001", "shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{anna, "2611", "shop.order DD26110001 (2026-11-21 · 宏发五金)"},
		{s.login("bert"), "2611", ""},
		{s.login("nick"), "26", ""},
		{boss, "kh", "/r/shop.customer, /report/shop.totals"},
		{boss, "gs", "/settings, /settings?group=company"},
		{anna, "gs", ""},
		{boss, "%27%20OR%201=1", ""},
		{boss, "%FF%FE", ""},
		{boss, "", ""},
	} {
		got := found(x.token, x.q)
		if x.q == "hf" {
			got = strings.Replace(got, " · 0.00", "", 1)
		}
		if got != x.want {
			t.Errorf("%q finds %q, want %q", x.q, got, x.want)
		}
	}
	r := s.do(call{method: "GET", path: "/api/v1/search?q=2611", token: anna})
	if to := r.body["items"].([]any)[0].(map[string]any)["to"]; to != "/r/shop.order/"+made.id() {
		t.Errorf("leads to %v", to)
	}
	s.do(call{method: "GET", path: "/api/v1/search?q=" + strings.Repeat("x", 201), token: boss}).expect(t, 400, "query.invalid")
	if inbox := s.do(call{method: "GET", path: "/api/v1/inbox", token: anna}); inbox.Body.String() != `{"items":[]}` {
		t.Errorf("inbox: %s", inbox.Body)
	}
}

func TestHealth(t *testing.T) {
	s := open(t, web.Options{Integrity: func(context.Context) (any, error) { return map[string]any{"found": []string{}}, nil }})
	for _, path := range []string{"/healthz", "/readyz"} {
		if r := s.do(call{method: "GET", path: path}); r.Code != 200 || r.Body.String() != `{"status":"ok"}` {
			t.Errorf("%s: %d %s", path, r.Code, r.Body)
		}
	}
	s.do(call{method: "GET", path: "/api/v1/system/integrity", token: s.login("vera")}).expect(t, 403, "forbidden")
	if r := s.do(call{method: "GET", path: "/api/v1/system/integrity", token: s.login("boss")}); r.Body.String() != `{"found":[]}` {
		t.Errorf("integrity: %s", r.Body)
	}
	s.c.Store.Close()
	s.do(call{method: "GET", path: "/healthz"}).expect(t, 200, "")
}

var reference = regexp.MustCompile(`"#/components/schemas/([^"]+)"`)

// The document describes every route and nothing else, each with its permission, and refers to nothing that is missing.
func TestOpenAPI(t *testing.T) {
	s := open(t, web.Options{Integrity: func(context.Context) (any, error) { return nil, nil }})
	r := s.do(call{method: "GET", path: "/api/openapi.json"})
	r.expect(t, 200, "")
	if r.text("openapi") != "3.1.0" {
		t.Errorf("version %q", r.text("openapi"))
	}
	described := map[string]map[string]any{}
	for path, item := range r.body["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			described[strings.ToUpper(method)+" "+path] = op.(map[string]any)
		}
	}
	ids := map[string]bool{}
	for _, route := range s.server.Routes() {
		name := route.Method + " " + route.Path
		op := described[name]
		delete(described, name)
		switch {
		case op == nil:
			t.Errorf("%s is not described", name)
			continue
		case op["x-permission"] != route.Permission() || route.Permission() == "":
			t.Errorf("%s has the permission %v", name, op["x-permission"])
		case op["summary"] == "" || op["operationId"] == "" || ids[op["operationId"].(string)]:
			t.Errorf("%s has the summary %v and the id %v", name, op["summary"], op["operationId"])
		case op["responses"].(map[string]any)["default"] == nil || len(op["responses"].(map[string]any)) < 2:
			t.Errorf("%s does not say what it answers", name)
		}
		ids[op["operationId"].(string)] = true
	}
	for name := range described {
		t.Errorf("%s is described but not served", name)
	}
	schemas := r.body["components"].(map[string]any)["schemas"].(map[string]any)
	for _, m := range reference.FindAllStringSubmatch(r.Body.String(), -1) {
		if schemas[m[1]] == nil {
			t.Errorf("the schema %s is missing", m[1])
		}
	}
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	order := schemas["shop.order"].(map[string]any)["properties"].(map[string]any)
	write := schemas["shop.order.write"].(map[string]any)["properties"].(map[string]any)
	for _, x := range []struct{ what, got, want string }{
		{"an amount", text(order["cost"]), `{"description":"Cost","format":"decimal","pattern":"^-?[0-9]+(\\.[0-9]+)?$","title":"成本","type":"string","x-right":"field.cost"}`},
		{"an enum", text(order["state"].(map[string]any)["enum"]), `["draft","waiting","confirmed","void",""]`},
		{"a reference", text(order["customer"]), `{"description":"Customer","format":"int64","title":"客户","type":["integer","null"],"x-ref":"shop.customer"}`},
		{"lines", text(order["lines"].(map[string]any)["items"]), `{"$ref":"#/components/schemas/shop.order.lines"}`},
		{"written state", text(write["state"]), `null`}, {"written number", text(write["number"]), `null`}, {"written total", text(write["total"]), `null`},
		{"the input of void", text(schemas["shop.order.void.input"].(map[string]any)["properties"].(map[string]any)["why"].(map[string]any)["maxLength"]), `100`},
		{"strictness", text(schemas["shop.order.write"].(map[string]any)["additionalProperties"]), `false`},
	} {
		if x.got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.what, x.got, x.want)
		}
	}
	paths := r.body["paths"].(map[string]any)
	confirm := paths["/api/v1/shop/orders/{id}/confirm"].(map[string]any)["post"].(map[string]any)
	var names []string
	for _, p := range confirm["parameters"].([]any) {
		names = append(names, p.(map[string]any)["name"].(string))
	}
	if !slices.Equal(names, []string{"id", "agree", "Idempotency-Key", "If-Match"}) || confirm["x-permission"] != "shop.order:confirm" || paths["/api/v1/shop/orders/{id}/hold"] != nil {
		t.Errorf("confirm takes %v with %v", names, confirm["x-permission"])
	}
}
