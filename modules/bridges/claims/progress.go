package claims

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// employee gives the party that stands for a person, made when there is none. The person is locked meanwhile, so that two
// units do not make two.
func employee(tx *kernel.Tx, person int64) (*party.Party, error) {
	p, err := organisation.People.Lock(tx, person)
	if err != nil {
		return nil, err
	}
	for _, e := range resource.WorkOf(tx).Entries {
		if made, ok := e.Rec.(*party.Party); ok && made.Person == p.ID {
			return made, nil
		}
	}
	id, taken, err := partyOf(tx, p)
	if err != nil {
		return nil, err
	}
	if id != 0 {
		return party.Parties.Find(tx.View, id)
	}
	made := &party.Party{Name: p.Name, Person: p.ID, TaxMode: "none", Active: true}
	if !taken {
		made.Code = codeOf(p)
	}
	return made, pipeline.Create(tx, party.Parties, made)
}

// codeOf is the code of the party of a person.
func codeOf(p *organisation.Person) string { return "E" + p.Code }

func categoriesOf(tx *kernel.Tx, c *office.Claim) (map[int64]*office.Category, error) {
	ids := make([]int64, len(c.Lines))
	for i, l := range c.Lines {
		ids[i] = l.Category
	}
	return office.Categories.FindMany(tx.View, ids)
}

// takeBack undoes the receipts without money by which a debt was set off. What else settles it stays, and is named when
// the debt is dropped.
func takeBack(tx *kernel.Tx, it *settlement.OpenItem) error {
	live, err := links.From(tx.View, it.ID)
	if err != nil {
		return err
	}
	for _, l := range live {
		r, err := settlement.Receipts.Lock(tx, l.Target)
		if err != nil {
			return err
		}
		if len(r.Lines) > 0 {
			continue
		}
		for _, act := range []string{"unpost", "void"} {
			if err := pipeline.Follow(tx, settlement.Receipts, r, act); err != nil {
				return err
			}
		}
	}
	return nil
}

// progress ends a unit that raised, settled or dropped debts of claims and advances: their figures and states follow.
func progress(tx *kernel.Tx) error {
	var claims, advances []int64
	for _, e := range resource.WorkOf(tx).Entries {
		if it, ok := e.Rec.(*settlement.OpenItem); ok && e.Touched() {
			switch it.Source {
			case office.Claims.Name:
				claims = append(claims, it.SourceID)
			case office.Advances.Name:
				advances = append(advances, it.SourceID)
			}
		}
	}
	if err := each(tx, office.Claims, claims, claimProgress); err != nil {
		return err
	}
	return each(tx, office.Advances, advances, advanceProgress)
}

// each locks the papers and hands them over with what is settled of their debts.
func each[T any](tx *kernel.Tx, r *resource.Resource[T], ids []int64, fn func(tx *kernel.Tx, rec *T, s settled) error) error {
	recs, err := resource.LockMany(tx, r.Def, ids)
	if err != nil {
		return err
	}
	done := map[int64]bool{}
	for _, id := range ids {
		rec, ok := recs[id].(*T)
		if !ok || done[id] {
			continue
		}
		done[id] = true
		items, err := settlement.ItemsOf(tx, r.Name, id)
		if err != nil {
			return err
		}
		s := settled{}
		for _, it := range items {
			if it.Side == settlement.Payable {
				s.payable += it.Settled
			} else {
				s.receivable += it.Settled
			}
		}
		if err := fn(tx, rec, s); err != nil {
			return err
		}
	}
	return nil
}

// settled is how much of a paper's debts is settled; each has at most one on a side.
type settled struct{ payable, receivable money.Amount }

func claimProgress(tx *kernel.Tx, c *office.Claim, s settled) error {
	act := ""
	switch whole := s.payable == c.Payable; {
	case c.State == "posted" && whole:
		act = "pay_off"
	case c.State == "paid" && !whole:
		act = "owe"
	}
	if c.Paid != s.payable {
		c.Paid = s.payable
		if err := office.Claims.Save(tx, c); err != nil {
			return err
		}
	}
	return follow(tx, office.Claims, c, act)
}

func advanceProgress(tx *kernel.Tx, a *office.Advance, s settled) error {
	if a.State != "posted" && a.State != "closed" {
		return nil
	}
	act := ""
	switch whole := s.receivable == a.Amount; {
	case a.State == "posted" && whole:
		act = "close"
	case a.State == "closed" && !whole:
		act = "reopen"
	}
	if a.Handed != s.payable || a.Returned != s.receivable {
		a.Handed, a.Returned, a.Open = s.payable, s.receivable, a.Amount-s.receivable
		if err := office.Advances.Save(tx, a); err != nil {
			return err
		}
	}
	return follow(tx, office.Advances, a, act)
}

// follow takes the step to which new figures lead.
func follow[T any](tx *kernel.Tx, r *resource.Resource[T], rec *T, act string) error {
	if act == "" {
		return nil
	}
	return pipeline.Act(tx, r, rec, act, nil)
}
