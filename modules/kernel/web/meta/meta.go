// Package meta describes to the user interface what a person may see and do, in the words of a language.
package meta

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/web/route"
)

// metaLife bounds how long what is remembered here outlives a change of anything but rights and users, which tell of it.
const metaLife = 30 * time.Second

// described is what the meta data says to everybody with the same roles and language.
type described struct {
	permissions json.RawMessage
	rest        []byte // `"menu":…}`
	until       time.Time
	epoch       int64
}

type resourceMeta struct {
	Name       string       `json:"name"`
	Path       string       `json:"path"`
	Label      string       `json:"label"`
	Plural     string       `json:"plural"`
	Kind       string       `json:"kind"`
	Fields     []FieldMeta  `json:"fields"`
	Lines      []lineMeta   `json:"lines"`
	States     []stateMeta  `json:"states"`
	Actions    []actionMeta `json:"actions"`
	Can        []string     `json:"can"`
	Empty      string       `json:"empty"`
	Quick      []string     `json:"quick"`
	Preview    bool         `json:"preview"`
	Prints     []printMeta  `json:"prints"`
	Title      string       `json:"title"`
	NaturalKey string       `json:"natural_key"`
	Board      *boardMeta   `json:"board,omitempty"`
}

// boardMeta is how the records stand as cards: Open are the states in which a card may be moved, none for all of them.
type boardMeta struct {
	Column string   `json:"column"`
	Act    string   `json:"act"`
	Total  string   `json:"total"`
	Facts  []string `json:"facts"`
	Open   []string `json:"open"`
}

type lineMeta struct {
	Name   string      `json:"name"`
	Label  string      `json:"label"`
	Fields []FieldMeta `json:"fields"`
	Min    int         `json:"min"`
	// Carried are figures that no screen shows and a form hands back as it got them.
	Carried []string `json:"carried,omitempty"`
}

type stateMeta struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Tone  string `json:"tone"`
}

type actionMeta struct {
	Name       string      `json:"name"`
	Label      string      `json:"label"`
	From       []string    `json:"from"`
	To         string      `json:"to"`
	Input      []FieldMeta `json:"input"`
	Primary    bool        `json:"primary"`
	Danger     bool        `json:"danger"`
	Collection bool        `json:"collection"`
	Confirm    string      `json:"confirm"`
	Key        string      `json:"key"`
}

type printMeta struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// Link leads to a page.
type Link struct {
	Label string `json:"label"`
	To    string `json:"to"`
}

// Group is a heading of the menu.
type Group struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Items []Link `json:"items"`
}

type reportMeta struct {
	Name   string      `json:"name"`
	Path   string      `json:"path"`
	Label  string      `json:"label"`
	Params []FieldMeta `json:"params"`
	Group  string      `json:"group"`
}

// Meta answers for one company.
type Meta struct {
	c     *kernel.Company
	known sync.Map // by roles, language and the settings of the menu: *described
}

// New makes the meta data of a company.
func New(c *kernel.Company) *Meta { return &Meta{c: c} }

// Route is where the meta data is asked.
func (d *Meta) Route() route.Route {
	return route.Route{Method: "GET", Path: "/api/v1/meta", SignedIn: true, Handle: d.meta,
		Doc: route.Doc{Summary: "What I may see and do, with labels", Tag: "meta", Response: "meta"}}
}

// UserOf is how a person is told about himself.
func UserOf(a *kernel.Actor) map[string]any {
	roles := a.Roles
	if roles == nil {
		roles = []string{}
	}
	lang := a.Lang
	if lang == "" {
		lang = "zh"
	}
	return map[string]any{"id": a.UserID, "name": a.Name, "login": a.Login, "lang": lang, "roles": roles}
}

