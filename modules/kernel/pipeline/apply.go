package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

// Command asks for one change.
type Command struct {
	Def     *kernel.Def
	Act     string // create, update, delete or the name of an action
	Then    string // an action to run in the same unit after create or update
	ID      int64
	Version int64 // the version the caller saw; 0 skips the check (import, command line)
	Input   *resource.Object
	Key     string // idempotency key, "" for none
	Reason  string
	Import  bool
}

// Result is what a command did.
type Result struct {
	Rec      any
	Waiting  bool // held by the gate
	Replayed bool // the same command had been done before
}

// Do carries out a command for an actor: prepare on a snapshot, then apply in a unit.
func Do(ctx context.Context, c *kernel.Company, actor *kernel.Actor, cmd Command) (*Result, error) {
	if err := permittedAll(actor, cmd); err != nil {
		return nil, err
	}
	if out, err := done(ctx, c, actor, cmd); err != nil || out != nil {
		return out, err
	}
	draft, input, err := PrepareCommand(ctx, c, actor, cmd)
	if err != nil {
		return nil, err
	}
	var out *Result
	err = Unit(ctx, c, actor, cmd.Def.Name+":"+strings.TrimSuffix(cmd.Act+"+"+cmd.Then, "+"), func(tx *kernel.Tx) error {
		tx.Reason = cmd.Reason
		replay, err := claim(tx, cmd)
		if err != nil || replay != nil {
			out = replay
			return err
		}
		if out, err = Apply(tx, cmd, draft, input); err != nil {
			return err
		}
		return remember(tx, cmd, out)
	})
	return out, err
}

// permittedAll is the check of rights on the outermost call.
func permittedAll(actor *kernel.Actor, cmd Command) error {
	if cmd.Def.NoCreate && cmd.Act == "create" || cmd.Def.NoDelete && cmd.Act == "delete" {
		return problem.New(problem.MethodNotAllowed, "method")
	}
	if a := cmd.Def.Action(cmd.Act); a != nil && a.Hidden && !actor.System {
		return problem.New(problem.NotFound, "action.unknown", "action", cmd.Act)
	}
	if err := Permitted(actor, cmd.Def, cmd.Act); err != nil || cmd.Then == "" {
		return err
	}
	return Permitted(actor, cmd.Def, cmd.Then)
}

// Permitted is the refusal of an act that the actor has no right to.
func Permitted(actor *kernel.Actor, d *kernel.Def, act string) error {
	if !actor.Can(d.Name, act) {
		return problem.New(problem.Forbidden, "forbidden", "resource", d.Name, "act", act)
	}
	return nil
}

// PrepareCommand is the reading half of a command: the draft of a write, or the input of an action.
func PrepareCommand(ctx context.Context, c *kernel.Company, actor *kernel.Actor, cmd Command) (draft *Draft, input any, err error) {
	if cmd.Input == nil {
		cmd.Input = &resource.Object{}
	}
	switch cmd.Act {
	case "create", "update":
		err = c.View(ctx, actor, func(v *kernel.View) error {
			draft, err = Prepare(v, cmd, "")
			return err
		})
		if err == nil {
			err = draft.Problems.Err()
		}
		return draft, nil, err
	case "delete":
		return nil, nil, nil
	}
	action := cmd.Def.Action(cmd.Act)
	if action == nil {
		return nil, nil, problem.New(problem.NotFound, "action.unknown", "action", cmd.Act)
	}
	input, list := bindInput(actor, action, cmd.Input)
	if err = list.Err(); err == nil && action.Prepare != nil {
		err = action.Prepare(ctx, input)
	}
	return nil, input, err
}

