package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/pipeline"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/sales"
	"zhanggui/modules/share"
	"zhanggui/modules/stock"
)

// paperwork is a kind of sheet that is sent: a quotation, a delivery note.
type paperwork struct {
	kind, resource, party string
	reply                 string
	head                  []string // fields beneath the title, where they are filled
	words                 []string // long texts beneath the lines
	until                 string   // the field with the last day on which it is in force
}

var paperworks = []paperwork{
	{kind: share.Quotation, resource: sales.Quotations.Name, party: "customer", reply: share.Accepted,
		head: []string{"number", "date", "valid_until", "edition", "promised", "payment_term", "tax_mode"}, words: []string{"terms"}, until: "valid_until"},
	{kind: share.Delivery, resource: stock.Deliveries.Name, party: "party", reply: share.Confirmed,
		head: []string{"number", "date", "payment_term", "tax_mode"}},
}

// usual are facts that go without saying.
var usual = map[string]bool{"tax_mode=none": true, "edition=1": true}

// lineColumns are those of a sheet that is sent, as far as its lines have them; optional ones where a line fills them. A note is
// part of what was sent, and is not shown: notes are the firm's own, and hold what was said when a sheet was dictated.
var lineColumns = []struct {
	name     string
	optional bool
}{
	{"item", false}, {"spec", true}, {"description", true}, {"qty", false}, {"unit", false}, {"qty2", true}, {"unit2", true}, {"price", false},
	{"discount", true}, {"free", true}, {"amount", false}, {"tax", true}, {"note", true},
}

func (p paperwork) source() *share.Source {
	return &share.Source{Kind: p.kind, Reply: p.reply, Params: []string{"id"}, Find: p.find, Make: p.make, Stands: p.stands}
}

// load gives a sheet to somebody who may print it, which is what sending it is.
func (p paperwork) load(v *kernel.View, params map[string]string) (*kernel.Def, any, error) {
	d := v.Company.Def(p.resource)
	if err := pipeline.Permitted(v.Actor, d, "print"); err != nil {
		return nil, nil, err
	}
	id, ok := resource.ParseID(params["id"])
	if !ok {
		return nil, nil, problem.Missing(d.Name, 0)
	}
	rec, err := resource.LoadVisible(v, d, id)
	return d, rec, err
}

func (p paperwork) find(v *kernel.View, params map[string]string) (share.Content, error) {
	d, rec, err := p.load(v, params)
	if err != nil {
		return share.Content{}, err
	}
	info, valid := p.inForce(d, rec)
	if !valid {
		return share.Content{}, problem.Rule("share.not_live", "state", info.Label)
	}
	until := p.last(d, rec)
	if until != "" && until.Before(v.Today) {
		return share.Content{}, problem.Rule("share.late", "date", until)
	}
	return share.Content{Until: until, Party: resource.Value(d.ByName[p.party], rec).Int(), Target: d.Name, TargetID: resource.ID(d, rec),
		Title: d.Label.In(v.Lang) + " " + resource.Title(d, rec), Amount: money.Amount(resource.Value(d.ByName["gross"], rec).Int())}, nil
}

// inForce tells whether a sheet is in a state in which it is sent and answered: it went out, and nothing took it back. A
// delivery that waits for the storekeeper is not: other goods may leave than it says.
func (p paperwork) inForce(d *kernel.Def, rec any) (kernel.StateInfo, bool) {
	info := d.States[state.State(resource.Value(d.ByName["state"], rec).String())]
	return info, info.Tone == "live" || info.Tone == "closed"
}

// last is the last day on which a sheet is in force, "" where it has none.
func (p paperwork) last(d *kernel.Def, rec any) clock.Date {
	if p.until == "" {
		return ""
	}
	return clock.Date(resource.Value(d.ByName[p.until], rec).String())
}

// stands tells whether a sheet that was sent is still in force and says what it said then.
func (p paperwork) stands(v *kernel.View, l *share.Link, mark string) (bool, error) {
	d := v.Company.Def(p.resource)
	found, err := resource.LoadMany(v, d, []int64{l.TargetID}, false)
	rec := found[l.TargetID]
	if err != nil || rec == nil { // taken back to a draft and deleted
		return false, err
	}
	_, valid := p.inForce(d, rec)
	until := p.last(d, rec)
	return valid && (until == "" || !until.Before(v.Today)) && (mark == "" || mark == p.mark(d, rec)), nil
}

// marked are the fields by which a sheet that was sent is known again, beside those of its lines.
var marked = []string{"number", "date", "valid_until", "edition", "promised", "payment_term", "tax_mode", "terms", "discount", "rounding", "tax", "gross"}

