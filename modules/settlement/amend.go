package settlement

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Suspend takes the debts of a document that is being modified out of what is owed, until Amend says what they are now;
// next is nil for none. Of the receipts and payments that settled a debt those stay, the oldest first, that the next one
// has room for; what the others settled is an advance again. A debt of another party, side or direction is dropped.
func Suspend(tx *kernel.Tx, source string, id int64, next *Item) error {
	items, err := ItemsOf(tx, source, id)
	if err != nil {
		return err
	}
	for _, item := range items {
		most := money.Amount(0)
		if next != nil && item.Party == next.Party && item.Side == next.Side && signOf(item.Amount) == signOf(next.Amount) {
			most = next.Amount
		}
		if err := yield(tx, item, most); err != nil {
			return err
		}
		if most == 0 {
			if err := Dropped.Publish(tx, item); err != nil {
				return err
			}
			resource.Delete(tx, OpenItems.Def, item)
			continue
		}
		item.Amount, item.Open = 0, -item.Settled
		if err := OpenItems.Save(tx, item); err != nil {
			return err
		}
	}
	return resource.Flush(tx)
}

// Amend ends what Suspend began: the debt that stayed is now what it says, with its settlements, its note and, for an
// empty DueDate, its due date; another is raised.
func Amend(tx *kernel.Tx, next Item) (*OpenItem, error) {
	items, err := ItemsOf(tx, next.Source, next.SourceID)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return Raise(tx, next)
	}
	item := items[0]
	item.Amount, item.Open, item.Date = next.Amount, next.Amount-item.Settled, next.Date
	if next.DueDate != "" {
		item.DueDate = next.DueDate
	}
	if err := OpenItems.Save(tx, item); err != nil {
		return nil, err
	}
	return item, Raised.Publish(tx, item)
}

// yield takes back what is settled of an item beyond most, from the latest settlement on.
func yield(tx *kernel.Tx, item *OpenItem, most money.Amount) error {
	sign := signOf(item.Amount)
	over := sign*item.Settled - sign*most
	if over <= 0 {
		return nil
	}
	live, err := links.From(tx.View, item.ID)
	if err != nil {
		return err
	}
	for _, l := range slices.Backward(live) {
		part := min(over, sign*l.Amount)
		if part <= 0 {
			continue
		}
		if err := lessen(tx, item, cut{l, sign * part}); err != nil {
			return err
		}
		if over -= part; over == 0 {
			break
		}
	}
	return nil
}

// cut is how much a settlement settles less.
type cut struct {
	links.Link
	by money.Amount
}

// lessen lets a receipt or payment settle less of an item; the rest is its advance, and an application says so.
func lessen(tx *kernel.Tx, item *OpenItem, c cut) error {
	p, err := paymentOf(tx, item.Side, c.Target)
	if err != nil {
		return err
	}
	left := p.Settled - c.by
	if !within(p.Discount, left) {
		return problem.Conflicted("settlement.modify_discount", "number", p.Number, "discount", p.Discount)
	}
	made, err := links.To(tx.View, p.ID)
	if err != nil {
		return err
	}
	made = slices.DeleteFunc(made, func(l links.Link) bool { return l.Kind != c.Kind })
	for i := range made {
		if made[i].Source == item.ID && made[i].Amount == c.Amount {
			made[i].Amount -= c.by
			break
		}
	}
	made = slices.DeleteFunc(made, func(l links.Link) bool { return l.Amount == 0 })
	if err := links.Kill(tx, p.ID, c.Kind); err != nil {
		return err
	}
	if err := links.Make(tx, c.Kind, made); err != nil {
		return err
	}
	p.Settled, p.Unapplied = left, p.Unapplied+c.by
	if err := p.save(tx); err != nil {
		return err
	}
	return record(tx, p, -c.by)
}

// paymentOf gives a receipt or payment for changing.
func paymentOf(tx *kernel.Tx, side string, id int64) (*Payment, error) {
	return resource.Named[Payment](tx.Company, "settlement."+kindOf(side)).Lock(tx, id)
}
