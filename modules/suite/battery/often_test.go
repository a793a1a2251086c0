package battery

import (
	"os"
	"testing"
)

// often is how many rounds a test goes: few where it runs with all others, many with ZHANGGUI_BATTERY=long, and as few as
// make sense with -short.
func often(few, many int) int {
	switch {
	case os.Getenv("ZHANGGUI_BATTERY") == "long":
		return many
	case testing.Short():
		return max(1, few/3)
	}
	return few
}
