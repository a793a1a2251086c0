package settlement

import (
	"strconv"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// mostNamed is how many settled sheets are named in one line; of more only the number is told.
const mostNamed = 5

// paymentFacts shows what stands between the firm and the party, and what the sheet settles: of a posted one what it did,
// of a draft what posting would do by itself while nothing is chosen. A draft that is looked at also shows the sums; they
// are never stored before it is posted.
func paymentFacts(v *kernel.View, p *Payment) ([]kernel.Fact, error) {
	if p.Party == 0 {
		return nil, nil
	}
	if may, err := party.MoneyOf(v, p.Party); err != nil || !may {
		return nil, err
	}
	debt, advance, err := debtOf(v, p.Side(), p.Party)
	if err != nil {
		return nil, err
	}
	words := map[string][2]kernel.Text{
		Receivable: {kernel.T("应收", "Owes us"), kernel.T("预收", "Advance")},
		Payable:    {kernel.T("应付", "We owe"), kernel.T("预付", "Advance")},
	}[p.Side()]
	out := []kernel.Fact{
		{Pointer: "/party", Label: words[0], Kind: kernel.KindAmount, Value: debt.String(), Right: "credit"},
		{Pointer: "/party", Label: words[1], Kind: kernel.KindAmount, Value: advance.String(), Right: "credit"},
	}
	label := kernel.T("核销了", "Settled")
	var shares []share
	switch {
	case p.State == posted:
		shares, err = settledShares(v, p)
	case p.State == void:
		return out, nil
	default:
		label = kernel.T("过账时核销", "Posting settles")
		shares, err = wouldSettle(v, p)
	}
	if err != nil || len(shares) == 0 {
		return out, err
	}
	return append(out, kernel.Fact{Pointer: "/settled", Label: label, Kind: kernel.KindText, Value: sheetsOf(shares, v.Lang), Right: "credit"}), nil
}

// wouldSettle shows what posting a draft would settle, and in the sums of the draft how much that is. What a person chose
// stands in the lines already and is only added up.
func wouldSettle(v *kernel.View, p *Payment) (shares []share, err error) {
	total, err := p.total()
	if err != nil {
		return nil, nil // computePayment has told
	}
	p.Settled, p.Unapplied = 0, total
	if len(p.Allocations) > 0 {
		var amounts []money.Amount
		for _, a := range p.Allocations {
			amounts = append(amounts, a.Amount)
		}
		settled, err := money.SumOf(amounts)
		if err != nil || !within(settled, total) {
			return nil, nil // validatePayment has told
		}
		p.Settled, p.Unapplied = settled, total-settled
		return nil, nil
	}
	if total == 0 {
		return nil, nil
	}
	items, err := oldestOpen(v, p.Party, p.Side())
	if err != nil {
		return nil, err
	}
	if shares, err = oldestFirst(total, items); err != nil {
		return nil, nil // too large to add up, which posting tells
	}
	for _, s := range shares {
		p.Settled += s.amount
		p.Unapplied -= s.amount
	}
	return shares, nil
}

// settledShares gives what a posted payment settles.
func settledShares(v *kernel.View, p *Payment) ([]share, error) {
	live, err := links.To(v, p.ID)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range live {
		if l.Kind == p.link() {
			ids = append(ids, l.Source)
		}
	}
	items, err := OpenItems.FindMany(v, distinct(ids))
	if err != nil {
		return nil, err
	}
	var out []share
	for _, l := range live {
		if it := items[l.Source]; it != nil && l.Kind == p.link() {
			out = append(out, share{it, l.Amount})
		}
	}
	return out, nil
}

// sheetsOf says sheets with what is settled of each; of many the first.
func sheetsOf(shares []share, lang string) string {
	var parts []string
	for i, s := range shares {
		if i == mostNamed {
			parts = append(parts, strings.ReplaceAll(kernel.T("等 {n} 张", "{n} in all").In(lang), "{n}", strconv.Itoa(len(shares))))
			break
		}
		parts = append(parts, s.item.SourceNumber+" "+money.Format(s.amount))
	}
	return strings.Join(parts, kernel.T("、", ", ").In(lang))
}

// chosen fills the amount beside an open item that was just chosen: what is open, as far as the sheet reaches. It refuses
// items of another party or side at once. The program's own sheets are judged when they are posted.
func chosen(v *kernel.View, p *Payment, changed string) (problem.List, error) {
	if len(p.Allocations) == 0 || v.Actor.System {
		return nil, nil
	}
	ids := make([]int64, len(p.Allocations))
	for i, a := range p.Allocations {
		ids[i] = a.OpenItem
	}
	items, err := OpenItems.FindMany(v, distinct(ids))
	if err != nil {
		return nil, err
	}
	var list problem.List
	for i := range p.Allocations {
		a := &p.Allocations[i]
		at := "/allocations/" + strconv.Itoa(i) + "/open_item"
		it := items[a.OpenItem]
		switch {
		case it == nil: // required, or a reference to nothing: told elsewhere
		case p.Party != 0 && it.Party != p.Party || it.Side != p.Side():
			list.Add(problem.Rule("settlement.foreign_item").At(at))
		case changed == at:
			a.Amount = p.part(i, it.Open)
		}
	}
	return list, nil
}

// part is as much of an open item as the payment has left for allocation i: all of it while no money was typed yet, and of
// what is owed the other way, which adds to the money, as well.
func (p *Payment) part(i int, open money.Amount) money.Amount {
	total, err := p.total()
	if err != nil || total == 0 || signOf(open) != signOf(total) {
		return open
	}
	left := total
	for j, a := range p.Allocations {
		if j != i {
			if left, err = money.Sub(left, a.Amount); err != nil {
				return open
			}
		}
	}
	if left == 0 || signOf(left) != signOf(total) {
		return 0
	}
	if within(open, left) {
		return open
	}
	return left
}
