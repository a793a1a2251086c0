// Package keys holds the keys by which programs call in a person's name.
package keys

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Prefix starts every API key, so that one that leaked into a file is recognised.
const Prefix = "zgk_"

// interval is how exactly the last use of a key is kept.
const interval = 10 * time.Minute

// Key is an API key as it is listed; the key itself is shown once, when it is made. Zero instants mean never.
type Key struct {
	ID        int64
	Name      string
	Account   int64
	CreatedAt clock.Instant
	ExpiresAt clock.Instant
	RevokedAt clock.Instant
	UsedAt    clock.Instant // within interval
}

// Find gives who a program acts as, nil when the key is unknown, revoked or expired.
func Find(ctx context.Context, c *kernel.Company, key string) (*kernel.Actor, error) {
	if !strings.HasPrefix(key, Prefix) {
		return nil, nil
	}
	anybody := func(*kernel.View, auth.Account) (bool, error) { return true, nil }
	return auth.Recognise(ctx, c, token.Digest(key), anybody, func(v *kernel.View, digest string) (int64, error) {
		var account, expires, revoked, used int64
		found, err := v.Scan([]any{&account, &expires, &revoked, &used},
			"SELECT account, expires_at, revoked_at, used_at FROM api_keys WHERE digest = ?", digest)
		if err != nil || !found || revoked != 0 || expires != 0 && expires <= int64(v.Now) {
			return 0, err
		}
		if int64(v.Now)-used > interval.Milliseconds() {
			defer noteUse(c, digest)
		}
		return account, nil
	})
}

// noteUse notes the use of a key beside the request: when it was, and once a day in the audit.
func noteUse(c *kernel.Company, digest string) {
	go func() {
		err := pipeline.Unit(context.Background(), c, kernel.SystemActor(), "api_key:used", func(tx *kernel.Tx) error {
			var name string
			var used int64
			if _, err := tx.Scan([]any{&name, &used}, "SELECT name, used_at FROM api_keys WHERE digest = ?", digest); err != nil {
				return err
			}
			if int64(tx.Now)-used <= interval.Milliseconds() {
				return nil
			}
			if _, err := tx.Exec("UPDATE api_keys SET used_at = ? WHERE digest = ?", int64(tx.Now), digest); err != nil {
				return err
			}
			if clock.DateOf(clock.Instant(used).Time().In(tx.Company.Zone())) == tx.Today {
				return nil
			}
			return audit.Note(tx, "api_key", "use", name)
		})
		if err != nil {
			c.Log.Warn("use of a key not noted", "error", err)
		}
	}()
}

// Make makes a key for an account and gives it with its id. Nobody can make one that may do more than himself: the
// account's roles must be his too, unless he is an administrator.
func Make(ctx context.Context, c *kernel.Company, actor *kernel.Actor, k Key) (id int64, key string, err error) {
	if k.Name = strings.TrimSpace(k.Name); k.Name == "" || len(k.Name) > 100 {
		return 0, "", problem.Rule("key.name").At("/name")
	}
	err = pipeline.Unit(ctx, c, actor, "api_key:create", func(tx *kernel.Tx) error {
		account, found, err := auth.Accounts.Of(c).ByID(tx.View, k.Account)
		if err != nil {
			return err
		}
		if !found || account.Disabled {
			return problem.Rule("key.account").At("/account")
		}
		for _, role := range account.Roles {
			if !actor.System && !actor.HasRole("administrator") && !slices.Contains(actor.Roles, role) {
				return problem.New(problem.Forbidden, "key.promote", "role", role)
			}
		}
		if id, err = c.Store.NextID(); err != nil {
			return err
		}
		key = Prefix + token.New()
		_, err = tx.Exec("INSERT INTO api_keys (id, name, digest, account, created_at, created_by, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
			id, k.Name, token.Digest(key), k.Account, int64(tx.Now), actor.UserID, int64(k.ExpiresAt))
		if err != nil {
			return err
		}
		return audit.Note(tx, "api_key", "create", k.Name)
	})
	return id, key, err
}

// List lists the keys, newest first.
func List(v *kernel.View) ([]Key, error) {
	var out []Key
	err := v.Each(func(rows *sql.Rows) error {
		var k Key
		var created, expires, revoked, used int64
		err := rows.Scan(&k.ID, &k.Name, &k.Account, &created, &expires, &revoked, &used)
		k.CreatedAt, k.ExpiresAt, k.RevokedAt = clock.Instant(created), clock.Instant(expires), clock.Instant(revoked)
		k.UsedAt = clock.Instant(used)
		out = append(out, k)
		return err
	}, "SELECT id, name, account, created_at, expires_at, revoked_at, used_at FROM api_keys ORDER BY id DESC LIMIT 500")
	return out, err
}

// Revoke ends a key for good. A revoked or unknown one is not found.
func Revoke(ctx context.Context, c *kernel.Company, actor *kernel.Actor, id int64) error {
	return pipeline.Unit(ctx, c, actor, "api_key:revoke", func(tx *kernel.Tx) error {
		n, err := tx.Exec("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at = 0", int64(tx.Now), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.Missing("api_key", id)
		}
		auth.Refresh(tx)
		return audit.Note(tx, "api_key", "revoke", "")
	})
}
