package organisation

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/enter"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/mail"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

func setup(c *kernel.Company) error {
	c.AddSetting(companySettings()...)
	c.AddMenu("setup", kernel.T("基础资料", "Master data"),
		kernel.MenuItem{Resource: "base.department"}, kernel.MenuItem{Resource: "base.person"}, kernel.MenuItem{Resource: "base.user", Act: "update"},
		kernel.MenuItem{To: "/r/base.role", Label: kernel.T("角色权限", "Roles and rights"), Object: "base.role", Act: "read"})
	c.Hooks = append(c.Hooks, grave.Acts{Object: "base.user", Acts: []string{"create", "update", "import", "set_password", "disable", "enable", "end_sessions", "reset_second"}},
		grave.Acts{Object: "base.role", Acts: []string{"create", "update", "delete", "import"}})
	c.Hooks = append(c.Hooks, route.Source(routes), boot.Opening(func(ctx context.Context, c *kernel.Company) error {
		if err := offer(c); err != nil {
			return err
		}
		return ship(ctx, c)
	}))
	c.AddSeal(auth.SealOrder, "access", auth.Seal)
	if err := jobs.Register(c, jobs.Kind{Name: handOverKind, Run: runHandOver}); err != nil {
		return err
	}
	if err := c.Add(Departments.Def, People.Def, Users.Def, declareRoles().Def); err != nil {
		return err
	}
	if err := auth.OwnRoles.Fill(c, ownRoles); err != nil {
		return err
	}
	if err := notify.Accounts.Fill(c, accountsOf); err != nil {
		return err
	}
	if err := mail.Mailboxes.Fill(c, mailboxesOf); err != nil {
		return err
	}
	if err := mail.Keepers.Fill(c, administrators); err != nil {
		return err
	}
	return auth.Accounts.Fill(c, auth.Source{
		ByLogin: func(v *kernel.View, login string) (auth.Account, bool, error) {
			id, err := userID(v, login)
			if err != nil || id == 0 {
				return auth.Account{}, false, err
			}
			return account(v, id)
		},
		ByID:        account,
		SetPassword: storeHash,
		Count:       countUsers,
		All:         func(v *kernel.View) ([]int64, error) { return v.IDs("SELECT id FROM base_user ORDER BY id") },
		SetLang: func(tx *kernel.Tx, id int64, lang string) error {
			u, err := resource.Named[User](tx.Company, "base.user").Lock(tx, id)
			if err != nil {
				return err
			}
			u.Lang = lang
			return resource.Save(tx, tx.Company.Def("base.user"), u)
		},
	})
}

// account puts together what logging in needs of a user.
func account(v *kernel.View, id int64) (auth.Account, bool, error) {
	users, err := Users.FindMany(v, []int64{id})
	u := users[id]
	if err != nil || u == nil {
		return auth.Account{}, false, err
	}
	a := auth.Account{ID: u.ID, Login: u.Login, Name: u.Name, Lang: u.Lang, Roles: RolesOf(u), PersonID: u.Person, Disabled: u.Disabled}
	if a.PasswordHash, err = passwordHash(v, id); err != nil {
		return a, false, err
	}
	children, err := tree(v)
	if err != nil {
		return a, false, err
	}
	if u.Person != 0 {
		p, err := People.Find(v, u.Person)
		if err != nil {
			return a, false, err
		}
		a.Department = p.Department
	}
	a.Below = below(children, a.Department)
	a.Listed, err = listed(v, children, u.Listed)
	return a, true, err
}

// changed makes everybody's cached rights be computed again once the unit is durable.
func changed(tx *kernel.Tx) error {
	auth.Refresh(tx)
	return nil
}

// userSaved ends the sessions of a user whose roles changed.
func userSaved(tx *kernel.Tx, old, u *User) error {
	if old != nil && old.Roles != u.Roles {
		return auth.EndSessions(tx, u.ID)
	}
	return changed(tx)
}

// hashPassword does what takes long before the unit begins.
func hashPassword(ctx context.Context, in any) (err error) {
	p := in.(*PasswordInput)
	if wrong := auth.CheckPassword(p.Password); wrong != nil {
		return wrong.At("/password")
	}
	p.hash, err = auth.Hash(ctx, p.Password)
	return err
}

func setPassword(tx *kernel.Tx, u *User, in any) error {
	if err := mayTouch(tx, u); err != nil {
		return err
	}
	input := *in.(*PasswordInput)
	if input.hash == "" { // a nested call was not prepared
		if err := hashPassword(tx.Ctx(), &input); err != nil {
			return err
		}
	}
	if err := storeHash(tx, u.ID, input.hash); err != nil {
		return err
	}
	return auth.EndSessions(tx, u.ID)
}

// mayTouch keeps an account out of the hands of those who may edit users but hold less than it does: whoever can set
// another one's password can be him.
func mayTouch(tx *kernel.Tx, u *User) error {
	if tx.Actor.System || tx.Actor.HasRole(administrator) {
		return nil
	}
	if isAdministrator(u) {
		return problem.New(problem.Forbidden, "user.promote")
	}
	roles, err := rolesByCode(tx, RolesOf(u))
	if err != nil {
		return err
	}
	return mayGive(tx, roles)
}

// endSessions logs somebody out everywhere.
func endSessions(tx *kernel.Tx, u *User, _ any) error {
	if err := mayTouch(tx, u); err != nil {
		return err
	}
	return auth.EndSessions(tx, u.ID)
}

// resetSecond takes the second factor of somebody away who lost the phone, and tells him.
func resetSecond(tx *kernel.Tx, u *User, _ any) error {
	if err := mayTouch(tx, u); err != nil {
		return err
	}
	had, err := enter.Reset(tx, u.ID)
	if err != nil {
		return err
	}
	if !had {
		return problem.Rule("second.none", "name", u.Name)
	}
	return notify.Tell(tx, notify.Message{To: []int64{u.ID}, Code: "notice.second_reset", Link: "/security"})
}

func setDisabled(tx *kernel.Tx, u *User, disabled bool) error {
	if err := mayTouch(tx, u); err != nil {
		return err
	}
	if disabled {
		if err := lastAdministrator(tx, u); err != nil {
			return err
		}
	}
	u.Disabled = disabled
	if err := resource.Save(tx, tx.Company.Def("base.user"), u); err != nil {
		return err
	}
	if disabled {
		if err := Left.Publish(tx, u); err != nil {
			return err
		}
	}
	return auth.EndSessions(tx, u.ID)
}
