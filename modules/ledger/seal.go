package ledger

import (
	"slices"
	"strings"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
)

// SealOrder is the place of the ledger among the steps that end a unit.
const SealOrder = 100

// touched is a voucher of the unit as it was and as it is.
type touched struct {
	before *Voucher // nil for a new one
	now    *Voucher
}

// seal ends a unit for the ledger: vouchers of documents are built, new ones numbered, balances follow.
// Locks are taken in one order: periods, counters, balances.
func seal(tx *kernel.Tx) error {
	if plans := plansOf(tx); len(plans.order) > 0 {
		if plans.needNumbers() {
			// The summaries name the documents, whose own numbers this step of the kernel assigns.
			if err := sequence.Assign(tx); err != nil {
				return err
			}
		}
		if err := build(tx, plans); err != nil {
			return err
		}
	}
	var all []touched
	for _, e := range resource.WorkOf(tx).Entries {
		now, ok := e.Rec.(*Voucher)
		if !ok || !e.Touched() {
			continue
		}
		before, _ := e.Before.(*Voucher)
		now.settle()
		all = append(all, touched{before, now})
	}
	if len(all) == 0 {
		return nil
	}
	changes := newChanges()
	for _, t := range all {
		if t.before != nil {
			changes.book(t.before, -1)
		}
		changes.book(t.now, 1)
	}
	if !party.Merging(tx) || !changes.sameTotals() {
		if err := holdPeriods(tx, all); err != nil {
			return err
		}
	}
	if err := numberVouchers(tx, all); err != nil {
		return err
	}
	return changes.write(tx)
}

// needNumbers reports whether a summary is to be made from a document's number.
func (p *plans) needNumbers() bool {
	return slices.ContainsFunc(p.order, func(x *planned) bool {
		return x.Number == "" && x.Summary == "" &&
			slices.ContainsFunc(x.entries, func(e Entry) bool { return e.Summary == "" })
	})
}

// settle writes what depends on state and kind into the voucher.
func (v *Voucher) settle() {
	if v.Seq == 0 {
		v.Period = v.Date.Month()
	}
	day := v.Date
	if v.State == Void || v.Kind == KindOpening {
		day = ""
	}
	for i := range v.Lines {
		v.Lines[i].Day = day
	}
}

// holdPeriods refuses changes to figures of closed periods and keeps the open ones open until the commit.
func holdPeriods(tx *kernel.Tx, all []touched) error {
	var months []clock.Month
	for _, t := range all {
		one := newChanges()
		if t.before != nil {
			one.book(t.before, -1)
		}
		one.book(t.now, 1)
		if !one.empty() && !slices.Contains(months, t.now.Period) {
			months = append(months, t.now.Period)
		}
		if t.now.Kind == KindOpening && !one.empty() {
			closed, err := lastClosed(tx)
			if err != nil {
				return err
			}
			if closed != "" {
				return problem.Conflicted("ledger.opening_closed", "month", string(closed)).At("/date")
			}
		}
	}
	slices.Sort(months)
	for _, m := range months {
		if err := openPeriod(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// numberVouchers gives new vouchers their gap-free numbers, per period and word. A number that came with an import must
// be one of those that are due.
func numberVouchers(tx *kernel.Tx, all []touched) error {
	due := map[string][]*Voucher{}
	var keys []string
	for _, t := range all {
		if v := t.now; v.Seq == 0 {
			key := string(v.Period) + "|" + v.Word
			if due[key] == nil {
				keys = append(keys, key)
			}
			due[key] = append(due[key], v)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		list := due[key]
		n := int64(len(list))
		last, err := sequence.Take(tx, "ledger.voucher|"+key, n)
		if err != nil {
			return err
		}
		if err := deal(list, last-n+1); err != nil {
			return err
		}
	}
	return nil
}

// deal hands out the numbers from first on; given ones keep theirs.
func deal(list []*Voucher, first int64) error {
	free := map[string]int64{}
	for i := range list {
		seq := first + int64(i)
		free[numberOf(list[i].Word, seq)] = seq
	}
	for _, v := range list {
		if v.Number == "" {
			continue
		}
		seq, ok := free[strings.TrimSpace(v.Number)]
		if !ok {
			return problem.Rule("ledger.number_gap", "number", v.Number, "next", numberOf(v.Word, first)).At("/number")
		}
		v.Seq = seq
		delete(free, v.Number)
	}
	next := first
	for _, v := range list {
		if v.Seq != 0 {
			continue
		}
		for {
			number := numberOf(v.Word, next)
			next++
			if _, ok := free[number]; ok {
				v.Seq, v.Number = next-1, number
				break
			}
		}
	}
	return nil
}
