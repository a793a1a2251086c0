// Package intake takes whatever table somebody drops on the program: it finds the head, guesses what kind of thing the
// rows are and what each column means, and lets the ordinary import (package transfer) write what is good, while what is
// bad goes back to be mended on the screen. It writes nothing itself.
//
//	file → anyfile: rows → guess: head, kind, columns → a person confirms → run: names that are new are made,
//	     good rows imported in batches that can be undone, bad rows given back with a sentence at each cell
//
// Modules say which kinds there are by adding a *Kind to the company's hooks; the words that tell them apart are theirs.
//
// Invariants
//  1. Rights are those of whoever imports, and asked for by the import of each resource.
//  2. No row is lost silently: each is written, given back, or told of as passed over (totals, repeated heads, notes).
//  3. A row that was given back has written nothing but the record that it names; sent once more it goes on with that.
//  4. What stands in a record is not overwritten unless the person says so; what was kept is told.
//  5. A task is carried out once for each key, also when it is taken up again after it was cut off.
package intake

import (
	"context"

	"zhanggui/modules/kernel"
	"zhanggui/modules/kernel/problem"
)

// Form says what a cell of a field looks like, for guessing and for cleaning.
type Form int

// The forms.
const (
	Text    Form = iota
	Number       // with separators of thousands, signs of currency, full-width digits
	Code         // digits and letters without spaces
	Barcode      // 8, 12, 13 or 14 digits
	Phone
	Date
)

// Field is a column that a kind understands.
type Field struct {
	Key    string // of the resource's column, as in its template; of Kind.After's own where Extra
	Label  kernel.Text
	Words  []string // what heads call it
	Form   Form
	Places int               // decimals of a Number; more are rounded away
	Must   bool              // a row without it is bad
	Extra  bool              // not a column of the resource
	Makes  string            // resource in which names that are unknown are made
	With   map[string]string // columns of what is made: "" is the name itself
	Called kernel.Text       // the name of what is made, where the cells hold something else
	As     string            // column of a line, such as "units.ratio", that Kind.Lines fills from it
	Rather string            // key of the field that the column is for as long as no other column is
}

// Kind is one kind of table. Kinds are judged in the order of their names, so that a guess never depends on chance.
type Kind struct {
	Name     string
	Label    kernel.Text
	Resource string // what the rows are imported as
	Titles   []string
	Fields   []*Field
	Fixed    map[string]string // columns that every new record gets; one that exists gets those that are true
	Same     []string          // columns that tell one from another where a row has no code
	Apart    []string          // columns that decide between several which these do not tell apart
	// Only leaves records that exist as they are, and takes rows that name the same one together: the rows are about it.
	Only bool
	// Row puts the values of a row in order before anything is looked up, and says at which column it is wrong. What it
	// names by itself it names in the language.
	Row func(values map[string]string, lang string) (column string, why *problem.Problem)
	// Lines gives records the lines that rows speak of in Extra columns. Of records that exist it gives all lines: those
	// it leaves out would go.
	Lines func(v *kernel.View, list []*Detail) error
	// Before may ask the person to choose, such as about figures that stand already; it is asked before anything is written
	// and told the rows whose records are there.
	Before func(v *kernel.View, on *Arrived) error
	// After takes the rows whose records exist now, once, and says where to look at what came of it. The key makes it
	// happen once; what it cannot take it refuses, row by row.
	After func(ctx context.Context, on *Arrived) (to string, err error)
	// Goes says how much of what After did for a file would be taken back, and what would be left; Back takes it back.
	Goes  func(v *kernel.View, file int64) (n int, left []Left, err error)
	Back  func(ctx context.Context, on *Arrived) (n int, left []Left, err error)
	Named bool     // a new record without a code gets its name for one
	Needs []string // resources that whoever imports must be able to write beside it
	Order int      // of the choices on the screen
}

// Choice says what becomes of rows about which a figure stands already.
type Choice string

// The choices.
const (
	Undecided Choice = ""        // the person is asked; rows that are found out too late are given back
	Leave     Choice = "leave"   // they stay out
	Replace   Choice = "replace" // they take the place of what stands
	Add       Choice = "add"     // they go beside it
)

// Known reports whether a choice is one.
func (c Choice) Known() bool { return c == Undecided || c == Leave || c == Replace || c == Add }

// Arrived is what Before, After and Back are told, and what After tells.
type Arrived struct {
	Company *kernel.Company
	Actor   *kernel.Actor
	Key     string
	Name    string // of the file
	File    int64  // what the rows are parts of, also those that are mended later, 0 for nothing
	Choice  Choice
	Rows    []Placed
	Refused []Refused
	Result
}

// Result is what After did beside refusing rows.
type Result struct {
	Put      int     `json:"put"`      // rows that were put somewhere
	Replaced int     `json:"replaced"` // of them, those that took the place of what stood
	Stayed   int     `json:"stayed"`   // rows that stay out because a figure stands
	Stood    []Stood `json:"stood,omitempty"`
}

// Stood is a row that stays out and says otherwise than what stands.
type Stood struct {
	Row    int    `json:"row"`
	Column string `json:"column"` // key of the field
	Stands string `json:"stands"`
	Given  string `json:"given"`
}

// Left is what is not taken back, and why.
type Left struct {
	Title string
	Why   *problem.Problem
}

// Refused is a row that After does not take, and why.
type Refused struct {
	Row    int
	Column string // key of the field, "" for the whole row
	Why    *problem.Problem
}

// Refuse gives a row back.
func (a *Arrived) Refuse(row int, column string, why *problem.Problem) {
	a.Refused = append(a.Refused, Refused{row, column, why})
}

// Placed is a row with its record.
type Placed struct {
	ID     int64
	Row    int
	Values map[string]string
}

// Detail is a record with what a row says of its lines; the ID is 0 for a new one.
type Detail struct {
	Placed
	Overwrite bool                // what the row says takes the place of what stands
	Cells     []map[string]string // by column, one for each row of an import
	Kept      []Stands            // what stands although the row says otherwise
}

// Stands is a value that is not overwritten.
type Stands struct{ Label, Value, Given string }

// Field gives a field by its key, nil when there is none.
func (k *Kind) Field(key string) *Field {
	for _, f := range k.Fields {
		if f.Key == key {
			return f
		}
	}
	return nil
}

// open reports whether an actor may import the kind.
func (k *Kind) open(actor *kernel.Actor) bool {
	if !actor.Can(k.Resource, "import") {
		return false
	}
	for _, name := range k.Needs {
		if !actor.Can(name, "create") || !actor.Can(name, "update") {
			return false
		}
	}
	return true
}

// Kinds gives the kinds that an actor may import, in their order.
func Kinds(c *kernel.Company, actor *kernel.Actor) []*Kind {
	var out []*Kind
	for _, hook := range c.Hooks {
		if k, ok := hook.(*Kind); ok && k.open(actor) {
			at := len(out)
			for at > 0 && out[at-1].Order > k.Order {
				at--
			}
			out = append(out[:at], append([]*Kind{k}, out[at:]...)...)
		}
	}
	return out
}
