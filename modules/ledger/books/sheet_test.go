package books

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhanggui/modules/kernel/money"
)

func mustForm(t testing.TB, id string) *Form {
	t.Helper()
	f, err := LoadForm(Small, id)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// dr and cr make a balance on one side, in 分.
func dr(code string, party int64, v money.Amount) Balance {
	return Balance{Code: code, Party: party, Debit: v}
}
func cr(code string, party int64, v money.Amount) Balance {
	return Balance{Code: code, Party: party, Credit: v}
}

// wantLines compares the given lines of a column; every other numbered line must be zero.
func wantLines(t *testing.T, s *Sheet, key string, want map[int]money.Amount) {
	t.Helper()
	for _, l := range s.Lines {
		if got := s.Value(l.No, key); got != want[l.No] {
			t.Errorf("%s line %d %s: got %s, want %s", key, l.No, l.Zh, got, want[l.No])
		}
	}
}

func TestReclassification(t *testing.T) {
	const jia, yi, bing, ding, wu, ji, geng = 1, 2, 3, 4, 5, 6, 7
	closing := []Balance{
		dr("1122", jia, 100000), cr("1122", yi, 30000), dr("2203", bing, 5000),
		cr("220201", ding, 70000), dr("220201", wu, 12000), cr("1123", ji, 8000), dr("1123", geng, 40000),
		dr("1001", 0, 1000), cr("3001", 0, 50000),
	}
	s, err := BalanceSheet(mustLoad(t, Small), mustForm(t, FormBalanceSheet), closing, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, s, "closing", map[int]money.Amount{
		1: 1000, 4: 105000, 5: 52000, 15: 158000, 30: 158000,
		33: 78000, 34: 30000, 41: 108000, 47: 108000, 48: 50000, 52: 50000, 53: 158000,
	})
	wantLines(t, s, "opening", nil)
	if !s.OK() {
		t.Errorf("checks: %+v", s.Checks)
	}
}

func TestPartyIsNettedWithinOneAccountOnly(t *testing.T) {
	closing := []Balance{
		dr("220201", 1, 9000), cr("220202", 1, 4000), // one party of 2202: 50.00 prepaid
		cr("220202", 0, 700), dr("220201", 0, 200), // no party: one group, 5.00 owed
		dr("1122", 1, 300), cr("2203", 1, 300), // two accounts are never netted
	}
	s, err := BalanceSheet(mustLoad(t, Small), mustForm(t, FormBalanceSheet), closing, nil)
	if err != nil {
		t.Fatal(err)
	}
	for no, want := range map[int]money.Amount{4: 300, 5: 5000, 33: 500, 34: 300} {
		if got := s.Value(no, "closing"); got != want {
			t.Errorf("line %d: got %s, want %s", no, got, want)
		}
	}
}

func TestTaxModes(t *testing.T) {
	rows := []Balance{
		{Code: "22210101", Opening: 900}, {Code: "22210107", Opening: -300}, {Code: "22210111", Opening: -100},
		cr("222102", 0, 250), dr("222103", 0, 40), dr("222104", 0, 60), cr("222105", 0, 5),
		cr("222106", 0, 70), dr("222107", 0, 10), dr("222111", 0, 30), cr("222123", 0, 80),
		cr("3001", 0, 335),
	}
	for _, tc := range []struct {
		mode TaxMode
		want map[int]money.Amount
	}{
		// 14: 500 in the group 222101 and 40 + 60 + 10; 36: 250 + 5 − 30 + 80.
		{TaxVAT22, map[int]money.Amount{14: 610, 15: 610, 30: 610, 36: 305, 40: 70, 41: 375, 47: 375, 48: 335, 52: 335, 53: 710}},
		{TaxLaw, map[int]money.Amount{36: -235, 41: -235, 47: -235, 48: 335, 52: 335, 53: 100}},
	} {
		s, err := Evaluate(Input{Chart: mustLoad(t, Small), Form: mustForm(t, FormBalanceSheet), TaxMode: tc.mode,
			Columns: map[string][]Balance{"closing": append(slices.Clone(rows), dr("1001", 0, 0))}})
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, s, "closing", tc.want)
		if s.OK() {
			t.Errorf("%s: these books are 1.00 out of balance, the checks must say so", tc.mode)
		}
		for _, c := range s.Checks {
			if c.Name == "53=30" && c.Differences[0] != 100 || c.Name == "ledger" && c.Differences[0] != 100 {
				t.Errorf("%s: %s differs by %s, want 1.00", tc.mode, c.Name, c.Differences[0])
			}
		}
	}
}

