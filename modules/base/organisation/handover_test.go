package organisation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

// card is something that people have.
type card struct {
	resource.Base
	Name       string `zg:"list" zh:"名称" en:"Name"`
	Owner      int64  `zg:"ref=base.person" zh:"业务员" en:"Salesperson"`
	Department int64  `zg:"ref=base.department" zh:"部门" en:"Department"`

	Mates []mate `lines:"test_card_mate" zh:"协作人" en:"Mates"`
}

// mate is who looks after a card too.
type mate struct {
	resource.Line
	Member int64 `zg:"required,ref=base.user" zh:"操作员" en:"User"`
}

var cards = resource.Declare[card](resource.Spec[card]{Name: "test.card", Label: kernel.T("卡片", "Card"), Empty: kernel.T("卡片", "Cards"),
	Scope: &kernel.Anchor{Owner: "owner", Department: "department", Members: &kernel.Members{Table: "test_card_mate", Record: "parent", User: "member"}},
	Saved: func(*kernel.Tx, *card, *card) error { return nil },
})

func cardModule() kernel.Module {
	return kernel.Module{Name: "test", Needs: []string{"base.organisation"}, Setup: func(c *kernel.Company) error { return c.Add(cards.Def) },
		Migrations: fstest.MapFS{"0001_test.sql": {Data: []byte(`CREATE TABLE test_card (
			id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int,
			name $text NOT NULL, owner $int REFERENCES base_person, department $int REFERENCES base_department) $strict;
			CREATE INDEX test_card_owner ON test_card (owner);
			CREATE TABLE test_card_mate (id $id, parent $int NOT NULL REFERENCES test_card, pos $int NOT NULL, member $int NOT NULL REFERENCES base_user) $strict;`)}}}
}

// office is a firm in which li hands over to wang.
type office struct {
	*testing.T
	c                   *kernel.Company
	north, south, other int64
	li, wang, gone      *organisation.Person
	user                *organisation.User
}

func offices(t *testing.T, fn func(o *office)) {
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{organisation.Module(), cardModule()}}, func(t *testing.T, c *kernel.Company) {
		o := &office{T: t, c: c}
		o.unit(func(tx *kernel.Tx) error {
			for _, d := range []struct {
				code string
				id   *int64
			}{{"N", &o.north}, {"S", &o.south}, {"O", &o.other}} {
				rec := &organisation.Department{Code: d.code, Name: d.code, Active: true}
				if err := pipeline.Create(tx, organisation.Departments, rec); err != nil {
					return err
				}
				*d.id = rec.ID
			}
			o.li = &organisation.Person{Code: "1", Name: "李四", Department: o.north, Active: true}
			o.wang = &organisation.Person{Code: "2", Name: "王芳", Department: o.south, Active: true}
			o.gone = &organisation.Person{Code: "3", Name: "赵六", Active: false}
			for _, p := range []*organisation.Person{o.li, o.wang, o.gone} {
				if err := pipeline.Create(tx, organisation.People, p); err != nil {
					return err
				}
			}
			boss := &organisation.User{Login: "boss", Name: "Boss", Roles: "administrator"}
			o.user = &organisation.User{Login: "li", Name: "李四", Roles: "salesperson", Person: o.li.ID}
			if err := pipeline.Create(tx, organisation.Users, boss); err != nil {
				return err
			}
			return pipeline.Create(tx, organisation.Users, o.user)
		})
		fn(o)
	})
}

func (o *office) unit(fn func(tx *kernel.Tx) error) {
	o.Helper()
	if err := pipeline.Unit(context.Background(), o.c, kernel.SystemActor(), "test", fn); err != nil {
		o.Fatal(err)
	}
}

// deal gives people cards: what a person owns in a department, so many times.
func (o *office) deal(owner, department int64, n int) {
	o.Helper()
	o.unit(func(tx *kernel.Tx) error {
		for i := range n {
			if err := pipeline.Create(tx, cards, &card{Name: fmt.Sprint(i), Owner: owner, Department: department}); err != nil {
				return err
			}
		}
		return nil
	})
}

// held counts the cards by owner, department and version.
func (o *office) held() map[string]int {
	o.Helper()
	out := map[string]int{}
	names := map[int64]string{0: "-", o.li.ID: "li", o.wang.ID: "wang", o.north: "north", o.south: "south", o.other: "other"}
	err := o.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := cards.Where(v, "id > 0")
		for _, x := range list {
			out[fmt.Sprintf("%s %s v%d", names[x.Owner], names[x.Department], x.Version)]++
		}
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	return out
}

func (o *office) handOver(to int64, left bool) error {
	in := &resource.Object{}
	in.Put("to", fmt.Sprint(to))
	in.Put("left", left)
	_, err := pipeline.Do(context.Background(), o.c, kernel.SystemActor(), pipeline.Command{Def: organisation.People.Def, Act: "hand_over", ID: o.li.ID, Input: in})
	return err
}

