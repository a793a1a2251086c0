package spool_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/desk"
	"zhanggui/modules/kernel/print/spool"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

type slip struct {
	resource.Base
	Name string `zg:"required,list,max=60" zh:"名称" en:"Name"`
}

type user struct {
	resource.Base
	Name string `zg:"required,list" zh:"名称" en:"Name"`
}

var users = resource.Declare[user](resource.Spec[user]{Name: "base.user", Label: kernel.T("操作员", "User"), Kind: "setup"})

var slips = resource.Declare[slip](resource.Spec[slip]{Name: "test.slip", Label: kernel.T("条子", "Slip"), Title: "name",
	Prints: []kernel.PrintForm{{Name: "a4", Label: kernel.T("A4", "A4"), Template: "generic"}}})

const tables = `
CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
INSERT INTO base_user (id, version, created_at, updated_at, name) VALUES (1, 1, 0, 0, 'boss'), (2, 1, 0, 0, 'clerk'), (3, 1, 0, 0, 'other'), (4, 1, 0, 0, 'guest');
CREATE TABLE test_slip (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
INSERT INTO test_slip (id, version, created_at, updated_at, name) VALUES (7, 1, 0, 0, '甲'), (8, 1, 0, 0, '乙');
`

var names = []string{"boss", "clerk", "other", "guest"}

// roles: the boss looks after printers; clerk and other print slips; the guest prints nothing.
type roles struct{}

type role string

func (roles) For(names []string) kernel.Permissions { return role(names[0]) }
func (roles) Roles() []string                       { return names }
func (roles) Known(string, string) bool             { return true }
func (role) Scope(string) kernel.ScopeLevel         { return kernel.ScopeAll }
func (r role) Can(object, _ string) bool {
	return r == "boss" || r != "guest" && object == "test.slip"
}

// bell is a job that does nothing but wake those who print; other is one of somebody else.
const (
	bell  = "test.bell"
	other = "test.other"
)

// shop is a served company whose jobs run.
type shop struct {
	*testing.T
	c      *kernel.Company
	when   *clock.Manual
	server *web.Server
	tokens map[string]string
	keys   int
}

var people = kernel.Module{Name: "base.organisation", Migrations: fstest.MapFS{"0001_test.sql": {Data: []byte(tables)}}, Setup: func(c *kernel.Company) error {
	hash, err := auth.Hash(context.Background(), "correct horse")
	if err != nil {
		return err
	}
	of := func(i int) (auth.Account, bool, error) {
		if i < 0 || i >= len(names) {
			return auth.Account{}, false, nil
		}
		return auth.Account{ID: int64(i + 1), Login: names[i], Name: names[i], Lang: "en", Roles: []string{names[i]}, PasswordHash: hash}, true, nil
	}
	source := auth.Accounts.Default
	source.ByLogin = func(_ *kernel.View, login string) (auth.Account, bool, error) { return of(slices.Index(names, login)) }
	source.ByID = func(_ *kernel.View, id int64) (auth.Account, bool, error) { return of(int(id) - 1) }
	source.Count = func(*kernel.View) (int64, error) { return 4, nil }
	if err := auth.Accounts.Fill(c, source); err != nil {
		return err
	}
	nothing := func(context.Context, *jobs.Run) error { return nil }
	if err := jobs.Register(c, jobs.Kind{Name: bell, Lane: "print.send", Quiet: true, Run: nothing}, jobs.Kind{Name: other, Run: nothing}); err != nil {
		return err
	}
	return c.Add(users.Def, slips.Def)
}}

// modules are those that printing needs; the desk of designs asks for people and their accounts.
func modules() []kernel.Module {
	return []kernel.Module{people, desk.Module(), spool.Module()}
}

func opened(t *testing.T, fn func(s *shop)) {
	when := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: modules(), Clock: when, Rights: roles{}}, func(t *testing.T, c *kernel.Company) {
		when.Set(testkit.Now)
		s := serve(t, c, when)
		runner, err := jobs.Start(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer runner.Stop()
		fn(s)
	})
}

func serve(t *testing.T, c *kernel.Company, when *clock.Manual) *shop {
	t.Helper()
	server, err := web.New(c, web.Options{Addr: "127.0.0.1:8080", UI: fstest.MapFS{"index.html": {Data: []byte("<html></html>")}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{T: t, c: c, when: when, server: server, tokens: map[string]string{}}
	for _, who := range names {
		r := httptest.NewRequest("POST", "/api/v1/session", strings.NewReader(`{"login":"`+who+`","password":"correct horse"}`))
		r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		for _, cookie := range w.Result().Cookies() {
			if cookie.Name == "zg_session" {
				s.tokens[who] = cookie.Value
			}
		}
	}
	return s
}

// ask sends a request and gives the answer's code, with what it said.
func (s *shop) ask(who, method, path, key, body string) (int, map[string]any) {
	s.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:5000"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", "zg_session="+s.tokens[who])
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if method == "PATCH" || method == "DELETE" || strings.HasSuffix(path, "/test") {
		r.Header.Set("If-Match", `"1"`)
	}
	w := httptest.NewRecorder()
	s.server.Handler().ServeHTTP(w, r)
	out := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			s.Fatalf("%s %s: %s", method, path, w.Body)
		}
	}
	return w.Code, out
}

