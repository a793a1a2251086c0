package office_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/office"
)

// house is a firm with the shipped rights: the head office with sales, which has an eastern branch, and a store below it.
type house struct {
	*testing.T
	c     *kernel.Company
	clock *clock.Manual
	ids   map[string]int64
}

// residents are its users: name, role, department.
var residents = [][3]string{{"boss", "boss", "head"}, {"ban", "office", "head"}, {"kuai", "accountant", "head"}, {"wang", "sales_manager", "sales"},
	{"zhao", "salesperson", "sales"}, {"li", "salesperson", "east"}, {"ku", "storekeeper", "store"}}

func houses(t *testing.T, fn func(f *house)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	hands := &clock.Manual{}
	o := testkit.Options{Rights: rights, Clock: hands, Modules: []kernel.Module{notify.Module(), organisation.Module(), tax.Module(), party.Module(), otherRooms(), office.Module()}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		hands.Set(testkit.Now)
		f := &house{T: t, c: c, clock: hands, ids: map[string]int64{}}
		f.make("", "head", "base.department", `{"code":"1","name":"总公司"}`)
		f.make("", "sales", "base.department", `{"code":"2","name":"销售部","parent":$head;}`)
		f.make("", "east", "base.department", `{"code":"3","name":"华东组","parent":$sales;}`)
		f.make("", "store", "base.department", `{"code":"4","name":"仓库","parent":$head;}`)
		for _, p := range residents {
			f.make("", p[0]+"P", "base.person", `{"code":"`+p[0]+`","name":"`+p[0]+`","department":$`+p[2]+`;}`)
			f.make("", p[0], "base.user", `{"login":"`+p[0]+`","name":"`+p[0]+`","roles":"`+p[1]+`","person":$`+p[0]+`P;}`)
		}
		f.make("", "eye", "base.user", `{"login":"eye","name":"eye","roles":"auditor"}`)
		f.make("", "gone", "base.user", `{"login":"gone","name":"gone","roles":"salesperson","person":$liP;}`)
		if _, err := f.do("", "gone", "base.user", "disable", ""); err != nil {
			t.Fatal(err)
		}
		fn(f)
	})
}

// as is the user as he logs in; "" is the program.
func (f *house) as(who string) (actor *kernel.Actor) {
	f.Helper()
	if who == "" {
		return kernel.SystemActor()
	}
	err := f.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		actor, err = jobs.Actors.Of(f.c)(v, f.ids[who])
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return actor
}

// do carries out an act on the record of a key; $key; in the body is an id.
func (f *house) do(who, key, name, act, body string) (any, error) {
	f.Helper()
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act}
	if act != "create" {
		cmd.ID = f.ids[key]
	}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			f.Fatal(p, body)
		}
		cmd.Input = o
	}
	res, err := pipeline.Do(context.Background(), f.c, f.as(who), cmd)
	if err != nil {
		return nil, err
	}
	return res.Rec, nil
}

func (f *house) make(who, key, name, body string) any {
	f.Helper()
	rec, err := f.do(who, key, name, "create", body)
	if err != nil {
		f.Fatalf("%s %s: %v", who, body, err)
	}
	f.ids[key] = resource.ID(f.c.Def(name), rec)
	return rec
}

func (f *house) act(who, key, name, act, body string) any {
	f.Helper()
	rec, err := f.do(who, key, name, act, body)
	if err != nil {
		f.Fatalf("%s %s %s %s: %v", who, act, key, body, err)
	}
	return rec
}

// refused wants a problem: the code of the first, and the field it points at.
func (f *house) refused(who, key, name, act, body, want string) {
	f.Helper()
	_, err := f.do(who, key, name, act, body)
	got := fmt.Sprint(err)
	if list, ok := problem.From(err); ok {
		got = strings.TrimSpace(list[0].Code + " " + list[0].Path)
	}
	if got != want {
		f.Errorf("%s %s %s %s: %v, want %s", who, act, key, body, err, want)
	}
}

