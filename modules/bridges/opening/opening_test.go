package opening

import (
	"context"
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
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
)

func do(t *testing.T, c *kernel.Company, cmd pipeline.Command, body string) int64 {
	t.Helper()
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			t.Fatal(p)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), c, kernel.SystemActor(), cmd)
	if err != nil {
		t.Fatalf("%s: %v", cmd.Def.Name, err)
	}
	return resource.ID(cmd.Def, res.Rec)
}

// lines gives kind and lines of the live vouchers of a document, sorted by account.
func lines(t *testing.T, c *kernel.Company, id int64) string {
	t.Helper()
	var out []string
	err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "source_id = ? AND state <> 'void'", id)
		for _, voucher := range list {
			for _, l := range voucher.Lines {
				a, err := ledger.Accounts.Find(v, l.Account)
				if err != nil {
					return err
				}
				out = append(out, fmt.Sprintf("%s %s %s %s %v", voucher.Kind, a.Code, l.Debit, l.Credit, l.Party != 0))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func TestOpeningVoucher(t *testing.T) {
	o := testkit.Options{Modules: []kernel.Module{
		organisation.Module(), tax.Module(), party.Module(), unit.Module(), item.Module(), warehouse.Module(),
		settlement.Module(), ledger.Module(), Module(),
	}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
			return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "general", From: "2026-01"})
		})
		if err != nil {
			t.Fatal(err)
		}
		create := func(d *kernel.Def, body string) int64 { return do(t, c, pipeline.Command{Def: d, Act: "create"}, body) }
		customer := create(party.Parties.Def, `{"name":"A"}`)
		supplier := create(party.Parties.Def, `{"name":"B","customer":false,"supplier":true}`)
		bank := create(settlement.MoneyAccounts.Def, `{"code":"1","name":"Bank","kind":"bank"}`)
		till := create(settlement.MoneyAccounts.Def, `{"code":"2","name":"Till","kind":"cash"}`)
		id := do(t, c, pipeline.Command{Def: settlement.Openings.Def, Act: "create", Then: "post"}, fmt.Sprintf(`{"date":"2026-01-01",
			"debts":[{"party":%d,"amount":"500"},{"party":%d,"side":"payable","amount":"300"}],
			"money":[{"money_account":%d,"amount":"1000"},{"money_account":%d,"amount":"20.5"}]}`, customer, supplier, bank, till))
		want := `opening 1001 20.50 0.00 false
opening 1002 1000.00 0.00 false
opening 1122 500.00 0.00 true
opening 220201 0.00 300.00 true
opening 310401 0.00 1520.50 false
opening 310401 300.00 0.00 false`
		if got := lines(t, c, id); got != want {
			t.Errorf("voucher:\n%s\nwant\n%s", got, want)
		}
		do(t, c, pipeline.Command{Def: settlement.Openings.Def, Act: "unpost", ID: id}, "")
		if got := lines(t, c, id); got != "" {
			t.Errorf("after unposting:\n%s", got)
		}
	})
}
