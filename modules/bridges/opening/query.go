package opening

import (
	"encoding/json"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/problem"
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
	n, err := tx.Exec("INSERT INTO opening_gathered (name, mark, file, balance, refused, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
		g.key, g.on.Mark, g.on.Name, balance, string(refused), int64(tx.Now))
	if err == nil && n == 0 { // somebody else was faster with the same key: the next attempt has the answer
		err = problem.Conflicted("version")
	}
	return err
}

// earlier gives the page to which the table went under the same key, "" when it did not, with what was refused then.
func (g *gathering) earlier(v *kernel.View) (to string, err error) {
	var balance int64
	var refused string
	found, err := v.Scan([]any{&balance, &refused}, "SELECT balance, refused FROM opening_gathered WHERE name = ?", g.key)
	if err != nil || !found {
		return "", err
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

// idsOf gives the lines of a section.
func (b *Balance) idsOf(table string) (out []int64) {
	switch table {
	case "stock":
		for _, l := range b.Stock {
			out = append(out, l.ID)
		}
	case "receivables":
		for _, l := range b.Receivables {
			out = append(out, l.ID)
		}
	case "payables":
		for _, l := range b.Payables {
			out = append(out, l.ID)
		}
	case "money":
		for _, l := range b.Money {
			out = append(out, l.ID)
		}
	}
	return out
}
