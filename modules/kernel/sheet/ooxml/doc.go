// Package ooxml reads the cells of an xlsx workbook and nothing else: no
// styling, no formulas, no charts. It streams, trusts no size that the file
// declares and reports a damaged file instead of ending early.
//
// It stands beside excelize because a row iterator that gives bare text cannot
// tell a date from a number, and because one that stops at broken XML without
// an error loses the rest of an import silently.
//
// Cells come as canonical text: numbers as plain decimals without binary noise
// (12.300000000000001 is "12.3"), cells with a date format as "2006-01-02",
// "2006-01-02 15:04:05" or "15:04:05", booleans "true" and "false", errors as
// "#N/A". A formula that was never calculated gives its own text, "=A1*2", so
// that nobody takes it for an empty cell.
//
// Errors: *problem.Problem with the codes sheet.too_large, sheet.too_many_entries,
// sheet.too_many_rows, sheet.too_many_columns, sheet.text_too_long,
// sheet.not_a_sheet and sheet.broken.
package ooxml
