// Package extra keeps what the fields hold that a company added to records: one row for each value that is not the zero of
// its kind, found by record and, since the same rows are the index of a list's filters, by field.
//
// In memory a value stands in a slot of the record. A field keeps its slot and its id as long as it exists, so that no two
// editions of a resource ever take one field's value for another's.
package extra

import (
	"database/sql"
	"reflect"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/store"
)

// Slots are where a record holds what was added to it: texts, numbers, and yes or no.
type Slots struct {
	Text01, Text02, Text03, Text04, Text05, Text06, Text07, Text08, Text09, Text10, Text11, Text12 string
	Num01, Num02, Num03, Num04, Num05, Num06, Num07, Num08, Num09, Num10, Num11, Num12             int64
	Flag01, Flag02, Flag03, Flag04, Flag05, Flag06                                                 bool
}

// GoKind is how values of a kind are held.
func GoKind(k kernel.Kind) reflect.Kind {
	switch k {
	case kernel.KindBool:
		return reflect.Bool
	case kernel.KindText, kernel.KindLongText, kernel.KindEnum, kernel.KindDate, kernel.KindMonth, kernel.KindJSON:
		return reflect.String
	}
	return reflect.Int64
}

// Free gives the first slot for a kind that is not taken, false when all are.
func Free(k kernel.Kind, taken []int64) (int64, bool) {
	t := reflect.TypeFor[Slots]()
	for i := range t.NumField() {
		if t.Field(i).Type.Kind() == GoKind(k) && !slices.Contains(taken, int64(i)) {
			return int64(i), true
		}
	}
	return 0, false
}

// Index is where a slot lies in records or lines of a type, nil when they have none.
func Index(t reflect.Type, slot int64) []int {
	f, ok := t.FieldByName("Extra")
	if !ok || f.Type != reflect.TypeFor[Slots]() || slot < 0 || slot >= int64(f.Type.NumField()) {
		return nil
	}
	return append(slices.Clone(f.Index), int(slot))
}

var table = &store.Table{Name: "custom_value", Columns: []string{"record", "field", "num", "txt"}}

const again = "ON CONFLICT (record, field) DO UPDATE SET num = excluded.num, txt = excluded.txt"

// added are the fields among others that a company added, by their ids.
func added(fields []*kernel.Field) map[int64]*kernel.Field {
	var out map[int64]*kernel.Field
	for _, f := range fields {
		if f.Custom != 0 {
			if out == nil {
				out = map[int64]*kernel.Field{}
			}
			out[f.Custom] = f
		}
	}
	return out
}

// atOnce is how many records one statement reads.
const atOnce = 128

// Load fills the added ones of the fields of records or lines, given by id, which have been read without them.
func Load(v *kernel.View, fields []*kernel.Field, recs map[int64]reflect.Value) error {
	byID := added(fields)
	if len(byID) == 0 || len(recs) == 0 {
		return nil
	}
	ids := make([]any, 0, len(recs))
	for id := range recs {
		ids = append(ids, id)
	}
	for part := range slices.Chunk(ids, atOnce) {
		n := 1
		for n < len(part) { // few shapes of statements
			n *= 2
		}
		for len(part) < n {
			part = append(part[:len(part):len(part)], part[0])
		}
		err := v.Each(func(rows *sql.Rows) error {
			var record, field, num int64
			var txt string
			if err := rows.Scan(&record, &field, &num, &txt); err != nil {
				return err
			}
			if f := byID[field]; f != nil {
				put(recs[record].FieldByIndex(f.Index), num, txt)
			}
			return nil
		}, "SELECT record, field, num, txt FROM custom_value WHERE record IN ("+store.Marks(n)+")", part...)
		if err != nil {
			return err
		}
	}
	return nil
}

func put(v reflect.Value, num int64, txt string) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(num != 0)
	case reflect.Int64:
		v.SetInt(num)
	default:
		v.SetString(txt)
	}
}

// held is what is stored of a value.
func held(v reflect.Value) (num int64, txt string) {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			num = 1
		}
	case reflect.Int64:
		num = v.Int()
	default:
		txt = v.String()
	}
	return num, txt
}

