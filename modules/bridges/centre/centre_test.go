package centre_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/bridges/centre"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// elsewhere are the kinds of documents that are no sheets of trade, money or books.
var elsewhere = map[string]string{
	"settlement.open_item": "a debt repeats the sheet it comes from", "stock.document": "any kind of stock sheet, under its own name",
	"approval.request": "a decision about a sheet", "crm.opportunity": "work with customers", "crm.lead": "work with customers", "crm.follow_up": "work with customers",
	"dispatch.run":   "a driver's round over deliveries and receipts, which stand here themselves",
	"service.ticket": "work with customers", "office.task": "office work", "office.announcement": "office work", "office.leave": "office work",
	"office.request": "office work", "register.record": "the form of own registers, which have pages of their own",
}

// TestEveryKindIsHereOrLeftOut: a new kind of document is put into the order of the centre, or named with the reason why not.
func TestEveryKindIsHereOrLeftOut(t *testing.T) {
	firms(t, func(f *firm) {
		for _, d := range f.c.Resources() {
			in, out := slices.Contains(centre.Kinds, d.Name), elsewhere[d.Name] != ""
			if d.Kind == "document" && in == out && d.Family == "" && !strings.HasPrefix(d.Name, "register.") {
				f.Errorf("%s: in the centre %v, left out %v", d.Name, in, out)
			}
		}
		for _, name := range centre.Kinds {
			d := f.c.Def(name)
			if d == nil || d.Kind != "document" || d.Machine == nil || d.Internal {
				f.Errorf("%s is no kind of sheet", name)
			}
		}
	})
}

// lines gives what somebody reads for a question.
func (f *firm) lines(a *kernel.Actor, question string) string {
	f.Helper()
	var out []string
	f.view(a, func(v *kernel.View) error {
		found, next, err := centre.PageOf(v, question, "", 100)
		for _, l := range found {
			out = append(out, l.Text)
		}
		if next != "" {
			out = append(out, "more")
		}
		return err
	})
	return strings.Join(out, "\n")
}

func (f *firm) sums(a *kernel.Actor, question string) string {
	f.Helper()
	var out []string
	f.view(a, func(v *kernel.View) (err error) {
		out, err = centre.SumsOf(v, question)
		return err
	})
	return strings.Join(out, ", ")
}

// The sheets of the day, the newest first; the vouchers that they made stand among them.
const today = `2026-11-21|账户互转|||20.00|草稿|王老板||copy print post void
2026-11-21|收款单|SK261100002|宏发五金|25.00|已过账|王老板||copy print modify unpost
2026-11-21|进货单|JH261100001|大成铁厂|40.00|已过账|王老板||copy print modify unpost reverse
2026-11-21|销售单||恒星贸易|70.00|已作废|王老板||copy print
2026-11-21|收款单|SK261100001|恒星贸易|0.00|已过账|王老板|红冲核销|copy print modify unpost
2026-11-21|销售单|XS261100004|恒星贸易|-10.00|已过账|王老板||red print
2026-11-21|销售单|XS261100003|恒星贸易|10.00|已红冲|王老板||copy print
2026-11-21|销售单||宏发五金|990.00|草稿|李开单||copy print post void
2026-11-21|销售单|XS261100002|宏发五金|60.00|已过账|李开单|急件|copy print modify unpost reverse
2026-11-21|销售订单|SO261100001|恒星贸易|20.00|已确认|王老板||copy print unconfirm`

