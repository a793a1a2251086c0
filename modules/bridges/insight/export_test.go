package insight

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
)

// What the home page and the cockpit answer, for the tests of this package.
var (
	HomeOf    = homeOf
	CockpitOf = cockpitOf
	NetOf     = func(v *kernel.View, d *kernel.Def, from, to clock.Date) (money.Amount, error) {
		return netOf(v, d, span{from, to})
	}
)
