// Package counter answers whoever writes a sheet: which item is meant, what of it is there and what was paid last, what
// this customer usually buys. It only reads, and stands above the rooms whose figures it shows together.
//
//	typed "M8 30 304" ──fold──▶ fragments ──place──▶ items that have them all ──rank──▶ the best, with their facts
//
// Invariants
//  1. An item is found when each fragment occurs somewhere in what it is called, in any order. Fragments that stand at
//     places of their own and are whole words there come before those that are pieces of others: 30 is no part of 304.
//  2. Among equally good answers come first those that the party bought, the latest first; then those that the firm sold
//     lately; then, among the first 500, those that are in stock; then by name.
//  3. Nobody learns more than from the sheets themselves: last prices are those of sheets that he sees, of a party that he
//     sees; costs and lowest prices need their rights.
//  4. The number of statements does not depend on how many items there are, nor on how many are found.
package counter
