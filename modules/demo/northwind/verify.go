package northwind

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"zhanggui/modules/kernel/money"
)

func number(v any) json.Number { return json.Number(text(v)) }

// sums adds up amounts and quantities by name and compares them at the end.
type sums struct {
	amounts map[string]money.Amount
	err     error
}

func (s *sums) add(name, value string) {
	if s.amounts == nil {
		s.amounts = map[string]money.Amount{}
	}
	if value == "" || s.err != nil {
		return
	}
	n, err := money.ParseAmount(value)
	if err == nil {
		n, err = money.Add(s.amounts[name], n)
	}
	if err != nil {
		s.err = fmt.Errorf("%s %q: %w", name, value, err)
	}
	s.amounts[name] = n
}

// want compares; quantities are compared as amounts with two decimals.
func (s *sums) want(pairs map[string]string) error {
	if s.err != nil {
		return s.err
	}
	var wrong []string
	for name, value := range pairs {
		if got := s.amounts[name].String(); got != value {
			wrong = append(wrong, fmt.Sprintf("%s is %s, must be %s", name, got, value))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}

// yearFigures is what the Northwind year must come to.
var yearFigures = map[string]string{
	"goods": "1265793.29", "freight": "64942.69", "receivables": "1330735.98", "still open": "716861.00", "units": "51317.00",
	"product 60": "1577.00", "QUICK orders": "28.00", "QUICK goods": "110277.32", "QUICK freight": "5605.63",
	"SAVEA orders": "31.00", "SAVEA goods": "104361.96",
}

func only(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = yearFigures[n]
	}
	return out
}

// verifyAPI reads the year's figures from the API.
func verifyAPI(ctx context.Context, c *client, _ *year) error {
	s := &sums{}
	codes, err := labels(ctx, c, "/api/v1/base/parties")
	if err != nil {
		return err
	}
	products, err := labels(ctx, c, "/api/v1/base/items")
	if err != nil {
		return err
	}
	err = c.each(ctx, "/api/v1/stock/deliveries", nil, func(rec object) error {
		var full object
		if err := c.call(ctx, http.MethodGet, "/api/v1/stock/deliveries/"+text(rec["id"]), nil, &full); err != nil {
			return err
		}
		return addDelivery(s, full, codes, products)
	})
	if err != nil {
		return err
	}
	err = c.each(ctx, "/api/v1/settlement/open-items", nil, func(rec object) error {
		s.add("receivables", text(rec["amount"]))
		s.add("still open", text(rec["open"]))
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.want(yearFigures); err != nil {
		return err
	}
	return verifyReports(ctx, c)
}

func addDelivery(s *sums, rec object, codes, products map[string]string) error {
	party := codes[text(rec["party"])]
	lines, _ := rec["lines"].([]any)
	charges, _ := rec["charges"].([]any)
	s.add(party+" orders", "1")
	s.add("freight", text(rec["charge"]))
	s.add(party+" freight", text(rec["charge"]))
	for _, l := range lines {
		line, _ := l.(object)
		s.add("goods", text(line["amount"]))
		s.add(party+" goods", text(line["amount"]))
		s.add("units", text(line["qty"]))
		s.add("product "+products[text(line["item"])], text(line["qty"]))
	}
	if len(charges) > 1 {
		return fmt.Errorf("%v has %d charges", rec["number"], len(charges))
	}
	return nil
}

func labels(ctx context.Context, c *client, path string) (map[string]string, error) {
	out := map[string]string{}
	err := c.each(ctx, path, nil, func(rec object) error {
		out[text(rec["id"])] = text(rec["code"])
		return nil
	})
	return out, err
}

// verifyReports compares the trial balance, the stock and the analyses.
func verifyReports(ctx context.Context, c *client) error {
	var trial struct {
		Rows   []object `json:"rows"`
		Totals object   `json:"totals"`
	}
	params := url.Values{"from": {"1996-07-01"}, "to": {"1998-05-31"}}
	if err := c.call(ctx, http.MethodGet, "/api/v1/reports/ledger.trial_balance?"+params.Encode(), nil, &trial); err != nil {
		return err
	}
	if trial.Totals["debit"] != trial.Totals["credit"] || trial.Totals["closing_debit"] != trial.Totals["closing_credit"] || text(trial.Totals["debit"]) == "" {
		return fmt.Errorf("the trial balance does not balance: %v", trial.Totals)
	}
	s := &sums{}
	for _, r := range trial.Rows {
		code := text(r["code"])
		s.add(code+" closing", text(r["closing_debit"]))
		s.add(code+" closing credit", text(r["closing_credit"]))
		s.add(code+" debit", text(r["debit"]))
	}
	err := s.want(map[string]string{
		"1122 closing": "716861.00", "1002 closing": "613874.98", "1405 closing": "0.00", "5401 closing": "869620.38",
		"5001 closing credit": "1265793.29", "5051 closing credit": "64942.69",
	})
	if err != nil {
		return err
	}
	var stock struct {
		Rows []object `json:"rows"`
	}
	if err := c.call(ctx, http.MethodGet, "/api/v1/reports/stock.on_hand?date=1998-05-31", nil, &stock); err != nil {
		return err
	}
	for _, r := range stock.Rows {
		if text(r["qty"]) != "0" && r["$kind"] == "line" {
			return fmt.Errorf("stock is left: %v", r)
		}
	}
	return verifyAnalyses(ctx, c)
}

// verifyExcel reads the same figures from the exported files.
func verifyExcel(ctx context.Context, c *client, _ *year) error {
	s := &sums{}
	rows, err := c.export(ctx, "/api/v1/stock/deliveries/export.xlsx?lang=en")
	if err != nil {
		return err
	}
	for _, r := range rows {
		s.add("goods", r["Line: Amount"])
		s.add("units", r["Line: Quantity"])
		s.add("freight", r["Charges: Amount"])
		if r["Line: Item"] == "60" {
			s.add("product 60", r["Line: Quantity"])
		}
		switch r["Customer"] {
		case "QUICK", "SAVEA":
			s.add(r["Customer"]+" goods", r["Line: Amount"])
		}
	}
	if rows, err = c.export(ctx, "/api/v1/settlement/open-items/export.xlsx?lang=en"); err != nil {
		return err
	}
	for _, r := range rows {
		s.add("receivables", r["Amount"])
		s.add("still open", r["Open"])
	}
	if err := s.want(only("goods", "units", "freight", "product 60", "QUICK goods", "SAVEA goods", "receivables", "still open")); err != nil {
		return err
	}
	trial, err := c.export(ctx, "/api/v1/reports/ledger.trial_balance/export.xlsx?lang=en&from=1996-07-01&to=1998-05-31")
	if err != nil {
		return err
	}
	b := &sums{}
	for _, r := range trial {
		b.add(r["Code"]+" closing", r["Closing debit"])
	}
	return b.want(map[string]string{"1122 closing": "716861.00", "1002 closing": "613874.98", "5401 closing": "869620.38"})
}

// verifyCheck lets the program recompute everything from its raw rows.
func verifyCheck(ctx context.Context, c *client, _ *year) error {
	var found struct {
		Clean  bool     `json:"clean"`
		Faults []string `json:"faults"`
	}
	if err := c.call(ctx, http.MethodGet, "/api/v1/system/integrity", nil, &found); err != nil {
		return err
	}
	if !found.Clean {
		return fmt.Errorf("check found %d faults, first: %s", len(found.Faults), found.Faults[0])
	}
	return nil
}
