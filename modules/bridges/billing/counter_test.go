package billing

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// money lists the receipts and payments: number, state, amount, settled, unapplied, and the amount on each account.
func (s *shop) money() string {
	s.Helper()
	out := ""
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		for _, h := range []*resource.Resource[settlement.Payment]{settlement.Receipts, settlement.Payments} {
			list, err := h.Where(v, "kind = ?", h.Only.Value)
			if err != nil {
				return err
			}
			for _, p := range list {
				out += fmt.Sprintf("%s %s %s settled %s left %s", p.Number, p.State, p.Amount, p.Settled, p.Unapplied)
				whole, err := h.Find(v, p.ID)
				if err != nil {
					return err
				}
				for _, l := range whole.Lines {
					name := "till"
					if l.MoneyAccount != s.ids["till"] {
						name = "wallet"
					}
					out += fmt.Sprintf(" %s=%s", name, l.Amount)
				}
				out += "\n"
			}
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	return out
}

func (s *shop) expectMoney(want string) {
	s.Helper()
	if got := s.money(); got != want {
		s.Errorf("money:\n%swant\n%s", got, want)
	}
}

// refuse tells that err is one problem of this code.
func (s *shop) refuse(err error, code string) *problem.Problem {
	s.Helper()
	list, _ := problem.From(err)
	if len(list) != 1 || list[0].Code != code {
		s.Fatalf("%v, want %s", err, code)
	}
	return list[0]
}

func (s *shop) mustDo(d *kernel.Def, name, act string) {
	s.Helper()
	if err := s.act(d, name, act); err != nil {
		s.Fatalf("%s %s: %v", act, name, err)
	}
}

const sold = `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"5","price":"20"}],"money":[`

func TestMoneyComesWithTheSheet(t *testing.T) {
	shops(t, func(s *shop) {
		s.make("wallet", settlement.MoneyAccounts.Def, `{"code":"2","name":"WeChat","kind":"wechat"}`)
		// An older debt stays as it is: the money is for this sheet.
		s.post("old", "delivery", `{"date":"2026-11-01","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"7"}]}`)
		s.post("out", "delivery", sold+`{"amount":"30"},{"money_account":$wallet,"amount":"50"}]}`)
		s.expect("receivable XS261100001 2026-12-01 7.00 7.00\nreceivable XS261100002 2026-12-02 100.00 20.00\n")
		s.expectMoney("SK261100001 posted 80.00 settled 80.00 left 0.00 till=30.00 wallet=50.00\n")

		s.refuse(s.act(settlement.Receipts.Def, s.receiptOf("out"), "unpost"), "settlement.counter")
		s.mustDo(stock.Deliveries.Def, "out", "unpost")
		s.expect("receivable XS261100001 2026-12-01 7.00 7.00\n")
		s.expectMoney("SK261100001 void 80.00 settled 0.00 left 0.00 till=30.00 wallet=50.00\n")
		s.mustDo(stock.Deliveries.Def, "out", "post")
		s.expectMoney("SK261100001 void 80.00 settled 0.00 left 0.00 till=30.00 wallet=50.00\n" +
			"SK261100002 posted 80.00 settled 80.00 left 0.00 till=30.00 wallet=50.00\n")

		s.mustDo(stock.Deliveries.Def, "out", "reverse")
		s.expect("receivable XS261100001 2026-12-01 7.00 7.00\nreceivable XS261100002 2026-12-02 100.00 0.00\nreceivable XS261100003 2026-11-21 -100.00 0.00\n")
		s.expectMoney("SK261100001 void 80.00 settled 0.00 left 0.00 till=30.00 wallet=50.00\n" +
			"SK261100002 posted 80.00 settled 80.00 left 0.00 till=30.00 wallet=50.00\n" +
			"SK261100003 posted 0.00 settled 0.00 left 0.00\n" +
			"SK261100004 posted -80.00 settled -80.00 left 0.00 till=-30.00 wallet=-50.00\n")
	})
}

// receiptOf remembers the receipt of a sheet under the name that it gives.
func (s *shop) receiptOf(sheet string) string {
	s.Helper()
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		live, err := links.From(v, s.ids[sheet])
		for _, l := range live {
			s.ids["money of "+sheet] = l.Target
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return "money of " + sheet
}

func TestMoneyOfEachKind(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("in", "receipt", `{"date":"2026-11-01","party":$supplier,"warehouse":$main,"lines":[{"item":$bolt,"qty":"10","price":"10"}],"money":[{"amount":"60"}]}`)
		s.post("sent", "purchase_return", `{"date":"2026-11-02","party":$supplier,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"10"}],"money":[{"amount":"10"}]}`)
		s.post("back", "sales_return", `{"date":"2026-11-03","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}],"money":[{"amount":"15"}]}`)
		// More than the sheet stays as an advance, and pays nothing else.
		s.post("much", "delivery", `{"date":"2026-11-04","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}],"money":[{"amount":"50"}]}`)
		s.expect("payable JH261100001 2026-11-01 100.00 40.00\npayable JT261100001 2026-11-02 -10.00 0.00\n" +
			"receivable XT261100001 2026-11-03 -20.00 -5.00\nreceivable XS261100001 2026-12-04 20.00 0.00\n")
		s.expectMoney("SK261100001 posted -15.00 settled -15.00 left 0.00 till=-15.00\nSK261100002 posted 50.00 settled 20.00 left 30.00 till=50.00\n" +
			"FK261100001 posted 60.00 settled 60.00 left 0.00 till=60.00\nFK261100002 posted -10.00 settled -10.00 left 0.00 till=-10.00\n")

		// What was left over may be used for another debt; then it cannot silently go back with its sheet.
		s.post("next", "delivery", `{"date":"2026-11-05","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"1","price":"20"}]}`)
		s.mustDo(settlement.Receipts.Def, s.receiptOf("much"), "settle")
		p := s.refuse(s.act(stock.Deliveries.Def, "much", "unpost"), "settlement.counter_used")
		if p.Args["others"] != "XT261100001, XS261100002" && p.Args["others"] != "XS261100002" {
			s.Errorf("others: %v", p.Args)
		}
		s.mustDo(settlement.Receipts.Def, "money of much", "unsettle")
		s.mustDo(stock.Deliveries.Def, "much", "unpost")
	})
}

