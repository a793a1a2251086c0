package battery

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel/testkit"
)

// pair is two programs on one PostgreSQL database and one folder of attachments, behind a proxy that gives every request
// to the other one.
type pair struct {
	*client
	dsn, data string
	programs  [2]*child
	turn      atomic.Int64
	gone      atomic.Bool // the first one is dead; the proxy knows
}

func openPair(t *testing.T) *pair {
	t.Helper()
	folder := t.TempDir()
	p := &pair{dsn: testkit.EmptyPostgres(t), data: filepath.Join(folder, "first")}
	secret := filepath.Join(folder, "password")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "init", "--db", p.dsn, "--data", p.data, "--lang", "en", "--company", "Pair", "--admin", "boss", "--password-file", secret)
	shared := filepath.Join(folder, "shared")
	p.programs[0] = serve(t, p.data, "--db", p.dsn, "--files", shared)
	p.programs[1] = serve(t, filepath.Join(folder, "second"), "--db", p.dsn, "--files", shared)
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		n := p.turn.Add(1)
		if p.gone.Load() {
			n = 1
		}
		to, _ := url.Parse(p.programs[n%2].base) // the program printed it
		r.SetURL(to)
	}})
	t.Cleanup(proxy.Close)
	p.client = newClient(proxy.URL)
	p.login(t, "boss")
	return p
}

// at is the caller with his session at one of the two.
func (p *pair) at(n int) *client {
	c := newClient(p.programs[n].base)
	from, _ := url.Parse(p.base)
	to, _ := url.Parse(c.base)
	c.http.Jar.SetCookies(to, p.http.Jar.Cookies(from))
	return c
}

// TestTwoPrograms: what a firm on PostgreSQL may expect of two programs behind a proxy. Nothing that one of them
// remembers is wrong at the other for longer than a second.
func TestTwoPrograms(t *testing.T) {
	p := openPair(t)
	today := time.Now().Format("2006-01-02")
	g := stocked(t, p.client, today)
	t.Run("sessions", p.sessions)
	t.Run("crowd", func(t *testing.T) { p.crowd(t, g) })
	t.Run("files and jobs", func(t *testing.T) { p.files(t, g) })
	t.Run("notices", p.notices)
	t.Run("one dies", func(t *testing.T) { p.survivor(t, g) })
	if text := run(t, "check", "--db", p.dsn, "--data", p.data, "--json"); !strings.Contains(text, `"clean":true`) {
		t.Errorf("check: %s", text)
	}
}

// sessions: who logs in at one is known at the other, who is sent away is sent away at both, and so is a right.
func (p *pair) sessions(t *testing.T) {
	ann := p.must(t, "POST", "/api/v1/base/users", object{"login": "ann", "name": "Ann", "roles": "salesperson"})
	id := itoa(ann.id())
	p.must(t, "POST", "/api/v1/base/users/"+id+"/set_password", object{"password": password}, "If-Match", `"1"`)
	at := p.both(t, "ann")
	for _, c := range at {
		c.want(t, 200, "", "GET", "/api/v1/sales/orders?limit=1", nil)
		c.want(t, 403, "forbidden", "GET", "/api/v1/ledger/vouchers?limit=1", nil)
	}
	user := p.must(t, "GET", "/api/v1/base/users/"+id, nil)
	user = p.must(t, "PATCH", "/api/v1/base/users/"+id, object{"roles": "accountant"}, "If-Match", fmt.Sprintf(`"%v"`, user.body["version"]))
	time.Sleep(1100 * time.Millisecond)
	for _, c := range at { // a change of roles ends what was open
		c.want(t, 401, "unauthenticated", "GET", "/api/v1/sales/orders?limit=1", nil)
	}
	at = p.both(t, "ann")
	for _, c := range at {
		c.want(t, 200, "", "GET", "/api/v1/ledger/vouchers?limit=1", nil)
	}
	at[1].must(t, "DELETE", "/api/v1/session", nil)
	time.Sleep(1100 * time.Millisecond)
	at[0].want(t, 401, "unauthenticated", "GET", "/api/v1/ledger/vouchers?limit=1", nil)
	p.must(t, "POST", "/api/v1/base/users/"+id+"/disable", object{}, "If-Match", fmt.Sprintf(`"%v"`, user.body["version"]))
	at[0].want(t, 401, "login.wrong", "POST", "/api/v1/session", object{"login": "ann", "password": password})
	at[1].want(t, 401, "login.wrong", "POST", "/api/v1/session", object{"login": "ann", "password": password})
}

// both is somebody who logged in at the first program and shows the same cookie to the second.
func (p *pair) both(t *testing.T, login string) [2]*client {
	t.Helper()
	at := [2]*client{newClient(p.programs[0].base), newClient(p.programs[1].base)}
	at[0].login(t, login)
	first, _ := url.Parse(at[0].base)
	second, _ := url.Parse(at[1].base)
	at[1].http.Jar.SetCookies(second, at[0].http.Jar.Cookies(first))
	return at
}

