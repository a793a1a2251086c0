package agenda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/office"
)

// firm is the product with a salesperson, his head, another department's salesperson and a storekeeper.
type firm struct {
	*testing.T
	c     *kernel.Company
	clock *clock.Manual
	ids   map[string]int64
	roles map[string]string
}

func firms(t *testing.T, fn func(f *firm)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	hands := &clock.Manual{}
	testkit.Both(t, testkit.Options{Rights: rights, Clock: hands, Modules: modules.All()}, func(t *testing.T, c *kernel.Company) {
		hands.Set(testkit.Now)
		f := &firm{T: t, c: c, clock: hands, ids: map[string]int64{}, roles: map[string]string{}}
		for _, dept := range []string{"south", "north"} {
			f.make("", dept, "base.department", `{"code":"`+dept+`","name":"`+dept+`"}`)
		}
		for _, p := range [][3]string{{"li", "salesperson", "south"}, {"head", "sales_manager", "south"}, {"qian", "salesperson", "north"}, {"store", "storekeeper", "north"}} {
			f.make("", p[0]+"P", "base.person", `{"code":"`+p[0]+`","name":"`+p[0]+`","department":$`+p[2]+`;}`)
			f.make("", p[0], "base.user", `{"login":"`+p[0]+`","name":"`+p[0]+`","roles":"`+p[1]+`","person":$`+p[0]+`P;}`)
			f.roles[p[0]], f.ids[p[0]+"D"] = p[1], f.ids[p[2]]
		}
		f.make("", "box", "base.unit", `{"code":"box","name":"盒"}`)
		f.make("", "bolt", "base.item", `{"name":"螺栓","unit":$box;,"price":"12.5"}`)
		f.make("", "stage", "crm.stage", `{"code":"1","name":"接触","probability":"0.1"}`)
		f.make("", "acme", "base.party", `{"name":"宏发五金","owner":$liP;,"department":$south;,"contact":"周总","birthday":"1966-11-02","contacts":[{"name":"王芳","birthday":"1990-11-28"},{"name":"赵闰","birthday":"1992-02-29"}]}`)
		f.make("", "far", "base.party", `{"name":"北方机电","owner":$qianP;,"department":$north;,"contacts":[{"name":"钱多","birthday":"1985-11-01"}]}`)
		fn(f)
	})
}

func (f *firm) as(who string) *kernel.Actor {
	if who == "" {
		return kernel.SystemActor()
	}
	own := f.ids[who+"D"]
	return &kernel.Actor{UserID: f.ids[who], PersonID: f.ids[who+"P"], Department: own, Below: []int64{own}, Name: who, Lang: "zh",
		Roles: []string{f.roles[who]}, Perms: f.c.Rights.For([]string{f.roles[who]})}
}

func (f *firm) do(who, name, act string, id int64, body string) any {
	f.Helper()
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, ID: id}
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	f.clock.Advance(time.Second) // no two people do something at the very same moment
	res, err := pipeline.Do(context.Background(), f.c, f.as(who), cmd)
	if err != nil {
		f.Fatalf("%s %s %s %s: %v", who, act, name, body, err)
	}
	return res.Rec
}

func (f *firm) make(who, key, name, body string) {
	f.Helper()
	f.ids[key] = resource.ID(f.c.Def(name), f.do(who, name, "create", 0, body))
}

// calendar gives what other rooms put into somebody's calendar, one on a line.
func (f *firm) calendar(who, query string) string {
	f.Helper()
	out := []string{}
	for _, hook := range f.c.Hooks {
		source, ok := hook.(route.Source)
		if !ok {
			continue
		}
		for _, r := range source(f.c) {
			if r.Path != "/api/v1/office/calendar" {
				continue
			}
			answer := httptest.NewRecorder()
			err := r.Handle(&route.Request{Company: f.c, Actor: f.as(who), Lang: "zh", W: answer, R: httptest.NewRequest("GET", r.Path+query, nil)})
			if err != nil {
				f.Fatal(err)
			}
			var got struct {
				Items []struct {
					Kind, Date, Time, Title, Note, To string
					Late                              bool
				}
			}
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
				f.Fatal(err)
			}
			for _, e := range got.Items {
				text := fmt.Sprint(e.Kind, " ", e.Date, " ", e.Time, " ", e.Title, " ", e.Note)
				if e.Late {
					text += " late"
				}
				for key, id := range f.ids {
					text = strings.ReplaceAll(text, fmt.Sprint(id), key)
					e.To = strings.ReplaceAll(e.To, fmt.Sprint("/", id), "/"+key)
				}
				out = append(out, strings.Join(strings.Fields(text), " ")+" → "+e.To)
			}
		}
	}
	return strings.Join(out, "\n")
}

