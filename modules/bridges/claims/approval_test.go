package claims_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"

	"zhanggui/modules/approval"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// switchOn puts a ready-made flow in force.
func (f *firm) switchOn(name string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		found, err := approval.Flows.Where(v, "name = ?", name)
		if err != nil || len(found) != 1 || found[0].Active {
			f.Fatalf("%s: %d flows, %v", name, len(found), err)
		}
		f.ids["flow"] = found[0].ID
		return nil
	})
	f.act("flow", "approval.flow", "switch_on", "")
}

// submit posts a paper for somebody, and remembers what waits for agreement.
func (f *firm) submit(key, name string) {
	f.Helper()
	res, err := f.do("li", name, "post", f.ids[key], "")
	if err != nil || !res.Waiting {
		f.Fatalf("waiting %v: %v", res != nil && res.Waiting, err)
	}
	f.view(func(v *kernel.View) error {
		found, err := approval.Requests.Where(v, "record = ?", f.ids[key])
		if err == nil {
			f.ids["asked"] = found[len(found)-1].ID
		}
		return err
	})
}

func (f *firm) agree(who ...string) {
	f.Helper()
	for _, name := range who {
		if _, err := f.do(name, "approval.request", "agree", f.ids["asked"], `{}`); err != nil {
			f.Fatal(name, err)
		}
	}
	if err := approval.Apply(context.Background(), f.c, f.ids["asked"]); err != nil {
		f.Fatal(err)
	}
}

func (f *firm) asked(want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		r, err := approval.Requests.Find(v, f.ids["asked"])
		if err == nil && string(r.State)+" "+r.Title+" "+r.Amount.String() != want {
			f.Errorf("%s %s %s, want %s: %s", r.State, r.Title, r.Amount, want, r.Problem)
		}
		return err
	})
}

func TestAClaimIsBookedOnceItIsApproved(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.switchOn("费用报销")
		f.post("borrowed", "office.advance", money1000)
		f.make("trip", "office.claim", trip)
		f.submit("trip", "office.claim")
		f.claim("trip", "BX26110001 waiting total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 0.00")
		f.vouchers("trip", "")
		f.refused("trip", "office.claim", "update", `{"note":"x"}`, "state.readonly")
		f.agree("head", "books")
		f.asked("applied 李四 差旅费等 1,265.80 元 1265.80")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 0.00")
		f.balance("2241", "-265.80")
	})
}

func TestAnApprovedClaimIsNotAppliedInAClosedMonth(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.switchOn("费用报销")
		f.make("firm", "base.party", `{"name":"客户"}`)
		f.make("trip", "office.claim", trip)
		f.submit("trip", "office.claim")
		f.post("first", "settlement.receipt", `{"date":"2026-11-01","party":$firm;,"lines":[{"money_account":$till;,"amount":"1"}]}`)
		f.months("close")
		f.agree("head", "books")
		f.asked("failed 李四 差旅费等 1,265.80 元 1265.80")
		f.claim("trip", "BX26110001 waiting total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 0.00")
		f.vouchers("trip", "")
		f.balance("2241", "0.00")
		f.months("reopen")
		if _, err := f.do("li", "approval.request", "retry", f.ids["asked"], ""); err != nil {
			t.Fatal(err)
		}
		if err := approval.Apply(context.Background(), f.c, f.ids["asked"]); err != nil {
			t.Fatal(err)
		}
		f.asked("applied 李四 差旅费等 1,265.80 元 1265.80")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 0.00")
	})
}

