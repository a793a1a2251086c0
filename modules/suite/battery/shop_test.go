package battery

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/rbac"
)

// goods are the masters that sales need.
type goods struct {
	customers []int64
	items     []int64
	unit      int64
	warehouse int64
}

// stocked makes customers and items with plenty in stock. It is called by somebody who is logged in.
func stocked(tb testing.TB, c *client, today string) goods {
	tb.Helper()
	g := goods{
		warehouse: idOf(c.list(tb, "/api/v1/base/warehouses?limit=1")[0]),
		unit:      idOf(c.list(tb, "/api/v1/base/units?limit=1")[0]),
	}
	var lines []object
	for i := range 8 {
		g.customers = append(g.customers, c.must(tb, "POST", "/api/v1/base/parties", object{"name": fmt.Sprintf("客户%d", i), "code": fmt.Sprintf("K%d", i)}).id())
		item := c.must(tb, "POST", "/api/v1/base/items", object{"name": fmt.Sprintf("螺栓 M%d", i), "code": fmt.Sprintf("B%d", i), "unit": g.unit, "price": "12.5"}).id()
		g.items = append(g.items, item)
		lines = append(lines, object{"item": item, "qty": "1000000", "price": "7.5"})
	}
	c.must(tb, "POST", "/api/v1/stock/openings?action=post", object{"date": today, "warehouse": g.warehouse, "lines": lines})
	return g
}

const sell = "/api/v1/sales/orders?action=sell"

// sale is the nth sale: two lines of two pieces for 50.00 without tax.
func (g goods) sale(n int) object {
	line := func(i int) object {
		return object{"item": g.items[i%len(g.items)], "qty": "2", "price": "12.5"}
	}
	return object{"customer": g.customers[n%len(g.customers)], "warehouse": g.warehouse, "lines": []object{line(n), line(n + 3)}}
}

// shop is a company served in this process.
type shop struct {
	*client
	goods
	company *kernel.Company
	today   string
}

// both runs a test on SQLite and on PostgreSQL.
func both(t *testing.T, fn func(t *testing.T, s *shop)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, newShop(t, testkit.SQLite, nil)) })
	t.Run("postgres", func(t *testing.T) { fn(t, newShop(t, testkit.Postgres, nil)) })
}

func newShop(tb testing.TB, open func(testing.TB, testkit.Options) *kernel.Company, source clock.Clock) *shop {
	tb.Helper()
	rows, err := rbac.Defaults()
	if err != nil {
		tb.Fatal(err)
	}
	enforcer, err := rbac.New(rows)
	if err != nil {
		tb.Fatal(err)
	}
	if source == nil {
		source = clock.System()
	}
	c := open(tb, testkit.Options{Modules: modules.All(), Rights: boot.Rights(enforcer), Clock: clock.NewSteady(source)})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	server, err := web.New(c, web.Options{Addr: ln.Addr().String(), Integrity: func(ctx context.Context) (any, error) { return check.Run(ctx, c.Store) }})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = server.Serve(ctx, ln); close(done) }()
	tb.Cleanup(func() { stop(); <-done })
	s := &shop{client: newClient("http://" + ln.Addr().String()), company: c, today: string(clock.Today(c.Clock, c.Zone()))}
	tb.Cleanup(s.http.CloseIdleConnections)
	s.must(tb, "POST", "/api/v1/setup", object{"company": "试炼", "trade": "trading", "books": true, "from": s.today[:7],
		"name": "老板", "login": "boss", "password": password, "lang": "en"})
	s.goods = stocked(tb, s.client, s.today)
	return s
}

// clean recomputes the company and reports whatever does not agree.
func (s *shop) clean(t *testing.T) {
	t.Helper()
	found, err := check.Run(context.Background(), s.company.Store)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range found.Faults {
		t.Error("check:", fault)
	}
}

// rows reads one whole number from each row of a query.
func (s *shop) rows(t *testing.T, query string) []int64 {
	t.Helper()
	var out []int64
	err := s.company.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return v.Each(func(r *sql.Rows) error {
			var n int64
			err := r.Scan(&n)
			out = append(out, n)
			return err
		}, query)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// one reads one number.
func (s *shop) one(t *testing.T, query string) int64 { t.Helper(); return s.rows(t, query)[0] }

// numbersOf reports document numbers of a list that occur twice and gives how many documents there are.
func (s *shop) numbersOf(t *testing.T, path string) int {
	t.Helper()
	seen := map[string]bool{}
	for cursor := ""; ; {
		page := s.must(t, "GET", path+"?limit=500&cursor="+cursor, nil)
		for _, row := range page.body["items"].([]any) {
			number := row.(object)["number"].(string)
			if number == "" || seen[number] {
				t.Errorf("%s: the number %q is missing or there twice", path, number)
			}
			seen[number] = true
		}
		if cursor = page.str("next"); cursor == "" {
			return len(seen)
		}
	}
}
