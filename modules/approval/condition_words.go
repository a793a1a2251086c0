package approval

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// conditionToken is what a condition is made of: texts, figures, names, signs and the room between them.
var conditionToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[0-9]+(?:\.[0-9]+)?|not in\b|\.?[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*|&&|\|\||[=!<>]=|, *| +|.`)

// conditionSigns are the words and signs of the language of conditions, as people write them.
var conditionSigns = map[string]kernel.Text{
	"and": kernel.T("并且", "and"), "&&": kernel.T("并且", "and"), "or": kernel.T("或者", "or"), "||": kernel.T("或者", "or"),
	"not": kernel.T("不是", "not"), "!": kernel.T("不是 ", "not "), "true": kernel.T("是", "yes"), "false": kernel.T("否", "no"),
	"any": kernel.T("有一行", "any"), "all": kernel.T("每一行", "all"), "none": kernel.T("没有一行", "none"), "sum": kernel.T("合计", "sum of"), "len": kernel.T("行数", "number of"),
	"in": kernel.T("属于", "in"), "not in": kernel.T("不属于", "not in"), "contains": kernel.T("含有", "contains"), "startsWith": kernel.T("开头是", "begins with"), "endsWith": kernel.T("结尾是", "ends with"),
	"==": kernel.T("是", "is"), "!=": kernel.T("不是", "is not"), ">=": kernel.T("≥", "≥"), "<=": kernel.T("≤", "≤"), "*": kernel.T("×", "×"), "/": kernel.T("÷", "÷"),
	"(": kernel.T("（", "("), ")": kernel.T("）", ")"), "[": kernel.T("（", "("), "]": kernel.T("）", ")"),
}

// comparisons stand between a field and what it is compared with.
var comparisons = []string{"==", "!=", ">", ">=", "<", "<=", "in", "not in", "contains", "startsWith", "endsWith"}

// teller says a condition on one kind of document in words.
type teller struct {
	v      *kernel.View
	fields map[string]*kernel.Field            // what it may name
	lines  map[string]map[string]*kernel.Field // what it may name of the lines of a set
	tokens []string

	set        string        // the set it speaks of
	last, said *kernel.Field // the field it has just named, and the one that what follows is compared with
	list       bool          // it goes through a list of what it may be
}

// conditionWords says a condition as people read it: fields by their labels, options and records by their names, figures
// with separators.
func conditionWords(v *kernel.View, d *kernel.Def, text string) string {
	t := teller{v: v, fields: map[string]*kernel.Field{
		"initiator.user":            {Label: kernel.T("发起人", "Initiator"), Kind: kernel.KindRef, Ref: "base.user"},
		"initiator.name":            {Label: kernel.T("发起人姓名", "Initiator's name")},
		"initiator.department":      {Label: kernel.T("发起人部门", "Initiator's department"), Kind: kernel.KindRef, Ref: "base.department"},
		"initiator.department_name": {Label: kernel.T("发起人部门名称", "Name of the initiator's department")},
		"initiator.roles":           {Label: kernel.T("发起人的角色", "Initiator's roles"), Name: "roles"},
	}, lines: map[string]map[string]*kernel.Field{}, tokens: conditionToken.FindAllString(text, -1)}
	for _, l := range d.Lines {
		t.lines[l.Name] = map[string]*kernel.Field{}
		t.note(t.lines[l.Name], "", l.Fields)
		t.fields[l.Name] = &kernel.Field{Label: l.Label}
	}
	for _, a := range d.Actions {
		if a.Input != nil {
			t.note(t.fields, "input.", a.Input.Fields)
		}
	}
	for _, f := range figuresOf(v.Company, d.Name) {
		t.fields[f.Field.Name] = &f.Field
	}
	t.note(t.fields, "", d.Fields)
	var b strings.Builder
	for i := range t.tokens {
		b.WriteString(t.word(i))
	}
	return b.String()
}

// note enters fields and what can be asked of the records they point at; a field's own name goes first.
func (t *teller) note(in map[string]*kernel.Field, before string, fields []*kernel.Field) {
	for _, f := range fields {
		if target := t.v.Company.Def(f.Ref); f.Kind == kernel.KindRef && target != nil {
			for name, x := range reachable(f, target) {
				in[before+name] = x
			}
		}
	}
	for _, f := range fields {
		in[before+f.Name] = f
	}
}

// named is the field that a token names, nil for none.
func (t *teller) named(token string) *kernel.Field {
	if name, ofLine := strings.CutPrefix(token, "."); ofLine {
		return t.lines[t.set][name]
	}
	return t.fields[token]
}

func (t *teller) word(i int) string {
	token, lang := t.tokens[i], t.v.Lang
	said := t.said
	t.follow(token)
	if _, ok := t.lines[token]; ok {
		t.set = token
	}
	switch c := token[0]; {
	case c == '"' || c == '\'':
		if said == nil {
			said = t.ahead(i)
		}
		return t.text(unquoted(token), said)
	case c >= '0' && c <= '9':
		return t.figure(token, said)
	case c == ',' && t.list:
		return kernel.T("、", ", ").In(lang)
	case c == ',':
		return kernel.T("，", ", ").In(lang)
	}
	if f := t.named(token); f != nil {
		return f.Label.In(lang)
	}
	if sign, ok := conditionSigns[token]; ok {
		return sign.In(lang)
	}
	return token
}

// follow notes, as a condition is read from left to right, which field its next word is compared with.
func (t *teller) follow(token string) {
	f := t.named(token)
	switch {
	case strings.TrimSpace(token) == "" || t.list && token[0] == ',':
	case slices.Contains(comparisons, token):
		t.said, t.last = t.last, nil
	case token == "[":
		t.list = true
	case f == nil && t.list && token != "]": // one of a list
	default:
		t.last, t.said, t.list = f, nil, false
	}
}

// ahead is the list that a text is looked for in: "boss" in initiator.roles.
func (t *teller) ahead(i int) *kernel.Field {
	var next []string
	for _, token := range t.tokens[i+1:] {
		if strings.TrimSpace(token) != "" {
			next = append(next, token)
		}
		if len(next) == 2 {
			break
		}
	}
	if len(next) == 2 && (next[0] == "in" || next[0] == "not in") {
		return t.named(next[1])
	}
	return nil
}

// unquoted is the text between quotation marks.
func unquoted(token string) string {
	return escaped.ReplaceAllString(token[1:len(token)-1], "$1")
}

var escaped = regexp.MustCompile(`\\(.)`)

// text is what a text stands for: an option, a role, or itself.
func (t *teller) text(text string, f *kernel.Field) string {
	switch {
	case f != nil && f.Kind == kernel.KindEnum:
		text = route.OptionLabel(f, text, t.v.Lang)
	case f != nil && f.Name == "roles":
		text = roleWord(t.v, text)
	case f != nil && (f.Kind == kernel.KindDate || f.Kind == kernel.KindMonth):
		return text
	}
	return kernel.T("「"+text+"」", "“"+text+"”").In(t.v.Lang)
}

// figure is what a figure stands for: a record, a part in a hundred, or itself.
func (t *teller) figure(text string, f *kernel.Field) string {
	if f != nil && f.Kind == kernel.KindRef {
		id, _ := strconv.ParseInt(text, 10, 64)
		if target := t.v.Company.Def(f.Ref); target != nil {
			if names, err := resource.Labels(t.v, target, []int64{id}); err == nil && names[id] != "" {
				return kernel.T("「"+names[id]+"」", "“"+names[id]+"”").In(t.v.Lang)
			}
		}
		return text
	}
	if f != nil && f.Kind == kernel.KindRate {
		if r, err := money.ParseRate(text); err == nil { // eight decimals: as a quantity, with six, it is a hundred times as much
			return money.FormatQty(money.Qty(r)) + "%"
		}
	}
	if q, err := money.ParseQty(text); err == nil {
		return money.FormatQty(q)
	}
	return text
}
