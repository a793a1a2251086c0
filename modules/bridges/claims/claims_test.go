package claims_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/approval"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// firm is the whole product with books, two people, a bank and a till.
type firm struct {
	*testing.T
	c   *kernel.Company
	ids map[string]int64
}

func firms(t *testing.T, choices map[string]string, fn func(f *firm)) {
	t.Helper()
	testkit.Both(t, testkit.Options{Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		f := &firm{T: t, c: c, ids: map[string]int64{}}
		vat := "general"
		if choices["company.vat"] != "" {
			vat = choices["company.vat"]
		}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			if err := settings.Put(tx, choices); err != nil {
				return err
			}
			if err := ledger.Install(tx, ledger.Options{Standard: "small", VAT: vat, From: "2026-01"}); err != nil {
				return err
			}
			if err := approval.Install(tx, "zh"); err != nil {
				return err
			}
			return office.Install(tx, "zh")
		})
		if err != nil {
			t.Fatal(err)
		}
		f.make("dept", "base.department", `{"code":"1","name":"销售"}`)
		for _, p := range [][3]string{{"li", "李四", "salesperson"}, {"zhao", "赵六", "salesperson"}, {"head", "周经理", "sales_manager"}, {"books", "钱会计", "accountant"}} {
			f.make(p[0]+"P", "base.person", `{"code":"`+p[0]+`","name":"`+p[1]+`","department":$dept;}`)
			f.make(p[0], "base.user", `{"login":"`+p[0]+`","name":"`+p[1]+`","roles":"`+p[2]+`","person":$`+p[0]+`P;}`)
		}
		f.must("base.department", "update", f.ids["dept"], `{"head":$headP;}`)
		f.make("bank", "settlement.money_account", `{"code":"1","name":"Bank","kind":"bank"}`)
		f.make("till", "settlement.money_account", `{"code":"2","name":"Till","kind":"cash"}`)
		f.view(func(v *kernel.View) error {
			list, err := office.Categories.Where(v, "1 = 1")
			for _, k := range list {
				f.ids["k"+k.Code] = k.ID
			}
			return err
		})
		fn(f)
	})
}

func (f *firm) do(who, name, act string, id int64, body string) (*pipeline.Result, error) {
	f.Helper()
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	act, then, _ := strings.Cut(act, "+")
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, Then: then, ID: id}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	actor := kernel.SystemActor()
	actor.UserID, actor.PersonID, actor.Department = f.ids[who], f.ids[who+"P"], f.ids["dept"]
	return pipeline.Do(context.Background(), f.c, actor, cmd)
}

func (f *firm) must(name, act string, id int64, body string) any {
	f.Helper()
	res, err := f.do("", name, act, id, body)
	if err != nil {
		f.Fatalf("%s %s %s: %v", name, act, body, err)
	}
	return res.Rec
}

func (f *firm) make(key, name, body string) { f.Helper(); f.write(key, name, "create", body) }
func (f *firm) post(key, name, body string) { f.Helper(); f.write(key, name, "create+post", body) }

func (f *firm) write(key, name, act, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.must(name, act, 0, body))
}

func (f *firm) act(key, name, act, body string) { f.Helper(); f.must(name, act, f.ids[key], body) }

// refused wants an act to fail with a code; it gives the problem.
func (f *firm) refused(key, name, act, body, code string) *problem.Problem {
	f.Helper()
	_, err := f.do("", name, act, f.ids[key], body)
	list, _ := problem.From(err)
	if len(list) == 0 || list[0].Code != code {
		f.Fatalf("%s %s: %v, want %s", act, key, err, code)
	}
	return list[0]
}

func (f *firm) view(fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		f.Fatal(err)
	}
}

// vouchers wants the live vouchers of a document: date and summary, then each line as "code debit credit", sorted by code.
func (f *firm) vouchers(key, want string) {
	f.Helper()
	var out []string
	f.view(func(v *kernel.View) error {
		list, err := ledger.Vouchers.Where(v, "source_id = ? AND state <> 'void'", f.ids[key])
		for _, voucher := range list {
			out = append(out, string(voucher.Date)+" "+voucher.Summary)
			var lines []string
			for _, l := range voucher.Lines {
				a, err := ledger.Accounts.Find(v, l.Account)
				if err != nil {
					return err
				}
				if slices.Contains([]string{"1221", "2241"}, a.Code) && l.Person != f.ids["liP"] {
					f.Errorf("%s of %s is not by person", a.Code, key)
				}
				lines = append(lines, fmt.Sprintf("%s %s %s", a.Code, l.Debit, l.Credit))
			}
			slices.Sort(lines)
			out = append(out, lines...)
		}
		return err
	})
	if got := strings.Join(out, "\n"); got != strings.ReplaceAll(strings.TrimSpace(want), "\t", "") {
		f.Errorf("%s has\n%s\nwant\n%s", key, got, want)
	}
}

