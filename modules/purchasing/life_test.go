package purchasing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/purchasing"
)

func TestRefusals(t *testing.T) {
	both(t, func(s *office) {
		for _, c := range []struct{ name, text, want string }{
			{"no lines", `{"supplier":$supplier}`, "lines.min at /lines min=1"},
			{"no supplier", `{"lines":[{"item":$bolt,"qty":"1"}]}`, "required at /supplier"},
			{"no quantity", `{"supplier":$supplier,"lines":[{"item":$bolt}]}`, "required at /lines/0/qty"},
			{"discount above all", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"1","discount":"1.5"}]}`, "purchasing.discount at /lines/0/discount\npurchasing.off at /rounding off=0.00"},
			{"half a box", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"1.5"}]}`, "purchasing.decimals at /lines/0/qty decimals=0 unit=盒"},
			{"more off than there is", `{"supplier":$supplier,"discount":"14.14","lines":[{"item":$bolt,"qty":"1"}]}`, "purchasing.off at /discount off=14.14"},
			{"promised in the past", `{"supplier":$supplier,"promised":"2026-11-20","lines":[{"item":$bolt,"qty":"1"}]}`, "purchasing.promised at /promised"},
			{"no supplier of ours", `{"supplier":$customer,"lines":[{"item":$bolt,"qty":"1"}]}`, "purchasing.not_supplier at /supplier name=宏发五金"},
			{"not bought any more", `{"supplier":$supplier,"lines":[{"item":$old,"qty":"1"}]}`, "purchasing.inactive at /lines/0/item name=停产件"},
			{"beyond the range", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"9000000000000","price":"9000000000000"}]}`, "commerce.range at /lines/0/amount"},
			{"received already", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"1","received":"1"}]}`, "field.readonly at /lines/0/received"},
		} {
			_, err := s.do(pipeline.Command{Def: purchasing.Orders.Def, Act: "create"}, c.text)
			if said(err) != c.want {
				s.Errorf("%s: %v\nwant %s", c.name, err, c.want)
			}
		}
	})
}

func TestOrderLife(t *testing.T) {
	both(t, func(s *office) {
		s.order("order", "", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"2"}]}`)
		for _, step := range []struct{ act, state, err string }{
			{"close", "", "state.wrong action=close resource=purchasing.order state=draft"},
			{"confirm", "confirmed", ""},
			{"void", "", "state.wrong action=void resource=purchasing.order state=confirmed"},
			{"unconfirm", "draft", ""},
			{"hold", "waiting", ""},
			{"release", "draft", ""},
			{"hold", "waiting", ""},
			{"confirm", "confirmed", ""},
			{"close", "closed", ""},
			{"reopen", "confirmed", ""},
			{"receive", "closed", ""},
			{"reopen", "", "purchasing.nothing_left number=CG261100001"},
		} {
			err := s.act("order", step.act)
			if step.err != "" {
				if said(err) != step.err {
					s.Errorf("%s: %v, want %s", step.act, err, step.err)
				}
				continue
			}
			if o := s.reload("order"); err != nil || string(o.State) != step.state || o.Number != "CG261100001" {
				s.Fatalf("%s: %+v, %v", step.act, o, err)
			}
		}
		if o := s.reload("order"); o.Lines[0].Received != 2*money.OneQty || o.ShortClosed {
			s.Errorf("received: %+v", o)
		}
		_, err := s.do(pipeline.Command{Def: purchasing.Orders.Def, Act: "update", ID: s.ids["order"]}, `{"note":"x"}`)
		if said(err) != "state.readonly state=closed" {
			s.Errorf("a closed order was written: %v", err)
		}
		if o := s.order("now", "buy", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"2"}]}`); o.State != "closed" || o.Number != "CG261100002" || o.Lines[0].Received != 2*money.OneQty || o.Version != 1 {
			s.Errorf("buy: %+v", o)
		}
		s.order("dead", "", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"2"}]}`)
		if err := s.act("dead", "void"); err != nil || s.reload("dead").Number != "" {
			s.Errorf("void: %v", err)
		}
	})
}

func TestImportedNumber(t *testing.T) {
	both(t, func(s *office) {
		text := `{"number":"CG261100041","supplier":$supplier,"lines":[{"item":$bolt,"qty":"1"}]}`
		create := pipeline.Command{Def: purchasing.Orders.Def, Act: "create", Import: true}
		if _, err := s.do(create, text); err != nil {
			s.Fatal(err)
		}
		if o := s.order("next", "confirm", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"1"}]}`); o.Number != "CG261100042" {
			s.Errorf("the next number is %s", o.Number)
		}
		if _, err := s.do(create, text); said(err) != "purchasing.number at /number number=CG261100041" {
			s.Errorf("the same number twice: %v", err)
		}
	})
}

