package route

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Source gives further routes of a company. A package or module that has some puts a Source among the company's hooks
// while it is set up: c.Hooks = append(c.Hooks, route.Source(…)).
type Source func(c *kernel.Company) []Route

// FilePart finds the part "file" of an upload, to be read as it arrives.
func FilePart(r *Request) (*multipart.Part, error) {
	kind, params, err := mime.ParseMediaType(r.R.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, problem.New(problem.MediaType, "media_type", "want", "multipart/form-data")
	}
	reader := multipart.NewReader(r.R.Body, params["boundary"])
	for range 20 {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, Unreadable(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
	return nil, problem.Rule("file.missing").At("/file")
}

// Sent is an upload that was read whole: the file and the other values of the form.
type Sent struct {
	Name   string
	Data   []byte
	Values map[string]string
}

// Upload reads a form with one file into memory; the route's MaxBody bounds it.
func Upload(r *Request) (*Sent, error) {
	kind, params, err := mime.ParseMediaType(r.R.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, problem.New(problem.MediaType, "media_type", "want", "multipart/form-data")
	}
	out := &Sent{Values: map[string]string{}}
	reader := multipart.NewReader(r.R.Body, params["boundary"])
	for range 50 {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, Unreadable(err)
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return nil, Unreadable(err)
		case part.FormName() == "file" && part.FileName() != "":
			out.Name, out.Data = part.FileName(), data
		default:
			out.Values[part.FormName()] = string(data)
		}
	}
	if out.Name == "" {
		return nil, problem.Rule("file.missing").At("/file")
	}
	return out, nil
}

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
