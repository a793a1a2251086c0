package crm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
)

// business gives two departments their leads, opportunities, follow-ups and targets.
func (f *firm) business() {
	f.make("qianP1", "base.party", `{"name":"北方机电","owner":$qianP;,"department":$north;}`)
	f.make("zhaoP1", "base.party", `{"name":"南方五金","owner":$zhaoP;,"department":$south;}`)
	f.makeAs("li", "li1", deals, `{"date":"2026-10-10","name":"甲","customer":$acme;,"amount":"1000","expected":"2026-12-05"}`)
	f.makeAs("li", "li2", deals, `{"date":"2026-11-01","name":"乙","customer":$acme;,"amount":"400","stage":$s3;,"collaborators":[{"member":$zhao;}]}`)
	f.makeAs("zhao", "zhao1", deals, `{"date":"2026-11-02","name":"丙","customer":$zhaoP1;,"amount":"90.01","stage":$s2;,"expected":"2026-12-31"}`)
	f.makeAs("qian", "qian1", deals, `{"date":"2026-11-03","name":"丁","customer":$qianP1;,"amount":"70","expected":"2027-01-01","collaborators":[{"member":$li;}]}`)
	f.makeAs("zhao", "zhao2", deals, `{"date":"2026-11-04","name":"戊","customer":$zhaoP1;,"amount":"30"}`)
	f.act("li", "li1", deals, "move", `{"stage":$s2;}`)
	f.act("zhao", "zhao2", deals, "win", "")
	f.act("qian", "qian1", deals, "lose", `{"reason":"没预算"}`)
	f.act("qian", "qian1", deals, "reopen", "")
	f.makeAs("qian", "qian2", deals, `{"date":"2026-11-05","name":"己","customer":$qianP1;,"amount":"5"}`)
	f.act("qian", "qian2", deals, "lose", `{"reason":"没预算"}`)
	f.makeAs("li", "lead1", leads, `{"name":"远大建材","phone":"0512-6666 7777"}`)
	f.makeAs("qian", "lead2", leads, `{"name":"恒通"}`)
	f.makeAs("li", "talk1", talks, `{"subject":"a","customer":$acme;}`)
	f.makeAs("qian", "talk2", talks, `{"subject":"b","lead":$lead2;}`)
	f.makeAs("head", "goal1", goals, `{"person":$liP;,"month":"2026-11","amount":"1000"}`)
	f.makeAs("head", "goal2", goals, `{"person":$zhaoP;,"month":"2026-11","amount":"2400"}`)
	f.makeAs("head", "goal3", goals, `{"person":$liP;,"month":"2026-11","measure":"new_customers","customers":4}`)
	f.makeAs("far", "goal4", goals, `{"person":$qianP;,"month":"2026-11","amount":"10"}`)
}

func TestWhoSeesWhat(t *testing.T) {
	firms(t, func(f *firm) {
		f.business()
		for _, c := range []struct{ who, deals, leads, talks, goals string }{
			{"li", "[li1 li2 qian1]", "[lead1]", "[talk1]", "[goal1 goal3]"}, // owner, and collaborator of another department's
			{"zhao", "[li2 zhao1 zhao2]", "[]", "[]", "[goal2]"},             // colleague, and collaborator
			{"qian", "[qian1 qian2]", "[lead2]", "[talk2]", "[goal4]"},
			{"head", "[li1 li2 zhao1 zhao2]", "[lead1]", "[talk1]", "[goal1 goal2 goal3]"},
			{"far", "[qian1 qian2]", "[lead2]", "[talk2]", "[goal4]"},
			{"boss", "[li1 li2 qian1 qian2 zhao1 zhao2]", "[lead1 lead2]", "[talk1 talk2]", "[goal1 goal2 goal3 goal4]"},
			{"eye", "[li1 li2 qian1 qian2 zhao1 zhao2]", "[lead1 lead2]", "[talk1 talk2]", "[goal1 goal2 goal3 goal4]"},
		} {
			f.same(c.who+" sees", words(f.seen(c.who, deals), f.seen(c.who, leads), f.seen(c.who, talks), f.seen(c.who, goals)), words(c.deals, c.leads, c.talks, c.goals))
		}
		f.same("service sees talks", f.seen("mei", talks), "[talk1 talk2]")
		f.same("service and opportunities", f.as("mei").Can(deals, "read"), false)
		f.refused("zhao", "li1", deals, "win", "", "not_found")
		f.act("zhao", "li2", deals, "move", `{"stage":$s4;}`) // who works on it moves it
		f.refused("far", "li2", deals, "move", `{"stage":$s4;}`, "not_found")
		f.refused("li", "", goals, "create", `{"person":$liP;,"month":"2026-12","amount":"1"}`, "forbidden")
		f.refused("head", "", goals, "create", `{"person":$qianP;,"month":"2026-12","amount":"1"}`, "scope.outside /")
		f.refused("head", "", goals, "create", `{"person":$liP;,"month":"2026-11","amount":"1"}`, "crm.target_twice /month")
		f.refused("head", "", goals, "create", `{"person":$liP;,"month":"2026-12","amount":"1","customers":1}`, "crm.target_customers /customers")
		f.refused("head", "", goals, "create", `{"person":$liP;,"month":"2026-12","measure":"new_customers","amount":"1"}`, "crm.target_amount /amount")
		f.refused("mei", "talk1", talks, "complete", `{"result":"r"}`, "forbidden")
		f.makeAs("mei", "served", talks, `{"subject":"回访","customer":$acme;,"result":"满意"}`)
	})
}

