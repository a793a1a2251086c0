package auth

import (
	"context"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"zhanggui/modules/kernel/problem"
)

// Bounds of a password in characters; the upper one keeps hashing cheap.
const (
	minPassword = 8
	maxPassword = 200
)

var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing bounds the memory that all companies of the process together spend on passwords.
var hashing = make(chan struct{}, 2)

// nobody is compared with when the login is unknown, so that the answer takes as long as for a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$R2jVIKOP2OB0zLFKwhO4EWeyMdCjKcAn4SnATbmAjcE"

// CheckPassword refuses passwords that are too short or too long, without a path.
func CheckPassword(password string) *problem.Problem {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return problem.Rule("password.short", "min", minPassword)
	case n > maxPassword:
		return problem.Rule("password.long", "max", maxPassword)
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

// matches compares a password with a hash; an empty hash never matches.
func matches(ctx context.Context, password, hash string) (bool, error) {
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