// report runs a report and writes its rows and totals, the given columns only.
func (s *office) report(name string, params map[string]string, columns string) string {
	s.Helper()
	var b strings.Builder
	for key, value := range params {
		for short, id := range s.ids {
			if value == "$"+short {
				params[key] = fmt.Sprint(id)
			}
		}
	}
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		t, err := s.c.Report(name).Run(v, params)
		if err != nil {
			return err
		}
		for _, r := range t.Rows {
			for _, c := range strings.Fields(columns) {
				fmt.Fprintf(&b, "%v ", r.Values[c])
			}
			b.WriteString("| ")
		}
		for _, c := range strings.Fields(columns) {
			if v, ok := t.Totals[c]; ok {
				fmt.Fprintf(&b, "%v ", v)
			}
		}
		return nil
	})
	if err != nil {
		return said(err)
	}
	return strings.TrimSpace(b.String())
}

func TestReports(t *testing.T) {
	both(t, func(s *office) {
		s.order("first", "confirm", `{"supplier":$supplier,"tax_mode":"none","owner":$clerk,"discount":"26.00","date":"2026-10-31","promised":"2026-11-18",
			"lines":[{"item":$bolt,"qty":"20"},{"item":$washer,"qty":"10","price":"1"}]}`)
		s.order("second", "confirm", `{"supplier":$supplier,"tax_mode":"none","lines":[{"item":$bolt,"qty":"2"}]}`)
		s.order("third", "", `{"supplier":$supplier,"lines":[{"item":$bolt,"qty":"100"}]}`) // a draft counts nowhere
		for _, c := range []struct {
			report, name string
			params       map[string]string
			columns      string
			want         string
		}{
			{"summary", "by item", map[string]string{"by": "item"}, "key orders qty goods off gross", "六角螺栓 M8×30 2 22 275.00 25.00 250.00 | 垫片 1 10 10.00 1.00 9.00 | 2 32 285.00 26.00 259.00"},
			{"summary", "by month", map[string]string{"by": "month"}, "key orders gross", "2026-10 1 234.00 | 2026-11 1 25.00 | 2 259.00"},
			{"summary", "by supplier and buyer", map[string]string{"by": "supplier", "then": "owner"}, "key then gross", "钢厂 王芳 234.00 | 钢厂  25.00 | 259.00"},
			{"summary", "of a supplier", map[string]string{"by": "date", "supplier": "$customer"}, "key gross", "0.00"},
			{"summary", "by what is no key", map[string]string{"by": "customer"}, "key", "field.option at /by value=customer"},
			{"order_progress", "all", nil, "number supplier item qty received left gross late",
				"CG261000001 钢厂 六角螺栓 M8×30 20 0 20 250.00 3 | CG261000001 钢厂 垫片 10 0 10 10.00 3 | CG261100001 钢厂 六角螺栓 M8×30 2 0 2 25.00 0 | 32 0 32 285.00"},
			{"order_progress", "of one item, until a day", map[string]string{"until": "2026-11-18", "item": "$washer"}, "number left", "CG261000001 10 | 10"},
		} {
			if got := s.report("purchasing."+c.report, c.params, c.columns); got != c.want {
				s.Errorf("%s %s:\n%s\nwant\n%s", c.report, c.name, got, c.want)
			}
		}
	})
}
