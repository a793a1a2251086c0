package stock_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/stock"
)

func TestRefusals(t *testing.T) {
	closed := kernel.Module{Name: "closed", Needs: []string{"stock"}, Setup: func(c *kernel.Company) error {
		return stock.PeriodOpen.Fill(c, func(_ *kernel.Tx, d clock.Date) error {
			if d < "2026-01-01" {
				return problem.Rule("period.closed", "month", string(d.Month())).At("/date")
			}
			return nil
		})
	}}
	o := options()
	o.Modules = append(o.Modules, closed)
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		s := open(t, c, map[string]string{"stock.negative": "refuse"})
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "3", "10"))
		for _, r := range []struct{ name, kind, body, want string }{
			{"short", stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("nut", "1", ""), line("bolt", "4", "")),
				"stock.short at /lines/0/qty have=0 item=螺母 want=1 warehouse=总仓\nstock.short at /lines/1/qty have=3 item=螺栓 want=4 warehouse=总仓"},
			{"short together", stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "2", ""), line("bolt", "2", "")),
				"stock.short at /lines/1/qty have=1 item=螺栓 want=2 warehouse=总仓"},
			{"short transfer", stock.KindTransfer, sheet(stock.KindTransfer, day, `,"to_warehouse":$shop`, line("bolt", "4", "")),
				"stock.short at /lines/0/qty have=3 item=螺栓 want=4 warehouse=总仓"},
			{"same place", stock.KindTransfer, sheet(stock.KindTransfer, day, `,"to_warehouse":$main`, line("bolt", "1", "")),
				"stock.same_warehouse at /to_warehouse"},
			{"nothing", stock.KindDelivery, sheet(stock.KindDelivery, day, ""), "lines.min at /lines min=1"},
			{"no quantity", stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "0", "")), "required at /lines/0/qty"},
			{"below zero", stock.KindSalesReturn, sheet(stock.KindDelivery, day, "", line("bolt", "-1", "")), "field.negative at /lines/0/qty\nrequired at /lines/0/qty"},
			{"wrong party", stock.KindReceipt, `{"date":"2026-11-10","party":$customer,"warehouse":$main,"lines":[` + line("bolt", "1", "") + `]}`,
				"stock.party_role at /party name=宏发五金 role=供应商"},
			{"no party", stock.KindDelivery, `{"date":"2026-11-10","warehouse":$main,"lines":[` + line("bolt", "1", "") + `]}`, "required at /party"},
			{"discount", stock.KindDelivery, sheet(stock.KindDelivery, day, `,"discount":"21"`, line("bolt", "1", "20")), "stock.discount at /discount"},
			{"line discount", stock.KindDelivery, sheet(stock.KindDelivery, day, "", `{"item":$bolt,"qty":"1","discount":"1.1"}`),
				"stock.discount at /lines/0/discount"},
			{"counted twice", stock.KindCount, sheet(stock.KindCount, day, "", `{"item":$bolt,"counted":"1"}`, `{"item":$bolt,"counted":"1"}`),
				"stock.counted_twice at /lines/1/item"},
			{"closed period", stock.KindOtherIn, sheet(stock.KindOtherIn, "2025-12-31", "", line("bolt", "1", "1")), "period.closed at /date month=2025-12"},
			{"field of another kind", stock.KindTransfer, sheet(stock.KindTransfer, day, `,"to_warehouse":$shop,"party":$customer`, line("bolt", "1", "")),
				"field.unknown at /party"},
			{"too much money", stock.KindOtherIn, sheet(stock.KindOtherIn, day, "", line("bolt", "9000000000000", "9000000000000")),
				"commerce.range at /lines/0/amount"},
		} {
			if _, err := s.try(r.kind, r.body); err == nil || err.Error() != r.want {
				t.Errorf("%s: %v; want %s", r.name, err, r.want)
			}
		}
		// What is gone cannot be taken out of the past.
		in := s.post(stock.KindReceipt, "2026-11-02", "", line("nut", "5", "1"))
		s.post(stock.KindDelivery, "2026-11-03", "", line("nut", "4", ""))
		if err := s.act(in, "unpost", ""); err == nil || err.Error() != "stock.short at /lines/0/qty have=1 item=螺母 want=5 warehouse=总仓" {
			t.Errorf("unposting what was sold: %v", err)
		}
		s.wantPool("nut", 0, "1", "1.00")
		s.wantPool("bolt", 0, "3", "30.00")
		s.audit()
	})
}

