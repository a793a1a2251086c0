package settlement

import (
	"zhanggui/modules/kernel/money"
)

// share is what goes to one open item.
type share struct {
	item   *OpenItem
	amount money.Amount
}

// oldestFirst divides total over items in their order. Items of total's sign are paid until total is used up; items of
// the other sign (returns) help to pay, in their order, only as far as total does not reach. total 0 sets debts and
// returns off against each other.
func oldestFirst(total money.Amount, items []*OpenItem) ([]share, error) {
	sign := money.Amount(1)
	if total < 0 {
		sign = -1
	}
	left, credit := sign*total, money.Amount(0)
	var err error
	for _, it := range items {
		if open := sign * it.Open; open < 0 {
			if credit, err = money.Sub(credit, open); err != nil {
				return nil, err
			}
		}
	}
	if _, err = money.Add(left, credit); err != nil {
		return nil, err
	}
	var out []share
	for _, it := range items {
		part := min(sign*it.Open, left+credit)
		if part <= 0 {
			continue
		}
		out = append(out, share{it, sign * part})
		fromLeft := min(left, part)
		left -= fromLeft
		credit -= part - fromLeft
	}
	return append(out, creditsUsed(sign, credit, items)...), nil
}

// creditsUsed gives the returns that helped: all but what is still unused.
func creditsUsed(sign, unused money.Amount, items []*OpenItem) []share {
	var all money.Amount
	for _, it := range items {
		if open := sign * it.Open; open < 0 {
			all -= open
		}
	}
	used := all - unused
	var out []share
	for _, it := range items {
		if open := -sign * it.Open; open > 0 && used > 0 {
			part := min(open, used)
			out = append(out, share{it, -sign * part})
			used -= part
		}
	}
	return out
}

// fits reports whether amount may be taken from an item with this much open: same sign, not more.
func fits(amount, open money.Amount) bool {
	if open < 0 {
		return amount < 0 && amount >= open
	}
	return amount > 0 && amount <= open
}

// within reports whether part has whole's sign, or is 0, and is not larger.
func within(part, whole money.Amount) bool {
	return part == 0 || fits(part, whole)
}
