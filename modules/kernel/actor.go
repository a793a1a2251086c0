package kernel

import "slices"

// Text is a label in both languages.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In gives the text in a language; Chinese unless English is asked for.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Zh
}

// T is the short form of Text in declarations.
func T(zh, en string) Text { return Text{Zh: zh, En: en} }

// Permissions is what a set of roles may do, computed once at login.
type Permissions interface {
	// Can reports whether act is allowed on object ("sales.order", "confirm").
	Can(object, act string) bool
	// Scope gives the data scope on a resource: none, own, department, below, listed or all.
	Scope(resource string) ScopeLevel
}

// ScopeLevel says how far a role sees. Levels are ordered: the widest of a person's roles counts.
type ScopeLevel int

// The levels. Listed is the person's department list.
const (
	ScopeNone ScopeLevel = iota
	ScopeOwn
	ScopeDepartment
	ScopeBelow
	ScopeListed
	ScopeAll
)

// Actor is who acts.
type Actor struct {
	UserID     int64
	PersonID   int64
	Department int64
	Below      []int64 // own department and all beneath it
	Listed     []int64 // departments given by name
	Roles      []string
	Perms      Permissions
	System     bool     // nested calls and the program itself
	Asks       bool     // can be asked back, as who acts on one record can: rules that rather ask than refuse do so
	Agrees     []string // codes of the questions that he has answered with yes

	Name, Login, Lang  string
	Address, RequestID string // network address, for the audit
}

// SystemActor acts for the program itself.
func SystemActor() *Actor { return &Actor{System: true, Name: "system", Lang: "zh"} }

// Can reports whether the actor may act on the object.
func (a *Actor) Can(object, act string) bool {
	return a.System || a.Perms != nil && a.Perms.Can(object, act)
}

// Sees reports whether the actor has a field right such as "cost".
func (a *Actor) Sees(right string) bool { return right == "" || a.Can("field."+right, "see") }

// HasRole reports whether the actor holds the role.
func (a *Actor) HasRole(role string) bool { return slices.Contains(a.Roles, role) }

// Departments gives the departments a scope level covers.
func (a *Actor) Departments(level ScopeLevel) []int64 {
	switch level {
	case ScopeDepartment:
		return []int64{a.Department}
	case ScopeBelow:
		return a.Below
	case ScopeListed:
		return append(slices.Clone(a.Listed), a.Below...)
	}
	return nil
}

// Holds tells whether what a person and a department own is the actor's by data scope; to see it as a member is not enough.
func (a *Actor) Holds(resource string, owner, department int64) bool {
	if a.System {
		return true
	}
	level := a.Perms.Scope(resource)
	return level == ScopeAll || owner != 0 && owner == a.PersonID || department != 0 && slices.Contains(a.Departments(level), department)
}
