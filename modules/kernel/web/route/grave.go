package route

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/auth/grave"
	"zhanggui/modules/kernel/problem"
)

// When says whether an operation is grave; see package grave.
type When int

// The answers. On Sometimes the handler calls Request.Prove when what is asked for wants it.
const (
	Never When = iota
	Always
	Sometimes
)

// Weigh gives what a route says of itself, or what was declared for its resource. To read, to preview and to attach a
// file is never grave.
func (r *Route) Weigh(c *kernel.Company) When {
	if r.StepUp != Never || r.Method == "GET" || strings.HasSuffix(r.Path, "/preview") || strings.HasSuffix(r.Path, "/files") {
		return r.StepUp
	}
	for _, act := range r.Acts {
		if grave.Is(c, r.Object, act) {
			return Always
		}
	}
	return Never
}

// Prove refuses whoever has not shown who he is in the last ten minutes, with the code stepup.needed. Programs, which have
// no session, are not asked: their keys were made by somebody who was.
func (r *Request) Prove() error {
	if r.Token == "" {
		return nil
	}
	fresh, err := auth.Proven(r.Context(), r.Company, r.Token)
	if err == nil && !fresh {
		err = problem.New(problem.Forbidden, "stepup.needed")
	}
	return err
}
