package approval

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// What the actions ask for. Users are given by id or login, separated by commas.
type (
	// Opinion is an opinion that may be left out.
	Opinion struct {
		Opinion string `zg:"max=500" zh:"意见" en:"Opinion"`
	}
	// Refusal is an opinion that must be given.
	Refusal struct {
		Opinion string `zg:"required,max=500" zh:"理由" en:"Reason"`
	}
	// SendBack says to whom.
	SendBack struct {
		To      string `zg:"max=60,default=start" zh:"退回到" en:"Back to" help:"start 表示发起人，否则为之前步骤的位置|start is the initiator, else the place of an earlier step"`
		Opinion string `zg:"required,max=500" zh:"理由" en:"Reason"`
	}
	// HandOver names who decides instead; From is for administrators, who may take a task from somebody.
	HandOver struct {
		To      int64  `zg:"required,ref=base.user" zh:"转交给" en:"To"`
		From    int64  `zg:"ref=base.user" zh:"原审批人" en:"From" help:"管理员用：替谁转交|For administrators: whose task"`
		Opinion string `zg:"max=500" zh:"说明" en:"Note"`
	}
	// AddSign names further people.
	AddSign struct {
		Users   string `zg:"required,max=200" zh:"加签人" en:"Who else"`
		When    string `zg:"default=before" zh:"顺序" en:"When" opt:"before|在我之前|Before me;after|在我之后|After me"`
		Opinion string `zg:"max=500" zh:"意见" en:"Opinion"`
	}
	// Names are people.
	Names struct {
		Users string `zg:"required,max=200" zh:"人员" en:"Who"`
	}
	// Comment is a word without a decision.
	Comment struct {
		Text string `zg:"required,max=500" zh:"评论" en:"Comment"`
	}
)

type run = func(tx *kernel.Tx, r *Request, in any) error

// decision opens an action on the step at which the request stands: the actor must have a task there.
func decision(fn func(e *engine, t *Task, in any) error) run {
	return func(tx *kernel.Tx, r *Request, in any) error {
		e, err := engineOf(tx, r)
		if err != nil {
			return err
		}
		t := r.mine(e.actor())
		if t == nil || t.Kind == kindChoose {
			return e.tooLate()
		}
		return fn(e, t, in)
	}
}

// byInitiator opens an action that only who began the request may take.
func byInitiator(fn func(e *engine, in any) error) run {
	return func(tx *kernel.Tx, r *Request, in any) error {
		e, err := engineOf(tx, r)
		if err != nil {
			return err
		}
		if r.Initiator != e.actor() && !tx.Actor.HasRole("administrator") {
			return problem.New(problem.Forbidden, "approval.not_initiator", "name", e.people.name(r.Initiator))
		}
		return fn(e, in)
	}
}

// decide closes a task.
func (e *engine) decide(t *Task, state, opinion string) {
	t.State, t.Opinion, t.DecidedAt, t.Hash = state, opinion, e.tx.Now, e.hash()
	if t.ReadAt == 0 {
		t.ReadAt = e.tx.Now
	}
}

// tooLate says why it is not the actor's turn: who decided, what, or that it never was.
func (e *engine) tooLate() error {
	r, me := e.req, e.actor()
	var own *Task
	for i := range r.Tasks {
		if t := &r.Tasks[i]; t.Assignee == me && t.Kind != kindCopy && (own == nil || t.State != skipped) {
			own = t
		}
	}
	if own == nil {
		return problem.New(problem.Forbidden, "approval.not_yours", "who", e.whoDecides())
	}
	if own.State == queued {
		return problem.Conflicted("approval.not_turn", "who", e.whoDecides())
	}
	by := own
	if own.State == cancelled {
		for i := range r.Tasks {
			t := &r.Tasks[i]
			if t.Node == own.Node && t.Round == own.Round && slices.Contains([]string{agreed, refused, returned}, t.State) && (by == own || t.DecidedAt >= by.DecidedAt) {
				by = t
			}
		}
	}
	if by.State == cancelled {
		return problem.Conflicted("approval.over", "state", requestStates[r.State].Label)
	}
	return problem.Conflicted("approval.done", "name", e.people.name(by.Assignee), "what", taskLabel(by.State))
}

func taskLabel(state string) kernel.Text {
	for _, l := range Requests.Lines {
		if f := l.ByName["assignee"]; f == nil {
			continue
		}
		for _, o := range l.ByName["state"].Options {
			if o.Value == state {
				return o.Label
			}
		}
	}
	return kernel.T(state, state)
}

