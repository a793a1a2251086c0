// Package commerce is the arithmetic of a commercial sheet: order, delivery, receipt, return. It is pure; sales,
// purchasing and stock share it, so a sheet never changes its figures on its way through the house.
//
//	line      amount = quantity × price × (1 − discount), rounded once to 分; it is what was typed
//	          net, tax, gross = the amount split by the sheet's tax mode and the line's rate
//	charge    an amount beside the goods (freight …), split the same way
//	off       whole-sheet discount and rounding (抹零): both take from what is paid, so they are gross amounts. Their
//	          sum is shared over the tax rates of the lines in proportion to the lines' gross, and each share is split
//	          at its rate as an amount that includes tax. Where goods go both ways, by the size of the lines' gross. They stay visible: lines keep their own figures.
//	document  net, tax, gross = lines + charges − off
//
// Invariants
//  1. net + tax = gross exactly, for each line, each charge, for off and for the document.
//  2. goods, charge, net, tax and gross of the document are sums of its lines, charges and off, never rounded again.
//  3. A sheet with all quantities and amounts negated has all results negated: a reversing sheet mirrors its original.
package commerce

import (
	"slices"
	"strconv"

	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// The tax modes of a sheet: no tax at all, tax on top of the typed amount, tax inside of it.
const (
	TaxNone     = "none"
	TaxExcluded = "excluded"
	TaxIncluded = "included"
)

// Line is one line. Quantity, price, discount (0.1 is ten percent off) and tax rate go in, the rest comes out.
type Line struct {
	Qty      money.Qty
	Price    money.Price
	Discount money.Rate
	Rate     money.Rate

	Amount, Net, Tax, Gross money.Amount
}

// Charge is an amount beside the goods. Amount and rate go in, the rest comes out.
type Charge struct {
	Amount money.Amount
	Rate   money.Rate

	Net, Tax, Gross money.Amount
}

// Sheet is a document. Discount and Rounding are positive when the customer pays less.
type Sheet struct {
	Mode     string
	Lines    []Line
	Charges  []Charge
	Discount money.Amount
	Rounding money.Amount
}

// Totals are the figures of the document. Goods is the sum of the lines' amounts as typed; Charge that of the charges
// as typed. OffNet + OffTax = discount + rounding; Net, Tax and Gross have it taken off.
type Totals struct {
	Goods, Charge, Net, Tax, Gross money.Amount
	OffNet, OffTax                 money.Amount
}

// Compute fills the lines and charges of a sheet and gives its totals. What does not fit is the problem
// "commerce.range" at its line or charge, or at the whole sheet.
func (s *Sheet) Compute() (Totals, problem.List) {
	var list problem.List
	for i := range s.Lines {
		if s.Lines[i].compute(s.Mode) != nil {
			list.Add(problem.Rule("commerce.range").At("/lines/" + strconv.Itoa(i) + "/amount"))
		}
	}
	for i := range s.Charges {
		c := &s.Charges[i]
		var err error
		if c.Net, c.Tax, c.Gross, err = Split(c.Amount, c.Rate, s.Mode); err != nil {
			list.Add(problem.Rule("commerce.range").At("/charges/" + strconv.Itoa(i) + "/amount"))
		}
	}
	if len(list) > 0 {
		return Totals{}, list
	}
	t, err := s.totals()
	if err != nil {
		return Totals{}, problem.List{problem.Rule("commerce.range")}
	}
	return t, nil
}

func (l *Line) compute(mode string) error {
	amount, err := money.LineAmount(l.Qty, l.Price, l.Discount)
	if err != nil {
		return err
	}
	l.Amount = amount
	l.Net, l.Tax, l.Gross, err = Split(amount, l.Rate, mode)
	return err
}

// Split divides a typed amount by a tax mode; without tax all of it is net. A mode that is none of the three counts
// as no tax. Errors are those of money.SplitTax.
func Split(typed money.Amount, rate money.Rate, mode string) (net, tax, gross money.Amount, err error) {
	if mode != TaxExcluded && mode != TaxIncluded {
		rate = 0
	}
	return money.SplitTax(typed, rate, mode == TaxIncluded)
}

func (s *Sheet) totals() (Totals, error) {
	var goods, charge, net, tax []money.Amount
	for _, l := range s.Lines {
		goods, net, tax = append(goods, l.Amount), append(net, l.Net), append(tax, l.Tax)
	}
	for _, c := range s.Charges {
		charge, net, tax = append(charge, c.Amount), append(net, c.Net), append(tax, c.Tax)
	}
	var t Totals
	var err error
	if t.OffNet, t.OffTax, err = s.off(); err != nil {
		return t, err
	}
	sums := []struct {
		to   *money.Amount
		from []money.Amount
		off  money.Amount
	}{{&t.Goods, goods, 0}, {&t.Charge, charge, 0}, {&t.Net, net, t.OffNet}, {&t.Tax, tax, t.OffTax}}
	for _, sum := range sums {
		whole, err := money.SumOf(sum.from)
		if err != nil {
			return t, err
		}
		if *sum.to, err = money.Sub(whole, sum.off); err != nil {
			return t, err
		}
	}
	t.Gross, err = money.Add(t.Net, t.Tax)
	return t, err
}

// off splits discount and rounding together.
func (s *Sheet) off() (net, tax money.Amount, err error) {
	whole, err := money.Add(s.Discount, s.Rounding)
	if err != nil || whole == 0 {
		return 0, 0, err
	}
	rates, weights, err := s.byRate()
	if err != nil {
		return 0, 0, err
	}
	if len(rates) == 0 {
		return whole, 0, nil
	}
	shares, err := money.Share(whole, weights)
	if err != nil {
		return 0, 0, err
	}
	for i, share := range shares {
		n, x, _, err := money.SplitTax(share, rates[i], true)
		if err != nil {
			return 0, 0, err
		}
		if net, err = money.Add(net, n); err != nil {
			return 0, 0, err
		}
		if tax, err = money.Add(tax, x); err != nil {
			return 0, 0, err
		}
	}
	return net, tax, nil
}

// byRate gives the effective tax rates of the lines in order of first use, each with the gross of its lines.
func (s *Sheet) byRate() (rates []money.Rate, weights []int64, err error) {
	whole := make([]int64, len(s.Lines))
	for i, l := range s.Lines {
		whole[i] = int64(l.Gross)
	}
	whole = weighed(whole)
	for i, l := range s.Lines {
		rate := l.Rate
		if s.Mode != TaxExcluded && s.Mode != TaxIncluded {
			rate = 0
		}
		at := slices.Index(rates, rate)
		if at < 0 {
			at, rates, weights = len(rates), append(rates, rate), append(weights, 0)
		}
		if weights[at], err = money.AddOf(weights[at], whole[i]); err != nil {
			return nil, nil, err
		}
	}
	return rates, weights, nil
}

// ShareNet gives what each line is worth without tax when the sheet's discount and rounding (Totals.OffNet) are spread
// over the lines in proportion to their net: the value of received goods, the revenue of an item. Their sum is the sum
// of the lines' net less off.
func ShareNet(lines []Line, off money.Amount) ([]money.Amount, error) {
	weights := make([]int64, len(lines))
	for i, l := range lines {
		weights[i] = int64(l.Net)
	}
	out, err := money.Share(off, weighed(weights))
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i], err = money.Sub(lines[i].Net, out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ShareOff gives each line's share of discount and rounding, with tax, in proportion to the lines' gross. The shares
// add up to it exactly; without lines there are none.
func (s *Sheet) ShareOff() ([]money.Amount, error) {
	whole, err := money.Add(s.Discount, s.Rounding)
	if err != nil || len(s.Lines) == 0 {
		return nil, err
	}
	weights := make([]int64, len(s.Lines))
	for i, l := range s.Lines {
		weights[i] = int64(l.Gross)
	}
	return money.Share(whole, weighed(weights))
}

// weighed gives the weights by which discount and rounding are shared: the figures themselves, and their sizes where
// goods go both ways (换货), for there the sum may be next to nothing while the lines are not.
func weighed(figures []int64) []int64 {
	var up, down bool
	for _, n := range figures {
		up, down = up || n > 0, down || n < 0
	}
	if !up || !down {
		return figures
	}
	out := make([]int64, len(figures))
	for i, n := range figures {
		out[i] = max(n, -n)
	}
	return out
}
