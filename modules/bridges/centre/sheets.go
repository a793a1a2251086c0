package centre

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/print/tally"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// sheetShape is one sheet. Amount is null where it has none or the reader may not see it.
type sheetShape struct {
	Resource   string  `json:"resource"`
	KindLabel  string  `json:"kind_label"`
	ID         int64   `json:"id"`
	Date       string  `json:"date"`
	Made       string  `json:"made"`
	Number     string  `json:"number"`
	Party      string  `json:"party"`
	Amount     *string `json:"amount"`
	State      string  `json:"state"`
	StateLabel string  `json:"state_label"`
	Tone       string  `json:"tone"`
	Red        bool    `json:"red"` // it takes another one back
	Revision   int64   `json:"revision"`
	Maker      string  `json:"maker"`
	Prints     int     `json:"prints"` // how often it was printed
	Note       string  `json:"note"`
	Copy       bool    `json:"copy"`
	Print      bool    `json:"print"`
	Acts       []act   `json:"acts"`
}

type pageShape struct {
	From  string       `json:"from"`
	To    string       `json:"to"`
	Items []sheetShape `json:"items"`
	Next  *string      `json:"next"`
}

// sumShape is what a kind comes to. The amounts are null where it has none or the reader may not see them.
type sumShape struct {
	Resource string  `json:"resource"`
	Label    string  `json:"label"`
	Count    int64   `json:"count"`
	Open     int64   `json:"open"` // drafts and those that wait
	Void     int64   `json:"void"`
	Amount   *string `json:"amount"` // of those in force
	Later    *string `json:"later"`  // of drafts and those that wait
}

type sumsShape struct {
	Kinds []kindShape `json:"kinds"` // all that the reader may choose
	Items []sumShape  `json:"items"` // of the chosen kinds those that have sheets
	Total sumShape    `json:"total"`
}

type kindShape struct {
	Resource string `json:"resource"`
	Label    string `json:"label"`
}

// asked is a question to the centre.
type asked struct {
	kinds           []kind
	from, to        clock.Date
	stands          []stand
	makers, parties []int64 // any of them; none means everybody
	text            string
}

// longest is how much is read of what somebody looks for.
const longest = 100

// askOf reads a question; what is said of no day is said of today.
func askOf(v *kernel.View, values url.Values, all []kind) (a asked, err error) {
	a.from, a.to = v.Today, v.Today
	for name, day := range map[string]*clock.Date{"from": &a.from, "to": &a.to} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if *day = clock.Date(text); !day.Valid() {
			return a, problem.BadShape("query.invalid", "name", name)
		}
	}
	switch {
	case values.Get("from") == "" && a.to < a.from:
		a.from = a.to
	case values.Get("to") == "" && a.to < a.from:
		a.to = a.from
	case a.to < a.from:
		return a, problem.Rule("centre.dates").At("/to")
	}
	if a.kinds, err = named(v, all, strings.Join(values["kinds"], ",")); err != nil {
		return a, err
	}
	if a.stands, err = standing(strings.Join(values["state"], ",")); err != nil {
		return a, err
	}
	if a.makers, err = idsOf(values, "maker"); err == nil {
		a.parties, err = idsOf(values, "party")
	}
	if err != nil {
		return a, err
	}
	if a.text = values.Get("q"); len([]rune(a.text)) > longest {
		return a, problem.BadShape("query.invalid", "name", "q")
	}
	return a, nil
}

// mostIDs is among how many people or firms may be chosen.
const mostIDs = 50

// idsOf reads ids that are parted by commas.
func idsOf(values url.Values, name string) (out []int64, err error) {
	for _, w := range split(strings.Join(values[name], ",")) {
		id, ok := resource.ParseID(w)
		if !ok || len(out) == mostIDs {
			return nil, problem.BadShape("query.invalid", "name", name)
		}
		out = append(out, id)
	}
	return out, nil
}

const (
	rowsOfPage = 50
	mostOfPage = 200
)

