package notify

import (
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/resource"
)

// SealOrder is when a unit tells whose its records have become: after the last step that still changes records.
const SealOrder = 900

// change is what a unit did to the records of one kind for one person: gave them to him, or took them away.
type change struct {
	def    *kernel.Def
	person int64
	code   string
	first  any
	count  int64
}

// tellOwners tells the people to whom the unit gave records, and those from whom it took them. Of new records only
// masters count: who writes a sheet in somebody's name does so all day.
func tellOwners(tx *kernel.Tx) error {
	var changes []*change
	note := func(e *resource.Entry, person int64, code string) {
		if person == 0 || person == tx.Behalf.PersonID {
			return
		}
		i := slices.IndexFunc(changes, func(c *change) bool { return c.def == e.Def && c.person == person && c.code == code })
		if i < 0 {
			i, changes = len(changes), append(changes, &change{e.Def, person, code, e.Rec, 0})
		}
		changes[i].count++
	}
	for _, e := range resource.WorkOf(tx).Entries {
		if e.Deleted || e.Def.Scope == nil || e.Def.Scope.Owner == "" || e.Def.Internal {
			continue
		}
		f := e.Def.ByName[e.Def.Scope.Owner]
		now, before := resource.Value(f, e.Rec).Int(), int64(0)
		if e.Before != nil {
			before = resource.Value(f, e.Before).Int()
		}
		if now == before || e.Before == nil && e.Def.Kind != "master" {
			continue
		}
		note(e, now, "notify.given")
		note(e, before, "notify.taken")
	}
	return tell(tx, changes)
}

func tell(tx *kernel.Tx, changes []*change) error {
	if len(changes) == 0 {
		return nil
	}
	persons := make([]int64, len(changes))
	for i, c := range changes {
		persons[i] = c.person
	}
	accounts, err := Accounts.Of(tx.Company)(tx.View, persons)
	if err != nil {
		return err
	}
	for _, c := range changes {
		m := Message{To: []int64{accounts[c.person]}, Code: c.code, Def: c.def, Record: c.first}
		if c.count > 1 {
			m.Code, m.Count = c.code+"_many", c.count
		}
		if err := Tell(tx, m); err != nil {
			return err
		}
	}
	return nil
}
