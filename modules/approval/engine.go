package approval

import (
	"slices"
	"strings"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
)

// engine moves one request on, inside a unit that holds it.
type engine struct {
	tx     *kernel.Tx
	req    *Request
	ver    *compiled
	rec    any // the document, as a typed request would leave it; nil when it is gone
	stored any // the document as it stands; nil when it is gone, or not there yet
	people *people
	// atOnce: the act is waiting for the answer, so that what passes by itself needs no job.
	atOnce bool
}

// engineOf loads what moving a request on takes.
func engineOf(tx *kernel.Tx, r *Request) (*engine, error) {
	ver, err := versionOf(tx.View, r.FlowVersion)
	if err != nil {
		return nil, err
	}
	e := &engine{tx: tx, req: r, ver: ver}
	if e.people, err = organisationOf(tx.View); err != nil {
		return nil, err
	}
	found, err := resource.LockMany(tx, ver.target, []int64{r.Record})
	e.stored = found[r.Record]
	e.rec = e.stored
	if err == nil && typed(r.Act) && r.open() {
		e.rec, err = proposed(tx.View, ver.target, r)
	}
	if next, wrong := foreseen(tx.View, ver.target, r, e.stored); err == nil && (next != nil || wrong != nil) {
		e.rec, err = next, wrong
	}
	return e, err
}

func (e *engine) tell(by int64, act, text string) { e.req.tell(e.tx.Now, by, act, text) }

func (e *engine) actor() int64 { return e.tx.Behalf.UserID }

// hash is the fingerprint of the document now, "" when it is gone.
func (e *engine) hash() string {
	hash := ""
	if e.stored != nil {
		hash = hashOf(e.ver.target, e.stored, e.ver.tree.Watch)
	} else if e.req.Act != "create" {
		return ""
	}
	if typed(e.req.Act) {
		return withInput(hash, e.req.Input)
	}
	return hash
}

func (e *engine) subject() (subject, error) {
	s := subject{v: e.tx.View, def: e.ver.target, rec: e.rec, act: e.ver.act, initiator: e.req.Initiator}
	var err error
	if e.req.Act == e.ver.act.Name {
		s.input, err = decodeInput(e.ver.act, e.req.Input)
	}
	return s, err
}

// save notes the request and gives tasks whose turn came the version at which it did.
func (e *engine) save() error {
	if err := Requests.Save(e.tx, e.req); err != nil {
		return err
	}
	for i := range e.req.Tasks {
		if t := &e.req.Tasks[i]; t.State == pending && t.Since == 0 {
			t.Since = e.req.Version
		}
	}
	return nil
}

// run walks from a step to the next one at which somebody has to decide, or to the end.
func (e *engine) run(path string) error {
	for path != "" {
		n := e.ver.tree.At(path)
		if n == nil {
			break
		}
		e.req.Node, e.req.NodeName = path, n.Name
		switch n.Kind {
		case tree.Split:
			next, err := e.split(path, n)
			if err != nil {
				return err
			}
			path = next
			continue
		case tree.Copy:
			if err := e.copyTo(n); err != nil {
				return err
			}
		default:
			waits, err := e.open(n)
			if err != nil || waits {
				return err
			}
		}
		path = e.behind(path)
	}
	return e.granted()
}

// behind is the step after a finished one: the one that sent back, when it wants to be asked again at once.
func (e *engine) behind(path string) string {
	if resume := e.req.Resume; resume != "" {
		e.req.Resume = ""
		return resume
	}
	return e.ver.tree.Next(path)
}

func (e *engine) split(path string, n *tree.Node) (string, error) {
	s, err := e.subject()
	if err != nil {
		return "", err
	}
	if e.rec == nil { // the document is gone: applying will say so
		return e.ver.tree.Enter(path, len(n.Branches)-1), nil
	}
	i, err := e.ver.branch(s, path, n)
	if err != nil {
		return "", err
	}
	e.tell(0, "branch", n.Branches[i].Name)
	return e.ver.tree.Enter(path, i), nil
}

func (e *engine) copyTo(n *tree.Node) error {
	s := e.seating()
	var users []int64
	for _, w := range n.Who {
		found, err := s.resolve(w)
		if err != nil {
			return err
		}
		users = append(users, found...)
	}
	e.send(0, users)
	return nil
}

