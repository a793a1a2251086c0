// Package stock moves goods and knows what they are worth. Deliveries, receipts, returns, transfers, counts, other
// movements and openings are kinds of one document; each is a resource of its own over the same table.
//
//	           ┌──────── unpost ────────┐
//	           ▼                        │
//	draft ──post──▶ posted ──reverse──▶ reversed        post may pass through waiting (approval)
//	  │   waiting ──post──▶  │  └──▶ a mirror document (红字), posted, that takes everything back
//	  └───────── void ──▶ void
//
// A posted document writes moves (stock_move, append-only), and in the same unit the two balances that are sums of
// moves: stock_on_hand by item and warehouse, stock_pool by item and cost scope (0 is the whole company). What a move
// is worth says package valuation; the moves of a pool are valued in the order of (date, seq).
//
// Invariants
//  1. On hand = sum of the quantities of the moves of an item in a warehouse.
//  2. A pool's quantity and value = sums of quantity and of value + variance of its moves.
//  3. Value and variance of a move, together with those of its adjustments, are what a replay of the pool's live moves
//     in order gives. A document dated before moves that exist writes adjustments of those; it never edits a move.
//  4. Unposting writes moves that cancel the document's moves on the same day; a replay leaves such pairs out, as if
//     they had never been.
//  5. What follows another move (a mirror, the arrival of a transfer, a return to its delivery) changes with its value.
//  6. Where the company is one pool, a transfer changes places only: its moves carry quantity and no value.
//  7. Services move nothing. A document has no move before it is posted.
//  8. An adjustment (成本调整) is made by the program, one for each affected day and kind, and never taken back.
package stock
