package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"zhanggui/assets"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/desk"
	"zhanggui/modules/kernel/web/door"
	"zhanggui/modules/kernel/web/help"
	"zhanggui/modules/kernel/web/history"
	"zhanggui/modules/kernel/web/limit"
	"zhanggui/modules/kernel/web/meta"
	"zhanggui/modules/kernel/web/observe"
	"zhanggui/modules/kernel/web/pages"
	"zhanggui/modules/kernel/web/records"
	"zhanggui/modules/kernel/web/related"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/kernel/web/spec"
)

// Options of a server.
type Options struct {
	Addr  string   // what it listens on; a loopback address admits loopback names only
	Hosts []string // further names under which it may be asked
	Log   *slog.Logger
	// Rules are asked for each request who is admitted; nil is what Addr and Hosts say.
	Rules func() forward.Rules
	// Integrity recomputes the company's figures for /api/v1/system/integrity; nil leaves the address out.
	Integrity func(ctx context.Context) (any, error)
	// Extra lets other packages add routes before the server is complete.
	Extra func(*Server)
	// UI is the built user interface with index.html at its root; nil is the one built into the program.
	UI fs.FS
	// Dev keeps browsers from caching the user interface.
	Dev bool
}

// Server answers for one company.
type Server struct {
	company *kernel.Company
	options Options
	engine  *gin.Engine
	handler http.Handler
	routes  []route.Route
	doc     *spec.Document
	known   map[string]bool
	// observers hear of every request that was answered.
	observers []observe.Observer
	errs      []error
	limits    *limit.Limits
}

// Setup is the port that the set-up page calls; see package auth.
var Setup = auth.Setup

// New builds the server and refuses routes whose permission was forgotten or that clash.
func New(c *kernel.Company, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = c.Log
	}
	if o.Rules == nil {
		static := forward.Static(o.Addr, o.Hosts)
		o.Rules = func() forward.Rules { return static }
	}
	gin.SetMode(gin.ReleaseMode)
	s := &Server{company: c, options: o, engine: gin.New(), known: map[string]bool{}, doc: spec.New(c), limits: limit.New(c.Clock)}
	s.engine.HandleMethodNotAllowed = true
	s.engine.RedirectTrailingSlash, s.engine.RedirectFixedPath = false, false
	s.engine.ForwardedByClientIP = false
	if err := errors.Join(messages.Verify(), s.engine.SetTrustedProxies(nil)); err != nil {
		return nil, err
	}
	s.Add(door.Routes()...)
	s.Add(s.systemRoutes()...)
	s.Add(keyRoutes()...)
	for _, d := range c.Defs {
		if !d.Internal || d.Family != "" {
			s.Add(records.Routes(d)...)
			s.Add(history.Routes(d)...)
			s.Add(related.Route(d))
		}
	}
	s.Add(history.FileRoutes()...)
	s.Add(meta.New(c).Route())
	s.Add(desk.Routes(c)...)
	for _, hook := range c.Hooks {
		if source, ok := hook.(route.Source); ok {
			s.Add(source(c)...)
		}
		if observer, ok := hook.(observe.Observer); ok {
			s.observers = append(s.observers, observer)
		}
	}
	if o.Extra != nil {
		o.Extra(s)
	}
	ui := o.UI
	if ui == nil {
		ui, _ = fs.Sub(assets.Web, "web") // the folder is embedded
	}
	files, err := pages.Load(ui, o.Dev)
	if err != nil {
		return nil, err
	}
	guide, err := help.Load(assets.Help)
	if err != nil {
		return nil, err
	}
	s.engine.NoRoute(func(g *gin.Context) { s.unknown(g, files, guide) })
	s.engine.NoMethod(func(g *gin.Context) { s.refuse(g, problem.New(problem.MethodNotAllowed, "method")) })
	s.handler = s.guarded(s.engine)
	return s, errors.Join(s.errs...)
}

// Add registers routes with their operations. What is wrong with them is reported by New.
func (s *Server) Add(routes ...route.Route) {
	for _, r := range routes {
		if err := s.add(&r); err != nil {
			s.errs = append(s.errs, err)
		}
	}
}

func (s *Server) add(r *route.Route) (err error) {
	if err := r.Verify(); err != nil {
		return err
	}
	r.StepUp = r.Weigh(s.company)
	name := r.Method + " " + r.Path
	if s.known[name] {
		return fmt.Errorf("route %s is declared twice", name)
	}
	s.known[name] = true
	if err := s.doc.Add(r); err != nil {
		return err
	}
	defer func() {
		if reason := recover(); reason != nil { // the router panics when patterns clash
			err = fmt.Errorf("route %s: %v", name, reason)
		}
	}()
	s.engine.Handle(r.Method, r.Pattern(), func(g *gin.Context) { s.serve(r, g) })
	s.routes = append(s.routes, *r)
	return nil
}

// Routes lists what is served.
func (s *Server) Routes() []route.Route { return s.routes }

// Handler is the whole server as a handler.
func (s *Server) Handler() http.Handler { return s.handler }

// Serve answers until the context ends, then ends event streams at once and lets other requests finish for ten seconds.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base := route.WithEnding(context.WithoutCancel(ctx), ctx.Done())
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, BaseContext: func(net.Listener) context.Context { return base },
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.options.Log.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-done
	return err
}

// serve runs one route: who is it, may he, how much may he send.
func (s *Server) serve(def *route.Route, g *gin.Context) {
	info := infoOf(g.Request)
	info.route = def.Path
	r := &route.Request{Company: s.company, W: g.Writer, R: g.Request, ID: info.id, Params: g.Param}
	actor, token, err := door.Identify(s.company, g.Request)
	r.Lang = route.Language(g.Request, actor)
	if actor != nil {
		own := *actor
		own.Lang, own.Address, own.RequestID = r.Lang, route.Address(g.Request), info.id
		r.Actor, r.Token, info.user = &own, token, own.Login
	}
	if err == nil && actor == nil {
		err = s.limits.Stranger(route.Address(g.Request))
	}
	if err == nil {
		err = admit(def, r)
	}
	if err == nil && def.Heavy {
		err = s.limits.Heavy(strconv.FormatInt(actor.UserID, 10) + " " + token)
	}
	if err == nil && def.StepUp == route.Always {
		err = r.Prove()
	}
	if err == nil {
		err = def.Handle(r)
	}
	if err != nil {
		if g.Writer.Written() {
			s.options.Log.Error("answer broken off", "id", info.id, "path", def.Path, "error", err)
			panic(http.ErrAbortHandler)
		}
		r.Fail(err)
	}
}

// admit checks the right to the route and bounds the body.
func admit(def *route.Route, r *route.Request) error {
	if !def.Public && r.Actor == nil {
		return problem.New(problem.Unauthenticated, "unauthenticated")
	}
	if def.Object != "" {
		allowed := false
		for _, act := range def.Acts {
			allowed = allowed || r.Actor.Can(def.Asks(r), act)
		}
		if !allowed {
			r.Def = r.Company.Def(def.Asks(r))
			return problem.New(problem.Forbidden, "forbidden", "resource", def.Asks(r), "act", def.Acts[0])
		}
	}
	limit := def.MaxBody
	if limit == 0 {
		limit = route.MaxJSON
	}
	if r.R.ContentLength > limit {
		return route.Unreadable(&http.MaxBytesError{Limit: limit})
	}
	if r.R.Body != nil {
		r.R.Body = http.MaxBytesReader(r.W, r.R.Body, limit)
	}
	return nil
}
