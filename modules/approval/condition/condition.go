package condition

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// The types of fields. A Shape says which names an expression may use.
type (
	// Shape is the names of a record with their types.
	Shape = types.Map
	// Type is one of the types below, a Shape or List of one.
	Type = types.Type
)

// The types.
var (
	Text   Type = types.String
	Whole  Type = types.Int
	Truth  Type = types.Bool
	Figure Type = types.TypeOf(Decimal{})
)

// List is a table of lines.
func List(of Type) Type { return types.Array(of) }

// Bounds of an expression and of its evaluation.
const (
	maxNodes  = 200
	maxLength = 2_000
	maxMemory = 200_000
)

// Reason says what is wrong with an expression.
type Reason int

// The reasons. Unknown names a field that is not there.
const (
	Syntax Reason = iota + 1
	Unknown
	Types
	NotTruth
	Forbidden
	TooLong
)

// Error is what is wrong, and where: Name of the field or operator, Column counted from 1 in characters.
type Error struct {
	Reason Reason
	Name   string
	Column int
	detail string
}

// Error implements error, for logs.
func (e *Error) Error() string { return "condition: " + e.detail }

// Program is a compiled condition. Names are the identifiers it uses, at the top and in lines.
type Program struct {
	program *vm.Program
	Names   map[string]bool
}

var enabled = []string{"all", "any", "none", "one", "filter", "map", "count", "sum", "len", "lower", "upper", "trim"}

// Compile reads a condition and checks its types. The error is an *Error.
func Compile(source string, shape Shape) (*Program, error) {
	if len([]rune(source)) > maxLength {
		return nil, &Error{Reason: TooLong, detail: "too long"}
	}
	text, moved, err := exact(source)
	if err != nil {
		return nil, explain(err, nil)
	}
	options := append(functions(), expr.Env(shape), expr.AsBool(), expr.MaxNodes(maxNodes), expr.Optimize(false), expr.DisableAllBuiltins())
	for _, name := range enabled {
		options = append(options, expr.EnableBuiltin(name))
	}
	options = append(options, expr.Patch(&rewriter{}))
	for _, o := range operators {
		options = append(options, expr.Operator(o.sign, o.name))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, explain(err, moved)
	}
	j := &judge{names: map[string]bool{}}
	j.walk(program.Node(), 0)
	if j.bad != nil {
		j.bad.Column = moved.back(j.bad.Column)
		return nil, j.bad
	}
	return &Program{program, j.names}, nil
}

// Eval answers the condition for the values of a record.
func (p *Program) Eval(values map[string]any) (bool, error) {
	machine := vm.VM{MemoryBudget: maxMemory}
	out, err := machine.Run(p.program, values)
	if err != nil {
		return false, err
	}
	answer, ok := out.(bool)
	if !ok {
		return false, errors.New("condition: the answer is neither true nor false")
	}
	return answer, nil
}

// shifts remembers where the text grew, to tell columns of the original.
type shifts []struct{ at, by int }

func (s shifts) back(column int) int {
	for _, shift := range slices.Backward(s) {
		if column > shift.at {
			column = max(shift.at, column-shift.by)
		}
	}
	return column
}

// exact turns decimals in the text into calls that read their digits, so that none becomes a float.
func exact(source string) (string, shifts, error) {
	tokens, err := lexer.Lex(file.NewSource(source))
	if err != nil {
		return "", nil, err
	}
	runes := []rune(source)
	var b strings.Builder
	var moved shifts
	from := 0
	for _, t := range tokens {
		if t.Kind != lexer.Number || !strings.Contains(t.Value, ".") && !(strings.ContainsAny(t.Value, "eE") && !strings.HasPrefix(t.Value, "0x")) {
			continue
		}
		if _, err := Parse(t.Value); err != nil {
			return "", nil, &Error{Reason: Syntax, Column: t.From + 1, detail: t.Value + " is not a plain decimal number"}
		}
		b.WriteString(string(runes[from:t.From]))
		moved = append(moved, struct{ at, by int }{len([]rune(b.String())) + 1, len(exactCall) + len(`("")`)})
		b.WriteString(exactCall + `("` + t.Value + `")`)
		from = t.To
	}
	b.WriteString(string(runes[from:]))
	return b.String(), moved, nil
}