// balance wants what stands on an account, debit less credit.
func (f *firm) balance(code, want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		var sum money.Amount
		_, err := v.Scan([]any{(*int64)(&sum)}, `SELECT CAST(COALESCE(SUM(e.debit - e.credit), 0) AS BIGINT) FROM ledger_entry e
			JOIN ledger_voucher v ON v.id = e.parent JOIN ledger_account a ON a.id = e.account WHERE v.state <> 'void' AND a.code = ?`, code)
		if sum.String() != want {
			f.Errorf("account %s holds %s, want %s", code, sum, want)
		}
		return err
	})
}

func (f *firm) claim(key, want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		c, err := office.Claims.Find(v, f.ids[key])
		if err == nil {
			if got := fmt.Sprintf("%s %s total %s tax %s offset %s payable %s paid %s", c.Number, c.State, c.Total, c.Tax, c.OffsetAmount, c.Payable, c.Paid); got != want {
				f.Errorf("claim %s, want %s", got, want)
			}
		}
		return err
	})
}

func (f *firm) advance(key, want string) {
	f.Helper()
	f.view(func(v *kernel.View) error {
		a, err := office.Advances.Find(v, f.ids[key])
		if err == nil {
			if got := fmt.Sprintf("%s %s handed %s returned %s open %s", a.Number, a.State, a.Handed, a.Returned, a.Open); got != want {
				f.Errorf("advance %s, want %s", got, want)
			}
			f.ids[key+"Payment"] = a.Payment
		}
		return err
	})
}

// party remembers the party that stands for li.
func (f *firm) party() {
	f.Helper()
	f.view(func(v *kernel.View) error {
		var id int64
		found, err := v.Scan([]any{&id}, "SELECT id FROM base_party WHERE person = ? AND code = 'Eli' AND NOT customer AND NOT supplier", f.ids["liP"])
		if !found {
			f.Error("no party stands for li")
		}
		f.ids["liE"] = id
		return err
	})
}

const (
	money1000 = `{"date":"2026-11-02","person":$liP;,"amount":"1000","purpose":"去广州出差","due":"2026-11-20","money_account":$bank;}`
	trip      = `{"date":"2026-11-10","person":$liP;,"reason":"广州出差","attachments":3,"lines":[
		{"date":"2026-11-05","category":$k01;,"description":"机票","amount":"1060","tax":"60","invoice":"24312000000012345678"},
		{"category":$k03;,"amount":"205.80"}]}`
)

func TestAClaimIsSetOffAndPaid(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.post("borrowed", "office.advance", money1000)
		f.party()
		f.advance("borrowed", "JK26110001 posted handed 1000.00 returned 0.00 open 1000.00")
		f.vouchers("borrowedPayment", `2026-11-02 付款单 FK261100001 李四
			1002 0.00 1000.00
			1221 1000.00 0.00`)
		f.vouchers("borrowed", "")

		f.make("trip", "office.claim", trip)
		f.claim("trip", "BX26110001 draft total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 0.00")
		f.act("trip", "office.claim", "post", "")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 0.00")
		f.advance("borrowed", "JK26110001 closed handed 1000.00 returned 1000.00 open 0.00")
		f.vouchers("trip", `2026-11-10 费用报销单 BX26110001 李四
			1221 0.00 1000.00
			22210101 60.00 0.00
			2241 0.00 265.80
			560204 1000.00 0.00
			560214 205.80 0.00`)
		f.balance("1221", "0.00")
		f.balance("2241", "-265.80")

		f.post("paid", "settlement.payment", `{"date":"2026-11-12","party":$liE;,"lines":[{"money_account":$bank;,"amount":"265.80"}]}`)
		f.vouchers("paid", `2026-11-12 付款单 FK261100002 李四
			1002 0.00 265.80
			2241 265.80 0.00`)
		f.claim("trip", "BX26110001 paid total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 265.80")
		for code, want := range map[string]string{"1221": "0.00", "2241": "0.00", "1002": "-1265.80"} {
			f.balance(code, want)
		}
		f.view(func(v *kernel.View) error {
			owed, advance, err := settlement.Owed(v, f.ids["liE"])
			holds, got, err2 := settlement.Debt(v, f.ids["liE"])
			if owed != 0 || advance != 0 || holds != 0 || got != 0 || err != nil || err2 != nil {
				f.Errorf("owed %s, advance %s, holds %s, received %s: %v %v", owed, advance, holds, got, err, err2)
			}
			return nil
		})
	})
}