// crowd: many at once through the proxy; numbers stay gap-free and unique, and a key counts once wherever it is sent.
func (p *pair) crowd(t *testing.T, g goods) {
	const people, each = 16, 4
	crowd(people, func(who int) {
		for n := range each {
			nth := who*each + n
			key := fmt.Sprintf("pair-%d", nth)
			a, err := p.ask("POST", sell, g.sale(nth), "Idempotency-Key", key)
			b, err2 := p.ask("POST", sell, g.sale(nth), "Idempotency-Key", key)
			if err != nil || err2 != nil || a.status != 201 || b.status != 201 || a.id() != b.id() {
				t.Errorf("sale %d: %v %v / %v %v", nth, err, a, err2, b)
			}
		}
	})
	numbers := map[string]bool{}
	for _, o := range p.list(t, "/api/v1/sales/orders?limit=500") {
		numbers[o["number"].(string)] = true
	}
	if len(numbers) != people*each {
		t.Errorf("%d numbers for %d sales", len(numbers), people*each)
	}
}

// files: what one stored the other gives; a job is done once, its progress and its result are seen at both.
func (p *pair) files(t *testing.T, g goods) {
	path := "/api/v1/base/parties/" + itoa(g.customers[0]) + "/files"
	a := p.at(0).upload(t, path, "合同.txt", []byte("the contract"))
	list, _ := a.body["items"].([]any)
	if a.status != 201 || len(list) != 1 {
		t.Fatal(a)
	}
	if got := p.at(1).must(t, "GET", "/api/v1/files/"+itoa(idOf(list[0].(object))), nil); got.text != "the contract" {
		t.Errorf("the other gives %q", got.text)
	}
	var csv strings.Builder
	csv.WriteString("编码,名称\n")
	const rows = 1500 // more than one unit takes
	for i := range rows {
		fmt.Fprintf(&csv, "P%04d,两地客户%d\n", i, i)
	}
	a = p.at(0).upload(t, "/api/v1/base/parties/import", "customers.csv", []byte(csv.String()))
	job, _ := a.body["job"].(float64)
	if a.status != 200 || job == 0 {
		t.Fatal(a)
	}
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		state := p.must(t, "GET", "/api/v1/jobs/"+itoa(int64(job)), nil).str("state")
		if state == "done" {
			break
		}
		if state == "failed" || time.Since(began) > patience {
			t.Fatalf("the job is %s", state)
		}
	}
	for n := range 2 {
		if got := p.at(n).must(t, "GET", "/api/v1/base/parties?q=两地客户&limit=1&total=1", nil).body["total"]; got != float64(rows) {
			t.Errorf("program %d finds %v customers, want %d", n, got, rows)
		}
	}
}

// notices: what happens at one rings at the other.
func (p *pair) notices(t *testing.T) {
	person := p.must(t, "POST", "/api/v1/base/people", object{"code": "bea", "name": "Bea"}).id()
	bea := p.must(t, "POST", "/api/v1/base/users", object{"login": "bea", "name": "Bea", "roles": "salesperson", "person": person})
	p.must(t, "POST", "/api/v1/base/users/"+itoa(bea.id())+"/set_password", object{"password": password}, "If-Match", `"1"`)
	c := newClient(p.programs[1].base)
	c.login(t, "bea")
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	req, _ := http.NewRequestWithContext(ctx, "GET", c.base+"/api/v1/notices/events", nil)
	res, err := c.http.Do(req)
	if err != nil || res.StatusCode != 200 {
		t.Fatal(err, res)
	}
	defer func() { _ = res.Body.Close() }()
	heard := make(chan string, 16)
	go func() {
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "data: ") {
				heard <- lines.Text()
			}
		}
		close(heard)
	}()
	if first := <-heard; !strings.Contains(first, `"unread":0`) {
		t.Fatalf("first %s", first)
	}
	p.at(0).must(t, "POST", "/api/v1/office/tasks", object{"subject": "Ring", "assignee": person})
	if next := <-heard; !strings.Contains(next, `"unread":1`) {
		t.Errorf("then %q", next)
	}
}

// survivor: one is killed in the middle of its work; the other goes on alone, and what the dead one had acknowledged stands.
func (p *pair) survivor(t *testing.T, g goods) {
	direct := &till{client: p.at(0), name: "direct", receipt: map[string]sold{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for direct.sell(g) == nil {
		}
	}()
	for began := time.Now(); len(direct.receipts()) < 5 && time.Since(began) < patience; {
		time.Sleep(time.Millisecond)
	}
	p.programs[0].kill()
	<-done
	p.gone.Store(true)
	if len(direct.receipt) < 5 {
		t.Fatalf("only %d sales", len(direct.receipt))
	}
	for n := range direct.next {
		a := p.must(t, "POST", sell, g.sale(n), "Idempotency-Key", direct.key(n), "Prefer", "return=minimal")
		if got := (sold{a.id(), a.str("number")}); got != direct.receipt[direct.key(n)] {
			t.Errorf("%s was acknowledged as %v and is now %v", direct.key(n), direct.receipt[direct.key(n)], got)
		}
	}
	direct.client = p.client
	if err := direct.sell(g); err != nil { // the one that was cut off, done or not
		t.Error(err)
	}
}
