package product

import (
	"encoding/json"
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// TestTheLastPieceOverHTTP sells the last piece twice. Under "warn" both sheets are posted, and what is asked about the
// second afterwards says that the stock is below zero, of the first at its time nothing; under "refuse" the second is refused.
func TestTheLastPieceOverHTTP(t *testing.T) {
	testkit.Both(t, wholeProduct(t), func(t *testing.T, c *kernel.Company) {
		server, err := web.New(c, web.Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := &face{t: t, server: server.Handler()}
		f.cookie = sessionOf(f.ask("POST", "/api/v1/setup", `{"company":"宏发五金","name":"老王","login":"boss","password":"correct horse"}`))
		ask := func(status int, method, path, body string) (out map[string]any) {
			t.Helper()
			w := f.ask(method, path, body)
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != status {
				t.Fatalf("%s %s %s: %d %s", method, path, body, w.Code, w.Body)
			}
			return out
		}
		made := func(path, body string) string { return fmt.Sprintf("%.0f", ask(201, "POST", path, body)["id"]) }
		item := made("/api/v1/base/items", `{"code":"1","name":"螺栓","price":"5"}`)
		party := made("/api/v1/base/parties", `{"name":"东风"}`)
		fill := func() {
			made("/api/v1/stock/other-in?action=post", `{"lines":[{"item":`+item+`,"qty":"1","price":"2"}]}`)
		}
		const sheets = "/api/v1/stock/deliveries"
		sheet := `{"party":` + party + `,"lines":[{"item":` + item + `,"qty":"1"}]}`
		below := func(id string) (out []string) {
			for _, one := range ask(200, "POST", sheets+"/preview", `{"id":`+id+`,"record":{},"changed":""}`)["facts"].([]any) {
				if fact := one.(map[string]any); fact["pointer"] == "/lines/0/item" && fact["kind"] == "quantity" {
					out = append(out, fmt.Sprint(fact["label"], " ", fact["value"]))
				}
			}
			return out
		}
		fill()
		if told := below(made(sheets+"?action=post", sheet)); len(told) != 0 {
			t.Errorf("the first is told %v", told)
		}
		if told := fmt.Sprint(below(made(sheets+"?action=post", sheet))); told != "[现在库存为负 -1]" {
			t.Errorf("the second is told %s", told)
		}
		ask(200, "PUT", "/api/v1/settings", `{"stock.negative":"refuse"}`)
		fill()
		fill()
		last := made(sheets+"?action=post", sheet)
		if told := below(last); len(told) != 0 {
			t.Errorf("where it is refused nobody is told: %v", told)
		}
		refused := ask(422, "POST", sheets+"?action=post", sheet)["errors"].([]any)
		if one := refused[0].(map[string]any); len(refused) != 1 || one["code"] != "stock.short" || one["pointer"] != "/lines/0/qty" {
			t.Errorf("the second is refused with %v", refused)
		}
	})
}
