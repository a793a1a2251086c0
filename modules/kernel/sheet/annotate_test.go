package sheet

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func annotate(t *testing.T, data []byte, marks ...Mark) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Annotate(bytes.NewReader(data), int64(len(data)), &out, marks); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func fillOf(t *testing.T, f *excelize.File, cell string) []string {
	t.Helper()
	id, err := f.GetCellStyle("单据", cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return style.Fill.Color
}

func TestAnnotateWorkbook(t *testing.T) {
	data := write(t, Options{SheetName: "单据", Title: []string{"公司"}, Columns: []Column{{Title: "客户"}, {Title: "金额", Kind: Money}},
		Help: [][]string{{"help"}}}, []any{"张三", "x"}, []any{"李四", "5.00"}, []any{"", "7.00"})
	first := annotate(t, data,
		Mark{Row: 3, Col: 2, Text: "不是金额"}, Mark{Row: 3, Col: 2, Text: "不是金额"}, Mark{Row: 3, Text: "行错"},
		Mark{Row: 5, Col: 1, Text: "=缺客户"})
	wantRows(t, first, []Row{{1, []string{"公司"}}, {2, []string{"客户", "金额", ProblemsTitle}},
		{3, []string{"张三", "x", "不是金额; 行错"}}, {4, []string{"李四", "5"}}, {5, []string{"", "7", "=缺客户"}}})
	f, err := excelize.OpenReader(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	comments, err := f.GetComments("单据")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, c := range comments {
		texts[c.Cell] = strings.TrimSpace(c.Text)
	}
	if want := map[string]string{"B3": "不是金额", "A5": "=缺客户"}; !reflect.DeepEqual(texts, want) {
		t.Errorf("comments %q", texts)
	}
	for cell, want := range map[string][]string{"B3": {"FFC7CE"}, "A5": {"FFC7CE"}, "A3": nil} {
		if got := fillOf(t, f, cell); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is filled %v", cell, got)
		}
	}
	if id, _ := f.GetCellStyle("单据", "B3"); mustStyle(t, f, id).NumFmt != 4 {
		t.Error("B3 lost its number format")
	}

	second := annotate(t, first, Mark{Row: 4, Col: 1, Text: "重复"})
	wantRows(t, second, []Row{{1, []string{"公司"}}, {2, []string{"客户", "金额", ProblemsTitle}},
		{3, []string{"张三", "x"}}, {4, []string{"李四", "5", "重复"}}, {5, []string{"", "7"}}})
	again, err := excelize.OpenReader(bytes.NewReader(second))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if comments, _ = again.GetComments("单据"); len(comments) != 1 || comments[0].Cell != "A4" {
		t.Errorf("comments %+v", comments)
	}
	if got := fillOf(t, again, "B3"); len(got) != 0 {
		t.Errorf("B3 is still filled %v", got)
	}
}

func mustStyle(t *testing.T, f *excelize.File, id int) *excelize.Style {
	t.Helper()
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return style
}

func TestAnnotateText(t *testing.T) {
	gbk := func(s string) string {
		out, err := simplifiedchinese.GBK.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, c := range map[string]struct{ data, want string }{
		"gbk": {gbk("标题\r\n客户,金额\r\n\r\n张三,-5\r\n李四,6\r\n"),
			gbk("标题,,\r\n客户,金额,问题 / Problems\r\n\r\n张三,-5,'=坏; 二\r\n李四,6,\r\n")},
		"utf-8 with mark and tabs": {"\uFEFF客户\t金额\n\n\n张三\t=1\n", "\uFEFF客户\t金额\t问题 / Problems\r\n\r\n\r\n张三\t=1\t'=坏; 二\r\n"},
		"again":                    {"客户,金额,问题 / Problems\n甲,1,旧\n乙,2\n丙,3,'=旧\n", "客户,金额,问题 / Problems\r\n甲,1,\r\n乙,2,\r\n丙,3,'=坏; 二\r\n"},
	} {
		got := string(annotate(t, []byte(c.data), Mark{Row: 4, Col: 2, Text: "=坏"}, Mark{Row: 4, Text: "二"}))
		if got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
		}
	}
}

func TestAnnotateRefusesMarksOutside(t *testing.T) {
	for _, m := range []Mark{{Row: 0, Col: 1}, {Row: 1 << 21, Col: 1}, {Row: 1, Col: -1}, {Row: 1, Col: 16_384}} {
		if err := Annotate(strings.NewReader("a"), 1, &bytes.Buffer{}, []Mark{m}); code(err) != "internal" {
			t.Errorf("%+v: %v", m, err)
		}
	}
	data := workbook(t, rowsEnd, nil)
	err := Annotate(bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, []Mark{{Sheet: "none", Row: 1, Col: 1}})
	if code(err) != "sheet.not_a_sheet" {
		t.Errorf("unknown sheet: %v", err)
	}
}

func TestAnnotateRefusesWideSheets(t *testing.T) {
	var rows strings.Builder
	for range 200 {
		rows.WriteString(`<row><c r="XFD1"/></row>`)
	}
	data := workbook(t, rows.String()+rowsEnd, nil)
	err := Annotate(bytes.NewReader(data), int64(len(data)), &bytes.Buffer{}, []Mark{{Row: 1, Col: 1, Text: "x"}})
	if code(err) != "sheet.too_large" {
		t.Errorf("got %v", err)
	}
}
