package ledger

import (
	"strings"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/clock"
	"zhanggui/modules/kernel/money"
	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/resource"
)

// Source is the document a voucher is made from.
type Source struct {
	Resource string // its resource: "stock.delivery"
	ID       int64
	Date     clock.Date
	Number   string // left empty, it is read from the record at the seal, when it has its number
	Summary  string // of lines that bring none; left empty, it is "<document> <number> <Who>"
	Who      string // whom it is about, for the summary
	// Part tells several vouchers of one document apart; "" for the only one.
	Part string
	// Opening marks balances brought forward. Dated in the first month of the books they count before it.
	Opening bool
	// Balance is the role of the account that takes what the lines leave open, as one more line; "" for none.
	Balance string
}

// Entry is one line for the voucher of a document. The account is named, or found by its role with the finer keys.
type Entry struct {
	Role         string
	Account      int64 // goes before Role
	Category     int64 // finer keys of the role
	Warehouse    int64
	MoneyAccount int64
	Party        int64 // finer key and dimension
	Person       int64
	Department   int64
	Item         int64
	Qty          money.Qty
	Summary      string
	Debit        money.Amount // red is negative, on the same side
	Credit       money.Amount
}

// planned is the voucher of one source while the unit runs.
type planned struct {
	Source
	entries   []Entry
	withdrawn bool
	closing   bool // profit and loss carried forward: what is posted stays, the rest is replaced
}

type sourceKey struct {
	resource string
	id       int64
	part     string
}

// plans are the vouchers that a unit is about to make, in the order of first mention.
type plans struct {
	order    []*planned
	byKey    map[sourceKey]*planned
	gathered map[sourceKey]Source // documents whose lines go on the voucher of another source
}

type plansKey struct{}

func plansOf(tx *kernel.Tx) *plans {
	return kernel.Local(tx, plansKey{}, func() *plans { return &plans{byKey: map[sourceKey]*planned{}, gathered: map[sourceKey]Source{}} })
}

func (p *plans) of(s Source) *planned {
	key := sourceKey{s.Resource, s.ID, s.Part}
	if p.byKey[key] == nil {
		p.byKey[key] = &planned{Source: s}
		p.order = append(p.order, p.byKey[key])
	}
	return p.byKey[key]
}

// Enabled reports whether the company keeps books.
func Enabled(c *kernel.Company) bool { return c.Setting(SettingBooks) == "true" }

// Add puts lines on the voucher of a document. All lines of one document must be added in the same unit: they replace
// those of an earlier, still unposted voucher, which keeps its number; a posted one is reversed and a new one made.
// The voucher is built when the unit is sealed; there its problems (a role without account, a closed period, two sides
// that differ) abort the unit. Without books nothing happens.
func Add(tx *kernel.Tx, s Source, entries ...Entry) error {
	if !Enabled(tx.Company) {
		return nil
	}
	if s.Resource == "" || s.ID == 0 || !s.Date.Valid() {
		return problem.Rule("ledger.source", "resource", s.Resource, "id", s.ID)
	}
	plans := plansOf(tx)
	if into, ok := plans.gathered[sourceKey{s.Resource, s.ID, s.Part}]; ok {
		s = into
	}
	p := plans.of(s)
	p.Date = s.Date
	p.Opening = p.Opening || s.Opening
	for _, pair := range [][2]*string{{&p.Number, &s.Number}, {&p.Summary, &s.Summary}, {&p.Who, &s.Who}, {&p.Balance, &s.Balance}} {
		if *pair[0] == "" {
			*pair[0] = *pair[1]
		}
	}
	p.entries = append(p.entries, entries...)
	return nil
}

// Withdraw takes back the vouchers of a document: an unposted one is voided and keeps its number, a posted one is
// reversed by a red voucher. Lines added afterwards in the same unit make the voucher anew. Without books nothing happens.
func Withdraw(tx *kernel.Tx, resource string, id int64) error {
	if !Enabled(tx.Company) {
		return nil
	}
	plans := plansOf(tx)
	found := false
	for _, p := range plans.order {
		if p.Resource == resource && p.ID == id {
			p.withdrawn, p.entries, found = true, nil, true
		}
	}
	if !found {
		plans.of(Source{Resource: resource, ID: id}).withdrawn = true
	}
	return nil
}

