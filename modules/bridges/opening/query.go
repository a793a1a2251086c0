package opening

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
)

// refusal is a row that was refused, as it is noted.
type refusal struct {
	Row    int            `json:"row"`
	Column string         `json:"column"`
	Kind   problem.Kind   `json:"kind"`
	Code   string         `json:"code"`
	Args   map[string]any `json:"args,omitempty"`
}

// note writes down, in the unit that puts the lines in, that it did, and what was refused: a job that was cut off between
// this and its end tells the same when it is taken up again.
func (g *gathering) note(tx *kernel.Tx, balance int64) error {
	list := []refusal{}
	for _, r := range g.on.Refused {
		args := map[string]any{}
		for key, value := range r.Why.Args {
			if text, ok := value.(kernel.Text); ok {
				value = text.In(tx.Lang)
			}
			args[key] = value
		}
		list = append(list, refusal{r.Row, r.Column, r.Why.Kind, r.Why.Code, args})
	}
	refused, err := json.Marshal(list)
	if err != nil {
		return err
	}
	result, err := json.Marshal(g.on.Result)
	if err != nil {
		return err
	}
	n, err := tx.Exec("INSERT INTO opening_gathered (name, mark, file, balance, refused, at, run, told) VALUES (?, '', ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
		g.key, g.on.Name, balance, string(refused), int64(tx.Now), g.on.File, string(result))
	if err == nil && n == 0 { // somebody else was faster with the same key: the next attempt has the answer
		err = problem.Conflicted("version")
	}
	return err
}

var lineTable = &store.Table{Name: "opening_gathered_line", Columns: []string{"section", "line", "run", "at_row", "balance", "said"}}

// noteLines writes down which lines a file has put onto a balance, and what they said then.
func (g *gathering) noteLines(tx *kernel.Tx, b *Balance, m *mix) error {
	if g.on.File == 0 || len(m.put) == 0 {
		return nil
	}
	var rows []any
	lines := b.linesOf(g.table)
	if len(lines) != len(m.stay)+len(m.put) {
		return fmt.Errorf("opening: %d lines stand where %d were put beside %d", len(lines), len(m.put), len(m.stay))
	}
	for i, e := range m.put {
		l := lines[len(m.stay)+i]
		rows = append(rows, g.table, l.id, g.on.File, int64(e.row), b.ID, l.said)
	}
	return lineTable.Insert(tx.Unit, rows)
}

// broughtBy are the lines that a file has put onto balances, by balance, section and line, as they were then.
func broughtBy(v *kernel.View, file int64) (map[int64]map[string]map[int64]string, error) {
	out := map[int64]map[string]map[int64]string{}
	err := v.Each(func(rows *sql.Rows) error {
		var section, said string
		var line, balance int64
		if err := rows.Scan(&section, &line, &balance, &said); err != nil {
			return err
		}
		if out[balance] == nil {
			out[balance] = map[string]map[int64]string{}
		}
		if out[balance][section] == nil {
			out[balance][section] = map[int64]string{}
		}
		out[balance][section][line] = said
		return nil
	}, "SELECT section, line, balance, said FROM opening_gathered_line WHERE run = ?", file)
	return out, err
}

// replacedBy is how many rows of a file took the place of what stood.
func replacedBy(v *kernel.View, file int64) (n int, err error) {
	err = v.Each(func(rows *sql.Rows) error {
		var text string
		var one intake.Result
		err := rows.Scan(&text)
		if err == nil && text != "" {
			err = json.Unmarshal([]byte(text), &one)
		}
		n += one.Replaced
		return err
	}, "SELECT told FROM opening_gathered WHERE run = ?", file)
	return n, err
}

// sections are the tables of the sections with what their lines are about and say.
var sections = map[string]struct{ table, about, place, figure string }{
	"stock":       {"opening_stock", "l.item", "COALESCE(l.warehouse, 0)", "l.qty"},
	"receivables": {"opening_receivable", "l.party", "0", "l.amount"},
	"payables":    {"opening_payable", "l.party", "0", "l.amount"},
	"money":       {"opening_money", "l.money_account", "0", "l.amount"},
}

// standingOf gives the lines of a section on all balances that are not void and that the person may see.
func standingOf(v *kernel.View, section string) (standings, error) {
	s, scope := sections[section], resource.Visible(v, Balances.Def, "b")
	if scope != "" {
		scope = " AND " + scope
	}
	out := standings{}
	err := v.Each(func(rows *sql.Rows) error {
		var one standing
		err := rows.Scan(&one.line, &one.balance, &one.number, &one.about, &one.place, &one.figure, &one.run, &one.row, &one.file, &one.at)
		out[one.about] = append(out[one.about], one)
		return err
	}, "SELECT l.id, b.id, b.number, "+s.about+", "+s.place+", "+s.figure+`, COALESCE(o.run, 0), COALESCE(o.at_row, 0), COALESCE(g.file, ''), COALESCE(g.at, 0)
		FROM `+s.table+` l JOIN opening_balance b ON b.id = l.parent LEFT JOIN opening_gathered_line o ON o.section = ? AND o.line = l.id
		LEFT JOIN (SELECT run, MIN(file) AS file, MIN(at) AS at FROM opening_gathered WHERE run <> 0 GROUP BY run) g ON g.run = o.run
		WHERE b.state <> ?`+scope+" ORDER BY l.id", section, string(void))
	return out, err
}

// earlier gives the page to which the table went under the same key, "" when it did not, with what was refused then.
func (g *gathering) earlier(v *kernel.View) (to string, err error) {
	var balance int64
	var refused, result string
	found, err := v.Scan([]any{&balance, &refused, &result}, "SELECT balance, refused, told FROM opening_gathered WHERE name = ?", g.key)
	if err != nil || !found {
		return "", err
	}
	g.on.Result = intake.Result{}
	if result != "" {
		if err := json.Unmarshal([]byte(result), &g.on.Result); err != nil {
			return "", err
		}
	}
	var list []refusal
	if err := json.Unmarshal([]byte(refused), &list); err != nil {
		return "", err
	}
	g.on.Refused = nil
	for _, r := range list {
		g.on.Refused = append(g.on.Refused, intake.Refused{Row: r.Row, Column: r.Column, Why: &problem.Problem{Kind: r.Kind, Code: r.Code, Args: r.Args}})
	}
	return page(balance), nil
}
