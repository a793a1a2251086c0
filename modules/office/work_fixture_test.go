package office_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
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
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/office"
)

const (
	tasks    = "office.task"
	logs     = "office.work_log"
	requests = "office.request"
	leaves   = "office.leave"
)

// workplace is a company with two departments: li, zhao and their head in the south, qian in the north.
type workplace struct {
	*testing.T
	c     *kernel.Company
	clock *clock.Manual
	ids   map[string]int64
	roles map[string]string
}

// otherRooms stands for the rooms of money and books.
func otherRooms() kernel.Module {
	return testkit.Elsewhere("settlement.money_account", "settlement.payment", "ledger.account")
}

func workplaces(t *testing.T, fn func(w *workplace)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	hands := &clock.Manual{}
	o := testkit.Options{Rights: rights, Clock: hands, Modules: []kernel.Module{notify.Module(), organisation.Module(), tax.Module(), party.Module(), otherRooms(), office.Module()}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		hands.Set(testkit.Now)
		w := &workplace{T: t, c: c, clock: hands, ids: map[string]int64{}, roles: map[string]string{}}
		w.make("", "firm", "base.department", `{"code":"1","name":"公司"}`)
		for _, dept := range []string{"south", "north"} {
			w.make("", dept, "base.department", `{"code":"`+dept+`","name":"`+dept+`","parent":$firm;}`)
		}
		for _, p := range [][3]string{{"li", "salesperson", "south"}, {"zhao", "storekeeper", "south"}, {"head", "sales_manager", "south"},
			{"qian", "buyer", "north"}, {"boss", "boss", "firm"}, {"eye", "auditor", "firm"}} {
			w.make("", p[0]+"P", "base.person", `{"code":"`+p[0]+`","name":"`+p[0]+`","department":$`+p[2]+`;}`)
			w.make("", p[0], "base.user", `{"login":"`+p[0]+`","name":"`+p[0]+`","roles":"`+p[1]+`","person":$`+p[0]+`P;}`)
			w.roles[p[0]], w.ids[p[0]+"D"] = p[1], w.ids[p[2]]
		}
		w.make("", "seal", "office.request_kind", `{"code":"S","name":"用印"}`)
		fn(w)
	})
}

// as is an actor with the rights of the shipped role; "" is the program, and "li/en" reads English.
func (w *workplace) as(who string) *kernel.Actor {
	if who == "" {
		return kernel.SystemActor()
	}
	who, lang, english := strings.Cut(who, "/")
	if !english {
		lang = "zh"
	}
	own := w.ids[who+"D"]
	return &kernel.Actor{UserID: w.ids[who], PersonID: w.ids[who+"P"], Department: own, Below: []int64{own}, Name: who, Lang: lang,
		Roles: []string{w.roles[who]}, Perms: w.c.Rights.For([]string{w.roles[who]}), RequestID: who}
}

func (w *workplace) do(who, name, act string, id int64, body string) (any, error) {
	w.Helper()
	cmd := pipeline.Command{Def: w.c.Def(name), Act: act, ID: id}
	for key, id := range w.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	if body != "" {
		o, p := resource.ParseObject([]byte(body))
		if p != nil {
			w.Fatal(p, body)
		}
		cmd.Input = o
	}
	w.clock.Advance(time.Second) // no two people do something at the very same moment
	res, err := pipeline.Do(context.Background(), w.c, w.as(who), cmd)
	if err != nil {
		return nil, err
	}
	return res.Rec, nil
}

func (w *workplace) make(who, key, name, body string) any {
	w.Helper()
	rec, err := w.do(who, name, "create", 0, body)
	if err != nil {
		w.Fatalf("%s %s: %v", who, body, err)
	}
	w.ids[key] = resource.ID(w.c.Def(name), rec)
	return rec
}

func (w *workplace) act(who, key, name, act, body string) any {
	w.Helper()
	rec, err := w.do(who, name, act, w.ids[key], body)
	if err != nil {
		w.Fatalf("%s %s %s: %v", who, act, key, err)
	}
	return rec
}

// refused wants a problem: the code of the first, and the field it points at.
func (w *workplace) refused(who, key, name, act, body, want string) {
	w.Helper()
	_, err := w.do(who, name, act, w.ids[key], body)
	got := fmt.Sprint(err)
	if list, ok := problem.From(err); ok {
		got = strings.TrimSpace(list[0].Code + " " + list[0].Path)
	}
	if got != want {
		w.Errorf("%s %s %s %s: %v, want %s", who, act, key, body, err, want)
	}
}

