package buying_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/base/unit"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/purchasing"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// shop is a company with books whose records are known by short names; $name in an input is the id.
type shop struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

// shops opens a company on both databases; vat is how it is taxed.
func shops(t *testing.T, vat string, fn func(s *shop)) {
	t.Helper()
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		s := &shop{T: t, c: c, ids: map[string]int64{}}
		s.must(pipeline.Unit(context.Background(), c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
			return ledger.Install(tx, ledger.Options{Standard: "small", VAT: vat, From: "2026-01"})
		}))
		s.make("vat", tax.Rates.Def, `{"code":"13","name":"13%","rate":"0.13"}`)
		s.make("nine", tax.Rates.Def, `{"code":"9","name":"9%","rate":"0.09"}`)
		s.make("box", unit.Units.Def, `{"code":"box","name":"盒"}`)
		s.make("main", warehouse.Warehouses.Def, `{"code":"01","name":"总仓"}`)
		s.make("supplier", party.Parties.Def, `{"name":"钢厂","customer":false,"supplier":true,"tax_mode":"included"}`)
		s.make("bolt", item.Items.Def, `{"name":"螺栓","unit":$box,"purchase_price":"11.3","tax_rate":$vat}`)
		s.make("nut", item.Items.Def, `{"name":"螺母","unit":$box,"purchase_price":"2.26","tax_rate":$vat}`)
		s.make("bank", settlement.MoneyAccounts.Def, `{"code":"1","name":"银行","kind":"bank"}`)
		fn(s)
	})
}

func (s *shop) do(cmd pipeline.Command, input string) (any, error) {
	s.Helper()
	names := make([]string, 0, len(s.ids))
	for name := range s.ids {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, name := range names {
		input = strings.ReplaceAll(input, "$"+name, fmt.Sprint(s.ids[name]))
	}
	o, p := resource.ParseObject([]byte(input))
	if p != nil {
		s.Fatal(input, p)
	}
	cmd.Input = o
	got, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		return nil, err
	}
	return got.Rec, nil
}

func (s *shop) create(name string, cmd pipeline.Command, input string) {
	s.Helper()
	cmd.Act = "create"
	rec, err := s.do(cmd, input)
	if err != nil {
		s.Fatal(name, err)
	}
	s.ids[name] = resource.ID(cmd.Def, rec)
}

func (s *shop) make(name string, d *kernel.Def, input string) {
	s.Helper()
	s.create(name, pipeline.Command{Def: d}, input)
}

// order makes an order and runs an action on it.
func (s *shop) order(name, then, input string) {
	s.Helper()
	s.create(name, pipeline.Command{Def: purchasing.Orders.Def, Then: then}, input)
}

func (s *shop) act(d *kernel.Def, name, act, input string) error {
	s.Helper()
	_, err := s.do(pipeline.Command{Def: d, Act: act, ID: s.ids[name]}, input)
	return err
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) refused(err error, want string) {
	s.Helper()
	if list, _ := problem.From(err); list.Error() != want {
		s.Errorf("%v, want %s", err, want)
	}
}

func (s *shop) view(fn func(v *kernel.View) error) {
	s.Helper()
	s.must(s.c.View(context.Background(), kernel.SystemActor(), fn))
}

// receipt names the latest receipt.
func (s *shop) receipt(name string) (out *stock.Document) {
	s.Helper()
	s.view(func(v *kernel.View) error {
		all, err := stock.Receipts.Where(v, "kind = ?", stock.KindReceipt)
		if err == nil {
			out = all[len(all)-1]
			s.ids[name] = out.ID
		}
		return err
	})
	return out
}

// expect compares an order's state and what was received of each line.
func (s *shop) expect(name, want string) {
	s.Helper()
	s.view(func(v *kernel.View) error {
		o, err := purchasing.Orders.Find(v, s.ids[name])
		if err != nil {
			return err
		}
		got := string(o.State)
		for _, l := range o.Lines {
			got += " " + l.Received.String()
		}
		if got != want {
			s.Errorf("%s is %s, want %s", name, got, want)
		}
		return nil
	})
}

// payables compares what is owed: amount, settled and due date of each open item in order of its making.
func (s *shop) payables(want string) {
	s.Helper()
	s.view(func(v *kernel.View) error {
		list, err := settlement.OpenItems.Where(v, "side = ?", settlement.Payable)
		var got []string
		for _, i := range list {
			got = append(got, fmt.Sprintf("%s %s %s", i.SourceNumber, i.Amount, i.Settled))
		}
		if strings.Join(got, " | ") != want {
			s.Errorf("payables %s, want %s", strings.Join(got, " | "), want)
		}
		return err
	})
}

// voucher compares the live vouchers of a document: each line as "code debit credit", sorted; the sum must be zero.
func (s *shop) voucher(name, want string) {
	s.Helper()
	var lines []string
	s.view(func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "source_id = ? AND state <> 'void'", s.ids[name])
		for _, voucher := range list {
			var balance money.Amount
			for _, l := range voucher.Lines {
				a, err := ledger.Accounts.Find(v, l.Account)
				if err != nil {
					return err
				}
				balance += l.Debit - l.Credit
				lines = append(lines, a.Code+" "+l.Debit.String()+" "+l.Credit.String())
			}
			if balance != 0 {
				s.Errorf("voucher %s differs by %s", voucher.Number, balance)
			}
		}
		return err
	})
	slices.Sort(lines)
	if got := strings.Join(lines, " | "); got != want {
		s.Errorf("%s: %s\nwant %s", name, got, want)
	}
}

func (s *shop) onHand(name, want string) {
	s.Helper()
	s.view(func(v *kernel.View) error {
		hand, err := stock.OnHand(v, []int64{s.ids[name]}, 0)
		if got := hand[s.ids[name]].String(); got != want {
			s.Errorf("on hand %s, want %s", got, want)
		}
		return err
	})
}
