package token

import "testing"

func TestSecretsDiffer(t *testing.T) {
	if a, b := New(), New(); a == b || len(a) != 43 || Digest(a) == Digest(b) || len(Digest(a)) != 64 {
		t.Errorf("%q %q", a, b)
	}
}
