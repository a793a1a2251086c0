package ledger_test

import (
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

// sale books a sale of an amount as the bridges do: the debt and revenue by one, the cost by another call.
func (o *office) sale(tx *kernel.Tx, id int64, date clock.Date, amount money.Amount) error {
	s := ledger.Source{Resource: "stock.delivery", ID: id, Date: date, Number: "XS1", Who: "甲公司"}
	if err := ledger.Add(tx, s, ledger.Entry{Role: "receivable", Party: o.customer, Debit: amount},
		ledger.Entry{Role: "revenue", Party: o.customer, Credit: amount / 2}, ledger.Entry{Role: "revenue", Credit: amount - amount/2}); err != nil {
		return err
	}
	return ledger.Add(tx, s, ledger.Entry{Role: "cost_of_sales", Debit: 40}, ledger.Entry{Role: "inventory", Credit: 40, Qty: money.OneQty})
}

func TestVouchersOfDocuments(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 900, "2026-11-05", 10000) })
		same(t, "made", o.bySource(900), []string{"记-1 draft 100.40"})
		var v *ledger.Voucher
		o.view(func(view *kernel.View) error {
			list, err := ledger.Vouchers.Where(view, "source_id = 900")
			v = list[0]
			return err
		})
		if len(v.Lines) != 4 || v.Lines[1].Credit != 10000 || v.Lines[1].Party != 0 || v.Lines[3].Quantity != money.OneQty || v.Summary != "stock.delivery XS1 甲公司" {
			t.Errorf("lines %+v", v.Lines)
		}
		// People cannot touch it.
		if got := code(t, o.act(ledger.Vouchers.Def, v.ID, "void")); got != "ledger.from_document" {
			t.Errorf("void by hand: %s", got)
		}
		_, err := o.do(kernel.SystemActor(), pipeline.Command{Def: ledger.Vouchers.Def, Act: "update", ID: v.ID, Input: o.parse(`{"note":"x"}`)})
		if got := code(t, err); got != "ledger.from_document" {
			t.Errorf("change by hand: %s", got)
		}
		o.must(ledger.Vouchers.Def, v.ID, "review")
		// Regenerated: same number, back to draft. Withdrawn and added in one unit is the same.
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 900, "2026-11-06", 20000) })
		same(t, "regenerated", o.bySource(900), []string{"记-1 draft 200.40"})
		o.unit(func(tx *kernel.Tx) error {
			if err := ledger.Withdraw(tx, "stock.delivery", 900); err != nil {
				return err
			}
			return o.sale(tx, 900, "2026-11-07", 5000)
		})
		same(t, "modified", o.bySource(900), []string{"记-1 draft 50.40"})
		o.audited()
		// In another month it gets another number; the old one is kept as void.
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 900, "2026-12-01", 5000) })
		same(t, "moved", o.bySource(900), []string{"记-1 void 50.40", "记-1 draft 50.40"})
		o.unit(func(tx *kernel.Tx) error { return ledger.Withdraw(tx, "stock.delivery", 900) })
		same(t, "withdrawn", o.bySource(900), []string{"记-1 void 50.40", "记-1 void 50.40"})
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 900, "2026-12-02", 7000) })
		same(t, "anew", o.bySource(900), []string{"记-1 void 50.40", "记-1 void 50.40", "记-2 draft 70.40"})
		o.audited()
		// Posted: a withdrawal makes a red voucher, a change makes red and blue.
		o.must(ledger.Periods.Def, o.period("2026-12"), "post")
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 900, "2026-12-02", 8000) })
		same(t, "changed after posting", o.bySource(900)[2:], []string{"记-2 posted 70.40", "记-3 draft -70.40", "记-4 draft 80.40"})
		o.unit(func(tx *kernel.Tx) error { return ledger.Withdraw(tx, "stock.delivery", 900) })
		same(t, "withdrawn again", o.bySource(900)[2:], []string{"记-2 posted 70.40", "记-3 draft -70.40", "记-4 void 80.40"})
		o.audited()
	})
}

