package product

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/comments"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/testkit"
)

// history are the states in which a document belongs to whoever made it. All others are work that somebody goes on with.
var history = []string{"posted", "closed", "void", "reversed", "applied", "refused", "withdrawn", "won", "lost", "converted", "invalid", "done",
	"cancelled", "accepted", "rejected", "expired", "superseded", "ordered", "paid", "finished", "taken", "approved"}

// rows are the rows of one table by id, each with its columns as text.
type rows map[int64]map[string]string

func (s *company) table(t *testing.T, name string) rows {
	t.Helper()
	out := rows{}
	err := s.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		columns, err := columnsOf(v, name)
		if err != nil {
			return err
		}
		list, err := v.Query("SELECT * FROM " + name)
		if err != nil {
			return err
		}
		defer list.Close()
		for list.Next() {
			values, dest := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				dest[i] = &values[i]
			}
			if err := list.Scan(dest...); err != nil {
				return err
			}
			row := map[string]string{}
			for i, c := range columns {
				row[c] = fmt.Sprint(values[i])
			}
			out[values[slices.Index(columns, "id")].(int64)] = row
		}
		return list.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tables reads everything that is declared.
func (s *company) tables(t *testing.T) map[string]rows {
	out := map[string]rows{}
	for _, d := range s.Defs {
		out[d.Table.Name] = s.table(t, d.Table.Name)
		for _, l := range d.Lines {
			out[l.Table.Name] = s.table(t, l.Table.Name)
		}
	}
	return out
}

// owner names the column of a record's owner, "" for none.
func owner(d *kernel.Def) string {
	if d.Scope == nil || d.Scope.Through != "" || d.Scope.Owner == "" || d.ByName[d.Scope.Owner].NoStore {
		return ""
	}
	return d.Scope.Owner
}

// TestAHandOverResetsNothing gives every record of the product to one person, who hands over: of what is alive the owner
// and the department change, and nothing else anywhere.
func TestAHandOverResetsNothing(t *testing.T) {
	testkit.Both(t, wholeProduct(t), func(t *testing.T, c *kernel.Company) {
		s := filled(t, c)
		s.submits(t)
		people, departments := s.made["base.person"], s.made["base.department"]
		from, to := people[1], people[2]
		err := c.Store.Write(context.Background(), "test", func(u *store.Unit) error {
			for _, d := range c.Defs {
				if owner(d) == "" {
					continue
				}
				set, args := owner(d)+" = ?", []any{from}
				if d.Scope.Department != "" {
					set, args = set+", "+d.Scope.Department+" = ?", append(args, departments[0])
				}
				if _, err := u.Exec("UPDATE "+d.Table.Name+" SET "+set, args...); err != nil {
					return fmt.Errorf("%s: %w", d.Name, err)
				}
			}
			if _, err := u.Exec("UPDATE base_person SET department = ? WHERE id = ?", departments[0], from); err != nil {
				return err
			}
			_, err := u.Exec("UPDATE base_person SET department = ?, active = ? WHERE id = ?", departments[1], true, to)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		before := s.tables(t)
		in := &resource.Object{}
		in.Put("to", fmt.Sprint(to))
		s.do(t, pipeline.Command{Def: c.Def("base.person"), Act: "hand_over", ID: from, Input: in})
		counts := expectHandedOver(c, before, fmt.Sprint(to), fmt.Sprint(departments[1]))
		after := s.tables(t)
		for _, name := range slices.Sorted(maps.Keys(before)) {
			compareRows(t, name, before[name], after[name])
		}
		s.toldAll(t, from, counts)
	})
}

// expectHandedOver changes rows to what they must be afterwards, and counts them by the label of their resource.
func expectHandedOver(c *kernel.Company, tables map[string]rows, to, department string) map[string]int {
	counts := map[string]int{}
	for _, d := range c.Defs {
		if owner(d) == "" {
			continue
		}
		for _, row := range tables[d.Table.Name] {
			if d.Only != nil && row[d.Only.Field] != d.Only.Value || slices.Contains(history, row["state"]) {
				continue
			}
			if owner(d) != "owner" { // one's own leave and expenses, what one has announced
				continue
			}
			if row[owner(d)] = to; d.Scope.Department != "" {
				row[d.Scope.Department] = department
			}
			row["version"] = next(row["version"])
			if d.Name == "base.party" { // or the rule of the pool would take it from the new owner tomorrow
				row["claimed"] = "2026-11-21"
			}
			counts[d.Label.Zh]++
		}
	}
	return counts
}

func next(version string) string {
	n := 0
	_, _ = fmt.Sscan(version, &n) // a version is a number
	return fmt.Sprint(n + 1)
}

func compareRows(t *testing.T, table string, want, got rows) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%s had %d rows and has %d", table, len(want), len(got))
	}
	for id, row := range want {
		if table == "base_person" { // the person itself: acted upon, otherwise unchanged
			delete(row, "version")
		}
		for column, value := range row {
			if column != "updated_at" && column != "updated_by" && got[id][column] != value {
				t.Errorf("%s #%d (%s): %s is %s, want %s", table, id, row["state"], column, got[id][column], value)
			}
		}
	}
}

// toldAll wants the account beside the person to name every resource with its number, and at least those of trade.
func (s *company) toldAll(t *testing.T, person int64, counts map[string]int) {
	t.Helper()
	text := ""
	err := s.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		list, err := comments.Of(v, s.Def("base.person"), person, 5)
		for _, c := range list {
			text += c.Text
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for label, n := range counts {
		if !strings.Contains(text, fmt.Sprintf("%s %d", label, n)) {
			t.Errorf("%s %d is not told: %s", label, n, text)
		}
	}
	for _, name := range []string{"base.party", "sales.order", "purchasing.order", "stock.transfer", "approval.request"} {
		if counts[s.Def(name).Label.Zh] == 0 {
			t.Errorf("no %s was handed over", name)
		}
	}
	if counts[s.Def("stock.delivery").Label.Zh] != 0 {
		t.Error("posted sheets changed hands")
	}
}
