// Package revising tells beforehand what modifying a posted sheet changes: the stock of each item and warehouse, the money
// on each account and what it settles, what a party owes and has paid in advance, the cost, and the voucher. It crosses stock, settlement, ledger and approval: flows
// that stand before posting a sheet are asked again when a modification changes what they watch, about the sheet as it
// shall be, and who decides sees what would be different.
//
// Nothing is estimated. The modification is carried out in a unit of its own, with everything that follows from it, what
// stands there is read before and after, and the unit is taken back: what the person confirms is what then happens, unless
// somebody else is faster. Such a unit holds the writer as long as the modification itself does, some milliseconds.
//
// Invariants
//  1. A preview leaves nothing behind: no row, no number, no message.
//  2. Who may not see costs, debts or vouchers is not told of them.
package revising
