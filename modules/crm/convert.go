package crm

import (
	"cmp"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// ConvertInput is what the action convert asks for.
type ConvertInput struct {
	Customer        int64        `zg:"ref=base.party" zh:"已有客户" en:"Existing customer" help:"留空就新建一个客户|Left empty a new customer is made"`
	MakeOpportunity bool         `zg:"default=true" zh:"同时建立商机" en:"Make an opportunity too"`
	Opportunity     string       `zg:"max=120" zh:"商机名称" en:"Opportunity" help:"留空用公司名称|Left empty it is the company's name"`
	Amount          money.Amount `zg:"" zh:"预计金额" en:"Amount"`
	Expected        clock.Date   `zg:"" zh:"预计成交" en:"Expected on"`
}

// convert makes a customer of a lead, or finds the one it turned out to be, and an opportunity if wanted. Who may not
// make these by himself may not make them in this way.
func convert(tx *kernel.Tx, l *Lead, input any) error {
	in := *input.(*ConvertInput) // a unit may be run again: what was asked stays as it is
	said, err := lockTalks(tx, l)
	if err != nil {
		return err
	}
	if in.Customer != 0 {
		err = existing(tx, in.Customer)
	} else {
		in.Customer, err = newCustomer(tx, l)
	}
	if err != nil {
		return err
	}
	opportunity := int64(0)
	if in.MakeOpportunity {
		if opportunity, err = newFromLead(tx, l, in); err != nil {
			return err
		}
	}
	if err := resource.Flush(tx); err != nil { // the lead and its follow-ups refer to both
		return err
	}
	l.Customer, l.Opportunity = in.Customer, opportunity
	if err := Leads.Save(tx, l); err != nil {
		return err
	}
	if err := takeAlong(tx, l, said); err != nil || l.Touched == "" {
		return err
	}
	return party.Touch(tx, l.Customer, l.Touched)
}

// existing wants a customer whom the actor sees.
func existing(tx *kernel.Tx, id int64) error {
	rec, err := resource.LoadVisible(tx.View, party.Parties.Def, id)
	if list, refused := problem.From(err); refused && problem.Status(list) == 404 {
		return problem.Rule("ref.missing", "resource", party.Parties.Name).At("/customer")
	}
	if err == nil && !rec.(*party.Party).Customer {
		return problem.Rule("crm.not_customer", "name", rec.(*party.Party).Name).At("/customer")
	}
	return err
}

func may(tx *kernel.Tx, resource string) error {
	if tx.Actor.Can(resource, "create") {
		return nil
	}
	return problem.New(problem.Forbidden, "forbidden", "resource", resource, "act", "create")
}

func newCustomer(tx *kernel.Tx, l *Lead) (int64, error) {
	if err := may(tx, party.Parties.Name); err != nil {
		return 0, err
	}
	p := &party.Party{}
	resource.Defaults(party.Parties.Def, p)
	p.Name, p.Contact, p.Phone, p.Email, p.City = l.Name, l.Contact, l.Phone, l.Email, l.City
	p.Owner, p.Department, p.Note = l.Owner, l.Department, l.Note
	// A customer may be something people want to be asked about. A lead cannot wait for that half converted.
	ask := gate.Question{Def: party.Parties.Def, Rec: p, Act: "create", Input: &resource.Object{}}
	if answer, err := gate.Ask.Of(tx.Company)(tx, ask); err != nil || answer.Wait {
		return 0, cmp.Or(err, error(problem.Conflicted("crm.customer_asked", "name", l.Name)))
	}
	err := pipeline.Create(tx, party.Parties, p)
	return p.ID, err
}

func newFromLead(tx *kernel.Tx, l *Lead, in ConvertInput) (int64, error) {
	if err := may(tx, Opportunities.Name); err != nil {
		return 0, err
	}
	o := &Opportunity{Name: in.Opportunity, Customer: in.Customer, Contact: l.Contact, Amount: in.Amount, Expected: in.Expected, Source: l.Source}
	if o.Name == "" {
		o.Name = l.Name
	}
	o.Date, o.Owner, o.Department = tx.Today, l.Owner, l.Department
	if err := newOpportunity(tx.View, o); err != nil {
		return 0, err
	}
	if o.Stage == 0 {
		return 0, problem.Rule("crm.no_stage")
	}
	err := pipeline.Create(tx, Opportunities, o)
	return o.ID, err
}

// lockTalks gives the follow-ups of a lead, before anything else is locked: completing one of them begins with it, and goes
// on to the lead. Where the two meet the database ends one of them, and the store runs it again.
func lockTalks(tx *kernel.Tx, l *Lead) ([]*FollowUp, error) {
	ids, err := followUpsOf(tx.View, l.ID)
	if err != nil {
		return nil, err
	}
	locked, err := resource.LockMany(tx, FollowUps.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*FollowUp
	for _, id := range ids {
		if f, ok := locked[id].(*FollowUp); ok {
			out = append(out, f)
		}
	}
	return out, nil
}

// takeAlong shows the follow-ups of a lead at what it has become as well.
func takeAlong(tx *kernel.Tx, l *Lead, said []*FollowUp) error {
	for _, f := range said {
		f.Customer = l.Customer
		if f.Opportunity == 0 {
			f.Opportunity = l.Opportunity
		}
		if err := FollowUps.Save(tx, f); err != nil {
			return err
		}
	}
	return nil
}
