package party

import (
	"cmp"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// settingSimilar says what happens to a new party that is like one that is there.
const settingSimilar = "party.similar"

func similarSetting() *kernel.Setting {
	return &kernel.Setting{Group: kernel.T("往来单位", "Customers and suppliers"), Field: kernel.Field{Name: settingSimilar, Kind: kernel.KindEnum, Default: "warn",
		Options: []kernel.Option{{Value: "warn", Label: kernel.T("提示", "Warn")}, {Value: "refuse", Label: kernel.T("不允许", "Refuse")}},
		Label:   kernel.T("新建的往来单位与已有的重复时", "A new party that is like another one"),
		Help:    kernel.T("比较名称、电话和税号", "Names, phones and tax numbers are compared")}}
}

// shownAlike is how many parties that are like one are shown beside a field.
const shownAlike = 5

// probe is what to look for because of one field of the form.
type probe struct {
	pointer, kind string
	wanted        []key
}

// match is a party that was found by a probe.
type match struct {
	probe
	party int64
}

// holds tells whether the party is still known so: rows of an older program's making may not be.
func (m match) holds(p *Party) bool {
	return p != nil && slices.ContainsFunc(keysOf(p), func(k key) bool { return slices.Contains(m.wanted, k) })
}

func probes(p *Party) []probe {
	whole, bare := nameKeys(p.Name)
	name := probe{pointer: "/name", kind: keyName}
	if whole != "" {
		name.wanted = append(name.wanted, key{keyName, whole})
		if bare == "" {
			name.wanted = append(name.wanted, key{keyBare, whole})
		} else {
			name.wanted = append(name.wanted, key{keyName, bare})
		}
	}
	phones := func(pointer, text string) probe {
		out := probe{pointer: pointer, kind: keyPhone}
		for _, digits := range phoneKeys(text) {
			out.wanted = append(out.wanted, key{keyPhone, digits})
		}
		return out
	}
	all := []probe{name, phones("/phone", p.Phone)}
	for i, c := range p.Contacts {
		all = append(all, phones("/contacts/"+strconv.Itoa(i)+"/phone", c.Phone))
	}
	if number := cleanTaxNumber(p.TaxNumber); number != "" {
		all = append(all, probe{"/tax_number", keyTax, []key{{keyTax, number}}})
	}
	return all
}

// alike finds the parties that are like this one, field by field.
func alike(v *kernel.View, p *Party) ([]match, error) {
	var out []match
	for _, one := range probes(p) {
		if len(one.wanted) == 0 {
			continue
		}
		ids, err := knownBy(v, one.wanted, p.ID)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out = append(out, match{one, id})
		}
	}
	return out, nil
}

// told is a match as the actor may know of it: by name, with the way there, where he may see the party, and else only who
// looks after it.
type told struct {
	match
	text kernel.Text
	to   string
}

func tell(v *kernel.View, matches []match) ([]told, error) {
	ids, owners := []int64{}, map[int64]bool{}
	for _, m := range matches {
		ids = append(ids, m.party)
	}
	found, err := Parties.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		owners[p.Owner] = p.Owner != 0
	}
	names, err := resource.LabelsOf(v, map[string]map[int64]bool{"base.person": owners})
	if err != nil {
		return nil, err
	}
	seen, err := visible(v, ids)
	if err != nil {
		return nil, err
	}
	var out []told
	for _, m := range matches {
		p := found[m.party]
		if !m.holds(p) {
			continue
		}
		t := told{match: m, text: hidden(m.kind, p, names["base.person"][p.Owner])}
		if seen[p.ID] {
			t.text, t.to = shown(p, names["base.person"][p.Owner]), "/r/"+Parties.Name+"/"+strconv.FormatInt(p.ID, 10)
		}
		out = append(out, t)
	}
	return out, nil
}

func shown(p *Party, owner string) kernel.Text {
	text := p.Code + " " + p.Name
	if owner == "" {
		return kernel.T(text, text)
	}
	return kernel.T(text+"（业务员 "+owner+"）", text+" (salesperson "+owner+")")
}

var sameWords = map[string]kernel.Text{
	keyName: kernel.T("同名", "the same name"), keyPhone: kernel.T("同电话", "the same phone"), keyTax: kernel.T("同税号", "the same tax number")}

// hidden says no more of a party that the actor may not see than whom to ask.
func hidden(kind string, p *Party, owner string) kernel.Text {
	same := sameWords[kind]
	who := kernel.T("客户", "customer")
	if !p.Customer {
		who = kernel.T("供应商", "supplier")
	}
	if owner == "" {
		return kernel.T("已有"+same.Zh+who.Zh, "There is a "+who.En+" with "+same.En)
	}
	return kernel.T(same.Zh+who.Zh+"由 "+owner+" 负责", "A "+who.En+" with "+same.En+" is looked after by "+owner)
}

