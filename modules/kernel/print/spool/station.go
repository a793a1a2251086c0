package spool

import (
	"database/sql"
	"net/http"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/audit"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/web/route"
)

// isStation reports whether a text is the name that a device made for itself: it is random, so that nobody guesses another's.
func isStation(id string) bool {
	return len(id) >= 16 && len(id) <= 64 && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// remembered gives the printer of each kind of sheet at a device: its own, else the company's. 0 is the browser's dialog.
func remembered(v *kernel.View, station string) (map[string]int64, error) {
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

// seen notes that a device prints.
func seen(tx *kernel.Tx, station string) error {
	_, err := tx.Exec("INSERT INTO print_stations (id, name, seen_at) VALUES (?, '', ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at", station, int64(tx.Now))
	return err
}

// printerOf is a printer as it is offered to whoever prints.
type printerOf struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Paper string `json:"paper"`
}

// showStation tells a device what it may print on, and what it remembers.
func showStation(r *route.Request) error {
	station := r.Query("station")
	if station != "" && !isStation(station) {
		return problem.BadShape("query.invalid", "name", "station")
	}
	printers, own := []printerOf{}, ""
	var choices map[string]int64
	err := r.View(func(v *kernel.View) (err error) {
		if choices, err = remembered(v, station); err != nil {
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

// putStation remembers a printer for a device, or for the company, and what the device is called. A printer of 0 is the
// browser's dialog.
func putStation(r *route.Request) error {
	in, err := r.Object()
	if err != nil {
		return err
	}
	var station, kind, called string
	var printer int64
	var everybody, naming bool
	var list problem.List
	for _, key := range in.Keys {
		value, ok := in.Values[key], false
		switch key {
		case "station":
			station, ok = value.(string)
			ok = ok && isStation(station)
		case "resource":
			kind, ok = value.(string)
		case "printer":
			printer, ok = whole(value, 0, 1<<53)
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
	if everybody && !r.Actor.Can(name, "update") {
		return problem.New(problem.Forbidden, "spool.everybody")
	}
	err = pipeline.Unit(r.Context(), r.Company, r.Actor, "print:station", func(tx *kernel.Tx) error {
		if err := seen(tx, station); err != nil {
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
		return remember(tx, station, kind, choice{printer, everybody})
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
			return problem.Missing(name, c.printer)
		}
	}
	if !c.everybody {
		return choose(tx, station, kind, c.printer)
	}
	if err := audit.Note(tx, name, "update", kind); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM print_choices WHERE station = ? AND resource = ?", station, kind); err != nil {
		return err
	}
	return choose(tx, "", kind, c.printer)
}
