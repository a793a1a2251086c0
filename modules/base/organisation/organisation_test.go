package organisation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

func options(t *testing.T) testkit.Options {
	t.Helper()
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Options{Modules: []kernel.Module{organisation.Module()}, Rights: rights}
}

// anna makes an administrator.
func anna(t *testing.T, c *kernel.Company) *kernel.Actor {
	t.Helper()
	u := &organisation.User{Login: "anna", Name: "Anna", Roles: "administrator", Lang: "en"}
	err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error {
		return pipeline.Create(tx, organisation.Users, u)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &kernel.Actor{UserID: u.ID, Roles: []string{"administrator"}, Perms: c.Rights.For([]string{"administrator"}), Lang: "en"}
}

// TestAPasswordIsHashedBeforeItsUnit holds the two halves of set_password apart: the slow one is the reading half.
func TestAPasswordIsHashedBeforeItsUnit(t *testing.T) {
	testkit.Both(t, options(t), func(t *testing.T, c *kernel.Company) {
		ctx := context.Background()
		actor := anna(t, c)
		set := func(password string) error {
			in := &resource.Object{}
			in.Put("password", password)
			_, err := pipeline.Do(ctx, c, actor, pipeline.Command{Def: c.Def("base.user"), Act: "set_password", ID: actor.UserID, Input: in})
			return err
		}
		var short *problem.Problem
		if err := set("short"); !errors.As(err, &short) || short.Code != "password.short" || short.Path != "/password" {
			t.Errorf("a short password: %v", err)
		}
		def := c.Def("base.user")
		in := &resource.Object{}
		in.Put("password", "correct horse")
		// The reading half carries the hash: what is typed afterwards no longer matters to the writing half.
		_, input, err := pipeline.PrepareCommand(ctx, c, actor, pipeline.Command{Def: def, Act: "set_password", ID: actor.UserID, Input: in})
		if err != nil {
			t.Fatal(err)
		}
		input.(*organisation.PasswordInput).Password = "another one"
		err = pipeline.Unit(ctx, c, actor, "test", func(tx *kernel.Tx) error {
			_, err := pipeline.Apply(tx, pipeline.Command{Def: def, Act: "set_password", ID: actor.UserID}, nil, input)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for password, want := range map[string]bool{"correct horse": true, "another one": false} {
			_, err := auth.Login(ctx, c, auth.Credentials{Login: "anna", Password: password, Address: "10.0.0.1"})
			if (err == nil) != want {
				t.Errorf("logging in with %q: %v", password, err)
			}
		}
	})
}

// TestShippedRolesFollowTheProgram opens a company whose rows of roles are out of date.
func TestShippedRolesFollowTheProgram(t *testing.T) {
	o := options(t)
	o.Path = t.TempDir() + "/company.db"
	c := testkit.SQLite(t, o)
	read := func(c *kernel.Company) map[string]*organisation.Role {
		out := map[string]*organisation.Role{}
		err := c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
			list, err := resource.Named[organisation.Role](c, "base.role").Where(v, "id > 0")
			for _, r := range list {
				out[r.Code] = r
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := read(c)
	if len(first) != 11 || len(first["administrator"].Rights) != 0 || first["office"].Version != 1 || first["salesperson"].Scope != "own" {
		t.Fatalf("%d roles, %+v", len(first), first["office"])
	}
	if got := strings.Join(spelt(first["office"]), " "); got != "base.department:read,create,update base.person:read,create,update,export base.user:read field.price:see field.phone:see" {
		t.Errorf("office: %s", got)
	}
	err := c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
		for _, q := range []string{
			"DELETE FROM base_role_right WHERE object = 'base.person' AND parent IN (SELECT id FROM base_role WHERE code = 'office')",
			"UPDATE base_role SET name = 'x', scope = 'own' WHERE code = 'cashier'",
			"UPDATE base_role SET code = 'driver', name = '司机' WHERE code = 'service'", // shipped by an older program
		} {
			if _, err := u.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Store.Close()
	c = testkit.SQLite(t, o)
	again := read(c)
	if got := strings.Join(spelt(again["office"]), " "); got != "base.department:read,create,update base.person:read,create,update,export base.user:read field.price:see field.phone:see" || again["office"].Version != 2 {
		t.Errorf("office is again: %s, version %d", got, again["office"].Version)
	}
	if r := again["cashier"]; r.Name != "出纳" || r.Scope != "all" || r.Version != 2 || again["boss"].Version != 1 {
		t.Errorf("cashier is again: %+v; boss has version %d", r, again["boss"].Version)
	}
	if r := again["driver"]; r.Shipped || again["service"] == nil || !c.Rights.For([]string{"driver"}).Can("base.person", "read") {
		t.Errorf("what is shipped no more is the company's own: %+v", r)
	}
	c.Store.Close()
	if third := read(testkit.SQLite(t, o)); third["office"].Version != 2 || third["driver"].Version != again["driver"].Version {
		t.Error("opening a company that is up to date wrote its roles again")
	}
}

// spelt is what a role may do, one word for an object.
func spelt(r *organisation.Role) []string {
	var out []string
	for _, l := range r.Rights {
		var acts []string
		for _, tick := range []struct {
			on   bool
			name string
		}{{l.MayRead, "read"}, {l.MayCreate, "create"}, {l.MayUpdate, "update"}, {l.MayDelete, "delete"}, {l.MayImport, "import"}, {l.MayExport, "export"}, {l.MayPrint, "print"}} {
			switch {
			case tick.on && strings.HasPrefix(l.Object, "field."):
				acts = append(acts, "see")
			case tick.on:
				acts = append(acts, tick.name)
			}
		}
		if l.Actions != "" {
			acts = append(acts, l.Actions)
		}
		out = append(out, l.Object+":"+strings.Join(acts, ","))
	}
	return out
}

// TestOfTwoAdministratorsOneStays lets both give up the role at the same time.
func TestOfTwoAdministratorsOneStays(t *testing.T) {
	testkit.Both(t, options(t), func(t *testing.T, c *kernel.Company) {
		ctx := context.Background()
		one := anna(t, c)
		other := &organisation.User{Login: "bert", Name: "Bert", Roles: "administrator", Lang: "en"}
		if err := pipeline.Unit(ctx, c, kernel.SystemActor(), "test", func(tx *kernel.Tx) error { return pipeline.Create(tx, organisation.Users, other) }); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 2)
		for _, id := range []int64{one.UserID, other.ID} {
			go func() {
				in := &resource.Object{}
				in.Put("roles", "boss")
				_, err := pipeline.Do(ctx, c, one, pipeline.Command{Def: c.Def("base.user"), Act: "update", ID: id, Input: in})
				done <- err
			}()
		}
		refused := 0
		for range 2 {
			select {
			case err := <-done:
				var p *problem.Problem
				if errors.As(err, &p) && p.Code == "user.last_administrator" {
					refused++
				} else if err != nil {
					t.Error(err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the two wait for each other")
			}
		}
		if refused != 1 {
			t.Errorf("%d of two were refused to give up the role", refused)
		}
	})
}
