package service_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/service"
)

// story is what the life of a ticket shows.
func story(t *service.Ticket) string {
	return fmt.Sprintf("%s due %s solved %q in %d visited %q %s/%s again %d %s", t.State, t.Due, t.Solved, t.Days, t.Visited, t.Score, t.VisitNote, t.Reopened, t.Reason)
}

func TestAComplaintFromCustomerToReturnVisit(t *testing.T) {
	desks(t, func(d *desk) {
		made := d.open("mei", "a", `{"kind":"complaint","priority":"high","customer":$acme;,"subject":"螺纹不合"}`)
		if got := fmt.Sprint(made.Number, " ", made.Contact, " ", made.Phone, " ", made.Owner == d.ids["meiP"], " ", story(made)); got !=
			`TK261100001 王芳 13800001111 true new due 2026-11-23 solved "" in 0 visited "" / again 0 ` {
			d.Error(got)
		}
		d.refused("mei", "a", "close", "", "state.wrong")
		d.refused("mei", "a", "assign", `{}`, "required /owner")
		if got := d.act("mei", "a", "assign", `{"owner":$liP;}`); got.Owner != d.ids["liP"] || got.Department != d.ids["sell"] || got.State != "working" {
			d.Errorf("assigned: %+v", got)
		}
		d.refused("mei", "a", "delete", "", "service.delete")
		d.refused("li", "a", "void", "", "forbidden")
		d.refused("li", "a", "solve", `{"cause":"quality"}`, "required /solution")
		d.day(11, 25)
		if got := story(d.act("li", "a", "solve", solution)); got != `solved due 2026-11-23 solved "2026-11-25" in 4 visited "" / again 0 ` {
			d.Error(got)
		}
		d.refused("mei", "a", "close", "", "service.visit_first")
		d.refused("mei", "a", "update", `{"kind":"question"}`, "state.readonly")
		d.refused("li", "a", "visit", `{"score":"5"}`, "forbidden")
		d.refused("mei", "a", "visit", `{"score":"6"}`, "field.option /score")
		d.day(11, 26)
		if got := story(d.act("mei", "a", "visit", `{"satisfied":false,"score":"2","note":"还是松"}`)); got !=
			`working due 2026-11-23 solved "" in 0 visited "2026-11-26" 2/还是松 again 1 ` {
			d.Error(got)
		}
		d.day(11, 28)
		d.act("li", "a", "solve", `{"solution":"整批换货","cause":"quality"}`)
		if got := story(d.act("mei", "a", "visit", `{"score":"4","note":"可以了"}`)); got !=
			`closed due 2026-11-23 solved "2026-11-28" in 7 visited "2026-11-28" 4/可以了 again 1 ` {
			d.Error(got)
		}
		d.refused("mei", "a", "reopen", `{}`, "required /reason")
		if got := story(d.act("mei", "a", "reopen", `{"reason":"又松了"}`)); got !=
			`working due 2026-11-23 solved "" in 0 visited "2026-11-28" 4/可以了 again 2 又松了` {
			d.Error(got)
		}
		d.view("", func(v *kernel.View) error {
			p, err := party.Parties.Find(v, d.ids["acme"])
			if err == nil && p.Touched != "2026-11-28" {
				d.Errorf("the last contact was %s", p.Touched)
			}
			return err
		})
	})
}

func TestOtherTicketsCloseWithoutAVisit(t *testing.T) {
	desks(t, func(d *desk) {
		d.open("li", "q", `{"customer":$acme;,"subject":"问价","contact":"刘","due":"2026-11-21"}`)
		if got := d.act("li", "q", "solve", `{"solution":"报了价","cause":"other"}`); got.Owner != d.ids["liP"] || got.Contact != "刘" || got.Phone != "" || got.Days != 0 {
			d.Errorf("%+v", got)
		}
		if got := d.act("li", "q", "close", ""); got.State != "closed" {
			d.Error(got.State)
		}
		d.open("mei", "r", `{"kind":"repair","priority":"low","customer":$acme;,"subject":"修","owner":null}`)
		if got := d.act("mei", "r", "take", ""); got.Owner != d.ids["meiP"] || got.Department != d.ids["care"] || got.Due != "2026-11-28" {
			d.Errorf("%+v", got)
		}
		d.refused("mei", "r", "take", "", "state.wrong")
		if got := d.act("mei", "r", "void", ""); got.State != "void" {
			d.Error(got.State)
		}
		d.open("mei", "gone", `{"customer":$acme;,"subject":"打错了"}`)
		if _, err := d.do("mei", "service.ticket", "delete", d.ids["gone"], ""); err != nil {
			d.Error(err)
		}
	})
}