func TestEachStepIsTakenBack(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.post("borrowed", "office.advance", money1000)
		f.advance("borrowed", "JK26110001 posted handed 1000.00 returned 0.00 open 1000.00")
		f.party()
		f.post("trip", "office.claim", trip)
		f.post("part", "settlement.payment", `{"date":"2026-11-12","party":$liE;,"lines":[{"money_account":$till;,"amount":"100"}]}`)
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 100.00")
		f.post("rest", "settlement.payment", `{"date":"2026-11-13","party":$liE;,"lines":[{"money_account":$till;,"amount":"165.80"}]}`)
		f.claim("trip", "BX26110001 paid total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 265.80")

		if p := f.refused("trip", "office.claim", "unpost", "", "settlement.settled"); p.Args["by"] != "FK261100002, FK261100003" {
			f.Errorf("%v", p.Args)
		}
		f.refused("trip", "office.claim", "void", "", "state.wrong")
		f.refused("trip", "office.claim", "update", `{"note":"x"}`, "state.readonly")
		f.refused("borrowed", "office.advance", "unpost", "", "settlement.settled")
		if p := f.refused("borrowedPayment", "settlement.payment", "unpost", "", "office.advance_payment"); p.Args["number"] != "JK26110001" || p.Args["payment"] != "FK261100001" {
			f.Errorf("%v", p.Args)
		}

		f.act("rest", "settlement.payment", "unsettle", "")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 100.00")
		f.balance("1221", "165.80") // paid ahead, and not for this claim any more
		f.act("rest", "settlement.payment", "unpost", "")
		f.act("part", "settlement.payment", "unpost", "")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 0.00")
		f.act("trip", "office.claim", "unpost", "")
		f.claim("trip", "BX26110001 draft total 1265.80 tax 60.00 offset 1000.00 payable 265.80 paid 0.00")
		f.vouchers("trip", "")
		f.advance("borrowed", "JK26110001 posted handed 1000.00 returned 0.00 open 1000.00")
		f.balance("1221", "1000.00")
		f.balance("2241", "0.00")

		f.act("trip", "office.claim", "update", `{"offset_by":"none"}`)
		f.act("trip", "office.claim", "post", "")
		f.claim("trip", "BX26110001 posted total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 0.00")
		f.balance("2241", "-1265.80")
		f.act("trip", "office.claim", "unpost", "")
		f.act("trip", "office.claim", "void", "")
		f.claim("trip", "BX26110001 void total 1265.80 tax 60.00 offset 0.00 payable 1265.80 paid 0.00")

		payment := f.ids["borrowedPayment"]
		f.act("borrowed", "office.advance", "unpost", "")
		f.advance("borrowed", "JK26110001 draft handed 0.00 returned 0.00 open 0.00")
		f.view(func(v *kernel.View) error {
			p, err := settlement.Payments.Find(v, payment)
			if err == nil && p.State != "void" {
				f.Errorf("the payment of the advance is %s", p.State)
			}
			return err
		})
		for _, code := range []string{"1221", "2241", "1002", "1001"} {
			f.balance(code, "0.00")
		}
		f.act("borrowed", "office.advance", "post", "")
		f.advance("borrowed", "JK26110001 posted handed 1000.00 returned 0.00 open 1000.00")
		f.balance("1221", "1000.00")
	})
}

