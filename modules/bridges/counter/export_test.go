package counter

import "zhanggui/modules/kernel"

// Statements tells how many statements a keystroke takes, after a first one.
func Statements(v *kernel.View, q, kind string, party, warehouse int64) (int, error) {
	s := &shelf{}
	a := asked{q: q, kind: kind, party: party, warehouse: warehouse, limit: fewRows, trade: trades()[kind]}
	if _, err := s.find(v, a); err != nil {
		return 0, err
	}
	before := v.Statements()
	_, err := s.find(v, a)
	return v.Statements() - before, err
}
