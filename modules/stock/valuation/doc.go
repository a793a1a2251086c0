// Package valuation says what stock is worth: the value of every receipt and
// issue of one valuation pool, by moving average or by first in, first out.
//
// A pool is the stock of one item in one cost scope (the company or one
// warehouse). The package is pure: it knows no item, no document and no
// database. The caller holds the pool row, calls Apply for each move in
// order, and writes the new pool, the value of the move and the variance.
//
//	           receipt                       receipt
//	  ┌─────────────────────────┐   ┌───────────────────────┐
//	  │                         ▼   ▼                       │
//	Qty < 0 ──receipt──▶ Qty == 0 ──receipt──▶ Qty > 0 ─────┘
//	  ▲  value ≤ 0        value 0  ◀──issue──  value ≥ 0
//	  │                    │                    │
//	  └───────issue────────┴────────issue───────┘
//
// Scales: amounts are 分, quantities and unit costs have six decimals. Every
// division rounds half away from zero with a 128-bit intermediate.
//
// # Signs
//
// Result.Value is what the move brings into the pool (receipts positive,
// issues negative); its counterpart is the account of the document: payable,
// cost of sales. Result.Variance is what the pool gains (positive) or loses
// (negative) beside it; its counterpart is the variance role of the same
// voucher. The inventory account moves by their sum.
//
// # Invariants
//
//  1. Conservation: new Pool.Value = old Pool.Value + Result.Value + Result.Variance,
//     and new Pool.Qty = old Pool.Qty + Move.Qty, exactly, for every move.
//  2. Zero quantity has zero value. What takes the pool to zero takes all its
//     value; where the value of that issue is fixed, the residual is Variance.
//  3. Quantity above zero has a value of zero or more; quantity below zero has
//     a value of zero or less. A fixed issue worth more than the pool takes
//     what is there, and the rest is Variance.
//  4. An issue without a fixed value never has a Variance. It is worth
//     round(value × q ÷ quantity) by moving average, and the oldest layers
//     under FIFO.
//  5. Below zero an issue costs quantity × LastCost. The next receipt trues up:
//     the part that fills the hole costs what the receipt costs, and the
//     difference to what was booked is Variance; the rest keeps
//     round(receipt value × rest ÷ receipt quantity).
//  6. A fixed value is never changed: Result.Value of a fixed move is plus or
//     minus Move.Value, and so is that of every receipt.
//  7. Under FIFO with a quantity above zero the layers are positive in
//     quantity, not negative in value, and add up to the pool; otherwise
//     there are no layers.
//  8. Apply and Replay do not change their arguments: the layers of the pool
//     they return share no memory with the layers they were given.
//  9. No figure leaves ±(2^62 − 1); a move that would is refused with
//     money.ErrRange. Nothing wraps.
package valuation
