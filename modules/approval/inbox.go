package approval

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

const (
	pageOfInbox = 50
	mostFacts   = 8
)

// item is one line of the inbox.
type item struct {
	ID         int64  `json:"id"`
	Label      string `json:"label"`
	Sub        string `json:"sub"`
	At         string `json:"at"`
	Amount     string `json:"amount,omitempty"`
	KindLabel  string `json:"kind_label"`
	To         string `json:"to"`
	Unread     bool   `json:"unread,omitempty"`
	State      string `json:"state"`
	StateLabel string `json:"state_label"`
	Tone       string `json:"tone"`
	Last       string `json:"last"`
	Facts      []fact `json:"facts"`
	Actions    []deed `json:"actions"`
}

type fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Kind  string `json:"kind"`
}

// deed is an action offered with a line. What it asks for stands in the description of requests, once for all lines.
type deed struct {
	Path    string `json:"path"`
	Label   string `json:"label"`
	Primary bool   `json:"primary,omitempty"`
	Danger  bool   `json:"danger,omitempty"`
	Version int64  `json:"version"`
}

type inboxPage struct {
	Items []item  `json:"items"`
	Next  *string `json:"next"`
	Total int64   `json:"total"`
}

// inbox answers one page of a box. Total is always what waits for the caller; who asks to count gets only that.
func inbox(r *route.Request) (any, error) {
	box := r.Query("box")
	if box == "" {
		box = "todo"
	}
	if boxes[box] == "" {
		return nil, problem.BadShape("query.invalid", "name", "box")
	}
	if box == "all" && !r.Actor.HasRole("administrator") {
		return nil, problem.New(problem.Forbidden, "forbidden", "resource", Requests.Name, "act", "read")
	}
	before := int64(0)
	if text := r.Query("cursor"); text != "" {
		var err error
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return nil, problem.BadShape("cursor.invalid")
		}
	}
	out := inboxPage{Items: []item{}}
	err := r.View(func(v *kernel.View) (err error) {
		if out.Total, err = WaitingFor(v); err != nil || r.Query("count") != "" {
			return err
		}
		spots, err := page(v, box, before, pageOfInbox)
		if err != nil {
			return err
		}
		if len(spots) > pageOfInbox {
			spots = spots[:pageOfInbox]
			next := strconv.FormatInt(spots[pageOfInbox-1].task, 10)
			out.Next = &next
		}
		out.Items, err = (&writer{v: v, box: box}).items(spots)
		return err
	})
	return out, err
}

// writer turns requests into lines of the inbox, reading what they are about in as few queries as there are kinds.
type writer struct {
	v       *kernel.View
	box     string
	people  *people
	records map[string]map[int64]any
	visible map[string]map[int64]bool
	labels  resource.LabelSet
	typed   map[int64]any // what open requests would make of their records, by request
}

func (w *writer) items(spots []spot) ([]item, error) {
	ids := make([]int64, len(spots))
	for i, s := range spots {
		ids[i] = s.request
	}
	requests, err := Requests.FindMany(w.v, ids)
	if err != nil {
		return nil, err
	}
	if w.people, err = organisationOf(w.v); err != nil {
		return nil, err
	}
	if err := w.read(requests); err != nil {
		return nil, err
	}
	out := make([]item, 0, len(spots))
	for _, s := range spots {
		if r := requests[s.request]; r != nil {
			out = append(out, w.item(r, s))
		}
	}
	return out, nil
}

