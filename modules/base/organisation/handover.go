package organisation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

const (
	handOverKind = "base.hand_over"
	// atOnce is up to how many records are handed over in the unit of the action; more are a job.
	atOnce = 2000
	// batch is how many records a job hands over in one unit.
	batch = 500
)

// HandOverInput is what hand_over asks for.
type HandOverInput struct {
	To   int64 `zg:"required,ref=base.person" zh:"接手人" en:"To"`
	Left bool  `zh:"已离职" en:"Has left" help:"停用他的操作员，员工标为离职|His users are disabled and he is no longer active"`
}

// HandedOver is published when somebody takes over everything of a person, for what goes by user and not by the owner of a
// record. Subscribers hand that over in the same unit and Tell how much it was.
var HandedOver = kernel.NewTopic[*Handing]("base.person.handed_over")

// Handing is who hands over to whom. ToUser is 0 when nobody can log in as To.
type Handing struct {
	From, To *Person
	Users    []int64 // those of From
	ToUser   int64

	told []string
	lang string
}

// Tell adds to the account of what was handed over; nothing is not told.
func (h *Handing) Tell(what kernel.Text, n int) {
	if n > 0 {
		h.told = append(h.told, fmt.Sprintf("%s %d", what.In(h.lang), n))
	}
}

func handOverAction() resource.Action[Person] {
	return resource.Action[Person]{Name: "hand_over", Label: kernel.T("工作交接", "Hand over everything"), In: &HandOverInput{}, Run: handOver,
		Confirm: kernel.T("{label} 名下的客户、未完成的单据和待办审批全部转给接手人，部门负责人、下属和协作也由他接。阶段、日期、单号等都不变；已过账、已完成、已作废的单据是历史，仍记在原来的人名下。",
			"Customers, unfinished documents and waiting approvals of {label} all go to somebody else, who also heads, leads and shares what this one did. Stages, dates and numbers stay; what is posted, closed or void is history and stays under the old name.")}
}

// handOver gives everything that is alive to another person. It is done for the program: that the actor may do it at all
// decides, not whether he could see or change each record.
func handOver(tx *kernel.Tx, p *Person, in any) error {
	input := in.(*HandOverInput)
	to, err := resource.Named[Person](tx.Company, "base.person").Find(tx.View, input.To)
	if err != nil {
		return err
	}
	switch {
	case to.ID == p.ID:
		return problem.Rule("handover.self").At("/to")
	case !to.Active:
		return problem.Rule("handover.left", "name", to.Name).At("/to")
	case input.Left && !tx.Actor.Can(Users.Name, "disable"):
		return problem.New(problem.Forbidden, "handover.disable").At("/left")
	}
	h := &Handing{From: p, To: to, lang: tx.Lang}
	if h.Users, err = usersOf(tx.View, p.ID); err != nil {
		return err
	}
	heirs, err := usersOf(tx.View, to.ID)
	if err != nil {
		return err
	}
	if len(heirs) > 0 {
		h.ToUser = heirs[0]
	}
	if err := handRecords(tx, h); err != nil {
		return err
	}
	if err := h.handSeats(tx); err != nil {
		return err
	}
	if err := HandedOver.Publish(tx, h); err != nil {
		return err
	}
	if input.Left {
		if err := leave(tx, h); err != nil {
			return err
		}
	}
	return h.note(tx)
}

// note says beside the person what was handed over to whom.
func (h *Handing) note(tx *kernel.Tx) error {
	if len(h.told) == 0 {
		h.told = []string{kernel.T("没有要交接的记录", "nothing was left to hand over").In(h.lang)}
	}
	list := strings.Join(h.told, kernel.T("、", ", ").In(h.lang))
	text := kernel.T("工作交接给 "+h.To.Name+"："+list+"。", "Handed over to "+h.To.Name+": "+list+".").In(h.lang)
	_, err := comments.Add(tx, tx.Company.Def("base.person"), h.From.ID, text)
	return err
}

func (h *Handing) reason() string {
	return kernel.T("工作交接："+h.From.Name+" → "+h.To.Name, "Handed over: "+h.From.Name+" → "+h.To.Name).In(h.lang)
}

// leave ends what a person could do here.
func leave(tx *kernel.Tx, h *Handing) error {
	for _, id := range h.Users {
		u, err := Users.Lock(tx, id)
		if err != nil {
			return err
		}
		if err := setDisabled(tx, u, true); err != nil {
			return err
		}
	}
	h.From.Active = false
	return resource.Save(tx, tx.Company.Def("base.person"), h.From)
}

