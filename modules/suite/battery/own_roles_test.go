package battery

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/boot"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/web"
	"zhanggui/rbac"
)

const rolesAt = "/api/v1/base/roles"

// right is a line of a role: an object and the columns that are ticked.
func right(name string, more ...any) object {
	out := object{"object": name}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// role makes a role of the company's own and gives its id.
func (s *shop) role(t *testing.T, code, scope string, rights ...object) int64 {
	t.Helper()
	return s.must(t, "POST", rolesAt, object{"code": code, "name": code, "name_en": code, "scope": scope, "rights": rights}).id()
}

// member makes a person with a user of some roles and logs him in.
func (s *shop) member(t *testing.T, login, roles string) *client {
	t.Helper()
	person := s.must(t, "POST", "/api/v1/base/people", object{"code": login, "name": login}).id()
	id := s.must(t, "POST", "/api/v1/base/users", object{"login": login, "name": login, "roles": roles, "person": person}).id()
	s.must(t, "POST", "/api/v1/base/users/"+itoa(id)+"/set_password", object{"password": password}, "If-Match", `"1"`)
	c := newClient(s.base)
	t.Cleanup(c.http.CloseIdleConnections)
	c.login(t, login)
	return c
}

// change patches a record at the version it has.
func (c *client) change(t *testing.T, path string, body object) *answer {
	t.Helper()
	now := c.must(t, "GET", path, nil)
	return c.must(t, "PATCH", path, body, "If-Match", now.header.Get("ETag"))
}

// named finds a row of a list by a field.
func named(t *testing.T, rows []object, field, value string) object {
	t.Helper()
	i := slices.IndexFunc(rows, func(o object) bool { return o[field] == value })
	if i < 0 {
		t.Fatalf("no row with %s %s", field, value)
	}
	return rows[i]
}

func TestARoleOfOnesOwn(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		role := s.role(t, "导购", "own",
			right("base.party", "may_create", true),
			right("sales.order", "may_read", true, "may_create", true, "actions", "确认"),
			right("sales.summary", "may_read", true),
			right("base.item", "may_read", true), right("base.unit", "may_read", true), right("base.warehouse", "may_read", true))
		made := s.must(t, "GET", rolesAt+"/"+itoa(role), nil)
		lines := made.body["rights"].([]any)
		if first, second := lines[0].(object), lines[1].(object); first["may_read"] != true || first["may_update"] != false || second["actions"] != "confirm" {
			t.Errorf("the lines are stored as %v and %v", first, second)
		}
		c := s.member(t, "xiaoli", "导购")
		boss := s.must(t, "POST", "/api/v1/base/parties", object{"code": "A1", "name": "老板的客户", "phone": "13800000000"}).id()
		own := c.must(t, "POST", "/api/v1/base/parties", object{"code": "A2", "name": "小李的客户"}).id()

		if seen := c.list(t, "/api/v1/base/parties"); len(seen) != 1 || idOf(seen[0]) != own {
			t.Errorf("sees %v, and only %d is his own", seen, own)
		} else if _, there := seen[0]["phone"]; there {
			t.Errorf("sees a phone: %v", seen[0])
		}
		c.want(t, 404, "not_found", "GET", "/api/v1/base/parties/"+itoa(boss), nil)
		c.want(t, 400, "field.unknown", "POST", "/api/v1/base/parties", object{"code": "A3", "name": "x", "phone": "1"})
		c.want(t, 403, "forbidden", "PATCH", "/api/v1/base/parties/"+itoa(own), object{"name": "x"}, "If-Match", `"1"`)
		c.want(t, 403, "forbidden", "GET", "/api/v1/purchasing/orders", nil)
		c.want(t, 403, "forbidden", "GET", "/api/v1/base/parties/export.xlsx", nil)
		c.must(t, "GET", "/api/v1/reports/sales.summary?from="+s.today+"&to="+s.today, nil)
		c.want(t, 403, "forbidden", "GET", "/api/v1/reports/stock.on_hand", nil)
		order := c.must(t, "POST", "/api/v1/sales/orders", object{"customer": own, "warehouse": s.warehouse, "lines": []object{{"item": s.items[0], "qty": "1"}}}) // at the price of the list, which he does not see
		if got := fmt.Sprint(order.body["$actions"], order.body["$can"]); got != "[confirm] []" {
			t.Errorf("may do %s with his order", got)
		}
		c.must(t, "POST", "/api/v1/sales/orders/"+itoa(order.id())+"/confirm", object{}, "If-Match", `"1"`)
		c.want(t, 403, "forbidden", "POST", "/api/v1/sales/orders/"+itoa(order.id())+"/void", object{}, "If-Match", `"2"`)

		// The session goes on with other rights from the next request.
		s.change(t, rolesAt+"/"+itoa(role), object{"scope": "all", "rights": []object{right("base.party", "may_read", true), right("field.phone", "may_read", true)}})
		seen := c.list(t, "/api/v1/base/parties?limit=100")
		if row := named(t, seen, "code", "A1"); len(seen) != len(s.customers)+2 || row["phone"] != "13800000000" {
			t.Errorf("with the wider scope and the right to phones sees %d rows, %v", len(seen), row)
		}
		c.want(t, 403, "forbidden", "POST", "/api/v1/base/parties", object{"code": "A4", "name": "x"})
		c.want(t, 403, "forbidden", "GET", "/api/v1/sales/orders", nil)
		meta := c.must(t, "GET", "/api/v1/meta", nil)
		if all := meta.body["resources"].(object); len(all) != 1 || all["base.party"] == nil {
			t.Errorf("the screens offer %d resources", len(all))
		}
		s.clean(t)
	})
}

