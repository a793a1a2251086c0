package product

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/auth"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/share"
	"zhanggui/rbac"
)

// row is what a sample sets itself, by field; everything else is made up from the declaration. A reference is given by
// the natural key of its target, lines as []row. The value absent leaves a field to its default.
type row map[string]any

type missing struct{}

var absent = missing{}

// sample says how the records of a resource are made for the sweeps. Without an entry in the table of samples a
// resource gets two records, one with every field and one with as few as possible.
type sample struct {
	rows []row
	then string // an action on every record: what others refer to must be in force
}

// company is a company with sample records of every resource that a person can create.
type company struct {
	*kernel.Company
	actor      *kernel.Actor
	made       map[string][]int64 // ids by resource, in the order of their making
	afterwards []later
}

// later is a reference to something that is made later.
type later struct {
	def   *kernel.Def
	id    int64
	field *kernel.Field
}

// started sets a company up as the first page does, and gives its administrator.
func started(t *testing.T, c *kernel.Company) *kernel.Actor {
	t.Helper()
	err := auth.Setup.Of(c)(context.Background(), c, auth.SetupInput{Company: "宏发商贸", Profile: "full", Books: true, Standard: "small", VAT: "general",
		From: "2026-01", Name: "王掌柜", Login: "boss", Password: "a long pass phrase"})
	if err != nil {
		t.Fatal(err)
	}
	a := &kernel.Actor{Lang: "zh", Name: "王掌柜", Roles: []string{rbac.Administrator}, Perms: shippedRights(t).For([]string{rbac.Administrator})}
	err = c.View(context.Background(), kernel.SystemActor(), func(v *kernel.View) error {
		_, err := v.Scan([]any{&a.UserID, &a.PersonID}, "SELECT id, person FROM base_user WHERE login = 'boss'")
		return err
	})
	if err != nil || a.UserID == 0 {
		t.Fatal("no administrator", err)
	}
	return a
}

// creatable gives the resources that a person makes records of, each after those it must refer to; money that settles
// debts after the sheets that make them.
func creatable(c *kernel.Company) []*kernel.Def {
	rest := slices.DeleteFunc(slices.Clone(c.Defs), func(d *kernel.Def) bool { return d.Internal || d.NoCreate })
	waits := func(d *kernel.Def) bool {
		if (d.Name == "settlement.receipt" || d.Name == "settlement.payment") && slices.ContainsFunc(rest, func(x *kernel.Def) bool { return strings.HasPrefix(x.Name, "stock.") }) {
			return true
		}
		fields := slices.Clone(d.Fields)
		for _, l := range d.Lines {
			fields = append(fields, l.Fields...)
		}
		return slices.ContainsFunc(fields, func(f *kernel.Field) bool {
			return f.Required && f.Kind == kernel.KindRef && slices.ContainsFunc(rest, func(x *kernel.Def) bool { return x.Name == f.Ref && x != d })
		})
	}
	var out []*kernel.Def
	for len(rest) > 0 {
		next := max(0, slices.IndexFunc(rest, func(d *kernel.Def) bool { return !waits(d) }))
		out, rest = append(out, rest[next]), slices.Delete(rest, next, next+1)
	}
	return out
}

// filled makes the sample records of a company.
func filled(t *testing.T, c *kernel.Company) *company {
	t.Helper()
	s := &company{Company: c, actor: started(t, c), made: map[string][]int64{}}
	s.fill(t, func(cmd pipeline.Command, _ int) (any, error) {
		out, err := pipeline.Do(context.Background(), c, s.actor, cmd)
		if err != nil {
			return nil, err
		}
		return out.Rec, nil
	})
	for _, u := range s.afterwards {
		in := &resource.Object{}
		in.Put(u.field.Name, json.Number(strconv.FormatInt(s.made[u.field.Ref][0], 10)))
		s.do(t, pipeline.Command{Def: u.def, Act: "update", ID: u.id, Input: in})
	}
	return s
}

// fill makes the sample records one by one; enter writes the nth of a resource.
func (s *company) fill(t *testing.T, enter func(cmd pipeline.Command, n int) (any, error)) {
	for _, d := range creatable(s.Company) {
		x, known := samples[d.Name]
		if !known || len(x.rows) == 0 {
			x.rows = []row{{}, {}}
		}
		for n, r := range x.rows {
			cmd := pipeline.Command{Def: d, Act: "create", Then: x.then, Import: true}
			var open []*kernel.Field
			cmd.Input, open = s.head(t, d, r, n)
			rec, err := enter(cmd, n)
			if err != nil {
				text, _ := json.Marshal(cmd.Input)
				t.Fatalf("no sample of %s: %v\n%s\n(give the fields that have rules a value in samples)", d.Name, err, text)
			}
			id := resource.ID(d, rec)
			s.made[d.Name] = append(s.made[d.Name], id)
			for _, f := range open {
				s.afterwards = append(s.afterwards, later{d, id, f})
			}
		}
	}
	s.sends(t)
}