// send gives copies to users, each one once.
func (e *engine) send(by int64, users []int64) {
	var names []string
	for _, id := range users {
		known := false
		for i := range e.req.Tasks {
			known = known || e.req.Tasks[i].Kind == kindCopy && e.req.Tasks[i].Assignee == id
		}
		if known {
			continue
		}
		e.req.Tasks = append(e.req.Tasks, Task{Node: e.req.Node, NodeName: e.req.NodeName, Round: e.req.Round, Kind: kindCopy, Assignee: id, State: sent})
		names = append(names, e.people.name(id))
	}
	if len(names) > 0 {
		e.tell(by, "copied", strings.Join(names, "、"))
	}
}

func (e *engine) seating() *seating {
	r := rulesOf(e.tx.Company)
	hash := e.hash()
	return &seating{people: e.people, rules: r, initiator: e.req.Initiator,
		decided: func(user int64) bool { return e.req.decidedBefore(user, r.repeat, hash) }}
}

// open seats a step and reports whether it waits for somebody.
func (e *engine) open(n *tree.Node) (bool, error) {
	if n.Who[0].By == "chosen" && e.people.active(e.req.Initiator) {
		e.add(Task{Kind: kindChoose, Mode: tree.All, Assignee: e.req.Initiator, State: pending})
		return true, nil
	}
	s := e.seating()
	if err := s.of(n); err != nil {
		return false, err
	}
	return e.sit(n, s), nil
}

// explain puts into the trail why somebody sits there, or why he need not.
func (e *engine) explain(x seat) {
	name := e.people.name(x.user)
	if x.behalf != 0 {
		name = e.people.name(x.behalf) + " → " + name
	}
	for _, why := range append(slices.Clone(x.before), x.why) {
		if why != "" {
			e.tell(0, why, name)
		}
	}
}

// sit writes the seats of a step as tasks and lines of the trail.
func (e *engine) sit(n *tree.Node, s *seating) bool {
	hash := e.hash()
	for _, x := range s.seats {
		e.explain(x)
		if x.user == nobody {
			continue
		}
		t := Task{Kind: kindApprove, Mode: n.DecideMode(), Assignee: x.user, OnBehalf: x.behalf, State: pending}
		if x.passed {
			t.State, t.DecidedAt, t.Hash = skipped, e.tx.Now, hash
		}
		e.add(t)
	}
	e.req.turns()
	return s.waiting() > 0
}

// add appends a task of the present step.
func (e *engine) add(t Task) {
	t.Node, t.NodeName, t.Round = e.req.Node, e.req.NodeName, e.req.Round
	e.req.Tasks = append(e.req.Tasks, t)
}

// settle follows a decision: when the step waits for nobody any more, the request moves on.
func (e *engine) settle() error {
	if len(e.req.openHere()) > 0 {
		e.req.turns()
		return e.save()
	}
	if err := e.run(e.behind(e.req.Node)); err != nil {
		return err
	}
	return e.save()
}

// granted: nobody is left to ask. The act follows in a job of its own, unless it is waiting for this very answer.
func (e *engine) granted() error {
	e.req.Node, e.req.NodeName = "", ""
	e.tell(0, "granted", "")
	if e.atOnce {
		e.req.State = Applied
		e.tell(0, "applied", "")
		return nil
	}
	e.req.State = Granted
	return e.enqueue()
}

// enqueue orders the job that applies. It belongs to nobody: a person disabled meanwhile must not stop it.
func (e *engine) enqueue() error {
	behalf := e.tx.Behalf
	e.tx.Behalf = kernel.SystemActor()
	defer func() { e.tx.Behalf = behalf }()
	_, err := jobs.Enqueue(e.tx, jobs.Order{Kind: applyKind, Label: e.req.Title, Input: applyInput{e.req.ID}})
	return err
}

// end closes a request that will not be applied and gives the document back.
func (e *engine) end(s state.State) error {
	e.req.State = s
	e.req.drop()
	e.req.Node, e.req.NodeName = "", ""
	if err := e.release(); err != nil {
		return err
	}
	return e.save()
}

// release takes the document out of its waiting state, where it has one.
func (e *engine) release() error {
	d := e.ver.target
	if e.rec == nil || d.Machine == nil || d.Action("release") == nil || stateOf(d, e.rec) != "waiting" {
		return nil
	}
	return pipeline.Perform(e.tx, d, e.rec, "release", nil)
}

func stateOf(d *kernel.Def, rec any) string {
	if d.Machine == nil {
		return ""
	}
	return resource.Value(d.ByName["state"], rec).String()
}