func TestRolesInUseAndShippedOnesStay(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		role := s.role(t, "店长1", "all", right("base.item", "may_read", true))
		c := s.member(t, "wang", "店长1,会计") // a role is found by its name too
		user := named(t, s.list(t, "/api/v1/base/users"), "login", "wang")
		if user["roles"] != "店长1,accountant" {
			t.Errorf("roles %v", user["roles"])
		}
		at, userAt := rolesAt+"/"+itoa(role), "/api/v1/base/users/"+itoa(idOf(user))
		a := s.want(t, 422, "role.in_use", "DELETE", at, nil, "If-Match", `"1"`)
		if !strings.Contains(a.text, "wang") {
			t.Errorf("who has it is not told: %s", a.text)
		}
		s.change(t, userAt, object{"roles": "auditor"})
		c.want(t, 401, "unauthenticated", "GET", "/api/v1/base/items", nil)
		s.must(t, "DELETE", at, nil, "If-Match", `"1"`)
		s.want(t, 422, "user.role", "PATCH", userAt, object{"roles": "店长1"}, "If-Match", s.must(t, "GET", userAt, nil).header.Get("ETag"))

		shipped := s.list(t, rolesAt+"?limit=100")
		if len(shipped) != 11 {
			t.Fatalf("%d roles", len(shipped))
		}
		for _, row := range shipped {
			at := rolesAt + "/" + itoa(idOf(row))
			got := s.must(t, "GET", at, nil)
			if row["shipped"] != true || fmt.Sprint(got.body["$can"]) != "[]" {
				t.Errorf("%v may be changed: %v", row["code"], got.body["$can"])
			}
			s.want(t, 422, "role.shipped", "PATCH", at, object{"name": "x"}, "If-Match", got.header.Get("ETag"))
			s.want(t, 422, "role.shipped", "DELETE", at, nil, "If-Match", got.header.Get("ETag"))
		}
		s.clean(t)
	})
}