func TestLastPieceIsSoldOnce(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, map[string]string{"stock.negative": "refuse"})
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "1", "10"))
		var sold, short atomic.Int64
		var wg sync.WaitGroup
		for range 60 {
			wg.Go(func() {
				_, err := s.try(stock.KindDelivery, sheet(stock.KindDelivery, day, "", line("bolt", "1", "")))
				list, _ := problem.From(err)
				switch {
				case err == nil:
					sold.Add(1)
				case len(list) == 1 && list[0].Error() == "stock.short at /lines/0/qty have=0 item=螺栓 want=1 warehouse=总仓":
					short.Add(1)
				default:
					t.Errorf("neither sold nor short: %v", err)
				}
			})
		}
		wg.Wait()
		if sold.Load() != 1 || short.Load() != 59 {
			t.Errorf("%d sold, %d short; want 1 and 59", sold.Load(), short.Load())
		}
		s.wantPool("bolt", 0, "0", "0.00")
		s.wantHand("bolt", "main", "0")
		s.audit()
	})
}

// New items have no balance rows yet: the first users of them must not overtake each other.
func TestFirstUsersWaitForEachOther(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				lines := []string{line("bolt", "1", "10"), line("nut", "1", "3")}
				if i%2 == 1 { // the other way round: locks are taken in one order all the same
					lines[0], lines[1] = lines[1], lines[0]
				}
				if _, err := s.try(stock.KindReceipt, sheet(stock.KindReceipt, day, "", lines...)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		s.wantPool("bolt", 0, "24", "240.00")
		s.wantPool("nut", 0, "24", "72.00")
		s.audit()
	})
}

func TestCountStart(t *testing.T) {
	testkit.Both(t, options(), func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "3", "10"), line("nut", "8", "1"))
		res, err := s.do(pipeline.Command{Def: stock.Counts.Def, Act: "create"}, sheet(stock.KindCount, day, "", `{"item":$bolt,"counted":"2"}`))
		s.must(err)
		count := res.Rec.(*stock.Document)
		s.post(stock.KindDelivery, "2026-11-02", "", line("nut", "1", ""))
		s.must(s.act(count, "start", `{"as_booked":true}`))
		count = s.load(count)
		if len(count.Lines) != 2 || count.Lines[0].Qty.String() != "3" || count.Lines[0].Counted.String() != "2" ||
			count.Lines[1].Item != s.ids["nut"] || count.Lines[1].Qty.String() != "7" || count.Lines[1].Counted.String() != "7" || count.Lines[1].Unit != s.ids["pcs"] {
			t.Errorf("started: %+v", count.Lines)
		}
		// What is sold between counting and posting is not taken for a difference.
		s.post(stock.KindDelivery, "2026-11-10", "", line("nut", "2", ""))
		s.must(s.act(count, "post", ""))
		s.wantHand("bolt", "main", "2")
		s.wantHand("nut", "main", "5")
		if got := s.load(count); got.Number != "PD261100001" || got.Cost.String() != "-10.00" {
			t.Errorf("%s cost %s", got.Number, got.Cost)
		}
		s.audit()
	})
}

func TestPreviewFillsAndTells(t *testing.T) {
	o := options()
	o.Modules = append(o.Modules, kernel.Module{Name: "debts", Needs: []string{"stock"}, Setup: func(c *kernel.Company) error {
		return stock.Debt.Fill(c, func(*kernel.View, int64) (money.Amount, money.Amount, error) { return 90000, 10000, nil })
	}})
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		s := open(t, c, nil)
		s.post(stock.KindReceipt, "2026-11-01", "", line("bolt", "4", "10"))
		s.post(stock.KindDelivery, "2026-11-02", "", line("bolt", "1", "19"))
		res, err := s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "create"}, `{"party":$customer,"tax_mode":"excluded","lines":[`+
			line("bolt", "4", "")+","+line("nut", "1", "")+`,{"item":$bolt,"qty":"1","unit":$pcs}]}`)
		s.must(err)
		d := res.Rec.(*stock.Document)
		if d.Warehouse != s.ids["main"] || d.Date != "2026-11-21" || d.Number != "" || d.Lines[0].Price.String() != "20" || d.Lines[1].Tax.String() != "0.26" ||
			d.Lines[2].Price != 0 || d.Gross.String() != "82.26" {
			t.Errorf("filled: %+v", d)
		}
		s.view(func(v *kernel.View) error {
			facts, err := stock.Deliveries.Def.Facts(v, d)
			want := []string{"/party 900.00", "/party 100.00", "/party 2026-11-02 19.00", "/lines/0/qty 3", "/lines/0/qty 1", "/lines/1/qty 0", "/lines/1/qty 1", "/lines/2/qty 3",
				"/lines/2/qty 2", "/lines/0/price 零售价", "/lines/0/price 19", "/lines/1/price 零售价", "/lines/2/price 19", "/gross 捌拾贰元贰角陆分", "/round_off 0.26", "/owed 82.26"}
			if len(facts) != len(want) {
				t.Fatalf("facts %+v", facts)
			}
			for i, f := range facts {
				if got := f.Pointer + " " + f.Value; got != want[i] {
					t.Errorf("fact %q, want %q", got, want[i])
				}
			}
			return err
		})
	})
}
