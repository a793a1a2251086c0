package party

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/extra"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sequence"
	"zhanggui/modules/kernel/store"
)

// numberCode gives a party without a code the next free one.
func numberCode(tx *kernel.Tx, p *Party) error {
	for p.Code == "" {
		n, err := sequence.Take(tx, "base.party|", 1)
		if err != nil {
			return err
		}
		code := fmt.Sprintf("P%05d", n)
		taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM base_party WHERE code = ?", code)
		if err != nil {
			return err
		}
		if !taken {
			p.Code = code
		}
	}
	return nil
}

// unique names the party that already has the code or the tax number; the database's constraints stand behind it.
func unique(tx *kernel.Tx, old, p *Party) error {
	var list problem.List
	for _, f := range []struct{ column, value, before string }{
		{"code", p.Code, valueOf(old, func(o *Party) string { return o.Code })},
		{"tax_number", p.TaxNumber, valueOf(old, func(o *Party) string { return o.TaxNumber })},
	} {
		if f.value == "" || f.value == f.before {
			continue
		}
		var name string
		found, err := tx.Scan([]any{&name}, "SELECT name FROM base_party WHERE "+f.column+" = ? AND "+f.column+" <> '' AND id <> ?", f.value, p.ID)
		if err != nil {
			return err
		}
		if found {
			list.Add(problem.Rule("party.duplicate", "value", f.value, "name", name).At("/" + f.column))
		}
	}
	return list.Err()
}

func valueOf(p *Party, get func(*Party) string) string {
	if p == nil {
		return ""
	}
	return get(p)
}

// heldBy counts the customers that a person has.
func heldBy(v *kernel.View, person int64) (n int64, err error) {
	_, err = v.Scan([]any{&n}, "SELECT COUNT(*) FROM base_party WHERE owner = ? AND customer AND active", person)
	return n, err
}

// forgotten gives a page of the customers, behind an id, to whom nobody spoke after a day.
func forgotten(v *kernel.View, until clock.Date, after int64) ([]int64, error) {
	return v.IDs("SELECT id FROM base_party WHERE id > ? AND customer AND active AND owner IS NOT NULL AND touched <= ? AND claimed <= ? AND created_at < ? ORDER BY id LIMIT ?",
		after, string(until), string(until), int64(beginOf(v.Company, until.AddDays(1))), recyclePage)
}

// born gives the contacts of a person's customers, or of everybody's for 0, who were born on some days of any year.
func born(v *kernel.View, owner int64, days []any) ([]Birthday, error) {
	where, whose := " AND p.active AND p.customer", []any{}
	if owner != 0 {
		where, whose = where+" AND p.owner = ?", []any{owner}
	}
	if scope := resource.Visible(v, Parties.Def, "p"); scope != "" {
		where += " AND " + scope
	}
	on := "%[1]s.birthday <> '' AND SUBSTR(%[1]s.birthday, 6, 5) IN (" + store.Marks(len(days)) + ")"
	args := slices.Concat(days, whose, days, whose)
	var out []Birthday
	err := v.Each(func(rows *sql.Rows) error {
		var b Birthday
		err := rows.Scan(&b.Party, &b.Customer, &b.Name, &b.born, new(int64))
		out = append(out, b)
		return err
	}, `SELECT p.id, p.name, CASE WHEN p.contact = '' THEN p.name ELSE p.contact END, SUBSTR(p.birthday, 6, 5), 0 FROM base_party p WHERE `+fmt.Sprintf(on, "p")+where+`
		UNION ALL SELECT p.id, p.name, c.name, SUBSTR(c.birthday, 6, 5), c.pos + 1 FROM base_party_contact c JOIN base_party p ON p.id = c.parent WHERE `+fmt.Sprintf(on, "c")+where+
		" ORDER BY 1, 5", args...)
	return out, err
}

// allTags gives every tag, and whether it is active.
func allTags(v *kernel.View) (map[string]bool, error) {
	out := map[string]bool{}
	err := v.Each(func(rows *sql.Rows) error {
		var name string
		var active bool
		err := rows.Scan(&name, &active)
		out[name] = active
		return err
	}, "SELECT name, active FROM base_tag")
	return out, err
}

