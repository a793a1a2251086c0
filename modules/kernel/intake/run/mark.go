package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/lines"
	"zhanggui/modules/kernel/jobs"
	"zhanggui/modules/kernel/sheet"
)

// mark gives the bad lines back: to the screen as many as it holds, and all of them in a file for Excel.
func (w *work) mark(ctx context.Context) error {
	var bad []*lines.Line
	for _, l := range w.Lines {
		if len(l.Problems) > 0 {
			bad = append(bad, l)
		}
	}
	w.out.BadCount = len(bad)
	w.room(bad)
	for _, l := range bad[:min(len(bad), shown)] {
		w.out.Bad = append(w.out.Bad, intake.Bad{Row: l.Row, Cells: l.Cells, Problems: l.Problems})
	}
	if len(bad) == 0 {
		return nil
	}
	name := strings.TrimSuffix(w.task.Name, ".xls")
	for _, end := range []string{".xlsx", ".csv", ".html", ".xml", ".txt"} {
		name = strings.TrimSuffix(name, end)
	}
	id, err := jobs.Deposit(ctx, w.c, w.actor, name+".xlsx", func(to io.Writer) error { return w.sheet(to, bad) })
	if err == nil {
		w.out.Marked = fmt.Sprintf("/api/v1/jobs/%d/result", id)
	}
	return err
}

// room gives the bad lines a column for the code where that is what they lack and the table has none.
func (w *work) room(bad []*lines.Line) {
	if slices.Contains(w.out.Columns, "code") || !slices.ContainsFunc(bad, func(l *lines.Line) bool {
		return slices.ContainsFunc(l.Problems, func(t intake.Trouble) bool { return t.Column == "code" })
	}) {
		return
	}
	f := w.task.Kind.Field("code")
	w.out.Columns, w.out.Titles = append(w.out.Columns, f.Key), append(w.out.Titles, f.Label.In(w.actor.Lang))
	for _, l := range bad {
		l.Cells = append(l.Cells, "")
	}
}

func (w *work) sheet(to io.Writer, bad []*lines.Line) error {
	o := sheet.Options{Format: sheet.XLSX}
	for _, title := range w.out.Titles {
		o.Columns = append(o.Columns, sheet.Column{Title: title})
	}
	o.Columns = append(o.Columns, sheet.Column{Title: sheet.ProblemsTitle, Width: 60})
	out, err := sheet.NewWriter(to, o)
	if err != nil {
		return err
	}
	for _, l := range bad {
		cells := make([]any, 0, len(l.Cells)+1)
		for _, text := range l.Cells {
			cells = append(cells, text)
		}
		var said []string
		for _, p := range l.Problems {
			said = append(said, p.Detail)
		}
		if err := out.Row(append(cells, strings.Join(said, "; "))); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	return out.Close()
}
