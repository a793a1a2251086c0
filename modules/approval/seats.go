package approval

import (
	"slices"
	"strconv"

	"zhanggui/modules/approval/tree"
	"zhanggui/modules/kernel"
)

// seat is somebody who is asked at a step, or who would have been and is passed over. Why names the reason.
type seat struct {
	user, behalf int64
	passed       bool
	why          string
	before       []string // why it was to be somebody else's, before that
	by           string   // what kind of approver the flow named
}

// rules are the company's choices about what happens by itself.
type rules struct {
	empty, self, repeat string
	substitute          int64
}

func rulesOf(c *kernel.Company) rules {
	id, _ := strconv.ParseInt(c.Setting(settingSubstitute), 10, 64) // a reference is stored as its id
	return rules{c.Setting(settingEmpty), c.Setting(settingSelf), c.Setting(settingRepeat), id}
}

// seating finds who decides at a step, with the organisation of this moment. Simulation and engine ask the same.
type seating struct {
	people    *people
	rules     rules
	initiator int64
	decided   func(user int64) bool // agreed already, so that the rule about repetition passes him over
	seats     []seat
}

// nobody stands for a vacancy that only leads to a note.
const nobody = int64(0)

// of seats a step. An empty list of undecided seats means that the step passes.
func (s *seating) of(n *tree.Node) error {
	vacant := 0
	for _, w := range n.Who {
		found, err := s.resolve(w)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			vacant++
			if n.DecideMode() != tree.Any {
				if err := s.fill(); err != nil {
					return err
				}
			}
		}
		for _, id := range found {
			if err := s.ask(id, w.By == "initiator"); err != nil {
				return err
			}
		}
		for i := range s.seats {
			if s.seats[i].by == "" {
				s.seats[i].by = w.By
			}
		}
	}
	if vacant > 0 && len(s.seats) == 0 {
		if err := s.fill(); err != nil {
			return err
		}
	}
	s.settle(n.DecideMode())
	return nil
}

// settle: where one of several is enough and one of them has agreed already, nobody else is asked.
func (s *seating) settle(mode string) {
	if mode != tree.Any {
		return
	}
	if i := slices.IndexFunc(s.seats, func(x seat) bool { return x.passed && x.why == "skip_repeated" }); i >= 0 {
		s.seats = []seat{s.seats[i]}
	}
}

// waiting are the seats that have yet to decide.
func (s *seating) waiting() int {
	n := 0
	for _, x := range s.seats {
		if !x.passed {
			n++
		}
	}
	return n
}

func (s *seating) seated(id int64) bool {
	return slices.ContainsFunc(s.seats, func(x seat) bool { return x.user == id && x.user != nobody })
}

// resolve gives the users that an entry of a step names, those that can log in.
func (s *seating) resolve(w tree.Who) ([]int64, error) {
	one := func(id int64, err error) ([]int64, error) {
		if err != nil || !s.people.active(id) {
			return nil, err
		}
		return []int64{id}, nil
	}
	switch w.By {
	case "user":
		return one(w.User, nil)
	case "role":
		return s.people.withRole(w.Role), nil
	case "head":
		return one(s.people.head(s.initiator, w.Level))
	case "superior":
		return one(s.people.superior(s.initiator, w.Level))
	}
	return one(s.initiator, nil)
}

// ask seats a user by the rules: not the initiator himself, his deputy if he has one, nobody twice.
func (s *seating) ask(id int64, confirms bool) error {
	if id == s.initiator && !confirms && s.rules.self != "allow" {
		if s.rules.self == "superior" {
			up, err := s.people.nearestSuperior(id)
			if err != nil {
				return err
			}
			if up != nobody {
				s.sit(up, "to_superior")
				return nil
			}
		}
		if !s.seated(id) {
			s.seats = append(s.seats, seat{user: id, passed: true, why: "skip_self"})
		}
		return nil
	}
	s.sit(id, "")
	return nil
}

// sit gives a seat to a user or to who stands for him.
func (s *seating) sit(id int64, why string) {
	x := seat{user: id, why: why}
	if deputy := s.people.deputies[id]; deputy != nobody && s.people.active(deputy) && deputy != s.initiator && !s.seated(id) {
		x = seat{user: deputy, behalf: id, why: "delegated", before: []string{why}}
	}
	if s.seated(x.user) {
		return
	}
	if s.decided(x.user) {
		x.passed, x.before, x.why = true, append(x.before, x.why), "skip_repeated"
	}
	s.seats = append(s.seats, x)
}

// fill puts somebody where nobody was found: the administrator, a person by name, or nobody at all.
func (s *seating) fill() error {
	switch s.rules.empty {
	case "pass":
		s.seats = append(s.seats, seat{passed: true, why: "skip_empty"})
		return nil
	case "user":
		if s.people.active(s.rules.substitute) && s.rules.substitute != s.initiator {
			s.sit(s.rules.substitute, "to_substitute")
			return nil
		}
	}
	for _, id := range s.people.withRole("administrator") {
		if id != s.initiator {
			s.sit(id, "to_administrator")
			return nil
		}
	}
	for _, id := range s.people.withRole("administrator") { // the only one
		return s.ask(id, false)
	}
	s.seats = append(s.seats, seat{passed: true, why: "skip_empty"})
	return nil
}
