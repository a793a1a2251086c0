// Package statement makes the statement of account: what a party owed before, each sheet with its lines, each return, receipt and
// discount with what is owed after it, and what is owed in the end. One walk gives the rows to the page, to Excel, to the
// printer, to the picture and to the link; so does the price list, which says what items cost one customer.
//
//	settlement (debts, payments) ─┐
//	stock (lines of the sheets) ──┴─▶ walk ─▶ rows ─▶ page · Excel · paper · link (module share)
//
// Invariants
//  1. Opening + sold − returned + other − paid − discount = closing, to the fen; opening and closing are those of the debts.
//  2. The lines of a sheet, its charges and what was taken off it add up to what the sheet is on the statement.
//  3. A walk holds one chunk of sheets, however many there are, and asks a fixed number of questions for each chunk.
//  4. Notes of the firm and the names of its money accounts are on no form of it: every form is one that customers get.
//  5. Nothing is shown that the actor may not see: debts and payments are in the scope of the party.
package statement
