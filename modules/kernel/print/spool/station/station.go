// Package station remembers, for each device at which people sit, which printer it prints which kind of sheet on, with the
// company's choice for devices that have made none. A device names itself, at random, and keeps its name in the browser.
package station

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// printer is the resource of printers.
const printer = "system.printer"

// Routes are the addresses at which a device asks and says what it remembers.
func Routes() []route.Route {
	return []route.Route{
		{Method: "GET", Path: "/api/v1/print/station", SignedIn: true, Handle: show, Doc: route.Doc{Summary: "The printers, and what a device remembers of them", Tag: "print", Response: "print.station",
			Query: []route.Query{{Name: "station", Help: "the name that the device made for itself"}}}},
		{Method: "PUT", Path: "/api/v1/print/station", SignedIn: true, Body: route.JSON, Handle: put,
			Doc: route.Doc{Summary: "Remember a printer for a device or for everybody", Tag: "print", Request: "print.station.write"}},
	}
}

// Whole reads a whole number within bounds from a JSON value.
func Whole(value any, least, most int64) (int64, bool) {
	number, _ := value.(json.Number)
	n, err := number.Int64()
	return n, err == nil && n >= least && n <= most
}

// Valid reports whether a text is the name that a device made for itself: it is random, so that nobody guesses another's.
func Valid(id string) bool {
	return len(id) >= 16 && len(id) <= 64 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// Remembered gives the printer of each kind of sheet at a device: its own, else the company's. 0 is the browser's dialog.
func Remembered(v *kernel.View, station string) (map[string]int64, error) {
	out := map[string]int64{}
	err := v.Each(func(rows *sql.Rows) error {
		var kind string
		var printer int64
		err := rows.Scan(&kind, &printer)
		out[kind] = printer
		return err
	}, "SELECT c.resource, c.printer FROM print_choices c LEFT JOIN system_printer p ON p.id = c.printer WHERE c.station IN ('', ?) AND (c.printer = 0 OR p.active) ORDER BY c.station", station)
	return out, err
}

// choose remembers a printer for a kind of sheet.
func choose(tx *kernel.Tx, station, kind string, printer int64) error {
	_, err := tx.Exec("INSERT INTO print_choices (station, resource, printer) VALUES (?, ?, ?) ON CONFLICT (station, resource) DO UPDATE SET printer = excluded.printer", station, kind, printer)
	return err
}

// Seen notes that a device prints.
func Seen(tx *kernel.Tx, station string) error {
	_, err := tx.Exec("INSERT INTO print_stations (id, name, seen_at) VALUES (?, '', ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at", station, int64(tx.Now))
	return err
}

// printerOf is a printer as it is offered to whoever prints.
type printerOf struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Paper string `json:"paper"`
}

// show tells a device what it may print on, and what it remembers.
func show(r *route.Request) error {
	station := r.Query("station")
	if station != "" && !Valid(station) {
		return problem.BadShape("query.invalid", "name", "station")
	}
	printers, own := []printerOf{}, ""
	var choices map[string]int64
	err := r.View(func(v *kernel.View) (err error) {
		if choices, err = Remembered(v, station); err != nil {
			return err
		}
		if _, err = v.Scan([]any{&own}, "SELECT name FROM print_stations WHERE id = ?", station); err != nil {
			return err
		}
		return v.Each(func(rows *sql.Rows) error {
			var p printerOf
			err := rows.Scan(&p.ID, &p.Name, &p.Paper)
			printers = append(printers, p)
			return err
		}, "SELECT id, name, paper FROM system_printer WHERE active ORDER BY name")
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, map[string]any{"name": own, "printers": printers, "choices": choices})
}

// put remembers a printer for a device, or for the company, and what the device is called. A printer of 0 is the
// browser's dialog.
func put(r *route.Request) error {
	in, err := r.Object()
	if err != nil {
		return err
	}
	var station, kind, called string
	var chosen int64
	var everybody, naming bool
	var list problem.List
	for _, key := range in.Keys {
		value, ok := in.Values[key], false
		switch key {
		case "station":
			station, ok = value.(string)
			ok = ok && Valid(station)
		case "resource":
			kind, ok = value.(string)
		case "printer":
			chosen, ok = Whole(value, 0, 1<<53)
		case "everybody":
			everybody, ok = value.(bool)
		case "name":
			called, ok = value.(string)
			called, naming = strings.Join(strings.Fields(called), " "), true
			ok = ok && utf8.RuneCountInString(called) <= 40
		}
		if !ok {
			list.Add(problem.BadShape("field.unknown").At("/" + key))
		}
	}
	if station == "" {
		list.Add(problem.BadShape("field.unknown").At("/station"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	if everybody && !r.Actor.Can(printer, "update") {
		return problem.New(problem.Forbidden, "spool.everybody")
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "print:station", func(tx *kernel.Tx) error {
		if err := Seen(tx, station); err != nil {
			return err
		}
		if naming {
			if _, err := tx.Exec("UPDATE print_stations SET name = ? WHERE id = ?", called, station); err != nil {
				return err
			}
		}
		if kind == "" {
			return nil
		}
		return remember(tx, station, kind, choice{chosen, everybody})
	})
	if err != nil {
		return err
	}
	return r.NoContent()
}

type choice struct {
	printer   int64
	everybody bool
}

func remember(tx *kernel.Tx, station, kind string, c choice) error {
	d := tx.Company.Def(kind)
	if d == nil || len(d.Prints) == 0 {
		return problem.Rule("spool.kind").At("/resource")
	}
	if c.printer != 0 {
		found, err := tx.Scan([]any{new(int64)}, "SELECT id FROM system_printer WHERE id = ?", c.printer)
		if err != nil {
			return err
		}
		if !found {
			return problem.Missing(printer, c.printer)
		}
	}
	if !c.everybody {
		return choose(tx, station, kind, c.printer)
	}
	if err := audit.Note(tx, printer, "update", kind); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM print_choices WHERE station = ? AND resource = ?", station, kind); err != nil {
		return err
	}
	return choose(tx, "", kind, c.printer)
}
