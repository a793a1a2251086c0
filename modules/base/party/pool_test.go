package party_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/base/tax"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/preview"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
)

// shop is a firm with two departments: sales with head, li and wang, and west with fei, its head, and zhao.
type shop struct {
	*testing.T
	c     *kernel.Company
	clock *clock.Manual
	ids   map[string]int64
	spare map[int64]bool // what the rest of the firm spares
}

func shops(t *testing.T, fn func(s *shop)) {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := &shop{T: t, clock: clock.Fixed(testkit.Now), ids: map[string]int64{}, spare: map[int64]bool{}}
			rest := kernel.Module{Name: "rest", Needs: []string{"base.party"}, Setup: func(c *kernel.Company) error {
				c.Hooks = append(c.Hooks, party.Spared(func(_ *kernel.View, ids []int64, _ clock.Date) (map[int64]bool, error) { return s.spare, nil }))
				return nil
			}}
			s.c = open(t, testkit.Options{Modules: []kernel.Module{organisation.Module(), tax.Module(), party.Module(), rest}, Rights: rights, Clock: s.clock})
			s.people()
			fn(s)
		})
	}
}

func (s *shop) people() {
	s.Helper()
	s.make("sales", "base.department", `{"code":"1","name":"销售"}`)
	s.make("west", "base.department", `{"code":"2","name":"西部"}`)
	for _, p := range []struct{ name, department, role string }{{"head", "sales", "sales_manager"}, {"li", "sales", "salesperson"}, {"wang", "sales", "salesperson"},
		{"fei", "west", "sales_manager"}, {"zhao", "west", "salesperson"}, {"boss", "sales", "boss"}} {
		s.make(p.name+"P", "base.person", `{"code":"`+p.name+`","name":"`+p.name+`","department":$`+p.department+`}`)
		s.make(p.name, "base.user", `{"login":"`+p.name+`","name":"`+p.name+`","roles":"`+p.role+`","person":$`+p.name+`P}`)
	}
}

// customers gives each of them some customers: c1 and c4 are li's (zhao works on c4 too), c2 wang's, c3 zhao's, c5 is in
// the pool, c6 nobody's, s1 is a supplier of li's.
func (s *shop) customers() {
	s.Helper()
	for _, c := range []struct{ code, rest string }{{"c1", `"owner":$liP,"department":$sales`}, {"c2", `"owner":$wangP,"department":$sales`},
		{"c3", `"owner":$zhaoP,"department":$west`}, {"c4", `"owner":$liP,"department":$sales,"collaborators":[{"member":$zhao}]`},
		{"c5", `"owner":$liP,"department":$sales`}, {"c6", `"note":""`}, {"s1", `"owner":$liP,"department":$sales,"customer":false,"supplier":true`}} {
		s.make(c.code, "base.party", `{"code":"`+c.code+`","name":"客户 `+c.code+`",`+c.rest+`}`)
	}
	s.must("li", "release", "c5", `{"reason":"联系不上"}`)
}

func (s *shop) as(who string) (a *kernel.Actor) {
	s.Helper()
	if who == "" {
		return kernel.SystemActor()
	}
	err := s.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) (err error) {
		a, err = jobs.Actors.Of(s.c)(v, s.ids[who])
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return a
}

func (s *shop) named(text string) string {
	keys := make([]string, 0, len(s.ids))
	for key := range s.ids {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return len(b) - len(a) })
	for _, key := range keys {
		text = strings.ReplaceAll(text, "$"+key, fmt.Sprint(s.ids[key]))
	}
	return text
}

func (s *shop) command(name, act, key, body string) pipeline.Command {
	s.Helper()
	cmd := pipeline.Command{Def: s.c.Def(name), Act: act, ID: s.ids[key]}
	if body != "" {
		o, p := resource.ParseObject([]byte(s.named(body)))
		if p != nil {
			s.Fatal(p, body)
		}
		cmd.Input = o
	}
	return cmd
}

func (s *shop) make(key, name, body string) {
	s.Helper()
	res, err := pipeline.Do(context.Background(), s.c, kernel.SystemActor(), s.command(name, "create", "", body))
	if err != nil {
		s.Fatalf("%s: %v", body, err)
	}
	s.ids[key] = resource.ID(s.c.Def(name), res.Rec)
}