func TestAnAdvanceIsLeftToTheCashierAndGivenBack(t *testing.T) {
	firms(t, nil, func(f *firm) {
		f.post("first", "office.advance", `{"date":"2026-11-01","person":$liP;,"amount":"300","purpose":"采购"}`)
		f.party()
		f.vouchers("first", `2026-11-01 员工借款单 JK26110001 李四
			1221 300.00 0.00
			2241 0.00 300.00`)
		f.advance("first", "JK26110001 posted handed 0.00 returned 0.00 open 300.00")
		f.post("out", "settlement.payment", `{"date":"2026-11-02","party":$liE;,"lines":[{"money_account":$till;,"amount":"300"}]}`)
		f.advance("first", "JK26110001 posted handed 300.00 returned 0.00 open 300.00")
		f.balance("2241", "0.00")
		f.post("second", "office.advance", `{"date":"2026-11-03","person":$liP;,"amount":"200","purpose":"采购","money_account":$till;}`)

		f.refused("first", "office.advance", "repay", `{"money_account":$till;,"amount":"300.01"}`, "office.repay_over")
		f.refused("first", "office.advance", "repay", `{"money_account":$till;,"date":"2026-10-31"}`, "office.repay_date")
		f.act("first", "office.advance", "repay", `{"money_account":$till;,"amount":"120","date":"2026-11-05"}`)
		f.advance("first", "JK26110001 posted handed 300.00 returned 120.00 open 180.00")
		f.balance("1221", "380.00")
		f.balance("1001", "-380.00")

		// The oldest advance is set off first: 180.00 of the first and 70.00 of the second.
		f.post("claim", "office.claim", `{"date":"2026-11-06","person":$liP;,"reason":"文具","lines":[{"category":$k04;,"amount":"250"}]}`)
		f.claim("claim", "BX26110001 paid total 250.00 tax 0.00 offset 250.00 payable 0.00 paid 0.00")
		f.vouchers("claim", `2026-11-06 费用报销单 BX26110001 李四
			1221 0.00 250.00
			560202 250.00 0.00`)
		f.advance("first", "JK26110001 closed handed 300.00 returned 300.00 open 0.00")
		f.advance("second", "JK26110002 posted handed 200.00 returned 70.00 open 130.00")
		f.refused("first", "office.advance", "repay", `{"money_account":$till;}`, "state.wrong")
		f.act("second", "office.advance", "repay", `{"money_account":$bank;}`)
		f.advance("second", "JK26110002 closed handed 200.00 returned 200.00 open 0.00")
		f.balance("1221", "0.00")
		f.act("claim", "office.claim", "unpost", "")
		f.advance("first", "JK26110001 posted handed 300.00 returned 120.00 open 180.00")
		f.advance("second", "JK26110002 posted handed 200.00 returned 130.00 open 70.00")
	})
}

func TestHowMuchIsSetOff(t *testing.T) {
	firms(t, map[string]string{"company.vat": "small"}, func(f *firm) {
		f.post("borrowed", "office.advance", `{"date":"2026-11-02","person":$liP;,"amount":"80","purpose":"备用金","money_account":$till;}`)
		body := func(offset string) string {
			return `{"date":"2026-11-10","person":$liP;,"reason":"打车","lines":[{"category":$k02;,"amount":"100","tax":"3"}],` + offset + `}`
		}
		p := f.refused("", "office.claim", "create", body(`"offset_by":"fixed","offset_amount":"80.01"`), "office.offset_over")
		if p.Path != "/offset_amount" || fmt.Sprint(p.Args["open"]) != "80.00" {
			f.Errorf("%+v", p)
		}
		f.make("part", "office.claim", body(`"offset_by":"fixed","offset_amount":"30"`))
		f.claim("part", "BX26110001 draft total 100.00 tax 3.00 offset 30.00 payable 70.00 paid 0.00")
		f.make("auto", "office.claim", body(`"offset_amount":"0"`))
		f.claim("auto", "BX26110002 draft total 100.00 tax 3.00 offset 80.00 payable 20.00 paid 0.00")
		f.act("part", "office.claim", "post", "")
		f.act("auto", "office.claim", "post", "") // what the other took meanwhile is paid instead
		f.claim("auto", "BX26110002 posted total 100.00 tax 3.00 offset 50.00 payable 50.00 paid 0.00")
		f.vouchers("auto", `2026-11-10 费用报销单 BX26110002 李四
			1221 0.00 50.00
			2241 0.00 50.00
			560204 100.00 0.00`)
		f.make("late", "office.claim", body(`"offset_by":"none"`))
		f.act("part", "office.claim", "unpost", "")
		f.act("late", "office.claim", "update", `{"offset_by":"fixed","offset_amount":"30"}`)
		f.act("part", "office.claim", "post", "")
		f.refused("late", "office.claim", "post", "", "office.offset_over")
	})
}
