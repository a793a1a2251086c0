package crm_test

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
	"zhanggui/modules/crm"
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
)

// firm is a company with two sales departments: li, zhao and their head in one, far with his own in the other; mei serves.
type firm struct {
	*testing.T
	c     *kernel.Company
	clock *clock.Manual
	ids   map[string]int64
	roles map[string]string
}

// sold is what the firm's Actuals answers for the people that its asker sees, by name; bought what Cycles answers.
var (
	sold   = map[string]crm.Figures{"li": {Sales: 120_000, Receipts: 50_000, Customers: 2}, "zhao": {Sales: 120_000}, "head": {Sales: -500}}
	bought = []crm.Cycle{{First: "2026-09-01", Last: "2026-10-21", Days: 6}, {First: "2026-09-01", Last: "2026-11-15", Days: 3}, {First: "2026-01-01", Last: "2026-02-01", Days: 2}}
)

func elsewhere() kernel.Module {
	return kernel.Module{Name: "elsewhere", Needs: []string{"crm"}, Setup: func(c *kernel.Company) error {
		err := crm.Actuals.Fill(c, func(v *kernel.View, _, _ clock.Date) (map[int64]crm.Figures, error) {
			people, err := organisation.People.Where(v, "1 = 1")
			out := map[int64]crm.Figures{}
			for _, p := range people {
				if f, ok := sold[p.Name]; ok && (p.ID == v.Actor.PersonID || v.Actor.System || v.Actor.Perms.Scope("stock.delivery") > kernel.ScopeOwn) {
					out[p.ID] = f
				}
			}
			return out, err
		})
		if err != nil {
			return err
		}
		return crm.Cycles.Fill(c, func(v *kernel.View, person int64) ([]crm.Cycle, error) {
			parties, err := party.Parties.Where(v, "owner = ?", person)
			var out []crm.Cycle
			for i, p := range parties {
				c := bought[i%len(bought)]
				c.Party = p.ID
				out = append(out, c)
			}
			return out, err
		})
	}}
}

func firms(t *testing.T, fn func(f *firm)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	hands := &clock.Manual{}
	o := testkit.Options{Rights: rights, Clock: hands, Modules: []kernel.Module{organisation.Module(), tax.Module(), party.Module(), crm.Module(), elsewhere()}}
	testkit.Both(t, o, func(t *testing.T, c *kernel.Company) {
		hands.Set(testkit.Now)
		f := &firm{T: t, c: c, clock: hands, ids: map[string]int64{}, roles: map[string]string{}}
		f.make("firm", "base.department", `{"code":"1","name":"公司"}`)
		for _, dept := range []string{"south", "north"} {
			f.make(dept, "base.department", `{"code":"`+dept+`","name":"`+dept+`","parent":$firm;}`)
		}
		for _, p := range [][3]string{{"li", "salesperson", "south"}, {"zhao", "salesperson", "south"}, {"head", "sales_manager", "south"},
			{"far", "sales_manager", "north"}, {"qian", "salesperson", "north"}, {"mei", "service", "north"}, {"boss", "boss", "firm"}, {"eye", "auditor", "firm"}} {
			f.make(p[0]+"P", "base.person", `{"code":"`+p[0]+`","name":"`+p[0]+`","department":$`+p[2]+`;}`)
			f.make(p[0], "base.user", `{"login":"`+p[0]+`","name":"`+p[0]+`","roles":"`+p[1]+`","person":$`+p[0]+`P;}`)
			f.roles[p[0]], f.ids[p[0]+"D"] = p[1], f.ids[p[2]]
		}
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return crm.Install(tx, "zh") })
		if err != nil {
			t.Fatal(err)
		}
		f.view("", func(v *kernel.View) error {
			stages, err := crm.Stages.Where(v, "1 = 1")
			for _, s := range stages {
				f.ids["s"+s.Code[1:]] = s.ID
			}
			return err
		})
		f.make("acme", "base.party", `{"name":"宏发五金","contact":"王芳","phone":"13800001111","owner":$liP;,"department":$south;}`)
		f.make("maker", "base.party", `{"name":"大成铁厂","customer":false,"supplier":true}`)
		fn(f)
	})
}

// as is an actor with the rights of the shipped role; "" is the program.
func (f *firm) as(who string) *kernel.Actor {
	if who == "" {
		return kernel.SystemActor()
	}
	own := f.ids[who+"D"]
	return &kernel.Actor{UserID: f.ids[who], PersonID: f.ids[who+"P"], Department: own, Below: []int64{own}, Name: who, Lang: "zh",
		Roles: []string{f.roles[who]}, Perms: f.c.Rights.For([]string{f.roles[who]})}
}

func (f *firm) named(body string) string {
	for key, id := range f.ids {
		body = strings.ReplaceAll(body, "$"+key+";", fmt.Sprint(id))
	}
	return body
}

