package approval

import "zhanggui/modules/approval/tree"

// The states of a task.
const (
	pending    = "pending"
	queued     = "queued"
	agreed     = "agreed"
	refused    = "refused"
	returned   = "returned"
	handedOver = "handed_over"
	skipped    = "skipped"
	cancelled  = "cancelled"
	sent       = "sent"
)

// The kinds of tasks.
const (
	kindApprove = "approve"
	kindBefore  = "added_before"
	kindAfter   = "added_after"
	kindChoose  = "choose"
	kindCopy    = "copy"
)

func (t *Task) open() bool { return t.State == pending || t.State == queued }

// here tells whether a task belongs to the step at which the request stands.
func (r *Request) here(t *Task) bool {
	return t.Node == r.Node && t.Round == r.Round && t.Kind != kindCopy
}

// openHere gives the places of the tasks that the present step still waits for.
func (r *Request) openHere() []int {
	var out []int
	for i := range r.Tasks {
		if t := &r.Tasks[i]; r.here(t) && t.open() {
			out = append(out, i)
		}
	}
	return out
}

// mine gives the pending task of a user at the present step, nil when it is not his turn.
func (r *Request) mine(user int64) *Task {
	for i := range r.Tasks {
		if t := &r.Tasks[i]; r.State == Waiting && r.here(t) && t.State == pending && t.Assignee == user {
			return t
		}
	}
	return nil
}

// turns puts each open task of the present step where it belongs: pending when it may be decided now, else queued.
// Who asked others to decide before him waits for them; in turn means one after the other, those added behind included.
func (r *Request) turns() {
	places := r.openHere()
	first := true
	for _, i := range places {
		t := &r.Tasks[i]
		free := !r.waitsForAdded(places, t.Assignee)
		if t.Kind == kindApprove && t.Mode == tree.Turn {
			free = free && first && !r.anyAfter(places)
			first = false
		}
		if free {
			t.State = pending
		} else {
			t.State = queued
		}
	}
}

func (r *Request) waitsForAdded(places []int, user int64) bool {
	for _, i := range places {
		if t := &r.Tasks[i]; t.Kind == kindBefore && t.AddedBy == user {
			return true
		}
	}
	return false
}

func (r *Request) anyAfter(places []int) bool {
	for _, i := range places {
		if r.Tasks[i].Kind == kindAfter {
			return true
		}
	}
	return false
}

// oneIsEnough cancels the sisters of a task that was agreed to where one voice decides, and those they had added before.
func (r *Request) oneIsEnough(done *Task) {
	if done.Mode != tree.Any || done.Kind != kindApprove {
		return
	}
	for _, i := range r.openHere() {
		if t := &r.Tasks[i]; t.Kind == kindApprove || t.Kind == kindBefore {
			t.State = cancelled
		}
	}
}

// drop cancels everything that is open.
func (r *Request) drop() {
	for i := range r.Tasks {
		if t := &r.Tasks[i]; t.open() {
			t.State = cancelled
		}
	}
}

// decidedBefore tells whether a user has agreed in this round with the content as it stands now: at the step just
// before, or at any.
func (r *Request) decidedBefore(user int64, rule, hash string) bool {
	last := ""
	for i := len(r.Tasks) - 1; i >= 0; i-- {
		t := &r.Tasks[i]
		if t.Round != r.Round || t.Kind == kindCopy || t.Kind == kindChoose || t.Node == r.Node {
			continue
		}
		if last == "" {
			last = t.Node
		}
		if rule == "adjacent" && t.Node != last || rule == "never" {
			return false
		}
		if t.Assignee == user && t.Hash == hash && (t.State == agreed || t.State == skipped) {
			return true
		}
	}
	return false
}
