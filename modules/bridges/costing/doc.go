// Package costing puts what stock is worth into the books. It crosses stock and ledger.
//
//	delivery             Dr cost_of_sales                 Cr inventory       a return: the cost in red, goods in again
//	receipt              Dr inventory                     the payable is credited by bridge posting on the same voucher
//	purchase return      Cr inventory                     the mirror image
//	other receipt        Dr inventory                     Cr inventory_gain
//	other issue          Dr own_use, inventory_loss, promotion (by its reason)    Cr inventory
//	count                gains as other receipts, losses Dr inventory_loss
//	opening              Dr inventory                     Cr opening_balance, as the line that balances the voucher
//	transfer             nothing, but for a variance
//	adjustment           the lines of the adjusted kind by what its cost has changed, on a voucher of its own
//
// Invariants
//  1. Inventory is debited with what comes in and credited with what goes out, as in the stock summary; reversals are
//     in red on the side of their original.
//  2. Value and variance both go to inventory; the variance has its counterpart in cost_variance. So the balance of
//     inventory is the value of the pools at every step.
package costing
