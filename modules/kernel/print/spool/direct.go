package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/spool/station"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/web/route"
)

// directly gives every kind of record that has a form on paper the address that prints it on a printer.
func directly(c *kernel.Company) (out []route.Route) {
	for _, d := range c.Defs {
		if len(d.Prints) == 0 || d.Internal && d.Family == "" {
			continue
		}
		out = append(out, route.Route{Method: "POST", Path: "/api/v1/" + d.Path + "/{id}/print-direct", Object: d.Name, Family: d.Family, Acts: []string{"print"}, Body: route.JSON,
			Doc: route.Doc{Summary: "Print without a dialog, once for each Idempotency-Key: " + d.Label.En, Tag: d.Name, Request: "print.direct", Response: "print.job", Status: http.StatusCreated},
			Handle: func(r *route.Request) (err error) {
				if r.Def, err = r.Resource(d); err != nil {
					return err
				}
				return direct(r)
			}})
	}
	return out
}

// asked is what the caller wants: the printer, or 0 for the one that his device remembers.
type asked struct {
	id, printer, copies int64
	plain               bool // without prices
	station             string
}

func read(r *route.Request) (a asked, err error) {
	if a.id, err = r.RecordID(); err != nil {
		return a, err
	}
	in, err := r.Object()
	if err != nil {
		return a, err
	}
	a.copies = 1
	var list problem.List
	for _, key := range in.Keys {
		value, ok := in.Values[key], false
		switch key {
		case "printer":
			a.printer, ok = station.Whole(value, 1, 1<<53)
		case "copies":
			a.copies, ok = station.Whole(value, 1, mostCopies)
		case "plain":
			a.plain, ok = value.(bool)
		case "station":
			if a.station, ok = value.(string); ok {
				ok = a.station == "" || station.Valid(a.station)
			}
		}
		if !ok {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	return a, list.Err()
}

// direct queues a record. The caller's key makes that what is sent twice is printed once.
func direct(r *route.Request) error {
	key, err := r.Key()
	if err != nil {
		return err
	}
	if key == "" {
		return problem.New(problem.PreconditionRequired, "spool.key")
	}
	a, err := read(r)
	if err != nil {
		return err
	}
	o := order{resource: r.Def.Name, record: a.id, copies: a.copies, key: key}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d|%d|%d|%t", o.resource, o.record, a.printer, a.copies, a.plain))
	o.hash = hex.EncodeToString(sum[:])
	var id int64
	err = r.View(func(v *kernel.View) error {
		if id, err = ordered(v, r.Actor.UserID, o); err != nil || id != 0 {
			return err
		}
		return compose(v, r.Def, a, &o)
	})
	if err == nil && id == 0 {
		err = pipeline.Unit(r.Context(), r.Company, r.Actor, "print:queue", func(tx *kernel.Tx) error {
			if id, err = put(tx, o); err != nil || a.station == "" {
				return err
			}
			return station.Seen(tx, a.station)
		})
	}
	if err != nil {
		return err
	}
	return answer(r, http.StatusCreated, id)
}

// compose fills an order with the printer and what it is to print.
func compose(v *kernel.View, d *kernel.Def, a asked, o *order) error {
	p, err := chosen(v, d, a)
	if err != nil {
		return err
	}
	doc, title, err := composed(v, p, d, a)
	if err != nil {
		return err
	}
	o.printer, o.title = p.ID, strings.TrimSpace(d.Label.In(v.Lang)+" "+title)
	o.data, err = bytesOf(p, doc)
	return err
}

// chosen is the printer that was asked for, or the one that the device or the company remembers.
func chosen(v *kernel.View, d *kernel.Def, a asked) (*Printer, error) {
	id := a.printer
	if id == 0 {
		memory, err := station.Remembered(v, a.station)
		if err != nil {
			return nil, err
		}
		if id = memory[d.Name]; id == 0 {
			return nil, problem.Rule("spool.which")
		}
	}
	rec, err := resource.Load(v, v.Own(Printers.Def), id)
	if err != nil {
		return nil, err
	}
	p := rec.(*Printer)
	if !p.Active {
		return nil, problem.Rule("spool.inactive", "name", p.Name)
	}
	return p, nil
}
