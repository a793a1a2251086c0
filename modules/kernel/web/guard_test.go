package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/web"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
)

func TestHosts(t *testing.T) {
	for _, x := range []struct {
		addr, host string
		hosts      []string
		ok         bool
	}{
		{"127.0.0.1:8080", "localhost:8080", nil, true}, {"127.0.0.1:8080", "127.0.0.1", nil, true}, {"127.0.0.1:8080", "[::1]:8080", nil, true},
		{"127.0.0.1:8080", "LOCALHOST", nil, true}, {"127.0.0.1:8080", "evil.example", nil, false}, {"127.0.0.1:8080", "192.168.1.5:8080", nil, false},
		{"127.0.0.1:8080", "", nil, false}, {"127.0.0.1:8080", "localhost.evil.example", nil, false}, {"[::1]:8080", "10.0.0.1", nil, false},
		{"127.0.0.1:8080", "shop.example", []string{"shop.example"}, true}, {":8080", "192.168.1.5:8080", nil, true}, {"0.0.0.0:8080", "evil.example", nil, false},
		{"0.0.0.0:8080", "shop.example", []string{"Shop.Example"}, true}, {"0.0.0.0:8080", "localhost", nil, true},
	} {
		s := serve(t, &people{}, web.Options{Addr: x.addr, Hosts: x.hosts})
		host := x.host
		if host == "" {
			host = " "
		}
		r := s.do(call{method: "GET", path: "/api/v1/session", host: host})
		if got := r.Code == 200; got != x.ok {
			t.Errorf("%s asked as %q answers %d", x.addr, x.host, r.Code)
		}
		if !x.ok {
			r.expect(t, 403, "host.refused")
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	s := open(t, web.Options{})
	boss := s.login("boss")
	body := `{"code":"C1","name":"A"}`
	for _, x := range []struct {
		name   string
		header http.Header
		status int
	}{
		{"no browser", nil, 201},
		{"same origin", http.Header{"Sec-Fetch-Site": {"same-origin"}}, 409},
		{"typed address", http.Header{"Sec-Fetch-Site": {"none"}}, 409},
		{"other site", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		{"sister site", http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		{"old browser, other site", http.Header{"Origin": {"https://evil.example"}}, 403},
		{"old browser, same origin", http.Header{"Origin": {"http://127.0.0.1:8080"}}, 409},
		{"no origin", http.Header{"Origin": {"null"}}, 403},
	} {
		r := s.do(call{method: "POST", path: "/api/v1/shop/customers", token: boss, body: body, header: x.header})
		if r.Code != x.status {
			t.Errorf("%s: got %d, want %d", x.name, r.Code, x.status)
		}
		if x.status == 403 {
			r.expect(t, 403, "origin.refused")
		}
		if got := s.do(call{method: "GET", path: "/api/v1/shop/customers", token: boss, header: x.header}); got.Code != 200 {
			t.Errorf("%s: reading answers %d", x.name, got.Code)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := open(t, web.Options{})
	for _, path := range []string{"/", "/api/v1/session", "/api/v1/nowhere", "/r/shop.order"} {
		h := s.do(call{method: "GET", path: path}).Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if len(h.Get("X-Request-Id")) != 16 || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: request id %q", path, h.Get("X-Request-Id"))
		}
		if strings.HasPrefix(path, "/api/") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached: %q", path, h.Get("Cache-Control"))
		}
	}
}

func TestPages(t *testing.T) {
	ui := fstest.MapFS{
		"index.html":                {Data: []byte("<!doctype html><p>index")},
		"assets/index-BxY12_ab.js":  {Data: []byte(strings.Repeat("let a = 1;\n", 300))},
		"favicon.svg":               {Data: []byte("<svg/>")},
		"assets/notes.unknown-kind": {Data: []byte("x")},
	}
	s := serve(t, &people{}, web.Options{UI: ui})
	for _, x := range []struct{ path, kind, cache, body string }{
		{"/", "text/html; charset=utf-8", "no-cache", "index"},
		{"/r/sales.order/12?x=1", "text/html; charset=utf-8", "no-cache", "index"},
		{"/c/shop/login", "text/html; charset=utf-8", "no-cache", "index"},
		{"/favicon.svg", "image/svg+xml", "no-cache", "svg"},
		{"/assets/index-BxY12_ab.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "let a"},
		{"/../../etc/passwd", "text/html; charset=utf-8", "no-cache", "index"},
		{"/..%2f..%2fetc/passwd", "text/html; charset=utf-8", "no-cache", "index"},
		{"/assets/missing-12345678.js", "application/problem+json; charset=utf-8", "no-store", "route.unknown"},
		{"/assets/notes.unknown-kind", "application/problem+json; charset=utf-8", "no-store", "route.unknown"},
		{"/assets/../../server.go", "application/problem+json; charset=utf-8", "no-store", "route.unknown"},
		{"/api/../api/v1/meta", "application/problem+json; charset=utf-8", "no-store", "route.unknown"},
	} {
		r := s.do(call{method: "GET", path: x.path})
		if r.Header().Get("Content-Type") != x.kind || r.Header().Get("Cache-Control") != x.cache || !strings.Contains(r.Body.String(), x.body) {
			t.Errorf("%s: %d %q %q %.60s", x.path, r.Code, r.Header().Get("Content-Type"), r.Header().Get("Cache-Control"), r.Body)
		}
	}
	const script = "/assets/index-BxY12_ab.js"
	packed := s.do(call{method: "GET", path: script, header: http.Header{"Accept-Encoding": {"gzip, br"}}})
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() > 500 {
		t.Errorf("not packed: %v, %d bytes", packed.Header(), packed.Body.Len())
	}
	again := s.do(call{method: "GET", path: script, header: http.Header{"If-None-Match": {packed.Header().Get("ETag")}}})
	if again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("asked again: %d with %d bytes", again.Code, again.Body.Len())
	}
	s.do(call{method: "POST", path: "/r/sales.order"}).expect(t, 404, "route.unknown")
	if _, err := web.New(s.c, web.Options{UI: fstest.MapFS{}}); err == nil || err.Error() != "the user interface has no index.html" {
		t.Errorf("an empty interface: %v", err)
	}
}

// What goes wrong inside is logged with the request's id, and the caller learns nothing but the id.
func TestFailuresAreNotShown(t *testing.T) {
	var log bytes.Buffer
	doc := route.Doc{Summary: "x", Tag: "x", Response: "object"}
	s := serve(t, &people{}, web.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Extra: func(s *web.Server) {
		s.Add(route.Route{Method: "GET", Path: "/api/v1/error", Public: true, Doc: doc, Handle: func(*route.Request) error { return errors.New("secret: disk at /var/x") }},
			route.Route{Method: "GET", Path: "/api/v1/panic", Public: true, Doc: doc, Handle: func(*route.Request) error { panic("secret: nil map") }},
			route.Route{Method: "GET", Path: "/api/v1/late", Public: true, Doc: doc, Handle: func(*route.Request) error { return context.DeadlineExceeded }})
	}})
	s.c.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, path := range []string{"/api/v1/error", "/api/v1/panic"} {
		r := s.do(call{method: "GET", path: path})
		r.expect(t, 500, "internal")
		if strings.Contains(r.Body.String(), "secret") || !strings.Contains(r.text("detail"), r.text("request_id")) {
			t.Errorf("%s shows %s", path, r.Body)
		}
		if !strings.Contains(log.String(), r.text("request_id")) || !strings.Contains(log.String(), "secret") {
			t.Errorf("%s is not in the log", path)
		}
	}
	s.do(call{method: "GET", path: "/api/v1/late"}).expect(t, 503, "store.unavailable")
	if log.Len() == 0 || strings.Count(log.String(), "msg=request ") != 3 {
		t.Errorf("three requests are logged as\n%s", log.String())
	}
}

func TestRoutesThatAreRefused(t *testing.T) {
	handle := func(*route.Request) error { return nil }
	doc := route.Doc{Summary: "x", Tag: "x"}
	c := serve(t, &people{}, web.Options{}).c
	for _, x := range []struct {
		r    route.Route
		want string
	}{
		{route.Route{Method: "GET", Path: "/api/v1/x", Doc: doc, Handle: handle}, "route GET /api/v1/x names no permission and is not marked public"},
		{route.Route{Method: "GET", Path: "/api/v1/x", Doc: doc, Handle: handle, Object: "x"}, "route GET /api/v1/x names no permission and is not marked public"},
		{route.Route{Method: "GET", Path: "/api/v1/x", Doc: doc, Handle: handle, Public: true, Object: "x", Acts: []string{"y"}}, "route GET /api/v1/x contradicts itself about who may call it"},
		{route.Route{Method: "GET", Path: "/api/v1/x", Doc: doc, Public: true}, "route GET /api/v1/x has no handler"},
		{route.Route{Method: "GET", Path: "/api/v1/x", Handle: handle, Public: true}, "route GET /api/v1/x has no summary or tag"},
		{route.Route{Method: "GET", Path: "/api/v1/meta", Doc: doc, Handle: handle, Public: true}, "route GET /api/v1/meta is declared twice"},
		{route.Route{Method: "GET", Path: "/api/v1/files/{other}", Doc: doc, Handle: handle, Public: true}, "route GET /api/v1/files/{other}: "},
		{route.Route{Method: "GET", Path: "/api/v1/x", Doc: route.Doc{Summary: "x", Tag: "x", Response: "nothing.known"}, Handle: handle, Public: true}, `an operation names the unknown schema "nothing.known"`},
	} {
		_, err := web.New(c, web.Options{Extra: func(s *web.Server) { s.Add(x.r) }})
		if err == nil || !strings.HasPrefix(err.Error(), x.want) {
			t.Errorf("got %v, want %s", err, x.want)
		}
	}
}

func TestServeStopsGracefully(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	s := serve(t, &people{}, web.Options{Extra: func(s *web.Server) {
		s.Add(route.Route{Method: "GET", Path: "/api/v1/slow", Public: true, Doc: route.Doc{Summary: "x", Tag: "x", Response: "object"}, Handle: func(r *route.Request) error {
			close(entered)
			<-release
			return r.JSON(200, map[string]string{"done": "yes"})
		}})
	}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served, answered := make(chan error, 1), make(chan string, 1)
	go func() { served <- s.server.Serve(ctx, ln) }()
	go func() {
		r, err := http.Get("http://" + ln.Addr().String() + "/api/v1/slow")
		if err != nil {
			answered <- err.Error()
			return
		}
		body, _ := io.ReadAll(r.Body)
		answered <- string(body)
	}()
	<-entered
	stop()
	time.Sleep(20 * time.Millisecond)
	close(release)
	if got := <-answered; got != `{"done":"yes"}` {
		t.Errorf("the running request got %q", got)
	}
	if err := <-served; err != nil {
		t.Errorf("serve ended with %v", err)
	}
}

// Other packages add routes through the company's hooks.
func TestRoutesFromHooks(t *testing.T) {
	s := serve(t, &people{}, web.Options{})
	s.c.Hooks = append(s.c.Hooks, route.Source(func(*kernel.Company) []route.Route {
		return []route.Route{{Method: "POST", Path: "/api/v1/hooked", Public: true, Body: route.Form, Doc: route.Doc{Summary: "x", Tag: "x", Request: "upload", Response: "file"},
			Handle: func(r *route.Request) error {
				sent, err := form.Upload(r)
				if err != nil {
					return err
				}
				r.Download("text/plain", sent.Name)
				_, err = r.W.Write(append(sent.Data, sent.Values["mapping"]...))
				return err
			}}}
	}))
	server, err := web.New(s.c, web.Options{Addr: "127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	s.server = server
	kind, body := upload("file", "表.csv", "a,b")
	body = strings.Replace(body, "\r\n--", "\r\n--"+strings.TrimPrefix(kind, "multipart/form-data; boundary=")+"\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n{}\r\n--", 1)
	r := s.do(call{method: "POST", path: "/api/v1/hooked", kind: kind, body: body})
	if r.Code != 200 || r.Body.String() != "a,b{}" || r.Header().Get("Content-Disposition") != "attachment; filename=\"_.csv\"; filename*=UTF-8''%E8%A1%A8.csv" {
		t.Errorf("got %d %q %q", r.Code, r.Body, r.Header().Get("Content-Disposition"))
	}
	s.do(call{method: "POST", path: "/api/v1/hooked", body: `{}`}).expect(t, 415, "media_type")
	kind, body = upload("other", "x", "y")
	s.do(call{method: "POST", path: "/api/v1/hooked", kind: kind, body: body}).expect(t, 422, "file.missing")
}
