package boot

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/rbac"
)

// Shipped gives the rights of the default policy.
func Shipped() (kernel.Rights, error) {
	rows, err := rbac.Defaults()
	if err != nil {
		return nil, err
	}
	e, err := rbac.New(rows)
	if err != nil {
		return nil, err
	}
	return Rights(e), nil
}

// Rights lets the enforcer of package rbac, which knows nothing of the kernel, answer the kernel's questions.
func Rights(e *rbac.Enforcer) kernel.Rights { return rights{e} }

type rights struct{ *rbac.Enforcer }

var _ auth.Policy = rights{}

// apart gives rights that a company may add its own roles to without another company's seeing them.
func apart(r kernel.Rights) (kernel.Rights, error) {
	shared, ok := r.(rights)
	if !ok {
		return r, nil
	}
	e, err := shared.Fork()
	return rights{e}, err
}

// For gives what a set of roles may do.
func (r rights) For(roles []string) kernel.Permissions { return held{r.Enforcer, roles} }

// Shipped implements auth.Policy.
func (r rights) Shipped() []auth.Role {
	var out []auth.Role
	for _, n := range r.Names() {
		out = append(out, auth.Role{Code: n[0], Name: kernel.T(n[1], n[2])})
	}
	return out
}

// Load implements auth.Policy.
func (r rights) Load(own []auth.Role) error {
	var rows []rbac.Row
	for _, role := range own {
		rows = append(rows, rbac.Row{Kind: "s", Role: role.Code, Object: "*", Value: role.Scope})
		for _, g := range role.Grants {
			if len(g.Acts) > 0 {
				rows = append(rows, rbac.Row{Kind: "p", Role: role.Code, Object: g.Object, Value: strings.Join(g.Acts, "|")})
			}
			if g.Scope != "" {
				rows = append(rows, rbac.Row{Kind: "s", Role: role.Code, Object: g.Object, Value: g.Scope})
			}
		}
	}
	return r.Extend(rows)
}

type held struct {
	e     *rbac.Enforcer
	roles []string
}

// Can implements kernel.Permissions.
func (h held) Can(object, act string) bool { return h.e.Can(h.roles, object, act) }

// Scope implements kernel.Permissions.
func (h held) Scope(resource string) kernel.ScopeLevel {
	return kernel.ScopeLevel(h.e.Scope(h.roles, resource))
}
