package settlement

import (
	"fmt"
	"slices"
	"strconv"

	"zhanggui/modules/base/slip"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/revise"
	"zhanggui/modules/kernel/state"
)

// PeriodOpen refuses a date whose accounting period is closed. Without books every period is open.
var PeriodOpen = kernel.NewPort("settlement.period_open", func(*kernel.Tx, clock.Date) error { return nil })

// Modifying comes before a posted receipt or payment is taken back to be done again as people put it right; a refusal
// leaves it as it is. Where only words become different it does not come.
var Modifying = kernel.NewTopic[*Payment]("settlement.modifying")

// modifyKey is the key that opens a posted sheet for modifying.
const modifyKey = "F8"

// modifyAction is the action modify of a sheet of money.
func modifyAction[T any](m modifying[T]) resource.Action[T] {
	return resource.Action[T]{Name: "modify", Label: kernel.T("改单", "Modify"), Key: modifyKey, In: (*revise.Change)(nil), Run: m.run, Does: []string{"post"}}
}

// modifyStep lets a posted sheet be modified where it stands.
var modifyStep = state.Transition{Action: "modify", From: []state.State{posted}, To: posted}

// modifying puts a posted sheet of money right, on the same record under the same number, whose revision counts up.
type modifying[T any] struct {
	resource func(rec *T) string
	doc      func(rec *T) *resource.Doc
	// again takes back what before did and does what rec, which is as the sheet shall be, does.
	again func(tx *kernel.Tx, before, rec *T) error
}

// Modify carries out the action modify of a receipt, payment, expense, income or transfer where nobody is asked: to see
// what it does, in a unit that is taken back.
func Modify(tx *kernel.Tx, rec any, change *revise.Change) error {
	switch r := rec.(type) {
	case *Payment:
		return modifyPayment.checked(tx, r, change)
	case *Cash:
		return modifyCash.checked(tx, r, change)
	case *Transfer:
		return modifyTransfer.checked(tx, r, change)
	}
	return fmt.Errorf("settlement: %T is no sheet of money", rec)
}

// checked is run for a sheet that may be in any state.
func (m modifying[T]) checked(tx *kernel.Tx, rec *T, change *revise.Change) error {
	if at := m.doc(rec).State; at != posted {
		return problem.Conflicted("state.wrong", "action", "modify", "state", string(at), "resource", m.resource(rec))
	}
	return m.run(tx, rec, change)
}

func (m modifying[T]) run(tx *kernel.Tx, rec *T, in any) error {
	def := tx.Company.Def(m.resource(rec))
	before := resource.Clone(def, rec).(*T)
	changed, err := Changed(tx.View, rec, in)
	if err != nil {
		return err
	}
	next := changed.(*T)
	if revise.Same(def, rec, next) {
		return problem.Rule("settlement.modify_same")
	}
	if err := m.open(tx, rec, next); err != nil {
		return err
	}
	base, revision := m.doc(rec).Base, m.doc(rec).Revision // what the unit has counted and stamped
	*rec = *next
	m.doc(rec).Base, m.doc(rec).Revision = base, revision+1
	m.doc(rec).Extra = m.doc(next).Extra
	if err := resource.Save(tx, def, rec); err != nil {
		return err
	}
	if err := resource.Flush(tx); err != nil { // numbers the new lines
		return err
	}
	if err := m.again(tx, before, rec); err != nil {
		return err
	}
	return resource.Save(tx, def, rec)
}

// open refuses what stands, or shall stand, in a month that is closed.
func (m modifying[T]) open(tx *kernel.Tx, rec, next *T) error {
	if err := monthOpen(tx, m.doc(rec), "settlement.modify_closed"); err != nil {
		return err
	}
	was, day := m.doc(rec).Date, m.doc(next).Date
	if err := PeriodOpen.Of(tx.Company)(tx, day); err != nil || day == was {
		return err
	}
	return slip.Asked(tx, day)
}

// monthOpen refuses by a sentence of its own to change what stands in a month that is closed.
func monthOpen(tx *kernel.Tx, was *resource.Doc, code string) error {
	err := PeriodOpen.Of(tx.Company)(tx, was.Date)
	if _, told := problem.From(err); told {
		return problem.Conflicted(code, "number", was.Number, "date", string(was.Date))
	}
	return err
}

