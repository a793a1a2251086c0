package kernel

import (
	"context"
	"reflect"

	"zhanggui/modules/kernel/problem"
	"zhanggui/modules/kernel/state"
	"zhanggui/modules/kernel/store"
)

// Kind is the kind of a field. It decides how a value is read, written, stored, shown and compared.
type Kind string

// The kinds. Ref holds the id of another resource's record, 0 for none.
const (
	KindText     Kind = "text"
	KindLongText Kind = "longtext"
	KindInt      Kind = "int"
	KindAmount   Kind = "amount"
	KindPrice    Kind = "price"
	KindQty      Kind = "quantity"
	KindRate     Kind = "rate"
	KindDate     Kind = "date"
	KindMonth    Kind = "month"
	KindInstant  Kind = "instant"
	KindBool     Kind = "bool"
	KindEnum     Kind = "enum"
	KindRef      Kind = "ref"
	KindJSON     Kind = "json"
)

// Option is one value of an enum.
type Option struct {
	Value string
	Label Text
}

// Field is one field of a record, a line, an action's input, a report's parameter or column.
type Field struct {
	Name     string // in JSON and, for records, the column
	Kind     Kind
	Label    Text
	Help     Text
	Section  Text
	Ref      string
	Options  []Option
	Default  string
	Right    string // field right needed to see it, "" for none
	Max      int    // most characters of a text
	Width    int
	Required bool
	ReadOnly bool // set by the program only
	Computed bool // read-only, and recomputed by the preview
	Once     bool // may be given on creation and import, never changed
	List     bool
	Filter   bool
	Sort     bool
	Search   bool
	Total    bool
	Enter    bool // Enter walks through it in a grid
	Unique   bool
	Signed   bool // a number that may be negative
	Blank    bool // a quantity of which nothing is kept apart from 0, as money.NoQty
	Secret   bool // what is typed is not shown, and is for one record alone
	NoStore  bool // computed for the screen, not stored
	Hidden   bool // for programs: in the API, on no screen
	Index    []int
	// Custom is the id of the definition by which a company added the field, held in no column (see package extra), else 0.
	Custom int64
	// Offer, of a field that lets people choose among resources, gives the option for one that the company made itself,
	// false where it is not to be chosen.
	Offer func(d *Def) (Option, bool)
}

// Stored reports whether the field has a column in the record's table.
func (f *Field) Stored() bool { return !f.NoStore && f.Custom == 0 }

// LineDef is a table of lines inside a document.
type LineDef struct {
	Name   string
	Label  Text
	Min    int
	Fields []*Field
	ByName map[string]*Field
	Table  *store.Table
	Type   reflect.Type // the line's struct
	Index  []int        // the slice in the document
}

// StateInfo is how a state is shown.
type StateInfo struct {
	Label Text
	Tone  string // draft, waiting, live, closed, dead
}

// Anchor says by what a row belongs to somebody: own columns, or the record a column points at.
type Anchor struct {
	Owner, Department string // columns: person, department
	Through           string // a ref column whose target decides
	Resource          string // the target's resource
	Members           *Members
	Open              string // bool column: rows that stand open to everybody who may read the resource
}

// Members is a table that lists users who see a record as if it were their own: approvers, collaborators.
type Members struct{ Table, Record, User string }

// Action is something that can be done to a record beyond being written.
type Action struct {
	Name    string
	Label   Text
	Confirm Text // asked before; {label} is the record
	Key     string
	Primary bool
	Danger  bool
	Hidden  bool // for programs and bridges, no button
	Input   *InputDef
	// Prepare does with the input, before the outermost unit begins, what takes long; its problems refuse the action.
	Prepare func(ctx context.Context, input any) error
	Run     func(tx *Tx, rec, input any) error
	// Stale judges a caller who saw an older version; without it he is refused.
	Stale func(tx *Tx, rec any, seen int64) error
	// Gone judges a caller from whose sight the record has gone, for instance because somebody was faster; a nil answer
	// and no function both mean that there is no such record for him.
	Gone func(tx *Tx, id int64) error
	// Does names the actions that it carries out on the same record: who must agree to one of those must agree to this one.
	Does []string
	// Check holds the rules that can be told beforehand; they grey the button and join the preview's problems.
	Check func(v *View, rec any) problem.List
}

// InputDef describes what an action asks for.
type InputDef struct {
	Fields []*Field
	ByName map[string]*Field
	Type   reflect.Type
}

