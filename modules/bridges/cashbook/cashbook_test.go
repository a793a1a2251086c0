package cashbook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/base/item"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// shop is a company with books, a till (cash), a bank account and a wallet.
type shop struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func shops(t *testing.T, vat string, fn func(s *shop)) {
	t.Helper()
	o := testkit.Options{Modules: []kernel.Module{notify.Module(), organisation.Module(), unit.Module(), tax.Module(), party.Module(),
		warehouse.Module(), item.Module(), settlement.Module(), ledger.Module(), office.Module(), Module()}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		s := &shop{T: t, c: c, ids: map[string]int64{}}
		if vat != "" {
			err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
				return ledger.Install(tx, ledger.Options{Standard: "small", VAT: vat, From: "2026-01"})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		s.make("shop", organisation.Departments.Def, "", `{"code":"1","name":"店"}`)
		for _, a := range []string{"cash", "bank", "wechat"} {
			s.make(a, settlement.MoneyAccounts.Def, "", `{"code":"`+a+`","name":"`+a+`","kind":"`+a+`"}`)
		}
		for _, k := range []string{"expense", "utilities", "other_revenue", "interest"} {
			s.make(k, office.Categories.Def, "", `{"code":"`+k+`","name":"`+k+`","role":"`+k+`"}`)
		}
		fn(s)
	})
}

func (s *shop) do(cmd pipeline.Command, body string) any {
	s.Helper()
	for name, id := range s.ids {
		body = strings.ReplaceAll(body, `"$`+name+`"`, fmt.Sprint(id))
	}
	o, p := resource.ParseObject([]byte(body))
	if p != nil {
		s.Fatal(p, body)
	}
	cmd.Input = o
	res, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		s.Fatalf("%s %s: %v", cmd.Def.Name, body, err)
	}
	return res.Rec
}

func (s *shop) make(name string, d *kernel.Def, then, body string) {
	s.Helper()
	s.ids[name] = resource.ID(d, s.do(pipeline.Command{Def: d, Act: "create", Then: then}, body))
}

// expect compares the live voucher of a sheet, its summary and then each line as "code debit credit".
func (s *shop) expect(name, want string) {
	s.Helper()
	var out []string
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "source_id = ? AND state <> 'void'", s.ids[name])
		for _, voucher := range list {
			out = append(out, string(voucher.Date)+" "+voucher.Summary)
			var lines []string
			for _, l := range voucher.Lines {
				a, err := ledger.Accounts.Find(v, l.Account)
				if err != nil {
					return err
				}
				text := a.Code + " " + l.Debit.String() + " " + l.Credit.String()
				if l.Person == s.ids["wang"] && l.Person != 0 {
					text += " 王芳"
				}
				lines = append(lines, text)
			}
			slices.Sort(lines)
			out = append(out, lines...)
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	var lines []string
	for _, l := range strings.Split(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(l))
	}
	if got := strings.Join(out, "\n"); got != strings.Join(lines, "\n") {
		s.Errorf("%s:\n%s\nwant\n%s", name, got, strings.Join(lines, "\n"))
	}
}

const power = `{"date":"2026-11-05","money_account":"$cash","lines":[{"category":"$utilities","amount":"113","tax":"13","description":"电费"},
	{"category":"$expense","amount":"20"},{"category":"$expense","amount":"-3"}]}`

