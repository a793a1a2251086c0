package books

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	booksdata "zhanggui/assets/books"
)

// The accounting standards and the kinds of VAT taxpayer that have data here.
const (
	Small   = "small"   // 小企业会计准则; as a VAT kind: 小规模纳税人
	General = "general" // 企业会计准则; as a VAT kind: 一般纳税人
)

// Kind is the class of an account.
type Kind string

// The classes. 损益 is split by direction into Income and Expense. Common (共同类, general standard
// only) holds accounts whose balance may stand on either side.
const (
	Asset     Kind = "asset"
	Liability Kind = "liability"
	Equity    Kind = "equity"
	Cost      Kind = "cost"
	Income    Kind = "income"
	Expense   Kind = "expense"
	Common    Kind = "common"
)

// Direction is the side on which an account normally has its balance.
type Direction string

// The two sides.
const (
	Debit  Direction = "debit"
	Credit Direction = "credit"
)

var (
	kinds = []Kind{Asset, Liability, Equity, Cost, Income, Expense, Common}
	// dimensions are the auxiliary dimensions an account may name.
	dimensions  = []string{"customer", "supplier", "party", "person", "department", "item", "project"}
	codeLengths = []int{4, 6, 8, 10}
)

// Errors of this package that callers may want to tell apart.
var (
	ErrStandard = errors.New("books: unknown accounting standard")
	ErrVAT      = errors.New("books: unknown kind of VAT taxpayer")
	ErrForm     = errors.New("books: no such statement form")
	ErrAccount  = errors.New("books: account not in the chart")
)

// Account is one account of a chart.
type Account struct {
	Code      string    `json:"code"`
	Zh        string    `json:"zh"`
	En        string    `json:"en"`
	Former    string    `json:"former,omitempty"` // earlier Chinese name, still met in imported books
	Kind      Kind      `json:"kind"`
	Direction Direction `json:"direction"`
	Parent    string    `json:"parent,omitempty"` // "" on level 1
	// Aux names the dimensions by which the account is analysed: customer, supplier, party, person,
	// department, item, project. "party" and "person" together mean one of the two.
	Aux      []string `json:"aux,omitempty"`
	Quantity bool     `json:"quantity,omitempty"` // lines carry a quantity too
	Cash     bool     `json:"cash,omitempty"`     // counts as cash in the cash flow statement
	Special  bool     `json:"special,omitempty"`  // only banks, insurers and the like need it
	VAT      string   `json:"vat,omitempty"`      // "general": only for general VAT taxpayers
	Level    int      `json:"-"`                  // 1 to 4, from the length of the code
	Leaf     bool     `json:"-"`                  // nothing below it: vouchers may use it
}

// Chart is a set of accounts in code order. Make one with Load or NewChart.
type Chart struct {
	Standard string
	Zh, En   string
	Accounts []Account
	index    map[string]int
}

// Load returns the shipped chart of a standard (Small or General), complete. The caller owns it.
// ErrStandard if there is none.
func Load(standard string) (*Chart, error) {
	var file struct {
		Standard string    `json:"standard"`
		Zh       string    `json:"zh"`
		En       string    `json:"en"`
		Accounts []Account `json:"accounts"`
	}
	if err := decode("chart", standard, &file); err != nil {
		return nil, err
	}
	c, err := NewChart(file.Standard, file.Accounts)
	if err != nil {
		return nil, err
	}
	c.Zh, c.En = file.Zh, file.En
	return c, nil
}

// NewChart builds a chart from any accounts, for instance those of a company with its own additions.
// It sorts by code, derives Parent, Level and Leaf, and returns all faults joined in one error.
func NewChart(standard string, accounts []Account) (*Chart, error) {
	c := &Chart{Standard: standard, Accounts: slices.Clone(accounts)}
	slices.SortStableFunc(c.Accounts, func(a, b Account) int {
		return strings.Compare(a.Code, b.Code)
	})
	c.index = make(map[string]int, len(c.Accounts))
	var faults []error
	for i := range c.Accounts {
		a := &c.Accounts[i]
		if _, twice := c.index[a.Code]; twice {
			faults = append(faults, fmt.Errorf("account %s occurs twice", a.Code))
			continue
		}
		c.index[a.Code] = i
		faults = append(faults, c.place(a)...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("books: chart %s: %w", standard, err)
	}
	return c, nil
}

// place checks one account against those before it and derives what follows from its code.
func (c *Chart) place(a *Account) (faults []error) {
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("account "+a.Code+": "+format, args...))
	}
	a.Level, a.Leaf = slices.Index(codeLengths, len(a.Code))+1, true
	if a.Level == 0 || !digits(a.Code) {
		fault("a code has 4, 6, 8 or 10 digits")
		return faults
	}
	above := ""
	if a.Level > 1 {
		above = a.Code[:len(a.Code)-2]
	}
	if a.Parent != "" && a.Parent != above {
		fault("parent %s does not fit the code", a.Parent)
	}
	a.Parent = above
	if above != "" {
		if i, ok := c.index[above]; !ok {
			fault("parent %s is missing", above)
		} else {
			c.Accounts[i].Leaf = false
			if c.Accounts[i].Kind != a.Kind {
				fault("kind %s differs from its parent's", a.Kind)
			}
		}
	}
	if a.Zh == "" || a.En == "" {
		fault("a name is missing")
	}
	if !slices.Contains(kinds, a.Kind) {
		fault("unknown kind %q", a.Kind)
	}
	if a.Direction != Debit && a.Direction != Credit {
		fault("unknown direction %q", a.Direction)
	}
	for _, d := range a.Aux {
		if !slices.Contains(dimensions, d) {
			fault("unknown dimension %q", d)
		}
	}
	return faults
}

// Find returns the account with exactly this code.
func (c *Chart) Find(code string) (Account, bool) {
	i, ok := c.index[code]
	if !ok {
		return Account{}, false
	}
	return c.Accounts[i], true
}

// Nearest returns the account with this code or, failing that, the closest one above it.
func (c *Chart) Nearest(code string) (Account, bool) {
	for ; len(code) >= codeLengths[0]; code = code[:len(code)-1] {
		if a, ok := c.Find(code); ok {
			return a, true
		}
	}
	return Account{}, false
}

// ForVAT returns the chart as a firm of this VAT kind starts with it: a small-scale taxpayer
// has one account 应交增值税 without columns. ErrVAT for any other kind.
func (c *Chart) ForVAT(vat string) (*Chart, error) {
	if vat != Small && vat != General {
		return nil, fmt.Errorf("%w: %q", ErrVAT, vat)
	}
	kept := slices.DeleteFunc(slices.Clone(c.Accounts), func(a Account) bool {
		return a.VAT != "" && a.VAT != vat
	})
	out, err := NewChart(c.Standard, kept)
	if err != nil {
		return nil, err
	}
	out.Zh, out.En = c.Zh, c.En
	return out, nil
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// decode reads <name>_<standard>.json strictly: an unknown field is a fault of the data.
func decode(name, standard string, into any) error {
	if standard != Small && standard != General {
		return fmt.Errorf("%w: %q", ErrStandard, standard)
	}
	file := name + "_" + standard + ".json"
	raw, err := booksdata.FS.ReadFile(file)
	if err != nil {
		return fmt.Errorf("books: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("books: %s: %w", file, err)
	}
	return nil
}
