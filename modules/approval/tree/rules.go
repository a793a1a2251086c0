package tree

import (
	"slices"
	"strconv"

	"zhanggui/modules/kernel/problem"
)

// Judge gives what is wrong with the drawing itself, each problem at its node.
func (d *Definition) Judge() problem.List {
	var list problem.List
	count, approvals := 0, 0
	d.Walk(func(path string, n *Node) {
		count++
		at := Pointer(path)
		switch n.Kind {
		case Approve:
			approvals++
			list = append(list, n.people(at)...)
			if !slices.Contains([]string{"", All, Any, Turn}, n.Mode) {
				list.Add(problem.Rule("approval.mode", "name", n.Name).At(at + "/mode"))
			}
		case Copy:
			list = append(list, n.people(at)...)
		case Split:
			list = append(list, n.branches(at)...)
		default:
			list.Add(problem.Rule("approval.kind", "kind", n.Kind).At(at + "/kind"))
		}
		if n.Kind != Split && len(n.Branches) > 0 || n.Kind == Split && len(n.Who) > 0 {
			list.Add(problem.Rule("approval.kind", "kind", n.Kind).At(at + "/kind"))
		}
		if n.Back != "" && n.Back != "jump" {
			list.Add(problem.Rule("approval.back", "name", n.Name).At(at + "/back"))
		}
		if deep(path) > MaxDepth {
			list.Add(problem.Rule("approval.depth", "max", MaxDepth).At(at))
		}
	})
	if count > MaxNodes {
		list.Add(problem.Rule("approval.too_many", "max", MaxNodes, "count", count).At("/nodes"))
	}
	if approvals == 0 {
		list.Add(problem.Rule("approval.nobody").At("/nodes"))
	}
	return list
}

func deep(path string) int {
	at, _ := split(path)
	return len(at)/2 + 1
}

func (n *Node) people(at string) problem.List {
	var list problem.List
	if n.Name == "" || len([]rune(n.Name)) > 60 {
		list.Add(problem.Rule("approval.name").At(at + "/name"))
	}
	if len(n.Who) == 0 || len(n.Who) > MaxWho {
		list.Add(problem.Rule("approval.who", "name", n.Name, "max", MaxWho).At(at + "/who"))
	}
	for i, w := range n.Who {
		here := at + "/who/" + strconv.Itoa(i)
		ok := true
		switch w.By {
		case "user":
			ok = w.User > 0
		case "role":
			ok = w.Role != ""
		case "head", "superior":
			ok = w.Level >= 0 && w.Level <= MaxLevel
		case "chosen":
			ok = n.Kind == Approve && len(n.Who) == 1
		case "initiator":
		default:
			ok = false
		}
		if !ok {
			list.Add(problem.Rule("approval.who_kind", "name", n.Name).At(here))
		}
	}
	return list
}

func (n *Node) branches(at string) problem.List {
	var list problem.List
	if len(n.Branches) < 2 || len(n.Branches) > MaxBranches {
		list.Add(problem.Rule("approval.branches", "max", MaxBranches).At(at + "/branches"))
	}
	for i, b := range n.Branches {
		here := at + "/branches/" + strconv.Itoa(i)
		last := i == len(n.Branches)-1
		if b.Name == "" || len([]rune(b.Name)) > 60 {
			list.Add(problem.Rule("approval.name").At(here + "/name"))
		}
		switch {
		case last && b.When != "":
			list.Add(problem.Rule("approval.default", "name", b.Name).At(here + "/when"))
		case !last && b.When == "":
			list.Add(problem.Rule("approval.branch_when", "name", b.Name).At(here + "/when"))
		}
	}
	return list
}
