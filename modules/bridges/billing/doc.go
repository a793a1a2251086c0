// Package billing makes debts of trade: a posted delivery or goods receipt raises an open item, a return one with the
// opposite sign, unposting drops it again. It crosses stock, settlement and sales.
//
// Invariants
//  1. A posted sheet of the four trading kinds with a total other than zero has exactly one open item of that total.
//  2. A reversed sheet and its mirror are set off against each other as far as the sheet was not settled.
//  3. The open item of a modified sheet is that of its present total. While the modification is under way it owes nothing,
//     so that credit is asked about what is added.
package billing
