// Package books knows the charts of accounts, the roles that automatic postings use, and the
// statutory statements. It is pure: data in, data out; no database, no clock, no settings.
//
//	Load(standard) ─→ *Chart ──ForVAT(vat)──→ the chart a company starts with
//	Roles(standard, vat) ─→ role → leaf account of that chart
//	LoadForm(standard, id) ─→ *Form
//	balances + chart + form ──BalanceSheet / IncomeStatement / Evaluate──→ *Sheet
//	flows by line + form ──CashFlow──→ *Sheet
//
// Invariants:
//  1. A code has 4, 6, 8 or 10 digits and starts with the code of its parent.
//  2. Every role points at a leaf of the chart for the same standard and kind of taxpayer.
//  3. A code in a form means the account and everything below it, so an account a company adds
//     below a known one is always counted; one that no line names goes to the line its kind falls
//     back to and is listed in Sheet.Unplaced. Nothing falls out of a statement.
//  4. The account parts of a line add up to its value, apart from amounts shifted by a Move.
//  5. Balanced books give line 30 = line 53 of the balance sheet, in both tax modes, before and
//     after the closing vouchers.
package books
