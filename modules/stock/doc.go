// Package stock moves goods and knows what they are worth. Deliveries, receipts, returns, transfers, counts, other
// movements and openings are kinds of one document; each is a resource of its own over the same table.
//
//	           ┌──────── unpost ────────┐
//	           ▼                        │
//	draft ──post──▶ posted ──reverse──▶ reversed        post may pass through waiting (approval)
//	  │   waiting ──post──▶  │ ⟲ modify
//	  │                      │  └──▶ a mirror document (红字), posted, that takes everything back
//	  └───────── void ──▶ void
//
// Where the storekeeper confirms what leaves (setting stock.ships), posting a delivery with goods makes it wait, and what he
// confirms is what is booked:
//
//	draft ──post──▶ sent (待发货) ──ship──▶ posted            consign (carrier, waybill) in both, recall: back to draft
//
// When it begins to wait it is asked everything that posting asks (rights, credit, lowest price, approval, period, and stock
// less what is promised to others that wait), takes its number, and the money on it is received, dated that day, as an advance
// of the customer. Nothing else: no move, no debt, no cost, no voucher of the sale, no progress of its order. Shipping dates
// the sheet with the day on which the goods leave, asks about stock, period and credit once more, and books all of that with
// what was shipped. Less than was asked for leaves a sheet of the rest, which waits (rest_of names the first), or nothing when
// the rest is cancelled; an order stays open by it either way. Discounts, charges and money of the sheet go with the first
// part. Recalling gives the money back. Changing the setting touches no sheet: those that wait go on waiting.
// Services alone, and red sheets, do not wait.
//
// Modify (改单) puts a posted sheet right: in one unit what it did is taken back and done again as the sheet now says. It
// stays the same record with the same number, and its revision counts up. A second record under the same number would be
// the other way; here everything that points at the sheet (links from orders, returns and their lines, settlements, files,
// comments, approvals, tasks, the voucher) goes on pointing at the right one, and nothing has to be moved over. The red
// pair is there all the same, where it counts: in the moves, as a cancelling and a new one, in posted vouchers, and in the
// audit, which tells each version by what the next one changed. Moves that are as they should be stay: a changed price of
// a delivery moves nothing.
//
// A posted document writes moves (stock_move, append-only), and in the same unit the two balances that are sums of
// moves: stock_on_hand by item and warehouse, stock_pool by item and cost scope (0 is the whole company). What a move
// is worth says package valuation; the moves of a pool are valued in the order of (date, rank, seq).
//
// What takes stock below zero is refused, asked about (stock.below, see below.go), warned of or let through, as the company
// chose; unless it chose, it is warned until a count covered a whole warehouse and asked from then on. A question is put once
// all movements are made and before any is written, so it is about what everything together leaves.
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
//  8. A move that takes the place of another one, because its sheet was modified, stands in its place of the day (rank),
//     and what followed that one follows it. Lines that came back keep their item and at least that quantity.
//  9. An adjustment (成本调整) is made by the program, one for each affected day and kind, and never taken back.
package stock
