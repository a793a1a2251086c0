package approval

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
)

// left puts somebody else in the place of a user who was disabled, in every request that waits for him.
func left(tx *kernel.Tx, u *organisation.User) error {
	ids, err := requestsOf(tx, u.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := Requests.Lock(tx, id)
		if err != nil {
			return err
		}
		e, err := engineOf(tx, r)
		if err != nil {
			return err
		}
		e.people.users[u.ID].disabled = true
		if err := e.replace(u.ID); err != nil {
			return err
		}
	}
	return nil
}

// replace cancels a user's open tasks at the present step and fills each by the rule for steps without an approver.
func (e *engine) replace(id int64) error {
	if e.req.State != Waiting {
		return nil
	}
	for _, i := range e.req.openHere() {
		t := e.req.Tasks[i]
		if t.Assignee != id {
			continue
		}
		e.req.Tasks[i].State = cancelled
		e.tell(0, "left", e.people.name(id))
		s := e.seating()
		for _, at := range e.req.openHere() {
			s.seats = append(s.seats, seat{user: e.req.Tasks[at].Assignee})
		}
		seated := len(s.seats)
		if err := s.fill(); err != nil {
			return err
		}
		for _, x := range s.seats[seated:] {
			e.explain(x)
			if x.user != nobody && !x.passed {
				e.add(Task{Kind: t.Kind, Mode: t.Mode, Assignee: x.user, OnBehalf: x.behalf, AddedBy: t.AddedBy, State: t.State})
			}
		}
	}
	return e.settle()
}
