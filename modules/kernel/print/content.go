package print

import (
	"fmt"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/print/compose"
	"zhanggui/modules/kernel/print/design"
	"zhanggui/modules/kernel/print/layout"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Fact is something about a record that no field holds, such as what a customer owes with this sheet. Whoever knows it puts
// it among the company's hooks while the company is set up; designs ask for it by its name, as they do for fields.
type Fact struct {
	Resource, Name string
	Label          kernel.Text
	Kind           kernel.Kind
	// Right is the field right that is needed to see it, "" for none.
	Right string
	// Text gives it as people read it, "" where there is nothing to tell.
	Text func(v *kernel.View, rec any) (string, error)
}

// Store is where designs, pictures and counts of prints are kept.
type Store struct {
	// Design gives the firm's own design of a paper for a resource, nil for the shipped one.
	Design func(v *kernel.View, resource, paper string) (*design.Design, error)
	// Picture gives the PNG of "logo" or "pay", nil for none.
	Picture func(v *kernel.View, name string) ([]byte, error)
	// Usual gives the paper that the firm usually takes for a resource, "" where it never said.
	Usual func(v *kernel.View, resource string) (string, error)
	// Times tells how often a record was printed.
	Times func(v *kernel.View, resource string, id int64) (int, error)
}

// Kept is the port to what is kept. By default everything is as shipped and nothing was ever printed.
var Kept = kernel.NewPort("print.kept", Store{
	Design:  func(*kernel.View, string, string) (*design.Design, error) { return nil, nil },
	Picture: func(*kernel.View, string) ([]byte, error) { return nil, nil },
	Usual:   func(*kernel.View, string) (string, error) { return "", nil },
	Times:   func(*kernel.View, string, int64) (int, error) { return 0, nil },
})

// DesignOf gives the design with which sheets of a resource are printed on a paper: the firm's own, else the shipped one. A
// paper that does not exist is the problem "print.unknown".
func DesignOf(v *kernel.View, d *kernel.Def, paper string) (*design.Design, error) {
	if design.PaperOf(paper) == nil {
		return nil, problem.New(problem.NotFound, "print.unknown", "form", resource.Clip(paper))
	}
	own, err := Kept.Of(v.Company).Design(v, d.Name, paper)
	if err != nil || own != nil {
		return own, err
	}
	return design.Shipped(paper, d.LineOf("lines") == nil), nil
}

// Compose puts a record on the paper that p.Form names: every mark at its place, in the view's language, with what the
// actor may see. The caller has made sure that he may see the record.
func Compose(v *kernel.View, p Paper) (*layout.Doc, error) {
	d := p.Design
	if d == nil {
		var err error
		if d, err = DesignOf(v, p.Def, p.Form); err != nil {
			return nil, err
		}
	}
	labels, err := resource.CollectLabels(v, p.Def, []any{p.Rec}, true)
	if err != nil {
		return nil, err
	}
	s := &Sheet{v: v, def: p.Def, rec: p.Rec, labels: labels, refs: map[string]any{}, plain: p.Plain}
	content, err := s.content(d)
	if err != nil {
		return nil, err
	}
	pages, err := compose.Compose(d, content)
	if err != nil {
		return nil, err
	}
	return &layout.Doc{Title: strings.TrimSpace(s.Title() + " " + s.Name()), Paper: design.PaperOf(d.Paper).Size, Shift: layout.Point{X: d.Shift.X, Y: d.Shift.Y}, Pages: pages}, nil
}

// Run puts several records of a kind on the same paper, in one go.
func Run(v *kernel.View, p Paper, recs []any) (*layout.Doc, error) {
	var out *layout.Doc
	for _, rec := range recs {
		p.Rec = rec
		one, err := Compose(v, p)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = one
			continue
		}
		out.Title, out.Pages = p.Def.Label.In(v.Lang), append(out.Pages, one.Pages...)
	}
	return out, nil
}

