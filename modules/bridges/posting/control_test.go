package posting_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/base/item"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/warehouse"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// trade is a company that does whatever comes to its mind.
type trade struct {
	*testing.T
	c                      *kernel.Company
	rnd                    *rand.Rand
	customer, supplier     int64
	main, bolt, work, bank int64
	docs                   map[*kernel.Def][]int64
}

func (s *trade) do(cmd pipeline.Command, body string) (int64, error) {
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			s.Fatal(p)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), cmd)
	if err != nil {
		if _, expected := problem.From(err); !expected {
			s.Fatal(err)
		}
		return 0, err
	}
	return resource.ID(cmd.Def, res.Rec), nil
}

func (s *trade) make(d *kernel.Def, body string) int64 {
	s.Helper()
	id, err := s.do(pipeline.Command{Def: d, Act: "create"}, body)
	if err != nil {
		s.Fatal(err)
	}
	return id
}

func (s *trade) cents(limit int) money.Amount { return money.Amount(s.rnd.IntN(limit) + 1) }

// step does one thing; rules may refuse it.
func (s *trade) step() {
	day := fmt.Sprintf("2026-%02d-%02d", 1+s.rnd.IntN(11), 1+s.rnd.IntN(20))
	sheets := []struct {
		d     *kernel.Def
		party int64
	}{{stock.Deliveries.Def, s.customer}, {stock.Receipts.Def, s.supplier}, {stock.SalesReturns.Def, s.customer}, {stock.PurchaseReturns.Def, s.supplier}}
	monies := []struct {
		d     *kernel.Def
		party int64
	}{{settlement.Receipts.Def, s.customer}, {settlement.Payments.Def, s.supplier}}
	post := func(d *kernel.Def, body string) {
		if id, err := s.do(pipeline.Command{Def: d, Act: "create", Then: "post"}, body); err == nil {
			s.docs[d] = append(s.docs[d], id)
		}
	}
	act := func(d *kernel.Def, name string) {
		if ids := s.docs[d]; len(ids) > 0 {
			_, _ = s.do(pipeline.Command{Def: d, Act: name, ID: ids[s.rnd.IntN(len(ids))]}, "") // a refusal changes nothing
		}
	}
	sheet, cash := sheets[s.rnd.IntN(4)], monies[s.rnd.IntN(2)]
	switch s.rnd.IntN(10) {
	case 0, 1, 2, 3:
		post(sheet.d, fmt.Sprintf(`{"date":%q,"party":%d,"warehouse":%d,"rounding":"0.0%d","discount":"%s",
			"lines":[{"item":%d,"qty":"%d","price":"%s"},{"item":%d,"qty":"1","price":"%s"}],"charges":[{"name":"Freight","amount":"%s"}]}`,
			day, sheet.party, s.main, s.rnd.IntN(9), s.cents(90), s.bolt, 1+s.rnd.IntN(20), s.cents(2000), s.work, s.cents(9000), s.cents(500)))
	case 4, 5:
		post(cash.d, fmt.Sprintf(`{"date":%q,"party":%d,"discount":"0.0%d","lines":[{"money_account":%d,"amount":"%s","fee":"0.0%d"}]}`,
			day, cash.party, s.rnd.IntN(2), s.bank, s.cents(20000), s.rnd.IntN(9)))
	case 6:
		act(sheet.d, "unpost")
	case 7:
		act(sheet.d, "reverse")
	case 8:
		act(cash.d, "unpost")
	case 9:
		act(cash.d, []string{"settle", "unsettle"}[s.rnd.IntN(2)])
	}
}

// balance is what stands on an account, debit less credit.
func (s *trade) balance(v *kernel.View, code string) money.Amount {
	var sum money.Amount
	_, err := v.Scan([]any{(*int64)(&sum)}, `SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e
		JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account WHERE v.state <> 'void' AND a.code = ?`, code)
	if err != nil {
		s.Fatal(err)
	}
	return sum
}

func (s *trade) sum(v *kernel.View, query string) money.Amount {
	var sum money.Amount
	if _, err := v.Scan([]any{(*int64)(&sum)}, "SELECT CAST(COALESCE(SUM("+query); err != nil {
		s.Fatal(err)
	}
	return sum
}

// TestControlAccounts does random business and compares the control accounts with what they control.
func TestControlAccounts(t *testing.T) {
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		s := &trade{T: t, c: c, rnd: rand.New(rand.NewPCG(7, 11)), docs: map[*kernel.Def][]int64{}}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "install", func(tx *kernel.Tx) error {
			return ledger.Install(tx, ledger.Options{Standard: "small", VAT: "general", From: "2026-01"})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.customer = s.make(party.Parties.Def, `{"name":"Customer"}`)
		s.supplier = s.make(party.Parties.Def, `{"name":"Supplier","customer":false,"supplier":true}`)
		s.main = s.make(warehouse.Warehouses.Def, `{"code":"M","name":"Main"}`)
		s.bolt = s.make(item.Items.Def, `{"name":"Bolt"}`)
		s.work = s.make(item.Items.Def, `{"name":"Work","service":true}`)
		s.bank = s.make(settlement.MoneyAccounts.Def, `{"code":"1","name":"Bank","kind":"bank"}`)
		for i := range 200 {
			s.step()
			if i%10 == 9 {
				s.compare(i)
			}
		}
		for _, d := range []*kernel.Def{stock.Deliveries.Def, stock.Receipts.Def, stock.SalesReturns.Def, stock.PurchaseReturns.Def,
			settlement.Receipts.Def, settlement.Payments.Def} {
			if len(s.docs[d]) < 5 {
				t.Errorf("only %d of %s were posted: this proves little", len(s.docs[d]), d.Name)
			}
		}
		s.view(func(v *kernel.View) {
			for _, q := range []string{"1), 0) AS BIGINT) FROM stock_document WHERE reverses IS NOT NULL", "1), 0) AS BIGINT) FROM settlement_application",
				"1), 0) AS BIGINT) FROM ledger_voucher WHERE state = 'void'"} {
				if n := s.sum(v, q); n < 2 {
					t.Errorf("only %d of %s", n, q)
				}
			}
		})
	})
}

func (s *trade) compare(step int) {
	s.Helper()
	controls := []struct {
		code  string
		sign  money.Amount
		query string
	}{
		{"1122", 1, "open), 0) AS BIGINT) FROM settlement_open_item WHERE side = 'receivable'"},
		{"220201", -1, "open), 0) AS BIGINT) FROM settlement_open_item WHERE side = 'payable'"},
		{"2203", -1, "unapplied), 0) AS BIGINT) FROM settlement_payment WHERE kind = 'receipt'"},
		{"1123", 1, "unapplied), 0) AS BIGINT) FROM settlement_payment WHERE kind = 'payment'"},
		{"1002", 1, "CASE WHEN p.kind = 'payment' THEN -l.amount - l.fee ELSE l.amount - l.fee END), 0) AS BIGINT) FROM settlement_payment p JOIN settlement_payment_line l ON l.parent = p.id WHERE p.state = 'posted'"},
		{"1405", 1, "value), 0) AS BIGINT) FROM stock_pool"},
	}
	s.view(func(v *kernel.View) {
		for _, k := range controls {
			if got, want := s.balance(v, k.code), k.sign*s.sum(v, k.query); got != want {
				s.Errorf("step %d: account %s holds %s, what it controls %s", step, k.code, got, want)
			}
		}
	})
}

func (s *trade) view(fn func(v *kernel.View)) {
	s.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error { fn(v); return nil })
	if err != nil {
		s.Fatal(err)
	}
}
