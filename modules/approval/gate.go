package approval

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/notify"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// pass is one act on one record that this unit may carry out without asking again.
type pass struct {
	act
	record int64
}

type passes struct{ given map[pass]bool }

type passesKey struct{}

func passesOf(tx *kernel.Tx) *passes {
	return kernel.Local(tx, passesKey{}, func() *passes { return &passes{map[pass]bool{}} })
}

// ask answers the pipeline: may this act be carried out now? What stands before an act that it carries out is asked with
// it, up front: once it may pass, so may those.
func ask(tx *kernel.Tx, q gate.Question) (gate.Answer, error) {
	asked := actionOf(q.Def, q.Act)
	if asked == nil {
		return gate.Answer{}, nil // no flow can stand before it
	}
	answer, err := judge(tx, q)
	if err == nil && !answer.Wait {
		for _, name := range asked.Does {
			passesOf(tx).given[pass{act{q.Def.Name, name}, resource.ID(q.Def, q.Rec)}] = true
		}
	}
	return answer, err
}

func judge(tx *kernel.Tx, q gate.Question) (gate.Answer, error) {
	key := act{q.Def.Name, q.Act}
	flows, err := flowsBefore(tx, q.Def, q.Act)
	if err != nil || len(flows) == 0 && stateOf(q.Def, q.Rec) != "waiting" {
		return gate.Answer{}, err
	}
	id := resource.ID(q.Def, q.Rec)
	if passesOf(tx).given[pass{key, id}] {
		return gate.Answer{}, nil
	}
	next, err := outcomeOf(tx.View, key, q.Rec, q.Input)
	if err != nil {
		return gate.Answer{}, err
	}
	if next != nil {
		q.Rec, q.Old = next, q.Rec
	}
	running, done, err := meet(tx, q, key)
	if err != nil || done {
		return gate.Answer{}, err
	}
	if running != nil {
		return again(tx, q, running)
	}
	var asked []*compiled
	for _, l := range flows {
		ver, err := versionOf(tx.View, l.version)
		if err != nil {
			return gate.Answer{}, err
		}
		s := subject{v: tx.View, def: q.Def, rec: q.Rec, act: ver.act, initiator: tx.Behalf.UserID}
		if ver.act.Name == q.Act {
			s.input = q.Input
		} else if next != nil && hashOf(q.Def, q.Old, ver.tree.Watch) == hashOf(q.Def, next, ver.tree.Watch) {
			continue
		}
		yes, err := ver.applies(s)
		if err != nil {
			return gate.Answer{}, err
		}
		if yes {
			asked = append(asked, ver)
		}
		if yes && !l.further {
			break
		}
	}
	if len(asked) == 0 {
		return gate.Answer{}, nil
	}
	ver, err := joint(tx, asked)
	if err != nil {
		return gate.Answer{}, err
	}
	return begin(tx, q, ver)
}

// together tells whether one of two acts carries out the other.
func together(d *kernel.Def, one, other string) bool {
	if writes[one] != nil && writes[other] != nil {
		return true
	}
	does := func(name, what string) bool {
		a := d.Action(name)
		return a != nil && slices.Contains(a.Does, what)
	}
	return does(one, other) || does(other, one)
}

// meet deals with the requests about the record that are not over. One that waits refuses the act; one that was sent
// back is given, to go on; one that was granted not long ago but could not be applied lets the act pass if nothing has
// changed. Another act on a waiting document ends what waited for it, but nobody writes over what somebody else typed.
func meet(tx *kernel.Tx, q gate.Question, key act) (running *Request, done bool, err error) {
	if resource.ID(q.Def, q.Rec) == 0 {
		return nil, false, nil // each new record is asked about for itself
	}
	ids, err := openRequests(tx, key.target, resource.ID(q.Def, q.Rec))
	if err != nil {
		return nil, false, err
	}
	for _, id := range ids {
		r, err := Requests.Lock(tx, id)
		if err != nil {
			return nil, false, err
		}
		e, err := engineOf(tx, r)
		if err != nil {
			return nil, false, err
		}
		e.rec, e.stored = q.Rec, before(q)
		switch {
		case r.Act != key.name && stateOf(q.Def, q.Rec) != "waiting" && !together(q.Def, r.Act, key.name):
		case r.Act != key.name && (writes[r.Act] == nil || r.State == Returned || r.State == Failed):
			if err := e.supersede(); err != nil {
				return nil, false, err
			}
		case r.State == Waiting:
			return nil, false, problem.Conflicted("approval.waiting", "number", r.Number, "who", e.whoDecides())
		case r.State == Granted:
			return nil, false, problem.Conflicted("approval.applying", "number", r.Number)
		case r.State == Returned:
			return r, false, nil
		case !e.expired() && r.Hash == e.hash() && r.Input == encodeInput(actionOf(q.Def, q.Act), q.Input):
			r.State, r.Problem = Applied, ""
			e.tell(tx.Behalf.UserID, "applied", "")
			return nil, true, e.save()
		default:
			if err := e.supersede(); err != nil {
				return nil, false, err
			}
		}
	}
	return nil, false, nil
}

