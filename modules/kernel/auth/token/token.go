// Package token makes what a browser or a program shows to be recognised. The database holds digests only: a token has 256
// random bits, so a plain hash keeps it.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// New makes an unguessable token.
func New() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails: the runtime stops the program instead
	return base64.RawURLEncoding.EncodeToString(random)
}

// Digest is how the database knows a token.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
