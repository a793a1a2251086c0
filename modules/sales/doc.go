// Package sales holds what customers order.
//
//	draft ──confirm──▶ confirmed ──complete──▶ closed      complete, resume: by what was delivered
//	  │ ▲                │  ▲  ▲◀──resume/reopen──┘
//	  │ └──unconfirm─────┘  └ confirm, after somebody's agreement
//	  ├──hold──▶ waiting ───┘  release: back to draft
//	  └──void──▶ void  (also from waiting)            close: from confirmed, the rest is not delivered
//
// "sell" is confirm and ship everything in one unit. How goods are shipped is the port Ship: sales knows no delivery.
//
// Invariants
//  1. An order has a customer and at least one line; every quantity is above zero.
//  2. net + tax = gross for each line, each charge and the order; the order is the sum of them less what is taken off.
//  3. Delivered of a line is the sum of its live links, never above its quantity.
//  4. An order is closed exactly when all is delivered or somebody closed it short.
//  5. Only a draft is written; a confirmed order with deliveries cannot be taken back.
package sales
