package organisation

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// administrator is the role that may do everything and needs no rights for it.
const administrator = "administrator"

// Role is a set of rights that is given to users. Those that the program ships are rows too, kept by the program.
type Role struct {
	resource.Base
	Code    string      `zg:"required,once,list,search,sort,unique,max=30" zh:"代码" en:"Code" help:"定了就不能改。可以用汉字、字母、数字|It stays as it is. Letters, digits, - and _"`
	Name    string      `zg:"required,list,search,sort,max=60" zh:"名称" en:"Name"`
	NameEn  string      `zg:"list,search,max=60" zh:"英文名称" en:"Name in English"`
	Scope   string      `zg:"required,list,filter,default=own" zh:"能看到" en:"Sees" opt:"none|什么都看不到|Nothing;own|本人的|Own;department|本部门的|Own department;below|本部门及下级的|Own department and below;listed|指定部门的|Listed departments;all|全部|Everything" help:"客户和单据按业务员、部门分开看。下面可以逐项另定|Partners and documents are seen by salesperson and department. Each line can say otherwise"`
	Shipped bool        `zg:"readonly,list,filter" zh:"系统自带" en:"Shipped"`
	Note    string      `zg:"max=500" zh:"备注" en:"Note"`
	Rights  []RoleRight `lines:"base_role_right" zh:"权限" en:"Rights"`
}

// RoleRight is what a role may do with one object. What is not ticked is denied.
type RoleRight struct {
	resource.Line
	Object    string `zg:"required,enter,kind=enum,width=200" zh:"对象" en:"Object"`
	MayRead   bool   `zg:"width=60" zh:"查看" en:"View"`
	MayCreate bool   `zg:"width=60" zh:"新建" en:"Create"`
	MayUpdate bool   `zg:"width=60" zh:"修改" en:"Change"`
	MayDelete bool   `zg:"width=60" zh:"删除" en:"Delete"`
	MayImport bool   `zg:"width=60" zh:"导入" en:"Import"`
	MayExport bool   `zg:"width=60" zh:"导出" en:"Export"`
	MayPrint  bool   `zg:"width=60" zh:"打印" en:"Print"`
	Actions   string `zg:"max=300,width=220" zh:"其他操作" en:"Other actions" help:"用逗号分隔，例如 过账,作废|Separated by commas, such as post,void"`
	Scope     string `zg:"width=130" zh:"能看到" en:"Sees" opt:"none|什么都看不到|Nothing;own|本人的|Own;department|本部门的|Own department;below|本部门及下级的|Own department and below;listed|指定部门的|Listed departments;all|全部|Everything"`
}

// tick is a column of RoleRight that stands for an act.
type tick struct {
	act, column string
	of          func(*RoleRight) *bool
}

// ticks are the acts that most objects know.
var ticks = []tick{
	{"read", "may_read", func(l *RoleRight) *bool { return &l.MayRead }},
	{"create", "may_create", func(l *RoleRight) *bool { return &l.MayCreate }},
	{"update", "may_update", func(l *RoleRight) *bool { return &l.MayUpdate }},
	{"delete", "may_delete", func(l *RoleRight) *bool { return &l.MayDelete }},
	{"import", "may_import", func(l *RoleRight) *bool { return &l.MayImport }},
	{"export", "may_export", func(l *RoleRight) *bool { return &l.MayExport }},
	{"print", "may_print", func(l *RoleRight) *bool { return &l.MayPrint }},
}

// levels are the scopes by kernel.ScopeLevel.
var levels = []string{"none", "own", "department", "below", "listed", "all"}

// declareRoles builds the resource. It is made for each company, because what its lines offer depends on the modules.
func declareRoles() *resource.Resource[Role] {
	return resource.Declare[Role](resource.Spec[Role]{
		Name: "base.role", Label: kernel.T("角色", "Role"), Kind: "setup", Sub: []string{"name_en"},
		Empty: kernel.T("谁能看什么、做什么。复制一个角色，再改成自己要的。", "Who may see and do what. Copy a role and make it yours."),
		New:   func(v *kernel.View, r *Role) (err error) { r.Code, err = freeCode(v); return err },
		Compute: func(v *kernel.View, r *Role, _ string) (problem.List, error) {
			return judge(catalogueOf(v.Company), r), nil
		},
		Validate: validateRole,
		Check:    checkRole,
		Frozen:   func(r *Role) bool { return r.Shipped },
		Saved:    func(tx *kernel.Tx, _, _ *Role) error { return changed(tx) },
		Deleted:  deleteRole,
	})
}

func rolesOf(c *kernel.Company) *resource.Resource[Role] { return resource.Named[Role](c, "base.role") }

