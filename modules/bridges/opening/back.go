package opening

import (
	"context"
	"maps"
	"slices"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// retreat is what becomes of a balance when the lines go that a file has put there.
type retreat struct {
	balance *Balance
	stay    map[string][]int64 // the lines that stay, of the sections that lose some
	n       int                // lines that go
}

// retreats says what goes with a file, and what stays: lines of a posted balance, and those that somebody has changed.
func retreats(v *kernel.View, file int64) (out []retreat, left []intake.Left, err error) {
	brought, err := broughtBy(v, file)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(brought)) {
		b, err := Balances.Find(v, id)
		if list, ok := problem.From(err); ok && list[0].Kind == problem.NotFound {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		r, still, changed := b.without(brought[id])
		title := b.Number
		if title == "" {
			title = Balances.Label.In(v.Lang)
		}
		switch {
		case still == 0 || b.State == void:
			continue
		case b.State != draft:
			left = append(left, intake.Left{Title: title, Why: problem.Rule("opening.file_posted", "count", still, "number", b.Number)})
			continue
		case changed > 0:
			left = append(left, intake.Left{Title: title, Why: problem.Rule("opening.file_changed", "count", changed)})
		}
		if r.n > 0 {
			out = append(out, r)
		}
	}
	return out, left, nil
}

// without lays the lines that a file brought beside those that stand: still is how many are there, changed how many of
// them say something else by now.
func (b *Balance) without(brought map[string]map[int64]string) (r retreat, still, changed int) {
	r = retreat{balance: b, stay: map[string][]int64{}}
	for section, was := range brought {
		stay, gone := []int64{}, 0
		for _, l := range b.linesOf(section) {
			said, own := was[l.id]
			if own {
				still++
			}
			if own && said == l.said {
				gone++
				continue
			}
			if own {
				changed++
			}
			stay = append(stay, l.id)
		}
		if gone > 0 {
			r.stay[section], r.n = stay, r.n+gone
		}
	}
	return r, still, changed
}

// goes tells how many lines go with a file, and what stays.
func goes(v *kernel.View, file int64) (n int, left []intake.Left, err error) {
	list, left, err := retreats(v, file)
	for _, r := range list {
		n += r.n
	}
	if err != nil || n == 0 {
		return n, left, err
	}
	if replaced, err := replacedBy(v, file); err != nil || replaced > 0 {
		return n, append(left, intake.Left{Title: Balances.Label.In(v.Lang), Why: problem.Rule("opening.file_replaced", "count", replaced)}), err
	}
	return n, left, nil
}

// back takes the lines away that a file has put onto drafts. A draft that has no other line goes with them.
func back(ctx context.Context, on *intake.Arrived) (n int, left []intake.Left, err error) {
	for range attempts {
		var list []retreat
		err = on.Company.View(ctx, on.Actor, func(v *kernel.View) (err error) {
			list, left, err = retreats(v, on.File)
			return err
		})
		for _, r := range list {
			if err == nil {
				err = r.carryOut(ctx, on)
			}
			if err == nil {
				n += r.n
			}
		}
		problems, refused := problem.From(err)
		switch {
		case !refused || problems[0].Kind == problem.Forbidden:
			return n, left, err
		case problems[0].Kind != problem.Conflict: // such as what else is wrong with the draft
			return n, append(left, intake.Left{Title: Balances.Label.In(on.Actor.Lang), Why: problems[0]}), nil
		}
	}
	return n, left, err
}

// carryOut writes one balance without the lines.
func (r retreat) carryOut(ctx context.Context, on *intake.Arrived) error {
	cmd := pipeline.Command{Def: Balances.Def, Act: "update", ID: r.balance.ID, Version: r.balance.Version, Input: &resource.Object{}, Reason: "undo import " + on.Name}
	b := r.balance
	if r.n == len(b.Stock)+len(b.Receivables)+len(b.Payables)+len(b.Money)+len(b.Others) {
		cmd.Act = "delete"
	}
	for section, stay := range r.stay {
		cmd.Input.Put(section, ids(stay))
	}
	if err := pipeline.Permitted(on.Actor, cmd.Def, cmd.Act); err != nil {
		return err
	}
	if cmd.Act == "delete" {
		cmd.Input = nil
	}
	_, err := pipeline.Do(ctx, on.Company, on.Actor, cmd)
	return err
}