// Changed gives a posted sheet of money as a change would leave it, computed and judged as any draft is; rec stays as it
// is. What a receipt or payment was told to settle follows where nobody says otherwise: not for another party, and no more
// than there is now.
func Changed(v *kernel.View, rec, in any) (any, error) {
	switch r := rec.(type) {
	case *Payment:
		return changedPayment(v, r, in)
	case *Cash:
		return revise.Next(v, v.Company.Def("settlement."+r.Kind), r.ID, in)
	case *Transfer:
		return revise.Next(v, Transfers.Def, r.ID, in)
	}
	return nil, fmt.Errorf("settlement: %T is no sheet of money", rec)
}

func changedPayment(v *kernel.View, p *Payment, in any) (*Payment, error) {
	draft, err := revise.Draft(v, v.Company.Def("settlement."+p.Kind), p.ID, in)
	if err != nil {
		return nil, err
	}
	next := draft.Rec.(*Payment)
	if sameAllocations(p, next) && len(next.Allocations) > 0 {
		total, err := next.total()
		if err == nil && next.fit(p.Party, total) {
			draft.Problems = slices.DeleteFunc(draft.Problems, func(p *problem.Problem) bool { return p.Code == "settlement.over_amount" })
		}
	}
	return next, draft.Problems.Err()
}

// fit lets what was to be settled follow another party or amount, and tells whether it did: the last ones go first. Where
// debts and returns stand among it people must say what they mean.
func (p *Payment) fit(party int64, total money.Amount) bool {
	if p.Party != party {
		p.Allocations = nil
		return true
	}
	sign, left := signOf(total), signOf(total)*total
	if total == 0 || slices.ContainsFunc(p.Allocations, func(a Allocation) bool { return signOf(a.Amount) != sign }) {
		return false
	}
	var kept []Allocation
	for _, a := range p.Allocations {
		if part := min(sign*a.Amount, left); part > 0 {
			a.Amount = sign * part
			left -= part
			kept = append(kept, a)
		}
	}
	p.Allocations = kept
	return true
}

func sameAllocations(a, b *Payment) bool {
	return slices.EqualFunc(a.Allocations, b.Allocations, func(a, b Allocation) bool { return a.OpenItem == b.OpenItem && a.Amount == b.Amount })
}

var (
	modifyPayment = modifying[Payment]{
		resource: func(p *Payment) string { return "settlement." + p.Kind },
		doc:      func(p *Payment) *resource.Doc { return &p.Doc },
		again:    payAgain,
	}
	modifyCash = modifying[Cash]{
		resource: func(c *Cash) string { return "settlement." + c.Kind },
		doc:      func(c *Cash) *resource.Doc { return &c.Doc },
		again: func(tx *kernel.Tx, before, c *Cash) error {
			if c.MoneyAccount != before.MoneyAccount {
				if err := usable(tx, named{"/money_account", c.MoneyAccount}); err != nil {
					return err
				}
			}
			if err := CashUnposted.Publish(tx, before); err != nil {
				return err
			}
			return CashPosted.Publish(tx, c)
		},
	}
	modifyTransfer = modifying[Transfer]{
		resource: func(*Transfer) string { return "settlement.transfer" },
		doc:      func(t *Transfer) *resource.Doc { return &t.Doc },
		again: func(tx *kernel.Tx, before, t *Transfer) error {
			if err := mayHandIn(tx.View, tx.Behalf, t); err != nil {
				return err
			}
			if err := covered(tx, t); err != nil {
				return err
			}
			var anew []named
			for _, one := range []named{{"/from_account", t.FromAccount}, {"/to_account", t.ToAccount}} {
				if one.id != before.FromAccount && one.id != before.ToAccount {
					anew = append(anew, one)
				}
			}
			if err := usable(tx, anew...); err != nil {
				return err
			}
			if err := Untransferred.Publish(tx, before); err != nil {
				return err
			}
			return Transferred.Publish(tx, t)
		},
	}
)

// payAgain does a modified receipt or payment again. Words change words. Where it settles as much of the same party what it
// settles stays, with what was settled or taken back after posting; otherwise it is settled anew.
func payAgain(tx *kernel.Tx, before, p *Payment) error {
	if p.onlyWords(tx, before) {
		return nil
	}
	if err := mayCollect(tx.View, tx.Behalf, p); err != nil {
		return err
	}
	var anew []named
	for i, l := range p.Lines {
		if !slices.ContainsFunc(before.Lines, func(was PaymentLine) bool { return was.MoneyAccount == l.MoneyAccount }) {
			anew = append(anew, named{"/lines/" + strconv.Itoa(i) + "/money_account", l.MoneyAccount})
		}
	}
	if err := usable(tx, anew...); err != nil {
		return err
	}
	if err := Modifying.Publish(tx, before); err != nil {
		return err
	}
	if err := MoneyUnposted.Publish(tx, before); err != nil {
		return err
	}
	made, err := applicationsOf(tx, p.ID)
	if err != nil {
		return err
	}
	if p.settlesAs(before) && !slices.ContainsFunc(made, func(a *Application) bool { return a.Date < p.Date }) {
		return replay(tx, p, made)
	}
	return resettle(tx, before, p, made)
}

