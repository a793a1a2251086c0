package claims

import (
	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// notOneself refuses a payment by which somebody pays to himself what nobody else has agreed to, unless nobody else may
// pay. Either the payment was approved, or what it settles are approved papers, and nothing is left over as an advance.
func notOneself(tx *kernel.Tx, p *settlement.Payment) error {
	if p.Kind != settlement.KindPayment || tx.Behalf.PersonID == 0 {
		return nil
	}
	who, err := party.Parties.Find(tx.View, p.Party)
	if err != nil || who.Person != tx.Behalf.PersonID {
		return err
	}
	agreed, err := approved(tx, settlement.Payments.Name, p.ID)
	if err == nil && !agreed {
		agreed, err = allAgreed(tx, p)
	}
	if err != nil || agreed {
		return err
	}
	others, err := office.OthersPay(tx)
	if err != nil || !others {
		return err
	}
	return problem.New(problem.Forbidden, "office.pay_self_payment", "name", who.Name).At("/party")
}

// allAgreed tells whether a payment, whose unit has just settled what it settles, pays approved papers and nothing else.
func allAgreed(tx *kernel.Tx, p *settlement.Payment) (bool, error) {
	if p.Unapplied != 0 {
		return false, nil
	}
	posting := map[int64]bool{}
	var paid []*settlement.OpenItem
	for _, e := range resource.WorkOf(tx).Entries {
		switch x := e.Rec.(type) {
		case *office.Advance: // it pays itself out: who may do that was asked when it was posted
			posting[x.ID] = true
		case *settlement.OpenItem:
			if e.Touched() && x.Party == p.Party && x.Side == settlement.Payable {
				paid = append(paid, x)
			}
		}
	}
	for _, it := range paid {
		if it.Source == office.Advances.Name && posting[it.SourceID] {
			continue
		}
		agreed, err := approved(tx, it.Source, it.SourceID)
		if err != nil || !agreed {
			return false, err
		}
	}
	return true, nil
}
