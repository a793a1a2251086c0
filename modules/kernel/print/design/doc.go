// Package design says how the sheets of one kind look on one paper, as data: which fields stand in the head and in the
// foot, which columns the table has and how wide they are, sizes, margins and texts of the firm's own. It knows no kind of
// document: names are those of fields, of columns that others tell, and of figures that others know.
//
// Invariants
//  1. A design that Check lets pass leaves room on its paper for a table with a column, a head and a foot.
//  2. A shipped design that is trimmed to what a kind of document has passes Check. What a record does not have, or the actor may
//     not see, is left out when it is printed.
package design
