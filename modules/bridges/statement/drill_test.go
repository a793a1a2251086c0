package statement_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/money"
)

// TestDebtsLeadToStatements: a row of debts, and of debts by age, leads to the statement that ends with its very figure; whoever
// may not read statements is led to what is open.
func TestDebtsLeadToStatements(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		boss := f.as("", "boss")
		rows := func(a *kernel.Actor, name string, params map[string]string) (out []kernel.Row) {
			err := f.c.View(context.Background(), a, func(v *kernel.View) error {
				table, err := f.c.Report(name).Run(v, params)
				if err == nil {
					out = table.Rows
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		follow := func(to string, want any) string {
			t.Helper()
			query, ok := strings.CutPrefix(to, "/report/settlement.statement_of_account?")
			if !ok {
				t.Fatalf("a debt leads to %s", to)
			}
			got := f.get(boss, "/api/v1/statements", query)
			if got.Closing != fmt.Sprint(want) {
				t.Errorf("%s ends with %s, the row says %s", to, got.Closing, want)
			}
			return got.Closing
		}
		var closings []string
		for _, row := range rows(boss, "settlement.debt", map[string]string{}) {
			want := row.Values["owed_to_us"].(money.Amount)
			if strings.Contains(row.To, "side=payable") {
				want = row.Values["owed_by_us"].(money.Amount)
			}
			closings = append(closings, follow(row.To, want))
		}
		slices.Sort(closings)
		if got := strings.Join(closings, " "); got != "25.00 435.32 8.00" {
			t.Errorf("the debts are %s", got)
		}
		for day, want := range map[string]string{"2026-11-21": "435.32", "2026-11-04": "495.32", "2026-10-31": "195.10"} {
			found := false
			for _, row := range rows(boss, "settlement.ageing", map[string]string{"side": "receivable", "as_of": day}) {
				if strings.Contains(row.To, f.text("party=$acme;&")) {
					found = true
					if got := follow(row.To, row.Values["net"]); got != want {
						t.Errorf("at %s he owed %s, want %s", day, got, want)
					}
				}
			}
			if !found {
				t.Errorf("at %s nobody owes", day)
			}
		}
		narrow := f.as("", "boss")
		narrow.Perms = without{narrow.Perms, "settlement.statement_of_account"}
		for _, row := range rows(narrow, "settlement.debt", map[string]string{"party": f.text("$maker;")}) {
			if want := f.text("/report/settlement.open?side=payable&party=$maker;"); row.To != want {
				t.Errorf("without statements it leads to %s, want %s", row.To, want)
			}
		}
	})
}

// TestALongOneCostsTheOthersNothing: a customer with more rows than are printed stands in the batch with his sums, and the others
// with all of theirs.
func TestALongOneCostsTheOthersNothing(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		f.past(4_000, f.text("$acme;"))
		runner, err := jobs.Start(context.Background(), f.c)
		if err != nil {
			t.Fatal(err)
		}
		defer runner.Stop()
		boss := f.as("", "boss")
		boss.UserID = 0
		w, err := f.call(boss, "POST", "/api/v1/statements/batch", "", f.text(`{"form":"paper","from":"2020-01-01","parties":[$acme;,$star;]}`))
		if err != nil {
			t.Fatal(err)
		}
		var made struct{ Job int64 }
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
			t.Fatal(err)
		}
		long, short, ok := strings.Cut(string(f.result(made.Job, "对账单 2020-01-01_2026-11-21.html", 2)), "恒星贸易")
		closing := f.get(boss, "/api/v1/statements", "party=$acme;&from=2020-01-01&limit=1").Closing
		// 4,000 sheets of 282.22 and 400 receipts of 80.50 upon the 435.32 there were.
		if closing != "1097115.32" || !ok || !strings.Contains(long, "1,097,115.32") || !strings.Contains(long, "最多印 20000 行，这里只有合计") || strings.Contains(long, "螺母") {
			t.Errorf("the long one: %s, %d bytes", closing, len(long))
		}
		if !strings.Contains(short, "螺母") || !strings.Contains(short, "8.00") {
			t.Errorf("the short one: %s", short)
		}
	})
}

// TestMoreThanOwedIsExplained: where a balance is less than nothing the page says what that means, and nowhere else.
func TestMoreThanOwedIsExplained(t *testing.T) {
	firms(t, func(t *testing.T, f *firm) {
		f.post("m9", "settlement.receipt", `{"date":"2026-11-20","party":$acme;,"lines":[{"money_account":$till;,"amount":"500"}]}`)
		boss := f.as("", "boss")
		for query, want := range map[string]string{"party=$acme;": "-64.68 true", "party=$star;": "8.00 false", "party=$maker;&side=payable": "25.00 false"} {
			w, err := f.call(boss, "GET", "/api/v1/statements/print", f.text(query), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := f.get(boss, "/api/v1/statements", query).Closing + " " + fmt.Sprint(strings.Contains(w.Body.String(), "期末余额是负数")); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
	})
}
