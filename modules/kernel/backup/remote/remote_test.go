package remote_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"golang.org/x/net/webdav"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/backup"
	"zhanggui/modules/kernel/backup/remote"
	"zhanggui/modules/kernel/backup/sealed"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
)

const user, password = "boss", "geheim-密码"

// davServer is a WebDAV server on a folder. Spoil may change what it gives back.
type davServer struct {
	*httptest.Server
	folder string
	spoil  func(name string, content []byte) []byte
}

func newDAV(t *testing.T) *davServer {
	t.Helper()
	d := &davServer{folder: t.TempDir()}
	handler := &webdav.Handler{FileSystem: webdav.Dir(d.folder), LockSystem: webdav.NewMemLS()}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, p, _ := r.BasicAuth(); u != user || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		if d.spoil != nil && r.Method == http.MethodGet {
			content, _ := os.ReadFile(filepath.Join(d.folder, r.URL.Path))
			_, _ = w.Write(d.spoil(r.URL.Path, content))
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *davServer) config() remote.Config {
	return remote.Config{Kind: remote.WebDAV, URL: d.URL, User: user, Password: password}
}

func (d *davServer) names(t *testing.T) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(d.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// archiveOf makes an archive of a small company.
func archiveOf(t *testing.T) string {
	t.Helper()
	c := testkit.SQLite(t, testkit.Options{Path: filepath.Join(t.TempDir(), "main", "company.db")})
	err := pipeline.Unit(t.Context(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return audit.Note(tx, "test", "note", "one") })
	if err != nil {
		t.Fatal(err)
	}
	made, err := backup.Make(t.Context(), backup.Of(c, backup.Daily))
	if err != nil {
		t.Fatal(err)
	}
	return made.Path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWebDAV sends an archive, open and locked, and lets retention clear what is old, but only what is the company's own.
func TestWebDAV(t *testing.T) {
	d, path := newDAV(t), archiveOf(t)
	if err := remote.Try(t.Context(), d.config()); err != nil {
		t.Fatal(err)
	}
	if got := d.names(t); len(got) != 0 {
		t.Errorf("the trial left %v", got)
	}
	name := filepath.Base(path)
	id := strings.Split(name, "-")[1]
	kept := []string{"holiday.jpg", "zhanggui-00000000-20200101-000000-daily.zip", "zhanggui-" + id + "-20200102-000000-daily-upload.zip"}
	old := []string{"zhanggui-" + id + "-20200102-000000-daily.zip", "zhanggui-" + id + "-20200102-010000-daily.zip.age"}
	for _, one := range slices.Concat(kept, old) {
		if err := os.WriteFile(filepath.Join(d.folder, one), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := remote.Send(t.Context(), d.config(), path, nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, filepath.Join(d.folder, name)), read(t, path)) {
		t.Error("what lies on the server is not the archive")
	}
	want := append(slices.Clone(kept), name, old[1]) // of two on one day the later one stays
	slices.Sort(want)
	if got := d.names(t); !slices.Equal(got, want) {
		t.Errorf("on the server are %v, want %v", got, want)
	}
	const phrase = "a passphrase to lock with"
	key, err := sealed.NewKey(phrase)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Send(t.Context(), d.config(), path, key); err != nil {
		t.Fatal(err)
	}
	back := filepath.Join(t.TempDir(), "back.zip")
	if err := sealed.Open(t.Context(), filepath.Join(d.folder, name+".age"), back, phrase); err != nil || !bytes.Equal(read(t, back), read(t, path)) {
		t.Errorf("the locked copy does not open to the archive: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "sending-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestServersThatFail holds that a copy which did not arrive whole is no copy, and that people learn why.
func TestServersThatFail(t *testing.T) {
	path := archiveOf(t)
	told := func(cfg remote.Config, err error) *problem.Problem {
		t.Helper()
		list, known := problem.From(remote.Told(cfg, err))
		if !known {
			t.Fatalf("people are told nothing: %v", err)
		}
		return list[0]
	}
	d := newDAV(t)
	for what, spoil := range map[string]func(string, []byte) []byte{
		"changes a byte": func(_ string, c []byte) []byte { c[len(c)/2] ^= 1; return c },
		"cuts":           func(_ string, c []byte) []byte { return c[:len(c)-1] },
		"forgets":        func(string, []byte) []byte { return nil },
	} {
		d.spoil = spoil
		if err := remote.Send(t.Context(), d.config(), path, nil); err == nil || told(d.config(), err).Code != "backup.remote_failed" {
			t.Errorf("a server that %s: %v", what, err)
		}
		if got := d.names(t); len(got) != 0 {
			t.Errorf("a server that %s keeps %v", what, got)
		}
	}
	wrong := d.config()
	wrong.Password = "not it"
	err := remote.Try(t.Context(), wrong)
	if p := told(wrong, err); p.Code != "backup.remote_failed" || strings.Contains(p.Args["cause"].(string), "not it") || p.Args["host"] == "" {
		t.Errorf("a wrong password: %v", p)
	}
	elsewhere := httptest.NewServer(http.RedirectHandler(d.URL+"/", http.StatusTemporaryRedirect))
	defer elsewhere.Close()
	if err := remote.Try(t.Context(), remote.Config{Kind: remote.WebDAV, URL: elsewhere.URL, User: user, Password: password}); err == nil || !strings.Contains(err.Error(), "points elsewhere") {
		t.Errorf("a redirect was followed: %v", err)
	}
	over := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer slow.Close()
	defer close(over)
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if err := remote.Try(ctx, remote.Config{Kind: remote.WebDAV, URL: slow.URL}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a server that does not answer: %v", err)
	}
}

// TestAddressesThatAreNotAsked refuses what is no server of the firm, by its form and by what it resolves to.
func TestAddressesThatAreNotAsked(t *testing.T) {
	for _, address := range []string{"", "ftp://x", "http://dav.example.com/", "https://", "https://u:p@x/", "https://x/?a=b", "https://x/#a", "file:///etc/passwd", "http://127.0.0.1.example.com/"} {
		_, err := remote.Open(t.Context(), remote.Config{Kind: remote.WebDAV, URL: address})
		if list, known := problem.From(err); !known || list[0].Code != "backup.remote_address" {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"https://169.254.169.254/latest", "https://[fe80::1]/", "https://100.100.100.200/", "https://[::ffff:169.254.169.254]/", "https://0.0.0.0/", "https://[fd00:ec2::254]/"} {
		for _, kind := range []string{remote.WebDAV, remote.S3} {
			cfg := remote.Config{Kind: kind, URL: strings.TrimSuffix(address, "latest"), Bucket: "bucket"}
			ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
			err := remote.Try(ctx, cfg)
			stop()
			unasked := err != nil && strings.Contains(err.Error(), "must not be asked")
			if kind == remote.WebDAV && strings.Contains(address, "[") {
				unasked = err != nil // the library cannot even write such an address
			}
			if !unasked {
				t.Errorf("%s %s: %v", kind, address, err)
			}
		}
	}
}

// TestS3 sends an archive to a storage that speaks S3, into a folder of a bucket.
func TestS3(t *testing.T) {
	store := s3mem.New()
	server := httptest.NewServer(gofakes3.New(store).Server())
	defer server.Close()
	if err := store.CreateBucket("firm"); err != nil {
		t.Fatal(err)
	}
	path := archiveOf(t)
	cfg := remote.Config{Kind: remote.S3, URL: server.URL, Bucket: "firm/deep/backups", User: user, Password: password}
	if err := remote.Try(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := remote.Send(t.Context(), cfg, path, nil); err != nil {
			t.Fatal(err)
		}
	}
	object, err := store.GetObject("firm", "deep/backups/"+filepath.Base(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(object.Contents)
	if err != nil || !bytes.Equal(content, read(t, path)) {
		t.Errorf("what lies in the bucket is not the archive: %v", err)
	}
	target, err := remote.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := target.List(t.Context()); err != nil || !slices.Equal(names, []string{filepath.Base(path)}) {
		t.Errorf("%v %v", names, err)
	}
	cfg.Bucket = "none"
	if err := remote.Try(t.Context(), cfg); err == nil {
		t.Error("a bucket that is not there takes files")
	}
	cfg.Bucket = ""
	if list, known := problem.From(remote.Try(t.Context(), cfg)); !known || list[0].Code != "backup.remote_bucket" {
		t.Errorf("no bucket: %v", list)
	}
}
