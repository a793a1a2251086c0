package approval

import (
	"reflect"
	"strings"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// question asks who would decide: by a flow or a definition, on a record or typed values, for an initiator.
type question struct {
	flow, record, initiator            int64
	target, act, condition, definition string
	values                             *resource.Object
}

// forecast is what would happen if everybody agreed. Needed is false when the flow's condition does not hold.
type forecast struct {
	Needed bool           `json:"needed"`
	Nodes  []forecastNode `json:"nodes"`
}

type forecastNode struct {
	Node   string           `json:"node"`
	Name   string           `json:"name"`
	Kind   string           `json:"kind"`
	Mode   string           `json:"mode,omitempty"`
	People []forecastPerson `json:"people"`
	Why    string           `json:"why,omitempty"`
}

type forecastPerson struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Why  string `json:"why"`
}

// simulate walks a flow without writing anything, by the same rules as the engine.
func simulate(v *kernel.View, in question) (*forecast, error) {
	f := &Flow{Name: "—", Target: in.target, Act: in.act, Condition: in.condition, Definition: in.definition}
	if in.flow != 0 {
		var err error
		if f, err = Flows.Find(v, in.flow); err != nil {
			return nil, err
		}
	}
	list, err := judgeFlow(v, f)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		return nil, list
	}
	ver, err := compile(v.Company, &Version{Name: f.Name, Target: f.Target, Act: f.Act, Condition: f.Condition, Definition: f.Definition})
	if err != nil {
		return nil, err
	}
	s := subject{v: v, def: ver.target, act: ver.act, initiator: in.initiator}
	if s.rec, err = sample(v, ver.target, in); err != nil {
		return nil, err
	}
	out := &forecast{Nodes: []forecastNode{}}
	if out.Needed, err = ver.applies(s); err != nil || !out.Needed {
		return out, err
	}
	o, err := organisationOf(v)
	if err != nil {
		return nil, err
	}
	w := &walker{v: v, ver: ver, s: s, people: o, req: &Request{Round: 1, State: Waiting, Initiator: in.initiator}}
	err = w.walk(out)
	return out, err
}

// sample is the record asked about, as far as the caller may see it, or one made of typed values.
func sample(v *kernel.View, d *kernel.Def, in question) (any, error) {
	if in.record != 0 {
		if !v.Actor.Can(d.Name, "read") {
			return nil, problem.Missing(d.Name, in.record)
		}
		return resource.LoadVisible(v, d, in.record)
	}
	rec := reflect.New(d.Type).Interface()
	resource.Defaults(d, rec)
	var list problem.List
	if in.values == nil {
		return rec, nil
	}
	for _, key := range in.values.Keys { // computed fields may be typed here, which a form refuses
		f := d.ByName[key]
		text, ok := route.Text(in.values.Values[key])
		if f == nil || !ok || !v.Actor.Sees(f.Right) {
			list.Add(problem.BadShape("field.unknown").At("/values/" + key))
			continue
		}
		list.AddAt("/values/"+key, resource.Set(f, resource.Value(f, rec), text))
	}
	return rec, list.Err()
}

// walker goes through a flow in memory: everybody agrees at once.
type walker struct {
	v      *kernel.View
	ver    *compiled
	s      subject
	people *people
	req    *Request
}

func (w *walker) walk(out *forecast) error {
	for path := w.ver.tree.First(); path != ""; {
		n := w.ver.tree.At(path)
		w.req.Node, w.req.NodeName = path, n.Name
		node := forecastNode{Node: path, Name: n.Name, Kind: n.Kind, People: []forecastPerson{}}
		if n.Kind == tree.Split {
			i, err := w.ver.branch(w.s, path, n)
			if err != nil {
				return err
			}
			node.Name, node.Why = n.Branches[i].Name, n.Branches[i].When
			if n.Name != "" {
				node.Name = n.Name + "：" + node.Name
			}
			out.Nodes = append(out.Nodes, node)
			path = w.ver.tree.Enter(path, i)
			continue
		}
		if err := w.ask(n, &node); err != nil {
			return err
		}
		out.Nodes = append(out.Nodes, node)
		path = w.ver.tree.Next(path)
	}
	return nil
}

func (w *walker) ask(n *tree.Node, node *forecastNode) error {
	r := rulesOf(w.v.Company)
	s := &seating{people: w.people, rules: r, initiator: w.s.initiator,
		decided: func(user int64) bool { return w.req.decidedBefore(user, r.repeat, "") }}
	if n.Kind == tree.Copy {
		for _, who := range n.Who {
			found, err := s.resolve(who)
			if err != nil {
				return err
			}
			for _, id := range found {
				node.People = append(node.People, forecastPerson{id, w.people.name(id), byWord[who.By].In(w.v.Lang)})
			}
		}
		return nil
	}
	node.Mode = n.DecideMode()
	if n.Who[0].By == "chosen" && w.people.active(w.s.initiator) {
		node.People = append(node.People, forecastPerson{w.s.initiator, w.people.name(w.s.initiator), byWord["chosen"].In(w.v.Lang)})
		return nil
	}
	if err := s.of(n); err != nil {
		return err
	}
	var passed []string
	for _, x := range s.seats {
		why := byWord[x.by].In(w.v.Lang)
		if x.why != "" {
			why = route.OptionLabel(Requests.LineOf("trail").ByName["act"], x.why, w.v.Lang)
		}
		if x.behalf != 0 {
			why = w.people.name(x.behalf) + " → " + why
		}
		if x.user == nobody {
			passed = append(passed, why)
			continue
		}
		node.People = append(node.People, forecastPerson{x.user, w.people.name(x.user), why})
		w.req.Tasks = append(w.req.Tasks, Task{Node: node.Node, Round: 1, Kind: kindApprove, Assignee: x.user, State: agreed})
	}
	node.Why = strings.Join(passed, "；")
	return nil
}

// byWord says why somebody is asked.
var byWord = map[string]kernel.Text{
	"user": kernel.T("指定成员", "Named in the flow"), "role": kernel.T("角色成员", "Has the role"), "head": kernel.T("部门负责人", "Leads the department"),
	"superior": kernel.T("上级", "Superior"), "chosen": kernel.T("由发起人选择", "The initiator chooses"), "initiator": kernel.T("发起人", "The initiator"),
}
