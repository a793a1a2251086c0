package organisation

import (
	"context"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
)

// shippedRoles are the program's roles as rows: what the policy allows, spelt out object by object.
func shippedRoles(c *kernel.Company, policy auth.Policy) []*Role {
	var out []*Role
	for _, s := range policy.Shipped() {
		p := policy.For([]string{s.Code})
		r := &Role{Code: s.Code, Name: s.Name.Zh, NameEn: s.Name.En, Scope: levels[p.Scope("*")], Shipped: true}
		for _, o := range catalogueOf(c).objects {
			if line, some := o.lineFor(p); some && s.Code != administrator {
				r.Rights = append(r.Rights, line)
			}
		}
		out = append(out, r)
	}
	return out
}

// ship brings the rows of the shipped roles up to what this program ships. Decisions never read them: they are there to be
// seen and copied. A role that is shipped no more becomes the company's own. Roles of the company's own making are given the
// rights that are due to them since a migration.
func ship(ctx context.Context, c *kernel.Company) error {
	policy, ok := c.Rights.(auth.Policy)
	if !ok {
		return nil
	}
	want := shippedRoles(c, policy)
	news := false
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		plan, err := planShipping(v, want)
		if err != nil {
			return err
		}
		waiting, err := rightsDue(v)
		news = len(plan) > 0 || len(waiting) > 0
		return err
	})
	if err != nil || !news {
		return err
	}
	return pipeline.Unit(ctx, c, kernel.SystemActor(), "base.role:ship", func(tx *kernel.Tx) error {
		if err := claimRoles(tx); err != nil {
			return err
		}
		plan, err := planShipping(tx.View, want)
		if err != nil {
			return err
		}
		for _, r := range slices.Backward(plan) { // lists show what was made last first
			if r.ID != 0 { // the unit must know what it changes
				now, err := rolesOf(c).Lock(tx, r.ID)
				if err != nil {
					return err
				}
				*now, r = *r, now
			}
			if err := rolesOf(c).Save(tx, r); err != nil {
				return err
			}
		}
		return give(tx)
	})
}

// planShipping gives the rows to write: new ones without an id, changed ones with theirs and those of lines that stay.
func planShipping(v *kernel.View, want []*Role) ([]*Role, error) {
	codes := make([]string, len(want))
	for i, r := range want {
		codes[i] = r.Code
	}
	ids, err := roleIDs(v, codes)
	if err != nil {
		return nil, err
	}
	have, err := rolesOf(v.Company).FindMany(v, idsOf(ids))
	if err != nil {
		return nil, err
	}
	var plan []*Role
	wanted := map[int64]bool{}
	for _, r := range want {
		fresh := *r
		fresh.Rights = append([]RoleRight(nil), r.Rights...)
		if now := have[ids[r.Code]]; now != nil {
			wanted[now.ID] = true
			keep(&fresh, now)
			if reflect.DeepEqual(&fresh, now) {
				continue
			}
		}
		plan = append(plan, &fresh)
	}
	shipped, err := rolesShipped(v)
	for _, r := range shipped {
		if !wanted[r.ID] {
			own := *r
			own.Shipped = false
			plan = append(plan, &own)
		}
	}
	return plan, err
}

func idsOf(byCode map[string]int64) []int64 {
	out := make([]int64, 0, len(byCode))
	for _, id := range byCode {
		out = append(out, id)
	}
	return out
}

// keep gives a role what identifies the row that stands for it now.
func keep(r, now *Role) {
	r.Base, r.Note = now.Base, now.Note
	lines := map[string]resource.Line{}
	for _, l := range now.Rights {
		lines[l.Object] = l.Line
	}
	for i := range r.Rights {
		line := lines[r.Rights[i].Object]
		r.Rights[i].Line = resource.Line{ID: line.ID, Parent: now.ID, Pos: int64(i + 1)}
	}
}
