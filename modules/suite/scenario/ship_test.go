package scenario

import (
	"context"
	"encoding/json"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/settings"
)

// ship confirms a delivery that waits for the storekeeper: all of it, or so much of each line.
func (w *world) ship(n *noun, id int64, r *words) error {
	body := map[string]any{}
	if quantities := amounts(r); len(quantities) > 0 {
		rows := w.query("SELECT id FROM "+n.def.LineOf("lines").Table.Name+" WHERE parent = ? ORDER BY pos", id)
		if len(rows) != len(quantities) {
			return fmt.Errorf("%w: the document has %d lines", errText, len(rows))
		}
		lines := []map[string]any{}
		for i, qty := range quantities {
			lines = append(lines, map[string]any{"id": rows[i][0], "qty": qty})
		}
		text, err := json.Marshal(lines)
		if err != nil {
			return err
		}
		body["lines"] = string(text)
	}
	for len(r.left) > 0 {
		switch word := r.next(); word {
		case "on":
			body["date"] = r.next()
		case "cancel":
			body["rest"] = "cancel"
		default:
			return fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	_, err := w.do(pipeline.Command{Def: n.def, Act: "ship", ID: id}, body)
	return err
}

// paid reads the money that comes with a sheet: 5.00 into cash.
func (w *world) paid(r *words, body map[string]any) error {
	line := map[string]any{"amount": r.next()}
	if !r.take("into") {
		return fmt.Errorf("%w: an account must follow", errText)
	}
	var err error
	line["money_account"], err = w.id(r.next())
	list, _ := body["money"].([]any)
	body["money"] = append(list, line)
	return err
}

// set changes a setting.
func (w *world) set(r *words) error {
	name, value := r.next(), r.next()
	return pipeline.Unit(context.Background(), w.c, kernel.SystemActor(), "set", func(tx *kernel.Tx) error {
		return settings.Put(tx, map[string]string{name: value})
	})
}
