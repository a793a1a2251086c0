package organisation

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Department is a node of the tree.
type Department struct {
	resource.Base
	Code   string `zg:"required,list,search,sort,unique,max=20" zh:"编码" en:"Code"`
	Name   string `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	Parent int64  `zg:"list,filter,ref=base.department" zh:"上级部门" en:"Parent"`
	Head   int64  `zg:"list,ref=base.person" zh:"负责人" en:"Head"`
	Active bool   `zg:"list,filter,default=true" zh:"启用" en:"Active"`
}

// Departments is the resource.
var Departments = resource.Declare[Department](resource.Spec[Department]{
	Name: "base.department", Label: kernel.T("部门", "Department"), Kind: "setup",
	Empty: kernel.T("公司怎么分部门，谁负责。", "How the firm is divided, and who leads."), Quick: []string{"code", "name"},
	Check: func(tx *kernel.Tx, _, d *Department) error { return departmentTree.noCycle(tx.View, d.ID, d.Parent) },
	Saved: func(tx *kernel.Tx, _, _ *Department) error { return changed(tx) },
})

// Person works here.
type Person struct {
	resource.Base
	Code       string `zg:"required,list,search,sort,unique,max=20" zh:"工号" en:"Code"`
	Name       string `zg:"required,list,search,sort,max=60" zh:"姓名" en:"Name"`
	Department int64  `zg:"list,filter,ref=base.department" zh:"部门" en:"Department"`
	Superior   int64  `zg:"list,ref=base.person" zh:"直属上级" en:"Superior"`
	Title      string `zg:"list,max=60" zh:"职务" en:"Job title"`
	Phone      string `zg:"max=40,right=phone" zh:"电话" en:"Phone"`
	Email      string `zg:"max=120,right=phone" zh:"邮箱" en:"E-mail"`
	Active     bool   `zg:"list,filter,default=true" zh:"在职" en:"Active"`
	Note       string `zg:"max=500" zh:"备注" en:"Note"`
}

// People is the resource.
var People = resource.Declare[Person](resource.Spec[Person]{
	Name: "base.person", Path: "base/people", Label: kernel.T("员工", "Person"), Kind: "master", Sub: []string{"code", "title"},
	Empty: kernel.T("在这里工作的人。能登录的人另设操作员。", "Who works here. Those who log in also need a user."), Quick: []string{"code", "name"},
	Check:   func(tx *kernel.Tx, _, p *Person) error { return superiors.noCycle(tx.View, p.ID, p.Superior) },
	Saved:   func(tx *kernel.Tx, _, _ *Person) error { return changed(tx) },
	Actions: []resource.Action[Person]{handOverAction()},
})

// User is a person who logs in. Roles is a list separated by commas.
type User struct {
	resource.Base
	Login    string `zg:"required,list,search,sort,unique,max=40" zh:"登录名" en:"Login"`
	Name     string `zg:"required,list,search,sort,max=60" zh:"姓名" en:"Name"`
	Person   int64  `zg:"list,ref=base.person" zh:"员工" en:"Person"`
	Roles    string `zg:"required,list,max=200,ref=base.role,kind=text" zh:"角色" en:"Roles" help:"代码或名称，用逗号分隔，例如 老板,会计|Codes or names separated by commas, such as boss,accountant"`
	Listed   string `zg:"max=500" zh:"可见部门" en:"Departments seen" help:"部门编码，用逗号分隔|Codes of departments, separated by commas"`
	Lang     string `zg:"list,default=zh" zh:"语言" en:"Language" opt:"zh|中文|中文;en|English|English"`
	Disabled bool   `zg:"readonly,list,filter" zh:"已停用" en:"Disabled"`
}

// Left is published when a user is disabled.
var Left = kernel.NewTopic[*User]("base.user.left")

// PasswordInput is what set_password asks for.
type PasswordInput struct {
	Password string `zg:"required,secret,max=200" zh:"新密码" en:"New password"`

	hash string // of Password, made before the unit
}

// Users is the resource.
var Users = resource.Declare[User](resource.Spec[User]{
	Name: "base.user", Label: kernel.T("操作员", "User"), Kind: "setup", Title: "name", Code: "login", Sub: []string{"login"},
	Empty: kernel.T("能登录的人和他们的角色。", "Who may log in, and in which roles."), NoDelete: true,
	Compute:  computeUser,
	Validate: validateUser,
	Check:    checkUser,
	Saved:    func(tx *kernel.Tx, old, u *User) error { return userSaved(tx, old, u) },
	Actions: []resource.Action[User]{
		{Name: "set_password", Label: kernel.T("设置密码", "Set password"), In: &PasswordInput{}, Prepare: hashPassword, Run: setPassword},
		{Name: "end_sessions", Label: kernel.T("退出全部登录", "Log out everywhere"),
			Confirm: kernel.T("让 {label} 在所有设备上退出登录？", "Log {label} out on all devices?"), Run: endSessions},
		{Name: "reset_second", Label: kernel.T("重置两步验证", "Reset two-step login"), Danger: true,
			Confirm: kernel.T("重置 {label} 的两步验证：退出全部登录，下次只用密码登录。请先确认是本人要求的。", "Reset the two-step login of {label}: logged out everywhere, next time the password alone is asked for. Make sure that it is really this person who asks."),
			Run:     resetSecond},
		{Name: "disable", Label: kernel.T("停用", "Disable"), Danger: true,
			Confirm: kernel.T("停用 {label}：立即退出登录，不能再登录。", "Disable {label}: logged out at once, cannot log in again."),
			Run:     func(tx *kernel.Tx, u *User, _ any) error { return setDisabled(tx, u, true) }},
		{Name: "enable", Label: kernel.T("启用", "Enable"),
			Run: func(tx *kernel.Tx, u *User, _ any) error { return setDisabled(tx, u, false) }},
	},
})

// RolesOf splits a user's list of roles.
func RolesOf(u *User) []string {
	var out []string
	for _, r := range strings.FieldsFunc(u.Roles, func(r rune) bool { return r == ',' || r == '，' || r == ' ' || r == '、' }) {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// computeUser puts the codes of roles in the place of their names.
func computeUser(v *kernel.View, u *User, _ string) (problem.List, error) {
	codes, err := roleNames(v)
	words := split(u.Roles)
	for i, word := range words {
		if code := codes[word]; code != "" {
			words[i] = code
		}
	}
	u.Roles = strings.Join(words, ",")
	return nil, err
}

func validateUser(u *User) problem.List {
	u.Roles = strings.Join(RolesOf(u), ",")
	var list problem.List
	if strings.ContainsAny(u.Login, " \t,:") {
		list.Add(problem.Rule("user.login").At("/login"))
	}
	return list
}

// checkUser lets a user have known roles only, and whoever is no administrator give only what he holds himself.
func checkUser(tx *kernel.Tx, old, u *User) error {
	had := []string{}
	if old != nil {
		had = RolesOf(old)
		if err := mayTouch(tx, old); err != nil {
			return err
		}
	}
	if slices.Contains(had, administrator) && !isAdministrator(u) {
		if err := lastAdministrator(tx, old); err != nil {
			return err
		}
	}
	if _, ok := tx.Company.Rights.(auth.Policy); !ok {
		return nil
	}
	var added []string
	for _, code := range RolesOf(u) {
		if !slices.Contains(had, code) {
			added = append(added, code)
		}
	}
	roles, err := rolesByCode(tx, added)
	if err != nil {
		return err
	}
	for i, code := range added {
		if roles[i] == nil {
			return problem.Rule("user.role", "role", code).At("/roles")
		}
	}
	return mayGive(tx, roles)
}

// rolesByCode gives roles in the order of their codes, nil for an unknown one. They stay locked, so that nobody deletes
// what is being given.
func rolesByCode(tx *kernel.Tx, codes []string) ([]*Role, error) {
	ids, err := roleIDs(tx.View, codes)
	if err != nil {
		return nil, err
	}
	recs, err := resource.LockMany(tx, rolesOf(tx.Company).Def, idsOf(ids))
	if err != nil {
		return nil, err
	}
	out := make([]*Role, len(codes))
	for i, code := range codes {
		out[i], _ = recs[ids[code]].(*Role)
	}
	return out, nil
}

// mayGive refuses roles that may do more than whoever acts.
func mayGive(tx *kernel.Tx, roles []*Role) error {
	for _, r := range roles {
		if r == nil || tx.Actor.System || tx.Actor.HasRole(administrator) {
			continue
		}
		if r.Code == administrator {
			return problem.New(problem.Forbidden, "user.promote")
		}
		if len(exceeds(tx.Company, tx.Actor, r)) > 0 {
			return problem.New(problem.Forbidden, "user.beyond", "role", kernel.T(r.Name, cmp.Or(r.NameEn, r.Name))).At("/roles")
		}
	}
	return nil
}

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares departments, people and users and fills the port of accounts.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "base.organisation", Migrations: files, Setup: setup}
}
