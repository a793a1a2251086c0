package crm_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

const (
	leads  = "crm.lead"
	deals  = "crm.opportunity"
	talks  = "crm.follow_up"
	goals  = "crm.target"
	stages = "crm.stage"
)

// told writes an opportunity down.
func (f *firm) told(o *crm.Opportunity) string {
	var moves []string
	for _, m := range o.Moves {
		moves = append(moves, f.cell(m.Stage)+"@"+string(m.Day[5:])+"/"+f.cell(m.ByUser))
	}
	return strings.Join([]string{o.Number, string(o.State), f.cell(o.Stage), string(o.Since), o.Probability.String(), o.Weighted.String(),
		"closed=" + string(o.ClosedOn), "lost=" + o.LostReason, strings.Join(moves, ",")}, " ")
}

func (f *firm) opportunity(key string) (o *crm.Opportunity) {
	f.Helper()
	f.view("", func(v *kernel.View) (err error) {
		o, err = crm.Opportunities.Find(v, f.ids[key])
		return err
	})
	return o
}

func TestAnOpportunityLives(t *testing.T) {
	firms(t, func(f *firm) {
		f.makeAs("li", "oil", deals, `{"name":"年度用油","customer":$acme;,"amount":"1000"}`)
		f.same("new", f.told(f.opportunity("oil")), "OP26110001 open s1 2026-11-21 0.1 100.00 closed= lost= s1@11-21/li")
		f.day(11, 24)
		f.act("li", "oil", deals, "move", `{"stage":$s3;}`)
		f.act("li", "oil", deals, "move", `{"stage":$s3;}`) // where it is already
		f.act("li", "oil", deals, "update", `{"probability":"0.6"}`)
		f.same("moved", f.told(f.opportunity("oil")), "OP26110001 open s3 2026-11-24 0.6 600.00 closed= lost= s1@11-21/li,s3@11-24/li")
		f.act("li", "oil", deals, "update", `{"stage":$s2;,"moves":[]}`) // in the form; nobody takes moves away
		f.same("typed", f.told(f.opportunity("oil")), "OP26110001 open s2 2026-11-24 0.6 600.00 closed= lost= s1@11-21/li,s3@11-24/li,s2@11-24/li")
		f.act("li", "oil", deals, "update", `{"probability":"0"}`) // left empty: the stage's
		f.same("emptied", f.opportunity("oil").Probability, "0.3")

		f.refused("li", "oil", deals, "lose", `{}`, "required /reason")
		f.act("li", "oil", deals, "lose", `{"reason":"价格太高"}`)
		f.same("lost", f.told(f.opportunity("oil")), "OP26110001 lost s2 2026-11-24 0.3 300.00 closed=2026-11-24 lost=价格太高 s1@11-21/li,s3@11-24/li,s2@11-24/li")
		f.refused("li", "oil", deals, "update", `{"amount":"1"}`, "state.readonly")
		f.refused("li", "oil", deals, "move", `{"stage":$s4;}`, "state.wrong")
		f.act("li", "oil", deals, "reopen", "")
		f.same("reopened", f.told(f.opportunity("oil")), "OP26110001 open s2 2026-11-24 0.3 300.00 closed= lost= s1@11-21/li,s3@11-24/li,s2@11-24/li")
		f.refused("li", "oil", deals, "quote", "", "crm.no_quotation")
		f.refused("li", "oil", deals, "delete", "", "forbidden")

		for range 2 { // a bridge may say it twice, and of one that was given up
			f.unit("li", func(tx *kernel.Tx) error { return crm.Won(tx, f.ids["oil"]) })
			f.same("won", f.opportunity("oil").State, "won")
		}
		f.act("li", "oil", deals, "reopen", "")
		f.act("li", "oil", deals, "lose", `{"reason":"x"}`)
		f.unit("li", func(tx *kernel.Tx) error { return crm.Won(tx, f.ids["oil"]) })
		f.same("won after all", f.opportunity("oil").LostReason+string(f.opportunity("oil").State), "won")
		f.same("the audit tells", f.audit("oil"), "create:li move:li move:li update:li update:li update:li lose:li reopen:li win:li reopen:li lose:li reopen,win:li")

		f.refused("li", "", deals, "create", `{"name":"x","customer":$maker;}`, "ref.missing /customer") // not his to see
		f.refused("boss", "", deals, "create", `{"name":"x","customer":$maker;}`, "crm.not_customer /customer")
		f.refused("li", "", deals, "create", `{"name":"x","customer":$acme;,"probability":"1.01"}`, "crm.probability /probability")
		f.refused("li", "", deals, "create", `{"name":"x","customer":$acme;,"collaborators":[{"member":$zhao;},{"member":$zhao;}]}`, "crm.collaborator_twice /collaborators/1/member")
		f.act("boss", "s4", stages, "update", `{"active":false}`)
		f.refused("li", "", deals, "create", `{"name":"x","customer":$acme;,"stage":$s4;}`, "crm.stage_off /stage")
		f.refused("boss", "", stages, "create", `{"code":"9","name":"x","position":20}`, "crm.stage_position /position")
		f.refused("boss", "", stages, "create", `{"code":"9","name":"x","probability":"1.5"}`, "crm.probability /probability")
	})
}

