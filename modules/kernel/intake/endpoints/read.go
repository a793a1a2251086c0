package endpoints

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/files"
	"zhanggui/modules/kernel/intake"
	"zhanggui/modules/kernel/intake/guess"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/sheet/anyfile"
	"zhanggui/modules/kernel/web/form"
	"zhanggui/modules/kernel/web/route"
)

// mostColumns bounds the meanings that a client sends; a table has no more columns.
const mostColumns = 200

// sent is a table with what the client says about it.
type sent struct {
	name   string
	data   []byte
	file   *anyfile.File
	sheet  int
	kinds  []*intake.Kind
	kind   *intake.Kind // nil: to be guessed
	head   int          // row number, 0: to be guessed
	given  []string     // meanings of the columns, nil: to be guessed
	judged *guess.Guess
	consent
}

func (s *sent) rows() []sheet.Row { return s.file.Sheets[s.sheet].Rows }

// receive reads the form and judges the table.
func receive(r *route.Request) (*sent, error) {
	up, err := form.Upload(r)
	if err != nil {
		return nil, err
	}
	s := &sent{name: files.CleanName(up.Name), data: up.Data, kinds: intake.Kinds(r.Company, r.Actor)}
	if len(s.kinds) == 0 {
		return nil, problem.New(problem.Forbidden, "intake.nothing")
	}
	if s.file, err = anyfile.Read(up.Data, sheet.Limits{}); err != nil {
		return nil, kindly(err)
	}
	if text := up.Values["sheet"]; text != "" {
		if s.sheet, err = strconv.Atoi(text); err != nil || s.sheet < 0 || s.sheet >= len(s.file.Sheets) {
			return nil, problem.BadShape("query.invalid", "name", "sheet")
		}
	} else {
		s.sheet = widest(s.file)
	}
	if text := up.Values["kind"]; text != "" {
		if s.kind = named(s.kinds, text); s.kind == nil {
			return nil, problem.BadShape("query.invalid", "name", "kind")
		}
	}
	if text := up.Values["head"]; text != "" {
		if s.head, err = strconv.Atoi(text); err != nil || s.head < 0 {
			return nil, problem.BadShape("query.invalid", "name", "head")
		}
	}
	if text := up.Values["columns"]; text != "" {
		if err := json.Unmarshal([]byte(text), &s.given); err != nil || len(s.given) > mostColumns {
			return nil, problem.BadShape("json.invalid").At("/columns")
		}
	}
	s.consent = consent{Overwrite: up.Values["overwrite"] == "true", Choice: intake.Choice(up.Values["choice"])}
	if !s.Choice.Known() {
		return nil, problem.BadShape("query.invalid", "name", "choice")
	}
	return s, s.judge()
}

// kindly says in words what is wrong with a file that is no table.
func kindly(err error) error {
	list, ok := problem.From(err)
	if !ok || len(list) != 1 || list[0].Code != "sheet.not_a_sheet" {
		return err
	}
	switch list[0].Args["found"] {
	case "locked":
		return problem.Rule("intake.locked").At("/file")
	case "empty":
		return problem.Rule("intake.empty_file").At("/file")
	}
	return problem.Rule("intake.no_table").At("/file")
}

// widest is the sheet with the most rows: the others hold notes.
func widest(f *anyfile.File) (best int) {
	for i, s := range f.Sheets {
		if len(s.Rows) > len(f.Sheets[best].Rows) {
			best = i
		}
	}
	return best
}

func named(kinds []*intake.Kind, name string) *intake.Kind {
	if i := slices.IndexFunc(kinds, func(k *intake.Kind) bool { return k.Name == name }); i >= 0 {
		return kinds[i]
	}
	return nil
}

