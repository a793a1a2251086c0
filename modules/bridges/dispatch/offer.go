package dispatch

import (
	"net/http"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
	"zhanggui/modules/stock"
)

// mostOffered is how many deliveries the look-up of a run offers, and pagesOffered how far it looks for them.
const (
	mostOffered  = 20
	pagesOffered = 10
)

// offer is a delivery as the look-up of a run shows it.
type offer struct {
	ID    int64       `json:"id"`
	Label string      `json:"label"`
	Code  string      `json:"code"`
	Facts []offerFact `json:"facts"`
}

type offerFact struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Kind  string `json:"kind"`
}

// offered answers the look-up of deliveries on a run: those that are posted or wait for the storekeeper and stand on no other
// run, the newest first.
func offered(r *route.Request) error {
	q := listing.Query{Q: r.Query("q"), Sort: "-date", Limit: 100, Filters: []listing.Filter{{Field: "state", Op: "in", Value: string(stock.Done) + "," + string(stock.Sent)}}}
	if len(q.Q) > 200 {
		return problem.BadShape("query.invalid", "name", "q")
	}
	run := int64(0)
	if text := r.Query("run"); text != "" {
		var err error
		if run, err = strconv.ParseInt(text, 10, 64); err != nil {
			return problem.BadShape("field.type").At("/run")
		}
	}
	out := []offer{}
	err := r.View(func(v *kernel.View) error {
		for range pagesOffered {
			page, err := listing.List(v, stock.Deliveries.Def, q)
			if err != nil {
				return err
			}
			free, err := unladen(v, page.Items, run)
			if err != nil {
				return err
			}
			more, err := offers(v, free[:min(len(free), mostOffered-len(out))])
			if err != nil {
				return err
			}
			out = append(out, more...)
			if q.Cursor = page.Next; len(out) == mostOffered || page.Next == "" {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"items": out})
}

// unladen leaves out deliveries that take back others, and what stands on another run.
func unladen(v *kernel.View, items []any, run int64) (free []any, err error) {
	var ids []int64
	for _, one := range items {
		ids = append(ids, one.(*stock.Document).ID)
	}
	laden, err := onRuns(v, ids, run)
	for _, one := range items {
		if d := one.(*stock.Document); !laden[d.ID] && d.Reverses == 0 {
			free = append(free, one)
		}
	}
	return free, err
}

// offers words deliveries: number, customer, day and, for whom that is told, the sum.
func offers(v *kernel.View, items []any) ([]offer, error) {
	def := stock.Deliveries.Def
	labels, err := resource.CollectLabels(v, def, items, false)
	var out []offer
	for _, one := range items {
		d := one.(*stock.Document)
		o := offer{ID: d.ID, Label: d.Number, Facts: []offerFact{
			{def.ByName["party"].Label.In(v.Lang), labels["base.party"][d.Party], string(kernel.KindText)},
			{def.ByName["date"].Label.In(v.Lang), string(d.Date), string(kernel.KindDate)}}}
		if f := def.ByName["gross"]; v.Actor.Sees(f.Right) {
			o.Facts = append(o.Facts, offerFact{f.Label.In(v.Lang), d.Gross.String(), string(kernel.KindAmount)})
		}
		out = append(out, o)
	}
	return out, err
}
