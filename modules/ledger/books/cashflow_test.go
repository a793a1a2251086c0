package books

import (
	"testing"

	"zhanggui/modules/kernel/money"
)

func TestFlow(t *testing.T) {
	form := mustForm(t, FormCashFlow)
	for _, tc := range []struct {
		name          string
		code          string
		debit, credit money.Amount
		line          int
		amount        money.Amount
		ok            bool
	}{
		{"customer pays", "1122", 0, 11300, 1, 11300, true},
		{"refund to a customer", "1122", 500, 0, 1, -500, true},
		{"supplier paid", "220201", 7000, 0, 3, 7000, true},
		{"supplier refunds", "220201", 0, 300, 3, -300, true},
		{"wages", "221101", 19500, 0, 4, 19500, true},
		{"VAT", "222102", 800, 0, 5, 800, true},
		{"loan", "2001", 0, 100000, 14, 100000, true},
		{"loan repaid", "2001", 40000, 0, 16, 40000, true},
		{"loan repayment in red", "2001", -1000, 0, 16, -1000, true},
		{"machine sold", "1606", 0, 900, 10, 900, true},
		{"cost of its sale", "1606", 50, 0, 10, -50, true},
		{"bank charge", "560302", 30, 0, 6, 30, true},
		{"interest paid", "560301", 200, 0, 17, 200, true},
		{"interest received", "560301", 0, 25, 2, 25, true},
		{"cash itself", "1002", 0, 500, 0, 0, false},
		{"nothing", "1122", 0, 0, 0, 0, false},
	} {
		line, amount, ok, err := form.Flow(tc.code, tc.debit, tc.credit)
		if line != tc.line || amount != tc.amount || ok != tc.ok || err != nil {
			t.Errorf("%s: got line %d, %s, %v, %v", tc.name, line, amount, ok, err)
		}
	}
}

func TestCashFlow(t *testing.T) {
	form := mustForm(t, FormCashFlow)
	s, err := CashFlow(form, "", map[string]CashColumn{
		"year": {Opening: 50000, Flows: map[int]money.Amount{
			1: 100000, 2: 300, 3: 60000, 4: 20000, 5: 4000, 6: 1300, 10: -50, 12: 5000, 14: 30000, 16: 10000, 17: 150, 18: 800}},
		"period": {Opening: 70000},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, s, "year", map[int]money.Amount{
		1: 100000, 2: 300, 3: 60000, 4: 20000, 5: 4000, 6: 1300, 7: 15000, 10: -50, 12: 5000, 13: -5050,
		14: 30000, 16: 10000, 17: 150, 18: 800, 19: 19050, 20: 29000, 21: 50000, 22: 79000})
	wantLines(t, s, "period", map[int]money.Amount{21: 70000, 22: 70000})
	if !s.OK() || len(s.Lines) != 25 {
		t.Errorf("%d lines, checks %+v", len(s.Lines), s.Checks)
	}
	if _, err := CashFlow(form, "", map[string]CashColumn{"year": {Flows: map[int]money.Amount{7: 1}}}); err == nil {
		t.Error("a flow on a total must be refused")
	}
	if _, err := CashFlow(mustForm(t, FormBalanceSheet), "", nil); err == nil {
		t.Error("the balance sheet form is no cash flow form")
	}
}
