package dictation

// Draft is what a text says. Nothing of it is written down anywhere.
type Draft struct {
	Party    *Guess
	Lines    []Line
	Total    int64 // that was named, six decimals; 0 is none
	Received int64
	Settled  bool   // all of it was paid
	Owing    bool   // nothing was
	Note     string // what belongs to no line, word for word
	Rest     string // what was too much to be read
}

// Choice is a record that may be meant.
type Choice struct {
	ID    int64
	Label string
}

// Guess is the record that is meant by what was said. It is sure when it was named and nothing else can be meant.
type Guess struct {
	ID     int64
	Label  string
	Said   string
	Sure   bool
	Others []Choice
}

// Marks say what of a line was guessed beside its item.
type Marks struct{ Unit, Qty, Price bool }

// Line is one item. Qty and Price are of Unit, six decimals; a price of 0 was not said.
type Line struct {
	Said      string
	Item      Guess
	Unit      int64
	UnitLabel string
	Own       bool // the unit is the item's own
	Qty       int64
	Price     int64
	Free      bool
	Back      bool // it comes back: the quantity is below zero
	Guessed   Marks
	Note      string
}

const (
	mostRunes    = 10_000
	mostLines    = 300
	alternatives = 3
)
