// Package preview shows what a form would become while it is typed: the reading half of the pipeline, and nothing written.
package preview

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
)

// Preview is the first half alone, for a form while it is typed.
type Preview struct {
	Draft   *pipeline.Draft
	Actions []string
	Facts   []kernel.Fact
}

// Warner tells, while a record is typed, what should be thought of without refusing it. Whoever knows puts it among the
// company's hooks while the company is set up.
type Warner struct {
	Resource string
	Warn     func(v *kernel.View, rec any) (problem.List, error)
}

func warnings(v *kernel.View, draft *pipeline.Draft) (out problem.List, err error) {
	for _, hook := range v.Company.Hooks {
		w, ok := hook.(*Warner)
		if !ok || w.Resource != draft.Def.Name {
			continue
		}
		list, err := w.Warn(v, draft.Rec)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			one := *p
			one.Warning = true
			out = append(out, &one)
		}
	}
	return out, nil
}

// Try prepares without writing and tells what could be done next.
func Try(ctx context.Context, c *kernel.Company, actor *kernel.Actor, cmd pipeline.Command, changed string) (*Preview, error) {
	out, act := &Preview{}, "update"
	if cmd.ID == 0 {
		act = "create"
	}
	err := c.View(ctx, actor, func(v *kernel.View) error {
		if err := pipeline.Permitted(actor, cmd.Def, act); err != nil {
			return err
		}
		draft, err := pipeline.Prepare(v, cmd, changed)
		if err != nil {
			return err
		}
		cmd.Def = draft.Def
		out.Draft, out.Actions = draft, pipeline.Actions(actor, cmd.Def, draft.Rec)
		for _, name := range out.Actions {
			if a := cmd.Def.Action(name); a.Primary && a.Check != nil && len(draft.Problems) == 0 {
				draft.Problems = append(draft.Problems, a.Check(v, draft.Rec)...)
			}
		}
		told, err := warnings(v, draft)
		if err != nil {
			return err
		}
		draft.Problems = append(draft.Problems, told...)
		if cmd.Def.Facts == nil {
			return nil
		}
		facts, err := cmd.Def.Facts(v, draft.Rec)
		for _, f := range facts {
			if actor.Sees(f.Right) {
				out.Facts = append(out.Facts, f)
			}
		}
		return err
	})
	return out, err
}
