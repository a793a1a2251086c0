package approval

import (
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// noticesOrder is when people are told: behind everything that moves requests on.
const noticesOrder = notify.SealOrder + 1

// outcomes are the ends of which the initiator is told. That it took effect is not among them: he was told that it was
// granted, and reads more only when it did not.
var outcomes = map[state.State]string{Granted: "approval.notice_granted", Applied: "approval.notice_granted",
	Refused: "approval.notice_refused", Returned: "approval.notice_returned"}

// tellPeople compares every request that the unit moved with how it stood before, and tells those whom it concerns.
func tellPeople(tx *kernel.Tx) error {
	for _, e := range resource.WorkOf(tx).Entries {
		r, ok := e.Rec.(*Request)
		if !ok || e.Deleted {
			continue
		}
		before := &Request{}
		if e.Before != nil {
			before = e.Before.(*Request)
		}
		link := "/r/" + e.Def.Name + "/" + strconv.FormatInt(r.ID, 10)
		if err := notify.Done(tx, link, without(before.having(pending), r.having(pending)), noticeAsked, noticeUrged); err != nil {
			return err
		}
		for _, m := range news(before, r) {
			m.Def, m.Link = tx.Company.Def(r.Target), link
			m.Args = map[string]string{"what": r.Title, "why": r.Problem}
			if err := notify.Tell(tx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// What asks somebody to decide; it is read once there is nothing to decide.
const (
	noticeAsked = "approval.notice_asked"
	noticeUrged = "approval.notice_urged"
)

// without gives those of some users that are not among others.
func without(users, others []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(users), func(user int64) bool { return slices.Contains(others, user) })
}

// news is what people have to learn of a request.
func news(before, now *Request) []notify.Message {
	var out []notify.Message
	asked := now.having(pending)
	out = append(out, notify.Message{To: without(asked, before.having(pending)), Code: noticeAsked},
		notify.Message{To: without(now.having(sent), before.having(sent)), Code: "approval.notice_copied"})
	if now.UrgedAt != before.UrgedAt {
		out = append(out, notify.Message{To: asked, Code: noticeUrged})
	}
	if now.State == before.State || before.State == Granted && now.State == Applied {
		return out
	}
	if code := outcomes[now.State]; code != "" {
		out = append(out, notify.Message{To: []int64{now.Initiator}, Code: code})
	}
	if now.State == Failed { // a job found out, in the name of the initiator who saw nothing of it
		out = append(out, notify.Message{To: []int64{now.Initiator}, Code: "approval.notice_failed", Unseen: true})
	}
	return out
}

// having lists whose tasks are in a state.
func (r *Request) having(state string) []int64 {
	var out []int64
	for i := range r.Tasks {
		if t := &r.Tasks[i]; t.State == state && !slices.Contains(out, t.Assignee) {
			out = append(out, t.Assignee)
		}
	}
	return out
}
