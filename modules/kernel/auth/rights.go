package auth

import (
	"context"
	"time"

	"zhanggui/modules/kernel"
)

// Role is a role with its rights. The shipped ones come with code and name only: their rights are answered by the policy.
type Role struct {
	Code   string
	Name   kernel.Text
	Scope  string // none, own, department, below, listed or all; what no grant says otherwise
	Grants []Grant
}

// Grant is what a role may do with one object. Scope is "" where that of the role holds.
type Grant struct {
	Object string
	Acts   []string
	Scope  string
}

// Policy is what rights offer when a company may have roles of its own.
type Policy interface {
	kernel.Rights
	Shipped() []Role
	// Load puts a company's own roles in force instead of those of an earlier call. A grant that it refuses is told in the
	// error and denied; the others hold.
	Load(own []Role) error
}

// OwnRoles is the port that reads the roles which a company made itself; base/organisation fills it.
var OwnRoles = kernel.NewPort("auth.roles", func(*kernel.View) ([]Role, error) { return nil, nil })

// Reload is what a module does when another process may have changed what it keeps in memory and tells of with Refresh. A
// module that has some puts it among the company's hooks while it is set up.
type Reload func(v *kernel.View) error

// pollEvery bounds how long a change of rights or users made by another process is not seen here, and what looking costs.
const pollEvery = time.Second

// Current makes sure that what this process remembers of users and rights is not older than pollEvery, and not older than
// what it changed itself. It reads one row, at most once in that time.
func Current(ctx context.Context, c *kernel.Company) error {
	k := keeperOf(c)
	k.polling.Lock()
	defer k.polling.Unlock()
	now, changes := c.Clock.Now(), k.changes.Load()
	if changes == k.seen && now.Sub(k.polled) < pollEvery {
		return nil
	}
	version := int64(0)
	err := c.View(ctx, kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&version}, "SELECT version FROM access WHERE one = 1")
		if err != nil || version == k.version {
			return err
		}
		for _, hook := range c.Hooks {
			if reload, ok := hook.(Reload); ok && err == nil {
				err = reload(v)
			}
		}
		if err != nil {
			return err
		}
		return loadOwn(v)
	})
	if err != nil {
		return err
	}
	k.polled, k.seen = now, changes
	if version != k.version {
		k.version = version
		k.drop()
	}
	return nil
}

func loadOwn(v *kernel.View) error {
	policy, ok := v.Company.Rights.(Policy)
	if !ok {
		return nil
	}
	own, err := OwnRoles.Of(v.Company)(v)
	if err != nil {
		return err
	}
	if err := policy.Load(own); err != nil {
		v.Company.Log.Error("rights refused", "error", err)
	}
	return nil
}

// Epoch grows whenever what was known of users and rights became worthless.
func Epoch(c *kernel.Company) int64 {
	k := keeperOf(c)
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.epoch
}

// Refresh makes what is cached of users and rights, and of what else is read by a Reload, be read again after the commit, by Seal in every process.
func Refresh(tx *kernel.Tx) {
	noted := kernel.Local(tx, refreshed{}, func() *bool { return new(bool) })
	if *noted {
		return
	}
	*noted = true
	tx.Unit.AfterCommit(keeperOf(tx.Company).forget)
}

type refreshed struct{}

// SealOrder puts the seal before those of documents: its row is locked before theirs.
const SealOrder = 10

// Seal is the step of the seal that tells the other processes of what Refresh was called for.
func Seal(tx *kernel.Tx) error {
	if !*kernel.Local(tx, refreshed{}, func() *bool { return new(bool) }) {
		return nil
	}
	_, err := tx.Exec("UPDATE access SET version = version + 1 WHERE one = 1")
	return err
}
