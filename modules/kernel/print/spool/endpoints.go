package spool

import (
	"database/sql"
	"net/http"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/messages"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/print/outlet"
	"zhanggui/modules/kernel/print/spool/station"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

func routes(c *kernel.Company) []route.Route {
	doc := func(summary, request, response string) route.Doc {
		return route.Doc{Summary: summary, Tag: "print", Request: request, Response: response}
	}
	return append(append(directly(c), station.Routes()...),
		route.Route{Method: "GET", Path: "/api/v1/print/queue", SignedIn: true, Handle: queue, Doc: doc("What waits to be printed, and what was printed lately: mine, and everybody's for those who look after the printers", "", "print.queue")},
		route.Route{Method: "GET", Path: "/api/v1/print/queue/{id}", SignedIn: true, Handle: one, Doc: doc("How a sheet fares", "", "print.job")},
		route.Route{Method: "POST", Path: "/api/v1/print/queue/{id}/cancel", SignedIn: true, Handle: change(cancel), Doc: doc("Take a sheet back that is not being printed", "", "print.job")},
		route.Route{Method: "POST", Path: "/api/v1/print/queue/{id}/again", SignedIn: true, Handle: change(again), Doc: doc("Try at once, or once more", "", "print.job")},
		route.Route{Method: "GET", Path: "/api/v1/print/installed", Object: name, Acts: []string{"create", "update"}, Handle: installed, Doc: doc("The printers installed on the computer that runs the program", "", "print.installed")},
	)
}

// job is a row of the queue as it is told.
type job struct {
	ID          int64  `json:"id"`
	Printer     int64  `json:"printer"`
	PrinterName string `json:"printer_name"`
	Title       string `json:"title"`
	Resource    string `json:"resource"`
	Record      int64  `json:"record"`
	Mine        bool   `json:"mine"`
	Copies      int64  `json:"copies"`
	State       string `json:"state"`
	Tries       int64  `json:"tries"`
	At          string `json:"at"`
	Why         string `json:"why"`   // in words
	Again       bool   `json:"again"` // can be printed once more
}

// mostListed is how many the list tells of.
const mostListed = 100

// mine limits the queue to what the actor ordered; who looks after the printers sees all.
func mine(a *kernel.Actor) (string, []any) {
	if a.Can(name, "update") {
		return "1 = 1", nil
	}
	return "q.account = ?", []any{a.UserID}
}

// list reads rows of the queue. Of what others ordered it tells the kind alone.
func list(v *kernel.View, where string, args ...any) ([]job, error) {
	own, more := mine(v.Actor)
	out := []job{}
	err := v.Each(func(rows *sql.Rows) error {
		var j job
		var account, at, size int64
		var why string
		err := rows.Scan(&j.ID, &j.Printer, &j.PrinterName, &j.Title, &j.Resource, &j.Record, &account, &j.Copies, &j.State, &j.Tries, &at, &why, &size)
		j.At, j.Mine = clock.Instant(at).String(), account == v.Actor.UserID
		j.Again = size > 0 && (j.State == waiting || j.State == unsure || j.State == failed)
		if why != "" {
			j.Why = messages.Text(v.Lang, "spool.why_"+why, nil)
		}
		if d := v.Company.Def(j.Resource); !j.Mine && d != nil {
			j.Title, j.Record = d.Label.In(v.Lang), 0
		}
		out = append(out, j)
		return err
	}, `SELECT q.id, q.printer, COALESCE(p.name, ''), q.title, q.resource, q.record, q.account, q.copies, q.state, q.tries, q.queued_at, q.error, LENGTH(q.data)
		FROM print_queue q LEFT JOIN system_printer p ON p.id = q.printer WHERE `+own+" AND "+where, append(more, args...)...)
	return out, err
}

func queue(r *route.Request) error {
	var items []job
	open := 0
	err := r.View(func(v *kernel.View) (err error) {
		items, err = list(v, "q.state <> ? ORDER BY CASE WHEN q.done_at = 0 THEN 0 ELSE 1 END, q.id DESC LIMIT ?", cancelled, mostListed)
		return err
	})
	if err != nil {
		return err
	}
	for _, j := range items {
		if j.State == waiting || j.State == sending || j.State == unsure {
			open++
		}
	}
	return r.JSON(http.StatusOK, map[string]any{"items": items, "open": open})
}

func one(r *route.Request) error {
	id, err := r.RecordID()
	if err != nil {
		return err
	}
	return answer(r, http.StatusOK, id)
}

// answer tells of one row.
func answer(r *route.Request, status int, id int64) error {
	var found []job
	err := r.View(func(v *kernel.View) (err error) {
		found, err = list(v, "q.id = ?", id)
		return err
	})
	if err == nil && len(found) == 0 {
		err = problem.Missing("print", id)
	}
	if err != nil {
		return err
	}
	return r.JSON(status, found[0])
}

// change does something with a row that the caller may see.
func change(do func(tx *kernel.Tx, id int64) error) func(r *route.Request) error {
	return func(r *route.Request) error {
		id, err := r.RecordID()
		if err != nil {
			return err
		}
		err = pipeline.Unit(r.Context(), r.Company, r.Actor, "print:change", func(tx *kernel.Tx) error {
			found, err := list(tx.View, "q.id = ?", id)
			if err == nil && len(found) == 0 {
				err = problem.Missing("print", id)
			}
			if err != nil {
				return err
			}
			return do(tx, id)
		})
		if err != nil {
			return err
		}
		return answer(r, http.StatusOK, id)
	}
}

func installed(r *route.Request) error {
	names, err := outlet.Installed(r.Context())
	if err != nil {
		r.Company.Log.Warn("the printers of this computer are not known", "error", err)
		return problem.Rule("spool.system")
	}
	if names == nil {
		names = []string{}
	}
	return r.JSON(http.StatusOK, map[string]any{"items": names})
}
