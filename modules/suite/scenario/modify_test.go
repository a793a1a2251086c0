package scenario

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/settlement"
)

// modify changes a posted sheet: "modify delivery 1 8 M8 @ 5.00 and 2 M6 to 小李 on 2026-03-05". The lines named take the
// places of those that are there, from the first on; without any they stay as they are. Of a receipt or payment it says what
// "receive" and "pay" say: "modify money-in 1 80.00 into bank for delivery 1 30.00".
func (w *world) modify(n *noun, id int64, r *words) (err error) {
	body := map[string]any{}
	if v := verbs()[map[*kernel.Def]string{settlement.Receipts.Def: "receive", settlement.Payments.Def: "pay"}[n.def]]; v.def != nil {
		if body, _, err = w.payment(v, r); err != nil {
			return err
		}
		return w.put(n, id, body)
	}
	if quantity.MatchString(strings.TrimPrefix(r.peek(), "-")) {
		lines, err := w.goods(r, "qty")
		if err != nil {
			return err
		}
		body["lines"] = lines
	}
	all := verbs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if v := all[name]; v.def == n.def {
			if _, err = w.head(r, v, body); err != nil {
				return err
			}
			break
		}
	}
	return w.put(n, id, body)
}

// put carries out a modification; its lines take the places of those that are there.
func (w *world) put(n *noun, id int64, body map[string]any) error {
	if lines, ok := body["lines"].([]map[string]any); ok {
		of, item := n.def.LineOf("lines"), "NULL"
		if of.ByName["item"] != nil {
			item = "item"
		}
		rows := w.query("SELECT id, "+item+" FROM "+of.Table.Name+" WHERE parent = ? ORDER BY pos", id)
		for i := range min(len(lines), len(rows)) {
			if lines[i]["id"] = rows[i][0]; item == "NULL" || lines[i]["item"] == rows[i][1] {
				continue
			}
			for _, field := range []string{"unit", "qty2"} { // what is measured otherwise says so
				if _, said := lines[i][field]; !said {
					lines[i][field] = nil
				}
			}
		}
	}
	sheet, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = w.do(pipeline.Command{Def: n.def, Act: "modify", ID: id}, map[string]any{"sheet": string(sheet)})
	return err
}
