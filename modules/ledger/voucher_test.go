package ledger_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

func TestInstall(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		if ledger.Enabled(c) {
			t.Fatal("books before they were installed")
		}
		o := open(t, c)
		if !ledger.Enabled(c) || c.Setting(ledger.SettingFrom) != "2026-01" || len(o.accounts) != 178 {
			t.Fatalf("enabled %v, from %s, %d accounts", ledger.Enabled(c), c.Setting(ledger.SettingFrom), len(o.accounts))
		}
		o.view(func(v *kernel.View) error {
			a, err := ledger.Accounts.Find(v, o.accounts["1122"])
			if err != nil || a.Name != "应收账款" || !a.Leaf || !a.ByParty || a.ByItem || a.Direction != "debit" || !a.Active {
				t.Errorf("1122 is %+v, %v", a, err)
			}
			h, err := ledger.Accounts.Find(v, o.accounts["2221"])
			if err != nil || h.Leaf || h.Parent != 0 {
				t.Errorf("2221 is %+v, %v", h, err)
			}
			roles, err := ledger.Roles.Where(v, "role = ?", "output_tax")
			if err != nil || len(roles) != 1 || roles[0].Account != o.accounts["22210107"] {
				t.Errorf("output_tax is %+v, %v", roles, err)
			}
			return nil
		})
		if o.period("2026-01") == 0 {
			t.Error("no first period")
		}
		err := o.try(func(tx *kernel.Tx) error {
			return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "small", From: "2026-01"})
		})
		if got := code(t, err); got != "ledger.installed" {
			t.Errorf("second install: %s", got)
		}
	})
}

func TestVoucherLife(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		def := ledger.Vouchers.Def
		v := o.write("2026-11-05", "销售一批", "1122 D 113.00 C1", "5001 C 100.00", "22210107 C 13.00")
		if v.Number != "记-1" || v.Seq != 1 || v.Period != "2026-11" || v.Total != 11300 || v.Summary != "销售一批" || v.Lines[2].Summary != "销售一批" {
			t.Errorf("voucher %+v", v)
		}
		if v.Lines[0].Party != o.customer || v.Lines[0].Day != "2026-11-05" {
			t.Errorf("line %+v", v.Lines[0])
		}
		// A draft may change, not its month.
		in := o.parse(fmt.Sprintf(`{"date":"2026-11-06","lines":[{"id":%d,"debit":"226.00"},{"id":%d,"credit":"200.00"},{"id":%d,"credit":"26.00"}]}`,
			v.Lines[0].Line.ID, v.Lines[1].Line.ID, v.Lines[2].Line.ID))
		if _, err := o.do(kernel.SystemActor(), pipeline.Command{Def: def, Act: "update", ID: v.ID, Input: in}); err != nil {
			t.Fatal(err)
		}
		_, err := o.do(kernel.SystemActor(), pipeline.Command{Def: def, Act: "update", ID: v.ID, Input: o.parse(`{"date":"2026-12-01"}`)})
		if got := code(t, err); got != "ledger.month_fixed/date" {
			t.Errorf("another month: %s", got)
		}
		o.audited()
		o.must(def, v.ID, "review", "unreview", "review", "post")
		if got := o.find(v.ID); got.State != ledger.Posted || got.Total != 22600 || got.Date != "2026-11-06" || got.PostedAt == 0 {
			t.Errorf("posted %+v", got)
		}
		o.audited()
		// Posted is for ever.
		_, err = o.do(kernel.SystemActor(), pipeline.Command{Def: def, Act: "update", ID: v.ID, Input: o.parse(`{"note":"x"}`)})
		if got := code(t, err); got != "state.readonly" {
			t.Errorf("change of a posted voucher: %s", got)
		}
		if got := code(t, o.act(def, v.ID, "void")); got != "state.wrong" {
			t.Errorf("void of a posted voucher: %s", got)
		}
		o.must(def, v.ID, "reverse")
		red := o.find(o.find(v.ID).ReversedBy)
		if red.Number != "记-2" || red.Kind != ledger.KindReversal || red.Reverses != v.ID || red.Total != -22600 ||
			red.Summary != "注销2026年11月6日记-1号凭证" || red.Lines[0].Debit != -22600 || red.Lines[1].Credit != -20000 || red.Date != "2026-11-06" {
			t.Errorf("red voucher %+v", red)
		}
		if got := code(t, o.act(def, v.ID, "reverse")); got != "ledger.reversed_already" {
			t.Errorf("second reverse: %s", got)
		}
		o.audited()
		// A voided red voucher gives the original back; both keep their numbers.
		o.must(def, red.ID, "void")
		if o.find(v.ID).ReversedBy != 0 || o.find(red.ID).Number != "记-2" || o.find(red.ID).Lines[0].Day != "" {
			t.Errorf("after the void: %+v", o.find(red.ID))
		}
		if next := o.write("2026-11-30", "x", "1001 D 1.00", "1002 C 1.00"); next.Number != "记-3" {
			t.Errorf("next number %s", next.Number)
		}
		o.audited()
	})
}