// validateRole keeps own codes apart from those the program ships now or later, which are small letters and _ only.
func validateRole(r *Role) problem.List {
	var list problem.List
	reserved := true
	for _, c := range r.Code {
		reserved = reserved && (c == '_' || c >= 'a' && c <= 'z')
		if c != '_' && c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			list.Add(problem.Rule("role.code_letters").At("/code"))
			return list
		}
	}
	if reserved && !r.Shipped && r.Code != "" {
		list.Add(problem.Rule("role.code_reserved", "code", r.Code).At("/code"))
	}
	return list
}

// judge refuses what the catalogue does not know and puts the lines into their canonical form: who may do something with
// an object may see it, actions go by their names, only what is seen by owner has a scope.
func judge(all *catalogue, r *Role) problem.List {
	var list problem.List
	seen := map[string]bool{}
	for i := range r.Rights {
		line := &r.Rights[i]
		at := fmt.Sprintf("/rights/%d/", i)
		o := all.byName[line.Object]
		switch {
		case line.Object == "": // required, which is said elsewhere
			continue
		case o == nil:
			list.Add(problem.Rule("role.object", "object", line.Object).At(at + "object"))
			continue
		case seen[o.name]:
			list.Add(problem.Rule("role.twice", "what", o.label).At(at + "object"))
		}
		seen[o.name] = true
		var names []string
		for _, word := range split(line.Actions) {
			act := o.action(word)
			if act == "" {
				list.Add(problem.Rule("role.action", "what", o.label, "word", word).At(at + "actions"))
			} else if !slices.Contains(names, act) {
				names = append(names, act)
			}
		}
		line.Actions = strings.Join(names, ",")
		some := line.Actions != ""
		for _, t := range ticks {
			if *t.of(line) && !o.knows(o.actOf(t.act)) {
				list.Add(problem.Rule("role.tick", "what", o.label).At(at + t.column))
			}
			some = some || *t.of(line)
		}
		line.MayRead = some && o.knows(o.reads) || line.MayRead
		if !o.scoped {
			line.Scope = ""
		}
	}
	return list
}

func split(text string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",，、;；", c) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// checkRole guards the shipped roles, and keeps anybody but an administrator from giving more than he holds.
func checkRole(tx *kernel.Tx, old, r *Role) error {
	if r.Shipped || old != nil && old.Shipped {
		return problem.Rule("role.shipped", "name", r.Name)
	}
	return exceeds(tx.Company, tx.Actor, r).Err()
}

// exceeds lists what a role may do or see and the actor may not. Nothing is beyond an administrator.
func exceeds(c *kernel.Company, a *kernel.Actor, r *Role) problem.List {
	var list problem.List
	if a.System || a.HasRole(administrator) {
		return list
	}
	level := func(object string) int { return 0 }
	if a.Perms != nil {
		level = func(object string) int { return int(a.Perms.Scope(object)) }
	}
	all := catalogueOf(c)
	own := map[string]bool{}
	for i := range r.Rights {
		line := &r.Rights[i]
		o := all.byName[line.Object]
		if o == nil {
			continue
		}
		for _, act := range o.granted(line) {
			if !a.Can(o.name, act) {
				list.Add(problem.New(problem.Forbidden, "role.beyond", "what", o.label, "verb", o.labelOf(act)).At(fmt.Sprintf("/rights/%d/object", i)))
			}
		}
		if line.Scope == "" {
			continue
		}
		own[o.name] = true
		if slices.Index(levels, line.Scope) > level(o.name) {
			list.Add(problem.New(problem.Forbidden, "role.beyond_scope", "what", o.label).At(fmt.Sprintf("/rights/%d/scope", i)))
		}
	}
	for _, o := range all.objects {
		if o.scoped && !own[o.name] && slices.Index(levels, r.Scope) > level(o.name) {
			list.Add(problem.New(problem.Forbidden, "role.beyond_scope", "what", o.label).At("/scope"))
			break
		}
	}
	return list
}

func deleteRole(tx *kernel.Tx, r *Role) error {
	if r.Shipped {
		return problem.Rule("role.shipped", "name", r.Name)
	}
	users, err := usersWith(tx.View, r.Code)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return problem.Rule("role.in_use", "name", r.Name, "count", len(users), "users", strings.Join(users[:min(len(users), 5)], "、"))
	}
	return changed(tx)
}

// ownRoles reads the roles of the company's own making for the policy. What the catalogue does not know is left out.
func ownRoles(v *kernel.View) ([]auth.Role, error) {
	own, err := rolesMade(v)
	if err != nil {
		return nil, err
	}
	all := catalogueOf(v.Company)
	out := make([]auth.Role, 0, len(own))
	for _, r := range own {
		role := auth.Role{Code: r.Code, Name: kernel.T(r.Name, r.NameEn), Scope: r.Scope}
		for i := range r.Rights {
			if o := all.byName[r.Rights[i].Object]; o != nil {
				role.Grants = append(role.Grants, auth.Grant{Object: o.name, Acts: o.granted(&r.Rights[i]), Scope: r.Rights[i].Scope})
			}
		}
		out = append(out, role)
	}
	return out, nil
}
