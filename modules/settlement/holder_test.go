package settlement

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

// rights are those of somebody in a test: what he may do with money, and how far he sees.
type rights struct {
	acts  []string
	level kernel.ScopeLevel
}

func (r rights) Can(object, act string) bool {
	if object == "settlement.today" {
		return slices.Contains(r.acts, "today")
	}
	return object != "settlement.receipt" && object != "settlement.transfer" || slices.Contains(r.acts, act)
}
func (r rights) Scope(string) kernel.ScopeLevel { return r.level }

// by writes and posts as somebody.
func (f *firm) by(who *kernel.Actor, d *kernel.Def, body string) (int64, error) {
	f.Helper()
	o, p := resource.ParseObject([]byte(body))
	if p != nil {
		f.Fatal(p)
	}
	res, err := pipeline.Do(context.Background(), f.c, who, pipeline.Command{Def: d, Act: "create", Then: "post", Input: o})
	if err != nil {
		return 0, err
	}
	return resource.ID(d, res.Rec), nil
}

// collectsPlainly: what a collector lets off or keeps as a fee would be debts and money that nobody else saw go.
func (f *firm) collectsPlainly(collector *kernel.Actor, customer, own int64) {
	f.Helper()
	_, err := f.by(collector, Receipts.Def, fmt.Sprintf(`{"party":%d,"date":"2026-11-10","discount":"49","lines":[{"money_account":%d,"amount":"1"}]}`, customer, own))
	f.refused(err, "settlement.collector_plain", "/discount")
	_, err = f.by(collector, Receipts.Def, fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":"50","fee":"50"}]}`, customer, own))
	f.refused(err, "settlement.collector_plain", "/lines/0/fee")
	_, err = f.by(collector, Transfers.Def, fmt.Sprintf(`{"date":"2026-11-10","from_account":%d,"to_account":%d,"amount":"0.01","fee":"30"}`, own, f.till))
	f.refused(err, "settlement.collector_plain", "/fee")
}

// A salesperson posts what he collects into an account that he holds, and hands it in from there; who may put money wherever
// it lies is not bound.
func TestWhoCollectsPostsIntoWhatHeHolds(t *testing.T) {
	firms(t, func(f *firm) {
		li := f.create(organisation.People.Def, `{"code":"L","name":"李四"}`)
		wang := f.create(organisation.People.Def, `{"code":"W","name":"王五"}`)
		collector := &kernel.Actor{UserID: 7, PersonID: li, Lang: "zh", Perms: rights{[]string{"read", "create", "update", "post"}, kernel.ScopeOwn}}
		customer := f.create(party.Parties.Def, fmt.Sprintf(`{"name":"老赵","owner":%d}`, li))
		receipt := func(account int64) string {
			return fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":"50"}]}`, customer, account)
		}
		handIn := func(from int64) string {
			return fmt.Sprintf(`{"date":"2026-11-10","from_account":%d,"to_account":%d,"amount":"50"}`, from, f.till)
		}
		_, err := f.by(collector, Receipts.Def, receipt(f.till))
		f.refused(err, "settlement.holds_none", "/lines/0/money_account")
		own := f.create(MoneyAccounts.Def, fmt.Sprintf(`{"code":"9","name":"李四代收","kind":"cash","holder":%d}`, li))
		others := f.create(MoneyAccounts.Def, fmt.Sprintf(`{"code":"8","name":"王五代收","kind":"cash","holder":%d}`, wang))
		f.collectsPlainly(collector, customer, own)
		for _, account := range []int64{f.till, f.bank, others} {
			_, err = f.by(collector, Receipts.Def, receipt(account))
			f.refused(err, "settlement.not_held", "/lines/0/money_account")
			_, err = f.by(collector, Transfers.Def, handIn(account))
			if account == f.till {
				f.refused(err, "settlement.same_account", "/to_account")
			} else {
				f.refused(err, "settlement.not_held", "/from_account")
			}
		}
		// Two accounts on one receipt are both asked about.
		_, err = f.by(collector, Receipts.Def, fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"money_account":%d,"amount":"50"},{"money_account":%d,"amount":"1"}]}`, customer, own, f.till))
		f.refused(err, "settlement.not_held", "/lines/1/money_account")
		if _, err = f.by(collector, Receipts.Def, receipt(own)); err != nil {
			f.Fatal(err)
		}
		// An account that he does not name is the one he holds.
		if _, err = f.by(collector, Receipts.Def, fmt.Sprintf(`{"party":%d,"date":"2026-11-10","lines":[{"amount":"20"}]}`, customer)); err != nil {
			f.Fatal(err)
		}
		f.lies(map[int64]string{own: "70.00", f.till: "0.00"})
		if _, err = f.by(collector, Transfers.Def, handIn(own)); err != nil {
			f.Fatal(err)
		}
		f.lies(map[int64]string{own: "20.00", f.till: "50.00"})

		// To modify what was collected leads to no other account either.
		p, err := f.by(collector, Receipts.Def, receipt(own))
		if err != nil {
			f.Fatal(err)
		}
		o, _ := resource.ParseObject([]byte(fmt.Sprintf(`{"sheet":"{\"lines\":[{\"money_account\":%d,\"amount\":\"50\"}]}"}`, f.till)))
		modifier := *collector
		modifier.Perms = rights{[]string{"read", "create", "update", "post", "modify"}, kernel.ScopeOwn}
		_, err = pipeline.Do(context.Background(), f.c, &modifier, pipeline.Command{Def: Receipts.Def, Act: "modify", ID: p, Input: o})
		f.refused(err, "settlement.not_held", "/lines/0/money_account")
		f.lies(map[int64]string{own: "70.00", f.till: "50.00"})
		// A second role that sees every record, such as the storekeeper's, does not widen it.
		both := *collector
		both.Perms = rights{[]string{"read", "create", "update", "post"}, kernel.ScopeAll}
		_, err = f.by(&both, Receipts.Def, receipt(f.till))
		f.refused(err, "settlement.not_held", "/lines/0/money_account")
		for name, r := range map[string]rights{"told that he may": {[]string{"read", "create", "update", "post", "anywhere"}, kernel.ScopeOwn}, "cashier": {[]string{"read", "create", "update", "post", "settle"}, kernel.ScopeOwn},
			"sales manager": {[]string{"read", "create", "update", "post", "today"}, kernel.ScopeBelow}} {
			who := *collector
			who.Perms = r
			if _, err := f.by(&who, Receipts.Def, receipt(f.till)); err != nil {
				f.Errorf("%s: %v", name, err)
			}
		}
		f.lies(map[int64]string{own: "70.00", f.till: "200.00"})
	})
}

// lies holds what is on accounts at the end of the year.
func (f *firm) lies(want map[int64]string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		funds, err := fundsIn(v, "2026-01-01", "2026-12-31")
		got := map[int64]string{}
		for _, x := range funds {
			got[x.account] = (x.opening + x.in - x.out).String()
		}
		for id, amount := range want {
			if got[id] != amount {
				f.Errorf("account %d holds %q, want %s", id, got[id], amount)
			}
		}
		return err
	})
}

// What somebody handed in is his to see, and nobody's else who sees only his own.
func TestTransfersAreSeenByWhoMadeThem(t *testing.T) {
	firms(t, func(f *firm) {
		li := f.create(organisation.People.Def, `{"code":"L","name":"李四"}`)
		wang := f.create(organisation.People.Def, `{"code":"W","name":"王五"}`)
		own := f.create(MoneyAccounts.Def, fmt.Sprintf(`{"code":"9","name":"李四代收","kind":"cash","holder":%d}`, li))
		collector := &kernel.Actor{UserID: 7, PersonID: li, Lang: "zh", Perms: rights{[]string{"read", "create", "post"}, kernel.ScopeOwn}}
		// What he hands in lay on his account before.
		if _, err := f.do(pipeline.Command{Def: Transfers.Def, Act: "create", Then: "post"}, fmt.Sprintf(`{"date":"2026-11-09","from_account":%d,"to_account":%d,"amount":"5"}`, f.till, own)); err != nil {
			f.Fatal(err)
		}
		made, err := f.by(collector, Transfers.Def, fmt.Sprintf(`{"date":"2026-11-10","from_account":%d,"to_account":%d,"amount":"5"}`, own, f.bank))
		if err != nil {
			f.Fatal(err)
		}
		_, err = f.by(collector, Transfers.Def, fmt.Sprintf(`{"date":"2026-11-10","from_account":%d,"to_account":%d,"amount":"5","owner":%d}`, own, f.bank, wang))
		f.refused(err, "scope.outside", "/owner")
		for person, want := range map[int64]bool{li: true, wang: false} {
			who := *collector
			who.PersonID = person
			err := f.c.View(context.Background(), &who, func(v *kernel.View) error { return resource.See(v, Transfers.Def, made) })
			if (err == nil) != want {
				f.Errorf("person %d sees it: %v, want %v", person, err, want)
			}
		}
	})
}
