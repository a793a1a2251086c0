package settlement

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

func (f *firm) act(p *Payment, act, body string) error {
	d := Receipts.Def
	if p.Kind == KindPayment {
		d = Payments.Def
	}
	_, err := f.do(pipeline.Command{Def: d, Act: act, ID: p.ID}, body)
	return err
}

func (f *firm) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *firm) drop(source int64) error {
	return pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "drop", func(tx *kernel.Tx) error {
		return Drop(tx, "test.sheet", source)
	})
}

func (f *firm) expect(what, got, want string) {
	f.Helper()
	if got != want {
		f.Errorf("%s: %s, want %s", what, got, want)
	}
}

// debt is what the customer owes and has paid in advance.
func (f *firm) debt(partyID int64) string {
	f.Helper()
	var out string
	f.view(func(v *kernel.View) error {
		debt, advance, err := Debt(v, partyID)
		out = debt.String() + " " + advance.String()
		return err
	})
	return out
}

func TestReceiptSettlesTheOldestFirst(t *testing.T) {
	firms(t, func(f *firm) {
		late := f.raise(f.acme, Receivable, "2026-11-10", "200")
		early := f.raise(f.acme, Receivable, "2026-11-01", "100")
		back := f.raise(f.acme, Receivable, "2026-11-12", "-30")
		foreign := f.raise(f.other, Receivable, "2026-10-01", "70")
		owed := f.raise(f.acme, Payable, "2026-10-01", "40")
		p := f.receive(f.acme, "2026-11-20", "150")
		f.expect("open", f.open(early, late, back, foreign, owed), "0.00 120.00 0.00 70.00 40.00")
		f.expect("receipt", f.advance(Receipts, p.ID), "150.00 0.00")
		f.expect("number", p.Number, "SK261100001")
		f.expect("debt", f.debt(f.acme), "120.00 0.00")
		p = f.receive(f.acme, "2026-11-21", "200")
		f.expect("open", f.open(early, late, back), "0.00 0.00 0.00")
		f.expect("receipt", f.advance(Receipts, p.ID), "120.00 80.00")
		f.expect("debt", f.debt(f.acme), "0.00 80.00")
	})
}

func TestPaymentSettlesPayables(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.maker, Payable, "2026-11-01", "100")
		p, err := f.pay(Payments.Def, cash{f.maker, "2026-11-02", "130", ""})
		f.must(err)
		f.expect("open", f.open(a), "0.00")
		f.expect("payment", f.advance(Payments, p.ID), "100.00 30.00")
		f.expect("number", p.Number, "FK261100001")
		f.view(func(v *kernel.View) error {
			owed, advance, err := Owed(v, f.maker)
			f.expect("owed", owed.String()+" "+advance.String(), "0.00 30.00")
			return err
		})
	})
}

func TestSettlingByHand(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		b := f.raise(f.acme, Receivable, "2026-11-02", "200")
		back := f.raise(f.acme, Receivable, "2026-11-03", "-30")
		foreign := f.raise(f.other, Receivable, "2026-11-01", "70")
		hand := func(rows string) error {
			_, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-20", "150", `,"allocations":[` + rows + `]`})
			return err
		}
		row := func(item int64, amount string) string {
			return fmt.Sprintf(`{"open_item":%d,"amount":%q}`, item, amount)
		}
		f.refused(hand(row(a, "100.01")), "settlement.over", "/allocations/0/amount")
		f.refused(hand(row(b, "160")), "settlement.over_amount", "/allocations")
		f.refused(hand(row(a, "-10")), "settlement.over_amount", "/allocations")
		f.refused(hand(row(a, "10")+","+row(b, "-10")), "settlement.over", "/allocations/1/amount")
		f.refused(hand(row(a, "10")+","+row(foreign, "10")), "settlement.foreign_item", "/allocations/1/open_item")
		f.refused(hand(row(a, "10")+","+row(a, "10")), "settlement.twice", "/allocations/1/open_item")
		f.expect("nothing happened", f.open(a, b, back, foreign), "100.00 200.00 -30.00 70.00")
		f.must(hand(row(b, "180") + "," + row(back, "-30")))
		f.expect("open", f.open(a, b, back), "100.00 20.00 0.00")
		f.expect("debt", f.debt(f.acme), "120.00 0.00")
	})
}

