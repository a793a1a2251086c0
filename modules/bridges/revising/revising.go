package revising

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"zhanggui/modules/approval"
	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/gate"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/store"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/settlement"
	"zhanggui/modules/stock"
)

// Module declares the bridge.
func Module() kernel.Module {
	return kernel.Module{Name: "bridges.revising", Needs: []string{"stock", "settlement", "ledger", "approval"}, Setup: func(c *kernel.Company) error {
		c.Hooks = append(c.Hooks, route.Source(routes))
		for _, h := range stock.Handles() {
			if h.Action(act) == nil {
				continue
			}
			c.Hooks = append(c.Hooks, &approval.Outcome{Target: h.Name, Act: act, Of: func(v *kernel.View, rec, input any) (any, error) {
				next, err := stock.Changed(v, rec.(*stock.Document), input)
				if err != nil {
					return nil, err
				}
				return next, nil
			}})
		}
		for _, d := range moneySheets() {
			c.Hooks = append(c.Hooks, &approval.Outcome{Target: d.Name, Act: act, Of: settlement.Changed})
		}
		return nil
	}}
}

const act = "modify"

func routes(*kernel.Company) []route.Route {
	return []route.Route{{Method: "POST", Path: "/api/v1/stock/modify/preview", SignedIn: true, Body: route.JSON, Handle: preview,
		Doc: route.Doc{Summary: "What modifying a posted sheet would change", Tag: stock.Deliveries.Name, Request: "object", Response: "object"}}}
}

// question is what is asked: the sheet, the version that the caller saw, and the change, as the action takes it.
type question struct {
	def         *kernel.Def
	id, version int64
	change      *stock.Change
}

func preview(r *route.Request) error {
	o, err := r.Object()
	if err != nil {
		return err
	}
	q := question{change: &stock.Change{}}
	for _, key := range o.Keys {
		n, _ := o.Values[key].(json.Number)
		text, _ := o.Values[key].(string)
		switch key {
		case "resource":
			q.def = modified(r.Company, text)
		case "id":
			q.id, _ = n.Int64()
		case "version":
			q.version, _ = n.Int64()
		case "sheet":
			q.change.Sheet = text
		default:
			return problem.BadShape("field.unknown").At("/" + key)
		}
	}
	if q.def == nil {
		return problem.BadShape("field.option", "value", "").At("/resource")
	}
	if err := pipeline.Permitted(r.Actor, q.def, act); err != nil {
		return err
	}
	var out *effect
	err = r.Company.Store.Write(r.Context(), "stock:modify-preview", func(u *store.Unit) error {
		out, err = q.weigh(r.Company.Begin(u, r.Actor))
		return cmp.Or(err, errTried)
	})
	if out == nil || !errors.Is(err, errTried) {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// errTried takes a unit back that was only tried.
var errTried = errors.New("revising: only tried")

// modified gives a kind of sheet that may be modified, nil for any other name.
func modified(c *kernel.Company, name string) *kernel.Def {
	if slices.ContainsFunc(moneySheets(), func(d *kernel.Def) bool { return d.Name == name }) {
		return c.Def(name)
	}
	i := slices.IndexFunc(stock.Handles(), func(h *resource.Resource[stock.Document]) bool { return h.Name == name })
	if d := c.Def(name); i >= 0 && d.Action(act) != nil {
		return d
	}
	return nil
}

// weigh asks of goods or of money.
func (q question) weigh(tx *kernel.Tx) (*effect, error) {
	if slices.Contains(moneySheets(), q.def) {
		return q.tryMoney(tx)
	}
	return q.try(tx)
}

// try modifies and reads what stood there before and what stands there now. The unit is to be taken back.
func (q question) try(tx *kernel.Tx) (*effect, error) {
	if err := resource.See(tx.View, q.def, q.id); err != nil {
		return nil, err
	}
	doc, err := stock.HandleOf(q.def.Only.Value).Lock(tx, q.id)
	if err != nil {
		return nil, err
	}
	if q.version != 0 && doc.Version != q.version {
		return nil, problem.Conflicted("version")
	}
	next, err := stock.Changed(tx.View, doc, q.change)
	if err != nil {
		return nil, err
	}
	w := &weighing{actor: tx.Actor, def: q.def, today: tx.Today, sheets: [2]*stock.Document{resource.Clone(q.def, doc).(*stock.Document), next}}
	out := &effect{}
	err = tx.AsSystem(func() error {
		before, err := w.read(tx, doc)
		if err != nil {
			return err
		}
		answer, err := gate.Ask.Of(tx.Company)(tx, gate.Question{Def: q.def, Rec: doc, Act: act, Input: q.change})
		if err != nil {
			return err
		}
		if err := stock.Modify(tx, doc, q.change); err != nil {
			return err
		}
		if err := sealed(tx); err != nil {
			return err
		}
		after, err := w.read(tx, doc)
		if err == nil {
			out = w.compare(before, after)
			out.Waits = answer.Wait
		}
		return err
	})
	return out, err
}

// sealed runs what ends a unit, short of its commit.
func sealed(tx *kernel.Tx) error {
	for _, step := range tx.Company.Seals {
		if err := step.Run(tx); err != nil {
			return err
		}
	}
	return resource.Flush(tx)
}