func (f *house) view(who string, fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), f.as(who), fn); err != nil {
		f.Fatal(err)
	}
}

// sees gives the titles of the records of a resource that somebody finds in its list, sorted.
func (f *house) sees(who, name, title string) string {
	f.Helper()
	var out []string
	f.view(who, func(v *kernel.View) error {
		page, err := listing.List(v, f.c.Def(name), listing.Query{Limit: 100})
		for _, rec := range page.Items {
			out = append(out, resource.Text(f.c.Def(name).ByName[title], resource.Value(f.c.Def(name).ByName[title], rec)))
		}
		return err
	})
	slices.Sort(out)
	return strings.Join(out, " ")
}

// everybody asks for what each user sees and compares it with "who: what" lines.
func (f *house) everybody(name, title string, want map[string]string) {
	f.Helper()
	for _, who := range []string{"boss", "ban", "kuai", "wang", "zhao", "li", "ku", "eye"} {
		if got := f.sees(who, name, title); got != want[who] {
			f.Errorf("%s sees %q, want %q", who, got, want[who])
		}
	}
}

// notices gives what somebody was told since the last call.
func (f *house) notices(who string) []string {
	f.Helper()
	var out []string
	f.view(who, func(v *kernel.View) error {
		list, err := notify.Page(v, 0, 50)
		for _, n := range list {
			if !n.Read {
				out = append(out, n.Text+" → "+n.To)
			}
		}
		return err
	})
	err := pipeline.Unit(context.Background(), f.c, f.as(who), "read", func(tx *kernel.Tx) error { return notify.Read(tx, nil, 1<<52) })
	if err != nil {
		f.Fatal(err)
	}
	return out
}

// rows gives the rows of a report as lines of the values asked for; ids are written as the keys of their records.
func (f *house) rows(who, name string, params map[string]string, columns ...string) []string {
	f.Helper()
	var out []string
	f.view(who, func(v *kernel.View) error {
		t, err := f.c.Report(name).Run(v, params)
		if err != nil {
			return err
		}
		for _, r := range t.Rows {
			var cells []string
			for _, c := range columns {
				cells = append(cells, f.cell(r.Values[c]))
			}
			out = append(out, strings.Join(cells, " "))
		}
		return nil
	})
	return out
}

func (f *house) cell(value any) string {
	if id, ok := value.(int64); ok {
		for key, x := range f.ids {
			if x == id {
				return key
			}
		}
	}
	if value == nil {
		return "-"
	}
	return fmt.Sprint(value)
}

// day moves the clock and lets the jobs of the day run.
func (f *house) day(month time.Month, day int) {
	f.Helper()
	f.clock.Set(time.Date(2026, month, day, 2, 0, 0, 0, time.UTC))
	runner, err := jobs.Start(context.Background(), f.c)
	if err != nil {
		f.Fatal(err)
	}
	defer runner.Stop()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		left := int64(1)
		f.view("", func(v *kernel.View) error {
			_, err := v.Scan([]any{&left}, "SELECT 1 - COUNT(*) FROM jobs WHERE kind = 'office.announce' AND state = 'done' AND created_at >= ?",
				int64(clock.InstantOf(f.clock.Now())))
			return err
		})
		if left <= 0 {
			return
		}
	}
	f.Fatal("the jobs of the day are still running")
}

