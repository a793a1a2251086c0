// Package billing makes debts of trade: a posted delivery or goods receipt raises an open item, a return one with the
// opposite sign, unposting drops it again. Money that changed hands with the sheet is a receipt or payment of its own,
// posted and taken back in the same unit. It crosses stock, settlement and sales.
//
// Invariants
//  1. A posted sheet of the four trading kinds with a total other than zero has exactly one open item of that total.
//  2. A reversed sheet and its mirror are set off against each other as far as the sheet was not settled.
//  3. A posted sheet with money lines, and one that waits for the storekeeper, has exactly one posted receipt or payment, linked to it (counter_…), of the same
//     accounts and amounts. It settles the sheet's own debt first and no other by itself; it cannot be taken back alone.
//     The money of a delivery that waits for the storekeeper is taken when it begins to wait, dated that day, and is an
//     advance until its goods leave; then it settles the delivery, and of what is left over the deliveries of its rest.
//  4. The open item of a modified sheet is that of its present total. While the modification is under way it owes nothing,
//     so that credit is asked about what is added. Its money is taken anew only where party, date or money lines change.
package billing
