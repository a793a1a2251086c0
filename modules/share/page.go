package share

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html/template"
	"io"

	"zhanggui/modules/kernel/problem"
)

// Page is a sheet of figures as people read it: on the screen, on paper, as a picture, and frozen behind a link. All of it is
// text that is formatted already.
type Page struct {
	Lang    string   `json:"lang"`
	Company string   `json:"company"`
	Title   string   `json:"title"`
	Facts   []Pair   `json:"facts"` // beneath the title
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	Sums    []Pair   `json:"sums"` // beneath the rows
	Notes   []string `json:"notes"`
	Foot    string   `json:"foot"` // of the company: where it is, how it is reached
	// Mark is what the record said when the page was frozen, in no form for people; Source.Stands compares it.
	Mark string `json:"mark,omitempty"`
}

// Pair is a label and what stands behind it.
type Pair struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// Column is the head of a column. Number columns stand on the right.
type Column struct {
	Label  string `json:"label"`
	Number bool   `json:"number"`
}

// Row is one row; Kind is entry, item or total. To leads to the record on the screen and is never sent.
type Row struct {
	Kind  string   `json:"kind"`
	Cells []string `json:"cells"`
	To    string   `json:"to,omitempty"`
}

// MostRows is up to how many rows a page may have that is frozen behind a link.
const MostRows = 3000

// Frozen is a page in the form in which it is kept, with its hash.
type frozen struct{ text, fingerprint string }

// freeze makes a page what the stranger will see. Too long a one is share.too_long.
func freeze(p *Page) (frozen, error) {
	if len(p.Rows) > MostRows {
		return frozen{}, problem.Rule("share.too_long", "rows", int64(len(p.Rows)), "most", int64(MostRows))
	}
	bare := *p
	bare.Rows = make([]Row, len(p.Rows))
	for i, r := range p.Rows {
		bare.Rows[i] = Row{Kind: r.Kind, Cells: r.Cells}
	}
	text, err := json.Marshal(bare)
	if err != nil {
		return frozen{}, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(text) // memory takes everything
	_ = w.Close()
	sum := sha256.Sum256(text)
	return frozen{base64.StdEncoding.EncodeToString(packed.Bytes()), hex.EncodeToString(sum[:])}, nil
}

// errAltered is a page that is not what was sent.
var errAltered = errors.New("share: the page is not what its fingerprint says")

// mostUnpacked bounds a page that somebody put into the database by hand.
const mostUnpacked = 16 << 20

func (f frozen) thaw() (*Page, error) {
	packed, err := base64.StdEncoding.DecodeString(f.text)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, mostUnpacked))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != f.fingerprint {
		return nil, errAltered
	}
	p := &Page{}
	return p, json.Unmarshal(text, p)
}

//go:embed page.html
var source string

//go:embed page.css
var style string

// leaves are the templates: "public" is what strangers get, "print" what goes to the printer.
var leaves = template.Must(template.New("page").Funcs(template.FuncMap{"css": func() template.CSS { return template.CSS(style) }}).Parse(source)) //nolint:gosec // our own file

// policy lets the page of a stranger do nothing but be read and send its form back. The style is named by its hash.
var policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

// Paper writes pages for the printer, each on a sheet of its own.
type Paper struct {
	w     io.Writer
	begun bool
	err   error
}

// NewPaper begins; Close ends the file.
func NewPaper(w io.Writer) *Paper { return &Paper{w: w} }

// Add writes a page.
func (p *Paper) Add(page *Page) error {
	if p.err == nil && !p.begun {
		p.begun = true
		p.err = leaves.ExecuteTemplate(p.w, "print_head", page)
	}
	if p.err == nil {
		p.err = leaves.ExecuteTemplate(p.w, "sheet", page)
	}
	return p.err
}

// Close ends the file; without a page there is none.
func (p *Paper) Close() error {
	if p.err == nil && p.begun {
		_, p.err = io.WriteString(p.w, "</body></html>\n")
	}
	return p.err
}
