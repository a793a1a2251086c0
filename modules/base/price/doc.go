// Package price finds what a customer pays for an item.
//
//	customer price of the day ─▶ what the customer paid last ─▶ price of the customer's level ─▶ list price
//	   (base.customer_price)      (setting sales.last_price)      (base.item, prices)             (base.item, price)
//
// The first that is known is taken; 0 is no price. All lines of a sheet are asked about at once, and none where nothing is
// asked: what was typed stays.
//
// Invariants
//  1. On one day a customer has at most one price of his own for an item.
//  2. A price is taken as the sheet writes it, with or without tax; what was paid last counts on sheets of the same kind.
//  3. A line remembers the price that was offered to it (Offered). As long as that stands in it, choosing another customer or
//     day takes it anew; a price that somebody typed stays.
package price
