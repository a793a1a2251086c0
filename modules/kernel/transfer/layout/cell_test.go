package layout

import (
	"reflect"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// A day that was left open is an empty cell, not a day in eight thousand years.
func TestOpenDaysAreEmpty(t *testing.T) {
	due := &kernel.Field{Kind: kernel.KindDate}
	for day, want := range map[clock.Date]string{clock.Never: "", "2026-11-21": "2026-11-21", "": ""} {
		if got := Text(due, reflect.ValueOf(day), "zh"); got != want {
			t.Errorf("%q is written %q, want %q", day, got, want)
		}
	}
}
