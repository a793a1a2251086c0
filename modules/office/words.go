package office

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/resource"
)

// What a paper is called, in words, by who is asked about it (kernel.Def.Words of no field): whose it is, what for and how
// much. Its number says nothing to him.

func leaveWords(v *kernel.View, l *Leave, field string) (string, bool) {
	if field != "" {
		return "", false
	}
	kind := l.Kind
	for _, o := range v.Company.Def(leaveName).ByName["kind"].Options {
		if o.Value == l.Kind {
			kind = o.Label.In(v.Lang)
		}
	}
	days := l.Days.String()
	text := kernel.T(days+" 天", days+" days")
	if days == "1" {
		text.En = "1 day"
	}
	return called(v, l.Person, kind, text)
}

func claimWords(v *kernel.View, c *Claim, field string) (string, bool) {
	if field != "" || len(c.Lines) == 0 {
		return "", false
	}
	most, others := c.Lines[0], false
	for _, l := range c.Lines {
		if l.Amount > most.Amount {
			most = l
		}
		others = others || l.Category != c.Lines[0].Category
	}
	names, err := resource.Labels(v, v.Company.Def("office.expense_category"), []int64{most.Category})
	if err != nil {
		return "", false
	}
	kind := names[most.Category]
	if others {
		kind += kernel.T("等", " and others").In(v.Lang)
	}
	amount := money.Format(c.Total)
	return called(v, c.Person, kind, kernel.T(amount+" 元", amount))
}

// called puts together whose a paper is, what for and how much; false when the person cannot be read, who is its beginning.
func called(v *kernel.View, person int64, kind string, much kernel.Text) (string, bool) {
	names, err := resource.Labels(v, organisation.People.Def, []int64{person})
	if err != nil || names[person] == "" {
		return "", false
	}
	return names[person] + " " + kind + " " + much.In(v.Lang), true
}
