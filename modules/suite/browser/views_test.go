package browser

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

const (
	ownFields = "/api/v1/system/custom-fields"
	viewsAPI  = "/api/v1/system/views"
	bearings  = "北方轴承厂" // a Chinese name, for initials and single characters, in whatever language the pages are
)

// lists are what stands on lists, in the language of the pages.
type lists struct {
	field, section, east, view, hidden, double, reason string
	refused, inFile                                    string
	finds                                              [][2]string // what is typed, and what is found of it by name
	hides                                              []string    // what finds nothing for who may not see it
}

var listings = map[string]lists{
	"zh": {field: "片区", section: "补充内容", east: "华东", view: "华东客户", hidden: "西山木业", double: "东风机械", reason: "换人跟进",
		refused: "「东风机械」已并入另一单位，不能再使用。请到并入的单位去做。", inFile: "华东",
		finds: [][2]string{{"东风", "东风机械厂"}, {"轴承", bearings}, {"bfzc", bearings}, {"厂 东", "东风机械厂"}, {"承 北", bearings}},
		hides: []string{"西山", "xsmy", "业 西"}},
	"en": {field: "Area", section: "Further details", east: "East", view: "East customers", hidden: "Westhill Timber", double: "Eastwind", reason: "Somebody else takes over",
		refused: "“Eastwind” was merged into another party and is no longer used. Go to that one.", inFile: "East",
		finds: [][2]string{{"eastwind m", "Eastwind Machines"}, {"轴承", bearings}, {"bfzc", bearings}, {"mach east", "Eastwind Machines"}, {"承 北", bearings}},
		hides: []string{"westhill", "timb west", "hill"}},
}

// TestListsAsPeopleWantThem: the administrator adds a field of the firm's own, gives it a value in many records at once,
// filters by it and shares the list as a view. Colleagues see the view with the rows that are theirs to see, the file has
// the same, and the search finds what its reader may see.
func TestListsAsPeopleWantThem(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lang)
			w := listings[lang]
			s.as("wang")
			s.call("POST", partiesAPI, object{"name": w.hidden})
			s.as(bossLogin)
			double := s.call("POST", partiesAPI+"?agree=party.twin", object{"name": w.double})
			s.act(double, partiesAPI+"/", "merge", object{"into": id(s.customer)})
			boss := s.enter(bossLogin, "/r/system.custom_field", false)
			key := boss.ownField(s, w)
			boss.fillOwn(s, w, key)
			boss.editMany(s, w, key)
			boss.filterAndShow(s, w, key)
			grid := boss.shareView(s, w)
			boss.exported(s, w)
			jin := s.enter("jin", "/r/base.party", false)
			jin.opensView(w)
			if got := jin.grid(); got != grid {
				t.Errorf("a colleague sees\n%s\nwant\n%s", got, grid)
			}
			jin.look("colleague")
			li := s.enter("li", "/r/base.party", false)
			li.opensView(w)
			li.rowsAre(names[lang].customer) // the same view, of his own customers
			li.look("own-rows-only")
			s.as("li")
			s.call("POST", partiesAPI, object{"name": bearings})
			s.as(bossLogin)
			li.searches(s, w)
			boss.actOnMany(s, w)
		})
	}
}

// ownField adds a field of the firm's own to customers and answers what programs call it.
func (b *tab) ownField(s *stage, w lists) string {
	b.t.Helper()
	b.find(".page .empty", "")
	b.look("no-own-fields")
	b.visit("/r/system.custom_field/new")
	b.option("#f-resource", b.label("resource", "base.party", ""))
	b.put("#f-label_zh", w.field)
	b.pick("#f-field_kind", "enum")
	b.put("#f-options", w.inFile)
	b.look("own-field")
	b.saveIt()
	b.at(`^/r/system\.custom_field/\d+`)
	made := s.list(ownFields)
	if len(made) != 1 || made[0]["label_zh"] != w.field || made[0]["resource"] != "base.party" {
		b.t.Fatalf("the fields of the firm's own are %v", made)
	}
	return made[0]["field_key"].(string)
}

// fillOwn fills the field in the form of one customer.
func (b *tab) fillOwn(s *stage, w lists, key string) {
	b.t.Helper()
	b.visit("/r/base.party/" + itoa(id(s.customer)))
	b.click(".page.record button", "＋ "+w.section)
	b.option("#f-"+key, w.east)
	b.look("form")
	b.saveIt()
	b.see(b.words.say(b.t, "record.saved"))
	if got := s.customerNow()[key]; got != w.inFile {
		b.t.Errorf("the customer has %v in the field, want %q", got, w.inFile)
	}
}

