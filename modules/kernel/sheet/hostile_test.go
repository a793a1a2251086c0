package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"zhanggui/modules/kernel/problem"
)

// workbook builds a small xlsx around the XML of one sheet; more holds extra
// parts, and replaces those of the same name.
func workbook(t testing.TB, sheet string, more map[string]string) []byte {
	t.Helper()
	parts := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels":         `<Relationships><Relationship Id="a" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="hidden" sheetId="2" state="hidden" r:id="h"/><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="h" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheet,
	}
	for name, content := range more {
		parts[name] = content
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

const rowsEnd = `</sheetData></worksheet>`

// code gives the message key of a problem; "" for no error and "internal"
// for another one.
func code(err error) string {
	if err == nil {
		return ""
	}
	var p *problem.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return "internal"
}

func manyEntries(t testing.TB, n int) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := range n { // stored as they are: a compressor for each takes longer than all that is tested here
		if _, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("xl/%d", i), Method: zip.Store}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// declared builds a zip whose first entry claims another unpacked size than
// the megabyte it has.
func declared(t testing.TB, size uint64, name string) []byte {
	packed := workbook(t, rowsEnd, map[string]string{name: strings.Repeat(" ", 1<<20)})
	from, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range from.File {
		h := f.FileHeader
		if h.Name == name {
			h.UncompressedSize64 = size
			h.Flags &^= 8
		}
		w, err := z.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		r, err := f.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestHostileFiles(t *testing.T) {
	good := write(t, Options{Columns: []Column{{Title: "a"}}}, []any{"b"})
	sheet1 := "xl/worksheets/sheet1.xml"
	table := "xl/sharedStrings.xml"
	cases := map[string]struct {
		data []byte
		want string
	}{
		"good":                  {good, ""},
		"empty":                 {nil, "sheet.not_a_sheet"},
		"spaces":                {[]byte(" \r\n "), "sheet.not_a_sheet"},
		"html named xls":        {[]byte("\uFEFF \n<HTML><body><table><tr><td>1"), "sheet.not_a_sheet"},
		"old xls":               {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)), "sheet.not_a_sheet"},
		"picture":               {[]byte("\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR"), "sheet.not_a_sheet"},
		"pdf":                   {[]byte("%PDF-1.7\n1,2"), "sheet.not_a_sheet"},
		"other zip":             {manyEntries(t, 3), "sheet.not_a_sheet"},
		"60,000 entries":        {manyEntries(t, 60_000), "sheet.too_many_entries"},
		"zip cut off":           {good[:len(good)/2], "sheet.broken"},
		"zip cut to its head":   {good[:6], "sheet.broken"},
		"16 GB declared":        {declared(t, 16<<30, "xl/media/image1.png"), "sheet.too_large"},
		"too little declared":   {declared(t, 100, sheet1), "sheet.broken"},
		"bomb":                  {workbook(t, rowsEnd, map[string]string{"xl/media/a": strings.Repeat("\x00", 65<<20)}), "sheet.too_large"},
		"giant row number":      {workbook(t, `<row r="2147483647"><c><v>1</v></c></row>`+rowsEnd, nil), "sheet.too_many_rows"},
		"absurd row number":     {workbook(t, `<row r="99999999999999999999"><c><v>1</v></c></row>`+rowsEnd, nil), "sheet.broken"},
		"rows out of order":     {workbook(t, `<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`+rowsEnd, nil), "sheet.broken"},
		"column beyond XFD":     {workbook(t, `<row r="1"><c r="XFE1"><v>1</v></c></row>`+rowsEnd, nil), "sheet.broken"},
		"column 201":            {workbook(t, `<row r="1"><c r="GS1"><v>1</v></c></row>`+rowsEnd, nil), "sheet.too_many_columns"},
		"blank column 201":      {workbook(t, `<row r="1"><c r="GS1" s="3"/><c r="GT1" t="inlineStr"><is><t> </t></is></c></row>`+rowsEnd, nil), ""},
		"unnumbered cells":      {workbook(t, `<row>`+strings.Repeat(`<c/>`, 16_385)+`</row>`+rowsEnd, nil), "sheet.too_many_columns"},
		"a row within a cell":   {workbook(t, `<row r="1"><c r="A1"><row r="2"></row><v>1</v></c></row>`+rowsEnd, nil), "sheet.broken"},
		"empty mergeCell":       {workbook(t, `<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell/></mergeCells></worksheet>`, nil), ""},
		"sheet cut off":         {workbook(t, `<row r="1"><c r="A1"><v>1</v></c></row>`, nil), "sheet.broken"},
		"no XML":                {workbook(t, `<row r="1"><c r="A1"><v>1</v></c></row>&bad;`+rowsEnd, nil), "sheet.broken"},
		"text of 32,768 runes":  {workbook(t, `<row r="1"><c t="inlineStr"><is><t>`+strings.Repeat("字", 32_768)+`</t></is></c></row>`+rowsEnd, nil), "sheet.text_too_long"},
		"endless tag":           {workbook(t, `<row `+strings.Repeat(`a="" `, 1<<19)+`/>`+rowsEnd, nil), "sheet.broken"},
		"string out of table":   {workbook(t, `<row><c t="s"><v>7</v></c></row>`+rowsEnd, nil), "sheet.broken"},
		"table cut off":         {workbook(t, `<row><c t="s"><v>0</v></c></row>`+rowsEnd, map[string]string{table: "<sst><si><t>x"}), "sheet.broken"},
		"sheet part missing":    {workbook(t, "", map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s" Type="x/worksheet" Target="../../../gone.xml"/></Relationships>`}), "sheet.broken"},
		"binary workbook":       {workbook(t, rowsEnd, map[string]string{"_rels/.rels": `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>`}), "sheet.not_a_sheet"},
		"csv, 201 columns":      {[]byte(strings.Repeat(",", 200) + "x\n"), "sheet.too_many_columns"},
		"csv, blank columns":    {[]byte("x" + strings.Repeat(",", 2_000_000) + "\n"), ""},
		"csv, long text":        {[]byte("a," + strings.Repeat("x", 32_768) + "\n"), "sheet.text_too_long"},
		"csv, quote stays open": {[]byte("a\n\"b,c\nd\n"), "sheet.broken"},
	}
	// The missing table of "table cut off" must be announced to be looked for.
	cut := cases["table cut off"]
	cut.data = workbook(t, `<row><c t="s"><v>0</v></c></row>`+rowsEnd, map[string]string{table: "<sst><si><t>x",
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`})
	cases["table cut off"] = cut
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := read(c.data, Limits{})
			if got := code(err); got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
			if took := time.Since(start); took > 20*time.Second { // a busy machine is slow, an endless file never ends
				t.Errorf("took %v", took)
			}
			var out bytes.Buffer
			err = Annotate(bytes.NewReader(c.data), int64(len(c.data)), &out, []Mark{{Row: 1, Col: 1, Text: "x"}})
			if c.want != "" && code(err) != c.want || code(err) == "internal" {
				t.Errorf("annotate: %v, want %q", err, c.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	data := write(t, Options{Columns: []Column{{Title: "a"}, {Title: "b"}}}, []any{"1", "1"}, []any{"22", "2"})
	csv := []byte("a,b\n1,1\n22,2\n")
	for name, c := range map[string]struct {
		limits Limits
		want   string
	}{
		"file":    {Limits{FileBytes: 5}, "sheet.too_large limit=5 bytes"},
		"entries": {Limits{Entries: 2}, "sheet.too_many_entries limit=2"},
		"content": {Limits{UnzippedBytes: 100}, "sheet.too_large limit=100 bytes"},
		"rows":    {Limits{Rows: 2}, "sheet.too_many_rows limit=2"},
		"columns": {Limits{Columns: 1}, "sheet.too_many_columns limit=1 row=1"},
		"runes":   {Limits{CellRunes: 1}, "sheet.text_too_long column=1 limit=1 row=3"},
		"none":    {Limits{Rows: 3, Columns: 2, CellRunes: 2}, ""},
	} {
		if _, err := read(data, c.limits); message(err) != c.want {
			t.Errorf("xlsx %s: got %q, want %q", name, message(err), c.want)
		}
		if name == "entries" || name == "content" {
			continue
		}
		if _, err := read(csv, c.limits); message(err) != c.want {
			t.Errorf("csv %s: got %q, want %q", name, message(err), c.want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// peak gives the most bytes of live and dead heap that work kept, above what
// was there before.
func peak(work func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapInuse, uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	work()
	close(done)
	<-ended
	return most - min(before, most)
}

func TestMemoryIsBounded(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	rows := 100_000
	if testing.Short() { // under the race detector; the bound is that of the whole test
		rows = 10_000
	}
	used := peak(func() { writeMany(t, io.Discard, XLSX, rows) })
	if used > 64<<20 {
		t.Errorf("writing took %d MB", used>>20)
	}
	t.Logf("writing %d rows: %d KB", rows, used>>10)
	// Two million blank strings and as many cells: cheap to send.
	strs := "<sst>" + strings.Repeat("<si/>", 20*rows) + "</sst>"
	data := workbook(t, strings.Repeat("<row>"+strings.Repeat("<c/>", 20)+"</row>", rows)+rowsEnd, map[string]string{"xl/sharedStrings.xml": strs,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`})
	strs = ""
	used = peak(func() {
		if _, err := read(data, Limits{}); err != nil {
			t.Error(err)
		}
	})
	if used > 64<<20 {
		t.Errorf("reading took %d MB", used>>20)
	}
	t.Logf("reading blank strings: %d KB", used>>10)
	var big, out bytes.Buffer
	writeMany(t, &big, XLSX, 3_000)
	if err := Annotate(bytes.NewReader(big.Bytes()), int64(big.Len()), &out, []Mark{{Row: 2, Col: 1, Text: "x"}}); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v, %v", left, err)
	}
}
