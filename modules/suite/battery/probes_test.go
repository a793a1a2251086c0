package battery

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/kernel/testkit"
)

// probe is one hostile request and the exact refusal it must get.
type probe struct {
	name, method, path, body string
	headers                  []string
	status                   int
	code, pointer            string
}

// betrays are words of the inside that no answer may contain.
var betrays = []string{"panic", "goroutine", "SQL", "sqlite", "pgx", ".go:", "/tmp/"}

func (s *shop) probe(t *testing.T, list []probe) {
	t.Helper()
	for _, p := range list {
		a, err := s.send(context.Background(), p.method, p.path, []byte(p.body), p.headers...)
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		if a.status != p.status || a.code() != p.code || a.pointer() != p.pointer {
			t.Errorf("%s: %d %q at %q, want %d %q at %q", p.name, a.status, a.code(), a.pointer(), p.status, p.code, p.pointer)
			t.Log(a)
		}
		if p.status >= 400 && a.str("detail") == "" {
			t.Errorf("%s: nothing is said to the user: %v", p.name, a)
		}
		for _, word := range betrays {
			if strings.Contains(a.text, word) {
				t.Errorf("%s: the answer contains %q: %v", p.name, word, a)
			}
		}
	}
}

func TestHostileQueries(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		before := s.must(t, "GET", "/api/v1/base/parties?total=1&limit=1", nil).body["total"]
		get := func(name, path, query, value string, status int, code string) probe {
			return probe{name: name + " " + value[:min(len(value), 40)], method: "GET", path: path + "?" + query + "=" + url.QueryEscape(value), status: status, code: code}
		}
		const list, report = "/api/v1/base/parties", "/api/v1/reports/stock.summary"
		var probes []probe
		for _, evil := range []string{"name; DROP TABLE base_party", "name' OR '1'='1", "(SELECT 1)", "name DESC, id", "1", "\x00", "name--", "\"name\"", "password_hash"} {
			probes = append(probes, get("sort", list, "sort", evil, 400, "sort.unknown"))
			probes = append(probes, get("filter field", list, "filter", evil+":eq:x", 400, "filter.unknown"))
			probes = append(probes, get("filter operator", list, "filter", "name:"+evil+":x", 400, "filter.operator"))
		}
		for _, harmless := range []string{"'; DROP TABLE base_party; --", "%' OR 1=1 --", "\\", "%", "_", "\"", "🧨", "<script>alert(1)</script>"} {
			probes = append(probes, get("words", list, "q", harmless, 200, ""), get("search", "/api/v1/search", "q", harmless, 200, ""),
				get("look-up", list+"/lookup", "q", harmless, 200, ""), get("filter value", list, "filter", "name:has:"+harmless, 200, ""))
		}
		probes = append(probes,
			get("long words", list, "q", strings.Repeat("字", 100), 400, "query.invalid"),
			get("filter without parts", list, "filter", "name", 400, "filter.shape"),
			get("filter by what is no id", list, "filter", "id:in:1,2);DELETE FROM audit", 400, "field.number"),
			get("limit", list, "limit", "-1", 400, "query.invalid"), get("limit", list, "limit", "99999999999999999999", 400, "query.invalid"),
			get("cursor", list, "cursor", "zzz' OR 1=1", 400, "cursor.invalid"), get("cursor", list, "cursor", "W10", 400, "cursor.invalid"),
			at("/from", get("report date", report, "from", "2026-13-45", 400, "field.date")),
			at("/from", get("report date", report, "from", "'; DROP TABLE stock_move", 400, "field.date")),
			at("/item", get("report item", report, "item", "1 OR 1=1", 400, "field.number")),
		)
		s.probe(t, probes)
		if got := s.must(t, "GET", "/api/v1/base/parties?total=1&limit=1", nil).body["total"]; got != before {
			t.Errorf("%v parties, there were %v", got, before)
		}
	})
}

func at(pointer string, p probe) probe { p.pointer = pointer; return p }

