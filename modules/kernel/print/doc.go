// Package print puts records on paper: an HTML page made for the printer, from a template of assets/print and the
// record's declaration. It knows no kind of document: a template asks for fields by name, and what a resource does not
// have, or the actor may not see, is left out of the page.
//
// Invariants
//  1. Nothing is printed that the actor may not see; figures are formatted, never computed, but for sums of columns.
//  2. A page is complete or not written at all.
package print
