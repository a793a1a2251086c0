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

// ahead is how many days from today on nobody wonders. What is of a day long ago is written down when a firm begins with the
// program; where it must not be, the period is closed.
const ahead = 31

// Asked asks whoever posts a sheet of a day far ahead whether he means it.
func Asked(tx *kernel.Tx, day clock.Date) error {
	who := tx.Behalf
	if !who.Asks || slices.Contains(who.Agrees, Day) {
		return nil
	}
	if tx.Today.DaysUntil(day) <= ahead {
		return nil
	}
	return problem.Rule(Day, "date", string(day), "today", string(tx.Today)).At("/date")
}
