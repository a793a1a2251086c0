package settlement

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
)

// cashier may do everything with money.
var cashier = &kernel.Actor{UserID: 7, Lang: "zh", Perms: rights{[]string{"read", "create", "update", "post", "settle", "today"}, kernel.ScopeAll}}

// typed is what a form shows of a sheet while it is typed.
func (f *firm) typed(who *kernel.Actor, d *kernel.Def, id int64, body, changed string) *preview.Preview {
	f.Helper()
	o, p := resource.ParseObject([]byte(body))
	if p != nil {
		f.Fatal(p)
	}
	out, err := preview.Try(context.Background(), f.c, who, pipeline.Command{Def: d, ID: id, Input: o}, changed)
	if err != nil {
		f.Fatal(err)
	}
	return out
}

// wrong names what a form says is wrong, warnings with a mark.
func wrong(p *preview.Preview) string {
	var out []string
	for _, one := range p.Draft.Problems {
		mark := ""
		if one.Warning {
			mark = "?"
		}
		out = append(out, mark+one.Code+" "+one.Path)
	}
	return strings.Join(out, " ")
}

func factAt(p *preview.Preview, pointer string) (out string) {
	for _, one := range p.Facts {
		if one.Pointer == pointer {
			out += one.Label.Zh + " " + one.Value + ";"
		}
	}
	return out
}

// An open item that is chosen brings its amount, as far as the money reaches; another party's is refused where it stands,
// while it is typed and when it is saved.
func TestChoosingWhatIsSettled(t *testing.T) {
	firms(t, func(f *firm) {
		a := f.raise(f.acme, Receivable, "2026-11-01", "320")
		b := f.raise(f.acme, Receivable, "2026-11-02", "309")
		foreign := f.raise(f.other, Receivable, "2026-11-02", "5")
		payable := f.raise(f.acme, Payable, "2026-11-02", "5")
		sheet := func(money, rows string) string {
			return fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":%q}],"allocations":[%s]}`, f.acme, f.till, money, rows)
		}
		item := func(id int64) string { return fmt.Sprintf(`{"open_item":%d}`, id) }
		for _, one := range []struct{ name, money, rows, changed, want string }{
			{"all of it", "1000", item(a), "/allocations/0/open_item", "320.00 settled 320.00 left 680.00 "},
			{"as far as the money reaches", "306", item(a), "/allocations/0/open_item", "306.00 settled 306.00 left 0.00 "},
			{"what the first left", "400", fmt.Sprintf(`{"open_item":%d,"amount":"320"},%s`, a, item(b)), "/allocations/1/open_item", "320.00 80.00 settled 400.00 left 0.00 "},
			{"before the money", "0", item(b), "/allocations/0/open_item", "309.00 settled 0.00 left 0.00 required /lines/0/amount settlement.over_amount /allocations"},
			{"typed over", "1000", fmt.Sprintf(`{"open_item":%d,"amount":"20"}`, a), "/allocations/0/amount", "20.00 settled 20.00 left 980.00 "},
			{"another's", "10", fmt.Sprintf(`{"open_item":%d,"amount":"5"}`, foreign), "/allocations/0/open_item", "5.00 settled 5.00 left 5.00 settlement.foreign_item /allocations/0/open_item"},
			{"the other side", "10", fmt.Sprintf(`{"open_item":%d,"amount":"5"}`, payable), "/allocations/0/open_item", "5.00 settled 5.00 left 5.00 settlement.foreign_item /allocations/0/open_item"},
		} {
			p := f.typed(cashier, Receipts.Def, 0, sheet(one.money, one.rows), one.changed)
			rec, got := p.Draft.Rec.(*Payment), ""
			for _, l := range rec.Allocations {
				got += l.Amount.String() + " "
			}
			f.expect(one.name, got+"settled "+rec.Settled.String()+" left "+rec.Unapplied.String()+" "+wrong(p), one.want)
		}
		o, _ := resource.ParseObject([]byte(sheet("10", fmt.Sprintf(`{"open_item":%d,"amount":"5"}`, foreign))))
		_, err := pipeline.Do(context.Background(), f.c, cashier, pipeline.Command{Def: Receipts.Def, Act: "create", Input: o})
		f.refused(err, "settlement.foreign_item", "/allocations/0/open_item")
		// What a draft shows is not stored: an advance is money that came.
		o, _ = resource.ParseObject([]byte(sheet("1000", fmt.Sprintf(`{"open_item":%d,"amount":"320"}`, a))))
		res, err := pipeline.Do(context.Background(), f.c, cashier, pipeline.Command{Def: Receipts.Def, Act: "create", Input: o})
		if err != nil {
			f.Fatal(err)
		}
		f.expect("stored draft", f.advance(Receipts, res.Rec.(*Payment).ID), "0.00 0.00")
	})
}

