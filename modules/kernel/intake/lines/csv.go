package lines

import (
	"bytes"

	"zhanggui/modules/kernel/sheet"
)

// CSV writes a table that an import reads.
func CSV(keys []string, rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	columns := make([]sheet.Column, len(keys))
	for i, key := range keys {
		columns[i].Title = key
	}
	out, err := sheet.NewWriter(&b, sheet.Options{Format: sheet.CSVUTF8, Columns: columns})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = text
		}
		if err := out.Row(cells); err != nil {
			return nil, err
		}
	}
	err = out.Close()
	return b.Bytes(), err
}
