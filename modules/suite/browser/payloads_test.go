package browser

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/store"
)

// loaded is a text that sets window.__hit as soon as any of it is more than text.
const loaded = `'">{{constructor.constructor('__hit=1')()}}<img src=x onerror=__hit=1><svg onload=__hit=1><details open ontoggle=__hit=1>` +
	`<input autofocus onfocus=__hit=1><iframe srcdoc="<script>parent.__hit=1</script>"></iframe><script>__hit=1</script><style>*{display:none}</style>`

// parsed are fields whose texts the program reads as something else than words, or by which it finds things: what is written
// there past the rules ends on no page.
var parsed = []string{"base.user.login", "base.user.roles", "base.user.listed", "base.role.code", "base.role.rights.actions", "system.view.list", "system.view.filters",
	"system.view.sort", "system.view.columns", "approval.flow.target", "approval.flow.act", "approval.flow.condition", "approval.flow.definition",
	"ledger.account.code", "ledger.role.role", "ledger.voucher.word", "office.request_kind.code", "register.type.code", "register.type.prefix", "system.custom_field.options",
	"base.party.tags", "crm.follow_up.plan_time", "base.tax_rate.code"}

// load writes it into every text of every record of a company, past the rules: some of them would not let it in.
func load(t *testing.T, c *kernel.Company) (columns int) {
	t.Helper()
	err := c.Store.Write(t.Context(), "payloads", func(u *store.Unit) error {
		for _, d := range c.Defs {
			if d.Internal {
				continue
			}
			n, err := loadTable(u, d.Name, d.Table.Name, d.Fields)
			if columns += n; err != nil {
				return err
			}
			for _, l := range d.Lines {
				n, err := loadTable(u, d.Name+"."+l.Name, l.Table.Name, l.Fields)
				if columns += n; err != nil {
					return err
				}
			}
		}
		for _, name := range []string{"company.name", "company.address", "company.phone"} {
			if _, err := u.Exec("DELETE FROM settings WHERE name = ?", name); err != nil {
				return err
			}
			if _, err := u.Exec("INSERT INTO settings (name, value, changed_at, changed_by) VALUES (?, ?, 0, 0)", name, loaded); err != nil {
				return err
			}
		}
		_, err := u.Exec("UPDATE comments SET content = ?, author_name = ?", loaded, loaded)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

func loadTable(u *store.Unit, name, table string, fields []*kernel.Field) (columns int, err error) {
	for _, f := range fields {
		if !f.Stored() || f.Hidden || f.Kind != kernel.KindText && f.Kind != kernel.KindLongText || slices.Contains(parsed, name+"."+f.Name) {
			continue
		}
		// Some of them must differ from record to record.
		if _, err := u.Exec("UPDATE "+table+" SET "+f.Name+" = ? || id WHERE "+f.Name+" <> '' OR ?", loaded, !f.ReadOnly); err != nil {
			return columns, err
		}
		columns++
	}
	return columns, nil
}

// watcher notes what a page tries that its policy forbids.
const watcher = `window.__forbidden = []; document.addEventListener('securitypolicyviolation', e => window.__forbidden.push(e.violatedDirective + ' ' + e.blockedURI))`

// made are elements that no page of ours has with such attributes.
const made = `() => JSON.stringify({hit: String(window.__hit), forbidden: window.__forbidden, elements: [...document.querySelectorAll(
	'[onerror],[onload],[ontoggle],[onfocus],iframe,img[src="x"],script:not([src]),body style:not([id])')].map(e => e.outerHTML.slice(0, 120)),
	read: document.body.innerText.includes('__hit=1') || [...document.querySelectorAll('input,textarea')].some(e => e.value.includes('__hit=1'))})`

// TestPayloadsRunNowhere opens the list and a record of every kind, and other pages, of a company all of whose texts are
// payloads: nothing of them becomes an element, runs or is stopped only by the policy of the page.
func TestPayloadsRunNowhere(t *testing.T) {
	t.Parallel()
	chromium(t)
	c := keptCompany(t)
	if columns := load(t, c); columns < 200 {
		t.Errorf("only %d columns are loaded", columns)
	}
	s := serve(t, c)
	s.soiled = true
	s.call("POST", "/api/v1/session", object{"login": bossLogin, "password": keptPassword})
	b := newPerson(t, s, screen{lang: "zh"}, "payloads").blank()
	s.admit(b.person)
	b.must(proto.PageEnable{}.Call(b.page), "hear of new pages")
	_, err := b.page.EvalOnNewDocument(watcher)
	b.must(err, "watch")
	dialogs := make(chan string, 10)
	go b.page.EachEvent(func(e *proto.PageJavascriptDialogOpening) { dialogs <- e.Message })()
	b.visit("/")
	b.safe("/")
	var meta struct {
		Resources map[string]struct{ Path string }
	}
	raw, err := json.Marshal(s.call("GET", "/api/v1/meta", nil))
	if err == nil {
		err = json.Unmarshal(raw, &meta)
	}
	b.must(err, "read what there is")
	shown, records := 0, 0
	for _, d := range c.Defs {
		path := meta.Resources[d.Name].Path
		if path == "" {
			continue
		}
		shown += b.opened("/r/" + d.Name)
		if list := s.list(path); len(list) > 0 {
			records++
			shown += b.opened("/r/" + d.Name + "/" + strconv.FormatInt(id(list[0]), 10))
		}
	}
	for _, more := range []string{"/inbox", "/notices", "/cockpit", "/calendar", "/create", "/query", "/settings", "/operations", "/jobs", "/me", "/report/stock.on_hand", "/report/ledger.trial_balance"} {
		shown += b.opened(more)
	}
	t.Logf("%d kinds of records, payloads were read on %d pages", records, shown)
	if records < 40 || shown < 2*records-10 {
		t.Errorf("payloads were read on %d pages of %d kinds of records: the test shows too little", shown, records)
	}
	time.Sleep(200 * time.Millisecond) // a picture that is not there would have told so by now
	b.safe("the last page")
	b.paper(s)
	b.plants()
	select {
	case text := <-dialogs:
		t.Errorf("a dialog opened: %s", text)
	default:
	}
}

// opened goes to a page as a link inside of the program does, and answers 1 when the payload can be read there.
func (b *tab) opened(path string) int {
	b.t.Helper()
	b.eval(`p => { history.pushState({}, '', p); dispatchEvent(new PopStateEvent('popstate', {state: history.state})) }`, path)
	b.until("the page is read at "+path, `() => !!document.querySelector('main') && !document.querySelector('.skeleton') && !document.querySelector('[aria-busy="true"]')`)
	return b.safe(path)
}

// harm is what came of payloads on a page.
type harm struct {
	Hit                 string
	Forbidden, Elements []string
	Read                bool
}

func (b *tab) harm() (got harm) {
	b.t.Helper()
	if err := json.Unmarshal([]byte(b.eval(made)), &got); err != nil {
		b.t.Fatal(err)
	}
	return got
}

// plants holds that what is looked for is seen when it is there.
func (b *tab) plants() {
	b.t.Helper()
	b.eval(`html => { document.querySelector('#app').insertAdjacentHTML('beforeend', html); window.__hit = 1 }`, loaded)
	b.until("the policy of the page stops it", `() => window.__forbidden.length > 0`)
	if got := b.harm(); got.Hit != "1" || len(got.Elements) < 4 || !got.Read {
		b.t.Errorf("of a payload that became elements is seen only %+v", got)
	}
}

// safe holds that nothing came of the payloads on the page as it stands.
func (b *tab) safe(path string) (read int) {
	b.t.Helper()
	got := b.harm()
	if got.Hit != "undefined" || len(got.Forbidden) > 0 || len(got.Elements) > 0 {
		b.shot("hit")
		b.t.Errorf("%s: window.__hit is %s, the policy stopped %v, elements were made: %v", path, got.Hit, got.Forbidden, got.Elements)
	}
	if got.Read {
		return 1
	}
	b.t.Logf("%s shows no payload", path)
	return 0
}

// paper opens what is printed, which is a page of its own without the program around it.
func (b *tab) paper(s *shop) {
	b.t.Helper()
	for _, path := range []string{deliveries, "/api/v1/ledger/vouchers", "/api/v1/settlement/receipts"} {
		page := path + "/" + itoa(id(s.list(path)[0])) + "/print"
		b.must(b.page.Timeout(patience).Navigate(s.base+page), "open "+page)
		b.until("the paper is there", `() => document.readyState === 'complete' && !!document.querySelector('h1, section')`)
		if b.safe(page) != 1 {
			b.t.Errorf("%s shows no payload", page)
		}
	}
	if res, err := http.Get(s.base + "/login"); err == nil { //nolint:noctx // the page of a stranger
		_ = res.Body.Close()
		if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") {
			b.t.Errorf("the policy is %q", policy)
		}
	}
	b.visit("/login")
	b.safe("/login")
}
