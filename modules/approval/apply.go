package approval

import (
	"context"
	"strconv"
	"time"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/state"
)

// applyKind is the job that carries out what was approved.
const applyKind = "approval.apply"

type applyInput struct {
	Request int64 `json:"request"`
}

func runApply(ctx context.Context, r *jobs.Run) error {
	var in applyInput
	if err := r.Input(&in); err != nil {
		return err
	}
	return Apply(ctx, r.Company, in.Request)
}

// Apply carries out the act of a granted request, as the system on behalf of the initiator. When that fails the
// decision stands: the request is "approved, not applied" and says why. Safe to call again.
func Apply(ctx context.Context, c *kernel.Company, id int64) error {
	actor, err := standIn(ctx, c, id)
	if err != nil {
		return err
	}
	err = pipeline.Unit(ctx, c, actor, "approval:apply", func(tx *kernel.Tx) error { return carryOut(tx, id) })
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return err // the program ends; the job goes on later
	}
	if _, known := problem.From(err); !known {
		c.Log.Error("an approved act broke off", "request", id, "error", err)
	}
	return pipeline.Unit(ctx, c, actor, "approval:fail", func(tx *kernel.Tx) error { return noteFailure(tx, id, err) })
}

// standIn is the system, acting on behalf of who began the request.
func standIn(ctx context.Context, c *kernel.Company, id int64) (*kernel.Actor, error) {
	actor := kernel.SystemActor()
	err := c.View(ctx, actor, func(v *kernel.View) error {
		r, err := Requests.Find(v, id)
		if err != nil {
			return err
		}
		o, err := organisationOf(v)
		if err != nil {
			return err
		}
		if u := o.users[r.Initiator]; u != nil {
			actor.UserID, actor.PersonID, actor.Name, actor.Lang = u.id, u.person, u.name, u.lang
		}
		actor.Department = r.Department
		return nil
	})
	return actor, err
}

func carryOut(tx *kernel.Tx, id int64) error {
	r, err := Requests.Lock(tx, id)
	if err != nil || r.State != Granted {
		return err
	}
	e, err := engineOf(tx, r)
	if err != nil {
		return err
	}
	if e.rec == nil {
		return problem.Missing(e.ver.target.Name, r.Record)
	}
	if r.Hash != e.hash() {
		return problem.Rule("approval.changed")
	}
	doing := actionOf(e.ver.target, r.Act)
	if doing == nil {
		return problem.Rule("approval.flow_broken", "flow", e.ver.name)
	}
	in, err := decodeInput(doing, r.Input)
	if err != nil {
		return err
	}
	r.State, r.Problem = Applied, ""
	e.tell(0, "applied", "")
	if err := e.save(); err != nil {
		return err
	}
	passesOf(tx).given[pass{act{r.Target, r.Act}, r.Record}] = true
	if writes[r.Act] == doing {
		return e.resume()
	}
	d := e.ver.target
	if d.Machine != nil {
		at := stateOf(d, e.stored)
		if _, ok := d.Machine.Next(state.State(at), r.Act); !ok && at == "waiting" { // an act that starts from the draft only
			if err := e.release(); err != nil {
				return err
			}
		}
	}
	return pipeline.Perform(tx, d, e.stored, r.Act, in)
}

// grantDays is for how many days a grant counts that could not be applied; 0 is for ever.
func grantDays(c *kernel.Company) int64 {
	n, _ := strconv.ParseInt(c.Setting(settingValid), 10, 64) // the setting is a number by its kind
	return n
}

// expired reports whether people agreed so long ago that they must be asked again.
func (e *engine) expired() bool {
	days, granted := grantDays(e.tx.Company), clock.Instant(0)
	for _, t := range e.req.Trail {
		if t.Act == "granted" {
			granted = t.At
		}
	}
	return days > 0 && e.tx.Now.Time().Sub(granted.Time()) > time.Duration(days)*24*time.Hour
}

// noteFailure keeps why an approved act could not be carried out.
func noteFailure(tx *kernel.Tx, id int64, cause error) error {
	r, err := Requests.Lock(tx, id)
	if err != nil || r.State != Granted {
		return err
	}
	r.State, r.Problem = Failed, clipped(explained(tx.Lang, cause), 1000)
	r.tell(tx.Now, 0, "failed", r.Problem)
	return Requests.Save(tx, r)
}

// explained puts problems into words.
func explained(lang string, cause error) string {
	list, ok := problem.From(cause)
	if !ok {
		list = problem.List{problem.New(problem.Unavailable, "job.failed")}
	}
	text := ""
	for i, p := range list {
		args := map[string]any{}
		for key, value := range p.Args {
			if t, ok := value.(kernel.Text); ok {
				value = t.In(lang)
			}
			args[key] = value
		}
		if i > 0 {
			text += "\n"
		}
		text += messages.Text(lang, p.Code, args)
	}
	return text
}

func clipped(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}