// Def is a resource with its type erased. It is immutable after boot: what a company adds makes another one, see Catalog.
type Def struct {
	Name    string // "sales.order"
	Path    string // "sales/orders"
	Label   Text
	Kind    string // master, document, setup
	Empty   Text
	Menu    string // heading under which a resource stands that the company made itself
	Table   *store.Table
	Type    reflect.Type
	Fields  []*Field
	ByName  map[string]*Field
	Lines   []*LineDef
	Machine *state.Machine
	States  map[state.State]StateInfo
	Actions []*Action
	Title   string // field that names a record to people
	Apart   string // text field said behind the title where a record is referred to, for what shares its title with others
	Code    string // field that names it in Excel
	// Key is the natural key of imports, by default Code alone: where only several fields together tell records apart, those.
	Key     []string
	Subtext []string
	Scope   *Anchor
	// Number is the pattern of numbers, such as "XS{yy}{mm}{seq:5}"; NumberOn is the action that assigns it, "" is creation.
	Number   string
	NumberOn string
	// Editable lists the states in which fields may be written; nil means the initial one, or always without states.
	Editable []state.State
	Quick    []string
	Prints   []PrintForm
	// Words gives a field as people read it on paper where what is stored is written for programs, and for "" what people
	// who are asked about the record call it; false for any other.
	Words func(v *View, rec any, field string) (string, bool)
	Board *Board
	// Only, when set, makes this the rows of a shared table whose column Only.Field holds Only.Value: a kind of one document.
	Only     *Only
	Internal bool // no HTTP, no menu: reached through other resources only
	NoCreate bool // made by the program only
	NoDelete bool

	New      func(v *View, rec any) error
	Compute  func(v *View, rec any, changed string) (problem.List, error)
	Validate func(rec any) problem.List
	Check    func(tx *Tx, old, rec any) error
	Saved    func(tx *Tx, old, rec any) error
	Deleted  func(tx *Tx, rec any) error
	// Frozen tells that a record which its state would let be edited belongs to the program: no form offers to change it.
	Frozen func(rec any) bool
	Facts  func(v *View, rec any) ([]Fact, error)
	// Extended: the company added fields of its own to it, some perhaps out of use. Pointed: records of it may be what such
	// fields, of any resource, refer to.
	Extended, Pointed bool
	// Family is the beginning of the names of resources that a company makes itself, on the declaration from which they
	// are made. It is Internal; its addresses have the rest of the name in the place of {kind}.
	Family string
	Err    error // what is wrong with the declaration
}

// Only narrows a shared table to one kind.
type Only struct{ Field, Value string }

// PrintForm is one paper form of a document; Template names a file of the print templates.
type PrintForm struct {
	Name     string
	Label    Text
	Template string
}

// Fact is a figure shown beside a field to help decide: a customer's debt, an item's stock.
type Fact struct {
	Pointer      string
	Label        Text
	Kind         Kind
	Value, Right string
	To           string // where a click leads, "" for nowhere
	Alert        bool   // not to be missed
}

// Board lets the records stand as cards in columns: by an enum, or by a reference whose records are the columns.
type Board struct {
	Column string // the field the columns come from
	Act    string // the action that moves a card; its input has a field named Column
	Total  string // the amount that is added up over a column, "" for none
	Facts  []string
}

// Action gives an action by name, nil when there is none.
func (d *Def) Action(name string) *Action {
	for _, a := range d.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// LineOf gives a line table by name, nil when there is none.
func (d *Def) LineOf(name string) *LineDef {
	for _, l := range d.Lines {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// CanEdit reports whether fields may be written in a state.
func (d *Def) CanEdit(s state.State) bool {
	if d.Machine == nil {
		return true
	}
	if d.Editable == nil {
		return s == d.Machine.Initial
	}
	for _, e := range d.Editable {
		if e == s {
			return true
		}
	}
	return false
}

// Report is a question with parameters and an answer in rows. Page, Excel, print and chart come from the same columns.
type Report struct {
	Name    string // "ledger.trial_balance"
	Label   Text
	Menu    string
	Params  []*Field
	Columns []*Field
	// Run answers; params holds canonical text by parameter name. What Run defaults itself it writes back into params,
	// so that the title block says for what the figures stand.
	Run func(v *View, params map[string]string) (*Table, error)
}

// Table is a report's answer.
type Table struct {
	Columns []*Field // when they depend on the parameters; else nil
	Rows    []Row
	Totals  map[string]any
	Notes   []Text
}

// Row is one row: values by column name (money types, clock types, string, int64, bool).
type Row struct {
	Values map[string]any
	To     string // where a click leads
	Level  int
	Kind   string // line, total, section
}
