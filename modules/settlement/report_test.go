package settlement

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
)

// report runs a report and gives its rows as text: the named columns, "-" where there is no value. The last row are
// the totals.
func (f *firm) report(name string, params map[string]string, columns ...string) string {
	f.Helper()
	var out []string
	f.view(func(v *kernel.View) error {
		r := v.Company.Report(name)
		t, err := r.Run(v, params)
		if err != nil {
			return err
		}
		known := t.Columns
		if known == nil {
			known = r.Columns
		}
		row := func(values map[string]any) {
			parts := make([]string, len(columns))
			for i, c := range columns {
				parts[i] = "-"
				if !slices.ContainsFunc(known, func(k *kernel.Field) bool { return k.Name == c }) {
					f.Errorf("report %s has no column %s", name, c)
				}
				if values[c] != nil {
					parts[i] = f.text(values[c])
				}
			}
			out = append(out, strings.Join(parts, " "))
		}
		for _, r := range t.Rows {
			row(r.Values)
		}
		row(t.Totals)
		return nil
	})
	return strings.Join(out, "\n")
}

// text gives the name of a party or money account, else the value as it prints.
func (f *firm) text(value any) string {
	names := map[int64]string{f.acme: "Acme", f.other: "Other", f.maker: "Maker", f.till: "Till", f.bank: "Bank"}
	if id, ok := value.(int64); ok && names[id] != "" {
		return names[id]
	}
	return strings.ReplaceAll(fmt.Sprint(value), " ", "_")
}

func (f *firm) table(name string, params map[string]string, columns, want string) {
	f.Helper()
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	if got := f.report(name, params, strings.Fields(columns)...); got != strings.Join(lines, "\n") {
		f.Errorf("%s %v:\n%s\nwant\n%s", name, params, got, strings.Join(lines, "\n"))
	}
}

func (f *firm) setting(name, value string) {
	f.Helper()
	f.must(pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{name: value})
	}))
}

// The debts are due thirty days after their date.
func TestAgeing(t *testing.T) {
	firms(t, func(f *firm) {
		f.raise(f.acme, Receivable, "2026-08-01", "400") // due 08-31: 82 days
		f.raise(f.acme, Receivable, "2026-09-22", "100") // due 10-22: 30 days
		f.raise(f.acme, Receivable, "2026-09-21", "10")  // due 10-21: 31 days
		f.raise(f.acme, Receivable, "2026-10-22", "50")  // due 11-21: not due
		f.raise(f.acme, Receivable, "2026-11-20", "-5")
		f.raise(f.other, Receivable, "2025-01-01", "7")
		f.raise(f.maker, Payable, "2026-10-01", "90")
		f.setting("settlement.ageing_buckets", "30,60")
		all := map[string]string{"side": "receivable"}
		f.table("settlement.ageing", all, "party age_not_due age_0 age_1 age_2 total advance net", `
			Acme  45.00 100.00 10.00 400.00 555.00 0.00 555.00
			Other  0.00   0.00  0.00   7.00   7.00 0.00   7.00
			-     45.00 100.00 10.00 407.00 562.00 0.00 562.00`)
		if all["as_of"] != "2026-11-21" {
			f.Errorf("the title block says %q", all["as_of"])
		}
		f.table("settlement.ageing", map[string]string{"side": "payable"}, "party age_0 total", "Maker 90.00 90.00\n- 90.00 90.00")
		f.receive(f.acme, "2026-11-15", "450")
		f.receive(f.other, "2026-11-20", "10")
		f.table("settlement.ageing", all, "party age_not_due age_0 age_1 age_2 total advance net", `
			Acme  50.00 55.00 0.00 0.00 105.00 0.00 105.00
			Other  0.00  0.00 0.00 0.00   0.00 3.00  -3.00
			-     50.00 55.00 0.00 0.00 105.00 3.00 102.00`)
		// Before the receipts, everything was open; before the last sheets, they did not exist.
		f.table("settlement.ageing", map[string]string{"side": "receivable", "as_of": "2026-11-14"}, "party age_not_due age_0 age_1 age_2 total", `
			Acme  50.00 110.00 0.00 400.00 560.00
			Other  0.00   0.00 0.00   7.00   7.00
			-     50.00 110.00 0.00 407.00 567.00`)
		// Ages are counted in days: the last day of a bucket belongs to it.
		f.table("settlement.ageing", map[string]string{"side": "payable", "as_of": "2026-11-30"}, "age_0 age_1", "90.00 0.00\n90.00 0.00")
		f.table("settlement.ageing", map[string]string{"side": "payable", "as_of": "2026-12-01"}, "age_0 age_1", "0.00 90.00\n0.00 90.00")
		f.table("settlement.ageing", map[string]string{"side": "payable", "as_of": "2026-10-31"}, "age_not_due age_0", "90.00 0.00\n90.00 0.00")
		f.table("settlement.ageing", map[string]string{"side": "payable", "as_of": "2026-11-01"}, "age_not_due age_0", "0.00 90.00\n0.00 90.00")
		f.setting("settlement.ageing_basis", "document")
		f.table("settlement.ageing", map[string]string{"side": "receivable", "party": fmt.Sprint(f.acme)}, "party age_0 age_1 age_2 total", `
			Acme 50.00 55.00 0.00 105.00
			-    50.00 55.00 0.00 105.00`)
	})
}

