package product

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/testkit"
)

// inForce puts a record of every kind into every state in which it may not be edited, and tries each of its fields, its
// lines and its deletion, as the administrator.
func (s *company) inForce(t *testing.T) {
	tried := 0
	for _, d := range s.Defs {
		if d.Machine == nil || d.Internal {
			continue
		}
		rec := s.any(t, d)
		if rec == nil {
			t.Errorf("there is no %s to try", d.Name)
			continue
		}
		for _, st := range d.Machine.States {
			if !d.CanEdit(st) {
				s.force(t, d, rec, st)
				s.refuses(t, d, rec, st)
				tried++
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d states were tried", tried)
	}
}

// any gives some record of a resource, nil when there is none.
func (s *company) any(t *testing.T, d *kernel.Def) (found any) {
	t.Helper()
	err := s.View(context.Background(), s.actor, func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			if found == nil {
				found = rec
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// force writes the state into the row, past the rules.
func (s *company) force(t *testing.T, d *kernel.Def, rec any, st state.State) {
	t.Helper()
	err := pipeline.Unit(context.Background(), s.Company, s.actor, "force", func(tx *kernel.Tx) error {
		n, err := tx.Exec("UPDATE "+d.Table.Name+" SET state = ? WHERE id = ?", string(st), resource.ID(d, rec))
		if n != 1 {
			t.Errorf("%s: %d rows", d.Name, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *company) refuses(t *testing.T, d *kernel.Def, rec any, st state.State) {
	t.Helper()
	cmd := pipeline.Command{Def: d, Act: "delete", ID: resource.ID(d, rec)}
	s.refused(t, cmd, string(st))
	cmd.Act = "update"
	for _, f := range d.Fields {
		if writable(f) && !f.Once {
			cmd.Input = &resource.Object{}
			cmd.Input.Put(f.Name, other(f, rec))
			s.refused(t, cmd, string(st)+" "+f.Name)
		}
	}
	for _, l := range d.Lines {
		list, lines := resource.Lines(l, rec), []any{}
		for i := range list.Len() {
			line := &resource.Object{}
			line.Put("id", json.Number(strconv.FormatInt(list.Index(i).FieldByIndex(l.ByName["id"].Index).Int(), 10)))
			lines = append(lines, line)
		}
		cmd.Input = &resource.Object{}
		cmd.Input.Put(l.Name, lines)
		s.refused(t, cmd, string(st)+" "+l.Name)
	}
}

// other is a value that no rule refuses; but for dates, which rules compare, and required references, another one.
func other(f *kernel.Field, rec any) any {
	now := resource.JSON(f, resource.Value(f, rec))
	switch f.Kind {
	case kernel.KindBool:
		return now != true
	case kernel.KindRef:
		if !f.Required {
			return nil
		}
		return json.Number(strconv.FormatInt(now.(int64), 10))
	case kernel.KindInt:
		return json.Number(strconv.FormatInt(now.(int64)+1, 10))
	case kernel.KindEnum:
		i := slices.IndexFunc(f.Options, func(o kernel.Option) bool { return o.Value != now })
		return f.Options[i].Value
	case kernel.KindDate, kernel.KindMonth:
		return now
	case kernel.KindAmount, kernel.KindPrice, kernel.KindQty:
		return "1.01"
	case kernel.KindRate:
		return "0.5"
	}
	return "另一个值"
}

// refused wants a conflict, and the record as it was. What the resource never allows is refused as such.
func (s *company) refused(t *testing.T, cmd pipeline.Command, what string) {
	t.Helper()
	_, err := pipeline.Do(context.Background(), s.Company, s.actor, cmd)
	list, ok := problem.From(err)
	if !ok {
		t.Errorf("%s %s, %s: %v", cmd.Def.Name, cmd.Act, what, err)
		return
	}
	if status := problem.Status(list); status != 409 && !(cmd.Act == "delete" && cmd.Def.NoDelete && status == 405) {
		t.Errorf("%s %s, %s: %d %v", cmd.Def.Name, cmd.Act, what, status, list)
	}
}

// TestWhatTheProgramMakesIsNobodysToEdit lists what people may change of records that only the program makes.
func TestWhatTheProgramMakesIsNobodysToEdit(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	allowed := map[string][]string{
		"settlement.open_item": {"due_date", "note"}, // when it is due is agreed with the party
	}
	for _, d := range c.Defs {
		if !d.NoCreate || d.Internal {
			continue
		}
		var open []string
		for _, f := range d.Fields {
			if writable(f) && !f.Once && !slices.Contains(allowed[d.Name], f.Name) {
				open = append(open, f.Name)
			}
		}
		if len(open) > 0 && (d.Machine == nil || d.CanEdit(d.Machine.Initial)) {
			t.Errorf("%s is made by the program, and people may change %v", d.Name, open)
		}
	}
}

// TestEveryStateIsReached walks from the initial state by the actions that are declared. An action that no state allows
// is dead, and so is a state that no action leads to.
func TestEveryStateIsReached(t *testing.T) {
	c := testkit.SQLite(t, wholeProduct(t))
	for _, d := range c.Defs {
		if d.Machine == nil {
			continue
		}
		reached := []state.State{d.Machine.Initial}
		used := map[string]bool{}
		for i := 0; i < len(reached); i++ {
			for _, a := range d.Actions {
				if to, ok := d.Machine.Next(reached[i], a.Name); ok {
					used[a.Name] = true
					if !slices.Contains(reached, to) {
						reached = append(reached, to)
					}
				}
			}
		}
		for _, st := range d.Machine.States {
			if !slices.Contains(reached, st) {
				t.Errorf("%s is never %s", d.Name, st)
			}
		}
		for _, a := range d.Actions {
			if !used[a.Name] {
				t.Errorf("%s: no state allows %s", d.Name, a.Name)
			}
		}
	}
}
