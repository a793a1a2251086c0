package claims

import (
	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/office"
	"zhanggui/modules/settlement"
)

// The questions of this crossing ask for no scope: they carry out what was allowed already.

// partyOf gives the party that stands for a person, 0 when there is none, and whether another has the code it would get.
func partyOf(tx *kernel.Tx, p *organisation.Person) (id int64, taken bool, err error) {
	if _, err = tx.Scan([]any{&id}, "SELECT id FROM base_party WHERE person = ?", p.ID); err != nil || id != 0 {
		return id, false, err
	}
	taken, err = tx.Scan([]any{new(int64)}, "SELECT id FROM base_party WHERE code = ?", codeOf(p))
	return 0, taken, err
}

// advancesOf gives the open advances of an employee, locked, the oldest first.
func advancesOf(tx *kernel.Tx, employee int64) ([]*settlement.OpenItem, error) {
	ids, err := tx.IDs("SELECT i.id FROM settlement_open_item i WHERE i.party = ? AND i.side = 'receivable' AND i.source = ? AND i.open > 0 ORDER BY i.date, i.id",
		employee, office.Advances.Name)
	if err != nil {
		return nil, err
	}
	locked, err := resource.LockMany(tx, settlement.OpenItems.Def, ids)
	if err != nil {
		return nil, err
	}
	var out []*settlement.OpenItem
	for _, id := range ids {
		if it, ok := locked[id].(*settlement.OpenItem); ok && it.Open > 0 {
			out = append(out, it)
		}
	}
	return out, nil
}

// approved tells whether people have agreed that a paper is posted.
func approved(tx *kernel.Tx, name string, id int64) (bool, error) {
	return tx.Scan([]any{new(int64)}, "SELECT id FROM approval_request WHERE record = ? AND target = ? AND act = 'post' AND state IN ('granted', 'failed', 'applied') LIMIT 1", id, name)
}

// advancePaidBy gives the number of the advance that made a payment, "" when none did.
func advancePaidBy(tx *kernel.Tx, payment int64) (number string, err error) {
	_, err = tx.Scan([]any{&number}, "SELECT number FROM office_advance WHERE payment = ?", payment)
	return number, err
}