// mark is a digest of what a sheet agrees on, as it is stored: whom it is for, its goods, its sums. What is written on it while
// it stands (a waybill, what was paid) is no part of it, nor are the names of things.
func (p paperwork) mark(d *kernel.Def, rec any) string {
	sum := sha256.New()
	put := func(field *kernel.Field, value reflect.Value) {
		fmt.Fprintf(sum, "%s=%q\n", field.Name, fmt.Sprint(value.Interface()))
	}
	for _, n := range append([]string{p.party}, marked...) {
		if field := d.ByName[n]; field != nil {
			put(field, resource.Value(field, rec))
		}
	}
	sets := map[string][]string{"charges": {"name", "gross"}}
	for _, c := range lineColumns {
		sets["lines"] = append(sets["lines"], c.name)
	}
	for _, set := range []string{"lines", "charges"} {
		l := d.LineOf(set)
		if l == nil {
			continue
		}
		list := resource.Lines(l, rec)
		for _, n := range sets[set] {
			for i := range list.Len() {
				if field := l.ByName[n]; field != nil {
					put(field, list.Index(i).FieldByIndex(field.Index))
				}
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func (p paperwork) make(v *kernel.View, params map[string]string) (*share.Page, error) {
	d, rec, err := p.load(v, params)
	if err != nil {
		return nil, err
	}
	labels, err := resource.CollectLabels(v, d, []any{rec}, true)
	if err != nil {
		return nil, err
	}
	f := &filler{v: v, labels: labels}
	page := newPage(v, d.Label.In(v.Lang))
	page.Mark = p.mark(d, rec)
	party := d.ByName[p.party]
	page.Facts = append(page.Facts, share.Pair{Label: party.Label.In(v.Lang), Text: f.say(party, resource.Value(party, rec))})
	for _, n := range p.head {
		if field := d.ByName[n]; field != nil && !usual[n+"="+fmt.Sprint(resource.Value(field, rec).Interface())] {
			page.Facts = append(page.Facts, f.pairs(d, rec, n)...)
		}
	}
	lines := d.LineOf("lines")
	if err := f.table(page, lines, resource.Lines(lines, rec)); err != nil {
		return nil, err
	}
	if charges := d.LineOf("charges"); charges != nil && v.Actor.Sees(charges.ByName["gross"].Right) {
		list := resource.Lines(charges, rec)
		for i := range list.Len() {
			c := list.Index(i)
			page.Sums = append(page.Sums, share.Pair{Label: c.FieldByIndex(charges.ByName["name"].Index).String(), Text: f.say(charges.ByName["gross"], c.FieldByIndex(charges.ByName["gross"].Index))})
		}
	}
	page.Sums = append(page.Sums, f.pairs(d, rec, "discount", "rounding", "tax", "gross")...)
	if v.Actor.Sees(d.ByName["gross"].Right) {
		page.Sums = append(page.Sums, inWords(v, money.Amount(resource.Value(d.ByName["gross"], rec).Int()))...)
	}
	for _, pair := range f.pairs(d, rec, p.words...) {
		page.Notes = append(page.Notes, pair.Label+kernel.T("：", ": ").In(v.Lang)+pair.Text)
	}
	return page, nil
}

// filler says the fields of a record as people read them.
type filler struct {
	v      *kernel.View
	labels resource.LabelSet
}

func (f *filler) say(field *kernel.Field, value reflect.Value) string {
	switch field.Kind {
	case kernel.KindRef:
		return f.labels[field.Ref][value.Int()]
	case kernel.KindAmount:
		return money.Format(money.Amount(value.Int()))
	case kernel.KindPrice:
		return money.FormatPrice(money.Price(value.Int()))
	case kernel.KindQty:
		return money.FormatQty(money.Qty(value.Int()))
	case kernel.KindBool:
		if value.Bool() {
			return field.Label.In(f.v.Lang)
		}
		return ""
	case kernel.KindEnum:
		for _, o := range field.Options {
			if o.Value == value.String() {
				return o.Label.In(f.v.Lang)
			}
		}
	}
	return resource.Text(field, value)
}

// pairs gives those of the fields that are filled and may be seen.
func (f *filler) pairs(d *kernel.Def, rec any, names ...string) (out []share.Pair) {
	for _, n := range names {
		if field := d.ByName[n]; field != nil && f.v.Actor.Sees(field.Right) && !resource.Value(field, rec).IsZero() {
			out = append(out, share.Pair{Label: field.Label.In(f.v.Lang), Text: f.say(field, resource.Value(field, rec))})
		}
	}
	return out
}

// table fills the lines of a page.
func (f *filler) table(page *share.Page, l *kernel.LineDef, list reflect.Value) error {
	page.Rows = make([]share.Row, list.Len())
	for i := range page.Rows {
		page.Rows[i] = share.Row{Kind: "entry"}
	}
	for _, c := range lineColumns {
		field := l.ByName[c.name]
		if field == nil || c.name == "note" || !f.v.Actor.Sees(field.Right) {
			continue
		}
		texts, filled := make([]string, list.Len()), !c.optional
		for i := range texts {
			value := list.Index(i).FieldByIndex(field.Index)
			filled = filled || !value.IsZero()
			if !value.IsZero() || !c.optional {
				texts[i] = strings.TrimSpace(f.say(field, value))
			}
		}
		if !filled {
			continue
		}
		number := field.Kind != kernel.KindRef && field.Kind != kernel.KindText && field.Kind != kernel.KindBool
		page.Columns = append(page.Columns, share.Column{Label: field.Label.In(f.v.Lang), Number: number})
		for i := range texts {
			page.Rows[i].Cells = append(page.Rows[i].Cells, texts[i])
		}
	}
	return nil
}
