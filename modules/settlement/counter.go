package settlement

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Counter is money that changes hands together with the sheet of another module.
type Counter struct {
	Party             int64
	Side              string
	Date              clock.Date
	Owner, Department int64
	Note              string
	Lines             []PaymentLine
	Debt              *OpenItem // what the sheet made, nil when it made none
	// Back says that the money takes back what people agreed to before: nobody is asked again.
	Back bool
}

// Sheet names a document of another module.
type Sheet struct {
	Resource string
	ID       int64
}

// counters remembers in a unit which payments settle nothing but the debt of their sheet.
type counters struct{}

func exact(tx *kernel.Tx) map[int64]bool {
	return *kernel.Local(tx, counters{}, func() *map[int64]bool { return &map[int64]bool{} })
}

// Take posts one receipt or payment of exactly this money. It settles the debt as far as both reach and no other one;
// the rest is an advance. A payment that people must agree to first is refused with gate.nested.
func Take(tx *kernel.Tx, c Counter) (*Payment, error) {
	p := &Payment{Party: c.Party, Lines: c.Lines}
	p.Date, p.Owner, p.Department, p.Note = c.Date, c.Owner, c.Department, c.Note
	var err error
	var total money.Amount
	for _, l := range c.Lines {
		if total, err = money.Add(total, l.Amount); err != nil {
			return nil, err
		}
	}
	if c.Debt != nil {
		part := c.Debt.Open
		if !within(part, total) {
			part = total
		}
		if fits(part, c.Debt.Open) {
			p.Allocations = []Allocation{{OpenItem: c.Debt.ID, Amount: part}}
		}
	}
	handle := resource.Named[Payment](tx.Company, "settlement."+kindOf(c.Side))
	if err := pipeline.Create(tx, handle, p); err != nil {
		return nil, err
	}
	exact(tx)[p.ID] = true
	if c.Back {
		return p, pipeline.Follow(tx, handle, p, "post")
	}
	return p, pipeline.Act(tx, handle, p, "post", nil)
}

// Reach lets a payment that Take made settle the debt of its sheet, which has grown since, as far as both reach. A sheet that
// has become another party's gets nothing of it.
func Reach(tx *kernel.Tx, name string, id int64, debt *OpenItem) error {
	p, err := resource.Named[Payment](tx.Company, name).Lock(tx, id)
	if err != nil || debt == nil || p.State != posted || p.Party != debt.Party || p.Side() != debt.Side {
		return err
	}
	amount := debt.Open
	if !within(amount, p.Unapplied) {
		amount = p.Unapplied
	}
	if amount == 0 || !fits(amount, debt.Open) || !fits(amount, p.Unapplied) {
		return nil
	}
	before := p.Settled
	if err := apply(tx, p, []share{{debt, amount}}); err != nil {
		return err
	}
	return record(tx, p, p.Settled-before)
}

// TakeBack unposts and voids a payment that Take made for a sheet. One whose rest was used for other debts meanwhile is
// refused with settlement.counter_used, which names them.
func TakeBack(tx *kernel.Tx, name string, id int64, sheet Sheet) error {
	handle := resource.Named[Payment](tx.Company, name)
	p, err := handle.Lock(tx, id)
	if err != nil {
		return err
	}
	debts, err := ItemsOf(tx, sheet.Resource, sheet.ID)
	if err != nil {
		return err
	}
	live, err := links.To(tx.View, p.ID)
	if err != nil {
		return err
	}
	var others []int64
	for _, l := range live {
		own := slices.ContainsFunc(debts, func(it *OpenItem) bool { return it.ID == l.Source })
		if l.Kind == p.link() && !own {
			others = append(others, l.Source)
		}
	}
	if len(others) > 0 {
		found, err := OpenItems.FindMany(tx.View, others)
		if err != nil {
			return err
		}
		var names []string
		for _, id := range others {
			if it := found[id]; it != nil {
				names = append(names, it.SourceNumber)
			}
		}
		return problem.Conflicted("settlement.counter_used", "kind", handle.Label.In(tx.Lang), "number", p.Number, "others", strings.Join(names, ", "))
	}
	if err := pipeline.Follow(tx, handle, p, "unpost"); err != nil {
		return err
	}
	return pipeline.Follow(tx, handle, p, "void")
}

// OpenOf gives what of a document's debts is still open, and what stands between the firm and the party on that side.
func OpenOf(v *kernel.View, c Counter, sheet Sheet) (open, debt money.Amount, err error) {
	if sheet.ID != 0 {
		if open, err = openOfSource(v, sheet); err != nil {
			return 0, 0, err
		}
	}
	owed, advance, err := debtOf(v, c.Side, c.Party)
	if err != nil {
		return 0, 0, err
	}
	debt, err = money.Sub(owed, advance)
	return open, debt, err
}