// TestAnApprovedClaimIsTakenBackOnlyBeforeItIsPaid: once a payment follows, neither the request nor the claim is taken
// back; without the payment the claim is, and then everybody is asked anew.
func TestAnApprovedClaimIsTakenBackOnlyBeforeItIsPaid(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.switchOn("费用报销")
		f.make("trip", "office.claim", trip)
		f.submit("trip", "office.claim")
		f.agree("head", "books")
		f.party()
		f.post("part", "settlement.payment", `{"date":"2026-11-12","party":$liE;,"lines":[{"money_account":$till;,"amount":"100"}]}`)
		const paid = "BX26110001 posted total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 100.00"
		f.claim("trip", paid)
		if p := f.refused("trip", "office.claim", "unpost", "", "settlement.settled"); p.Args["by"] != "FK261100001" {
			f.Errorf("%v", p.Args)
		}
		if _, err := f.do("li", "approval.request", "withdraw", f.ids["asked"], `{}`); !isProblem(err, "approval.over") {
			f.Errorf("withdrawing what was applied: %v", err)
		}
		f.claim("trip", paid)
		f.asked("applied 李四 差旅费等 1,265.80 元 1265.80")
		f.act("part", "settlement.payment", "unpost", "")
		f.act("trip", "office.claim", "unpost", "")
		f.claim("trip", "BX26110001 draft total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 0.00")
		f.vouchers("trip", "")
		first := f.ids["asked"]
		f.submit("trip", "office.claim")
		if f.ids["asked"] == first {
			f.Error("what was granted once carries a claim that was taken back")
		}
		f.asked("waiting 李四 差旅费等 1,265.80 元 1265.80")
		f.agree("head", "books")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 0.00")
	})
}

func isProblem(err error, code string) bool {
	list, _ := problem.From(err)
	return len(list) == 1 && list[0].Code == code
}

// months closes all months that there are, the earliest first, or opens them again from the last.
func (f *firm) months(act string) {
	f.Helper()
	var ids []int64
	f.view(func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		}, "SELECT id FROM ledger_period ORDER BY month")
	})
	body := ""
	if act == "reopen" {
		body = `{"reason":"补记"}`
		slices.Reverse(ids)
	}
	for _, id := range ids {
		if act == "close" {
			f.must("ledger.period", "post", id, "")
		}
		f.must("ledger.period", act, id, body)
	}
}

func TestLeaveGoesToWhoHasToAgree(t *testing.T) {
	firms(t, nil, func(f *firm) {
		for _, name := range []string{"员工借款", "超过 3 天的请假", "请假"} {
			f.switchOn(name)
		}
		f.make("away", "office.leave", `{"person":$liP;,"from_date":"2026-11-23","to_date":"2026-11-25","to_half":"am","reason":"家里有事"}`)
		f.submit("away", "office.leave")
		f.agree("head")
		f.asked("applied 李四 事假 2.5 天 0.00")
		f.view(func(v *kernel.View) error {
			l, err := office.Leaves.Find(v, f.ids["away"])
			if err == nil && (l.State != "posted" || l.Days.String() != "2.5") {
				f.Errorf("%s %s", l.State, l.Days)
			}
			return err
		})
	})
}

// An advance whose payment people are asked about stands at once; the money is owed until they agree.
func TestThePaymentOfAnAdvanceWaitsByItself(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.switchOn("付款")
		f.make("boss", "base.user", `{"login":"boss","name":"老板","roles":"boss"}`)
		f.make("borrowed", "office.advance", money1000)
		res, err := f.do("li", "office.advance", "post", f.ids["borrowed"], "")
		if err != nil || res.Waiting {
			t.Fatalf("the advance itself waits: %v", err)
		}
		f.view(func(v *kernel.View) error {
			found, err := settlement.Payments.Where(v, "amount = ?", 100000)
			if err == nil && (len(found) != 1 || found[0].State != "waiting") {
				t.Fatalf("payments: %+v", found)
			}
			f.ids["paid"] = found[0].ID
			asked, err := approval.Requests.Where(v, "record = ?", f.ids["paid"])
			if err == nil {
				f.ids["asked"] = asked[0].ID
			}
			return err
		})
		f.balance("2241", "-1000.00")
		f.balance("1221", "1000.00")
		f.agree("books", "boss")
		f.balance("2241", "0.00")
		f.balance("1221", "1000.00")
	})
}
