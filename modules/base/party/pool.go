package party

import (
	"strconv"
	"time"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

const settingHolding = "party.holding_limit"

func poolSettings() []*kernel.Setting {
	group := kernel.T("公海", "Public pool")
	return []*kernel.Setting{
		{Group: group, Field: kernel.Field{Name: settingHolding, Kind: kernel.KindInt, Default: "0", Label: kernel.T("每人最多持有客户数", "Customers that one person may hold"),
			Help: kernel.T("领取客户时检查。0 表示不限", "Asked when a customer is claimed; 0 means no limit")}},
		{Group: group, Field: kernel.Field{Name: settingRecycle, Kind: kernel.KindInt, Default: "0", Label: kernel.T("多少天没有联系就放回公海", "Days without contact after which a customer falls into the pool"),
			Help: kernel.T("有欠款、有未完成订单的客户不放回。0 表示不放回", "Customers with an open debt or order stay; 0 means never")}},
	}
}

// ReleaseInput is what release asks for.
type ReleaseInput struct {
	Reason string `zg:"required,max=200" zh:"原因" en:"Reason"`
}

// AssignInput is what assign asks for.
type AssignInput struct {
	Owner int64 `zg:"required,ref=base.person" zh:"业务员" en:"Salesperson"`
}

// poolActions lead customers into the pool and out of it.
func poolActions() []resource.Action[Party] {
	return []resource.Action[Party]{
		{Name: "claim", Label: kernel.T("领取", "Claim"), Check: mayClaim, Run: claim, Gone: claimed,
			Confirm: kernel.T("领取 {label}：成为你的客户，不再在公海里。", "Claim {label}: the customer becomes yours and leaves the pool."),
			Stale:   func(*kernel.Tx, *Party, int64) error { return nil }}, // mayClaim says what changed if it matters
		{Name: "release", Label: kernel.T("放回公海", "Release to the pool"), In: &ReleaseInput{}, Check: mayRelease, Run: release,
			Confirm: kernel.T("{label} 放回公海：谁都能看到、能领取，协作人一并取消。", "{label} goes to the pool: everybody sees it and may claim it, its collaborators are dropped.")},
		{Name: "assign", Label: kernel.T("分配", "Assign"), In: &AssignInput{}, Check: mayAssign, Run: assign},
		mergeAction(),
		{Name: "recycle", Label: kernel.T("回收", "Recycle"), Hidden: true, Run: func(_ *kernel.Tx, p *Party, _ any) error { p.toPool(); return nil }},
	}
}

// toPool makes a customer nobody's, for everybody to see.
func (p *Party) toPool() {
	p.Owner, p.Department, p.Pooled, p.Claimed, p.Collaborators = 0, 0, true, "", nil
}

// give makes a customer somebody's from today.
func (p *Party) give(to *organisation.Person, today clock.Date) {
	if p.Pooled {
		p.LeftPool = today
	}
	p.Owner, p.Department, p.Pooled, p.Claimed = to.ID, to.Department, false, today
}

// Touch notes that somebody was in contact with a party on a day; an earlier day than the one known changes nothing. The
// audit tells of it, but it makes no new version: who has the party's form open can still save it.
func Touch(tx *kernel.Tx, party int64, date clock.Date) error {
	p, err := Parties.Lock(tx, party)
	if err != nil || !date.After(p.Touched) {
		return err
	}
	p.Touched = date
	resource.Note(tx, Parties.Def, p)
	return nil
}

// guardPool keeps what only programs write, and the pool and other people's customers from forms that anybody may fill.
func guardPool(tx *kernel.Tx, old, p *Party) error {
	if old == nil {
		return nil
	}
	p.Touched = old.Touched
	if old.MergedInto != 0 {
		return problem.Rule("party.merged", "name", old.Name)
	}
	moved := p.Owner != old.Owner || p.Department != old.Department
	switch mine := tx.Actor.Holds(Parties.Name, old.Owner, old.Department); {
	case old.Pooled && !mine && !tx.Actor.Can(Parties.Name, "assign"):
		return problem.Rule("party.pooled", "name", old.Name)
	case !old.Pooled && moved && !mine:
		return problem.Rule("party.not_yours", "name", old.Name).At("/owner")
	case old.Pooled && p.Owner != 0 && !tx.Actor.Holds(Parties.Name, p.Owner, p.Department):
		return problem.Rule("scope.outside").At("/owner")
	}
	if p.Owner != 0 && p.Owner != old.Owner {
		p.Pooled, p.Claimed = false, tx.Today
	}
	if old.Pooled && !p.Pooled {
		p.LeftPool = tx.Today
	}
	return nil
}

// taken says who has a customer that is not in the pool, to whom that person is no secret.
func taken(v *kernel.View, p *Party) *problem.Problem {
	if p.Owner == 0 || !v.Actor.Can(organisation.People.Name, "read") {
		return problem.Conflicted("party.not_pooled", "name", p.Name)
	}
	owners, err := organisation.People.FindMany(v, []int64{p.Owner})
	if err != nil || owners[p.Owner] == nil {
		return problem.Conflicted("party.not_pooled", "name", p.Name)
	}
	return problem.Conflicted("party.taken", "name", p.Name, "owner", owners[p.Owner].Name)
}

func mayClaim(v *kernel.View, p *Party) problem.List {
	if !p.Pooled {
		return problem.List{taken(v, p)}
	}
	return nil
}

// claimed answers who wants a customer that is out of his sight: was it in the pool until a moment ago, he is told who has
// it now. What was nobody's is no secret; of all other customers, those among them that were given from one to another
// just now, he hears nothing.
func claimed(tx *kernel.Tx, id int64) error {
	found, err := Parties.FindMany(tx.View, []int64{id})
	p := found[id]
	if err != nil || p == nil || p.Owner == 0 || p.LeftPool.Before(tx.Today.AddDays(-1)) {
		return err
	}
	return taken(tx.View, p)
}

func claim(tx *kernel.Tx, p *Party, _ any) error {
	if tx.Behalf.PersonID == 0 {
		return problem.Rule("party.claim_nobody")
	}
	// The lock makes two claims of one person wait for each other, so that both are counted.
	me, err := organisation.People.Lock(tx, tx.Behalf.PersonID)
	if err != nil {
		return err
	}
	limit, _ := strconv.ParseInt(tx.Company.Setting(settingHolding), 10, 64) // settings hold what their kind lets through
	if limit > 0 {
		count, err := heldBy(tx.View, me.ID)
		if err != nil {
			return err
		}
		if count >= limit {
			return problem.Rule("party.holding_limit", "count", count, "limit", limit)
		}
	}
	p.give(me, tx.Today)
	return nil
}

func mayRelease(v *kernel.View, p *Party) problem.List {
	switch {
	case p.MergedInto != 0:
		return problem.List{problem.Conflicted("party.merged", "name", p.Name)}
	case p.Pooled:
		return problem.List{problem.Conflicted("party.in_pool", "name", p.Name)}
	case !p.Customer:
		return problem.List{problem.Conflicted("party.customers_only", "name", p.Name)}
	case !v.Actor.Holds(Parties.Name, p.Owner, p.Department):
		return problem.List{problem.Conflicted("party.not_yours", "name", p.Name)}
	}
	return nil
}

func release(tx *kernel.Tx, p *Party, in any) error {
	reason := in.(*ReleaseInput).Reason
	p.toPool()
	return explain(tx, p, kernel.T("放回公海："+reason, "Released to the pool: "+reason), tx.Lang)
}

func mayAssign(v *kernel.View, p *Party) problem.List {
	if p.MergedInto != 0 {
		return problem.List{problem.Conflicted("party.merged", "name", p.Name)}
	}
	if !p.Pooled && !v.Actor.Holds(Parties.Name, p.Owner, p.Department) {
		return problem.List{problem.Conflicted("party.not_yours", "name", p.Name)}
	}
	return nil
}

// assign gives a customer to somebody of those whose customers the actor sees. It asks for no limit: it is a decision.
func assign(tx *kernel.Tx, p *Party, in any) error {
	to, err := organisation.People.Find(tx.View, in.(*AssignInput).Owner)
	if err != nil {
		return err
	}
	switch {
	case !to.Active:
		return problem.Rule("party.owner_left", "name", to.Name).At("/owner")
	case !tx.Actor.Holds(Parties.Name, to.ID, to.Department):
		return problem.Rule("scope.outside").At("/owner")
	}
	p.give(to, tx.Today)
	return nil
}

// explain says in the audit and beside the record why something was done.
func explain(tx *kernel.Tx, p *Party, why kernel.Text, lang string) error {
	if tx.Reason == "" {
		tx.Reason = why.In(lang)
	}
	_, err := comments.Add(tx, Parties.Def, p.ID, why.In(lang))
	return err
}

// lastContact is the day from which the days without contact count: somebody who got a customer has all of them.
func lastContact(c *kernel.Company, p *Party) clock.Date {
	return max(p.Touched, p.Claimed, clock.DateOf(p.CreatedAt.Time().In(c.Zone())))
}

// beginOf is the instant at which a day of the company begins.
func beginOf(c *kernel.Company, day clock.Date) clock.Instant {
	t := day.Time()
	return clock.InstantOf(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, c.Zone()))
}

// noteClaims gives whoever got a customer by a hand-over of all of somebody's records the same days without contact as one
// to whom it was assigned.
func noteClaims(tx *kernel.Tx) error {
	for _, e := range resource.WorkOf(tx).Entries {
		p, ok := e.Rec.(*Party)
		if !ok || e.Deleted || e.Before == nil {
			continue
		}
		if old := e.Before.(*Party); p.Owner != 0 && p.Owner != old.Owner && p.Claimed == old.Claimed {
			p.Claimed = tx.Today
		}
	}
	return nil
}

// MoneyOf tells whether the actor may be told what a party owes: a customer of the pool stands open to everybody, its money
// does not.
func MoneyOf(v *kernel.View, id int64) (bool, error) {
	err := resource.Hold(v, Parties.Def, id)
	if list, known := problem.From(err); known && list[0].Kind == problem.NotFound {
		return false, nil
	}
	return err == nil, err
}
