package remote

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/outward"
	"zhanggui/modules/kernel/problem"
)

// Kinds of servers.
const (
	None   = ""
	WebDAV = "webdav"
	S3     = "s3"
)

// Config says where copies go.
type Config struct {
	Kind, URL, Bucket, User, Password string
}

// Target is a folder on a server.
type Target interface {
	// Put writes a file. On a mover it may be there in parts when that fails.
	Put(ctx context.Context, name string, in io.Reader, size int64) error
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// List names the files.
	List(ctx context.Context) ([]string, error)
	Remove(ctx context.Context, name string) error
}

// mover is a Target on which a file is seen before it is whole, so that it gets its name afterwards.
type mover interface {
	// Move renames a file, in the place of another if need be.
	Move(ctx context.Context, from, to string) error
}

// underway is what a file is called until it is whole.
func underway(t Target, name string) string {
	if _, steps := t.(mover); steps {
		return name + backup.Part
	}
	return name
}

// Open reaches for a server. An address that is none, or that must not be asked, is the problem backup.remote_address.
func Open(ctx context.Context, cfg Config) (Target, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || !fits(u) {
		return nil, problem.Rule("backup.remote_address", "address", cfg.URL)
	}
	switch cfg.Kind {
	case WebDAV:
		return openDAV(ctx, u, cfg)
	case S3:
		return openS3(ctx, u, cfg)
	}
	return nil, problem.Rule("backup.remote_none")
}

// fits tells whether an address may be asked at all, as far as its form goes.
func fits(u *url.URL) bool {
	safe := u.Scheme == "https" || u.Scheme == "http" && here(u.Hostname())
	return safe && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// here tells whether a host is this machine.
func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// transport is how servers are asked.
func transport() http.RoundTripper {
	return still{&http.Transport{DialContext: outward.Dialer().DialContext, TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: 2 * time.Minute,
		IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true}}
}

// still follows nobody elsewhere.
type still struct{ http.RoundTripper }

// RoundTrip makes an error of a redirect.
func (s still) RoundTrip(r *http.Request) (*http.Response, error) {
	a, err := s.RoundTripper.RoundTrip(r)
	if err == nil && a.StatusCode >= 300 && a.StatusCode < 400 && a.StatusCode != http.StatusNotModified {
		_ = a.Body.Close()
		return nil, fmt.Errorf("remote: the server points elsewhere (%d); name the address that it points at", a.StatusCode)
	}
	return a, err
}

// Send copies an archive to the server, locked when there is a key, reads it back and lets retention follow. Under the name
// of an archive nothing is ever there that did not arrive whole.
func Send(ctx context.Context, cfg Config, path string, key *sealed.Key) error {
	t, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	name := filepath.Base(path)
	if key != nil && !sealed.Is(path) {
		work, err := os.MkdirTemp(filepath.Dir(path), backup.SendingFolder)
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(work) }()
		name += sealed.Suffix
		locked := filepath.Join(work, name)
		if err := sealed.Seal(ctx, path, locked, *key); err != nil {
			return err
		}
		path = locked
	}
	if err := unclutter(ctx, t, name); err != nil {
		return err
	}
	if err := put(ctx, t, name, path); err != nil {
		return err
	}
	names, err := t.List(ctx)
	for _, old := range backup.Outdated(names, name) {
		err = errors.Join(err, t.Remove(ctx, old))
	}
	return err
}

// unclutter removes what earlier sendings of the company did not finish.
func unclutter(ctx context.Context, t Target, like string) error {
	if _, steps := t.(mover); !steps {
		return nil
	}
	names, err := t.List(ctx)
	for _, left := range backup.Unfinished(names, like) {
		err = errors.Join(err, t.Remove(ctx, left))
	}
	return err
}

// patience is how long a server may take to remove what did not arrive whole: somebody may wait for the program to end.
const patience = 5 * time.Second

// put sends one file. What did not arrive whole is removed, also when the context has ended.
func put(ctx context.Context, t Target, name, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if err = deliver(ctx, t, parcel{name, in, info.Size()}); err != nil {
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer stop()
		_ = t.Remove(last, underway(t, name)) // it may not be there at all
	}
	return err
}

// parcel is a file to send.
type parcel struct {
	name string
	in   io.Reader
	size int64
}

// deliver sends a file, reads it back and gives it its name.
func deliver(ctx context.Context, t Target, p parcel) error {
	name, sent := underway(t, p.name), sha256.New()
	err := t.Put(ctx, name, io.TeeReader(p.in, sent), p.size)
	if err == nil {
		err = same(ctx, t, name, hex.EncodeToString(sent.Sum(nil)))
	}
	if m, steps := t.(mover); steps && err == nil {
		err = m.Move(ctx, name, p.name)
	}
	return err
}

// same reads a file back and compares its hash.
func same(ctx context.Context, t Target, name, want string) error {
	back, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	defer func() { _ = back.Close() }()
	got := sha256.New()
	if _, err := io.Copy(got, back); err != nil {
		return err
	}
	if hex.EncodeToString(got.Sum(nil)) != want {
		return errors.New("remote: what the server gives back is not what was sent")
	}
	return nil
}

// Try writes a small file to the server as an archive is written, reads it back and removes it.
func Try(ctx context.Context, cfg Config) error {
	t, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	text := "zhanggui " + clock.System().Now().UTC().Format(time.RFC3339Nano)
	const name = "zhanggui-probe.txt"
	if err := deliver(ctx, t, parcel{name, strings.NewReader(text), int64(len(text))}); err != nil {
		_ = t.Remove(ctx, underway(t, name)) // it may not be there at all
		return err
	}
	return t.Remove(ctx, name)
}

// Told gives an error of a server the problem that people can act on.
func Told(cfg Config, err error) error {
	if _, known := problem.From(err); known || err == nil {
		return err
	}
	u, parsed := url.Parse(cfg.URL)
	host := cfg.URL
	if parsed == nil {
		host = u.Host
	}
	return archive.Told(problem.New(problem.Unavailable, "backup.remote_failed", "host", host, "cause", cause(err)), err)
}

// cause is an error in a line of bounded length, without secrets: neither library puts headers into errors.
func cause(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	return strings.ToValidUTF8(text[:min(len(text), 200)], "")
}

// Outcome is how the last sending ended. Problem is "" when it went well.
type Outcome struct {
	At      clock.Instant `json:"at"`
	Good    clock.Instant `json:"good"` // when one last arrived
	Name    string        `json:"name"`
	Problem string        `json:"problem"`
}

const outcomeName = "remote.json"

// Note keeps an outcome in the folder of the archives.
func (o Outcome) Note(folder string) error {
	if before := Last(folder); o.Problem != "" && before != nil {
		o.Good = before.Good
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, outcomeName)
	return errors.Join(os.WriteFile(path+".new", text, 0o600), os.Rename(path+".new", path))
}

// Last gives the outcome of the last sending, nil when there was none.
func Last(folder string) *Outcome {
	text, err := os.ReadFile(filepath.Join(folder, outcomeName))
	out := &Outcome{}
	if err != nil || json.Unmarshal(text, out) != nil {
		return nil
	}
	return out
}