func TestRefusals(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		first := o.write("2026-01-10", "一月", "1001 D 1.00", "3001 C 1.00")
		o.must(ledger.Vouchers.Def, first.ID, "post")
		o.must(ledger.Periods.Def, o.period("2026-01"), "close")
		for _, x := range []struct{ name, text, want string }{
			{"unbalanced", o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.01"), "ledger.unbalanced/lines"},
			{"one line", o.voucher("2026-11-01", "x", "1001 D 1.00"), "lines.min/lines"},
			{"zero line", o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00", "5601 D 0"), "ledger.account_header/lines/2/account"},
			{"zero leaf", o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00", "1012 D 0"), "ledger.account_header/lines/2/account"},
			{"zero amount", o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00", "1101 D 0"), "ledger.line_zero/lines/2"},
			{"no summary", o.voucher("2026-11-01", "", "1001 D 1.00", "1002 C 1.00"), "required/lines/0/summary"},
			{"header", o.voucher("2026-11-01", "x", "2221 D 1.00", "1002 C 1.00"), "ledger.account_header/lines/0/account"},
			{"no customer", o.voucher("2026-11-01", "x", "1122 D 1.00", "1002 C 1.00"), "ledger.dimension/lines/0/party"},
			{"no supplier", o.voucher("2026-11-01", "x", "1002 D 1.00", "220201 C 1.00"), "ledger.dimension/lines/1/party"},
			{"closed period", o.voucher("2026-01-31", "x", "1001 D 1.00", "1002 C 1.00"), "ledger.period_closed/date"},
			{"before the last closed period", o.voucher("2025-12-31", "x", "1001 D 1.00", "1002 C 1.00"), "ledger.period_closed/date"},
			{"too much", o.voucher("2026-11-01", "x", "1001 D 10000000000000.01", "1002 C 10000000000000.01"), "ledger.amount_range/lines/0"},
			{"closing by hand", strings.Replace(o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00"), "{", `{"kind":"closing",`, 1), "ledger.kind_reserved/kind"},
			{"number out of turn", strings.Replace(o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00"), "{", `{"number":"记-7",`, 1), "ledger.number_gap/number"},
			{"opening too late", strings.Replace(o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00"), "{", `{"kind":"opening",`, 1), "ledger.opening_date/date"},
		} {
			_, err := o.do(kernel.SystemActor(), pipeline.Command{Def: ledger.Vouchers.Def, Act: "create", Input: o.parse(x.text)})
			if err == nil {
				t.Errorf("%s passed", x.name)
			} else if got := code(t, err); got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
		}
		both := strings.Replace(o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00"), `"debit":"1.00"`, `"debit":"1.00","credit":"1.00"`, 1)
		_, err := o.do(kernel.SystemActor(), pipeline.Command{Def: ledger.Vouchers.Def, Act: "create", Input: o.parse(both)})
		if got := code(t, err); got != "ledger.line_both/lines/0" {
			t.Errorf("both sides: %s", got)
		}
		if got := code(t, o.try(func(tx *kernel.Tx) error { return o.sale(tx, 1, "2026-01-31", 100) })); got != "ledger.period_closed/date" {
			t.Errorf("a document in a closed period: %s", got)
		}
		if got := code(t, o.try(func(tx *kernel.Tx) error { return ledger.PeriodOpen(tx, "2026-01-31") })); got != "ledger.period_closed/date" {
			t.Errorf("a closed period is open: %s", got)
		}
		for name, value := range map[string]string{ledger.SettingFrom: "2026-02", ledger.SettingVAT: "small", ledger.SettingBooks: "false"} {
			err := o.try(func(tx *kernel.Tx) error { return settings.Put(tx, map[string]string{name: value}) })
			if got := code(t, err); got != "ledger.setting_fixed" {
				t.Errorf("%s: %s", name, got)
			}
		}
		// What an account does not take is dropped, not kept.
		v := o.write("2026-11-01", "x", "1001 D 1.00 C1 shop", "560202 C 1.00 C1 shop")
		if v.Lines[0].Party != 0 || v.Lines[0].Department != 0 || v.Lines[1].Party != 0 || v.Lines[1].Department != o.shop {
			t.Errorf("dimensions %+v", v.Lines)
		}
		o.audited()
	})
}

func TestTwoPeople(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		def := ledger.Vouchers.Def
		o.set(map[string]string{ledger.SettingReview: "true", ledger.SettingTwoPeople: "true"})
		maker, checker := kernel.SystemActor(), kernel.SystemActor()
		maker.UserID, checker.UserID = 7, 8
		in := o.input("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00")
		res, err := o.do(maker, pipeline.Command{Def: def, Act: "create", Input: in})
		if err != nil {
			t.Fatal(err)
		}
		id := res.Rec.(*ledger.Voucher).ID
		for _, x := range []struct {
			actor        *kernel.Actor
			action, want string
		}{
			{maker, "review", "ledger.maker_reviewer"}, {maker, "post", "ledger.review_first"}, {checker, "review", ""},
			{maker, "unreview", "ledger.own_review"}, {checker, "unreview", ""}, {checker, "review", ""}, {maker, "post", ""},
		} {
			_, err := o.do(x.actor, pipeline.Command{Def: def, Act: x.action, ID: id})
			got := ""
			if err != nil {
				got = code(t, err)
			}
			if got != x.want {
				t.Errorf("%d %s: %q, want %q", x.actor.UserID, x.action, got, x.want)
			}
		}
		if v := o.find(id); v.ReviewedBy != 8 || v.PostedBy != 7 {
			t.Errorf("voucher %+v", v)
		}
	})
}

func TestNumbersWithoutGapsUnderLoad(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		in := o.voucher("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00")
		var wg sync.WaitGroup
		errs := make(chan error, 64)
		for i := range 32 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for j := range 2 {
					_, err := pipeline.Do(context.Background(), c, kernel.SystemActor(), pipeline.Command{Def: ledger.Vouchers.Def, Act: "create", Input: o.parse(in)})
					if err == nil && i%4 == 0 && j == 1 {
						// A unit that fails after its number was taken must not leave a hole.
						err = o.try(func(tx *kernel.Tx) error {
							return ledger.Add(tx, ledger.Source{Resource: "x", ID: int64(1 + i), Date: "2026-11-01"}, ledger.Entry{Role: "cash", Debit: 1})
						})
						if err != nil && strings.Contains(err.Error(), "ledger.unbalanced") {
							err = nil
						}
					}
					if err != nil {
						errs <- err
					}
				}
			}()
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			t.Error(err)
		}
		var n, last int64
		o.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&n, &last}, "SELECT COUNT(*), MAX(seq) FROM ledger_voucher")
			return err
		})
		if n != 64 || last != 64 {
			t.Errorf("%d vouchers, last number %d", n, last)
		}
		o.audited()
	})
}
