package ledger

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
)

// Gather puts what a document of this unit is going to add on the voucher of another source: the sheets that one
// opening makes share its voucher. It is taken back by withdrawing that source.
func Gather(tx *kernel.Tx, resource string, id int64, into Source) {
	plansOf(tx).gathered[sourceKey{resource, id, ""}] = into
}

// even adds the line that makes both sides equal, on the account of the role Balance: in red where all lines are red.
func (p *planned) even(tx *kernel.Tx, ch *chart, lines []Line) ([]Line, error) {
	if p.Balance == "" {
		return lines, nil
	}
	var signed []money.Amount
	red := true
	for _, l := range lines {
		signed = append(signed, l.Debit, -l.Credit)
		red = red && l.Debit <= 0 && l.Credit <= 0
	}
	open, err := money.SumOf(signed)
	if err != nil {
		return nil, problem.Rule("ledger.amount_range")
	}
	if open == 0 {
		return lines, nil
	}
	a, err := ch.account(&Entry{Role: p.Balance})
	if err != nil {
		return nil, err
	}
	l := Line{Summary: kernel.T("期初差额", "Difference of the opening balances").In(language(tx.Company)), Account: a.ID}
	if (open > 0) != red {
		l.Credit = open
	} else {
		l.Debit = -open
	}
	return append(lines, l), nil
}

// Judge finds what the chart refuses about lines that people type on another document, as it would on a voucher, and
// clears the dimensions that their accounts do not take. Problems point at /lines/<place>.
func Judge(v *kernel.View, lines []Line) (problem.List, error) {
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	rec := Voucher{Lines: lines}
	return rec.onChart(ch, true), nil
}

// Playing gives the accounts that play one of the roles, generally or for some key, each with the first such role.
func Playing(v *kernel.View, roles ...string) (map[int64]string, error) {
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, name := range roles {
		for _, r := range ch.roles[name] {
			if out[r.Account] == "" {
				out[r.Account] = name
			}
		}
	}
	return out, nil
}

// AccountOf gives the account that plays a role in general. Problems: ledger.role_missing.
func AccountOf(v *kernel.View, role string) (*Account, error) {
	ch, err := chartOf(v)
	if err != nil {
		return nil, err
	}
	return ch.account(&Entry{Role: role})
}