func (w *workplace) view(who string, fn func(v *kernel.View) error) {
	w.Helper()
	if err := w.c.View(context.Background(), w.as(who), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *workplace) same(what string, got, want any) {
	w.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// day moves the clock to ten in the morning of a day of November 2026.
func (w *workplace) day(day int) { w.clock.Set(time.Date(2026, 11, day, 2, 0, 0, 0, time.UTC)) }

// keyOf gives the key under which the test knows an id.
func (w *workplace) keyOf(id int64) string {
	for key, known := range w.ids {
		if known == id && !strings.HasSuffix(key, "D") {
			return strings.TrimSuffix(key, "P")
		}
	}
	return fmt.Sprint(id)
}

// seen gives the keys of the records of a resource that somebody sees.
func (w *workplace) seen(who, name string) []string {
	w.Helper()
	out := []string{}
	d := w.c.Def(name)
	w.view(who, func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			out = append(out, w.keyOf(resource.ID(d, rec)))
			return nil
		})
	})
	slices.Sort(out)
	return out
}

// told gives what somebody was told, oldest first, and forgets it.
func (w *workplace) told(who string) string {
	w.Helper()
	var out []string
	w.view(who, func(v *kernel.View) error {
		found, err := notify.Page(v, 0, 50)
		for _, n := range found {
			out = append([]string{n.Text + " " + strings.ReplaceAll(n.To, fmt.Sprint(w.ids[who+"P"]), "ME")}, out...)
		}
		return err
	})
	err := pipeline.Unit(context.Background(), w.c, w.as(""), "test", func(tx *kernel.Tx) error {
		_, err := tx.Exec("DELETE FROM notices WHERE account = ?", w.ids[who])
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return strings.Join(out, "; ")
}

// report gives the rows of a report as lines of the values asked for, then the totals.
func (w *workplace) report(who, name string, params map[string]string, columns ...string) string {
	w.Helper()
	var out []string
	line := func(values map[string]any) {
		var cells []string
		for _, c := range columns {
			if id, ok := values[c].(int64); ok && id > 999 {
				cells = append(cells, w.keyOf(id))
			} else if values[c] != nil {
				cells = append(cells, fmt.Sprint(values[c]))
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	w.view(who, func(v *kernel.View) error {
		t, err := w.c.Report(name).Run(v, params)
		if err != nil {
			return err
		}
		for _, r := range t.Rows {
			line(r.Values)
			if r.To == "" {
				w.Errorf("a row leads nowhere: %v", r.Values)
			}
		}
		if t.Totals != nil {
			line(t.Totals)
		}
		return nil
	})
	return strings.Join(out, "\n")
}

// get asks an address that modules brought along and gives the answer, or the code of the problem.
func (w *workplace) get(who, path string) map[string]any {
	w.Helper()
	for _, hook := range w.c.Hooks {
		source, ok := hook.(route.Source)
		if !ok {
			continue
		}
		for _, r := range source(w.c) {
			if at, _, _ := strings.Cut(path, "?"); r.Method != "GET" || r.Path != at {
				continue
			}
			answer := httptest.NewRecorder()
			err := r.Handle(&route.Request{Company: w.c, Actor: w.as(who), Lang: w.as(who).Lang, W: answer, R: httptest.NewRequest("GET", path, nil)})
			if list, ok := problem.From(err); ok && err != nil {
				return map[string]any{"code": list[0].Code}
			}
			out := map[string]any{}
			if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
				w.Fatal(err)
			}
			return out
		}
	}
	w.Fatalf("nobody answers %s", path)
	return nil
}

// morning lets a job of the day run to its end, for the nth time.
func (w *workplace) morning(kind string, nth int64) {
	w.Helper()
	runner, err := jobs.Start(context.Background(), w.c)
	if err != nil {
		w.Fatal(err)
	}
	defer runner.Stop()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var all, left int64
		w.view("", func(v *kernel.View) error {
			_, err := v.Scan([]any{&all, &left}, "SELECT COUNT(*), COUNT(CASE WHEN state <> 'done' THEN 1 END) FROM jobs WHERE kind = ?", kind)
			return err
		})
		if all == nth && left == 0 {
			return
		}
	}
	w.Fatal("the work of the day did not end")
}
