package settlement

import (
	"math"
	"slices"
	"strconv"

	"zhanggui/modules/base/slip"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// What happened to money, in the same unit. MoneyPosted comes after the open items are settled, MoneyUnposted before
// they are opened again. Applied tells of each later change; unposting takes all of them back with the payment.
var (
	MoneyPosted   = kernel.NewTopic[*Payment]("settlement.money_posted")
	MoneyUnposted = kernel.NewTopic[*Payment]("settlement.money_unposted")
	Applied       = kernel.NewTopic[*Application]("settlement.applied")
)

// postPayment settles by hand or the oldest first; what is left stays as an advance.
func postPayment(tx *kernel.Tx, p *Payment, _ any) error {
	if err := mayCollect(tx.View, tx.Behalf, p); err != nil {
		return err
	}
	if err := slip.Asked(tx, p.Date); err != nil {
		return err
	}
	total, err := p.total()
	if err != nil {
		return err
	}
	p.Settled, p.Unapplied = 0, total
	switch {
	case len(p.Allocations) > 0:
		err = settleByHand(tx, p)
	case !exact(tx)[p.ID]:
		err = settleOldest(tx, p)
	}
	if err != nil {
		return err
	}
	if p.Amount == 0 && len(p.Lines) == 0 && p.Settled == 0 && p.Unapplied == 0 && !settledSomething(tx, p) {
		return problem.Rule("settlement.empty").At("/lines")
	}
	if !within(p.Discount, p.Settled) {
		return problem.Rule("settlement.discount", "settled", p.Settled).At("/discount")
	}
	return MoneyPosted.Publish(tx, p)
}

// settledSomething tells an offset of debts against returns, which moves no money, from an empty sheet.
func settledSomething(tx *kernel.Tx, p *Payment) bool {
	live, err := links.To(tx.View, p.ID)
	return err == nil && len(live) > 0
}

// settleByHand takes exactly what the allocations say. Each open item is locked first, so of two receipts that want
// the same debt the second sees what the first left and is refused at its line.
func settleByHand(tx *kernel.Tx, p *Payment) error {
	ids := make([]int64, len(p.Allocations))
	for i, a := range p.Allocations {
		ids[i] = a.OpenItem
	}
	items, err := resource.LockMany(tx, OpenItems.Def, ids)
	if err != nil {
		return err
	}
	var list problem.List
	var shares []share
	for i, a := range p.Allocations {
		at := "/allocations/" + strconv.Itoa(i)
		it, ok := items[a.OpenItem].(*OpenItem)
		switch {
		case !ok || it.Party != p.Party || it.Side != p.Side():
			list.Add(problem.Rule("settlement.foreign_item").At(at + "/open_item"))
		case !fits(a.Amount, it.Open):
			list.Add(problem.Rule("settlement.over", "number", it.SourceNumber, "open", it.Open, "amount", a.Amount).At(at + "/amount"))
		default:
			shares = append(shares, share{it, a.Amount})
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	return apply(tx, p, shares)
}

// settleOldest divides what is unapplied over the party's open items. They are locked before they are believed: all
// returns, which help to pay, and debts as far as money and returns reach, so that a party with thousands of open
// items costs what is needed.
func settleOldest(tx *kernel.Tx, p *Payment) error {
	sign := signOf(p.Unapplied)
	var items []*OpenItem
	need := sign * p.Unapplied
	take := func(q openOf, want func() money.Amount, use func(open money.Amount) error) error {
		behind := &place{}
		for want() > 0 {
			ids, err := q.page(tx, want(), behind)
			if err != nil || len(ids) == 0 {
				return err
			}
			locked, err := lockOpen(tx, ids)
			if err != nil {
				return err
			}
			for _, it := range locked {
				if err := use(it.Open); err != nil {
					return err
				}
			}
			items = append(items, locked...)
		}
		return nil
	}
	all := func() money.Amount { return math.MaxInt64 }
	err := take(openOf{p.Party, p.Side(), -sign}, all, func(open money.Amount) error {
		var err error
		need, err = money.Sub(need, min(sign*open, 0))
		return err
	})
	if err != nil {
		return err
	}
	err = take(openOf{p.Party, p.Side(), sign}, func() money.Amount { return need }, func(open money.Amount) error {
		need -= min(max(sign*open, 0), need)
		return nil
	})
	if err != nil {
		return err
	}
	shares, err := oldestFirst(p.Unapplied, items)
	if err != nil {
		return err
	}
	return apply(tx, p, shares)
}

// lockOpen locks open items and gives those that are still open, in the order of the ids.
func lockOpen(tx *kernel.Tx, ids []int64) ([]*OpenItem, error) {
	locked, err := resource.LockMany(tx, OpenItems.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*OpenItem
	for _, id := range ids {
		if it, ok := locked[id].(*OpenItem); ok && it.Open != 0 {
			out = append(out, it)
		}
	}
	return out, nil
}

func signOf(a money.Amount) money.Amount {
	if a < 0 {
		return -1
	}
	return 1
}

// apply links the payment to the items and rewrites what is open and unapplied.
func apply(tx *kernel.Tx, p *Payment, shares []share) error {
	made := make([]links.Link, 0, len(shares))
	for _, s := range shares {
		made = append(made, links.Link{Kind: p.link(), Source: s.item.ID, Target: p.ID, Amount: s.amount})
	}
	if err := links.Make(tx, p.link(), made); err != nil {
		return err
	}
	for _, s := range shares {
		if err := reopen(tx, s.item); err != nil {
			return err
		}
		p.Settled += s.amount
		p.Unapplied -= s.amount
	}
	return p.save(tx)
}

// reopen rewrites what is open of an item after its links changed.
func reopen(tx *kernel.Tx, item *OpenItem) error {
	item.Open = item.Amount - item.Settled
	return OpenItems.Save(tx, item)
}

// settlePayment applies an advance later: the oldest first, or the item and amount of the input.
func settlePayment(tx *kernel.Tx, p *Payment, in any) error {
	input, _ := in.(*SettleInput)
	before := p.Settled
	var err error
	if input == nil || input.OpenItem == 0 {
		err = settleUpTo(tx, p, input)
	} else {
		err = settleOne(tx, p, input)
	}
	if err != nil {
		return err
	}
	if p.Settled == before {
		return problem.Rule("settlement.nothing")
	}
	return record(tx, p, p.Settled-before)
}

// settleUpTo settles the oldest with no more than the input's amount.
func settleUpTo(tx *kernel.Tx, p *Payment, input *SettleInput) error {
	if input == nil || input.Amount == 0 {
		return settleOldest(tx, p)
	}
	if !fits(input.Amount, p.Unapplied) {
		return problem.Rule("settlement.over_advance", "advance", p.Unapplied, "amount", input.Amount).At("/amount")
	}
	rest := p.Unapplied - input.Amount
	p.Unapplied = input.Amount
	err := settleOldest(tx, p)
	p.Unapplied += rest
	return err
}

func settleOne(tx *kernel.Tx, p *Payment, input *SettleInput) error {
	items, err := resource.LockMany(tx, OpenItems.Def, []int64{input.OpenItem})
	if err != nil {
		return err
	}
	it, ok := items[input.OpenItem].(*OpenItem)
	if !ok || it.Party != p.Party || it.Side != p.Side() {
		return problem.Rule("settlement.foreign_item").At("/open_item")
	}
	amount := input.Amount
	if amount == 0 {
		amount = it.Open
		if signOf(amount) == signOf(p.Unapplied) && !within(amount, p.Unapplied) {
			amount = p.Unapplied
		}
	}
	if !fits(amount, it.Open) {
		return problem.Rule("settlement.over", "number", it.SourceNumber, "open", it.Open, "amount", amount).At("/amount")
	}
	if !fits(amount, p.Unapplied) {
		return problem.Rule("settlement.over_advance", "advance", p.Unapplied, "amount", amount).At("/amount")
	}
	return apply(tx, p, []share{{it, amount}})
}

// Offset sets a debt off against one of the same party and side with the opposite sign, as far as both are open, by a
// posted receipt or payment that moves no money. note says why. Nothing to set off is no mistake.
func Offset(tx *kernel.Tx, a, b *OpenItem, note string) error {
	if a.Party != b.Party || a.Side != b.Side || signOf(a.Open) == signOf(b.Open) || a.Open == 0 || b.Open == 0 {
		return nil
	}
	amount := a.Open
	if !within(amount, -b.Open) {
		amount = -b.Open
	}
	p := &Payment{Party: a.Party, Allocations: []Allocation{{OpenItem: a.ID, Amount: amount}, {OpenItem: b.ID, Amount: -amount}}}
	p.Date, p.Note = later(a.Date, b.Date), note
	def := tx.Company.Def("settlement." + kindOf(a.Side))
	handle := resource.Named[Payment](tx.Company, def.Name)
	if err := pipeline.Create(tx, handle, p); err != nil {
		return err
	}
	return pipeline.Follow(tx, handle, p, "post")
}

// record notes a change of what is settled after posting. It is never dated before the payment.
func record(tx *kernel.Tx, p *Payment, amount money.Amount) error {
	a := &Application{Payment: p.ID, Kind: p.Kind, Party: p.Party, Date: later(tx.Today, p.Date), Amount: amount}
	if err := Applications.Save(tx, a); err != nil {
		return err
	}
	return Applied.Publish(tx, a)
}

func later(a, b clock.Date) clock.Date { return max(a, b) }

// unsettlePayment takes back all that the payment settles; its whole amount is an advance again.
func unsettlePayment(tx *kernel.Tx, p *Payment, _ any) error {
	if p.Discount != 0 {
		return problem.Conflicted("settlement.unsettle_discount")
	}
	before := p.Settled
	if err := release(tx, p); err != nil {
		return err
	}
	if before == 0 {
		return nil
	}
	return record(tx, p, -before)
}

// release kills the payment's links and opens the items again.
func release(tx *kernel.Tx, p *Payment) error {
	live, err := links.To(tx.View, p.ID)
	if err != nil {
		return err
	}
	var ids []int64
	for _, l := range live {
		if l.Kind == p.link() && !slices.Contains(ids, l.Source) {
			ids = append(ids, l.Source)
		}
	}
	items, err := resource.LockMany(tx, OpenItems.Def, ids)
	if err != nil {
		return err
	}
	if err := links.Kill(tx, p.ID, p.link()); err != nil {
		return err
	}
	for _, id := range ids {
		if it, ok := items[id].(*OpenItem); ok {
			if err := reopen(tx, it); err != nil {
				return err
			}
		}
	}
	p.Unapplied += p.Settled
	p.Settled = 0
	return p.save(tx)
}

// unpostClosed says that what stands in a closed month cannot be unposted.
const unpostClosed = "settlement.unpost_closed"

// unpostPayment undoes everything and forgets the applications.
func unpostPayment(tx *kernel.Tx, p *Payment, _ any) error {
	if err := monthOpen(tx, &p.Doc, unpostClosed); err != nil {
		return err
	}
	if err := MoneyUnposted.Publish(tx, p); err != nil {
		return err
	}
	if err := release(tx, p); err != nil {
		return err
	}
	p.Unapplied = 0
	made, err := applicationsOf(tx, p.ID)
	if err != nil {
		return err
	}
	for _, a := range made {
		resource.Delete(tx, Applications.Def, a)
	}
	return nil
}