// exactCall reads the digits of a decimal. No field has such a name; the names of the other functions cannot even be typed.
const exactCall = "__decimal__"

type operator struct {
	sign, name string
	run        func(a, b Decimal) any
}

var operators = []operator{
	{">", "#greater", func(a, b Decimal) any { return compare(a, b) > 0 }},
	{">=", "#notLess", func(a, b Decimal) any { return compare(a, b) >= 0 }},
	{"<", "#less", func(a, b Decimal) any { return compare(a, b) < 0 }},
	{"<=", "#notGreater", func(a, b Decimal) any { return compare(a, b) <= 0 }},
	{"==", "#equal", func(a, b Decimal) any { return compare(a, b) == 0 }},
	{"!=", "#different", func(a, b Decimal) any { return compare(a, b) != 0 }},
	{"+", "#plus", func(a, b Decimal) any { return add(a, b) }},
	{"-", "#minus", func(a, b Decimal) any { return subtract(a, b) }},
	{"*", "#times", func(a, b Decimal) any { return multiply(a, b) }},
}

func functions() []expr.Option {
	out := []expr.Option{
		expr.Function(exactCall, func(params ...any) (any, error) { return Parse(params[0].(string)) }, new(func(string) Decimal)),
		expr.Function("#negative", func(params ...any) (any, error) {
			return subtract(Scaled(0, 0), params[0].(Decimal)), nil
		}, new(func(Decimal) Decimal)),
		expr.Function("#total", total, new(func([]any) Decimal)),
	}
	for _, o := range operators {
		run := func(params ...any) (any, error) {
			a, err := number(params[0])
			if err != nil {
				return nil, err
			}
			b, err := number(params[1])
			if err != nil {
				return nil, err
			}
			return o.run(a, b), nil
		}
		if _, truth := o.run(Scaled(0, 0), Scaled(0, 0)).(bool); truth {
			out = append(out, expr.Function(o.name, run, new(func(Decimal, Decimal) bool), new(func(Decimal, int) bool), new(func(int, Decimal) bool)))
		} else {
			out = append(out, expr.Function(o.name, run, new(func(Decimal, Decimal) Decimal), new(func(Decimal, int) Decimal), new(func(int, Decimal) Decimal)))
		}
	}
	return out
}

// total adds what sum(lines, …) gives for each line.
func total(params ...any) (any, error) {
	sum := Scaled(0, 0)
	for _, v := range params[0].([]any) {
		n, err := number(v)
		if err != nil {
			return nil, err
		}
		sum = add(sum, n)
	}
	return sum, nil
}

// rewriter turns sums into exact ones and signs into calls.
type rewriter struct{}

var decimalType = reflect.TypeFor[Decimal]()

// Visit implements ast.Visitor.
func (r *rewriter) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BuiltinNode:
		if n.Name != "sum" {
			return
		}
		what := n.Arguments[0]
		if len(n.Arguments) == 2 {
			what = &ast.BuiltinNode{Name: "map", Arguments: n.Arguments}
		}
		call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: "#total"}, Arguments: []ast.Node{what}}
		call.SetType(decimalType)
		ast.Patch(node, call)
	case *ast.UnaryNode:
		if n.Operator == "-" && (n.Node.Type() == decimalType || isDecimalCall(n.Node)) {
			call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: "#negative"}, Arguments: []ast.Node{n.Node}}
			call.SetType(decimalType)
			ast.Patch(node, call)
		}
	}
}

func isDecimalCall(n ast.Node) bool {
	call, ok := n.(*ast.CallNode)
	if !ok {
		return false
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	return ok && callee.Value == exactCall
}
