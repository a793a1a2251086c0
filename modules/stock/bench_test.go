package stock_test

import (
	"fmt"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

// fiveLines is a delivery of five items; the shop gets them first.
func (s *shop) fiveLines() string {
	var in, out []string
	for i := range 5 {
		name := fmt.Sprintf("part%d", i)
		s.make(name, s.c.Def("base.item"), fmt.Sprintf(`{"code":"P%d","name":"零件 %d","unit":$pcs,"price":"3","tax_rate":$vat}`, i, i))
		in, out = append(in, line(name, "1000000", "1")), append(out, line(name, "1", ""))
	}
	s.post(stock.KindReceipt, "2026-11-01", "", in...)
	return sheet(stock.KindDelivery, day, `,"tax_mode":"excluded"`, out...)
}

func (s *shop) statements(label string) store.UnitStats {
	for _, u := range s.c.Store.Stats().All() {
		if u.Label == label {
			return u
		}
	}
	s.t.Fatalf("no unit %s", label)
	return store.UnitStats{}
}

// The statements of the daily work are part of the contract: a query more for each line would show here.
func TestStatementsOfPosting(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		body := s.fiveLines()
		doc, err := s.try(stock.KindDelivery, body)
		s.must(err)
		if got := s.statements("stock.delivery:create+post").LastStatements; got != 16 {
			t.Errorf("posting a delivery of five lines took %d statements, want 16", got)
		}
		s.must(s.act(doc, "unpost", ""))
		if got := s.statements("stock.delivery:unpost").LastStatements; got > 26 {
			t.Errorf("unposting it took %d statements, want at most 26", got)
		}
	})
}

func BenchmarkPostDelivery(b *testing.B) {
	for name, make := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := open(b, make(b, options()), nil)
			body := s.fiveLines()
			for b.Loop() {
				if _, err := s.try(stock.KindDelivery, body); err != nil {
					b.Fatal(err)
				}
			}
			u := s.statements("stock.delivery:create+post")
			b.ReportMetric(float64(u.LastStatements), "statements")
			b.ReportMetric(float64(u.Held.Microseconds())/float64(u.Count), "µs-writer")
		})
	}
}

// The same with two thousand moves behind the sheet: a back-dated receipt that changes them all, and its undoing.
func BenchmarkRecost(b *testing.B) {
	s := open(b, testkit.SQLite(b, options()), nil)
	s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "100000", "10"))
	for range 200 {
		s.post(stock.KindDelivery, "2026-11-05", "", line("bolt", "1", ""), line("bolt", "1", ""), line("bolt", "1", ""), line("bolt", "1", ""), line("bolt", "1", ""))
	}
	for b.Loop() {
		late := s.post(stock.KindReceipt, "2026-11-02", "", line("bolt", "100000", "20"))
		s.must(s.act(late, "unpost", ""))
	}
}

func BenchmarkListDeliveries(b *testing.B) {
	s := open(b, testkit.SQLite(b, options()), nil)
	body := s.fiveLines()
	for range 300 {
		if _, err := s.try(stock.KindDelivery, body); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		s.view(func(v *kernel.View) error {
			page, err := listing.List(v, stock.Deliveries.Def, listing.Query{Limit: 50})
			if len(page.Items) != 50 {
				b.Fatalf("%d items", len(page.Items))
			}
			return err
		})
	}
}