// similarFacts shows beside name, phone and tax number which parties have the same.
func similarFacts(v *kernel.View, p *Party) ([]kernel.Fact, error) {
	matches, err := alike(v, p)
	if err != nil || len(matches) == 0 {
		return nil, err
	}
	list, err := tell(v, matches)
	var out []kernel.Fact
	for _, t := range list {
		right := ""
		if t.kind == keyPhone {
			right = "phone"
		}
		out = append(out, kernel.Fact{Pointer: t.pointer, Label: kernel.T("可能重复", "Possible duplicate"), Kind: kernel.KindText, Value: t.text.In(v.Lang), Right: right, To: t.to})
	}
	return out, err
}

// likeOthers tells a dry run which parties a new one is like, where that refuses nothing.
func likeOthers(v *kernel.View, rec any) (problem.List, error) {
	p := rec.(*Party)
	if p.Person != 0 {
		return nil, nil
	}
	matches, err := alike(v, p)
	if err != nil || len(matches) == 0 {
		return nil, err
	}
	list, err := tell(v, matches)
	var out problem.List
	for _, t := range list {
		if t.kind == keyPhone && !v.Actor.Sees("phone") {
			continue
		}
		who, same := t.text, sameWords[t.kind]
		if t.to != "" {
			who = kernel.T(same.Zh+"「"+who.Zh+"」", same.En+": “"+who.En+"”")
		}
		out.Add(problem.Rule("party.like", "who", who).At(t.pointer))
	}
	return out, err
}

// noTwin refuses a new party that is like another one, where the company wants that; each field is told once.
func noTwin(v *kernel.View, p *Party) (problem.List, error) {
	if p.ID != 0 || p.Person != 0 || v.Company.Setting(settingSimilar) != "refuse" {
		return nil, nil
	}
	matches, err := alike(v, p)
	if err != nil || len(matches) == 0 {
		return nil, err
	}
	list, err := tell(v, slices.CompactFunc(matches, func(a, b match) bool { return a.pointer == b.pointer }))
	var out problem.List
	for _, t := range list {
		out.Add(problem.Rule("party.similar", "who", t.text).At(t.pointer))
	}
	return out, err
}

// Twin is the code of the question whether a second party of the same name is meant. Who repeats his request with it among
// what he agrees to has answered with yes.
const Twin = "party.twin"

// noTwinNow is noTwin in the unit that writes, where rows of the same file and of other people have come first. Where the
// company refuses nothing, somebody who can be asked is asked about the same name.
func noTwinNow(tx *kernel.Tx, p *Party) error {
	refuses, asks := tx.Company.Setting(settingSimilar) == "refuse", tx.Behalf.Asks && !slices.Contains(tx.Behalf.Agrees, Twin)
	if p.ID != 0 || p.Person != 0 || !refuses && !asks {
		return nil
	}
	if err := writeKeys(tx); err != nil {
		return err
	}
	matches, err := alike(tx.View, p)
	if err != nil || len(matches) == 0 {
		return err
	}
	if err := resource.Flush(tx); err != nil { // the twin may be of this unit
		return err
	}
	if refuses {
		list, err := noTwin(tx.View, p)
		return cmp.Or(err, list.Err())
	}
	return namesakes(tx.View, matches)
}

// namesakes is the question about parties of the same name.
func namesakes(v *kernel.View, matches []match) error {
	found, err := tell(v, matches)
	var list problem.List
	for _, t := range found {
		if t.kind == keyName {
			list.Add(problem.Rule(Twin, "who", t.text).At(t.pointer))
		}
	}
	return cmp.Or(err, list.Err())
}

// keyWork is the keys that a unit takes away and gives, until they are written.
type keyWork struct {
	gone, come []keyed
}

// keyed is a key of a party.
type keyed struct {
	key
	party int64
}

type keyWorkKey struct{}

func keyWorkOf(tx *kernel.Tx) *keyWork {
	return kernel.Local(tx, keyWorkKey{}, func() *keyWork { return &keyWork{} })
}

// rekey notes by what a party is known from now on, nil of one that goes; what is noted is written together, at the
// latest when the unit is sealed.
func rekey(tx *kernel.Tx, old, p *Party) error {
	before, now := keysOf(old), keysOf(p)
	if len(before) == 0 && len(now) == 0 || slices.Equal(before, now) {
		return nil
	}
	w := keyWorkOf(tx)
	if len(before) > 0 && len(w.come) > 0 { // they may be of this unit
		if err := writeKeys(tx); err != nil {
			return err
		}
	}
	for _, k := range before {
		w.gone = append(w.gone, keyed{k, old.ID})
	}
	for _, k := range now {
		w.come = append(w.come, keyed{k, p.ID})
	}
	return nil
}

// writeKeys writes what was noted, many rows at once.
func writeKeys(tx *kernel.Tx) error {
	w := keyWorkOf(tx)
	gone, come := w.gone, w.come
	w.gone, w.come = nil, nil
	if err := dropKeys(tx, gone); err != nil {
		return err
	}
	return addKeys(tx, come)
}
