package northwind

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"zhanggui/modules/kernel/money"
)

// verifyAnalyses asks for the sales of the year by each dimension: whichever it is, goods without freight come to the same,
// and so do what they cost and what was earned.
func verifyAnalyses(ctx context.Context, c *client) error {
	type answer struct {
		Rows   []object `json:"rows"`
		Totals object   `json:"totals"`
	}
	ask := func(report, rows, measure string) (a answer, err error) {
		params := url.Values{"from": {"1996-01-01"}, "to": {"1998-12-31"}, "rows": {rows}, "columns": {"month"}, "measure": {measure}}
		err = c.call(ctx, http.MethodGet, "/api/v1/reports/"+report+"?"+params.Encode(), nil, &a)
		return a, err
	}
	for measure, want := range map[string]string{"net": yearFigures["goods"], "gross": yearFigures["goods"], "cost": "869620.38", "margin": "396172.91", "count": "830", "qty": "51317"} {
		for _, rows := range []string{"customer", "item", "category", "person", "department", "region", "month"} {
			if measure != "net" && rows != "item" && rows != "region" {
				continue
			}
			a, err := ask("insight.sales", rows, measure)
			if err != nil {
				return err
			}
			if got := text(a.Totals["total"]); got != want {
				return fmt.Errorf("sales by %s come to %s %s, must be %s", rows, got, measure, want)
			}
			if measure == "count" && rows == "item" {
				continue // a sheet stands in the row of each of its items
			}
			s := &sums{}
			for _, r := range a.Rows {
				s.add("rows", text(r["total"]))
			}
			all, err := money.ParseAmount(want)
			if err != nil {
				return err
			}
			if err := s.want(map[string]string{"rows": all.String()}); err != nil {
				return fmt.Errorf("sales by %s, %s: %w", rows, measure, err)
			}
		}
	}
	a, err := ask("insight.sales", "customer", "net")
	if err != nil {
		return err
	}
	if len(a.Rows) != 89 || text(a.Rows[0]["total"]) != yearFigures["QUICK goods"] {
		return fmt.Errorf("%d customers bought, the best of them for %v; must be 89 and %s", len(a.Rows), a.Rows[0]["total"], yearFigures["QUICK goods"])
	}
	return nil
}
