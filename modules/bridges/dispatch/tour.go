package dispatch

import (
	"slices"

	"zhanggui/modules/base/price"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/links"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// collects is the link from a run to what its driver collected.
const collects = "collects"

func handle(c *kernel.Company) *resource.Resource[Run] { return resource.Named[Run](c, runName) }

// start sends a driver out: with goods that have left the stock, each on one run.
func start(tx *kernel.Tx, r *Run, _ any) error {
	var ids []int64
	for _, s := range r.Stops {
		ids = append(ids, s.Delivery)
	}
	sheets, err := resource.LockMany(tx, stock.Deliveries.Def, sorted(ids))
	if err != nil {
		return err
	}
	var list problem.List
	for i, s := range r.Stops {
		d, _ := sheets[s.Delivery].(*stock.Document)
		if d == nil || d.State != stock.Done || d.Reverses != 0 {
			list.Add(problem.Rule("dispatch.not_shipped").At(stopAt(i, "delivery")))
			continue
		}
		if d.Party != s.Party {
			list.Add(problem.Rule("dispatch.other_party").At(stopAt(i, "delivery")))
			continue
		}
		number, taken, err := onRun(tx.View, s.Delivery, r.ID)
		if err != nil {
			return err
		}
		if taken {
			list.Add(problem.Rule("dispatch.elsewhere", "number", number).At(stopAt(i, "delivery")))
		}
	}
	if len(list) > 0 {
		return list
	}
	known, err := notify.Accounts.Of(tx.Company)(tx.View, []int64{r.Driver})
	if err != nil {
		return err
	}
	return notify.Tell(tx, notify.Message{To: []int64{known[r.Driver]}, Code: "dispatch.told_start", Link: "/bring", Def: handle(tx.Company).Def, Record: r,
		Args: map[string]string{"date": string(r.Date)}})
}

func sorted(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// answerStop notes what became of a stop, and takes what was collected there. Another sum than was said of it before takes that
// one back, which its driver does or who may take money anyway.
func answerStop(tx *kernel.Tx, r *Run, in any) error {
	a := in.(*Outcome)
	i := slices.IndexFunc(r.Stops, func(s Stop) bool { return s.ID == a.Stop })
	if i >= 0 && a.Collected == 0 && !drives(tx.Actor, r) && !tx.Actor.Sees(price.Right) {
		a.Collected = r.Stops[i].Collected // he is not told of the money and says nothing about it
	}
	switch {
	case i < 0:
		return problem.Rule("dispatch.no_stop").At("/stop")
	case a.Outcome == refused && a.Collected != 0:
		return problem.Rule("dispatch.refused_paid").At("/collected")
	}
	if a.Collected != 0 {
		if err := findAccount(tx, r, a.MoneyAccount); err != nil {
			return err
		}
	}
	s := &r.Stops[i]
	off, err := calledOff(tx.View, s)
	if err != nil {
		return err
	}
	if off && (a.Outcome != refused || a.Collected != 0) {
		return problem.Conflicted("dispatch.called_off")
	}
	if off {
		s.ToCollect = 0
	}
	anew := a.Collected != s.Collected
	if s.Receipt != 0 && anew {
		if !settlement.Keeps(tx.Actor) && !drives(tx.Actor, r) {
			return problem.Rule("dispatch.not_driver").At("/collected")
		}
		if err := links.Kill(tx, s.Receipt, collects); err != nil {
			return err
		}
		if err := settlement.TakeBack(tx, settlement.Receipts.Name, s.Receipt, settlement.Sheet{Resource: stock.Deliveries.Name, ID: s.Delivery}); err != nil {
			return err
		}
	}
	s.Outcome, s.Collected, s.Told = a.Outcome, a.Collected, a.Told
	if anew {
		s.Receipt = 0
	}
	if anew && a.Collected != 0 {
		if err := collect(tx, r, s); err != nil {
			return err
		}
	}
	var collected, due []money.Amount
	for _, one := range r.Stops {
		collected, due = append(collected, one.Collected), append(due, one.ToCollect)
	}
	if r.Collected, err = money.SumOf(collected); err == nil {
		r.ToCollect, err = money.SumOf(due)
	}
	if err != nil {
		return problem.Rule("commerce.range").At("/collected")
	}
	r.Missing = r.ToCollect - r.Collected
	return resource.Save(tx, handle(tx.Company).Def, r)
}

// drives tells the driver of a run.
func drives(a *kernel.Actor, r *Run) bool { return r.Driver != 0 && a.PersonID == r.Driver }

// findAccount gives a run without an account one to collect on: what was answered with, else what its driver holds.
func findAccount(tx *kernel.Tx, r *Run, given int64) error {
	if r.MoneyAccount != 0 {
		return nil
	}
	own, err := settlement.HeldBy(tx.View, r.Driver)
	switch {
	case err != nil:
		return err
	case given != 0:
		r.MoneyAccount = given
		return mayCollectOn(tx, r, given)
	case len(own) > 0:
		r.MoneyAccount = own[0].ID
		return nil
	case settlement.Keeps(tx.Actor):
		return problem.Rule("dispatch.account").At("/money_account")
	}
	return problem.Rule("dispatch.no_purse").At("/money_account")
}

// setAccount says on which account a run that is under way collects from now on.
func setAccount(tx *kernel.Tx, r *Run, in any) error {
	account := in.(*Purse).MoneyAccount
	if err := mayCollectOn(tx, r, account); err != nil {
		return err
	}
	r.MoneyAccount = account
	return resource.Save(tx, handle(tx.Company).Def, r)
}

// mayCollect refuses money that is told by somebody who neither drives the run nor may take money, and more of it than the
// customer owes or was to pay.
func mayCollect(tx *kernel.Tx, r *Run, s *Stop, d *stock.Document) error {
	switch {
	case settlement.Keeps(tx.Actor):
		return nil
	case !drives(tx.Actor, r):
		return problem.Rule("dispatch.not_driver").At("/collected")
	}
	_, debt, err := settlement.OpenOf(tx.View, settlement.Counter{Party: d.Party, Side: settlement.Receivable}, settlement.Sheet{Resource: stock.Deliveries.Name, ID: d.ID})
	if most := max(debt, s.ToCollect); err == nil && s.Collected > most {
		return problem.Rule("dispatch.too_much", "amount", s.Collected, "most", most).At("/collected")
	}
	return err
}

// collect makes the receipt of what a driver was given. It settles the delivery first; more than that is an advance.
func collect(tx *kernel.Tx, r *Run, s *Stop) error {
	d, err := stock.Deliveries.Find(tx.View, s.Delivery)
	if err != nil {
		return err
	}
	if err := mayCollect(tx, r, s, d); err != nil {
		return err
	}
	debts, err := settlement.ItemsOf(tx, stock.Deliveries.Name, s.Delivery)
	if err != nil {
		return err
	}
	c := settlement.Counter{Party: d.Party, Side: settlement.Receivable, Date: tx.Today, Owner: d.Owner, Department: d.Department,
		Note: kernel.T("送货代收 ", "Collected on ").In(tx.Lang) + r.Number, Lines: []settlement.PaymentLine{{MoneyAccount: r.MoneyAccount, Amount: s.Collected}}}
	if len(debts) > 0 {
		c.Debt = debts[0]
	}
	paid, err := settlement.Take(tx, c)
	if err != nil {
		return err
	}
	s.Receipt = paid.ID
	return links.Make(tx, collects, []links.Link{{Source: r.ID, SourceLine: s.ID, Target: paid.ID, Amount: s.Collected}})
}

// closeRun ends a run when every stop was answered for; what is missing of the money is told to whoever sent the driver.
func closeRun(tx *kernel.Tx, r *Run, _ any) error {
	var list problem.List
	for i, s := range r.Stops {
		if s.Outcome == open {
			list.Add(problem.Rule("dispatch.unanswered", "line", i+1).At(stopAt(i, "outcome")))
		}
	}
	if len(list) > 0 {
		return list
	}
	if r.Missing == 0 {
		return nil
	}
	sender, err := jobs.Actors.Of(tx.Company)(tx.View, r.CreatedBy)
	if err != nil {
		return err
	}
	m := notify.Message{To: []int64{r.CreatedBy}, Code: "dispatch.told_missing", Def: handle(tx.Company).Def, Record: r, Unseen: true,
		Args: map[string]string{"missing": r.Missing.String()}}
	if !sender.Sees(price.Right) {
		m.Code, m.Args = "dispatch.told_missing_unseen", nil
	}
	return notify.Tell(tx, m)
}

// together refuses to take back alone what was collected on a run.
func together(tx *kernel.Tx, p *settlement.Payment) error {
	live, err := links.To(tx.View, p.ID)
	if err != nil {
		return err
	}
	for _, l := range live {
		if l.Kind != collects {
			continue
		}
		r, err := Runs.Find(tx.View, l.Source)
		if err != nil {
			return err
		}
		return problem.Conflicted("dispatch.collected", "number", p.Number, "run", r.Number)
	}
	return nil
}
