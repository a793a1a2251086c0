// Package dispatch is the storekeeper's and the driver's side of trade: what waits to be shipped and to come in, lists by which
// goods are picked, and the runs (派车) by which they are brought, with the money that is collected at the door. It crosses
// sales, purchasing, stock and settlement, and books nothing itself: shipping is an act of the delivery, money collected is a
// receipt.
//
//	draft ──start──▶ under way ──close──▶ closed            a run; each stop: to bring → brought, in part, refused
//	  └──void──▶ void      ⟲ stop
//
// Invariants
//  1. What waits is read, never kept: deliveries that wait for the storekeeper, and of orders what is left and stands on no
//     such delivery.
//  2. The lists show no prices, and nobody finds in them a sheet that he may not see in its own room.
//  3. A delivery stands on at most one run that is not void or finished with it.
//  4. What a driver collects at a stop is one posted receipt on the account that he holds, linked to the stop; it settles the
//     delivery first. A stop whose delivery was taken back, or is another customer's now, is answered as refused and collects
//     nothing; driver, sender and salesperson are told. Closing wants every stop answered, and names what was to be collected and was not.
package dispatch
