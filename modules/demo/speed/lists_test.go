package speed

import (
	"context"
	"fmt"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/sales"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// crowd are the people who own the documents of a filled shop, and the departments they are in. Of a hundred documents
// rare has one, star sixty, and idle, who left long ago, the oldest hundredth of all.
type crowd struct {
	rare, star, idle, other     int64
	region, small, large, apart int64
}

func (s *shop) id(path string, body object) int64 {
	return int64(s.call("POST", path, body)["id"].(float64))
}

// person makes somebody with an account in a role.
func (s *shop) person(login, role string, department int64) int64 {
	id := s.id("/api/v1/base/people", object{"code": login, "name": login, "department": department})
	user := s.id("/api/v1/base/users", object{"login": login, "name": login, "roles": role, "person": id})
	if out, status := s.send("POST", fmt.Sprintf("/api/v1/base/users/%d/set_password", user), 1, object{"password": "speed-12345"}); status >= 300 {
		s.tb.Fatal(status, out)
	}
	return id
}

// hire makes the people, their users and the departments: region with small and large below it, and one apart.
func (s *shop) hire() crowd {
	var c crowd
	department := func(code string, parent any) int64 {
		return s.id("/api/v1/base/departments", object{"code": code, "name": code, "parent": parent})
	}
	c.region, c.apart = department("region", nil), department("apart", nil)
	c.small, c.large = department("small", c.region), department("large", c.region)
	c.rare, c.idle = s.person("rare", "salesperson", c.small), s.person("idle", "salesperson", c.small)
	c.star, c.other = s.person("star", "salesperson", c.large), s.person("other", "salesperson", c.apart)
	s.person("manager", "sales_manager", c.region)
	s.person("little", "sales_manager", c.small)
	return c
}

// as is the shop for somebody else.
func (s *shop) as(login string) *shop { return s.login(login, "speed-12345") }

func (s *shop) login(login, password string) *shop {
	jar, _ := cookiejar.New(nil)
	client, other := *s.http, *s
	client.Jar = jar
	other.http = &client
	other.call("POST", "/api/v1/session", object{"login": login, "password": password})
	return &other
}

// of tells whose the document i of n is.
func (c crowd) of(i, n int) (owner, department int64) {
	switch {
	case i < n/100:
		return c.idle, c.small
	case i%100 == 37:
		return c.rare, c.small
	case i%100 < 61:
		return c.star, c.large
	}
	return c.other, c.apart
}

// filling writes documents behind the pipeline's back, one after another over three years: lists are measured, not the
// making. All are copies of the newest one; each changes its columns.
type filling struct {
	def  *kernel.Def
	n    int
	each func(i int, col string) any
	// offset is where the numbers begin.
	offset int
}

func (s *shop) many(f filling) {
	table, start := f.def.Table, time.Date(2023, 12, 1, 0, 0, 0, 0, time.UTC)
	err := s.company.Store.Write(context.Background(), "fill", func(u *store.Unit) error {
		model := make([]any, len(table.Columns))
		dest := make([]any, len(model))
		for i := range model {
			dest[i] = &model[i]
		}
		if _, err := u.Scan(dest, "SELECT "+strings.Join(table.Columns, ", ")+" FROM "+table.Name+" ORDER BY id DESC LIMIT 1"); err != nil {
			return err
		}
		var rows []any
		for i := range f.n {
			for j, col := range table.Columns {
				value := model[j]
				switch col {
				case "id":
					id, err := s.company.Store.NextID()
					if err != nil {
						return err
					}
					value = id
				case "number":
					value = fmt.Sprintf("%.2sX%07d", model[j], f.offset+i)
				case "date":
					value = start.AddDate(0, 0, i*1080/f.n).Format("2006-01-02")
				default:
					if v := f.each(i, col); v != nil {
						value = v
					}
				}
				rows = append(rows, value)
			}
		}
		return table.Insert(u, rows)
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	s.index(f.def)
}

// index writes the search rows of all records of a resource anew.
func (s *shop) index(d *kernel.Def) {
	var ids []int64
	var rows []search.Row
	err := s.company.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			rows = append(rows, resource.IndexRow(d, rec))
			ids = append(ids, resource.ID(d, rec))
			return nil
		})
	})
	for len(rows) > 0 && err == nil { // no more at once than an import writes
		n := min(len(rows), 2_000)
		err = s.company.Store.Write(context.Background(), "index", func(u *store.Unit) error { return search.Write(u, ids[:n], rows[:n]) })
		ids, rows = ids[n:], rows[n:]
	}
	if err != nil {
		s.tb.Fatal(err)
	}
}