func TestNobodyGivesMoreThanHeHolds(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		s.role(t, "人事", "department",
			right("base.user", "may_create", true, "may_update", true, "actions", "set_password,disable"),
			right("base.role", "may_create", true, "may_update", true), right("base.person", "may_read", true), right("sales.order", "may_read", true))
		c, chief := s.member(t, "hr", "人事"), s.member(t, "chief", "boss")
		users := s.list(t, "/api/v1/base/users")
		me, bossUser, admin := named(t, users, "login", "hr"), named(t, users, "login", "chief"), named(t, users, "login", "boss")
		at := func(o object) string { return "/api/v1/base/users/" + itoa(idOf(o)) }

		small := []object{right("sales.order", "may_read", true)}
		mine := c.must(t, "POST", rolesAt, object{"code": "看单1", "name": "看单", "scope": "own", "rights": small}).id()
		for _, bad := range []struct {
			scope, code, pointer string
			rights               []object
		}{
			{"own", "role.beyond", "/rights/0/object", []object{right("sales.order", "may_read", true, "may_delete", true)}},
			{"own", "role.beyond", "/rights/1/object", append(small, right("field.cost", "may_read", true))},
			{"own", "role.beyond", "/rights/0/object", []object{right("base.user", "actions", "enable")}},
			{"own", "role.beyond_scope", "/rights/0/scope", []object{right("sales.order", "may_read", true, "scope", "all")}},
			{"below", "role.beyond_scope", "/scope", small},
		} {
			a := c.want(t, 403, bad.code, "POST", rolesAt, object{"code": "大1", "name": "大", "scope": bad.scope, "rights": bad.rights})
			if a.pointer() != bad.pointer {
				t.Errorf("%s at %s, want %s", bad.code, a.pointer(), bad.pointer)
			}
			a, err := c.ask("PATCH", rolesAt+"/"+itoa(mine), object{"scope": bad.scope, "rights": bad.rights}, "If-Match", `"1"`)
			if err != nil || a.status != 403 || a.code() != bad.code {
				t.Errorf("changing a role: %v %v, want %s", err, a, bad.code)
			}
		}
		for _, roles := range []string{"人事,boss", "salesperson", "人事,auditor"} {
			c.want(t, 403, "user.beyond", "PATCH", at(me), object{"roles": roles}, "If-Match", `"2"`)
			c.want(t, 403, "user.beyond", "POST", "/api/v1/base/users", object{"login": "new", "name": "new", "roles": roles})
		}
		c.want(t, 403, "user.promote", "PATCH", at(me), object{"roles": "administrator"}, "If-Match", `"2"`)
		c.want(t, 403, "user.beyond", "POST", at(bossUser)+"/set_password", object{"password": password}, "If-Match", `"2"`)
		c.want(t, 403, "user.beyond", "POST", at(bossUser)+"/disable", object{}, "If-Match", `"2"`)
		c.want(t, 403, "user.beyond", "PATCH", at(bossUser), object{"name": "x"}, "If-Match", `"2"`)
		for _, somebody := range []*client{c, chief} {
			v := s.must(t, "GET", at(admin), nil).header.Get("ETag")
			somebody.want(t, 403, "user.promote", "POST", at(admin)+"/set_password", object{"password": password}, "If-Match", v)
			somebody.want(t, 403, "user.promote", "PATCH", at(admin), object{"login": "x"}, "If-Match", v)
		}
		c.must(t, "POST", "/api/v1/base/users", object{"login": "temp", "name": "temp", "roles": "看单1"})
		// The boss holds what every shipped role holds but the administrator's.
		for _, row := range s.list(t, rolesAt+"?limit=100&filter=shipped:eq:true") {
			code := row["code"].(string)
			status, want := 201, ""
			if code == rbac.Administrator {
				status, want = 403, "user.promote"
			}
			chief.want(t, status, want, "POST", "/api/v1/base/users", object{"login": "by-boss-" + code, "name": code, "roles": code})
		}
		s.want(t, 422, "user.last_administrator", "PATCH", at(admin), object{"roles": "boss"}, "If-Match", s.must(t, "GET", at(admin), nil).header.Get("ETag"))
		s.clean(t)
	})
}

