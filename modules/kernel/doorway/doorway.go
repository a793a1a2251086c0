package doorway

import (
	"context"
	_ "embed" // the page
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/network/forward"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// lingering is how long a refusal is shown before the program ends by itself: a program that runs keeps its file from
// being replaced on Windows.
const lingering = 15 * time.Minute

//go:embed page.html
var source string

var page = template.Must(template.New("page").Parse(source))

// Door answers on a listener until it is closed.
type Door struct {
	ln     *borrowed
	server *http.Server
	ended  chan struct{} // the server has let the listener go
	quit   chan struct{}
	once   sync.Once
	mu     sync.Mutex
	step   string
	cause  error
}

// borrowed is a listener that outlives its server: closing it only wakes who waits for a visitor.
type borrowed struct{ net.Listener }

// Close makes Accept return.
func (b *borrowed) Close() error { return b.deadline(time.Unix(1, 0)) }

func (b *borrowed) deadline(t time.Time) error {
	if l, ok := b.Listener.(interface{ SetDeadline(time.Time) error }); ok {
		return l.SetDeadline(t)
	}
	return b.Listener.Close()
}

// Open begins to answer.
func Open(ln net.Listener) *Door {
	d := &Door{ln: &borrowed{ln}, ended: make(chan struct{}), quit: make(chan struct{}), step: "door.opening"}
	d.server = &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		IdleTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() {
		defer close(d.ended)
		_ = d.server.Serve(d.ln) // it always ends with an error, that of being closed
	}()
	return d
}

// Tell shows what is being done, by the code of a message.
func (d *Door) Tell(step string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.step = step
}

// Refuse shows from now on why there is no company to serve.
func (d *Door) Refuse(cause error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cause = cause
}

// Wait returns when somebody on this machine has ended the program, the context ends, or a refusal was shown long enough.
func (d *Door) Wait(ctx context.Context) {
	select {
	case <-d.quit:
		time.Sleep(300 * time.Millisecond) // the last page is on its way
	case <-ctx.Done():
	case <-time.After(lingering):
	}
}

// Close stops answering and gives the listener back, open, for the one who serves next.
func (d *Door) Close() (net.Listener, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if d.server.Shutdown(ctx) != nil {
		_ = d.server.Close() // who still waits for a page asks again
	}
	<-d.ended
	return d.ln.Listener, d.ln.deadline(time.Time{})
}

// ServeHTTP answers anything.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	step, cause := d.step, d.cause
	d.mu.Unlock()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	lang := route.Language(r, nil)
	switch {
	case r.URL.Path == "/healthz":
		h.Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}`))
	case r.URL.Path == "/readyz" || strings.HasPrefix(r.URL.Path, "/api/"):
		h.Set("Retry-After", "3")
		code := "door.wait"
		if cause != nil {
			code = "door.closed"
		}
		route.Refuse(w, lang, "", problem.New(problem.Unavailable, code))
	case r.Method == http.MethodPost && r.URL.Path == "/quit" && cause != nil:
		if !near(r) || http.NewCrossOriginProtection().Check(r) != nil {
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
			return
		}
		show(w, view{Lang: lang, Title: say(lang, "door.ended"), Words: []string{say(lang, "door.ended_words")}}, http.StatusOK)
		d.once.Do(func() { close(d.quit) })
	case cause != nil:
		show(w, refusal(lang, cause, near(r)), http.StatusServiceUnavailable)
	default:
		h.Set("Retry-After", "2")
		title := "door.wait_title"
		if step != "door.opening" {
			title = "door.upgrade_title"
		}
		show(w, view{Lang: lang, Title: say(lang, title), Words: []string{say(lang, step), say(lang, "door.patience")}, Again: true}, http.StatusServiceUnavailable)
	}
}

// refusal is the page that says why. Figures of the company and names of folders are for people at this machine.
func refusal(lang string, cause error, here bool) view {
	v := view{Lang: lang, Title: say(lang, "door.closed_title"), Words: []string{say(lang, "door.closed")}}
	if !here {
		return v
	}
	v.Words, v.Quit = nil, say(lang, "door.quit")
	list, known := problem.From(cause)
	for _, p := range list {
		v.Words = append(v.Words, messages.Text(lang, p.Code, p.Args))
	}
	if !known {
		v.Words = []string{say(lang, "door.unknown")}
	}
	if text := cause.Error(); !known || len(list) == 1 && text != list[0].Error() {
		v.DetailTitle, v.Detail = say(lang, "door.detail"), text
	}
	v.Words = append(v.Words, say(lang, "door.quit_words"))
	return v
}

func say(lang, code string) string { return messages.Text(lang, code, nil) }

type view struct {
	Lang, Title, Quit   string
	Words               []string
	Detail, DetailTitle string
	Again               bool // the page loads itself again
}

func show(w http.ResponseWriter, v view, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, v) // the visitor has gone
}

// near tells whether a request comes from this machine, under a name of this machine and through nobody: a page of another
// site can make the browser ask, but not under such a name.
func near(r *http.Request) bool { return forward.Of(r).Local }
