// Package markup reads the tables that programs write as web pages or as XML and call .xls: HTML with its spans, and the
// XML workbooks of Excel 2003 (SpreadsheetML). Encodings are found by their marks, by what the file says of itself, and
// otherwise by whether it is valid UTF-8. Rows, columns, texts and the nesting of tables are bounded; nothing is fetched
// and nothing is run.
package markup
