package intake

import (
	"context"
	"encoding/json"
	"strconv"
	"testing"

	"zhanggui/modules"
	"zhanggui/modules/approval"
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/bridges/setup"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/settings"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/ledger"
	"zhanggui/rbac"
)

// TestSoftDefaults holds what nobody has to decide on the first day, and that nothing of it stops who works alone.
func TestSoftDefaults(t *testing.T) {
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	rights, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	testkit.Both(t, testkit.Options{Modules: modules.All(), Rights: boot.Rights(rights)}, func(t *testing.T, c *kernel.Company) {
		err := setup.Run(context.Background(), c, auth.SetupInput{Company: "x", Name: "y", Login: "boss", Password: "a good password", Books: true, From: "2026-01"})
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"stock.negative": "auto", "approval.self": "pass", ledger.SettingTwoPeople: "auto", ledger.SettingReview: "false", "sales.credit": "allow"} {
			if got := c.Setting(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		f := &firm{t, c}
		f.view(func(v *kernel.View) error {
			flows, err := approval.Flows.Where(v, "id > 0")
			on := 0
			for _, one := range flows {
				if one.Active {
					on++
				}
			}
			if len(flows) < 5 || on > 0 {
				t.Errorf("%d flows lie ready, %d of them are on", len(flows), on)
			}
			return err
		})
		if got := f.ownReview("administrator"); got != "" {
			t.Errorf("who works alone may not review: %s", got)
		}
		f.user("zheng", "accountant")
		if got := f.ownReview("administrator"); got != "ledger.maker_reviewer" {
			t.Errorf("with a second person who may review: %q", got)
		}
		err = pipeline.Unit(context.Background(), c, kernel.SystemActor(), "set", func(tx *kernel.Tx) error {
			return settings.Put(tx, map[string]string{ledger.SettingTwoPeople: "false"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.ownReview("administrator"); got != "" {
			t.Errorf("where the firm allows it: %s", got)
		}
	})
}

func (f *firm) user(login, roles string) {
	f.Helper()
	err := pipeline.Unit(context.Background(), f.c, kernel.SystemActor(), "user", func(tx *kernel.Tx) error {
		return pipeline.Create(tx, organisation.Users, &organisation.User{Login: login, Name: login, Roles: roles, Lang: "zh"})
	})
	if err != nil {
		f.Fatal(err)
	}
}

// ownReview lets the first user write a voucher by hand and review it; "" or the code of what refuses that.
func (f *firm) ownReview(role string) string {
	f.Helper()
	actor := &kernel.Actor{Name: "y", Lang: "zh", Roles: []string{role}, Perms: f.c.Rights.For([]string{role})}
	ids := map[string]int64{}
	f.view(func(v *kernel.View) error {
		_, err := v.Scan([]any{&actor.UserID}, "SELECT MIN(id) FROM base_user")
		for _, code := range []string{"1001", "1002"} {
			if err == nil {
				var id int64
				_, err = v.Scan([]any{&id}, "SELECT id FROM ledger_account WHERE code = ?", code)
				ids[code] = id
			}
		}
		return err
	})
	num := func(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }
	line := func(code, side string) *resource.Object {
		o := &resource.Object{}
		o.Put("summary", "x")
		o.Put("account", num(ids[code]))
		o.Put(side, "1.00")
		return o
	}
	in := &resource.Object{}
	in.Put("date", "2026-02-01")
	in.Put("lines", []any{line("1001", "debit"), line("1002", "credit")})
	res, err := pipeline.Do(context.Background(), f.c, actor, pipeline.Command{Def: ledger.Vouchers.Def, Act: "create", Input: in})
	if err != nil {
		f.Fatal(err)
	}
	_, err = pipeline.Do(context.Background(), f.c, actor, pipeline.Command{Def: ledger.Vouchers.Def, Act: "review", ID: resource.ID(ledger.Vouchers.Def, res.Rec)})
	if list, ok := problem.From(err); ok && len(list) > 0 {
		return list[0].Code
	}
	if err != nil {
		f.Fatal(err)
	}
	return ""
}