func (d *Meta) meta(r *route.Request) error {
	m, err := d.described(r)
	if err != nil {
		return err
	}
	user := UserOf(r.Actor)
	user["permissions"] = m.permissions
	today := ""
	if err := r.View(func(v *kernel.View) error { today = string(v.Today); return nil }); err != nil {
		return err
	}
	head, err := json.Marshal(map[string]any{"user": user, "company": map[string]any{
		"name": d.c.Setting("company.name"), "today": today, "zone": d.c.Zone().String(), "currency": "CNY", "books": d.c.Setting("company.books") == "true"}})
	if err != nil {
		return err
	}
	body := append(append(head[:len(head)-1:len(head)-1], ','), m.rest...)
	// The largest answer there is, and the same from one visit to the next: a telephone is spared it.
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	r.W.Header().Set("ETag", tag)
	r.W.Header().Set("Cache-Control", "private, no-cache")
	if r.R.Header.Get("If-None-Match") == tag {
		r.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	return r.Bytes(http.StatusOK, body)
}

// chosen is what the company decided about the settings on which items of the menu depend.
func (d *Meta) chosen() string {
	seen, out := "", lookOf(d.c).Key()+","
	for _, g := range d.c.Menu {
		for _, item := range g.Items {
			if item.Setting != seen {
				seen, out = item.Setting, out+d.c.Setting(item.Setting)+","
			}
		}
	}
	return out
}

// described gives the part that depends on roles, language and the settings of the menu only.
func (d *Meta) described(r *route.Request) (*described, error) {
	key := strings.Join(r.Actor.Roles, ",") + "|" + r.Lang + "|" + d.chosen()
	now, epoch := d.c.Clock.Now(), auth.Epoch(d.c)
	if got, ok := d.known.Load(key); ok && now.Before(got.(*described).until) && got.(*described).epoch == epoch {
		return got.(*described), nil
	}
	resources := map[string]resourceMeta{}
	for _, def := range d.c.Resources() {
		if !def.Internal && r.Actor.Can(def.Name, "read") {
			m := describe(def, r.Actor, r.Lang)
			label := lookOf(d.c).Name(def.Name, def.Label)
			m.Label, m.Plural = label.In(r.Lang), plural(label, r.Lang)
			resources[def.Name] = m
		}
	}
	menu, create := Menu(d.c, r.Actor, r.Lang)
	rest, err := json.Marshal(map[string]any{"menu": menu, "create": create, "resources": resources, "reports": d.reports(r.Actor, r.Lang)})
	if err != nil {
		return nil, err
	}
	m := &described{rest: rest[1:], until: now.Add(metaLife), epoch: epoch}
	if m.permissions, err = json.Marshal(d.permissions(r.Actor)); err != nil {
		return nil, err
	}
	d.known.Store(key, m)
	return m, nil
}

// describe tells of a resource what the actor may know.
func describe(d *kernel.Def, a *kernel.Actor, lang string) resourceMeta {
	out := resourceMeta{
		Name: d.Name, Path: "/api/v1/" + d.Path, Label: d.Label.In(lang), Plural: plural(d.Label, lang), Kind: d.Kind,
		Fields: Fields(d.Fields, a, lang, "id", "version"), Lines: []lineMeta{}, States: []stateMeta{}, Actions: actions(d, a, lang),
		Can: can(d, a), Empty: d.Empty.In(lang), Quick: []string{}, Prints: []printMeta{}, Title: d.Title, NaturalKey: d.Code,
	}
	for i := range out.Fields {
		if out.Fields[i].Name == "number" && d.Number != "" {
			out.Fields[i].ReadOnly = true
		}
	}
	for _, l := range d.Lines {
		out.Lines = append(out.Lines, lineMeta{l.Name, l.Label.In(lang), Fields(l.Fields, a, lang, "id", "parent", "pos"), l.Min, carried(l.Fields, a)})
	}
	if d.Machine != nil {
		for _, s := range d.Machine.States {
			out.States = append(out.States, stateMeta{string(s), d.States[s].Label.In(lang), d.States[s].Tone})
		}
	}
	for _, name := range d.Quick {
		if a.Sees(d.ByName[name].Right) {
			out.Quick = append(out.Quick, name)
		}
	}
	for _, p := range d.Prints {
		out.Prints = append(out.Prints, printMeta{p.Name, p.Label.In(lang)})
	}
	out.Preview = slices.Contains(out.Can, "create") || slices.Contains(out.Can, "update")
	out.Board = board(d, a)
	return out
}

// board leaves out of a board what the actor may not see; without its columns there is none.
func board(d *kernel.Def, a *kernel.Actor) *boardMeta {
	seen := func(name string) bool { f := d.ByName[name]; return f != nil && a.Sees(f.Right) }
	if d.Board == nil || !seen(d.Board.Column) {
		return nil
	}
	if ref := d.ByName[d.Board.Column].Ref; ref != "" && !a.Can(ref, "read") {
		return nil
	}
	out := &boardMeta{Column: d.Board.Column, Act: d.Board.Act, Facts: []string{}, Open: []string{}}
	if seen(d.Board.Total) {
		out.Total = d.Board.Total
	}
	for _, name := range d.Board.Facts {
		if seen(name) {
			out.Facts = append(out.Facts, name)
		}
	}
	if d.Machine == nil {
		return out
	}
	for _, t := range d.Machine.Transitions {
		if t.Action == d.Board.Act {
			for _, from := range t.From {
				out.Open = append(out.Open, string(from))
			}
		}
	}
	return out
}

func actions(d *kernel.Def, a *kernel.Actor, lang string) []actionMeta {
	out := []actionMeta{}
	for _, act := range d.Actions {
		if act.Hidden || !a.Can(d.Name, act.Name) {
			continue
		}
		m := actionMeta{Name: act.Name, Label: act.Label.In(lang), From: []string{}, Input: []FieldMeta{}, Primary: act.Primary,
			Danger: act.Danger, Confirm: act.Confirm.In(lang), Key: act.Key}
		if act.Input != nil {
			m.Input = Fields(act.Input.Fields, a, lang)
		}
		if d.Machine != nil {
			for _, t := range d.Machine.Transitions {
				if t.Action != act.Name {
					continue
				}
				for _, from := range t.From {
					m.From = append(m.From, string(from))
				}
				if m.To == "" {
					m.To = string(t.To)
				}
			}
		}
		out = append(out, m)
	}
	return out
}

func can(d *kernel.Def, a *kernel.Actor) []string {
	out := []string{}
	for _, act := range []string{"read", "create", "update", "delete", "export", "import", "print"} {
		switch {
		case act == "create" && d.NoCreate, act == "import" && d.NoCreate, act == "delete" && d.NoDelete, act == "print" && len(d.Prints) == 0:
		case a.Can(d.Name, act):
			out = append(out, act)
		}
	}
	return out
}

// plural makes the name of the list; Chinese needs none.
func plural(label kernel.Text, lang string) string {
	if lang != "en" {
		return label.Zh
	}
	name := label.En
	if head, of, ok := strings.Cut(name, " of "); ok { // the thing is counted, not what it is of
		return plural(kernel.T(label.Zh, head), lang) + " of " + of
	}
	switch {
	case name == "Person":
		return "People"
	case strings.HasSuffix(name, "money"), strings.HasSuffix(name, " stock"): // not counted
		return name
	case strings.HasSuffix(name, "ss"), strings.HasSuffix(name, "x"), strings.HasSuffix(name, "ch"), strings.HasSuffix(name, "sh"):
		return name + "es"
	case strings.HasSuffix(name, "s"): // what a register is called is several already
		return name
	case strings.HasSuffix(name, "y") && !strings.HasSuffix(name, "ay") && !strings.HasSuffix(name, "ey"):
		return strings.TrimSuffix(name, "y") + "ies"
	}
	return name + "s"
}

// Menu gives the groups with what the actor may open, and the documents he may make, in the same order.
func Menu(c *kernel.Company, a *kernel.Actor, lang string) (groups []Group, create []Link) {
	groups, create = []Group{}, []Link{}
	look := lookOf(c)
	for _, g := range c.Menu {
		out := Group{Key: g.Key, Label: look.Name("menu "+g.Key, g.Label).In(lang), Items: []Link{}}
		for _, item := range g.Items {
			if look.Hides(item.Resource) || look.Hides(item.Report) {
				continue
			}
			if item.Setting != "" && c.Setting(item.Setting) != "true" {
				continue
			}
			if l, ok := itemOf(c, item, a, lang); ok {
				out.Items = append(out.Items, l)
			}
			if def := c.Def(item.Resource); def != nil && def.Kind == "document" && !def.NoCreate && a.Can(def.Name, "create") {
				create = append(create, Link{look.Name(def.Name, def.Label).In(lang), "/r/" + def.Name + "/new"})
			}
		}
		for _, def := range c.Resources() {
			if l, ok := itemOf(c, kernel.MenuItem{Resource: def.Name}, a, lang); ok && def.Menu == g.Key {
				out.Items = append(out.Items, l)
				if !def.NoCreate && a.Can(def.Name, "create") {
					create = append(create, Link{def.Label.In(lang), "/r/" + def.Name + "/new"})
				}
			}
		}
		if len(out.Items) > 0 {
			groups = append(groups, out)
		}
	}
	return groups, create
}

func itemOf(c *kernel.Company, item kernel.MenuItem, a *kernel.Actor, lang string) (Link, bool) {
	if def := c.Def(item.Resource); def != nil {
		return Link{plural(lookOf(c).Name(def.Name, def.Label), lang), "/r/" + def.Name}, !def.Internal && a.Can(def.Name, "read") && (item.Act == "" || a.Can(def.Name, item.Act))
	}
	if r := c.Report(item.Report); r != nil {
		return Link{r.Label.In(lang), "/report/" + r.Name}, a.Can(r.Name, "read")
	}
	return Link{item.Label.In(lang), item.To}, item.To != "" && (item.Object == "" || a.Can(item.Object, item.Act))
}

func (d *Meta) reports(a *kernel.Actor, lang string) map[string]reportMeta {
	out := map[string]reportMeta{}
	for _, r := range d.c.Reports {
		if !a.Can(r.Name, "read") {
			continue
		}
		group := r.Menu
		if group == "" {
			group, _, _ = strings.Cut(r.Name, ".")
		}
		out[r.Name] = reportMeta{r.Name, "/api/v1/reports/" + r.Name, r.Label.In(lang), Fields(r.Params, a, lang), group}
	}
	return out
}

// permissions spells out what the actor may do.
func (d *Meta) permissions(a *kernel.Actor) []string {
	out := []string{}
	note := func(object string, acts ...string) {
		for _, act := range acts {
			if name := object + ":" + act; a.Can(object, act) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	for _, def := range d.c.Resources() {
		if !def.Internal {
			note(def.Name, append(boot.Acts(def), "export", "import", "print")...)
		}
	}
	for _, r := range d.c.Reports {
		note(r.Name, "read", "export")
	}
	note("settings", "read", "update")
	note("system", "integrity", "jobs", "import", "backup", "restore", "network", "print_design")
	return out
}