func TestReportsAddUpWhatTheReaderSees(t *testing.T) {
	firms(t, func(f *firm) {
		f.business()
		funnel := func(who string, params map[string]string) string {
			return strings.Join(f.report(who, "crm.funnel", params, "stage", "count", "amount", "weighted", "entered", "advanced", "conversion"), "\n")
		}
		f.same("the boss's funnel", funnel("boss", nil), `初步接触 1 70.00 7.00 4 2 0.5
需求确认 2 1090.01 327.00 2 0 0
方案报价 1 400.00 200.00 1 0 0
商务谈判 0 0.00 0.00 0 0 -
赢单 1 30.00 - - - -
丢单 1 5.00 - - - -
= 4 1560.01 534.00`)
		f.same("li's funnel", funnel("li", nil), `初步接触 1 70.00 7.00 2 1 0.5
需求确认 1 1000.00 300.00 1 0 0
方案报价 1 400.00 200.00 1 0 0
商务谈判 0 0.00 0.00 0 0 -
赢单 0 0.00 - - - -
丢单 0 0.00 - - - -
= 3 1470.00 507.00`)
		f.same("zhao's funnel", funnel("zhao", map[string]string{"from": "2026-11-02", "to": "2026-11-30"}), `初步接触 0 0.00 0.00 1 1 1
需求确认 1 90.01 27.00 1 0 0
方案报价 0 0.00 0.00 0 0 -
商务谈判 0 0.00 0.00 0 0 -
赢单 1 30.00 - - - -
丢单 0 0.00 - - - -
= 1 90.01 27.00`)
		f.same("far's funnel of li's", funnel("far", map[string]string{"owner": fmt.Sprint(f.ids["liP"])})[len("初步接触 "):len("初步接触 0 0.00")], "0 0.00")

		forecast := func(who string, params map[string]string) string {
			return strings.Join(f.report(who, "crm.forecast", params, "month", "owner", "count", "amount", "weighted"), "\n")
		}
		f.same("the boss's forecast", forecast("boss", nil), "2026-12 li 1 1000.00 300.00\n2026-12 zhao 1 90.01 27.00\n2027-01 qian 1 70.00 7.00\n li 1 400.00 200.00\n= 4 1560.01 534.00")
		f.same("the head's for December", forecast("head", map[string]string{"from": "2026-12", "to": "2026-12"}), "2026-12 li 1 1000.00 300.00\n2026-12 zhao 1 90.01 27.00\n= 2 1090.01 327.00")
		f.same("zhao's forecast", forecast("zhao", nil), "2026-12 zhao 1 90.01 27.00\n li 1 400.00 200.00\n= 2 490.01 227.00")

		ranking := func(who, measure string) string {
			return strings.Join(f.report(who, "crm.ranking", map[string]string{"measure": measure}, "rank", "person", "target", "actual", "rate"), "\n")
		}
		f.same("the boss's ranking", ranking("boss", ""), "1 zhao 2400.00 1200.00 0.5\n1 li 1000.00 1200.00 1.2\n3 qian 10.00 0.00 0\n4 head 0.00 -5.00 -\n= 3410.00 2395.00")
		f.same("by new customers", ranking("head", "new_customers"), "1 li 4 2 0.5\n= 4 2")
		f.same("li's ranking", ranking("li", "receipts"), "1 li 0.00 500.00 -\n= 0.00 500.00")
		f.same("li's own sales", ranking("li", "sales"), "1 li 1000.00 1200.00 1.2\n= 1000.00 1200.00")
		f.view("li", func(v *kernel.View) error {
			_, err := f.c.Report("crm.ranking").Run(v, map[string]string{"from": "2026-12", "to": "2026-10"})
			f.same("months the wrong way round", codeOf(err), "crm.months /to")
			return nil
		})
	})
}