func (f *firm) same(what string, got, want any) {
	f.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		f.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func TestOtherRoomsFillTheCalendar(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("li", "call", "crm.follow_up", `{"subject":"催样","customer":$acme;,"plan_at":"2026-11-20","plan_time":"09:30"}`)
		f.make("li", "visit", "crm.follow_up", `{"subject":"拜访","customer":$acme;,"plan_at":"2026-11-24"}`)
		f.make("li", "dropped", "crm.follow_up", `{"subject":"不去","customer":$acme;,"plan_at":"2026-11-24"}`)
		f.do("li", "crm.follow_up", "cancel", f.ids["dropped"], "")
		f.make("qian", "north1", "crm.follow_up", `{"subject":"报价","customer":$far;,"plan_at":"2026-11-24"}`)
		for _, q := range []struct{ who, key, party, until string }{{"li", "q1", "acme", "2026-11-25"}, {"li", "q2", "acme", "2027-01-25"}, {"qian", "q3", "far", "2026-11-26"}, {"li", "q4", "acme", "2026-11-25"}} {
			f.make(q.who, q.key, "sales.quotation", `{"date":"2026-11-21","customer":$`+q.party+`;,"valid_until":"`+q.until+`","lines":[{"item":$bolt;,"qty":"1","price":"12.5"}]}`)
			if q.key != "q4" { // a draft holds nobody to anything
				f.do(q.who, "sales.quotation", "send", f.ids[q.key], "")
			}
		}
		const lis = `birthday 2026-11-02 周总 宏发五金 → /r/base.party/acme
follow_up 2026-11-20 09:30 催样 宏发五金 late → /r/crm.follow_up/call
follow_up 2026-11-24 拜访 宏发五金 → /r/crm.follow_up/visit
quotation 2026-11-25 QT261100001 宏发五金 → /r/sales.quotation/q1
birthday 2026-11-28 王芳 宏发五金 → /r/base.party/acme`
		f.same("li", f.calendar("li", ""), lis)
		f.same("all that li sees is his", f.calendar("li", "?whose=all"), lis)
		f.same("the head owns nothing", f.calendar("head", ""), "")
		f.same("the head and all", f.calendar("head", "?whose=all"), lis)
		f.same("qian", f.calendar("qian", ""), `birthday 2026-11-01 钱多 北方机电 → /r/base.party/far
follow_up 2026-11-24 报价 北方机电 → /r/crm.follow_up/north1
quotation 2026-11-26 QT261100003 北方机电 → /r/sales.quotation/q3`)
		f.same("who sells nothing", strings.Contains(f.calendar("store", "?whose=all"), "quotation"), false)
		f.same("a year without the 29th", f.calendar("li", "?month=2027-02"), "birthday 2027-02-28 赵闰 宏发五金 → /r/base.party/acme")
		f.same("a year with it", f.calendar("li", "?month=2028-02"), "birthday 2028-02-29 赵闰 宏发五金 → /r/base.party/acme")
	})
}

// TestALogTellsOfOneCommandOnce: what follow-ups and orders bring about elsewhere is not told as done.
func TestALogTellsOfOneCommandOnce(t *testing.T) {
	firms(t, func(f *firm) {
		f.make("li", "call", "crm.follow_up", `{"subject":"催样","customer":$acme;,"plan_at":"2026-11-20"}`)
		f.do("li", "crm.follow_up", "complete", f.ids["call"], `{"result":"要样品","next":"2026-12-01"}`)
		f.make("li", "deal", "crm.opportunity", `{"name":"年度用量","customer":$acme;,"stage":$stage;}`)
		for _, key := range []string{"o1", "o2"} {
			f.make("li", key, "sales.order", `{"date":"2026-11-21","customer":$acme;,"lines":[{"item":$bolt;,"qty":"1","price":"12.5"}]}`)
		}
		f.do("li", "sales.order", "confirm", f.ids["o2"], "")
		l := f.do("li", "office.work_log", "create", 0, `{"date":"2026-11-21"}`).(*office.WorkLog)
		lines := strings.Split(l.Recorded, "\n")
		slices.Sort(lines)
		f.same("the day", strings.Join(lines, "\n"), "商机：新建 1 条（年度用量）\n跟进：新建 2 条（催样），完成 1 条\n销售订单：新建 2 张（SO261100001），确认 1 张")
	})
}
