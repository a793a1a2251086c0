package approval

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
)

// takeOver gives what waits for the users of a person who hands over to the user of who takes over, and ends the
// delegations they are part of: nobody decides for somebody who is no longer asked.
func takeOver(tx *kernel.Tx, h *organisation.Handing) error {
	tasks, ended := 0, 0
	for _, user := range h.Users {
		if h.ToUser != 0 {
			n, err := handTasks(tx, user, h.ToUser)
			if err != nil {
				return err
			}
			tasks += n
		}
		held, err := delegationsOf(tx.View, user)
		if err != nil {
			return err
		}
		for _, d := range held {
			now, err := Delegations.Lock(tx, d.ID)
			if err != nil {
				return err
			}
			now.Active = false
			if err := Delegations.Save(tx, now); err != nil {
				return err
			}
		}
		ended += len(held)
	}
	h.Tell(kernel.T("待办审批", "Waiting approvals"), tasks)
	h.Tell(kernel.T("结束的审批委托", "Delegations ended"), ended)
	return nil
}

// handTasks hands the open tasks of a user to another one, who decides at the same step of the same round. Where the other
// one cannot be asked, because he is already or because it is his own request, the task stays.
func handTasks(tx *kernel.Tx, from, to int64) (n int, err error) {
	ids, err := requestsOf(tx, from)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		r, err := Requests.Lock(tx, id)
		if err != nil {
			return n, err
		}
		e, err := engineOf(tx, r)
		if err != nil {
			return n, err
		}
		moved := 0
		for _, i := range r.openHere() {
			t := &r.Tasks[i]
			if t.Assignee != from || t.Kind == kindChoose || e.mayDecide(to) != nil {
				continue
			}
			next := Task{Kind: t.Kind, Mode: t.Mode, Assignee: to, AddedBy: t.AddedBy, State: pending}
			e.decide(t, handedOver, "")
			e.tell(e.actor(), "handed_over", e.people.name(to))
			e.add(next)
			moved++
		}
		if moved == 0 {
			continue
		}
		for _, i := range r.openHere() { // who was asked to decide before him now decides before the other one
			if t := &r.Tasks[i]; t.AddedBy == from {
				t.AddedBy = to
			}
		}
		if err := e.settle(); err != nil {
			return n, err
		}
		n += moved
	}
	return n, nil
}
