package books

import (
	"fmt"

	"zhanggui/modules/kernel/money"
)

// CashColumn is what one column of the cash flow statement is made from.
type CashColumn struct {
	Flows   map[int]money.Amount // line → amount, in the direction of the line (see Form.Flow)
	Opening money.Amount         // cash at the start of the column's time
}

// Flow gives the cash flow line of one non-cash line of a voucher that moves cash, with the amount
// in the direction of that line: a debited counter-account pays, a credited one receives, and a
// flow against the direction of its line lowers it. debit and credit are in 分, red ones negative.
// The default line is that of the longest code in the map; ok is false for accounts without one,
// cash accounts among them. A line whose net amount is zero has no flow.
// Errors: money.ErrRange.
func (f *Form) Flow(code string, debit, credit money.Amount) (line int, amount money.Amount, ok bool, err error) {
	pair, found := [2]int{}, false
	for end := len(code); end > 0 && !found; end-- {
		pair, found = f.Map[code[:end]]
	}
	var acc adder
	received := acc.sub(credit, debit)
	if acc.err != nil || !found || received == 0 {
		return 0, 0, false, acc.err
	}
	// A red entry belongs to the line of its side, with the sign turned, so the side decides.
	line = pair[1]
	if debit != 0 && (credit == 0 || received < 0) {
		line = pair[0]
	}
	for i := range f.Lines {
		if f.Lines[i].No == line && f.Lines[i].Flow == "out" {
			return line, acc.sub(0, received), true, acc.err
		}
	}
	return line, received, true, nil
}

// CashFlow fills the cash flow form, one CashColumn per column key of the layout ("" is the law's).
// The result's line 22 must equal cash in the balance sheet; the caller compares.
// Errors: an unknown layout, a flow on a line that takes none, money.ErrRange.
func CashFlow(form *Form, layout string, in map[string]CashColumn) (*Sheet, error) {
	if form.Measure != "flow" {
		return nil, fmt.Errorf("%w: %s is no cash flow statement", ErrForm, form.ID)
	}
	s, err := blank(form, layout)
	if err != nil {
		return nil, err
	}
	var acc adder
	for col, c := range s.Columns {
		taken := 0
		for i, l := range form.Lines {
			v, has := in[c.Key].Flows[l.No]
			switch {
			case l.Flow == "opening":
				s.Lines[i].Values[col] = in[c.Key].Opening
			case l.Flow != "" && has:
				s.Lines[i].Values[col] = v
				taken++
			}
		}
		if taken != len(in[c.Key].Flows) {
			return nil, fmt.Errorf("books: column %s has a flow on a line that takes none", c.Key)
		}
	}
	s.total(form, &acc)
	s.check(form, &acc)
	return s, acc.err
}