func TestHostilePaths(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	const base = "/api/v1/base/parties/"
	var probes []probe
	for _, id := range []string{"0", "-1", "1.5", "1e3", "0x10", "99999999999999999999", "%00", "1%20OR%201=1", "%2e%2e", "１", "1'"} {
		probes = append(probes, probe{name: "id " + id, method: "GET", path: base + id, status: 404, code: "route.unknown"})
	}
	for _, path := range []string{"/assets/..%2f..%2fgo.mod", "/assets/%5c..%5c..%5cgo.mod", "/api/v1/files/..%2f..%2fcompany.db",
		"/api/v1/base/parties/1/files/..%2f1", "/api/v1//base/parties", "/api/v1/base/parties/", "/api/v1/base_party", "/assets/missing.js"} {
		probes = append(probes, probe{name: path, method: "GET", path: path, status: 404, code: "route.unknown"})
	}
	// What is neither a file nor an address of the interface is a page of the user interface, which says so itself.
	for _, path := range []string{"/..%2f..%2fetc%2fpasswd", "/.git/config", "/API/v1/base/parties"} {
		if a := s.must(t, "GET", path, nil); a.text != s.must(t, "GET", "/", nil).text {
			t.Errorf("%s: %v", path, a)
		}
	}
	one := base + strconv.FormatInt(s.customers[0], 10)
	probes = append(probes,
		probe{name: "method", method: "PUT", path: one, body: "{}", status: 405, code: "method"},
		probe{name: "unheard-of method", method: "BREW", path: one, status: 405, code: "method"},
		probe{name: "nobody's record", method: "GET", path: base + "8999999999999999", status: 404, code: "not_found"},
		probe{name: "a record of another resource", method: "GET", path: base + strconv.FormatInt(s.items[0], 10), status: 404, code: "not_found"},
		probe{name: "unknown action", method: "POST", path: one + "/explode", body: "{}", status: 404, code: "route.unknown"},
		probe{name: "unknown action on the way", method: "POST", path: "/api/v1/base/parties?action=explode", body: `{"name":"x"}`, status: 404, code: "action.unknown"},
		probe{name: "unknown form", method: "GET", path: "/api/v1/reports/..%2fsecret", status: 404, code: "route.unknown"},
	)
	s.probe(t, probes)
}

func TestHostileHeaders(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	const list = "/api/v1/base/parties"
	one := list + "/" + strconv.FormatInt(s.customers[0], 10)
	post := func(name string, status int, code string, headers ...string) probe {
		return probe{name: name, method: "POST", path: list, body: `{"name":"x"}`, headers: headers, status: status, code: code}
	}
	patch := func(version string) probe {
		return probe{name: "version " + version, method: "PATCH", path: one, body: `{"note":"x"}`, headers: []string{"If-Match", version}, status: 400, code: "if_match.invalid"}
	}
	s.probe(t, []probe{
		post("another site", 403, "origin.refused", "Origin", "https://evil.example"),
		post("another site's page", 403, "origin.refused", "Sec-Fetch-Site", "cross-site"),
		post("a sandboxed page", 403, "origin.refused", "Origin", "null"),
		post("another name", 403, "host.refused", "Host", "evil.example"),
		post("another name, spoofed", 403, "host.refused", "Host", "127.0.0.1.evil.example", "X-Forwarded-Host", "127.0.0.1"),
		post("a form", 415, "media_type", "Content-Type", "application/x-www-form-urlencoded"),
		post("plain text", 415, "media_type", "Content-Type", "text/plain"),
		post("no type", 415, "media_type", "Content-Type", ""),
		post("a broken key", 401, "unauthenticated", "Authorization", "Bearer zg_nonsense"),
		post("another scheme", 401, "unauthenticated", "Authorization", "Basic YTpi"),
		post("a key with control characters", 400, "idempotency.key", "Idempotency-Key", "a\tb"),
		patch("*"), patch(`"-1"`), patch(`"1 OR 1=1"`), patch(`"99999999999999999999"`), patch("abc"),
		{name: "an old version", method: "PATCH", path: one, body: `{"note":"x"}`, headers: []string{"If-Match", `"7"`}, status: 409, code: "version"},
	})
	home, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	stranger := &shop{client: newClient(s.base)}
	stranger.http.Jar.SetCookies(home, []*http.Cookie{{Name: "zg_session", Value: "' OR 1=1 --"}})
	stranger.probe(t, []probe{{name: "a guessed session", method: "GET", path: list, status: 401, code: "unauthenticated"}})
}

