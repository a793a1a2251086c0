// Package rbac decides who may do what: Casbin over roles, objects ("sales.order", "sales.*", "*") and acts
// ("read|create", "*"). Denied unless a row allows it. It knows no database: the rows of a company's own roles are
// given to Extend.
package rbac

import (
	_ "embed" // the default policy
	"encoding/csv"
	"errors"
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

// Row is one line of the policy: Kind "p" (role, object, acts), "s" (role, object, scope) or "n" (role, name in Chinese,
// name in English).
type Row struct{ Kind, Role, Object, Value string }

// Administrator may do everything; no row is needed for it and none can take it away.
const Administrator = "administrator"

// Enforcer answers; it is safe for concurrent use.
type Enforcer struct {
	shipped []Row

	mu     sync.RWMutex
	casbin map[string]*casbin.Enforcer // by role: a decision looks at the rows of one role only
	rows   []Row
	cache  map[string]bool
}

// Defaults are the rows the program ships, those of groups spelt out.
func Defaults() ([]Row, error) { return read(defaults) }

// read reads a policy. A row g (name, roles, what they have in common) makes a group; a later row of that name stands for
// one of each of its roles, so that an enforcer knows roles only.
func read(policy string) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(policy))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, 4
	records, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []Row
	groups := map[string][]string{}
	for _, rec := range records {
		if rec[0] == "g" {
			groups[rec[1]] = strings.Split(rec[2], "|")
			continue
		}
		roles := groups[rec[1]]
		if roles == nil {
			roles = []string{rec[1]}
		}
		for _, role := range roles {
			rows = append(rows, Row{rec[0], role, rec[2], rec[3]})
		}
	}
	return rows, nil
}

// New builds an enforcer from rows, which count as shipped. Rows of an unknown kind or scope are a mistake.
func New(rows []Row) (*Enforcer, error) {
	e := &Enforcer{shipped: slices.Clone(rows)}
	return e, e.replace(e.shipped)
}

// Fork gives an enforcer with the same shipped rows and none of the rows that were added.
func (e *Enforcer) Fork() (*Enforcer, error) { return New(e.shipped) }

// Extend puts the rows of a company's own roles in force beside the shipped ones, instead of those of an earlier call.
// Own rows are exact: one that uses a pattern (but for the scope of "*"), that is of another kind than p and s, or that
// is about a shipped role is left out and told in the error, while the others hold.
func (e *Enforcer) Extend(own []Row) error {
	rows := slices.Clone(e.shipped)
	var refused []error
	for _, row := range own {
		if err := e.owned(row); err != nil {
			refused = append(refused, err)
			continue
		}
		rows = append(rows, row)
	}
	return errors.Join(append(refused, e.replace(rows))...)
}

func (e *Enforcer) owned(row Row) error {
	_, scope := scopes[row.Value]
	switch {
	case row.Role == Administrator || slices.ContainsFunc(e.shipped, func(r Row) bool { return r.Role == row.Role }):
		return fmt.Errorf("rbac: the row %v is about a shipped role", row)
	case row.Role == "" || row.Object == "" || row.Value == "", row.Kind != "p" && row.Kind != "s", row.Kind == "s" && !scope,
		strings.Contains(row.Value, "*"), strings.Contains(row.Object, "*") && (row.Kind != "s" || row.Object != "*"):
		return fmt.Errorf("rbac: the row %v is refused", row)
	}
	return nil
}

// replace puts rows in force and forgets what was cached.
func (e *Enforcer) replace(rows []Row) error {
	enforcers := map[string]*casbin.Enforcer{}
	for _, row := range rows {
		switch {
		case row.Role == "" || row.Object == "" || row.Value == "":
			return fmt.Errorf("rbac: the row %v has an empty column", row)
		case row.Kind == "p":
			if enforcers[row.Role] == nil {
				one, err := newCasbin()
				if err != nil {
					return err
				}
				enforcers[row.Role] = one
			}
			if _, err := enforcers[row.Role].AddPolicy(row.Role, row.Object, row.Value); err != nil {
				return err
			}
		case row.Kind == "s":
			if _, ok := scopes[row.Value]; !ok {
				return fmt.Errorf("rbac: unknown scope %q of %s", row.Value, row.Role)
			}
		case row.Kind == "n":
		default:
			return fmt.Errorf("rbac: unknown row kind %q", row.Kind)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.casbin, e.rows, e.cache = enforcers, rows, map[string]bool{}
	return nil
}

func newCasbin() (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	e.AddFunction("covers", func(args ...any) (any, error) { return covers(args[0].(string), args[1].(string)), nil })
	e.AddFunction("lists", func(args ...any) (any, error) { return lists(args[0].(string), args[1].(string)), nil })
	return e, nil
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
	// What no row names is denied without asking: most questions are of that kind.
	if one := e.casbin[role]; one != nil && e.named(role, object, act) {
		allowed, err := one.Enforce(role, object, act)
		answer = allowed && err == nil
	}
	e.cache[key] = answer
	return answer
}

func (e *Enforcer) named(role, object, act string) bool {
	return slices.ContainsFunc(e.rows, func(row Row) bool {
		return row.Role == role && row.Kind == "p" && covers(row.Object, object) && lists(row.Value, act)
	})
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

// Names gives what the shipped roles are called: the code, in Chinese, in English, in the order of the policy.
func (e *Enforcer) Names() [][3]string {
	var out [][3]string
	for _, row := range e.shipped {
		if row.Kind == "n" {
			out = append(out, [3]string{row.Role, row.Object, row.Value})
		}
	}
	return out
}
