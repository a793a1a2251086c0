package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
)

var modules = testkit.Options{Modules: []kernel.Module{
	organisation.Module(), tax.Module(), unit.Module(), party.Module(), item.Module(), warehouse.Module(), ledger.Module(), tills,
}}

// tills stands for the module whose money accounts posting accounts may be limited to.
var tills = kernel.Module{Name: "tills", Setup: func(c *kernel.Company) error {
	return c.Add(resource.Declare(resource.Spec[till]{Name: "settlement.money_account", Label: kernel.T("结算账户", "Money account"), Internal: true}).Def)
}}

type till struct {
	resource.Base
	Name string `zg:"" zh:"名称" en:"Name"`
}

// office is a company with books from 2026-01 and one customer, one supplier and two departments.
type office struct {
	t                  testing.TB
	c                  *kernel.Company
	accounts           map[string]int64
	customer, supplier int64
	shop, back         int64
}

func open(t testing.TB, c *kernel.Company) *office {
	t.Helper()
	o := &office{t: t, c: c}
	o.unit(func(tx *kernel.Tx) error {
		return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "general", From: "2026-01"})
	})
	o.unit(func(tx *kernel.Tx) error {
		a := &party.Party{Code: "C1", Name: "甲公司", Customer: true, TaxMode: "none", Active: true}
		b := &party.Party{Code: "S1", Name: "乙公司", Supplier: true, TaxMode: "none", Active: true}
		d := &organisation.Department{Code: "01", Name: "门店", Active: true}
		e := &organisation.Department{Code: "02", Name: "后勤", Active: true}
		for _, p := range []*party.Party{a, b} {
			if err := pipeline.Create(tx, party.Parties, p); err != nil {
				return err
			}
		}
		for _, x := range []*organisation.Department{d, e} {
			if err := pipeline.Create(tx, organisation.Departments, x); err != nil {
				return err
			}
		}
		o.customer, o.supplier, o.shop, o.back = a.ID, b.ID, d.ID, e.ID
		return nil
	})
	o.accounts = map[string]int64{}
	o.view(func(v *kernel.View) error {
		list, err := ledger.Accounts.Where(v, "1 = 1")
		for _, a := range list {
			o.accounts[a.Code] = a.ID
		}
		return err
	})
	return o
}

func (o *office) try(fn func(tx *kernel.Tx) error) error {
	return pipeline.Unit(context.Background(), o.c, kernel.SystemActor(), "test", fn)
}

func (o *office) unit(fn func(tx *kernel.Tx) error) {
	o.t.Helper()
	if err := o.try(fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) view(fn func(v *kernel.View) error) {
	o.t.Helper()
	if err := o.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) set(values map[string]string) {
	o.t.Helper()
	o.unit(func(tx *kernel.Tx) error { return settings.Put(tx, values) })
}

// input writes a voucher as people type it: "1122 D 113.00 C1" lines.
func (o *office) input(date, summary string, lines ...string) *resource.Object {
	o.t.Helper()
	return o.parse(o.voucher(date, summary, lines...))
}

func (o *office) parse(text string) *resource.Object {
	o.t.Helper()
	in, p := resource.ParseObject([]byte(text))
	if p != nil {
		o.t.Fatal(p)
	}
	return in
}

func (o *office) voucher(date, summary string, lines ...string) string {
	list := make([]string, 0, len(lines))
	for _, line := range lines {
		f := strings.Fields(line)
		id, ok := o.accounts[f[0]]
		if !ok {
			o.t.Fatalf("no account %s", f[0])
		}
		side := map[string]string{"D": "debit", "C": "credit"}[f[1]]
		extra := ""
		for _, word := range f[3:] {
			switch word {
			case "C1":
				extra += fmt.Sprintf(`,"party":%d`, o.customer)
			case "S1":
				extra += fmt.Sprintf(`,"party":%d`, o.supplier)
			case "shop":
				extra += fmt.Sprintf(`,"department":%d`, o.shop)
			case "back":
				extra += fmt.Sprintf(`,"department":%d`, o.back)
			}
		}
		list = append(list, fmt.Sprintf(`{"account":%d,"%s":"%s"%s}`, id, side, f[2], extra))
	}
	text := strings.Join(list, ",")
	text = strings.Replace(text, "{", `{"summary":"`+summary+`",`, 1)
	return fmt.Sprintf(`{"date":"%s","lines":[%s]}`, date, text)
}

func (o *office) do(actor *kernel.Actor, cmd pipeline.Command) (*pipeline.Result, error) {
	return pipeline.Do(context.Background(), o.c, actor, cmd)
}

func (o *office) write(date, summary string, lines ...string) *ledger.Voucher {
	o.t.Helper()
	res, err := o.do(kernel.SystemActor(), pipeline.Command{Def: ledger.Vouchers.Def, Act: "create", Input: o.input(date, summary, lines...)})
	if err != nil {
		o.t.Fatal(err)
	}
	return res.Rec.(*ledger.Voucher)
}

func (o *office) act(d *kernel.Def, id int64, action string) error {
	_, err := o.do(kernel.SystemActor(), pipeline.Command{Def: d, Act: action, ID: id})
	return err
}

func (o *office) must(d *kernel.Def, id int64, actions ...string) {
	o.t.Helper()
	for _, a := range actions {
		if err := o.act(d, id, a); err != nil {
			o.t.Fatalf("%s: %v", a, err)
		}
	}
}

func (o *office) find(id int64) *ledger.Voucher {
	o.t.Helper()
	var out *ledger.Voucher
	o.view(func(v *kernel.View) (err error) {
		out, err = ledger.Vouchers.Find(v, id)
		return err
	})
	return out
}

func (o *office) period(month clock.Month) int64 {
	o.t.Helper()
	var id int64
	o.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&id}, "SELECT id FROM ledger_period WHERE month = ?", string(month))
		return err
	})
	return id
}

