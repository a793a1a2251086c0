package auth

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// KeyPrefix starts every API key, so that one that leaked into a file is recognised.
const KeyPrefix = "zgk_"

// Key is an API key as it is listed; the key itself is shown once, when it is made. Zero instants mean never.
type Key struct {
	ID        int64
	Name      string
	Account   int64
	CreatedAt clock.Instant
	ExpiresAt clock.Instant
	RevokedAt clock.Instant
}

// ByKey gives who a program acts as, nil when the key is unknown, revoked or expired.
func ByKey(ctx context.Context, c *kernel.Company, key string) (*kernel.Actor, error) {
	if !strings.HasPrefix(key, KeyPrefix) {
		return nil, nil
	}
	return recognise(ctx, c, digestOf(key), func(v *kernel.View, digest string) (int64, error) {
		var account, expires, revoked int64
		found, err := v.Scan([]any{&account, &expires, &revoked},
			"SELECT account, expires_at, revoked_at FROM api_keys WHERE digest = ?", digest)
		if err != nil || !found || revoked != 0 || expires != 0 && expires <= int64(v.Now) {
			return 0, err
		}
		return account, nil
	})
}

// NewKey makes a key for an account and gives it with its id. Nobody can make one that may do more than himself: the
// account's roles must be his too, unless he is an administrator.
func NewKey(ctx context.Context, c *kernel.Company, actor *kernel.Actor, k Key) (id int64, key string, err error) {
	if k.Name = strings.TrimSpace(k.Name); k.Name == "" || len(k.Name) > 100 {
		return 0, "", problem.Rule("key.name").At("/name")
	}
	err = pipeline.Unit(ctx, c, actor, "api_key:create", func(tx *kernel.Tx) error {
		account, found, err := Accounts.Of(c).ByID(tx.View, k.Account)
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
		key = KeyPrefix + secret()
		_, err = tx.Exec("INSERT INTO api_keys (id, name, digest, account, created_at, created_by, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
			id, k.Name, digestOf(key), k.Account, int64(tx.Now), actor.UserID, int64(k.ExpiresAt))
		if err != nil {
			return err
		}
		return audit.Note(tx, "api_key", "create", k.Name)
	})
	return id, key, err
}

// Keys lists the keys, newest first.
func Keys(v *kernel.View) ([]Key, error) {
	var out []Key
	err := v.Each(func(rows *sql.Rows) error {
		var k Key
		var created, expires, revoked int64
		err := rows.Scan(&k.ID, &k.Name, &k.Account, &created, &expires, &revoked)
		k.CreatedAt, k.ExpiresAt, k.RevokedAt = clock.Instant(created), clock.Instant(expires), clock.Instant(revoked)
		out = append(out, k)
		return err
	}, "SELECT id, name, account, created_at, expires_at, revoked_at FROM api_keys ORDER BY id DESC LIMIT 500")
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
		Refresh(tx)
		return audit.Note(tx, "api_key", "revoke", "")
	})
}
