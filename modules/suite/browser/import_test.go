package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"zhanggui/modules/kernel/sheet"
)

// TestImportWithBadRows is somebody with a price list from elsewhere: nothing goes in while a row is wrong, the file comes
// back with the problems at their cells, and goes in once it is corrected.
func TestImportWithBadRows(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.setUp()
	p := newPerson(t, s, screen{lang: "zh"}, "import")
	s.admit(p)
	b := p.tab("/r/base.item")
	b.openImport()
	b.give(workbook(t, [][]string{{"名称", "单位", "零售价"}, {"六角螺栓", "盒", "12.5"}, {"平垫圈", "桶", "0.35"}, {"弹簧垫圈", "盒", "十二"}}))
	b.find(".el-dialog .problems", "")
	b.look("bad-rows")
	told := b.eval(`() => [...document.querySelectorAll('.problems tbody tr')].map(tr => [...tr.cells].map(c => c.innerText.trim()).join(' | ')).join('\n')`)
	if want := "3 | 单位 | 计量单位里没有「桶」，或者同名的不止一个\n4 | 零售价 | 「十二」不是数字"; told != want {
		t.Errorf("the problems are\n%s\nwant\n%s", told, want)
	}
	if got := b.eval(`() => document.querySelector('.el-dialog .btn.primary').disabled`); got != "true" {
		t.Error("the file can be applied although two rows are wrong")
	}
	s.count("/api/v1/base/items", 0)
	marked := readSheet(t, b.download(".el-dialog a[download]", b.words.say(t, "import.marked")))
	if len(marked) != 4 || len(marked[0]) != 4 || !strings.Contains(marked[2][3], "桶") || !strings.Contains(marked[3][3], "十二") || marked[1][3] != "" {
		t.Fatalf("the marked file is %q", marked)
	}
	marked[2][1], marked[3][2] = "盒", "12"
	b.click(".el-dialog .btn", b.words.say(t, "import.another"))
	b.give(workbook(t, marked))
	b.until("the file can be applied", `() => { const one = document.querySelector('.el-dialog .btn.primary'); return !!one && !one.disabled }`)
	b.look("corrected")
	b.click(".el-dialog .btn.primary", "")
	b.until("the import is over", `s => [...document.querySelectorAll('.el-dialog .btn.primary')].some(e => e.innerText.trim() === s)`, b.words.say(t, "common.done"))
	b.look("imported")
	s.count("/api/v1/base/items", 3)
	b.click(".el-dialog .btn.primary", "")
	b.seeIn("table.grid", "弹簧垫圈")
}

// give chooses a file in the dialog.
func (b *tab) give(file string) {
	b.t.Helper()
	b.acts++
	el, err := b.page.Timeout(patience).Element(".el-dialog input[type=file]")
	b.must(err, "the input for files")
	b.must(el.SetFiles([]string{file}), "choose "+file)
}

// download follows a link that is saved and answers where the file lies.
func (b *tab) download(css, text string) string {
	b.t.Helper()
	folder := b.t.TempDir()
	b.must(proto.BrowserSetDownloadBehavior{
		Behavior: proto.BrowserSetDownloadBehaviorBehaviorAllow, BrowserContextID: b.browser.BrowserContextID, DownloadPath: folder,
	}.Call(b.browser), "allow to save files")
	b.click(css, text)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(folder, "*.xlsx"))
		if len(files) == 1 {
			return files[0]
		}
	}
	b.t.Fatalf("no file was saved by %s %s", css, text)
	return ""
}

// workbook writes rows into a file for Excel; the first row is the head.
func workbook(t *testing.T, rows [][]string) string {
	t.Helper()
	var columns []sheet.Column
	for _, title := range rows[0] {
		columns = append(columns, sheet.Column{Title: title})
	}
	var out bytes.Buffer
	w, err := sheet.NewWriter(&out, sheet.Options{Format: sheet.XLSX, Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		values := make([]any, len(row))
		for i, text := range row {
			values[i] = text
		}
		if err := w.Row(values); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "商品.xlsx")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// readSheet reads the first sheet of a file, every row as long as the longest.
func readSheet(t *testing.T, file string) (rows [][]string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(raw), int64(len(raw)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	wide := 0
	for row, err := range book.Rows(book.Sheets()[0]) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, slices.Clone(row.Cells))
		wide = max(wide, len(row.Cells))
	}
	for i := range rows {
		rows[i] = append(rows[i], make([]string, wide-len(rows[i]))...)
	}
	return rows
}
