package organisation

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
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
	Check: func(tx *kernel.Tx, _, p *Person) error { return superiors.noCycle(tx.View, p.ID, p.Superior) },
	Saved: func(tx *kernel.Tx, _, _ *Person) error { return changed(tx) },
})

// User is a person who logs in. Roles is a list separated by commas.
type User struct {
	resource.Base
	Login    string `zg:"required,list,search,sort,unique,max=40" zh:"登录名" en:"Login"`
	Name     string `zg:"required,list,search,sort,max=60" zh:"姓名" en:"Name"`
	Person   int64  `zg:"list,ref=base.person" zh:"员工" en:"Person"`
	Roles    string `zg:"required,list,max=200,kind=text" zh:"角色" en:"Roles" help:"用逗号分隔，例如 boss,accountant|Separated by commas, such as boss,accountant"`
	Listed   string `zg:"max=500" zh:"可见部门" en:"Departments seen" help:"部门编码，用逗号分隔|Codes of departments, separated by commas"`
	Lang     string `zg:"list,default=zh" zh:"语言" en:"Language" opt:"zh|中文|中文;en|English|English"`
	Disabled bool   `zg:"readonly,list,filter" zh:"已停用" en:"Disabled"`
}

// PasswordInput is what set_password asks for.
type PasswordInput struct {
	Password string `zg:"required,max=200" zh:"新密码" en:"New password"`
}

// Users is the resource.
var Users = resource.Declare[User](resource.Spec[User]{
	Name: "base.user", Label: kernel.T("操作员", "User"), Kind: "setup", Title: "name", Code: "login", Sub: []string{"login"},
	Empty: kernel.T("能登录的人和他们的角色。", "Who may log in, and in which roles."), NoDelete: true,
	Validate: validateUser,
	Check:    checkUser,
	Saved:    func(tx *kernel.Tx, old, u *User) error { return userSaved(tx, old, u) },
	Actions: []resource.Action[User]{
		{Name: "set_password", Label: kernel.T("设置密码", "Set password"), In: &PasswordInput{}, Run: setPassword},
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

func validateUser(u *User) problem.List {
	u.Roles = strings.Join(RolesOf(u), ",")
	var list problem.List
	if strings.ContainsAny(u.Login, " \t,:") {
		list.Add(problem.Rule("user.login").At("/login"))
	}
	return list
}

func checkUser(tx *kernel.Tx, old, u *User) error {
	if tx.Company.Rights != nil {
		for _, role := range RolesOf(u) {
			if !slices.Contains(tx.Company.Rights.Roles(), role) {
				return problem.Rule("user.role", "role", role, "roles", strings.Join(tx.Company.Rights.Roles(), ", ")).At("/roles")
			}
		}
	}
	if old != nil && slices.Contains(RolesOf(old), "administrator") && !slices.Contains(RolesOf(u), "administrator") {
		return lastAdministrator(tx, old)
	}
	if slices.Contains(RolesOf(u), "administrator") && !tx.Actor.System && !tx.Actor.HasRole("administrator") &&
		(old == nil || !slices.Contains(RolesOf(old), "administrator")) {
		return problem.New(problem.Forbidden, "user.promote")
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
