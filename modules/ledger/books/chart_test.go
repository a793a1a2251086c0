package books

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func mustLoad(t testing.TB, standard string) *Chart {
	t.Helper()
	c, err := Load(standard)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadCounts(t *testing.T) {
	for _, tc := range []struct {
		standard                                string
		all, level1, leaves, smallVAT, cash, qt int
	}{
		{Small, 178, 66, 159, 161, 8, 5},
		{General, 198, 178, 196, 181, 3, 4},
	} {
		c := mustLoad(t, tc.standard)
		small, err := c.ForVAT(Small)
		if err != nil {
			t.Fatal(err)
		}
		var level1, leaves, cash, qt int
		for _, a := range c.Accounts {
			if a.Level == 1 {
				level1++
			}
			if a.Leaf {
				leaves++
			}
			if a.Cash {
				cash++
			}
			if a.Quantity {
				qt++
			}
		}
		got := [...]int{len(c.Accounts), level1, leaves, len(small.Accounts), cash, qt}
		want := [...]int{tc.all, tc.level1, tc.leaves, tc.smallVAT, tc.cash, tc.qt}
		if got != want {
			t.Errorf("%s: all, level 1, leaves, small VAT, cash, quantity = %v, want %v", tc.standard, got, want)
		}
	}
}

func TestAccounts(t *testing.T) {
	for _, tc := range []struct {
		standard, code, zh string
		kind               Kind
		direction          Direction
		parent             string
		level              int
		leaf               bool
		aux                string
	}{
		{Small, "1122", "应收账款", Asset, Debit, "", 1, true, "customer"},
		{Small, "1602", "累计折旧", Asset, Credit, "", 1, true, ""},
		{Small, "220202", "暂估应付账款", Liability, Credit, "2202", 2, true, "supplier"},
		{Small, "2241", "其他应付款", Liability, Credit, "", 1, true, "party,person"},
		{Small, "222101", "应交增值税", Liability, Credit, "2221", 2, false, ""},
		{Small, "22210101", "进项税额", Liability, Debit, "222101", 3, true, ""},
		{Small, "400101", "基本生产成本", Cost, Debit, "4001", 2, true, ""},
		{Small, "5001", "主营业务收入", Income, Credit, "", 1, true, ""},
		{Small, "5403", "税金及附加", Expense, Debit, "", 1, false, ""},
		{Small, "560202", "办公费", Expense, Debit, "5602", 2, true, "department"},
		{General, "1501", "债权投资", Asset, Debit, "", 1, true, ""},
		{General, "3101", "衍生工具", Common, Debit, "", 1, true, ""},
		{General, "6001", "主营业务收入", Income, Credit, "", 1, true, ""},
		{General, "6403", "税金及附加", Expense, Debit, "", 1, true, ""},
	} {
		a, ok := mustLoad(t, tc.standard).Find(tc.code)
		if !ok || a.Zh != tc.zh || a.Kind != tc.kind || a.Direction != tc.direction || a.Parent != tc.parent ||
			a.Level != tc.level || a.Leaf != tc.leaf || strings.Join(a.Aux, ",") != tc.aux {
			t.Errorf("%s %s: got %+v", tc.standard, tc.code, a)
		}
	}
}

func TestSmallScaleHasOneVATAccount(t *testing.T) {
	c, err := mustLoad(t, Small).ForVAT(Small)
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := c.Find("222101"); !a.Leaf {
		t.Error("222101 must be a leaf for a small-scale taxpayer")
	}
	if _, ok := c.Find("22210101"); ok {
		t.Error("a small-scale taxpayer has no column 进项税额")
	}
	if a, _ := c.Nearest("2221010199"); a.Code != "222101" {
		t.Errorf("nearest of 2221010199 is %s", a.Code)
	}
	if _, ok := c.Nearest("9999"); ok {
		t.Error("9999 has no account near it")
	}
}

func TestNewChartFaults(t *testing.T) {
	good := Account{Code: "1001", Zh: "现金", En: "Cash", Kind: Asset, Direction: Debit}
	with := func(change func(*Account)) []Account {
		bad := good
		bad.Code = "1002"
		change(&bad)
		return []Account{bad, good}
	}
	for _, tc := range []struct {
		name     string
		accounts []Account
		want     string
	}{
		{"twice", []Account{good, good}, "account 1001 occurs twice"},
		{"length", with(func(a *Account) { a.Code = "10021" }), "has 4, 6, 8 or 10 digits"},
		{"letters", with(func(a *Account) { a.Code = "10O2" }), "has 4, 6, 8 or 10 digits"},
		{"orphan", with(func(a *Account) { a.Code = "100201" }), "parent 1002 is missing"},
		{"foreign parent", with(func(a *Account) { a.Parent = "1003" }), "parent 1003 does not fit the code"},
		{"kind of parent", with(func(a *Account) { a.Code, a.Kind = "100101", Cost }), "differs from its parent's"},
		{"name", with(func(a *Account) { a.En = "" }), "a name is missing"},
		{"kind", with(func(a *Account) { a.Kind = "x" }), `unknown kind "x"`},
		{"direction", with(func(a *Account) { a.Direction = "" }), `unknown direction ""`},
		{"dimension", with(func(a *Account) { a.Aux = []string{"moon"} }), `unknown dimension "moon"`},
	} {
		_, err := NewChart(Small, tc.accounts)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	if _, err := Load("martian"); !errors.Is(err, ErrStandard) {
		t.Errorf("Load: %v", err)
	}
	if _, err := RoleList("martian", Small); !errors.Is(err, ErrStandard) {
		t.Errorf("RoleList: %v", err)
	}
	if _, err := RoleList(Small, "medium"); !errors.Is(err, ErrVAT) {
		t.Errorf("RoleList: %v", err)
	}
	if _, err := mustLoad(t, Small).ForVAT("medium"); !errors.Is(err, ErrVAT) {
		t.Errorf("ForVAT: %v", err)
	}
	if Roles(Small, "medium") != nil {
		t.Error("Roles of an unknown VAT kind must be nil")
	}
	for _, tc := range [][2]string{{Small, "notes"}, {General, FormBalanceSheet}} {
		if _, err := LoadForm(tc[0], tc[1]); !errors.Is(err, ErrForm) {
			t.Errorf("LoadForm(%s, %s): %v", tc[0], tc[1], err)
		}
	}
}

func TestRolesPointAtLeaves(t *testing.T) {
	var names []string
	for _, standard := range []string{Small, General} {
		for _, vat := range []string{Small, General} {
			c, err := mustLoad(t, standard).ForVAT(vat)
			if err != nil {
				t.Fatal(err)
			}
			list, err := RoleList(standard, vat)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			var here []string
			for _, r := range list {
				if a, ok := c.Find(r.Account); !ok || !a.Leaf {
					t.Errorf("%s/%s: role %s points at %s, which is no leaf", standard, vat, r.Name, r.Account)
				}
				if r.Zh == "" || r.En == "" || seen[r.Name] {
					t.Errorf("%s/%s: role %s: label missing or given twice", standard, vat, r.Name)
				}
				seen[r.Name] = true
				here = append(here, r.Name)
			}
			if vat == General {
				if names != nil && !slices.Equal(names, here) {
					t.Errorf("the standards have different roles:\n%v\n%v", names, here)
				}
				names = here
			}
		}
	}
}

func TestRoleAccounts(t *testing.T) {
	for _, tc := range []struct{ role, smallSmall, smallGeneral, generalGeneral string }{
		{"cash", "1001", "1001", "1001"},
		{"bank", "1002", "1002", "1002"},
		{"wechat", "1002", "1002", "1012"},
		{"alipay", "1002", "1002", "1012"},
		{"receivable", "1122", "1122", "1122"},
		{"payable", "220201", "220201", "2202"},
		{"accrued_payable", "220202", "220202", "2202"},
		{"customer_advance", "2203", "2203", "2203"},
		{"supplier_advance", "1123", "1123", "1123"},
		{"inventory", "1405", "1405", "1405"},
		{"raw_material", "1403", "1403", "1403"},
		{"revenue", "5001", "5001", "6001"},
		{"other_revenue", "5051", "5051", "6051"},
		{"charge_income", "5051", "5051", "6051"},
		{"cost_of_sales", "5401", "5401", "6401"},
		{"cost_variance", "5401", "5401", "6401"},
		{"output_tax", "222101", "22210107", "22210107"},
		{"input_tax", "", "22210101", "22210101"},
		{"tax_simple", "222101", "222108", "222108"},
		{"sales_discount", "560304", "560304", "6603"},
		{"rounding", "560304", "560304", "6603"},
		{"purchase_freight", "560102", "560102", "6601"},
		{"inventory_gain", "530103", "530103", "6602"},
		{"inventory_loss", "571101", "571101", "6602"},
		{"pending_loss", "190101", "190101", "1901"},
		{"employee_advance", "1221", "1221", "1221"},
		{"other_payable", "2241", "2241", "2241"},
		{"retained", "310401", "310401", "4104"},
		{"current_profit", "3103", "3103", "4103"},
		{"capital", "3001", "3001", "4001"},
		{"opening_balance", "310401", "310401", "4104"},
		{"bad_debt", "571103", "571103", "6702"},
		{"expense", "560202", "560202", "6602"},
		{"salary_payable", "221101", "221101", "2211"},
		{"fx_gain", "530104", "530104", "6603"},
		{"fx_loss", "560303", "560303", "6603"},
	} {
		got := [...]string{Roles(Small, Small)[tc.role], Roles(Small, General)[tc.role], Roles(General, General)[tc.role]}
		if want := [...]string{tc.smallSmall, tc.smallGeneral, tc.generalGeneral}; got != want {
			t.Errorf("%s: got %v, want %v", tc.role, got, want)
		}
	}
}