func TestAdvanceIsSettledLater(t *testing.T) {
	firms(t, func(f *firm) {
		p := f.receive(f.acme, "2026-11-01", "500")
		f.expect("advance", f.advance(Receipts, p.ID), "0.00 500.00")
		f.refused(f.act(p, "settle", ""), "settlement.nothing", "")
		a := f.raise(f.acme, Receivable, "2026-11-05", "100")
		b := f.raise(f.acme, Receivable, "2026-11-06", "200")
		f.refused(f.act(p, "settle", fmt.Sprintf(`{"open_item":%d,"amount":"200.01"}`, b)), "settlement.over", "/amount")
		f.refused(f.act(p, "settle", `{"amount":"500.01"}`), "settlement.over_advance", "/amount")
		f.must(f.act(p, "settle", fmt.Sprintf(`{"open_item":%d,"amount":"150"}`, b)))
		f.expect("by hand", f.open(a, b), "100.00 50.00")
		f.must(f.act(p, "settle", `{"amount":"120"}`))
		f.expect("with a limit", f.open(a, b)+" "+f.advance(Receipts, p.ID), "0.00 30.00 270.00 230.00")
		f.must(f.act(p, "settle", ""))
		f.expect("the rest", f.open(a, b)+" "+f.advance(Receipts, p.ID), "0.00 0.00 300.00 200.00")
		f.must(f.act(p, "unsettle", ""))
		f.expect("taken back", f.open(a, b)+" "+f.advance(Receipts, p.ID), "100.00 200.00 0.00 500.00")
		f.expect("applications", f.applications(p.ID), "150.00 120.00 30.00 -300.00")
		f.must(f.act(p, "settle", fmt.Sprintf(`{"open_item":%d}`, a)))
		f.must(f.act(p, "unpost", ""))
		f.expect("unposted", f.open(a, b)+" "+f.advance(Receipts, p.ID)+" "+f.debt(f.acme), "100.00 200.00 0.00 0.00 300.00 0.00")
		f.expect("applications", f.applications(p.ID), "")
		f.must(f.act(p, "post", ""))
		f.expect("posted again", f.open(a, b)+" "+f.advance(Receipts, p.ID), "0.00 0.00 300.00 200.00")
		f.must(f.act(p, "unpost", ""))
		f.must(f.act(p, "void", ""))
	})
}

func (f *firm) applications(payment int64) string {
	f.Helper()
	out := ""
	f.view(func(v *kernel.View) error {
		list, err := Applications.Where(v, "payment = ?", payment)
		for i, a := range list {
			if i > 0 {
				out += " "
			}
			out += a.Amount.String()
			if a.Date != "2026-11-21" || a.Party != f.acme {
				f.Errorf("application %+v", a)
			}
		}
		return err
	})
	return out
}

func TestDropIsRefusedWhileSettled(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		source := f.lastSource
		p := f.receive(f.acme, "2026-11-02", "60")
		q := f.receive(f.acme, "2026-11-02", "10")
		err := f.drop(source)
		f.refused(err, "settlement.settled", "")
		if list, _ := problem.From(err); len(list) == 1 {
			f.expect("by", fmt.Sprint(list[0].Args["by"]), "SK261100001, SK261100002")
		}
		f.must(f.act(p, "unpost", ""))
		f.must(f.act(q, "unsettle", ""))
		f.must(f.drop(source))
		f.expect("open", f.open(a), "gone")
		f.expect("advance", f.debt(f.acme), "0.00 10.00")
		f.must(f.drop(source)) // safe to run again
	})
}

func TestDroppedDebtLeavesADraftReceipt(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		source := f.lastSource
		body := fmt.Sprintf(`{"party":%d,"lines":[{"money_account":%d,"amount":"60"}],"allocations":[{"open_item":%d,"amount":"60"}]}`, f.acme, f.till, a)
		rec, err := f.do(pipeline.Command{Def: Receipts.Def, Act: "create"}, body)
		f.must(err)
		f.must(f.drop(source))
		f.refused(f.act(rec.(*Payment), "post", ""), "settlement.foreign_item", "/allocations/0/open_item")
	})
}

func TestDiscountsFeesAndOffsets(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		_, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-02", "98", `,"discount":"-2"`})
		f.refused(err, "settlement.discount_sign", "/discount")
		_, err = f.pay(Receipts.Def, cash{f.other, "2026-11-02", "98", `,"discount":"2"`})
		f.refused(err, "settlement.discount", "/discount")
		p, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-02", "98", `,"discount":"2"`})
		f.must(err)
		f.expect("open", f.open(a)+" "+f.advance(Receipts, p.ID), "0.00 100.00 0.00")
		f.refused(f.act(p, "unsettle", ""), "settlement.unsettle_discount", "")
		_, err = f.pay(Receipts.Def, cash{f.acme, "2026-11-02", "0", ""})
		f.refused(err, "settlement.empty", "/lines")
		b := f.raise(f.acme, Receivable, "2026-11-03", "50")
		back := f.raise(f.acme, Receivable, "2026-11-04", "-80")
		_, err = f.pay(Receipts.Def, cash{f.acme, "2026-11-05", "0", ""})
		f.must(err)
		f.expect("offset", f.open(b, back), "0.00 -30.00")
		_, err = f.pay(Receipts.Def, cash{f.acme, "2026-11-06", "-30", ""})
		f.must(err)
		f.expect("refund", f.open(b, back)+" "+f.debt(f.acme), "0.00 0.00 0.00 0.00")
		_, err = f.do(pipeline.Command{Def: Receipts.Def, Act: "create"},
			fmt.Sprintf(`{"party":%d,"lines":[{"money_account":%d,"amount":"10","fee":"10.01"}]}`, f.acme, f.bank))
		f.refused(err, "settlement.fee", "/lines/0/fee")
	})
}