// tick ticks the row in which a cell says text.
func (b *tab) tick(text string) {
	b.t.Helper()
	b.until("tick "+text, `s => { const row = [...document.querySelectorAll('table.grid tbody tr')].find(tr => [...tr.cells].some(c => c.innerText.trim() === s))
		row?.querySelector('input[type=checkbox]').click(); return !!row }`, text)
}

// editMany gives the field a value in two records at once; the one that is closed to changes is named with its reason.
func (b *tab) editMany(s *stage, w lists, key string) {
	b.t.Helper()
	b.visit("/r/base.party")
	b.find("table.grid th", w.field)
	b.tick(w.hidden)
	b.tick(w.double)
	b.click(".bulk button", b.words.say(b.t, "bulk.edit"))
	b.pick(".el-dialog label > select", key)
	b.option("#bulk-"+key, w.east)
	b.look("edit-many")
	b.click(".el-dialog button[type=submit]", "")
	b.click(".el-message-box button", b.words.say(b.t, "bulk.edit"))
	b.told("bulk.done", 1)
	b.told("bulk.failed", 1)
	b.told("bulk.doneRows", 1)
	refused := b.eval(`() => [...document.querySelectorAll('.el-dialog details[open]')].map(d => [d.querySelector('summary').innerText.trim(),
		...[...d.querySelectorAll('a')].map(a => a.innerText.trim())].join(' | ')).join('\n')`)
	if want := w.refused + " 1 | " + w.double; refused != want {
		b.t.Errorf("the refused ones are\n%s\nwant\n%s", refused, want)
	}
	b.look("edited-many")
	b.click(".el-dialog .btn.primary", b.words.say(b.t, "common.done"))
	b.gone(".el-dialog")
	has := map[string]any{}
	for _, one := range s.list(partiesAPI) {
		has[one["name"].(string)] = one[key]
	}
	if has[w.hidden] != w.inFile || has[names[s.lang].customer] != w.inFile || has[w.double] != "" || has["x"] != "" {
		b.t.Errorf("the field is %v in the records", has)
	}
}

// told waits until the dialog says a sentence with a count.
func (b *tab) told(key string, count int64) {
	b.t.Helper()
	text := b.words.say(b.t, key)
	if one, several, both := strings.Cut(text, " | "); both {
		text = several
		if count == 1 {
			text = one
		}
	}
	b.seeIn(".el-dialog", strings.ReplaceAll(text, "{count}", itoa(count)))
}

// filterAndShow filters by the field and leaves four columns.
func (b *tab) filterAndShow(s *stage, w lists, key string) {
	b.t.Helper()
	b.click(".bar .chip", b.words.say(b.t, "filter.add"))
	b.click(".pop .menu-item", w.field)
	b.click(".pop .check", w.east)
	b.click(".pop button[type=submit]", "")
	b.at("filter=" + key)
	b.rowsAre(names[s.lang].customer, w.hidden)
	b.click(".page-head button", b.words.say(b.t, "list.columns"))
	for _, name := range []string{"customer", "supplier", "tags", "contact", "phone", "city", "touched", "active"} {
		b.click(".pop label.menu-item", b.label("fields", "base.party", name))
	}
	b.look("columns")
	b.press(input.Escape)
	var heads []string
	for _, name := range []string{"code", "name", "owner", key} {
		heads = append(heads, b.label("fields", "base.party", name))
	}
	if got, _, _ := strings.Cut(b.grid(), "\n"); got != strings.Join(heads, " | ") {
		b.t.Errorf("the columns are %q, want %q", got, heads)
	}
}

// grid reads the list on the page, but for its ticks.
func (b *tab) grid() string {
	b.t.Helper()
	return b.eval(`() => [...document.querySelectorAll('table.grid tr')].map(tr => [...tr.cells].filter(c => !c.querySelector('input'))
		.map(c => c.innerText.trim()).join(' | ')).join('\n')`)
}

// rowsAre waits until the list has these records and no others, by their names.
func (b *tab) rowsAre(want ...string) {
	b.t.Helper()
	slices.Sort(want)
	name := b.label("fields", "base.party", "name")
	b.until("the rows are "+strings.Join(want, ", "), `(name, want) => { const at = [...document.querySelectorAll('table.grid th')].findIndex(th => th.innerText.trim().split('\n')[0] === name)
		return [...document.querySelectorAll('table.grid tbody tr')].map(tr => tr.cells[at]?.innerText.trim()).sort().join('\n') === want }`, name, strings.Join(want, "\n"))
}