// unit runs a piece of program for somebody.
func (f *firm) unit(who string, fn func(tx *kernel.Tx) error) {
	f.Helper()
	if err := pipeline.Unit(context.Background(), f.c, f.as(who), "test", fn); err != nil {
		f.Fatal(err)
	}
}

// audit tells what was done with a record and by whom, in order.
func (f *firm) audit(key string) string {
	f.Helper()
	var out []string
	f.view("", func(v *kernel.View) error {
		return v.Each(func(rows *sql.Rows) error {
			var act string
			var actor int64
			err := rows.Scan(&act, &actor)
			out = append(out, act+":"+f.cell(actor))
			return err
		}, "SELECT act, actor FROM audit WHERE record = ? ORDER BY id", f.ids[key])
	})
	return strings.Join(out, " ")
}

// TestLivesFollowTheModel tries thousands of acts at random on opportunities, leads and follow-ups, and holds what happens
// against tables of what may happen when.
func TestLivesFollowTheModel(t *testing.T) {
	models := []struct {
		name, create string
		acts         map[string]map[string]string // act → from state → to state
		input        map[string]string
	}{
		{deals, `{"name":"x","customer":$acme;}`, map[string]map[string]string{
			"move": {"open": "open"}, "win": {"open": "won"}, "lose": {"open": "lost"}, "reopen": {"won": "open", "lost": "open"}, "update": {"open": "open"}},
			map[string]string{"move": `{"stage":$s2;}`, "lose": `{"reason":"r"}`, "update": `{"contact":"c"}`}},
		{leads, `{"name":"x"}`, map[string]map[string]string{
			"follow": {"new": "following"}, "convert": {"new": "converted", "following": "converted"}, "invalidate": {"new": "invalid", "following": "invalid"},
			"reopen": {"invalid": "following"}, "update": {"new": "new", "following": "following"}},
			map[string]string{"convert": `{"make_opportunity":false}`, "invalidate": `{"reason":"r"}`, "update": `{"contact":"c"}`}},
		{talks, `{"subject":"x","customer":$acme;}`, map[string]map[string]string{
			"complete": {"planned": "done"}, "cancel": {"planned": "cancelled"}, "plan_next": {"done": "done"}, "update": {"planned": "planned"}},
			map[string]string{"complete": `{"result":"r"}`, "plan_next": `{"next":"2026-12-01"}`, "update": `{"subject":"c"}`}},
	}
	firms(t, func(f *firm) {
		for _, m := range models {
			random := rand.New(rand.NewPCG(7, 11))
			var acts []string
			for act := range m.acts {
				acts = append(acts, act)
			}
			slices.Sort(acts)
			for n := range 8 {
				key, planned := fmt.Sprint(m.name, n), false
				f.makeAs("li", key, m.name, m.create)
				now := fmt.Sprint(resource.Value(f.c.Def(m.name).ByName["state"], f.record(m.name, key)))
				for range 8 {
					act := acts[random.IntN(len(acts))]
					to, allowed := m.acts[act][now]
					want := map[bool]string{true: "<nil>", false: "state.wrong"}[allowed]
					switch {
					case !allowed && act == "update":
						want = "state.readonly"
					case allowed && act == "plan_next" && planned:
						want, to = "crm.next_planned", now
					}
					_, err := f.do("li", m.name, act, f.ids[key], m.input[act])
					if got := codeOf(err); got != want {
						f.Fatalf("%s %s when %s: %s, want %s", m.name, act, now, got, want)
					}
					planned = planned || act == "plan_next" && allowed
					if want == "<nil>" {
						now = to
					}
					f.same(m.name+" "+act, resource.Value(f.c.Def(m.name).ByName["state"], f.record(m.name, key)), now)
				}
			}
		}
	})
}

func (f *firm) record(name, key string) (rec any) {
	f.Helper()
	f.view("", func(v *kernel.View) (err error) {
		rec, err = resource.Load(v, f.c.Def(name), f.ids[key])
		return err
	})
	return rec
}

