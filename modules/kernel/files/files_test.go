package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"zhanggui/modules/kernel/problem"
)

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"合同.pdf", "合同.pdf"}, {"../../etc/passwd", "passwd"}, {`C:\Users\x\报价.xlsx`, "报价.xlsx"}, {"..", "file"}, {"", "file"}, {".htaccess", "htaccess"},
		{"a\x00b\nc.txt", "abc.txt"}, {`x"<script>.html`, "xscript.html"}, {"name.", "name"}, {"con:aux|x?.txt", "conauxx.txt"}, {"\u202egpj.exe", "gpj.exe"},
		{strings.Repeat("长", 200) + ".pdf", strings.Repeat("长", 116) + ".pdf"}, {"a\xff.txt", "a.txt"},
	} {
		if got := CleanName(c.name); got != c.want {
			t.Errorf("CleanName(%q) is %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPut(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "files")
	const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	for range 2 {
		c, err := Put(folder, strings.NewReader("abc"))
		if err != nil || c.Digest != digest || c.Size != 3 || string(c.Head) != "abc" {
			t.Fatalf("got %+v, %v", c, err)
		}
	}
	content, err := os.ReadFile(filepath.Join(folder, "ba", digest))
	if err != nil || string(content) != "abc" {
		t.Errorf("stored %q, %v", content, err)
	}
	for _, c := range []struct {
		content, want string
	}{{"", "file.empty at /file"}, {strings.Repeat("x", Max+1), "file.too_large at /file max=20 MB"}} {
		_, err := Put(folder, strings.NewReader(c.content))
		if list, ok := problem.From(err); !ok || list.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := Put(folder, iotest.ErrReader(os.ErrClosed)); err == nil {
		t.Error("a broken upload was stored")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("%d entries are left in the folder, want one", len(left))
	}
}
