package scenario

import (
	"context"
	"fmt"
	"strconv"

	"zhanggui/modules/base/tax"
	"zhanggui/modules/bridges/dispatch"
	"zhanggui/modules/bridges/opening"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// others are the steps that write neither a sheet of goods nor a receipt or payment, by their first word.
var others = map[string]func(*world, *words) error{
	"today": (*world).today, "set": (*world).set, "begin": (*world).begin, "book": (*world).book,
	"inherit": (*world).inherit, "stocktake": (*world).stocktake, "load": (*world).load, "answer": (*world).answer, "move": (*world).moveMoney,
	"tax":   (*world).taxes,
	"spend": func(w *world, r *words) error { return w.spend(settlement.Expenses.Def, r) },
	"earn":  func(w *world, r *words) error { return w.spend(settlement.Incomes.Def, r) },
}

// actor is who carries the steps out. Whoever was asked before is asked again, and answers yes where the step begins with it.
func (w *world) actor() *kernel.Actor {
	who := kernel.SystemActor()
	if who.Asks = w.asked; w.agrees {
		who.Asks, who.Agrees = true, []string{stock.Below}
	}
	return who
}

// inherit writes and posts an opening balance: inherit 5 M8 @ 2.00 in 门店 and 3 M6 @ 1.00 owed 5.00 by 老王 owing 3.00 to 宏发
// having 20.00 in cash on 2026-03-01.
func (w *world) inherit(r *words) (err error) {
	body := map[string]any{}
	put := func(table string, line map[string]any) {
		list, _ := body[table].([]any)
		body[table] = append(list, line)
	}
	then := "post"
	var goods map[string]any
	for len(r.left) > 0 && err == nil {
		word, line := r.next(), map[string]any{}
		switch word {
		case "on":
			body["date"] = r.next()
		case "draft":
			then = ""
		case "and":
		case "in":
			goods["warehouse"], err = w.id(r.next())
		case "@":
			goods["price"] = r.next()
		case "owed", "owing", "having":
			line["amount"] = r.next()
			field, table := "party", map[string]string{"owed": "receivables", "owing": "payables", "having": "money"}[word]
			if word == "having" {
				field = "money_account"
			}
			r.next() // by, to, in
			line[field], err = w.id(r.next())
			put(table, line)
		default:
			var ok bool
			if goods, ok = w.figure(word, "qty"); !ok {
				return fmt.Errorf("%w: %w", errText, unknown(word))
			}
			goods["item"], err = w.id(r.next())
			put("stock", goods)
		}
	}
	if err != nil {
		return err
	}
	_, err = w.do(pipeline.Command{Def: opening.Balances.Def, Act: "create", Then: then}, body)
	return err
}

// stocktake counts all that a warehouse has: stocktake 总仓 +1 0 -2 finds so much more or less of its items, in turn.
func (w *world) stocktake(r *words) error {
	place, err := w.id(r.next())
	if err != nil {
		return err
	}
	var more []int64
	for r.peek() != "" && r.peek() != "on" {
		n, err := strconv.ParseInt(r.next(), 10, 64)
		if err != nil {
			return fmt.Errorf("%w: %w", errText, err)
		}
		more = append(more, n*1_000_000)
	}
	body := map[string]any{"warehouse": place}
	if r.take("on") {
		body["date"] = r.next()
	}
	lines := []map[string]any{}
	for i, row := range w.query("SELECT item, qty, qty2 FROM stock_on_hand WHERE warehouse = ? AND (qty <> 0 OR qty2 <> 0) ORDER BY item", place) {
		found := row[1].(int64) + more[i%len(more)]
		line := map[string]any{"item": row[0], "counted": qty(max(found, 0))}
		if row[0] == w.ids["钢管"] && found > 0 {
			line["counted2"] = qty(found*4 + int64(i)*1000)
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		lines = append(lines, map[string]any{"item": w.ids["M8"], "counted": "1"})
	}
	body["lines"] = lines
	_, err = w.do(pipeline.Command{Def: stock.Counts.Def, Act: "create", Then: "post"}, body)
	return err
}

// spend writes an expense or an income: spend 5.00 tax 0.30 from cash, earn 7.00 into bank.
func (w *world) spend(d *kernel.Def, r *words) (err error) {
	name := map[string]string{settlement.Expenses.Name: "水电", settlement.Incomes.Name: "废料"}[d.Name]
	line, body := map[string]any{"category": w.ids[name], "amount": r.next()}, map[string]any{}
	for len(r.left) > 0 && err == nil {
		switch word := r.next(); word {
		case "tax":
			line["tax"] = r.next()
		case "from", "into":
			body["money_account"], err = w.id(r.next())
		case "on":
			body["date"] = r.next()
		default:
			return fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	if err != nil {
		return err
	}
	body["lines"] = []any{line}
	_, err = w.do(pipeline.Command{Def: d, Act: "create", Then: "post"}, body)
	return err
}

// moveMoney brings money from one account to another: move 5.00 from cash to bank fee 0.10.
func (w *world) moveMoney(r *words) (err error) {
	body := map[string]any{"amount": r.next()}
	for len(r.left) > 0 && err == nil {
		switch word := r.next(); word {
		case "from", "to":
			body[word+"_account"], err = w.id(r.next())
		case "fee":
			body["fee"] = r.next()
		case "on":
			body["date"] = r.next()
		default:
			return fmt.Errorf("%w: %w", errText, unknown(word))
		}
	}
	if err != nil {
		return err
	}
	_, err = w.do(pipeline.Command{Def: settlement.Transfers.Def, Act: "create", Then: "post"}, body)
	return err
}

// load sends a driver out with deliveries, who is to collect so much of each: load delivery 1 5.00 and delivery 2 0 on cash.
func (w *world) load(r *words) error {
	stops := []map[string]any{}
	for {
		_, id, err := w.document(r)
		if err != nil {
			return err
		}
		stops = append(stops, map[string]any{"delivery": id, "to_collect": r.next()})
		if !r.take("and") {
			break
		}
	}
	body := map[string]any{"driver": w.ids["老马"], "stops": stops}
	if r.take("on") {
		account, err := w.id(r.next())
		if err != nil {
			return err
		}
		body["money_account"] = account
	}
	_, err := w.do(pipeline.Command{Def: dispatch.Runs.Def, Act: "create", Then: "start"}, body)
	return err
}

// answer says what became of a stop of a run: answer run 1 2 brought 5.00. Without a number it is the last.
func (w *world) answer(r *words) error {
	n, id, err := w.document(r)
	if err != nil {
		return err
	}
	stops := w.query("SELECT id FROM dispatch_stop WHERE parent = ? ORDER BY pos", id)
	nth, err := strconv.Atoi(r.peek())
	if err == nil {
		r.next()
	} else {
		nth = len(stops)
	}
	if nth < 1 || nth > len(stops) {
		return fmt.Errorf("%w: there is no such stop", errText)
	}
	body := map[string]any{"stop": stops[nth-1][0], "outcome": r.next()}
	if r.peek() != "" {
		body["collected"] = r.next()
	}
	_, err = w.do(pipeline.Command{Def: n.def, Act: "stop", ID: id}, body)
	return err
}

// table gives the rows of a report, each column by its name.
func (w *world) table(name string, params map[string]string) (out []kernel.Row) {
	report := w.c.Report(name)
	if report == nil {
		panic("there is no report " + name)
	}
	err := w.c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		t, err := report.Run(v, params)
		if err == nil {
			out = t.Rows
		}
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("%s %v: %v", name, params, err))
	}
	return out
}

// taxes gives a tax rate another figure: tax 13% 0.10.
func (w *world) taxes(r *words) error {
	id, err := w.id(r.next())
	if err != nil {
		return err
	}
	_, err = w.do(pipeline.Command{Def: tax.Rates.Def, Act: "update", ID: id}, map[string]any{"rate": r.next()})
	return err
}
