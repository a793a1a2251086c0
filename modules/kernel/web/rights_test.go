package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zhanggui/modules/kernel/web"
)

func TestWhoMayDoWhat(t *testing.T) {
	s := open(t, web.Options{})
	tokens := map[string]string{"": "", "broken": "nonsense"}
	for _, name := range []string{"boss", "anna", "bert", "vera", "nick"} {
		tokens[name] = s.login(name)
	}
	mine := s.customer(tokens["anna"], `{"code":"A","name":"of anna"}`)
	theirs := s.customer(tokens["bert"], `{"code":"B","name":"of bert"}`)
	const base = "/api/v1/shop/customers/"
	for _, x := range []struct {
		who, method, path, body string
		status                  int
		code                    string
	}{
		{"", "GET", "/api/v1/shop/customers", "", 401, "unauthenticated"},
		{"broken", "GET", "/api/v1/shop/customers", "", 401, "unauthenticated"},
		{"", "GET", "/api/v1/meta", "", 401, "unauthenticated"},
		{"", "POST", "/api/v1/shop/customers", `{}`, 401, "unauthenticated"},
		{"nick", "GET", "/api/v1/shop/customers", "", 403, "forbidden"},
		{"nick", "GET", base + mine, "", 403, "forbidden"},
		{"nick", "GET", "/api/v1/reports/shop.totals?month=2026-11", "", 403, "forbidden"},
		{"vera", "POST", "/api/v1/shop/customers", `{"code":"V","name":"V"}`, 403, "forbidden"},
		{"vera", "PATCH", base + mine, `{"name":"x"}`, 403, "forbidden"},
		{"vera", "GET", base + theirs, "", 200, ""},
		{"anna", "GET", base + mine, "", 200, ""},
		{"anna", "DELETE", base + mine, "", 403, "forbidden"},
		{"anna", "GET", base + theirs, "", 404, "not_found"},
		{"anna", "PATCH", base + theirs, `{"name":"stolen"}`, 404, "not_found"},
		{"anna", "GET", base + theirs + "/timeline", "", 404, "not_found"},
		{"anna", "GET", base + theirs + "/chain", "", 404, "not_found"},
		{"anna", "GET", base + theirs + "/files", "", 404, "not_found"},
		{"anna", "POST", base + theirs + "/comments", `{"text":"x"}`, 404, "not_found"},
		{"anna", "POST", "/api/v1/shop/customers/preview", `{"id":` + theirs + `,"record":{}}`, 404, "not_found"},
		{"anna", "POST", "/api/v1/shop/customers", `{"code":"C","name":"x","owner":` + s.person("bert") + `}`, 422, "scope.outside"},
		{"anna", "GET", base + "999999", "", 404, "not_found"},
		{"anna", "GET", base + "0", "", 404, "route.unknown"},
		{"anna", "GET", base + "1e3", "", 404, "route.unknown"},
		{"anna", "GET", base + "99999999999999999999", "", 404, "route.unknown"},
		{"anna", "GET", "/api/v1/settings", "", 403, "forbidden"},
		{"anna", "GET", "/api/v1/api-keys", "", 403, "forbidden"},
		{"anna", "PUT", "/api/v1/shop/customers", `{}`, 405, "method"},
		{"anna", "GET", "/api/v1/nowhere", "", 404, "route.unknown"},
		{"anna", "GET", "/api/v2/meta", "", 404, "route.unknown"},
		{"boss", "DELETE", base + theirs, "", 204, ""},
	} {
		r := s.do(call{method: x.method, path: x.path, body: x.body, token: tokens[x.who], version: 1})
		t.Run(x.who+" "+x.method+" "+x.path, func(t *testing.T) { r.expect(t, x.status, x.code) })
	}
	list := s.do(call{method: "GET", path: "/api/v1/shop/customers?total=1", token: tokens["anna"]})
	if list.body["total"] != json.Number("1") || strings.Contains(list.Body.String(), "bert") {
		t.Errorf("anna's list is %s", list.Body)
	}
}

