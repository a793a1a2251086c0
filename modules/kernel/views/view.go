package views

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Module declares saved views. The resource base.user, whose they are, comes from the module it needs.
func Module() kernel.Module {
	files, _ := fs.Sub(migrations, "migrations") // the folder is embedded above
	return kernel.Module{Name: "views", Needs: []string{"base.organisation"}, Migrations: files, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes))
		return c.Add(Views.Def)
	}}
}

// View is a list as somebody likes to see it.
type View struct {
	resource.Base
	Account   int64  `zg:"readonly,hidden,ref=base.user" zh:"操作员" en:"User"`
	List      string `zg:"required,once,list,filter,sort,max=80,width=160" zh:"列表" en:"List" help:"列表的代码，例如 sales.order|The code of the list, such as sales.order"`
	Name      string `zg:"required,list,sort,max=40,width=200" zh:"名称" en:"Name"`
	Filters   string `zg:"longtext,max=4000" zh:"筛选条件" en:"Filters" help:"每行一个条件，例如 date:within:month|One condition on each line, such as date:within:month"`
	Q         string `zg:"max=200" zh:"搜索词" en:"Words"`
	Sort      string `zg:"max=200" zh:"排序" en:"Order"`
	Columns   string `zg:"max=2000" zh:"显示的列" en:"Columns"`
	Look      string `zg:"list,default=list" zh:"样式" en:"Look" opt:"list|列表|List;board|看板|Board"`
	Everybody bool   `zg:"readonly,list" zh:"所有人可用" en:"For everybody"`
	Roles     string `zg:"readonly,list,max=400,ref=base.role,kind=text" zh:"可用的角色" en:"For roles"`
}

// audience is with whom a view is shared; with nobody takes it back.
type audience struct {
	Everybody bool   `zh:"所有人可用" en:"For everybody"`
	Roles     string `zg:"max=400,ref=base.role,kind=text" zh:"可用的角色" en:"For roles" help:"角色代码，用逗号隔开|Codes of roles, separated by commas"`
}

const name = "system.view"

// Views is the resource.
var Views = resource.Declare[View](resource.Spec[View]{
	Name: name, Label: kernel.T("列表视图", "List view"), Kind: "setup", Title: "name", Code: "id", Key: []string{"list", "name"},
	Empty: kernel.T("在列表上把筛选条件、排序和列存成一个名字，下次一点就是。", "Filters, order and columns of a list, saved under a name."),
	Scope: &kernel.Anchor{Members: &kernel.Members{Table: "system_view", Record: "id", User: "account"}},
	New: func(v *kernel.View, rec *View) error {
		rec.Account = v.Actor.UserID
		return nil
	},
	Check: check,
	Words: func(v *kernel.View, rec *View, field string) (string, bool) {
		if d := v.Company.Def(rec.List); field == "list" && d != nil {
			return d.Label.In(v.Lang), true
		}
		return "", false
	},
	Deleted: func(tx *kernel.Tx, rec *View) error {
		if err := mayShared(tx.Actor, rec); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM view_choices WHERE view = ?", rec.ID)
		return err
	},
	Actions: []resource.Action[View]{{
		Name: "share", Label: kernel.T("共享", "Share"), In: &audience{},
		Confirm: kernel.T("「{label}」给谁用？别人打开时仍只看到自己有权看的数据。", "Who may use “{label}”? Everybody still sees only what he may see."),
		Run:     func(tx *kernel.Tx, rec *View, in any) error { return share(tx, rec, in.(*audience)) },
	}},
})

// mostOfList is how many views one person keeps of one list.
const mostOfList = 50

func check(tx *kernel.Tx, old, rec *View) error {
	if old != nil {
		if err := mayShared(tx.Actor, old); err != nil {
			return err
		}
	} else if n, err := count(tx.View, rec); err != nil {
		return err
	} else if n >= mostOfList {
		return problem.Rule("view.too_many", "most", mostOfList).At("/name")
	}
	d := listOf(tx.View, rec.List)
	if d == nil {
		return problem.Rule("view.list").At("/list")
	}
	var list problem.List
	taken, err := named(tx.View, rec)
	if err != nil {
		return err
	}
	if taken {
		list.Add(problem.Rule("view.name", "name", rec.Name).At("/name"))
	}
	for _, text := range rec.filters() {
		if !usable(tx.View, d, listing.Query{Filters: filterOf(text)}) {
			list.Add(problem.Rule("view.filter", "filter", resource.Clip(text)).At("/filters"))
		}
	}
	if !usable(tx.View, d, listing.Query{Sort: rec.Sort}) {
		list.Add(problem.Rule("view.sort").At("/sort"))
	}
	return list.Err()
}

// mayShared refuses to change what others look through to those who may not share.
func mayShared(a *kernel.Actor, rec *View) error {
	if (rec.Everybody || rec.Roles != "") && !a.Can(name, "share") {
		return problem.New(problem.Forbidden, "view.shared", "name", rec.Name)
	}
	return nil
}

func share(tx *kernel.Tx, rec *View, to *audience) error {
	var roles []string
	for role := range strings.SplitSeq(strings.NewReplacer("，", ",", "、", ",").Replace(to.Roles), ",") {
		role = strings.TrimSpace(role)
		switch {
		case role == "" || slices.Contains(roles, role):
		case tx.Company.Rights == nil || !slices.Contains(tx.Company.Rights.Roles(), role):
			return problem.Rule("view.role", "role", resource.Clip(role)).At("/roles")
		default:
			roles = append(roles, role)
		}
	}
	rec.Everybody, rec.Roles = to.Everybody, strings.Join(roles, ",")
	return resource.Named[View](tx.Company, name).Save(tx, rec)
}

// listOf is the resource whose list a view is of, nil when the caller may not read it.
func listOf(v *kernel.View, name string) *kernel.Def {
	d := v.Company.Def(name)
	if d == nil || d.Internal || !v.Actor.Can(name, "read") {
		return nil
	}
	return d
}

func (rec *View) filters() []string {
	var out []string
	for line := range strings.Lines(rec.Filters) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// filterOf gives a filter; of a text that is none one that no list takes.
func filterOf(text string) []listing.Filter {
	f, err := listing.ParseFilter(text)
	if err != nil {
		return []listing.Filter{{}}
	}
	return []listing.Filter{f}
}

// usable reports whether the caller may ask a list so. No row is read.
func usable(v *kernel.View, d *kernel.Def, q listing.Query) bool {
	_, err := listing.List(v, d, q)
	return err == nil
}