// do acts on a party and gives the code of what is wrong, "" when nothing is.
func (s *shop) do(who, act, key, body string) string {
	s.Helper()
	_, err := pipeline.Do(context.Background(), s.c, s.as(who), s.command("base.party", act, key, body))
	return s.code(err)
}

func (s *shop) code(err error) string {
	s.Helper()
	if err == nil {
		return ""
	}
	list, ok := problem.From(err)
	if !ok {
		s.Fatal(err)
	}
	return list[0].Code
}

func (s *shop) must(who, act, key, body string) {
	s.Helper()
	if code := s.do(who, act, key, body); code != "" {
		s.Fatalf("%s cannot %s %s: %s", who, act, key, code)
	}
}

func (s *shop) refused(code, who, act, key, body string) {
	s.Helper()
	if got := s.do(who, act, key, body); got != code {
		s.Errorf("%s, %s %s: %q, want %q", who, act, key, got, code)
	}
}

func (s *shop) view(who string, fn func(v *kernel.View) error) {
	s.Helper()
	if err := s.c.View(context.Background(), s.as(who), fn); err != nil {
		s.Fatal(err)
	}
}

// sees gives what somebody's list holds, and wants every page of it to open, and no other.
func (s *shop) sees(who string) string {
	s.Helper()
	var out []string
	s.view(who, func(v *kernel.View) error {
		page, err := listing.List(v, party.Parties.Def, listing.Query{Sort: "code", Limit: 100})
		if err != nil {
			return err
		}
		for _, rec := range page.Items {
			out = append(out, rec.(*party.Party).Code)
		}
		for _, code := range []string{"c1", "c2", "c3", "c4", "c5", "c6", "s1"} {
			err := resource.See(v, party.Parties.Def, s.ids[code])
			if (err == nil) != slices.Contains(out, code) {
				s.Errorf("%s: list and page of %s disagree: %v", who, code, err)
			}
		}
		return nil
	})
	return strings.Join(out, " ")
}

func (s *shop) party(key string) (p *party.Party) {
	s.Helper()
	s.view("", func(v *kernel.View) (err error) {
		p, err = party.Parties.Find(v, s.ids[key])
		return err
	})
	return p
}

// events gives what the audit tells of a party, the newest first.
func (s *shop) events(key string) (out []string) {
	s.Helper()
	s.view("", func(v *kernel.View) error {
		list, err := audit.Of(v, party.Parties.Def, s.ids[key], 10)
		for _, e := range list {
			out = append(out, e.Actor+" "+e.Act+" "+e.Reason)
		}
		return err
	})
	return out
}

func (s *shop) said(key string) (out []string) {
	s.Helper()
	s.view("", func(v *kernel.View) error {
		list, err := comments.Of(v, party.Parties.Def, s.ids[key], 10)
		for _, c := range list {
			out = append(out, c.Text)
		}
		return err
	})
	return out
}

func (s *shop) set(values map[string]string) {
	s.Helper()
	err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return settings.Put(tx, values) })
	if err != nil {
		s.Fatal(err)
	}
}

// touch has an owner be in contact with a customer.
func (s *shop) touch(key string, day clock.Date) {
	s.Helper()
	err := pipeline.Unit(context.Background(), s.c, s.as("li"), "test", func(tx *kernel.Tx) error { return party.Touch(tx, s.ids[key], day) })
	if err != nil {
		s.Fatal(err)
	}
}

func TestWhoSeesWhichCustomers(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		for who, want := range map[string]string{"li": "c1 c4 c5 s1", "wang": "c2 c5", "zhao": "c3 c4 c5", "head": "c1 c2 c4 c5 s1", "fei": "c3 c5", "boss": "c1 c2 c3 c4 c5 c6 s1"} {
			if got := s.sees(who); got != want {
				s.Errorf("%s sees %s, want %s", who, got, want)
			}
		}
		s.must("li", "release", "c4", `{"reason":"x"}`)
		s.must("wang", "claim", "c4", "")
		if got := s.sees("zhao"); got != "c3 c5" {
			s.Errorf("who worked with the old owner sees %s", got)
		}
	})
}