// What a field right hides must not be seen in any answer nor found out by filtering, sorting or writing.
func TestFieldRights(t *testing.T) {
	s := open(t, web.Options{})
	boss, anna := s.login("boss"), s.login("anna")
	c := s.customer(boss, `{"code":"C1","name":"A","credit":"777.00","owner":`+s.person("anna")+`}`)
	made := s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss, body: `{"customer":` + c + `,"cost":"7.77","owner":` + s.person("anna") + `,` + paper + `}`})
	made.expect(t, 201, "")
	for _, path := range []string{"/api/v1/shop/customers", "/api/v1/shop/customers?total=1", "/api/v1/shop/customers/" + c, "/api/v1/shop/customers/lookup", "/api/v1/shop/customers/" + c + "/timeline",
		"/api/v1/shop/orders?total=1", "/api/v1/shop/orders/" + made.id(), "/api/v1/shop/orders/" + made.id() + "/timeline", "/api/v1/search?q=c1", "/api/v1/meta", "/api/v1/reports/shop.totals?month=2026-11"} {
		r := s.do(call{method: "GET", path: path, token: anna})
		r.expect(t, 200, "")
		for _, secret := range []string{"777", "7.77", `"credit"`, `"cost"`, "0.66"} {
			if strings.Contains(r.Body.String(), secret) {
				t.Errorf("%s shows %s: %s", path, secret, r.Body)
			}
		}
		if full := s.do(call{method: "GET", path: path, token: boss}); !strings.Contains(full.Body.String(), "cost") && !strings.Contains(full.Body.String(), "credit") && !strings.Contains(path, "search") && !strings.Contains(path, "lookup") {
			t.Errorf("%s does not show the boss what the test is about", path)
		}
	}
	for _, x := range []struct{ method, path, body, code string }{
		{"GET", "/api/v1/shop/customers?filter=credit:ge:1", "", "filter.unknown"},
		{"GET", "/api/v1/shop/customers?sort=credit", "", "sort.unknown"},
		{"PATCH", "/api/v1/shop/customers/" + c, `{"credit":"1"}`, "field.unknown"},
		{"POST", "/api/v1/shop/customers", `{"code":"X","name":"X","credit":"1"}`, "field.unknown"},
	} {
		s.do(call{method: x.method, path: x.path, body: x.body, token: anna, version: 1}).expect(t, 400, x.code)
	}
	patched := s.do(call{method: "PATCH", path: "/api/v1/shop/customers/" + c, body: `{"name":"B"}`, token: anna, version: 1})
	patched.expect(t, 200, "")
	if s.do(call{method: "GET", path: "/api/v1/shop/customers/" + c, token: boss}).text("credit") != "777.00" {
		t.Error("a change by somebody who does not see the credit limit changed it")
	}
}

func TestMeta(t *testing.T) {
	s := open(t, web.Options{})
	meta := func(who, query string) map[string]any {
		r := s.do(call{method: "GET", path: "/api/v1/meta" + query, token: s.login(who)})
		r.expect(t, 200, "")
		return r.body
	}
	boss, vera, nick := meta("boss", ""), meta("vera", "?lang=en"), meta("nick", "")
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	order := boss["resources"].(map[string]any)["shop.order"].(map[string]any)
	for _, x := range []struct{ what, got, want string }{
		{"company", text(boss["company"]), `{"books":false,"currency":"CNY","name":"测试店","today":"2026-11-21","zone":"Asia/Shanghai"}`},
		{"create", text(boss["create"]), `[{"label":"订单","to":"/r/shop.order/new"}]`},
		{"menu", text(boss["menu"]), `[{"items":[{"label":"订单","to":"/r/shop.order"},{"label":"客户","to":"/r/shop.customer"},{"label":"客户汇总","to":"/report/shop.totals"},{"label":"公司设置","to":"/settings"}],"key":"shop","label":"店铺"}]`},
		{"menu of the viewer", text(vera["menu"]), `[{"items":[{"label":"Orders","to":"/r/shop.order"},{"label":"Customers","to":"/r/shop.customer"},{"label":"Totals by customer","to":"/report/shop.totals"}],"key":"shop","label":"Shop"}]`},
		{"create of the viewer", text(vera["create"]), `[]`},
		{"can of the viewer", text(vera["resources"].(map[string]any)["shop.order"].(map[string]any)["can"]), `["read"]`},
		{"plural", text(vera["resources"].(map[string]any)["shop.order"].(map[string]any)["plural"]), `"Orders"`},
		{"permissions of the viewer", text(vera["user"].(map[string]any)["permissions"]), `["shop.customer:read","shop.visit:read","shop.order:read","shop.totals:read"]`},
		{"menu of the nobody", text(nick["menu"]), `[]`},
		{"resources of the nobody", text(nick["resources"]), `{}`},
		{"actions", text(order["actions"]), `[{"collection":false,"confirm":"","danger":false,"from":["draft","waiting"],"input":[],"key":"F9","label":"确认","name":"confirm","primary":true,"to":"confirmed"},` +
			`{"collection":false,"confirm":"作废 {label}？","danger":true,"from":["draft","waiting","confirmed"],"input":[{"kind":"text","label":"原因","max":100,"name":"why","required":true}],"key":"","label":"作废","name":"void","primary":false,"to":"void"}]`},
		{"states", text(order["states"].([]any)[0]), `{"label":"草稿","name":"draft","tone":"draft"}`},
		{"can", text(order["can"]), `["read","create","update","delete","export","import","print"]`},
		{"prints", text(order["prints"]), `[{"label":"A4","name":"a4"}]`},
		{"keys", text([]any{order["title"], order["natural_key"], order["path"], order["kind"], order["preview"]}), `["number","number","/api/v1/shop/orders","document",true]`},
		{"line fields", text(order["lines"].([]any)[0].(map[string]any)["fields"].([]any)[0]), `{"enter":true,"kind":"text","label":"商品","max":80,"name":"item","required":true}`},
		{"number", text(order["fields"].([]any)[4]), `{"filter":true,"kind":"text","label":"单号","list":true,"max":40,"name":"number","once":true,"readonly":true,"search":true,"sort":true,"width":130}`},
		{"quick of the viewer", text(vera["resources"].(map[string]any)["shop.customer"].(map[string]any)["quick"]), `["code","name"]`},
		{"report", text(boss["reports"].(map[string]any)["shop.totals"]), `{"group":"shop","label":"客户汇总","name":"shop.totals","params":[{"kind":"month","label":"月份","name":"month","required":true},{"kind":"date","label":"截至","name":"until"}],"path":"/api/v1/reports/shop.totals"}`},
	} {
		if x.got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.what, x.got, x.want)
		}
	}
}