// Change is what became of a record or a line in a unit. Before is not valid for a new one.
type Change struct {
	ID            int64
	Before, After reflect.Value
}

// Write stores the added ones of the fields as far as they changed.
func Write(tx *kernel.Tx, fields []*kernel.Field, changes ...Change) error {
	var rows []any
	for _, f := range fields {
		for _, c := range changes {
			if f.Custom == 0 {
				break
			}
			v := c.After.FieldByIndex(f.Index)
			if c.Before.IsValid() && c.Before.FieldByIndex(f.Index).Equal(v) || !c.Before.IsValid() && v.IsZero() {
				continue
			}
			if v.IsZero() {
				if _, err := tx.Exec("DELETE FROM custom_value WHERE record = ? AND field = ?", c.ID, f.Custom); err != nil {
					return err
				}
				continue
			}
			num, txt := held(v)
			rows = append(rows, c.ID, f.Custom, num, txt)
		}
	}
	return table.Upsert(tx.Unit, rows, again)
}

// Remove forgets what a record held, in fields out of use too, and refuses while other records point at it.
func Remove(tx *kernel.Tx, d *kernel.Def, id int64) error {
	if d.Pointed {
		found, err := tx.Scan([]any{new(int64)}, "SELECT v.record FROM custom_value v JOIN system_custom_field f ON f.id = v.field "+
			"WHERE f.target = ? AND v.num = ? AND v.record <> ? LIMIT 1", d.Name, id, id)
		if err != nil {
			return err
		}
		if found {
			return problem.Conflicted("in_use")
		}
	}
	if !d.Extended {
		return nil
	}
	_, err := tx.Exec("DELETE FROM custom_value WHERE record = ?", id)
	return err
}

// Forget removes what lines of a type held that go, in fields out of use too.
func Forget(tx *kernel.Tx, t reflect.Type, ids ...int64) error {
	if len(ids) == 0 || Index(t, 0) == nil {
		return nil
	}
	_, err := tx.Exec("DELETE FROM custom_value WHERE " + store.In("record", ids))
	return err
}

// Holding is the condition for rows, whose id the query knows by that name, of which the column num or txt of an added
// field's value meets a test; those without a value are none of them.
func Holding(f *kernel.Field, id, test string) string {
	return id + " IN (SELECT record FROM custom_value WHERE " + store.In("field", []int64{f.Custom}) + " AND " + test + ")"
}

// Column names where values of a field are: num or txt.
func Column(f *kernel.Field) string {
	if GoKind(f.Kind) == reflect.String {
		return "txt"
	}
	return "num"
}

// Short keeps to the part of the texts that is indexed; only long texts are longer.
const Short = "length(txt) <= 200"

var opposite = map[string]string{"=": "<>", "<>": "=", ">=": "<", "<": ">=", "<=": ">", ">": "<="}

// Compare is the condition for rows whose added field compares with a value, its argument. It holds for those without a
// value as it would for a column that holds zero.
func Compare(f *kernel.Field, op string, value any) (sql string, args []any) {
	var zero bool // meets zero the comparison?
	switch x := value.(type) {
	case nil:
		value, zero = int64(0), op == "=" || op == ">=" || op == "<="
	case int64:
		zero = met(op, 0-sign(x))
	case bool:
		n := int64(0)
		if x {
			n = 1
		}
		value, zero = n, met(op, int(-n))
	case string:
		zero = met(op, strings.Compare("", x))
	}
	column, short := Column(f), ""
	if column == "txt" && f.Kind != kernel.KindLongText {
		short = " AND " + Short
	}
	if zero {
		return "NOT " + Holding(f, "id", column+" "+opposite[op]+" ?"+short), []any{value}
	}
	return Holding(f, "id", column+" "+op+" ?"+short), []any{value}
}

func sign(n int64) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// met tells whether a comparison holds when the left side is less, equal or greater.
func met(op string, order int) bool {
	switch op {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case ">=":
		return order >= 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order < 0
}
