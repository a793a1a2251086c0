package sheet

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestWorkbooksOfOthers reads what other programs write and this one does not:
// shared and rich strings, phonetic hints, formulas, dates of both calendars.
func TestWorkbooksOfOthers(t *testing.T) {
	rels := `<Relationships><Relationship Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="h" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="y" Type="x/styles" Target="styles.xml"/></Relationships>`
	data := workbook(t, `<row r="2" spans="1:9"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>0</v></c><c r="D2" t="b"><v>1</v></c></row>`+
		`<row r="5"><c r="A5" s="1"><v>46347</v></c><c r="B5" s="2"><v>46347.75</v></c><c r="C5" s="0"><v>12.300000000000001</v></c><c r="D5" t="e"><v>#N/A</v></c></row>`+
		`<row><c><f>A1*2</f></c><c t="str"><f>A1</f><v></v></c><c t="str"><f>A1</f><v>x&amp;y</v></c><c t="d"><v>2026-11-21T10:03:04</v></c><c t="b"><v>0</v></c></row>`+
		`<row><c t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c><c t="n"><v>1E3</v></c><c><v> </v></c></row>`+
		`</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells></worksheet>`, map[string]string{
		"xl/_rels/workbook.xml.rels": rels,
		"xl/sharedStrings.xml":       `<?xml version="1.0"?><sst><si><t/></si><si><r><t>张</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh><r><t>三_x000D_</t></r></si></sst>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
	})
	wantRows(t, data, []Row{
		{2, []string{"张三\r", "", "", "true"}},
		{5, []string{"2026-11-21", "2026-11-21 18:00:00", "12.3", "#N/A"}},
		{6, []string{"=A1*2", "", "x&y", "2026-11-21 10:03:04", "false"}},
		{7, []string{"a b", "1000"}},
	})
	book, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := book.Sheets(); !reflect.DeepEqual(got, []string{"S"}) || book.Format() != XLSX {
		t.Errorf("sheets %q", got)
	}
}

func TestWorkbookOfExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	_, err := f.NewSheet("二")
	date, styleErr := f.NewStyle(&excelize.Style{NumFmt: 14})
	err = errors.Join(err, styleErr, f.SetCellValue("二", "B3", "文字"), f.SetCellValue("二", "C3", 12.3), f.SetCellValue("二", "D3", 46347),
		f.SetCellStyle("二", "D3", "D3", date), f.SetCellValue("二", "E3", true))
	buf, bufErr := f.WriteToBuffer()
	if err = errors.Join(err, bufErr); err != nil {
		t.Fatal(err)
	}
	book, err := Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range book.Rows("Sheet1") {
		t.Errorf("a row in an empty sheet: %v, %v", row, err)
	}
	want := Row{3, []string{"", "文字", "12.3", "2026-11-21", "true"}}
	for range 2 { // it can be read again
		count := 0
		for row, err := range book.Rows("二") {
			if count++; err != nil || !reflect.DeepEqual(row, want) {
				t.Errorf("got %+v, %v", row, err)
			}
		}
		if count != 1 {
			t.Errorf("%d rows", count)
		}
	}
	for _, err := range book.Rows("none") {
		if code(err) != "sheet.not_a_sheet" {
			t.Errorf("unknown sheet: %v", err)
		}
	}
}

func TestRowsCanStopEarly(t *testing.T) {
	for _, format := range []Format{XLSX, CSVUTF8} {
		data := write(t, Options{Format: format, Columns: []Column{{Title: "a"}}}, []any{"1"}, []any{"2"})
		book, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range book.Rows("") {
			if err != nil || row.Number != 1 {
				t.Errorf("%+v, %v", row, err)
			}
			break
		}
	}
}

func TestFormats(t *testing.T) {
	for format, want := range map[Format][2]string{
		XLSX:    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		CSVUTF8: {".csv", "text/csv; charset=utf-8"}, CSVGBK: {".csv", "text/csv; charset=gb18030"},
	} {
		if got := [2]string{format.Ext(), format.ContentType()}; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
