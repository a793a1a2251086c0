package sales_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

func (s *shop) report(name string, params map[string]string) (*kernel.Table, error) {
	var out *kernel.Table
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		out, err = s.c.Report(name).Run(v, params)
		return err
	})
	return out, err
}

// rows writes a table for comparing: one line for each row with the given columns, then the totals.
func rows(t *kernel.Table, columns ...string) string {
	var b strings.Builder
	for _, r := range t.Rows {
		for _, c := range columns {
			fmt.Fprintf(&b, "%v ", r.Values[c])
		}
		b.WriteString("\n")
	}
	for _, c := range columns {
		if v, ok := t.Totals[c]; ok {
			fmt.Fprintf(&b, "%v ", v)
		}
	}
	return b.String()
}

func TestReports(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		confirm := func(lines, more string) {
			o := s.mustOrder(lines, more)
			if _, err := s.act(o.ID, "confirm"); err != nil {
				t.Fatal(err)
			}
		}
		confirm(fmt.Sprintf(`{"item":%d,"qty":"20"},{"item":%d,"qty":"10","price":"1"}`, s.bolt, s.washer), `,"tax_mode":"none","discount":"26.00","date":"2026-10-31","promised":"2026-11-18"`)
		confirm(fmt.Sprintf(`{"item":%d,"qty":"2"}`, s.bolt), `,"tax_mode":"none"`)
		s.mustOrder(fmt.Sprintf(`{"item":%d,"qty":"100"}`, s.bolt), "") // a draft counts nowhere

		for _, c := range []struct {
			name    string
			params  map[string]string
			columns string
			want    string
		}{
			{"by item", map[string]string{"by": "item"}, "key orders qty goods off gross", "304 六角螺栓 M8×30 2 22 275.00 25.00 250.00 \n垫片 1 10 10.00 1.00 9.00 \n2 32 285.00 26.00 259.00 "},
			{"by month", map[string]string{"by": "month"}, "key orders gross", "2026-10 1 234.00 \n2026-11 1 25.00 \n2 259.00 "},
			{"by customer and item, one month", map[string]string{"by": "customer", "then": "item", "from": "2026-11-01", "to": "2026-11-30"}, "key then qty gross", "宏发五金 304 六角螺栓 M8×30 2 25.00 \n2 25.00 "},
			{"by category, which they have not", map[string]string{"by": "category"}, "key gross", " 259.00 \n259.00 "},
			{"nothing", map[string]string{"by": "item", "from": "2027-01-01"}, "key orders gross", "0 0.00 "},
		} {
			got, err := s.report("sales.summary", c.params)
			if err != nil {
				t.Fatal(c.name, err)
			}
			if s := rows(got, strings.Fields(c.columns)...); s != c.want {
				t.Errorf("%s:\n%s\nwant\n%s", c.name, s, c.want)
			}
			if said := len(got.Notes) == 2; said != (c.params["from"] == "") {
				t.Errorf("%s: of its dates it says %v", c.name, got.Notes)
			}
		}
		if _, err := s.report("sales.summary", map[string]string{"by": "o.id; DROP TABLE sales_order"}); err == nil {
			t.Error("a key that is none")
		} else if list, _ := problem.From(err); list[0].Code != "field.option" {
			t.Error(err)
		}
		got, err := s.report("sales.order_progress", nil)
		if err != nil {
			t.Fatal(err)
		}
		want := "SO261000001 宏发五金 304 六角螺栓 M8×30 20 0 20 250.00 3 \nSO261000001 宏发五金 垫片 10 0 10 10.00 3 \nSO261100001 宏发五金 304 六角螺栓 M8×30 2 0 2 25.00 0 \n32 0 32 285.00 "
		if s := rows(got, "number", "customer", "item", "qty", "delivered", "left", "gross", "late"); s != want {
			t.Errorf("progress:\n%s\nwant\n%s", s, want)
		}
		if got, err := s.report("sales.order_progress", map[string]string{"until": "2026-11-18", "item": fmt.Sprint(s.washer)}); err != nil || len(got.Rows) != 1 {
			// an order without a promised date is wanted at once
			t.Errorf("until: %v, %v", got, err)
		}
	})
}
