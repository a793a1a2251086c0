package route

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
)

// Source gives further routes of a company. A package or module that has some puts a Source among the company's hooks
// while it is set up: c.Hooks = append(c.Hooks, route.Source(…)).
type Source func(c *kernel.Company) []Route

// Disposition makes a browser save what it gets, under a name in any script.
func Disposition(name string) string {
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '%' {
			return '_'
		}
		return c
	}, name)
	if strings.Trim(plain, "_. ") == "" {
		plain = "file" + filepath.Ext(plain)
	}
	return "attachment; filename=" + strconv.Quote(plain) + "; filename*=UTF-8''" + url.PathEscape(name)
}

// Streaming lifts the time limit of answers, for downloads and event streams that may take long.
func (r *Request) Streaming() { _ = http.NewResponseController(r.W).SetWriteDeadline(time.Time{}) }

type endingKey struct{}

// WithEnding is a context for requests whose streams end when the channel is closed: the server is about to go and waits
// for answers that end by themselves.
func WithEnding(ctx context.Context, ending <-chan struct{}) context.Context {
	return context.WithValue(ctx, endingKey{}, ending)
}

// Ending is closed when streams should end; a nil channel, which never is, where nothing ends them.
func (r *Request) Ending() <-chan struct{} {
	ending, _ := r.Context().Value(endingKey{}).(<-chan struct{})
	return ending
}

// Download begins an answer that is saved as a file; the body follows through W.
func (r *Request) Download(kind, name string) {
	r.Streaming()
	r.W.Header().Set("Content-Type", kind)
	r.W.Header().Set("Content-Disposition", Disposition(name))
}
