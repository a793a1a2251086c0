package ooxml

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhanggui/modules/kernel/sheet/table"
)

// Rows gives the rows of a sheet that hold a value, each with its real number
// (from 1) and without blank cells at its end, until yield says false. The
// name "" is the first visible sheet. A merged range has its value in its
// first cell. The cells belong to yield's receiver.
func (b *Book) Rows(sheet string, yield func(number int, cells []string) bool) error {
	part := b.partOf(sheet)
	if part == "" {
		return table.NotASheet("sheet " + sheet)
	}
	shared, err := b.sharedStrings()
	if err != nil {
		return err
	}
	s := &rowScanner{book: b, shared: shared, yield: yield}
	err = b.scan(part, s.token)
	b.extent = [2]int{s.row, s.dense}
	return err
}

// Extent is about the sheet that Rows read last, to its end: the number of its
// last row element, and the cells that a program keeps which fills every row
// up to its last cell, blank or not.
func (b *Book) Extent() (lastRow, cells int) { return b.extent[0], b.extent[1] }

func (b *Book) partOf(sheet string) string {
	for _, s := range b.sheets {
		if s.name == sheet || sheet == "" && !s.hidden {
			return s.part
		}
	}
	return ""
}

// rowScanner builds cells and rows from the tokens of one sheet.
type rowScanner struct {
	book   *Book
	shared *stringTable
	yield  func(int, []string) bool
	inData bool
	row    int // number of the present or last row
	column int // number of the present or last cell in it
	count  int // rows given out
	widest int // last column of the present row
	dense  int // sum of the widest columns
	width  int // length of the row before, the guess for the next
	cells  []string

	kind     string // attribute t of the present cell
	style    int
	taking   byte // 'v', 'f' or 't' while the text of that element is read
	phonetic bool
	value    []byte
	formula  []byte
	hasValue bool
	hasForm  bool
}

func (s *rowScanner) token(t xml.Token) (bool, error) {
	switch e := t.(type) {
	case xml.CharData:
		switch s.taking {
		case 'v', 't':
			s.value = append(s.value, e...)
		case 'f':
			s.formula = append(s.formula, e...)
		}
	case xml.StartElement:
		return false, s.start(e)
	case xml.EndElement:
		return s.end(e.Name.Local)
	}
	return false, nil
}

func (s *rowScanner) start(e xml.StartElement) error {
	s.taking = 0
	switch e.Name.Local {
	case "sheetData":
		s.inData = true
	case "row":
		s.column, s.cells = 0, nil
		return s.startRow(e)
	case "c":
		return s.startCell(e)
	case "v":
		s.taking, s.hasValue = 'v', true
	case "f":
		s.taking, s.hasForm = 'f', true
	case "rPh":
		s.phonetic = true
	case "t":
		if !s.phonetic {
			s.taking, s.hasValue = 't', true
		}
	}
	return nil
}

func (s *rowScanner) startRow(e xml.StartElement) error {
	number := s.row + 1
	if r := attr(e, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < number {
			return table.Broken("row " + r)
		}
		number = n
	}
	if number > table.MaxRow {
		return table.TooManyRows(table.MaxRow)
	}
	s.row, s.widest = number, 0
	return nil
}

func (s *rowScanner) startCell(e xml.StartElement) error {
	s.column++
	s.kind, s.style = "", -1
	s.value, s.formula, s.hasValue, s.hasForm = s.value[:0], s.formula[:0], false, false
	for i := range e.Attr {
		switch value := e.Attr[i].Value; e.Attr[i].Name.Local {
		case "r":
			if s.column = column(value); s.column == 0 {
				return table.Broken("cell " + value)
			}
		case "t":
			s.kind = value
		case "s":
			s.style, _ = strconv.Atoi(value)
		}
	}
	if s.column > table.MaxColumn {
		return table.TooManyColumns(s.row, table.MaxColumn)
	}
	s.dense += max(0, s.column-s.widest)
	s.widest = max(s.widest, s.column)
	return nil
}

func (s *rowScanner) end(name string) (bool, error) {
	s.taking = 0
	switch name {
	case "rPh":
		s.phonetic = false
	case "c":
		if s.inData {
			return false, s.endCell()
		}
	case "row":
		return s.endRow()
	case "sheetData":
		return true, nil
	}
	return false, nil
}

func (s *rowScanner) endCell() error {
	text, err := s.text()
	if err != nil || text == "" {
		return err
	}
	if s.column == 0 { // a row began within the cell
		return table.Broken("a cell without a place")
	}
	limits := s.book.limits
	if len(text) > limits.CellRunes && utf8.RuneCountInString(text) > limits.CellRunes {
		return table.TextTooLong(s.row, s.column, limits.CellRunes)
	}
	if s.column > limits.Columns {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		return table.TooManyColumns(s.row, limits.Columns)
	}
	if s.cells == nil {
		s.cells = make([]string, 0, max(s.width, s.column))
	}
	for len(s.cells) < s.column {
		s.cells = append(s.cells, "")
	}
	s.cells[s.column-1] = text
	return nil
}

func (s *rowScanner) endRow() (bool, error) {
	cells := table.TrimBlank(s.cells)
	s.cells = nil
	if len(cells) == 0 {
		return false, nil
	}
	s.width = len(cells)
	if s.count++; s.count > s.book.limits.Rows {
		return false, table.TooManyRows(s.book.limits.Rows)
	}
	return !s.yield(s.row, cells), nil
}

// text gives the canonical text of the cell that was just read.
func (s *rowScanner) text() (string, error) {
	if !s.hasValue {
		if s.hasForm {
			return "=" + string(s.formula[:min(len(s.formula), 200)]), nil
		}
		return "", nil
	}
	switch s.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(string(s.value)))
		text, ok := s.shared.at(i)
		if err != nil || !ok {
			return "", table.Broken("shared string in row " + strconv.Itoa(s.row))
		}
		return unescape(text), nil
	case "b":
		if v := string(s.value); v != "1" && v != "true" {
			return "false", nil
		}
		return "true", nil
	case "d":
		return isoText(string(s.value)), nil
	case "", "n":
		number, ok := Number(string(s.value))
		if ok && s.style >= 0 && s.style < len(s.book.dates) && s.book.dates[s.style] {
			return dateText(number, s.book.date1904), nil
		}
		return number, nil
	}
	return unescape(string(s.value)), nil // str, inlineStr, e
}
