package history

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// Told is something that happened around a record and stands in its timeline, though it changed nothing of it.
type Told struct {
	At    clock.Instant
	Actor string
	Label string
	Text  string
}

// Teller tells what happened around a record that the actor may see: at most so much, as far as his rights go. Modules put theirs
// among the company's hooks.
type Teller func(v *kernel.View, d *kernel.Def, id int64, most int) ([]Told, error)

// event is one entry of the timeline.
type event struct {
	At       string   `json:"at"`
	Actor    string   `json:"actor"`
	OnBehalf string   `json:"on_behalf"`
	Kind     string   `json:"kind"`
	Action   string   `json:"action"`
	Label    string   `json:"label"`
	Changes  []change `json:"changes"`
	Text     string   `json:"text"`
}

type change struct {
	Field  string `json:"field"`
	Label  string `json:"label"`
	Line   int64  `json:"line"` // the id of the line that it is about, 0 for the record itself
	Before string `json:"before"`
	After  string `json:"after"`
}

const maxEvents = 200

// visible reads the {id} and refuses what the caller may not see.
func (h *handler) visible(r *route.Request) (int64, error) {
	id, err := r.RecordID()
	if err != nil {
		return 0, err
	}
	return id, r.View(func(v *kernel.View) error {
		_, err := resource.LoadVisible(v, h.d, id)
		return err
	})
}

func (h *handler) timeline(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	items := []event{}
	err = r.View(func(v *kernel.View) error {
		if _, err := resource.LoadVisible(v, h.d, id); err != nil {
			return err
		}
		rows, err := audit.Of(v, h.d, id, maxEvents)
		if err != nil {
			return err
		}
		said, err := comments.Of(v, h.d, id, maxEvents)
		if err != nil {
			return err
		}
		for _, c := range said {
			items = append(items, event{At: c.At.String(), Actor: c.Author, Kind: "comment", Changes: []change{}, Text: c.Text})
		}
		for _, hook := range v.Company.Hooks {
			tell, ok := hook.(Teller)
			if !ok {
				continue
			}
			told, err := tell(v, h.d, id, maxEvents)
			if err != nil {
				return err
			}
			for _, one := range told {
				items = append(items, event{At: one.At.String(), Actor: one.Actor, Kind: "told", Changes: []change{}, Label: one.Label, Text: one.Text})
			}
		}
		t := teller{v: v, d: h.d, ids: map[string]map[int64]bool{}}
		for _, row := range rows {
			items = append(items, t.event(row))
		}
		return t.nameReferences(items)
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(items, func(a, b event) int { return strings.Compare(b.At, a.At) })
	return r.JSON(http.StatusOK, map[string]any{"items": items})
}

// teller turns audit rows into words. References are marked first and named with one query for each resource.
type teller struct {
	v   *kernel.View
	d   *kernel.Def
	ids map[string]map[int64]bool
}

func (t *teller) event(row audit.Event) event {
	var labels []string
	for _, act := range strings.Split(row.Act, ",") {
		labels = append(labels, route.ActLabel(t.d, act, t.v.Lang))
	}
	out := event{At: row.At.String(), Actor: row.Actor, Kind: "audit", Action: row.Act, Label: strings.Join(labels, " · "),
		Changes: []change{}, Text: row.Reason}
	var diff map[string]json.RawMessage
	if json.Unmarshal([]byte(row.Diff), &diff) != nil {
		return out
	}
	out.Changes = t.changes(out.Changes, t.d.Fields, diff, place{})
	for _, l := range t.d.Lines {
		var lines map[string]map[string]json.RawMessage
		if json.Unmarshal(diff[l.Name], &lines) != nil {
			continue
		}
		keys := make([]string, 0, len(lines))
		for key := range lines {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			id, _ := strconv.ParseInt(key, 10, 64)
			out.Changes = t.changes(out.Changes, l.Fields, lines[key], place{id, l.Label.In(t.v.Lang) + " · "})
		}
	}
	return out
}

// place is where fields stand: in a line, whose label goes before theirs, or in the record itself.
type place struct {
	line   int64
	prefix string
}

func (t *teller) changes(out []change, fields []*kernel.Field, diff map[string]json.RawMessage, at place) []change {
	for _, f := range fields {
		var pair [2]string
		if raw, ok := diff[f.Name]; !ok || !t.v.Actor.Sees(f.Right) || json.Unmarshal(raw, &pair) != nil {
			continue
		}
		c := change{Field: f.Name, Label: at.prefix + f.Label.In(t.v.Lang), Line: at.line, Before: pair[0], After: pair[1]}
		for _, text := range []*string{&c.Before, &c.After} {
			switch f.Kind {
			case kernel.KindEnum:
				*text = route.OptionLabel(f, *text, t.v.Lang)
			case kernel.KindBool:
				if *text != "" {
					*text = messages.Text(t.v.Lang, "bool."+*text, nil)
				}
			case kernel.KindRef:
				if id, err := strconv.ParseInt(*text, 10, 64); err == nil {
					if t.ids[f.Ref] == nil {
						t.ids[f.Ref] = map[int64]bool{}
					}
					t.ids[f.Ref][id] = true
					*text = "\x00" + f.Ref + "\x00" + *text
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// nameReferences replaces the marked ids by the titles of their records.
func (t *teller) nameReferences(items []event) error {
	labels, err := resource.NamesOf(t.v, t.ids)
	if err != nil {
		return err
	}
	for i := range items {
		for j := range items[i].Changes {
			c := &items[i].Changes[j]
			for _, text := range []*string{&c.Before, &c.After} {
				parts := strings.Split(*text, "\x00")
				if len(parts) != 3 {
					continue
				}
				id, _ := strconv.ParseInt(parts[2], 10, 64)
				if *text = parts[2]; labels[parts[1]][id] != "" {
					*text = labels[parts[1]][id]
				}
			}
		}
	}
	return nil
}