func TestUnplacedAccountsStayInTheSheet(t *testing.T) {
	c := mustLoad(t, Small)
	c, err := NewChart(Small, append(c.Accounts,
		Account{Code: "1406", Zh: "发出商品", En: "Goods sent", Kind: Asset, Direction: Debit},
		Account{Code: "1999", Zh: "其他资产", En: "Other", Kind: Asset, Direction: Debit},
		Account{Code: "2999", Zh: "其他负债", En: "Other", Kind: Liability, Direction: Credit},
		Account{Code: "3999", Zh: "其他权益", En: "Other", Kind: Equity, Direction: Credit},
		Account{Code: "5999", Zh: "其他费用", En: "Other", Kind: Expense, Direction: Debit}))
	if err != nil {
		t.Fatal(err)
	}
	rows := []Balance{dr("1406", 0, 10), dr("1999", 0, 20), cr("2999", 0, 5), cr("3999", 0, 32), dr("5999", 0, 7)}
	s, err := BalanceSheet(c, mustForm(t, FormBalanceSheet), rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, s, "closing", map[int]money.Amount{9: 10, 12: 10, 14: 20, 15: 30, 30: 30,
		40: 5, 41: 5, 47: 5, 49: 32, 51: -7, 52: 25, 53: 30})
	if want := []string{"1999", "2999", "3999"}; !slices.Equal(s.Unplaced, want) {
		t.Errorf("unplaced %v, want %v", s.Unplaced, want)
	}
	s, err = IncomeStatement(c, mustForm(t, FormIncomeStatement), rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, s, "period", map[int]money.Amount{24: 7, 30: -7, 32: -7})
	if want := []string{"5999"}; !slices.Equal(s.Unplaced, want) || !s.OK() {
		t.Errorf("unplaced %v, want %v; checks %+v", s.Unplaced, want, s.Checks)
	}
}

func TestMoves(t *testing.T) {
	in := Input{Chart: mustLoad(t, Small), Form: mustForm(t, FormBalanceSheet), Columns: map[string][]Balance{
		"closing": {dr("1123", 7, 40000), cr("2501", 0, 40000)},
		"opening": {dr("1123", 7, 100), cr("2501", 0, 100)},
	}, Moves: []Move{
		{From: 5, To: 28, Values: map[string]money.Amount{"closing": 15000}},
		{From: 42, To: 40, Values: map[string]money.Amount{"closing": 1000, "opening": 100}},
	}}
	s, err := Evaluate(in)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, s, "closing", map[int]money.Amount{5: 25000, 15: 25000, 28: 15000, 29: 15000, 30: 40000,
		40: 1000, 41: 1000, 42: 39000, 46: 39000, 47: 40000, 53: 40000})
	wantLines(t, s, "opening", map[int]money.Amount{5: 100, 15: 100, 30: 100, 40: 100, 41: 100, 47: 100, 53: 100})
	for _, m := range []Move{{From: 5, To: 33}, {From: 5, To: 15}, {From: 9, To: 10}, {From: 19, To: 14}, {From: 5, To: 99}} {
		in.Moves = []Move{m}
		if _, err := Evaluate(in); !errors.Is(err, ErrForm) {
			t.Errorf("move %d → %d: got %v, want ErrForm", m.From, m.To, err)
		}
	}
}

