package opening

import (
	"context"
	"encoding/json"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// attempts is how often lines are offered: somebody may be writing on the draft, and bad lines are taken out in between.
const attempts = 8

// entry is a line of the page with the row of the table it comes from.
type entry struct {
	row  int
	line *resource.Object
}

// gathering is a table on its way onto the draft.
type gathering struct {
	on    *intake.Arrived
	key   string // of what is noted about it
	table string
	lines []entry
}

// addLines goes on with the newest draft of an opening balance, or begins one, and gives its page. Lines that the draft
// refuses are refused one by one, and the others go in. The same key puts nothing in a second time: it gives the answer
// of the first one.
func addLines(ctx context.Context, on *intake.Arrived, table string, lines []entry) (to string, err error) {
	if len(lines) == 0 {
		return "", nil
	}
	g := &gathering{on, keyOf(on), table, lines}
	if on.Key == "" {
		n, err := on.Company.Store.NextID()
		if err != nil {
			return "", err
		}
		g.key = "once/" + strconv.FormatInt(n, 10)
	}
	for range attempts {
		var old int
		to, old, err = g.goOn(ctx)
		list, refused := problem.From(err)
		switch {
		case !refused:
			return to, err
		case list[0].Kind == problem.Conflict:
		case !g.drop(list, old):
			return "", err
		case len(g.lines) == 0:
			return "", nil
		}
	}
	return "", err
}

// keyOf is what is noted about a table: keys are told apart by who sends them.
func keyOf(on *intake.Arrived) string { return strconv.FormatInt(on.Actor.UserID, 10) + "/" + on.Key }

// named are the columns of the kinds by field of the page.
var named = map[string]string{"qty": "stock_qty", "price": "stock_cost", "warehouse": "stock_warehouse", "qty2": "stock_qty2", "item": "name",
	"party": "name", "money_account": "name", "amount": "amount", "date": "date", "due_date": "due_date", "reference": "reference"}

// drop takes the lines out that problems point at, and refuses their rows; old is how many lines of others stand before
// them. It is false when a problem is about something else: then nothing can go in.
func (g *gathering) drop(list problem.List, old int) bool {
	bad := map[int]bool{}
	for _, p := range list {
		table, row, field := split(p.Path)
		switch {
		case p.Warning:
			continue
		case table != g.table || row < old || row-old >= len(g.lines):
			return false
		}
		column := named[field]
		if g.table == "stock" && field == "amount" {
			column = "stock_value"
		}
		g.on.Refuse(g.lines[row-old].row, column, p)
		bad[row-old] = true
	}
	good := g.lines[:0:0]
	for i, e := range g.lines {
		if !bad[i] {
			good = append(good, e)
		}
	}
	g.lines = good
	return len(bad) > 0
}

// goOn is one attempt, and tells how many lines stood there before. It knows the version of the draft it read, so that no
// line of somebody else is lost.
func (g *gathering) goOn(ctx context.Context) (to string, old int, err error) {
	cmd := pipeline.Command{Def: Balances.Def, Act: "create", Input: &resource.Object{}, Reason: "import " + g.on.Name}
	var all []any
	err = g.on.Company.View(ctx, g.on.Actor, func(v *kernel.View) error {
		if to, err = g.earlier(v); err != nil || to != "" {
			return err
		}
		newest, err := newestDraft(v)
		if err != nil || newest == nil {
			return err
		}
		cmd.Act, cmd.ID, cmd.Version = "update", newest.ID, newest.Version
		for _, id := range newest.idsOf(g.table) {
			all = append(all, object("id", json.Number(strconv.FormatInt(id, 10))))
		}
		old = len(all)
		return nil
	})
	if err != nil || to != "" {
		return to, old, err
	}
	for _, e := range g.lines {
		all = append(all, e.line)
	}
	cmd.Input.Put(g.table, all)
	if err := pipeline.Permitted(g.on.Actor, cmd.Def, cmd.Act); err != nil {
		return "", old, err
	}
	draft, _, err := pipeline.PrepareCommand(ctx, g.on.Company, g.on.Actor, cmd)
	if err != nil {
		return "", old, err
	}
	err = pipeline.Unit(ctx, g.on.Company, g.on.Actor, cmd.Def.Name+":intake", func(tx *kernel.Tx) error {
		if to, err = g.earlier(tx.View); err != nil || to != "" {
			return err
		}
		tx.Reason = cmd.Reason
		out, err := pipeline.Apply(tx, cmd, draft, nil)
		if err != nil {
			return err
		}
		id := resource.ID(Balances.Def, out.Rec)
		to = page(id)
		return g.note(tx, id)
	})
	return to, old, err
}

func page(id int64) string { return "/r/" + name + "/" + strconv.FormatInt(id, 10) }

func newestDraft(v *kernel.View) (newest *Balance, err error) {
	drafts, err := Balances.Where(v, "state = ?", string(draft))
	for _, b := range drafts {
		if newest == nil || b.ID > newest.ID {
			newest = b
		}
	}
	if err != nil || newest == nil {
		return nil, err
	}
	return Balances.Find(v, newest.ID)
}

// gatheredBefore asks about a table that stands on a balance already: its figures would be doubled.
func gatheredBefore(v *kernel.View, on *intake.Arrived) error {
	if on.Mark == "" || on.Sure {
		return nil
	}
	var file string
	var at int64
	found, err := v.Scan([]any{&file, &at}, `SELECT g.file, g.at FROM opening_gathered g JOIN opening_balance b ON b.id = g.balance
		WHERE g.mark = ? AND g.name <> ? AND b.state <> ? ORDER BY g.at DESC LIMIT 1`, on.Mark, keyOf(on), string(void))
	if err != nil || !found {
		return err
	}
	day := clock.Instant(at).Time().In(v.Company.Zone()).Format("2006-01-02 15:04")
	return problem.Rule("intake.gathered", "file", file, "at", day)
}
