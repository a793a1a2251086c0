package organisation

import (
	"maps"
	"reflect"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// handSeats gives what a person is rather than has: head of departments, superior of colleagues, collaborator of records
// that are still worked on.
func (h *Handing) handSeats(tx *kernel.Tx) error {
	for _, seat := range []func(*kernel.Tx) error{h.handDepartments, h.handPeople} {
		if err := seat(tx); err != nil {
			return err
		}
	}
	for _, d := range tx.Company.Resources() {
		if l, f := collaboration(d); l != nil && len(h.Users) > 0 {
			if err := h.handCollaboration(tx, d, l, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *Handing) handDepartments(tx *kernel.Tx) error {
	ids, err := headedBy(tx.View, h.From.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := Departments.Lock(tx, id)
		if err != nil {
			return err
		}
		d.Head = h.To.ID
		if err := Departments.Save(tx, d); err != nil {
			return err
		}
	}
	h.Tell(kernel.T("部门负责人", "Head of department"), len(ids))
	return nil
}

// handPeople puts the new person above whom the old one led. Who takes over from somebody above him moves up to where
// that one stood: nobody ends above himself.
func (h *Handing) handPeople(tx *kernel.Tx) error {
	people := resource.Named[Person](tx.Company, "base.person")
	ids, err := ledBy(tx.View, h.From.ID)
	if err != nil {
		return err
	}
	led := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id == h.To.ID })
	h.Tell(kernel.T("下属", "People led"), len(led))
	above := map[int64]int64{}
	for _, id := range led {
		above[id] = h.To.ID
	}
	err = superiors.noCycle(tx.View, h.From.ID, h.To.Superior)
	if _, below := problem.From(err); below {
		above[h.To.ID] = h.From.Superior
	} else if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(above)) {
		p, err := people.Lock(tx, id)
		if err != nil {
			return err
		}
		p.Superior = above[id]
		if err := people.Save(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// collaboration is the table of lines by which people write into a record who else sees it, nil where there is none.
func collaboration(d *kernel.Def) (*kernel.LineDef, *kernel.Field) {
	if d.Scope == nil || d.Scope.Members == nil {
		return nil, nil
	}
	for _, l := range d.Lines {
		if f := l.ByName[d.Scope.Members.User]; l.Table.Name == d.Scope.Members.Table && f != nil && !f.ReadOnly {
			return l, f
		}
	}
	return nil, nil
}

// handCollaboration has the new person work with others where the old one did. Where nobody can log in as the new one, or
// he is there already, the old one only goes.
func (h *Handing) handCollaboration(tx *kernel.Tx, d *kernel.Def, l *kernel.LineDef, f *kernel.Field) error {
	ids, err := sharedWith(tx.View, d, h.Users)
	if err != nil {
		return err
	}
	recs, err := resource.LockMany(tx, d, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		list := resource.Lines(l, recs[id])
		there := h.ToUser == 0
		for i := range list.Len() {
			there = there || list.Index(i).FieldByIndex(f.Index).Int() == h.ToUser
		}
		kept := reflect.MakeSlice(list.Type(), 0, list.Len())
		for i := range list.Len() {
			line := list.Index(i)
			if user := line.FieldByIndex(f.Index); slices.Contains(h.Users, user.Int()) {
				if there {
					continue
				}
				user.SetInt(h.ToUser)
				there = true
			}
			kept = reflect.Append(kept, line)
		}
		list.Set(kept)
		if err := resource.Save(tx, d, recs[id]); err != nil {
			return err
		}
	}
	h.Tell(kernel.T(d.Label.Zh+l.Label.Zh, d.Label.En+" "+l.Label.En), len(ids))
	return nil
}
