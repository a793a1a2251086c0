package opening

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// Figures that stand on an opening balance already: the same party, money account, or item in a warehouse, in another
// table or typed by hand. Put there once more they would be doubled, so a person chooses.

// spot is what a figure is about. Place is the warehouse of an item, 0 for any.
type spot struct{ about, place int64 }

// standing is a line that a balance has.
type standing struct {
	spot
	line, balance int64
	number        string
	figure        int64
	run           int64  // the file that it came from, 0 when somebody typed it
	row           int    // of that file
	file          string // its name
	at            int64
}

func (s *standing) covers(e entry) bool {
	return s.about == e.about && (s.place == e.place || e.place == 0 || s.place == 0)
}

// mix is what becomes of the rows of a table, and of the lines of the draft.
type mix struct {
	draft   *Balance
	gone    map[int64]bool // lines of the draft that are replaced
	stay    []int64        // those that stay
	put     []entry
	refused []intake.Refused
	where   string // the page of what stands
	intake.Result
}

// weigh decides, row by row, as the person chose for the table; draft is nil when there is none.
func (g *gathering) weigh(v *kernel.View, draft *Balance) (*mix, error) {
	list, err := standingOf(v, g.table)
	if err != nil {
		return nil, err
	}
	m := &mix{draft: draft, gone: map[int64]bool{}}
	rows := list.others(g.on.File, g.lines)
	m.Stayed = len(g.lines) - len(rows)
	for _, group := range grouped(rows) {
		m.group(g, group, list.of(group[0]))
	}
	// As they stand in the table: a row without a warehouse means that of the row above.
	slices.SortStableFunc(m.put, func(a, b entry) int { return cmp.Compare(a.row, b.row) })
	if draft != nil {
		for _, l := range draft.linesOf(g.table) {
			if !m.gone[l.id] {
				m.stay = append(m.stay, l.id)
			}
		}
	}
	return m, nil
}

// grouped puts the rows about one thing together, in the order of the table.
func grouped(rows []entry) (out [][]entry) {
	at := map[spot]int{}
	for _, e := range rows {
		n, known := at[e.spot]
		if !known {
			n = len(out)
			at[e.spot] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], e)
	}
	return out
}

// standings are lines by what they are about.
type standings map[int64][]standing

// others leaves only the lines that did not come from the file, and gives the rows of it that are not there yet.
func (list standings) others(file int64, rows []entry) (out []entry) {
	was := map[int]bool{}
	for about, lines := range list {
		list[about] = slices.DeleteFunc(lines, func(s standing) bool {
			own := file != 0 && s.run == file
			if own {
				was[s.row] = true
			}
			return own
		})
	}
	for _, e := range rows {
		if !was[e.row] {
			out = append(out, e)
		}
	}
	return out
}

func (list standings) of(e entry) (out []standing) {
	for _, s := range list[e.about] {
		if s.covers(e) {
			out = append(out, s)
		}
	}
	return out
}

// group decides about the rows of one thing.
func (m *mix) group(g *gathering, rows []entry, stands []standing) {
	choice := g.on.Choice
	if len(stands) == 0 {
		choice = intake.Add
	} else {
		m.where = page(stands[0].balance)
	}
	fixed := fixedOf(stands, m.draft)
	switch {
	case choice == intake.Leave:
		m.Stayed += len(rows)
		if now, given := total(g.table, stands), sum(g.table, rows); now != given {
			m.Stood = append(m.Stood, intake.Stood{Row: rows[0].row, Column: columnOf[g.table], Stands: now, Given: given})
		}
	case choice == intake.Undecided, choice == intake.Replace && fixed != nil:
		why := problem.Rule("opening.stands", "name", rows[0].name, "stands", total(g.table, stands))
		if fixed != nil && choice == intake.Replace {
			why = problem.Rule("opening.stands_fixed", "name", rows[0].name, "stands", total(g.table, stands), "balance", fixed.label())
		}
		for _, e := range rows {
			m.refused = append(m.refused, intake.Refused{Row: e.row, Column: columnOf[g.table], Why: why})
		}
	default:
		for _, s := range stands {
			m.gone[s.line] = m.gone[s.line] || choice == intake.Replace
		}
		for _, e := range rows {
			if choice == intake.Replace {
				m.Replaced++
			}
			if e.line != nil {
				m.Put++
				m.put = append(m.put, e)
			}
		}
	}
}