func (s *Sheet) content(d *design.Design) (*compose.Sheet, error) {
	out := &compose.Sheet{Firm: s.Company("name"), Title: d.Title, Mark: s.Mark(), Words: compose.Words{Number: s.T("序", "No."),
		Subtotal: s.T("小计", "Sub"), Total: s.T("合计", "Sum"), Page: s.T("第", "Page"), Of: s.T("页", "")}}
	if out.Title == "" {
		out.Title = s.Title()
	}
	if s.plain {
		out.Title += s.T("（仓库联）", " (warehouse copy)")
	}
	var err error
	if out.Head, err = s.printed(d.Head); err == nil {
		out.Foot, err = s.printed(d.Foot)
	}
	if err == nil {
		err = s.tabulate(d, out)
	}
	kept := Kept.Of(s.v.Company)
	if err == nil && d.Logo {
		out.Logo, err = kept.Picture(s.v, "logo")
	}
	if err == nil && d.Pay && !s.plain {
		out.PayText = d.PayText
		out.Pay, err = kept.Picture(s.v, "pay")
	}
	return out, err
}

// idle tells a value that would say nothing on this sheet.
func (s *Sheet) idle(f *kernel.Field) bool {
	if other := s.field(design.Repeats[f.Name]); other != nil {
		return resource.Value(f, s.rec).Equal(resource.Value(other, s.rec))
	}
	return f.Kind == kernel.KindEnum && resource.Value(f, s.rec).String() == design.Idle[f.Name]
}

// printed gives those of the fields of a design that the sheet has.
func (s *Sheet) printed(all []design.Field) ([]compose.Field, error) {
	var out []compose.Field
	for _, f := range all {
		if !f.On {
			continue
		}
		found, err := s.named(f)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			if p.Value == "" && !f.Always {
				continue
			}
			label := p.Label
			if f.Label != "" {
				label = f.Label
			}
			if label != "" {
				label += s.Colon()
			}
			out = append(out, compose.Field{Label: label, Value: p.Value, Span: f.Span, Size: f.Size, Bold: f.Bold})
		}
	}
	return out, nil
}

// named gives what stands under a name: a field of the record, what the program knows of every record, or a fact.
func (s *Sheet) named(f design.Field) ([]Pair, error) {
	if f.Name == design.Words {
		return []Pair{{"", f.Text, true}}, nil
	}
	if known, ok := virtual[f.Name]; ok {
		return known(s)
	}
	if field := s.field(f.Name); field != nil {
		p := s.pair(field)
		if (resource.Value(field, s.rec).IsZero() || s.idle(field)) && !f.Always {
			p.Value = ""
		}
		return []Pair{p}, nil
	}
	for _, hook := range s.v.Company.Hooks {
		k, ok := hook.(*Fact)
		if !ok || k.Resource != s.def.Name || k.Name != f.Name {
			continue
		}
		if !s.v.Actor.Sees(k.Right) || s.plain && priced(k.Kind) {
			return nil, nil
		}
		text, err := k.Text(s.v, s.rec)
		return []Pair{{k.Label.In(s.v.Lang), text, false}}, err
	}
	return nil, nil
}

// priced tells the kinds that a copy without prices leaves out.
func priced(k kernel.Kind) bool {
	return k == kernel.KindAmount || k == kernel.KindPrice || k == kernel.KindRate
}

// virtual is what every sheet has beside its fields.
var virtual = map[string]func(s *Sheet) ([]Pair, error){
	design.Party: func(s *Sheet) ([]Pair, error) {
		if party := s.First("customer", "party", "supplier"); party != "" {
			return []Pair{{s.Label(party), s.Text(party), false}}, nil
		}
		return nil, nil
	},
	design.PartyAddress: of(design.PartyAddress, "address", ""),
	design.PartyContact: of(design.PartyContact, "contact", "contact"),
	design.PartyPhone:   of(design.PartyPhone, "phone", "phone"),
	design.Added:        func(s *Sheet) ([]Pair, error) { return s.Added(), nil },
	design.Charges:      (*Sheet).charges,
	design.Upper: func(s *Sheet) ([]Pair, error) {
		return []Pair{{s.word(design.Upper), s.Upper(s.First("gross", "amount", "total")), false}}, nil
	},
	design.Trail: func(s *Sheet) ([]Pair, error) {
		rows, err := s.Trail()
		var lines []string
		for _, row := range rows {
			lines = append(lines, strings.Join(strings.Fields(strings.Join(row, " ")), " "))
		}
		return []Pair{{s.word(design.Trail), strings.Join(lines, s.T("；", "; ")), true}}, err
	},
	design.SignMaker:    signed(design.SignMaker, "created_by"),
	design.SignChecker:  signed(design.SignChecker),
	design.SignHandler:  signed(design.SignHandler, "handler", "owner"),
	design.SignReceiver: signed(design.SignReceiver),
	design.FirmAddress:  firm(design.FirmAddress, "address"),
	design.FirmPhone:    firm(design.FirmPhone, "phone"),
	design.PrintCount: func(s *Sheet) ([]Pair, error) {
		n, err := Kept.Of(s.v.Company).Times(s.v, s.def.Name, resource.ID(s.def, s.rec))
		return []Pair{{s.word(design.PrintCount), fmt.Sprint(n + 1), false}}, err
	},
}