func TestAccountOutOfUse(t *testing.T) {
	firms(t, func(f *firm) {
		_, err := f.do(pipeline.Command{Def: MoneyAccounts.Def, Act: "update", ID: f.till}, `{"active":false}`)
		f.must(err)
		_, err = f.pay(Receipts.Def, cash{f.acme, "2026-11-06", "30", ""})
		f.refused(err, "settlement.account_off", "/lines/0/money_account")
	})
}

// Thirty-two receipts of 10 want a debt of 100 at the same moment: together they take exactly 100, the rest is advance.
func TestConcurrentReceipts(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "60")
		b := f.raise(f.acme, Receivable, "2026-11-02", "40")
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				if _, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-20", "10", ""}); err != nil {
					f.Error(err)
				}
			})
		}
		wg.Wait()
		f.expect("open", f.open(a, b)+" "+f.debt(f.acme), "0.00 0.00 0.00 220.00")
	})
}

// Thirty-two receipts name the same debt by hand: it is settled ten times, the others are told that nothing is left.
func TestConcurrentReceiptsByHand(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		var wg sync.WaitGroup
		var mu sync.Mutex
		done, refused := 0, 0
		for range 32 {
			wg.Go(func() {
				_, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-20", "10", fmt.Sprintf(`,"allocations":[{"open_item":%d,"amount":"10"}]`, a)})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
					return
				}
				refused++
				f.refused(err, "settlement.over", "/allocations/0/amount")
			})
		}
		wg.Wait()
		if done != 10 || refused != 22 {
			f.Errorf("%d done, %d refused", done, refused)
		}
		f.expect("open", f.open(a)+" "+f.debt(f.acme), "0.00 0.00 0.00")
	})
}

func TestManyOpenItemsLockOnlyWhatIsNeeded(t *testing.T) {
	firms(t, func(f *firm) {
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "raise", func(tx *kernel.Tx) error {
			for i := range 300 {
				_, err := Raise(tx, Item{
					Party: f.acme, Side: Receivable, Source: "test.sheet", SourceID: int64(5000 + i), SourceNumber: "S", Date: "2026-11-01", Amount: 100,
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		f.must(err)
		p := f.receive(f.acme, "2026-11-20", "200.50")
		f.expect("receipt", f.advance(Receipts, p.ID)+" "+f.debt(f.acme), "200.50 0.00 99.50 0.00")
		p = f.receive(f.acme, "2026-11-20", "100")
		f.expect("receipt", f.advance(Receipts, p.ID)+" "+f.debt(f.acme), "99.50 0.50 0.00 0.50")
	})
}

// A debt raised and received in one unit settles before anything is written.
func TestReceiptInTheUnitOfTheDebt(t *testing.T) {
	firms(t, func(f *firm) {
		var item int64
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "sell", func(tx *kernel.Tx) error {
			it, err := Raise(tx, Item{Party: f.acme, Side: Receivable, Source: "test.sheet", SourceID: 7, Date: "2026-11-20", Amount: 12345})
			if err != nil {
				return err
			}
			item = it.ID
			p := &Payment{Party: f.acme, Lines: []PaymentLine{{MoneyAccount: f.till, Amount: 12345}}}
			p.Date = "2026-11-20"
			if err := pipeline.Create(tx, Receipts, p); err != nil {
				return err
			}
			return pipeline.Act(tx, Receipts, p, "post", nil)
		})
		f.must(err)
		f.expect("open", f.open(item)+" "+f.debt(f.acme), "0.00 0.00 0.00")
	})
}

func TestRaiseWritesOneStatement(t *testing.T) {
	firms(t, func(f *firm) {
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "raise", func(tx *kernel.Tx) error {
			before := tx.Statements()
			_, err := Raise(tx, Item{Party: f.acme, Side: Receivable, Source: "test.sheet", SourceID: 7, SourceNumber: "X", Date: "2026-11-20", Amount: 1})
			if n := tx.Statements() - before; n != 0 {
				f.Errorf("raise ran %d statements before the seal", n)
			}
			return err
		})
		f.must(err)
	})
}

func TestRaiseNeedsAParty(t *testing.T) {
	firms(t, func(f *firm) {
		err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "raise", func(tx *kernel.Tx) error {
			_, err := Raise(tx, Item{Side: Receivable, Source: "test.sheet", SourceID: 7, Date: "2026-11-20", Amount: 1})
			return err
		})
		f.refused(err, "settlement.party", "/party")
	})
}

func TestDueDateMayMoveAmountsNot(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		_, err := f.do(pipeline.Command{Def: OpenItems.Def, Act: "update", ID: a}, `{"due_date":"2026-12-31"}`)
		f.must(err)
		_, err = f.do(pipeline.Command{Def: OpenItems.Def, Act: "update", ID: a}, `{"amount":"1"}`)
		f.refused(err, "field.readonly", "/amount")
		_, err = f.do(pipeline.Command{Def: OpenItems.Def, Act: "create"}, `{}`)
		f.refused(err, "method", "")
	})
}