// uniqueTag refuses a name that another tag has; the database's constraint stands behind it.
func uniqueTag(tx *kernel.Tx, old, t *Tag) error {
	if old != nil {
		return nil
	}
	found, err := tx.Scan([]any{new(int64)}, "SELECT id FROM base_tag WHERE name = ?", t.Name)
	if err == nil && found {
		return problem.Rule("tag.duplicate", "name", t.Name).At("/name")
	}
	return err
}

// wearers counts the parties that carry a tag.
func wearers(tx *kernel.Tx, name string) (n int64, err error) {
	word := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(name)
	_, err = tx.Scan([]any{&n}, "SELECT COUNT(*) FROM base_party WHERE ',' || tags || ',' LIKE ? ESCAPE '\\'", "%,"+word+",%")
	return n, err
}

// keyTable finds parties by what they are known by. It has no reference to base_party: its rows are written before theirs.
var keyTable = &store.Table{Name: "base_party_key", Columns: []string{"kind", "value", "party"}}

// knownBy gives the first parties, but for one, that are known by one of the keys.
func knownBy(v *kernel.View, wanted []key, except int64) ([]int64, error) {
	args := []any{except}
	for _, k := range wanted {
		args = append(args, k.kind, k.value)
	}
	return v.IDs("SELECT DISTINCT party FROM base_party_key WHERE party <> ? AND ("+strings.Repeat(" OR (kind = ? AND value = ?)", len(wanted))[len(" OR "):]+
		") ORDER BY party LIMIT "+fmt.Sprint(shownAlike), args...)
}

// dropKeys takes keys away.
func dropKeys(tx *kernel.Tx, gone []keyed) error {
	for _, k := range gone {
		if _, err := tx.Exec("DELETE FROM base_party_key WHERE kind = ? AND value = ? AND party = ?", k.kind, k.value, k.party); err != nil {
			return err
		}
	}
	return nil
}

func addKeys(tx *kernel.Tx, come []keyed) error {
	rows := make([]any, 0, len(keyTable.Columns)*len(come))
	for _, k := range come {
		rows = append(rows, k.kind, k.value, k.party)
	}
	return keyTable.Upsert(tx.Unit, rows, "ON CONFLICT (kind, value, party) DO NOTHING")
}

// visible gives those of some parties that the actor may see.
func visible(v *kernel.View, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	scope := resource.Visible(v, Parties.Def, "p")
	if !v.Actor.Can(Parties.Name, "read") {
		scope = "1 = 0"
	}
	if scope != "" {
		scope = " AND " + scope
	}
	marks, args := resource.InArgs(ids)
	err := v.Each(func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out[id] = true
		return err
	}, "SELECT p.id FROM base_party p WHERE p.id IN ("+marks+")"+scope, args...)
	return out, err
}

// referring gives the records that refer to a party, by themselves or by their lines. It asks for no scope: a merge moves
// all of them.
func (r referrer) referring(v *kernel.View, party int64) ([]int64, error) {
	var parts []string
	var args []any
	add := func(part string) {
		args = append(args, party)
		if r.Only != nil {
			part += " AND h." + r.Only.Field + " = ?"
			args = append(args, r.Only.Value)
		}
		parts = append(parts, part)
	}
	for _, f := range r.head {
		where := "h." + f.Name + " = ?"
		if f.Custom != 0 {
			where = extra.Holding(f, "h.id", "num = ?")
		}
		add("SELECT h.id FROM " + r.Table.Name + " h WHERE " + where)
	}
	for l, fields := range r.lines {
		for _, f := range fields {
			where := "l." + f.Name + " = ?"
			if f.Custom != 0 {
				where = extra.Holding(f, "l.id", "num = ?")
			}
			add("SELECT h.id FROM " + l.Table.Name + " l JOIN " + r.Table.Name + " h ON h.id = l.parent WHERE " + where)
		}
	}
	return v.IDs(strings.Join(parts, " UNION ")+" ORDER BY 1", args...)
}