func TestRules(t *testing.T) {
	desks(t, func(d *desk) {
		d.ids["none"] = 0
		d.refused("mei", "none", "create", `{"customer":$maker;,"subject":"x"}`, "service.not_customer /customer")
		d.refused("mei", "none", "create", `{"customer":$acme;,"subject":"x","due":"2026-11-20"}`, "service.due /due")
		d.refused("mei", "none", "create", `{"customer":$acme;}`, "required /subject")
		d.refused("zhao", "none", "create", `{"customer":$acme;,"subject":"x"}`, "ref.missing /customer")
		d.refused("keeper", "none", "create", `{"customer":$acme;,"subject":"x"}`, "forbidden")
		d.open("mei", "a", `{"number":"TK261100007","customer":$acme;,"subject":"x"}`)
		d.refused("mei", "none", "create", `{"number":"TK261100007","customer":$acme;,"subject":"x"}`, "service.number /number")
		if got := d.open("mei", "b", `{"customer":$acme;,"subject":"x"}`).Number; got != "TK261100008" {
			d.Error(got)
		}
		if _, err := d.do("", "base.person", "update", d.ids["zhaoP"], `{"active":false}`); err != nil {
			d.Fatal(err)
		}
		d.refused("mei", "a", "assign", `{"owner":$zhaoP;}`, "service.person_off /owner")
		d.refused("", "a", "take", "", "service.no_person")
		err := pipeline.Unit(context.Background(), d.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{"service.due_days_urgent": "0"})
		})
		if got := d.open("mei", "c", `{"priority":"urgent","customer":$acme;,"subject":"x"}`).Due; err != nil || got != "2026-11-21" {
			d.Error(err, got)
		}
		try := func(body, changed string) string {
			in, _ := resource.ParseObject([]byte(body))
			got, err := preview.Try(context.Background(), d.c, d.as("mei"), pipeline.Command{Def: service.Tickets.Def, ID: d.ids["a"], Input: in}, changed)
			if err != nil {
				d.Fatal(err)
			}
			out := string(got.Draft.Rec.(*service.Ticket).Due)
			for _, f := range got.Facts {
				out += " " + f.Pointer + " " + f.Label.Zh + " " + f.Value + " " + strings.ReplaceAll(f.To, fmt.Sprint(d.ids["acme"]), "acme")
			}
			return out
		}
		d.day(11, 26)
		other := " /customer 其他未结工单 2 /r/service.ticket?filter=customer:eq:acme"
		if got := try(`{"priority":"low"}`, "/priority"); got != "2026-11-28"+other {
			d.Error(got)
		}
		if got := try(`{"subject":"y"}`, "/subject"); got != "2026-11-24"+other+" /due 逾期天数 2 " {
			d.Error(got)
		}
	})
}

// TestWhoSeesATicket: the handler, who wrote it down, the departments above, and those who see all; nobody else.
func TestWhoSeesATicket(t *testing.T) {
	desks(t, func(d *desk) {
		d.open("li", "written", `{"customer":$acme;,"subject":"written by li"}`)
		d.act("li", "written", "assign", `{"owner":$meiP;}`)
		d.open("mei", "handled", `{"customer":$acme;,"subject":"handled by li"}`)
		d.act("mei", "handled", "assign", `{"owner":$liP;}`)
		d.open("mei", "other", `{"customer":$acme;,"subject":"not of li"}`)
		for who, want := range map[string]string{"mei": "handled other written", "li": "handled written", "zhao": "", "head": "handled",
			"far": "other written", "eye": "handled other written"} {
			var got, report []string
			name := map[int64]string{d.ids["written"]: "written", d.ids["handled"]: "handled", d.ids["other"]: "other"}
			d.view(who, func(v *kernel.View) error {
				page, err := listing.List(v, service.Tickets.Def, listing.Query{Limit: 50})
				if err != nil {
					return err
				}
				for _, rec := range page.Items {
					got = append(got, name[rec.(*service.Ticket).ID])
				}
				open, err := d.c.Report("service.open").Run(v, map[string]string{})
				if err != nil {
					return err
				}
				for _, row := range open.Rows {
					var id int64
					_, _ = fmt.Sscanf(row.To, "/r/service.ticket/%d", &id)
					report = append(report, name[id])
				}
				sum, err := d.c.Report("service.summary").Run(v, map[string]string{"by": "kind"})
				if err == nil && sum.Totals["opened"] != int64(len(page.Items)) {
					d.Errorf("%s counts %v of %d", who, sum.Totals["opened"], len(page.Items))
				}
				for key, id := range map[string]int64{"written": d.ids["written"], "handled": d.ids["handled"], "other": d.ids["other"]} {
					_, err := resource.LoadVisible(v, service.Tickets.Def, id)
					if seen := err == nil; seen != strings.Contains(want, key) {
						d.Errorf("%s opens %s: %v", who, key, err)
					}
				}
				return err
			})
			slices.Sort(got)
			slices.Sort(report)
			if strings.Join(got, " ") != want || strings.Join(report, " ") != want {
				d.Errorf("%s sees %v and %v, want %s", who, got, report, want)
			}
		}
	})
}

