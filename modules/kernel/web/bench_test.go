package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhanggui/modules/kernel/web"
)

// quiet is a request without the conveniences of the tests.
func quiet(s *shop, c call) int {
	r := httptest.NewRequest(c.method, c.path, io.NopCloser(strings.NewReader(c.body)))
	r.ContentLength = int64(len(c.body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(&http.Cookie{Name: "zg_session", Value: c.token})
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, r)
	return w.Code
}

// The hot paths of HTTP: a list of 50 rows, one record, the form's preview, a new document, the meta data.
func BenchmarkHTTP(b *testing.B) {
	s := open(b, web.Options{})
	boss := s.login("boss")
	c := s.customer(boss, `{"code":"C1","name":"宏发五金"}`)
	order := `{"customer":` + c + `,"lines":[{"item":"paper","qty":"10","price":"1.25"},{"item":"ink","qty":"2","price":"30"},{"item":"pens","qty":"5","price":"2"}]}`
	last := ""
	for range 60 {
		last = s.do(call{method: "POST", path: "/api/v1/shop/orders", token: boss, body: order}).id()
	}
	for _, x := range []struct{ name, method, path, body string }{
		{"list", "GET", "/api/v1/shop/orders?limit=50", ""},
		{"list-total", "GET", "/api/v1/shop/orders?limit=50&total=1", ""},
		{"get", "GET", "/api/v1/shop/orders/" + last, ""},
		{"lookup", "GET", "/api/v1/shop/customers/lookup?q=hf", ""},
		{"preview", "POST", "/api/v1/shop/orders/preview", `{"record":` + order + `}`},
		{"create", "POST", "/api/v1/shop/orders", order},
		{"meta", "GET", "/api/v1/meta", ""},
		{"session", "GET", "/api/v1/session", ""},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				if code := quiet(s, call{method: x.method, path: x.path, token: boss, body: x.body}); code >= 300 {
					b.Fatal(fmt.Sprint(x.name, " answers ", code))
				}
			}
		})
	}
}
