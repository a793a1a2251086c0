package battery

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
)

// TestAThousandSlowConnections: people who take for ever to say what they want hold up nobody else.
func TestAThousandSlowConnections(t *testing.T) {
	data := t.TempDir()
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	address := strings.TrimPrefix(server.base, "http://")
	var open atomic.Int64
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for n := range 1000 {
		wg.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = conn.Close() }()
			open.Add(1)
			text := "GET /api/v1/meta HTTP/1.1\r\nHost: " + address + "\r\nX-Slow: "
			if n%2 == 0 { // half of them are slow with their body
				text = "POST /api/v1/session HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
			}
			_, err = io.WriteString(conn, text)
			for err == nil {
				select {
				case <-ctx.Done():
					return
				case <-time.After(500 * time.Millisecond):
					_, err = io.WriteString(conn, "x")
				}
			}
		})
	}
	for began := time.Now(); open.Load() < 1000 && time.Since(began) < patience; {
		time.Sleep(10 * time.Millisecond)
	}
	worst := time.Duration(0)
	for range 50 {
		began := time.Now()
		c.must(t, "GET", "/api/v1/base/parties?limit=1", nil)
		worst = max(worst, time.Since(began))
	}
	stop()
	wg.Wait()
	if worst > 3*time.Second {
		t.Errorf("beside 1,000 slow connections a list took %s", worst)
	}
	t.Logf("%d slow connections; the slowest of 50 lists took %s", open.Load(), worst)
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestTwoHundredMegabytes: bodies that are too large are refused before they are read, announced or not.
func TestTwoHundredMegabytes(t *testing.T) {
	const size = 200 << 20
	data := t.TempDir()
	found(t, data)
	server := serve(t, data)
	c := newClient(server.base)
	c.login(t, "boss")
	party := c.must(t, "POST", "/api/v1/base/parties", object{"name": "Large"}).id()
	for _, x := range []struct{ path, kind string }{
		{"/api/v1/session", "application/json"}, {"/api/v1/base/parties", "application/json"},
		{"/api/v1/base/parties/import", "multipart/form-data; boundary=x"}, {"/api/v1/base/parties/" + itoa(party) + "/files", "multipart/form-data; boundary=x"},
	} {
		for _, announced := range []bool{true, false} {
			head := ""
			if strings.HasPrefix(x.kind, "multipart") {
				head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large.csv\"\r\n\r\n"
			}
			body := &counted{r: io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size))}
			req, err := http.NewRequest("POST", server.base+x.path, body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", x.kind)
			if announced {
				req.ContentLength = size + int64(len(head))
			}
			res, err := c.http.Do(req)
			if err != nil { // the server hung up while we were still sending, which is a refusal as well
				if body.n.Load() > 64<<20 {
					t.Errorf("%s: %d bytes were taken: %v", x.path, body.n.Load(), err)
				}
				continue
			}
			_ = res.Body.Close()
			if res.StatusCode != 413 && (x.kind == "application/json" || res.StatusCode != 400) || body.n.Load() > 64<<20 {
				t.Errorf("%s, announced %v: %d after %d bytes", x.path, announced, res.StatusCode, body.n.Load())
			}
		}
	}
	c.must(t, "GET", "/api/v1/base/parties?limit=1", nil)
}

