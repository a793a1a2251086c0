package battery

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/webdav"

	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/testkit"
)

// TestCopiesOnAServer sets a WebDAV server on the page, tries it, and has a backup on demand sent there; then the server
// fails. The password is shown to nobody, and who may not restore may not name a server.
func TestCopiesOnAServer(t *testing.T) {
	const secret = "dav-geheim-77"
	folder, fails := t.TempDir(), false
	handler := &webdav.Handler{FileSystem: webdav.Dir(folder), LockSystem: webdav.NewMemLS()}
	dav := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, p, _ := r.BasicAuth(); p != secret || fails {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	defer dav.Close()
	s := newShop(t, testkit.SQLite, nil)
	runner, err := jobs.Start(t.Context(), s.company)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	s.want(t, 422, "backup.remote_none", "POST", backups+"/remote", object{})
	s.want(t, 422, "backup.remote_address", "PUT", "/api/v1/settings", object{"backup.remote_url": "http://dav.example.com/x"})
	s.must(t, "PUT", "/api/v1/settings", object{"backup.remote": "webdav", "backup.remote_url": dav.URL, "backup.remote_user": "u", "backup.remote_password": secret})
	s.must(t, "POST", backups+"/remote", object{})
	if got := codesOf(s.must(t, "GET", backups, nil)); !slices.Contains(got, "backup.warn_remote_open") || slices.Contains(got, "backup.warn_remote") {
		t.Errorf("the page warns of %v", got)
	}
	if got := follow(t, s.client, *s.must(t, "POST", backups, object{})); got["state"] != "done" {
		t.Fatal(got)
	}
	sent, _ := filepath.Glob(filepath.Join(folder, "*-demand.zip"))
	if len(sent) != 1 {
		t.Fatalf("on the server are %v", sent)
	}
	if found := unpacked(t, sent[0]); len(ordersIn(t, found)) != 0 {
		t.Error("the copy is not the company")
	}
	for _, path := range []string{"/api/v1/settings", backups, "/api/v1/system/audit?limit=50"} {
		if a, err := s.ask("GET", path, nil); err != nil || strings.Contains(a.text, secret) {
			t.Errorf("%s shows the password: %v", path, err)
		}
	}
	fails = true
	if got := follow(t, s.client, *s.must(t, "POST", backups, object{})); got["state"] != "failed" || !strings.Contains(got["problem"].(string), "127.0.0.1") {
		t.Errorf("a copy that did not arrive: %v", got)
	}
	if got := codesOf(s.must(t, "GET", backups, nil)); !slices.Contains(got, "backup.warn_remote") {
		t.Errorf("the page warns of %v", got)
	}
	id := s.must(t, "POST", "/api/v1/base/users", object{"login": "b2", "name": "b2", "roles": "boss"}).id()
	s.must(t, "POST", "/api/v1/base/users/"+itoa(id)+"/set_password", object{"password": password}, "If-Match", `"1"`)
	boss := newClient(s.base)
	boss.login(t, "b2")
	for name, value := range map[string]any{"backup.remote": "s3", "backup.remote_url": "https://evil.example", "backup.remote_bucket": "evil", "backup.remote_password": "x"} {
		boss.want(t, 403, "forbidden", "PUT", "/api/v1/settings", object{name: value})
	}
	boss.want(t, 403, "forbidden", "POST", backups+"/remote", object{})
	if info, err := os.Stat(sent[0]); err != nil || info.Size() == 0 {
		t.Errorf("%v", err)
	}
}
