package books

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel/money"
)

// Sheet is a filled form.
type Sheet struct {
	ID      string   `json:"id"`
	Number  string   `json:"form"`
	Zh      string   `json:"zh"`
	En      string   `json:"en"`
	Columns []Column `json:"columns"`
	Lines   []Line   `json:"lines"`
	Checks  []Check  `json:"checks"`
	// Unplaced lists accounts with an amount that no line names; it was counted in the line its
	// kind falls back to. Worth a warning: the account may belong elsewhere.
	Unplaced []string `json:"unplaced,omitempty"`
}

// Line is one row of a sheet. Values has one amount per column, nil for a section.
type Line struct {
	No     int            `json:"no,omitempty"`
	Zh     string         `json:"zh"`
	En     string         `json:"en"`
	Kind   LineKind       `json:"kind"`
	Indent int            `json:"indent"`
	Part   string         `json:"part,omitempty"`
	Values []money.Amount `json:"values,omitempty"`
	Parts  []Part         `json:"parts,omitempty"` // by account, in code order; plain lines only
}

// Part is what one account contributes to a line, with the sign it has there. Code is "" for an
// amount shifted by a Move.
type Part struct {
	Code   string         `json:"code"`
	Values []money.Amount `json:"values"`
}

// Check is one 勾稽关系. Difference is left minus right per column. A hard check that fails means
// wrong input (books out of balance, a closing voucher counted as activity); a soft one (an "of
// which" above its whole) can come from unusual but legal balances.
type Check struct {
	Name        string         `json:"name"` // "53=30", "9>=10+11+12+13", "ledger", "complete"
	Zh          string         `json:"zh"`
	En          string         `json:"en"`
	Hard        bool           `json:"hard"`
	OK          bool           `json:"ok"`
	Differences []money.Amount `json:"differences"`
}

// Value returns the amount of a line in a column, by line number and column key; zero if there is
// no such line or column.
func (s *Sheet) Value(no int, key string) money.Amount {
	col := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Key == key })
	l := s.line(no)
	if l == nil || col < 0 {
		return 0
	}
	return l.Values[col]
}

// OK tells whether all hard checks hold.
func (s *Sheet) OK() bool {
	return !slices.ContainsFunc(s.Checks, func(c Check) bool { return c.Hard && !c.OK })
}

func (s *Sheet) line(no int) *Line {
	if no == 0 {
		return nil
	}
	i := slices.IndexFunc(s.Lines, func(l Line) bool { return l.No == no })
	if i < 0 {
		return nil
	}
	return &s.Lines[i]
}

// blank makes an empty sheet with the columns of a layout; "" is the law's.
func blank(form *Form, layout string) (*Sheet, error) {
	if layout == "" {
		layout = "law"
	}
	columns, ok := form.Layouts[layout]
	if !ok {
		return nil, fmt.Errorf("%w: %s has no layout %q", ErrForm, form.ID, layout)
	}
	s := &Sheet{ID: form.ID, Number: form.Number, Zh: form.Zh, En: form.En, Columns: columns}
	s.Lines = make([]Line, len(form.Lines))
	for i, l := range form.Lines {
		s.Lines[i] = Line{No: l.No, Zh: l.Zh, En: l.En, Kind: l.Kind, Indent: l.Indent, Part: l.Part}
		if l.Kind != Section {
			s.Lines[i].Values = make([]money.Amount, len(columns))
		}
	}
	return s, nil
}

// book adds an amount of an account to a plain line.
func (l *Line) book(code string, col int, v money.Amount, acc *adder) {
	if v == 0 {
		return
	}
	l.Values[col] = acc.add(l.Values[col], v)
	i, found := slices.BinarySearchFunc(l.Parts, code, func(p Part, code string) int {
		return strings.Compare(p.Code, code)
	})
	if !found {
		l.Parts = slices.Insert(l.Parts, i, Part{Code: code, Values: make([]money.Amount, len(l.Values))})
	}
	l.Parts[i].Values[col] = acc.add(l.Parts[i].Values[col], v)
}

// total fills the lines that are sums of lines above them.
func (s *Sheet) total(form *Form, acc *adder) {
	for i, l := range form.Lines {
		if l.Kind != Total {
			continue
		}
		for col := range s.Columns {
			s.Lines[i].Values[col] = s.sum(l.Sum, col, acc)
		}
	}
}

// sum adds the named lines in one column; a negative number subtracts its line.
func (s *Sheet) sum(lines []int, col int, acc *adder) (v money.Amount) {
	for _, n := range lines {
		if n < 0 {
			v = acc.sub(v, s.line(-n).Values[col])
		} else {
			v = acc.add(v, s.line(n).Values[col])
		}
	}
	return v
}

// check fills the checks that the form itself prescribes.
func (s *Sheet) check(form *Form, acc *adder) {
	for _, c := range form.Checks {
		sign := "="
		if c.AtLeast {
			sign = ">="
		}
		right := ""
		for i, n := range c.Sum {
			if n >= 0 && i > 0 {
				right += "+"
			}
			right += strconv.Itoa(n)
		}
		name := strconv.Itoa(c.Line) + sign + right
		out := Check{
			Name: name, Hard: !c.AtLeast, OK: true,
			Zh: "第" + strconv.Itoa(c.Line) + "行" + strings.Replace(sign, ">=", "≥", 1) + right,
			En: "Line " + name,
		}
		for col := range s.Columns {
			d := acc.sub(s.line(c.Line).Values[col], s.sum(c.Sum, col, acc))
			out.Differences = append(out.Differences, d)
			out.OK = out.OK && (d == 0 || c.AtLeast && d > 0)
		}
		s.Checks = append(s.Checks, out)
	}
}

// adder adds and subtracts until something does not fit; err then holds money.ErrRange.
type adder struct{ err error }

func (a *adder) add(x, y money.Amount) money.Amount {
	v, err := money.AddOf(x, y)
	return a.keep(v, err)
}

func (a *adder) sub(x, y money.Amount) money.Amount {
	v, err := money.SubOf(x, y)
	return a.keep(v, err)
}

func (a *adder) keep(v money.Amount, err error) money.Amount {
	if err != nil && a.err == nil {
		a.err = fmt.Errorf("books: %w", err)
	}
	return v
}