// read loads the documents that the requests are about and names what those refer to.
func (w *writer) read(requests map[int64]*Request) error {
	w.records, w.visible, w.labels = map[string]map[int64]any{}, map[string]map[int64]bool{}, resource.LabelSet{}
	wanted := map[string][]int64{}
	for _, r := range requests {
		wanted[r.Target] = append(wanted[r.Target], r.Record)
	}
	refs := map[string]map[int64]bool{}
	for name, ids := range wanted {
		d := w.v.Company.Def(name)
		if d == nil {
			continue
		}
		found, err := resource.LoadMany(w.v, d, ids, false)
		if err != nil {
			return err
		}
		w.records[name] = found
		if w.visible[name], err = visibleOf(w.v, d, ids); err != nil {
			return err
		}
		for _, rec := range found {
			for _, f := range d.Fields {
				if f.Kind == kernel.KindRef && f.List {
					if refs[f.Ref] == nil {
						refs[f.Ref] = map[int64]bool{}
					}
					if id := resource.Value(f, rec).Int(); id != 0 {
						refs[f.Ref][id] = true
					}
				}
			}
		}
	}
	var err error
	if w.labels, err = resource.LabelsOf(w.v, refs); err != nil {
		return err
	}
	return w.readTyped(requests)
}

// asked is the record as a request would leave it, nil for one whose act is about the record as it stands.
func (w *writer) asked(d *kernel.Def, r *Request) (any, error) {
	if typed(r.Act) {
		return proposed(w.v, d, r)
	}
	return foreseen(w.v, d, r, w.records[d.Name][r.Record])
}

// readTyped does the same for the records that wait as they were typed.
func (w *writer) readTyped(requests map[int64]*Request) error {
	w.typed = map[int64]any{}
	all := map[string][]any{}
	for id, r := range requests {
		d := w.v.Company.Def(r.Target)
		if d == nil || !r.open() {
			continue
		}
		rec, err := w.asked(d, r)
		if err != nil {
			return err
		}
		if rec == nil {
			continue
		}
		w.typed[id] = rec
		all[d.Name] = append(all[d.Name], rec)
		if old := w.records[d.Name][r.Record]; old != nil {
			all[d.Name] = append(all[d.Name], old)
		}
	}
	for name, recs := range all {
		labels, err := resource.CollectLabels(w.v, w.v.Company.Def(name), recs, true)
		if err != nil {
			return err
		}
		for of, found := range labels {
			if w.labels[of] == nil {
				w.labels[of] = found
			} else {
				maps.Copy(w.labels[of], found)
			}
		}
	}
	return nil
}

func (w *writer) item(r *Request, s spot) item {
	lang := w.v.Lang
	info := requestStates[r.State]
	d := w.v.Company.Def(r.Target)
	out := item{ID: r.ID, Label: r.Title, State: string(r.State), StateLabel: info.Label.In(lang), Tone: info.Tone, At: r.CreatedAt.String(),
		Unread: s.read == 0, To: "/r/" + Requests.Name + "/" + strconv.FormatInt(r.ID, 10), Facts: []fact{}, Actions: []deed{}}
	if d != nil {
		out.KindLabel = d.Label.In(lang)
		out.Label = out.KindLabel + " " + r.Title
		if a := actionOf(d, r.Act); a != nil {
			out.KindLabel = a.Label.In(lang)
		}
		if w.visible[r.Target][r.Record] {
			out.To = "/r/" + r.Target + "/" + strconv.FormatInt(r.Record, 10)
		}
		rec := w.records[r.Target][r.Record]
		if typed := w.typed[r.ID]; typed != nil {
			out.Facts = append(w.changes(d, rec, typed), w.why(r, d, typed)...)
		} else if rec != nil {
			out.Facts = slices.Concat(w.facts(d, rec), w.said(actionOf(d, r.Act), r), w.why(r, d, rec))
		}
	}
	out.Sub = joined(" · ", r.Number, w.people.name(r.Initiator), r.NodeName)
	amount := r.Amount
	if !w.v.Actor.Sees(amountRight) {
		amount = 0 // what it is about may still be seen of the document
	}
	if about := cmp.Or(w.typed[r.ID], w.records[r.Target][r.Record]); amount == 0 && d != nil && about != nil {
		amount = amountOf(d, about, w.v.Actor.Sees)
	}
	if amount != 0 {
		out.Amount = amount.String()
	}
	if n := len(r.Trail); n > 0 {
		out.Last = w.line(&r.Trail[n-1])
		out.At = r.Trail[n-1].At.String()
	}
	for _, name := range w.offered(r) {
		out.Actions = append(out.Actions, w.deed(r, Requests.Action(name)))
	}
	return out
}