func TestOpening(t *testing.T) {
	firms(t, func(f *firm) {
		rec, err := f.do(pipeline.Command{Def: Openings.Def, Act: "create", Then: "post"}, fmt.Sprintf(`{"date":"2026-01-01",
			"debts":[{"party":%d,"side":"receivable","reference":"A-1","date":"2025-12-01","due_date":"2025-12-31","amount":"500"},
			{"party":%d,"side":"payable","amount":"300"}],
			"money":[{"money_account":%d,"amount":"1000"},{"money_account":%d,"amount":"20.50"}]}`, f.acme, f.maker, f.bank, f.till))
		f.must(err)
		o := rec.(*Opening)
		f.expect("sums", o.Receivable.String()+" "+o.Payable.String()+" "+o.Funds.String(), "500.00 300.00 1020.50")
		f.expect("debt", f.debt(f.acme), "500.00 0.00")
		p := f.receive(f.acme, "2026-02-01", "100")
		_, err = f.do(pipeline.Command{Def: Openings.Def, Act: "unpost", ID: o.ID}, "")
		f.refused(err, "settlement.settled", "")
		f.must(f.act(p, "unpost", ""))
		_, err = f.do(pipeline.Command{Def: Openings.Def, Act: "unpost", ID: o.ID}, "")
		f.must(err)
		f.expect("debt", f.debt(f.acme), "0.00 0.00")
		_, err = f.do(pipeline.Command{Def: Openings.Def, Act: "create"}, fmt.Sprintf(`{"date":"2026-01-01",
			"debts":[{"party":%d,"date":"2026-01-02","amount":"1"}]}`, f.acme))
		f.refused(err, "settlement.opening_date", "/debts/0/date")
		_, err = f.do(pipeline.Command{Def: Openings.Def, Act: "create"}, `{"date":"2026-01-01"}`)
		f.refused(err, "settlement.empty", "/debts")
	})
}

// Returns beyond the debts that the money reaches are used too, so that nothing stays open that could be settled.
func TestReturnsAreUsedUp(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "100")
		b := f.raise(f.acme, Receivable, "2026-11-02", "-100")
		c := f.raise(f.acme, Receivable, "2026-11-03", "50")
		p := f.receive(f.acme, "2026-11-20", "50")
		f.expect("open", f.open(a, b, c)+" "+f.advance(Receipts, p.ID), "0.00 0.00 0.00 50.00 0.00")
	})
}

func TestOffset(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Payable, "2026-11-01", "100")
		b := f.raise(f.acme, Payable, "2026-11-02", "-130")
		for range 2 { // the second finds nothing to do
			f.must(pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "offset", func(tx *kernel.Tx) error {
				first, err := OpenItems.Lock(tx, a)
				if err != nil {
					return err
				}
				second, err := OpenItems.Lock(tx, b)
				if err != nil {
					return err
				}
				return Offset(tx, first, second, "taken back")
			}))
		}
		f.expect("open", f.open(a, b), "0.00 -30.00")
		f.view(func(v *kernel.View) error {
			list, err := Payments.Where(v, "kind = 'payment'")
			if len(list) != 1 || list[0].Number != "FK261100001" || list[0].Date != "2026-11-02" || list[0].Note != "taken back" || list[0].State != posted {
				f.Errorf("%+v", list)
			}
			return err
		})
	})
}

func TestRole(t *testing.T) {
	for kind, want := range map[string]string{"cash": "cash", "bank": "bank", "wechat": "wechat", "alipay": "alipay", "other": "bank"} {
		if got := (&MoneyAccount{Kind: kind}).Role(); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
	if money.AmountScale != 2 {
		t.Error("the figures of these tests are in 分")
	}
}
