// Package views keeps how people like to look at a list: its filters, words, order, columns and whether it stands as a
// board, under a name.
//
//	own ──share──▶ shared with everybody, or with roles ──share with nobody──▶ own
//
// Invariants
//  1. A view is its maker's: nobody else but the administrator reads, changes or deletes the record. To share it needs a right of its own, and so
//     does changing one that is shared.
//  2. What others are given of a shared view is what they might have asked for themselves. A filter or an order that they
//     may not use is left out, and they are told how many were, not which.
//  3. A view holds conditions, never rows: data scope and field rights are those of whoever opens it, periods such as
//     "month" those of the day on which he does.
//  4. Everybody opens a list with one view at most: that he chose for himself.
package views