// follows tells of all follow-ups.
func (f *firm) follows() (out []string) {
	f.Helper()
	f.view("", func(v *kernel.View) error {
		all, err := crm.FollowUps.Where(v, "1 = 1")
		for _, x := range all {
			out = append(out, strings.Join([]string{x.Number, x.Subject, string(x.State), string(x.PlanAt), "done=" + string(x.DoneAt), "next=" + string(x.Next),
				f.cell(x.Customer), f.cell(x.Lead), f.cell(x.Opportunity), f.cell(x.Owner)}, " "))
		}
		return err
	})
	return out
}

func TestAFollowUpPlansTheNextOneOnce(t *testing.T) {
	firms(t, func(f *firm) {
		f.makeAs("li", "oil", deals, `{"name":"年度用油","customer":$acme;}`)
		f.makeAs("li", "call", talks, `{"subject":"问样品","opportunity":$oil;,"plan_at":"2026-11-22","remind_days":1}`)
		f.makeAs("li", "past", talks, `{"subject":"上门","kind":"visit","customer":$acme;,"result":"谈了价格","done_at":"2026-11-18"}`)
		f.refused("li", "call", talks, "complete", `{"result":"","next":"2026-12-01"}`, "required /result")
		f.refused("li", "call", talks, "complete", `{"result":"x","done_at":"2026-11-22"}`, "crm.done_later /done_at")
		f.refused("li", "call", talks, "complete", `{"result":"x","next":"2026-11-21"}`, "crm.next_before /next")
		f.act("li", "call", talks, "complete", `{"result":"要两桶","next":"2026-12-01"}`)
		f.refused("li", "call", talks, "plan_next", `{"next":"2026-12-05"}`, "crm.next_planned")
		f.refused("li", "call", talks, "complete", `{"result":"x"}`, "state.wrong")
		f.act("li", "past", talks, "plan_next", `{"next":"2026-11-30","subject":"回访"}`)
		f.same("follow-ups", strings.Join(f.follows(), "\n"), strings.Join([]string{
			"FU000001 问样品 done 2026-11-22 done=2026-11-21 next=2026-12-01 acme 0 oil li",
			"FU000002 上门 done 2026-11-21 done=2026-11-18 next=2026-11-30 acme 0 0 li",
			"FU000003 问样品 planned 2026-12-01 done= next= acme 0 oil li",
			"FU000004 回访 planned 2026-11-30 done= next= acme 0 0 li"}, "\n"))
		f.same("the customer was touched last on", f.record("base.party", "acme").(*party.Party).Touched, "2026-11-21")

		f.makeAs("li", "lead", leads, `{"name":"远大建材"}`)
		f.makeAs("li", "spoken", talks, `{"subject":"展会上谈过","lead":$lead;,"result":"要目录","next":"2026-11-28"}`)
		l := f.record(leads, "lead").(*crm.Lead)
		f.same("the lead", string(l.State)+" "+string(l.Touched), "following 2026-11-21")
		f.same("what was written down plans the next", f.follows()[5], "FU000006 展会上谈过 planned 2026-11-28 done= next= 0 lead 0 li")
		f.make("brought", talks, `{"number":"FU000100","subject":"旧记录","customer":$acme;,"result":"r","done_at":"2026-11-01","next":"2026-11-25"}`)
		f.same("a file brings the next one itself", len(f.follows()), 7)

		for _, bad := range [][2]string{
			{`{"subject":"x"}`, "crm.with_whom /customer"}, {`{"subject":"x","customer":$acme;,"plan_time":"9:5"}`, "crm.time /plan_time"},
			{`{"subject":"x","customer":$acme;,"remind_days":400}`, "crm.remind_days /remind_days"}, {`{"subject":"x","customer":$acme;,"done_at":"2026-11-20"}`, "crm.no_result /result"},
			{`{"subject":"x","customer":$acme;,"result":"r","done_at":"2026-11-22"}`, "crm.done_later /done_at"}, {`{"subject":"x","customer":$acme;,"next":"2026-11-29"}`, "crm.next_undone /next"},
		} {
			f.refused("li", "", talks, "create", bad[0], bad[1])
		}
		f.refused("li", "call", talks, "update", `{"result":"anders"}`, "field.readonly /result")
	})
}