// sends makes a link as the page of a statement does: no form makes one.
func (s *company) sends(t *testing.T) {
	t.Helper()
	parties := s.made["base.party"]
	err := pipeline.Unit(context.Background(), s.Company, s.actor, "send", func(tx *kernel.Tx) error {
		l := &share.Link{Title: "对账单 2026-11", Kind: share.Statement, Party: parties[len(parties)-1], Target: "receivable", FromDate: "2026-11-01", ToDate: "2026-11-21",
			Amount: 123456, State: share.Open, ExpiresAt: tx.Now + 1, Code: "own", Fingerprint: "ab", Reply: share.None}
		return pipeline.Create(tx, share.Links, l)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// submits leaves something waiting for the accountant's agreement.
func (s *company) submits(t *testing.T) {
	s.do(t, pipeline.Command{Def: s.Def("approval.flow"), Act: "switch_on", ID: s.made["approval.flow"][1]})
	s.do(t, pipeline.Command{Def: s.Def("base.item"), Act: "delete", ID: s.made["base.item"][0]})
}

func (s *company) do(t *testing.T, cmd pipeline.Command) any {
	t.Helper()
	out, err := pipeline.Do(context.Background(), s.Company, s.actor, cmd)
	if err != nil {
		t.Fatalf("%s %s: %v", cmd.Def.Name, cmd.Act, err)
	}
	return out.Rec
}

// writable reports whether a person or a spreadsheet can give the field.
func writable(f *kernel.Field) bool {
	return !f.ReadOnly && !f.NoStore && !f.Hidden && f.Kind != kernel.KindJSON
}

// head makes the input of the nth record; even ones have every field. later are the references whose targets come later.
func (s *company) head(t *testing.T, d *kernel.Def, r row, n int) (in *resource.Object, later []*kernel.Field) {
	in = &resource.Object{}
	for _, f := range d.Fields {
		key := f.Name == d.Code && f.Kind == kernel.KindText
		given, set := r[f.Name]
		switch {
		case set:
			s.put(t, in, f, given)
		case !writable(f) || !(key || f.Required || n%2 == 0):
		case f.Kind == kernel.KindRef && len(s.made[f.Ref]) == 0:
			if f.Required {
				t.Fatalf("%s.%s refers to %s, of which there is none yet", d.Name, f.Name, f.Ref)
			}
			if f.Ref != d.Name && slices.ContainsFunc(creatable(s.Company), func(d *kernel.Def) bool { return d.Name == f.Ref }) {
				later = append(later, f)
			}
		case key && d.Machine != nil:
			in.Put(f.Name, fmt.Sprintf("%s-%03d", d.Name, n+7))
		case key || f.Unique:
			in.Put(f.Name, fmt.Sprintf("%03d", n+7)) // looks like a number and is none
		default:
			in.Put(f.Name, s.value(f, n))
		}
	}
	for _, l := range d.Lines {
		if given, set := r[l.Name]; !set {
			count := 3 - 2*(n%2)
			if n%2 == 1 {
				count = l.Min
			}
			in.Put(l.Name, s.lines(t, l, make([]row, count)))
		} else if rows, ok := given.([]row); ok {
			in.Put(l.Name, s.lines(t, l, rows))
		}
	}
	return in, later
}

func (s *company) lines(t *testing.T, l *kernel.LineDef, rows []row) []any {
	out := []any{}
	for n, r := range rows {
		in := &resource.Object{}
		for _, f := range l.Fields {
			given, set := r[f.Name]
			switch {
			case set:
				s.put(t, in, f, given)
			case !writable(f) || !f.Required && n%2 == 1 || f.Kind == kernel.KindRef && len(s.made[f.Ref]) == 0:
			default:
				in.Put(f.Name, s.value(f, n))
			}
		}
		out = append(out, in)
	}
	return out
}

// put gives a field the value that a sample says.
func (s *company) put(t *testing.T, in *resource.Object, f *kernel.Field, given any) {
	text, isText := given.(string)
	switch {
	case given == absent:
	case f.Kind == kernel.KindRef && isText && text != "":
		in.Put(f.Name, json.Number(strconv.FormatInt(s.find(t, f.Ref, text), 10)))
	case f.Kind == kernel.KindInt && isText:
		in.Put(f.Name, json.Number(text))
	default:
		in.Put(f.Name, given)
	}
}

func (s *company) find(t *testing.T, name, code string) int64 {
	t.Helper()
	var id int64
	err := s.View(context.Background(), s.actor, func(v *kernel.View) error {
		ids, err := resource.ByCode(v, s.Def(name), []string{code})
		id = ids[code]
		return err
	})
	if err != nil || id == 0 {
		t.Fatalf("no %s %s: %v", name, code, err)
	}
	return id
}

// hostile are texts that spreadsheets like to change, and signs that pages must escape.
var hostile = []string{`=1+2 甲"乙",丙`, "0012", `<b>'丁'&amp;</b>;戊`}

// value makes up a value of a field; another one for every n as far as the kind has others.
func (s *company) value(f *kernel.Field, n int) any {
	switch f.Kind {
	case kernel.KindText, kernel.KindLongText:
		text := hostile[n%len(hostile)] + " " + f.Label.Zh
		if f.Kind == kernel.KindLongText {
			text += "\n第二行\t=SUM(A1)"
		}
		if list := []rune(text); f.Max > 0 && len(list) > f.Max {
			text = strings.TrimSpace(string(list[:f.Max]))
		}
		return text
	case kernel.KindInt:
		return json.Number(strconv.Itoa(n + 2))
	case kernel.KindAmount:
		return fmt.Sprintf("10%d.3%d", n, n)
	case kernel.KindPrice:
		return fmt.Sprintf("9.87654%d", n)
	case kernel.KindQty:
		return strconv.Itoa(n + 4)
	case kernel.KindRate:
		return "0.0525"
	case kernel.KindDate:
		return fmt.Sprintf("2026-11-%02d", n+1)
	case kernel.KindMonth:
		return "2026-11"
	case kernel.KindInstant:
		return "2026-11-03T01:02:03Z"
	case kernel.KindBool:
		return n%2 == 0
	case kernel.KindEnum:
		return f.Options[n%len(f.Options)].Value
	case kernel.KindRef:
		ids := s.made[f.Ref]
		return json.Number(strconv.FormatInt(ids[n%len(ids)], 10))
	}
	return nil
}
