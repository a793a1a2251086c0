package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhanggui/modules/kernel/sheet/table"
)

// toCell converts a value of a column. Values are string, bool, int, int64 or
// nil; another type is a mistake in the program.
func toCell(kind table.Kind, value any, zone *time.Location) (table.Cell, error) {
	switch v := value.(type) {
	case nil:
		return table.Cell{}, nil
	case bool:
		return table.Cell{Text: strconv.FormatBool(v), Bool: true}, nil
	case int:
		return numberCell(strconv.Itoa(v)), nil
	case int64:
		return numberCell(strconv.FormatInt(v, 10)), nil
	case string:
		return textCell(kind, v, zone), nil
	}
	return table.Cell{}, fmt.Errorf("sheet: cannot write a %T", value)
}

func textCell(kind table.Kind, v string, zone *time.Location) table.Cell {
	switch kind {
	case Int, Decimal, Money:
		return numberCell(v)
	case Date:
		if at, err := time.Parse(time.DateOnly, v); err == nil {
			return table.Cell{Text: v, Number: serial(at)}
		}
	case Instant:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			at = at.In(zone)
			return table.Cell{Text: at.Format(time.DateTime), Number: serial(at)}
		}
	case Bool:
		return table.Cell{Text: v, Bool: v == "true" || v == "false"}
	}
	return table.Cell{Text: v}
}

// numberCell is numeric where a spreadsheet can hold the number exactly, which
// is up to 15 significant digits; longer ones stay text and so stay right.
func numberCell(v string) table.Cell {
	digits := strings.TrimPrefix(v, "-")
	before, after, point := strings.Cut(digits, ".")
	all := before + after
	if before == "" || point && after == "" || strings.Trim(all, "0123456789") != "" {
		return table.Cell{Text: v}
	}
	if len(before) > 1 && before[0] == '0' || len(strings.TrimLeft(all, "0")) > 15 {
		return table.Cell{Text: v}
	}
	return table.Cell{Text: v, Number: v}
}

// serial gives the day number of a spreadsheet, with the time of day as
// decimals. Before 1 March 1900 the count of days is wrong in Excel: "".
func serial(at time.Time) string {
	wall := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	days := wall.Unix()/86400 + 25569
	if days <= 60 || at.Year() > 9999 {
		return ""
	}
	seconds := int64(at.Hour()*3600 + at.Minute()*60 + at.Second())
	if seconds == 0 {
		return strconv.FormatInt(days, 10)
	}
	return fmt.Sprintf("%d.%010d", days, (seconds*10_000_000_000+43_200)/86_400)
}
