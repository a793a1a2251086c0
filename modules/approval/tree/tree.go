// Package tree is the definition of an approval flow: nodes in a row, some of them branches with rows of their own. It
// is pure: it reads, bounds and walks a definition and knows neither people nor records.
//
// A path names a node: "2" is the third of the row, "1.0.2" the third in the first branch of the second.
package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Definition is a flow as people drew it. Watch lists what an approval is about ("gross", "lines.price"); empty is all.
type Definition struct {
	Nodes []*Node  `json:"nodes"`
	Watch []string `json:"watch,omitempty"`
}

// Node is one step. Kind is approve, copy or branch.
type Node struct {
	Name     string    `json:"name,omitempty"`
	Kind     string    `json:"kind"`
	Who      []Who     `json:"who,omitempty"`
	Mode     string    `json:"mode,omitempty"` // all, any or turn; "" is all
	Back     string    `json:"back,omitempty"` // jump: what this node sent back comes straight to it again
	Branches []*Branch `json:"branches,omitempty"`
}

// Who names one or several people. By is user, role, head, superior, chosen or initiator.
type Who struct {
	By    string `json:"by"`
	User  int64  `json:"user,omitempty"`
	Role  string `json:"role,omitempty"`
	Level int    `json:"level,omitempty"`
}

// Branch is taken when its condition is the first that holds; the last one has none.
type Branch struct {
	Name  string  `json:"name"`
	When  string  `json:"when"`
	Nodes []*Node `json:"nodes"`
}

// The kinds of nodes and the modes of deciding.
const (
	Approve = "approve"
	Copy    = "copy"
	Split   = "branch"

	All  = "all"
	Any  = "any"
	Turn = "turn"
)

// Bounds of a definition.
const (
	MaxNodes    = 200
	MaxDepth    = 6
	MaxWho      = 20
	MaxBranches = 20
	MaxLevel    = 20
	MaxText     = 60_000
)

var errTrailing = errors.New("tree: something stands behind the definition")

// Parse reads a definition; unknown members are refused.
func Parse(text string) (*Definition, error) {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	d := &Definition{}
	if err := dec.Decode(d); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	if !whole(d.Nodes, 0) {
		return nil, errors.New("tree: a node or branch is missing, or the tree is too deep")
	}
	return d, nil
}

// whole refuses null where a node or branch stands, and absurd nesting.
func whole(nodes []*Node, depth int) bool {
	if depth > MaxDepth*4 {
		return false
	}
	for _, n := range nodes {
		if n == nil {
			return false
		}
		for _, b := range n.Branches {
			if b == nil || !whole(b.Nodes, depth+1) {
				return false
			}
		}
	}
	return true
}

// DecideMode is the node's mode with the default in place.
func (n *Node) DecideMode() string {
	if n.Mode == "" {
		return All
	}
	return n.Mode
}

// First is the path of the first node, "" when there is none.
func (d *Definition) First() string {
	if len(d.Nodes) == 0 {
		return ""
	}
	return "0"
}

// split turns a path into numbers; false for what is no path.
func split(path string) ([]int, bool) {
	parts := strings.Split(path, ".")
	out := make([]int, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || strconv.Itoa(n) != p {
			return nil, false
		}
		out[i] = n
	}
	return out, len(out)%2 == 1
}

func join(at []int) string {
	parts := make([]string, len(at))
	for i, n := range at {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ".")
}

// row gives the nodes among which the last number of a path counts, nil when the path leads nowhere.
func (d *Definition) row(at []int) []*Node {
	nodes := d.Nodes
	for i := 0; i+2 < len(at); i += 2 {
		if at[i] >= len(nodes) || at[i+1] >= len(nodes[at[i]].Branches) {
			return nil
		}
		nodes = nodes[at[i]].Branches[at[i+1]].Nodes
	}
	return nodes
}

// At gives the node of a path, nil when there is none.
func (d *Definition) At(path string) *Node {
	at, ok := split(path)
	if !ok {
		return nil
	}
	row := d.row(at)
	if last := at[len(at)-1]; last < len(row) {
		return row[last]
	}
	return nil
}

// Next is the path of the node that follows, "" at the end: behind the last node of a branch comes what follows the split.
func (d *Definition) Next(path string) string {
	at, ok := split(path)
	for ok && len(at) > 0 {
		at[len(at)-1]++
		if at[len(at)-1] < len(d.row(at)) {
			return join(at)
		}
		if len(at) < 3 {
			return ""
		}
		at = at[:len(at)-2]
	}
	return ""
}

// Before tells whether a node stands before another in the order of the drawing.
func Before(path, other string) bool {
	a, ok := split(path)
	b, also := split(other)
	return ok && also && slices.Compare(a, b) < 0
}

// Enter is the path of the first node in a branch; an empty branch leads on to what follows the split.
func (d *Definition) Enter(path string, branch int) string {
	n := d.At(path)
	if n == nil || branch >= len(n.Branches) {
		return ""
	}
	if len(n.Branches[branch].Nodes) == 0 {
		return d.Next(path)
	}
	return path + "." + strconv.Itoa(branch) + ".0"
}

// Walk calls fn for every node in the order of the drawing.
func (d *Definition) Walk(fn func(path string, n *Node)) { walk(d.Nodes, "", fn) }

func walk(nodes []*Node, prefix string, fn func(string, *Node)) {
	for i, n := range nodes {
		path := prefix + strconv.Itoa(i)
		fn(path, n)
		for j, b := range n.Branches {
			walk(b.Nodes, path+"."+strconv.Itoa(j)+".", fn)
		}
	}
}

// Pointer is the JSON pointer of a path: "1.0.2" is "/nodes/1/branches/0/nodes/2".
func Pointer(path string) string {
	var b strings.Builder
	for i, part := range strings.Split(path, ".") {
		if i%2 == 0 {
			b.WriteString("/nodes/" + part)
		} else {
			b.WriteString("/branches/" + part)
		}
	}
	return b.String()
}