// supersede ends a request because the document was dealt with otherwise; the document is left alone.
func (e *engine) supersede() error {
	e.req.State = Withdrawn
	e.req.drop()
	e.req.Node, e.req.NodeName = "", ""
	e.tell(e.actor(), "superseded", "")
	if err := e.save(); err != nil {
		return err
	}
	return resource.Flush(e.tx) // one open request for each act: the next is written behind this one
}

// before is the record as it stands, nil for one that is not there yet.
func before(q gate.Question) any {
	switch {
	case q.Old != nil:
		return q.Old
	case resource.ID(q.Def, q.Rec) == 0:
		return nil
	}
	return q.Rec
}

func (e *engine) whoDecides() string { return e.req.whoDecides(e.people) }

func (r *Request) whoDecides(o *people) string {
	var names []string
	for _, i := range r.openHere() {
		if t := &r.Tasks[i]; t.State == pending {
			names = append(names, o.name(t.Assignee))
		}
	}
	return strings.Join(names, "、")
}

// begin makes the request and asks the first people.
func begin(tx *kernel.Tx, q gate.Question, ver *compiled) (gate.Answer, error) {
	r := &Request{Date: tx.Today, State: Waiting, Target: q.Def.Name, Act: q.Act, Record: resource.ID(q.Def, q.Rec), Flow: ver.flow, FlowVersion: ver.id,
		Initiator: tx.Behalf.UserID, Owner: tx.Behalf.PersonID, Department: tx.Behalf.Department, Reason: tx.Reason, Round: 1,
		Amount: amountOf(q.Def, q.Rec, public), Input: encodeInput(actionOf(q.Def, q.Act), q.Input)}
	var err error
	if r.Title, err = notify.Called(tx.View, q.Def, q.Rec); err != nil {
		return gate.Answer{}, err
	}
	e := &engine{tx: tx, req: r, ver: ver, rec: q.Rec, stored: before(q), atOnce: true}
	if e.people, err = organisationOf(tx.View); err != nil {
		return gate.Answer{}, err
	}
	if e.people.users[r.Initiator] == nil { // the program itself, or an account that is gone
		r.Initiator = 0
	}
	e.tell(r.Initiator, "submitted", r.Reason)
	if ver.joint {
		e.tell(0, "flows", ver.name)
	}
	return e.answer(ver.tree.First())
}

// again continues a request that was sent back: a new round, from the first step or from the one that sent it back. It
// keeps the version of the flow with which it began.
func again(tx *kernel.Tx, q gate.Question, r *Request) (gate.Answer, error) {
	e, err := engineOf(tx, r)
	if err != nil {
		return gate.Answer{}, err
	}
	e.rec, e.stored, e.atOnce = q.Rec, before(q), true
	r.State, r.Amount, r.Input, r.Problem = Waiting, amountOf(q.Def, q.Rec, public), encodeInput(actionOf(q.Def, q.Act), q.Input), ""
	if r.Title, err = notify.Called(tx.View, q.Def, q.Rec); err != nil {
		return gate.Answer{}, err
	}
	r.Round++
	e.tell(tx.Behalf.UserID, "resubmitted", tx.Reason)
	from := e.ver.tree.First()
	if r.Resume != "" {
		from, r.Resume = r.Resume, ""
	}
	return e.answer(from)
}

func (e *engine) answer(from string) (gate.Answer, error) {
	e.req.Hash = e.hash()
	if err := e.run(from); err != nil {
		return gate.Answer{}, err
	}
	return gate.Answer{Wait: e.req.State == Waiting}, e.save()
}

// public is what a request keeps of a document: what everybody sees, and what those see who see its own amount. Costs stay with
// the document.
func public(right string) bool { return right == "" || right == amountRight }

// amountRight is the right under which the amount of a request stands: that of selling prices.
const amountRight = "price"

// amountOf is the sum a document is about, 0 when it has none or sees does not allow it.
func amountOf(d *kernel.Def, rec any, sees func(right string) bool) money.Amount {
	for _, name := range []string{"gross", "amount", "total"} {
		if f := d.ByName[name]; f != nil && f.Kind == kernel.KindAmount && sees(f.Right) {
			return money.Amount(resource.Value(f, rec).Int())
		}
	}
	return 0
}

// encodeInput keeps what an act was asked with; decodeInput gives it back.
func encodeInput(a *kernel.Action, in any) string {
	if o, ok := in.(*resource.Object); ok && a.Input == nil {
		text, _ := json.Marshal(o) // what was parsed from JSON marshals
		return string(text)
	}
	if a.Input == nil || in == nil {
		return ""
	}
	out := map[string]string{}
	for _, f := range a.Input.Fields {
		out[f.Name] = resource.Text(f, reflect.ValueOf(in).Elem().FieldByIndex(f.Index))
	}
	text, _ := json.Marshal(out) // texts always marshal
	return string(text)
}

func decodeInput(a *kernel.Action, text string) (any, error) {
	if a.Input == nil {
		return nil, nil
	}
	in := reflect.New(a.Input.Type)
	if text == "" {
		return in.Interface(), nil
	}
	var values map[string]string
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		return nil, err
	}
	for _, f := range a.Input.Fields {
		if p := resource.Set(f, in.Elem().FieldByIndex(f.Index), values[f.Name]); p != nil {
			return nil, p
		}
	}
	return in.Interface(), nil
}
