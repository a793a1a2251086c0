package kernel

import (
	"context"

	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/store"
)

// View is what code sees of the company at one moment: data, who asks, what day it is.
type View struct {
	*store.Snapshot
	Company *Company
	Actor   *Actor
	Now     clock.Instant
	Today   clock.Date
	Lang    string

	catalog *Catalog
	memo    map[any]any
}

// As is the same moment as somebody else sees it.
func (v *View) As(actor *Actor) *View {
	return &View{Snapshot: v.Snapshot, Company: v.Company, Actor: actor, Lang: actor.Lang, catalog: v.catalog, Now: v.Now, Today: v.Today}
}

// Ctx is the context of the request.
func (v *View) Ctx() context.Context { return v.Context() }

// DB is GORM over this view, for query.go files.
func (v *View) DB() *store.DB { return v.Gorm() }

// Memo computes a value once for each view.
func Memo[T any](v *View, key any, make func() (T, error)) (T, error) {
	if got, ok := v.memo[key]; ok {
		return got.(T), nil
	}
	made, err := make()
	if err != nil {
		return made, err
	}
	if v.memo == nil {
		v.memo = map[any]any{}
	}
	v.memo[key] = made
	return made, nil
}

// Tx is one unit of work. A unit is a closure that can be run again: nothing outside of the Tx may be changed in it.
type Tx struct {
	*View
	Unit *store.Unit
	// Behalf is the person for whom the system acts in nested calls; on the outermost call it is the actor.
	Behalf *Actor
	Depth  int
	Reason string
	local  map[any]any
}

// Exec runs a statement and tells how many rows it touched.
func (tx *Tx) Exec(query string, args ...any) (int64, error) { return tx.Unit.Exec(query, args...) }

// Local gives the unit's own value for key, made at first use: the state a kernel package keeps during one unit.
func Local[T any](tx *Tx, key any, make func() *T) *T {
	if got, ok := tx.local[key]; ok {
		return got.(*T)
	}
	made := make()
	tx.local[key] = made
	return made
}

// AsSystem runs fn with the system's rights on behalf of the same person, for calls that one action makes on others.
func (tx *Tx) AsSystem(fn func() error) error {
	actor := tx.Actor
	if actor.System {
		return fn()
	}
	system := SystemActor()
	system.UserID, system.PersonID, system.Department, system.Lang = actor.UserID, actor.PersonID, actor.Department, actor.Lang
	system.Address, system.RequestID = actor.Address, actor.RequestID
	tx.View.Actor = system
	defer func() { tx.View.Actor = actor }()
	return fn()
}

// View opens a snapshot and shows the company to fn as the actor sees it.
func (c *Company) View(ctx context.Context, actor *Actor, fn func(v *View) error) error {
	return c.Store.Read(ctx, func(s *store.Snapshot) error { return fn(c.view(s, actor)) })
}

func (c *Company) view(s *store.Snapshot, actor *Actor) *View {
	now := c.Clock.Now()
	return (&View{Snapshot: s, Company: c, catalog: c.catalog.Load(), Now: clock.InstantOf(now), Today: clock.DateOf(now.In(c.Zone()))}).As(actor)
}

// Begin makes the Tx of a unit. The time is frozen for the whole unit.
func (c *Company) Begin(u *store.Unit, actor *Actor) *Tx {
	return &Tx{View: c.view(&u.Snapshot, actor), Unit: u, Behalf: actor, local: map[any]any{}}
}