// word is the label of what every sheet has.
func (s *Sheet) word(name string) string { return design.Label(name, s.v.Lang) }

// of is a field of the party, or the sheet's own where it has one.
func of(name, field, own string) func(s *Sheet) ([]Pair, error) {
	return func(s *Sheet) ([]Pair, error) {
		party := s.First("customer", "party", "supplier")
		if party == "" {
			return nil, nil
		}
		if own != "" && s.Has("contact") {
			return []Pair{{s.word(name), s.Text(own), false}}, nil
		}
		text, err := s.Ref(party, field)
		return []Pair{{s.word(name), text, false}}, err
	}
}

func signed(sign string, names ...string) func(s *Sheet) ([]Pair, error) {
	return func(s *Sheet) ([]Pair, error) {
		p := Pair{Label: s.word(sign)}
		for _, name := range names {
			if p.Value == "" {
				p.Value = s.Text(name)
			}
		}
		return []Pair{p}, nil
	}
}

func firm(name, key string) func(s *Sheet) ([]Pair, error) {
	return func(s *Sheet) ([]Pair, error) {
		return []Pair{{s.word(name), s.Company(key), false}}, nil
	}
}

// charges are the amounts beside the goods, in one line.
func (s *Sheet) charges() ([]Pair, error) {
	l := s.def.LineOf("charges")
	if l == nil || s.plain {
		return nil, nil
	}
	name, amount := l.ByName["name"], l.ByName["amount"]
	if name == nil || amount == nil || !s.v.Actor.Sees(amount.Right) {
		return nil, nil
	}
	list := resource.Lines(l, s.rec)
	var out []string
	for i := range list.Len() {
		line := list.Index(i)
		out = append(out, s.format(name, line.FieldByIndex(name.Index))+" "+s.format(amount, line.FieldByIndex(amount.Index)))
	}
	return []Pair{{l.Label.In(s.v.Lang), strings.Join(out, s.T("；", "; ")), false}}, nil
}

// tabulate fills the table with the columns of the design that the sheet has.
func (s *Sheet) tabulate(d *design.Design, out *compose.Sheet) error {
	l := s.def.LineOf("lines")
	if l == nil {
		return nil
	}
	list := resource.Lines(l, s.rec)
	out.Rows = list.Len()
	for _, one := range d.Columns {
		if !one.On {
			continue
		}
		col := compose.Column{Width: one.Width, Shrink: one.Shrink, Own: one.Own}
		f := l.ByName[one.Name]
		switch {
		case f == nil:
			var err error
			if col.Label, col.Texts, err = s.told(l, one.Name); err != nil {
				return err
			}
			if col.Center = true; col.Texts == nil {
				continue
			}
		case !s.v.Actor.Sees(f.Right) || s.plain && priced(f.Kind) || !one.Always && empty(f, list):
			continue
		default:
			col.Label, col.Number = f.Label.In(s.v.Lang), class(f) == "number"
			for i := range list.Len() {
				col.Texts = append(col.Texts, s.format(f, list.Index(i).FieldByIndex(f.Index)))
			}
			if summed(f) {
				col.Sum = func(from, to int) (string, error) { return s.sum(f, list, span{from, to}) }
			}
		}
		if one.Label != "" {
			col.Label = one.Label
		}
		out.Columns = append(out.Columns, col)
	}
	return nil
}
