// Package daily is the daily sales report (销售日报): what a day sold, brought in and left owed, what it earned, on one
// page, and the notice that takes it to people at a set time.
//
//	posted sheets, receipts, debts of the day ──▶ report sales.daily ──▶ page · Excel · print
//	                                                    └── at the set time, once a day ──▶ a notice for each reader, and his e-mail
//
// Invariants
//  1. Whoever reads it, on the page or in a notice, is told what he may see: rights, field rights and data scope are those of
//     the sheets that are added up.
//  2. The gross profit is that of the sales analysis for the same day, to the fen.
//  3. Every figure leads to the rows that add up to it, or to nothing where the reader may not see those.
//  4. Each reader is told once on a day, however often the program starts, and on any day on which the program runs after the
//     set time. A day on which it does not is left out.
package daily
