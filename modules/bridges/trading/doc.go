// Package trading ties sales orders to deliveries: it ships what an order asks for, counts a posted delivery towards its
// orders and takes it back when the delivery is unposted or reversed. It answers sales' question for stock on hand, and
// tells which lines of a delivery were ordered.
//
//	order ──deliver, sell──▶ delivery (draft or posted) ──posted──▶ link "fulfils" ──▶ Delivered, closed
//
// Invariants
//  1. Live links belong to posted deliveries only; a draft delivery reserves nothing.
//  2. Which order line a delivery line came from is remembered for good (trading_origin): posting again counts again.
//  3. What was agreed to with the order is not asked about again when it is shipped: see stock.Agreed.
//  4. What an order takes off or adds as a whole goes with its first delivery.
package trading
