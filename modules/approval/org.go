package approval

import (
	"slices"

	"zhanggui/modules/base/organisation"
	"zhanggui/modules/kernel"
)

// user is somebody who can decide: an account with its person and roles.
type user struct {
	id, person int64
	name, lang string
	roles      []string
	disabled   bool
}

// people is the organisation as it stands at this moment of the view.
type people struct {
	v        *kernel.View
	users    map[int64]*user
	order    []int64         // by id
	byPerson map[int64]int64 // person → the active user
	deputies map[int64]int64 // user → who stands for him today
}

type peopleKey struct{}

// organisationOf reads the accounts and who stands for whom, once for each view.
func organisationOf(v *kernel.View) (*people, error) {
	return kernel.Memo(v, peopleKey{}, func() (*people, error) {
		o := &people{v: v, users: map[int64]*user{}, byPerson: map[int64]int64{}, deputies: map[int64]int64{}}
		if err := o.readUsers(); err != nil {
			return nil, err
		}
		return o, o.readDeputies()
	})
}

func (o *people) active(id int64) bool {
	u := o.users[id]
	return u != nil && !u.disabled
}

func (o *people) name(id int64) string {
	if u := o.users[id]; u != nil {
		return u.name
	}
	return ""
}

// withRole gives the active users of a role in order of their ids.
func (o *people) withRole(role string) []int64 {
	var out []int64
	for _, id := range o.order {
		if o.active(id) && slices.Contains(o.users[id].roles, role) {
			out = append(out, id)
		}
	}
	return out
}

// department of a user, nil when he has none.
func (o *people) department(u *user) (*organisation.Department, error) {
	if u == nil || u.person == 0 {
		return nil, nil
	}
	p, err := o.person(u.person)
	if err != nil || p == nil || p.Department == 0 {
		return nil, err
	}
	return o.departmentByID(p.Department)
}

func (o *people) person(id int64) (*organisation.Person, error) {
	found, err := organisation.People.FindMany(o.v, []int64{id})
	return found[id], err
}

func (o *people) departmentByID(id int64) (*organisation.Department, error) {
	found, err := organisation.Departments.FindMany(o.v, []int64{id})
	return found[id], err
}

// head gives the user who leads the nth department upward of a user's own; who leads a department himself begins with the
// one above it. 0 when there is nobody.
func (o *people) head(of int64, level int) (int64, error) {
	u := o.users[of]
	d, err := o.department(u)
	for range 100 {
		if err != nil || d == nil || d.Head == 0 || d.Head != u.person {
			break
		}
		d, err = o.above(d)
	}
	for n := 1; n < max(level, 1) && d != nil && err == nil; n++ {
		d, err = o.above(d)
	}
	if err != nil || d == nil || d.Head == 0 {
		return 0, err
	}
	return o.byPerson[d.Head], nil
}

func (o *people) above(d *organisation.Department) (*organisation.Department, error) {
	if d.Parent == 0 {
		return nil, nil
	}
	return o.departmentByID(d.Parent)
}

// superior gives the user who is the nth superior, 0 when there is nobody.
func (o *people) superior(of int64, level int) (int64, error) {
	u := o.users[of]
	if u == nil || u.person == 0 {
		return 0, nil
	}
	id := u.person
	for range max(level, 1) {
		p, err := o.person(id)
		if err != nil || p == nil || p.Superior == 0 {
			return 0, err
		}
		id = p.Superior
	}
	return o.byPerson[id], nil
}

// nearestSuperior is the first superior upward who can decide and is somebody else.
func (o *people) nearestSuperior(of int64) (int64, error) {
	for level := range 20 {
		id, err := o.superior(of, level+1)
		if err != nil || id != 0 && id != of {
			return id, err
		}
	}
	return 0, nil
}