func TestVouchersOfMoneyWithoutADebt(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.make("power", settlement.Expenses.Def, "post", power)
		s.expect("power", `2026-11-05 电费
			1001 0.00 130.00
			22210101 13.00 0.00
			560202 17.00 0.00
			560203 100.00 0.00`)
		s.make("scrap", settlement.Incomes.Def, "post", `{"date":"2026-11-06","money_account":"$wechat","lines":[
			{"category":"$other_revenue","amount":"113","tax":"13"},{"category":"$interest","amount":"0.4"}]}`)
		s.expect("scrap", `2026-11-06 其他收入单 SR261100001
			1002 113.40 0.00
			22210107 0.00 13.00
			5051 0.00 100.00
			560301 0.00 0.40`)
		s.make("emptied", settlement.Transfers.Def, "post", `{"date":"2026-11-07","from_account":"$wechat","to_account":"$bank","amount":"99.9","fee":"0.1"}`)
		s.expect("emptied", `2026-11-07 账户互转 ZZ261100001
			1002 0.00 100.00
			1002 99.90 0.00
			560302 0.10 0.00`)
		s.make("banked", settlement.Transfers.Def, "post", `{"date":"2026-11-07","from_account":"$cash","to_account":"$bank","amount":"5"}`)
		s.expect("banked", `2026-11-07 账户互转 ZZ261100002
			1001 0.00 5.00
			1002 5.00 0.00`)
		s.make("wang", organisation.People.Def, "", `{"code":"W","name":"王芳","department":"$shop"}`)
		s.make("private", settlement.MoneyAccounts.Def, "", `{"code":"P","name":"老板卡","kind":"private","holder":"$wang"}`)
		s.make("handed", settlement.Transfers.Def, "post", `{"date":"2026-11-08","from_account":"$private","to_account":"$cash","amount":"8"}`)
		s.expect("handed", `2026-11-08 账户互转 ZZ261100003
			1001 8.00 0.00
			1221 0.00 8.00 王芳`)
		for _, gone := range []struct {
			name string
			d    *kernel.Def
		}{{"power", settlement.Expenses.Def}, {"scrap", settlement.Incomes.Def}, {"emptied", settlement.Transfers.Def}} {
			s.do(pipeline.Command{Def: gone.d, Act: "unpost", ID: s.ids[gone.name]}, "{}")
			s.expect(gone.name, "")
		}
	})
}

// modify puts a posted sheet right.
func (s *shop) modify(name string, d *kernel.Def, sheet string) {
	s.Helper()
	for key, id := range s.ids {
		sheet = strings.ReplaceAll(sheet, `"$`+key+`"`, fmt.Sprint(id))
	}
	text, _ := json.Marshal(sheet)
	s.do(pipeline.Command{Def: d, Act: "modify", ID: s.ids[name]}, `{"sheet":`+string(text)+`}`)
}

func TestVouchersOfModifiedSheetsOfMoney(t *testing.T) {
	shops(t, "general", func(s *shop) {
		s.make("power", settlement.Expenses.Def, "post", power)
		s.modify("power", settlement.Expenses.Def, `{"money_account":"$bank","date":"2026-11-06","lines":[{"category":"$utilities","amount":"226","tax":"26","description":"电费"}]}`)
		s.expect("power", `2026-11-06 电费
			1002 0.00 226.00
			22210101 26.00 0.00
			560203 200.00 0.00`)
		s.make("scrap", settlement.Incomes.Def, "post", `{"date":"2026-11-06","money_account":"$wechat","lines":[{"category":"$interest","amount":"0.4"}]}`)
		s.modify("scrap", settlement.Incomes.Def, `{"money_account":"$cash"}`)
		s.expect("scrap", `2026-11-06 其他收入单 SR261100001
			1001 0.40 0.00
			560301 0.00 0.40`)
		s.make("banked", settlement.Transfers.Def, "post", `{"date":"2026-11-07","from_account":"$cash","to_account":"$bank","amount":"5"}`)
		s.modify("banked", settlement.Transfers.Def, `{"amount":"6","fee":"0.1"}`)
		s.expect("banked", `2026-11-07 账户互转 ZZ261100001
			1001 0.00 6.10
			1002 6.00 0.00
			560302 0.10 0.00`)
		err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			rows, err := v.IDs("SELECT revision FROM settlement_cash ORDER BY id")
			if fmt.Sprint(rows) != "[1 1]" {
				s.Errorf("revisions %v", rows)
			}
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
	})
}

func TestInputTaxOfASmallTaxpayer(t *testing.T) {
	shops(t, "small", func(s *shop) {
		s.make("power", settlement.Expenses.Def, "post", power)
		s.expect("power", `2026-11-05 电费
			1001 0.00 130.00
			560202 17.00 0.00
			560203 113.00 0.00`)
	})
}

func TestWithoutBooks(t *testing.T) {
	shops(t, "", func(s *shop) {
		s.make("power", settlement.Expenses.Def, "post", power)
		s.expect("power", "")
	})
}
