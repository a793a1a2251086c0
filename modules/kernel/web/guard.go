package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/door"
	"zhanggui/modules/kernel/web/help"
	"zhanggui/modules/kernel/web/observe"
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
	origins := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(raw http.ResponseWriter, r *http.Request) {
		random := make([]byte, 8)
		_, _ = rand.Read(random)
		i := &info{id: hex.EncodeToString(random)}
		w := &recorder{ResponseWriter: raw}
		rules := s.options.Rules()
		caller := rules.Read(r)
		r = r.WithContext(forward.With(context.WithValue(r.Context(), infoKey{}, i), caller))
		r.Host = caller.Host
		start := s.company.Clock.Now()
		defer func() {
			reason := recover()
			s.recovered(w, r, reason)
			took := s.company.Clock.Now().Sub(start)
			for _, tell := range s.observers {
				tell(observe.Request{Method: r.Method, Route: i.route, Status: w.status, Took: took})
			}
			s.options.Log.Info("request", "id", i.id, "method", r.Method, "path", route.Logged(r.URL.Path), "route", i.route, "status", w.status,
				"ms", took.Milliseconds(), "bytes", w.bytes, "user", i.user, "address", route.Address(r))
			if reason == http.ErrAbortHandler { //nolint:errorlint // the server compares it the same way
				panic(reason)
			}
		}()
		headers(w.Header(), i.id, strings.HasPrefix(r.URL.Path, "/api/"))
		if p := admitted(rules, caller); p != nil {
			route.Refuse(w, route.Language(r, nil), i.id, p)
			return
		}
		if secured(rules, caller, w, r) {
			return
		}
		if origins.Check(r) != nil {
			route.Refuse(w, route.Language(r, nil), i.id, problem.New(problem.Forbidden, "origin.refused"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admitted refuses who calls from where nobody is answered, who asks under a name that is not ours, and a proxy that
// would be sent to https for ever.
func admitted(rules forward.Rules, c forward.Caller) *problem.Problem {
	if !rules.Answers(c.Peer) {
		return problem.New(problem.Forbidden, "network.elsewhere", "address", clip(c.Peer))
	}
	for _, host := range []string{c.Asked, forward.Name(c.Host)} {
		if !rules.Admits(host) {
			return problem.New(problem.Forbidden, "host.refused", "host", clip(host))
		}
	}
	switch {
	case !rules.Secure || c.Secure:
	case c.Through == forward.Untrusted:
		return problem.New(problem.Forbidden, "network.proxy_untrusted", "address", clip(c.Peer))
	case c.Through == forward.Silent:
		return problem.New(problem.Forbidden, "network.proxy_silent", "address", clip(c.Peer))
	}
	if rules.Seen != nil && !c.Local {
		rules.Seen(c.Address)
	}
	return nil
}

// secured sends a caller from elsewhere who came unencrypted to https, and tells browsers to come that way. What a
// phone needs before it can trust the certificate is answered either way.
func secured(rules forward.Rules, c forward.Caller, w http.ResponseWriter, r *http.Request) bool {
	switch {
	case !rules.Secure || c.Local || strings.HasPrefix(r.URL.Path, route.Bootstrap):
	case c.Secure:
		if rules.Strict && rules.Public != "" {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
	default:
		to := rules.Public
		if to == "" {
			to = "https://" + c.Host
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusTemporaryRedirect) //nolint:gosec // the host is admitted, the rest is its path
		return true
	}
	return false
}

func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 80)], "") }

// recovered answers what panicked, as far as nothing was answered yet, and logs it with its stack.
func (s *Server) recovered(w *recorder, r *http.Request, reason any) {
	if reason == nil || reason == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is never wrapped
		return
	}
	id := infoOf(r).id
	s.options.Log.Error("panic", "id", id, "method", r.Method, "path", route.Logged(r.URL.Path), "reason", reason, "stack", string(debug.Stack()))
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

func (s *Server) refuse(g *gin.Context, p *problem.Problem) {
	actor, _, _ := door.Identify(s.company, g.Request)
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
