// Package slip asks about days that look like a slip of the pen: 2036 for 2026 makes an accounting period in ten years, and a
// debt that is not due before. Whoever means it says yes; nobody is refused, and jobs, which cannot be asked, are not asked.
package slip

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
)

// Day is the code of the question whether a sheet is really of that day. Who repeats his request with it among what he agrees
// to has answered with yes.
const Day = "slip.day"

// How many days from today on, or ago, nobody wonders. What was before the books is written down when they begin, so some years
// back are usual; a slip makes ten of them.
const (
	ahead = 31
	ago   = 5 * 366
)

// Asked asks whoever posts a sheet of a day far from today whether he means it.
func Asked(tx *kernel.Tx, day clock.Date) error {
	who := tx.Behalf
	if !who.Asks || slices.Contains(who.Agrees, Day) {
		return nil
	}
	if far := tx.Today.DaysUntil(day); far <= ahead && far >= -ago {
		return nil
	}
	return problem.Rule(Day, "date", string(day), "today", string(tx.Today)).At("/date")
}