func TestMoneyThatMakesNoSense(t *testing.T) {
	shops(t, func(s *shop) {
		seller := &kernel.Actor{Name: "clerk", Lang: "zh", UserID: 1, Perms: clerk{}}
		for _, c := range []struct {
			name, body, code, path string
			actor                  *kernel.Actor
		}{
			{"nothing", sold + `{"money_account":$till,"amount":"0"}]}`, "required", "/money/0/amount", nil},
			{"the other way", sold + `{"amount":"-5"}]}`, "stock.money_sign", "/money/0/amount", nil},
			{"in and out again", sold + `{"amount":"5"},{"amount":"-5"}]}`, "stock.money_zero", "/money/0/amount", nil},
			{"a sheet for nothing", `{"date":"2026-11-02","party":$customer,"warehouse":$main,"lines":[{"item":$bolt,"qty":"5","price":"20","discount":"1"}],"money":[{"amount":"5"}]}`,
				"stock.money_nothing", "/money/0/amount", nil},
			{"no right to money", sold + `{"money_account":$till,"amount":"5"}]}`, "stock.money_right", "/money/0/amount", seller},
		} {
			actor := c.actor
			if actor == nil {
				actor = kernel.SystemActor()
			}
			o, _ := resource.ParseObject([]byte(s.text(c.body)))
			_, err := pipeline.Do(context.Background(), s.c, actor, pipeline.Command{Def: stock.Deliveries.Def, Act: "create", Then: "post", Input: o})
			list, _ := problem.From(err)
			if len(list) != 1 || list[0].Code != c.code || list[0].Path != c.path {
				s.Errorf("%s: %v, want %s at %s", c.name, err, c.code, c.path)
			}
		}
		s.expect("")
		s.expectMoney("")
		// An account out of use is told at its line of the sheet.
		if _, err := s.do(pipeline.Command{Def: settlement.MoneyAccounts.Def, Act: "update", ID: s.ids["till"]}, `{"active":false}`); err != nil {
			s.Fatal(err)
		}
		_, err := s.do(pipeline.Command{Def: stock.Deliveries.Def, Act: "create", Then: "post"}, sold+`{"money_account":$till,"amount":"5"}]}`)
		if p := s.refuse(err, "settlement.account_off"); p.Path != "/money/0/money_account" {
			s.Errorf("at %s", p.Path)
		}
	})
}

// clerk may do all there is but write receipts.
type clerk struct{}

func (clerk) Can(object, act string) bool    { return object != "settlement.receipt" || act == "read" }
func (clerk) Scope(string) kernel.ScopeLevel { return kernel.ScopeAll }

// stranger sees what is his own only.
type stranger struct{}

func (stranger) Can(string, string) bool        { return true }
func (stranger) Scope(string) kernel.ScopeLevel { return kernel.ScopeOwn }

func TestTheTillTellsNothingOfAStranger(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("out", "delivery", sold+`{"amount":"30"}]}`)
		for _, c := range []struct {
			name  string
			actor *kernel.Actor
			want  string
		}{
			{"whose customer he is", kernel.SystemActor(), "/owed 20.00 /debt 90.00 "},
			{"anybody else", &kernel.Actor{UserID: 9, PersonID: 99, Lang: "zh", Perms: stranger{}}, ""},
		} {
			got := ""
			err := s.c.View(context.Background(), c.actor, func(v *kernel.View) error {
				doc := &stock.Document{Kind: stock.KindDelivery, Party: s.ids["customer"], Gross: 2000, Lines: []stock.DocumentLine{{Item: s.ids["bolt"], Qty: 1e6}}}
				facts, err := stock.Deliveries.Facts(v, doc)
				for _, f := range facts {
					if f.Pointer == "/owed" || f.Pointer == "/debt" || f.Pointer == "/party" && f.Label.En == "Last" {
						got += f.Pointer + " " + f.Value + " "
					}
				}
				return err
			})
			if err != nil || c.want == "" && got != "" || !strings.HasSuffix(got, c.want) {
				s.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
			}
		}
	})
}

