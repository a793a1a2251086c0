package approval

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"zhanggui/modules/approval/condition"
	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// act is what a flow stands before: "confirm" of "sales.order".
type act struct{ target, name string }

// listed is a flow that is switched on.
type listed struct {
	flow, version int64
	name          string
	at            int // in the order of all flows
	further       bool
}

// table is the flows in force. It may be a little old where several processes share a database, as sessions may be.
type table struct {
	flows map[act][]listed
	until time.Time
}

// tableLife is how long a process of several believes what it read.
const tableLife = 5 * time.Second

type tableKey struct{}

// touched notes that this unit changed flows: what it reads must not be kept for others.
type touched struct{ yes bool }

type touchedKey struct{}

func touchedOf(tx *kernel.Tx) *touched {
	return kernel.Local(tx, touchedKey{}, func() *touched { return &touched{} })
}

// forget makes the table be read again: in this unit at once, for everybody after the commit.
func forget(tx *kernel.Tx) {
	touchedOf(tx).yes = true
	c := tx.Company
	tx.Unit.AfterCommit(func() { c.Drop(tableKey{}) })
}

// errMiss means that nobody has read the table yet.
var errMiss = errors.New("approval: the table of flows is not read yet")

// flowsFor gives the flows in force before an act, the first in order first. Where none is, that costs a look-up. What a
// unit reads is kept for others only once it is committed.
func flowsFor(tx *kernel.Tx, key act) ([]listed, error) {
	c, now := tx.Company, tx.Company.Clock.Now()
	if !touchedOf(tx).yes {
		t, err := kernel.Cache(c, tableKey{}, func() (*table, error) { return nil, errMiss })
		if err == nil && (tx.Dialect() == store.SQLite || now.Before(t.until)) {
			return t.flows[key], nil
		}
	}
	flows, err := inForce(tx.View)
	if err != nil {
		return nil, err
	}
	if !touchedOf(tx).yes {
		tx.Unit.AfterCommit(func() {
			c.Drop(tableKey{})
			_, _ = kernel.Cache(c, tableKey{}, func() (*table, error) { return &table{flows, now.Add(tableLife)}, nil })
		})
	}
	return flows[key], nil
}

// flowsBefore gives the flows in force before an act and before those that it carries out, in the order of all flows.
func flowsBefore(tx *kernel.Tx, d *kernel.Def, name string) ([]listed, error) {
	out, err := flowsFor(tx, act{d.Name, name})
	does := actionOf(d, name).Does
	if err != nil || len(does) == 0 {
		return out, err
	}
	out = slices.Clone(out) // the table is shared
	for _, one := range does {
		more, err := flowsFor(tx, act{d.Name, one})
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	slices.SortFunc(out, func(a, b listed) int { return a.at - b.at })
	return out, nil
}

// guarded tells whether a flow may stand before an act on a kind of record: as long as nobody knows, one may.
func guarded(v *kernel.View, target string) bool {
	t, err := kernel.Cache(v.Company, tableKey{}, func() (*table, error) { return nil, errMiss })
	if err != nil || v.Dialect() != store.SQLite && !v.Company.Clock.Now().Before(t.until) {
		return true
	}
	for key := range t.flows {
		if key.target == target {
			return true
		}
	}
	return false
}

// compiled is a version ready to run.
type compiled struct {
	id, flow int64
	name     string
	target   *kernel.Def
	act      *kernel.Action
	tree     *tree.Definition
	asked    string // the flow's condition as it is written
	always   bool
	joint    bool // of several flows
	when     *condition.Program
	branches map[string]*condition.Program // by path and number of the branch; none where a field is gone since
}

type versionKey struct{ id int64 }

// versionOf gives a version compiled. Versions never change, so each is compiled once for each process.
func versionOf(v *kernel.View, id int64) (*compiled, error) {
	return kernel.Cache(v.Company, versionKey{id}, func() (*compiled, error) {
		row, err := Versions.Find(v, id)
		if err != nil {
			return nil, err
		}
		return compile(v.Company, row)
	})
}

// compile turns a version into what runs. A condition that names a field which is gone since refuses only those who come
// to it: what is running can still be refused, sent back or withdrawn.
func compile(c *kernel.Company, row *Version) (*compiled, error) {
	broken := problem.Rule("approval.flow_broken", "flow", row.Name)
	out := &compiled{id: row.ID, flow: row.Flow, name: row.Name, target: c.Def(row.Target), branches: map[string]*condition.Program{}}
	if out.target == nil || actionOf(out.target, row.Act) == nil {
		return nil, broken
	}
	out.act = actionOf(out.target, row.Act)
	var err error
	if out.tree, err = tree.Parse(row.Definition); err != nil {
		return nil, broken
	}
	shape := shapeOf(c, out.target, out.act)
	out.asked, out.always, out.joint = row.Condition, row.Condition == "", row.Parts != ""
	out.when, _ = condition.Compile(row.Condition, shape) // asked when the condition is
	out.tree.Walk(func(path string, n *tree.Node) {
		for i, b := range n.Branches {
			if p, err := condition.Compile(b.When, shape); err == nil {
				out.branches[path+"/"+strconv.Itoa(i)] = p
			}
		}
	})
	return out, nil
}

// applies tells whether the flow stands before the act on this record.
func (c *compiled) applies(s subject) (bool, error) {
	if c.always {
		return true, nil
	}
	return c.ask(s, c.when, "")
}

// branch gives the branch of a split that is taken: the first whose condition holds, else the last.
func (c *compiled) branch(s subject, path string, n *tree.Node) (int, error) {
	for i, b := range n.Branches[:len(n.Branches)-1] {
		yes, err := c.ask(s, c.branches[path+"/"+strconv.Itoa(i)], b.Name)
		if err != nil || yes {
			return i, err
		}
	}
	return len(n.Branches) - 1, nil
}

// ask evaluates; what cannot be answered refuses the act, naming the flow and the branch.
func (c *compiled) ask(s subject, p *condition.Program, branch string) (bool, error) {
	if p == nil {
		return false, problem.Rule("approval.flow_broken", "flow", c.name)
	}
	values, err := s.values(p.Names)
	if err != nil {
		return false, err
	}
	yes, err := p.Eval(values)
	if err != nil {
		return false, problem.Rule("approval.evaluation", "flow", c.name, "branch", branch)
	}
	return yes, nil
}
