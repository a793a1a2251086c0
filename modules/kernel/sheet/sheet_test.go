package sheet

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var everyKind = []Column{
	{Key: "code", Title: "编码", Kind: Text, Width: 12},
	{Key: "count", Title: "件数", Kind: Int},
	{Key: "quantity", Title: "数量", Kind: Decimal},
	{Key: "amount", Title: "金额", Kind: Money},
	{Key: "date", Title: "日期", Kind: Date},
	{Key: "at", Title: "时间", Kind: Instant},
	{Key: "open", Title: "未结", Kind: Bool, Options: []string{"true", "false"}},
}

func shanghai() *time.Location { return time.FixedZone("CST", 8*3600) }

// write makes a file or fails the test.
func write(t testing.TB, options Options, rows ...[]any) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := NewWriter(&buf, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// read gives the rows of the first sheet or the error that ended them.
func read(data []byte, limits Limits) ([]Row, error) {
	book, err := Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return nil, err
	}
	var out []Row
	for row, err := range book.Rows("") {
		if err != nil {
			return out, err
		}
		out = append(out, row)
	}
	return out, nil
}

func wantRows(t *testing.T, data []byte, want []Row) {
	t.Helper()
	got, err := read(data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEveryKindComesBack(t *testing.T) {
	rows := [][]any{
		{"007", int64(12), "12.3", "1265.80", "2026-11-21", "2026-11-21T02:03:04.567Z", true},
		{"甲乙丙，“引号”", 0, "-0.000001", "-99999999999.99", "1900-03-01", "2026-01-31T16:00:00Z", false},
		{"a & b <c> \"d\"\n二行", "1234567890123456", "12345678901234.567", "92233720368547758.07", "1899-01-01", "soon", "true"},
		{nil, nil, "", nil, nil, nil, nil},
		{"_x000D_ _x0041_x0042_ \x01", "x1", "1e5", "007", "2026-02-30", nil, "maybe"},
		{strings.Repeat("字", 32_767)},
	}
	body := [][]string{
		{"007", "12", "12.3", "1265.80", "2026-11-21", "2026-11-21 10:03:04", "true"},
		{"甲乙丙，“引号”", "0", "-0.000001", "-99999999999.99", "1900-03-01", "2026-02-01", "false"},
		{"a & b <c> \"d\"\n二行", "1234567890123456", "12345678901234.567", "92233720368547758.07", "1899-01-01", "soon", "true"},
		{"_x000D_ _x0041_x0042_ \uFFFD", "x1", "1e5", "007", "2026-02-30", "", "maybe"},
		{strings.Repeat("字", 32_767)},
	}
	for _, format := range []Format{XLSX, CSVUTF8, CSVGBK} {
		data := write(t, Options{Format: format, SheetName: "销售[单]", Title: []string{"某某公司", "", "2026-11"},
			Columns: everyKind, Zone: shanghai(), Filter: true, Help: [][]string{{"编码", "required"}}}, rows...)
		want := []Row{{1, []string{"某某公司"}}, {3, []string{"2026-11"}},
			{4, []string{"编码", "件数", "数量", "金额", "日期", "时间", "未结"}}}
		for i, n := range []int{5, 6, 7, 9, 10} {
			cells := append([]string(nil), body[i]...)
			switch {
			case format == XLSX && n == 5:
				cells[3] = "1265.8" // a number has no trailing zeros
			case format != XLSX && n == 6:
				cells[5] = "2026-02-01 00:00:00"
			case format != XLSX && n == 9:
				cells[0] = strings.Replace(cells[0], "\uFFFD", "\x01", 1)
			}
			want = append(want, Row{n, cells})
		}
		if format != XLSX { // a control character makes a text file suspect
			data = bytes.Replace(data, []byte("\x01"), []byte("?"), 1)
			want[6].Cells[0] = strings.Replace(want[6].Cells[0], "\x01", "?", 1)
		}
		wantRows(t, data, want)
	}
}

func TestFormulaLikeTextStaysText(t *testing.T) {
	texts := []string{"=1+1", "+86 138", "-x", "@sum", "\ttab", "＝1", "'=quoted", "''=twice", "'plain", "", "-5"}
	column := []Column{{Title: "a", Kind: Text}, {Title: "n", Kind: Decimal}}
	for _, format := range []Format{XLSX, CSVUTF8, CSVGBK} {
		var rows [][]any
		want := []Row{{1, []string{"a", "n"}}}
		for i, s := range texts {
			rows = append(rows, []any{s, "-5"})
			want = append(want, Row{i + 2, []string{s, "-5"}})
		}
		wantRows(t, write(t, Options{Format: format, Columns: column}, rows...), want)
	}
	csv := string(write(t, Options{Format: CSVUTF8, Columns: column}, []any{"=1+1", "-5"}))
	if want := "\uFEFFa,n\r\n'=1+1,-5\r\n"; csv != want {
		t.Errorf("got %q, want %q", csv, want)
	}
}

func TestWorkbookAsExcelSeesIt(t *testing.T) {
	data := write(t, Options{SheetName: "a/b'c", Title: []string{"公司"}, Columns: everyKind, Totals: true, Filter: true,
		Help: [][]string{{"x", "y"}}},
		[]any{"c1", 7, "2.5", "1000.10", "2026-11-21", nil, true}, []any{"c2", nil, nil, "-0.20"})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); !reflect.DeepEqual(got, []string{"a b c", "说明 Help"}) {
		t.Errorf("sheets %q", got)
	}
	got, err := f.GetRows("a b c")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"公司"}, {"编码", "件数", "数量", "金额", "日期", "时间", "未结"},
		{"c1", "7", "2.5", "1,000.10", "2026-11-21", "", "TRUE"}, {"c2", "", "", "-0.20"}, {"合计 Total", "", "", "999.90"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if kind, _ := f.GetCellType("a b c", "D3"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("D3 is no number: %v", kind)
	}
	panes, _ := f.GetPanes("a b c")
	if !panes.Freeze || panes.YSplit != 2 {
		t.Errorf("panes %+v", panes)
	}
	lists, _ := f.GetDataValidations("a b c")
	if len(lists) != 1 || lists[0].Formula1 != `"true,false"` || lists[0].Sqref != "G3:G10002" {
		t.Errorf("lists %+v", lists)
	}
	names := f.GetDefinedName()
	if len(names) != 1 || names[0].RefersTo != "'a b c'!$A$2:$G$4" {
		t.Errorf("filter %+v", names)
	}
}

func TestTotalsByTheCaller(t *testing.T) {
	var buf bytes.Buffer
	w, err := NewWriter(&buf, Options{Format: CSVUTF8, Totals: true, Columns: []Column{{Title: "a", Kind: Money}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { return w.Row([]any{"1.00"}) }, func() error { return w.Total([]any{"5.00"}) }, w.Close,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := buf.String(), "\uFEFFa\r\n1.00\r\n5.00\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if w.Row([]any{"1.00"}) == nil || w.Close() == nil {
		t.Error("a closed writer goes on")
	}
}

func TestWriterRefusesMistakes(t *testing.T) {
	if _, err := NewWriter(&bytes.Buffer{}, Options{}); err == nil {
		t.Error("no columns")
	}
	for name, row := range map[string][]any{"type": {struct{}{}}, "too many": {"a", "b"}} {
		w, err := NewWriter(&bytes.Buffer{}, Options{Columns: []Column{{Title: "a"}}})
		if err != nil {
			t.Fatal(err)
		}
		if w.Row(row) == nil || w.Row([]any{"fine"}) == nil || w.Close() == nil {
			t.Errorf("%s: no error, or forgotten", name)
		}
	}
}

func TestTextTooLongForACellIsCut(t *testing.T) {
	data := write(t, Options{Columns: []Column{{Title: "a"}}}, []any{strings.Repeat("字", 40_000)})
	wantRows(t, data, []Row{{1, []string{"a"}}, {2, []string{strings.Repeat("字", 32_766) + "…"}}})
}

func TestTextFiles(t *testing.T) {
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String("名称,金额\r\n张三,\"1,234.50\"\r\n")
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("名称\t金额\n张三\t5\n")
	zhang := []Row{{1, []string{"名称", "金额"}}, {2, []string{"张三", "1,234.50"}}}
	for name, c := range map[string]struct {
		data   string
		format Format
		want   []Row
	}{
		"gbk":                 {gbk, CSVGBK, zhang},
		"utf-8":               {"名称,金额\n张三,\"1,234.50\"", CSVUTF8, zhang},
		"utf-8 with mark":     {"\uFEFF名称,金额\n张三,\"1,234.50\"", CSVUTF8, zhang},
		"utf-16":              {utf16, CSVUTF8, []Row{{1, []string{"名称", "金额"}}, {2, []string{"张三", "5"}}}},
		"semicolons":          {"a;b;c\n1,5;2;3\n", CSVUTF8, []Row{{1, []string{"a", "b", "c"}}, {2, []string{"1,5", "2", "3"}}}},
		"one damaged rune":    {"名称,金额\n张三李四王五赵\xE5,1\n", CSVUTF8, []Row{{1, []string{"名称", "金额"}}, {2, []string{"张三李四王五赵\uFFFD", "1"}}}},
		"blank lines counted": {"a\n\n,,\nb,,\n \n\"x\ny\"\r\rc", CSVUTF8, []Row{{1, []string{"a"}}, {4, []string{"b"}}, {6, []string{"x\ny"}}, {8, []string{"c"}}}},
		"quotes":              {"5\" pipe,\"a \"\"b\"\"\",\"c\"d\n", CSVUTF8, []Row{{1, []string{"5\" pipe", "a \"b\"", "cd"}}}},
		"inner cell stays":    {",b\n", CSVUTF8, []Row{{1, []string{"", "b"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			wantRows(t, []byte(c.data), c.want)
			book, err := Open(strings.NewReader(c.data), int64(len(c.data)), Limits{})
			if err != nil || book.Format() != c.format || !reflect.DeepEqual(book.Sheets(), []string{"CSV"}) {
				t.Errorf("format %v, %v", book.Format(), err)
			}
		})
	}
}
