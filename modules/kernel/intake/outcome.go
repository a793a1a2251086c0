package intake

// Trouble is what is wrong in a cell; Column is the key of its field, "" for the whole row.
type Trouble struct {
	Column string `json:"column"`
	Detail string `json:"detail"`
}

// Bad is a row that was not taken: its cells in the order of Outcome.Columns.
type Bad struct {
	Row      int       `json:"row"`
	Cells    []string  `json:"cells"`
	Problems []Trouble `json:"problems"`
}

// Made tells of names that were new.
type Made struct {
	Label string   `json:"label"`
	Names []string `json:"names"`
	Count int      `json:"count"`
}

// Outcome is what came of a task.
type Outcome struct {
	Kind      string   `json:"kind"`
	Rows      int      `json:"rows"`
	Created   int      `json:"created"`
	Updated   int      `json:"updated"`
	Same      int      `json:"same"`
	Waiting   int      `json:"waiting"`
	Put       int      `json:"put"`      // rows that went further than their record, such as onto an opening balance
	Replaced  int      `json:"replaced"` // of them, those that took the place of what stood there
	Stayed    int      `json:"stayed"`   // rows that did not, because a figure stands there
	File      int64    `json:"file"`     // what all of this is taken back by
	Made      []Made   `json:"made"`
	Kept      []Kept   `json:"kept"` // at most as many as the screen shows
	KeptCount int      `json:"kept_count"`
	Columns   []string `json:"columns"` // of the bad rows
	Titles    []string `json:"titles"`
	Bad       []Bad    `json:"bad"`
	BadCount  int      `json:"bad_count"`
	Marked    string   `json:"marked"` // where the file of bad rows is fetched, "" for none
	To        string   `json:"to"`     // where to look at what came
}

// Kept is a value of a record that a row says otherwise, and that stands as it was.
type Kept struct {
	Row    int    `json:"row"`
	Name   string `json:"name"`
	Label  string `json:"label"`
	Stands string `json:"stands"`
	Given  string `json:"given"`
}
