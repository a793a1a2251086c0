package organisation

import (
	"slices"
	"strings"

	"zhanggui/modules/kernel"
)

// Act is an act beyond those of a resource's actions that roles can be given: a way in which something else may be done. A
// module that asks for it puts it among the company's hooks while the company is set up.
type Act struct {
	Object, Act string
	Label       kernel.Text
}

// moreActs are those of a resource.
func moreActs(c *kernel.Company, object string) (out []kernel.Option) {
	for _, hook := range c.Hooks {
		if a, ok := hook.(*Act); ok && a.Object == object {
			out = append(out, kernel.Option{Value: a.Act, Label: a.Label})
		}
	}
	return out
}

// due is a right that a role is to be given once.
type due struct {
	role        int64
	object, act string
}

// give writes the rights that are due into their roles and forgets that they were. What the program has no word for is left out.
func give(tx *kernel.Tx) error {
	list, err := rightsDue(tx.View)
	if err != nil || len(list) == 0 {
		return err
	}
	for part := list; len(part) > 0; {
		n := 1
		for n < len(part) && part[n].role == part[0].role {
			n++
		}
		r, err := rolesOf(tx.Company).Lock(tx, part[0].role)
		if err != nil {
			return err
		}
		for _, d := range part[:n] {
			if o := catalogueOf(tx.Company).byName[d.object]; o != nil && o.knows(d.act) {
				r.grant(o, d.act)
			}
		}
		if err := rolesOf(tx.Company).Save(tx, r); err != nil {
			return err
		}
		part = part[n:]
	}
	return rightsGiven(tx)
}

// grant adds an act to what a role may do with an object.
func (r *Role) grant(o *object, act string) {
	i := slices.IndexFunc(r.Rights, func(l RoleRight) bool { return l.Object == o.name })
	if i < 0 {
		i = len(r.Rights)
		r.Rights = append(r.Rights, RoleRight{Object: o.name})
		r.Rights[i].Pos = int64(i + 1)
	}
	line := &r.Rights[i]
	if slices.Contains(o.granted(line), act) {
		return
	}
	for _, t := range ticks {
		if o.actOf(t.act) == act {
			*t.of(line) = true
			return
		}
	}
	line.Actions = strings.Join(append(split(line.Actions), act), ",")
}