// TestAnyLifeKeepsTheInvariants lets chance act on a ticket and compares with a model of three words.
func TestAnyLifeKeepsTheInvariants(t *testing.T) {
	next := map[string]map[string]string{
		"new":     {"take": "working", "assign": "working", "solve": "solved", "void": "void"},
		"working": {"assign": "working", "solve": "solved", "void": "void"},
		"solved":  {"visit yes": "closed", "visit no": "working", "close": "closed", "reopen": "working"},
		"closed":  {"reopen": "working"},
	}
	bodies := map[string]string{"assign": `{"owner":$liP;}`, "solve": solution, "visit yes": `{"score":"5"}`, "visit no": `{"score":"1","satisfied":false}`, "reopen": `{"reason":"again"}`}
	moves := []string{"take", "assign", "solve", "visit yes", "visit no", "close", "reopen", "void"}
	desks(t, func(d *desk) {
		dice := rand.New(rand.NewPCG(7, 11))
		tried, done := 0, map[string]int{}
		for life := range 12 {
			kind := []string{"complaint", "repair"}[life%2]
			d.open("mei", "t", `{"kind":"`+kind+`","customer":$acme;,"subject":"x"}`)
			state, again, visited := "new", int64(0), false
			for range 25 {
				move := moves[dice.IntN(len(moves))]
				if move == "void" && dice.IntN(4) > 0 { // which ends it
					continue
				}
				to, allowed := next[state][move]
				allowed = allowed && !(move == "close" && kind == "complaint")
				act, _, _ := strings.Cut(move, " ")
				rec, err := d.do("mei", "service.ticket", act, d.ids["t"], bodies[move])
				tried++
				if (err == nil) != allowed {
					d.Fatalf("%s %s in %s: %v", kind, move, state, err)
				}
				if err != nil {
					continue
				}
				if to == "working" && (state == "solved" || state == "closed") {
					again++
				}
				state, visited = to, visited || act == "visit"
				done[move]++
				got := rec.(*service.Ticket)
				solved := state == "solved" || state == "closed"
				if string(got.State) != state || got.Reopened != again || (got.Solved != "") != solved || (got.Visited != "") != visited ||
					solved && (got.Solution == "" || got.Cause == "") || kind == "complaint" && state == "closed" && got.Score != "5" && again == 0 {
					d.Fatalf("%s %s: %s, want %s", kind, move, story(got), state)
				}
			}
		}
		for _, move := range moves {
			if done[move] == 0 {
				d.Errorf("%s was never done in %d tries", move, tried)
			}
		}
	})
}

func table(t *kernel.Table, columns ...string) string {
	var b strings.Builder
	for _, r := range append(t.Rows, kernel.Row{Values: t.Totals}) {
		for _, c := range columns {
			fmt.Fprintf(&b, "%v ", r.Values[c])
		}
		b.WriteString("| ")
	}
	return b.String()
}

