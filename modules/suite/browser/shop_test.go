package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules"
	"zhanggui/modules/check"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/rbac"
)

const (
	bossLogin  = "boss"
	password   = "abacus-12345"
	orders     = "/api/v1/sales/orders"
	deliveries = "/api/v1/stock/deliveries"
	uiWords    = "../../../ui/src/locales"
	cookieName = "zg_session"
)

type object = map[string]any

// shop is a served company, and a program that talks to it beside the browser.
type shop struct {
	t    *testing.T
	base string
	http *http.Client
	line *lossy
	seen string // version of the record the next call is about, for If-Match
	c    *kernel.Company
	// soiled says that the test wrote past the rules: there is nothing that would agree.
	soiled bool
}

// newShop serves the whole product with its built user interface on an empty company.
func newShop(t *testing.T) *shop {
	t.Helper()
	chromium(t) // before anything is opened for a browser that is not there
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	rights, err := rbac.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, testkit.SQLite(t, testkit.Options{Modules: modules.All(), Rights: boot.Rights(rights), Clock: clock.NewSteady(clock.System())}))
}

// serve lets a browser come to a company.
func serve(t *testing.T, c *kernel.Company) *shop {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	line := &lossy{Listener: ln}
	server, err := web.New(c, web.Options{Addr: ln.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, c: c, line: line, base: "http://" + ln.Addr().String()}
	t.Cleanup(s.clean)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = server.Serve(ctx, line); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	jar, _ := cookiejar.New(nil)
	s.http = &http.Client{Jar: jar}
	return s
}

// clean recomputes the whole company once its journey is over: whatever people did on the pages, everything agrees.
func (s *shop) clean() {
	if s.soiled {
		return
	}
	found, err := check.Run(context.Background(), s.c.Store)
	if err != nil || !found.Clean {
		s.t.Errorf("the check of the company says %v %v", err, found.Faults)
	}
}

// setUp makes the company through the API, for journeys that begin later.
func (s *shop) setUp() {
	s.t.Helper()
	s.call("POST", "/api/v1/setup", object{"company": "和顺五金", "trade": "trading", "profile": "full", "books": true,
		"name": "老板", "login": bossLogin, "password": password, "lang": "zh"})
}

func (s *shop) call(method, path string, body any) object {
	s.t.Helper()
	out, status := s.try(method, path, body)
	if status >= 300 {
		s.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

func (s *shop) try(method, path string, body any) (object, int) {
	s.t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	req, err := http.NewRequest(method, s.base+path, bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if s.seen != "" {
		req.Header.Set("If-Match", s.seen)
	}
	res, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	var out object
	_ = json.Unmarshal(raw, &out)
	return out, res.StatusCode
}

// list answers the records of a list, at most fifty.
func (s *shop) list(path string) []object {
	s.t.Helper()
	var out []object
	items, _ := s.call("GET", path+"?limit=50", nil)["items"].([]any)
	for _, one := range items {
		out = append(out, one.(object))
	}
	return out
}

// adds holds how many records an act adds to a list.
func (s *shop) adds(path string, want int, act func()) {
	s.t.Helper()
	before := len(s.list(path))
	act()
	s.count(path, before+want)
}

func (s *shop) count(path string, want int) {
	s.t.Helper()
	if got := s.list(path); len(got) != want {
		s.t.Errorf("%s has %d records, want %d", path, len(got), want)
	}
}

// act runs an action on a record as it was last seen.
func (s *shop) act(record object, path, action string, input object) object {
	s.t.Helper()
	s.seen = fmt.Sprintf(`"%d"`, int64(record["version"].(float64)))
	defer func() { s.seen = "" }()
	return s.call("POST", path+itoa(id(record))+"/"+action, input)
}

func id(o object) int64 { return int64(o["id"].(float64)) }

// goods makes a customer and items and answers their ids.
func (s *shop) goods(customer string, items ...string) (int64, []int64) {
	s.t.Helper()
	unit := id(s.list("/api/v1/base/units")[0])
	var made []int64
	for _, name := range items {
		made = append(made, id(s.call("POST", "/api/v1/base/items", object{"name": name, "unit": unit, "price": "12.5"})))
	}
	return id(s.call("POST", "/api/v1/base/parties", object{"name": customer})), made
}

// admit gives the session of this program to a browser.
func (s *shop) admit(p *person) {
	s.t.Helper()
	at, _ := url.Parse(s.base)
	for _, c := range s.http.Jar.Cookies(at) {
		if c.Name != cookieName {
			continue
		}
		err := p.browser.SetCookies([]*proto.NetworkCookieParam{{Name: c.Name, Value: c.Value, URL: s.base, Path: "/", HTTPOnly: true}})
		if err != nil {
			s.t.Fatal(err)
		}
		return
	}
	s.t.Fatal("this program has no session")
}

// words are the user interface's own sentences in one language.
type words map[string]map[string]string

func readWords(t *testing.T, lang string) words {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(uiWords, map[string]string{"zh": "zh-CN.json", "en": "en.json"}[lang]))
	if err != nil {
		t.Fatal(err)
	}
	out := words{}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// say answers the sentence of a key such as "record.save".
func (w words) say(t *testing.T, key string) string {
	t.Helper()
	group, name, _ := strings.Cut(key, ".")
	text := w[group][name]
	if text == "" {
		t.Fatalf("the user interface has no words for %s", key)
	}
	return text
}

// called are the names a journey uses, in the language of its pages so that a foreign word on them is a mistake.
type called struct{ company, person, customer, customerPart, item, itemPart string }

var names = map[string]called{
	"zh": {"和顺五金", "王掌柜", "东风机械厂", "东风", "六角螺栓", "六角"},
	"en": {"Harmony Hardware", "Mary Wang", "Eastwind Machines", "Eastwind", "Hex bolt", "Hex"},
}