// grocer splits revenue into two detail accounts, the first for a category of its own.
func (o *office) grocer() (food int64) {
	category := &item.Category{Code: "F", Name: "食品"}
	o.unit(func(tx *kernel.Tx) error {
		if err := pipeline.Create(tx, item.Categories, category); err != nil {
			return err
		}
		if err := pipeline.Create(tx, ledger.Accounts, &ledger.Account{Code: "500101", Name: "食品收入", Active: true}); err != nil {
			return err
		}
		return pipeline.Create(tx, ledger.Accounts, &ledger.Account{Code: "500102", Name: "其他收入", Active: true})
	})
	o.view(func(v *kernel.View) error {
		list, err := ledger.Accounts.Where(v, "code LIKE '5001%'")
		for _, a := range list {
			o.accounts[a.Code] = a.ID
			if a.Leaf != (len(a.Code) == 6) || a.Kind != "income" || a.Direction != "credit" {
				o.t.Errorf("account %+v", a)
			}
		}
		return err
	})
	o.unit(func(tx *kernel.Tx) error {
		list, err := ledger.Roles.Where(tx.View, "role = 'revenue'")
		if err != nil {
			return err
		}
		if list[0].Account != o.accounts["500101"] {
			o.t.Errorf("5001 became a header, but its role did not follow: %d", list[0].Account)
		}
		rec, err := ledger.Roles.Lock(tx, list[0].ID)
		if err != nil {
			return err
		}
		rec.Account = o.accounts["500102"]
		if err := ledger.Roles.Save(tx, rec); err != nil {
			return err
		}
		return pipeline.Create(tx, ledger.Roles, &ledger.Role{Role: "revenue", Name: "食品", Account: o.accounts["500101"], Category: category.ID})
	})
	return category.ID
}

func TestRolesFindAccounts(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 9, "2026-11-01", 0) }) // reads the chart before it changes
		food := o.grocer()
		o.unit(func(tx *kernel.Tx) error {
			return ledger.Add(tx, ledger.Source{Resource: "x", ID: 1, Date: "2026-11-01"}, ledger.Entry{Role: "cash", Debit: 300},
				ledger.Entry{Role: "revenue", Credit: 100}, ledger.Entry{Role: "revenue", Category: food, Credit: 200},
				ledger.Entry{Role: "revenue", Category: 5, Credit: 0})
		})
		o.view(func(v *kernel.View) error {
			list, err := ledger.Vouchers.Where(v, "source = 'x'")
			if err != nil || len(list) != 1 || len(list[0].Lines) != 3 || list[0].Lines[1].Account != o.accounts["500102"] ||
				list[0].Lines[2].Account != o.accounts["500101"] {
				t.Errorf("booked %+v %v", list, err)
			}
			return nil
		})
		book := func(id int64, entries ...ledger.Entry) func(tx *kernel.Tx) error {
			return func(tx *kernel.Tx) error {
				return ledger.Add(tx, ledger.Source{Resource: "x", ID: id, Date: "2026-11-01"}, entries...)
			}
		}
		for want, fn := range map[string]func(tx *kernel.Tx) error{
			"ledger.role_missing":     book(2, ledger.Entry{Role: "nonsense", Debit: 1}, ledger.Entry{Role: "cash", Credit: 1}),
			"ledger.unbalanced/lines": book(3, ledger.Entry{Role: "bank", Debit: 2}, ledger.Entry{Role: "cash", Credit: 1}),
			"ledger.source": func(tx *kernel.Tx) error {
				return ledger.Add(tx, ledger.Source{Resource: "x", ID: 4}, ledger.Entry{Role: "bank", Debit: 2})
			},
			"ledger.role_twice/role": func(tx *kernel.Tx) error {
				return pipeline.Create(tx, ledger.Roles, &ledger.Role{Role: "revenue", Account: o.accounts["500101"], Category: food})
			},
			"ledger.account_header/account": func(tx *kernel.Tx) error {
				return pipeline.Create(tx, ledger.Roles, &ledger.Role{Role: "mine", Account: o.accounts["5001"]})
			},
		} {
			if got := code(t, o.try(fn)); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		o.audited()
	})
}

func TestAccountsKeepTheirShape(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		o.write("2026-11-01", "x", "1001 D 1.00", "1002 C 1.00")
		for want, a := range map[string]ledger.Account{
			"ledger.account_used":        {Code: "100101", Name: "柜台"},
			"ledger.parent_missing/code": {Code: "777701", Name: "x"},
			"ledger.kind_differs/kind":   {Code: "110101", Name: "x", Kind: "liability"},
			"ledger.account_code/code":   {Code: "12345", Name: "x", Kind: "asset", Direction: "debit"},
			"required/kind":              {Code: "1009", Name: "x", Direction: "debit"},
		} {
			if got := code(t, o.try(func(tx *kernel.Tx) error { return pipeline.Create(tx, ledger.Accounts, &a) })); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		change := pipeline.Command{Def: ledger.Accounts.Def, Act: "update", ID: o.accounts["1001"], Input: o.parse(`{"by_party":true}`)}
		if _, err := o.do(kernel.SystemActor(), change); code(t, err) != "ledger.account_used" {
			t.Errorf("dimension switched on: %v", err)
		}
		for id, want := range map[string]string{"1001": "ledger.account_used", "1122": "ledger.account_role", "2221": "ledger.account_children"} {
			if got := code(t, o.act(ledger.Accounts.Def, o.accounts[id], "delete")); got != want {
				t.Errorf("delete %s: %s, want %s", id, got, want)
			}
		}
		// The last detail account goes: its parent takes entries again.
		share := &ledger.Account{Code: "110101", Name: "股票", Active: true}
		o.unit(func(tx *kernel.Tx) error { return pipeline.Create(tx, ledger.Accounts, share) })
		leaf := func(want bool) {
			t.Helper()
			o.view(func(v *kernel.View) error {
				a, err := ledger.Accounts.Find(v, o.accounts["1101"])
				if err != nil || a.Leaf != want {
					t.Errorf("1101 %+v %v", a, err)
				}
				return nil
			})
		}
		leaf(false)
		o.must(ledger.Accounts.Def, share.ID, "delete")
		leaf(true)
	})
}