// TestRowsLeadToWhatTheyAddUp follows every link of the reports and compares.
func TestRowsLeadToWhatTheyAddUp(t *testing.T) {
	firms(t, func(f *firm) {
		f.business()
		f.view("head", func(v *kernel.View) error {
			table, err := f.c.Report("crm.funnel").Run(v, map[string]string{"from": "2026-11-01"})
			if err != nil {
				return err
			}
			var got []string
			for _, r := range table.Rows {
				got = append(got, r.To)
			}
			f.same("funnel", got[1]+"\n"+got[4], f.named("/r/crm.opportunity?filter=state:eq:open&filter=stage:eq:$s2;&filter=date:ge:2026-11-01\n"+
				"/r/crm.opportunity?filter=state:eq:won&filter=date:ge:2026-11-01"))
			table, err = f.c.Report("crm.forecast").Run(v, nil)
			if err != nil {
				return err
			}
			f.same("forecast", table.Rows[0].To+"\n"+table.Rows[2].To, f.named("/r/crm.opportunity?filter=state:eq:open&filter=expected:ge:2026-12-01&filter=expected:le:2026-12-31&filter=owner:eq:$liP;\n"+
				"/r/crm.opportunity?filter=state:eq:open&filter=expected:empty:1&filter=owner:eq:$liP;"))
			return nil
		})
	})
}

func TestRemindersAreTheReadersOwn(t *testing.T) {
	firms(t, func(f *firm) {
		f.business()
		f.makeAs("li", "late", talks, `{"subject":"催款","customer":$acme;,"plan_at":"2026-11-18"}`)
		f.makeAs("li", "soon", talks, `{"subject":"送样","customer":$acme;,"plan_at":"2026-11-24","remind_days":3}`)
		f.makeAs("li", "notyet", talks, `{"subject":"年底","customer":$acme;,"plan_at":"2026-11-25","remind_days":3}`)
		f.act("", "acme", "base.party", "update", `{"contact":"周总","birthday":"1966-11-24","contacts":[{"name":"王芳","birthday":"1985-11-28"},{"name":"陈工","birthday":"1990-11-29"},{"name":"孙总","birthday":"1970-11-21"}]}`)
		reminders := func(who string) string {
			return strings.Join(f.report(who, "crm.reminders", nil, "kind", "date", "late", "subject", "customer"), "\n")
		}
		f.same("li is reminded", reminders("li"), `overdue 2026-11-18 3 催款 acme
due 2026-11-21 - a acme
due 2026-11-24 - 送样 acme
birthday 2026-11-21 - 孙总 acme
birthday 2026-11-24 - 周总 acme
birthday 2026-11-28 - 王芳 acme
cycle 2026-10-21 21 平均每 10 天买一次，上次 2026-10-21 acme`)
		f.same("qian is", reminders("qian"), "due 2026-11-21 - b -\ncycle 2026-10-21 21 平均每 10 天买一次，上次 2026-10-21 qianP1")
		f.same("the boss has nothing", reminders("boss"), "")
		for range 2 { // the second start of a day tells nothing again
			f.morning()
		}
		f.same("li is told in the morning", f.reminded("li"), "今天有 7 件事要跟进：到期的跟进、客户生日、该补货的客户 → /report/crm.reminders")
		f.same("qian is told", f.reminded("qian"), "今天有 2 件事要跟进：到期的跟进、客户生日、该补货的客户 → /report/crm.reminders")
		f.same("the boss is not", f.reminded("boss"), "")
		f.day(2, 26)
		f.act("", "acme", "base.party", "update", `{"contact":"","birthday":"1988-02-29","contacts":[{"name":"王芳","birthday":"1984-02-29"}]}`)
		f.act("", "maker", "base.party", "update", `{"contact":"不买的","birthday":"1988-02-28"}`)
		f.same("born in a leap year", strings.Join(f.report("li", "crm.reminders", nil, "kind", "date", "subject")[:2], "\n"),
			"birthday 2026-02-28 宏发五金\nbirthday 2026-02-28 王芳")
	})
}

// TestTwinsAreToldWhileTyping looks at what stands beside name and phone of a new lead.
func TestTwinsAreToldWhileTyping(t *testing.T) {
	firms(t, func(f *firm) {
		f.business()
		hints := func(who, body string) string {
			in, p := resource.ParseObject([]byte(body))
			if p != nil {
				f.Fatal(p)
			}
			got, err := preview.Try(t.Context(), f.c, f.as(who), pipeline.Command{Def: f.c.Def(leads), Input: in}, "/name")
			if err != nil {
				f.Fatal(err)
			}
			var out []string
			for _, fact := range got.Facts {
				out = append(out, strings.TrimSpace(fact.Pointer+" "+fact.Value+" "+fact.To))
			}
			slices.Sort(out)
			return strings.Join(out, "\n")
		}
		f.same("nobody else", hints("li", `{"name":"新人"}`), "")
		f.same("by name", hints("li", `{"name":"远大 建材有限公司"}`), f.named("/name LD26110001 远大建材（业务员 li） /r/crm.lead/$lead1;"))
		f.same("by phone, of another department", hints("qian", `{"name":"x","phone":"(0512)66667777"}`), "/phone 同电话线索由 li 负责")
		f.same("a customer and a lead", hints("far", `{"name":"宏发五金","phone":"138 0000 1111"}`), "/name 同名客户由 li 负责\n/phone 同电话客户由 li 负责")
		f.act("li", "lead1", leads, "convert", `{"make_opportunity":false}`)
		f.same("converted: told of the customer only", hints("qian", `{"name":"远大建材"}`), "/name 同名客户由 li 负责")
	})
}
