package check

import (
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"
)

var customKinds = []kind{{"custom fields", "custom", checkCustom}, {"registers", "register", checkRegisters}}

// recorded gives every resource that the audit tells of, with those that the company made itself.
func (c *checker) recorded() ([]recorded, error) {
	out := recordedOf(c.modules)
	if !c.modules["register"] {
		return out, nil
	}
	err := c.Each(func(rows *sql.Rows) error {
		var code string
		err := rows.Scan(&code)
		out = append(out, recorded{"register", "register." + code, "register_record"})
		return err
	}, "SELECT code FROM register_type ORDER BY code")
	return out, err
}

// checkRegisters wants every record to be of a register that there is, to stand in a state that this has, with a number
// once it has left the draft, and every line to belong to a record of a register with lines.
func checkRegisters(c *checker) error {
	for _, x := range []struct{ format, query string }{
		{"record #%s is of the register %s, which does not exist", `SELECT r.id, r.register FROM register_record r
			WHERE NOT EXISTS (SELECT 1 FROM register_type t WHERE t.code = r.register) ORDER BY r.id`},
		{"record #%s of %s is in the state %s", `SELECT r.id, r.register, r.state FROM register_record r JOIN register_type t ON t.code = r.register
			WHERE CASE WHEN t.flow THEN r.state NOT IN ('draft', 'waiting', 'submitted', 'done', 'void') ELSE r.state <> '' END ORDER BY r.id`},
		{"record #%s of %s is %s and has no number", `SELECT r.id, r.register, r.state FROM register_record r
			WHERE r.number = '' AND r.state NOT IN ('draft', 'waiting', 'void') ORDER BY r.id`},
		{"line #%s belongs to #%s, which has no lines", `SELECT l.id, l.parent FROM register_line l LEFT JOIN register_record r ON r.id = l.parent
			LEFT JOIN register_type t ON t.code = r.register WHERE t.id IS NULL OR NOT t.with_lines ORDER BY l.id`},
	} {
		if err := c.none(x.format, x.query); err != nil {
			return err
		}
	}
	return nil
}

// customNumbers are the kinds of fields that hold a number, with its places behind the point; all others hold a text.
var customNumbers = map[string]int{"int": 0, "amount": amountPlaces, "quantity": qtyPlaces, "bool": 0, "ref": 0}

// checkCustom wants what the company's own fields hold to be of their kinds and to belong to records that there are.
func checkCustom(c *checker) error {
	numbers := "('" + strings.Join(slices.Sorted(maps.Keys(customNumbers)), "', '") + "')"
	err := c.none("field #%s holds for #%s what is not of its kind %s", `SELECT v.field, v.record, f.field_kind FROM custom_value v JOIN system_custom_field f ON f.id = v.field
		WHERE CASE WHEN f.field_kind IN `+numbers+` THEN v.num = 0 OR v.txt <> '' OR f.field_kind = 'bool' AND v.num <> 1 ELSE v.num <> 0 OR v.txt = '' END ORDER BY v.field, v.record`)
	if err != nil {
		return err
	}
	all, err := c.recorded()
	if err != nil {
		return err
	}
	tables := map[string]string{}
	for _, r := range all {
		tables[r.resource] = r.table
	}
	type place struct{ resource, place, target string }
	var places []place
	err = c.Each(func(rows *sql.Rows) error {
		var p place
		err := rows.Scan(&p.resource, &p.place, &p.target)
		places = append(places, p)
		return err
	}, "SELECT DISTINCT resource, place, target FROM system_custom_field ORDER BY resource, place, target")
	if err != nil {
		return err
	}
	for _, p := range places {
		if err := c.customOf(p.resource, p.place, p.target, tables); err != nil {
			return err
		}
	}
	return nil
}

// customOf looks at the fields of one resource: every value belongs to a record, and points at one where it is a reference.
func (c *checker) customOf(resource, place, target string, tables map[string]string) error {
	const of = " FROM custom_value v JOIN system_custom_field f ON f.id = v.field WHERE f.resource = ? AND f.place = ? AND f.target = ? AND NOT EXISTS (SELECT 1 FROM "
	holder := tables[resource]
	if place == "line" {
		holder = lineTablesOf(holder)["lines"]
	}
	if holder == "" {
		c.fault("there are fields of %s, which this check does not know", resource)
		return nil
	}
	err := c.none("field #%s holds something for #%s, which is no "+resource, "SELECT v.field, v.record"+of+holder+" t WHERE t.id = v.record) ORDER BY v.field, v.record", resource, place, target)
	if err != nil || target == "" {
		return err
	}
	return c.none("field #%s of #%s points at #%s, which is no "+target, "SELECT v.field, v.record, v.num"+of+tables[target]+" t WHERE t.id = v.num) ORDER BY v.field, v.record",
		resource, place, target)
}

// compareAdded compares what the company's own fields hold for some records or lines with what the audit leads to.
func (t *teller) compareAdded(told map[int64]texts, where string, ids []any) error {
	if !t.modules["custom"] {
		return nil
	}
	held := map[int64]map[string]bool{}
	err := t.Each(func(rows *sql.Rows) error {
		var record, field, num int64
		var kind, text string
		if err := rows.Scan(&record, &field, &kind, &num, &text); err != nil {
			return err
		}
		if told[record] == nil {
			return nil
		}
		name := "x_" + strconv.FormatInt(field, 10)
		if held[record] == nil {
			held[record] = map[string]bool{}
		}
		held[record][name] = true
		var value any = text
		scale, number := customNumbers[kind]
		if number {
			value = num
		}
		if want := told[record][name]; !same(value, want, name, scale) {
			t.fault("%s #%d: %s is %s, the audit leads to %s", t.resource, record, name, readable(value, scale), orNothing(want))
		}
		return nil
	}, "SELECT v.record, v.field, f.field_kind, v.num, v.txt FROM custom_value v JOIN system_custom_field f ON f.id = v.field WHERE v.record "+where+" ORDER BY v.record, v.field", ids...)
	if err != nil {
		return err
	}
	for _, record := range slices.Sorted(maps.Keys(told)) {
		for _, name := range slices.Sorted(maps.Keys(told[record])) {
			if strings.HasPrefix(name, "x_") && !held[record][name] && !zero(told[record][name]) {
				t.fault("%s #%d: %s is nothing, the audit leads to %s", t.resource, record, name, told[record][name])
			}
		}
	}
	return nil
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
