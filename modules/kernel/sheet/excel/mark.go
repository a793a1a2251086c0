package excel

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"zhanggui/modules/kernel/sheet/table"
)

// Spreadsheets draw comments one by one: there are at most maxComments. Rows
// beyond have their problems in the last column all the same.
const (
	maxComments = 1_000
	author      = "Zhanggui"
	markedFill  = "FFC7CE"
)

// Mark copies a workbook with the markings. The caller has read the file
// before, so that its sheets are known to be of a bearable size. excelize
// panics on some damaged files; that is a broken file, not a crash.
func Mark(src io.ReaderAt, size int64, w io.Writer, markings []table.Marking) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = table.Broken(fmt.Sprint(p))
		}
	}()
	limit := table.Limits{}.OrDefault().UnzippedBytes
	f, err := excelize.OpenReader(io.NewSectionReader(src, 0, size),
		excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: limit})
	if err != nil {
		return table.Broken(err.Error())
	}
	defer f.Close()
	m := &marker{file: f, styles: map[int]int{}}
	for _, marking := range markings {
		if err := m.sheet(marking); err != nil {
			return table.Broken(err.Error())
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return table.Broken(err.Error())
	}
	_, err = buf.WriteTo(w)
	return err
}

// marker is the change of one workbook.
type marker struct {
	file     *excelize.File
	styles   map[int]int // style of a cell and fill or none → style
	comments int
}

func (m *marker) sheet(g table.Marking) error {
	if err := m.clear(g); err != nil {
		return err
	}
	texts := g.RowTexts()
	texts[g.Head] = table.ProblemsTitle
	for row, text := range texts {
		if err := m.file.SetCellStr(g.Sheet, ref(g.Column, row), text); err != nil {
			return err
		}
	}
	letter, err := excelize.ColumnNumberToName(g.Column)
	if err != nil {
		return err
	}
	if err := m.file.SetColWidth(g.Sheet, letter, letter, 60); err != nil {
		return err
	}
	byCell := map[string]table.Marking{}
	for _, mark := range g.Marks {
		if cell := ref(mark.Col, mark.Row); mark.Col > 0 {
			byCell[cell] = table.Marking{Marks: append(byCell[cell].Marks, mark)}
		}
	}
	for _, mark := range g.Marks { // in their order, each cell once
		cell := ref(mark.Col, mark.Row)
		if all, ok := byCell[cell]; ok {
			delete(byCell, cell)
			if err := m.mark(g.Sheet, cell, all.RowTexts()[mark.Row]); err != nil {
				return err
			}
		}
	}
	return nil
}

func ref(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row) // "" outside the sheet
	return name
}

// mark colours a cell and comments it.
func (m *marker) mark(sheet, cell, text string) error {
	if err := m.paint(sheet, cell, excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{markedFill}}); err != nil {
		return err
	}
	if m.comments++; m.comments > maxComments {
		return nil
	}
	return m.file.AddComment(sheet, excelize.Comment{Cell: cell, Author: author, Text: text})
}

// paint gives a cell its own style with another fill.
func (m *marker) paint(sheet, cell string, fill excelize.Fill) error {
	id, err := m.file.GetCellStyle(sheet, cell)
	if err != nil {
		return err
	}
	key := id*2 + len(fill.Color)
	painted, ok := m.styles[key]
	if !ok {
		style, err := m.file.GetStyle(id)
		if err != nil {
			return err
		}
		style.Fill = fill
		if painted, err = m.file.NewStyle(style); err != nil {
			return err
		}
		m.styles[key] = painted
	}
	return m.file.SetCellStyle(sheet, cell, cell, painted)
}

// clear takes away the comments and the column of an earlier Mark.
func (m *marker) clear(g table.Marking) error {
	comments, err := m.file.GetComments(g.Sheet)
	if err != nil {
		return err
	}
	for _, c := range comments {
		if c.Author != author {
			continue
		}
		if err := m.file.DeleteComment(g.Sheet, c.Cell); err != nil {
			return err
		}
		if err := m.paint(g.Sheet, c.Cell, excelize.Fill{}); err != nil {
			return err
		}
	}
	title, err := m.file.GetCellValue(g.Sheet, ref(g.Column, g.Head))
	if err != nil || title != table.ProblemsTitle {
		return err
	}
	for row := g.Head + 1; row <= g.Last; row++ {
		if err := m.file.SetCellValue(g.Sheet, ref(g.Column, row), nil); err != nil {
			return err
		}
	}
	return nil
}
