package organisation

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/web/route"
)

// object is something that rights are about: a resource, a report, a kind of field, a part of the program.
type object struct {
	name   string
	label  kernel.Text
	group  kernel.Text
	acts   []kernel.Option
	reads  string // the act that the tick of viewing stands for
	scoped bool   // its rows are seen by owner or department
}

// catalogue is everything that can be allowed, in the order of the menu.
type catalogue struct {
	of      []*kernel.Def // the resources as it was made
	objects []*object
	byName  map[string]*object
}

// fieldRights are the kinds of fields that not everybody sees.
var fieldRights = []kernel.Option{
	{Value: "price", Label: kernel.T("售价和销售金额", "Selling prices and amounts")},
	{Value: "cost", Label: kernel.T("成本和进价", "Cost and buying prices")}, {Value: "margin", Label: kernel.T("毛利", "Margin")},
	{Value: "credit", Label: kernel.T("欠款和信用额度", "Debts and credit limits")}, {Value: "phone", Label: kernel.T("电话和邮箱", "Phones and e-mail")},
	{Value: "bank", Label: kernel.T("银行账号", "Bank accounts")}, {Value: "salary", Label: kernel.T("工资", "Salaries")},
}

type catalogueKey struct{}

// catalogueOf gives the company's catalogue; only once all modules have declared.
func catalogueOf(c *kernel.Company) *catalogue {
	fresh := func() (*catalogue, error) { return newCatalogue(c), nil }
	got, _ := kernel.Cache(c, catalogueKey{}, fresh)
	if !slices.Equal(got.of, c.Resources()) {
		c.Drop(catalogueKey{})
		got, _ = kernel.Cache(c, catalogueKey{}, fresh)
	}
	return got
}

func newCatalogue(c *kernel.Company) *catalogue {
	all := &catalogue{of: c.Resources(), byName: map[string]*object{}}
	for _, d := range all.of {
		if allowable(d) {
			all.add(resourceObject(c, d))
		}
	}
	for _, r := range c.Reports {
		all.add(&object{name: r.Name, label: kernel.T("报表："+r.Label.Zh, "Report: "+r.Label.En), group: groupOf(c, r.Menu, r.Name), reads: "read",
			acts: plain(append([]string{"read", "export"}, printed(c, r.Name)...)...)})
	}
	group := kernel.T("敏感内容", "Sensitive fields")
	for _, f := range fieldRights {
		all.add(&object{name: "field." + f.Value, label: kernel.T("看见"+f.Label.Zh, "Sees: "+strings.ToLower(f.Label.En)), group: group, reads: "see", acts: plain("see")})
	}
	group = kernel.T("系统", "Program")
	all.add(&object{name: "settings", label: kernel.T("公司设置", "Company settings"), group: group, reads: "read", acts: plain("read", "update")})
	all.add(&object{name: "system", label: kernel.T("系统维护", "Maintenance"), group: group, acts: plain("integrity", "jobs", "import", "backup", "restore", "network", "operations", "metrics", "print_design")})
	order := func(o *object) int {
		if i := slices.IndexFunc(c.Menu, func(g kernel.MenuGroup) bool { return g.Label == o.group }); i >= 0 {
			return i
		}
		return len(c.Menu)
	}
	slices.SortStableFunc(all.objects, func(a, b *object) int { return order(a) - order(b) })
	return all
}

// allowable tells the resources that roles may be given rights to; one of the company's own also while it is switched off.
func allowable(d *kernel.Def) bool { return !d.Internal || d.Menu != "" }

func (all *catalogue) add(o *object) {
	for _, other := range all.objects { // a label must lead back to its object in Excel
		if other.label.Zh == o.label.Zh || other.label.En == o.label.En {
			o.label = kernel.T(o.group.Zh+"："+o.label.Zh, o.group.En+": "+o.label.En)
		}
	}
	all.objects = append(all.objects, o)
	all.byName[o.name] = o
}

func resourceObject(c *kernel.Company, d *kernel.Def) *object {
	o := &object{name: d.Name, label: d.Label, group: groupOf(c, "", d.Name), reads: "read", scoped: d.Scope != nil && d.Scope.Through == ""}
	inUse := *d
	inUse.Internal = false
	for _, act := range boot.Acts(&inUse) {
		if a := d.Action(act); a != nil {
			o.acts = append(o.acts, kernel.Option{Value: act, Label: a.Label})
		} else {
			o.acts = append(o.acts, plain(act)...)
		}
	}
	o.acts = append(o.acts, moreActs(c, d.Name)...)
	if d.NoCreate && c.Rights != nil && c.Rights.Known(d.Name, "create") { // made by a way of its own
		o.acts = append(o.acts, plain("create")...)
	}
	o.acts = append(o.acts, plain("export")...)
	if !d.NoCreate {
		o.acts = append(o.acts, plain("import")...)
	}
	if len(d.Prints) > 0 {
		o.acts = append(o.acts, plain("print")...)
	}
	return o
}

// printed is the act of printing where a report has one of its own.
func printed(c *kernel.Company, report string) []string {
	if c.Rights != nil && c.Rights.Known(report, "print") {
		return []string{"print"}
	}
	return nil
}

// plain are acts by the words that the kernel has for them.
func plain(acts ...string) []kernel.Option {
	out := make([]kernel.Option, len(acts))
	for i, act := range acts {
		out[i] = kernel.Option{Value: act, Label: kernel.T(messages.Text("zh", "act."+act, nil), messages.Text("en", "act."+act, nil))}
	}
	return out
}