func bindInput(actor *kernel.Actor, a *kernel.Action, o *resource.Object) (any, problem.List) {
	if a.Input == nil {
		var list problem.List
		for _, key := range o.Keys {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
		return nil, list
	}
	in := reflect.New(a.Input.Type)
	for _, f := range a.Input.Fields {
		if f.Default != "" {
			_ = resource.Set(f, in.Elem().FieldByIndex(f.Index), f.Default)
		}
	}
	return in.Interface(), resource.BindInput(actor, a.Input, in.Interface(), o)
}

// Apply is the writing half, inside a unit that the caller opened with Unit.
func Apply(tx *kernel.Tx, cmd Command, draft *Draft, input any) (*Result, error) {
	d := tx.Own(cmd.Def)
	if draft != nil && draft.Def != d { // somebody changed the resource's own fields meanwhile
		return nil, problem.Conflicted("version")
	}
	cmd.Def = d
	if cmd.Act == "create" {
		rec := resource.Clone(d, draft.Rec)
		if err := inScope(tx, d, rec); err != nil {
			return nil, err
		}
		if held, err := ask(tx, cmd, nil, rec); err != nil || held {
			return &Result{Rec: rec, Waiting: held}, err
		}
		if err := save(tx, d, nil, rec); err != nil {
			return nil, err
		}
		return thenAct(tx, cmd, rec)
	}
	rec, err := locked(tx, cmd)
	if err != nil {
		return nil, err
	}
	switch cmd.Act {
	case "update":
		if resource.VersionOf(d, rec) != draft.Version {
			return nil, problem.Conflicted("version")
		}
		changed := resource.Clone(d, draft.Rec)
		if held, err := ask(tx, cmd, rec, changed); err != nil || held {
			return &Result{Rec: rec, Waiting: held}, err
		}
		if err := saveChange(tx, d, rec, changed); err != nil {
			return nil, err
		}
		return thenAct(tx, cmd, rec)
	case "delete":
		if held, err := ask(tx, cmd, nil, rec); err != nil || held {
			return &Result{Rec: rec, Waiting: held}, err
		}
		return &Result{Rec: rec}, remove(tx, d, rec)
	}
	waiting, err := act(tx, d, rec, step{name: cmd.Act, input: input})
	return &Result{Rec: rec, Waiting: waiting}, err
}

// ask asks the gate about writing what has no states. Nothing may follow in the same unit on what is held.
func ask(tx *kernel.Tx, cmd Command, old, rec any) (held bool, err error) {
	if cmd.Def.Machine != nil {
		return false, nil
	}
	answer, err := gate.Ask.Of(tx.Company)(tx, gate.Question{Def: cmd.Def, Rec: rec, Old: old, Act: cmd.Act, Input: cmd.Input})
	if err == nil && answer.Wait && cmd.Act != "delete" && cmd.Def.Check != nil {
		err = cmd.Def.Check(tx, old, resource.Clone(cmd.Def, rec)) // what would be refused is refused to whoever asks
	}
	if err == nil && answer.Wait && cmd.Then != "" {
		err = problem.Conflicted("gate.nested", "resource", cmd.Def.Name)
	}
	return answer.Wait, err
}

// Resume carries out a create, update or delete that the gate held, with the input it was asked with.
func Resume(tx *kernel.Tx, cmd Command) (*Result, error) {
	if cmd.Act == "delete" {
		return Apply(tx, cmd, nil, nil)
	}
	draft, err := Prepare(tx.View, cmd, "")
	if err == nil {
		err = draft.Problems.Err()
	}
	if err != nil {
		return nil, err
	}
	return Apply(tx, cmd, draft, nil)
}

func thenAct(tx *kernel.Tx, cmd Command, rec any) (*Result, error) {
	if cmd.Then == "" {
		return &Result{Rec: rec}, nil
	}
	action := cmd.Def.Action(cmd.Then)
	if action == nil {
		return nil, problem.New(problem.NotFound, "action.unknown", "action", cmd.Then)
	}
	input, list := bindInput(tx.Actor, action, &resource.Object{})
	if len(list) > 0 {
		return nil, list
	}
	waiting, err := act(tx, cmd.Def, rec, step{name: cmd.Then, input: input})
	return &Result{Rec: rec, Waiting: waiting}, err
}

// locked loads the record for the outermost call: it must be visible and as old as the caller thinks.
func locked(tx *kernel.Tx, cmd Command) (any, error) {
	if err := resource.See(tx.View, cmd.Def, cmd.ID); err != nil {
		if a := cmd.Def.Action(cmd.Act); a != nil && a.Gone != nil {
			return nil, cmp.Or(a.Gone(tx, cmd.ID), err)
		}
		return nil, err
	}
	rec, err := resource.Lock(tx, cmd.Def, cmd.ID)
	if err != nil {
		return nil, err
	}
	if cmd.Version == 0 || resource.VersionOf(cmd.Def, rec) == cmd.Version {
		return rec, nil
	}
	if a := cmd.Def.Action(cmd.Act); a != nil && a.Stale != nil {
		return rec, a.Stale(tx, rec, cmd.Version)
	}
	return nil, problem.Conflicted("version")
}

// inScope refuses a new record that its maker could not see afterwards.
func inScope(tx *kernel.Tx, d *kernel.Def, rec any) error {
	if d.Scope == nil || d.Scope.Through != "" || d.Scope.Owner+d.Scope.Department == "" || tx.Actor.System {
		return nil
	}
	of := func(column string) int64 {
		if column == "" {
			return 0
		}
		return resource.Value(d.ByName[column], rec).Int()
	}
	if tx.Actor.Holds(d.Name, of(d.Scope.Owner), of(d.Scope.Department)) {
		return nil
	}
	return problem.Rule("scope.outside").At("/" + d.Scope.Owner)
}

func stateOf(d *kernel.Def, rec any) state.State {
	if d.Machine == nil {
		return ""
	}
	return state.State(resource.Value(d.ByName["state"], rec).String())
}

// nextState tells where an action leads; records without a machine can always be acted on.
func nextState(d *kernel.Def, rec any, action string) (state.State, bool) {
	if d.Machine == nil {
		return "", true
	}
	return d.Machine.Next(stateOf(d, rec), action)
}

// save judges a record and notes it for writing; old is nil for a new one.
func save(tx *kernel.Tx, d *kernel.Def, old, rec any) error {
	if d.Check != nil {
		if err := d.Check(tx, old, rec); err != nil {
			return err
		}
	}
	err := resource.Save(tx, d, rec)
	if err == nil && d.Saved != nil {
		err = d.Saved(tx, old, rec)
	}
	return err
}

// saveChange puts the draft's values into the record the unit holds, which keeps its identity.
func saveChange(tx *kernel.Tx, d *kernel.Def, rec, draft any) error {
	if !d.CanEdit(stateOf(d, rec)) {
		return problem.Conflicted("state.readonly", "state", string(stateOf(d, rec)))
	}
	old := resource.Clone(d, rec)
	reflect.ValueOf(rec).Elem().Set(reflect.ValueOf(draft).Elem())
	return save(tx, d, old, rec)
}

func remove(tx *kernel.Tx, d *kernel.Def, rec any) error {
	if !d.CanEdit(stateOf(d, rec)) {
		return problem.Conflicted("state.readonly", "state", string(stateOf(d, rec)))
	}
	if numbered(d, rec) {
		return problem.Conflicted("delete.numbered", "number", resource.Value(d.ByName["number"], rec).String())
	}
	if d.Deleted != nil {
		if err := d.Deleted(tx, rec); err != nil {
			return err
		}
	}
	resource.Delete(tx, d, rec)
	return nil
}

// step is an action with its input; what follows from an act that was agreed to is not asked about.
type step struct {
	name   string
	input  any
	agreed bool
}

// act guards the state, asks the gate, runs the action and moves the state.
func act(tx *kernel.Tx, d *kernel.Def, rec any, s step) (waiting bool, err error) {
	d = tx.Own(d)
	a := d.Action(s.name)
	if a == nil {
		return false, fmt.Errorf("%s has no action %s", d.Name, s.name)
	}
	next, ok := nextState(d, rec, s.name)
	if !ok {
		return false, problem.Conflicted("state.wrong", "action", s.name, "state", string(stateOf(d, rec)), "resource", d.Name)
	}
	if a.Check != nil {
		if list := a.Check(tx.View, rec); len(list) > 0 {
			return false, list
		}
	}
	if !a.Hidden && !s.agreed {
		answer, err := gate.Ask.Of(tx.Company)(tx, gate.Question{Def: d, Rec: rec, Act: s.name, Input: s.input})
		if err != nil {
			return false, err
		}
		if answer.Wait {
			// Only what has not begun waits in a state of its own. What stands in the stock and in the books stays where it
			// is: to give it back from waiting would make a draft of it.
			if d.Machine != nil && d.Machine.Has("waiting") && stateOf(d, rec) == d.Machine.Initial {
				resource.Value(d.ByName["state"], rec).SetString("waiting")
			}
			return true, resource.Save(tx, d, rec)
		}
	}
	if d.Machine != nil {
		resource.Value(d.ByName["state"], rec).SetString(string(next))
	}
	if err := resource.Save(tx, d, rec); err != nil {
		return false, err
	}
	entry := resource.WorkOf(tx).Entry(resource.ID(d, rec))
	entry.Actions = append(entry.Actions, s.name)
	if a.Run != nil {
		err = a.Run(tx, rec, s.input)
	}
	return false, err
}

// Create makes a record inside a unit: what bridges and actions call. Rules apply, rights do not.
func Create[T any](tx *kernel.Tx, r *resource.Resource[T], rec *T) error {
	return tx.AsSystem(func() error {
		if r.Machine != nil && stateOf(r.Def, rec) == "" {
			resource.Value(r.ByName["state"], rec).SetString(string(r.Machine.Initial))
		}
		if r.Only != nil {
			resource.Value(r.ByName[r.Only.Field], rec).SetString(r.Only.Value)
		}
		list, err := settle(tx.View, r.Def, rec, settling{})
		if err = cmp.Or(err, list.Err()); err != nil {
			return err
		}
		return save(tx, r.Def, nil, rec)
	})
}

// Act runs an action on a record of the unit, as the system on behalf of the actor.
func Act[T any](tx *kernel.Tx, r *resource.Resource[T], rec *T, name string, input any) error {
	return Perform(tx, r.Def, rec, name, input)
}

// Perform is Act for whoever knows a record only by its declaration.
func Perform(tx *kernel.Tx, d *kernel.Def, rec any, name string, input any) error {
	waiting, err := stepped(tx, d, rec, step{name: name, input: input})
	if err == nil && waiting {
		return problem.Conflicted("gate.nested", "resource", d.Name)
	}
	return err
}

// Offer is Act for a document that stands by itself: it may wait for people's agreement while its maker goes on.
func Offer[T any](tx *kernel.Tx, r *resource.Resource[T], rec *T, name string) (waiting bool, err error) {
	return stepped(tx, r.Def, rec, step{name: name})
}

// Follow is Act for what an act that people could be asked about brings with it, such as the mirror of a reversal.
func Follow[T any](tx *kernel.Tx, r *resource.Resource[T], rec *T, name string) error {
	_, err := stepped(tx, r.Def, rec, step{name: name, agreed: true})
	return err
}

func stepped(tx *kernel.Tx, d *kernel.Def, rec any, s step) (waiting bool, err error) {
	err = tx.AsSystem(func() error {
		waiting, err = act(tx, d, rec, s)
		return err
	})
	return waiting, err
}

// Remove deletes a record inside a unit.
func Remove[T any](tx *kernel.Tx, r *resource.Resource[T], rec *T) error {
	return tx.AsSystem(func() error { return remove(tx, r.Def, rec) })
}

// Unit runs fn as one outermost unit of work and seals it.
func Unit(ctx context.Context, c *kernel.Company, actor *kernel.Actor, label string, fn func(tx *kernel.Tx) error) error {
	return c.Store.Write(ctx, label, func(u *store.Unit) error {
		tx := c.Begin(u, actor)
		if err := fn(tx); err != nil {
			return err
		}
		return seal(tx)
	})
}

// seal ends the outermost unit: the modules' steps, numbers, rows, audit.
func seal(tx *kernel.Tx) error {
	return tx.AsSystem(func() error {
		for _, step := range tx.Company.Seals {
			if err := step.Run(tx); err != nil {
				return err
			}
		}
		if err := sequence.Assign(tx); err != nil {
			return err
		}
		if err := resource.Flush(tx); err != nil {
			return err
		}
		return audit.Write(tx)
	})
}

// hashOf is what makes two commands the same.
func hashOf(cmd Command) string {
	body, _ := json.Marshal(cmd.Input) // an Object of JSON values always marshals
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s|%d|%s", cmd.Def.Name, cmd.Act, cmd.Then, cmd.ID, body))
	return hex.EncodeToString(sum[:])
}

// done answers a command that was carried out before. It looks before the command is prepared: what was allowed then may
// not be any more, for the very reason that it was done.
func done(ctx context.Context, c *kernel.Company, actor *kernel.Actor, cmd Command) (out *Result, err error) {
	if cmd.Key == "" {
		return nil, nil
	}
	err = c.View(ctx, actor, func(v *kernel.View) error {
		out, err = recall(v, cmd)
		return err
	})
	return out, err
}

// recall answers a command that was done before with the same key; another input under the key is refused.
func recall(v *kernel.View, cmd Command) (*Result, error) {
	var hash string
	var id, waiting int64
	found, err := v.Scan([]any{&hash, &id, &waiting}, "SELECT hash, record, waiting FROM idempotency WHERE actor = ? AND name = ?", v.Actor.UserID, cmd.Key)
	if err != nil || !found {
		return nil, err
	}
	if hash != hashOf(cmd) {
		return nil, problem.Rule("idempotency.mismatch")
	}
	out := &Result{Replayed: true, Waiting: waiting != 0}
	if id == 0 { // a new record that waits is not there yet
		out.Rec = reflect.New(v.Own(cmd.Def).Type).Interface()
	} else if cmd.Act != "delete" || out.Waiting {
		out.Rec, err = resource.Load(v, cmd.Def, id)
	}
	return out, err
}

// claim takes the key for this unit. A unit that comes second waits for the first one's end and then has its answer.
func claim(tx *kernel.Tx, cmd Command) (*Result, error) {
	if cmd.Key == "" {
		return nil, nil
	}
	n, err := tx.Exec("INSERT INTO idempotency (actor, name, hash, record, waiting, at) VALUES (?, ?, ?, 0, 0, ?) ON CONFLICT (actor, name) DO NOTHING",
		tx.Actor.UserID, cmd.Key, hashOf(cmd), int64(tx.Now))
	if err != nil || n == 1 {
		return nil, err
	}
	return recall(tx.View, cmd)
}

// remember completes the claimed key with what the command did.
func remember(tx *kernel.Tx, cmd Command, out *Result) error {
	if cmd.Key == "" {
		return nil
	}
	waiting := int64(0)
	if out.Waiting {
		waiting = 1
	}
	_, err := tx.Exec("UPDATE idempotency SET record = ?, waiting = ? WHERE actor = ? AND name = ?",
		resource.ID(cmd.Def, out.Rec), waiting, tx.Actor.UserID, cmd.Key)
	return err
}