// While a posted sheet is typed over, what it owes and what is owed in all follow; as it stands they are what they were.
func TestWhatIsOwedFollowsAModification(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("out", "delivery", sold+`{"amount":"30"}]}`)
		for _, c := range []struct{ body, want string }{
			{`{}`, "/owed 70.00 /debt 70.00 "},
			{sold + `{"amount":"45"}]}`, "/owed 55.00 /debt 55.00 "},
			{strings.Replace(sold, `"qty":"5"`, `"qty":"6"`, 1) + `{"amount":"30"}]}`, "/owed 90.00 /debt 90.00 "},
		} {
			o, p := resource.ParseObject([]byte(s.text(c.body)))
			if p != nil {
				s.Fatal(p)
			}
			out, err := preview.Try(context.Background(), s.c, kernel.SystemActor(), pipeline.Command{Def: stock.Deliveries.Def, ID: s.ids["out"], Input: o}, "/lines/0/qty")
			if err != nil {
				s.Fatal(err)
			}
			got := ""
			for _, f := range out.Facts {
				if f.Pointer == "/owed" || f.Pointer == "/debt" {
					got += f.Pointer + " " + f.Value + " "
				}
			}
			if got != c.want {
				s.Errorf("%s: %s, want %s", c.body, got, c.want)
			}
		}
	})
}

// What changed hands with a sheet is put right on the sheet: alone it is refused, a note on it is not.
func TestMoneyOfASheetIsModifiedThere(t *testing.T) {
	shops(t, func(s *shop) {
		s.post("out", "delivery", sold+`{"amount":"30"}]}`)
		receipt := s.ids[s.receiptOf("out")]
		modify := func(sheet string) error {
			_, err := s.do(pipeline.Command{Def: settlement.Receipts.Def, Act: "modify", ID: receipt}, `{"sheet":`+strconv.Quote(sheet)+`}`)
			return err
		}
		p := s.refuse(modify(`{"discount":"1"}`), "settlement.counter_modify")
		if p.Args["number"] != "SK261100001" || p.Args["sheet"] != "销售单 XS261100001" && p.Args["sheet"] != "Delivery XS261100001" {
			s.Errorf("it names %v", p.Args)
		}
		if err := modify(`{"note":"收据 7 号"}`); err != nil {
			s.Fatal(err)
		}
		s.expectMoney("SK261100001 posted 30.00 settled 30.00 left 0.00 till=30.00\n")
	})
}

// collector takes money for the firm, sees only what is his own and settles nothing.
type collector struct{}

func (collector) Can(object, act string) bool {
	return act != "settle" && act != "anywhere" && object != "settlement.today"
}
func (collector) Scope(string) kernel.ScopeLevel { return kernel.ScopeOwn }

// Money that a salesperson takes with a sheet goes into an account that he holds, as on a receipt of its own; a sheet that is
// refused for it leaves nothing behind.
func TestTheTillOfWhoCollects(t *testing.T) {
	shops(t, func(s *shop) {
		s.make("li", organisation.People.Def, `{"code":"L","name":"李四"}`)
		if _, err := s.do(pipeline.Command{Def: party.Parties.Def, Act: "update", ID: s.ids["customer"]}, `{"owner":$li}`); err != nil {
			s.Fatal(err)
		}
		who := &kernel.Actor{UserID: 9, PersonID: s.ids["li"], Lang: "zh", Perms: collector{}}
		sell := func(money string) error {
			o, p := resource.ParseObject([]byte(s.text(sold + money + `]}`)))
			if p != nil {
				s.Fatal(p)
			}
			_, err := pipeline.Do(context.Background(), s.c, who, pipeline.Command{Def: stock.Deliveries.Def, Act: "create", Then: "post", Input: o})
			return err
		}
		if p := s.refuse(sell(`{"money_account":$till,"amount":"30"}`), "settlement.holds_none"); p.Path != "/money/0/money_account" {
			s.Errorf("at %s", p.Path)
		}
		s.make("purse", settlement.MoneyAccounts.Def, `{"code":"0","name":"李四代收","kind":"cash","holder":$li}`)
		p := s.refuse(sell(`{"money_account":$purse,"amount":"1"},{"money_account":$till,"amount":"30"}`), "settlement.not_held")
		if p.Path != "/money/1/money_account" || p.Args["own"] != "李四代收" {
			s.Errorf("at %s: %v", p.Path, p.Args)
		}
		s.expect("")
		s.expectMoney("")
		if err := sell(`{"amount":"30"}`); err != nil { // the account that is offered is his
			s.Fatal(err)
		}
		s.expectMoney("SK261100001 posted 30.00 settled 30.00 left 0.00 wallet=30.00\n")
	})
}
