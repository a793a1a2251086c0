package product

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// TestFieldsOfTheCompanysOwn adds fields to customers, orders and deliveries of the whole product, fills them in, sells and
// prints: what bridges and actions do leaves them alone.
func TestFieldsOfTheCompanysOwn(t *testing.T) {
	testkit.Both(t, wholeProduct(t), func(t *testing.T, c *kernel.Company) {
		server, err := web.New(c, web.Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := &face{t: t, server: server.Handler()}
		made := f.ask("POST", "/api/v1/setup", `{"company":"宏发五金","name":"老王","login":"boss","password":"correct horse","books":true,"sample":true}`)
		f.cookie = sessionOf(made)
		post := func(path, body string) map[string]any {
			t.Helper()
			w := f.ask("POST", path, body)
			var out map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code/100 != 2 {
				t.Fatalf("%s %s: %d %s", path, body, w.Code, w.Body)
			}
			return out
		}
		field := func(of, label, more string) string {
			t.Helper()
			return post("/api/v1/system/custom-fields", fmt.Sprintf(`{"resource":%q,"label_zh":%q,%s}`, of, label, more))["field_key"].(string)
		}
		plate := field("base.party", "车牌", `"field_kind":"text"`)
		way := field("sales.order", "交货方式", `"field_kind":"enum","options":"自提 = Pick-up\n送货 = Delivery"`)
		bearer := field("sales.order", "介绍客户", `"field_kind":"ref","target":"base.party"`)
		driver := field("stock.delivery", "司机", `"field_kind":"text","required":true`)
		if f.doc, err = testkit.NewInterface(f.ask("GET", "/api/openapi.json", "").Body.Bytes()); err != nil {
			t.Fatal(err)
		}
		customer := post("/api/v1/base/parties", fmt.Sprintf(`{"name":"远大建材","customer":true,%q:"沪A12345"}`, plate))
		item := post("/api/v1/base/items", `{"code":"W","name":"安装","service":true}`)["id"]
		house := post("/api/v1/base/warehouses", `{"code":"K","name":"后仓"}`)["id"]
		order := post("/api/v1/sales/orders?action=sell", fmt.Sprintf(`{"customer":%.0f,"warehouse":%.0f,%q:"送货",%q:%.0f,"lines":[{"item":%.0f,"qty":"2","price":"10"}]}`,
			customer["id"], house, way, bearer, customer["id"], item))
		if order[way] != "送货" || order[bearer] != customer["id"] || order["state"] == "draft" {
			t.Errorf("the order that was sold at once is %v", order)
		}
		at := fmt.Sprintf("/api/v1/sales/orders/%.0f", order["id"])
		paper := f.ask("GET", at+"/print?template=a4", "").Body.String()
		for _, want := range []string{"交货方式：送货", "介绍客户：远大建材"} {
			if !strings.Contains(paper, want) {
				t.Errorf("the paper of the order does not say %s", want)
			}
		}
		var found struct{ Items []map[string]any }
		f.get("/api/v1/sales/orders?filter="+way+":eq:送货&filter="+bearer+":eq:"+fmt.Sprintf("%.0f", customer["id"]), &found)
		if len(found.Items) != 1 || found.Items[0]["id"] != order["id"] {
			t.Errorf("the filter finds %v", found.Items)
		}
		var hits struct{ Items []map[string]any }
		f.get("/api/v1/base/parties?q=12345", &hits)
		if len(hits.Items) != 1 || hits.Items[0][plate] != "沪A12345" {
			t.Errorf("the search finds %v", hits.Items)
		}
		refused := f.ask("POST", "/api/v1/stock/deliveries", fmt.Sprintf(`{"party":%.0f,"warehouse":%.0f,"lines":[{"item":%.0f,"qty":"1","price":"10"}]}`, customer["id"], house, item))
		if refused.Code != http.StatusUnprocessableEntity || !strings.Contains(refused.Body.String(), `"/`+driver+`"`) {
			t.Errorf("a delivery without its driver: %d %s", refused.Code, refused.Body)
		}
		twin := post("/api/v1/base/parties?agree=party.twin", `{"name":"远大建材公司","customer":true}`)
		merged := f.merge(customer, twin)
		var after, kept map[string]any
		f.get(at, &after)
		f.get(fmt.Sprintf("/api/v1/base/parties/%.0f", twin["id"]), &kept)
		if merged.Code != http.StatusOK || after[bearer] != twin["id"] || kept[plate] != "沪A12345" {
			t.Errorf("merged (%d %s) the order names %v, the plate is %v", merged.Code, merged.Body, after[bearer], kept[plate])
		}
	})
}

// merge makes one party another one.
func (f *face) merge(party, into map[string]any) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", fmt.Sprintf("/api/v1/base/parties/%.0f/merge", party["id"]), strings.NewReader(fmt.Sprintf(`{"into":%.0f}`, into["id"])))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", fmt.Sprintf(`"%.0f"`, party["version"]))
	r.AddCookie(f.cookie)
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, r)
	return w
}