// judge guesses what was not said.
func (s *sent) judge() error {
	rows := s.rows()
	g := guess.Of(s.kinds, rows, s.name+" "+s.file.Sheets[s.sheet].Name)
	if s.head > 0 {
		i := slices.IndexFunc(rows, func(row sheet.Row) bool { return row.Number == s.head })
		if i < 0 {
			return problem.BadShape("query.invalid", "name", "head")
		}
		g = guess.At(s.kinds, rows, i)
	}
	if s.kind != nil && s.kind != g.Kind {
		g = guess.As(s.kind, rows, g)
	}
	if s.given != nil {
		columns := make([]string, len(g.Columns))
		copy(columns, s.given)
		for i, key := range columns {
			if key != "" && g.Kind.Field(key) == nil {
				return problem.BadShape("query.invalid", "name", "columns").At("/columns/" + strconv.Itoa(i))
			}
		}
		g.Columns = columns
	}
	s.judged = g
	return nil
}

type columnShape struct {
	Title string `json:"title"`
	Field string `json:"field"`
	Sure  bool   `json:"sure"`
}

type fieldShape struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Must  bool   `json:"must"`
}

type kindShape struct {
	Name   string       `json:"name"`
	Label  string       `json:"label"`
	Writes bool         `json:"writes"` // records that exist are written on
	Fields []fieldShape `json:"fields"`
}

type readShape struct {
	Name       string         `json:"name"`
	Format     string         `json:"format"`
	Sheets     []string       `json:"sheets"`
	Sheet      int            `json:"sheet"`
	Head       int            `json:"head"` // row number of its last row
	Kind       string         `json:"kind"`
	Kinds      []kindShape    `json:"kinds"`
	Columns    []columnShape  `json:"columns"`
	Sample     [][]string     `json:"sample"`
	Rows       int            `json:"rows"`
	Passed     []guess.Passed `json:"passed"`
	PassedMore int            `json:"passed_more"`
	Remembered bool           `json:"remembered"`
}

// remembered takes the meanings that were confirmed for the same heads before. What a person chose, or the title of the
// table says, is not gone over: a list of debts does not become one of claims because that one came last.
func (s *sent) remembered(r *route.Request) (was bool, err error) {
	g, kind := s.judged, ""
	switch {
	case s.kind != nil:
		kind = s.kind.Name
	case g.Titled:
		kind = g.Kind.Name
	}
	err = r.View(func(v *kernel.View) error {
		m, found, err := recall(v, signature(g.Titles), kind)
		if err == nil && found && named(s.kinds, m.kind) != nil {
			was = m.apply(g, named(s.kinds, m.kind))
		}
		return err
	})
	return was, err
}

const (
	samples    = 5
	mostPassed = 50
)

func read(r *route.Request) error {
	s, err := receive(r)
	if err != nil {
		return err
	}
	g, out := s.judged, &readShape{Name: s.name, Format: string(s.file.Format), Sheet: s.sheet, Sheets: []string{}, Kinds: []kindShape{}, Columns: []columnShape{},
		Sample: [][]string{}, Passed: []guess.Passed{}}
	if s.given == nil {
		if out.Remembered, err = s.remembered(r); err != nil {
			return err
		}
	}
	for _, one := range s.file.Sheets {
		out.Sheets = append(out.Sheets, one.Name)
	}
	if g.Head >= 0 {
		out.Head = s.rows()[g.Head].Number
	}
	body, passed := guess.Body(s.rows(), g.Head, g.Kind, g.Columns)
	out.Rows, out.Kind = len(body), g.Kind.Name
	out.Passed = append(out.Passed, passed[:min(len(passed), mostPassed)]...)
	out.PassedMore = len(passed) - len(out.Passed)
	for i, title := range g.Titles {
		out.Columns = append(out.Columns, columnShape{title, g.Columns[i], g.Sure[i]})
	}
	for _, row := range body[:min(len(body), samples)] {
		cells := make([]string, len(g.Titles))
		copy(cells, row.Cells)
		out.Sample = append(out.Sample, cells)
	}
	for _, k := range s.kinds {
		one := kindShape{Name: k.Name, Label: k.Label.In(r.Lang), Writes: !k.Only}
		for _, f := range k.Fields {
			one.Fields = append(one.Fields, fieldShape{f.Key, f.Label.In(r.Lang), f.Must})
		}
		out.Kinds = append(out.Kinds, one)
	}
	return r.JSON(http.StatusOK, out)
}