// facts is the card: the document's list as far as the viewer may see it.
func (w *writer) facts(d *kernel.Def, rec any) []fact {
	out := []fact{}
	for _, f := range d.Fields {
		if !f.List || f.Hidden || f.NoStore || f.Name == "state" || len(out) >= mostFacts || !w.v.Actor.Sees(f.Right) {
			continue
		}
		value := resource.Value(f, rec)
		text, kind := resource.Text(f, value), string(f.Kind)
		switch f.Kind {
		case kernel.KindRef:
			text, kind = w.labels[f.Ref][value.Int()], "text"
		case kernel.KindEnum:
			text, kind = route.OptionLabel(f, text, w.v.Lang), "text"
		}
		if text != "" {
			out = append(out, fact{f.Label.In(w.v.Lang), text, kind})
		}
	}
	return out
}

// line is a line of the trail in words.
func (w *writer) line(e *Entry) string {
	act := route.OptionLabel(Requests.LineOf("trail").ByName["act"], e.Act, w.v.Lang)
	return joined(kernel.T("：", ": ").In(w.v.Lang), joined(" ", w.people.name(e.ByUser), act), e.Text)
}

// offered are the actions that make sense for a request in a box.
func (w *writer) offered(r *Request) []string {
	switch w.box {
	case "todo":
		if t := r.mine(w.v.Actor.UserID); t != nil && t.Kind == kindChoose {
			return []string{"choose", "withdraw", "comment", "mark_read"}
		}
		return []string{"agree", "refuse", "send_back", "hand_over", "add_sign", "comment", "copy", "mark_read"}
	case "mine":
		switch r.State {
		case Waiting:
			return []string{"urge", "comment", "copy", "withdraw"}
		case Failed:
			return []string{"retry", "withdraw"}
		case Returned:
			return []string{"withdraw"}
		}
	case "copied":
		return []string{"comment", "mark_read"}
	case "all":
		if r.State == Waiting {
			return []string{"hand_over", "comment"}
		}
	}
	return nil
}

func (w *writer) deed(r *Request, a *kernel.Action) deed {
	return deed{Path: "/api/v1/" + Requests.Path + "/" + strconv.FormatInt(r.ID, 10) + "/" + a.Name, Label: a.Label.In(w.v.Lang),
		Primary: a.Primary, Danger: a.Danger, Version: r.Version}
}

func joined(by string, parts ...string) string {
	out := ""
	for _, p := range parts {
		if p != "" && out != "" {
			out += by
		}
		out += p
	}
	return out
}

// trailOnPaper is the approval trail of a record for paper: step, who, what, words, when.
func trailOnPaper(v *kernel.View, d *kernel.Def, id int64) ([][]string, error) {
	ids, err := trailsOf(v, d.Name, id)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	o, err := organisationOf(v)
	if err != nil {
		return nil, err
	}
	requests, err := Requests.FindMany(v, ids)
	if err != nil {
		return nil, err
	}
	var out [][]string
	acts := Requests.LineOf("trail").ByName["act"]
	for _, id := range ids {
		for _, e := range requests[id].Trail {
			out = append(out, []string{e.NodeName, o.name(e.ByUser), route.OptionLabel(acts, e.Act, v.Lang), e.Text, moment(v, e.At)})
		}
	}
	return out, nil
}

// moment is a time as it stands on paper, in the company's zone.
func moment(v *kernel.View, at clock.Instant) string {
	return at.Time().In(v.Company.Zone()).Format("2006-01-02 15:04")
}
