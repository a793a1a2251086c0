// Package buying ties purchase orders to goods receipts: it receives what an order asks for, counts a posted receipt
// towards its orders and takes it back when the receipt is unposted or reversed. It answers purchasing's questions for
// stock on hand, for what customers still wait for and for what is owed to a supplier.
//
//	order ──receive, buy──▶ receipt (draft or posted) ──posted──▶ link "receives" ──▶ Received, closed
//
// Invariants
//  1. Live links belong to posted receipts only; a draft receipt reserves nothing.
//  2. Which order line a receipt line came from is remembered for good (buying_origin): posting again counts again.
//  3. What an order takes off or adds as a whole goes with its first receipt.
//  4. What is sent back does not open the order again: a return is a matter of the receipt.
package buying
