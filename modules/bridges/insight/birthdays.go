package insight

import (
	"slices"
	"strconv"

	"zhanggui/modules/base/party"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/resource"
)

const birthdayReport = "insight.birthdays"

// weekAhead is up to how many days from today a birthday is told, as the reminders have it.
const weekAhead = 7

type birthdayParams struct {
	Person int64      `zg:"ref=base.person" zh:"业务员" en:"Salesperson"`
	From   clock.Date `zg:"" zh:"从" en:"From" help:"留空为今天|Today when left empty"`
	To     clock.Date `zg:"" zh:"到" en:"To" help:"留空为从那天起的一周|A week from the first day when left empty"`
}

type birthdayColumns struct {
	Day      clock.Date `zg:"width=110" zh:"生日" en:"Birthday"`
	Name     string     `zg:"width=140" zh:"联系人" en:"Contact"`
	Customer int64      `zg:"ref=base.party,width=220" zh:"客户" en:"Customer"`
	Person   int64      `zg:"ref=base.person,width=110" zh:"业务员" en:"Salesperson"`
}

// birthdays lists those of the contacts of all customers whom the reader sees.
func birthdays() *kernel.Report {
	return &kernel.Report{Name: birthdayReport, Label: kernel.T("联系人生日", "Birthdays of contacts"), Menu: "insight",
		Params: resource.FieldsOf[birthdayParams](), Columns: resource.FieldsOf[birthdayColumns](), Run: runBirthdays}
}

// longestSpan is a year: nobody has two birthdays in it.
const longestSpan = 364

func runBirthdays(v *kernel.View, params map[string]string) (*kernel.Table, error) {
	from, to := clock.Date(params["from"]), clock.Date(params["to"])
	if from == "" {
		from = v.Today
	}
	if to == "" {
		to = from.AddDays(weekAhead)
	}
	found, err := party.Birthdays(v, idOf(params, "person"), from, min(to, from.AddDays(longestSpan)))
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, b := range found {
		ids = append(ids, b.Party)
	}
	slices.Sort(ids)
	owners, err := ownersOf(v, slices.Compact(ids))
	t := &kernel.Table{}
	for _, b := range found {
		values := map[string]any{"day": b.Day, "name": b.Name, "customer": b.Party}
		if owner := owners[b.Party]; owner != 0 {
			values["person"] = owner
		}
		t.Rows = append(t.Rows, kernel.Row{Values: values, To: partyPage(b.Party)})
	}
	return t, err
}

func partyPage(id int64) string { return "/r/" + party.Parties.Name + "/" + strconv.FormatInt(id, 10) }

// born gives the birthdays of the coming week once for the whole page.
func (p *page) born() (out []party.Birthday, err error) {
	if !p.bornKnown {
		p.bornWeek, err = party.Birthdays(p.View, 0, p.Today, p.Today.AddDays(weekAhead))
		p.bornKnown = err == nil
	}
	return p.bornWeek, err
}

func (p *page) birthdays() (*shown, error) {
	to := p.report(birthdayReport)
	if to == "" {
		return nil, nil
	}
	found, err := p.born()
	return &shown{value: int64(len(found)), to: to}, err
}

// birthdayList names whose birthday it is soon, so that long lists of what is late hide nobody.
func birthdayList(p *page) (*listShape, error) {
	to := p.report(birthdayReport)
	if to == "" {
		return nil, nil
	}
	found, err := p.born()
	out := &listShape{Key: "birthdays", Label: kernel.T("一周内的生日", "Birthdays within a week").In(p.Lang), To: to}
	for _, b := range found[:min(len(found), shownItems)] {
		out.Items = append(out.Items, itemShape{b.Name, b.Customer, kernel.KindDate, b.Day, partyPage(b.Party)})
	}
	return out, err
}
