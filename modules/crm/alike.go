package crm

import (
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// keysOf gives what a lead is compared by: its name and its first phone.
func keysOf(l *Lead) (name, phone string) {
	if numbers := party.PhoneKeys(l.Phone); len(numbers) > 0 {
		phone = numbers[0]
	}
	return party.NameKey(l.Name), phone
}

// leadFacts shows beside name and phone which leads and parties have the same.
func leadFacts(v *kernel.View, l *Lead) ([]kernel.Fact, error) {
	out, err := party.Parties.Facts(v, &party.Party{Name: l.Name, Phone: l.Phone})
	if err != nil {
		return nil, err
	}
	if name := party.NameKey(l.Name); name != "" {
		more, err := (probe{pointer: "/name", column: "name_key", values: []string{name}}).facts(v, l.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if numbers := party.PhoneKeys(l.Phone); len(numbers) > 0 {
		more, err := (probe{pointer: "/phone", column: "phone_key", right: "phone", values: numbers}).facts(v, l.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// probe looks for leads like the one that is typed, because of one field.
type probe struct {
	pointer, column, right string
	values                 []string
}

// twin is a lead that is like another one.
type twin struct {
	id, owner    int64
	number, name string
	seen         bool
}

// facts tells of each twin by name where the actor may see it, and else only who looks after it.
func (p probe) facts(v *kernel.View, except int64) ([]kernel.Fact, error) {
	twins, err := p.twins(v, except)
	if err != nil || len(twins) == 0 {
		return nil, err
	}
	owners := map[int64]bool{}
	for _, t := range twins {
		owners[t.owner] = t.owner != 0
	}
	names, err := resource.LabelsOf(v, map[string]map[int64]bool{"base.person": owners})
	if err != nil {
		return nil, err
	}
	var out []kernel.Fact
	for _, t := range twins {
		f := kernel.Fact{Pointer: p.pointer, Label: kernel.T("可能重复", "Possible duplicate"), Kind: kernel.KindText, Right: p.right}
		owner := names["base.person"][t.owner]
		if t.seen {
			f.Value, f.To = t.shown(owner).In(v.Lang), "/r/"+Leads.Name+"/"+strconv.FormatInt(t.id, 10)
		} else {
			f.Value = p.hidden(owner).In(v.Lang)
		}
		out = append(out, f)
	}
	return out, nil
}

func (t twin) shown(owner string) kernel.Text {
	text := t.number + " " + t.name
	if owner == "" {
		return kernel.T(text, text)
	}
	return kernel.T(text+"（业务员 "+owner+"）", text+" (salesperson "+owner+")")
}

func (p probe) hidden(owner string) kernel.Text {
	same := kernel.T("同名", "the same name")
	if p.column == "phone_key" {
		same = kernel.T("同电话", "the same phone")
	}
	if owner == "" {
		return kernel.T("已有"+same.Zh+"线索", "There is a lead with "+same.En)
	}
	return kernel.T(same.Zh+"线索由 "+owner+" 负责", "A lead with "+same.En+" is looked after by "+owner)
}
