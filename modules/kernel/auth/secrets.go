package auth

import (
	"context"

	"zhanggui/modules/kernel/auth/password"
	"zhanggui/modules/kernel/auth/token"
	"zhanggui/modules/kernel/problem"
)

// CheckPassword refuses passwords that are too short or too long, without a path.
func CheckPassword(text string) *problem.Problem { return password.Check(text) }

// Hash gives the hash of a password, to be kept as Account.PasswordHash.
func Hash(ctx context.Context, text string) (string, error) { return password.Hash(ctx, text) }

// Digest is how the database knows the token of a session or an entry.
func Digest(shown string) string { return token.Digest(shown) }
