package statement_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
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
