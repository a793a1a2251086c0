package sheet

import (
	"errors"
	"io"
	"math/big"
	"strings"
	"time"

	"zhanggui/modules/kernel/sheet/delimited"
	"zhanggui/modules/kernel/sheet/excel"
	"zhanggui/modules/kernel/sheet/table"
)

// Writer writes one table. Not safe for concurrent use. After an error every
// call fails with it; Close must still be called.
type Writer struct {
	options Options
	sink    table.Sink
	cells   []table.Cell
	sums    []*big.Int // by column, in hundredths; nil where nothing is summed
	totaled bool
	err     error
}

// NewWriter writes the title lines and the head and is ready for Row. It
// streams to w and does not close it.
func NewWriter(w io.Writer, options Options) (*Writer, error) {
	if len(options.Columns) == 0 {
		return nil, errors.New("sheet: no columns")
	}
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	out := &Writer{options: options, cells: make([]table.Cell, len(options.Columns))}
	if options.Totals {
		out.sums = make([]*big.Int, len(options.Columns))
		for i, c := range options.Columns {
			if c.Kind == Money {
				out.sums[i] = new(big.Int)
			}
		}
	}
	var err error
	if options.Format == XLSX {
		out.sink, err = excel.NewSink(w, options)
	} else {
		out.sink, err = delimited.NewSink(w, options.Format)
	}
	if err != nil {
		return nil, err
	}
	return out, out.head()
}

func (w *Writer) head() error {
	for _, line := range w.options.Title {
		w.keep(w.sink.Row(table.TitleRow, []table.Cell{{Text: line}}))
	}
	for i, c := range w.options.Columns {
		w.cells[i] = table.Cell{Text: c.Title}
	}
	w.keep(w.sink.Row(table.HeadRow, w.cells))
	return w.err
}

// keep remembers the first error.
func (w *Writer) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Row writes one row: string, int64, int, bool or nil for each column; missing
// values at the end are blank. Errors: sheet.too_many_rows where xlsx ends.
func (w *Writer) Row(values []any) error { return w.write(table.BodyRow, values) }

// Total writes one row in bold, below the others.
func (w *Writer) Total(values []any) error {
	w.totaled = true
	return w.write(table.TotalRow, values)
}

func (w *Writer) write(style table.RowStyle, values []any) error {
	if w.err != nil {
		return w.err
	}
	if len(values) > len(w.cells) {
		w.err = errors.New("sheet: more values than columns")
		return w.err
	}
	for i := range w.cells {
		w.cells[i] = table.Cell{}
		if i >= len(values) {
			continue
		}
		c, err := toCell(w.options.Columns[i].Kind, values[i], w.options.Zone)
		if err != nil {
			w.err = err
			return err
		}
		w.cells[i] = c
		if style == table.BodyRow && w.sums != nil {
			add(w.sums[i], c.Text)
		}
	}
	w.keep(w.sink.Row(style, w.cells))
	return w.err
}

// add adds an amount of at most two decimals to a sum of hundredths; anything
// else is left out.
func add(sum *big.Int, amount string) {
	whole, decimals, _ := strings.Cut(amount, ".")
	if sum == nil || whole == "" || len(decimals) > 2 {
		return
	}
	if n, ok := new(big.Int).SetString(whole+(decimals + "00")[:2], 10); ok {
		sum.Add(sum, n)
	}
}

// hundredths prints a sum as an amount.
func hundredths(sum *big.Int) string {
	digits := new(big.Int).Abs(sum).String()
	digits = strings.Repeat("0", max(0, 3-len(digits))) + digits
	if sum.Sign() < 0 {
		return "-" + digits[:len(digits)-2] + "." + digits[len(digits)-2:]
	}
	return digits[:len(digits)-2] + "." + digits[len(digits)-2:]
}

// Close writes the totals that Options.Totals asks for and completes the file.
func (w *Writer) Close() error {
	if w.sums != nil && !w.totaled && w.err == nil {
		values := make([]any, len(w.sums))
		for i, sum := range w.sums {
			if sum != nil {
				values[i] = hundredths(sum)
			}
		}
		if w.sums[0] == nil {
			values[0] = "合计 Total"
		}
		w.keep(w.Total(values))
	}
	if w.err != nil {
		return w.err
	}
	w.err = w.sink.Close()
	if w.err != nil {
		return w.err
	}
	w.err = errors.New("sheet: the writer is closed")
	return nil
}