// list answers a page of sheets.
func list(r *route.Request) error {
	limit, err := r.Int("limit", rowsOfPage, mostOfPage)
	if err != nil {
		return err
	}
	var behind *spot
	if cursor := r.Query("cursor"); cursor != "" {
		if behind, err = spotOf(cursor); err != nil {
			return err
		}
	}
	var out pageShape
	err = r.View(func(v *kernel.View) (err error) {
		out, err = page(v, r.R.URL.Query(), behind, limit)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// page reads the sheets behind a place, as many as a page has.
func page(v *kernel.View, values url.Values, behind *spot, limit int) (out pageShape, err error) {
	a, err := askOf(v, values, kindsOf(v, "read"))
	if err != nil {
		return out, err
	}
	out.From, out.To = string(a.from), string(a.to)
	found, err := rows(v, a, behind, limit+1)
	if err != nil {
		return out, err
	}
	if len(found) > limit {
		found = found[:limit]
		next := string(found[limit-1].date) + "." + strconv.FormatInt(found[limit-1].id, 10)
		out.Next = &next
	}
	out.Items, err = shapes(v, a.kinds, found)
	return out, err
}

func spotOf(cursor string) (*spot, error) {
	day, id, _ := strings.Cut(cursor, ".")
	s := &spot{day: clock.Date(day)}
	var err error
	if s.id, err = strconv.ParseInt(id, 10, 64); err != nil || !s.day.Valid() {
		return nil, problem.BadShape("cursor.invalid")
	}
	return s, nil
}

// names are what parties, people and makers of rows are called.
func names(v *kernel.View, found []row) (resource.LabelSet, error) {
	ids := map[string]map[int64]bool{"base.party": {}, "base.person": {}, "base.user": {}}
	for _, r := range found {
		for of, id := range map[string]int64{"base.party": r.party, "base.person": r.person, "base.user": r.maker} {
			if id != 0 {
				ids[of][id] = true
			}
		}
	}
	return resource.LabelsOf(v, ids)
}

// who is whom a sheet is about: somebody outside, or else one of the firm's people.
func (r row) who(labels resource.LabelSet) string {
	if r.party != 0 {
		return labels["base.party"][r.party]
	}
	return labels["base.person"][r.person]
}

// shapes tells rows as the page shows them.
func shapes(v *kernel.View, kinds []kind, found []row) ([]sheetShape, error) {
	labels, err := names(v, found)
	if err != nil {
		return nil, err
	}
	by := map[int]kind{}
	for _, k := range kinds {
		by[k.at] = k
	}
	counts, err := prints(v, by, found)
	if err != nil {
		return nil, err
	}
	out := make([]sheetShape, len(found))
	for i, r := range found {
		k := by[r.kind]
		s := sheetShape{Resource: k.def.Name, KindLabel: k.def.Label.In(v.Lang), ID: r.id, Date: string(r.date), Made: r.made.String(), Number: r.number,
			Party: r.who(labels), State: string(r.state), Red: r.red, Revision: r.marks, Maker: labels["base.user"][r.maker], Prints: counts[r.kind][r.id].Times, Note: r.note,
			Copy: k.copied(v) && !r.red, Print: k.printed(v), Acts: k.acts(v, r.state, r.red)}
		s.StateLabel, s.Tone = titleOf(k.def, r.state, v.Lang)
		if r.amount.Valid {
			text := money.Amount(r.amount.Int64).String()
			s.Amount = &text
		}
		out[i] = s
	}
	return out, nil
}

// prints tells how often sheets were printed, by kind and id.
func prints(v *kernel.View, by map[int]kind, found []row) (map[int]map[int64]tally.Count, error) {
	ids := map[int][]int64{}
	for _, r := range found {
		ids[r.kind] = append(ids[r.kind], r.id)
	}
	out := map[int]map[int64]tally.Count{}
	for at, list := range ids {
		counts, err := tally.Counts(v, by[at].def.Name, list)
		if err != nil {
			return nil, err
		}
		out[at] = counts
	}
	return out, nil
}

// add answers what the sheets come to, by kind and in all.
func add(r *route.Request) error {
	var out sumsShape
	err := r.View(func(v *kernel.View) (err error) {
		out, err = added(v, r.R.URL.Query())
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func added(v *kernel.View, values url.Values) (out sumsShape, err error) {
	out.Kinds = []kindShape{}
	all := kindsOf(v, "read")
	for _, k := range all {
		out.Kinds = append(out.Kinds, kindShape{k.def.Name, k.def.Label.In(v.Lang)})
	}
	a, err := askOf(v, values, all)
	if err != nil {
		return out, err
	}
	found, err := sums(v, a)
	if err != nil {
		return out, err
	}
	out.Items, out.Total, err = sumShapes(v, a.kinds, found)
	return out, err
}

// sumShapes tells what the kinds come to and adds them up. What the reader may not see of a kind is in no total.
func sumShapes(v *kernel.View, kinds []kind, found []sum) (items []sumShape, total sumShape, err error) {
	var amount, later money.Amount
	shown := false
	items = []sumShape{}
	for _, s := range found {
		for _, k := range kinds {
			if k.at != s.kind {
				continue
			}
			one := sumShape{Resource: k.def.Name, Label: k.def.Label.In(v.Lang), Count: s.count, Open: s.open, Void: s.void}
			if k.told(v) != nil {
				shown = true
				one.Amount, one.Later = text(s.amount), text(s.openAmount)
				if amount, err = money.Add(amount, s.amount); err != nil {
					return nil, total, err
				}
				if later, err = money.Add(later, s.openAmount); err != nil {
					return nil, total, err
				}
			}
			total.Count, total.Open, total.Void = total.Count+one.Count, total.Open+one.Open, total.Void+one.Void
			items = append(items, one)
		}
	}
	if shown {
		total.Amount, total.Later = text(amount), text(later)
	}
	return items, total, nil
}

func text(a money.Amount) *string {
	s := a.String()
	return &s
}
