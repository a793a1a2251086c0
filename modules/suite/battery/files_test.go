package battery

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel/testkit"
)

// form is an upload of one file.
func form(name string, content []byte) (body []byte, contentType string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part, _ := w.CreateFormFile("file", name) // a buffer takes everything
	_, _ = part.Write(content)
	_ = w.Close()
	return buf.Bytes(), w.FormDataContentType()
}

func (s *client) upload(t *testing.T, path, name string, content []byte) *answer {
	t.Helper()
	body, kind := form(name, content)
	a, err := s.send(context.Background(), "POST", path, body, "Content-Type", kind)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const (
	contentTypes = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	rootRels = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbook = `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`
	bookRels = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
	sheetHead = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>`
	sheetTail = `</sheetData></worksheet>`
)

// book is an xlsx file whose sheet has the given rows and then that many spaces, and so many parts more.
func book(t *testing.T, rows string, spaces, more int) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, part := range [][2]string{{"[Content_Types].xml", contentTypes}, {"_rels/.rels", rootRels}, {"xl/workbook.xml", workbook},
		{"xl/_rels/workbook.xml.rels", bookRels}, {"xl/worksheets/sheet1.xml", sheetHead + rows}} {
		w, err := z.Create(part[0])
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(w, part[1])
		if part[0] == "xl/worksheets/sheet1.xml" && err == nil {
			blank := bytes.Repeat([]byte(" "), 1<<20)
			for left := spaces; left > 0 && err == nil; left -= len(blank) {
				_, err = w.Write(blank)
			}
			_, _ = io.WriteString(w, sheetTail)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range more {
		if _, err := z.Create(fmt.Sprintf("xl/%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// swollen makes the directory of a zip file claim that each of its parts unpacks to 16 GB.
func swollen(t *testing.T, content []byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range from.File {
		h := f.FileHeader
		h.UncompressedSize64, h.Flags = 16<<30, h.Flags&^8
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

func TestHostileImports(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	row := func(n, text string) string {
		return `<row r="` + n + `"><c r="A` + n + `" t="inlineStr"><is><t>` + text + `</t></is></c></row>`
	}
	good := book(t, row("2", "好客户"), 0, 0)
	before := s.one(t, "SELECT COUNT(*) FROM base_party")
	for _, x := range []struct {
		name, file string
		content    []byte
		status     int
		code       string
	}{
		{"a bomb", "a.xlsx", book(t, "", 96<<20, 0), 413, "sheet.too_large"},
		{"16 GB claimed", "a.xlsx", swollen(t, good), 413, "sheet.too_large"},
		{"60,000 parts", "a.xlsx", book(t, "", 0, 60_000), 413, "sheet.too_many_entries"},
		{"row two billion", "a.xlsx", book(t, row("2147483647", "x"), 0, 0), 413, "sheet.too_many_rows"},
		{"a row beyond all numbers", "a.xlsx", book(t, row("99999999999999999999", "x"), 0, 0), 400, "sheet.broken"},
		{"torn off", "a.xlsx", good[:len(good)/2], 400, "sheet.broken"},
		{"a program", "a.xlsx", []byte("MZ\x90\x00\x03"), 400, "sheet.not_a_sheet"},
		{"nothing", "a.xlsx", nil, 422, "file.empty"},
		{"an entity bomb", "a.xlsx", book(t, `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>`+row("2", "&b;"), 0, 0), 400, "sheet.broken"},
	} {
		a := s.upload(t, "/api/v1/base/parties/import", x.file, x.content)
		if a.status != x.status || a.code() != x.code {
			t.Errorf("%s: %v, want %d %q", x.name, a, x.status, x.code)
		}
		for _, word := range betrays {
			if strings.Contains(a.text, word) {
				t.Errorf("%s: the answer contains %q: %v", x.name, word, a)
			}
		}
	}
	if got := s.one(t, "SELECT COUNT(*) FROM base_party"); got != before {
		t.Errorf("%d parties came of it", got-before)
	}
	if a := s.upload(t, "/api/v1/base/parties/import", "good.xlsx", good); a.status != 200 {
		t.Errorf("a good file after the bad ones: %v", a)
	}
	s.clean(t)
}

// TestFormulasStayText exports names that a spreadsheet would compute.
func TestFormulasStayText(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	evil := []string{`=HYPERLINK("http://evil.example","x")`, "+1+1", "-2+3", "@SUM(A1)", "=cmd|'/C calc'!A0"}
	for i, name := range evil {
		s.must(t, "POST", "/api/v1/base/parties", object{"name": name, "code": fmt.Sprint("F", i)})
	}
	xlsx := s.must(t, "GET", "/api/v1/base/parties/export.xlsx", nil)
	z, err := zip.NewReader(strings.NewReader(xlsx.text), int64(len(xlsx.text)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || bytes.Contains(text, []byte("<f>")) || bytes.Contains(text, []byte("<hyperlink")) {
			t.Errorf("%s holds a formula or a link (%v)", f.Name, err)
		}
	}
	csv := s.must(t, "GET", "/api/v1/base/parties/export.csv", nil)
	for field := range strings.FieldsFuncSeq(csv.text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if first := strings.TrimLeft(field, `"`); first != "" && strings.ContainsRune("=+@", rune(first[0])) {
			t.Errorf("the field %s is computed when it is opened", field)
		}
	}
}

// TestHostileFileNames attaches files whose names lead elsewhere.
func TestHostileFileNames(t *testing.T) {
	s := newShop(t, testkit.SQLite, nil)
	path := "/api/v1/base/parties/" + itoa(s.customers[0]) + "/files"
	for _, x := range []struct{ sent, kept string }{
		{"../../../etc/passwd", "passwd"}, {`..\..\windows\system.ini`, "system.ini"}, {"/etc/shadow", "shadow"}, {"..", "file"},
		{"a\r\nSet-Cookie: x=1.html", "a%0D%0ASet-Cookie x=1.html"}, {"<img src=x onerror=alert(1)>.png", "img src=x onerror=alert(1).png"},
		{"发票\u202egpj.exe", "发票gpj.exe"}, {"C:evil.txt", "Cevil.txt"},
	} {
		a := s.upload(t, path, x.sent, []byte("<html><script>alert(1)</script></html>"))
		list, _ := a.body["items"].([]any)
		if a.status != 201 || len(list) == 0 {
			t.Errorf("%q: %v", x.sent, a)
			continue
		}
		i := slices.IndexFunc(list, func(v any) bool { return v.(object)["name"] == x.kept })
		if i < 0 {
			t.Errorf("%q is kept as none of %v, want %q", x.sent, list, x.kept)
			continue
		}
		got := s.must(t, "GET", "/api/v1/files/"+itoa(idOf(list[i].(object))), nil)
		if kind := got.header.Get("Content-Disposition"); !strings.HasPrefix(kind, "attachment") || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%q is sent as %q", x.sent, kind)
		}
	}
	s.clean(t)
}
