package payload

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTheListIsWhole(t *testing.T) {
	all := All()
	if len(all) != 200 {
		t.Errorf("%d payloads, want 200", len(all))
	}
	for i, one := range all {
		if slices.Index(all, one) != i {
			t.Errorf("%q is there twice", one)
		}
		if !utf8.ValidString(one) || strings.ContainsFunc(one, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }) {
			t.Errorf("%q cannot be typed", one)
		}
	}
}
