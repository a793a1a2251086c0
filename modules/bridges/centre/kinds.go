package centre

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/stock"
)

// order names the kinds of sheets in the order of the work: what is sold, bought, paid, moved, spent, booked.
var order = []string{
	"sales.quotation", "sales.order", "stock.delivery", "stock.sales_return", "settlement.receipt",
	"purchasing.requisition", "purchasing.order", "stock.receipt", "stock.purchase_return", "settlement.payment",
	"settlement.expense", "settlement.income", "settlement.transfer",
	"stock.transfer", "stock.count", "stock.other_in", "stock.other_out", "stock.adjustment",
	"office.claim", "office.advance", "ledger.voucher",
	"stock.opening", "settlement.opening", "opening.balance",
}

// kind is one kind of sheets with the columns in which it says what the centre shows; "" for what it does not say.
type kind struct {
	def    *kernel.Def
	at     int // its place in order, by which rows of a statement name it
	party  string
	person string // who it is about where it is about nobody outside: of a claim, whose it is
	amount *kernel.Field
	red    bool // some take others back
}

// kindsOf describes the kinds that somebody may use in a way: "read", "export", "print".
func kindsOf(v *kernel.View, act string) (out []kind) {
	for at, name := range order {
		d := v.Company.Def(name)
		if d == nil || !v.Actor.Can(name, "read") || !v.Actor.Can(name, act) {
			continue
		}
		out = append(out, describe(d, at))
	}
	return out
}

// describe reads from a declaration where a kind keeps what is shown.
func describe(d *kernel.Def, at int) kind {
	k := kind{def: d, at: at, red: d.ByName["reverses"] != nil}
	for _, f := range d.Fields {
		stored := f.Stored() && f.Kind == kernel.KindRef
		switch {
		case stored && k.party == "" && f.Ref == "base.party" && f.Right == "":
			k.party = f.Name
		case stored && k.person == "" && f.Ref == "base.person" && f.Name == "person" && f.Right == "":
			k.person = f.Name
		}
	}
	for _, name := range []string{"gross", "amount", "total", "goods", "cost"} {
		if f := d.ByName[name]; f != nil && f.Kind == kernel.KindAmount && f.Stored() {
			k.amount = f
			break
		}
	}
	return k
}

// told is the column of the amount as far as somebody may see it, nil for none.
func (k kind) told(v *kernel.View) *kernel.Field {
	if k.amount == nil || !v.Actor.Sees(k.amount.Right) {
		return nil
	}
	return k.amount
}

// stand is what has become of a sheet, in the ways that people ask for.
type stand string

const (
	drafts  stand = "draft"
	waiting stand = "waiting"
	leaving stand = "sent" // a delivery that the storekeeper has not shipped
	done    stand = "done"
	dead    stand = "dead" // void, taken back, or taking back
)

var stands = []struct {
	stand stand
	label kernel.Text
	tones []string
}{
	{drafts, kernel.T("草稿", "Draft"), []string{"draft"}},
	{waiting, kernel.T("待审批", "Waiting"), []string{"waiting"}},
	{leaving, kernel.T("待发货", "To be shipped"), []string{"waiting"}},
	{done, kernel.T("已生效", "In force"), []string{"live", "closed"}},
	{dead, kernel.T("红冲和作废", "Reversed and void"), []string{"dead"}},
}

// states are those of a kind that are shown in one of the tones, in the order of its machine.
func (k kind) states(tones ...string) (out []string) {
	for _, s := range k.def.Machine.States {
		if slices.Contains(tones, k.def.States[s].Tone) {
			out = append(out, string(s))
		}
	}
	return out
}

// in gives the states of a kind in which it stands in a way. What waits to be shipped has the tone of what waits for an approval.
func (k kind) in(s stand, tones []string) []string {
	return slices.DeleteFunc(k.states(tones...), func(name string) bool {
		return (s == waiting || s == leaving) && (name == string(stock.Sent)) != (s == leaving)
	})
}

// void are the states of what never came into force. What was taken back did: its red sheet stands against it.
func (k kind) void() (out []string) {
	for _, s := range k.states("dead") {
		if s != "reversed" {
			out = append(out, s)
		}
	}
	return out
}

// named picks kinds by what programs or people call them; all of them where nothing is said.
func named(v *kernel.View, all []kind, text string) ([]kind, error) {
	words := split(text)
	if len(words) == 0 {
		return all, nil
	}
	var out []kind
	for _, k := range all {
		if slices.ContainsFunc(words, func(w string) bool { return w == k.def.Name || w == k.def.Label.Zh || w == k.def.Label.En }) {
			out = append(out, k)
		}
	}
	for _, w := range words {
		known := slices.ContainsFunc(order, func(name string) bool {
			d := v.Company.Def(name)
			return d != nil && (w == name || w == d.Label.Zh || w == d.Label.En)
		})
		if !known {
			return nil, problem.BadShape("query.invalid", "name", "kinds")
		}
	}
	return out, nil
}

// standing reads which stands are asked for, by name or by label; none means all.
func standing(text string) (out []stand, err error) {
	for _, w := range split(text) {
		at := -1
		for i, s := range stands {
			if w == string(s.stand) || w == s.label.Zh || w == s.label.En {
				at = i
			}
		}
		if at < 0 {
			return nil, problem.BadShape("query.invalid", "name", "state")
		}
		out = append(out, stands[at].stand)
	}
	return out, nil
}

// split parts a list at commas of either script.
func split(text string) (out []string) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' || r == '、' }) {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// act is something that may be done to a sheet as it stands.
type act struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// offered are the acts on one row of the centre, in this order.
var offered = []string{"post", "confirm", "modify", "unpost", "unconfirm", "reverse", "void"}

// acts are those of them that somebody may do to a sheet in a state. A red sheet is not modified nor taken back.
func (k kind) acts(v *kernel.View, s state.State, red bool) []act {
	out := []act{}
	for _, name := range offered {
		a := k.def.Action(name)
		if a == nil || a.Hidden || red || !v.Actor.Can(k.def.Name, name) {
			continue
		}
		for _, t := range k.def.Machine.Transitions {
			if t.Action == name && slices.Contains(t.From, s) {
				out = append(out, act{name, a.Label.In(v.Lang)})
			}
		}
	}
	return out
}

// copied tells whether a sheet of the kind can be written once more by somebody.
func (k kind) copied(v *kernel.View) bool {
	return !k.def.NoCreate && v.Actor.Can(k.def.Name, "create")
}

// printed tells whether a sheet of the kind can be printed by somebody.
func (k kind) printed(v *kernel.View) bool {
	return len(k.def.Prints) > 0 && v.Actor.Can(k.def.Name, "print")
}

// titleOf is what a state is called.
func titleOf(d *kernel.Def, s state.State, lang string) (label, tone string) {
	info := d.States[s]
	return info.Label.In(lang), info.Tone
}
