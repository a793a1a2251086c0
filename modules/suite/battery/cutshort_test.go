package battery

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestKilledInAnImport kills the server at random moments while it carries out a large import. After a restart the import
// goes on by itself to its end: every row is there once.
func TestKilledInAnImport(t *testing.T) {
	rounds, rows := often(3, 50), 2500
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	kills := 0
	for round := range rounds {
		var csv strings.Builder
		csv.WriteString("编码,名称\n")
		for i := range rows {
			fmt.Fprintf(&csv, "R%d-%04d,第%d批客户%d\n", round, i, round, i)
		}
		a := c.upload(t, "/api/v1/base/parties/import", "customers.csv", []byte(csv.String()))
		job, _ := a.body["job"].(float64)
		if a.status != 200 || job == 0 {
			t.Fatal(a)
		}
		for most := 100; ; most = 1500 { // the first time it cannot have come to its end
			if done := waitFor(c, int64(job), time.Duration(rand.IntN(most))*time.Millisecond); done { //nolint:gosec // any moment
				break
			}
			kills++
			server.kill()
			server = serve(t, data)
			c.base = server.base
			if kills > 20*rounds {
				t.Fatal("the import never ends")
			}
		}
		if got := c.must(t, "GET", fmt.Sprintf("/api/v1/base/parties?q=第%d批客户&limit=1&total=1", round), nil).body["total"]; got != float64(rows) {
			t.Fatalf("round %d: %v customers for %d rows", round, got, rows)
		}
	}
	t.Logf("%d imports of %d rows, killed %d times", rounds, rows, kills)
	if kills == 0 {
		t.Error("no import was interrupted: the test shows nothing")
	}
	server.kill()
	checked(t, data)
}

// waitFor waits at most so long until a job is done.
func waitFor(c *client, job int64, most time.Duration) bool {
	for began := time.Now(); time.Since(began) < most; time.Sleep(5 * time.Millisecond) {
		if a, err := c.ask("GET", "/api/v1/jobs/"+itoa(job), nil); err == nil && a.str("state") == "done" {
			return true
		}
	}
	return false
}

// TestKilledInARestore kills the server at random moments after somebody asked to go back to a backup. After the next start,
// which needs nobody, the company is the one of the backup or the present one with everything that was acknowledged, whole
// either way; in the end no half of a company lies about.
func TestKilledInARestore(t *testing.T) {
	rounds := often(3, 50)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	g := stocked(t, c, time.Now().Format("2006-01-02"))
	c.must(t, "POST", sell, g.sale(0))
	if got := follow(t, c, *c.must(t, "POST", backups, object{})); got["state"] != "done" {
		t.Fatal(got)
	}
	name := ""
	for _, one := range c.list(t, backups) {
		if one["why"] == "demand" {
			name = one["name"].(string)
		}
	}
	back := func() {
		t.Helper()
		c.must(t, "POST", backups+"/restore", object{"name": name, "password": password})
	}
	began := time.Now()
	back()
	c.out(t)
	whole := time.Since(began)
	present, midway, restored := 1, 0, 0
	for round := range rounds {
		c.login(t, "boss")
		c.must(t, "POST", sell, g.sale(round))
		present++
		back()
		time.Sleep(time.Duration(rand.Int64N(int64(whole) * 6 / 5))) //nolint:gosec // any moment
		server.kill()
		if left, _ := filepath.Glob(filepath.Join(data, "re[sp]*-*")); len(left) > 0 {
			midway++
		}
		server = serve(t, data)
		c.base = server.base
		switch got := complete(t, data, map[int64]string{}); got {
		case present:
		case 1:
			present, restored = 1, restored+1
		default:
			t.Fatalf("round %d: %d orders, the backup has 1 and the present had %d", round, got, present)
		}
	}
	t.Logf("%d kills within %s: %d left a staged company behind, %d came after the end", rounds, whole.Round(time.Millisecond), midway, restored)
	if midway == 0 {
		t.Error("no restore was interrupted: the test shows nothing")
	}
	server.kill()
	run(t, "backup", "--data", data, "--lang", "en")
	if got := litter(t, data); len(got) > 0 {
		t.Errorf("after the next backup: %v", got)
	}
	checked(t, data)
}

// out waits until the company in which somebody is logged in has been replaced.
func (c *client) out(t *testing.T) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		a, err := c.ask("GET", "/api/v1/session", nil)
		if err == nil && a.status == 200 && a.body["user"] == nil {
			return
		}
		if time.Since(began) > time.Minute {
			t.Fatal("the company was not replaced")
		}
	}
}

// TestKilledInAClose kills the server at random moments while it closes a month and opens it again. The month is open or
// closed afterwards, never in between, and what was acknowledged is so.
func TestKilledInAClose(t *testing.T) {
	rounds := often(4, 50)
	data := filepath.Join(t.TempDir(), "data")
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	c.must(t, "PUT", "/api/v1/settings", object{"ledger.auto_post": true})
	months := c.list(t, "/api/v1/ledger/periods?limit=100")
	month := slices.MinFunc(months, func(a, b object) int { return strings.Compare(a["month"].(string), b["month"].(string)) })
	day := month["month"].(string) + "-05"
	g := stocked(t, c, day)
	for n := range 30 {
		sale := g.sale(n)
		sale["date"] = day
		c.must(t, "POST", sell, sale)
	}
	path := "/api/v1/ledger/periods/" + itoa(idOf(month))
	interrupted := 0
	for round := range rounds {
		before := c.must(t, "GET", path, nil)
		act, then, input := "close", "closed", object{}
		if before.str("state") == "closed" {
			act, then, input = "reopen", "open", object{"reason": "battery"}
		}
		answered := make(chan *answer, 1)
		go func() {
			a, err := c.ask("POST", path+"/"+act, input, "If-Match", fmt.Sprintf(`"%v"`, before.body["version"]))
			if err != nil {
				a = nil
			}
			answered <- a
		}()
		time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond) //nolint:gosec // any moment
		server.kill()
		a := <-answered
		server = serve(t, data)
		c.base = server.base
		now := c.must(t, "GET", path, nil).str("state")
		switch {
		case a == nil:
			interrupted++
			if now != then && now != before.str("state") {
				t.Fatalf("round %d: %s was interrupted, and the month is %q", round, act, now)
			}
		case a.status != 200:
			t.Fatalf("round %d: %s: %v", round, act, a)
		case now != then:
			t.Fatalf("round %d: %s was acknowledged, and the month is %q", round, act, now)
		}
	}
	t.Logf("%d times, %d of them before the answer", rounds, interrupted)
	server.kill()
	checked(t, data)
}