func TestHostileRoles(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		body := func(code string, rights ...object) object {
			return object{"code": code, "name": "x", "scope": "own", "rights": append([]object{}, rights...)}
		}
		for _, bad := range []struct {
			status        int
			code, pointer string
			body          object
		}{
			{400, "field.option", "/rights/0/object", body("a1", right("*", "may_read", true))},
			{400, "field.option", "/rights/0/object", body("a1", right("sales.*", "may_read", true))},
			{400, "field.option", "/rights/0/object", body("a1", right("sales.orderx", "may_read", true))},
			{400, "field.unknown", "/rights/0/may_see", body("a1", right("sales.order", "may_see", true))},
			{400, "field.option", "/rights/0/scope", body("a1", right("sales.order", "may_read", true, "scope", "everywhere"))},
			{422, "role.action", "/rights/0/actions", body("a1", right("sales.order", "actions", "*"))},
			{422, "role.action", "/rights/0/actions", body("a1", right("sales.order", "actions", "confirm|void"))},
			{422, "role.action", "/rights/0/actions", body("a1", right("sales.order", "actions", "delete"))},
			{422, "role.tick", "/rights/0/may_create", body("a1", right("sales.summary", "may_create", true))},
			{422, "role.tick", "/rights/0/may_delete", body("a1", right("base.user", "may_delete", true))},
			{422, "role.twice", "/rights/1/object", body("a1", right("sales.order", "may_read", true), right("sales.order", "may_read", true))},
			{422, "required", "/rights/0/object", body("a1", object{"may_read": true})},
			{422, "role.code_reserved", "/code", body("driver")},
			{422, "role.code_reserved", "/code", body("administrator")},
			{422, "role.code_letters", "/code", body("a,b1")},
			{422, "field.readonly", "/shipped", object{"code": "a1", "name": "x", "scope": "own", "shipped": true}},
		} {
			if a := s.want(t, bad.status, bad.code, "POST", rolesAt, bad.body); a.pointer() != bad.pointer {
				t.Errorf("%s at %s, want %s", bad.code, a.pointer(), bad.pointer)
			}
		}
		s.role(t, "a1", "own", right("base.item", "may_read", true))
		c := s.member(t, "a", "a1")
		clerk := s.member(t, "clerk", "office")
		s.tamper(t, "INSERT INTO base_role_right (id, parent, pos, object, may_read, may_create, may_update, may_delete, may_import, may_export, may_print, actions, scope) "+
			"SELECT 9000000, id, 2, '*', may_read, may_read, may_read, may_read, may_read, may_read, may_read, '*', 'all' FROM (SELECT r.id, l.may_read FROM base_role r JOIN base_role_right l ON l.parent = r.id WHERE r.code = 'a1') x",
			"UPDATE base_role_right SET actions = '*' WHERE object = 'base.item' AND parent IN (SELECT id FROM base_role WHERE code IN ('a1', 'office'))",
			"UPDATE base_role SET shipped = "+map[store.Dialect]string{store.SQLite: "0", store.Postgres: "FALSE"}[s.company.Store.Dialect()]+" WHERE code IN ('administrator', 'office')",
			"UPDATE access SET version = version + 1")
		time.Sleep(time.Second)
		c.must(t, "GET", "/api/v1/base/items", nil)
		c.want(t, 403, "forbidden", "POST", "/api/v1/base/items", object{})
		c.want(t, 403, "forbidden", "GET", "/api/v1/sales/orders", nil)
		clerk.want(t, 403, "forbidden", "POST", "/api/v1/base/items", object{})
		clerk.must(t, "GET", "/api/v1/base/people", nil)
	})
}

