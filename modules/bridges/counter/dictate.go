package counter

import (
	"net/http"
	"strconv"
	"strings"

	"zhanggui/modules/base/item"
	"zhanggui/modules/bridges/counter/dictation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// draftShape is what a text says, to be put into a sheet that nobody saved yet. Said is what of the text it was read from,
// word for word; Guessed names what was not said in so many words.
type draftShape struct {
	Party    *guessShape   `json:"party"`
	Lines    []spokenShape `json:"lines"`
	Total    *string       `json:"total"`    // that was named
	Received *string       `json:"received"` // that was named
	Settled  bool          `json:"settled"`
	Owing    bool          `json:"owing"`
	Note     string        `json:"note"` // what belongs to no line
	Rest     string        `json:"rest"` // what was too much to be read
}

type guessShape struct {
	ID     int64         `json:"id"`
	Label  string        `json:"label"`
	Said   string        `json:"said"`
	Sure   bool          `json:"sure"`
	Others []choiceShape `json:"others"`
}

type choiceShape struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
}

type spokenShape struct {
	Said    string      `json:"said"`
	Item    guessShape  `json:"item"`
	Unit    choiceShape `json:"unit"`
	Own     bool        `json:"own"`   // the unit is the item's own
	Qty     string      `json:"qty"`   // below zero for what comes back
	Price   *string     `json:"price"` // null where none was said
	Free    bool        `json:"free"`
	Guessed []string    `json:"guessed"` // of unit, qty and price
	Note    string      `json:"note"`
}

// dictations gives the route that reads texts.
func (s *shelf) dictations() route.Route {
	return route.Route{Method: "POST", Path: "/api/v1/counter/dictation", Object: item.Items.Name, Acts: []string{"read"}, Body: route.JSON, Handle: s.dictated,
		Doc: route.Doc{Summary: "What a pasted or spoken text says, as the draft of a sheet; nothing is saved", Tag: "counter", Request: "object", Response: "object"}}
}

// spokenOf reads the question: kind and text, party and warehouse where they are chosen already.
func spokenOf(r *route.Request) (a asked, err error) {
	body, err := r.Strings("kind", "text", "party", "warehouse")
	if err != nil {
		return a, err
	}
	a.q, a.kind = body["text"], body["kind"]
	if r.Company.Def(a.kind) == nil || trades()[a.kind].done == nil {
		return a, problem.BadShape("query.invalid", "name", "kind").At("/kind")
	}
	for _, act := range []string{"read", "create"} {
		if !r.Actor.Can(a.kind, act) {
			return a, problem.New(problem.Forbidden, "forbidden", "resource", a.kind, "act", act)
		}
	}
	for name, to := range map[string]*int64{"party": &a.party, "warehouse": &a.warehouse} {
		if text := body[name]; text != "" {
			if *to, err = strconv.ParseInt(text, 10, 64); err != nil || *to < 0 {
				return a, problem.BadShape("query.invalid", "name", name).At("/" + name)
			}
		}
	}
	a.trade = trades()[a.kind]
	return a, nil
}

// dictated answers what a text says. It only reads.
func (s *shelf) dictated(r *route.Request) error {
	a, err := spokenOf(r)
	if err != nil {
		return err
	}
	var out draftShape
	err = r.View(func(v *kernel.View) (err error) {
		out, err = s.hear(v, a)
		return err
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// hear reads a text. Who is named in it decides what his words mean, so that it is read again once he is known.
func (s *shelf) hear(v *kernel.View, a asked) (draftShape, error) {
	book, err := s.bookAt(v)
	if err != nil {
		return draftShape{}, err
	}
	parties, err := calledOf(v, a.trade.sells)
	if err != nil {
		return draftShape{}, err
	}
	known, err := s.habit(v, a)
	if err != nil {
		return draftShape{}, err
	}
	known.Parties = parties
	d := book.Read(a.q, known)
	if d.Party != nil && d.Party.ID != a.party {
		a.party = d.Party.ID
		if known, err = s.habit(v, a); err != nil {
			return draftShape{}, err
		}
		known.Parties = parties
		d = book.Read(a.q, known)
	}
	if !v.Actor.Sees(a.trade.right) { // he writes no prices: the sheet has those that are known
		for i := range d.Lines {
			d.Lines[i].Price, d.Lines[i].Guessed.Price = 0, false
		}
	}
	return shapeOf(d), nil
}

// habit is what decides between items, for the party of the sheet.
func (s *shelf) habit(v *kernel.View, a asked) (k dictation.Known, err error) {
	d, err := dealingsOf(v, a)
	if err != nil {
		return k, err
	}
	k.Bought = d.recency()
	k.Theirs = map[int64][]string{}
	for id, names := range d.theirs {
		for _, name := range names {
			k.Theirs[id] = append(k.Theirs[id], strings.ReplaceAll(name, " ", ""))
		}
	}
	if k.Sold, err = soldLately(v, a.trade.done.Only.Value); err != nil {
		return k, err
	}
	there, err := stockedNow(v)
	k.Stocked = func(id int64) bool { return there[id] }
	return k, err
}

func shapeOf(d dictation.Draft) draftShape {
	out := draftShape{Lines: []spokenShape{}, Settled: d.Settled, Owing: d.Owing, Note: d.Note, Rest: d.Rest}
	for _, one := range []struct {
		value int64
		to    **string
	}{{d.Total, &out.Total}, {d.Received, &out.Received}} {
		if one.value != 0 {
			text := money.Qty(one.value).String()
			*one.to = &text
		}
	}
	if d.Party != nil {
		g := guessOf(*d.Party)
		out.Party = &g
	}
	for _, l := range d.Lines {
		qty := money.Qty(l.Qty)
		if l.Back {
			qty = -qty
		}
		line := spokenShape{Said: l.Said, Item: guessOf(l.Item), Unit: choiceShape{l.Unit, l.UnitLabel}, Own: l.Own, Qty: qty.String(), Free: l.Free, Guessed: []string{}, Note: l.Note}
		if l.Price != 0 {
			text := money.Price(l.Price).String()
			line.Price = &text
		}
		for _, g := range []struct {
			yes  bool
			name string
		}{{l.Guessed.Unit, "unit"}, {l.Guessed.Qty, "qty"}, {l.Guessed.Price, "price"}} {
			if g.yes {
				line.Guessed = append(line.Guessed, g.name)
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func guessOf(g dictation.Guess) guessShape {
	out := guessShape{ID: g.ID, Label: g.Label, Said: g.Said, Sure: g.Sure, Others: []choiceShape{}}
	for _, c := range g.Others {
		out.Others = append(out.Others, choiceShape(c))
	}
	return out
}

// bookAt gives the book of the items as they stand in a snapshot.
func (s *shelf) bookAt(v *kernel.View) (*dictation.Book, error) {
	items, err := stampOf(v)
	if err != nil {
		return nil, err
	}
	units, err := stampOfUnits(v)
	if err != nil {
		return nil, err
	}
	now := [2]stamp{items, units}
	s.reading.Lock()
	defer s.reading.Unlock()
	if s.book != nil && s.bound == now {
		return s.book, nil
	}
	list, err := spokenItems(v)
	if err != nil {
		return nil, err
	}
	s.book, s.bound = dictation.NewBook(list), now
	return s.book, nil
}
