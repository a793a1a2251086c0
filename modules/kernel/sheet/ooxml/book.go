package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/ianaindex"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet/table"
)

// Book is an open workbook. It is not safe for concurrent use.
type Book struct {
	limits   table.Limits
	parts    map[string]*zip.File // lower-case name
	sheets   []sheetPart
	strings  *stringTable // nil until a sheet is read
	names    map[string]string
	dates    []bool // by cell style: shows a date
	date1904 bool
	extent   [2]int
}

type sheetPart struct {
	name, part string
	hidden     bool
}

// Open reads the directory of a workbook. limits must come from OrDefault.
func Open(r io.ReaderAt, size int64, limits table.Limits) (*Book, error) {
	if size > limits.FileBytes {
		return nil, table.TooLarge(limits.FileBytes)
	}
	if err := countEntries(io.NewSectionReader(r, 0, size), limits.Entries); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, table.Broken("zip directory")
	}
	b := &Book{limits: limits, parts: make(map[string]*zip.File, len(archive.File)), names: map[string]string{}}
	total := uint64(0)
	for _, f := range archive.File {
		if f.UncompressedSize64 > uint64(limits.UnzippedBytes)-total {
			return nil, table.TooLarge(limits.UnzippedBytes)
		}
		total += f.UncompressedSize64
		b.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	if err := b.readWorkbook(); err != nil {
		return nil, err
	}
	return b, b.readStyles()
}

