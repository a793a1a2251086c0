package approval

import (
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Outcome tells what an action that puts a document right would make of it, so that flows are asked about the document as
// it shall be and people who decide see what is different. Whoever knows it puts it among the company's hooks while the
// company is set up. A flow that stands before another act, which this one carries out as well, is asked only where
// something that it watches becomes different.
type Outcome struct {
	Target, Act string
	Of          func(v *kernel.View, rec, input any) (any, error)
}

// outcomeOf gives a record as an act would leave it, nil where the act is none of this sort.
func outcomeOf(v *kernel.View, of act, rec, input any) (any, error) {
	for _, hook := range v.Company.Hooks {
		if o, ok := hook.(*Outcome); ok && o.Target == of.target && o.Act == of.name {
			return o.Of(v, rec, input)
		}
	}
	return nil, nil
}

// foreseen gives a record as a request that is not over would leave it, nil where its act is none of this sort or where
// what was asked for does not fit any more.
func foreseen(v *kernel.View, d *kernel.Def, r *Request, rec any) (any, error) {
	doing := actionOf(d, r.Act)
	if doing == nil || rec == nil || !r.open() {
		return nil, nil
	}
	in, err := decodeInput(doing, r.Input)
	if err != nil {
		return nil, err
	}
	system := v.As(&kernel.Actor{System: true, UserID: r.Initiator, PersonID: r.Owner, Department: r.Department, Lang: v.Lang})
	next, err := outcomeOf(system, act{r.Target, r.Act}, rec, in)
	if _, told := problem.From(err); told && err != nil {
		return nil, nil
	}
	return next, err
}
