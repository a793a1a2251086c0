package remote_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
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

// davServer is a WebDAV server on a folder. Spoil may change what it gives back, of the whole content that lies there.
type davServer struct {
	*httptest.Server
	folder string
	spoil  func(name string, content []byte) []byte
	during func() // is called when some of an upload has arrived
}

// body tells when some of it was read.
type body struct {
	io.ReadCloser
	read func()
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read()
	return n, err
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
		if d.during != nil && r.Method == http.MethodPut {
			r.Body = body{r.Body, d.during}
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

// TestAnUploadThatIsCut holds that it leaves nothing on a server, neither in the place of an archive nor beside it, and
// that what died with the program goes with the next sending.
func TestAnUploadThatIsCut(t *testing.T) {
	d := newDAV(t)
	const name = "zhanggui-0123abcd-20261121-100000-daily.zip"
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, bytes.Repeat([]byte("content "), 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	cut := func() {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		d.during = stop
		if err := remote.Send(ctx, d.config(), path, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("a cut upload: %v", err)
		}
		d.during = nil
	}
	cut()
	if got := d.names(t); len(got) != 0 {
		t.Errorf("a cut upload leaves %v", got)
	}
	others := []string{"film.mkv.part", "zhanggui-ffffffff-20261121-100000-daily.zip.part"}
	own := []string{"zhanggui-0123abcd-20261120-100000-daily.zip.part", "zhanggui-0123abcd-20261119-100000-daily.zip.age.part"}
	for _, one := range slices.Concat(others, own, []string{name}) {
		if err := os.WriteFile(filepath.Join(d.folder, one), []byte("earlier"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cut()
	want := append(slices.Clone(others), name)
	slices.Sort(want)
	if got := d.names(t); !slices.Equal(got, want) || string(read(t, filepath.Join(d.folder, name))) != "earlier" {
		t.Errorf("after a cut upload the server holds %v, want %v, the archive as it was", got, want)
	}
	var asked []string
	d.spoil = func(name string, content []byte) []byte { asked = append(asked, name); return content }
	if err := remote.Send(t.Context(), d.config(), path, nil); err != nil {
		t.Fatal(err)
	}
	if got := d.names(t); !slices.Equal(got, want) || !bytes.Equal(read(t, filepath.Join(d.folder, name)), read(t, path)) {
		t.Errorf("the server holds %v, want %v with the archive", got, want)
	}
	if !slices.Equal(asked, []string{"/" + name + ".part"}) {
		t.Errorf("read back was %v", asked)
	}
}

// TestFoldersByAnyName reaches folders whose names must be escaped, whether they are written so or not.
func TestFoldersByAnyName(t *testing.T) {
	d, path := newDAV(t), archiveOf(t)
	for _, folder := range []string{"backups", "备份", "a b", "100%"} {
		if err := os.Mkdir(filepath.Join(d.folder, folder), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, written := range []string{strings.ReplaceAll(folder, "%", "%25") + "/", url.PathEscape(folder)} {
			cfg := d.config()
			cfg.URL += "/" + written
			if err := errors.Join(remote.Try(t.Context(), cfg), remote.Send(t.Context(), cfg, path, nil)); err != nil {
				t.Errorf("%s: %v", written, err)
			}
		}
		if !bytes.Equal(read(t, filepath.Join(d.folder, folder, filepath.Base(path))), read(t, path)) {
			t.Errorf("what lies in %s is not the archive", folder)
		}
	}
}

// TestServersWithoutMove holds that a server that cannot rename is found out by the trial, and asked once.
func TestServersWithoutMove(t *testing.T) {
	d, moves := newDAV(t), 0
	inner := d.Config.Handler
	d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "MOVE" {
			moves++
			w.WriteHeader(http.StatusConflict)
			return
		}
		inner.ServeHTTP(w, r)
	})
	if err := remote.Try(t.Context(), d.config()); err == nil || !strings.Contains(err.Error(), "does not rename") || moves != 1 {
		t.Errorf("%v after %d", err, moves)
	}
	if got := d.names(t); len(got) != 0 {
		t.Errorf("the trial left %v", got)
	}
}

// TestBodiesStream holds that an upload is sent once and not collected in memory, and that a firm without a name gives none.
func TestBodiesStream(t *testing.T) {
	const size = 64 << 20
	type upload struct {
		size  int64
		heap  uint64 // while the one who sends still holds what it kept
		named bool
	}
	uploads := make(chan upload, 4)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		uploads <- upload{n, heap(), r.Header.Get("Authorization") != ""}
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	target, err := remote.Open(t.Context(), remote.Config{Kind: remote.WebDAV, URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	if err := target.Put(t.Context(), "large", io.LimitReader(zeros{}, size), size); err != nil {
		t.Fatal(err)
	}
	if len(uploads) != 1 {
		t.Errorf("sent %d times", len(uploads))
	}
	got := <-uploads
	if got.size != size || got.named {
		t.Errorf("arrived: %+v, want %d bytes from nobody", got, size)
	}
	if got.heap > before+8<<20 {
		t.Errorf("an upload of 64 MB keeps %d MB in memory", (got.heap-before)>>20)
	}
}

// heap is how much memory is in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// zeros is a source without end that cannot be read twice.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

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