// countEntries counts directory signatures in the raw bytes before the
// directory is parsed, so that neither a huge one nor a false count in its end
// record costs memory. Chance hits in packed data only ever count too many.
func countEntries(r io.Reader, limit int) error {
	signature := []byte("PK\x01\x02")
	buf, kept, count := make([]byte, 64<<10), 0, 0
	for {
		n, err := r.Read(buf[kept:])
		count += bytes.Count(buf[:kept+n], signature)
		if count > limit {
			return table.TooManyEntries(limit)
		}
		tail := min(kept+n, len(signature)-1)
		kept = copy(buf, buf[kept+n-tail:kept+n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Sheets gives the names of the visible worksheets in order.
func (b *Book) Sheets() []string {
	var out []string
	for _, s := range b.sheets {
		if !s.hidden {
			out = append(out, s.name)
		}
	}
	return out
}

// scan hands every token of a part to each until it is done. The part must
// be well-formed as far as it is read.
func (b *Book) scan(part string, each func(xml.Token) (done bool, err error)) error {
	f := b.parts[strings.ToLower(part)]
	if f == nil {
		return table.Broken(part)
	}
	r, err := f.Open()
	if err != nil {
		return table.Broken(part)
	}
	defer r.Close()
	d := xml.NewDecoder(&bounded{r: r, left: b.limits.UnzippedBytes, limit: b.limits.UnzippedBytes})
	d.CharsetReader = charset
	for {
		token, err := d.RawToken()
		if err != nil {
			if found, ok := problem.From(err); ok {
				return found[0]
			}
			return table.Broken(part)
		}
		if done, err := each(token); done || err != nil {
			return err
		}
	}
}

// longestRun bounds a tag with its attributes, or one piece of text: the XML
// decoder keeps it in memory many times its size. "<" cannot stand inside.
const longestRun = 1 << 20

// maxNames bounds lists that a workbook keeps in memory: sheets, relations,
// number formats. Excel itself allows far fewer of each.
const maxNames = 20_000

// bounded fails with table.TooLarge where a part turns out longer than it declared.
type bounded struct {
	r           io.Reader
	left, limit int64
	run         int // bytes since the last "<"
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p[:min(len(p), longestRun)])
	if b.left -= int64(n); b.left < 0 {
		return 0, table.TooLarge(b.limit)
	}
	if i := bytes.LastIndexByte(p[:n], '<'); i >= 0 {
		b.run = n - i
	} else {
		b.run += n
	}
	if b.run > longestRun {
		return 0, table.Broken("endless tag")
	}
	return n, err
}

func charset(label string, input io.Reader) (io.Reader, error) {
	e, err := ianaindex.IANA.Encoding(label)
	if err != nil || e == nil {
		return nil, errors.New("unknown charset " + label)
	}
	return e.NewDecoder().Reader(input), nil
}

func attr(e xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return e.Attr[i].Value
		}
	}
	return ""
}

// relations reads a .rels part: id → (last word of the type, full part name).
func (b *Book) relations(of string) (map[string][2]string, error) {
	out := map[string][2]string{}
	part := path.Join(path.Dir(of), "_rels", strings.TrimPrefix(path.Base(of), ".")+".rels") // the root's is _rels/.rels
	err := b.scan(part, func(t xml.Token) (bool, error) {
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == "Relationship" && attr(e, "TargetMode") != "External" {
				target := strings.ReplaceAll(attr(e, "Target"), `\`, "/")
				if !strings.HasPrefix(target, "/") {
					target = path.Join("/", path.Dir(of), target)
				}
				if len(out) >= maxNames {
					return false, table.Broken(part)
				}
				out[attr(e, "Id")] = [2]string{path.Base(attr(e, "Type")), strings.TrimPrefix(path.Clean(target), "/")}
			}
		case xml.EndElement:
			return e.Name.Local == "Relationships", nil
		}
		return false, nil
	})
	return out, err
}

// readWorkbook finds the sheets in workbook order and the parts they share.
func (b *Book) readWorkbook() error {
	workbook := "xl/workbook.xml"
	if root, err := b.relations(""); err == nil {
		for _, r := range root {
			if r[0] == "officeDocument" {
				workbook = r[1]
			}
		}
	}
	if b.parts[strings.ToLower(workbook)] == nil || !strings.HasSuffix(workbook, ".xml") {
		return table.NotASheet("zip")
	}
	rels, err := b.relations(workbook)
	if err != nil {
		return err
	}
	for _, r := range rels {
		b.names[r[0]] = r[1]
	}
	err = b.scan(workbook, func(t xml.Token) (bool, error) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "workbookPr":
				v := attr(e, "date1904")
				b.date1904 = v == "1" || v == "true"
			case "sheet":
				if r := rels[attr(e, "id")]; r[0] == "worksheet" && len(b.sheets) < maxNames {
					b.sheets = append(b.sheets, sheetPart{
						name: attr(e, "name"), part: r[1], hidden: strings.HasSuffix(strings.ToLower(attr(e, "state")), "hidden")})
				}
			}
		case xml.EndElement:
			return e.Name.Local == "workbook", nil
		}
		return false, nil
	})
	if err == nil && len(b.Sheets()) == 0 {
		return table.NotASheet("zip")
	}
	return err
}

// readStyles notes which cell styles show dates. A workbook may have none.
func (b *Book) readStyles() error {
	part := b.names["styles"]
	if part == "" || b.parts[strings.ToLower(part)] == nil {
		return nil
	}
	codes, inCells := map[string]string{}, false
	return b.scan(part, func(t xml.Token) (bool, error) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				if len(codes) >= maxNames {
					return false, table.Broken(part)
				}
				codes[attr(e, "numFmtId")] = attr(e, "formatCode")
			case "cellXfs":
				inCells = true
			case "xf":
				if id := attr(e, "numFmtId"); inCells {
					n, _ := strconv.Atoi(id)
					b.dates = append(b.dates, isDateFormat(n, codes[id]))
				}
			}
		case xml.EndElement:
			return e.Name.Local == "cellXfs" || e.Name.Local == "styleSheet", nil
		}
		return false, nil
	})
}

// stringTable keeps all shared strings in one piece: a file of millions of
// short ones would otherwise cost a header each.
type stringTable struct {
	text string
	ends []uint32
}

func (s *stringTable) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.text[start:s.ends[i]], true
}

func (b *Book) sharedStrings() (*stringTable, error) {
	if b.strings != nil {
		return b.strings, nil
	}
	shared := &stringTable{}
	part := b.names["sharedStrings"]
	if part == "" || b.parts[strings.ToLower(part)] == nil {
		b.strings = shared
		return shared, nil
	}
	var text strings.Builder
	inText, phonetic := false, false
	err := b.scan(part, func(t xml.Token) (bool, error) {
		switch e := t.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t" && !phonetic
			phonetic = phonetic || e.Name.Local == "rPh"
		case xml.CharData:
			if inText {
				text.Write(e)
			}
		case xml.EndElement:
			inText = false
			switch e.Name.Local {
			case "rPh":
				phonetic = false
			case "si":
				shared.ends = append(shared.ends, uint32(text.Len()))
			case "sst":
				return true, nil
			}
		}
		return false, nil
	})
	shared.text = text.String()
	b.strings = shared
	return shared, err
}
