package listing

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/search"
	"zhanggui/modules/kernel/store"
)

// Filter is one condition on a declared field.
type Filter struct{ Field, Op, Value string }

// ParseFilter reads "field:op:value".
func ParseFilter(text string) (Filter, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 {
		return Filter{}, problem.BadShape("filter.shape", "value", resource.Clip(text))
	}
	return Filter{parts[0], parts[1], parts[2]}, nil
}

// cond is a condition with its parameters.
type cond struct {
	sql  string
	args []any
}

// asked is a question in the making: what filters and words ask for. Ways tell what of the table that is asked of, and
// what the actor may see of it.
type asked struct {
	v     *kernel.View
	d     *kernel.Def
	conds []cond
	// entered: there is a better way into the table than by whose the rows are, for a filter names one master; or by the
	// order of the list, when a text is looked for in many rows.
	entered, text bool
}

func ask(v *kernel.View, d *kernel.Def, q Query) (*asked, error) {
	a := &asked{v: v, d: d}
	for _, f := range q.Filters {
		field := d.ByName[f.Field]
		if field == nil || field.NoStore || !(field.Filter || field.Search || f.Field == colID) || !v.Actor.Sees(field.Right) {
			return nil, problem.BadShape("filter.unknown", "field", resource.Clip(f.Field))
		}
		if err := a.filter(field, f); err != nil {
			return nil, err
		}
	}
	return a, a.search(q.Q, q.Many)
}

func (a *asked) add(sql string, args ...any) { a.conds = append(a.conds, cond{sql, args}) }

var operators = map[string]string{"eq": "=", "ne": "<>", "ge": ">=", "le": "<=", "gt": ">", "lt": "<"}

// filter turns a filter into SQL; names come from the field, values are parameters.
func (a *asked) filter(f *kernel.Field, q Filter) error {
	if q.Op == "within" {
		return a.within(f, q.Value)
	}
	if f.Custom != 0 {
		return a.custom(f, q)
	}
	switch q.Op {
	case "in":
		var args []any
		for _, text := range strings.Split(q.Value, ",") {
			arg, err := resource.Parameter(f, text)
			if err != nil {
				return err
			}
			args = append(args, arg)
		}
		if len(args) > 200 {
			return problem.BadShape("filter.too_many")
		}
		a.add(f.Name+" IN ?", args)
		return nil
	case "has":
		if f.Kind != kernel.KindText && f.Kind != kernel.KindLongText {
			return problem.BadShape("filter.operator", "op", q.Op)
		}
		a.has([]*kernel.Field{f}, q.Value)
		return nil
	case "empty":
		not := map[bool]string{true: "", false: "NOT "}[q.Value != "0"]
		zero := map[bool]string{true: f.Name + " IS NULL", false: f.Name + " = ''"}[f.Kind == kernel.KindRef]
		a.add(not + "(" + zero + ")")
		return nil
	}
	op, ok := operators[q.Op]
	if !ok {
		return problem.BadShape("filter.operator", "op", resource.Clip(q.Op))
	}
	arg, err := resource.Parameter(f, q.Value)
	if err != nil {
		return err
	}
	if arg == nil {
		a.add(f.Name + " IS NULL")
		return nil
	}
	a.entered = a.entered || q.Op == "eq" && a.master(f)
	a.add(f.Name+" "+op+" ?", arg)
	return nil
}

// master tells a reference to one of many masters, such as a customer, from one to whose the document is.
func (a *asked) master(f *kernel.Field) bool {
	target := a.v.Company.Def(f.Ref)
	return target != nil && target.Kind == "master" && (a.d.Scope == nil || f.Name != a.d.Scope.Owner && f.Name != a.d.Scope.Department)
}

func like(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s) + "%"
}

// few is up to how many records found by words are read and sorted. What more of them have is met soon by going through
// them in the order of the list.
const few = 512

// search matches each word of a search in the search index, or in the searchable fields where a resource keeps none.
func (a *asked) search(q string, many bool) error {
	words := search.Words(q)
	if len(words) > 0 && resource.Indexed(a.d) {
		return a.indexed(q, many)
	}
	var fields []*kernel.Field
	for _, f := range a.d.Fields {
		if f.Search && !f.NoStore && a.v.Actor.Sees(f.Right) {
			fields = append(fields, f)
		}
	}
	for _, word := range words {
		a.has(fields, word)
	}
	return nil
}

// has asks for rows with the text in one of the fields. The way into many documents is the order of the list,
// whose index holds their texts: whose a document is, and everything else, is looked up only where the text is found.
func (a *asked) has(fields []*kernel.Field, text string) {
	if len(fields) == 0 {
		a.add("1 = 0")
		return
	}
	found, arg := " LIKE ? ESCAPE '\\'", like(text)
	before := ""
	if a.v.Dialect() == store.SQLite && !strings.ContainsFunc(text, letter) {
		before, found, arg = "instr(", ", ?) > 0", text // the same without capitals, and faster
	}
	var conds []string
	var args []any
	for _, f := range fields {
		here := before + f.Name + found
		switch {
		case f.Custom != 0:
			here = extra.Holding(f, "id", before+"txt"+found)
		case f.Name != a.d.Code: // most are empty, which is told faster
			here = f.Name + " <> '' AND " + here
		}
		conds, args = append(conds, here), append(args, arg)
	}
	a.text = a.text || a.d.Kind == "document"
	a.add("("+strings.Join(conds, " OR ")+")", args...)
}

// letter tells the letters that have a capital for LIKE.
func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// indexed asks for records with all the words in the search index: as the ids it finds where these are few.
func (a *asked) indexed(q string, many bool) error {
	question := search.Question{Resource: a.d.Name, Text: q}
	if many {
		return a.each(question)
	}
	found, err := search.Find(a.v.Snapshot, question, few+1)
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		a.add("1 = 0")
	case len(found) <= few:
		ids := make([]int64, len(found))
		for i, f := range found {
			ids[i] = f.Record
		}
		marks, args := resource.InArgs(ids)
		a.entered = true
		a.add("id IN ("+marks+")", args...)
	default:
		return a.each(question)
	}
	return nil
}

// each asks every row that is gone through for the words.
func (a *asked) each(q search.Question) error {
	sql, args, err := search.Each(a.v.Snapshot, q, a.d.Table.Name+".id")
	a.text = a.text || a.d.Kind == "document"
	a.add(sql, args...)
	return err
}