const news = "office.announcement"

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnnouncementsReachWhomTheyAreFor(t *testing.T) {
	houses(t, func(f *house) {
		f.make("ban", "all", news, `{"title":"all","text":"放假三天"}`)
		f.make("boss", "some", news, `{"title":"some","text":"盘点","audience":"chosen","departments":[{"department":$sales;}],"users":[{"member":$ku;},{"member":$wang;}]}`)
		f.make("wang", "draft", news, `{"title":"draft","text":"还没写完"}`)
		f.everybody(news, "title", map[string]string{"boss": "all draft some", "ban": "all draft some", "wang": "draft"})
		f.refused("li", "", news, "create", `{"title":"x","text":"x"}`, "forbidden")
		f.act("ban", "all", news, "publish", "")
		f.act("boss", "some", news, "publish", "")
		f.everybody(news, "title", map[string]string{"boss": "all draft some", "ban": "all draft some", "wang": "all draft some", "zhao": "all some", "li": "all some",
			"ku": "all some", "kuai": "all", "eye": "all"})
		to := fmt.Sprintf("/r/office.announcement/%d", f.ids["all"])
		same(f.T, "kuai is told", f.notices("kuai"), []string{"ban 发布了公告「all」，请查看并点「知道了」 → " + to})
		same(f.T, "ban is told", f.notices("ban"), nil)
		same(f.T, "li is told", f.notices("li"), []string{"boss 发布了公告「some」，请查看并点「知道了」 → " + fmt.Sprintf("/r/office.announcement/%d", f.ids["some"]),
			"ban 发布了公告「all」，请查看并点「知道了」 → " + to})
		f.refused("ban", "all", news, "update", `{"title":"y"}`, "state.readonly")
		f.refused("li", "draft", news, "mark_read", "", "not_found")
		f.refused("kuai", "some", news, "mark_read", "", "not_found")
		f.refused("wang", "some", news, "withdraw", "", "office.announcement_author")
		f.act("boss", "some", news, "withdraw", "")
		f.everybody(news, "title", map[string]string{"boss": "all draft some", "ban": "all draft some", "wang": "all draft", "zhao": "all", "li": "all", "ku": "all",
			"kuai": "all", "eye": "all"})
	})
}

func TestWhoHasReadAnAnnouncement(t *testing.T) {
	houses(t, func(f *house) {
		f.make("ban", "all", news, `{"title":"all","text":"放假三天"}`)
		f.act("ban", "all", news, "publish", "")
		f.clock.Set(testkit.Now.Add(time.Hour))
		a := f.act("li", "all", news, "mark_read", "").(*office.Announcement)
		if a.Told != 8 || a.Seen != 2 || a.UpdatedBy != f.ids["ban"] {
			f.Errorf("told %d, read %d, changed by %d", a.Told, a.Seen, a.UpdatedBy)
		}
		f.refused("li", "all", news, "mark_read", "", "office.announcement_read")
		f.act("eye", "all", news, "mark_read", "")
		same(f.T, "receipts", f.rows("ban", "office.announcement_receipts", map[string]string{}, "member", "department", "seen", "read_at"), []string{
			"boss head false -", "kuai head false -", "wang sales false -", "zhao sales false -", "ku store false -",
			"ban head true 2026-11-21T02:00:00.000Z", "li east true 2026-11-21T03:00:00.000Z", "eye 0 true 2026-11-21T03:00:00.000Z"})
		same(f.T, "not read", f.rows("wang", "office.announcement_receipts", map[string]string{"announcement": fmt.Sprint(f.ids["all"]), "unread": "true"}, "member"),
			[]string{"boss", "kuai", "wang", "zhao", "ku"})
		facts := func(who string) (out []string) {
			p, err := preview.Try(context.Background(), f.c, f.as(who), pipeline.Command{Def: f.c.Def(news), ID: f.ids["all"], Input: &resource.Object{}}, "")
			if err != nil {
				f.Fatal(err)
			}
			for _, fact := range p.Facts {
				out = append(out, fact.Pointer+" "+fact.Label.Zh+" "+fact.Value+" "+fact.To)
			}
			return out
		}
		same(f.T, "facts", facts("ban"), []string{fmt.Sprintf("/told 未读 5 /report/office.announcement_receipts?announcement=%d", f.ids["all"])})
		same(f.T, "facts of a reader", facts("wang"), nil)
		f.make("boss", "secret", news, `{"title":"secret","text":"x","audience":"chosen","users":[{"member":$ban;}]}`)
		f.act("boss", "secret", news, "publish", "")
		f.view("wang", func(v *kernel.View) error {
			_, err := f.c.Report("office.announcement_receipts").Run(v, map[string]string{"announcement": fmt.Sprint(f.ids["secret"])})
			if list, ok := problem.From(err); !ok || problem.Status(list) != 404 {
				f.Errorf("the receipts of what he does not see: %v", err)
			}
			return nil
		})
	})
}