// An advance that is used up by a later sheet was an advance in between.
func TestAgeingKnowsAdvancesAsTheyWere(t *testing.T) {
	firms(t, func(f *firm) {
		p := f.receive(f.acme, "2026-11-01", "100")
		f.raise(f.acme, Receivable, "2026-11-10", "80")
		f.must(f.act(p, "settle", ""))
		for day, want := range map[string]string{
			"2026-11-05": "Acme 0.00 100.00 -100.00\n- 0.00 100.00 -100.00",
			"2026-11-10": "Acme 0.00 20.00 -20.00\n- 0.00 20.00 -20.00",
			"2026-10-31": "- 0.00 0.00 0.00",
		} {
			f.table("settlement.ageing", map[string]string{"side": "receivable", "as_of": day}, "party total advance net", want)
		}
	})
}

func TestBucketsSettingIsChecked(t *testing.T) {
	firms(t, func(f *firm) {
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "settings", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{"settlement.ageing_buckets": "60,30"})
		})
		f.refused(err, "settlement.buckets", "/settlement.ageing_buckets")
	})
}

func TestStatementOfAccount(t *testing.T) {
	firms(t, func(f *firm) {
		f.raise(f.acme, Receivable, "2026-09-10", "1000")
		f.receive(f.acme, "2026-09-20", "300")
		f.raise(f.acme, Receivable, "2026-10-31", "0.01")
		f.raise(f.acme, Receivable, "2026-11-01", "250.50")
		_, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-05", "700", `,"discount":"0.01"`})
		f.must(err)
		f.raise(f.acme, Receivable, "2026-11-05", "-50.50")
		f.raise(f.acme, Receivable, "2026-12-01", "9")
		f.raise(f.other, Receivable, "2026-11-02", "77")
		params := map[string]string{"party": fmt.Sprint(f.acme), "side": "receivable", "from": "2026-11-01", "to": "2026-11-30"}
		f.table("settlement.statement_of_account", params, "date kind number charged paid discount balance", `
			2026-11-01 期初余额 - - - - 700.01
			2026-11-01 test.sheet S1003 250.50 0.00 0.00 950.51
			2026-11-05 收款单 SK261100001 0.00 700.00 0.01 250.50
			2026-11-05 test.sheet S1004 -50.50 0.00 0.00 200.00
			2026-11-30 期末余额 - - - - 200.00
			- - - 200.00 700.00 0.01 -`)
		params["from"], params["to"] = "2026-12-02", "2026-12-31"
		f.table("settlement.statement_of_account", params, "date kind balance", "2026-12-02 期初余额 209.00\n2026-12-31 期末余额 209.00\n- - -")
		f.view(func(v *kernel.View) error {
			_, err := v.Company.Report("settlement.statement_of_account").Run(v, map[string]string{})
			f.refused(err, "required", "/party")
			return nil
		})
	})
}