func TestThePool(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		p := s.party("c5")
		if !p.Pooled || p.Owner != 0 || p.Department != 0 || p.Claimed != "" {
			s.Errorf("released: %+v", p)
		}
		if got := s.said("c5"); !slices.Equal(got, []string{"放回公海：联系不上"}) {
			s.Errorf("said %q", got)
		}
		if got := s.events("c5"); len(got) != 2 || got[0] != "li release 放回公海：联系不上" {
			s.Errorf("audit %q", got)
		}
		s.refused("party.pooled", "wang", "update", "c5", `{"note":"x"}`)
		s.refused("party.pooled", "wang", "update", "c5", `{"owner":$wangP}`)
		s.refused("party.in_pool", "li", "release", "c5", `{"reason":"x"}`)
		s.refused("party.taken", "li", "claim", "c1", "")
		s.refused("not_found", "wang", "release", "c1", `{"reason":"x"}`)
		s.refused("party.not_yours", "zhao", "release", "c4", `{"reason":"x"}`)
		s.refused("party.not_yours", "zhao", "update", "c4", `{"owner":$zhaoP}`)
		s.must("zhao", "update", "c4", `{"note":"一起跟"}`)
		s.refused("party.customers_only", "li", "release", "s1", `{"reason":"x"}`)
		s.refused("forbidden", "li", "assign", "c5", `{"owner":$wangP}`)
		s.refused("not_found", "head", "assign", "c3", `{"owner":$wangP}`)
		s.refused("scope.outside", "head", "assign", "c5", `{"owner":$zhaoP}`)
		s.refused("scope.outside", "head", "update", "c5", `{"owner":$zhaoP}`)
		s.must("head", "assign", "c1", `{"owner":$wangP}`)
		if p := s.party("c1"); p.Owner != s.ids["wangP"] || p.Department != s.ids["sales"] || p.Claimed != "2026-11-21" {
			s.Errorf("assigned: %+v", p)
		}
		s.refused("not_found", "li", "claim", "c1", "") // his until a moment ago, and never in the pool
		s.must("wang", "claim", "c5", "")
		if p := s.party("c5"); p.Pooled || p.Owner != s.ids["wangP"] || p.Department != s.ids["sales"] || p.Claimed != "2026-11-21" {
			s.Errorf("claimed: %+v", p)
		}
		s.refused("party.taken", "li", "claim", "c5", "") // out of his sight, but a moment ago in the pool
		if p := s.party("c5"); p.LeftPool != "2026-11-21" || s.party("c1").LeftPool != "" {
			s.Errorf("left the pool on %q, and c1 on %q", p.LeftPool, s.party("c1").LeftPool)
		}
		s.blind()
		s.clock.Advance(48 * time.Hour)
		s.refused("not_found", "li", "claim", "c5", "")
		s.refused("not_found", "li", "claim", "c3", "")
		s.must("head", "release", "c2", `{"reason":"x"}`)
		s.must("head", "update", "c2", `{"owner":$liP,"department":$sales}`)
		if p := s.party("c2"); p.Pooled || p.Claimed != "2026-11-23" {
			s.Errorf("given away in the form: %+v", p)
		}
	})
}

// unseen are rights without the one to see people.
type unseen struct{ kernel.Permissions }

func (u unseen) Can(object, act string) bool {
	return object != "base.person" && u.Permissions.Can(object, act)
}

// blind lets somebody claim who may not see people: he is not told whose a customer is.
func (s *shop) blind() {
	s.Helper()
	a := s.as("li")
	a.Perms = unseen{a.Perms}
	_, err := pipeline.Do(context.Background(), s.c, a, s.command("base.party", "claim", "c5", ""))
	if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "party.not_pooled" || list[0].Args["owner"] != nil {
		s.Errorf("who sees no people is told %v", err)
	}
}

func TestTwoClaimAtOnce(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		names := []string{"li", "wang", "zhao", "head"}
		actors := []*kernel.Actor{s.as("li"), s.as("wang"), s.as("zhao"), s.as("head")}
		cmd := s.command("base.party", "claim", "c5", "")
		cmd.Version = s.party("c5").Version
		got := make([]error, len(actors))
		var all sync.WaitGroup
		for i, a := range actors {
			all.Go(func() { _, got[i] = pipeline.Do(context.Background(), s.c, a, cmd) })
		}
		all.Wait()
		winner := ""
		for i, err := range got {
			if err == nil {
				winner += names[i]
			}
		}
		if s.ids[winner+"P"] == 0 || s.party("c5").Owner != s.ids[winner+"P"] {
			s.Fatalf("won by %q, owner %d", winner, s.party("c5").Owner)
		}
		for i, err := range got {
			if names[i] == winner {
				continue
			}
			list, ok := problem.From(err)
			if !ok || list[0].Code != "party.taken" || list[0].Args["owner"] != winner {
				s.Errorf("%s was told %v", names[i], err)
			}
		}
	})
}

