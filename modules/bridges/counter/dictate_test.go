package counter_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web/route"
)

// post asks a route of the counter with a body.
func (f *firm) hear(a *kernel.Actor, body string) (string, error) {
	f.Helper()
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	for _, hook := range f.c.Hooks {
		source, ok := hook.(route.Source)
		if !ok {
			continue
		}
		for _, r := range source(f.c) {
			if r.Path != "/api/v1/counter/dictation" {
				continue
			}
			w, req := httptest.NewRecorder(), httptest.NewRequest("POST", r.Path, strings.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			err := r.Handle(&route.Request{Company: f.c, Actor: a, Lang: "zh", W: w, R: req})
			return w.Body.String(), err
		}
	}
	f.Fatal("there is no such route")
	return "", nil
}

// A text is read with the firm's own customers, items, units and habits, by whoever may write the sheet.
func TestDictation(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("ctn", "base.unit", `{"code":"ctn","name":"箱"}`)
		f.make("tape", "base.item", `{"code":"SLD","name":"生料带","unit":$box;,"price":"2","units":[{"unit":$ctn;,"ratio":"100"}]}`)
		seller := f.as("li", "salesperson")
		want := func(body, want string) {
			t.Helper()
			for key, id := range f.ids {
				want = strings.ReplaceAll(want, "$"+key+";", fmt.Sprint(id))
			}
			if got, err := f.hear(seller, body); err != nil || got != want {
				t.Errorf("%s\n got %s %v\nwant %s", body, got, err, want)
			}
		}
		// 304螺栓M8: three of them; the customer bought M8×30 last, before M8×20, and never M8×300
		want(`{"kind":"stock.delivery","text":"宏发五金 304螺栓M8 20盒 9块5，送生料带一箱，退M8*20一盒，收100，老地方"}`,
			`{"party":{"id":$acme;,"label":"宏发五金","said":"宏发五金","sure":true,"others":[]},"lines":[`+
				`{"said":"304螺栓M8 20盒 9块5","item":{"id":$B30;,"label":"304 六角螺栓 M8×30","said":"304 m8 螺栓","sure":false,"others":[{"id":$B20;,"label":"304 六角螺栓 M8×20"},{"id":$B300;,"label":"304 六角螺栓 M8×300"}]},`+
				`"unit":{"id":$box;,"label":"盒"},"own":true,"qty":"20","price":"9.5","free":false,"guessed":[],"note":""},`+
				`{"said":"送生料带一箱","item":{"id":$tape;,"label":"生料带","said":"生料带","sure":true,"others":[]},"unit":{"id":$ctn;,"label":"箱"},"own":false,"qty":"1","price":null,"free":true,"guessed":[],"note":""},`+
				`{"said":"退M8*20一盒","item":{"id":$B20;,"label":"304 六角螺栓 M8×20","said":"m8*20","sure":true,"others":[]},"unit":{"id":$box;,"label":"盒"},"own":true,"qty":"-1","price":null,"free":false,"guessed":[],"note":""}],`+
				`"total":null,"received":"100","settled":false,"owing":false,"note":"老地方","rest":""}`)
		// what the customer himself calls it; who is chosen on the sheet needs no name
		want(`{"kind":"stock.delivery","party":$acme;,"text":"HF-9 3盒"}`,
			`{"party":null,"lines":[{"said":"HF-9 3盒","item":{"id":$C30;,"label":"201 六角螺栓 M8×30","said":"hf-9","sure":true,"others":[]},`+
				`"unit":{"id":$box;,"label":"盒"},"own":true,"qty":"3","price":null,"free":false,"guessed":[],"note":""}],"total":null,"received":null,"settled":false,"owing":false,"note":"","rest":""}`)
		// a customer of another salesperson is not there
		want(`{"kind":"stock.delivery","text":"恒星贸易 生料带"}`,
			`{"party":null,"lines":[],"total":null,"received":null,"settled":false,"owing":false,"note":"恒星贸易 生料带","rest":""}`)
		want(`{"kind":"stock.delivery","text":""}`,
			`{"party":null,"lines":[],"total":null,"received":null,"settled":false,"owing":false,"note":"","rest":""}`)
		for body, code := range map[string]string{
			`{"kind":"stock.receipt","text":"生料带"}`:                 "forbidden",
			`{"kind":"stock.count","text":"生料带"}`:                   "query.invalid",
			`{"kind":"nothing","text":"生料带"}`:                       "query.invalid",
			`{"kind":"stock.delivery","text":"生料带","party":"x"}`:    "query.invalid",
			`{"kind":"stock.delivery","text":"生料带","party":$star;}`: "not_found",
			`{"kind":"stock.delivery","text":"生料带","more":"x"}`:     "field.unknown",
			`{"kind":"stock.delivery","text":["生料带"]}`:              "field.type",
		} {
			if got, err := f.hear(seller, body); err == nil || !strings.Contains(said(err), code) {
				t.Errorf("%s: %s %v, want %s", body, got, err, code)
			}
		}
		// an item that is renamed is found by its new name at once, one out of use never more
		f.do("base.item", "update", f.ids["tape"], `{"name":"密封带"}`)
		want(`{"kind":"stock.delivery","text":"密封带2"}`,
			`{"party":null,"lines":[{"said":"密封带2","item":{"id":$tape;,"label":"密封带","said":"密封带","sure":true,"others":[]},"unit":{"id":$box;,"label":"盒"},"own":true,"qty":"2","price":null,"free":false,"guessed":[],"note":""}],`+
				`"total":null,"received":null,"settled":false,"owing":false,"note":"","rest":""}`)
		f.do("base.item", "update", f.ids["tape"], `{"active":false}`)
		want(`{"kind":"stock.delivery","text":"密封带2"}`,
			`{"party":null,"lines":[],"total":null,"received":null,"settled":false,"owing":false,"note":"密封带2","rest":""}`)
		var sheets int
		if err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			_, err := v.Scan([]any{&sheets}, "SELECT COUNT(*) FROM stock_document WHERE kind = 'delivery'")
			return err
		}); err != nil || sheets != 4 {
			t.Errorf("%d deliveries, %v; reading writes nothing", sheets, err)
		}
	})
}
