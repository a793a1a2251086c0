package condition

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// refused are operators without an exact or bounded meaning here.
var refused = []string{"/", "%", "**", "^", "..", "matches", "|"}

// judge looks through a compiled tree for what types alone do not refuse, and collects the names.
type judge struct {
	names map[string]bool
	bad   *Error
}

func (j *judge) refuse(n ast.Node, reason Reason, name string) {
	if j.bad == nil {
		j.bad = &Error{Reason: reason, Name: name, Column: n.Location().From + 1, detail: "refused: " + name}
	}
}

func (j *judge) walk(n ast.Node, loops int) {
	switch x := n.(type) {
	case *ast.IdentifierNode:
		j.names[x.Value] = true
		if x.Value == "$env" {
			j.refuse(n, Forbidden, x.Value)
		}
	case *ast.FloatNode:
		j.refuse(n, Forbidden, "float")
	case *ast.UnaryNode:
		j.walk(x.Node, loops)
	case *ast.BinaryNode:
		if slices.Contains(refused, x.Operator) {
			j.refuse(n, Forbidden, x.Operator)
		}
		if !logical(x.Operator) && (unknown(x.Left) || unknown(x.Right)) {
			j.refuse(n, Types, x.Operator)
		}
		j.all(loops, x.Left, x.Right)
	case *ast.MemberNode:
		if name, ok := x.Property.(*ast.StringNode); ok {
			j.names[name.Value] = true
		}
		j.all(loops, x.Node, x.Property)
	case *ast.ChainNode:
		j.walk(x.Node, loops)
	case *ast.CallNode:
		j.all(loops, x.Arguments...)
	case *ast.BuiltinNode:
		j.all(loops, x.Arguments...)
	case *ast.PredicateNode:
		if loops > 0 {
			j.refuse(n, Forbidden, "{…}")
		}
		j.walk(x.Node, loops+1)
	case *ast.ConditionalNode:
		j.all(loops, x.Cond, x.Exp1, x.Exp2)
	case *ast.ArrayNode:
		j.all(loops, x.Nodes...)
	case *ast.NilNode, *ast.IntegerNode, *ast.BoolNode, *ast.StringNode, *ast.PointerNode, *ast.ConstantNode:
	default:
		j.refuse(n, Forbidden, strings.TrimPrefix(reflect.TypeOf(n).String(), "*ast."))
	}
}

func (j *judge) all(loops int, nodes ...ast.Node) {
	for _, n := range nodes {
		if n != nil {
			j.walk(n, loops)
		}
	}
}

func logical(sign string) bool { return slices.Contains([]string{"and", "or", "&&", "||", "in"}, sign) }

func unknown(n ast.Node) bool {
	_, null := n.(*ast.NilNode)
	return !null && n.Type().Kind() == reflect.Interface
}

var (
	unknownName = regexp.MustCompile(`unknown (?:name|field) (\S+)`)
	noField     = regexp.MustCompile(`has no (?:field|method) (\S+)`)
)

// explain sorts what the library says into what people can be told.
func explain(err error, moved shifts) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	out := &Error{Reason: Syntax, detail: err.Error()}
	var at *file.Error
	message := err.Error()
	if errors.As(err, &at) {
		out.Column, message = moved.back(at.Location.From+1), at.Message
	}
	if m := unknownName.FindStringSubmatch(message); m != nil {
		out.Reason, out.Name = Unknown, m[1]
	} else if m := noField.FindStringSubmatch(message); m != nil {
		out.Reason, out.Name = Unknown, m[1]
	} else if strings.Contains(message, "mismatched type") || strings.Contains(message, "cannot use") || strings.Contains(message, "predicate should return") {
		out.Reason = Types
	} else if strings.Contains(message, "expected bool") {
		out.Reason = NotTruth
	} else if strings.Contains(message, "exceeds maximum allowed nodes") {
		out.Reason = TooLong
	}
	return out
}
