// Package rbac decides who may do what: Casbin over roles, objects ("sales.order", "sales.*", "*") and acts
// ("read|create", "*"). Denied unless a row allows it. It knows no database: rows come through Rows.
package rbac

import (
	_ "embed" // the default policy
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
)

//go:embed policy.csv
var defaults string

const modelText = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub != "" && r.sub == p.sub && covers(p.obj, r.obj) && lists(p.act, r.act)
`

// Row is one line of the policy: Kind "p" (role, object, acts) or "s" (role, object, scope).
type Row struct{ Kind, Role, Object, Value string }

// Administrator may do everything; no row is needed for it and none can take it away.
const Administrator = "administrator"

// Enforcer answers; it is safe for concurrent use.
type Enforcer struct {
	mu     sync.RWMutex
	casbin *casbin.Enforcer
	rows   []Row
	cache  map[string]bool
}

// Defaults are the rows the program ships.
func Defaults() ([]Row, error) {
	r := csv.NewReader(strings.NewReader(defaults))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, 4
	records, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(records))
	for i, rec := range records {
		rows[i] = Row{rec[0], rec[1], rec[2], rec[3]}
	}
	return rows, nil
}

// New builds an enforcer from rows. Rows of an unknown kind or scope are a mistake.
func New(rows []Row) (*Enforcer, error) {
	e := &Enforcer{}
	return e, e.Replace(rows)
}

// Replace puts other rows in force and forgets what was cached.
func (e *Enforcer) Replace(rows []Row) error {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return err
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		return err
	}
	enforcer.AddFunction("covers", func(args ...any) (any, error) { return covers(args[0].(string), args[1].(string)), nil })
	enforcer.AddFunction("lists", func(args ...any) (any, error) { return lists(args[0].(string), args[1].(string)), nil })
	for _, row := range rows {
		switch {
		case row.Role == "" || row.Object == "" || row.Value == "":
			return fmt.Errorf("rbac: the row %v has an empty column", row)
		case row.Kind == "p":
			if _, err := enforcer.AddPolicy(row.Role, row.Object, row.Value); err != nil {
				return err
			}
		case row.Kind == "s":
			if _, ok := scopes[row.Value]; !ok {
				return fmt.Errorf("rbac: unknown scope %q of %s", row.Value, row.Role)
			}
		default:
			return fmt.Errorf("rbac: unknown row kind %q", row.Kind)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.casbin, e.rows, e.cache = enforcer, slices.Clone(rows), map[string]bool{}
	return nil
}

// covers: "*" everything, "sales.*" everything in sales, else the name itself.
func covers(pattern, object string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(object, prefix)
	}
	return pattern == object
}

func lists(acts, act string) bool {
	return acts == "*" || slices.Contains(strings.Split(acts, "|"), act)
}

// Can reports whether one of the roles may act on the object.
func (e *Enforcer) Can(roles []string, object, act string) bool {
	if slices.Contains(roles, Administrator) {
		return true
	}
	for _, role := range roles {
		if e.can(role, object, act) {
			return true
		}
	}
	return false
}

func (e *Enforcer) can(role, object, act string) bool {
	key := role + "\x00" + object + "\x00" + act
	e.mu.RLock()
	answer, known := e.cache[key]
	e.mu.RUnlock()
	if known {
		return answer
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	answer, err := e.casbin.Enforce(role, object, act)
	answer = answer && err == nil
	e.cache[key] = answer
	return answer
}

// Known reports whether a row of some role names the act itself (not by *) for the object.
func (e *Enforcer) Known(object, act string) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, row := range e.rows {
		if row.Kind == "p" && row.Value != "*" && covers(row.Object, object) && lists(row.Value, act) {
			return true
		}
	}
	return false
}

var scopes = map[string]int{"none": 0, "own": 1, "department": 2, "below": 3, "listed": 4, "all": 5}

// Scope gives the widest data scope of the roles on a resource, 0 (none) to 5 (all). The most exact row of a role counts.
func (e *Enforcer) Scope(roles []string, resource string) int {
	if slices.Contains(roles, Administrator) {
		return scopes["all"]
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	widest := 0
	for _, role := range roles {
		level, exact := 0, -1
		for _, row := range e.rows {
			if row.Kind == "s" && row.Role == role && covers(row.Object, resource) && len(row.Object) > exact {
				level, exact = scopes[row.Value], len(row.Object)
			}
		}
		widest = max(widest, level)
	}
	return widest
}

// Roles lists every role that has rows, and the administrator, sorted.
func (e *Enforcer) Roles() []string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	out := []string{Administrator}
	for _, row := range e.rows {
		if !slices.Contains(out, row.Role) {
			out = append(out, row.Role)
		}
	}
	slices.Sort(out)
	return out
}
