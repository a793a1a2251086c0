package approval

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/web/route"
)

// about tells, to whoever looks at a record, how its approval stands and which acts wait for it.
func about(v *kernel.View, d *kernel.Def, rec any) (*gate.Case, error) {
	if stateOf(d, rec) != "waiting" && !guarded(v, d.Name) {
		return nil, nil
	}
	ids, err := openOf(v, d.Name, resource.ID(d, rec))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	found, err := Requests.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	out := &gate.Case{At: Requests.Name + "/" + strconv.FormatInt(ids[len(ids)-1], 10)}
	for _, id := range ids {
		if r := found[id]; r.State != Returned {
			out.Acts = append(out.Acts, heldBy(d, r.Act)...)
		}
	}
	newest := found[ids[len(ids)-1]]
	out.State = string(newest.State)
	out.Text, err = caseText(v, d, newest)
	return out, err
}

// heldBy are the acts that wait with one: itself, what it carries out and what would carry it out.
func heldBy(d *kernel.Def, name string) []string {
	out := []string{name}
	if writes[name] != nil {
		out = slices.Sorted(maps.Keys(writes))
	}
	for _, a := range d.Actions {
		if together(d, a.Name, name) {
			out = append(out, a.Name)
		}
	}
	return out
}

// caseText is one sentence on how an open request stands.
func caseText(v *kernel.View, d *kernel.Def, r *Request) (string, error) {
	o, err := organisationOf(v)
	if err != nil {
		return "", err
	}
	args := map[string]any{"number": r.Number, "who": r.whoDecides(o), "why": r.Problem}
	switch {
	case r.State == Returned:
		for _, e := range r.Trail {
			if e.Act == "returned" {
				args["who"], args["why"] = o.name(e.ByUser), strings.TrimRight(e.Text, "。. ")
			}
		}
		args["act"] = actionOf(d, r.Act).Label.In(v.Lang)
	case r.State == Waiting && r.mine(r.Initiator) != nil && r.mine(r.Initiator).Kind == kindChoose:
		return messages.Text(v.Lang, "approval.case.choose", args), nil
	}
	code := map[state.State]string{Waiting: "approval.case.waiting", Granted: "approval.case.granted", Failed: "approval.case.failed", Returned: "approval.case.returned"}
	return messages.Text(v.Lang, code[r.State], args), nil
}

// flowWords is what of a flow is written for programs, as people read it on paper.
func flowWords(v *kernel.View, f *Flow, field string) (string, bool) {
	switch field {
	case "target", "act":
		return actWords(v, f.Target, f.Act, field)
	case "condition":
		if d := v.Company.Def(f.Target); d != nil {
			return conditionWords(v, d, f.Condition), true
		}
	case "definition":
		if t, err := tree.Parse(f.Definition); err == nil {
			return stepWords(v, t)
		}
	}
	return "", false
}

// requestWords is the same for a request; the document itself stands in the title.
func requestWords(v *kernel.View, r *Request, field string) (string, bool) {
	if field == "record" {
		return "", true
	}
	return actWords(v, r.Target, r.Act, field)
}

func actWords(v *kernel.View, target, act, field string) (string, bool) {
	d := v.Company.Def(target)
	switch {
	case d != nil && field == "target":
		return d.Label.In(v.Lang), true
	case d != nil && field == "act" && actionOf(d, act) != nil:
		return actionOf(d, act).Label.In(v.Lang), true
	}
	return "", false
}

// stepWords lists the steps of a flow, one in a line; what stands under a branch is indented.
func stepWords(v *kernel.View, t *tree.Definition) (string, bool) {
	o, err := organisationOf(v)
	if err != nil {
		return "", false
	}
	var lines []string
	var walk func(nodes []*tree.Node, indent string)
	walk = func(nodes []*tree.Node, indent string) {
		for _, n := range nodes {
			if n.Kind != tree.Split {
				lines = append(lines, indent+stepLine(o, n))
				continue
			}
			for _, b := range n.Branches {
				lines = append(lines, indent+joined(" · ", n.Name, b.Name))
				walk(b.Nodes, indent+"　")
			}
		}
	}
	walk(t.Nodes, "")
	return strings.Join(lines, "\n"), true
}

// stepLine is one step: its name, how it decides, and who is asked.
func stepLine(o *people, n *tree.Node) string {
	field, value := Requests.LineOf("tasks").ByName["mode"], n.DecideMode()
	if n.Kind == tree.Copy {
		field, value = Requests.LineOf("tasks").ByName["kind"], kindCopy
	}
	var who []string
	for _, w := range n.Who {
		who = append(who, joined(" ", byWord[w.By].In(o.v.Lang), o.name(w.User), roleWord(o.v, w.Role)))
	}
	return joined(" · ", n.Name, route.OptionLabel(field, value, o.v.Lang), strings.Join(who, "、"))
}

// roleWord is what a role is called, its code when it is gone.
func roleWord(v *kernel.View, code string) string {
	d := v.Company.Def("base.role")
	if code == "" || d == nil {
		return code
	}
	found, err := resource.ByCode(v, d, []string{code})
	if err != nil || found[code] == 0 {
		return code
	}
	rec, err := resource.Load(v, d, found[code])
	if err != nil {
		return code
	}
	if f := d.ByName["name_en"]; f != nil && v.Lang == "en" {
		if name := resource.Value(f, rec).String(); name != "" {
			return name
		}
	}
	return resource.Title(d, rec)
}
