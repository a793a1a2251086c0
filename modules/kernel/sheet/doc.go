// Package sheet reads and writes tables: xlsx and CSV (UTF-8 and GBK). It knows
// no resource and no business word; only its subfolder excel imports
// excelize.
//
// Writing streams. excelize makes everything around the rows (styles, frozen
// head, drop-downs, help sheet); the rows themselves are written here, straight
// into the zip. So an export needs a few megabytes whatever its length, leaves
// no temporary file, and a decimal reaches the cell digit by digit: excelize
// takes numbers only as binary fractions.
//
// Reading is package ooxml for xlsx and delimited for text; table holds the
// words that they share. Cells arrive as
// canonical text, see ooxml. Files come from strangers: sizes, entries, rows,
// columns and texts are bounded, and what is refused is refused with a
// *problem.Problem.
//
// Text that a spreadsheet would run as a formula stays text: in xlsx as a text
// cell, in CSV behind an apostrophe, which Rows takes off again.
package sheet
