// Package compose gives every mark of a sheet its place: it measures and wraps the texts, cuts the table into pages by the
// height of its rows, repeats the head, and puts the foot on the last page. It decides nothing about what is printed.
//
// Invariants
//  1. What it makes keeps the promises of package layout: each text fits its box, nothing stands outside its page.
//  2. No row and no text is lost, however long: what does not fit goes on to the next page. Only the head that is
//     repeated is cut, to what it needs to be recognised by, labels of columns to two lines, and the words under the code for
//     paying to three.
//  3. The same sheet and the same design give the same pages.
package compose
