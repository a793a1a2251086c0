package boot

import (
	"zhanggui/modules/kernel"
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

// For gives what a set of roles may do.
func (r rights) For(roles []string) kernel.Permissions { return held{r.Enforcer, roles} }

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