// With nothing chosen a draft tells what posting would settle by itself; posted, the sheet tells what it settled and the
// party what is left of its debt.
func TestWhatIsSettledByItself(t *testing.T) {
	firms(t, func(f *firm) {
		f.raise(f.acme, Receivable, "2026-11-01", "1320")
		f.raise(f.acme, Receivable, "2026-11-02", "309")
		body := fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":"1500"}]}`, f.acme, f.till)
		p := f.typed(cashier, Receipts.Def, 0, body, "/lines/0/amount")
		f.expect("draft", factAt(p, "/settled")+factAt(p, "/party"), "过账时核销 S1001 1,320.00、S1002 180.00;应收 1629.00;预收 0.00;")
		rec := p.Draft.Rec.(*Payment)
		f.expect("sums", rec.Settled.String()+" "+rec.Unapplied.String(), "1500.00 0.00")
		done, err := f.pay(Receipts.Def, cash{f.acme, "2026-11-10", "1500", ""})
		if err != nil {
			f.Fatal(err)
		}
		p = f.typed(cashier, Receipts.Def, done.ID, `{}`, "")
		f.expect("posted", factAt(p, "/settled")+factAt(p, "/party"), "核销了 S1001 1,320.00、S1002 180.00;应收 129.00;预收 0.00;")
		// More than is owed stays as an advance.
		p = f.typed(cashier, Receipts.Def, 0, body, "/lines/0/amount")
		rec = p.Draft.Rec.(*Payment)
		f.expect("more than is owed", factAt(p, "/settled")+rec.Settled.String()+" "+rec.Unapplied.String(), "过账时核销 S1002 129.00;129.00 1371.00")
	})
}

// A collector hands in no more than lies on his account; whoever keeps the money is warned while he types.
func TestHandingInWhatIsThere(t *testing.T) {
	firms(t, func(f *firm) {
		li := f.create(organisation.People.Def, `{"code":"L","name":"李四"}`)
		own := f.create(MoneyAccounts.Def, fmt.Sprintf(`{"code":"9","name":"李四代收","kind":"cash","holder":%d}`, li))
		collector := &kernel.Actor{UserID: 7, PersonID: li, Lang: "zh", Perms: rights{[]string{"read", "create", "update", "post"}, kernel.ScopeAll}}
		handIn := func(from int64, amount string) string {
			return fmt.Sprintf(`{"date":"2026-11-10","from_account":%d,"to_account":%d,"amount":%q}`, from, f.bank, amount)
		}
		if _, err := f.by(collector, Receipts.Def, fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":"1000"}]}`, f.acme, own)); err != nil {
			f.Fatal(err)
		}
		p := f.typed(collector, Transfers.Def, 0, handIn(own, "1500"), "/amount")
		f.expect("his own", factAt(p, "/from_account")+factAt(p, "/to_account")+wrong(p), "账上余额 1000.00;?settlement.thin /amount")
		_, err := f.by(collector, Transfers.Def, handIn(own, "1500"))
		f.refused(err, "settlement.not_covered", "/amount")
		id, err := f.by(collector, Transfers.Def, handIn(own, "600"))
		if err != nil {
			f.Fatal(err)
		}
		_, err = f.by(collector, Transfers.Def, handIn(own, "400.01"))
		f.refused(err, "settlement.not_covered", "/amount")
		// Put right, the sheet reaches as far as it did with what it had moved.
		modifier := *collector
		modifier.Perms = rights{[]string{"read", "create", "update", "post", "modify"}, kernel.ScopeAll}
		for amount, code := range map[string]string{"1000.01": "settlement.not_covered", "1000": ""} {
			o, _ := resource.ParseObject([]byte(fmt.Sprintf(`{"sheet":"{\"amount\":\"%s\"}"}`, amount)))
			_, err = pipeline.Do(context.Background(), f.c, &modifier, pipeline.Command{Def: Transfers.Def, Act: "modify", ID: id, Input: o})
			if code != "" {
				f.refused(err, code, "/amount")
			} else if err != nil {
				f.Error(amount, err)
			}
		}
		f.lies(map[int64]string{own: "0.00", f.bank: "1000.00"})

		p = f.typed(cashier, Transfers.Def, 0, handIn(f.till, "5"), "/amount")
		f.expect("the cashier", factAt(p, "/from_account")+factAt(p, "/to_account")+wrong(p), "账上余额 0.00;账上余额 1000.00;?settlement.thin /amount")
		if _, err := f.by(cashier, Transfers.Def, handIn(f.till, "5")); err != nil {
			f.Error(err)
		}
		p = f.typed(cashier, Payments.Def, 0, fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":"500"},{"money_account":%d,"amount":"505.01"}]}`, f.maker, f.bank, f.bank), "")
		f.expect("a payment", wrong(p), "?settlement.thin /lines/0/amount ?settlement.thin /lines/1/amount")
	})
}