// fixedOf is a line that cannot be replaced: it is posted, or stands on an older draft.
func fixedOf(stands []standing, draft *Balance) *standing {
	for i := range stands {
		if draft == nil || stands[i].balance != draft.ID {
			return &stands[i]
		}
	}
	return nil
}

// label names the balance of a line.
func (s *standing) label() kernel.Text {
	if s.number == "" {
		return kernel.T("另一张草稿", "another draft")
	}
	return kernel.T(s.number, s.number)
}

// from says where a figure comes from.
func (s *standing) from(c *kernel.Company) kernel.Text {
	if s.file == "" {
		return kernel.T("在期初余额页上录入", "entered on the page of opening balances")
	}
	day := clock.Instant(s.at).Time().In(c.Zone()).Format("2006-01-02 15:04")
	return kernel.T(fmt.Sprintf("%s 从文件「%s」导入", day, s.file), fmt.Sprintf("from file “%s”, %s", s.file, day))
}

// columnOf is the column of a table that its figures stand in.
var columnOf = map[string]string{"stock": "stock_qty", "receivables": "amount", "payables": "amount", "money": "amount"}

// total is what stands, as a person writes it.
func total(table string, list []standing) string {
	var all int64
	for _, s := range list {
		all += s.figure
	}
	return figure(table, all)
}

// sum is what rows say together; one that is no number is told as it is.
func sum(table string, rows []entry) string {
	var all int64
	for _, e := range rows {
		if table == "stock" {
			n, err := money.ParseQty(e.figure)
			if err != nil {
				return e.figure
			}
			all += int64(n)
			continue
		}
		n, err := money.ParseAmount(e.figure)
		if err != nil {
			return e.figure
		}
		all += int64(n)
	}
	return figure(table, all)
}

func figure(table string, n int64) string {
	if table == "stock" {
		return money.Qty(n).String()
	}
	return money.Amount(n).String()
}

// asked asks what is to become of the rows about which a figure stands, once for the table.
func asked(table string, rows func(v *kernel.View, on *intake.Arrived) ([]entry, error)) func(*kernel.View, *intake.Arrived) error {
	return func(v *kernel.View, on *intake.Arrived) error {
		list, err := standingOf(v, table)
		if err != nil || len(list) == 0 {
			return err
		}
		entries, err := rows(v, on)
		if err != nil {
			return err
		}
		newest, err := newestDraft(v)
		if err != nil {
			return err
		}
		var first []entry
		var what []standing
		count, free := 0, false
		for _, group := range grouped(list.others(on.File, entries)) {
			stands := list.of(group[0])
			if len(stands) == 0 {
				continue
			}
			if count += len(group); first == nil {
				first, what = group, stands
			}
			free = free || fixedOf(stands, newest) == nil
		}
		if count == 0 {
			return nil
		}
		code := "intake.standing"
		switch {
		case !free:
			code = "intake.standing_fixed"
		case table == "money":
			code = "intake.standing_one"
		}
		return problem.Rule(code, "count", count, "row", first[0].row, "name", first[0].name, "stands", total(table, what), "given", sum(table, first), "from", what[0].from(v.Company))
	}
}

// placed is a line of a balance with what it says.
type placed struct {
	id   int64
	said string
}

// linesOf gives the lines of a section.
func (b *Balance) linesOf(table string) (out []placed) {
	switch table {
	case "stock":
		for _, l := range b.Stock {
			out = append(out, placed{l.ID, fmt.Sprintf("%d %d %d %s %s %s", l.Item, l.Warehouse, l.Unit, l.Qty, l.Qty2, l.Price)})
		}
	case "receivables":
		out = debtsSaid(b.Receivables)
	case "payables":
		out = debtsSaid(b.Payables)
	case "money":
		for _, l := range b.Money {
			out = append(out, placed{l.ID, fmt.Sprintf("%d %s", l.MoneyAccount, l.Amount)})
		}
	}
	return out
}

func debtsSaid(list []DebtLine) (out []placed) {
	for _, l := range list {
		out = append(out, placed{l.ID, fmt.Sprintf("%d %q %s %s %s", l.Party, l.Reference, l.Date, l.DueDate, l.Amount)})
	}
	return out
}

// ids names lines that stay as they are.
func ids(list []int64) []any {
	out := make([]any, len(list))
	for i, n := range list {
		out[i] = object("id", json.Number(strconv.FormatInt(n, 10)))
	}
	return out
}