func agree(e *engine, t *Task, in any) error {
	opinion := in.(*Opinion).Opinion
	e.decide(t, agreed, opinion)
	e.tell(e.actor(), "agreed", opinion)
	e.req.oneIsEnough(t)
	return e.settle()
}

func refuse(e *engine, t *Task, in any) error {
	opinion := in.(*Refusal).Opinion
	e.decide(t, refused, opinion)
	e.tell(e.actor(), "refused", opinion)
	return e.end(Refused)
}

// sendBack gives the request back to the initiator, or asks an earlier step again.
func sendBack(e *engine, t *Task, in any) error {
	input := in.(*SendBack)
	resume := ""
	if n := e.ver.tree.At(e.req.Node); n != nil && n.Back == "jump" {
		resume = e.req.Node
	}
	if input.To == "" || input.To == "start" {
		e.decide(t, returned, input.Opinion)
		e.tell(e.actor(), "returned", input.Opinion)
		if err := e.end(Returned); err != nil {
			return err
		}
		e.req.Resume = resume
		return e.save()
	}
	if !e.earlier(input.To) {
		return problem.Rule("approval.no_step").At("/to")
	}
	e.decide(t, returned, input.Opinion)
	e.tell(e.actor(), "sent_back", input.Opinion)
	e.req.drop()
	e.req.Round++
	e.req.Resume = ""
	n := e.ver.tree.At(input.To)
	e.req.Node, e.req.NodeName = input.To, n.Name
	waits, err := e.open(n)
	if err != nil {
		return err
	}
	e.req.Resume = resume
	if !waits {
		if err := e.run(e.behind(input.To)); err != nil {
			return err
		}
	}
	return e.save()
}

// earlier tells whether somebody was asked at a step before the present one since the document was last submitted.
func (e *engine) earlier(path string) bool {
	n := e.ver.tree.At(path)
	if n == nil || n.Kind != tree.Approve || !tree.Before(path, e.req.Node) {
		return false
	}
	round, since := int64(0), int64(0)
	for _, x := range e.req.Trail {
		switch x.Act {
		case "submitted", "resubmitted":
			round++
			since = round
		case "sent_back":
			round++
		}
	}
	return slices.ContainsFunc(e.req.Tasks, func(t Task) bool {
		return t.Node == path && t.Round >= since && (t.State == agreed || t.State == skipped)
	})
}

func withdraw(e *engine, in any) error {
	switch e.req.State {
	case Waiting, Returned, Failed:
	default:
		return problem.Conflicted("approval.over", "state", requestStates[e.req.State].Label)
	}
	e.tell(e.actor(), "withdrawn", in.(*Opinion).Opinion)
	return e.end(Withdrawn)
}

// handOver lets somebody else decide instead. An administrator may do it for whoever cannot.
func handOver(tx *kernel.Tx, r *Request, in any) error {
	e, err := engineOf(tx, r)
	if err != nil {
		return err
	}
	input := in.(*HandOver)
	from := e.actor()
	if input.From != 0 && tx.Actor.HasRole("administrator") {
		from = input.From
	}
	t := r.mine(from)
	if t == nil || t.Kind == kindChoose {
		return e.tooLate()
	}
	if p := e.mayDecide(input.To); p != nil {
		return p.At("/to")
	}
	e.decide(t, handedOver, input.Opinion)
	next := Task{Kind: t.Kind, Mode: t.Mode, Assignee: input.To, AddedBy: t.AddedBy, State: pending}
	e.tell(e.actor(), "handed_over", words(e.people.name(input.To), input.Opinion))
	e.add(next)
	return e.settle()
}

// mayDecide refuses who cannot be asked at the present step.
func (e *engine) mayDecide(id int64) *problem.Problem {
	switch {
	case !e.people.active(id):
		return problem.Rule("approval.user_off", "name", e.people.name(id))
	case id == e.req.Initiator && rulesOf(e.tx.Company).self != "allow":
		return problem.Rule("approval.self")
	}
	for _, i := range e.req.openHere() {
		if e.req.Tasks[i].Assignee == id {
			return problem.Rule("approval.twice", "name", e.people.name(id))
		}
	}
	return nil
}

