package battery

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/rbac"
)

// operation is one line of the OpenAPI document.
type operation struct{ method, path, permission string }

func operations(t *testing.T, s *shop) []operation {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Permission string `json:"x-permission"`
		}
	}
	if err := json.Unmarshal([]byte(s.must(t, "GET", "/api/openapi.json", nil).text), &doc); err != nil {
		t.Fatal(err)
	}
	var out []operation
	for path, methods := range doc.Paths {
		for method, op := range methods {
			out = append(out, operation{strings.ToUpper(method), path, op.Permission})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// granted reads the shipped policy on its own: may the role do one of the acts on the object of "object:act|act"?
func granted(rows []rbac.Row, role, permission string) bool {
	object, acts, bound := strings.Cut(permission, ":")
	if !bound || role == rbac.Administrator { // "public" and "session" are for everybody
		return true
	}
	return slices.ContainsFunc(rows, func(r rbac.Row) bool {
		prefix, wild := strings.CutSuffix(r.Object, "*")
		if r.Kind != "p" || r.Role != role || r.Object != object && !(wild && strings.HasPrefix(object, prefix)) {
			return false
		}
		return slices.ContainsFunc(strings.Split(acts, "|"), func(act string) bool {
			return slices.Contains(strings.Split(r.Value, "|"), act)
		})
	})
}

func TestEveryOperationEveryRole(t *testing.T) {
	rows, err := rbac.Defaults()
	if err != nil {
		t.Fatal(err)
	}
	hand := clock.Fixed(testkit.Now) // time enough between two requests: here nobody is to be told that he is too fast
	s := newShop(t, testkit.SQLite, hand)
	all := operations(t, s)
	if len(all) < 300 {
		t.Fatalf("only %d operations", len(all))
	}
	roles := s.company.Rights.Roles()
	if len(roles) < 10 {
		t.Fatalf("only %d roles", len(roles))
	}
	stranger := newClient(s.base)
	for _, role := range roles {
		id := s.must(t, "POST", "/api/v1/base/users", object{"login": "the-" + role, "name": role, "roles": role}).id()
		s.must(t, "POST", "/api/v1/base/users/"+itoa(id)+"/set_password", object{"password": password}, "If-Match", `"1"`)
	}
	for _, op := range all {
		if op.permission == "public" {
			continue
		}
		hand.Advance(20 * time.Millisecond)
		if a, err := stranger.ask(op.method, concrete(op.path), bodyFor(op)); err != nil || a.status != 401 {
			t.Errorf("nobody: %s %s: %v %v, want 401", op.method, op.path, err, a)
		}
	}
	for _, role := range roles {
		t.Run(role, func(t *testing.T) { everyOperation(t, s, role, all, rows) })
	}
	s.clean(t)
}

func everyOperation(t *testing.T, s *shop, role string, all []operation, rows []rbac.Row) {
	c := newClient(s.base)
	defer c.http.CloseIdleConnections()
	c.login(t, "the-"+role)
	for _, op := range all {
		if op.path == "/api/v1/session" || op.path == "/api/v1/notices/events" { // would change who is asking; never ends
			continue
		}
		body := bodyFor(op)
		if object, acts, _ := strings.Cut(op.permission, ":"); acts == "create|update" && !granted(rows, role, object+":create") {
			body = map[string]any{"id": 1} // a form that is changed, not a new one
		}
		a, err := c.ask(op.method, concrete(op.path), body)
		if err != nil {
			t.Fatal(err)
		}
		may := granted(rows, role, op.permission)
		switch {
		case a.status == 503 && may && (slices.Contains([]string{"network.unserved", "network.firewall_hand", "ops.unchecked"}, a.code())): // this stage has no program around it
		case op.permission == "public" && a.status < 500:
		case a.status >= 500, a.status == 401:
			t.Errorf("%s %s: %d %s", op.method, op.path, a.status, a.text)
		case may == (a.status == 403):
			t.Errorf("%s %s needs %s: %d, and the policy says %v: %s", op.method, op.path, op.permission, a.status, may, a.text)
		}
	}
}

// concrete fills the parameters of a path with a record that nobody has.
func concrete(path string) string {
	for {
		before, after, found := strings.Cut(path, "{")
		if !found {
			return path
		}
		_, after, _ = strings.Cut(after, "}")
		path = before + "1" + after
	}
}

// bodyFor is the emptiest body that a method takes.
func bodyFor(op operation) any {
	if op.method == "GET" || op.method == "DELETE" {
		return nil
	}
	return object{}
}
