package party

import (
	"fmt"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sequence"
)

// numberCode gives a party without a code the next free one.
func numberCode(tx *kernel.Tx, p *Party) error {
	for p.Code == "" {
		n, err := sequence.Take(tx, "base.party|", 1)
		if err != nil {
			return err
		}
		code := fmt.Sprintf("P%05d", n)
		taken, err := tx.Scan([]any{new(int64)}, "SELECT id FROM base_party WHERE code = ?", code)
		if err != nil {
			return err
		}
		if !taken {
			p.Code = code
		}
	}
	return nil
}

// unique names the party that already has the code or the tax number; the database's constraints stand behind it.
func unique(tx *kernel.Tx, old, p *Party) error {
	var list problem.List
	for _, f := range []struct{ column, value, before string }{
		{"code", p.Code, valueOf(old, func(o *Party) string { return o.Code })},
		{"tax_number", p.TaxNumber, valueOf(old, func(o *Party) string { return o.TaxNumber })},
	} {
		if f.value == "" || f.value == f.before {
			continue
		}
		var name string
		found, err := tx.Scan([]any{&name}, "SELECT name FROM base_party WHERE "+f.column+" = ? AND id <> ?", f.value, p.ID)
		if err != nil {
			return err
		}
		if found {
			list.Add(problem.Rule("party.duplicate", "value", f.value, "name", name).At("/" + f.column))
		}
	}
	return list.Err()
}

func valueOf(p *Party, get func(*Party) string) string {
	if p == nil {
		return ""
	}
	return get(p)
}