func TestAnnouncementsBeginAndEndOnTheirDays(t *testing.T) {
	houses(t, func(f *house) {
		f.make("ban", "later", news, `{"title":"later","text":"年会","date":"2026-11-23","until":"2026-11-24","pinned":true,"audience":"chosen","departments":[{"department":$east;}]}`)
		f.act("ban", "later", news, "publish", "")
		check := func(li string, want office.Announcement) {
			f.Helper()
			if got := f.sees("li", news, "title"); got != li {
				f.Errorf("li sees %q, want %q", got, li)
			}
			f.view("", func(v *kernel.View) error {
				a, err := office.Announcements.Find(v, f.ids["later"])
				if err == nil && (a.State != want.State || a.Told != want.Told || a.Seen != want.Seen || a.Pinned != want.Pinned) {
					f.Errorf("%s, told %d, read %d, on top %v; want %+v", a.State, a.Told, a.Seen, a.Pinned, want)
				}
				return err
			})
		}
		f.day(time.November, 22)
		check("", office.Announcement{State: "published", Pinned: true})
		same(f.T, "before", f.notices("li"), nil)
		f.make("", "newP", "base.person", `{"code":"new","name":"new","department":$east;}`)
		f.make("", "new", "base.user", `{"login":"new","name":"new","roles":"salesperson","person":$newP;}`)
		f.day(time.November, 23)
		check("later", office.Announcement{State: "published", Told: 2, Pinned: true})
		want := []string{fmt.Sprintf("掌柜 发布了公告「later」，请查看并点「知道了」 → /r/office.announcement/%d", f.ids["later"])}
		same(f.T, "li", f.notices("li"), want)
		same(f.T, "new", f.notices("new"), want)
		f.day(time.November, 24)
		check("later", office.Announcement{State: "published", Told: 2, Pinned: true})
		same(f.T, "once", f.notices("li"), nil)
		f.day(time.November, 25)
		check("later", office.Announcement{State: "expired", Told: 2})
		f.refused("li", "later", news, "mark_read", "", "state.wrong")
	})
}

func TestAnnouncementsThatCannotBe(t *testing.T) {
	houses(t, func(f *house) {
		for body, want := range map[string]string{
			`{"title":"x","text":"x","date":"2026-11-21","until":"2026-11-20"}`:           "office.announcement_dates /until",
			`{"title":"x","text":"x","audience":"chosen"}`:                                "office.announcement_whom /audience",
			`{"title":"x","text":"x","departments":[{"department":$sales;}]}`:             "office.announcement_everybody /audience",
			`{"title":"x","text":"x","told":3}`:                                           "field.readonly /told",
			`{"title":"x"}`:                                                               "required /text",
			`{"title":"x","text":"x","audience":"chosen","departments":[{}]}`:             "required /departments/0/department",
			`{"title":"x","text":"x","audience":"chosen","users":[{"member":987654321}]}`: "ref.missing /users/0/member",
		} {
			f.refused("ban", "", news, "create", body, want)
		}
		f.make("ban", "past", news, `{"title":"past","text":"x","date":"2026-11-01","until":"2026-11-20"}`)
		f.refused("ban", "past", news, "publish", "", "office.announcement_over /until")
		f.make("ban", "empty", news, `{"title":"empty","text":"x","audience":"chosen","users":[{"member":$gone;}]}`)
		f.refused("ban", "empty", news, "publish", "", "office.announcement_nobody /audience")
	})
}