// onlyWords tells that nothing but notes and the company's own fields is different.
func (p *Payment) onlyWords(tx *kernel.Tx, before *Payment) bool {
	def := tx.Company.Def("settlement." + p.Kind)
	plain := resource.Clone(def, p).(*Payment)
	plain.Note, plain.Extra = before.Note, before.Extra
	for i := range plain.Lines {
		if i < len(before.Lines) {
			plain.Lines[i].Note = before.Lines[i].Note
		}
	}
	return revise.Same(def, before, plain)
}

// settlesAs tells that p is to settle what before was to settle.
func (p *Payment) settlesAs(before *Payment) bool {
	return p.Party == before.Party && p.Amount == before.Amount && p.Discount == before.Discount && sameAllocations(p, before)
}

// replay tells what the payment did once more: the posting, as it settled then, and each change of it since.
func replay(tx *kernel.Tx, p *Payment, made []*Application) error {
	then := *p
	for _, a := range made {
		then.Settled, then.Unapplied = then.Settled-a.Amount, then.Unapplied+a.Amount
	}
	if err := MoneyPosted.Publish(tx, &then); err != nil {
		return err
	}
	for _, a := range made {
		if err := Applied.Publish(tx, a); err != nil {
			return err
		}
	}
	return nil
}

// resettle opens again what before settled and settles what p says: by hand what people chose, else what it settled
// already, the oldest settlement first, as far as it reaches now; and where nothing was left over before, the oldest debts
// with what is more. It is all of one posting, so changes of it since are forgotten.
func resettle(tx *kernel.Tx, before, p *Payment, made []*Application) error {
	live, err := links.To(tx.View, p.ID)
	if err != nil {
		return err
	}
	live = slices.DeleteFunc(live, func(l links.Link) bool { return l.Kind != before.link() })
	if err := release(tx, p); err != nil {
		return err
	}
	for _, a := range made {
		resource.Delete(tx, Applications.Def, a)
	}
	if p.Unapplied, err = p.total(); err != nil {
		return err
	}
	byHand := !sameAllocations(p, before)
	if byHand && len(p.Allocations) > 0 {
		if err := settleByHand(tx, p); err != nil {
			return err
		}
	}
	if p.Party == before.Party {
		if err := settleKept(tx, p, kept(live, byHand, before.Allocations, p.Allocations)); err != nil {
			return err
		}
	}
	spent := before.Unapplied == 0 && before.Settled != 0 || p.Party != before.Party
	if len(p.Allocations) == 0 && spent && p.Unapplied != 0 {
		if err := settleOldest(tx, p); err != nil {
			return err
		}
	}
	if !within(p.Discount, p.Settled) {
		return problem.Rule("settlement.discount", "settled", p.Settled).At("/discount")
	}
	return MoneyPosted.Publish(tx, p)
}

// kept leaves of the settlements those of which the allocations, where people changed them, say nothing.
func kept(live []links.Link, byHand bool, lists ...[]Allocation) []links.Link {
	if !byHand {
		return live
	}
	said := slices.Concat(lists...)
	return slices.DeleteFunc(live, func(l links.Link) bool {
		return slices.ContainsFunc(said, func(a Allocation) bool { return a.OpenItem == l.Source })
	})
}

// settleKept settles what was settled before as far as the payment reaches.
func settleKept(tx *kernel.Tx, p *Payment, live []links.Link) error {
	var ids []int64
	was := map[int64]money.Amount{}
	for _, l := range live {
		if was[l.Source] += l.Amount; !slices.Contains(ids, l.Source) {
			ids = append(ids, l.Source)
		}
	}
	locked, err := resource.LockMany(tx, OpenItems.Def, ids)
	if err != nil {
		return err
	}
	var parts []*OpenItem // of each debt as much as was settled
	for _, id := range ids {
		if it, ok := locked[id].(*OpenItem); ok && fits(was[id], it.Open) {
			part := *it
			part.Open = was[id]
			parts = append(parts, &part)
		}
	}
	shares, err := oldestFirst(p.Unapplied, parts)
	if err != nil {
		return err
	}
	for i := range shares {
		shares[i].item = locked[shares[i].item.ID].(*OpenItem)
	}
	return apply(tx, p, shares)
}