func TestWithoutBooksNothingHappens(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := &office{t: t, c: c}
		o.unit(func(tx *kernel.Tx) error {
			if err := ledger.PeriodOpen(tx, "2026-11-01"); err != nil {
				return err
			}
			if err := ledger.Add(tx, ledger.Source{}, ledger.Entry{Role: "nonsense", Debit: 1}); err != nil {
				return err
			}
			return ledger.Withdraw(tx, "x", 1)
		})
		var n int64
		o.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&n}, "SELECT (SELECT COUNT(*) FROM ledger_voucher) + (SELECT COUNT(*) FROM ledger_period)")
			return err
		})
		if n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestOpeningsCountBeforeEveryMonth(t *testing.T) {
	testkit.Both(t, modules, func(t *testing.T, c *kernel.Company) {
		o := open(t, c)
		o.unit(func(tx *kernel.Tx) error {
			return ledger.Add(tx, ledger.Source{Resource: "settlement.opening", ID: 1, Date: "2026-01-01", Summary: "期初", Opening: true},
				ledger.Entry{Role: "bank", Debit: 50000}, ledger.Entry{Role: "receivable", Party: o.customer, Debit: 30000},
				ledger.Entry{Role: "opening_balance", Credit: 80000})
		})
		o.write("2026-01-15", "收款", "1002 D 100.00", "1122 C 100.00 C1")
		columns := []string{"code", "opening_debit", "opening_credit", "debit", "credit", "closing_debit", "closing_credit"}
		same(t, "January", o.report("ledger.trial_balance", map[string]string{"from": "2026-01-01", "to": "2026-01-31"}, columns...), []string{
			"1002 500.00 0.00 100.00 0.00 600.00 0.00",
			"1122 300.00 0.00 0.00 100.00 200.00 0.00",
			"3104 0.00 800.00 0.00 0.00 0.00 800.00",
			"310401 0.00 800.00 0.00 0.00 0.00 800.00",
		})
		o.audited()
		var parties map[int64]*party.Party
		o.view(func(v *kernel.View) (err error) {
			parties, err = party.Parties.FindMany(v, []int64{o.customer})
			return err
		})
		same(t, "customers", o.report("ledger.dimension_balance", map[string]string{"by": "party", "from": "2026-01-01", "to": "2026-01-31"},
			"label", "code", "opening_debit", "credit", "closing_debit"), []string{parties[o.customer].Name + " 1122 300.00 100.00 200.00"})
		// Once a month is closed the openings stand.
		o.must(ledger.Periods.Def, o.period("2026-01"), "post", "close")
		err := o.try(func(tx *kernel.Tx) error {
			return ledger.Add(tx, ledger.Source{Resource: "settlement.opening", ID: 2, Date: "2026-01-01", Summary: "期初", Opening: true},
				ledger.Entry{Role: "bank", Debit: 1}, ledger.Entry{Role: "opening_balance", Credit: 1})
		})
		if got := code(t, err); got != "ledger.opening_closed/date" {
			t.Errorf("opening after a close: %s", got)
		}
	})
}

// TestWhatADocumentCosts pins the statements of a voucher: its source's voucher, period, counter, voucher, entries and two
// balance tables, beside the two of the search index and the three of the audit.
func TestWhatADocumentCosts(t *testing.T) {
	o := open(t, testkit.SQLite(t, modules))
	for id := range int64(2) {
		o.unit(func(tx *kernel.Tx) error { return o.sale(tx, 1+id, "2026-11-05", 10000) })
	}
	for _, s := range o.c.Store.Stats().All() {
		if s.Label == "test" && s.LastStatements != 12 {
			t.Errorf("%d statements, want 12", s.LastStatements)
		}
	}
}