func TestIncomeStatement(t *testing.T) {
	month := []Balance{
		cr("5001", 0, 1000000), {Code: "5001", Credit: -50000}, cr("5051", 0, 20000),
		dr("5401", 0, 600000), dr("5402", 0, 10000),
		dr("540302", 0, 700), dr("540303", 0, 300), dr("540304", 0, 200), dr("540309", 0, 50),
		dr("560102", 0, 4000), dr("560115", 0, 6000), dr("560201", 0, 80000), dr("560214", 0, 5000),
		dr("560301", 0, 900), {Code: "560304", Debit: -100}, cr("5111", 0, 1234),
		cr("530103", 0, 500), cr("530107", 0, 2500), dr("571103", 0, 3000), dr("571107", 0, 66),
		dr("5801", 0, 65000), dr("1002", 0, 999),
	}
	want := map[int]money.Amount{
		1: 970000, 2: 610000, 3: 1250, 6: 700, 9: 50, 10: 500, 11: 10000, 13: 6000, 14: 85000, 16: 5000,
		18: 800, 19: 900, 20: 1234, 21: 264184, 22: 3000, 23: 2500, 24: 3066, 25: 3000, 29: 66,
		30: 264118, 31: 65000, 32: 199118,
	}
	year := append(slices.Clone(month), cr("5001", 0, 1))
	chart, form := mustLoad(t, Small), mustForm(t, FormIncomeStatement)
	s, err := IncomeStatement(chart, form, month, year)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, s, "period", want)
	if got := s.Value(32, "year"); got != 199119 {
		t.Errorf("year to date: %s", got)
	}
	if s.Columns[0].Key != "year" || s.Columns[1].Key != "period" || !s.OK() {
		t.Errorf("columns %v, checks %+v", s.Columns, s.Checks)
	}
	soft := slices.IndexFunc(s.Checks, func(c Check) bool { return c.Name == "18>=19" })
	if c := s.Checks[soft]; c.OK || c.Hard || c.Differences[1] != -100 {
		t.Errorf("18>=19 must fail softly by 1.00: %+v", c)
	}
	s, err = Evaluate(Input{Chart: chart, Form: form, Layout: "tax", Columns: map[string][]Balance{"period": month}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Columns[0].Zh != "本期金额" || s.Lines[31].Values[0] != 199118 || s.Lines[31].Values[1] != 0 {
		t.Errorf("tax layout: %v %v", s.Columns, s.Lines[31])
	}
}

func TestZeroLedger(t *testing.T) {
	for id, rows := range map[string]int{FormBalanceSheet: 58, FormIncomeStatement: 32} {
		s, err := Evaluate(Input{Chart: mustLoad(t, Small), Form: mustForm(t, id)})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Lines) != rows || len(s.Columns) != 2 || len(s.Unplaced) != 0 {
			t.Errorf("%s: %d lines, %d columns, unplaced %v", id, len(s.Lines), len(s.Columns), s.Unplaced)
		}
		for _, c := range s.Columns {
			wantLines(t, s, c.Key, nil)
		}
		for _, c := range s.Checks {
			if !c.OK {
				t.Errorf("%s: check %s fails on empty books", id, c.Name)
			}
		}
	}
}

func TestEvaluateRefuses(t *testing.T) {
	small, sheet := mustLoad(t, Small), mustForm(t, FormBalanceSheet)
	rows := func(b ...Balance) map[string][]Balance { return map[string][]Balance{"closing": b} }
	for _, tc := range []struct {
		name string
		in   Input
		want error
	}{
		{"other standard", Input{Chart: mustLoad(t, General), Form: sheet}, ErrForm},
		{"layout", Input{Chart: small, Form: sheet, Layout: "square"}, ErrForm},
		{"tax mode", Input{Chart: small, Form: sheet, TaxMode: "none"}, ErrForm},
		{"cash flow", Input{Chart: small, Form: mustForm(t, FormCashFlow)}, ErrForm},
		{"account", Input{Chart: small, Form: sheet, Columns: rows(dr("9999", 0, 1))}, ErrAccount},
		{"overflow in a row", Input{Chart: small, Form: sheet,
			Columns: rows(Balance{Code: "1001", Opening: math.MaxInt64, Debit: 1})}, money.ErrRange},
		{"overflow in a line", Input{Chart: small, Form: sheet,
			Columns: rows(dr("1001", 0, math.MaxInt64), dr("1002", 0, 1))}, money.ErrRange},
	} {
		if _, err := Evaluate(tc.in); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
		}
	}
	if _, err := IncomeStatement(small, sheet, nil, nil); !errors.Is(err, ErrForm) {
		t.Errorf("the balance sheet form as income statement: %v", err)
	}
}