// handRecords hands over what has the person as its owner: at once, or as a job when it is a great deal.
func handRecords(tx *kernel.Tx, h *Handing) error {
	total := 0
	all := ownable(tx.Company)
	ids := make([][]int64, len(all))
	for i, d := range all {
		var err error
		if ids[i], err = ownedBy(tx.View, d, owned{person: h.From.ID}); err != nil {
			return err
		}
		total += len(ids[i])
		h.Tell(d.Label, len(ids[i]))
	}
	if total > atOnce {
		_, err := jobs.Enqueue(tx, jobs.Order{Kind: handOverKind, Label: h.reason(), Input: handOverJob{h.From.ID, h.To.ID, int64(total)}})
		return err
	}
	if tx.Reason == "" {
		tx.Reason = h.reason()
	}
	for i, d := range all {
		if err := h.hand(tx, d, ids[i]); err != nil {
			return err
		}
	}
	return nil
}

// ownable are the resources whose records have an owner of their own: a column of that name. Papers that are about a
// person, such as his leave, stay his. Of a table that several share, those that share it.
func ownable(c *kernel.Company) []*kernel.Def {
	shared := map[string]bool{}
	for _, d := range c.Resources() {
		shared[d.Table.Name] = shared[d.Table.Name] || d.Only != nil
	}
	return slices.DeleteFunc(slices.Clone(c.Resources()), func(d *kernel.Def) bool {
		if d.Scope == nil || d.Scope.Owner != "owner" || d.Scope.Through != "" || d.Only == nil && shared[d.Table.Name] {
			return true
		}
		f, states := d.ByName[d.Scope.Owner], alive(d)
		return f == nil || f.NoStore || f.Ref != "base.person" || states != nil && len(states) == 0
	})
}

// alive are the states in which somebody still works on a document; nil for records without states, which always are.
// What is posted stands in the books under the name of who made it.
func alive(d *kernel.Def) []string {
	if d.Machine == nil {
		return nil
	}
	out := []string{}
	for _, s := range d.Machine.States {
		if tone := d.States[s].Tone; s != "posted" && tone != "closed" && tone != "dead" {
			out = append(out, string(s))
		}
	}
	return out
}

// hand gives records to the other person. Only the owner changes, and the department where it was the person's: what was
// agreed, checked and counted stays as it is, so no rule of the resource is asked again.
func (h *Handing) hand(tx *kernel.Tx, d *kernel.Def, ids []int64) error {
	recs, err := resource.LockMany(tx, d, ids)
	if err != nil {
		return err
	}
	states := alive(d)
	for _, id := range ids {
		rec := recs[id]
		if rec == nil || states != nil && !slices.Contains(states, resource.Value(d.ByName["state"], rec).String()) {
			continue
		}
		owner := resource.Value(d.ByName[d.Scope.Owner], rec)
		if owner.Int() != h.From.ID {
			continue // somebody was faster
		}
		owner.SetInt(h.To.ID)
		if f := d.ByName[d.Scope.Department]; f != nil && h.From.Department != 0 {
			if department := resource.Value(f, rec); department.Int() == h.From.Department {
				department.SetInt(h.To.Department)
			}
		}
		if err := resource.Save(tx, d, rec); err != nil {
			return err
		}
	}
	return nil
}

// handOverJob is what the job is ordered with.
type handOverJob struct{ From, To, Total int64 }

// runHandOver hands over batch by batch. What it did once it does not find again.
func runHandOver(ctx context.Context, r *jobs.Run) error {
	var order handOverJob
	if err := r.Input(&order); err != nil {
		return err
	}
	r.Progress(0, order.Total)
	for _, d := range ownable(r.Company) {
		for next := (owned{order.From, 0, batch}); ; {
			done, err := handBatch(ctx, r, order, func(tx *kernel.Tx, h *Handing) ([]int64, error) {
				found, err := ownedBy(tx.View, d, next)
				if err != nil || len(found) == 0 {
					return nil, err
				}
				return found, h.hand(tx, d, found)
			})
			if err != nil {
				return err
			}
			if len(done) == 0 {
				break
			}
			next.after = done[len(done)-1]
			r.Advance(int64(len(done)))
		}
	}
	return nil
}

// handBatch runs fn in a unit of its own, for those whom the order is about.
func handBatch(ctx context.Context, r *jobs.Run, order handOverJob, fn func(tx *kernel.Tx, h *Handing) ([]int64, error)) (done []int64, err error) {
	err = pipeline.Unit(ctx, r.Company, r.Actor, handOverKind, func(tx *kernel.Tx) error {
		both, err := resource.Named[Person](r.Company, "base.person").FindMany(tx.View, []int64{order.From, order.To})
		if err != nil {
			return err
		}
		for _, id := range []int64{order.From, order.To} {
			if both[id] == nil {
				return problem.Missing("base.person", id)
			}
		}
		h := &Handing{From: both[order.From], To: both[order.To], lang: tx.Lang}
		tx.Reason = h.reason()
		done, err = fn(tx, h)
		return err
	})
	return done, err
}