func TestADayOfSheets(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		boss := f.as("", "boss", "zh")
		if got := f.lines(boss, ""); got != today {
			f.Errorf("the day is\n%s", got)
		}
		row := strings.Split(today, "\n")
		pick := func(at ...int) string {
			var out []string
			for _, i := range at {
				out = append(out, row[i])
			}
			return strings.Join(out, "\n")
		}
		for question, want := range map[string]string{
			"kinds=stock.delivery": pick(3, 5, 6, 7, 8),
			"kinds=销售订单,settlement.receipt&kinds=Goods receipt": pick(1, 2, 4, 9),
			"state=draft":                                            pick(0, 7),
			"state=红冲和作废":                                            pick(3, 5, 6),
			"state=done&kinds=stock.delivery":                        pick(8),
			"state=draft,dead&kinds=stock.delivery":                  pick(3, 5, 6, 7),
			"state=waiting":                                          "",
			"maker=" + fmt.Sprint(f.ids["clerk"]):                    pick(7, 8),
			"party=" + fmt.Sprint(f.ids["acme"]):                     pick(1, 7, 8),
			fmt.Sprint("party=", f.ids["acme"], ",", f.ids["maker"]): pick(1, 2, 7, 8),
			"q=急":                           pick(8),
			"q=xs2611 hengxing":             "",
			"q=hxmy xs":                     pick(5, 6),
			"q=宏发":                          pick(1, 7, 8),
			"q=100%25":                      "",
			"from=2026-11-20&to=2026-11-20": "2026-11-20|销售单|XS261100001|宏发五金|40.00|已过账|王老板||copy print modify unpost reverse",
			"from=2026-11-22":               "",
		} {
			if got := f.lines(boss, question); got != want {
				f.Errorf("%s:\n%s\nwant\n%s", question, got, want)
			}
		}
		for question, want := range map[string]string{
			"":                                "销售订单 1 0 0 20.00 0.00, 销售单 5 1 1 60.00 990.00, 收款单 2 0 0 25.00 0.00, 进货单 1 0 0 40.00 0.00, 账户互转 1 1 0 0.00 20.00, = 10 2 1 145.00 1010.00",
			"kinds=stock.delivery&state=dead": "销售单 3 0 1 0.00 0.00, = 3 0 1 0.00 0.00",
			"q=nothing":                       "= 0 0 0 - -",
		} {
			if got := f.sums(boss, question); got != want {
				f.Errorf("%s comes to\n%s", question, got)
			}
		}
	})
}

// TestWhoSeesWhat: of the sheets what the lists show, of figures what the fields show, of acts what the roles allow.
func TestWhoSeesWhat(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		own := `2026-11-21|收款单|SK261100002|宏发五金|25.00|已过账|王老板||copy
2026-11-21|销售单||宏发五金|990.00|草稿|李开单||copy print post
2026-11-21|销售单|XS261100002|宏发五金|60.00|已过账|李开单|急件|copy print`
		if got := f.lines(f.as("li", "salesperson", "zh"), ""); got != own {
			f.Errorf("the salesperson sees\n%s", got)
		}
		if got := f.sums(f.as("li", "salesperson", "en"), ""); got != "Delivery 2 1 0 60.00 990.00, Receipt 1 0 0 25.00 0.00, = 3 1 0 85.00 990.00" {
			f.Errorf("and adds up %s", got)
		}
		// What goods cost and are sold for is blank for who keeps the store, and in no sum.
		keeper := f.as("", "storekeeper", "zh")
		if got := f.lines(keeper, "kinds=stock.receipt"); got != "2026-11-21|进货单|JH261100001|大成铁厂|-|已过账|王老板||copy print modify unpost" {
			f.Errorf("the storekeeper sees\n%s", got)
		}
		if got := f.sums(keeper, "kinds=stock.receipt,stock.delivery"); got != "销售单 5 1 1 - -, 进货单 1 0 0 - -, = 6 1 1 - -" {
			f.Errorf("and adds up %s", got)
		}
		if got := f.lines(keeper, "kinds=settlement.receipt"); got != "" {
			f.Errorf("and of money\n%s", got)
		}
	})
}

// TestPages: walked in small pages, the list has every sheet once, in the order of the whole.
func TestPages(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		for _, who := range []*kernel.Actor{f.as("", "boss", "zh"), f.as("li", "salesperson", "zh")} {
			const span = "from=2026-11-01&to=2026-11-30"
			whole := f.lines(who, span)
			var walked []string
			f.view(who, func(v *kernel.View) error {
				for cursor := ""; ; {
					found, next, err := centre.PageOf(v, span, cursor, 2)
					if err != nil {
						return err
					}
					for _, l := range found {
						walked = append(walked, l.Text)
					}
					if cursor = next; next == "" {
						return nil
					}
				}
			})
			if got := strings.Join(walked, "\n"); got != whole || whole == "" {
				f.Errorf("in pages\n%s\nin whole\n%s", got, whole)
			}
		}
	})
}

