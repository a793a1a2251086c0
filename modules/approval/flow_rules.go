package approval

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/approval/condition"
	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// validateFlow refuses only what cannot be kept; the rest is judged when the flow is published.
func validateFlow(f *Flow) problem.List {
	if f.Definition == "" {
		f.Definition = `{"nodes":[]}`
	}
	if _, err := tree.Parse(f.Definition); err != nil {
		return problem.List{problem.Rule("approval.definition").At("/definition")}
	}
	return nil
}

// unheld are the records that say who may do what. Their rules look at who asks; a request is carried out by the system.
var unheld = []string{"base.user", "base.role"}

// judgeFlow gives everything that keeps a flow from being published.
func judgeFlow(v *kernel.View, f *Flow) (problem.List, error) {
	d := v.Company.Def(f.Target)
	if d == nil || d.Internal || strings.HasPrefix(d.Name, "approval.") || slices.Contains(unheld, d.Name) {
		return problem.List{problem.Rule("approval.target", "target", f.Target).At("/target")}, nil
	}
	if a := actionOf(d, f.Act); a == nil || a.Hidden {
		return problem.List{problem.Rule("approval.act", "target", d.Label, "act", f.Act).At("/act")}, nil
	}
	t, err := tree.Parse(f.Definition)
	if err != nil {
		return problem.List{problem.Rule("approval.definition").At("/definition")}, nil
	}
	list := t.Judge().Prefix("/definition")
	shape := shapeOf(v.Company, d, actionOf(d, f.Act))
	list.AddAt("/condition", judgeCondition(f.Condition, shape))
	t.Walk(func(path string, n *tree.Node) {
		for i, b := range n.Branches {
			if b.When != "" {
				list.AddAt("/definition"+tree.Pointer(path)+"/branches/"+strconv.Itoa(i)+"/when", judgeCondition(b.When, shape))
			}
		}
	})
	for i, name := range t.Watch {
		if !watchable(d, name) {
			list.Add(problem.Rule("approval.watch", "name", name).At("/definition/watch/" + strconv.Itoa(i)))
		}
	}
	people, err := judgePeople(v, t)
	return append(list, people...), err
}

// judgePeople refuses users and roles that do not exist or cannot log in.
func judgePeople(v *kernel.View, t *tree.Definition) (problem.List, error) {
	o, err := organisationOf(v)
	if err != nil {
		return nil, err
	}
	var list problem.List
	t.Walk(func(path string, n *tree.Node) {
		for i, w := range n.Who {
			at := "/definition" + tree.Pointer(path) + "/who/" + strconv.Itoa(i)
			switch {
			case w.By == "user" && w.User > 0 && !o.active(w.User):
				list.Add(problem.Rule("approval.user_gone", "node", n.Name).At(at))
			case w.By == "role" && w.Role != "" && v.Company.Rights != nil && !slices.Contains(v.Company.Rights.Roles(), w.Role):
				list.Add(problem.Rule("approval.role_gone", "node", n.Name, "role", w.Role).At(at))
			}
		}
	})
	return list, nil
}

func judgeCondition(source string, shape condition.Shape) *problem.Problem {
	if source == "" {
		return nil
	}
	_, err := condition.Compile(source, shape)
	return conditionProblem(err)
}

// conditionProblem tells in words what is wrong with a condition.
func conditionProblem(err error) *problem.Problem {
	var bad *condition.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &bad):
		return problem.Rule("approval.condition", "column", 1)
	}
	switch bad.Reason {
	case condition.Unknown:
		return problem.Rule("approval.condition_name", "name", bad.Name)
	case condition.Types:
		return problem.Rule("approval.condition_types", "column", bad.Column)
	case condition.NotTruth:
		return problem.Rule("approval.condition_truth")
	case condition.Forbidden:
		return problem.Rule("approval.condition_forbidden", "name", bad.Name)
	case condition.TooLong:
		return problem.Rule("approval.condition_long")
	}
	return problem.Rule("approval.condition", "column", bad.Column)
}
