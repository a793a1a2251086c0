package remote

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/studio-b12/gowebdav"
)

// dav is a folder on a WebDAV server, such as one of 坚果云 or a NAS.
type dav struct {
	address string
	next    http.RoundTripper
	cfg     Config
}

// openDAV gives the library the path as people write it: it escapes that itself.
func openDAV(ctx context.Context, u *url.URL, cfg Config) (Target, error) {
	return dav{u.Scheme + "://" + u.Host + u.Path, transport(), cfg}, ctx.Err()
}

// client asks within the context. The library only leaves a body alone that streams when it need not ask twice; who asks
// is told by named.
func (d dav) client(ctx context.Context) *gowebdav.Client {
	client := gowebdav.NewAuthClient(d.address, gowebdav.NewPreemptiveAuth(&gowebdav.BasicAuth{}))
	client.SetTransport(named{ctx, d.next, d.cfg})
	return client
}

// named gives each request the context, which the library knows nothing of, and the name and password at once: a body that
// streams cannot be sent a second time after the server has asked for them.
type named struct {
	ctx  context.Context //nolint:containedctx // see above
	next http.RoundTripper
	cfg  Config
}

// errNoMove is what a server says to a renaming that it cannot do; the library would ask again for ever.
var errNoMove = errors.New("remote: the server does not rename files (409)")

// RoundTrip sends a request.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(n.ctx)
	r.Header.Del("Authorization")
	if n.cfg.User != "" || n.cfg.Password != "" {
		r.SetBasicAuth(n.cfg.User, n.cfg.Password)
	}
	a, err := n.next.RoundTrip(r)
	if err == nil && r.Method == "MOVE" && a.StatusCode == http.StatusConflict {
		_ = a.Body.Close()
		return nil, errNoMove
	}
	return a, err
}

func (d dav) Put(ctx context.Context, name string, in io.Reader, size int64) error {
	return d.client(ctx).WriteStreamWithLength("/"+name, in, size, 0o600)
}

func (d dav) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	return d.client(ctx).ReadStream("/" + name)
}

func (d dav) List(ctx context.Context) (out []string, err error) {
	entries, err := d.client(ctx).ReadDir("/")
	for _, e := range entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out, err
}

// Move implements mover.
func (d dav) Move(ctx context.Context, from, to string) error {
	return d.client(ctx).Rename("/"+from, "/"+to, true)
}

// Remove waits for a server that is still busy with the file, as after an upload that was cut.
func (d dav) Remove(ctx context.Context, name string) error {
	for {
		err := d.client(ctx).Remove("/" + name)
		if !gowebdav.IsErrCode(err, http.StatusLocked) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}
