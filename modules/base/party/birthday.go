package party

import (
	"cmp"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
)

// Birthday is one of a contact of a customer, on the day on which it is kept.
type Birthday struct {
	Party          int64
	Customer, Name string // Name is the contact's, the customer's own where nobody wrote one down
	Day            clock.Date
	born           string // month and day, such as 11-21
}

// Birthdays gives those that the contacts of active customers have from one day to another, both included, in the order of
// days: of the customers of a person, or of everybody for 0, as far as the actor sees them. Who was born on the 29th of
// February has his birthday on the 28th in other years.
func Birthdays(v *kernel.View, owner int64, from, to clock.Date) ([]Birthday, error) {
	if !v.Actor.Can(Parties.Name, "read") {
		return nil, nil
	}
	on := map[string][]clock.Date{}
	var days []any
	note := func(born string, date clock.Date) {
		if on[born] == nil {
			days = append(days, born)
		}
		on[born] = append(on[born], date)
	}
	for date := from; date.Valid() && !date.After(to); date = date.AddDays(1) {
		note(string(date[5:]), date)
		if date[5:] == "02-28" && date.AddDays(1)[5:] != "02-29" {
			note("02-29", date)
		}
	}
	if len(days) == 0 {
		return nil, nil
	}
	found, err := born(v, owner, days)
	if err != nil {
		return nil, err
	}
	var out []Birthday
	for _, b := range found {
		for _, b.Day = range on[b.born] {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b Birthday) int { return cmp.Compare(a.Day, b.Day) })
	return out, nil
}