func TestHostileBodies(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	post := func(name, path, body string, status int, code, pointer string) probe {
		return probe{name: name, method: "POST", path: path, body: body, status: status, code: code, pointer: pointer}
	}
	const parties, orders = "/api/v1/base/parties", "/api/v1/sales/orders"
	line := func(fields string) string {
		return `{"customer":` + itoa(s.customers[0]) + `,"warehouse":` + itoa(s.warehouse) + `,"lines":[{"item":` + itoa(s.items[0]) + `,` + fields + `}]}`
	}
	s.probe(t, []probe{
		post("no JSON", parties, `{`, 400, "json.invalid", ""), post("an array", parties, `[]`, 400, "json.invalid", ""),
		post("null", parties, `null`, 400, "json.invalid", ""), post("something behind", parties, `{"name":"x"} {}`, 400, "json.trailing", ""),
		post("an unknown field", parties, `{"name":"x","admin":true}`, 400, "field.unknown", "/admin"),
		post("another case", parties, `{"Name":"x"}`, 400, "field.unknown", "/Name"),
		post("a field twice", parties, `{"name":"x","name":"y"}`, 400, "json.duplicate", "/name"),
		post("a field of a line twice", orders, line(`"qty":"1","qty":"2"`), 400, "json.duplicate", "/lines/0/qty"),
		post("an unknown field of a line", orders, line(`"qty":"1","cost":"1"`), 400, "field.unknown", "/lines/0/cost"),
		post("a number for a text", parties, `{"name":1}`, 400, "field.type", "/name"),
		post("a text for lines", orders, `{"customer":1,"lines":"x"}`, 400, "field.type", "/lines"),
		post("a float for a quantity", orders, line(`"qty":1.5`), 400, "field.type", "/lines/0/qty"),
		post("an absurd quantity", orders, line(`"qty":"999999999999999999999"`), 400, "field.range", "/lines/0/qty"),
		post("NaN", orders, line(`"qty":"NaN"`), 400, "field.number", "/lines/0/qty"),
		post("an exponent", orders, line(`"qty":"1e9"`), 400, "field.number", "/lines/0/qty"),
		post("too exact", orders, line(`"qty":"0.0000001"`), 400, "field.precision", "/lines/0/qty"),
		post("a product that overflows", orders, line(`"qty":"9000000000","price":"9000000000"`), 422, "commerce.range", "/lines/0/amount"),
		post("the 30th of February", orders, `{"date":"2026-02-30"}`, 400, "field.date", "/date"),
		post("the year 99999", orders, `{"date":"99999-01-01"}`, 400, "field.date", "/date"),
		post("the year 0", orders, `{"date":"0000-01-01"}`, 400, "field.date", "/date"),
		post("what the program sets", orders, line(`"qty":"1"`)[:1]+`"gross":"1",`+line(`"qty":"1"`)[1:], 422, "field.readonly", "/gross"),
		post("an id of one's own", parties, `{"id":5,"name":"x"}`, 422, "field.readonly", "/id"),
		post("a text too long", parties, `{"name":"`+strings.Repeat("长", 5000)+`"}`, 400, "field.too_long", "/name"),
		post("a NUL", parties, `{"name":"a\u0000b"}`, 400, "field.characters", "/name"),
		post("nested 10,000 deep", parties, `{"name":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+`}`, 413, "json.too_large", "/name"+strings.Repeat("/0", 8)),
		post("five megabytes", parties, `{"note":"`+strings.Repeat("x", 5<<20)+`"}`, 413, "body.too_large", ""),
		post("a customer that is an item", orders, strings.Replace(line(`"qty":"1"`), itoa(s.customers[0]), itoa(s.items[0]), 1), 422, "ref.missing", "/customer"),
		post("a draft of 100,000 lines", orders, `{"customer":1,"lines":[`+strings.Repeat(`{},`, 100_000)+`{}]}`, 413, "json.too_large", "/lines"),
	})
	if got := s.numbersOf(t, orders); got != 0 {
		t.Errorf("%d orders came of it", got)
	}
}

// TestHTMLStaysText keeps markup in names from being anything but text, on paper and in files.
func TestHTMLStaysText(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	const evil = `<script>alert("1")</script><img src=x onerror=alert(1)>`
	customer := s.must(t, "POST", "/api/v1/base/parties", object{"name": evil, "code": "EVIL"})
	if customer.str("name") != evil || !strings.HasPrefix(customer.header.Get("Content-Type"), "application/json") {
		t.Errorf("the name came back as %v", customer)
	}
	sale := s.sale(0)
	sale["customer"] = customer.id()
	order := s.must(t, "POST", sell, sale)
	page := s.must(t, "GET", "/api/v1/sales/orders/"+itoa(order.id())+"/print", nil)
	if strings.Contains(page.text, "<script>alert") || strings.Contains(page.text, "<img src=x") || !strings.Contains(page.text, "&lt;script&gt;") {
		t.Error("markup of a name is markup of the printed page")
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN"} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestOthersRecords asks for everything of a colleague's by its id.
func TestOthersRecords(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	seller := func(name string) *client {
		department := idOf(s.list(t, "/api/v1/base/departments?limit=1")[0])
		person := s.must(t, "POST", "/api/v1/base/people", object{"code": name, "name": name, "department": department}).id()
		user := s.must(t, "POST", "/api/v1/base/users", object{"login": name, "name": name, "roles": "salesperson", "person": person})
		s.must(t, "POST", "/api/v1/base/users/"+itoa(user.id())+"/set_password", object{"password": password}, "If-Match", `"1"`)
		c := newClient(s.base)
		c.login(t, name)
		return c
	}
	anna, bert := seller("anna"), seller("bert")
	customer := anna.must(t, "POST", "/api/v1/base/parties", object{"name": "Anna's", "code": "A1"}).id()
	sale := s.sale(0)
	sale["customer"] = customer
	order := anna.must(t, "POST", "/api/v1/sales/orders", sale).id()
	for _, base := range []string{"/api/v1/base/parties/" + itoa(customer), "/api/v1/sales/orders/" + itoa(order)} {
		anna.must(t, "GET", base, nil)
		for _, tail := range []string{"", "/timeline", "/chain", "/files", "/print"} {
			a, err := bert.ask("GET", base+tail, nil)
			if err != nil || a.status != 404 {
				t.Errorf("bert reads %s%s of anna: %v %v", base, tail, err, a)
			}
		}
		bert.want(t, 404, "not_found", "PATCH", base, object{"note": "mine"}, "If-Match", `"1"`)
		a, err := bert.ask("DELETE", base, nil, "If-Match", `"1"`)
		if err != nil || a.status != 404 && a.status != 403 {
			t.Errorf("bert deletes %s of anna: %v %v", base, err, a)
		}
	}
	bert.want(t, 404, "not_found", "POST", "/api/v1/sales/orders/"+itoa(order)+"/confirm", object{}, "If-Match", `"1"`)
	if rows := bert.list(t, "/api/v1/sales/orders?filter=id:eq:"+itoa(order)); len(rows) != 0 {
		t.Errorf("bert lists %v", rows)
	}
	if rows := bert.list(t, "/api/v1/base/parties/lookup?ids="+itoa(customer)); len(rows) != 0 {
		t.Errorf("bert looks up %v", rows)
	}
}
