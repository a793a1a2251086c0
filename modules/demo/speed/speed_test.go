package speed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
)

// shop is a served company with items in stock.
type shop struct {
	tb        testing.TB
	company   *kernel.Company
	base      string
	http      *http.Client
	customers []int64
	items     []int64
	warehouse int64
	account   int64
}

func newShop(tb testing.TB, open func(testing.TB, testkit.Options) *kernel.Company) *shop {
	tb.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		tb.Fatal(err)
	}
	c := open(tb, testkit.Options{Modules: modules.All(), Rights: rights, Clock: clock.NewSteady(clock.System())})
	jar, _ := cookiejar.New(nil)
	s := &shop{tb: tb, company: c, base: listen(tb, c), http: &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}
	s.fill()
	return s
}

// listen opens a company to the loopback until the test ends, and gives its address.
func listen(tb testing.TB, c *kernel.Company) string {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	server, err := web.New(c, web.Options{Addr: ln.Addr().String()})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = server.Serve(ctx, ln); close(done) }()
	tb.Cleanup(func() { stop(); <-done })
	return "http://" + ln.Addr().String()
}

type object = map[string]any

func (s *shop) call(method, path string, body any) object {
	out, status := s.try(method, path, body)
	if status >= 300 {
		s.tb.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

func (s *shop) try(method, path string, body any) (object, int) {
	return s.send(method, path, nil, body)
}

// send is try with the version that an action is about.
func (s *shop) send(method, path string, version, body any) (object, int) {
	text, _ := json.Marshal(body)
	req, err := http.NewRequest(method, s.base+path, bytes.NewReader(text))
	if err != nil {
		s.tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Prefer", "return=minimal")
	if version != nil {
		req.Header.Set("If-Match", fmt.Sprintf(`"%v"`, version))
	}
	res, err := s.http.Do(req)
	if err != nil {
		return object{"error": err.Error()}, 599
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	var out object
	_ = json.Unmarshal(raw, &out)
	return out, res.StatusCode
}

func (s *shop) fill() {
	s.call("POST", "/api/v1/setup", object{"company": "速度", "trade": "trading", "books": true, "name": "老板", "login": "boss", "password": "speed-12345", "lang": "zh"})
	id := func(o object) int64 { return int64(o["id"].(float64)) }
	first := func(path string) int64 { return id(s.call("GET", path+"?limit=1", nil)["items"].([]any)[0].(object)) }
	s.warehouse, s.account = first("/api/v1/base/warehouses"), first("/api/v1/settlement/money-accounts")
	unit := first("/api/v1/base/units")
	for i := range 50 {
		s.customers = append(s.customers, id(s.call("POST", "/api/v1/base/parties", object{"name": fmt.Sprintf("客户%03d", i), "code": fmt.Sprintf("K%03d", i)})))
	}
	var lines []object
	for i := range 200 {
		item := id(s.call("POST", "/api/v1/base/items", object{"name": fmt.Sprintf("螺栓 M%d", i), "code": fmt.Sprintf("B%03d", i), "unit": unit, "price": "12.5"}))
		s.items = append(s.items, item)
		lines = append(lines, object{"item": item, "qty": "100000000", "price": "7.5"})
	}
	today := s.company.Clock.Now().Format("2006-01-02")
	s.call("POST", "/api/v1/stock/openings?action=post", object{"date": today, "warehouse": s.warehouse, "lines": lines})
}

func (s *shop) order(n int64) object {
	lines := make([]object, 5)
	for i := range lines {
		lines[i] = object{"item": s.items[(n*7+int64(i)*13)%int64(len(s.items))], "qty": "2", "price": "12.5"}
	}
	return object{"customer": s.customers[n%int64(len(s.customers))], "warehouse": s.warehouse, "lines": lines}
}

// sellNow runs b.N sales over the clients and reports what it cost.
func sellNow(b *testing.B, s *shop, clients int) {
	var next atomic.Int64
	var failed atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	b.ResetTimer()
	start := time.Now()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				began := time.Now()
				if out, status := s.try("POST", "/api/v1/sales/orders?action=sell", s.order(n)); status >= 300 {
					failed.Add(1)
					b.Logf("%d %v", status, out)
				}
				d := time.Since(began)
				mu.Lock()
				took = append(took, d)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "sales/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(failed.Load()), "failed")
	for _, u := range s.company.Store.Stats().All() {
		if u.Label == "sales.order:create+sell" {
			b.ReportMetric(float64(u.LastStatements), "statements")
			b.ReportMetric(float64(u.Held.Microseconds())/float64(u.Count), "held-us")
		}
	}
}

func BenchmarkSellNowSQLite(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("clients-%d", clients), func(b *testing.B) { sellNow(b, newShop(b, testkit.SQLite), clients) })
	}
}

func BenchmarkSellNowPostgres(b *testing.B) {
	for _, clients := range []int{1, 8} {
		b.Run(fmt.Sprintf("clients-%d", clients), func(b *testing.B) { sellNow(b, newShop(b, testkit.Postgres), clients) })
	}
}

// chain sells in five calls: order, confirm, make the delivery, post it, take the money.
func (s *shop) chain(n int64) error {
	step := func(method, path string, version, body any) (object, error) {
		out, status := s.send(method, path, version, body)
		if status >= 300 {
			return nil, fmt.Errorf("%s: %d %v", path, status, out)
		}
		return out, nil
	}
	order, err := step("POST", "/api/v1/sales/orders", nil, s.order(n))
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/api/v1/sales/orders/%.0f", order["id"])
	if order, err = step("POST", path+"/confirm", order["version"], object{}); err != nil {
		return err
	}
	if _, err = step("POST", path+"/deliver", order["version"], object{"post": false}); err != nil {
		return err
	}
	drafts, err := step("GET", fmt.Sprintf("/api/v1/stock/deliveries?limit=1&filter=state:eq:draft&filter=party:eq:%d", s.customers[n%int64(len(s.customers))]), nil, nil)
	if err != nil {
		return err
	}
	list, _ := drafts["items"].([]any)
	if len(list) == 0 {
		return fmt.Errorf("order %d made no draft delivery", n) // a chain that is cut short must not be counted
	}
	draft, _ := list[0].(object)
	_, status := s.send("POST", fmt.Sprintf("/api/v1/stock/deliveries/%.0f/post", draft["id"]), draft["version"], object{})
	if status >= 300 {
		return fmt.Errorf("posting: %d", status)
	}
	_, err = step("POST", "/api/v1/settlement/receipts?action=post", nil, object{"party": s.customers[n%int64(len(s.customers))],
		"lines": []object{{"money_account": s.account, "amount": "125.00"}}})
	return err
}

// BenchmarkFiveCalls is the same business as sell-now with a call for every step, and a look-up between them.
func BenchmarkFiveCalls(b *testing.B) {
	s := newShop(b, testkit.SQLite)
	var next atomic.Int64
	start := time.Now()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := s.chain(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "chains/s")
}