// archive fills a shop with n orders, deliveries and receipts of the crowd.
func (s *shop) archive(c crowd, n int) {
	s.call("POST", "/api/v1/sales/orders?action=sell", s.order(1))
	s.call("POST", "/api/v1/settlement/receipts?action=post", object{"party": s.customers[1], "lines": []object{{"money_account": s.account, "amount": "125.00"}}})
	var customers []int64 // hundred of them, each of somebody
	for i := range 100 {
		owner, department := c.of(i+n/100, n)
		if i == 0 {
			owner, department = c.idle, c.small
		}
		customers = append(customers, s.id("/api/v1/base/parties", object{"name": fmt.Sprintf("往来%03d", i), "owner": owner, "department": department}))
	}
	document := func(party string) func(i int, col string) any {
		return func(i int, col string) any {
			owner, department := c.of(i, n)
			switch col {
			case "owner":
				return owner
			case "department":
				return department
			case party:
				if owner == c.idle {
					return customers[0]
				}
				return customers[max(i%100, 1)]
			}
			return nil
		}
	}
	s.many(filling{def: sales.Orders.Def, n: n, each: document("customer")})
	s.many(filling{def: stock.Deliveries.Def, n: n, each: document("party")})
	s.many(filling{def: settlement.Receipts.Def, n: n, each: document("party")})
	s.customers = customers
}

// pages are the lists that people ask for: the newest, filtered, far down, found by a number.
func (s *shop) pages(path, party string) map[string]string {
	cursor := ""
	for range 20 { // walk in, then measure one page there: with keys every depth costs the same
		next, _ := s.call("GET", path+"?limit=500&cursor="+url.QueryEscape(cursor), nil)["next"].(string)
		if next == "" {
			break
		}
		cursor = next
	}
	number := "SO"
	if items, _ := s.call("GET", path+"?limit=50", nil)["items"].([]any); len(items) > 0 {
		number = items[len(items)-1].(object)["number"].(string)
	}
	return map[string]string{
		"newest":       path + "?limit=50",
		"filtered":     path + fmt.Sprintf("?limit=50&filter=%s:eq:%d&filter=state:ne:draft&filter=date:ge:2024-06-01", party, s.customers[37]),
		"filtered-own": path + "?limit=50&filter=state:ne:draft&filter=date:ge:2024-06-01&filter=date:le:2025-06-01",
		"deep":         path + "?limit=50&cursor=" + url.QueryEscape(cursor),
		"search":       path + "?limit=50&q=" + number[len(number)-5:],
		"search-many":  path + "?limit=50&q=X000",
		"total":        path + "?limit=0&total=1",
		"total-all":    path + "?limit=0&total=all",
	}
}

var pageNames = []string{"newest", "filtered", "filtered-own", "deep", "search", "search-many", "total", "total-all"}

// BenchmarkLists reads pages of 50 among many documents over HTTP: as the boss, as a manager of a department with those
// below it, and as salespeople with few, with most and with only old documents.
func BenchmarkLists(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		s := newShop(b, testkit.SQLite)
		s.archive(s.hire(), n)
		for _, who := range []string{"boss", "manager", "little", "star", "rare", "idle"} {
			of := s
			if who != "boss" {
				of = s.as(who)
			}
			for _, list := range [][2]string{{"sales/orders", "customer"}, {"stock/deliveries", "party"}, {"settlement/receipts", "party"}} {
				pages := of.pages("/api/v1/"+list[0], list[1])
				for _, name := range pageNames {
					b.Run(fmt.Sprintf("%d/%s/%s/%s", n, who, list[0][strings.Index(list[0], "/")+1:], name), func(b *testing.B) {
						median(b, "page", func() {
							if out, status := of.try("GET", pages[name], nil); status != 200 {
								b.Fatalf("%s: %d %v", pages[name], status, out)
							}
						})
					})
				}
			}
		}
	}
}

// median reports the middle of what fn takes, on the wall and of the processors: on a machine with other work the mean is
// about that work.
func median(b *testing.B, unit string, fn func()) {
	var took, worked []time.Duration
	for b.Loop() {
		began, before := time.Now(), cpu()
		fn()
		took, worked = append(took, time.Since(began)), append(worked, cpu()-before)
	}
	for name, all := range map[string][]time.Duration{"ms/": took, "cpu-ms/": worked} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, name+unit)
	}
	b.ReportMetric(0, "ns/op")
}

// bounded measures what is promised within a time. The shortest is the program's own, whatever else the machine does: it
// fails at four times the promise.
func bounded(b *testing.B, promise time.Duration, fn func()) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		fn()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[0].Microseconds())/1000, "ms-min")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(0, "ns/op")
	if took[0] > 4*promise {
		b.Errorf("never in less than %s, promised within %s", took[0], promise)
	}
}
