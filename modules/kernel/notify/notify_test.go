package notify_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/ops/retention"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/testkit"
)

type person struct {
	resource.Base
	Name string `zg:"required,list" zh:"姓名" en:"Name"`
}

// plot is a master that belongs to somebody.
type plot struct {
	resource.Base
	Code  string `zg:"required,list,unique" zh:"编码" en:"Code"`
	Owner int64  `zg:"ref=base.person" zh:"业务员" en:"Owner"`
}

var (
	persons = resource.Declare[person](resource.Spec[person]{Name: "base.person", Label: kernel.T("员工", "Person"), Kind: "setup"})
	users   = resource.Declare[person](resource.Spec[person]{Name: "base.user", Label: kernel.T("操作员", "User"), Kind: "setup"})
	plots   = resource.Declare[plot](resource.Spec[plot]{Name: "test.plot", Label: kernel.T("地块", "Plot"), Scope: &kernel.Anchor{Owner: "owner"}})
)

const sql = `
CREATE TABLE base_person (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE base_user (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, name $text NOT NULL) $strict;
CREATE TABLE test_plot (id $id, version $int NOT NULL, created_at $int NOT NULL, created_by $int, updated_at $int NOT NULL, updated_by $int, code $text NOT NULL UNIQUE, owner $int REFERENCES base_person) $strict;
`

// module: the account of a person is his id and a thousand.
func module() kernel.Module {
	return kernel.Module{Name: "test", Migrations: fstest.MapFS{"0001_test.sql": {Data: []byte(sql)}}, Setup: func(c *kernel.Company) error {
		err := notify.Accounts.Fill(c, func(_ *kernel.View, ids []int64) (map[int64]int64, error) {
			out := map[int64]int64{}
			for _, id := range ids {
				out[id] = id + 1000
			}
			return out, nil
		})
		if err != nil {
			return err
		}
		if err := jobs.Register(c, retention.Kinds()...); err != nil {
			return err
		}
		return c.Add(persons.Def, users.Def, plots.Def)
	}}
}

func told(t *testing.T, c *kernel.Company, account int64) string {
	t.Helper()
	var out []string
	err := c.View(context.Background(), &kernel.Actor{UserID: account, Lang: "en"}, func(v *kernel.View) error {
		found, err := notify.Page(v, 0, 30)
		for _, n := range found {
			out = append(out, n.Text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

func TestOwnersAreToldOncePerKind(t *testing.T) {
	when := clock.Fixed(testkit.Now)
	testkit.Both(t, testkit.Options{Modules: []kernel.Module{notify.Module(), module()}, Clock: when}, func(t *testing.T, c *kernel.Company) {
		unit := func(fn func(tx *kernel.Tx) error) error {
			return pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", fn)
		}
		var ids [2]int64
		var all []*plot
		err := unit(func(tx *kernel.Tx) error {
			for i, name := range []string{"A", "B"} {
				p := &person{Name: name}
				if err := pipeline.Create(tx, persons, p); err != nil {
					return err
				}
				ids[i] = p.ID
			}
			all = nil
			for i := range 3 {
				p := &plot{Code: fmt.Sprint("P", i), Owner: ids[0]}
				if err := pipeline.Create(tx, plots, p); err != nil {
					return err
				}
				all = append(all, p)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(t, c, ids[0]+1000); got != "Zhanggui gave you 3 records: Plot" {
			t.Errorf("A is told %q", got)
		}
		refused := fmt.Errorf("no")
		give := func(fail error) error {
			return unit(func(tx *kernel.Tx) error {
				p, err := plots.Lock(tx, all[1].ID)
				if err != nil {
					return err
				}
				p.Owner = ids[1]
				if err := plots.Save(tx, p); err != nil {
					return err
				}
				return fail
			})
		}
		if err := give(refused); err == nil || told(t, c, ids[1]+1000) != "" {
			t.Errorf("%v: B is told of what did not happen: %q", err, told(t, c, ids[1]+1000))
		}
		if err := give(nil); err != nil {
			t.Fatal(err)
		}
		if a, b := told(t, c, ids[0]+1000), told(t, c, ids[1]+1000); a != "The Plot “P1” is no longer yours (Zhanggui); Zhanggui gave you 3 records: Plot" || b != "Zhanggui gave you the Plot “P1”" {
			t.Errorf("A is told %q, B %q", a, b)
		}
		if err := give(nil); err != nil { // nothing changes hands
			t.Fatal(err)
		}
		if b := told(t, c, ids[1]+1000); b != "Zhanggui gave you the Plot “P1”" {
			t.Errorf("B is told again: %q", b)
		}
		when.Advance(181 * 24 * time.Hour)
		tidied(t, c, ids[0]+1000, ids[1]+1000)
	})
}

// tidied waits until half-year-old notices are gone.
func tidied(t *testing.T, c *kernel.Company, accounts ...int64) {
	t.Helper()
	runner, err := jobs.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer runner.Stop()
	for _, account := range accounts {
		for end := time.Now().Add(20 * time.Second); told(t, c, account) != "" && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		if got := told(t, c, account); got != "" {
			t.Errorf("half a year later: %q", got)
		}
	}
}
