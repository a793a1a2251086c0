// Package pages serves the built user interface: every file with its type and an ETag, hashed ones for ever, and the index
// for every address that is a page.
package pages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

// page is one file of the user interface.
type page struct {
	data   []byte
	etag   string
	kind   string
	cache  string
	packed func() []byte // gzip, made when first wanted; nil where it does not pay
}

// Pages are all of them by path. Only what was built into the program can be asked for, so a path leads nowhere else.
type Pages struct{ files map[string]*page }

// The machine's own table of types may be anything, so it is not asked.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".json": "application/json", ".webp": "image/webp",
	".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
}

// hashed are the names the build gives to files that never change.
var hashed = regexp.MustCompile(`-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$`)

// Load reads the interface, which must have an index.html. With dev nothing is kept by browsers.
func Load(ui fs.FS, dev bool) (*Pages, error) {
	p := &Pages{files: map[string]*page{}}
	err := fs.WalkDir(ui, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, known := types[path.Ext(name)]
		if !known {
			return nil
		}
		data, err := fs.ReadFile(ui, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		f := &page{data: data, etag: `"` + hex.EncodeToString(sum[:12]) + `"`, kind: kind, cache: "no-cache"}
		if hashed.MatchString(name) && !dev {
			f.cache = "public, max-age=31536000, immutable"
		}
		if len(data) > 1400 && !strings.HasPrefix(kind, "image/p") && !strings.HasPrefix(kind, "font") {
			f.packed = sync.OnceValue(func() []byte { return pack(data) })
		}
		p.files[name] = f
		return nil
	})
	if err == nil && p.files["index.html"] == nil {
		err = errors.New("the user interface has no index.html")
	}
	return p, err
}

func pack(data []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// Serve answers with a file or, for addresses of pages, with the index; false when it is neither.
func (p *Pages) Serve(w http.ResponseWriter, r *http.Request) bool {
	name := strings.TrimPrefix(r.URL.Path, "/")
	f := p.files[name]
	if f == nil {
		if name == "api" || strings.HasPrefix(name, "api/") || path.Ext(name) != "" && strings.HasPrefix(name, "assets/") {
			return false
		}
		f = p.files["index.html"]
		if old := p.files["old.html"]; old != nil && Old(r.UserAgent()) && r.URL.Query().Get("anyway") == "" {
			f = old
		}
		w.Header().Add("Vary", "User-Agent")
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", f.etag)
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	data := f.data
	if f.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		data = f.packed()
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(data)
	}
	return true
}