type counted struct {
	r io.Reader
	n atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// tells are words of the inside that no answer may hold.
var tells = []string{"goroutine ", ".go:", "panic", "runtime error", "SQLSTATE", "SELECT ", "sqlite", "/modules/"}

// TestMalformedRequests sends bytes that were requests before they were damaged: nothing ends the server, nothing is an
// internal error, and no answer tells of the inside.
func TestMalformedRequests(t *testing.T) {
	total := often(3000, 100_000)
	hand := clock.Fixed(testkit.Now) // time enough between two requests: here nobody is to be told that he is too fast
	s := newShop(t, testkit.SQLite, hand)
	cookie := ""
	req, _ := http.NewRequest("GET", s.base, nil)
	for _, one := range s.http.Jar.Cookies(req.URL) {
		cookie += one.Name + "=" + one.Value + "; "
	}
	seeds := requests(s, cookie)
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a seed to repeat, not a secret
	address := strings.TrimPrefix(s.base, "http://")
	answers := map[int]int{}
	for range total {
		text := damaged(rng, seeds[rng.IntN(len(seeds))])
		hand.Advance(100 * time.Millisecond)
		status, body := exchange(t, address, text)
		answers[status]++
		if status == 500 || status == 502 || status == 504 { // 501, 503 and 505 are refusals
			t.Errorf("seed %d: %d for %q: %s", seed, status, text, body)
		}
		for _, tell := range tells {
			if strings.Contains(body, tell) {
				t.Errorf("seed %d: the answer to %q tells %q: %s", seed, text, tell, body)
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("seed %d: %d requests, answers %v", seed, total, answers)
	s.must(t, "GET", "/readyz", nil)
	s.clean(t)
}

// requests are good ones of many kinds.
func requests(s *shop, cookie string) []string {
	address := strings.TrimPrefix(s.base, "http://")
	head := func(method, path string) string {
		return method + " " + path + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\nCookie: " + cookie + "\r\n"
	}
	with := func(method, path, kind, body string) string {
		return head(method, path) + "Content-Type: " + kind + "\r\nIdempotency-Key: k1\r\nIf-Match: \"1\"\r\nContent-Length: " + fmt.Sprint(len(body)) + "\r\n\r\n" + body
	}
	party := itoa(s.customers[0])
	order := `{"customer":` + party + `,"warehouse":` + itoa(s.warehouse) + `,"lines":[{"item":` + itoa(s.items[0]) + `,"qty":"2","price":"12.5"}]}`
	const json, form = "application/json", "multipart/form-data; boundary=zz"
	return []string{
		head("GET", "/") + "\r\n", head("GET", "/help/errors?lang=en") + "\r\n", head("GET", "/api/v1/meta") + "\r\n",
		head("GET", "/api/v1/base/parties?q=客户&filter=name:has:客&sort=-code&limit=20") + "\r\n",
		head("GET", "/api/v1/base/parties/"+party) + "\r\n", head("GET", "/api/v1/reports/stock.summary?from=2026-01-01") + "\r\n",
		head("GET", "/api/v1/base/parties/export.csv?lang=en") + "\r\n", head("GET", "/api/v1/search?q=luo") + "\r\n",
		with("POST", "/api/v1/sales/orders", json, order), with("POST", "/api/v1/sales/orders?action=sell", json, order),
		with("POST", "/api/v1/sales/orders/preview", json, `{"id":null,"changed":"/lines/0/qty","record":`+order+`}`),
		with("PATCH", "/api/v1/base/parties/"+party, json, `{"note":"x","city":"杭州","credit_limit":"100.00"}`),
		with("POST", "/api/v1/base/parties", json, `{"name":"损坏","contacts":[{"name":"甲","phone":"13800000000"}]}`),
		with("POST", "/api/v1/session", json, `{"login":"boss","password":"nothing"}`),
		with("PUT", "/api/v1/settings", json, `{"stock.negative":"refuse"}`),
		with("POST", "/api/v1/base/parties/import?dry_run=true", form, "--zz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n编码,名称\nA1,甲\n\r\n--zz--\r\n"),
	}
}

// damaged changes a request in a few places.
func damaged(rng *rand.Rand, text string) string {
	b := []byte(text)
	for range 1 + rng.IntN(4) {
		i := rng.IntN(len(b))
		switch rng.IntN(6) {
		case 0:
			b[i] = byte(rng.IntN(256))
		case 1: // cut a piece out
			j := min(len(b), i+1+rng.IntN(12))
			b = append(b[:i:i], b[j:]...)
		case 2: // say a piece twice
			j := min(len(b), i+1+rng.IntN(40))
			b = append(b[:j:j], b[i:]...)
		case 3:
			nasty := []string{"\x00", "\r\n", "\"", "'", "%00", "../", "{", "[", "9999999999999999999", "\xff\xfe", "😀", "-", ";", "1e400", "\\u0000", "null"}
			b = append(b[:i:i], append([]byte(nasty[rng.IntN(len(nasty))]), b[i:]...)...)
		case 4:
			b[i] ^= 1 << rng.IntN(8)
		case 5: // break off
			b = b[:max(1, i)]
		}
		if len(b) == 0 {
			b = []byte{' '}
		}
	}
	return string(b)
}

// exchange sends bytes and gives the answer; 0 is none.
func exchange(t *testing.T, address, text string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatalf("the server is gone: %v", err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, text); err != nil {
		return 0, ""
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20)) // broken off is broken off
	if kind := res.Header.Get("Content-Type"); !strings.Contains(kind, "json") {
		return res.StatusCode, "" // pages and files hold such words rightly
	}
	return res.StatusCode, string(body)
}