// bySource gives the vouchers of a document as "number state total", oldest first.
func (o *office) bySource(id int64) []string {
	var out []string
	o.view(func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "source_id = ?", id)
		for _, x := range list {
			out = append(out, fmt.Sprintf("%s %s %s", x.Number, x.State, x.Total))
		}
		return err
	})
	return out
}

// report runs a report and gives the named columns of each row, joined by spaces.
func (o *office) report(name string, params map[string]string, columns ...string) []string {
	o.t.Helper()
	var out []string
	o.view(func(v *kernel.View) error {
		table, err := o.c.Report(name).Run(v, params)
		if err != nil {
			return err
		}
		for _, row := range table.Rows {
			var parts []string
			for _, c := range columns {
				if x, ok := row.Values[c]; ok {
					parts = append(parts, fmt.Sprint(x))
				}
			}
			out = append(out, strings.Join(parts, " "))
		}
		return nil
	})
	return out
}

func code(t *testing.T, err error) string {
	t.Helper()
	list, ok := problem.From(err)
	if !ok {
		t.Fatalf("not a problem: %v", err)
	}
	return list[0].Code + list[0].Path
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// audited fails the test when the books contradict themselves.
func (o *office) audited() {
	o.t.Helper()
	for _, fault := range o.audit() {
		o.t.Error(fault)
	}
}

// audit recomputes both balance tables from the vouchers and compares; it also looks at balance and numbers of vouchers.
func (o *office) audit() (faults []string) {
	for _, query := range []string{
		`SELECT COUNT(*) FROM (
			SELECT account, period, debit, credit, posted_debit, posted_credit, closing_debit, closing_credit FROM ledger_total
				WHERE debit <> 0 OR credit <> 0 OR posted_debit <> 0 OR posted_credit <> 0 OR closing_debit <> 0 OR closing_credit <> 0
			EXCEPT
			SELECT e.account, CASE WHEN v.kind = 'opening' THEN '' ELSE v.period END,
				CAST(SUM(e.debit) AS BIGINT), CAST(SUM(e.credit) AS BIGINT),
				CAST(SUM(CASE WHEN v.state = 'posted' THEN e.debit ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN v.state = 'posted' THEN e.credit ELSE 0 END) AS BIGINT),
				CAST(SUM(CASE WHEN v.kind = 'closing' THEN e.debit ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN v.kind = 'closing' THEN e.credit ELSE 0 END) AS BIGINT)
			FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent WHERE v.state <> 'void'
			GROUP BY e.account, CASE WHEN v.kind = 'opening' THEN '' ELSE v.period END) x`,
		`SELECT COUNT(*) FROM (
			SELECT account, period, party, person, department, item, debit, credit, posted_debit, posted_credit FROM ledger_balance
				WHERE debit <> 0 OR credit <> 0 OR posted_debit <> 0 OR posted_credit <> 0
			EXCEPT
			SELECT e.account, CASE WHEN v.kind = 'opening' THEN '' ELSE v.period END, COALESCE(e.party, 0), COALESCE(e.person, 0),
				COALESCE(e.department, 0), COALESCE(e.item, 0), CAST(SUM(e.debit) AS BIGINT), CAST(SUM(e.credit) AS BIGINT),
				CAST(SUM(CASE WHEN v.state = 'posted' THEN e.debit ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN v.state = 'posted' THEN e.credit ELSE 0 END) AS BIGINT)
			FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.parent WHERE v.state <> 'void'
			GROUP BY e.account, CASE WHEN v.kind = 'opening' THEN '' ELSE v.period END, COALESCE(e.party, 0), COALESCE(e.person, 0),
				COALESCE(e.department, 0), COALESCE(e.item, 0)) x`,
		`SELECT COUNT(*) FROM (SELECT parent FROM ledger_entry GROUP BY parent HAVING SUM(debit) <> SUM(credit)) x`,
		`SELECT COUNT(*) FROM (SELECT period, word FROM ledger_voucher GROUP BY period, word HAVING COUNT(*) <> MAX(seq) OR MIN(seq) <> 1) x`,
	} {
		var n int64
		o.view(func(v *kernel.View) error {
			_, err := v.Scan([]any{&n}, query)
			return err
		})
		if n != 0 {
			faults = append(faults, fmt.Sprintf("%d rows differ in %s", n, query))
		}
	}
	var whole sql.NullInt64
	o.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&whole}, `SELECT CAST((SELECT SUM(debit) FROM ledger_total) - (SELECT SUM(e.debit) FROM ledger_entry e
			JOIN ledger_voucher v ON v.id = e.parent WHERE v.state <> 'void') AS BIGINT)`)
		return err
	})
	if whole.Int64 != 0 {
		faults = append(faults, "balances hold more than the entries: "+money.Amount(whole.Int64).String())
	}
	return faults
}
