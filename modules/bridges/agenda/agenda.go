// Package agenda puts into the calendar of the office what other rooms know of days: follow-ups that are planned, birthdays
// of contacts, and quotations that run out. It only reads.
//
// Invariants
//  1. Nobody finds in his calendar what he may not see in the room that it comes from.
//  2. Mine is what a person owns; who asks for all gets what he sees.
package agenda

import (
	"zhanggui/modules/base/party"
	"zhanggui/modules/crm"
	"zhanggui/modules/kernel"
	"zhanggui/modules/office"
	"zhanggui/modules/sales"
)

// Module declares the crossing.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.agenda", Needs: []string{"base.party", "crm", "sales", "office"}, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks,
			office.Dates{Kind: "follow_up", Label: kernel.T("跟进", "Follow-up"), Resource: crm.FollowUps.Name, Of: followUps},
			office.Dates{Kind: "quotation", Label: kernel.T("报价到期", "Quotation ends"), Resource: sales.Quotations.Name, Of: quotations},
			office.Dates{Kind: "birthday", Label: kernel.T("生日", "Birthday"), Resource: party.Parties.Name, Of: birthdays})
		return nil
	}}
}

// birthdays gives those of the contacts of customers.
func birthdays(v *kernel.View, s office.Span) ([]office.Entry, error) {
	owner := int64(0)
	if s.Mine {
		if owner = v.Actor.PersonID; owner == 0 {
			return nil, nil
		}
	}
	found, err := party.Birthdays(v, owner, s.First, s.Last)
	var out []office.Entry
	for _, b := range found[:min(len(found), most)] {
		out = append(out, office.Entry{Record: b.Party, Day: b.Day, Title: b.Name, Note: b.Customer})
	}
	return out, err
}