// shareView saves the list under a name, gives it to everybody and answers how it looks.
func (b *tab) shareView(s *stage, w lists) string {
	b.t.Helper()
	title := b.words.say(b.t, "view.title")
	b.click(".bar .chip", title)
	b.click(".pop .menu-item", b.words.say(b.t, "view.saveAs"))
	b.put(".pop form input", w.view)
	b.look("save-view")
	b.click(".pop form button[type=submit]", "")
	b.at("view=")
	b.seeIn(".bar .chip", w.view)
	b.click(".bar .chip", title)
	b.click(".pop .menu-item", b.words.say(b.t, "view.share"))
	b.click("#act-everybody", "")
	b.look("share-view")
	b.click(".el-dialog button[type=submit]", "")
	b.gone(".el-dialog")
	s.waits("the view is shared", func() bool {
		made := s.list(viewsAPI)
		return len(made) == 1 && made[0]["name"] == w.view && made[0]["everybody"] == true
	})
	b.look("view")
	return b.grid()
}

// opensView chooses the shared view of the list.
func (b *tab) opensView(w lists) {
	b.t.Helper()
	b.click(".bar .chip", b.words.say(b.t, "view.title"))
	b.click(".pop .menu-item", w.view)
	b.at("view=")
	b.seeIn(".bar .chip", w.view)
	b.until("the rows are those of the view", `s => { const rows = [...document.querySelectorAll('table.grid tbody tr')]
		return rows.length > 0 && rows.every(tr => tr.cells[tr.cells.length - 1].innerText.trim() === s) }`, w.east)
}

// exported brings the list as a file for Excel: the same rows, with the field among them.
func (b *tab) exported(s *stage, w lists) {
	b.t.Helper()
	b.click(".page-head button", b.words.say(b.t, "list.export"))
	rows := readSheet(b.t, b.download(".pop a", "Excel"))
	head := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, w.field) }) // whose it is stands above
	if head < 0 {
		b.t.Fatalf("the file has no column %s: %q", w.field, rows)
	}
	at, name := slices.Index(rows[head], w.field), slices.Index(rows[head], b.label("fields", "base.party", "name"))
	var got []string
	for _, row := range rows[head+1:] {
		got = append(got, row[name]+" "+row[at])
	}
	want := []string{names[s.lang].customer + " " + w.inFile, w.hidden + " " + w.inFile}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		b.t.Errorf("the file has %q, want %q", got, want)
	}
}

// searches finds customers from anywhere by fragments and initials, and none that are somebody else's.
func (b *tab) searches(s *stage, w lists) {
	b.t.Helper()
	for _, x := range w.finds {
		b.ask(x[0])
		b.until(x[0]+" finds "+x[1], `want => [...document.querySelectorAll('.hits .menu-item > :first-child')].map(e => e.innerText.trim()).join('\n') === want`, x[1])
	}
	b.shot("found")
	for _, text := range w.hides {
		b.ask(text)
		b.seeIn(".hits .none", b.words.say(b.t, "search.none"))
		if n := b.eval(`async q => (await (await fetch('/api/v1/search?q=' + encodeURIComponent(q))).json()).items.length`, text); n != "0" {
			b.t.Errorf("%q finds %s records for who may not see them", text, n)
		}
	}
	b.shot("not-found")
	found := s.call("GET", "/api/v1/search?q="+strings.ReplaceAll(w.hides[0], " ", "+"), nil)["items"].([]any)
	if len(found) != 1 || found[0].(object)["label"] != w.hidden {
		b.t.Errorf("the administrator finds %v, want %s", found, w.hidden)
	}
	b.ask("bfzc")
	b.find(".hits .menu-item", bearings)
	b.press(input.Enter)
	b.at(`^/r/base\.party/\d+$`)
	b.seeIn("h1", bearings)
}

// ask types a question into the search, which is a key away from wherever one is.
func (b *tab) ask(text string) {
	b.t.Helper()
	b.acts++
	b.must(b.page.KeyActions().Press(input.ControlLeft).Type('k').Do(), "Ctrl+K")
	b.cursorIn(".search")
	b.write(text)
	b.until(text+" is answered", `s => performance.getEntriesByType('resource').some(e => { const at = new URL(e.name)
		return at.pathname.endsWith('/search') && at.searchParams.get('q') === s })`, text)
}

// actOnMany puts the two customers of the view into the pool with one reason.
func (b *tab) actOnMany(s *stage, w lists) {
	b.t.Helper()
	b.tick(names[s.lang].customer)
	b.tick(w.hidden)
	b.click(".bulk button", b.label("actions", "base.party", "release"))
	b.put("#act-reason", w.reason)
	b.look("release-many")
	b.click(".el-dialog button[type=submit]", "")
	b.told("bulk.done", 2)
	b.look("released-many")
	for _, one := range s.list(partiesAPI) {
		if name := one["name"]; name == w.hidden || name == names[s.lang].customer {
			if one["pooled"] != true || one["owner"] != nil {
				b.t.Errorf("%v is looked after by %v and in the pool: %v, want nobody and true", name, one["owner"], one["pooled"])
			}
		}
	}
}
