package anyfile_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/sheet/anyfile"
	"zhanggui/modules/kernel/sheet/xls/xlstest"
)

const page = `<html><head><meta charset="gb2312"><style>td{x:"<td>no</td>"}</style></head><body>
<table border=1><tr><th colspan=3>客户资料</th></tr>
<tr><td rowspan=2>编号</td><td>名称<td>电话</tr>
<tr><td>全名</td><td>&nbsp;手机&nbsp;</td></tr>
<tr><td>001<td>宏发<br>五金 &amp; 机电<td>0755-123</tr>
<tr><td></td></tr></table></body></html>`

const workbook = `<?xml version="1.0" encoding="GB2312"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="存货"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">存货名称</Data></Cell><Cell><Data ss:Type="String">数量</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">1.50</Data></Cell><Cell><Data ss:Type="DateTime">2026-11-20T00:00:00.000</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="空"><Table/></Worksheet></Workbook>`

func gbk(text string) []byte {
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(err)
	}
	return out
}

func utf16(text string) []byte {
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	if err != nil {
		panic(err)
	}
	return out
}

// TestFormats reads the same kinds of tables whatever they are called.
func TestFormats(t *testing.T) {
	people := []sheet.Row{{Number: 1, Cells: []string{"客户资料"}}, {Number: 2, Cells: []string{"编号", "名称", "电话"}},
		{Number: 3, Cells: []string{"", "全名", "手机"}}, {Number: 4, Cells: []string{"001", "宏发 五金 & 机电", "0755-123"}}}
	goods := []sheet.Row{{Number: 1, Cells: []string{"存货名称", "", "数量"}}, {Number: 4, Cells: []string{"", "1.5", "2026-11-20"}}}
	text := []sheet.Row{{Number: 1, Cells: []string{"编号", "名称"}}, {Number: 3, Cells: []string{"001", "螺丝, 大"}}}
	const csv = "编号,名称\n\n001,\"螺丝, 大\"\n"
	for name, c := range map[string]struct {
		data   []byte
		format anyfile.Format
		sheet  string
		rows   []sheet.Row
	}{
		"html in GBK":       {gbk(page), anyfile.Markup, "Table 1", people},
		"html in UTF-8":     {[]byte(page), anyfile.Markup, "Table 1", people},
		"html in UTF-16":    {utf16(page), anyfile.Markup, "Table 1", people},
		"XML of Excel 2003": {gbk(workbook), anyfile.Markup, "存货", goods},
		"XML in UTF-8":      {[]byte("\xEF\xBB\xBF" + workbook), anyfile.Markup, "存货", goods},
		"csv in UTF-8":      {[]byte(csv), anyfile.CSV, "CSV", text},
		"csv with a mark":   {[]byte("\xEF\xBB\xBF" + csv), anyfile.CSV, "CSV", text},
		"csv in GB18030":    {gbk(csv), anyfile.CSV, "CSV", text},
		"csv in UTF-16":     {utf16(csv), anyfile.CSV, "CSV", text},
		"tabs":              {gbk("编号\t名称\n\n001\t螺丝, 大\n"), anyfile.CSV, "CSV", text},
		"xls":               {xlstest.File(xlstest.Stream("存货", [][]xlstest.Cell{{"编号", "名称"}, {}, {"001", "螺丝, 大"}})), anyfile.XLS, "存货", text},
	} {
		f, err := anyfile.Read(c.data, sheet.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Format != c.format || len(f.Sheets) != 1 || f.Sheets[0].Name != c.sheet || !reflect.DeepEqual(f.Sheets[0].Rows, c.rows) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func found(err error) string {
	list, ok := problem.From(err)
	if !ok || len(list) == 0 {
		return "internal"
	}
	what, _ := list[0].Args["found"].(string)
	return strings.TrimSpace(list[0].Code + " " + what)
}

func TestRefused(t *testing.T) {
	many := strings.Repeat("<tr><td>1</td></tr>", 50)
	for name, c := range map[string]struct {
		data   []byte
		limits sheet.Limits
		want   string
	}{
		"nothing":            {nil, sheet.Limits{}, "sheet.not_a_sheet empty"},
		"a picture":          {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), sheet.Limits{}, "sheet.not_a_sheet binary"},
		"a letter":           {[]byte("%PDF-1.7"), sheet.Limits{}, "sheet.not_a_sheet pdf"},
		"a page of words":    {[]byte("<html><body><p>hello</p></body></html>"), sheet.Limits{}, "sheet.not_a_sheet html"},
		"too many rows":      {[]byte("<table>" + many + "</table>"), sheet.Limits{Rows: 10}, "sheet.too_many_rows"},
		"too wide":           {[]byte("<table><tr>" + strings.Repeat("<td>1", 300) + "</table>"), sheet.Limits{}, "sheet.too_many_columns"},
		"a span for ever":    {[]byte("<table><tr><td colspan=999999999>1<td>2</table>"), sheet.Limits{}, "sheet.too_many_columns"},
		"tables for ever":    {[]byte(strings.Repeat("<table><tr><td>", 1000)), sheet.Limits{}, "sheet.broken"},
		"a column far right": {[]byte(strings.Replace(workbook, `ss:Index="2"`, `ss:Index="16000"`, 1)), sheet.Limits{}, "sheet.too_many_columns"},
		"too large":          {[]byte(page), sheet.Limits{FileBytes: 100}, "sheet.too_large"},
		"a long text":        {[]byte(page), sheet.Limits{CellRunes: 3}, "sheet.text_too_long"},
	} {
		if _, err := anyfile.Read(c.data, c.limits); err == nil || found(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestHostile damages files of every kind: they are refused kindly or read in part.
func TestHostile(t *testing.T) {
	stock, err := os.ReadFile("../xls/testdata/stock.xls")
	if err != nil {
		t.Fatal(err)
	}
	var xlsx bytes.Buffer
	w, err := sheet.NewWriter(&xlsx, sheet.Options{Format: sheet.XLSX, Columns: []sheet.Column{{Title: "编号"}, {Title: "名称"}}})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	seeds := [][]byte{stock[:20_000], gbk(page), []byte(workbook), utf16(page), gbk("编号,名称\n1,2\n"), xlsx.Bytes()}
	random := rand.New(rand.NewPCG(7, 26))
	for i := range 3000 {
		data := append([]byte(nil), seeds[i%len(seeds)]...)
		for range 1 + random.IntN(10) {
			switch at := random.IntN(len(data)); random.IntN(3) {
			case 0:
				data[at] = byte(random.IntN(256))
			case 1: // a piece twice
				to := min(len(data), at+random.IntN(60))
				data = append(data[:to:to], data[at:]...)
			default: // a piece lost
				to := min(len(data), at+random.IntN(60))
				if data = append(data[:at:at], data[to:]...); len(data) == 0 {
					data = []byte{0}
				}
			}
		}
		if _, err := anyfile.Read(data, sheet.Limits{}); err != nil && found(err) == "internal" {
			t.Fatalf("file %d: %v", i, err)
		}
	}
}