// TestWhatIsNoQuestion is refused, and nothing is taken for something else.
func TestWhatIsNoQuestion(t *testing.T) {
	firms(t, func(f *firm) {
		for question, code := range map[string]string{
			"from=2026-11-32": "query.invalid", "kinds=base.user": "query.invalid", "kinds=stock.delivery,x": "query.invalid", "state=open": "query.invalid",
			"maker=-1": "query.invalid", "party=x": "query.invalid", "from=2026-11-21&to=2026-11-20": "centre.dates", "q=" + strings.Repeat("x", 101): "query.invalid",
		} {
			err := f.c.View(f.Context(), f.as("", "boss", "zh"), func(v *kernel.View) error {
				_, _, err := centre.PageOf(v, question, "", 10)
				return err
			})
			list, _ := problem.From(err)
			var one *problem.Problem
			if len(list) == 1 {
				one = list[0]
			} else if !errors.As(err, &one) {
				f.Errorf("%s: %v", question, err)
				continue
			}
			if one.Code != code {
				f.Errorf("%s: %s", question, one.Code)
			}
		}
	})
}

// TestTakenAway: Excel gets the rows of the page, of the kinds that may be exported; the others are named.
func TestTakenAway(t *testing.T) {
	firms(t, func(f *firm) {
		f.day()
		taken := func(a *kernel.Actor, params map[string]string) (out []string) {
			f.view(a, func(v *kernel.View) error {
				t, err := f.c.Report("centre.sheets").Run(v, params)
				if err != nil {
					return err
				}
				for _, r := range t.Rows {
					amount := ""
					if x, ok := r.Values["amount"]; ok {
						amount = fmt.Sprint(x)
					}
					out = append(out, fmt.Sprint(r.Values["date"], " ", r.Values["kind"], " ", r.Values["number"], " ", amount, " ", r.Values["state"]))
				}
				for _, n := range t.Notes {
					out = append(out, n.In(v.Lang))
				}
				return nil
			})
			return out
		}
		want := []string{"2026-11-21 销售单  70.00 已作废", "2026-11-21 销售单 XS261100004 -10.00 红字", "2026-11-21 销售单 XS261100003 10.00 已红冲"}
		if got := taken(f.as("", "boss", "zh"), map[string]string{"kinds": "销售单", "state": "dead"}); !slices.Equal(got, want) {
			f.Errorf("the boss takes away\n%s", strings.Join(got, "\n"))
		}
		want = []string{"2026-11-21 账户互转  20.00 草稿", "2026-11-21 收款单 SK261100002 25.00 已过账", "2026-11-21 收款单 SK261100001 0.00 已过账"}
		only := fmt.Sprint(f.ids["clerk"])
		if got := taken(f.as("", "boss", "zh"), map[string]string{"kinds": "销售单", "maker": only, "state": "草稿"}); !slices.Equal(got, []string{"2026-11-21 销售单  990.00 草稿", "只有这些人制的单：李开单。"}) {
			f.Errorf("of one maker\n%s", strings.Join(got, "\n"))
		}
		star := fmt.Sprint(f.ids["star"])
		if got := taken(f.as("li", "salesperson", "zh"), map[string]string{"party": star}); !slices.Contains(got, "只有这些往来单位的单：#"+star+"。") {
			f.Errorf("a name out of sight is told\n%s", strings.Join(got, "\n"))
		}
		if got := taken(f.as("", "cashier", "zh"), map[string]string{}); !slices.Equal(got, want) {
			f.Errorf("the cashier takes away\n%s", strings.Join(got, "\n"))
		}
		want = []string{"You may not export these sheets, so they are not here: Delivery, Sales return, Receipt, Requisition, Money transfer."}
		if got := taken(f.as("li", "salesperson", "en"), map[string]string{}); !slices.Equal(got, want) {
			f.Errorf("the salesperson takes away\n%s", strings.Join(got, "\n"))
		}
	})
}