// addSign asks others too: before me, then it comes back to me; or after me, which is my agreement.
func addSign(e *engine, t *Task, in any) error {
	input := in.(*AddSign)
	users, err := e.named(input.Users)
	if err != nil {
		return err
	}
	for _, id := range users {
		if p := e.mayDecide(id); p != nil {
			return p.At("/users")
		}
	}
	kind, what := kindBefore, "added_before"
	if input.When == "after" {
		kind, what = kindAfter, "added_after"
		e.decide(t, agreed, input.Opinion)
		e.req.oneIsEnough(t)
	}
	e.tell(e.actor(), what, words(e.namesOf(users), input.Opinion))
	for _, id := range users {
		e.add(Task{Kind: kind, Mode: tree.All, Assignee: id, AddedBy: e.actor(), State: pending})
	}
	return e.settle()
}

// choose names the approvers of a step that the initiator fills.
func choose(tx *kernel.Tx, r *Request, in any) error {
	e, err := engineOf(tx, r)
	if err != nil {
		return err
	}
	t, n := r.mine(e.actor()), e.ver.tree.At(r.Node)
	if t == nil || t.Kind != kindChoose || n == nil {
		return e.tooLate()
	}
	users, err := e.named(in.(*Names).Users)
	if err != nil {
		return err
	}
	s := e.seating()
	for _, id := range users {
		if !e.people.active(id) {
			return problem.Rule("approval.user_off", "name", e.people.name(id)).At("/users")
		}
		if id == r.Initiator {
			return problem.Rule("approval.self").At("/users")
		}
		s.sit(id, "")
	}
	e.decide(t, agreed, "")
	e.tell(e.actor(), "chosen", e.namesOf(users))
	e.sit(n, s)
	return e.settle()
}

const urgeAgain = time.Hour

func urge(e *engine, _ any) error {
	if e.req.State != Waiting {
		return problem.Conflicted("approval.over", "state", requestStates[e.req.State].Label)
	}
	if last := e.req.UrgedAt; last != 0 && e.tx.Now.Time().Sub(last.Time()) < urgeAgain {
		return problem.New(problem.TooMany, "approval.urged")
	}
	e.req.UrgedAt = e.tx.Now
	e.tell(e.actor(), "urged", e.whoDecides())
	return e.save()
}

// involved opens what everybody may do who sees the request.
func involved(fn func(e *engine, in any) error) run {
	return func(tx *kernel.Tx, r *Request, in any) error {
		e, err := engineOf(tx, r)
		if err != nil {
			return err
		}
		return fn(e, in)
	}
}

func copyUsers(e *engine, in any) error {
	users, err := e.named(in.(*Names).Users)
	if err != nil {
		return err
	}
	e.send(e.actor(), users)
	return e.save()
}

func comment(e *engine, in any) error {
	e.tell(e.actor(), "commented", in.(*Comment).Text)
	return e.save()
}

func markRead(tx *kernel.Tx, r *Request, _ any) error {
	for i := range r.Tasks {
		if t := &r.Tasks[i]; t.Assignee == tx.Behalf.UserID && t.ReadAt == 0 {
			t.ReadAt = tx.Now
		}
	}
	return Requests.Save(tx, r)
}

// retry tries again to apply what was approved.
func retry(e *engine, _ any) error {
	if e.expired() {
		return problem.Rule("approval.expired", "days", grantDays(e.tx.Company))
	}
	e.req.State, e.req.Problem = Granted, ""
	e.tell(e.actor(), "retried", "")
	if err := e.enqueue(); err != nil {
		return err
	}
	return e.save()
}

// named reads users given by id or login.
func (e *engine) named(text string) ([]int64, error) {
	var out []int64
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",，、; ", c) }) {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			found, err := resource.ByCode(e.tx.View, e.tx.Company.Def("base.user"), []string{part})
			if err != nil {
				return nil, err
			}
			id = found[part]
		}
		if e.people.users[id] == nil {
			return nil, problem.Rule("approval.user_unknown", "name", part).At("/users")
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if len(out) == 0 || len(out) > tree.MaxWho {
		return nil, problem.Rule("approval.who", "name", "", "max", tree.MaxWho).At("/users")
	}
	return out, nil
}

func (e *engine) namesOf(users []int64) string {
	names := make([]string, len(users))
	for i, id := range users {
		names[i] = e.people.name(id)
	}
	return strings.Join(names, "、")
}

// words joins names and an opinion.
func words(names, opinion string) string {
	if opinion == "" {
		return names
	}
	return names + "：" + opinion
}