func TestDebtAndOpenReports(t *testing.T) {
	firms(t, func(f *firm) {
		f.raise(f.acme, Receivable, "2026-10-01", "100") // due 10-31
		f.raise(f.acme, Receivable, "2026-11-01", "40")  // due 12-01
		f.raise(f.acme, Payable, "2026-11-02", "15")
		f.raise(f.maker, Payable, "2026-11-03", "60")
		f.receive(f.acme, "2026-11-04", "30")
		f.receive(f.other, "2026-11-04", "5")
		f.table("settlement.debt", nil, "party receivable customer_advance owed_to_us payable supplier_advance owed_by_us", `
			Acme  110.00 0.00 110.00 15.00 0.00 15.00
			Maker   0.00 0.00   0.00 60.00 0.00 60.00
			Other   0.00 5.00  -5.00  0.00 0.00  0.00
			-     110.00 5.00 105.00 75.00 0.00 75.00`)
		f.table("settlement.debt", map[string]string{"party": fmt.Sprint(f.maker)}, "party payable", "Maker 60.00\n- 60.00")
		f.table("settlement.open", nil, "party side number date due_date overdue amount settled open", `
			Acme  receivable S1001 2026-10-01 2026-10-31 21 100.00 30.00 70.00
			Acme  receivable S1002 2026-11-01 2026-12-01  0  40.00  0.00 40.00
			Acme  payable    S1003 2026-11-02 2026-12-02  0  15.00  0.00 15.00
			Maker payable    S1004 2026-11-03 2026-12-03  0  60.00  0.00 60.00
			- - - - - - 215.00 30.00 185.00`)
		f.table("settlement.open", map[string]string{"side": "receivable", "overdue_only": "true"}, "party open", "Acme 70.00\n- 70.00")
	})
}

func TestMoneyReports(t *testing.T) {
	firms(t, func(f *firm) {
		_, err := f.do(pipeline.Command{Def: Openings.Def, Act: "create", Then: "post"},
			fmt.Sprintf(`{"date":"2026-10-01","money":[{"money_account":%d,"amount":"1000"},{"money_account":%d,"amount":"200"}]}`, f.bank, f.till))
		f.must(err)
		line := func(account int64, amount, fee string) string {
			return fmt.Sprintf(`{"money_account":%d,"amount":%q,"fee":%q}`, account, amount, fee)
		}
		post := func(d *kernel.Def, party int64, date, lines string) {
			_, err := f.do(pipeline.Command{Def: d, Act: "create", Then: "post"},
				fmt.Sprintf(`{"party":%d,"date":%q,"lines":[%s]}`, party, date, lines))
			f.must(err)
		}
		post(Receipts.Def, f.acme, "2026-10-15", line(f.bank, "100", "0.60"))
		post(Receipts.Def, f.acme, "2026-11-02", line(f.bank, "500", "3")+","+line(f.till, "50", "0"))
		post(Payments.Def, f.maker, "2026-11-03", line(f.bank, "400", "10"))
		post(Receipts.Def, f.acme, "2026-11-04", line(f.bank, "-20", "0"))
		_, err = f.do(pipeline.Command{Def: Receipts.Def, Act: "create"},
			fmt.Sprintf(`{"party":%d,"date":"2026-11-05","lines":[%s]}`, f.acme, line(f.bank, "9999", "0"))) // a draft moves nothing
		f.must(err)
		month := map[string]string{"from": "2026-11-01", "to": "2026-11-30"}
		f.table("settlement.money_balance", month, "money_account opening in out closing", `
			Till  200.00  50.00   0.00  250.00
			Bank 1099.40 477.00 410.00 1166.40
			-    1299.40 527.00 410.00 1416.40`)
		month["money_account"] = fmt.Sprint(f.bank)
		f.table("settlement.money_journal", month, "date kind number party in out balance", `
			2026-11-01 期初余额 - - - - 1099.40
			2026-11-02 收款单 SK261100001 Acme 497.00 - 1596.40
			2026-11-03 付款单 FK261100001 Maker - 410.00 1186.40
			2026-11-04 收款单 SK261100002 Acme -20.00 - 1166.40
			2026-11-30 期末余额 - - - - 1166.40
			- - - - 477.00 410.00 -`)
		f.table("settlement.money_journal", map[string]string{"from": "2026-10-01", "to": "2026-10-31", "money_account": fmt.Sprint(f.till)},
			"date kind number in balance", "2026-10-01 期初余额 - - 0.00\n2026-10-01 期初往来与资金 QC26100001 200.00 200.00\n2026-10-31 期末余额 - - 200.00\n- - - 200.00 -")
	})
}