func TestALeadBecomesACustomer(t *testing.T) {
	firms(t, func(f *firm) {
		f.makeAs("li", "lead", leads, `{"name":"远大建材有限公司","contact":"赵总","phone":"137 0000 0000","city":"苏州","source":"exhibition","note":"展会认识"}`)
		f.makeAs("li", "talk", talks, `{"subject":"首谈","lead":$lead;,"result":"r","done_at":"2026-11-20","next":"2026-11-30"}`)
		got := f.act("li", "lead", leads, "convert", `{"opportunity":"第一单","amount":"5000","expected":"2026-12-31"}`).(*crm.Lead)
		f.ids["new"], f.ids["first"] = got.Customer, got.Opportunity
		p, o := f.record("base.party", "new").(*party.Party), f.opportunity("first")
		f.same("the customer", words(p.Name, p.Contact, p.Phone, p.City, p.Note, p.Customer, p.Active, p.Touched, f.cell(p.Owner), f.cell(p.Department)),
			"远大建材有限公司 赵总 137 0000 0000 苏州 展会认识 true true 2026-11-20 li south")
		f.same("the opportunity", words(o.Number, o.Name, f.cell(o.Customer), o.Contact, o.Amount, o.Expected, o.Source, f.cell(o.Owner), o.Probability),
			"OP26110001 第一单 new 赵总 5000.00 2026-12-31 exhibition li 0.1")
		f.same("what was said", strings.Join(f.follows(), "\n"), "FU000001 首谈 done 2026-11-21 done=2026-11-20 next=2026-11-30 new lead first li\n"+
			"FU000002 首谈 planned 2026-11-30 done= next= new lead first li")
		f.same("audit", f.audit("lead")+" | "+f.audit("new")+" | "+f.audit("first"), "create:li follow:li convert:li | create:li | create:li")
		f.refused("li", "lead", leads, "convert", `{}`, "state.wrong")
		f.refused("li", "lead", leads, "update", `{"city":"x"}`, "state.readonly")

		f.makeAs("li", "again", leads, `{"name":"宏发"}`)
		f.refused("li", "again", leads, "convert", `{"customer":$maker;}`, "ref.missing /customer")
		f.refused("boss", "again", leads, "convert", `{"customer":$maker;}`, "crm.not_customer /customer")
		got = f.act("li", "again", leads, "convert", `{"customer":$acme;,"make_opportunity":false}`).(*crm.Lead)
		f.same("an existing customer", words(f.cell(got.Customer), got.Opportunity, got.State), "acme 0 converted")
	})
}

// TestARefusedOpportunityUndoesTheConversion leaves no stage to begin in.
func TestARefusedOpportunityUndoesTheConversion(t *testing.T) {
	firms(t, func(f *firm) {
		f.makeAs("li", "lead", leads, `{"name":"远大建材"}`)
		f.makeAs("li", "talk", talks, `{"subject":"首谈","lead":$lead;}`)
		before := fmt.Sprint(f.count("base_party"), f.count("crm_opportunity"), f.count("audit"), f.follows(), *f.record(leads, "lead").(*crm.Lead))
		for _, s := range []string{"s1", "s2", "s3", "s4"} {
			f.act("boss", s, stages, "update", `{"active":false}`)
		}
		audited := f.count("audit")
		f.refused("li", "lead", leads, "convert", `{"amount":"10"}`, "crm.no_stage")
		f.same("nothing happened", f.count("audit"), audited)
		after := fmt.Sprint(f.count("base_party"), f.count("crm_opportunity"), f.count("audit")-4, f.follows(), *f.record(leads, "lead").(*crm.Lead))
		f.same("all is as before", after, before)
		f.act("li", "lead", leads, "convert", `{"make_opportunity":false}`)
	})
}

func (f *firm) count(table string) (n int64) {
	f.Helper()
	f.view("", func(v *kernel.View) error {
		_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM "+table)
		return err
	})
	return n
}

// TestOfTwoWhoConvertALeadOneWins lets the salesperson and the head do it at the same moment.
func TestOfTwoWhoConvertALeadOneWins(t *testing.T) {
	firms(t, func(f *firm) {
		for round := range 4 {
			key := fmt.Sprint("lead", round)
			f.makeAs("li", key, leads, `{"name":"远大建材`+fmt.Sprint(round)+`"}`)
			parties, opportunities := f.count("base_party"), f.count("crm_opportunity")
			got := make([]string, 2)
			var done sync.WaitGroup
			for i, who := range []string{"li", "head"} {
				done.Go(func() {
					_, err := f.do(who, leads, "convert", f.ids[key], `{}`)
					got[i] = codeOf(err)
				})
			}
			done.Wait()
			slices.Sort(got)
			f.same("answers", got, "[<nil> state.wrong]")
			f.same("customers and opportunities made", fmt.Sprint(f.count("base_party")-parties, f.count("crm_opportunity")-opportunities), "1 1")
		}
	})
}
