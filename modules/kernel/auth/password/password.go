// Package password keeps passwords: Argon2id, at most two at a time, so that a crowd that logs in does not take the
// computer's memory.
package password

import (
	"context"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"zhanggui/modules/kernel/problem"
)

// Bounds of a password in characters; the upper one keeps hashing cheap.
const (
	shortest = 8
	Longest  = 200
)

var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing bounds the memory that all companies of the process together spend on passwords.
var hashing = make(chan struct{}, 2)

// nobody is compared with when the login is unknown, so that the answer takes as long as for a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$R2jVIKOP2OB0zLFKwhO4EWeyMdCjKcAn4SnATbmAjcE"

// Check refuses passwords that are too short or too long, without a path.
func Check(password string) *problem.Problem {
	switch n := utf8.RuneCountInString(password); {
	case n < shortest:
		return problem.Rule("password.short", "min", shortest)
	case n > Longest:
		return problem.Rule("password.long", "max", Longest)
	}
	return nil
}

// Hash gives the Argon2id hash of a password. At most two are computed at a time; the context bounds the wait.
func Hash(ctx context.Context, password string) (string, error) {
	if err := enter(ctx); err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(password, params)
}

// Matches compares a password with a hash; an empty hash never matches.
func Matches(ctx context.Context, password, hash string) (bool, error) {
	if err := enter(ctx); err != nil {
		return false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		hash = nobody
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && known, err
}

func enter(ctx context.Context) error {
	select {
	case hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func leave() { <-hashing }
