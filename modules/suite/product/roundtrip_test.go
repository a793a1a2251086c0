package product

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/listing"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/sheet"
	"zhanggui/modules/kernel/testkit"
	"zhanggui/modules/kernel/transfer"
	"zhanggui/modules/kernel/transfer/export"
	"zhanggui/modules/kernel/transfer/layout"
)

// TestEveryResource holds what the plan promises of every resource against records of all of them, on both databases.
// The resources come from the registry: a new one is swept with no line here, unless its rules ask for one in samples.
func TestEveryResource(t *testing.T) {
	for name, open := range map[string]func(testing.TB, testkit.Options) *kernel.Company{"sqlite": testkit.SQLite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			s := filled(t, open(t, wholeProduct(t)))
			t.Run("export and import make no difference", func(t *testing.T) { s.exportImport(t, open(t, wholeProduct(t))) })
			t.Run("import of an export changes nothing", s.importAgain)
			s.submits(t)
			t.Run("every record prints", s.prints)
			t.Run("what is in force refuses every change", s.inForce)
		})
	}
}

// exportImport takes everything that can be imported into a company that has only been set up: the files of both must
// then be the same, cell by cell.
func (s *company) exportImport(t *testing.T, fresh *kernel.Company) {
	into := &company{Company: fresh, actor: started(t, fresh)}
	var again []*kernel.Def
	for _, d := range creatable(s.Company) {
		mapping := openRefs(s.Company, d)
		into.take(t, d, s.file(t, d, "zh"), mapping)
		if len(mapping) > 0 {
			again = append(again, d)
		}
	}
	for _, d := range again { // what they point at is there now
		into.take(t, d, s.file(t, d, "zh"), nil)
	}
	for _, d := range creatable(s.Company) {
		for _, lang := range []string{"zh", "en"} {
			same(t, d, cells(t, s.file(t, d, lang)), cells(t, into.file(t, d, lang)))
		}
	}
}

// importAgain brings every file back where it came from, in both languages: the natural key finds the records, no
// version moves and nothing is made.
func (s *company) importAgain(t *testing.T) {
	for _, d := range creatable(s.Company) {
		for _, lang := range []string{"zh", "en"} {
			before := s.versions(t, d)
			file := s.file(t, d, lang, keyed(d)...)
			rep := s.bring(t, transfer.Request{Def: d, Source: bytes.NewReader(file), Size: int64(len(file)), Name: "again.xlsx"})
			if rep.Created+rep.Updated > 0 || rep.Same != rep.Good || rep.Same == 0 {
				t.Errorf("%s: %d created, %d updated, %d the same of %d", d.Name, rep.Created, rep.Updated, rep.Same, rep.Good)
			}
			if now := s.versions(t, d); !slices.Equal(before, now) {
				t.Errorf("%s: versions were %v, are %v", d.Name, before, now)
			}
		}
	}
}

// keyed leaves out drafts without a number: nothing tells them from new ones.
func keyed(d *kernel.Def) []listing.Filter {
	if d.Machine == nil || d.Code == "" {
		return nil
	}
	return []listing.Filter{{Field: d.Code, Op: "empty", Value: "0"}}
}

// openRefs passes over columns whose targets are imported later.
func openRefs(c *kernel.Company, d *kernel.Def) map[string]string {
	order := creatable(c)
	out := map[string]string{}
	for _, col := range layout.Of(c, kernel.SystemActor(), d).Columns {
		if col.Writable() && col.Field.Kind == kernel.KindRef && slices.Index(order, c.Def(col.Field.Ref)) > slices.Index(order, d) {
			out[col.Title.Zh] = ""
		}
	}
	return out
}

// file exports a resource as its list page does.
func (s *company) file(t *testing.T, d *kernel.Def, lang string, filters ...listing.Filter) []byte {
	t.Helper()
	actor := *s.actor
	actor.Lang = lang
	var b bytes.Buffer
	err := s.View(context.Background(), &actor, func(v *kernel.View) error {
		_, err := export.List{Def: s.Def(d.Name), Query: listing.Query{Filters: filters}, Format: sheet.XLSX}.Write(v, &b)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	return b.Bytes()
}

// take imports a file and wants every record of it.
func (s *company) take(t *testing.T, d *kernel.Def, file []byte, mapping map[string]string) {
	t.Helper()
	s.bring(t, transfer.Request{Def: s.Def(d.Name), Source: bytes.NewReader(file), Size: int64(len(file)), Name: d.Name + ".xlsx", Mapping: mapping,
		Then: samples[d.Name].then})
}

func (s *company) bring(t *testing.T, req transfer.Request) *transfer.Report {
	t.Helper()
	rep, err := transfer.Import(context.Background(), s.Company, s.actor, req)
	if err != nil {
		t.Fatalf("%s: %v", req.Def.Name, err)
	}
	for _, p := range rep.Problems {
		t.Errorf("%s, row %d, %s: %s", req.Def.Name, p.Row, p.Title, p.Words(s.Company, "en"))
	}
	return rep
}

func (s *company) versions(t *testing.T, d *kernel.Def) []int64 {
	t.Helper()
	var out []int64
	err := s.View(context.Background(), s.actor, func(v *kernel.View) error {
		return listing.Stream(v, d, listing.Query{Sort: "id"}, func(rec any) error {
			out = append(out, resource.ID(d, rec), resource.VersionOf(d, rec))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// cells reads a file: the head, and below it the rows in an order that does not depend on who came first.
func cells(t *testing.T, file []byte) (out [][]string) {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	titles := 2 // the company, and what it is
	for r, err := range book.Rows("") {
		if err != nil {
			t.Fatal(err)
		}
		if titles--; titles < 0 {
			out = append(out, r.Cells)
		}
	}
	return out
}

// coded tells of a column, by its label, whether it holds the code that the program gives each record anew: such a
// resource is known by other fields when it comes in from a file.
func coded(d *kernel.Def, label string) bool {
	f := d.ByName[d.Code]
	return f != nil && f.ReadOnly && !slices.Contains(d.Key, d.Code) && (label == f.Label.Zh || label == f.Label.En)
}

// same compares two files. The running number of documents only says which rows belong together.
func same(t *testing.T, d *kernel.Def, want, got [][]string) {
	t.Helper()
	if len(want) < 3 {
		t.Errorf("%s: the file has %d rows", d.Name, len(want))
	}
	head := want[0]
	for _, rows := range [][][]string{want, got} {
		if len(d.Lines) > 0 {
			for i, r := range rows[1:] {
				rows[i+1] = r[1:]
			}
		}
		slices.SortFunc(rows[1:], func(a, b []string) int { return strings.Compare(strings.Join(a, "\x00"), strings.Join(b, "\x00")) })
	}
	if len(d.Lines) > 0 {
		head = head[1:]
	}
	if len(want) != len(got) {
		t.Errorf("%s: %d rows went out, %d came back", d.Name, len(want)-1, len(got)-1)
	}
	left := 5 // what differs after that says nothing new
	for i := 1; i < min(len(want), len(got)); i++ {
		for j := range max(len(want[i]), len(got[i])) {
			if a, b := at(want[i], j), at(got[i], j); a != b && left > 0 && !coded(d, at(head, j)) {
				left--
				t.Errorf("%s %s, %s: went out as %q, came back as %q", d.Name, at(want[i], 0), head[j], a, b)
			}
		}
	}
}

func at(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}