func TestHoldingLimit(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		s.set(map[string]string{"party.holding_limit": "2"})
		s.refused("party.holding_limit", "li", "claim", "c5", "") // c1 and c4; a supplier does not count
		s.must("boss", "update", "c4", `{"active":false}`)
		s.must("li", "claim", "c5", "")
		s.must("boss", "release", "c2", `{"reason":"x"}`)
		s.refused("party.holding_limit", "li", "claim", "c2", "")
		s.must("head", "assign", "c2", `{"owner":$liP}`) // a decision of the head
	})
}

func TestAContactMakesNoFormStale(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		seen := s.party("c1").Version
		s.touch("c1", "2026-11-20")
		s.touch("c1", "2026-11-18")
		if p := s.party("c1"); p.Touched != "2026-11-20" || p.Version != seen {
			s.Errorf("touched %s, version %d, was %d", p.Touched, p.Version, seen)
		}
		if got := s.events("c1"); len(got) != 2 || got[0] != "li update " {
			s.Errorf("audit %q", got)
		}
		cmd := s.command("base.party", "update", "c1", `{"note":"还在看"}`)
		cmd.Version = seen
		draft, _, err := pipeline.PrepareCommand(context.Background(), s.c, s.as("li"), cmd)
		if err != nil {
			s.Fatal(err)
		}
		s.touch("c1", "2026-11-21") // between the two halves of saving
		err = pipeline.Unit(context.Background(), s.c, s.as("li"), "test", func(tx *kernel.Tx) error {
			_, err := pipeline.Apply(tx, cmd, draft, nil)
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
		if p := s.party("c1"); p.Touched != "2026-11-21" || p.Note != "还在看" || p.Version != seen+1 {
			s.Errorf("saved: %+v", p)
		}
		s.refused("field.readonly", "li", "update", "c1", `{"touched":"2026-11-19"}`)
	})
}

// waitFor waits until a job of the kind has been done so many times.
func (s *shop) waitFor(kind string, times int) {
	s.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		n := 0
		s.view("", func(v *kernel.View) error {
			_, err := v.Scan([]any{&n}, "SELECT COUNT(*) FROM jobs WHERE kind = ? AND state = 'done'", kind)
			return err
		})
		if n == times {
			return
		}
	}
	s.Fatalf("%s was not done %d times", kind, times)
}

func (s *shop) pooled() string {
	s.Helper()
	var out []string
	s.view("", func(v *kernel.View) error {
		page, err := listing.List(v, party.Parties.Def, listing.Query{Sort: "code", Limit: 100, Filters: []listing.Filter{{Field: "pooled", Op: "eq", Value: "true"}}})
		if err == nil {
			for _, rec := range page.Items {
				out = append(out, rec.(*party.Party).Code)
			}
		}
		return err
	})
	return strings.Join(out, " ")
}