// tamper runs statements behind the program's back.
func (s *shop) tamper(t *testing.T, statements ...string) {
	t.Helper()
	err := s.company.Store.Write(context.Background(), "tamper", func(u *store.Unit) error {
		for _, q := range statements {
			if _, err := u.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestACopyOfARoleDecidesTheSame copies every shipped role through the API and asks both about everything there is.
func TestACopyOfARoleDecidesTheSame(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	asked := 0
	for n, row := range s.list(t, rolesAt+"?limit=100&filter=shipped:eq:true") {
		code := row["code"].(string)
		if code == rbac.Administrator {
			continue
		}
		body := s.must(t, "GET", rolesAt+"/"+itoa(idOf(row)), nil).body
		copied := fmt.Sprintf("copy%d", n)
		s.must(t, "POST", rolesAt, object{"code": copied, "name": copied, "scope": body["scope"], "rights": bare(body["rights"])})
		s.must(t, "GET", "/api/v1/session", nil) // the next request reads the rights
		one, other := s.company.Rights.For([]string{code}), s.company.Rights.For([]string{copied})
		compare := func(name string, acts []string) {
			for _, act := range acts {
				asked++
				if a, b := one.Can(name, act), other.Can(name, act); a != b {
					t.Errorf("%s %s: %s %v, its copy %v", name, act, code, a, b)
				}
			}
		}
		for _, d := range s.company.Defs {
			if d.Internal {
				continue
			}
			compare(d.Name, boot.Acts(d))
			if a, b := one.Scope(d.Name), other.Scope(d.Name); a != b {
				t.Errorf("%s: %s sees %d, its copy %d", d.Name, code, a, b)
			}
		}
		for _, r := range s.company.Reports {
			compare(r.Name, []string{"read", "export"})
		}
		for _, name := range []string{"cost", "margin", "phone", "bank", "credit", "salary"} {
			compare("field."+name, []string{"see"})
		}
		compare("settings", []string{"read", "update"})
		compare("system", []string{"integrity", "jobs", "import"})
	}
	if asked < 2000 {
		t.Errorf("only %d questions", asked)
	}
}

// TestEverythingThatIsAskedForCanBeGiven holds the catalogue of rights against the permissions in the OpenAPI document.
func TestEverythingThatIsAskedForCanBeGiven(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	// what is asked for on registers of the firm's own is given by register
	s.must(t, "POST", "/api/v1/register-types", object{"code": "contract", "name": "合同台账", "name_en": "Contracts", "prefix": "HT", "flow": true, "active": true})
	given := map[string]bool{}
	labels := map[string]bool{}
	for _, o := range s.must(t, "GET", rolesAt+"/catalogue", nil).body["objects"].([]any) {
		o := o.(object)
		if labels[o["label"].(string)] || o["label"] == o["name"] || o["group"] == "Other" || len(o["acts"].([]any)) == 0 {
			t.Errorf("%v is called %v under %v", o["name"], o["label"], o["group"])
		}
		labels[o["label"].(string)] = true
		for _, a := range o["acts"].([]any) {
			given[o["name"].(string)+":"+a.(object)["name"].(string)] = true
		}
	}
	for _, op := range operations(t, s) {
		name, acts, bound := strings.Cut(strings.ReplaceAll(op.permission, "{kind}", "contract"), ":")
		for _, act := range strings.Split(acts, "|") {
			if bound && !given[name+":"+act] {
				t.Errorf("%s %s needs %s:%s, which no role can be given", op.method, op.path, name, act)
			}
		}
	}
}

func TestRolesGoThroughExcel(t *testing.T) {
	both(t, func(t *testing.T, s *shop) {
		s.role(t, "导购1", "below", right("base.party", "may_create", true, "scope", "own"), right("sales.order", "may_read", true, "actions", "confirm,void"), right("field.phone", "may_read", true))
		out := s.must(t, "GET", rolesAt+"/export.xlsx?lang=zh", nil)
		again := s.upload(t, rolesAt+"/import", "roles.xlsx", []byte(out.text))
		if again.status != 200 {
			t.Fatalf("import of one's own export: %s", again)
		}
		if row := named(t, s.list(t, rolesAt+"?limit=100"), "code", "导购1"); row["version"] != 1.0 {
			t.Errorf("an import that changes nothing made version %v", row["version"])
		}
		other := newShop(t, testkit.SQLite, nil)
		if a := other.upload(t, rolesAt+"/import", "roles.xlsx", []byte(out.text)); a.status != 200 {
			t.Fatalf("import into another company: %s", a)
		}
		if a, b := s.spelt(t, "导购1"), other.spelt(t, "导购1"); a != b || strings.Count(a, "sales.order") != 1 {
			t.Errorf("another company reads it as\n%s\ninstead of\n%s", b, a)
		}
		named(t, s.list(t, rolesAt+"?limit=100"), "code", "boss")
	})
}

// spelt is a role as text without what identifies its rows.
func (s *shop) spelt(t *testing.T, code string) string {
	t.Helper()
	body := s.must(t, "GET", rolesAt+"/"+itoa(idOf(named(t, s.list(t, rolesAt+"?limit=100"), "code", code))), nil).body
	return fmt.Sprint(body["name"], body["scope"], body["shipped"], bare(body["rights"]))
}

// bare is lines without what the program keeps of them.
func bare(lines any) []any {
	list := lines.([]any)
	for _, l := range list {
		for _, name := range []string{"id", "parent", "pos"} {
			delete(l.(object), name)
		}
	}
	return list
}

// beside opens the shop's PostgreSQL database in a second Company, as another process would, and serves it.
func (s *shop) beside(t *testing.T) *client {
	t.Helper()
	var name string
	err := s.company.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&name}, "SELECT current_database()")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := url.Parse(os.Getenv("ZHANGGUI_TEST_PG"))
	if err != nil {
		t.Fatal(err)
	}
	dsn.Path = "/" + name
	rights, err := boot.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	c, err := boot.Open(context.Background(), boot.Config{DSN: dsn.String(), Files: t.TempDir(), Modules: modules.All(), Rights: rights, Clock: clock.NewSteady(clock.System()), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(c, web.Options{Addr: ln.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { _ = server.Serve(ctx, ln); close(done) }()
	t.Cleanup(func() { stop(); <-done; c.Store.Close() })
	return newClient("http://" + ln.Addr().String())
}

func TestTwoProcessesAgreeOnRightsWithinASecond(t *testing.T) {
	s := newShop(t, testkit.Postgres, nil)
	role := s.role(t, "看货1", "all", right("base.item", "may_read", true))
	s.member(t, "kan", "看货1")
	far := s.beside(t)
	defer far.http.CloseIdleConnections()
	far.login(t, "kan")
	within := func(what string, status int, path string) {
		t.Helper()
		start := time.Now()
		for {
			a, err := far.ask("GET", path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a.status == status {
				return
			}
			if time.Since(start) > 1200*time.Millisecond { // a second, and a slow answer
				t.Fatalf("%s: the other process still answers %s", what, a)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	far.must(t, "GET", "/api/v1/base/items", nil)
	far.want(t, 403, "forbidden", "GET", "/api/v1/base/units", nil)
	s.change(t, rolesAt+"/"+itoa(role), object{"rights": []object{right("base.unit", "may_read", true)}})
	within("a right more", 200, "/api/v1/base/units")
	far.want(t, 403, "forbidden", "GET", "/api/v1/base/items", nil)
	user := named(t, s.list(t, "/api/v1/base/users"), "login", "kan")
	s.change(t, "/api/v1/base/users/"+itoa(idOf(user)), object{"roles": "office"})
	within("another role ends the sessions", 401, "/api/v1/base/units")
	far.login(t, "kan")
	far.must(t, "GET", "/api/v1/base/people", nil)
	at := "/api/v1/base/users/" + itoa(idOf(user))
	s.must(t, "POST", at+"/disable", object{}, "If-Match", s.must(t, "GET", at, nil).header.Get("ETag"))
	within("a disabled user is out", 401, "/api/v1/base/people")
	s.clean(t)
}