func TestSheetJSON(t *testing.T) {
	s, err := BalanceSheet(mustLoad(t, Small), mustForm(t, FormBalanceSheet), []Balance{dr("1001", 0, 126580)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(s.Lines[1])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"no":1,"zh":"货币资金","en":"Cash and bank","kind":"line","indent":1,"part":"asset",` +
		`"values":["1265.80","0.00"],"parts":[{"code":"1001","values":["1265.80","0.00"]}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// randomLedger fills every leaf of the chart, accounts with a customer or supplier for several
// parties and none, and balances the whole on a random row.
func randomLedger(t *rapid.T, c *Chart, name string) []Balance {
	var out []Balance
	amount := rapid.Int64Range(-5_000_000, 5_000_000)
	var sum money.Amount
	for _, a := range c.Accounts {
		if !a.Leaf {
			continue
		}
		parties := int64(1)
		if slices.Contains(a.Aux, "customer") || slices.Contains(a.Aux, "supplier") {
			parties = 3
		}
		for p := range parties {
			b := Balance{Code: a.Code, Party: p, Opening: money.Amount(amount.Draw(t, name)),
				Debit: money.Amount(amount.Draw(t, name)), Credit: money.Amount(amount.Draw(t, name))}
			sum += b.Opening + b.Debit - b.Credit
			out = append(out, b)
		}
	}
	out[rapid.IntRange(0, len(out)-1).Draw(t, name+" balancing row")].Credit += sum
	return out
}

// companyChart is the shipped chart with additions of a company on every level.
func companyChart(t testing.TB) *Chart {
	var own []Account
	for _, a := range []struct {
		code string
		kind Kind
	}{
		{"1406", Asset}, {"1412", Asset}, {"100201", Asset}, {"112201", Asset}, {"220203", Liability},
		{"22210111", Liability}, {"222123", Liability}, {"22212301", Liability}, {"2999", Liability},
		{"3999", Equity}, {"4002", Cost}, {"4999", Cost}, {"500101", Income}, {"5999", Income}, {"560299", Expense},
	} {
		own = append(own, Account{Code: a.code, Zh: "自建", En: "Own", Kind: a.kind, Direction: Debit})
	}
	c, err := NewChart(Small, append(mustLoad(t, Small).Accounts, own...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRandomLedgers fills 300 ledgers (100 runs of three).
func TestRandomLedgers(t *testing.T) {
	chart, bs, is := companyChart(t), mustForm(t, FormBalanceSheet), mustForm(t, FormIncomeStatement)
	rapid.Check(t, func(t *rapid.T) {
		in := Input{Chart: chart, Form: bs, Columns: map[string][]Balance{
			"closing": randomLedger(t, chart, "closing"), "opening": randomLedger(t, chart, "opening")}}
		in.TaxMode = rapid.SampledFrom([]TaxMode{TaxVAT22, TaxLaw}).Draw(t, "mode")
		s, err := Evaluate(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"closing", "opening"} {
			if s.Value(30, key) != s.Value(53, key) {
				t.Fatalf("%s: line 30 %s, line 53 %s", key, s.Value(30, key), s.Value(53, key))
			}
		}
		if !s.OK() || !slices.Equal(s.Unplaced, []string{"2999", "3999", "4999"}) {
			t.Fatalf("unplaced %v, checks %+v", s.Unplaced, s.Checks)
		}
		partsAddUp(t, s)

		closed := in
		closed.Columns = map[string][]Balance{"closing": closeProfit(chart, in.Columns["closing"]), "opening": in.Columns["opening"]}
		after, err := Evaluate(closed)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range s.Lines {
			if !slices.Equal(l.Values, after.Lines[i].Values) {
				t.Fatalf("line %d changed by the closing vouchers: %v, %v", l.No, l.Values, after.Lines[i].Values)
			}
		}

		activity := randomLedger(t, chart, "activity")
		p, err := IncomeStatement(chart, is, activity, in.Columns["closing"])
		if err != nil {
			t.Fatal(err)
		}
		profit := money.Amount(0)
		for _, b := range activity {
			if b.Code[0] == '5' {
				profit += b.Credit - b.Debit
			}
		}
		if got := p.Value(32, "period"); got != profit || !p.OK() {
			t.Fatalf("net profit %s, want %s; checks %+v", got, profit, p.Checks)
		}
		partsAddUp(t, p)
	})
}

// closeProfit carries all income and expense to 3103.
func closeProfit(c *Chart, rows []Balance) []Balance {
	var out []Balance
	profit := Balance{Code: "3103"}
	for _, b := range rows {
		if a, _ := c.Nearest(b.Code); a.Kind == Income || a.Kind == Expense {
			profit.Opening += b.Opening
			profit.Debit += b.Debit
			profit.Credit += b.Credit
			continue
		}
		out = append(out, b)
	}
	return append(out, profit)
}

func partsAddUp(t *rapid.T, s *Sheet) {
	for _, l := range s.Lines {
		if l.Kind != Plain {
			continue
		}
		for col := range l.Values {
			var sum money.Amount
			for _, p := range l.Parts {
				sum += p.Values[col]
			}
			if sum != l.Values[col] {
				t.Fatalf("line %d: parts %s, value %s", l.No, sum, l.Values[col])
			}
		}
	}
}
