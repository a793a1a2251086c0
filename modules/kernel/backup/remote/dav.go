package remote

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/studio-b12/gowebdav"
)

// dav is a folder on a WebDAV server, such as one of 坚果云 or a NAS.
type dav struct{ client *gowebdav.Client }

// openDAV reaches for the folder, as far as every request is concerned within the context.
func openDAV(ctx context.Context, u *url.URL, cfg Config) (Target, error) {
	client := gowebdav.NewAuthClient(u.String(), gowebdav.NewEmptyAuth())
	client.SetTransport(named{ctx, transport(), cfg})
	return dav{client}, nil
}

// named gives each request the context, which the library knows nothing of, and the name and password at once: a body that
// streams cannot be sent a second time after the server has asked for them.
type named struct {
	ctx  context.Context //nolint:containedctx // see above
	next http.RoundTripper
	cfg  Config
}

// RoundTrip sends a request.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(n.ctx)
	if n.cfg.User != "" || n.cfg.Password != "" {
		r.SetBasicAuth(n.cfg.User, n.cfg.Password)
	}
	return n.next.RoundTrip(r)
}

func (d dav) Put(_ context.Context, name string, in io.Reader, size int64) error {
	return d.client.WriteStreamWithLength("/"+name, in, size, 0o600)
}

func (d dav) Get(_ context.Context, name string) (io.ReadCloser, error) {
	return d.client.ReadStream("/" + name)
}

func (d dav) List(context.Context) (out []string, err error) {
	entries, err := d.client.ReadDir("/")
	for _, e := range entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out, err
}

func (d dav) Remove(_ context.Context, name string) error { return d.client.Remove("/" + name) }