func (o *office) view(fn func(v *kernel.View) error) {
	o.Helper()
	if err := o.c.View(context.Background(), kernel.SystemActor(), fn); err != nil {
		o.Fatal(err)
	}
}

// said gives what stands beside the person.
func (o *office) said() (out string) {
	o.Helper()
	o.view(func(v *kernel.View) error {
		list, err := comments.Of(v, organisation.People.Def, o.li.ID, 5)
		for _, c := range list {
			out += c.Text
		}
		return err
	})
	return out
}

func same(a, b map[string]int) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func TestHandOver(t *testing.T) {
	offices(t, func(o *office) {
		o.deal(o.li.ID, o.north, 3)
		o.deal(o.li.ID, o.other, 2)
		o.deal(o.wang.ID, o.north, 4)
		o.deal(0, o.north, 1)
		for want, to := range map[string]int64{"handover.self": o.li.ID, "handover.left": o.gone.ID} {
			list, _ := problem.From(o.handOver(to, false))
			if len(list) != 1 || list[0].Code != want || list[0].Path != "/to" {
				o.Errorf("told %v, want %s", list, want)
			}
		}
		if err := o.handOver(o.wang.ID, false); err != nil {
			o.Fatal(err)
		}
		want := map[string]int{"wang south v2": 3, "wang other v2": 2, "wang north v1": 4, "- north v1": 1}
		if got := o.held(); !same(got, want) {
			o.Errorf("held %v, want %v", got, want)
		}
		if got := o.said(); got != "工作交接给 王芳：卡片 5。" {
			o.Errorf("said %s", got)
		}
		o.view(func(v *kernel.View) error {
			list, err := cards.Where(v, "version = 2 AND department = ?", o.south)
			if err != nil {
				return err
			}
			events, err := audit.Of(v, cards.Def, list[0].ID, 5)
			want := fmt.Sprintf(`{"owner":["%d","%d"],"department":["%d","%d"]}`, o.li.ID, o.wang.ID, o.north, o.south)
			if len(events) != 2 || events[0].Act != "update" || events[0].Reason != "工作交接：李四 → 王芳" || events[0].Diff != want {
				o.Errorf("audit %+v, want %s", events, want)
			}
			p, err2 := organisation.People.Find(v, o.li.ID)
			if err2 != nil || !p.Active {
				o.Errorf("who only hands over stays: %+v %v", p, err2)
			}
			return err
		})
		if err := o.handOver(o.wang.ID, true); err != nil {
			o.Fatal(err)
		}
		o.view(func(v *kernel.View) error {
			p, err := organisation.People.Find(v, o.li.ID)
			u, err2 := organisation.Users.Find(v, o.user.ID)
			if err != nil || err2 != nil || p.Active || !u.Disabled {
				o.Errorf("who left: %+v %+v %v %v", p, u, err, err2)
			}
			return nil
		})
		if got := o.said(); !strings.HasPrefix(got, "工作交接给 王芳：没有要交接的记录。") {
			o.Errorf("said %s", got)
		}
	})
}

