package settlement

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

// firm is a company in a test, with two customers, a supplier, a till and a bank account.
type firm struct {
	*testing.T
	c                  *kernel.Company
	acme, other, maker int64
	till, bank         int64
	lastSource         int64
	mu                 sync.Mutex
}

func firms(t *testing.T, fn func(f *firm)) {
	t.Helper()
	o := testkit.Options{Modules: []kernel.Module{organisation.Module(), tax.Module(), party.Module(), testkit.Elsewhere("office.expense_category"), Module()}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, lastSource: 1000}
		f.acme = f.create(party.Parties.Def, `{"name":"Acme"}`)
		f.other = f.create(party.Parties.Def, `{"name":"Other"}`)
		f.maker = f.create(party.Parties.Def, `{"name":"Maker","customer":false,"supplier":true}`)
		f.till = f.create(MoneyAccounts.Def, `{"code":"1","name":"Till","kind":"cash"}`)
		f.bank = f.create(MoneyAccounts.Def, `{"code":"2","name":"Bank","kind":"bank"}`)
		fn(f)
	})
}

func (f *firm) do(cmd pipeline.Command, body string) (any, error) {
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), f.c, kernel.SystemActor(), cmd)
	if err != nil {
		return nil, err
	}
	return res.Rec, nil
}

func (f *firm) create(d *kernel.Def, body string) int64 {
	f.Helper()
	rec, err := f.do(pipeline.Command{Def: d, Act: "create"}, body)
	if err != nil {
		f.Fatalf("create %s: %v", d.Name, err)
	}
	return resource.ID(d, rec)
}

// raise makes a debt with a source number of its own and gives its id.
func (f *firm) raise(partyID int64, side, date, amount string) int64 {
	f.Helper()
	f.mu.Lock()
	f.lastSource++
	source := f.lastSource
	f.mu.Unlock()
	a, err := money.ParseAmount(amount)
	if err != nil {
		f.Fatal(err)
	}
	var id int64
	err = pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "raise", func(tx *kernel.Tx) error {
		it, err := Raise(tx, Item{
			Party: partyID, Side: side, Source: "test.sheet", SourceID: source, SourceNumber: fmt.Sprintf("S%d", source),
			Date: clock.Date(date), DueDate: clock.Date(date).AddDays(30), Amount: a,
		})
		if it != nil {
			id = it.ID
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return id
}

// cash is money on the till, from or to a party; extra is more JSON for the head.
type cash struct {
	party               int64
	date, amount, extra string
}

// pay writes and posts a receipt or payment.
func (f *firm) pay(d *kernel.Def, m cash) (*Payment, error) {
	lines := fmt.Sprintf(`[{"money_account":%d,"amount":%q}]`, f.till, m.amount)
	if m.amount == "0" {
		lines = "[]"
	}
	rec, err := f.do(pipeline.Command{Def: d, Act: "create", Then: "post"},
		fmt.Sprintf(`{"party":%d,"date":%q,"lines":%s%s}`, m.party, m.date, lines, m.extra))
	if err != nil {
		return nil, err
	}
	return rec.(*Payment), nil
}

func (f *firm) receive(partyID int64, date, amount string) *Payment {
	f.Helper()
	p, err := f.pay(Receipts.Def, cash{partyID, date, amount, ""})
	if err != nil {
		f.Fatal(err)
	}
	return p
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// open gives what is open of items, in order.
func (f *firm) open(ids ...int64) string {
	f.Helper()
	out := ""
	f.view(func(v *kernel.View) error {
		items, err := OpenItems.FindMany(v, ids)
		for _, id := range ids {
			if items[id] == nil {
				out += "gone "
				continue
			}
			if items[id].Open+items[id].Settled != items[id].Amount {
				f.Errorf("item %d: %s settled and %s open of %s", id, items[id].Settled, items[id].Open, items[id].Amount)
			}
			out += items[id].Open.String() + " "
		}
		return err
	})
	return out[:len(out)-1]
}

// advance gives settled and unapplied of a payment as it is stored.
func (f *firm) advance(d *resource.Resource[Payment], id int64) string {
	f.Helper()
	var out string
	f.view(func(v *kernel.View) error {
		p, err := d.Find(v, id)
		if err == nil {
			out = p.Settled.String() + " " + p.Unapplied.String()
		}
		return err
	})
	return out
}

// refused checks that err is the one problem with the code at the place.
func (f *firm) refused(err error, code, pointer string) {
	f.Helper()
	list, ok := problem.From(err)
	if !ok || len(list) != 1 || list[0].Code != code || list[0].Path != pointer {
		f.Errorf("got %v, want %s at %q", err, code, pointer)
	}
}
