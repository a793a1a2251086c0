// Package excel is everything that needs excelize: writing workbooks, and
// marking the bad cells of one that came in.
package excel