func (s *shop) want(code int, who, method, path, key, body string) map[string]any {
	s.Helper()
	got, out := s.ask(who, method, path, key, body)
	if got != code {
		s.Fatalf("%s %s %s: %d %v", who, method, path, got, out)
	}
	return out
}

// printer makes a printer and gives its id.
func (s *shop) printer(name, address string) int64 {
	s.Helper()
	return id(s.want(201, "boss", "POST", "/api/v1/system/printers", "", fmt.Sprintf(`{"name":%q,"way":"network","address":%q,"language":"escp","paper":"241x140"}`, name, address)))
}

// print orders a slip under a new key and gives the job's id.
func (s *shop) print(who string, slip int, printer int64) int64 {
	s.Helper()
	s.keys++
	return id(s.want(201, who, "POST", fmt.Sprintf("/api/v1/test/slips/%d/print-direct", slip), fmt.Sprint("k", s.keys), fmt.Sprintf(`{"printer":%d}`, printer)))
}

func id(rec map[string]any) int64 { return int64(rec["id"].(float64)) }

// becomes waits until a job stands so.
func (s *shop) becomes(job int64, state string) map[string]any {
	s.Helper()
	var got map[string]any
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = s.want(200, "boss", "GET", fmt.Sprint("/api/v1/print/queue/", job), "", ""); got["state"] == state {
			return got
		}
	}
	s.Fatalf("the job is %v, not %s", got, state)
	return nil
}

// pass lets time go by.
func (s *shop) pass(d time.Duration) {
	s.Helper()
	s.when.Advance(d)
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		_, err := jobs.Enqueue(tx, jobs.Order{Kind: bell, Label: bell})
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}

// count counts rows.
func (s *shop) count(query string) (n int64) {
	s.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&n}, query)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return n
}

// device is a printer on a socket. It can be off, hang up in the middle, and be on again at the same address.
type device struct {
	*testing.T
	at string

	mu     sync.Mutex
	ln     net.Listener
	sheets [][]byte
	cut    bool
}

func newDevice(t *testing.T) *device {
	d := &device{T: t, at: "127.0.0.1:0"}
	d.on()
	t.Cleanup(d.off)
	return d
}

func (d *device) on() {
	d.Helper()
	ln, err := net.Listen("tcp", d.at)
	if err != nil {
		d.Fatal(err)
	}
	d.mu.Lock()
	d.ln, d.at = ln, ln.Addr().String()
	d.mu.Unlock()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			d.take(c)
		}
	}()
}

func (d *device) take(c net.Conn) {
	defer func() { _ = c.Close() }()
	d.mu.Lock()
	cut := d.cut
	d.mu.Unlock()
	if cut {
		_, _ = io.ReadFull(c, make([]byte, 4))
		_ = c.(*net.TCPConn).SetLinger(0)
		return
	}
	var b bytes.Buffer
	_, _ = io.Copy(&b, c)
	d.mu.Lock()

	d.sheets = append(d.sheets, b.Bytes())
	d.mu.Unlock()
}

func (d *device) off() {
	d.mu.Lock()
	defer d.mu.Unlock()
	_ = d.ln.Close()
}

func (d *device) cutting(yes bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cut = yes
}

// slow is an installed printer that has a sheet and does not let go of it until it is released.
type slow struct {
	*testing.T
	dir string
}

func newSlow(t *testing.T) *slow {
	p := &slow{T: t, dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(p.dir, "lp"), []byte("#!/bin/sh\ncd "+p.dir+"\ntouch held\nwhile [ ! -e free ]; do sleep 0.05; done\n[ -e broken ] && exit 1\ncat > /dev/null\necho >> printed\n"), 0o700); err != nil { //nolint:gosec // a program is executed
		t.Fatal(err)
	}
	t.Setenv("PATH", p.dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return p
}

func (p *slow) holds() {
	p.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(p.dir, "held")); err == nil {
			return
		}
	}
	p.Fatal("nothing came to the printer")
}

func (p *slow) release() { p.put("free") }

// breaks lets the printer refuse what it holds.
func (p *slow) breaks() {
	p.put("broken")
	p.put("free")
}

func (p *slow) put(name string) {
	p.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), nil, 0o600); err != nil {
		p.Fatal(err)
	}
}

// printed is how many sheets came out.
func (p *slow) printed() int {
	out, _ := os.ReadFile(filepath.Join(p.dir, "printed")) // none yet
	return len(out)
}

// printed is what came out, sheet by sheet.
func (d *device) printed() [][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sheets)
}
