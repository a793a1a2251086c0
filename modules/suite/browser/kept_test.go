package browser

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/backup/archive"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/rbac"
)

// keptArchive is a company of an earlier state of the program, and keptPassword what its people log in with.
const (
	keptArchive  = "../upgrade/testdata/2026-11/company.zip"
	keptPassword = "demo-2026"
)

// unpackKept puts the kept company into a folder.
func unpackKept(t *testing.T, folder string) {
	t.Helper()
	a, err := archive.Open(t.Context(), filepath.FromSlash(keptArchive))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Unpack(t.Context(), folder, true); err != nil {
		t.Fatal(err)
	}
}

// keptCompany opens the kept company, which has records of nearly every kind.
func keptCompany(t *testing.T) *kernel.Company {
	t.Helper()
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	rights, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "main")
	unpackKept(t, folder)
	c, err := boot.Open(context.Background(), boot.Config{Path: filepath.Join(folder, archive.Database), Files: filepath.Join(folder, "files"),
		Modules: modules.All(), Rights: boot.Rights(rights), Clock: clock.NewSteady(clock.System()), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Store.Close)
	return c
}

// TestUpgradeOfAKeptCompany starts the program on a company of an earlier state: the page says what is being done, and then
// the people of that company log in as they always did and find what they wrote.
func TestUpgradeOfAKeptCompany(t *testing.T) {
	chromium(t)
	k := &kept{t: t, data: filepath.Join(t.TempDir(), "data"), addr: "127.0.0.1:0"}
	unpackKept(t, filepath.Join(k.data, "main"))
	jar, _ := cookiejar.New(nil)
	s := &shop{t: t, http: &http.Client{Jar: jar}}
	desk := newPerson(t, s, screen{lang: "zh"}, "upgrade-desk").blank()
	phone := newPerson(t, s, screen{lang: "en", phone: true}, "upgrade-phone").blank()
	s.base = k.start("2.0", "CREATE TABLE future_note (id $id) $strict;\n")
	for b, words := range map[*tab]string{desk: "正在升级", phone: "Upgrading"} {
		b.must(b.page.Timeout(patience).Navigate(s.base), "open the program")
		b.see(words)
		b.shot("upgrading")
	}
	customers := strings.ReplaceAll(desk.words.say(t, "list.count"), "{count}", rowsOf(t, "base_party")) // the boss reads Chinese wherever he is
	for _, b := range []*tab{desk, phone} {
		b.until("the login comes by itself", `() => !!document.querySelector('input[name="password"]')`)
		b.shot("login")
		b.login(bossLogin, keptPassword)
		b.at("^/$")
		b.find("main", "")
		b.shot("home")
		b.visit("/r/base.party")
		b.see(customers)
		b.shot("customers")
	}
	if code := k.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// rowsOf is how many rows a table had when the company was kept.
func rowsOf(t *testing.T, table string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.FromSlash(keptArchive)), "figures.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "\nrows of "+table+": ")
	rows, _, _ := strings.Cut(after, "\n")
	if !found || rows == "0" {
		t.Fatalf("the kept company has no %s", table)
	}
	return rows
}
