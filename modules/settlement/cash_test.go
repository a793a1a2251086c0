package settlement

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

// posted makes a sheet and posts it.
func (f *firm) posted(d *kernel.Def, body string, args ...any) int64 {
	f.Helper()
	rec, err := f.do(pipeline.Command{Def: d, Act: "create", Then: "post"}, fmt.Sprintf(body, args...))
	if err != nil {
		f.Fatalf("%s: %v", d.Name, err)
	}
	return resource.ID(d, rec)
}

func TestMoneyWithoutADebt(t *testing.T) {
	firms(t, func(f *firm) {
		purpose := f.create(f.c.Def("office.expense_category"), `{"name":"房租"}`)
		f.posted(Receipts.Def, `{"date":"2026-11-20","party":%d,"lines":[{"money_account":%d,"amount":"500"}]}`, f.acme, f.till)
		rent := f.posted(Expenses.Def, `{"date":"2026-11-21","money_account":%d,"lines":[{"category":%[2]d,"amount":"30.5","tax":"2.5"},{"category":%[2]d,"amount":"-0.5"}]}`, f.till, purpose)
		f.posted(Incomes.Def, `{"date":"2026-11-21","money_account":%d,"party":%d,"note":"废纸","lines":[{"category":%d,"amount":"12.34"}]}`, f.till, f.acme, purpose)
		f.posted(Transfers.Def, `{"date":"2026-11-21","from_account":%d,"to_account":%d,"amount":"100","fee":"0.1"}`, f.till, f.bank)
		f.table("settlement.today", map[string]string{"day": "2026-11-21"}, "money_account kind number party opening in out closing", `
			Till - - - 500.00 12.34 130.10 382.24
			Bank - - - 0.00 100.00 0.00 100.00
			- 全部账户 - - 500.00 112.34 130.10 482.24
			- 当天收支 - - - - - -
			Till 费用单 FY261100001 0 - - 30.00 -
			Till 其他收入单 SR261100001 Acme - 12.34 - -
			Till 账户互转 ZZ261100001 0 - - 100.10 -
			Bank 账户互转 ZZ261100001 0 - 100.00 - -
			- - - - - 112.34 130.10 -`)
		f.table("settlement.money_journal", map[string]string{"money_account": fmt.Sprint(f.till), "from": "2026-11-21", "to": "2026-11-21"}, "number in out balance", `
			- - - 500.00
			FY261100001 - 30.00 470.00
			SR261100001 12.34 - 482.34
			ZZ261100001 - 100.10 382.24
			- - - 382.24
			- 12.34 130.10 -`)
		if _, err := f.do(pipeline.Command{Def: Expenses.Def, Act: "unpost", ID: rent}, ""); err != nil {
			t.Fatal(err)
		}
		f.table("settlement.money_balance", map[string]string{"from": "2026-11-21", "to": "2026-11-21"}, "money_account opening in out closing", `
			Till 500.00 12.34 100.10 412.24
			Bank 0.00 100.00 0.00 100.00
			- 500.00 112.34 100.10 512.24`)
	})
}

func TestSheetsOfMoneyThatAreRefused(t *testing.T) {
	firms(t, func(f *firm) {
		purpose := f.create(f.c.Def("office.expense_category"), `{"name":"房租"}`)
		off := f.create(MoneyAccounts.Def, `{"code":"3","name":"Old","kind":"bank","active":false}`)
		for body, want := range map[string]string{
			fmt.Sprintf(`{"from_account":%d,"to_account":%[1]d,"amount":"1"}`, f.till):                            "settlement.same_account at /to_account",
			fmt.Sprintf(`{"from_account":%d,"to_account":%d,"amount":"1"}`, f.till, off):                          "settlement.account_off at /to_account name=Old",
			fmt.Sprintf(`{"from_account":%d,"to_account":%d,"amount":"-1"}`, f.till, f.bank):                      "field.negative at /amount\nrequired at /amount",
			fmt.Sprintf(`{"from_account":%d,"to_account":%d,"amount":"0"}`, f.till, f.bank):                       "required at /amount",
			fmt.Sprintf(`{"from_account":%d,"to_account":%d,"amount":"1.234"}`, f.till, f.bank):                   "",
			fmt.Sprintf(`{"money_account":%d,"lines":[{"category":%d,"amount":"1","tax":"2"}]}`, f.till, purpose): "settlement.tax_over at /lines/0/tax",
			fmt.Sprintf(`{"money_account":%d,"lines":[]}`, f.till):                                                "",
		} {
			d := Transfers.Def
			if strings.Contains(body, "lines") {
				d = Expenses.Def
			}
			_, err := f.do(pipeline.Command{Def: d, Act: "create"}, body)
			if err == nil || want != "" && err.Error() != want {
				t.Errorf("%s: %v", body, err)
			}
		}
		var first int64
		f.view(func(v *kernel.View) (err error) {
			first, err = firstAccount(v)
			return err
		})
		if first != f.till {
			t.Errorf("a new sheet begins with %d", first)
		}
	})
}

// TestTheUsualAccount: an amount alone is on the account on which this party paid last.
func TestTheUsualAccount(t *testing.T) {
	firms(t, func(f *firm) {
		f.posted(Receipts.Def, `{"date":"2026-11-01","party":%d,"lines":[{"money_account":%d,"amount":"5"}]}`, f.acme, f.bank)
		account := func(party, given int64) int64 {
			p := &Payment{Kind: KindReceipt, Party: party, Lines: []PaymentLine{{MoneyAccount: given, Amount: 100}}}
			f.view(func(v *kernel.View) error {
				_, err := computePayment(v, p, "")
				return err
			})
			return p.Lines[0].MoneyAccount
		}
		got := []int64{account(f.acme, 0), account(f.other, 0), account(f.acme, f.till)}
		if want := []int64{f.bank, f.till, f.till}; !slices.Equal(got, want) {
			t.Errorf("accounts %v, want %v", got, want)
		}
	})
}

// TestWhoHoldsTheMoney: what a salesperson collected lies on the account that he holds until he hands it in, and the page of
// the day says who holds how much.
func TestWhoHoldsTheMoney(t *testing.T) {
	firms(t, func(f *firm) {
		shop := f.create(f.c.Def("base.department"), `{"code":"S","name":"店"}`)
		wang := f.create(f.c.Def("base.person"), fmt.Sprintf(`{"code":"W","name":"王芳","department":%d}`, shop))
		held := f.create(MoneyAccounts.Def, fmt.Sprintf(`{"code":"3","name":"Wang","kind":"private","holder":%d}`, wang))
		f.posted(Receipts.Def, `{"date":"2026-11-21","party":%d,"lines":[{"money_account":%d,"amount":"500"}]}`, f.acme, held)
		f.posted(Transfers.Def, `{"date":"2026-11-21","from_account":%d,"to_account":%d,"amount":"420"}`, held, f.till)
		f.table("settlement.today", map[string]string{"day": "2026-11-21"}, "money_account holder number in out closing", fmt.Sprintf(`
			Till - - 420.00 0.00 420.00
			Bank - - 0.00 0.00 0.00
			%[1]d %[2]d - 500.00 420.00 80.00
			- - - 920.00 420.00 500.00
			- - - - - -
			%[1]d - SK261100001 500.00 - -
			%[1]d - ZZ261100001 - 420.00 -
			Till - ZZ261100001 420.00 - -
			- - - 920.00 420.00 -`, held, wang))
	})
}