func TestRecycling(t *testing.T) {
	shops(t, func(s *shop) {
		china := time.FixedZone("CST", 8*3600)
		make := func(code, rest string) {
			s.make(code, "base.party", `{"code":"`+code+`","name":"客户 `+code+`","owner":$liP,"department":$sales`+rest+`}`)
		}
		s.clock.Set(time.Date(2026, 9, 1, 9, 0, 0, 0, china))
		for _, code := range []string{"claimed", "never", "owing", "spoken30", "spoken31", "warned6", "warned8"} {
			make(code, "")
		}
		make("off", `,"active":false`)
		make("supplier", `,"customer":false,"supplier":true`)
		s.make("nobody", "base.party", `{"code":"nobody","name":"客户 nobody"}`)
		s.clock.Set(time.Date(2026, 10, 22, 23, 59, 59, 0, china))
		make("made31", "")
		s.clock.Set(time.Date(2026, 10, 23, 0, 0, 0, 0, china))
		make("made30", "")
		s.must("head", "assign", "claimed", `{"owner":$wangP}`)
		s.touch("claimed", "2026-09-02")
		s.touch("spoken31", "2026-10-22")
		s.touch("spoken30", "2026-10-23")
		s.touch("warned6", "2026-10-28")
		s.touch("warned8", "2026-10-30")
		s.spare[s.ids["owing"]] = true
		s.set(map[string]string{"party.recycle_days": "30"})
		s.clock.Set(time.Date(2026, 11, 21, 10, 0, 0, 0, china))
		runner, err := jobs.Start(context.Background(), s.c)
		if err != nil {
			s.Fatal(err)
		}
		defer runner.Stop()
		s.waitFor("party.recycle", 1)
		if got := s.pooled(); got != "made31 never spoken31" {
			s.Errorf("in the pool: %s", got)
		}
		if got, want := s.said("spoken31"), []string{"30 天没有联系，自动放回公海（最近一次 2026-10-22）"}; !slices.Equal(got, want) {
			s.Errorf("said %q", got)
		}
		if got := s.events("spoken31")[0]; !strings.HasPrefix(got, "system recycle 30 天没有联系，自动放回公海") {
			s.Errorf("audit %q", got)
		}
		for code, want := range map[string]string{"warned6": "2026-11-27", "spoken30": "2026-11-22", "warned8": "", "owing": "", "off": "", "supplier": "", "nobody": ""} {
			if got := s.warning(code); got != want {
				s.Errorf("%s is warned of %q, want %q", code, got, want)
			}
		}
		s.clock.Advance(24 * time.Hour)
		s.waitFor("party.recycle", 2)
		if got := s.pooled(); got != "claimed made30 made31 never spoken30 spoken31" {
			s.Errorf("in the pool a day later: %s", got)
		}
		delete(s.spare, s.ids["owing"])
		s.set(map[string]string{"party.recycle_days": "0"})
		s.clock.Advance(24 * time.Hour)
		s.waitFor("party.recycle", 3)
		if got := s.pooled(); got != "claimed made30 made31 never spoken30 spoken31" {
			s.Errorf("in the pool when nothing is recycled: %s", got)
		}
	})
}

// warning gives the day on which a customer's page says that it falls into the pool.
func (s *shop) warning(key string) (day string) {
	s.Helper()
	got, err := preview.Try(context.Background(), s.c, s.as("boss"), s.command("base.party", "update", key, `{}`), "")
	if err != nil {
		s.Fatal(err)
	}
	for _, f := range got.Facts {
		if f.Pointer == "/owner" && f.Kind == kernel.KindDate {
			day += f.Value
		}
	}
	return day
}

// TestAnOpenCustomerKeepsItsPapersClosed: that everybody sees a customer of the pool opens neither what hangs on it nor its files.
func TestAnOpenCustomerKeepsItsPapersClosed(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		d := s.c.Def("base.party")
		for _, x := range []struct {
			who, key string
			held     bool
		}{{"li", "c1", true}, {"zhao", "c4", true}, {"boss", "c5", true}, {"li", "c5", false}, {"wang", "c5", false}} {
			s.view(x.who, func(v *kernel.View) error {
				if err := resource.See(v, d, s.ids[x.key]); err != nil {
					s.Errorf("%s does not see %s: %v", x.who, x.key, err)
				}
				if err := resource.Hold(v, d, s.ids[x.key]); (err == nil) != x.held {
					s.Errorf("%s holds %s: %v, want %v", x.who, x.key, err, x.held)
				}
				return nil
			})
		}
	})
}

func TestAnEmployeesAccountIsNoOrdinaryParty(t *testing.T) {
	shops(t, func(s *shop) {
		s.customers()
		e := &party.Party{Name: "王五", Active: true, Person: s.ids["wangP"]}
		err := pipeline.Unit(context.Background(), s.c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return pipeline.Create(tx, party.Parties, e) })
		if err != nil {
			s.Fatal(err)
		}
		s.ids["e1"] = e.ID
		s.refused("party.person_role", "boss", "update", "e1", `{"customer":true}`)
		s.refused("party.merge_person", "boss", "merge", "e1", `{"into":$c1}`)
		s.refused("party.merge_person", "boss", "merge", "c1", `{"into":$e1}`)
	})
}