func (f *firm) do(who, name, act string, id int64, body string) (any, error) {
	f.Helper()
	cmd := pipeline.Command{Def: f.c.Def(name), Act: act, ID: id, Import: strings.Contains(body, `"number"`)} // only files bring numbers
	if body != "" {
		o, p := resource.ParseObject([]byte(f.named(body)))
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

func (f *firm) make(key, name, body string) {
	f.Helper()
	f.makeAs("", key, name, body)
}

func (f *firm) makeAs(who, key, name, body string) any {
	f.Helper()
	rec, err := f.do(who, name, "create", 0, body)
	if err != nil {
		f.Fatalf("%s %s: %v", who, body, err)
	}
	f.ids[key] = resource.ID(f.c.Def(name), rec)
	return rec
}

// act is carried out by a person on a record that has a key.
func (f *firm) act(who, key, name, act, body string) any {
	f.Helper()
	rec, err := f.do(who, name, act, f.ids[key], body)
	if err != nil {
		f.Fatalf("%s %s %s: %v", who, act, key, err)
	}
	return rec
}

// refused wants a problem: the code of the first, and the field it points at.
func (f *firm) refused(who, key, name, act string, bodyAndWant ...string) {
	f.Helper()
	body, want := bodyAndWant[0], bodyAndWant[1]
	_, err := f.do(who, name, act, f.ids[key], body)
	if got := codeOf(err); got != want {
		f.Errorf("%s %s %s %s: %v, want %s", who, act, key, body, err, want)
	}
}

func codeOf(err error) string {
	list, ok := problem.From(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return strings.TrimSpace(list[0].Code + " " + list[0].Path)
}

func (f *firm) view(who string, fn func(v *kernel.View) error) {
	f.Helper()
	if err := f.c.View(context.Background(), f.as(who), fn); err != nil {
		f.Fatal(err)
	}
}

// day moves the clock to a day of 2026.
func (f *firm) day(month time.Month, day int) {
	f.clock.Set(time.Date(2026, month, day, 2, 0, 0, 0, time.UTC))
}

// report gives the rows of a report as lines of the values asked for, with where they lead to.
func (f *firm) report(who, name string, params map[string]string, columns ...string) []string {
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
			if r.To == "" {
				f.Errorf("%s: a row leads nowhere: %v", name, r.Values)
			}
			out = append(out, strings.Join(cells, " "))
		}
		if t.Totals != nil {
			var cells []string
			for _, c := range columns {
				if x, ok := t.Totals[c]; ok {
					cells = append(cells, f.cell(x))
				}
			}
			out = append(out, "= "+strings.Join(cells, " "))
		}
		return nil
	})
	return out
}

// cell writes a value; people and parties by their keys.
func (f *firm) cell(x any) string {
	if id, ok := x.(int64); ok {
		for key, known := range f.ids {
			if known == id && id > 999 && !strings.HasSuffix(key, "D") {
				return strings.TrimSuffix(key, "P")
			}
		}
	}
	if x == nil {
		return "-"
	}
	return fmt.Sprint(x)
}

// seen gives the keys of the records of a resource that somebody sees.
func (f *firm) seen(who, name string) []string {
	f.Helper()
	var out []string
	d := f.c.Def(name)
	f.view(who, func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			for key, id := range f.ids {
				if id == resource.ID(d, rec) {
					out = append(out, key)
				}
			}
			return nil
		})
	})
	slices.Sort(out)
	return out
}

func (f *firm) same(what string, got, want any) {
	f.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		f.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// words writes values in a row.
func words(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

// morning lets the work of the day run to its end.
func (f *firm) morning() {
	f.Helper()
	runner, err := jobs.Start(context.Background(), f.c)
	if err != nil {
		f.Fatal(err)
	}
	defer runner.Stop()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		left := int64(1)
		f.view("", func(v *kernel.View) error {
			_, err := v.Scan([]any{&left}, "SELECT COUNT(*) FROM jobs WHERE kind = 'crm.remind' AND state <> 'done'")
			if err == nil && left == 0 {
				_, err = v.Scan([]any{&left}, "SELECT 1 - COUNT(*) FROM jobs WHERE kind = 'crm.remind'")
			}
			return err
		})
		if left <= 0 {
			return
		}
	}
	f.Fatal("the work of the day did not end")
}

// reminded gives what somebody was told in the morning, newest first.
func (f *firm) reminded(who string) string {
	f.Helper()
	var out []string
	f.view(who, func(v *kernel.View) error {
		found, err := notify.Page(v, 0, 30)
		for _, n := range found {
			if strings.HasPrefix(n.Text, "今天有") {
				out = append(out, n.Text+" → "+n.To)
			}
		}
		return err
	})
	return strings.Join(out, "; ")
}
