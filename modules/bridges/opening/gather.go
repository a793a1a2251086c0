package opening

import (
	"context"
	"fmt"
	"strconv"

	"zhanggui/modules/kernel"
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
	name string // what the row calls what it is about
	spot
	where  string           // what it calls the place
	figure string           // what the row says of it
	line   *resource.Object // nil: the row says that there is nothing
}

// gathering is a table on its way onto the draft.
type gathering struct {
	on      *intake.Arrived
	key     string // of what is noted about it
	table   string
	lines   []entry
	dropped []intake.Refused // rows that the draft refused
}

// addLines goes on with the newest draft of an opening balance, or begins one, and gives its page. Lines that the draft
// refuses are refused one by one, and the others go in. The same key puts nothing in a second time: it gives the answer
// of the first one.
func addLines(ctx context.Context, on *intake.Arrived, table string, lines []entry) (to string, err error) {
	if len(lines) == 0 {
		return "", nil
	}
	g := &gathering{on: on, key: keyOf(on), table: table, lines: lines, dropped: on.Refused}
	if on.Key == "" {
		n, err := on.Company.Store.NextID()
		if err != nil {
			return "", err
		}
		g.key = "once/" + strconv.FormatInt(n, 10)
	}
	for range attempts {
		var m *mix
		to, m, err = g.goOn(ctx)
		list, refused := problem.From(err)
		switch {
		case !refused:
			return to, err
		case list[0].Kind == problem.Conflict:
		case !g.drop(list, m):
			return "", err
		}
	}
	return "", err
}

// keyOf is what is noted about a table: keys are told apart by who sends them.
func keyOf(on *intake.Arrived) string { return strconv.FormatInt(on.Actor.UserID, 10) + "/" + on.Key }

// named are the columns of the kinds by field of the page.
var named = map[string]string{"qty": "stock_qty", "price": "stock_cost", "warehouse": "stock_warehouse", "qty2": "stock_qty2", "item": "name",
	"party": "name", "money_account": "name", "amount": "amount", "date": "date", "due_date": "due_date", "reference": "reference"}

// drop takes the lines out that problems point at, and refuses their rows. It is false when a problem is about something
// else: then nothing can go in.
func (g *gathering) drop(list problem.List, m *mix) bool {
	bad := map[int]bool{}
	for _, p := range list {
		table, row, field := split(p.Path)
		switch {
		case p.Warning:
			continue
		case table != g.table || row < len(m.stay) || row-len(m.stay) >= len(m.put):
			return false
		}
		column := named[field]
		if g.table == "stock" && field == "amount" {
			column = "stock_value"
		}
		at := m.put[row-len(m.stay)].row
		g.dropped = append(g.dropped, intake.Refused{Row: at, Column: column, Why: p})
		bad[at] = true
	}
	good := g.lines[:0:0]
	for _, e := range g.lines {
		if !bad[e.row] {
			good = append(good, e)
		}
	}
	g.lines = good
	return len(bad) > 0
}

// goOn is one attempt, and tells what it tried. It knows the version of the draft it read, so that no line of somebody
// else is lost.
func (g *gathering) goOn(ctx context.Context) (to string, m *mix, err error) {
	cmd := pipeline.Command{Def: Balances.Def, Act: "create", Input: &resource.Object{}, Reason: "import " + g.on.Name}
	err = g.on.Company.View(ctx, g.on.Actor, func(v *kernel.View) error {
		if to, err = g.earlier(v); err != nil || to != "" {
			return err
		}
		newest, err := newestDraft(v)
		if err == nil && newest != nil {
			cmd.Act, cmd.ID, cmd.Version = "update", newest.ID, newest.Version
		}
		if err == nil {
			m, err = g.weigh(v, newest)
		}
		return err
	})
	if err != nil || to != "" {
		return to, m, err
	}
	g.on.Refused, g.on.Result = append(g.dropped[:len(g.dropped):len(g.dropped)], m.refused...), m.Result
	if len(m.put) == 0 && m.Replaced == 0 {
		return m.where, m, nil
	}
	all := ids(m.stay)
	for _, e := range m.put {
		all = append(all, e.line)
	}
	cmd.Input.Put(g.table, all)
	if err := pipeline.Permitted(g.on.Actor, cmd.Def, cmd.Act); err != nil {
		return "", m, err
	}
	draft, _, err := pipeline.PrepareCommand(ctx, g.on.Company, g.on.Actor, cmd)
	if err != nil {
		return "", m, err
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
		b, ok := out.Rec.(*Balance)
		if !ok {
			return fmt.Errorf("opening: a balance is a %T", out.Rec)
		}
		if err := g.note(tx, id); err != nil {
			return err
		}
		return g.noteLines(tx, b, m)
	})
	return to, m, err
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
