package books

import (
	"errors"
	"fmt"
	"slices"
)

// The forms of the small standard.
const (
	FormBalanceSheet    = "balance_sheet"    // 会小企01表
	FormIncomeStatement = "income_statement" // 会小企02表
	FormCashFlow        = "cash_flow"        // 会小企03表
)

// TaxMode says where balances on the "wrong" side of 应交税费 are shown.
type TaxMode string

// TaxVAT22 (the default) shows debit balances of the VAT accounts under other current assets and
// 待转销项税额 under other current liabilities, as 财会〔2016〕22号 has it. TaxLaw keeps the whole
// account in 应交税费, negative if in debit, as the 2011 text has it. Total assets differ between
// the modes.
const (
	TaxVAT22 TaxMode = "vat22"
	TaxLaw   TaxMode = "law"
)

// LineKind tells how a line of a form comes about.
type LineKind string

// The line kinds.
const (
	Section LineKind = "section" // heading without number or amounts
	Plain   LineKind = "line"    // from accounts or flows
	Total   LineKind = "total"   // from other lines
)

// Column is a column of a form. Key says what is wanted in it: closing or opening for the balance
// sheet; period, year (to date) or prior (year) for the others.
type Column struct {
	Key string `json:"key"`
	Zh  string `json:"zh"`
	En  string `json:"en"`
}

// Form is a statutory statement: its lines and where their amounts come from.
type Form struct {
	Standard string              `json:"-"`
	ID       string              `json:"id"`
	Number   string              `json:"form"` // printed in the corner: 会小企01表
	Zh       string              `json:"zh"`
	En       string              `json:"en"`
	Measure  string              `json:"measure"` // balance, activity or flow
	Result   int                 `json:"result"`  // the line that all income and expense add up to
	Layouts  map[string][]Column `json:"layouts"` // law; annual and tax where they differ from it
	Fallback map[Kind]int        `json:"fallback"`
	Cash     []string            `json:"cash"`
	Map      map[string][2]int   `json:"map"` // counter-account → line if debited, if credited
	Lines    []FormLine          `json:"lines"`
	Checks   []formCheck         `json:"checks"`
}

// FormLine is one printed row.
type FormLine struct {
	No     int      `json:"no"` // 行次; 0 for a section
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	Kind   LineKind `json:"kind"`
	Indent int      `json:"indent"`
	Part   string   `json:"part"` // balance sheet: asset, liability, equity
	Flow   string   `json:"flow"` // cash flow: in, out, net, opening
	From   []source `json:"from"`
	Sum    []int    `json:"sum"` // line numbers, a negative one is subtracted
}

// source is one term of a plain line.
type source struct {
	Side  string   `json:"side"`  // dr or cr: the side counted as positive
	Of    []string `json:"of"`    // accounts, each with everything below it
	Kinds []Kind   `json:"kinds"` // or all accounts of these kinds
	// Split keeps only what has a positive balance: per "party" (each code of Of by itself),
	// per "account" of Of, or of Of as one "group". "" takes everything, signed.
	Split string  `json:"split"`
	Mode  TaxMode `json:"mode"` // only in this tax mode; "" in both
}

type formCheck struct {
	Line    int   `json:"line"`
	Sum     []int `json:"sum"`
	AtLeast bool  `json:"at_least"`
}

// LoadForm returns a form by id. Errors: ErrStandard; ErrForm when the standard has no such form
// (the general standard has none here).
func LoadForm(standard, id string) (*Form, error) {
	if standard == General {
		return nil, fmt.Errorf("%w: %s/%s", ErrForm, standard, id)
	}
	var file struct {
		Standard string `json:"standard"`
		Forms    []Form `json:"forms"`
	}
	if err := decode("statements", standard, &file); err != nil {
		return nil, err
	}
	for i := range file.Forms {
		if f := &file.Forms[i]; f.ID == id {
			f.Standard = standard
			return f, f.validate()
		}
	}
	return nil, fmt.Errorf("%w: %s/%s", ErrForm, standard, id)
}

// validate makes sure that evaluation cannot meet an unknown line or word.
func (f *Form) validate() error {
	var faults []error
	known := map[int]bool{}
	refer := func(what string, lines []int) {
		for _, n := range lines {
			if !known[max(n, -n)] {
				faults = append(faults, fmt.Errorf("form %s: %s uses line %d before it is known", f.ID, what, n))
			}
		}
	}
	for _, l := range f.Lines {
		what := fmt.Sprintf("line %d", l.No)
		if (l.Kind == Section) != (l.No == 0) || known[l.No] {
			faults = append(faults, fmt.Errorf("form %s: number of %s", f.ID, l.Zh))
		}
		if l.Zh == "" || l.En == "" || (l.Kind == Total) != (len(l.Sum) > 0) {
			faults = append(faults, fmt.Errorf("form %s: %s is incomplete", f.ID, what))
		}
		refer(what, l.Sum)
		known[l.No] = l.No > 0
		for _, s := range l.From {
			if !s.valid() {
				faults = append(faults, fmt.Errorf("form %s: source of %s", f.ID, what))
			}
		}
	}
	for _, n := range f.Fallback {
		refer("fallback", []int{n})
	}
	for _, pair := range f.Map {
		refer("map", pair[:])
	}
	for _, c := range f.Checks {
		refer("check", append([]int{c.Line}, c.Sum...))
	}
	return errors.Join(faults...)
}

func (s source) valid() bool {
	return slices.Contains([]string{"dr", "cr"}, s.Side) &&
		slices.Contains([]string{"", "party", "account", "group"}, s.Split) &&
		slices.Contains([]TaxMode{"", TaxVAT22, TaxLaw}, s.Mode) &&
		(len(s.Of) > 0) != (len(s.Kinds) > 0)
}