// TestSeatsAreHandedOver: who takes over also heads the departments, leads the people and shares the records of the old
// one, twice in none; led by the old one himself, he moves up.
func TestSeatsAreHandedOver(t *testing.T) {
	offices(t, func(o *office) {
		var chief, yan *organisation.Person
		var wang, zhao *organisation.User
		shared := map[string]int64{}
		o.unit(func(tx *kernel.Tx) error {
			chief = &organisation.Person{Code: "4", Name: "总", Active: true}
			yan = &organisation.Person{Code: "5", Name: "严", Active: true, Superior: o.li.ID}
			wang = &organisation.User{Login: "wang", Name: "王芳", Roles: "salesperson", Person: o.wang.ID}
			zhao = &organisation.User{Login: "zhao", Name: "赵", Roles: "salesperson"}
			for _, p := range []*organisation.Person{chief, yan} {
				if err := pipeline.Create(tx, organisation.People, p); err != nil {
					return err
				}
			}
			for _, u := range []*organisation.User{wang, zhao} {
				if err := pipeline.Create(tx, organisation.Users, u); err != nil {
					return err
				}
			}
			for name, users := range map[string][]int64{"his": {zhao.ID, o.user.ID}, "both": {o.user.ID, wang.ID}, "other": {zhao.ID}} {
				c := &card{Name: name}
				for _, u := range users {
					c.Mates = append(c.Mates, mate{Member: u})
				}
				if err := pipeline.Create(tx, cards, c); err != nil {
					return err
				}
				shared[name] = c.ID
			}
			li, err := organisation.People.Lock(tx, o.li.ID)
			if err != nil {
				return err
			}
			li.Superior = chief.ID
			w, err := organisation.People.Lock(tx, o.wang.ID)
			if err != nil {
				return err
			}
			w.Superior = yan.ID // two below the one who goes
			north, err := organisation.Departments.Lock(tx, o.north)
			if err != nil {
				return err
			}
			north.Head = o.li.ID
			for _, err := range []error{organisation.People.Save(tx, li), organisation.People.Save(tx, w), organisation.Departments.Save(tx, north)} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err := o.handOver(o.wang.ID, false); err != nil {
			o.Fatal(err)
		}
		if got := o.said(); got != "工作交接给 王芳：部门负责人 1、下属 1、卡片协作人 2。" {
			o.Errorf("said %s", got)
		}
		o.view(func(v *kernel.View) error {
			people, err := organisation.People.FindMany(v, []int64{o.li.ID, o.wang.ID, yan.ID})
			north, err2 := organisation.Departments.Find(v, o.north)
			if err != nil || err2 != nil || people[yan.ID].Superior != o.wang.ID || people[o.wang.ID].Superior != chief.ID || people[o.li.ID].Superior != chief.ID || north.Head != o.wang.ID {
				o.Errorf("who leads whom: %+v %+v %v %v", people, north, err, err2)
			}
			o.sharedWith(v, shared, map[string][]int64{"his": {zhao.ID, wang.ID}, "both": {wang.ID}, "other": {zhao.ID}})
			return nil
		})
	})
}

// sharedWith holds with whom cards, by name, are shared.
func (o *office) sharedWith(v *kernel.View, ids map[string]int64, want map[string][]int64) {
	o.Helper()
	for name, users := range want {
		c, err := cards.Find(v, ids[name])
		if err != nil {
			o.Fatal(err)
		}
		var got []int64
		for _, m := range c.Mates {
			got = append(got, m.Member)
		}
		if !slices.Equal(got, users) {
			o.Errorf("%s is shared with %v, want %v", name, got, users)
		}
	}
}

// TestOnlyWhoMayDisableUsersLetsSomebodyLeave: the tick is no way around the right.
func TestOnlyWhoMayDisableUsersLetsSomebodyLeave(t *testing.T) {
	offices(t, func(o *office) {
		actor := &kernel.Actor{UserID: 1, Name: "x", Lang: "zh", Perms: only{"base.person": {"read", "hand_over"}}}
		in := &resource.Object{}
		in.Put("to", fmt.Sprint(o.wang.ID))
		in.Put("left", true)
		_, err := pipeline.Do(context.Background(), o.c, actor, pipeline.Command{Def: organisation.People.Def, Act: "hand_over", ID: o.li.ID, Input: in})
		if list, _ := problem.From(err); len(list) != 1 || list[0].Code != "handover.disable" || list[0].Kind != problem.Forbidden {
			o.Errorf("told %v", err)
		}
	})
}

// only are the acts that somebody may do, by object.
type only map[string][]string

func (p only) Can(object, act string) bool           { return slices.Contains(p[object], act) }
func (only) Scope(resource string) kernel.ScopeLevel { return kernel.ScopeAll }

// TestMuchIsHandedOverByAJob hands over more than one unit should hold, and goes on where it was interrupted.
func TestMuchIsHandedOverByAJob(t *testing.T) {
	offices(t, func(o *office) {
		o.deal(o.li.ID, o.north, 2001)
		if err := o.handOver(o.wang.ID, true); err != nil {
			o.Fatal(err)
		}
		if got := o.held(); !same(got, map[string]int{"li north v1": 2001}) {
			o.Errorf("before the job: %v", got)
		}
		if got := o.said(); got != "工作交接给 王芳：卡片 2001。" {
			o.Errorf("said %s", got)
		}
		// As if the job had been interrupted behind its first cards, and somebody had given one away since.
		o.unit(func(tx *kernel.Tx) error {
			list, err := cards.Where(tx.View, "id IN (SELECT id FROM test_card ORDER BY id LIMIT 700)")
			for i, x := range list {
				now, err := cards.Lock(tx, x.ID)
				if err != nil {
					return err
				}
				if now.Owner, now.Department = o.wang.ID, o.south; i == 0 {
					now.Owner = 0
				}
				if err := cards.Save(tx, now); err != nil {
					return err
				}
			}
			return err
		})
		runner, err := jobs.Start(context.Background(), o.c)
		if err != nil {
			o.Fatal(err)
		}
		defer runner.Stop()
		done := 0
		for end := time.Now().Add(60 * time.Second); done == 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			o.view(func(v *kernel.View) error {
				_, err := v.Scan([]any{&done}, "SELECT COUNT(*) FROM jobs WHERE kind = 'base.hand_over' AND state = 'done' AND done = 1301 AND total = 2001")
				return err
			})
		}
		if got := o.held(); done != 1 || !same(got, map[string]int{"wang south v2": 2000, "- south v2": 1}) {
			o.Errorf("after the job (%d): %v", done, got)
		}
	})
}