// season writes down what came in during two months, and stops on the 21st of November.
func (d *desk) season() {
	ticket := func(kind, priority string, month time.Month, from, to int, score string) {
		d.day(month, from)
		d.open("mei", "t", `{"kind":"`+kind+`","priority":"`+priority+`","customer":$acme;,"subject":"x"}`)
		if to == 0 {
			return
		}
		d.day(month, to)
		d.act("mei", "t", "solve", solution)
		if score != "" {
			d.act("mei", "t", "visit", `{"score":"`+score+`"}`)
		}
	}
	ticket("complaint", "normal", 10, 1, 2, "5") // due the 4th
	ticket("repair", "normal", 10, 5, 9, "4")    // due the 8th: late
	ticket("complaint", "low", 10, 20, 24, "2")
	ticket("question", "urgent", 11, 3, 3, "")
	ticket("complaint", "normal", 11, 17, 0, "") // due the 20th: late from the 21st
	ticket("return", "normal", 11, 18, 0, "")    // due the 21st
	d.open("mei", "void", `{"kind":"complaint","customer":$acme;,"subject":"x"}`)
	d.act("mei", "void", "void", "")
	d.day(11, 21)
}

func TestSummary(t *testing.T) {
	desks(t, func(d *desk) {
		d.season()
		d.view("mei", func(v *kernel.View) error {
			for _, c := range []struct{ by, want string }{
				{"month", "2026-10 3 2 3 0 1 3 3.7 1.3 | 2026-11 3 1 1 2 1 0 <nil> 2.5 | <nil> 6 3 4 2 2 2.3 3.7 1.6 | "},
				{"kind", "complaint 3 3 2 1 1 2.5 3.5 <nil> | question 1 0 1 0 0 0 <nil> <nil> | repair 1 0 1 0 1 4 4 <nil> | return 1 0 0 1 0 <nil> <nil> <nil> | <nil> 6 3 4 2 2 2.3 3.7 1.6 | "},
				{"cause", "quality 4 2 4 0 1 2.3 3.7 <nil> |  2 1 0 2 1 <nil> <nil> <nil> | <nil> 6 3 4 2 2 2.3 3.7 1.6 | "},
			} {
				params := map[string]string{"by": c.by}
				got, err := d.c.Report("service.summary").Run(v, params)
				if err != nil {
					return err
				}
				if text := table(got, "key", "opened", "complaints", "solved", "left", "late", "days", "score", "rate"); text != c.want {
					d.Errorf("by %s\n%s\nwant\n%s", c.by, text, c.want)
				}
				if params["from"] != "2026-01-01" || params["to"] != "2026-11-21" {
					d.Errorf("of the days %v", params)
				}
			}
			for by, want := range map[string]string{"owner": fmt.Sprint(d.ids["meiP"], " 6"), "customer": fmt.Sprint(d.ids["acme"], " 6"), "item": "0 6"} {
				got, err := d.c.Report("service.summary").Run(v, map[string]string{"by": by})
				if err != nil {
					return err
				}
				if text := table(got, "key", "opened"); text != want+" | <nil> 6 | " {
					d.Errorf("by %s: %s", by, text)
				}
			}
			got, err := d.c.Report("service.summary").Run(v, map[string]string{"by": "month", "from": "2026-10-05", "to": "2026-11-03"})
			if err != nil {
				return err
			}
			if text := table(got, "key", "opened") + got.Rows[0].To + " " + got.Rows[1].To; text != "2026-10 2 | 2026-11 1 | <nil> 3 | "+
				"/r/service.ticket?filter=date:ge:2026-10-05&filter=date:le:2026-10-31 /r/service.ticket?filter=date:ge:2026-11-01&filter=date:le:2026-11-03" {
				d.Error(text)
			}
			return nil
		})
	})
}

func TestWhatIsToDo(t *testing.T) {
	desks(t, func(d *desk) {
		d.season()
		d.view("mei", func(v *kernel.View) error {
			open, err := d.c.Report("service.open").Run(v, map[string]string{})
			if err != nil {
				return err
			}
			if text := table(open, "kind", "due", "late", "state"); text != "complaint 2026-11-20 1 new | return 2026-11-21 0 new | <nil> <nil> <nil> <nil> | " {
				d.Error(text)
			}
			late, err := d.c.Report("service.open").Run(v, map[string]string{"overdue_only": "true", "kind": "complaint", "owner": fmt.Sprint(d.ids["meiP"])})
			if err == nil && len(late.Rows) != 1 {
				d.Error(table(late, "kind"))
			}
			return err
		})
	})
}