// groupOf finds the heading of the menu under which people look for something: by its own entry, by key, or by that of
// another resource of its module.
func groupOf(c *kernel.Company, key, name string) kernel.Text {
	module, _, _ := strings.Cut(name, ".")
	for _, fits := range []func(g kernel.MenuGroup, i kernel.MenuItem) bool{
		func(_ kernel.MenuGroup, i kernel.MenuItem) bool {
			return i.Resource == name || i.Report == name || i.To == "/r/"+name
		},
		func(g kernel.MenuGroup, _ kernel.MenuItem) bool { return g.Key == key || g.Key == module },
		func(_ kernel.MenuGroup, i kernel.MenuItem) bool { return strings.HasPrefix(i.Resource, module+".") },
	} {
		for _, g := range c.Menu {
			if slices.ContainsFunc(g.Items, func(i kernel.MenuItem) bool { return fits(g, i) }) {
				return g.Label
			}
		}
	}
	return kernel.T("其他", "Other")
}

func (o *object) knows(act string) bool {
	return slices.ContainsFunc(o.acts, func(a kernel.Option) bool { return a.Value == act })
}

func (o *object) labelOf(act string) kernel.Text {
	for _, a := range o.acts {
		if a.Value == act {
			return a.Label
		}
	}
	return kernel.T(act, act)
}

// actOf is the act that a tick stands for: viewing a kind of field is seeing it.
func (o *object) actOf(tick string) string {
	if tick == "read" {
		return o.reads
	}
	return tick
}

// action finds an act beyond the ticks by its name or label, "" when there is none.
func (o *object) action(word string) string {
	for _, a := range o.others() {
		if a.Value == word || a.Label.Zh == word || strings.EqualFold(a.Label.En, word) {
			return a.Value
		}
	}
	return ""
}

// others are the acts that have no tick of their own.
func (o *object) others() []kernel.Option {
	return slices.DeleteFunc(slices.Clone(o.acts), func(a kernel.Option) bool {
		return slices.ContainsFunc(ticks, func(t tick) bool { return o.actOf(t.act) == a.Value })
	})
}

// granted are the acts that a line allows and the object knows.
func (o *object) granted(l *RoleRight) []string {
	var out []string
	for _, t := range ticks {
		if act := o.actOf(t.act); *t.of(l) && o.knows(act) {
			out = append(out, act)
		}
	}
	for _, word := range split(l.Actions) {
		if act := o.action(word); act != "" {
			out = append(out, act)
		}
	}
	return out
}

// lineFor is the line that allows what permissions allow, false when that is nothing.
func (o *object) lineFor(p kernel.Permissions) (RoleRight, bool) {
	l := RoleRight{Object: o.name}
	for _, t := range ticks {
		act := o.actOf(t.act)
		*t.of(&l) = o.knows(act) && p.Can(o.name, act)
	}
	var names []string
	for _, a := range o.others() {
		if p.Can(o.name, a.Value) {
			names = append(names, a.Value)
		}
	}
	l.Actions = strings.Join(names, ",")
	if level := levels[p.Scope(o.name)]; o.scoped && level != levels[p.Scope("*")] {
		l.Scope = level
	}
	return l, len(o.granted(&l)) > 0 || l.Scope != ""
}

// offer gives the lines of roles the objects to choose from, and refuses a kind of field that has no name yet.
func offer(c *kernel.Company) error {
	all := catalogueOf(c)
	f := c.Def("base.role").LineOf("rights").ByName["object"]
	for _, o := range all.objects {
		f.Options = append(f.Options, kernel.Option{Value: o.name, Label: o.label})
	}
	f.Offer = func(d *kernel.Def) (kernel.Option, bool) {
		return kernel.Option{Value: d.Name, Label: d.Label}, allowable(d)
	}
	for _, d := range c.Defs {
		fields := slices.Clone(d.Fields)
		for _, l := range d.Lines {
			fields = append(fields, l.Fields...)
		}
		for _, f := range fields {
			// A hidden field that no role may be given is the program's own.
			if f.Right != "" && !f.Hidden && all.byName["field."+f.Right] == nil {
				return fmt.Errorf("%s.%s needs the field right %q, which roles cannot give", d.Name, f.Name, f.Right)
			}
		}
	}
	return nil
}

// routes tell a form of roles what can be ticked.
func routes(c *kernel.Company) []route.Route {
	return []route.Route{{Method: "GET", Path: "/api/v1/base/roles/catalogue", Object: "base.role", Acts: []string{"read"}, Handle: describe,
		Doc: route.Doc{Summary: "What a role can be allowed, with labels", Tag: "base.role", Response: "object"}}}
}

type actMeta struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Tick  string `json:"tick,omitempty"` // the column of the line; without one it belongs into actions
	May   bool   `json:"may"`            // whoever asks may give it
}

type objectMeta struct {
	Name   string    `json:"name"`
	Label  string    `json:"label"`
	Group  string    `json:"group"`
	Scoped bool      `json:"scoped"`
	Acts   []actMeta `json:"acts"`
}

func describe(r *route.Request) error {
	out := []objectMeta{}
	for _, o := range catalogueOf(r.Company).objects {
		m := objectMeta{Name: o.name, Label: o.label.In(r.Lang), Group: o.group.In(r.Lang), Scoped: o.scoped}
		for _, a := range o.acts {
			act := actMeta{Name: a.Value, Label: a.Label.In(r.Lang), May: r.Actor.Can(o.name, a.Value)}
			for _, t := range ticks {
				if o.actOf(t.act) == a.Value {
					act.Tick = t.column
				}
			}
			m.Acts = append(m.Acts, act)
		}
		out = append(out, m)
	}
	return r.JSON(http.StatusOK, map[string]any{"objects": out})
}
