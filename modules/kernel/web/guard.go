package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/help"
	"zhanggui/modules/kernel/web/pages"
	"zhanggui/modules/kernel/web/route"
)

// info is what the log tells of a request; the handlers fill it in.
type info struct{ id, route, user string }

type infoKey struct{}

func infoOf(r *http.Request) *info {
	if i, ok := r.Context().Value(infoKey{}).(*info); ok {
		return i
	}
	return &info{}
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what is written so far, for streams.
func (w *recorder) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// guarded puts in front of every request: an id, the log, recovery, headers, the host and the origin.
func (s *Server) guarded(next http.Handler) http.Handler {
	hosts := s.hosts()
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(raw http.ResponseWriter, r *http.Request) {
		random := make([]byte, 8)
		_, _ = rand.Read(random)
		i := &info{id: hex.EncodeToString(random)}
		w := &recorder{ResponseWriter: raw}
		r = r.WithContext(context.WithValue(r.Context(), infoKey{}, i))
		start := s.company.Clock.Now()
		defer func() {
			reason := recover()
			s.recovered(w, r, reason)
			took := s.company.Clock.Now().Sub(start)
			for _, observe := range s.observers {
				observe(route.Observed{Method: r.Method, Route: i.route, Status: w.status, Took: took})
			}
			s.options.Log.Info("request", "id", i.id, "method", r.Method, "path", r.URL.Path, "route", i.route, "status", w.status,
				"ms", took.Milliseconds(), "bytes", w.bytes, "user", i.user, "address", route.Address(r))
			if reason == http.ErrAbortHandler { //nolint:errorlint // the server compares it the same way
				panic(reason)
			}
		}()
		headers(w.Header(), i.id, strings.HasPrefix(r.URL.Path, "/api/"))
		lang := route.Language(r, nil)
		if host := hostOf(r.Host); !hosts.admits(host) {
			route.Refuse(w, lang, i.id, problem.New(problem.Forbidden, "host.refused", "host", clip(host)))
			return
		}
		if origins.Check(r) != nil {
			route.Refuse(w, lang, i.id, problem.New(problem.Forbidden, "origin.refused"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 80)], "") }

// recovered answers what panicked, as far as nothing was answered yet, and logs it with its stack.
func (s *Server) recovered(w *recorder, r *http.Request, reason any) {
	if reason == nil || reason == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is never wrapped
		return
	}
	id := infoOf(r).id
	s.options.Log.Error("panic", "id", id, "method", r.Method, "path", r.URL.Path, "reason", reason, "stack", string(debug.Stack()))
	if w.status == 0 {
		route.WriteInternal(w, route.Language(r, nil), id)
	}
}

func headers(h http.Header, id string, api bool) {
	h.Set("X-Request-Id", id)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), clipboard-read=(self), geolocation=(), microphone=(), payment=()")
	if api {
		h.Set("Cache-Control", "no-store")
	}
}

// admission tells under which names the server may be asked. A page of another site can make a browser send requests to
// any address under a name of its own, but it cannot make the name ours.
type admission struct {
	loopbackOnly bool
	names        []string
}

func (s *Server) hosts() admission {
	a := admission{}
	for _, name := range s.options.Hosts {
		a.names = append(a.names, hostOf(strings.ToLower(name)))
	}
	host, _, err := net.SplitHostPort(s.options.Addr)
	if err != nil {
		host = s.options.Addr
	}
	ip := net.ParseIP(host)
	a.loopbackOnly = host == "localhost" || ip != nil && ip.IsLoopback()
	if name, err := os.Hostname(); err == nil && !a.loopbackOnly {
		name = strings.ToLower(name)
		a.names = append(a.names, name, name+".local")
	}
	return a
}

func (a admission) admits(host string) bool {
	ip := net.ParseIP(host)
	switch {
	case host == "localhost", ip != nil && ip.IsLoopback(), slices.Contains(a.names, host):
		return true
	}
	return ip != nil && !a.loopbackOnly
}

// hostOf takes the port and the brackets off.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func (s *Server) refuse(g *gin.Context, p *problem.Problem) {
	actor, _, _ := s.identify(g.Request)
	route.Refuse(g.Writer, route.Language(g.Request, actor), infoOf(g.Request).id, p)
}

// unknown answers addresses that no route has: help, files and pages of the user interface, else 404.
func (s *Server) unknown(g *gin.Context, files *pages.Pages, guide *help.Pages) {
	if r := g.Request; r.Method == http.MethodGet || r.Method == http.MethodHead {
		if guide.Serve(g.Writer, r, route.Language(r, nil)) || files.Serve(g.Writer, r) {
			return
		}
	}
	s.refuse(g, problem.New(problem.NotFound, "route.unknown"))
}