// build turns what the unit planned into vouchers.
func build(tx *kernel.Tx, plans *plans) error {
	existing, err := liveVouchers(tx, plans)
	if err != nil {
		return err
	}
	ch, err := chartOf(tx.View)
	if err != nil {
		return err
	}
	done := map[sourceKey]bool{}
	for _, p := range plans.order {
		done[sourceKey{p.Resource, p.ID, p.Part}] = true
		lines, err := p.lines(tx, ch)
		if err != nil {
			return err
		}
		old := existing[sourceKey{p.Resource, p.ID, p.Part}]
		if len(lines) == 0 && !p.withdrawn && len(p.entries) == 0 {
			continue
		}
		if err := p.place(tx, old, lines); err != nil {
			return err
		}
	}
	// A withdrawn document takes all its parts back, also those this unit did not name.
	for key, old := range existing {
		if w := plans.byKey[sourceKey{key.resource, key.id, ""}]; w != nil && w.withdrawn && !done[key] {
			if err := takeBack(tx, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeBack voids an unposted voucher and reverses a posted one.
func takeBack(tx *kernel.Tx, v *Voucher) error {
	if v.State != Posted {
		return voidVoucher(tx, v)
	}
	_, err := reverseVoucher(tx, v, "")
	return err
}

// place writes the lines into the source's voucher or a new one.
func (p *planned) place(tx *kernel.Tx, old *Voucher, lines []Line) error {
	if old != nil && old.State == Posted && p.closing {
		old = nil
	}
	if old != nil && old.Kind == KindNormal && old.says(p.Date, lines) {
		return nil
	}
	if old != nil && (len(lines) == 0 || old.State == Posted || old.Period != p.Date.Month()) {
		if err := takeBack(tx, old); err != nil {
			return err
		}
		old = nil
	}
	if len(lines) == 0 {
		return nil
	}
	v := old
	if v == nil {
		v = &Voucher{Word: DefaultWord, Kind: KindNormal, Source: p.Resource, SourceID: p.ID, Part: p.Part}
		if p.Opening && string(p.Date.Month()) <= tx.Company.Setting(SettingFrom) {
			v.Kind = KindOpening
		}
		if p.closing {
			v.Kind = KindClosing
		}
	}
	v.Date, v.State = p.Date, Draft
	v.ReviewedBy, v.ReviewedAt = 0, 0
	v.keep(lines)
	v.fill()
	if list := validateVoucher(v); len(list) > 0 {
		return list
	}
	if tx.Company.Setting(SettingAutoPost) == "true" && !p.closing {
		markPosted(tx, v)
	}
	return vouchers(tx.Company).Save(tx, v)
}

// says reports whether the voucher books these lines on this day already: what a modification does not touch keeps its
// review, and a posted one needs no red voucher.
func (v *Voucher) says(day clock.Date, lines []Line) bool {
	if v.Date != day || len(v.Lines) != len(lines) {
		return false
	}
	for i, l := range lines {
		was := v.Lines[i]
		was.Line, was.Day = l.Line, l.Day
		if was != l {
			return false
		}
	}
	return true
}

// keep replaces the lines; each takes the id of the one at its place, so that only what differs is written.
func (v *Voucher) keep(lines []Line) {
	for i := range lines {
		if i < len(v.Lines) {
			lines[i].Line.ID = v.Lines[i].Line.ID
		}
	}
	v.Lines = lines
}

// lines resolves the accounts and adds up entries that say the same.
func (p *planned) lines(tx *kernel.Tx, ch *chart) ([]Line, error) {
	var out []Line
	index := map[Line]int{}
	summary := ""
	for i := range p.entries {
		e := &p.entries[i]
		if e.Debit == 0 && e.Credit == 0 {
			continue
		}
		a, err := ch.account(e)
		if err != nil {
			return nil, err
		}
		l := Line{Summary: e.Summary, Account: a.ID, Party: e.Party, Person: e.Person, Department: e.Department, Item: e.Item}
		if l.Summary == "" {
			if summary == "" {
				summary = p.summary(tx)
			}
			l.Summary = summary
		}
		l.Quantity = e.Qty
		a.strip(&l)
		key := l
		key.Quantity, key.Debit, key.Credit = 0, side(e.Debit), side(e.Credit)
		at, seen := index[key]
		if !seen {
			at = len(out)
			index[key] = at
			out = append(out, l)
			out[at].Quantity = 0
		}
		if err := out[at].add(e, l.Quantity); err != nil {
			return nil, err
		}
	}
	kept := out[:0]
	for _, l := range out {
		if l.Debit != 0 || l.Credit != 0 {
			kept = append(kept, l)
		}
	}
	return p.even(tx, ch, kept)
}

func side(a money.Amount) money.Amount {
	if a != 0 {
		return 1
	}
	return 0
}

func (l *Line) add(e *Entry, qty money.Qty) error {
	var err error
	if l.Debit, err = money.Add(l.Debit, e.Debit); err != nil {
		return problem.Rule("ledger.amount_range")
	}
	if l.Credit, err = money.Add(l.Credit, e.Credit); err != nil {
		return problem.Rule("ledger.amount_range")
	}
	if l.Quantity, err = money.AddOf(l.Quantity, qty); err != nil {
		return problem.Rule("ledger.amount_range")
	}
	return nil
}

// summary is "<document> <number> <whom>" in the company's language.
func (p *planned) summary(tx *kernel.Tx) string {
	if p.Summary != "" {
		return p.Summary
	}
	number := p.Number
	parts := []string{p.Resource}
	if d := tx.Company.Def(p.Resource); d != nil {
		parts[0] = d.Label.In(language(tx.Company))
		if e := resource.WorkOf(tx).Entry(p.ID); number == "" && e != nil && e.Def.ByName["number"] != nil {
			number = resource.Value(e.Def.ByName["number"], e.Rec).String()
		}
	}
	for _, s := range []string{number, p.Who} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	text := []rune(strings.Join(parts, " "))
	return string(text[:min(len(text), 200)])
}
